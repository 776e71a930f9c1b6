// Rulesets of growing size: the first matching rule by asking every rule, and by the index.
import { compileFilter, type Filter } from "../../src/language/compile/compile.ts";
import type { EvaluationContext } from "../../src/language/scheme/execution-context.ts";
import type { CandidateRule, CandidateSource } from "../../src/rules/plan/candidates.ts";
import { LinearSource } from "../../src/rules/plan/index/linear-source.ts";
import { indexOf } from "../../src/rules/plan/index/rule-index.ts";
import type { Contestant, ContestResult } from "../measure/contest.ts";
import { type Recorder, ratioOf, type Suite } from "../measure/recorder.ts";
import { drawMix, MIX_SCHEME, type MixRequest } from "./ruleset-mix.ts";

const SIZES = [10, 100, 1_000, 10_000, 100_000];
const SHARES = [0, 0.02, 0.1];
const REQUESTS = 512;
/** Walks of 100,000 rules take milliseconds: so many requests are compared before the clock starts. */
const COMPARED = 64;

/** How many times faster than asking every rule, with 2 % of the rules without pivot. */
const PROMISES: ReadonlyMap<number, number> = new Map([
  [100, 3],
  [1_000, 20],
  [10_000, 150],
  [100_000, 400],
]);

export const rulesetScale: Suite = {
  name: "ruleset-scale",
  title: "Rulesets of 10 to 100,000 rules",
  async run(recorder) {
    const times = new Map<string, number>();
    for (const share of SHARES) {
      for (const size of SIZES) {
        const name = `${size} rules, ${share * 100} % without pivot`;
        // The largest rulesets take most of the time to compile: once, and not in a quick run.
        if (size > 10_000 && (share !== 0.02 || recorder.options.quick)) continue;
        if (!recorder.wants(name)) continue;
        const result = await measureSize(recorder, name, size, share);
        const indexed = result?.measured.find((one) => one.name === "indexed");
        if (indexed === undefined) continue;
        times.set(`${size} ${share}`, indexed.nanoseconds);
        if (share !== 0.02) continue;
        const promised = PROMISES.get(size);
        const ratio = ratioOf(result, "asking every rule");
        if (promised !== undefined) {
          recorder.target(`indexed against linear, ${size} rules`, "at least", promised, ratio);
        }
      }
    }
    const few = times.get("100 0.02");
    const many = times.get("10000 0.02");
    if (few !== undefined && many !== undefined) {
      recorder.target("cost of 10,000 rules over that of 100", "at most", 6, many / few);
    }
  },
};

async function measureSize(
  recorder: Recorder,
  name: string,
  size: number,
  share: number,
): Promise<ContestResult | undefined> {
  const mix = drawMix({ rules: size, withoutPivot: share, requests: REQUESTS });
  const before = heldBytes();
  const begun = performance.now();
  const rules = compileMix(mix.rules);
  const compiled = performance.now();
  const source = indexOf(rules);
  const indexed = performance.now();
  recorder.figure(`${name}: text to filters`, compiled - begun, "ms");
  recorder.figure(`${name}: filters to index`, indexed - compiled, "ms");
  if (before !== undefined) recorder.figure(`${name}: memory`, (heldBytes()! - before) / 1e6, "MB");
  const contexts = mix.requests.map(contextOf);
  const linear = new LinearSource(rules);
  return recorder.contest({
    name,
    contestants: [
      walking("indexed", source, rules, contexts),
      { ...walking("asking every rule", linear, rules, contexts), slow: size >= 10_000 },
    ],
  });
}

export function compileMix(texts: readonly string[]): readonly CandidateRule[] {
  return texts.map((text): { readonly filter: Filter } => {
    const compiled = compileFilter(text, MIX_SCHEME);
    if (!compiled.ok) throw new Error(compiled.errors.map((error) => error.message).join("; "));
    return { filter: compiled.value };
  });
}

/** Slots filled beforehand: what is measured is the walk. */
export function contextOf(values: MixRequest): EvaluationContext {
  const context = MIX_SCHEME.createContext<unknown>([]);
  values.forEach((value, slot) => {
    context.set(slot, value);
  });
  return context;
}

/** The position of the first rule that matches, or -1. */
export function firstMatch(
  source: CandidateSource,
  rules: readonly CandidateRule[],
  context: EvaluationContext,
): number {
  const cursor = source.open(context);
  let id = cursor.next();
  while (id !== -1 && !rules[id]!.filter!.test(context)) id = cursor.next();
  cursor.close();
  return id;
}

function walking(
  name: string,
  source: CandidateSource,
  rules: readonly CandidateRule[],
  contexts: readonly EvaluationContext[],
): Contestant {
  return {
    name,
    answers: () => contexts.slice(0, COMPARED).map((context) => firstMatch(source, rules, context)),
    run: (count) => {
      let sum = 0;
      for (let at = 0; at < count; at++) sum += firstMatch(source, rules, contexts[at % REQUESTS]!);
      return sum;
    },
  };
}

/** Bytes in use after a collection; undefined unless Node runs with `--expose-gc`. */
function heldBytes(): number | undefined {
  const collect = (globalThis as { gc?: () => void }).gc;
  if (collect === undefined) return undefined;
  collect();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}
