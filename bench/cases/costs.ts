// What rules cost besides time at request time: to compile, to keep, and on the heap for each evaluation.
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { createWaf } from "../../src/engine/firewall/standard-waf.ts";
import { compileFilter, type Filter } from "../../src/language/compile/compile.ts";
import { indexOf } from "../../src/rules/plan/index/rule-index.ts";
import type { RulesetInput } from "../../src/rules/ruleset/input.ts";
import { processorTime } from "../measure/clock.ts";
import type { Recorder, Suite } from "../measure/recorder.ts";
import { drawMix, MIX_SCHEME } from "./ruleset-mix.ts";

const RULES = 10_000;

export const costs: Suite = {
  name: "costs",
  title: "Compile time and memory",
  run(recorder) {
    if (recorder.wants("compile")) measureCompiling(recorder);
    if (recorder.wants("heap")) measureHeap(recorder);
    if (recorder.wants("documents")) measureDocuments(recorder);
  },
};

function collector(): () => void {
  setFlagsFromString("--expose-gc");
  return runInNewContext("gc") as () => void;
}

function heapUsed(collect: () => void): number {
  collect();
  collect();
  return process.memoryUsage().heapUsed + process.memoryUsage().arrayBuffers;
}

function compileAll(expressions: readonly string[]): readonly Filter[] {
  return expressions.map((text) => {
    const compiled = compileFilter(text, MIX_SCHEME);
    if (!compiled.ok) throw new Error(`${text}: ${compiled.errors[0]!.message}`);
    return compiled.value;
  });
}

function measureCompiling(recorder: Recorder): void {
  const collect = collector();
  const { rules } = drawMix({ rules: RULES, withoutPivot: 0.02, requests: 1 });
  compileAll(rules.slice(0, 1000));
  const before = heapUsed(collect);
  const begun = processorTime();
  const clock = performance.now();
  const filters = compileAll(rules);
  const compiled = processorTime();
  const source = indexOf(filters.map((filter) => ({ filter })));
  const indexed = processorTime();
  // Done once, in a cold process: V8 optimises on other cores meanwhile, so that what one waits is the target, and the
  // processor time of all threads stands beside it.
  const waited = (performance.now() - clock) / 1000;
  const bytes = heapUsed(collect) - before;
  recorder.figure("compile, per thousand rules", (compiled - begun) / (RULES / 1000), "ms");
  recorder.figure("index, per thousand rules", (indexed - compiled) / (RULES / 1000), "ms");
  recorder.figure("memory, per thousand rules", bytes / 2 ** 20 / (RULES / 1000), "MB");
  recorder.figure(
    "10,000 rules from text to index, processor time of all threads",
    (indexed - begun) / 1000,
    "s",
  );
  recorder.target("10,000 rules from text to index, elapsed", "at most", 1.5, waited, "s");
  recorder.target("10,000 rules in memory", "at most", 40, bytes / 2 ** 20, "MB");
  if (source.size !== RULES) throw new Error("rules are missing");
}

function measureHeap(recorder: Recorder): void {
  const collect = collector();
  const { rules, requests } = drawMix({ rules: 1000, withoutPivot: 0.02, requests: 64 });
  const filters = compileAll(rules);
  const source = indexOf(filters.map((filter) => ({ filter })));
  const contexts = requests.map((values) => {
    const context = MIX_SCHEME.createContext();
    values.forEach((value, slot) => {
      context.set(slot, value);
    });
    return context;
  });
  const walk = (turns: number): number => {
    let hits = 0;
    for (let turn = 0; turn < turns; turn++) {
      const context = contexts[turn & 63]!;
      const cursor = source.open(context);
      for (let at = cursor.next(); at >= 0; at = cursor.next()) if (filters[at]!.test(context)) hits++;
      cursor.close();
    }
    return hits;
  };
  walk(50_000);
  const turns = 20_000;
  const samples: number[] = [];
  for (let sample = 0; sample < 7; sample++) {
    collect();
    const before = process.memoryUsage().heapUsed;
    walk(turns);
    samples.push((process.memoryUsage().heapUsed - before) / turns);
  }
  // A collection in between makes a sample too small, V8's own work makes one too large.
  const middle = samples.sort((left, right) => left - right)[3]!;
  recorder.figure("heap, per evaluation of 1,000 indexed rules on prepared fields", Math.max(middle, 0), "B");
  recorder.target("heap per evaluation on prepared fields", "at most", 64, Math.max(middle, 0), "B");
}

/** A whole configuration, as an application loads it. */
function measureDocuments(recorder: Recorder): void {
  const collect = collector();
  const rules = Array.from({ length: RULES }, (_, at) => ({
    ref: `rule-${at}`,
    expression: `http.host == "h${at % 500}.example" and starts_with(http.request.uri.path, "/p${at}/") and not ip.src in {10.${at % 256}.0.0/16}`,
    action: "block" as const,
  }));
  const document: RulesetInput = {
    name: "bench",
    kind: "zone",
    phase: "http_request_firewall_custom",
    rules,
  };
  createWaf({ rulesets: [{ ...document, rules: rules.slice(0, 500) }] });
  const before = heapUsed(collect);
  const begun = processorTime();
  const waf = createWaf({ rulesets: [document] });
  const took = processorTime() - begun;
  const bytes = heapUsed(collect) - before;
  recorder.figure("documents, 10,000 rules to a firewall", took / 1000, "s");
  recorder.figure("documents, memory of 10,000 rules", bytes / 2 ** 20, "MB");
  if (waf.snapshot.rules !== RULES) throw new Error("rules are missing");
}
