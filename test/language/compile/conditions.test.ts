import { describe, expect, test } from "vitest";
import { explain } from "../../support/source/engine/decision.ts";
import { createWaf, tryCreateWaf } from "../../support/source/engine/firewall.ts";
import {
  compileFilter,
  defineConditions,
  defineScheme,
  expandConditions,
} from "../../support/source/language/compile.ts";
import { Source } from "../../support/source/language/diagnostics.ts";
import { standardFunctions } from "../../support/source/language/functions.ts";
import { Scheme } from "../../support/source/language/scheme.ts";
import { loadDocument, loadObject } from "../../support/source/rules/load.ts";
import { canonicalJson } from "../../support/source/rules/ruleset.ts";

const CONDITIONS = {
  admin: 'starts_with(http.request.uri.path, "/admin")',
  under: {
    params: [
      { name: "path", type: "Bytes" },
      { name: "prefix", type: "Bytes" },
    ],
    expression: "starts_with(path, prefix) or path eq prefix",
  },
  below: {
    params: [
      { name: "path", type: "Bytes" },
      { name: "folder", type: "Bytes" },
    ],
    expression: 'starts_with(path, concat(folder, "/"))',
  },
  longer: { params: [{ name: "size", type: "Int" }], expression: "len(http.request.uri.path) gt size" },
  office: "ip.src in $office",
  has_key: {
    params: [
      { name: "headers_of", type: "Map<Array<Bytes>>" },
      { name: "wanted", type: "Bytes" },
    ],
    expression: 'any(headers_of["x-key"][*] eq wanted)',
  },
  either: {
    params: [
      { name: "first", type: "Bool" },
      { name: "second", type: "Bool" },
    ],
    expression: "first or second",
  },
  nested: 'condition.admin() and not condition.under(http.request.uri.path, "/admin/open")',
};

const rules = (expression: string, members: object = {}) => ({
  rulesets: [{ id: "z", rules: [{ ref: "r", action: "block", expression, ...members }] }] as never,
  lists: { office: ["192.0.2.0/24"] },
  conditions: CONDITIONS,
});

function holds(expression: string, url: string, headers = {}): boolean {
  const decision = createWaf(rules(expression)).evaluateSync({
    url: `https://a.example${url}`,
    headers,
    remoteAddress: "192.0.2.7",
  });
  return decision.action === "block";
}

describe("a named condition", () => {
  test.each([
    ["condition.admin()", "/admin/x", true],
    ["condition.admin()", "/", false],
    ["not condition.admin()", "/", true],
    ["condition.admin() and condition.office()", "/admin", true],
    ['condition.under(http.request.uri.path, "/a")', "/a/b", true],
    ['condition.under(lower(http.request.uri.path), "/a")', "/A", true],
    ["condition.under(http.request.uri.path, http.request.uri.path)", "/q", true],
    ['condition.under(http.request.uri.args["p"][0], "/a")', "/?p=/a", true],
    ['condition.under(http.request.uri.args["p"][0], "/a")', "/", false],
    ['condition.below(http.request.uri.path, "/a")', "/a/b", true],
    ['condition.below(lower(http.request.uri.path), "/a")', "/ab", false],
    ["condition.longer(3)", "/abcd", true],
    ['condition.longer(http.request.uri.args.names[0] eq "x")', "/abcd", undefined],
    ["condition.longer(30)", "/abcd", false],
    ['condition.has_key(http.request.headers, "k")', "/", true],
    ['condition.either(http.host eq "b", condition.admin())', "/admin", true],
    ['condition.either(http.host eq "b" and ssl, not ssl)', "/admin", false],
    // A body is a group of its own: `or` inside does not join what stands outside.
    ['http.host eq "b" and condition.under(http.request.uri.path, "/a")', "/a", false],
    ["condition.nested()", "/admin/x", true],
    ["condition.nested()", "/admin/open/x", false],
  ] as const)("%s of %s: %s", (expression, url, held) => {
    if (held === undefined) expect(tryCreateWaf(rules(expression)).ok).toBe(false);
    else expect(holds(expression, url, { "x-key": ["a", "k"] })).toBe(held);
  });

  test.each([
    ["condition.admn()", "E_UNKNOWN_IDENTIFIER", "there is no condition `admn`", "did you mean `admin`?"],
    ["condition.admin(ssl)", "E_ARG_COUNT", "the condition `admin` takes 0 arguments (), found 1", undefined],
    [
      "condition.under(http.host)",
      "E_ARG_COUNT",
      "the condition `under` takes 2 arguments (path: Bytes, prefix: Bytes), found 1",
      undefined,
    ],
    ['condition.under(ip.src, "/a")', "E_TYPE_MISMATCH", "expected Bytes, found Ip", undefined],
    ["condition.longer(http.host)", "E_TYPE_MISMATCH", "expected Int, found Bytes", undefined],
    [
      "condition.either(ssl, http.host)",
      "E_EXPECTED_TOKEN",
      "a value of type Bytes is not a condition",
      undefined,
    ],
    [
      'condition.under("/a", "/a")',
      "E_ARG_KIND",
      "`path` is compared here, so a call must give it a field or a call and not a literal",
      undefined,
    ],
    ["condition.admin()[0]", "E_INDEX_ACCESS", "a condition is true or false and has no elements", undefined],
    ['condition.admin() eq "a"', "E_UNSUPPORTED_OP", "`eq` is not defined for Bool", undefined],
    ['condition.under(http.request.headers["a"][*], "/a")', "E_TYPE_MISMATCH", undefined, undefined],
    [
      "condition.longer()",
      "E_ARG_COUNT",
      "the condition `longer` takes 1 argument (size: Int), found 0",
      undefined,
    ],
  ])("%s is a fault at the call", (expression, code, message, hint) => {
    const made = tryCreateWaf(rules(`ssl and ${expression}`));
    const [error] = made.ok ? [] : made.errors;
    expect(error).toMatchObject({
      code,
      pointer: "/rulesets/0/rules/0/expression",
      ...(message === undefined ? {} : { message }),
      ...(hint === undefined ? {} : { hint: expect.stringContaining(hint.slice(4)) }),
    });
    expect(error?.offset).toBeGreaterThanOrEqual("ssl and ".length);
  });

  test("is told at the call, by name, where a phase has not what it reads", () => {
    const made = tryCreateWaf({
      rulesets: [
        { id: "z", rules: [{ ref: "r", action: "log", expression: "ssl and condition.failed()" }] },
      ] as never,
      conditions: { failed: "http.response.code eq 500" },
    });
    expect(made.ok ? [] : made.errors).toMatchObject([
      {
        code: "E_FIELD_PHASE",
        message: expect.stringMatching(/^in the condition `failed`: /),
        offset: 8,
        endOffset: 26,
      },
    ]);
  });

  test.each([
    [{ "Not a name": "ssl" }, "/conditions/Not a name", /cannot name a condition/],
    [{ a: "condition.a()" }, "/conditions/a", /leads to itself: a → a/],
    [{ a: "condition.b()", b: "not condition.a()" }, "/conditions/a", /a → b → a/],
    [{ a: "http.hst eq 1" }, "/conditions/a", /http\.hst/],
    [
      { a: { expression: "http.host" } },
      "/conditions/a/expression",
      /a value of type Bytes is not a condition/,
    ],
    [{ a: { expression: "ssl and" } }, "/conditions/a/expression", /./],
    [
      { a: { params: [{ name: "x", type: "Text" }], expression: "ssl" } },
      "/conditions/a/params/0/type",
      /`Text` is not a type/,
    ],
    [
      { a: { params: [{ name: "ssl", type: "Bool" }], expression: "ssl" } },
      "/conditions/a/params/0/name",
      /would hide/,
    ],
    [
      { a: { params: [{ name: "and", type: "Bool" }], expression: "ssl" } },
      "/conditions/a/params/0/name",
      /word of the language/,
    ],
    [
      { a: { params: [{ name: "x", type: "Int" }], expression: 'x eq "a"' } },
      "/conditions/a/expression",
      /./,
    ],
    [
      {
        a: {
          params: [
            { name: "x", type: "Int" },
            { name: "x", type: "Int" },
          ],
          expression: "ssl",
        },
      },
      "/conditions/a/params/1/name",
      /two parameters/,
    ],
    [
      {
        a: {
          params: Array.from({ length: 17 }, (_, at) => ({ name: `p${at}`, type: "Int" })),
          expression: "ssl",
        },
      },
      "/conditions/a/params",
      /at most \d+ parameters, found 17/,
    ],
    [{ a: "condition.b()", b: "condition.c()", c: "ssl or condition.b()" }, "/conditions/b", /: b → c → b$/],
    [{ a: 'http.host matches "("' }, "/conditions/a", /./],
    [{ a: {} }, "/conditions/a", /expression/],
    [{ a: "condition.missing()" }, "/conditions/a", /there is no condition `missing`/],
  ])("has its faults where it is defined: %j", (conditions, pointer, message) => {
    const made = tryCreateWaf({ rulesets: [], conditions: conditions as never });
    const [error] = made.ok ? [] : made.errors;
    expect(error?.pointer).toBe(pointer);
    expect(error?.message).toMatch(message);
  });

  test("in a file has its faults at line and column", () => {
    const text =
      'rules:\n  - {ref: a, action: log, expression: condition.x()}\nconditions:\n  x:\n    expression: ssl and http.hst eq "a"\n';
    const loaded = loadDocument(new Source(text, "r.yaml"), {});
    if (!loaded.ok) throw new Error("syntax alone is sound");
    const made = tryCreateWaf(loaded.value);
    expect(made.ok ? [] : made.errors).toMatchObject([
      {
        code: "E_UNKNOWN_IDENTIFIER",
        source: "r.yaml",
        line: 5,
        column: 25,
        pointer: "/conditions/x/expression",
      },
    ]);
  });

  test("cannot make an expression grow without bound", () => {
    const doubling = Object.fromEntries(
      Array.from({ length: 40 }, (_, at) => [
        `c${at}`,
        at === 0 ? "ssl" : `condition.c${at - 1}() or condition.c${at - 1}()`,
      ]),
    );
    const made = tryCreateWaf({ rulesets: [], conditions: doubling });
    expect(made.ok ? [] : made.errors.map(({ code }) => code)).toContain("E_EXPR_TOO_LONG");
  });

  test("may lead to others by more ways than anybody can walk", () => {
    const layers = Array.from({ length: 40 }, (_, at) =>
      ["a", "b"].map((side) => [
        `${side}${at}`,
        at === 0 ? "ssl" : `condition.a${at - 1}() or condition.b${at - 1}()`,
      ]),
    );
    const made = tryCreateWaf({ rulesets: [], conditions: Object.fromEntries(layers.flat()) });
    expect(made.ok ? [] : made.errors.map(({ code }) => code)).toContain("E_EXPR_TOO_LONG");
  });

  test("may lead to others one by one, as deep as a stack allows", () => {
    const chain = (length: number) =>
      Object.fromEntries(
        Array.from({ length }, (_, at) => [`c${at}`, at === 0 ? "ssl" : `not condition.c${at - 1}()`]),
      );
    expect(tryCreateWaf({ rulesets: [], conditions: chain(60) }).ok).toBe(true);
    const made = tryCreateWaf({
      rulesets: [],
      conditions: { ...chain(520), c0: "condition.end()", end: "ssl" },
    });
    expect(made.ok ? [] : made.errors).toMatchObject([
      { code: "E_NESTING_LIMIT", pointer: "/conditions/c500" },
      ...Array.from({ length: 19 }, () => ({ code: "E_NESTING_LIMIT" })),
    ]);
  });

  test("may search, and what is wrong at a call inside of it is told at the call that leads there", () => {
    const conditions = {
      tool: 'http.user_agent matches "^(?:curl|wget)/"',
      busy: 'len(http.request.uri.path) gt 1 and condition.tool() and http.user_agent contains "7"',
      late: "ssl or (ssl and condition.failed())",
      failed: "http.response.code eq 500",
    };
    const of = (expression: string) => ({
      rulesets: [{ id: "z", rules: [{ ref: "r", action: "block", expression }] }] as never,
      conditions,
    });
    const waf = createWaf(of("ssl and condition.busy()"));
    const act = (agent: string) =>
      waf.evaluateSync({ url: "https://a.example/x", headers: { "User-Agent": agent } }).action;
    expect([act("curl/7"), act("curl/8"), act("x curl/7")]).toEqual(["block", "allow", "allow"]);
    const made = tryCreateWaf(of("ssl and condition.late()"));
    expect(made.ok ? [] : made.errors).toMatchObject([
      { code: "E_FIELD_PHASE", message: expect.stringContaining("in the condition `failed`: "), offset: 8 },
    ]);
  });

  test("is shown in an explanation by its name and the part that decided", () => {
    const waf = createWaf(rules('ssl and condition.under(http.request.uri.path, "/a")'));
    const decision = waf.evaluateSync({ url: "https://a.example/a/b" }, { trace: true });
    expect(explain(decision, "r")[0]?.rule.because).toEqual([
      { condition: "ssl", held: true, field: "ssl", actual: "true" },
      expect.objectContaining({
        condition: "condition.under: starts_with(path, prefix)",
        held: true,
        field: "http.request.uri.path",
        actual: "true",
      }),
    ]);
  });

  test("works in a limit, a value and a response's phase", () => {
    const limit = {
      characteristics: ["ip.src"],
      period: 60,
      requests_per_period: 1,
      counting_expression: "condition.failed()",
    };
    const waf = createWaf({
      rulesets: [
        {
          id: "l",
          phase: "http_ratelimit",
          rules: [{ ref: "r", action: "block", expression: "condition.failed() or true", ratelimit: limit }],
        },
      ] as never,
      conditions: { failed: "not ssl" },
    });
    const ask = (url: string) => waf.evaluateSync({ url, remoteAddress: "192.0.2.7" }, { now: 0 }).action;
    expect([ask("https://a/"), ask("https://a/"), ask("http://a/"), ask("http://a/")]).toEqual([
      "allow",
      "allow",
      "allow",
      "block",
    ]);
  });

  test("that changes is another configuration", () => {
    const of = (admin: string) => ({ ...rules("condition.admin()"), conditions: { ...CONDITIONS, admin } });
    const waf = createWaf(of('http.host eq "x"'));
    const { hash } = waf.snapshot;
    expect(waf.evaluateSync({ url: "https://a.example/" }).action).toBe("allow");
    expect(waf.update(of("ssl")).ok).toBe(true);
    expect(waf.snapshot.hash).not.toBe(hash);
    expect(waf.evaluateSync({ url: "https://a.example/" }).action).toBe("block");
    expect(waf.updateList("office", ["192.0.2.1"]).ok).toBe(true);
    expect(waf.evaluateSync({ url: "https://a.example/" }).action).toBe("block");
    waf.rollback(1);
    expect(waf.evaluateSync({ url: "https://a.example/" }).action).toBe("allow");
  });

  test("survives a round trip, and stands beside rules in the quick form", () => {
    const loaded = loadObject({
      rules: [{ ref: "a", action: "log", expression: "condition.x()" }],
      conditions: { x: "ssl" },
    });
    if (!loaded.ok) throw new Error("it has faults");
    const again = loadObject(JSON.parse(canonicalJson(loaded.value)));
    expect(again).toMatchObject({ ok: true, value: { conditions: { x: { expression: "ssl" } } } });
    expect(tryCreateWaf(loaded.value)).toMatchObject({ ok: true, warnings: [] });
  });
});

test("without definitions, a call is of an unknown function", () => {
  const made = tryCreateWaf({
    rulesets: [{ id: "z", rules: [{ ref: "r", action: "log", expression: "condition.x()" }] }] as never,
  });
  expect(made.ok ? [] : made.errors.map(({ code }) => code)).toEqual(["E_UNKNOWN_IDENTIFIER"]);
});

describe("in a program", () => {
  const language = defineScheme({ "http.host": "Bytes", "http.path": "Bytes", ssl: "Bool" });
  const made = defineConditions(
    {
      under: {
        params: [{ name: "text", type: "Bytes" }],
        expression: 'text eq "/a" or starts_with(text, "/a/")',
      },
      secure: { expression: "ssl or condition.under(http.path)" },
    },
    defineScheme(
      { "http.host": "Bytes", "http.path": "Bytes", ssl: "Bool" },
      { functions: standardFunctions },
    ),
  );
  if (!made.ok) throw new Error(JSON.stringify(made.errors));
  const conditions = made.value;

  test("are an option of a compilation", () => {
    const scheme = new Scheme<never>({ fields: language.fields, functions: standardFunctions });
    const filter = compileFilter("condition.under(http.path)", scheme, { conditions });
    expect(filter.ok).toBe(true);
  });

  test.each([
    ["ssl", "ssl"],
    ["not condition.under(http.host)", 'not (http.host eq "/a" or starts_with(http.host, "/a/"))'],
    [
      "ssl and condition.secure() and condition.under(lower(http.host))",
      'ssl and (ssl or (http.path eq "/a" or starts_with(http.path, "/a/"))) and (lower(http.host) eq "/a" or starts_with(lower(http.host), "/a/"))',
    ],
  ])("%s is written out", (text, expanded) => {
    expect(expandConditions(text, conditions)).toMatchObject({ ok: true, value: expanded });
  });

  test("a text that does not parse cannot be written out", () => {
    expect(expandConditions("condition.under(", conditions)).toMatchObject({
      ok: false,
      errors: [{ code: "E_EXPECTED_TOKEN" }],
    });
  });

  test("a call of an unknown one cannot be written out", () => {
    expect(expandConditions("condition.undr(ssl)", conditions)).toMatchObject({
      ok: false,
      errors: [{ code: "E_UNKNOWN_IDENTIFIER", hint: "did you mean `under`?" }],
    });
  });

  test("faulty ones are told by name", () => {
    const faulty = defineConditions({ a: { expression: "http.host" } }, language);
    expect(faulty).toMatchObject({ ok: false, errors: [{ source: "condition.a", offset: 9 }] });
  });
});
