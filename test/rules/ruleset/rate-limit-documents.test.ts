import { describe, expect, test } from "vitest";
import { createWaf } from "../../support/source/engine/firewall.ts";
import { Source } from "../../support/source/language/diagnostics.ts";
import { standardFunctions } from "../../support/source/language/functions.ts";
import { automatonEngine } from "../../support/source/language/pattern.ts";
import { requestScheme } from "../../support/source/request/fields.ts";
import { loadDocuments } from "../../support/source/rules/load.ts";
import { canonicalJson } from "../../support/source/rules/ruleset.ts";

const BASE = { characteristics: ["ip.src"], period: 10, requests_per_period: 5 };

function documentOf(limit: object, phase = "http_ratelimit"): object {
  const rules = [
    { ref: "r", action: "managed_challenge", expression: "true", ratelimit: { ...BASE, ...limit } },
  ];
  return { rulesets: [{ id: "l", name: "L", kind: "zone", phase, rules }] };
}

function load(limit: object) {
  const options = { scheme: requestScheme(standardFunctions), patterns: automatonEngine };
  return loadDocuments([new Source(JSON.stringify(documentOf(limit)), "a.json")], options);
}

function faultsOf(limit: object): readonly string[] {
  const loaded = load(limit);
  if (loaded.ok) return loaded.warnings.map(({ code, pointer }) => `${code} ${pointer}`);
  return loaded.errors.map(({ code, pointer }) => `${code} ${pointer}`);
}

const AT = "/rulesets/0/rules/0/ratelimit";
const step = (members: object) => ({ requests_per_period: 9, ...members });

describe("rate limits with additions", () => {
  test.each<[what: string, limit: object]>([
    ["steps", { steps: [step({}), step({ requests_per_period: 20, period: 60, action: "block" })] }],
    [
      "a step of the same number in another period",
      { steps: [step({ requests_per_period: 5, period: 60 })] },
    ],
    ["a cost", { cost_expression: "http.request.body.size" }],
    ["a count of decisions", { counting_expression: 'wirewall.decision.action eq "block"' }],
    [
      "a count of decisions and responses",
      { counting_expression: 'wirewall.decision.action eq "block" or http.response.code eq 404' },
    ],
    ["flags", { count_own_refusals: true, response_headers: false }],
  ])("%s: read, written back, and put in force", (_what, limit) => {
    const loaded = load(limit);
    if (!loaded.ok) throw new Error(JSON.stringify(loaded.errors));
    expect(loaded.warnings).toEqual([]);
    expect(JSON.parse(canonicalJson(loaded.value))).toMatchObject(documentOf(limit));
    expect(createWaf(loaded.value).evaluateSync({ url: "https://a.example/" }).action).toBe("allow");
  });

  test.each<[what: string, limit: object, faults: readonly string[]]>([
    ["no steps", { steps: [] }, [`E_RATELIMIT ${AT}/steps`]],
    ["a step without a limit", { steps: [{ action: "block" }] }, [`E_RATELIMIT ${AT}/steps/0`]],
    ["a step with two limits", { steps: [step({ score_per_period: 3 })] }, [`E_RATELIMIT ${AT}/steps/0`]],
    [
      "a step that counts in another unit",
      { steps: [{ score_per_period: 9 }] },
      [`E_RATELIMIT ${AT}/steps/0`],
    ],
    [
      "a step as the limit itself",
      { steps: [step({ requests_per_period: 5 })] },
      [`E_RATELIMIT ${AT}/steps/0`],
    ],
    [
      "two equal steps",
      { steps: [step({ period: 60 }), step({ period: 60, action: "block" })] },
      [`E_RATELIMIT ${AT}/steps/0`, `E_RATELIMIT ${AT}/steps/1`],
    ],
    ["an unknown action", { steps: [step({ action: "blok" })] }, [`E_ACTION_UNKNOWN ${AT}/steps/0/action`]],
    [
      "an action that the phase does not offer",
      {
        steps: [
          step({ action: "redirect", action_parameters: { from_list: { name: "a", key: "http.host" } } }),
        ],
      },
      [`E_ACTION_PHASE ${AT}/steps/0/action`],
    ],
    [
      "an action that leads to other rules",
      { steps: [step({ action: "execute", action_parameters: { id: "x" } })] },
      [`E_RATELIMIT ${AT}/steps/0/action`],
    ],
    [
      "parameters that the action does not take",
      { steps: [step({ action: "block", action_parameters: { response: { status_code: 200 } } })] },
      [`E_DOC_RANGE ${AT}/steps/0/action_parameters/response/status_code`],
    ],
    [
      "parameters without an action",
      { steps: [step({ action_parameters: {} })] },
      [`E_RATELIMIT ${AT}/steps/0`],
    ],
    ["a cost that is no Int", { cost_expression: "http.host" }, [`E_TYPE_MISMATCH ${AT}/cost_expression`]],
    [
      "a cost of the response",
      { cost_expression: "http.response.code" },
      [`E_FIELD_PHASE ${AT}/cost_expression`],
    ],
    [
      "a cost beside scores of responses",
      {
        requests_per_period: undefined,
        score_per_period: 9,
        score_response_header_name: "x",
        cost_expression: "1",
      },
      [`E_RATELIMIT ${AT}/cost_expression`],
    ],
    [
      "a misspelt field of the decision",
      { counting_expression: 'wirewall.decision.acton eq "block"' },
      [`E_UNKNOWN_IDENTIFIER ${AT}/counting_expression`],
    ],
  ])("%s: a fault at its place", (_what, limit, faults) => {
    expect([...new Set(faultsOf(limit))]).toEqual(expect.arrayContaining([...faults]));
  });

  test("more steps than there may be", () => {
    const steps = Array.from({ length: 9 }, (_, at) => step({ requests_per_period: 10 + at }));
    expect(faultsOf({ steps })).toContain(`E_RATELIMIT ${AT}/steps`);
    expect(faultsOf({ steps: steps.slice(0, 8) })).toEqual([]);
  });
});
