// Compiled against the declarations in dist/, whose own faults count too (`skipLibCheck` is off).
import { createServer } from "node:http";
import {
  createWaf,
  defineAction,
  formatDiagnostic,
  loadDocument,
  type RulesetInput,
  Source,
  type StandardAction,
  type StandardPhase,
  shape,
  standardActions,
  tryCreateWaf,
  uncheckedRuleset,
  type WafConfig,
} from "wirewall";
import { Bool, createCustomWaf, defineField, Scheme } from "wirewall/core";
import * as fetchHost from "wirewall/fetch";
import { defineScheme } from "wirewall/language";
import { managedRulesets } from "wirewall/managed";
import { guard } from "wirewall/node";
import * as re2wasm from "wirewall/patterns/re2-wasm";
import { re2jsEngine } from "wirewall/patterns/re2js";
import { createProxy } from "wirewall/proxy";

const config: WafConfig = {
  lists: { office: ["192.0.2.0/24"] },
  rulesets: [
    {
      phase: "http_request_firewall_managed",
      rules: [
        { ref: "run", expression: "true", action: "execute", action_parameters: { id: "wirewall-core" } },
        {
          ref: "no",
          expression: "ssl",
          action: "block",
          action_parameters: { response: { status_code: 451 } },
        },
      ],
    },
  ],
};
export const waf = createWaf(config, { managed: managedRulesets, patterns: re2jsEngine });
export const server = createServer((request, response) => {
  guard(waf)(request, response, () => response.end());
});
export const proxy = createProxy({ waf, upstream: "http://127.0.0.1:3000" });

// @ts-expect-error no such action
createWaf({ rulesets: [{ rules: [{ ref: "r", expression: "true", action: "blok" }] }] });
const head = { ref: "r", expression: "true" } as const;
// @ts-expect-error not an action of the phase
createWaf({ rulesets: [{ phase: "http_request_redirect", rules: [{ ...head, action: "block" }] }] });
// @ts-expect-error rules of the phase need a rate limit
createWaf({ rulesets: [{ phase: "http_ratelimit", rules: [{ ...head, action: "block" }] }] });
// @ts-expect-error no such phase
createWaf({ rulesets: [{ phase: "http_request", rules: [] }] });
// @ts-expect-error no such member
createWaf({ rulesets: [{ ruls: [] }] });

const loaded = loadDocument(new Source("rules: []", "rules.yaml"));
if (!loaded.ok) throw new Error(loaded.errors.map(formatDiagnostic).join("\n"));
waf.update(loaded.value);

const delay = defineAction({
  name: "delay",
  summary: "Slow.",
  terminating: false,
  contributes: [],
  parameters: shape.object({ seconds: shape.required(shape.integer(1, 60)) }),
  prepare: ({ seconds }) => seconds,
  apply: (control, seconds) => control.note(`${seconds} s`),
});
const own: RulesetInput<StandardAction | typeof delay, StandardPhase | "mine"> = {
  phase: "mine",
  rules: [{ ref: "slow", expression: "true", action: "delay", action_parameters: { seconds: 5 } }],
};
export const result = tryCreateWaf(
  { rulesets: [uncheckedRuleset(own)] },
  { actions: [...standardActions, delay] },
);

const scheme = new Scheme<never>({ fields: [defineField({ name: "vip", type: Bool, read: () => true })] });
export const custom = createCustomWaf({}, { scheme });
export const language = defineScheme({ "bot.score": "Int" });
export { fetchHost, re2wasm };
