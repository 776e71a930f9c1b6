// npm run differential:readers -- [COUNT] [SEED] [KIND]
// Compares so many inputs of each kind, or of one (`-- 1000 1 json`); the sample in the tests is a small one of the same.
// `-- 5000 1 benign` judges so many well-formed bodies of each kind that has bodies.
import { judgeBenign } from "./benign.ts";
import { type Comparison, compare, type InputKind } from "./compare.ts";
import { EXPLAINED } from "./explained.ts";
import { KINDS } from "./kinds.ts";
import { MISSING_LANGUAGES } from "./programs.ts";

/** Inputs drawn at a time. */
const BATCH = 5000;
/** Differences that are shown of each kind. */
const SHOWN = 20;

function numberOf(argument: string | undefined, otherwise: number): number {
  const number = Number(argument ?? otherwise);
  if (!Number.isSafeInteger(number) || number < 1) throw new Error(`not a whole number: ${argument}`);
  return number;
}

async function compareInBatches(kind: InputKind, count: number, seed: number): Promise<Comparison> {
  let total: Comparison = { inputs: 0, refused: 0, passed: 0, explained: new Map(), differences: [] };
  for (let done = 0; done < count; done += BATCH) {
    const one = await compare(kind, Math.min(BATCH, count - done), seed + done);
    total = {
      inputs: total.inputs + one.inputs,
      refused: total.refused + one.refused,
      passed: total.passed + one.passed,
      explained: sumOf(total.explained, one.explained),
      differences: [...total.differences, ...one.differences],
    };
  }
  return total;
}

function sumOf(one: ReadonlyMap<string, number>, other: ReadonlyMap<string, number>): Map<string, number> {
  const sum = new Map(one);
  for (const [name, count] of other) sum.set(name, (sum.get(name) ?? 0) + count);
  return sum;
}

for (const language of MISSING_LANGUAGES) console.log(`There is no ${language}: its readers are left out.`);
const count = numberOf(process.argv[2], 100_000);
const seed = numberOf(process.argv[3], 1);
const only = process.argv[4];

async function isAlike(kind: InputKind): Promise<boolean> {
  const start = performance.now();
  const { inputs, refused, passed, explained, differences } = await compareInBatches(kind, count, seed);
  const perSecond = Math.round((inputs / (performance.now() - start)) * 1000);
  console.log(
    `${kind.name}: ${inputs} inputs, ${refused} refused, ${passed} read and passed, ${differences.length} differences (${perSecond} a second)`,
  );
  for (const { name, reason } of EXPLAINED) {
    const times = explained.get(name);
    if (times !== undefined) console.log(`  explained, ${times} times: ${name} (${reason})`);
  }
  for (const { reader, text, sent } of differences.slice(0, SHOWN)) {
    console.log(`  ${reader} hands over ${JSON.stringify(text)}\n    of ${JSON.stringify(sent)}`);
  }
  return differences.length === 0;
}

async function isBenignAccepted(): Promise<boolean> {
  const results = await judgeBenign(Math.min(count, 5000), seed);
  for (const { name, inputs, refused } of results) {
    console.log(`benign ${name}: ${inputs} inputs, ${refused.length} refused`);
    for (const sent of refused.slice(0, SHOWN)) console.log(`    ${JSON.stringify(sent).slice(0, 1000)}`);
  }
  return results.every(({ refused }) => refused.length === 0);
}

const kinds = KINDS.filter(({ name }) => only === undefined || only === name);
if (kinds.length === 0 && only !== "benign") throw new Error(`no kind ${only}`);
let isGood = true;
for (const kind of kinds) isGood = (await isAlike(kind)) && isGood;
if (only === undefined || only === "benign") isGood = (await isBenignAccepted()) && isGood;
// Readers that never end leave timers and streams behind.
process.exit(isGood ? 0 : 1);
