import { describe, expect, test } from "vitest";
import { managedRulesets } from "../support/source/rules/managed.ts";
import { get, LIMITS, matched, rule, ruleset, wafOf } from "./waf-support.ts";

const LACKING = 'http.request.headers["x-key"][0]';

describe("`ne` of a value that is missing", () => {
  test.each<[expression: string, byDefault: boolean, asInWirefilter: boolean]>([
    [`${LACKING} ne "k"`, false, true],
    [`${LACKING} != "k"`, false, true],
    [`not ${LACKING} ne "k"`, true, false],
    [`lower(${LACKING}) ne "k"`, false, true],
    [`${LACKING} ne http.host`, false, true],
    [`http.host ne ${LACKING}`, false, true],
    [`any(http.request.headers["x-key"][*] ne "k")`, false, false],
    // Nothing else changes.
    [`${LACKING} eq "k"`, false, false],
    [`not ${LACKING} eq "k"`, true, true],
    [`${LACKING} contains "k"`, false, false],
    [`${LACKING} in {"k"}`, false, false],
    ['http.host ne "k"', true, true],
    ['http.host ne "a.example"', false, false],
  ])("%s: %s by default, %s with the option", (expression, byDefault, asInWirefilter) => {
    for (const candidates of ["index", "linear"] as const) {
      const answers = [undefined, false, true].map((nilNotEqual) => {
        const options = { candidates, ...(nilNotEqual === undefined ? {} : { nilNotEqual }) };
        const waf = wafOf([ruleset("c", [rule("n", { expression })])], options);
        return matched(waf.evaluateSync(get("/"))).length === 1;
      });
      expect(answers).toEqual([byDefault, byDefault, asInWirefilter]);
    }
  });

  test("in what a rate limit counts, too", () => {
    const ratelimit = {
      characteristics: ["ip.src"],
      period: 60,
      requests_per_period: 1,
      counting_expression: `${LACKING} ne "k"`,
    };
    const answers = [false, true].map((nilNotEqual) => {
      const limit = rule("l", { action: "block", ratelimit });
      const waf = wafOf([ruleset("l", [limit], { phase: LIMITS })], { nilNotEqual });
      return [1, 2].map(() => waf.evaluateSync(get("/")).action);
    });
    expect(answers).toEqual([
      ["allow", "allow"],
      ["allow", "block"],
    ]);
  });
});

test("the managed rules say the same either way", () => {
  const rulesets = managedRulesets.map(({ id, phase }) => {
    const parameters = { id, overrides: { enabled: true } };
    return ruleset(`run ${id}`, [rule(id, { action: "execute", action_parameters: parameters })], { phase });
  });
  const wafs = [false, true].map((nilNotEqual) => wafOf(rulesets, { managed: managedRulesets, nilNotEqual }));
  // What a request can lack, one thing at a time.
  for (const request of [
    get("/"),
    get("/?a=b", { headers: [["User-Agent", "x"]] }),
    get("/", { method: "POST" }),
    get("/", { method: "POST", headers: [["Content-Type", "application/json"]], body: '{"a":1}' }),
    get("/", { method: "POST", headers: [["Content-Type", "text/plain"]], body: "x" }),
  ]) {
    const [byDefault, other] = wafs.map((waf) => {
      const exchange = waf.evaluateExchangeSync({ ...request, response: { status: 200, headers: [] } });
      return [matched(exchange.request), exchange.response && matched(exchange.response)];
    });
    expect(other).toEqual(byDefault);
  }
});
