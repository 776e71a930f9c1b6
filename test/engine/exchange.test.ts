import { describe, expect, test } from "vitest";
import { remoteStore } from "../support/remote-store.ts";
import { memorySink } from "../support/source/engine/events.ts";
import { requestFrom } from "../support/source/request/model.ts";
import { block, get, LIMITS, type Members, matched, rule, ruleset, verdict, wafOf } from "./waf-support.ts";

const rules = [
  ruleset("c", [block("bad", { expression: 'http.request.uri.path eq "/bad"' })]),
  ruleset("leak", [block("leaks", { expression: 'wirewall.response.body.raw contains "secret"' })], {
    phase: "http_response_firewall_body",
  }),
];
const hello = { status: 200, body: "hello" };

describe("a request with its response", () => {
  test.each<[url: string, response: Members | undefined, request: string, answer: string | undefined]>([
    ["/", hello, "allow", "allow"],
    ["/", { status: 200, body: "a secret" }, "allow", "block by leaks"],
    ["/bad", hello, "block by bad", undefined],
    ["/", undefined, "allow", undefined],
  ])("%s with %j", async (url, response, request, answer) => {
    const init = get(url, response === undefined ? {} : { response: response as never });
    for (const given of [init, requestFrom(init)]) {
      const waf = wafOf(rules);
      const exchange = waf.evaluateExchangeSync(given);
      expect(verdict(exchange.request)).toBe(request);
      expect(exchange.response && verdict(exchange.response)).toBe(answer);
      const awaited = await wafOf(rules).evaluateExchange(given);
      expect(awaited).toEqual(exchange);
    }
  });

  test.each([true, false])(
    "the host's word on whether a body may follow holds to the end: %s",
    async (hasBody) => {
      const reads = rule("none", { expression: 'http.request.body.raw eq ""' });
      const waf = wafOf([
        ruleset("c", [reads]),
        ruleset("r", [reads], { phase: "http_response_firewall_headers" }),
      ]);
      const view = {
        ...requestFrom(get("/", { method: "POST", response: { status: 200 } })),
        body: undefined,
        hasBody,
      };
      const { request, response } = waf.evaluateExchangeSync(view);
      expect([waf.evaluateSync(view), request].map(matched)).toEqual(
        hasBody ? [[], []] : [["none"], ["none"]],
      );
      expect(response && matched(response)).toEqual(hasBody ? [] : ["none", "none"]);
    },
  );

  test("is one event, and a response that was never sent is not in it", () => {
    const sink = memorySink();
    const waf = wafOf([...rules, ruleset("m", [rule("all")], { phase: "http_request_firewall_managed" })], {
      events: [sink],
    });
    waf.evaluateExchangeSync(get("/", { response: { status: 200, body: "secret" } }));
    waf.evaluateExchangeSync(get("/bad", { response: { status: 200 } }));
    expect(sink.events).toMatchObject([
      {
        action: "block",
        response: { status: 200 },
        matches: [{ rule: { ref: "all" } }, { rule: { ref: "leaks" } }],
      },
      { action: "block", matches: [{ rule: { ref: "bad" } }] },
    ]);
    expect(sink.events[1]?.response).toBeUndefined();
  });

  test("counts for limits on the response", () => {
    const ratelimit = {
      characteristics: ["ip.src"],
      period: 60,
      requests_per_period: 2,
      counting_expression: "http.response.code eq 401",
      mitigation_timeout: 600,
    };
    const waf = wafOf([ruleset("l", [block("guess", { ratelimit })], { phase: LIMITS })]);
    const decide = (status: number) => waf.evaluateExchangeSync(get("/", { response: { status } })).request;
    expect([200, 401, 401, 200, 401, 200].map((status) => verdict(decide(status)))).toEqual([
      "allow",
      "allow",
      "allow",
      "allow",
      "allow",
      "block by guess",
    ]);
  });

  test("a store that answers later needs the call that waits", async () => {
    const counters = remoteStore();
    const ratelimit = { characteristics: ["ip.src"], period: 60, requests_per_period: 9 };
    const limited = [
      ruleset(
        "l",
        [
          block("limit", { ratelimit }),
          rule("k", { action: "skip", action_parameters: { products: ["waf"] } }),
        ],
        { phase: LIMITS },
      ),
    ];
    const init = get("/", { response: hello });
    expect(() => wafOf(limited, { counters }).evaluateExchangeSync(init)).toThrow(
      expect.objectContaining({ code: "E_ASYNC_STORE" }),
    );
    const { request, response } = await wafOf(limited, { counters }).evaluateExchange(init);
    expect([matched(request), response?.action]).toEqual([["k"], "allow"]);
  });
});
