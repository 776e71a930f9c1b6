// Compares the automaton with RE2 in two other implementations, and with the platform where the meaning is the same.
//
//   patterns.js [--cases N] [--seed N] [--patterns FILE]… [--subjects FILE]
//
// FILE holds JSON Lines: patterns as `{"pattern": "…"}`, subjects as any JSON whose strings are used.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { PatternNode } from "../../src/language/pattern/ast.ts";
import { automatonEngine } from "../../src/language/pattern/automaton-engine.ts";
import type { CompiledPattern } from "../../src/language/pattern/engine.ts";
import { portablePattern } from "../../src/language/pattern/portable.ts";
import { Re2WasmEngine, type Re2WasmModule } from "../../src/language/pattern/re2-wasm-engine.ts";
import { re2jsEngine } from "../../src/language/pattern/re2js-engine.ts";
import { utf8Encode } from "../../src/language/values/bytes.ts";
import { drawPattern, drawSubject, seeded } from "../../test/language/pattern/generate.ts";

const SUBJECTS_PER_PATTERN = 50;
/** Subjects of files are cut to this, so that long bodies do not use up the run. */
const MAX_FILE_SUBJECT = 600;
/** A backtracking engine gets short subjects only. */
const MAX_PLATFORM_SUBJECT = 24;

interface Options {
  cases: number;
  seed: number;
  readonly patternFiles: string[];
  readonly subjectFiles: string[];
}

function readOptions(words: readonly string[]): Options {
  const options: Options = { cases: 500_000, seed: 1, patternFiles: [], subjectFiles: [] };
  for (let at = 0; at < words.length; at += 2) {
    const value = words[at + 1];
    if (value === undefined) throw new Error(`${words[at]} needs a value`);
    if (words[at] === "--cases") options.cases = Number(value);
    else if (words[at] === "--seed") options.seed = Number(value);
    else if (words[at] === "--patterns") options.patternFiles.push(value);
    else if (words[at] === "--subjects") options.subjectFiles.push(value);
    else throw new Error(`unknown option ${words[at]}`);
  }
  return options;
}

function readLines(file: string): readonly unknown[] {
  return readFileSync(file, "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as unknown);
}

function strings(value: unknown, out: string[]): void {
  if (typeof value === "string") out.push(utf8Encode(value).slice(0, MAX_FILE_SUBJECT));
  else if (typeof value === "object" && value !== null)
    for (const item of Object.values(value)) strings(item, out);
}

const counts = { patterns: 0, refused: 0, cases: 0, matched: 0, re2js: 0, re2wasm: 0, platform: 0 };
let differences = 0;

function report(oracle: string, pattern: string, subject: string, ours: unknown, theirs: unknown): void {
  differences++;
  if (differences <= 20) {
    console.log(`${oracle}: ${JSON.stringify({ pattern, subject, ours, theirs })}`);
  }
}

const wasm = createRequire(import.meta.url)("re2-wasm") as Re2WasmModule;
// One pattern lives at a time, so that the module's small heap lasts.
const re2wasm = new Re2WasmEngine(wasm, { compiles: Number.POSITIVE_INFINITY });

function compare(source: string, subjects: readonly string[]): void {
  const ours = automatonEngine.compile(source);
  const theirs = re2jsEngine.compile(source);
  if (!ours.ok) {
    counts.refused++;
    if (theirs.ok) report("acceptance", source, "", "refused", "accepted");
    return;
  }
  counts.patterns++;
  if (!theirs.ok) {
    counts.refused++;
    return;
  }
  const compiled = re2wasm.compile(source);
  const third = compiled.ok ? compiled.pattern : undefined;
  const platform = platformPattern(source);
  for (const subject of subjects) compareOne(ours.pattern, theirs.pattern, third, platform, subject);
  third?.dispose();
}

/** The rewritten text means the same to the platform, as long as it has no mode groups and no RE2 anchors. */
function platformPattern(source: string): RegExp | undefined {
  const portable = portablePattern(source);
  if (!portable.ok || portable.value.unicode || nestsRepetitions(portable.value.root, false))
    return undefined;
  const text = portable.value.text
    .replaceAll("\\A", "^")
    .replaceAll("\\z", "$")
    .replace(/\\x\{([0-9a-f]+)\}/g, (_, hex: string) => `\\u{${hex}}`);
  if (text.includes("(?m:")) return undefined;
  return new RegExp(text, "u");
}

/** Whether a repetition stands in an unbounded one: backtracking takes minutes on some of those, however short a subject. */
function nestsRepetitions(node: PatternNode, repeated: boolean): boolean {
  switch (node.kind) {
    case "concat":
    case "alternate":
      return node.items.some((item) => nestsRepetitions(item, repeated));
    case "capture":
      return nestsRepetitions(node.item, repeated);
    case "repeat": {
      const open = node.max === Number.POSITIVE_INFINITY;
      return (repeated && node.max > 1) || nestsRepetitions(node.item, repeated || open);
    }
    default:
      return false;
  }
}

function compareOne(
  ours: CompiledPattern,
  re2js: CompiledPattern,
  re2: CompiledPattern | undefined,
  platform: RegExp | undefined,
  subject: string,
): void {
  counts.cases++;
  const answer = ours.test(subject);
  if (answer) counts.matched++;
  counts.re2js++;
  const expected = re2js.test(subject);
  if (expected !== answer) report("re2js", ours.source, subject, answer, expected);
  if (re2 !== undefined) {
    counts.re2wasm++;
    const found = re2.test(subject);
    if (found !== answer) report("re2-wasm", ours.source, subject, answer, found);
  }
  const span = ours.exec(subject)?.join();
  const wanted = re2js.exec(subject)?.join();
  if (span !== wanted) report("re2js exec", ours.source, subject, span, wanted);
  if (platform !== undefined && subject.length <= MAX_PLATFORM_SUBJECT) {
    counts.platform++;
    const found = platform.test(subject);
    if (found !== answer) report("platform", ours.source, subject, answer, found);
  }
}

const options = readOptions(process.argv.slice(2));
const random = seeded(options.seed);
const fileSubjects: string[] = [];
for (const file of options.subjectFiles) strings(readLines(file), fileSubjects);

const filePatterns = options.patternFiles.flatMap((file) =>
  readLines(file).map((line) => (line as { readonly pattern: string }).pattern),
);
for (const source of filePatterns) {
  const subjects: string[] = [];
  for (let count = 0; count < SUBJECTS_PER_PATTERN * 2; count++) {
    const fromFile = fileSubjects.length > 0 && random() < 0.8;
    subjects.push(fromFile ? fileSubjects[Math.floor(random() * fileSubjects.length)]! : drawSubject(random));
  }
  compare(source, subjects);
}
while (counts.cases < options.cases) {
  compare(
    drawPattern(random),
    Array.from({ length: SUBJECTS_PER_PATTERN }, () => drawSubject(random)),
  );
}
console.log(JSON.stringify({ seed: options.seed, ...counts, differences }));
process.exitCode = differences === 0 ? 0 : 1;
