// npm run differential:readers -- [COUNT] [SEED]
// Compares so many inputs of each kind (`-- 1000 1 json` of one kind); the sample in the tests is a small one of the same.
import { type Comparison, compare, type InputKind } from "./compare.ts";
import { EXPLAINED } from "./explained.ts";
import { KINDS } from "./kinds.ts";
import { HAS_PHP, HAS_PYTHON } from "./programs.ts";

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

if (!HAS_PYTHON) console.log("This machine has no Python: its readers are left out.");
if (!HAS_PHP) console.log("This machine has no PHP: its readers are left out.");
const count = numberOf(process.argv[2], 100_000);
const seed = numberOf(process.argv[3], 1);
let failed = false;
const only = process.argv[4];
for (const kind of KINDS) {
  if (only !== undefined && kind.name !== only) continue;
  const { inputs, refused, passed, explained, differences } = await compareInBatches(kind, count, seed);
  console.log(
    `${kind.name}: ${inputs} inputs, ${refused} refused, ${passed} read and passed, ${differences.length} differences`,
  );
  for (const { name, reason } of EXPLAINED) {
    const times = explained.get(name);
    if (times !== undefined) console.log(`  explained, ${times} times: ${name} (${reason})`);
  }
  for (const { reader, text, sent } of differences.slice(0, SHOWN)) {
    console.log(`  ${reader} hands over ${JSON.stringify(text)}\n    of ${JSON.stringify(sent)}`);
  }
  failed ||= differences.length > 0;
}
// Readers that never end leave timers and streams behind.
process.exit(failed ? 1 : 0);
