// Prints the number of the first input of a kind with a difference for which there is no reason, or "none". For undo.mjs.
import { compare } from "./compare.ts";
import { KINDS } from "./kinds.ts";

const BATCH = 500;

async function firstDifference(name: string, count: number, seed: number): Promise<string> {
  const kind = KINDS.find((one) => one.name === name);
  if (kind === undefined) throw new Error(`no kind ${name}`);
  for (let done = 0; done < count; done += BATCH) {
    const [difference] = (await compare(kind, Math.min(BATCH, count - done), seed + done)).differences;
    if (difference !== undefined) return `${done + difference.at + 1} ${difference.reader}`;
  }
  return "none";
}

const [, , name = "", count, seed] = process.argv;
console.log(await firstDifference(name, Number(count), Number(seed)));
process.exit(0);
