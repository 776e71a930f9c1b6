import { describe, expect, test } from "vitest";
import { integer, object, required } from "../../support/source/documents/shapes.ts";
import { defineAction } from "../../support/source/index.ts";
import { Source } from "../../support/source/language/diagnostics.ts";
import { loadDocuments, loadObject } from "../../support/source/rules/load.ts";
import { standardActions } from "../../support/source/rules/ruleset.ts";
import { load, loaded, rule, strict, withRules } from "./support.ts";

const SKIP = { ref: "a", action: "skip", expression: "true", action_parameters: { ruleset: "current" } };

describe("forms of documents", () => {
  const RULE = { ref: "a", id: "a", action: "log", expression: "true", enabled: true };
  const forms: readonly (readonly [string, unknown])[] = [
    ["one ruleset", { id: "x", phase: "http_request_firewall_custom", rules: [JSON.parse(rule())] }],
    ["rules alone", { rules: [JSON.parse(rule())] }],
    ["a configuration", { rulesets: [{ rules: [JSON.parse(rule())] }] }],
    ["an answer of the API", { success: true, errors: [], result: { id: "x", rules: [JSON.parse(rule())] } }],
    ["an array", [{ rules: [JSON.parse(rule())] }]],
    [
      "Terraform configuration",
      { resource: { cloudflare_ruleset: { main: { rules: [JSON.parse(rule())] } } } },
    ],
    [
      "Terraform plan",
      {
        planned_values: {
          root_module: {
            child_modules: [
              {
                resources: [
                  { type: "cloudflare_ruleset", name: "m", values: { rules: [JSON.parse(rule())] } },
                ],
              },
            ],
          },
        },
      },
    ],
    [
      "Terraform state",
      {
        version: 4,
        resources: [
          {
            type: "cloudflare_ruleset",
            name: "m",
            instances: [{ attributes: { rules: [JSON.parse(rule())] } }],
          },
        ],
      },
    ],
  ];
  test.each(forms)("%s", (_name, document) => {
    const configuration = loaded(JSON.stringify(document));
    expect(configuration.rulesets).toHaveLength(1);
    expect(configuration.rulesets[0]).toMatchObject({ kind: "zone", phase: "http_request_firewall_custom" });
    expect(configuration.rulesets[0]?.rules).toEqual([RULE]);
  });

  test("names of lists are as long as the limits allow", () => {
    const name = "a".repeat(60);
    const document = {
      rulesets: [{ rules: [JSON.parse(rule({ expression: `ip.src in $${name}` }))] }],
      lists: [{ name, kind: "ip", items: [] }],
    };
    expect(load(JSON.stringify(document)).ok).toBe(false);
    const limits = { maxListNameLength: 60 };
    expect(load(JSON.stringify(document), "rules.json", { ...strict, limits }).ok).toBe(true);
  });

  test("lists of all spellings", () => {
    const { lists } = loaded(
      JSON.stringify({
        lists: {
          office: ["10.0.0.0/8"],
          ports: [1, 2],
          words: ["x y"],
          long: { kind: "asn", items: [13335] },
        },
        rules: [{ ...SKIP, expression: "ip.src in $office" }],
      }),
    );
    expect(lists.map((list) => [list.name, list.kind])).toEqual([
      ["office", "ip"],
      ["ports", "int"],
      ["words", "string"],
      ["long", "asn"],
    ]);
  });

  test.each<[items: readonly unknown[], kind: string]>([
    [["10.0.0.1", "2001:db8::/32"], "ip"],
    [["10.0.0.1", "10.0.0.300"], "ip"],
    [["10.0.0.1", { value: "10.0.0.300", comment: "misspelt" }], "ip"],
    [["10.0.0.1", "10.0.0.1-10.0.0.9"], "ip"],
    [["10.0.0.1", "a.example"], "string"],
    [["10.0.0.1", "1".repeat(101)], "string"],
    [["10.0.0.1", true], "string"],
    [[{ value: "10.0.0.1" }], "ip"],
    [[{ value: 5 }, 6], "int"],
    [[{ value: { value: 5 } }], "string"],
    [[{ ip: "10.0.0.1" }], "ip"],
    [[{ asn: 5 }], "asn"],
    [[{ hostname: { url_hostname: "a.example" } }], "hostname"],
    [[{ redirect: { source_url: "a.example/", target_url: "/b" } }], "redirect"],
    [[], "ip"],
  ])("the items of a list say its kind: %j", (items, kind) => {
    const result = load(JSON.stringify({ rules: [SKIP], lists: { l: items } }));
    // Faults of items tell the kind that a list is read as.
    const named = result.ok
      ? result.value.lists.map((list) => list.kind)
      : result.errors.map(({ code }) => (code === "E_INVALID_IP" ? "ip" : "string"));
    expect(new Set(named)).toEqual(new Set([kind]));
  });

  test("plain data loads as its text does, and later changes to it change nothing", () => {
    const data = { rules: [{ ...SKIP }] };
    const result = loadObject(data, strict);
    data.rules[0]!.action = "block";
    expect(result).toEqual(load(JSON.stringify({ rules: [SKIP] })));
  });
});

test("Terraform's blocks and nulls read as the objects they mean", () => {
  const blocks = {
    resource: {
      cloudflare_ruleset: {
        main: [
          {
            kind: "zone",
            phase: "http_request_late_transform",
            name: "headers",
            zone_id: "z",
            rules: [
              {
                ref: "h",
                action: "rewrite",
                description: null,
                ratelimit: [],
                expression: "true",
                action_parameters: [
                  {
                    uri: [],
                    headers: [
                      { name: "x-a", operation: "set", value: "1" },
                      { name: "x-b", operation: "remove" },
                    ],
                  },
                ],
              },
            ],
          },
        ],
      },
    },
  };
  const plain = {
    name: "headers",
    phase: "http_request_late_transform",
    rules: [
      {
        ref: "h",
        action: "rewrite",
        expression: "true",
        action_parameters: {
          headers: { "x-a": { operation: "set", value: "1" }, "x-b": { operation: "remove" } },
        },
      },
    ],
  };
  const [found] = loaded(JSON.stringify(blocks)).rulesets;
  expect(found?.rules).toEqual(loaded(JSON.stringify(plain)).rulesets[0]?.rules);
});

test("Terraform's nested faults point into the blocks", () => {
  const text = JSON.stringify({
    resource: {
      cloudflare_ruleset: {
        m: {
          rules: [
            {
              ref: "b",
              action: "block",
              expression: "true",
              action_parameters: [{ response: [{ status_code: 42 }] }],
            },
          ],
        },
      },
    },
  });
  const result = load(text);
  const errors = result.ok ? [] : result.errors;
  expect(errors).toMatchObject([{ code: "E_DOC_RANGE", offset: text.indexOf("42") }]);
});

test("Terraform rules without a name are named by their content, not by their place", () => {
  const nameless = (expression: string) => ({ action: "log", expression });
  const document = (rules: readonly unknown[]) =>
    JSON.stringify({ resource: { cloudflare_ruleset: { m: { rules } } } });
  const before = loaded(document([nameless("true")])).rulesets[0]?.rules ?? [];
  const after = loaded(document([nameless("false"), nameless("true")])).rulesets[0]?.rules ?? [];
  expect(after[1]?.ref).toBe(before[0]?.ref);
  expect(after[0]?.ref).not.toBe(before[0]?.ref);
});

test("an export may execute rulesets that it does not hold", () => {
  const execute = rule({ action: "execute", action_parameters: { id: "vendor" } });
  const result = load(`{"success": true, "result": {"id": "x", "rules": [${execute}]}}`);
  expect(result.ok).toBe(true);
  expect(result.warnings).toMatchObject([
    { code: "W_EXECUTE_TARGET", pointer: "/result/rules/0/action_parameters/id" },
  ]);
});

test("actions of phases that are not executed are carried with a warning", () => {
  const parameters = { cache: true, edge_ttl: { mode: "respect_origin" } };
  const text = withRules(
    rule({ action: "set_cache_settings", action_parameters: parameters }),
    "http_request_cache_settings",
  );
  expect(load(text).warnings).toMatchObject([{ code: "W_ACTION_CARRIED", pointer: "/rules/0/action" }]);
  expect(loaded(text).rulesets[0]?.rules[0]?.action_parameters).toEqual(parameters);
});

describe("what a text says", () => {
  const inJson = (value: string) => ["r.json", `{"rules": [], "x": ${value}}`] as const;
  const inYaml = (value: string) => ["r.yaml", `rules: []\nx: ${value}\n`] as const;
  test.each<[text: readonly [file: string, text: string], value: unknown]>([
    [inJson('"\\u0041\\u00e9\\u00E9\\n\\/\\"\\\\"'), 'A\u00e9\u00e9\n/"\\'],
    [inJson("-0.25E-2"), -0.0025],
    [inJson("1e+10"), 1e10],
    [inJson("10.50"), 10.5],
    [inJson("1e12"), 1e12],
    [inJson("0"), 0],
    [inJson("true"), true],
    [inJson("false"), false],
    [inJson("null"), null],
    [inJson('[ 1 , {"a": [2]}, [], {} ]'), [1, { a: [2] }, [], {}]],
    [["r.json", '\ufeff \t\r\n{"rules": [], "x": 1}\r\n'], 1],
    [inYaml("0x10"), 16],
    [inYaml("yes"), "yes"],
    [inYaml("~"), null],
    [inYaml(""), null],
    [inYaml("12345678901234567890"), 1.2345678901234567e19],
    [inYaml('"\\x41"'), "A"],
    [inYaml("!!str 5"), "5"],
    [inYaml("[a, ~, {1: b, 0x10: c}]"), ["a", null, { 1: "b", "0x10": "c" }]],
    [inYaml("[\n  # left open ] {\n  a]"), ["a"]],
  ])("%j is %j", ([file, text], value) => {
    const extra = loaded(text, file).rulesets[0]?.extra;
    expect(JSON.parse(JSON.stringify(extra))).toEqual({ x: value });
  });

  // Only YAML may have a comma before a closing bracket.
  test.each<[file: string, lead: string, isYaml: boolean]>([
    ["r.json", "", false],
    ["r.tfstate", "", false],
    ["R.JSON", "", false],
    ["r.yaml", "", true],
    ["r.yml", "", true],
    ["r.YAML", "", true],
    ["r.txt", "", false],
    ["<stdin>", "\n ", false],
    ["<stdin>", "\ufeff", false],
    ["<stdin>", "# a comment\n", true],
  ])("of the name %s and a text that begins with %j: YAML is %s", (file, lead, isYaml) => {
    expect(load(`${lead}{"rules": [],}`, file).ok).toBe(isYaml);
    expect(load(`${lead}[{"rules": []},]`, file).ok).toBe(isYaml);
    expect(load('{"rules": [],}', file, { ...strict, format: "yaml" }).ok).toBe(true);
  });
});

test("aliases of phases resolve", () => {
  expect(loaded('{"phase": "managed", "rules": []}').rulesets[0]?.phase).toBe(
    "http_request_firewall_managed",
  );
});

test("the same document in YAML and in JSON is the same configuration", () => {
  const yaml = `
# office first
rulesets:
  - name: custom
    phase: http_request_firewall_custom
    rules:
      - ref: office
        action: skip
        expression: ip.src in $office
        action_parameters: { phases: [http_ratelimit] }
      - ref: dotfiles
        action: block
        expression: |
          http.request.uri.path matches r"/\\.(git|env)"
        enabled: false
lists:
  office: [198.51.100.0/24]
`;
  const json = {
    rulesets: [
      {
        name: "custom",
        phase: "http_request_firewall_custom",
        rules: [
          {
            ref: "office",
            action: "skip",
            expression: "ip.src in $office",
            action_parameters: { phases: ["http_ratelimit"] },
          },
          {
            ref: "dotfiles",
            action: "block",
            expression: 'http.request.uri.path matches r"/\\.(git|env)"\n',
            enabled: false,
          },
        ],
      },
    ],
    lists: { office: ["198.51.100.0/24"] },
  };
  expect(loaded(yaml, "r.yaml")).toEqual(loaded(JSON.stringify(json)));
});

test("an entry point cannot be executed", () => {
  const execute = rule({ action: "execute", action_parameters: { id: "account" } });
  const result = load(
    `{"rulesets": [{"id": "account", "kind": "root"}, {"id": "zone", "rules": [${execute}]}]}`,
  );
  const errors = result.ok ? [] : result.errors;
  expect(errors).toMatchObject([
    { code: "E_EXECUTE_TARGET", pointer: "/rulesets/1/rules/0/action_parameters/id" },
  ]);
});

test("references cross documents", () => {
  const execute = rule({ action: "execute", action_parameters: { id: "team" } });
  const entry = new Source(`{"id": "zone", "rules": [${execute}]}`, "zone.json");
  const team = new Source("id: team\nkind: custom\nrules: []\n", "team.yaml");
  expect(loadDocuments([entry, team], strict).ok).toBe(true);
  expect(loadDocuments([entry], strict).ok).toBe(false);
});

test("an embedder's own action is validated by its declaration", () => {
  const delay = defineAction({
    name: "delay",
    summary: "Answers slowly.",
    terminating: true,
    phases: ["http_request_firewall_custom"],
    parameters: object({ seconds: required(integer(1, 60)) }),
    prepare: ({ seconds }) => seconds,
    apply: (control) => control.log(),
  });
  const options = { ...strict, actions: [...standardActions, delay] };
  const document = (seconds: number, phase?: string) =>
    withRules(rule({ action: "delay", action_parameters: { seconds } }), phase);
  expect(load(document(5), "r.json", options).ok).toBe(true);
  const errors = (text: string) => {
    const result = load(text, "r.json", options);
    return result.ok ? [] : result.errors.map((error) => error.code);
  };
  expect(errors(document(61))).toEqual(["E_DOC_RANGE"]);
  expect(errors(document(5, "http_ratelimit"))).toContain("E_ACTION_PHASE");
});

test("two actions of one name are a mistake of the embedder's", () => {
  const options = { ...strict, actions: [...standardActions, standardActions[0]!] };
  const code = "E_DUPLICATE_NAME";
  const message = expect.stringContaining("two actions are called `");
  expect(() => load("{}", "r.json", options)).toThrow(expect.objectContaining({ code, message }));
});
