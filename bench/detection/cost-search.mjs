// Looks for the body that costs most processor time per byte under the managed rules. Needs `npm run build`.
//
//   node bench/detection/cost-search.mjs               # ten minutes
//   node bench/detection/cost-search.mjs --minutes 1 --seed 7 --most 150
//
// A body is made from a recipe, so that what was found can be made again: --recipe 'JSON' measures one. --detection runs
// readers and detectors alone, without the rules.
import { performance } from "node:perf_hooks";
import { parseArgs } from "node:util";
import { createWaf } from "../../dist/index.js";
import { wirewallCore } from "../../dist/rules/managed/index.js";
import { bodyOf, change, drawRecipe } from "./cost-recipes.mjs";

const { values: options } = parseArgs({
  options: {
    minutes: { type: "string", default: "10" },
    seed: { type: "string", default: "1" },
    most: { type: "string" },
    recipe: { type: "string" },
    detection: { type: "boolean", default: false },
  },
});
const numberOf = (name) => {
  const number = Number(options[name]);
  if (!(number > 0)) throw new Error(`--${name} takes a number above 0, found ${options[name]}`);
  return number;
};

/** Recipes that are kept, and how many are drawn from them before one is taken anew. */
const KEPT = 24;
const FRESH_SHARE = 0.1;
/** The fastest of so many evaluations counts: whatever disturbs the machine only adds. */
const RUNS = 3;
/** A recipe that is about to be kept is measured again. */
const RUNS_AGAIN = 5;
/** And what is reported once more. */
const RUNS_AT_LAST = 15;
/** And a single recipe, whose process has done nothing before. */
const RUNS_ALONE = 80;

const MANAGED = { action: "execute", expression: "true", action_parameters: { id: wirewallCore.id } };
/** Asks for all evidence, and finds none that weighs so much. */
const DETECTION = { action: "block", expression: "any(wirewall.detection.points[*] ge 1000)" };

const waf = createWaf(
  {
    rulesets: [
      {
        name: "managed",
        kind: "zone",
        phase: "http_request_firewall_managed",
        rules: [{ ref: "judge", ...(options.detection ? DETECTION : MANAGED) }],
      },
    ],
  },
  { managed: [wirewallCore] },
);

function evaluate(type, body) {
  const request = {
    method: "POST",
    url: "https://shop.example/items",
    headers: { "Content-Type": type, "User-Agent": "Mozilla/5.0", Accept: "*/*" },
    body,
    receivedAt: 0,
    remoteAddress: "203.0.113.9",
  };
  const used = process.cpuUsage();
  const begin = performance.now();
  const decision = waf.evaluateSync(request);
  const time = performance.now() - begin;
  const { user, system } = process.cpuUsage(used);
  // Where others have the processor the clock on the wall runs on; where V8 compiles and collects beside, processor time does.
  return { time: Math.min(time, (user + system) / 1000), decision };
}

function fastest(type, body, runs) {
  let best = evaluate(type, body);
  for (let run = 1; run < runs; run++) {
    const next = evaluate(type, body);
    if (next.time < best.time) best = next;
  }
  return best;
}

/** Milliseconds of an empty body, by type. */
const empties = new Map();

/** Nanoseconds a byte, beyond what the same request costs with an empty body. */
function measure(recipe, runs) {
  const { type, text } = bodyOf(recipe);
  const body = Buffer.from(text, "latin1");
  const { time, decision } = fastest(type, body, runs);
  const empty = empties.get(type) ?? fastest(type, Buffer.from(" "), RUNS_AT_LAST).time;
  empties.set(type, empty);
  return {
    recipe,
    type,
    bytes: body.length,
    perByte: (Math.max(0, time - empty) * 1e6) / body.length,
    milliseconds: time,
    outcome: decision.action === "allow" ? "allow" : `${decision.action} by ${decision.by.ref}`,
    exhausted: decision.budget !== undefined,
    start: text.slice(0, 160),
  };
}

function seeded(seed) {
  let state = seed >>> 0 || 1;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 4_294_967_296;
  };
}

const printable = (text) => text.replace(/[^\x20-\x7e]/g, (unit) => `\\x${unit.charCodeAt(0).toString(16)}`);

function print({ perByte, bytes, milliseconds, outcome, exhausted, type, recipe, start }) {
  console.log(
    `${perByte.toFixed(0).padStart(6)} ns a byte: ${bytes} bytes in ${milliseconds.toFixed(1)} ms, ${outcome}${exhausted ? ", budget exhausted" : ""}`,
  );
  console.log(`        ${type}: ${printable(start)}`);
  console.log(`        --recipe '${JSON.stringify(recipe)}'`);
}

function search() {
  const random = seeded(numberOf("seed"));
  const end = Date.now() + numberOf("minutes") * 60_000;
  const kept = [];
  /** One of each way in which the budget ran out, by type. */
  const exhausting = new Map();
  let tried = 0;
  while (Date.now() < end) {
    tried++;
    const isFresh = kept.length < KEPT || random() < FRESH_SHARE;
    // The better of two that are drawn.
    const parent = kept[Math.floor(Math.min(random(), random()) * kept.length)];
    const recipe = isFresh ? drawRecipe(random) : change(parent.recipe, random);
    let found = measure(recipe, RUNS);
    if (found.exhausted && !exhausting.has(found.type)) exhausting.set(found.type, found);
    const bar = kept.length < KEPT ? 0 : kept[kept.length - 1].perByte;
    if (found.perByte <= bar) continue;
    found = measure(recipe, RUNS_AGAIN);
    if (found.perByte <= bar) continue;
    const isBest = kept.length === 0 || found.perByte > kept[0].perByte;
    kept.push(found);
    kept.sort((left, right) => right.perByte - left.perByte);
    // A kind of body keeps a third of the places at most, so that one does not crowd out the others.
    const alike = kept.filter(({ recipe: { kind } }) => kind === found.recipe.kind);
    if (alike.length > KEPT / 3) kept.splice(kept.indexOf(alike[alike.length - 1]), 1);
    if (kept.length > KEPT) kept.pop();
    if (isBest)
      console.log(
        `${String(tried).padStart(7)} tried: ${found.perByte.toFixed(0)} ns a byte, ${found.recipe.kind}`,
      );
  }
  // What was disturbed when it was found falls back here.
  const again = kept.map(({ recipe }) => measure(recipe, RUNS_AT_LAST)).sort((a, b) => b.perByte - a.perByte);
  console.log(`\n${tried} bodies tried; the most expensive of each kind:`);
  const kinds = new Set();
  for (const one of again) {
    if (!kinds.has(one.recipe.kind)) print(one);
    kinds.add(one.recipe.kind);
  }
  if (exhausting.size > 0) {
    console.log("\nthe default budget ran out:");
    for (const one of exhausting.values()) print(one);
  }
  return { worst: again[0], isExhausted: exhausting.size > 0 };
}

// V8 compiles what it will.
for (const text of ["a=b&c=d", "a=1'%20or%20<b>"])
  for (let turn = 0; turn < 300; turn++) evaluate("application/x-www-form-urlencoded", Buffer.from(text));

if (options.recipe === undefined) {
  const { worst, isExhausted } = search();
  const isOver = options.most !== undefined && worst.perByte > numberOf("most");
  if (isOver) console.error(`\nmore than ${options.most} ns a byte`);
  process.exitCode = isOver || isExhausted ? 1 : 0;
} else print(measure(JSON.parse(options.recipe), RUNS_ALONE));
