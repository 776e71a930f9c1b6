// The command line of `npm run mutation`; docs/reliability.md explains the options.
import { parseArgs } from "node:util";
import { groups } from "./groups.mjs";

const USAGE = `usage: npm run mutation -- [--sample N] [--seed TEXT] [--only PATH]… [--group NAME]… [--files N]
                           [--fresh] [--retry] [--list] [--report]`;

/** Prints the usage and ends the process for `--help` (exit code 0) and for options that make no sense (2). */
export function readOptions(args) {
  let values;
  try {
    ({ values } = parseArgs({
      args,
      options: {
        sample: { type: "string", default: "300" },
        seed: { type: "string", default: "1" },
        only: { type: "string", multiple: true, default: [] },
        group: { type: "string", multiple: true, default: [] },
        files: { type: "string", default: "12" },
        fresh: { type: "boolean", default: false },
        retry: { type: "boolean", default: false },
        list: { type: "boolean", default: false },
        report: { type: "boolean", default: false },
        help: { type: "boolean", default: false },
      },
    }));
  } catch (error) {
    return reject(error.message);
  }
  if (values.help) {
    console.log(USAGE);
    process.exit();
  }
  const names = groups.map(({ name }) => name);
  for (const name of values.group)
    if (!names.includes(name)) reject(`there is no group \`${name}\`, only ${names.join(", ")}`);
  return { ...values, sample: count("sample"), files: count("files") };

  function count(name) {
    const number = Number(values[name]);
    if (!Number.isInteger(number) || number < 1)
      reject(`\`--${name}\` must be a whole number from 1, not \`${values[name]}\``);
    return number;
  }
}

function reject(message) {
  console.error(`${message}\n${USAGE}`);
  process.exit(2);
}
