import { runInNewContext } from "node:vm";
import { describe, expect, test } from "vitest";
import { ConfigurationError } from "../../support/source/engine/decision.ts";
import {
  createWaf,
  formatDiagnostic,
  loadObject,
  tryCreateWaf,
  uncheckedRuleset,
} from "../../support/source/index.ts";

const RULE = { ref: "a", action: "block", expression: "true" };
const around = (rule: unknown): object => ({
  rulesets: [{ id: "c", name: "c", kind: "zone", phase: "http_request_firewall_custom", rules: [rule] }],
});
const withMember = (name: string, value: unknown) => around({ ...RULE, [name]: value });

function nested(levels: number): unknown {
  let value: unknown = {};
  for (let level = 0; level < levels; level++) value = { in: value };
  return value;
}

/** Each object twice within the next: few objects, and more text than there is room for. */
function doubled(levels: number): unknown {
  let value: unknown = ["x".repeat(1000)];
  for (let level = 0; level < levels; level++) value = [value, value];
  return value;
}

const cycle: Record<string, unknown> = { ...RULE };
cycle["tests"] = [cycle];
const thrower = {
  ...RULE,
  get description(): string {
    throw new Error("boom");
  },
};
const throwsAll = new Proxy(
  {},
  {
    ownKeys() {
      throw new Error("no keys");
    },
    getPrototypeOf() {
      throw "no";
    },
  },
);
const endless = new Proxy([], { get: (_, name) => (name === "length" ? 2 ** 40 : 0) });
class Rule {
  readonly ref = "a";
}

const AT = "/rulesets/0/rules/0";
const faulty: readonly (readonly [what: string, config: unknown, code: string, pointer: string])[] = [
  ["no object", undefined, "E_DOC_TYPE", ""],
  ["a text", "rulesets", "E_DOC_TYPE", ""],
  ["a function", () => {}, "E_DOC_TYPE", ""],
  ["an array", [], "E_DOC_TYPE", ""],
  ["a cycle", around(cycle), "E_DOC_TYPE", `${AT}/tests/0`],
  ["a getter that throws", around(thrower), "E_DOC_TYPE", `${AT}/description`],
  ["a proxy that throws", around(throwsAll), "E_DOC_TYPE", AT],
  ["a proxy without end", { rulesets: endless }, "E_DOC_SYNTAX", ""],
  ["an instance", around(new Rule()), "E_DOC_TYPE", AT],
  ["a map", around(new Map()), "E_DOC_TYPE", AT],
  ["a date", withMember("expires_at", new Date(0)), "E_DOC_TYPE", `${AT}/expires_at`],
  ["a bigint", withMember("score_threshold", 1n), "E_DOC_TYPE", `${AT}/score_threshold`],
  ["a symbol", withMember("description", Symbol("x")), "E_DOC_TYPE", `${AT}/description`],
  ["a method", withMember("toJSON", () => RULE), "E_DOC_TYPE", `${AT}/toJSON`],
  ["no number", withMember("score_threshold", Number.NaN), "E_DOC_TYPE", `${AT}/score_threshold`],
  ["deep nesting", withMember("tests", [nested(100)]), "E_DOC_TYPE", `${AT}/tests/0${"/in".repeat(58)}`],
  ["shared parts without end", withMember("tests", [doubled(50)]), "E_DOC_SYNTAX", ""],
  ["a hole", { rulesets: new Array(1) }, "E_DOC_TYPE", "/rulesets/0"],
];

test.each(faulty)("%s is a fault at its place", (_what, config, code, pointer) => {
  const result = tryCreateWaf(config as never);
  expect(result.ok).toBe(false);
  expect(result.ok ? [] : result.errors).toMatchObject([{ code, pointer }]);
});

const accepted: readonly (readonly [what: string, config: object])[] = [
  ["undefined members", withMember("description", undefined)],
  ["objects without prototype", around(Object.assign(Object.create(null), RULE))],
  ["frozen objects", around(Object.freeze({ ...RULE }))],
  ["an object in two places", around({ ...RULE, later: [RULE, RULE] })],
  ["data of another realm", around(runInNewContext(`(${JSON.stringify(RULE)})`))],
];

test.each(accepted)("%s are plain data", (_what, config) => {
  expect(createWaf(config).evaluateSync({ url: "https://a.example/" }).action).toBe("block");
});

test("a member `__proto__` is an unknown member and changes no prototype", () => {
  const rule: unknown = JSON.parse(
    `{"ref":"a","action":"block","expression":"true","__proto__":{"polluted":1}}`,
  );
  const result = loadObject(around(rule));
  expect(result.ok).toBe(true);
  expect(result.warnings).toMatchObject([{ code: "W_DOC_UNKNOWN_MEMBER", pointer: `${AT}/__proto__` }]);
  expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
});

test("faults show the text that they are about, in the order of the document", () => {
  const rules = [
    { ref: "a", action: "blok", expression: 'http.host eq "a" and\n  http.hst eq "b"' },
    { ref: "b", action: "log", expression: "true", ratelimt: { period: 5 } },
    { ref: "c", action: "log" },
  ];
  const faulty = uncheckedRuleset({ name: "c", phase: "http_request_firewall_custom", rules });
  const result = tryCreateWaf({ rulesets: [faulty] });
  const shown = [...(result.ok ? [] : result.errors), ...result.warnings].map(formatDiagnostic).join("\n\n");
  expect(shown).toMatchInlineSnapshot(`
    "error[E_ACTION_UNKNOWN]: there is no action \`blok\`
      <configuration>#/rulesets/0/rules/0/action (1:1)
      1 | blok
        | ^^^^
      help: did you mean \`block\`?

    error[E_UNKNOWN_IDENTIFIER]: there is no field \`http.hst\`
      <configuration>#/rulesets/0/rules/0/expression (2:3)
      2 |   http.hst eq "b"
        |   ^^^^^^^^
      help: did you mean \`http.host\`?

    error[E_DOC_MISSING]: \`expression\` is missing
      <configuration>#/rulesets/0/rules/2 (1:1)
      1 | {"ref":"c","action":"log"}
        | ^^^^^^^^^^^^^^^^^^^^^^^^^^

    warning[W_DOC_UNKNOWN_MEMBER]: unknown member \`ratelimt\`, kept as it is
      <configuration>#/rulesets/0/rules/1/ratelimt (1:1)
      1 | ratelimt
        | ^^^^^^^^
      help: did you mean \`ratelimit\`?"
  `);
});

const misspelt: readonly (readonly [name: string, meant: string])[] = [
  ["ruleset", "rulesets"],
  ["Rulesets", "rulesets"],
  ["list", "lists"],
  ["lsits", "lists"],
];

describe.each(misspelt)("a configuration's member `%s`", (name, meant) => {
  const config = { [name]: [] };
  const fault = { code: "E_DOC_VALUE", pointer: `/${name}`, hint: `did you mean \`${meant}\`?` };

  test("is a fault", () => {
    expect(tryCreateWaf(config as never)).toMatchObject({ ok: false, errors: [fault] });
    expect(() => createWaf(config as never)).toThrow(ConfigurationError);
  });

  test("is told beside the faults of the rulesets", () => {
    const result = tryCreateWaf({ ...config, ...around({ ...RULE, action: "blok" }) } as never);
    expect(result).toMatchObject({ ok: false, errors: [fault, { code: "E_ACTION_UNKNOWN" }] });
  });

  test("changes nothing in an update", () => {
    const waf = createWaf(around(RULE));
    expect(waf.update(config as never)).toMatchObject({ ok: false, errors: [fault] });
    expect(waf.evaluateSync({ url: "https://a.example/" }).action).toBe("block");
  });
});

test("a member of a configuration that is like no other is a warning", () => {
  expect(tryCreateWaf({ ...around(RULE), owner: "edge" } as never)).toMatchObject({
    ok: true,
    warnings: [{ code: "W_DOC_UNKNOWN_MEMBER", pointer: "/owner" }],
  });
});
