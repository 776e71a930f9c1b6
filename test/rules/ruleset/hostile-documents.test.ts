import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { load, loaded, rule, withRules } from "./support.ts";

function codes(text: string, file = "rules.json"): readonly string[] {
  const result = load(text, file);
  return result.ok ? [] : result.errors.map((error) => error.code);
}

test.each([
  ["JSON arrays", "[".repeat(100_000), "r.json"],
  ["JSON objects", '{"a":'.repeat(50_000), "r.json"],
  ["YAML flow arrays", `rules: ${"[".repeat(100_000)}`, "r.yaml"],
  ["YAML dashes", `${"- ".repeat(50_000)}a`, "r.yaml"],
  ["YAML maps of flow", "{a: ".repeat(50_000), "r.yaml"],
])("%s that nest deeply are refused", (_name, text, file) => {
  expect(codes(text, file)).toContain("E_DOC_SYNTAX");
});

describe("a document's depth", () => {
  const LIMIT = 64;
  /** A document in which a member that only travels along nests so many levels below the root. */
  const nested: Readonly<Record<string, (levels: number) => string>> = {
    "r.json": (levels) =>
      `{"rules": [], "extra": ${"[".repeat(levels - 1)}1${"]".repeat(levels - 1)}, "phase": "http_request_firewall_custom", "kind": "zone", "name": "n", "id": "i"}`,
    "flow.yaml": (levels) =>
      `id: i\nname: n\nkind: zone\nphase: http_request_firewall_custom\nrules: []\nextra: ${"[".repeat(levels - 1)}1${"]".repeat(levels - 1)}\n`,
    "block.yaml": (levels) =>
      `id: i\nname: n\nkind: zone\nphase: http_request_firewall_custom\nrules: []\nextra:\n${Array.from({ length: levels - 1 }, (_, at) => `${" ".repeat(at + 1)}a:`).join("\n")} 1\n`,
    "alias.yaml": (levels) =>
      `id: i\nname: n\nkind: zone\nphase: http_request_firewall_custom\nrules: []\ndeep: &d ${"[".repeat(levels - 4)}1${"]".repeat(levels - 4)}\nextra: [[[*d]]]\n`,
  };

  test.each(Object.keys(nested))("is bounded at %s", (file) => {
    const deep = (levels: number) => codes(nested[file]!(levels), file);
    expect(deep(LIMIT - 1)).not.toContain("E_DOC_SYNTAX");
    expect(deep(LIMIT)).not.toContain("E_DOC_SYNTAX");
    expect(deep(LIMIT + 1)).toEqual(["E_DOC_SYNTAX"]);
    const result = load(nested[file]!(LIMIT + 1), file);
    expect(result.ok ? "" : result.errors[0]?.message).toBe("the document nests more than 64 levels deep");
  });
});

test("an alias bomb is refused", () => {
  const lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"];
  for (let at = 1; at < 10; at++) {
    lines.push(`a${at}: &a${at} [${Array.from({ length: 10 }, () => `*a${at - 1}`).join(", ")}]`);
  }
  expect(codes(`${lines.join("\n")}\nrules: []\n`, "r.yaml")).toContain("E_DOC_SYNTAX");
});

test("an alias to what it stands in is refused", () => {
  expect(codes("rules: &r\n  - *r\n", "r.yaml")).toContain("E_DOC_SYNTAX");
});

test("a plain alias is a copy", () => {
  const text =
    'rules:\n  - {ref: a, action: log, expression: &e "true"}\n  - {ref: b, action: log, expression: *e}\n';
  expect(loaded(text, "r.yaml").rulesets[0]?.rules.map((one) => one.expression)).toEqual(["true", "true"]);
});

test("prototype names are members like others", () => {
  const text = withRules(
    '{"ref": "a", "action": "log", "expression": "true", "__proto__": {"enabled": false}}',
  );
  const [first] = loaded(text).rulesets[0]?.rules ?? [];
  expect(first?.enabled).toBe(true);
  expect(Object.keys(first?.extra ?? {})).toEqual(["__proto__"]);
  expect(({} as { enabled?: unknown }).enabled).toBeUndefined();
});

test.each(["constructor", "__proto__", "toString"])("`%s` is no action, phase or ruleset", (word) => {
  expect(codes(withRules(rule({ action: word })))).toEqual(["E_ACTION_UNKNOWN"]);
  expect(codes(withRules("", word))).toEqual(["E_PHASE_UNKNOWN"]);
  expect(codes(withRules(rule({ action: "execute", action_parameters: { id: word } })))).toEqual([
    "E_EXECUTE_TARGET",
  ]);
});

test("the faults of a broken generator are cut, and the cut is told", () => {
  const result = load(withRules(Array.from({ length: 1000 }, () => "1").join(",")));
  const errors = result.ok ? [] : result.errors;
  expect(errors).toHaveLength(200);
  expect(errors.at(-1)?.hint).toContain("800 more are not shown");
});

test("texts of any kind are judged, never thrown at", () => {
  const pieces = fc.constantFrom(
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    '"rules"',
    '"ref"',
    "null",
    "1e9",
    "- a",
    "\n",
    "  ",
    "&a ",
    "*a",
    "|",
    ">-",
    "'",
    "!!x ",
    "---",
    "\ud800",
    "%",
  );
  const texts = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.array(pieces, { maxLength: 30 }).map((list) => list.join("")),
  );
  fc.assert(
    fc.property(texts, fc.constantFrom("r.json", "r.yaml"), (text, file) => {
      const result = load(text, file);
      expect(result.ok || result.errors.length > 0).toBe(true);
    }),
    { numRuns: 500 },
  );
});

test("a rule of any JSON is judged, never thrown at", () => {
  const names = [
    "action",
    "expression",
    "ref",
    "action_parameters",
    "ratelimit",
    "sample",
    "logging",
    "categories",
  ];
  const values = fc.oneof(
    fc.constantFrom<unknown>("block", "skip", "execute", "rewrite", "true"),
    fc.jsonValue({ maxDepth: 3 }),
  );
  const rules = fc.array(fc.dictionary(fc.constantFrom(...names), values), { maxLength: 3 });
  fc.assert(
    fc.property(rules, (list) => {
      const result = load(JSON.stringify({ rules: list }));
      expect(result.ok || result.errors.length > 0).toBe(true);
    }),
    { numRuns: 500 },
  );
});
