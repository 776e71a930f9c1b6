import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { phpDetector, scriptDetector } from "../../support/source/detection/code.ts";
import { codeCorpus } from "../corpus/code.ts";
import { phpCorpus } from "../corpus/php.ts";
import { checkCorpus, kindsIn, placeOf } from "../corpus-check.ts";

const DETECTORS = [scriptDetector, phpDetector];

describe("corpus of code injection", () => {
  checkCorpus(DETECTORS, codeCorpus);
});

describe("corpus of PHP", () => {
  checkCorpus(DETECTORS, phpCorpus);
});

const FRAGMENTS = [
  ..."( ) ' \" \\ $ { } [ ] ; . , = : < > \n ` ~ / ? @ !".split(" "),
  " ",
  "system",
  "eval(",
  "$_GET",
  "<?php",
  'O:1:"',
  "php://",
  "require('child_process')",
  "process.",
  "os.popen(",
  "constructor",
  "preg_replace('",
  "$a='b'.",
  "cos\n",
  "\x80",
  "think\\",
];

test("never throws, and its spans lie in the text", () => {
  const text = fc.array(fc.oneof(fc.constantFrom(...FRAGMENTS), fc.string({ maxLength: 6 })), {
    maxLength: 40,
  });
  fc.assert(
    fc.property(text, fc.boolean(), (parts, inBody) => {
      kindsIn(DETECTORS, parts.join(""), inBody ? "form" : "argument");
    }),
    { numRuns: 2000 },
  );
});

test.each(FRAGMENTS)("reads 128 KB of %j", (fragment) => {
  const text = fragment.repeat(131_072 / fragment.length);
  for (const detector of DETECTORS) {
    expect(() => detector.inspect(text, placeOf("argument"), () => {})).not.toThrow();
  }
});
