import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  Bytes,
  createWaf,
  defineField,
  type FieldDefinition,
  type FieldSource,
  Int,
  type RequestData,
  requestFrom,
  SchemeError,
  standardScheme,
  tryCreateWaf,
  type WafRequest,
} from "../support/source/index.ts";
import { GET, get, type Members, matched, rule, ruleset, verdict, wafOf } from "./waf-support.ts";

// Fields of an embedder's own: what they derive from decides when they are read anew.

const READERS: Readonly<Record<"path" | "query" | "headers", (request: WafRequest) => string>> = {
  path: (request) => request.path,
  query: (request) => request.query,
  headers: (request) => request.headers.first("x-a") ?? "",
};
type Part = keyof typeof READERS;
const PARTS: readonly Part[] = ["path", "query", "headers"];

interface Own {
  readonly parts: readonly Part[];
  /** Undefined: the field does not say. */
  readonly more: readonly Part[] | undefined;
}

const ownField = ({ parts, more }: Own, at: number): FieldDefinition =>
  defineField({
    name: `my.f${at}`,
    type: Bytes,
    read: (request: WafRequest) => parts.map((part) => READERS[part](request)).join("|"),
    ...(more === undefined ? {} : { derivesFrom: [...new Set([...parts, ...more])] }),
  });

describe("rules on fields of one's own", () => {
  const subset = (minLength: number) => fc.uniqueArray(fc.constantFrom(...PARTS), { minLength });
  const own = fc.record({ parts: subset(1), more: fc.option(subset(0), { nil: undefined }) });
  const words = fc.record({
    path: fc.constantFrom("/", "/a", "/b"),
    query: fc.constantFrom("", "a=1", "b=2"),
    headers: fc.constantFrom("", "a", "b"),
  });
  const rewrites = fc.record(
    {
      path: fc.constantFrom("/", "/a", "/b"),
      query: fc.constantFrom("a=1", "b=2"),
      headers: fc.constantFrom("a", "b"),
    },
    { requiredKeys: [] },
  );
  type Words = Readonly<Record<Part, string>>;

  const requestOf = ({ path, query, headers }: Words): RequestData =>
    get(query === "" ? path : `${path}?${query}`, headers === "" ? {} : { headers: { "X-A": headers } });
  const textOf = ({ parts }: Own, seen: Words) => parts.map((part) => seen[part]).join("|");

  function rewriting({ path, query, headers }: Partial<Words>, test: string): readonly Members[] {
    const rule1 = (ref: string, parameters: Members) =>
      rule(ref, { action: "rewrite", expression: test, action_parameters: parameters });
    const uri = {
      ...(path === undefined ? {} : { path: { value: path } }),
      ...(query === undefined ? {} : { query: { value: query } }),
    };
    const lines = headers === undefined ? undefined : { "x-a": { operation: "set", value: headers } };
    return [
      ruleset("t", Object.keys(uri).length === 0 ? [] : [rule1("uri", { uri })], {
        phase: "http_request_transform",
      }),
      ruleset("l", lines === undefined ? [] : [rule1("headers", { headers: lines })], {
        phase: "http_request_late_transform",
      }),
    ];
  }

  test("decide after a rewrite as on a request that came so", () => {
    let changed = 0;
    let matches = 0;
    fc.assert(
      fc.property(
        fc.array(own, { minLength: 1, maxLength: 4 }),
        words,
        rewrites,
        fc.array(words, { minLength: 1, maxLength: 4 }),
        (owns, sent, rewrite, wanted) => {
          const fields = owns.map(ownField);
          const after = { ...sent, ...rewrite };
          // Rules of the response phase see all rewrites; so many of them that they are looked up.
          const probes = [sent, after, ...wanted].flatMap((seen) =>
            owns.map((one, at) => `my.f${at} == "${textOf(one, seen)}"`),
          );
          const filler = Array.from({ length: 16 }, (_, at) => `my.f0 == "never ${at}"`);
          const rules = [...probes, ...filler].map((expression, at) => rule(`r${at}`, { expression }));
          const late = ruleset("r", rules, { phase: "http_response_firewall_headers" });
          // Every field is read before its parts are rewritten.
          const early = fields.map(({ name }) => `${name} != "x"`).join(" and ");
          const response = { status: 200 };
          const rewritten = wafOf([...rewriting(rewrite, early), late], { fields }).evaluateExchangeSync({
            ...requestOf(sent),
            response,
          });
          const fresh = wafOf([late], { fields, candidates: "linear" }).evaluateExchangeSync({
            ...requestOf(after),
            response,
          });
          const expected = matched(fresh.response!);
          const isProbe = (ref: string) => ref !== "uri" && ref !== "headers";
          expect(matched(rewritten.response!).filter(isProbe)).toEqual(expected);
          matches += expected.length;
          if (JSON.stringify(sent) !== JSON.stringify(after)) changed++;
        },
      ),
      { numRuns: 120, seed: 8 },
    );
    expect(changed).toBeGreaterThan(60);
    expect(matches).toBeGreaterThan(200);
  });
});

/** What of a declaration decides when the field is read anew. */
type Derives = Pick<FieldDefinition, "derivesFrom" | "phases">;

const scoresSlot = standardScheme().field("wirewall.scores")?.slot ?? -1;

const mine = (name: string, read: (request: WafRequest) => string | undefined, rest: Derives = {}) =>
  defineField({ name, type: Bytes, read, ...rest });

/** Each read too early, then changed; [what changes, field, expression of a rule that must match afterwards]. */
const bodyText = (request: WafRequest) => request.view.body?.bytes ?? "none";
const statusText = (request: WafRequest) => String(request.view.response?.status ?? "none");
const answerText = (request: WafRequest) => request.view.response?.body?.bytes ?? "none";

describe.each<[what: string, derives: (source: FieldSource) => Derives]>([
  ["a field that says what it derives from", (source) => ({ derivesFrom: [source] })],
  ["a field that does not", () => ({})],
])("%s is read anew", (_what, derives) => {
  test("when the body has arrived", async () => {
    const fields = [mine("my.body", bodyText, derives("body"))];
    const waf = wafOf(
      [
        ruleset("c", [
          rule("early", { expression: 'my.body == "none"' }),
          rule("late", { expression: 'http.request.body.raw == "abc" and my.body == "abc"' }),
        ]),
      ],
      { fields },
    );
    const view = requestFrom(get("/", { method: "POST", headers: { "Content-Length": "3" } }));
    const transaction = waf.begin(view);
    await transaction.head();
    expect(transaction.needsBody).toBe(true);
    const decision = await transaction.body({ bytes: "abc", truncated: false, size: 3 });
    transaction.end();
    expect(matched(decision)).toContain("late");
  });

  test("when the response has arrived, with its body", () => {
    const fields = [
      mine("my.status", statusText, derives("response")),
      mine("my.answer", answerText, derives("response_body")),
    ];
    const expression = 'my.status == "none" and my.answer == "none"';
    const late = 'my.status == "404" and my.answer == "abc"';
    const waf = wafOf(
      [
        ruleset("c", [rule("early", { expression })]),
        ruleset("b", [rule("late", { expression: late })], { phase: "http_response_firewall_body" }),
      ],
      { fields },
    );
    const { request, response } = waf.evaluateExchangeSync({
      ...GET,
      response: { status: 404, body: "abc" },
    });
    expect([matched(request), matched(response!)]).toEqual([["early"], ["early", "late"]]);
  });

  test("when response headers were rewritten", () => {
    const server = (request: WafRequest) => request.responseHeaders?.first("server") ?? "none";
    const waf = wafOf(
      [
        ruleset(
          "t",
          [
            rule("set", {
              action: "rewrite",
              expression: 'my.server == "a"',
              action_parameters: { headers: { server: { operation: "set", value: "b" } } },
            }),
          ],
          { phase: "http_response_headers_transform" },
        ),
        ruleset("h", [rule("late", { expression: 'my.server == "b"' })], {
          phase: "http_response_firewall_headers",
        }),
      ],
      { fields: [mine("my.server", server, derives("response"))] },
    );
    const exchange = waf.evaluateExchangeSync({
      ...GET,
      response: { status: 200, headers: { Server: "a" } },
    });
    expect(matched(exchange.response!)).toContain("late");
  });

  test.each(["linear", "index"] as const)("when a rule has scored (%s)", (candidates) => {
    const scored = defineField({
      name: "my.score",
      type: Int,
      read: (_request: WafRequest, context) => {
        const scores = context.get(scoresSlot);
        return scores instanceof Map ? Number(scores.get("default") ?? 0) : 0;
      },
      ...derives("scores"),
    });
    const rules = [
      rule("early", { expression: "my.score == 0" }),
      rule("score", { action: "score", action_parameters: { increment: 5 } }),
      rule("late", { expression: "my.score == 5" }),
      ...Array.from({ length: 20 }, (_, at) => rule(`f${at}`, { expression: `my.score == ${100 + at}` })),
    ];
    const decision = wafOf([ruleset("c", rules)], { fields: [scored], candidates }).evaluateSync(GET);
    expect(matched(decision)).toEqual(["early", "score", "late"]);
  });
});

describe("what a host must read", () => {
  const phases = { late: ["body", "response", "response_body"], answer: ["response_body"] };
  test.each<[what: string, rest: Derives, body: boolean, responseBody: boolean]>([
    ["nothing is said", {}, false, false],
    ["it derives from the body", { derivesFrom: ["path", "body"] }, true, false],
    ["it derives from the response's body", { derivesFrom: ["response_body"] }, false, true],
    ["it derives from what was received", { derivesFrom: [] }, false, false],
    ["it has no value before the body", { phases: phases.late }, true, false],
    ["the same in another order", { phases: [...phases.late].reverse() }, true, false],
    ["it has a value before, too", { phases: ["body", "request"] }, false, false],
    [
      "what it derives from overrules its phases",
      { phases: phases.late, derivesFrom: ["path"] },
      false,
      false,
    ],
    ["it has no value before the response's body", { phases: phases.answer }, false, true],
  ])("when %s", (_what, rest, body, responseBody) => {
    const isAnswer = rest.phases === phases.answer || rest.derivesFrom?.includes("response_body") === true;
    const phase = isAnswer ? "http_response_firewall_body" : "http_request_firewall_custom";
    const waf = wafOf([ruleset("c", [rule("r", { expression: 'my.field == "x"' })], { phase })], {
      fields: [mine("my.field", () => "x", rest)],
    });
    const transaction = waf.begin(
      requestFrom(get("/", { method: "POST", headers: { "Content-Length": "3" } })),
    );
    expect([transaction.needsBody, transaction.needsResponseBody]).toEqual([body, responseBody]);
    transaction.end();
  });
});

describe("a declaration of sources that are none is misuse", () => {
  test.each<[derivesFrom: unknown, message: string]>([
    [["pth"], "field `my.field` cannot derive from `pth`: did you mean `path`?"],
    [["path", "responseBody"], "`responseBody`: did you mean `response_body`"],
    [["cookies of the request"], "known are `path`, `query`"],
    [[undefined], "`undefined`"],
    [["constructor"], "`constructor`"],
    ["path", "must be an array"],
    [{}, "must be an array"],
  ])("%j", (derivesFrom, message) => {
    const field = { name: "my.field", type: Bytes, derivesFrom: derivesFrom as readonly FieldSource[] };
    for (const make of [
      () => defineField(field),
      () => createWaf({}, { fields: [field] }),
      () => tryCreateWaf({}, { fields: [field] }),
    ]) {
      expect(make).toThrow(SchemeError);
      expect(make).toThrow(expect.objectContaining({ code: "E_SCHEME_DERIVES_FROM" }));
      expect(make).toThrow(message);
    }
  });
});

test("a rewritten path is seen by the rules that follow, whatever field shows it", () => {
  const fields = [mine("my.path", ({ path }) => path)];
  const verdicts = ["http.request.uri.path", "my.path"].map((name) => {
    const rewrite = rule("rewrite", {
      action: "rewrite",
      expression: `${name} eq "/a"`,
      action_parameters: { uri: { path: { value: "/b" } } },
    });
    const rulesets = [
      ruleset("t", [rewrite], { phase: "http_request_transform" }),
      ruleset("c", [rule("b", { action: "block", expression: `${name} eq "/b"` })]),
    ];
    return verdict(wafOf(rulesets, { fields }).evaluateSync(get("/a")));
  });
  expect(verdicts).toEqual(["block by b", "block by b"]);
});
