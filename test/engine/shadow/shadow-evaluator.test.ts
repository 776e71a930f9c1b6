import { describe, expect, test } from "vitest";
import type { Decision } from "../../support/source/engine/decision.ts";
import { requestFacts } from "../../support/source/engine/events.ts";
import { createWaf, type Waf } from "../../support/source/engine/firewall.ts";
import {
  createShadowEvaluator,
  formatShadowReport,
  type ShadowOptions,
} from "../../support/source/engine/shadow.ts";
import { MisuseError } from "../../support/source/language/diagnostics.ts";
import { type RequestData, requestFrom, WafRequest } from "../../support/source/request/model.ts";
import type { RequestView } from "../../support/source/request/view.ts";
import { blocked, match, passed, rule } from "../decisions.ts";

type Judge = (view: RequestView) => Decision;

/** A firewall that does as told; what is not needed here throws. */
function waf(judge: Judge, over: Partial<Waf> = {}): Waf {
  const unused = () => {
    throw new Error("not needed");
  };
  const seen = (request: RequestData | RequestView) =>
    judge("rawHeaders" in request ? request : requestFrom(request));
  return {
    snapshot: { version: 3, hash: "0123456789abcdef", createdAt: 0, rulesets: 1, rules: 2, lists: 0 },
    host: createWaf({}).host,
    warnings: [],
    mode: "enforce",
    modes: { mode: "enforce", phases: {}, rulesets: {} },
    setMode: unused,
    hostNeeds: [],
    canEvaluateSync: true,
    evaluate: async (request) => seen(request),
    evaluateSync: seen,
    evaluateExchange: unused,
    evaluateExchangeSync: unused,
    begin: unused,
    requestFacts: (view) => requestFacts(new WafRequest(view), unused),
    update: unused,
    updateList: unused,
    history: () => [],
    limits: createWaf({}).limits,
    rollback: unused,
    flush: unused,
    close: unused,
    eventStats: createWaf({}).eventStats,
    ...over,
  };
}

const pass: Judge = () => passed();
const block =
  (ref: string, status = 403): Judge =>
  () =>
    blocked(rule(ref), undefined, { status });
const get = (url = "https://shop.example/a?token=s3cret", remoteAddress = "192.0.2.7"): RequestData => ({
  url,
  remoteAddress,
});

async function reportOf(
  live: Judge,
  candidate: Judge,
  options: Partial<ShadowOptions> = {},
  requests = [get()],
) {
  const shadow = createShadowEvaluator({ live: waf(live), candidate: waf(candidate), ...options });
  const decisions: Decision[] = [];
  for (const request of requests) decisions.push(await shadow.evaluate(request));
  await shadow.settled();
  return { report: shadow.report(), decisions, shadow };
}

describe("comparison", () => {
  const observing: Judge = () => ({
    ...passed([match(rule("a"), { decisive: true })]),
    wouldHave: "block",
  });
  test.each<
    [what: string, live: Judge, candidate: Judge, agreed: number, otherRule: number, disagreed: number]
  >([
    ["both pass", pass, pass, 1, 0, 0],
    ["both block by one rule", block("a"), block("a"), 1, 0, 0],
    ["both block by different rules", block("a"), block("b"), 0, 1, 0],
    ["only the candidate blocks", pass, block("a"), 0, 0, 1],
    ["only the live one blocks", block("a"), pass, 0, 0, 1],
    ["another status", block("a"), block("a", 429), 0, 0, 1],
    ["the candidate only observes", pass, observing, 0, 0, 1],
  ])("%s", async (_what, live, candidate, agreed, otherRule, disagreed) => {
    const { report } = await reportOf(live, candidate);
    expect(report).toMatchObject({ requests: 1, compared: 1, agreed, otherRule, disagreed });
    const shadow = createShadowEvaluator({ live: waf(live), candidate: waf(candidate) });
    shadow.evaluateSync(get());
    expect(shadow.report()).toMatchObject({ requests: 1, compared: 1, agreed, otherRule, disagreed });
  });

  test("the report names actions, rules and redacted samples", async () => {
    const byPath: Judge = (view) => (view.target.startsWith("/b") ? blocked(rule("b")) : passed());
    const { report } = await reportOf(pass, byPath, {}, [
      get(),
      get("/b?token=s3cret"),
      get("/b2"),
      get("/a"),
    ]);
    expect(report.byAction).toEqual([{ live: "allow", candidate: "block 403", count: 2 }]);
    expect(report.byRule).toEqual([{ candidate: "custom/b", actionsDiffer: true, count: 2 }]);
    expect(report.samples.map(({ request }) => request.path + request.query)).toEqual([
      "/btoken=[redacted]",
      "/b2",
    ]);
    expect(JSON.parse(JSON.stringify(report))).toEqual(report);
    expect(formatShadowReport(report)).toBe(`live       version 3  0123456789ab  2 rules
candidate  version 3  0123456789ab  2 rules

4 requests: 4 compared, 0 not sampled, 0 left out under load, 0 failed
2 agreed, 0 decided alike by another rule, 2 disagreed (50.00 %)

count  live   candidate
    2  allow  block 403

count  live rule  candidate rule
    2  -          custom/b        other action

samples
  192.0.2.7 GET /b?token=[redacted]
    live allow, candidate block 403 by custom/b
  192.0.2.7 GET /b2
    live allow, candidate block 403 by custom/b
`);
  });
});

test("the text of a report tells of failures, rules of one action and what was left out", async () => {
  const live: Judge = (view) => blocked(rule(view.target === "/1" ? "a\nb" : "long-name"));
  const candidate: Judge = (view) => {
    if (view.target === "/fail") throw new Error("broken");
    return view.target === "/3" ? passed() : blocked(rule(`c${view.target.slice(1)}`));
  };
  const paths = ["/fail", "/2", "/2", "/2", "/1", "/3", "/4"];
  const requests = paths.map((path) => get(`https://shop.example${path}`));
  const { report } = await reportOf(live, candidate, { maxRules: 3, maxSamples: 2 }, requests);
  expect(formatShadowReport(report)).toBe(`live       version 3  0123456789ab  2 rules
candidate  version 3  0123456789ab  2 rules

7 requests: 6 compared, 0 not sampled, 0 left out under load, 1 failed
0 agreed, 5 decided alike by another rule, 1 disagreed (16.67 %)
latest failure: Error: broken

count  live       candidate
    1  block 403  allow

count  live rule         candidate rule
    3  custom/long-name  custom/c2       same action
    1  custom/a\\nb       custom/c1       same action
    1  custom/long-name  -               other action
1 more between further rules

samples
  192.0.2.7 GET shop.example/2
    live block 403 by custom/long-name, candidate block 403 by custom/c2
  192.0.2.7 GET shop.example/2
    live block 403 by custom/long-name, candidate block 403 by custom/c2
`);
});

describe("isolation", () => {
  const failing: Judge = () => {
    throw new Error("broken\ncandidate");
  };
  test("a candidate that fails changes no decision", async () => {
    const { report, decisions, shadow } = await reportOf(block("a"), failing);
    expect(decisions).toEqual([blocked(rule("a"))]);
    expect(report).toMatchObject({ errors: 1, compared: 0, lastError: "Error: broken\\ncandidate" });
    expect(shadow.evaluateSync(get())).toEqual(blocked(rule("a")));
    expect(shadow.report().errors).toBe(2);
  });

  test("a candidate that never answers is not waited for, and cannot pile up", async () => {
    const stuck = waf(pass, { evaluate: () => new Promise(() => undefined) });
    const shadow = createShadowEvaluator({ live: waf(pass), candidate: stuck, maxPending: 3 });
    for (let at = 0; at < 10; at++) expect((await shadow.evaluate(get())).action).toBe("allow");
    expect(shadow.report()).toMatchObject({ requests: 10, compared: 0, overload: 7 });
  });

  test("a sample key that throws, and one that throws nothing printable", () => {
    const shadow = createShadowEvaluator({
      live: waf(pass),
      candidate: waf(pass),
      rate: 0.5,
      sampleKey() {
        throw Object.create(null);
      },
    });
    expect(shadow.evaluateSync(get()).action).toBe("allow");
    expect(shadow.report()).toMatchObject({ errors: 1, lastError: "an error that cannot be shown" });
  });

  test("a live one that fails, fails as without a shadow", async () => {
    const shadow = createShadowEvaluator({ live: waf(failing), candidate: waf(pass) });
    await expect(shadow.evaluate(get())).rejects.toThrow("broken");
    expect(() => shadow.evaluateSync(get())).toThrow("broken");
    expect(shadow.report().requests).toBe(0);
  });

  test("both see one and the same view", async () => {
    const views: RequestView[] = [];
    const record: Judge = (view) => {
      views.push(view);
      return passed();
    };
    await reportOf(record, record, {}, [get()]);
    expect(views).toHaveLength(2);
    expect(views[0]).toBe(views[1]);
  });
});

describe("bounds", () => {
  test("pairs of rules and samples", async () => {
    const byNumber: Judge = (view) => blocked(rule(view.target.slice(1)));
    const requests = Array.from({ length: 40 }, (_, at) => get(`/${at % 10}`));
    const { report } = await reportOf(
      pass,
      byNumber,
      { maxRules: 4, maxSamples: 6, samplesPerPair: 2 },
      requests,
    );
    expect(report.byRule.map(({ count }) => count)).toEqual([4, 4, 4, 4]);
    expect(report.byRuleLeftOut).toBe(24);
    expect(report.samples).toHaveLength(6);
    expect(report.byAction).toEqual([{ live: "allow", candidate: "block 403", count: 40 }]);
    expect(formatShadowReport(report)).toContain("24 more between further rules");
  });

  test("unless told otherwise are 100 waiting, 500 pairs, 50 samples, 3 of a pair", async () => {
    const stuck = waf(pass, { evaluate: () => new Promise(() => undefined) });
    const waiting = createShadowEvaluator({ live: waf(pass), candidate: stuck });
    for (let at = 0; at < 102; at++) await waiting.evaluate(get());
    expect(waiting.report().overload).toBe(2);
    const byPath: Judge = (view) => blocked(rule(view.target.slice(1)));
    const shadow = createShadowEvaluator({ live: waf(pass), candidate: waf(byPath) });
    for (let at = 0; at < 5; at++) shadow.evaluateSync(get("/0"));
    expect(shadow.report().samples).toHaveLength(3);
    for (let at = 1; at < 502; at++) shadow.evaluateSync(get(`/${at}`));
    const { byRule, byRuleLeftOut, samples } = shadow.report();
    expect([byRule.length, byRuleLeftOut, samples.length]).toEqual([500, 2, 50]);
    expect(byRule[0]).toEqual({ candidate: "custom/0", actionsDiffer: true, count: 5 });
  });

  test("what began before a new report is not counted in it", async () => {
    let answer = (_decision: Decision) => {};
    const late = waf(pass, {
      evaluate: () =>
        new Promise((resolve) => {
          answer = resolve;
        }),
    });
    const shadow = createShadowEvaluator({ live: waf(pass), candidate: late });
    await shadow.evaluate(get());
    shadow.reset();
    answer(passed());
    await shadow.settled();
    expect(shadow.report()).toMatchObject({ requests: 0, compared: 0, agreed: 0 });
  });

  test("a new report forgets failures and all that was left out", async () => {
    const failing: Judge = () => {
      throw new Error("broken");
    };
    const sampled = createShadowEvaluator({
      live: waf(pass),
      candidate: waf(failing),
      rate: 0.5,
      sampleKey: ({ target }) => target,
    });
    for (let at = 0; at < 40; at++) sampled.evaluateSync(get(`/${at}`));
    const stuck = waf(pass, { evaluate: () => new Promise(() => undefined) });
    const full = createShadowEvaluator({ live: waf(pass), candidate: stuck, maxPending: 0 });
    await full.evaluate(get());
    const before = [sampled.report(), full.report()].map(({ errors, notSampled, overload }) =>
      [errors, notSampled, overload].map((count) => count > 0),
    );
    expect(before).toEqual([
      [true, true, false],
      [false, false, true],
    ]);
    for (const shadow of [sampled, full]) {
      shadow.reset();
      const report = shadow.report();
      expect(report).toMatchObject({ requests: 0, errors: 0, notSampled: 0, overload: 0 });
      expect(report).not.toHaveProperty("lastError");
    }
  });

  test("a new report begins at nothing", async () => {
    const { shadow } = await reportOf(pass, block("a"));
    shadow.reset();
    expect(shadow.report()).toMatchObject({ requests: 0, compared: 0, disagreed: 0, samples: [] });
    expect(formatShadowReport(shadow.report())).toContain("0 disagreed\n");
  });
});

describe("sampling", () => {
  const clients = Array.from({ length: 2000 }, (_, at) => get("/", `10.0.${at >> 8}.${at & 255}`));

  test.each([0, 0.1, 0.5, 1])("a rate of %j takes about that share of clients", async (rate) => {
    const { report } = await reportOf(pass, pass, { rate }, clients);
    expect(report.compared + report.notSampled).toBe(2000);
    expect(Math.abs(report.compared / 2000 - rate)).toBeLessThan(0.05);
  });

  test("is the same every time, by client, and another with another seed", async () => {
    const taken = async (seed: number) => {
      const seen: string[] = [];
      const record: Judge = (view) => {
        seen.push(view.remoteAddress ?? "");
        return passed();
      };
      await reportOf(pass, record, { rate: 0.2, seed }, clients);
      return seen;
    };
    expect(await taken(0)).toEqual(await taken(0));
    expect(await taken(0)).not.toEqual(await taken(1));
  });

  test.each([-0.1, 1.1, Number.NaN])("a rate of %j is refused", (rate) => {
    const make = () => createShadowEvaluator({ live: waf(pass), candidate: waf(pass), rate });
    expect(make).toThrow(MisuseError);
    expect(make).toThrow("`rate` must be between 0 and 1");
  });
});
