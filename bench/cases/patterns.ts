// Our pattern engine against re2js, re2-wasm and the platform's own: one pattern at a time, hostile subjects.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { automatonEngine } from "../../src/language/pattern/automaton-engine.ts";
import type { PatternEngine } from "../../src/language/pattern/engine.ts";
import { Re2WasmEngine, type Re2WasmModule } from "../../src/language/pattern/re2-wasm-engine.ts";
import { re2jsEngine } from "../../src/language/pattern/re2js-engine.ts";
import { timeOf } from "../measure/clock.ts";
import type { Contestant } from "../measure/contest.ts";
import { type Recorder, ratioOf, type Suite } from "../measure/recorder.ts";
import { geometricMean } from "../measure/statistics.ts";
import { drawTexts } from "./values.ts";
import { HOSTILE_PATTERNS, HOSTILE_UNITS, SPREAD_PATTERNS } from "./waf-like-patterns.ts";

const SIZES = [20, 200, 2048, 8192];
/** The sizes that promises are about. */
const PROMISED_SIZES = [200, 2048, 8192];
const TEXTS = 8;

type Test = (subject: string) => boolean;

export const patterns: Suite = {
  name: "patterns",
  title: "Regular expressions",
  async run(recorder) {
    const spread = chosenPatterns(recorder);
    const re2wasm = loadRe2Wasm(recorder);
    await measureSpread(recorder, spread, re2wasm);
    measureGrowth(recorder, [...spread, ...HOSTILE_PATTERNS]);
  },
};

function chosenPatterns(recorder: Recorder): readonly string[] {
  const file = recorder.options.patterns;
  if (file === undefined) return SPREAD_PATTERNS;
  const all = readFileSync(file, "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => (JSON.parse(line) as { readonly pattern: string }).pattern)
    .filter((source) => automatonEngine.compile(source).ok && platformTest(source) !== undefined)
    .sort((left, right) => left.length - right.length);
  const spread = Array.from({ length: 20 }, (_, at) => all[Math.floor((at * (all.length - 1)) / 19)]!);
  return [...new Set(spread)];
}

function loadRe2Wasm(recorder: Recorder): PatternEngine | undefined {
  try {
    const module = createRequire(import.meta.url)("re2-wasm") as Re2WasmModule;
    return new Re2WasmEngine(module, { compiles: Number.POSITIVE_INFINITY, patternLength: 1 << 16 });
  } catch {
    recorder.note("re2-wasm skipped, it does not start");
    return undefined;
  }
}

/** The measured patterns are of the syntax that both read alike, once the flags are taken off the front. */
function platformTest(source: string): Test | undefined {
  const flags = /^\(\?([ims]+)\)/.exec(source);
  try {
    const regexp = new RegExp(source.slice(flags?.[0].length ?? 0), flags?.[1] ?? "");
    return (subject) => regexp.test(subject);
  } catch {
    return undefined;
  }
}

function engineTest(engine: PatternEngine | undefined, source: string): Test | undefined {
  const compiled = engine?.compile(source);
  if (compiled?.ok !== true) return undefined;
  return (subject) => compiled.pattern.test(subject);
}

function testing(name: string, test: Test | undefined, subjects: readonly string[]): readonly Contestant[] {
  if (test === undefined) return [];
  const mask = subjects.length - 1;
  return [
    {
      name,
      run: (count) => {
        let hits = 0;
        for (let turn = 0; turn < count; turn++) if (test(subjects[turn & mask]!)) hits++;
        return hits;
      },
      answers: () => subjects.map(test),
    },
  ];
}

async function measureSpread(
  recorder: Recorder,
  sources: readonly string[],
  re2wasm: PatternEngine | undefined,
): Promise<void> {
  const ratios = new Map<string, number[]>();
  for (const size of SIZES) {
    const subjects = drawTexts(TEXTS, size);
    for (const source of sources) {
      const shown = source.length > 40 ? `${source.slice(0, 39)}…` : source;
      const name = `${size} B, pattern of ${source.length}: ${shown}`;
      if (!recorder.wants(name)) continue;
      const third = re2wasm?.compile(source);
      const result = await recorder.contest({
        name,
        contestants: [
          ...testing("wirewall", engineTest(automatonEngine, source), subjects),
          ...testing("re2js", engineTest(re2jsEngine, source), subjects),
          ...testing(
            "re2-wasm",
            third?.ok === true ? (subject) => third.pattern.test(subject) : undefined,
            subjects,
          ),
          ...testing("platform", platformTest(source), subjects),
        ],
      });
      // Its heap is small and does not grow: one pattern at a time.
      if (third?.ok === true) third.pattern.dispose();
      if (!PROMISED_SIZES.includes(size)) continue;
      for (const rival of ["re2js", "re2-wasm", "platform"]) {
        const ratio = ratioOf(result, rival);
        if (ratio !== undefined) ratios.set(rival, [...(ratios.get(rival) ?? []), ratio]);
      }
    }
  }
  const mean = (rival: string): number => geometricMean(ratios.get(rival) ?? []);
  recorder.target("patterns, faster than re2js, 200 B to 8 KB", "at least", 1.3, mean("re2js"));
  recorder.target("patterns, faster than re2-wasm, 200 B to 8 KB", "at least", 8, mean("re2-wasm"));
  recorder.target("patterns, slower than the platform, 200 B to 8 KB", "at most", 2.5, 1 / mean("platform"));
}

/** Time at 64 KB over time at 8 KB, for every pattern on every hostile subject. */
function measureGrowth(recorder: Recorder, sources: readonly string[]): void {
  if (!recorder.wants("growth")) return;
  let worst = 0;
  let told = "";
  for (const source of sources) {
    const test = engineTest(automatonEngine, source);
    if (test === undefined) continue;
    for (const unit of HOSTILE_UNITS) {
      const long = `${unit.repeat(Math.ceil(65_536 / unit.length)).slice(0, 65_535)}!`;
      const short = `${long.slice(0, 8191)}!`;
      // Below that, it is the clock that is measured.
      const least = 20_000;
      let slow = timeOf(() => test(long));
      if (slow < least) continue;
      let fast = timeOf(() => test(short));
      // The worst of hundreds of pairs is one that was disturbed, unless it is seen again: in turns, and the least counts.
      for (let again = 0; again < 3 && slow / fast > worst; again++) {
        slow = Math.min(
          slow,
          timeOf(() => test(long)),
        );
        fast = Math.min(
          fast,
          timeOf(() => test(short)),
        );
      }
      const ratio = slow / fast;
      if (ratio <= worst) continue;
      worst = ratio;
      told = `${source.slice(0, 40)} on ${JSON.stringify(unit)}`;
    }
  }
  recorder.figure(`growth from 8 KB to 64 KB, worst: ${told}`, worst, "×");
  recorder.target("patterns, time at 64 KB over time at 8 KB, worst", "at most", 10, worst);
}
