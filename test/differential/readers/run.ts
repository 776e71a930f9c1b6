// npm run differential:readers -- [COUNT] [SEED]
// Compares so many bodies of each kind; the sample in the tests is a small one of the same.
import { type BodyKind, type Comparison, compare } from "./compare.ts";
import { multipartBodies } from "./multipart.ts";

const KINDS: readonly BodyKind[] = [multipartBodies];
/** Inputs drawn at a time. */
const BATCH = 5000;
/** Differences that are shown of each kind. */
const SHOWN = 20;

function numberOf(argument: string | undefined, otherwise: number): number {
  const number = Number(argument ?? otherwise);
  if (!Number.isSafeInteger(number) || number < 1) throw new Error(`not a whole number: ${argument}`);
  return number;
}

async function compareInBatches(kind: BodyKind, count: number, seed: number): Promise<Comparison> {
  let total: Comparison = { inputs: 0, refused: 0, passed: 0, differences: [] };
  for (let done = 0; done < count; done += BATCH) {
    const one = await compare(kind, Math.min(BATCH, count - done), seed + done);
    total = {
      inputs: total.inputs + one.inputs,
      refused: total.refused + one.refused,
      passed: total.passed + one.passed,
      differences: [...total.differences, ...one.differences],
    };
  }
  return total;
}

const count = numberOf(process.argv[2], 100_000);
const seed = numberOf(process.argv[3], 1);
let failed = false;
for (const kind of KINDS) {
  const { inputs, refused, passed, differences } = await compareInBatches(kind, count, seed);
  console.log(
    `${kind.name}: ${inputs} inputs, ${refused} refused, ${passed} read and passed, ${differences.length} differences`,
  );
  for (const { reader, text, sent } of differences.slice(0, SHOWN)) {
    console.log(`  ${reader} hands over ${JSON.stringify(text)}\n    of ${JSON.stringify(sent)}`);
  }
  failed ||= differences.length > 0;
}
// Readers that never end leave timers and streams behind.
process.exit(failed ? 1 : 0);
