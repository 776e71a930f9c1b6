import { describe, expect, test } from "vitest";
import { createMetrics, memorySink, type WafEvent } from "../support/source/engine/events.ts";
import { Bool, Bytes, defineAction, defineFunction } from "../support/source/index.ts";
import { requestFrom } from "../support/source/request/model.ts";
import type { CounterStore } from "../support/source/rules/ratelimit.ts";
import { standardActions } from "../support/source/rules/ruleset.ts";
import { CUSTOM, GET, get, LIMITS, type Members, matched, rule, ruleset, wafOf } from "./waf-support.ts";

const broken = defineAction({
  name: "broken",
  summary: "Throws.",
  terminating: false,
  phases: [CUSTOM, "http_log_custom_fields"],
  prepare: () => undefined,
  apply() {
    throw new Error("boom, password=hunter2");
  },
});

function brokenWaf(options: Members, sink = memorySink()) {
  const waf = wafOf(
    [
      ruleset("c", [rule("before", { logging: { enabled: false } }), rule("x", { action: "broken" })]),
      ruleset("h", [rule("strip", { action: "rewrite", action_parameters: remove("Server") })], {
        phase: "http_response_headers_transform",
      }),
    ],
    { actions: [...standardActions, broken], events: [sink], onError: () => {}, ...options },
  );
  return { waf, sink };
}

const remove = (name: string) => ({ headers: { [name]: { operation: "remove" } } });

describe("code that throws", () => {
  test.each<[failure: "closed" | "open", action: string]>([
    ["closed", "block"],
    ["open", "allow"],
  ])("%s: the decision and the event tell of it, the secret not", (failure, action) => {
    const { waf, sink } = brokenWaf({ failure });
    const decision = waf.evaluateSync(GET);
    expect(decision).toMatchObject({
      action,
      failures: [{ source: "engine", verdict: failure, rule: { ref: "x", ruleset: "c" } }],
    });
    expect(sink.events).toMatchObject([
      { id: decision.id, action, matches: [], failures: [{ source: "engine", verdict: failure }] },
    ]);
    expect(JSON.stringify(sink.events)).toContain("boom");
    expect(JSON.stringify(sink.events)).not.toContain("hunter2");
    expect(waf.evaluateSync(GET).id).not.toBe(decision.id);
  });

  test("the response of a request that failed open is judged from its own beginning", () => {
    const { waf, sink } = brokenWaf({ failure: "open" });
    const transaction = waf.begin(requestFrom(GET));
    expect(transaction.request()).toMatchObject({ action: "allow" });
    const response = transaction.response({ status: 200, rawHeaders: ["Server", "x"] });
    expect(response).toMatchObject({ action: "allow", changes: { responseHeaders: [{ name: "Server" }] } });
    transaction.end();
    expect(sink.events).toHaveLength(1);
    expect(sink.events[0]?.matches.map((match) => match.rule.ref)).toEqual(["strip"]);
  });

  test("what an exception hid from a rule that threw, rules on the response see again", () => {
    const throws = defineFunction({
      name: "throws",
      summary: "Throws.",
      params: [Bytes],
      returns: Bool,
      total: true,
      evaluate: () => {
        throw new Error("boom");
      },
    });
    const hidden = { targets: [{ field: "http.request.uri.path", ruleset: "c", rule: "x" }] };
    const waf = wafOf(
      [
        ruleset("c", [
          rule("hide", { action: "skip", action_parameters: hidden }),
          rule("x", { expression: "throws(http.host)" }),
        ]),
        ruleset("r", [rule("seen", { expression: 'http.request.uri.path eq "/a"' })], {
          phase: "http_response_firewall_headers",
        }),
      ],
      { failure: "open", functions: [throws], onError: () => {} },
    );
    const { response } = waf.evaluateExchangeSync(get("/a", { response: { status: 200 } }));
    expect(response && matched(response)).toEqual(["hide", "seen"]);
  });

  test("a database of geography that throws takes no event away", () => {
    const sink = memorySink();
    const errors: unknown[] = [];
    const lookup = () => {
      throw new Error("damaged");
    };
    const waf = wafOf([ruleset("c", [rule("x", { action: "block" })])], {
      geo: [{ lookup }],
      events: [sink],
      onError: (error) => errors.push(error),
    });
    expect(waf.evaluateSync(GET)).toMatchObject({ action: "block" });
    expect(sink.events).toMatchObject([{ action: "block", request: { client: "192.0.2.7" } }]);
    expect(errors).toEqual([new Error("damaged")]);
    expect(waf.requestFacts(requestFrom(GET))).toMatchObject({ client: "192.0.2.7" });
  });

  test("in the logging phase: the event goes out all the same", () => {
    const sink = memorySink();
    const errors: unknown[] = [];
    const waf = wafOf(
      [
        ruleset("c", [rule("seen")]),
        ruleset("log", [rule("x", { action: "broken" })], { phase: "http_log_custom_fields" }),
      ],
      {
        actions: [...standardActions, broken],
        events: [sink],
        onError: (error) => errors.push(error),
      },
    );
    expect(waf.evaluateSync(GET).action).toBe("allow");
    expect(errors).toHaveLength(1);
    expect(sink.events).toMatchObject([
      { action: "allow", matches: [{ rule: { ref: "seen" } }], failures: [{ source: "engine" }] },
    ]);
  });

  test("what cannot be shown as text harms nobody", () => {
    const nasty = defineAction({
      ...broken,
      name: "nasty",
      prepare: () => undefined,
      apply() {
        throw {
          toString() {
            throw new Error("again");
          },
        };
      },
    });
    const waf = wafOf([ruleset("c", [rule("x", { action: "nasty" })])], {
      actions: [...standardActions, nasty],
      onError: () => {},
    });
    expect(waf.evaluateSync(GET).failures).toMatchObject([{ message: "an error that cannot be shown" }]);
  });
});

describe("a counter store that fails", () => {
  const down: CounterStore = {
    read: () => {
      throw new Error("connection lost");
    },
    add: async () => {
      throw new Error("connection lost");
    },
    mitigate: () => undefined,
    reset: () => undefined,
  };
  const limited = (on_store_error: string | undefined) =>
    ruleset(
      "l",
      [
        rule("limit", {
          action: "block",
          ratelimit: {
            characteristics: ["ip.src"],
            period: 10,
            requests_per_period: 1,
            ...(on_store_error && { on_store_error }),
          },
        }),
      ],
      { phase: LIMITS },
    );

  test.each<[policy: string | undefined, action: string, verdict: string]>([
    [undefined, "allow", "open"],
    ["open", "allow", "open"],
    ["closed", "block", "closed"],
  ])("%s: %s, with an event", async (policy, action, verdict) => {
    const sink = memorySink();
    const waf = wafOf([limited(policy)], { counters: down, events: [sink] });
    const decision = await waf.evaluate(get("/"));
    expect(decision).toMatchObject({
      action,
      failures: [{ source: "store", verdict, rule: { ref: "limit" }, message: "connection lost" }],
    });
    const [event] = sink.events as readonly WafEvent[];
    expect(event).toMatchObject({ action, failures: [{ source: "store", verdict }] });
  });

  test("does not touch requests that the limit is not about", async () => {
    const rules = limited("closed");
    const only = {
      ...rules,
      rules: (rules["rules"] as Members[]).map((one) => ({ ...one, expression: "not ssl" })),
    };
    const decision = await wafOf([only], { counters: down }).evaluate(GET);
    expect(decision.failures).toBeUndefined();
    expect(matched(decision)).toEqual([]);
  });
});

test("metrics count failures", () => {
  const added: string[] = [];
  const metrics = createMetrics({
    createCounter: (name) => ({
      add: (value, attributes) => added.push(`${name} ${value} ${Object.values(attributes ?? {}).join(" ")}`),
    }),
    createHistogram: () => ({ record: () => {} }),
  });
  metrics.decided(brokenWaf({ failure: "open" }).waf.evaluateSync(GET));
  expect(added).toContain("wirewall.failures 1 engine open");
});
