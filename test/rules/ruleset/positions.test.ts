import fc from "fast-check";
import { expect, test } from "vitest";
import { type Path, placeOf, readText, spanInScalar } from "../../support/source/documents/text.ts";
import { Source } from "../../support/source/language/diagnostics.ts";

/** The document's text at the place of a part of a string's value. */
function textOf(text: string, file: string, path: Path, part: string): string {
  const located = readText(new Source(text, file));
  let value: unknown = located.value;
  for (const step of path) value = (value as Record<string | number, unknown>)[step];
  const start = (value as string).indexOf(part);
  const span = spanInScalar(text, placeOf(located, path), value as string, {
    start,
    end: start + part.length,
  });
  return text.slice(span.start, span.end);
}

test.each([
  ["JSON with escapes", '{"e": "a \\"\\u0041\\\\ word b"}', "r.json"],
  ["plain", "e: a word b", "r.yaml"],
  ["plain over lines", "e: a\n   word\n   b", "r.yaml"],
  ["single quotes", "e: 'it''s a word b'", "r.yaml"],
  ["single quotes over lines", "e: 'it''s a\n\n   word b'", "r.yaml"],
  ["double quotes", 'e: "\\x41 \\U0001F600 \\u0041 a word b"', "r.yaml"],
  ["double quotes with a joined line", 'e: "a \\\n   \\"x\\" word b"', "r.yaml"],
  ["a literal block", "e: |\n   a\n     word\n   b\n", "r.yaml"],
  ["a folded block", "e: >-\n   a\n   word\n\n   b\n", "r.yaml"],
  ["a block with an indentation indicator", "e: |2-\n   a\n   word\n", "r.yaml"],
])("a word inside a scalar: %s", (_name, text, file) => {
  expect(textOf(text, file, ["e"], "word")).toBe("word");
});

test("any part of a JSON string is found, whatever escapes it is written with", () => {
  const char = fc.oneof(
    fc.string({ unit: "binary", minLength: 1, maxLength: 1 }),
    fc.constantFrom('"', "\\", "\n", " "),
  );
  fc.assert(
    fc.property(
      fc.array(char, { maxLength: 12 }),
      fc.array(char, { maxLength: 12 }),
      fc.boolean(),
      (before, after, ascii) => {
        let json = JSON.stringify(`${before.join("")}word${after.join("")}`);
        if (ascii)
          json = json.replace(
            /[\u0080-\uffff]/g,
            (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
          );
        expect(textOf(`[${json}]`, "r.json", [0], "word")).toBe("word");
      },
    ),
    { numRuns: 300 },
  );
});

test("JSON reads as JSON.parse reads it, with every value at its place", () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 4 }), fc.constantFrom(0, 2), (value, indent) => {
      const text = JSON.stringify(value, undefined, indent);
      const located = readText(new Source(text, "r.json"));
      expect(located.faults).toEqual([]);
      expect(JSON.stringify(located.value)).toBe(JSON.stringify(JSON.parse(text)));
      const visit = (part: unknown, path: Path): void => {
        const { start, end } = placeOf(located, path).value;
        expect(JSON.stringify(JSON.parse(text.slice(start, end)))).toBe(JSON.stringify(part));
        if (typeof part !== "object" || part === null) return;
        for (const [name, item] of Object.entries(part)) {
          visit(item, [...path, Array.isArray(part) ? Number(name) : name]);
        }
      };
      visit(JSON.parse(text), []);
    }),
    { numRuns: 200 },
  );
});
