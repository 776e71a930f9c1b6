import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Detector, Place } from "../../support/source/detection/detector.ts";
import { hostDetector } from "../../support/source/detection/host.ts";
import { disclosureDetector, pathDetector } from "../../support/source/detection/path.ts";

const DETECTORS: readonly Detector[] = [pathDetector, disclosureDetector, hostDetector];
const PARTS = ["path", "query", "argument", "cookie", "header", "referer", "body"] as const;

/** Pieces of which paths, hosts and their disguises are made. */
const PIECES = [
  ...[
    "..",
    ".",
    "/",
    "\\",
    ";",
    "\0",
    "%",
    "%2%e",
    "0x2e",
    "0x2f",
    "2f",
    "5c",
    " ",
    "\t",
    "\n",
    ":",
    "@",
    "#",
    "?",
  ],
  ...[
    "\xc0\xae",
    "\xc0\xaf",
    "\xc0%9v",
    "\xe0\x80\xae",
    "\xef\xbc\x8e",
    "\xe2\x88\x95",
    "\xc0",
    "\xef",
    "\xfc\x80",
  ],
  ...[
    "etc",
    "passwd",
    "windows",
    "win.ini",
    "program",
    "c:",
    ".env",
    "wp-config.php",
    "web-inf",
    ".git",
    "sql",
    "bak",
  ],
  ...[
    "http:",
    "https://",
    "//",
    "file:",
    "gopher:",
    "[",
    "]",
    "::1",
    "::ffff:",
    "127.",
    "1",
    "0x7f",
    "169.254.169.254",
  ],
  ...["localhost", "nip.io", "a.example", "metadata", "$(", "`", "'", '"', "=", "&", "a", "~", "url:"],
];
const hostile = fc.array(fc.constantFrom(...PIECES), { maxLength: 40 }).map((pieces) => pieces.join(""));
const binary = fc.uint8Array({ maxLength: 200 }).map((bytes) => String.fromCharCode(...bytes));
const place: fc.Arbitrary<Place> = fc.record({
  part: fc.constantFrom(...PARTS),
  name: fc.constantFrom("", "next", "user.url", "q"),
  isName: fc.boolean(),
});

function spans(detector: Detector, text: string, where: Place): [string, number, number][] {
  const all: [string, number, number][] = [];
  detector.inspect(text, where, (kind, start, end) => all.push([kind.name, start, end]));
  return all;
}

describe.each(DETECTORS.map((detector) => [detector.name, detector] as const))("%s", (_, detector) => {
  it("reports its own kinds, each within the text, whatever the text is", () => {
    const own = new Set(detector.kinds.map(({ name }) => name));
    fc.assert(
      fc.property(fc.oneof(hostile, binary), place, (text, where) => {
        for (const [name, start, end] of spans(detector, text, where)) {
          expect(own.has(name)).toBe(true);
          expect(start >= 0 && start <= end && end <= text.length, `${name} ${start}-${end}`).toBe(true);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it("finds the same in a text that it has seen before", () => {
    fc.assert(
      fc.property(hostile, hostile, place, (first, second, where) => {
        const before = spans(detector, first, where);
        spans(detector, second, where);
        expect(spans(detector, first, where)).toEqual(before);
      }),
    );
  });

  it.each(["../", "..;", "\xc0\xae", "//1", "a\0", "../../etc/passwd ", "http://a@", "/.a", "..%5", ". ."])(
    "reads 128 KB of %j",
    (unit) => {
      const text = unit.repeat(Math.ceil(131_072 / unit.length));
      for (const part of PARTS) {
        expect(() => spans(detector, text, { part, name: "next", isName: false })).not.toThrow();
      }
    },
  );

  it("names its kinds once, and has words that the prefilter can find", () => {
    expect(new Set(detector.kinds.map(({ name }) => name)).size).toBe(detector.kinds.length);
    for (const { words = [] } of detector.triggers) {
      for (const word of words) expect(word, word).toMatch(/^[^A-Z]{2,}$/s);
    }
  });
});
