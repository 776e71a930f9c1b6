// What many firewalls of one configuration cost beside one, and whether updates leave anything behind. Run by
// `npm run bench:tenants`; not part of the suites, whose figures are per request.
import { setImmediate } from "node:timers/promises";
import { createWaf } from "../src/engine/firewall/standard-waf.ts";
import type { Waf } from "../src/engine/firewall/waf.ts";
import type { WafOptions } from "../src/engine/options/options.ts";
import type { WafConfig } from "../src/engine/snapshot/reports.ts";
import { wirewallCore } from "../src/rules/managed/index.ts";
import type { RulesetInput } from "../src/rules/ruleset/input.ts";

const TENANTS = 1000;
const UPDATES = 1000;
const RULES = 300;

interface Case {
  readonly name: string;
  readonly options: WafOptions;
  /** A configuration of its own for each firewall: equal, and not the same object. */
  config(): WafConfig;
}

const cases: readonly Case[] = [
  { name: `${RULES} rules`, options: {}, config: () => configuration(RULES, "p") },
  {
    name: "wirewall-core beside 10 rules",
    options: { managed: [wirewallCore] },
    config: () => ({ rulesets: [...(configuration(10, "m").rulesets ?? []), executed()] }),
  },
];

function configuration(rules: number, word: string): WafConfig {
  return {
    rulesets: [
      {
        id: "custom",
        name: "custom",
        kind: "zone",
        phase: "http_request_firewall_custom",
        rules: Array.from({ length: rules }, (_, at) => ({
          ref: `${word}${at}`,
          description: `rule ${at}`,
          action: at % 3 === 0 ? "log" : "block",
          expression: `http.request.uri.path eq "/${word}${at}" and http.host contains "h${at}"`,
        })),
      },
    ],
  };
}

function executed(): RulesetInput {
  const phase = "http_request_firewall_managed";
  const rules = [
    { ref: "core", action: "execute", expression: "true", action_parameters: { id: wirewallCore.id } },
  ] as const;
  return { id: "managed", name: "managed", kind: "zone", phase, rules };
}

async function heap(): Promise<number> {
  // Finalizers run in tasks of their own.
  for (let round = 0; round < 3; round++) {
    globalThis.gc?.();
    await setImmediate();
  }
  return process.memoryUsage().heapUsed;
}

/** Milliseconds of processor time. */
function cost(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

async function tenants({ name, options, config }: Case): Promise<void> {
  // Cloned, so that texts put together here are flat already: flattening them would be counted as memory won.
  const configs = Array.from({ length: TENANTS }, () => structuredClone(config()));
  const kept: Waf[] = [];
  const add = (config: WafConfig) => kept.push(createWaf(config, options));
  const empty = await heap();
  const first = cost(() => configs.slice(0, 1).forEach(add));
  const one = (await heap()) - empty;
  const rest = cost(() => configs.slice(1).forEach(add));
  const all = (await heap()) - empty;
  console.log(
    `${name}, ${configs.length} equal configurations: one ${first.toFixed(0)} ms, ${kilobytes(one)} kB; ${kept.length} firewalls ${(first + rest).toFixed(0)} ms, ` +
      `${kilobytes(all)} kB: ${((first + rest) / first).toFixed(1)} times the time, ${(all / one).toFixed(1)} times the heap`,
  );
}

async function updates(): Promise<void> {
  const waf = createWaf({ ...configuration(RULES, "u"), lists: { l: ["10.0.0.1"] } });
  const run = async (from: number) => {
    for (let at = from; at < from + UPDATES / 2; at++) {
      waf.update({ ...configuration(RULES, `u${at}x`), lists: { l: ["10.0.0.1"] } });
      waf.updateList("l", [`10.0.1.${at % 256}`]);
      if (at % 50 === 0) await setImmediate();
    }
  };
  await run(0);
  const before = await heap();
  await run(UPDATES / 2);
  const after = await heap();
  console.log(
    `${UPDATES} updates: ${kilobytes(before)} kB after half of them, ${kilobytes(after)} kB at the end, version ${waf.snapshot.version}`,
  );
}

async function dropped(): Promise<void> {
  const before = await heap();
  for (let at = 0; at < 100; at++) {
    createWaf(configuration(RULES, `d${at}x`));
    if (at % 10 === 0) await setImmediate();
  }
  console.log(`100 firewalls made and dropped: ${kilobytes((await heap()) - before)} kB left`);
}

function kilobytes(bytes: number): string {
  return (bytes / 1024).toFixed(0);
}

if (globalThis.gc === undefined) throw new Error("run with --expose-gc");
// What every process pays once, such as the grammar's tables, is not the first tenant's.
createWaf(configuration(RULES, "warm"));
for (const one of cases) await tenants(one);
await updates();
await dropped();
