import fc from "fast-check";
import { expect, test } from "vitest";
import { parse, stringify } from "yaml";
import { readText } from "../support/source/documents/text.ts";
import { Source } from "../support/source/language/diagnostics.ts";

// The reader looks up repeated keys itself, because the package compares each key with every other. Both must agree about values
// and about which maps repeat a key.

const key = fc.oneof(
  fc.constantFrom("a", "b", "rules", "expression", "__proto__", "constructor", "true", "1", "null", ""),
  fc.string({ maxLength: 6 }),
);
const value = fc.letrec((tie) => ({
  tree: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.string({ maxLength: 12 }),
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie("tree"), { maxLength: 4 }),
    fc
      .uniqueArray(fc.tuple(key, tie("tree")), { maxLength: 4, selector: ([name]) => name })
      .map((entries) => new Map(entries)),
  ),
})).tree;

/** What the package makes of a text; undefined: it refuses it. */
function expected(text: string): { readonly value: unknown } | undefined {
  try {
    return {
      value: parse(text, { version: "1.2", schema: "core", merge: false, mapAsMap: true, strict: true }),
    };
  } catch {
    return undefined;
  }
}

/** Plain objects as maps, so that a key `__proto__` compares. */
function asMaps(read: unknown): unknown {
  if (Array.isArray(read)) return read.map(asMaps);
  if (typeof read !== "object" || read === null) return read;
  return new Map(Object.entries(read).map(([name, item]) => [name, asMaps(item)]));
}

test.each([
  ["flow", { collectionStyle: "flow" as const }],
  ["block", { collectionStyle: "block" as const }],
  ["flow, quoted", { collectionStyle: "flow" as const, defaultStringType: "QUOTE_DOUBLE" as const }],
])("documents in %s style read as the package reads them", (_name, style) => {
  fc.assert(
    fc.property(value, (tree) => {
      const text = stringify({ root: tree }, { ...style, lineWidth: 0 });
      const read = readText(new Source(text, "rules.yaml"));
      expect(read.faults).toEqual([]);
      expect(asMaps(read.value)).toEqual(expected(text)?.value);
    }),
    { numRuns: 300 },
  );
});

test("maps that repeat a key are refused by both, flow maps and block maps", () => {
  const pairs = fc.array(
    fc.tuple(fc.constantFrom("a", "b", "c", "'a'", '"b"', "__proto__", "d"), fc.nat(9)),
    {
      minLength: 1,
      maxLength: 6,
    },
  );
  let refused = 0;
  fc.assert(
    fc.property(pairs, fc.boolean(), (entries, isFlow) => {
      const items = entries.map(([name, item]) => `${name}: ${item}`);
      const text = isFlow ? `m: {${items.join(", ")}}` : `m:\n${items.map((item) => `  ${item}`).join("\n")}`;
      const read = readText(new Source(text, "rules.yaml"));
      const known = expected(text);
      if (known === undefined) refused++;
      expect([read.faults.length === 0, text]).toEqual([known !== undefined, text]);
      if (known !== undefined) expect(asMaps(read.value)).toEqual(known.value);
    }),
    { numRuns: 300 },
  );
  expect(refused).toBeGreaterThan(20);
});
