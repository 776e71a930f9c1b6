// biome-ignore-all lint/suspicious/noTemplateCurlyInString: attacks on templates look like placeholders.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Place } from "../../support/source/detection/detector.ts";
import { DETECTORS } from "./detectors.ts";

/** Pieces of all languages, which together come near to much that the detectors read. */
const PIECES = [
  ...[
    "{{",
    "}}",
    "${",
    "}",
    "<%",
    "%>",
    "{%",
    "[[",
    "#{",
    "@(",
    "7*7",
    "config",
    "self.",
    "'",
    '"',
    "\\",
    "`",
  ],
  ...[
    "__class__",
    "constructor",
    "jndi:",
    "lower:",
    ":-",
    "(",
    ")",
    "*",
    "|",
    "&",
    "=",
    "$ne",
    "$where",
    ":",
    ";",
    ",",
  ],
  ...[
    "[$",
    "]",
    "\r\n",
    "Set-Cookie:",
    "\u00e5\u0098\u008a",
    "\u0000",
    "<!ENTITY ",
    "% a ",
    "SYSTEM ",
    "<!DOCTYPE ",
    "&a;",
  ],
  ...[
    "<!--#exec ",
    "cmd=",
    "<esi:",
    "//",
    "/*",
    " or ",
    "count(",
    "__proto__",
    ".",
    "$1",
    "_response",
    "fragment A on B",
  ],
  ...[
    "...A",
    "query",
    "@skip",
    "#",
    "java.lang.",
    "rO0AB",
    "classloader",
    "class.",
    " ",
    "\n",
    "a",
    "0",
    "\u00ff",
    "this.",
  ],
];
const PARTS: readonly Place["part"][] = ["path", "argument", "cookie", "header", "body"];
const text = fc.oneof(
  fc.array(fc.constantFrom(...PIECES), { maxLength: 60 }).map((pieces) => pieces.join("")),
  fc.string({
    unit: fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)),
    maxLength: 80,
  }),
);

describe.each(DETECTORS.map((detector) => [detector.name, detector] as const))("%s", (_, detector) => {
  test("never throws, and tells spans of the text and kinds that it names", () => {
    const place = fc.record({
      part: fc.constantFrom(...PARTS),
      name: fc.constantFrom("", "q", "user.$ne", "password", "a.__proto__", "@type"),
      isName: fc.boolean(),
    });
    fc.assert(
      fc.property(text, place, (given, where) => {
        detector.inspect(given, where, (kind, start, end) => {
          expect(detector.kinds).toContain(kind);
          expect(start).toBeGreaterThanOrEqual(0);
          expect(end).toBeGreaterThan(start);
          expect(end).toBeLessThanOrEqual(given.length);
        });
      }),
      { numRuns: 300 },
    );
  });

  test("reads long and repetitive texts to their end", () => {
    for (const piece of PIECES) {
      for (const part of PARTS) {
        detector.inspect(
          piece.repeat(Math.ceil(20_000 / piece.length)),
          { part, name: "q", isName: false },
          () => {},
        );
      }
    }
  });

  test("asks for words and characters as triggers have them", () => {
    for (const { words = [], characters = "a" } of detector.triggers) {
      expect(characters).not.toBe("");
      for (const word of words) {
        expect(word.length).toBeGreaterThan(1);
        expect(word).toBe(word.toLowerCase());
      }
    }
  });
});
