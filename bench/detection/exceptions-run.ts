// Takes corpora of labelled requests: of the benign ones that the rim of the managed rules refuses, does the exception that the event
// suggests let them pass, and nothing else? `npm run bench:exceptions -- FILE… [--most N] [--label L]`
import { parseArgs } from "node:util";
import { type ExceptionVerdict, exceptionOf } from "./exceptions.ts";
import { readCorpus, UsageError } from "./records.ts";

async function main(): Promise<void> {
  const { values, positionals: corpora } = parseArgs({
    allowPositionals: true,
    options: {
      most: { type: "string", default: "400" },
      label: { type: "string", default: "benign" },
    },
  });
  if (corpora.length === 0)
    throw new UsageError("name a file of labelled requests; README.md has their format");
  const most = Number(values.most);
  const verdicts: ExceptionVerdict[] = [];
  let records = 0;
  for (const file of corpora) {
    for await (const record of readCorpus(file)) {
      if (record.label !== values.label || verdicts.length >= most) continue;
      records++;
      const verdict = exceptionOf(() => record.view());
      if (verdict === undefined) continue;
      verdicts.push(verdict);
      for (const fault of verdict.faults) console.log(`${record.id}  ${verdict.rules.join(", ")}  ${fault}`);
    }
  }
  const sound = verdicts.filter(({ faults }) => faults.length === 0);
  const whole = verdicts.filter(({ isWhole }) => isWhole);
  const rules = new Set(verdicts.flatMap((one) => one.rules));
  const attacks = verdicts.reduce((sum, one) => sum + one.attacks, 0);
  console.log(
    `${records} ${values.label} records, ${verdicts.length} refused by ${rules.size} rules: ${sound.length} exceptions hold, ` +
      `${whole.length} of them skip a rule as a whole; ${attacks} attacks of other classes sent in excepted inputs`,
  );
  process.exitCode = sound.length === verdicts.length ? 0 : 1;
}

try {
  await main();
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}
