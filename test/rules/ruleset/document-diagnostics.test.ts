import { describe, expect, test } from "vitest";
import { load, rule, withRules } from "./support.ts";

type Row = readonly [file: string, text: string, told: readonly string[]];

const terraform = (one: unknown) =>
  JSON.stringify({ resource: { cloudflare_ruleset: { m: { rules: [one] } } } });
const LOG = { ref: "a", action: "log", expression: "true" };
const action = (name: string, parameters: unknown, phase?: string) =>
  withRules(rule({ action: name, action_parameters: parameters }), phase);
const TRANSFORM = "http_request_late_transform";
const LIMITS = "http_ratelimit";
const LIMIT = { characteristics: ["ip.src"], period: 60, requests_per_period: 5 };
const yaml = (expression: string) => `rules:\n  - ref: a\n    action: log\n    expression: ${expression}\n`;

/** A rule beside a ruleset that it may name. */
const beside = (one: unknown, target = {}) =>
  JSON.stringify({
    rulesets: [
      {
        id: "target",
        kind: "custom",
        phase: "http_request_firewall_custom",
        rules: [{ ref: "t1", id: "t-one", categories: ["sqli"], action: "log", expression: "true" }],
        ...target,
      },
      { id: "entry", kind: "zone", phase: "http_request_firewall_custom", rules: [one] },
    ],
  });
const skip = (targets: unknown) =>
  beside({ ref: "s", action: "skip", expression: "true", action_parameters: { targets } });
const execute = (parameters: object, target = {}) =>
  beside(
    { ref: "e", action: "execute", expression: "true", action_parameters: { id: "target", ...parameters } },
    target,
  );

/** Everything that is told of a document: place, code, pointer, message and hint. */
const TOLD: Readonly<Record<string, readonly Row[]>> = {
  "JSON texts": [
    [
      "r.json",
      `{"rules": ['a']}`,
      ['1:12 E_DOC_SYNTAX /rules/0 expected a value (JSON strings use double quotes (`"`))'],
    ],
    ["r.json", `{"rules": tru}`, ["1:11 E_DOC_SYNTAX /rules expected a value"]],
    ["r.json", `{"rules"`, ["1:9 E_DOC_SYNTAX /rules expected `:`"]],
    ["r.json", `{"rules":`, ["1:10 E_DOC_SYNTAX /rules the document ends where a value is expected"]],
    ["r.json", `{"rules" []}`, ["1:10 E_DOC_SYNTAX /rules expected `:`"]],
    ["r.json", `{"rules": [] "id": "x"}`, ["1:14 E_DOC_SYNTAX expected `,` or `}`"]],
    ["r.json", `{"rules": [1 2]}`, ["1:14 E_DOC_SYNTAX /rules expected `,` or `]`"]],
    ["r.json", `{"rules": [1,]}`, ["1:14 E_DOC_SYNTAX /rules expected a value (remove the comma before it)"]],
    ["r.json", `{"rules": [],}`, ["1:14 E_DOC_SYNTAX expected a member name (remove the comma before it)"]],
    ["r.json", `{"id": "x\ty"}`, ["1:10 E_DOC_SYNTAX /id a control character must be written as an escape"]],
    ["r.json", `{"id": "\\u12G4"}`, ["1:9 E_DOC_SYNTAX /id `\\u` takes four hexadecimal digits"]],
    ["r.json", `{"id": "\\u12`, ["1:9 E_DOC_SYNTAX /id `\\u` takes four hexadecimal digits"]],
    [
      "r.json",
      `{"id": "\\q"}`,
      ["1:9 E_DOC_SYNTAX /id `\\q` is not an escape of JSON (write a backslash as `\\\\`)"],
    ],
    [
      "r.json",
      `{"id": "x\n"}`,
      ["1:8 E_DOC_SYNTAX /id this string has no closing quote (write a line break as `\\n`)"],
    ],
    ["r.json", `{"id": -}`, ["1:8 E_DOC_SYNTAX /id `-` is not a JSON number"]],
    ["r.json", `{"id": 1.}`, ["1:8 E_DOC_SYNTAX /id `1.` is not a JSON number"]],
    ["r.json", `{"id": 1e}`, ["1:8 E_DOC_SYNTAX /id `1e` is not a JSON number"]],
    ["r.json", `{"id": 1e+x}`, ["1:8 E_DOC_SYNTAX /id `1e+` is not a JSON number"]],
    ["r.json", `{"id": .5}`, ["1:8 E_DOC_SYNTAX /id expected a value"]],
    [
      "r.json",
      `{"rules": [], /* no */ "id": "x"}`,
      ["1:15 E_DOC_SYNTAX expected a member name (JSON has no comments; YAML has)"],
    ],
    [
      "r.json",
      `{"rules": [],\n// no\n"id": "x"}`,
      ["2:1 E_DOC_SYNTAX expected a member name (JSON has no comments; YAML has)"],
    ],
    ["r.json", ``, ["1:1 E_DOC_SYNTAX the document ends where a value is expected"]],
  ],
  "YAML texts": [
    [
      "r.yaml",
      'rules:\n  - {ref: a, action: log, expression: any(x[*] eq "b")}\n',
      [
        "2:44 E_DOC_SYNTAX `[` ends the value here: inside `{…}` a value without quotes cannot contain `[`, `]`, `{`, `}` and `,` (put the expression in single quotes, or write it as a block: `expression: >-` with the text indented below)",
      ],
    ],
    [
      "r.yaml",
      'rules:\n  - {ref: a, action: log, expression: http.host in {"a" "b"}}\n',
      [
        "2:52 E_DOC_SYNTAX `{` ends the value here: inside `{…}` a value without quotes cannot contain `[`, `]`, `{`, `}` and `,` (put the expression in single quotes, or write it as a block: `expression: >-` with the text indented below)",
      ],
    ],
    [
      "r.yaml",
      'rules:\n  - {ref: a, action: log, expression: concat(http.host, "a") eq "b"}\n',
      [
        "2:60 E_DOC_SYNTAX a comma is missing before this, or the value before it, which a comma ended, needs quotes (put the expression in single quotes, or write it as a block: `expression: >-` with the text indented below)",
      ],
    ],
    [
      "r.yaml",
      yaml('"http.host eq "a""'),
      [
        '4:32 E_DOC_SYNTAX the value ends at the quote `"` before this (put the expression in single quotes, or write `\\"` for a quote in double ones)',
      ],
    ],
    [
      "r.yaml",
      yaml("'http.host eq 'a''"),
      [
        "4:32 E_DOC_SYNTAX the value ends at the quote `'` before this (inside single quotes, write `''` for a quote; strings in expressions use double quotes)",
      ],
    ],
    [
      "r.yaml",
      yaml('http.host eq "a: b"'),
      [
        "4:17 E_DOC_SYNTAX a value without quotes cannot contain `: ` (put the expression in single quotes, or write it as a block: `expression: >-` with the text indented below)",
      ],
    ],
    [
      "r.yaml",
      yaml('"\\d"'),
      [
        "4:18 E_DOC_SYNTAX `\\d` is not an escape in double quotes (write `\\\\d`, or put the value in single quotes, which have no escapes)",
      ],
    ],
    [
      "r.yaml",
      yaml('"a'),
      [
        '5:1 E_DOC_SYNTAX a text in double quotes is not closed (write `"` at its end, and `\\"` inside of it)',
      ],
    ],
    [
      "r.yaml",
      "rules:\n  - ref: a\n   action: log\n",
      [
        "3:1 E_DOC_SYNTAX this line is indented less than the item that it belongs to (align it with the members above it, with spaces)",
      ],
    ],
    [
      "r.yaml",
      "rules:\n  - ref: a\n    action log\n    mode: off\n",
      [
        "3:5 E_DOC_SYNTAX a member is a name, a colon and a space: `name: value` (is the colon or the space missing?)",
      ],
    ],
    ["r.yaml", ``, ["1:1 E_DOC_SYNTAX the document is empty"]],
    ["r.yaml", `# nothing\n`, ["1:1 E_DOC_SYNTAX the document is empty"]],
    ["r.yaml", `rules: []\nid: a\nid: b\n`, ["3:1 E_DOC_DUPLICATE_MEMBER /id the member `id` occurs twice"]],
    [
      "r.yaml",
      `rules:\n  - {ref: a, "ref": b, action: log, expression: "true"}\n`,
      ["2:14 E_DOC_DUPLICATE_MEMBER /rules/0/ref the member `ref` occurs twice"],
    ],
    ["r.yaml", `rules: []\n? [a]\n: b\n`, ["2:3 E_DOC_SYNTAX a member name must be a plain text"]],
    [
      "r.yaml",
      `rules: []\nid: !mine a\n`,
      ["2:11 E_DOC_SYNTAX /id the tag `!mine` is not supported (put a value that begins with `!` in quotes)"],
    ],
    [
      "r.yaml",
      `rules: []\nlimit: .inf\n`,
      ["2:8 E_DOC_SYNTAX /limit infinity and NaN have no place in a rule"],
    ],
    [
      "r.yaml",
      `rules: []\nlimit: .nan\n`,
      ["2:8 E_DOC_SYNTAX /limit infinity and NaN have no place in a rule"],
    ],
    [
      "r.yaml",
      `rules: []\n<<: {}\n`,
      ["2:1 E_DOC_SYNTAX merge keys (`<<`) are not supported (repeat the members)"],
    ],
    ["r.yaml", `rules: &r\n  - *r\n`, ["2:5 E_DOC_SYNTAX /rules/0 `*r` refers to a value that contains it"]],
    [
      "r.yaml",
      `rules: *r\n`,
      [
        "1:8 E_DOC_SYNTAX /rules there is no anchor `r` before this (put a value that begins with `*` in quotes)",
      ],
    ],
    ["r.yaml", `id:\nrules: []\n`, ["1:4 E_DOC_TYPE /id expected a string, found null"]],
    [
      "r.yaml",
      `rules:\n  -\n`,
      ["2:4 E_DOC_TYPE /rules/0 expected an object, found null (write `{action: …, expression: …}`)"],
    ],
    [
      "r.yaml",
      `---\nrules: []\n---\nrules: []\n`,
      [
        "3:1 E_DOC_SYNTAX the text holds more than one YAML document (put each document into a file of its own)",
      ],
    ],
    ["r.yaml", `rules: [\n`, ["2:1 E_DOC_SYNTAX `[` is not closed before this (write `]` at its end)"]],
  ],
  "expressions in YAML": [
    ["r.yaml", yaml(`"nope"`), ["4:18 E_UNKNOWN_IDENTIFIER /rules/0/expression there is no field `nope`"]],
    [
      "r.yaml",
      yaml(`"\\x68ttp.host eq \\"a\\" and nope"`),
      ["4:44 E_UNKNOWN_IDENTIFIER /rules/0/expression there is no field `nope`"],
    ],
    [
      "r.yaml",
      yaml(`"http.host eq \\"\\u0041\\U0001F600\\" and nope"`),
      ["4:56 E_UNKNOWN_IDENTIFIER /rules/0/expression there is no field `nope`"],
    ],
    [
      "r.yaml",
      yaml(`"http.host eq\\\n      \\"a\\" and nope"`),
      ["5:17 E_UNKNOWN_IDENTIFIER /rules/0/expression there is no field `nope`"],
    ],
    [
      "r.yaml",
      yaml(`"http.host eq \\"a\\"\n      and\n\n      nope"`),
      ["7:7 E_UNKNOWN_IDENTIFIER /rules/0/expression there is no field `nope`"],
    ],
    [
      "r.yaml",
      yaml(`'http.host eq "it''s"\n      and nope'`),
      ["5:11 E_UNKNOWN_IDENTIFIER /rules/0/expression there is no field `nope`"],
    ],
    [
      "r.yaml",
      yaml(`http.host eq "a"\n      and nope`),
      ["5:11 E_UNKNOWN_IDENTIFIER /rules/0/expression there is no field `nope`"],
    ],
    [
      "r.yaml",
      yaml(`>-\n      http.host eq "a"\n\n      and nope`),
      ["7:11 E_UNKNOWN_IDENTIFIER /rules/0/expression there is no field `nope`"],
    ],
    [
      "r.yaml",
      yaml(`|\n      http.host eq "a"\n        and nope`),
      ["6:13 E_UNKNOWN_IDENTIFIER /rules/0/expression there is no field `nope`"],
    ],
    [
      "r.yaml",
      yaml(`|\n      http.host eq "a" and`),
      [
        "5:27 E_EXPECTED_TOKEN /rules/0/expression expected a condition or a value, found the end of the expression (a condition must follow `and`)",
      ],
    ],
    [
      "r.yaml",
      yaml(`"http.host eq "`),
      [
        "4:30 E_EXPECTED_TOKEN /rules/0/expression expected a value, a field or a function, found the end of the expression (a value must follow `eq`)",
      ],
    ],
  ],
  "members of rules": [
    [
      "r.json",
      withRules(rule({ ref: 5 })),
      ['4:12 E_DOC_TYPE /rules/0/ref expected a string, found a number (put it in quotes: `"5"`)'],
    ],
    [
      "r.json",
      withRules(rule({ description: null })),
      ["4:65 E_DOC_TYPE /rules/0/description expected a string, found null"],
    ],
    [
      "r.json",
      withRules(rule({ description: [] })),
      ["4:65 E_DOC_TYPE /rules/0/description expected a string, found an array"],
    ],
    [
      "r.json",
      withRules(rule({ categories: "a,b" })),
      ['4:64 E_DOC_TYPE /rules/0/categories expected an array, found a string (write a list: `["a", "b"]`)'],
    ],
    [
      "r.json",
      withRules(rule({ categories: null })),
      ["4:64 E_DOC_TYPE /rules/0/categories expected an array, found null"],
    ],
    [
      "r.json",
      withRules(rule({ expression: 5 })),
      [
        '4:44 E_DOC_TYPE /rules/0/expression expected an expression (a string), found a number (put it in quotes: `"5"`)',
      ],
    ],
    [
      "r.json",
      withRules(rule({ expression: "" })),
      ["4:44 E_DOC_VALUE /rules/0/expression the expression is empty (write `true` to match every request)"],
    ],
    [
      "r.json",
      withRules(rule({ sample: "half" })),
      ["4:60 E_DOC_TYPE /rules/0/sample expected a number, found a string"],
    ],
    [
      "r.json",
      withRules(rule({ sample: { rate: 2, key: 5 } })),
      [
        "4:68 E_DOC_RANGE /rules/0/sample/rate 2 is out of range: from 0 to 1",
        '4:76 E_DOC_TYPE /rules/0/sample/key expected an expression (a string), found a number (put it in quotes: `"5"`)',
      ],
    ],
    ["r.json", withRules(rule({ sample: {} })), ["4:60 E_DOC_MISSING /rules/0/sample `rate` is missing"]],
    [
      "r.json",
      withRules(rule({ score_threshold: "x" })),
      ["4:69 E_DOC_TYPE /rules/0/score_threshold expected a number, found a string"],
    ],
    [
      "r.json",
      withRules(rule({ score_threshold: null })),
      ["4:69 E_DOC_TYPE /rules/0/score_threshold expected a number, found null"],
    ],
    [
      "r.json",
      withRules(rule({ expires_at: "tomorrow" })),
      [
        "4:64 E_DOC_VALUE /rules/0/expires_at `tomorrow` is not an RFC 3339 time such as `2026-01-31T00:00:00Z`",
      ],
    ],
    [
      "r.json",
      withRules(rule({ exposed_credential_check: {} })),
      [
        "4:78 W_ACTION_CARRIED /rules/0/exposed_credential_check the rule is kept, but not executed: it needs a look-up of leaked credentials",
      ],
    ],
    [
      "r.json",
      withRules(rule({ action: "nonsense" })),
      ["4:25 E_ACTION_UNKNOWN /rules/0/action there is no action `nonsense`"],
    ],
    [
      "r.json",
      withRules(rule({ ratelimit: { ...LIMIT, requests_per_period: 0 }, action: "block" }), LIMITS),
      ["4:129 E_RATELIMIT /rules/0/ratelimit/requests_per_period 0 is out of range: at least 1"],
    ],
  ],
  parameters: [
    [
      "r.json",
      withRules(rule({ ratelimit: 5, action: "block" }), LIMITS),
      [
        "4:65 E_RATELIMIT /rules/0/ratelimit expected an object, found a number (write `{characteristics: …, period: …}`)",
      ],
    ],
    [
      "r.json",
      action("rewrite", { uri: { path: { expression: " " } } }, TRANSFORM),
      ["4:104 E_DOC_VALUE /rules/0/action_parameters/uri/path/expression the expression is empty"],
    ],
    [
      "r.json",
      action("rewrite", { headers: {} }, TRANSFORM),
      ["4:86 E_DOC_RANGE /rules/0/action_parameters/headers expected at least 1"],
    ],
    [
      "r.json",
      action("rewrite", { headers: [{ name: "x-a", operation: "remove" }] }, TRANSFORM),
      [
        "4:86 E_DOC_TYPE /rules/0/action_parameters/headers expected an object, found an array (write a member for each, such as `{name: {…}}`, in place of a list)",
      ],
    ],
    [
      "r.json",
      action("rewrite", { uri: { query: { value: "a b" }, origin: true } }, TRANSFORM),
      [
        "4:100 E_DOC_VALUE /rules/0/action_parameters/uri/query/value a query has no `#` or blank (escape it as in `%20`)",
        "4:116 W_PARAMETER_CARRIED /rules/0/action_parameters/uri/origin `origin` is kept, but has no effect: the host sees the rewritten URI",
      ],
    ],
    [
      "r.json",
      action("rewrite", { uri: { path: { value: "/a?b" } } }, TRANSFORM),
      [
        "4:99 E_DOC_VALUE /rules/0/action_parameters/uri/path/value a path begins with `/` and has no `?`, `#` or blank (escape it as in `%20`)",
      ],
    ],
    [
      "r.json",
      action(
        "rewrite",
        {
          headers: {
            "x-a": { operation: "add", value: "v", expression: "http.host" },
            "cf-x": { operation: "set", value: "v" },
          },
        },
        TRANSFORM,
      ),
      [
        "4:93 E_ACTION_PARAMETER /rules/0/action_parameters/headers/x-a `add` needs `value` or `expression`, and not both",
        "4:157 E_ACTION_PARAMETER /rules/0/action_parameters/headers/cf-x the header `cf-x` cannot be set by a rule",
      ],
    ],
    [
      "r.json",
      action(
        "rewrite",
        {
          headers: {
            "x-a": { operation: "set" },
            "cf-connecting-ip": { operation: "remove" },
            cookie: { operation: "remove" },
          },
        },
        TRANSFORM,
      ),
      [
        "4:93 E_ACTION_PARAMETER /rules/0/action_parameters/headers/x-a `set` needs `value` or `expression`, and not both",
      ],
    ],
    [
      "r.json",
      action("skip", { phases: [] }),
      ["4:82 W_SKIP_TARGET /rules/0/action_parameters/phases this list is empty: it skips nothing"],
    ],
    [
      "r.json",
      action("skip", { phase: "current", ruleset: "current" }),
      [
        "4:101 E_SKIP_COMBINATION /rules/0/action_parameters/ruleset `ruleset` and `phase` cannot be skipped by one rule (write two rules, the wider skip first)",
      ],
    ],
    [
      "r.json",
      action("score", { increment: 1_000_001 }),
      [
        "4:86 E_DOC_RANGE /rules/0/action_parameters/increment 1000001 is out of range: from -1000000 to 1000000",
      ],
    ],
    [
      "r.json",
      action("execute", { id: "rs", nonsense: 1 }),
      [
        "4:86 E_ACTION_PARAMETER /rules/0/action_parameters/nonsense there is no parameter `nonsense` here (known are id, version, matched_data, overrides)",
      ],
    ],
    [
      "r.json",
      action("execute", {
        id: "v",
        matched_data: { public_key: "k" },
        overrides: {
          sensitivity_level: "low",
          categories: [{ category: "x", sensitivity_level: "medium" }],
          rules: [{ id: "y", sensitivity_level: "default" }],
        },
      }),
      [
        "4:81 E_EXECUTE_TARGET /rules/0/action_parameters/id there is no ruleset `v` (define it in the configuration, or pass it as one of the rulesets of the option `managed`)",
        "4:100 W_PARAMETER_CARRIED /rules/0/action_parameters/matched_data this key encrypts nothing here (encrypt what matched with the option `sealEvidence` of the firewall)",
        "4:152 W_PARAMETER_CARRIED /rules/0/action_parameters/overrides/sensitivity_level rules have no sensitivity here: `low` has no effect, only `eoff` disables rules",
        "4:208 W_PARAMETER_CARRIED /rules/0/action_parameters/overrides/categories/0/sensitivity_level rules have no sensitivity here: `medium` has no effect, only `eoff` disables rules",
      ],
    ],
    [
      "r.json",
      action("log", { nonsense: 1 }),
      ["4:72 E_ACTION_PARAMETER /rules/0/action_parameters/nonsense there is no parameter `nonsense` here"],
    ],
    [
      "r.json",
      terraform({ ...LOG, action: "rewrite", action_parameters: { headers: ["x"] } }),
      [
        "1:132 E_DOC_TYPE /resource/cloudflare_ruleset/m/rules/0/action_parameters/headers/0 expected an object, found a string",
      ],
    ],
    [
      "r.json",
      terraform({ ...LOG, action: "block", action_parameters: [{}, {}] }),
      [
        "1:118 E_DOC_TYPE /resource/cloudflare_ruleset/m/rules/0/action_parameters expected an object, found an array",
      ],
    ],
    [
      "r.json",
      terraform({ ...LOG, action: "skip", action_parameters: { rules: { v: "a,b" } } }),
      [
        "1:131 W_SKIP_TARGET /resource/cloudflare_ruleset/m/rules/0/action_parameters/rules/v there is no ruleset `v`: nothing is skipped until it is supplied",
      ],
    ],
    ["r.json", `{"lists": 5}`, ["1:11 E_DOC_TYPE /lists `lists` must be an object or an array"]],
    ["r.json", `{"rulesets": 5}`, ["1:14 E_DOC_TYPE /rulesets `rulesets` must be an array"]],
  ],
  "forms of documents": [
    [
      "r.json",
      `{"rulesets": {}, "lists": 5}`,
      [
        "1:14 E_DOC_TYPE /rulesets `rulesets` must be an array",
        "1:27 E_DOC_TYPE /lists `lists` must be an object or an array",
      ],
    ],
    [
      "r.json",
      `{"rulesets": [5], "lists": [5]}`,
      [
        "1:15 E_DOC_TYPE /rulesets/0 expected an object, found a number",
        "1:29 E_DOC_TYPE /lists/0 expected an object, found a number (write a list: `[5]`)",
      ],
    ],
    [
      "r.json",
      `{"rulesets": [], "nonsense": 5}`,
      ["1:18 W_DOC_UNKNOWN_MEMBER /nonsense unknown member `nonsense` of a configuration"],
    ],
    [
      "r.json",
      `{"lists": [{"name": "a", "kind": "ip", "items": []}, {"name": "a", "kind": "ip", "items": []}]}`,
      ["1:54 E_DUPLICATE_ID /lists/1 the list `$a` is declared twice"],
    ],
    [
      "r.json",
      `{"lists": [{"name": "a", "kind": "ip"}]}`,
      ["1:12 E_DOC_MISSING /lists/0 `items` is missing"],
    ],
    [
      "r.json",
      `{"rule": []}`,
      [
        "1:1 E_DOC_TYPE this is not a document of rules (it should be a ruleset (`rules`), a configuration (`rulesets`, `lists`), an API answer (`result`) or Terraform JSON (`resource`))",
      ],
    ],
    [
      "r.json",
      `5`,
      [
        "1:1 E_DOC_TYPE a document is an object: a ruleset (`rules`), a configuration (`rulesets`, `lists`), an API answer (`result`) or Terraform JSON (`resource`)",
      ],
    ],
    [
      "r.json",
      `null`,
      [
        "1:1 E_DOC_TYPE a document is an object: a ruleset (`rules`), a configuration (`rulesets`, `lists`), an API answer (`result`) or Terraform JSON (`resource`)",
      ],
    ],
    ["r.json", `[5]`, ["1:2 E_DOC_TYPE /0 expected an object, found a number"]],
    [
      "r.json",
      `{"result": [{"id": "x", "name": "n", "kind": "zone"}]}`,
      [
        "1:13 E_DOC_TYPE /result/0 this answer lists rulesets without their rules (fetch each ruleset by its id)",
      ],
    ],
    [
      "r.json",
      `{"success": false, "result": []}`,
      [
        "1:30 E_DOC_TYPE /result this API answer reports a failure and contains no ruleset (fetch it again, and save the answer once `success` is true)",
      ],
    ],
    [
      "r.json",
      `{"resource": {}}`,
      ["1:1 E_DOC_TYPE this Terraform document has no `cloudflare_ruleset` or `cloudflare_list`"],
    ],
    ["r.json", `{"phase": "nonsense"}`, ["1:11 E_PHASE_UNKNOWN /phase there is no phase `nonsense`"]],
  ],
  "more YAML texts": [
    [
      "r.yaml",
      "rules:\n  - {ref: a, action: log, expression: starts_with(http.host, http.host)}\n",
      [
        "2:62 E_DOC_SYNTAX /rules/0 `http.host)` has no value: inside `{…}` a comma ends a value without quotes (put the value before it in quotes)",
      ],
    ],
    [
      "r.yaml",
      'rules:\n  - {ref: a, action, expression: "true"}\n',
      ["2:20 E_DOC_TYPE /rules/0/action expected a string, found null"],
    ],
    [
      "r.yaml",
      "rules:\n  - {ref: a,\n    action: log\nid: x\n",
      ["4:1 E_DOC_SYNTAX `{` is not closed before this (write `}` at its end)"],
    ],
    [
      "r.yaml",
      "rules: []}\n",
      ["1:10 E_DOC_SYNTAX `}` has no opening counterpart (remove it, or put the value in quotes)"],
    ],
    [
      "r.yaml",
      "rules: []\n]\n",
      ["2:1 E_DOC_SYNTAX `]` has no opening counterpart (remove it, or put the value in quotes)"],
    ],
    [
      "r.yaml",
      'rules: []\nid: "a" b\n',
      [
        '2:9 E_DOC_SYNTAX the value ends at the quote `"` before this (put the expression in single quotes, or write `\\"` for a quote in double ones)',
      ],
    ],
    [
      "r.yaml",
      "rules: []\nid: a\n  b: c\n",
      ["2:5 E_DOC_SYNTAX a value without quotes cannot contain `: ` (put the value in quotes)"],
    ],
    [
      "r.yaml",
      "rules: []\n id: a\n",
      [
        "2:1 E_DOC_SYNTAX this line is not aligned with the members above it (align it with the members above it, with spaces)",
      ],
    ],
    [
      "r.yaml",
      "rules: []\nid: @a\n",
      ["2:5 E_DOC_SYNTAX a value without quotes cannot begin with `@` (put the value in quotes)"],
    ],
    [
      "r.yaml",
      "rules: []\nid: %a\n",
      ["2:5 E_DOC_SYNTAX a value without quotes cannot begin with `%` (put the value in quotes)"],
    ],
    [
      "r.yaml",
      "rules: []\nid: `a\n",
      ["2:5 E_DOC_SYNTAX a value without quotes cannot begin with ``` (put the value in quotes)"],
    ],
    [
      "r.yaml",
      "rules: []\nid: |x\n  a\n",
      ["2:6 E_DOC_SYNTAX this does not belong to the value before it (put the whole value in quotes)"],
    ],
    ["r.yaml", "rules: []\nid: &a &b c\n", ["2:8 E_DOC_SYNTAX a node can have at most one anchor"]],
    [
      "r.yaml",
      'rules: []\nid: "\\',
      [
        '2:7 E_DOC_SYNTAX a text in double quotes is not closed (write `"` at its end, and `\\"` inside of it)',
      ],
    ],
    ["r.yaml", "[]: a\n? \n", ["1:1 E_DOC_SYNTAX a member name must be a plain text"]],
    [
      "r.yaml",
      "rules: [{a: b, c: d e f: g}]\n",
      [
        "1:19 E_DOC_SYNTAX inside `{…}` a value without quotes cannot contain `: `, and members are separated by commas (put the expression in single quotes, or write it as a block: `expression: >-` with the text indented below)",
      ],
    ],
    [
      "r.yaml",
      "rules: [a, b\nid: x\n",
      ["2:1 E_DOC_SYNTAX `[` is not closed before this (write `]` at its end)"],
    ],
    [
      "r.yaml",
      "rules: [a: b: c]\n",
      [
        "1:12 E_DOC_SYNTAX inside `{…}` a value without quotes cannot contain `: `, and members are separated by commas (put the expression in single quotes, or write it as a block: `expression: >-` with the text indented below)",
      ],
    ],
    [
      "r.yaml",
      "rules: [ - a ]\n",
      [
        "1:10 E_DOC_SYNTAX a member is a name, a colon and a space: `name: value` (is the colon or the space missing?)",
      ],
    ],
    [
      "r.yaml",
      "rules:\n- a\n -b\n",
      ["2:3 E_DOC_TYPE /rules/0 expected an object, found a string (write `{action: …, expression: …}`)"],
    ],
    [
      "r.yaml",
      'rules: &x\n  - {ref: a, action: log, expression: "true"}\n  - *x',
      ["3:5 E_DOC_SYNTAX /rules/1 `*x` refers to a value that contains it"],
    ],
  ],
  "targets of skips and overrides": [
    [
      "r.json",
      skip([{ ruleset: "targte", field: "http.host" }]),
      [
        "1:344 E_SKIP_TARGET /rulesets/1/rules/0/action_parameters/targets/0/ruleset there is no ruleset `targte` (did you mean `target`?)",
      ],
    ],
    [
      "r.json",
      skip([{ ruleset: "cloudflare-own", field: "http.host" }]),
      [
        "1:344 E_SKIP_TARGET /rulesets/1/rules/0/action_parameters/targets/0/ruleset there is no ruleset `cloudflare-own`",
      ],
    ],
    [
      "r.json",
      skip([{ ruleset: "target", rule: "t2", field: "http.host" }]),
      [
        "1:360 E_SKIP_TARGET /rulesets/1/rules/0/action_parameters/targets/0/rule there is no rule `t2` (did you mean `t1`?)",
      ],
    ],
    ["r.json", skip([{ ruleset: "target", rule: "t-one", field: "http.host" }]), []],
    [
      "r.json",
      skip([{ rule: "t9", field: "http.host" }]),
      [
        "1:341 E_SKIP_TARGET /rulesets/1/rules/0/action_parameters/targets/0/rule there is no rule `t9` (did you mean `t1`?)",
      ],
    ],
    [
      "r.json",
      skip([{ tag: "slqi", field: "http.host" }]),
      [
        "1:340 E_SKIP_TARGET /rulesets/1/rules/0/action_parameters/targets/0/tag no rule has the tag `slqi` (did you mean `sqli`?)",
      ],
    ],
    [
      "r.json",
      skip([{ tag: "sqli", field: "http.hots" }]),
      [
        "1:355 E_SKIP_TARGET /rulesets/1/rules/0/action_parameters/targets/0/field there is no field `http.hots` (did you mean `http.host`?)",
      ],
    ],
    [
      "r.json",
      execute({ overrides: { categories: [{ category: "slqi", action: "log" }] } }),
      [
        "1:378 E_OVERRIDE_TAG /rulesets/1/rules/0/action_parameters/overrides/categories/0/category no rule of `target` has the category `slqi` (did you mean `sqli`?)",
      ],
    ],
    [
      "r.json",
      execute({ overrides: { categories: [{ category: "none-like", action: "log" }] } }),
      [
        "1:378 E_OVERRIDE_TAG /rulesets/1/rules/0/action_parameters/overrides/categories/0/category no rule of `target` has the category `none-like` (there are `sqli`)",
      ],
    ],
    [
      "r.json",
      execute(
        { overrides: { categories: [{ category: "x", action: "log" }] } },
        { rules: [{ ref: "t", action: "log", expression: "true" }] },
      ),
      [
        "1:342 E_OVERRIDE_TAG /rulesets/1/rules/0/action_parameters/overrides/categories/0/category no rule of `target` has the category `x` (its rules have no categories)",
      ],
    ],
    [
      "r.json",
      execute({ overrides: { action: "lgo" } }),
      [
        "1:361 E_ACTION_UNKNOWN /rulesets/1/rules/0/action_parameters/overrides/action there is no action `lgo` (did you mean `log`?)",
      ],
    ],
    [
      "r.json",
      execute({ overrides: { action: "redirect" } }),
      [
        "1:361 E_ACTION_PHASE /rulesets/1/rules/0/action_parameters/overrides/action the action `redirect` is not allowed in `http_request_firewall_custom`",
      ],
    ],
    [
      "r.json",
      execute({ overrides: { action: "execute" } }),
      [
        "1:361 E_ACTION_PARAMETER /rulesets/1/rules/0/action_parameters/overrides/action an override cannot set the action `execute`: it needs parameters",
      ],
    ],
    [
      "r.json",
      execute({ overrides: { rules: [{ id: "t-on", action: "log" }] } }),
      [
        "1:367 E_OVERRIDE_TARGET /rulesets/1/rules/0/action_parameters/overrides/rules/0/id `target` has no rule `t-on` (did you mean `t-one`?)",
      ],
    ],
    [
      "r.json",
      execute({ version: "7" }),
      [
        "1:349 E_EXECUTE_TARGET /rulesets/1/rules/0/action_parameters/version the ruleset `target` has no version `7`",
      ],
    ],
    [
      "r.json",
      execute({ version: "7" }, { version: "3" }),
      [
        "1:363 E_EXECUTE_TARGET /rulesets/1/rules/0/action_parameters/version the ruleset `target` has no version `7`",
      ],
    ],
  ],
  "blocks, steps and misspelt members": [
    [
      "r.json",
      withRules(rule({ logging: [] })),
      ["4:61 E_DOC_TYPE /rules/0/logging expected an object, found an array (write `{enabled: …}`)"],
    ],
    [
      "r.json",
      withRules(rule({ descripton: "x" })),
      [
        "4:51 W_DOC_UNKNOWN_MEMBER /rules/0/descripton unknown member `descripton`, kept as it is (did you mean `description`?)",
      ],
    ],
    [
      "r.json",
      withRules(rule({ action: "block", ratelimit: { ...LIMIT, mitigation_timeout: "x" } }), LIMITS),
      ["4:152 E_RATELIMIT /rules/0/ratelimit/mitigation_timeout expected a whole number, found a string"],
    ],
    [
      "r.json",
      withRules(
        rule({
          action: "block",
          ratelimit: {
            characteristics: ["ip.src"],
            period: 60,
            score_per_period: 5,
            score_response_header_name: "x",
            steps: [{ score_per_period: 5, action: "block" }],
          },
        }),
        LIMITS,
      ),
      [
        "4:170 E_RATELIMIT /rules/0/ratelimit/steps/0 another step, or the limit itself, has the same period and the same number",
      ],
    ],
    [
      "r.json",
      withRules(rule({ action: "block", ratelimit: { ...LIMIT, mitigation_expression: "ssl" } }), LIMITS),
      [
        "4:155 W_PARAMETER_CARRIED /rules/0/ratelimit/mitigation_expression `mitigation_expression` is kept, but has no effect: `counting_expression` selects what is counted",
      ],
    ],
    [
      "r.json",
      withRules(rule({ action: "block", ratelimit: { ...LIMIT, mitigation_expression: "" } }), LIMITS),
      [],
    ],
    [
      "r.json",
      withRules(
        rule({
          action: "block",
          ratelimit: { ...LIMIT, steps: [{ requests_per_period: 5, action: "block" }] },
        }),
        LIMITS,
      ),
      [
        "4:140 E_RATELIMIT /rules/0/ratelimit/steps/0 another step, or the limit itself, has the same period and the same number",
      ],
    ],
    [
      "r.json",
      withRules(
        rule({
          action: "block",
          ratelimit: {
            ...LIMIT,
            steps: [
              { requests_per_period: 9, period: 60, action: "log" },
              { requests_per_period: 9, action: "block" },
            ],
          },
        }),
        LIMITS,
      ),
      [
        "4:140 E_RATELIMIT /rules/0/ratelimit/steps/0 another step, or the limit itself, has the same period and the same number",
        "4:193 E_RATELIMIT /rules/0/ratelimit/steps/1 another step, or the limit itself, has the same period and the same number",
      ],
    ],
    [
      "r.json",
      withRules(
        rule({ action: "block", ratelimit: { ...LIMIT, counting_expression: "http.response.cod eq 4" } }),
        LIMITS,
      ),
      [
        "4:154 E_UNKNOWN_IDENTIFIER /rules/0/ratelimit/counting_expression there is no field `http.response.cod` (did you mean `http.response.code`?)",
      ],
    ],
    [
      "r.json",
      withRules(rule({ expression: "http.response.code eq 404" })),
      [
        "4:45 E_FIELD_PHASE /rules/0/expression `http.response.code` has no value yet in the phase `http_request_firewall_custom` (it can be used in `http_custom_errors`, `http_response_headers_transform` or `http_response_firewall_headers`)",
      ],
    ],
    [
      "r.json",
      action("rewrite", { headers: [] }, "http_request_late_transform"),
      [
        "4:86 E_DOC_TYPE /rules/0/action_parameters/headers expected an object, found an array (write a member for each, such as `{name: {…}}`, in place of a list)",
      ],
    ],
    [
      "r.json",
      action(
        "rewrite",
        { headers: { "x a": { operation: "set", value: "1" } } },
        "http_request_late_transform",
      ),
      [
        "4:93 E_DOC_VALUE /rules/0/action_parameters/headers/x a `x a` is not a header name (letters, digits, `-` and the other token characters)",
      ],
    ],
    [
      "r.json",
      terraform({
        ref: "a",
        action: "rewrite",
        expression: "true",
        action_parameters: [{ headers: [{ name: "X", operation: "set", value: "1" }, 5] }],
      }),
      [
        "1:176 E_DOC_TYPE /resource/cloudflare_ruleset/m/rules/0/action_parameters/0/headers/1 expected an object, found a number",
      ],
    ],
    ["r.json", terraform({ ref: "a", action: "log", expression: "true", logging: [] }), []],
    [
      "r.json",
      terraform({ ref: "a", action: "log", expression: "true", logging: [5] }),
      [
        "1:106 E_DOC_TYPE /resource/cloudflare_ruleset/m/rules/0/logging expected an object, found an array (write `{enabled: …}`)",
      ],
    ],
    [
      "r.json",
      terraform({ ref: "a", action: "log", expression: "true", enabled: "maybe" }),
      [
        "1:106 E_DOC_TYPE /resource/cloudflare_ruleset/m/rules/0/enabled expected true or false, found a string",
      ],
    ],
    [
      "r.json",
      `{"rulez": [], "id": "x", "kind": "zone"}`,
      ["1:2 W_DOC_UNKNOWN_MEMBER /rulez unknown member `rulez`, kept as it is (did you mean `rules`?)"],
    ],
    [
      "r.json",
      withRules(JSON.stringify({ ref: "a", action: "log", filter: "true" })),
      ["4:31 E_DOC_MISSING /rules/0/filter `expression` is missing (write `expression` for `filter`)"],
    ],
    [
      "r.json",
      withRules(JSON.stringify({ ref: "a", action: "log", condition: "true" })),
      ["4:31 E_DOC_MISSING /rules/0/condition `expression` is missing (write `expression` for `condition`)"],
    ],
    [
      "r.json",
      withRules(JSON.stringify({ ref: "a", acton: "log", expresion: "true" })),
      [
        "4:16 E_DOC_MISSING /rules/0/acton `action` is missing (write `action` for `acton`)",
        "4:30 E_DOC_MISSING /rules/0/expresion `expression` is missing (write `expression` for `expresion`)",
      ],
    ],
    [
      "r.json",
      withRules(JSON.stringify({ ref: "a", mode: "log", when: "true", description: "" })),
      [
        "4:5 E_DOC_MISSING /rules/0 `action` is missing",
        "4:5 E_DOC_MISSING /rules/0 `expression` is missing",
        "4:23 E_DOC_VALUE /rules/0/mode `log` is not an allowed value",
        "4:29 W_DOC_UNKNOWN_MEMBER /rules/0/when unknown member `when`, kept as it is (known are id, ref, version, action, action_parameters, expression, description, enabled, categories, logging, ratelimit, score_threshold, last_updated, mode, sample, mandatory, expires_at, severity, message, references, tests, on_budget, on_oversize, exposed_credential_check)",
      ],
    ],
  ],
  "lists that are one value, and names cut short": [
    [
      "r.yaml",
      `lists:\n  office: 10.0.0.0/8\n${yaml('"true"')}`,
      ['2:11 E_DOC_TYPE /lists/office expected an object, found a string (write a list: `["10.0.0.0/8"]`)'],
    ],
    [
      "r.yaml",
      `lists:\n  bad: [10.0.0.1, hello]\n${yaml("ip.src in $bad")}`,
      [
        "6:27 E_LIST_KIND /rules/0/expression `$bad` is a list of kind string, which cannot contain Ip values (its item `hello` is not an address: correct it, or give the list `kind: ip`; without a kind, one other item makes it a list of strings)",
      ],
    ],
    [
      "r.json",
      action("block", { response: { status: 403, content: "x" } }),
      [
        "4:86 E_DOC_MISSING /rules/0/action_parameters/response/status `status_code` is missing (write `status_code` for `status`)",
      ],
    ],
    [
      "r.json",
      action("block", { response: { status_code: 403, content_type: "text/plain", content: "::REF::" } }),
      [
        "4:142 E_ACTION_PARAMETER /rules/0/action_parameters/response/content there is no placeholder `::REF::` (did you mean `::REFERENCE::`?)",
      ],
    ],
  ],
};

describe.each(Object.entries(TOLD))("what is told of %s", (_name, rows) => {
  test.each(rows)("%s %j", (file, text, told) => {
    const result = load(text, file);
    const all = [...(result.ok ? [] : result.errors), ...result.warnings];
    expect(
      all.map(({ line, column, code, pointer, message, hint }) =>
        [`${line}:${column}`, code, pointer, message, hint && `(${hint})`].filter(Boolean).join(" "),
      ),
    ).toEqual(told);
  });
});
