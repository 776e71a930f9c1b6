// A long run: npm run fuzz -- --minutes 5 [--seed 1] [--clients 60]. Ends with 1 when something happened that must not.
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { fuzzServe } from "./serve.ts";

/** Of the heap behind the warm-up, and in bytes whatever that is: code that is optimised later takes some. */
const MAX_GROWTH = 0.1;
const FREE_GROWTH = 3 * 2 ** 20;
/** Of the well-formed requests, those that may get 502 because the upstream broke their connection. */
const MAX_BROKEN = 0.01;

const text = { type: "string" } as const;
const { values } = parseArgs({ options: { minutes: text, seed: text, clients: text } });
const { minutes = "5", seed = String(Date.now() % 1_000_000), clients = "60" } = values;
const options = { seconds: Number(minutes) * 60, seed: Number(seed), clients: Number(clients) };
const report = await fuzzServe({ cli: resolve("dist/cli/main.js"), ...options });

const [before, after] = report.heap;
const violations = [
  ...(report.exit === undefined ? [] : [`the process ended: ${report.exit}`]),
  ...report.stacks,
  ...report.ambiguous.map((fault) => `ambiguous: ${fault}`),
  ...report.probeFaults.map((fault) => `a well-formed request: ${fault}`),
  ...(report.broken > report.probes * MAX_BROKEN ? [`${report.broken} well-formed requests got 502`] : []),
  ...(report.sockets > 0 ? [`${report.sockets} sockets are left`] : []),
  ...(after > before * (1 + MAX_GROWTH) + FREE_GROWTH ? ["the heap grows"] : []),
];
console.log(`seed           ${options.seed}`);
console.log(`connections    ${report.connections}, ${report.received} bytes received`);
console.log(`upstream       ${report.requests} requests, ${report.upgrades} of them upgrades`);
console.log(`probes         ${report.probes}, ${report.broken} of them 502`);
console.log(
  `heap in MB     ${(before / 2 ** 20).toFixed(1)} behind the warm-up, ${(after / 2 ** 20).toFixed(1)} at the end`,
);
console.log(`sockets left   ${report.sockets}`);
for (const violation of violations.slice(0, 50)) console.error(`violation      ${violation}`);
// At once: Node 20.20 was seen to spin for hours in its own clean-up after this many sockets that were reset.
process.exit(violations.length > 0 ? 1 : 0);
