import { describe, expect, test } from "vitest";
import { challengeRequest, isSolution, proofOfWorkProvider } from "../support/source/engine/challenge.ts";
import { type AnyDecision, type ChallengeRequest, explain } from "../support/source/engine/decision.ts";
import { createMetrics, memorySink } from "../support/source/engine/events.ts";
import { tryCreateWaf } from "../support/source/engine/firewall.ts";
import { renderDecision } from "../support/source/engine/respond.ts";
import { createShadowEvaluator } from "../support/source/engine/shadow.ts";
import { Budget } from "../support/source/language/values.ts";
import { requestFrom, WafRequest } from "../support/source/request/model.ts";
import { block, CUSTOM, GET, get, LIMITS, matched, rule, ruleset, verdict, wafOf } from "./waf-support.ts";

// Several parts of the engine at work together, as a host uses them.

describe("a challenge from the page to the clearance", () => {
  const provider = proofOfWorkProvider({
    secret: "0123456789abcdef0123456789abcdef",
    difficulty: { challenge: 4, js_challenge: 4, managed_challenge: 4 },
    clearanceSeconds: 60,
  });
  const headers = (cookie?: string) => ({
    "User-Agent": "u",
    Accept: "text/html",
    ...(cookie && { Cookie: cookie }),
  });
  const at = (now: number, cookie?: string, method = "GET") =>
    get("/account?tab=1", { method, headers: headers(cookie), receivedAt: now });
  const facts = (now: number, method = "GET"): ChallengeRequest =>
    challengeRequest(new WafRequest(requestFrom(at(now, undefined, method))), new Budget(100_000), now);

  /** What a browser does with the page: finds the number, posts it, keeps the cookie. */
  function solve(page: string, now: number): string {
    const token = /name="token"[^>]*value="([^"]+)"/.exec(page)?.[1];
    const nonce = /data-nonce="([^"]+)"/.exec(page)?.[1];
    const bits = Number(/data-bits="(\d+)"/.exec(page)?.[1]);
    if (token === undefined || nonce === undefined) throw new Error(`no challenge in ${page.slice(0, 2000)}`);
    let answer = 0;
    while (!isSolution(nonce, String(answer), bits)) answer++;
    const done = provider.answer(facts(now, "POST"), `token=${encodeURIComponent(token)}&answer=${answer}`);
    expect(done.status).toBe(303);
    expect(done.headers).toContainEqual(["location", "/account?tab=1"]);
    const cookie = done.headers.find(([name]) => name === "set-cookie")?.[1] ?? "";
    return cookie.slice(0, cookie.indexOf(";"));
  }

  function pageOf(decision: AnyDecision, now: number): string {
    const request = { method: "GET", accept: "text/html", contentType: "", challenge: facts(now) };
    const answer = renderDecision(decision, request, { provider });
    expect(answer?.body).toContain(decision.id);
    return answer?.body ?? "";
  }

  test("posed, solved, cleared, expired", () => {
    const waf = wafOf([ruleset("c", [rule("prove", { action: "managed_challenge" }), rule("after")])], {
      challenge: provider,
    });
    const first = waf.evaluateSync(at(1000));
    expect(first).toMatchObject({ action: "challenge", kind: "managed_challenge" });
    const cookie = solve(pageOf(first, 1000), 2000);
    expect(matched(waf.evaluateSync(at(3000, cookie)))).toEqual(["prove", "after"]);
    expect(waf.evaluateSync(at(2000 + 60_000, cookie)).action).toBe("challenge");
    expect(waf.evaluateSync({ ...at(3000, cookie), remoteAddress: "198.51.100.1" }).action).toBe("challenge");
  });

  test("a passed challenge zeroes the counter that asked for it", () => {
    const ratelimit = { characteristics: ["ip.src"], period: 600, requests_per_period: 2 };
    const waf = wafOf(
      [ruleset("l", [rule("limit", { action: "challenge", ratelimit })], { phase: LIMITS })],
      {
        challenge: provider,
      },
    );
    const actions = (cookie?: string) => waf.evaluateSync(at(1000, cookie));
    expect([actions(), actions()].map(({ action }) => action)).toEqual(["allow", "allow"]);
    const cookie = solve(pageOf(actions(), 1000), 1500);
    // The clearance is noticed once, and two more requests pass before it is needed again.
    expect([1, 2, 3, 4, 5].map(() => matched(actions(cookie)).length)).toEqual([1, 0, 0, 1, 0]);
  });
});

test("a throttle acts on the excess alone, and a mitigation on all that follows", () => {
  const limited = (mitigation_timeout: number) =>
    wafOf([
      ruleset(
        "l",
        [
          block("limit", {
            ratelimit: {
              characteristics: ["ip.src"],
              period: 10,
              requests_per_period: 2,
              mitigation_timeout,
              algorithm: "token_bucket",
            },
          }),
        ],
        { phase: LIMITS },
      ),
    ]);
  const times = [0, 0, 0, 5_000, 5_000, 10_000];
  const run = (timeout: number) => {
    const waf = limited(timeout);
    return times.map((now) => waf.evaluateSync(GET, { now }).action).join(" ");
  };
  expect(run(0)).toBe("allow allow block allow block allow");
  expect(run(60)).toBe("allow allow block block block block");
});

describe("what a rule carries reaches decision and event", () => {
  const rich = block("rich", {
    severity: "critical",
    message: "probe for a shell",
    references: ["https://a.example/1"],
    categories: ["scanner"],
    description: "d",
    version: "7",
    tests: [{ url: "/x", expect: "match" }],
  });
  test("facts", () => {
    const sink = memorySink();
    const decision = wafOf([ruleset("c", [rich])], { events: [sink] }).evaluateSync(GET);
    const facts = {
      ref: "rich",
      severity: "critical",
      message: "probe for a shell",
      references: ["https://a.example/1"],
      categories: ["scanner"],
      description: "d",
      version: "7",
      phase: CUSTOM,
      layer: "zone",
    };
    expect(decision).toMatchObject({ by: facts });
    expect(sink.events).toMatchObject([{ matches: [{ rule: facts }] }]);
  });

  test("a match whose logging is off is in the decision and not in the event", () => {
    const sink = memorySink();
    const waf = wafOf([ruleset("c", [rule("loud"), rule("quiet", { logging: { enabled: false } })])], {
      events: [sink],
    });
    expect(matched(waf.evaluateSync(GET))).toEqual(["loud", "quiet"]);
    expect(sink.events[0]?.matches.map((match) => match.rule.ref)).toEqual(["loud"]);
  });
});

describe("explanations", () => {
  const traced = (expression: string, url: string) => {
    const decision = wafOf([ruleset("c", [rule("r", { expression })])], { trace: true }).evaluateSync(
      get(url),
    );
    return explain(decision, "r")[0]?.rule;
  };

  test("why not: the condition that failed, with what was there instead", () => {
    const found = traced('http.request.uri.path eq "/admin" and http.host eq "a.example"', "/x");
    expect(found).toMatchObject({
      outcome: "not_matched",
      because: [{ condition: 'http.request.uri.path eq "/admin"', held: false, actual: "/x" }],
    });
  });

  test("offsets count bytes, not characters", () => {
    const expression = 'any(http.request.headers["x-a"][*] contains "drop")';
    const waf = wafOf([ruleset("c", [rule("r", { expression })])], { trace: true });
    const decision = waf.evaluateSync(get("/", { headers: { "X-A": "éédrop" } }));
    const [reason] = explain(decision, "r")[0]?.rule.because ?? [];
    expect(reason).toMatchObject({
      held: true,
      found: [4, 8],
      field: "http.request.headers",
      actual: "éédrop",
    });
    expect(reason?.path).toContain('["x-a"]');
  });

  test("values are cut, and secrets are hidden", () => {
    const long = traced('http.request.uri.query contains "needle"', `/?q=${"x".repeat(5000)}needle`)
      ?.because[0];
    expect(long?.held).toBe(true);
    expect(long?.actual?.length).toBeLessThan(600);
    const secret = traced('http.request.uri.args["password"][0] contains "x"', "/?password=xyzzy")
      ?.because[0];
    expect(JSON.stringify(secret)).not.toContain("xyzzy");
  });
});

test("two configurations side by side: the report says where they disagree", () => {
  const path = (word: string) => ({ expression: `http.request.uri.path contains "${word}"` });
  const live = wafOf([ruleset("c", [block("old", path("bad"))])]);
  const candidate = wafOf([ruleset("c", [block("new", path("bad")), block("more", path("worse"))])]);
  const shadow = createShadowEvaluator({ live, candidate });
  for (const url of ["/", "/bad", "/worse?token=s3cret", "/worse"]) shadow.evaluateSync(get(url));
  expect(shadow.report()).toMatchObject({
    requests: 4,
    compared: 4,
    agreed: 1,
    otherRule: 1,
    disagreed: 2,
    byAction: [{ live: "allow", candidate: "block 403", count: 2 }],
  });
  expect(JSON.stringify(shadow.report())).not.toContain("s3cret");
});

test("equal events are summed up", () => {
  const sink = memorySink();
  const waf = wafOf([ruleset("c", [block("b")])], { events: [sink], deduplicateEvents: { windowMs: 1000 } });
  for (const receivedAt of [0, 10, 20, 5000]) waf.evaluateSync(get("/", { receivedAt }));
  expect(sink.events.map(({ timeMs, repeats }) => [timeMs, repeats?.count ?? 0])).toEqual([
    [0, 0],
    [20, 1],
    [5000, 0],
  ]);
});

test("metrics by rule, with names from the configuration only", () => {
  const added: string[] = [];
  const metrics = createMetrics({
    createCounter: (name) => ({
      add: (value, attributes) => added.push([name, value, ...Object.values(attributes ?? {})].join(" ")),
    }),
    createHistogram: () => ({ record: () => {} }),
  });
  metrics.decided(wafOf([ruleset("c", [rule("seen"), block("b")])]).evaluateSync(get("/hostile-path")));
  expect(added).toEqual([
    `wirewall.requests 1 block ${CUSTOM}`,
    `wirewall.rule.matches 1 log ${CUSTOM} c seen enforce`,
    `wirewall.rule.matches 1 block ${CUSTOM} c b enforce`,
  ]);
});

test("the event, the decision and the page carry one reference id", () => {
  const sink = memorySink();
  const decision = wafOf([ruleset("c", [block("b")])], { events: [sink] }).evaluateSync(GET);
  const page = renderDecision(decision, { method: "GET", accept: "text/html", contentType: "" });
  expect(sink.events[0]?.id).toBe(decision.id);
  expect(page?.body).toContain(decision.id);
  expect(page?.headers).toContainEqual(["x-wirewall-reference", decision.id]);
});

test("a field that is not there yet is a fault of the rule", () => {
  const made = tryCreateWaf({
    rulesets: [
      ruleset("t", [rule("r", { action: "redirect", expression: "http.response.code eq 200" })], {
        phase: "http_request_dynamic_redirect",
      }),
      ruleset("c", [block("body", { expression: "http.response.code eq 200" })]),
    ],
  });
  expect(made.ok ? [] : made.errors.filter(({ code }) => code === "E_FIELD_PHASE").length).toBe(2);
});

test("a transaction keeps its snapshot for the response, and lists too", () => {
  const config = (status: number) => ({
    rulesets: [
      ruleset("r", [block("on-code", { expression: `http.response.code eq ${status} and ip.src in $who` })], {
        phase: "http_response_firewall_headers",
      }),
    ],
    lists: { who: ["192.0.2.0/24"] },
  });
  const waf = wafOf(config(200).rulesets, {}, config(200).lists);
  const begun = waf.begin(requestFrom(GET));
  expect(begun.request()).toMatchObject({ action: "allow" });
  expect(waf.update(config(500) as never).ok).toBe(true);
  expect(waf.updateList("who", ["198.51.100.1"]).ok).toBe(true);
  const answer = begun.response({ status: 200, rawHeaders: [] });
  expect(answer instanceof Promise ? "" : verdict(answer)).toBe("block by on-code");
  begun.end();
  expect(waf.evaluateExchangeSync(get("/", { response: { status: 500 } })).response?.action).toBe("allow");
});
