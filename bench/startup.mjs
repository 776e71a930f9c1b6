// What a start costs in processor time, beyond the start of Node itself. Needs `npm run build`.
//
//   npm run bench:startup                # 15 rounds
//   npm run bench:startup -- --rounds 31
import { execFileSync } from "node:child_process";
import { cpus, loadavg } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const root = fileURLToPath(new URL("..", import.meta.url));
const probe = fileURLToPath(new URL("startup-probe.cjs", import.meta.url));
const { values } = parseArgs({ options: { rounds: { type: "string", default: "15" } } });
const rounds = Number(values.rounds);
if (!Number.isInteger(rounds) || rounds < 1) throw new Error("--rounds takes a whole number from 1");

/** A start of Node took this long where the bounds were set; they grow with it. */
const NODE_START = 90;

const MANAGED = (rules, use) => `
import { createWaf } from "wirewall";
import { wirewallCore } from "wirewall/managed";
const core = { ref: "core", expression: "true", action: "execute", action_parameters: { id: wirewallCore.id } };
const rules = [${rules}core];
const phase = "http_request_firewall_managed";
const waf = createWaf({ rulesets: [{ id: "zone", kind: "zone", phase, rules }] }, { managed: [wirewallCore] });
${use}`;
const EVALUATE = `
const headers = { host: "shop.example", "user-agent": "Mozilla/5.0", accept: "text/html", cookie: "sid=1" };
const { action } = waf.evaluateSync({ method: "GET", url: "https://shop.example/a?q=b", headers, remoteAddress: "203.0.113.9" });
if (action !== "allow") throw new Error(action);`;
const OWN_RULE = `{ ref: "own", action: "log", expression: 'http.host eq "shop.example" and ip.src in {10.0.0.0/8}' }, `;

const module = (code) => ["--input-type=module", "--eval", code];
/** Each with what it is compared with, and what it may take beyond that where Node starts in {@link NODE_START}. */
const PROGRAMS = [
  { name: "node", args: ["--eval", "0"] },
  { name: 'import "wirewall"', args: module('import "wirewall";'), beyond: "node", most: 100 },
  { name: 'import "wirewall/managed"', args: module('import "wirewall/managed";'), beyond: "node" },
  { name: "createWaf, wirewall-core", args: module(MANAGED("", "")), beyond: 'import "wirewall"' },
  {
    name: "… and its first evaluation",
    args: module(MANAGED("", EVALUATE)),
    beyond: 'import "wirewall"',
    most: 500,
  },
  {
    name: "… with a rule of one's own",
    args: module(MANAGED(OWN_RULE, EVALUATE)),
    beyond: 'import "wirewall"',
    most: 500,
  },
  { name: "wirewall --help", args: ["dist/cli/main.js", "--help"], beyond: "node" },
  {
    name: "wirewall check FILE",
    args: ["dist/cli/main.js", "check", "examples/quickstart/firewall.yaml"],
    beyond: "node",
  },
];

function processorTime(args) {
  const out = execFileSync(process.execPath, ["--require", probe, ...args], {
    cwd: root,
    encoding: "utf8",
    stdio: "pipe",
  });
  return Number(out.slice(out.lastIndexOf("\n")));
}

function median(numbers) {
  const sorted = [...numbers].sort((left, right) => left - right);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

const times = new Map(PROGRAMS.map(({ name }) => [name, []]));
// One round of all before the next: what disturbs a round disturbs all of it.
for (let round = 0; round < rounds; round++)
  for (const { name, args } of PROGRAMS) times.get(name).push(processorTime(args));

const bare = median(times.get("node"));
console.log(`Node ${process.version}, ${cpus()[0]?.model}, load ${loadavg()[0].toFixed(1)}`);
console.log(
  `Processor time in ms, medians of ${rounds} fresh processes; bounds for a start of ${bare.toFixed(0)} ms\n`,
);
for (const { name, beyond, most } of PROGRAMS) {
  const own = times.get(name);
  const cells = [name.padEnd(28), median(own).toFixed(0).padStart(6)];
  if (beyond !== undefined) {
    const base = times.get(beyond);
    const added = median(own.map((time, at) => time - base[at]));
    cells.push(`${added.toFixed(0).padStart(6)} beyond ${beyond}`);
    if (most !== undefined) {
      const bound = (most * bare) / NODE_START;
      cells.push(`(at most ${bound.toFixed(0)}: ${added <= bound ? "met" : "missed"})`);
    }
  }
  console.log(cells.join("  "));
}
