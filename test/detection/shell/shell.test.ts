// biome-ignore-all lint/suspicious/noTemplateCurlyInString: expansions of the shell look like placeholders.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  mayHoldCommands,
  meaningOfPattern,
  readWord,
  shellDetector,
} from "../../support/source/detection/shell.ts";
import type { CorpusPlace } from "../corpus/part.ts";
import { rceCorpus } from "../corpus/rce.ts";
import { checkCorpus, kindsIn, placeOf } from "../corpus-check.ts";

const DETECTORS = [shellDetector];

describe("corpus of command injection", () => {
  checkCorpus(DETECTORS, rceCorpus);
});

type Words = readonly (readonly [written: string, read: string])[];

const WORDS: Words = [
  ["cat /etc", "cat"],
  ["c''at", "cat"],
  ['c"a"t', "cat"],
  ["c\\at", "cat"],
  ["c\\\nat", "cat"],
  ["c$@at", "cat"],
  ["c$1at", "cat"],
  ["c${x}at", "cat"],
  ["pi$()ng", "ping"],
  ["ne``tstat", "netstat"],
  ["cat$u /x", "cat"],
  ["$'\\x63\\141t'", "cat"],
  ["$'\\u0063at'", "cat"],
  ['$"cat"', "cat"],
  ["${PATH:0:1}bin", "/bin"],
  ["${HOME:0:1}etc${HOME:0:1}hosts", "/etc/hosts"],
  ["${x:-cat}", "cat"],
  ["$0", "sh"],
  ["$a$b", "cat"],
  ["${a}t", "ct"],
  ["cat;id", "cat"],
  ["id'", "id"],
  ["id}", "id"],
  ["x{a}b", "x{a}b"],
  ["wh^oami", "whoami"],
  ["%COMSPEC%", "c:\\windows\\system32\\cmd.exe"],
  ["%PATH:~0,1%", "c"],
  ["100%", "100%"],
  ["a$", "a$"],
  ["", ""],
];

test.each(WORDS)("the word %j reads %j", (written, read) => {
  const variables = new Map([
    ["a", "c"],
    ["b", "at"],
  ]);
  expect(readWord(written, 0, written.length, variables).text).toBe(read);
});

const PATTERNS: readonly (readonly [string, "command" | "file" | undefined])[] = [
  ["/???/c?t", "command"],
  ["/b?n/[c]at", "command"],
  ["/usr/bin/wh*mi", "command"],
  ["/e*c/pass*", "file"],
  ["/etc/shado[u-x]", "file"],
  ["/etc/shado[!a]", "file"],
  ["/???/???", undefined],
  ["/*/*", undefined],
  ["/api/*/users", undefined],
  ["src/*", undefined],
];

test.each(PATTERNS)("the pattern %j stands for %j", (pattern, meaning) => {
  expect(meaningOfPattern(pattern)).toBe(meaning);
});

const FRAGMENTS = [
  ..."; | & ` $( ) { } ' \" \\ $ < > \n ^ % ? * [ ] / = , - + ~ # ! ( :".split(" "),
  " ",
  "cat",
  "id",
  "sh -c",
  "echo",
  "${IFS}",
  "$@",
  "/etc/passwd",
  "sudo",
  "a=b",
  "cmd /c",
  "curl",
  "http://a.b",
  "\\x41",
];

test("never throws, and its spans lie in the text", () => {
  const text = fc.array(fc.oneof(fc.constantFrom(...FRAGMENTS), fc.string({ maxLength: 6 })), {
    maxLength: 40,
  });
  fc.assert(
    fc.property(text, fc.constantFrom<CorpusPlace>("argument", "path", "form", "cookie"), (parts, place) => {
      kindsIn(DETECTORS, parts.join(""), place);
    }),
    { numRuns: 2000 },
  );
});

test.each([
  ["it's fine; they're here", false],
  ["3.5% more; 12% of it", false],
  ["c's'at /etc/hosts", true],
  ["x; l's' -la", true],
  ["x; 3%PATH%", true],
] as const)("commands may stand in %j: %s", (text, may) => {
  expect(mayHoldCommands(text)).toBe(may);
});

test.each(FRAGMENTS)("reads 128 KB of %j", (fragment) => {
  const text = `x;${fragment}`.repeat(131_072 / (fragment.length + 2));
  expect(() => shellDetector.inspect(text, placeOf("form"), () => {})).not.toThrow();
});
