import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { arbitraryCallingRequest, arbitraryCallingRule, arbitraryFunctions } from "../support/look-alikes.ts";
import { core } from "../support/source/core.ts";
import { standard } from "../support/source/index.ts";
import { GET, get, type Members, matched, rule, ruleset, verdict } from "./waf-support.ts";

// `wirewall/core`: a scheme of one's own, and nothing of the standard one.

const field = core.defineField<core.WafRequest>;
const fields: readonly core.FieldDefinition[] = [
  field({ name: "order.amount", type: core.Int }),
  field({ name: "order.country", type: core.Bytes }),
  field({
    name: "note.text",
    type: core.Bytes,
    phases: ["body", "response", "response_body"],
    read: ({ view }) => view.body?.bytes,
  }),
  field({
    name: "answer.text",
    type: core.Bytes,
    phases: ["response_body"],
    read: ({ view }) => view.response?.body?.bytes,
  }),
  field({
    name: "answer.status",
    type: core.Int,
    phases: ["response", "response_body"],
    read: ({ view }) => view.response?.status,
  }),
];

const half = core.defineFunction({
  name: "half",
  params: [core.Int],
  returns: core.Int,
  summary: "Half of a number.",
  examples: [],
  evaluate: (number) => Math.trunc(Number(number) / 2),
});

const scheme = new core.Scheme({ fields, functions: [half] }) as core.Scheme<never>;
const order = (amount: number, country = "nl", rest: Members = {}) =>
  get("/", {
    supplied: new Map<string, core.Value>([
      ["order.amount", amount],
      ["order.country", country],
    ]),
    ...rest,
  });

const waf = (rules: readonly Members[], phase = "custom") =>
  core.createCustomWaf({ rulesets: [ruleset("c", rules, { phase })] }, { scheme });

describe("a scheme of one's own", () => {
  test("decides by its own fields and functions", () => {
    const made = waf([
      rule("big", { action: "block", expression: 'half(order.amount) gt 500 and order.country ne "nl"' }),
    ]);
    expect(
      [order(1002, "be"), order(1002), order(1001, "be")].map((one) => verdict(made.evaluateSync(one))),
    ).toEqual(["block by big", "allow", "allow"]);
  });

  test("knows no standard field and no standard function", () => {
    for (const expression of ['http.host eq "a"', 'lower(order.country) eq "nl"']) {
      const made = core.tryCreateCustomWaf(
        { rulesets: [ruleset("c", [rule("r", { expression })])] },
        { scheme },
      );
      expect(made.ok ? [] : made.errors.map(({ code }) => code)).toEqual(["E_UNKNOWN_IDENTIFIER"]);
    }
  });

  test("its rate limits count by its own fields, and explanations name them", () => {
    const ratelimit = { characteristics: ["order.country"], period: 60, requests_per_period: 1 };
    const made = waf(
      [rule("limit", { action: "block", ratelimit, expression: "order.amount gt 0" })],
      "http_ratelimit",
    );
    expect(["nl", "be", "nl"].map((country) => made.evaluateSync(order(1, country)).action)).toEqual([
      "allow",
      "allow",
      "block",
    ]);
    const decision = made.evaluateSync(order(0), { trace: true });
    expect(core.explain(decision, "limit")[0]?.rule.because).toMatchObject([
      { held: false, field: "order.amount", actual: "0" },
    ]);
  });

  test("scores add up without a field that shows them", () => {
    const made = waf([rule("s", { action: "score", action_parameters: { name: "risk", increment: 3 } })]);
    expect(made.evaluateSync(order(1)).scores).toEqual({ risk: 3 });
  });
});

describe("what a firewall asks its host for", () => {
  const flags = (expression: string, phase: string) => {
    const begun = waf([rule("r", { action: "block", expression })], phase).begin(
      core.requestFrom(order(1, "nl", { method: "POST", headers: { "Content-Length": "3" } })),
    );
    return [begun.needsBody, begun.needsResponse, begun.needsResponseBody];
  };

  test.each<[expression: string, phase: string, needs: readonly boolean[]]>([
    ["order.amount gt 5", "custom", [false, false, false]],
    ['note.text eq "abc"', "custom", [true, false, false]],
    ["answer.status eq 200", "response_headers", [false, true, false]],
    ['answer.text contains "abc"', "response_body", [false, true, true]],
    ["answer.status eq 200", "response_body", [false, true, false]],
  ])("%s in %s", (expression, phase, needs) => {
    expect(flags(expression, phase)).toEqual(needs);
  });

  test("a body that comes later, and a response whose inspected part is judged", () => {
    const made = core.createCustomWaf(
      {
        rulesets: [
          ruleset("c", [rule("first"), rule("body", { expression: 'note.text contains "x"' })]),
          ruleset("r", [rule("leak", { action: "block", expression: 'answer.text contains "key"' })], {
            phase: "response_body",
          }),
        ],
      },
      { scheme },
    );
    const judge = (sent: string, answer: string) => {
      const begun = made.begin(
        core.requestFrom(order(1, "nl", { method: "POST", headers: { "Content-Length": "9" } })),
      );
      expect(begun.head()).toBeUndefined();
      const request = begun.body({ bytes: sent, truncated: true, size: 9 });
      const response = begun.response({
        status: 200,
        rawHeaders: [],
        body: { bytes: answer, truncated: true },
      });
      begun.end();
      if (request instanceof Promise || response instanceof Promise) throw new Error("a promise");
      return [matched(request), response.action];
    };
    expect(judge("x", "the key")).toEqual([["first", "body"], "block"]);
    expect(judge("y", "the ke")).toEqual([["first"], "allow"]);
  });
});

test("both entry points offer the same names, apart from the standard scheme and Terraform", () => {
  const ofStandard = [
    "standardFields",
    "standardFunctions",
    "standardScheme",
    "supply",
    "loadTerraform",
    "terraformReader",
  ];
  const ofCore = ["createCustomWaf", "tryCreateCustomWaf"];
  expect(Object.keys(standard).filter((name) => !ofStandard.includes(name))).toEqual(
    Object.keys(core).filter((name) => !ofCore.includes(name)),
  );
  expect(core.createWaf).toBe(standard.createWaf);
  expect(standard.createWaf({}).evaluateSync(GET).action).toBe("allow");
});

describe("functions of one's own under standard names", () => {
  const supplied = (name: string, type: core.Type) =>
    field({ name, type, read: ({ view }) => view.supplied?.get(name) });
  const own = [
    supplied("host", core.Bytes),
    supplied("path", core.Bytes),
    supplied("words", core.arrayOf(core.Bytes)),
  ];

  test("the index decides as the linear search does", () => {
    // So many that rules are looked up, and none of them matches.
    const filler = Array.from({ length: 20 }, (_, at) =>
      rule(`filler-${at}`, { expression: `host == "h${at}"` }),
    );
    const texts = fc.array(arbitraryCallingRule, { minLength: 4, maxLength: 12 });
    const requests = fc.array(arbitraryCallingRequest, { minLength: 3, maxLength: 5 });
    let matches = 0;
    fc.assert(
      fc.property(texts, requests, arbitraryFunctions, (expressions, rows, functions) => {
        const rules = expressions.map((expression, at) => rule(`r${at}`, { expression }));
        const config = { rulesets: [ruleset("c", [...filler, ...rules])] };
        const custom = new core.Scheme<never>({ fields: own, functions });
        const [linear, index] = (["linear", "index"] as const).map((candidates) =>
          core.createCustomWaf(config, { scheme: custom, candidates }),
        );
        for (const row of rows) {
          const request = get("/", { supplied: new Map(Object.entries(row)) });
          const expected = matched(linear!.evaluateSync(request));
          expect(matched(index!.evaluateSync(request))).toEqual(expected);
          matches += expected.length;
        }
      }),
      { numRuns: 60, seed: 5 },
    );
    expect(matches).toBeGreaterThan(60);
  });
});
