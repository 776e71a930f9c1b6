import { describe, expect, test } from "vitest";
import { compileFilter, loadDocument, Source, standardScheme } from "../../support/source/index.ts";

// Mistakes of authors who come from other products, and the advice for them.

/** An expression; the code of its first fault, and the advice. */
const EXPRESSIONS: readonly (readonly [text: string, code: string, hint: string])[] = [
  ['substring(http.host, 0, "2") eq "a"', "E_ARG_TYPE", "write the number without quotes: `2`"],
  ['substring(http.host, 0, "x") eq "a"', "E_ARG_TYPE", "write a number without quotes, such as `2`"],
  ['lower(true) eq "a"', "E_ARG_TYPE", 'write text in quotes: `"…"`'],
  ['substring(http.host) eq "a"', "E_ARG_COUNT", "write `substring(value, start[, end])`"],
  [
    'regex_replace(http.host, "a") eq "b"',
    "E_ARG_COUNT",
    "write `regex_replace(source, pattern, replacement)`",
  ],
  ['to_string(5) eq "5"', "E_ARG_KIND", "of a literal the result is known: write the result"],
  ['base64_decode(http.host) eq "a"', "E_UNKNOWN_IDENTIFIER", "write `decode_base64(…)`"],
  [
    'lookup_json_string(http.request.body.raw, zq) eq "b"',
    "E_UNKNOWN_IDENTIFIER",
    'put text in quotes: `"zq"`',
  ],
  [
    'http.cookie["session"] eq "a"',
    "E_INDEX_ACCESS",
    'its parts are in a field of their own: `http.request.cookies["name"][0]`',
  ],
  [
    'http.request.uri.query["a"] eq "b"',
    "E_INDEX_ACCESS",
    'its parts are in a field of their own: `http.request.uri.args["name"][0]`',
  ],
  ['http.host[0] eq "b"', "E_INDEX_ACCESS", "leave it out"],
  ['var.host eq "a"', "E_UNKNOWN_IDENTIFIER", "did you mean `http.host`?"],
  ["http.host eq https://a.example/b", "E_UNKNOWN_IDENTIFIER", 'put text in quotes: `"https://a.example/b"`'],
];

const CUSTOM = "http_request_firewall_custom";

function ruleset(rule: string, phase = CUSTOM): string {
  return `rulesets:\n  - name: a\n    kind: zone\n    phase: ${phase}\n    rules:\n      - ${rule}\n`;
}

const rule = (members: string) => ruleset(`{ref: a, expression: ssl, ${members}}`);
const redirect = (parameters: string) =>
  ruleset(
    `{ref: a, expression: ssl, action: redirect, action_parameters: ${parameters}}`,
    "http_request_dynamic_redirect",
  );
const headers = (value: string) =>
  ruleset(
    `{ref: a, expression: ssl, action: rewrite, action_parameters: {headers: ${value}}}`,
    "http_request_late_transform",
  );
const limit = (members: string) =>
  ruleset(`{ref: a, expression: ssl, action: block, ratelimit: {${members}}}`, "http_ratelimit");
const SINGLE =
  "put the expression in single quotes, or write it as a block: `expression: >-` with the text indented below";

/** A document in YAML; the place and code of a fault or warning, and the advice. */
const DOCUMENTS: readonly (readonly [text: string, fault: string, hint: string])[] = [
  [rule("action: {block: {}}"), "6:43 E_DOC_TYPE", "write a text, such as `block`"],
  [rule("action: block, enabled: yes"), "6:59 E_DOC_TYPE", "write `true`"],
  [rule("action: block, enabled: off"), "6:59 E_DOC_TYPE", "write `false`"],
  [rule("action: block, enabled: 'false'"), "6:59 E_DOC_TYPE", "leave out the quotes: `false`"],
  [rule("action: block, disabled: true"), "6:50 W_DOC_UNKNOWN_MEMBER", "write `enabled: false`"],
  [
    rule("action: block, priority: 1"),
    "6:50 W_DOC_UNKNOWN_MEMBER",
    "rules are evaluated in the order in which they stand",
  ],
  [
    rule("action: block, action_parameters: {status_code: 403}"),
    "6:70 E_ACTION_PARAMETER",
    "it belongs inside `response`",
  ],
  [rule("action: execute"), "6:9 E_DOC_MISSING", "write `action_parameters: {id: …}`"],
  [ruleset("{ref: 5, expression: ssl, action: block}"), "6:15 E_DOC_TYPE", 'put it in quotes: `"5"`'],
  [
    ruleset("{ref: a, expression: ssl, action: log}\n      - {ref: a, expression: ssl, action: block}"),
    "7:15 E_DUPLICATE_REF",
    "rule 1 of the ruleset has it: give this one another",
  ],
  [
    ruleset("{ref: a, expression: ssl, action: log}", "firewall_custom"),
    "4:12 E_PHASE_UNKNOWN",
    "phases with that word are `http_request_firewall_custom`",
  ],
  [redirect("{from_value: {target_url: 'https://x'}}"), "6:98 E_DOC_TYPE", 'write `{value: "https://x"}`'],
  [redirect("{url: 'https://x'}"), "6:73 E_ACTION_PARAMETER", "write `from_value: {target_url: {value: …}}`"],
  [headers("{x: y}"), "6:85 E_DOC_TYPE", 'write `{operation: …, value: "y"}`'],
  [
    headers("[{name: x}]"),
    "6:81 E_DOC_TYPE",
    "write a member for each, such as `{name: {…}}`, in place of a list",
  ],
  [
    limit("characteristics: [ip.src], period: 1m, requests_per_period: 5"),
    "6:97 E_RATELIMIT",
    "write the seconds: `60`",
  ],
  [
    limit("characteristics: [ip.src], period: '60', requests_per_period: 5"),
    "6:97 E_RATELIMIT",
    "leave out the quotes: `60`",
  ],
  [
    limit("characteristics: ip.src, period: 60, requests_per_period: 5"),
    "6:79 E_RATELIMIT",
    'write a list: `["ip.src"]`',
  ],
  [
    limit("characteristics: [ip.src], period: 60, limit: 5"),
    "6:101 E_RATELIMIT",
    "write `requests_per_period`",
  ],
  [
    ruleset('ref: a\n        expression: http.host eq "a #b"\n        action: block'),
    "7:35 E_UNTERMINATED_STRING",
    "YAML begins a comment at ` #`: put the expression in single quotes",
  ],
  [rule('action: block, description: a "b: c"'), "6:63 E_DOC_SYNTAX", SINGLE],
  ["rulesets: []\n---\nrulesets: []\n", "2:1 E_DOC_SYNTAX", "put each document into a file of its own"],
  ["rulesets: []\nlists:\n  - {name: My-List, kind: ip, items: []}\n", "3:5 E_LIST_NAME", "write `my_list`"],
  [
    "rulesets: []\nlists:\n  - {name: a, kind: ip, items: [{address: 192.0.2.1}]}\n",
    "3:33 E_LIST_ITEM",
    "write `{ip: …}`, or the value alone",
  ],
  [
    ruleset("{ref: a, expression: ip.src in $nets, action: block}"),
    "6:40 E_LIST_UNKNOWN",
    "declare it under `lists`, with `name`, `kind` and `items`",
  ],
  [
    'SecRule ARGS "@rx a" "id:1,deny"\n',
    "1:1 E_DOC_TYPE",
    "directives of ModSecurity are not read: execute `wirewall-core`, and write rules of your own as expressions",
  ],
  [
    '# edge\nresource "cloudflare_ruleset" "a" {\n}\n',
    "2:1 E_DOC_TYPE",
    "a Terraform configuration is read from files that end in `.tf`",
  ],
  [
    "Rules:\n  - Name: a\n",
    "1:1 E_DOC_TYPE",
    "rules of AWS WAF are not read: write each `Statement` as an `expression`, and `Action` as `block`, `allow` or `log`",
  ],
  [
    '{"success": true, "result": {"id": "1", "ip": "192.0.2.1"}}',
    "1:29 E_IMPORT",
    "fetch all items with `GET …/rules/lists/{list_id}/items`, and save the answer as `NAME.items.json`",
  ],
];

describe("mistakes of authors who come from other products", () => {
  const scheme = standardScheme();

  test.each(EXPRESSIONS)("%s", (text, code, hint) => {
    const result = compileFilter(text, scheme);
    expect(result.ok ? [] : [[result.errors[0]?.code, result.errors[0]?.hint]]).toEqual([[code, hint]]);
  });

  test.each(DOCUMENTS)("%j", (text, fault, hint) => {
    const loaded = loadDocument(new Source(text, "rules.yaml"), { scheme });
    const found = [...(loaded.ok ? [] : loaded.errors), ...loaded.warnings];
    const told = found.map((one) => [`${one.line}:${one.column} ${one.code}`, one.hint]);
    expect(told).toContainEqual([fault, hint]);
  });
});
