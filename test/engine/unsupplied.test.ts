import { expect, test } from "vitest";
import { createWaf, defineField, Int, tryCreateWaf, type WafOptions } from "../support/source/index.ts";

const custom = (expression: string, rest = {}) => ({
  rulesets: [
    {
      id: "z",
      name: "z",
      kind: "zone" as const,
      phase: "http_request_firewall_custom" as const,
      rules: [{ ref: "a", action: "block", expression, ...rest }],
    },
  ],
});

/** What is said of a rule, as place and end of the message. */
function told(config: object, options: WafOptions = {}): readonly string[] {
  const made = tryCreateWaf(config, options);
  expect(made.ok ? [] : made.errors).toEqual([]);
  return made.warnings
    .filter(({ code }) => code === "W_FIELD_UNSUPPLIED")
    .map(({ message, column, pointer }) => {
      const [, field, so] = /^nothing supplies `([^`]+)` in this set-up, so (.+)$/.exec(message) ?? [];
      return `${pointer?.replace("/rulesets/0/rules/0/", "")}:${column} ${field}: ${so}`;
    });
}

const NEVER = "the rule never matches";
const EVERY = "the rule matches every request, and `block` meets all of them";

test.each<[expression: string, ...told: string[]]>([
  ['ip.src.country in {"RU"}', `expression:1 ip.src.country: ${NEVER}`],
  ['not ip.src.country in {"AT"}', `expression:5 ip.src.country: ${EVERY}`],
  ['ip.geoip.country ne "AT"', `expression:1 ip.src.country: ${EVERY}`],
  ["cf.bot_management.score lt 30", `expression:1 cf.bot_management.score: ${NEVER}`],
  ["not cf.bot_management.score gt 30", `expression:5 cf.bot_management.score: ${EVERY}`],
  [
    'not any(http.request.jwt.claims.aud["main"][*] eq "x")',
    `expression:5 http.request.jwt.claims.aud: ${EVERY}`,
  ],
  ['cf.bot_management.ja3_hash eq "x"', `expression:1 cf.bot_management.ja3_hash: ${NEVER}`],
  ['lower(cf.bot_management.ja4) contains "x"', `expression:1 cf.bot_management.ja4: ${NEVER}`],
  ["cf.waf.content_scan.has_malicious_obj", `expression:1 cf.waf.content_scan.has_malicious_obj: ${NEVER}`],
  ["cf.threat_score gt 10", `expression:1 cf.threat_score: ${NEVER}`],
  ['ssl and cf.zone.name eq "a.example"', `expression:9 cf.zone.name: ${NEVER}`],
  ["ssl and not cf.client.bot", "expression:13 cf.client.bot: this condition is never true"],
  [
    "ssl or cf.bot_management.verified_bot",
    "expression:8 cf.bot_management.verified_bot: this condition is never true",
  ],
  ['ssl or ip.src.country ne "AT"', `expression:8 ip.src.country: ${EVERY}`],
  ['ssl and ip.src.country ne "AT"', "expression:9 ip.src.country: this condition is always true"],
  ["ssl xor cf.client.bot", "expression:9 cf.client.bot: this condition is never true"],
  ["http.host eq ip.src.country", 'expression:14 ip.src.country: it is `""` here'],
  ["cf.client.bot xor cf.bot_management.verified_bot", `expression:1 cf.client.bot: ${NEVER}`],
  ["cf.client.bot xor true", `expression:1 cf.client.bot: ${EVERY}`],
  ["not cf.client.bot and not cf.bot_management.verified_bot", `expression:5 cf.client.bot: ${EVERY}`],
  ["cf.client.bot or cf.bot_management.verified_bot", `expression:1 cf.client.bot: ${NEVER}`],
  ["ssl xor (cf.client.bot and ssl)", "expression:10 cf.client.bot: this condition is never true"],
  [
    "(ssl or not cf.client.bot) and http.host eq ip.src.country and http.host ne ip.src.country",
    "expression:13 cf.client.bot: this condition is never true",
    'expression:45 ip.src.country: it is `""` here',
  ],
  ['any(http.request.headers["x"][*] eq ip.src.country)', 'expression:37 ip.src.country: it is `""` here'],
  // What the request, the connection or the engine itself holds.
  ["cf.waf.score lt 20"],
  ['cf.tls_version eq "TLSv1.2" and not ssl and cf.edge.server_port eq 80 and http.host eq "a"'],
  ['cf.tls_client_auth.cert_verified or any(wirewall.detection.kinds[*] eq "sqli-union-select")'],
])("%s", (expression, ...expected) => {
  expect(told(custom(expression))).toEqual(expected);
});

const EVERY_BLOCKED = (field: string) => `${field}: ${EVERY}`;
const believed = { trust: ["10.0.0.0/8"], protocolHeader: "x-forwarded-proto" };

test.each<[expression: string, options: WafOptions, ...told: string[]]>([
  ["ssl", {}, `expression:1 ssl: ${NEVER}`],
  ["not ssl", {}, `expression:5 ${EVERY_BLOCKED("ssl")}`],
  ['cf.tls_version in {"TLSv1" "TLSv1.1"}', {}, `expression:1 cf.tls_version: ${NEVER}`],
  ['cf.tls_cipher ne "AEAD-AES128-GCM-SHA256"', {}, `expression:1 ${EVERY_BLOCKED("cf.tls_cipher")}`],
  [
    "not cf.tls_client_auth.cert_verified",
    {},
    `expression:5 ${EVERY_BLOCKED("cf.tls_client_auth.cert_verified")}`,
  ],
  [
    'ssl and cf.tls_client_auth.cert_issuer_dn eq "a"',
    { client: believed },
    `expression:9 cf.tls_client_auth.cert_issuer_dn: ${NEVER}`,
  ],
  // A trusted proxy says how its client is connected; a header that nobody is believed about does not.
  ["not ssl", { client: believed }],
  ["ssl", { client: { ...believed, trust: [] } }, `expression:1 ssl: ${NEVER}`],
  ["ssl", { client: { trust: ["10.0.0.0/8"] } }, `expression:1 ssl: ${NEVER}`],
  ['cf.tls_version eq "TLSv1"', { supplied: ["cf.tls_version"] }],
  ['http.host eq "a"', {}],
])("%s where no client comes by TLS, %j", (expression, options, ...expected) => {
  const config = custom(expression);
  expect(told(config, options)).toEqual([]);
  expect(told(config, { ...options, plainHttp: true })).toEqual(expected);
});

test.each<[member: object, expression: string, ...told: string[]]>([
  [{ on_oversize: "match" }, "ssl", "`on_oversize` has no effect: the expression reads no body"],
  [
    { on_oversize: "continue" },
    'http.host eq "a"',
    "`on_oversize` has no effect: the expression reads no body",
  ],
  [{ on_oversize: "match" }, 'http.request.body.raw contains "x"'],
  [{ on_oversize: "match", enabled: false }, "ssl"],
  [{}, "ssl"],
])("%j with %s", (member, expression, ...expected) => {
  const config: object = custom(expression, member);
  const made = tryCreateWaf(config);
  const found = made.warnings.filter(({ code }) => code === "W_NO_EFFECT");
  expect(found.map(({ message }) => message)).toEqual(expected);
  expect(found.map(({ pointer }) => pointer)).toEqual(expected.map(() => "/rulesets/0/rules/0/on_oversize"));
});

const geo: WafOptions = { geo: [{ lookup: () => undefined }] };

test.each<[name: string, expression: string, options: WafOptions]>([
  ["a database", 'ip.src.country eq "AT"', geo],
  ["a declaration", 'ip.src.country eq "AT"', { supplied: ["ip.src.country"] }],
  ["a declared group", "cf.bot_management.score lt 30", { supplied: ["cf.bot_management.*"] }],
  ["another name of it", "cf.client.bot", { supplied: ["cf.bot_management.verified_bot"] }],
  ["an option", 'cf.zone.name eq "a"', { zoneName: "a" }],
  ["a field of the embedder's", "my.score lt 30", { fields: [defineField({ name: "my.score", type: Int })] }],
])("%s supplies the value", (_name, expression, options) => {
  expect(told(custom(expression), options)).toEqual([]);
});

test("a disabled rule is not warned about, nor one of a managed ruleset", () => {
  expect(told(custom("cf.client.bot", { enabled: false }))).toEqual([]);
  const [document] = custom("cf.client.bot").rulesets;
  const managed = [{ ...document, id: "m", kind: "managed", rules: [...(document?.rules ?? [])] }];
  const run = custom("true", { action: "execute", action_parameters: { id: "m" } });
  expect(told(run, { managed: managed as unknown as NonNullable<WafOptions["managed"]> })).toEqual([]);
});

test("rate limits: what is counted, and by which key", () => {
  const limit = (members: object) => ({
    rulesets: [
      {
        id: "z",
        phase: "http_ratelimit",
        rules: [
          {
            ref: "a",
            action: "block",
            expression: "true",
            ratelimit: { characteristics: ["ip.src"], period: 60, requests_per_period: 5, ...members },
          },
        ],
      },
    ],
  });
  expect(told(limit({ characteristics: ["ip.src", "cf.bot_management.ja3_hash"] }))).toEqual([
    "ratelimit/characteristics/1:1 cf.bot_management.ja3_hash: it tells no clients apart",
  ]);
  expect(told(limit({ counting_expression: "not cf.client.bot and cf.threat_score gt 5" }))).toEqual([
    "ratelimit/counting_expression:5 cf.client.bot: nothing is counted",
  ]);
});

test("a name that no field has is a misuse", () => {
  expect(() => createWaf({}, { supplied: ["cf.bot_managment.score"] })).toThrow(
    "`supplied`: there is no field `cf.bot_managment.score`; did you mean `cf.bot_management.score`?",
  );
  expect(() => createWaf({}, { supplied: ["nope.*"] })).toThrow("there is no field `nope.*`");
});

const loaded = defineField({ name: "my.loaded", type: Int, load: () => Promise.resolve(1) });

test.each<[name: string, message: string, options?: WafOptions]>([
  ["http.host", "`supplied`: `http.host` is read from the request, and a value of yours would be ignored"],
  ["ssl", "`supplied`: `ssl` is read from the request, and a value of yours would be ignored"],
  [
    "http.response.*",
    "`supplied`: `http.response.*` is read from the request, and a value of yours would be ignored",
  ],
  [
    "my.loaded",
    "`supplied`: `my.loaded` is loaded, and a value of yours would be ignored",
    { fields: [loaded] },
  ],
])("what supplying would not change cannot be declared: %s", (name, message, options) => {
  expect(() => createWaf({}, { ...options, supplied: [name] })).toThrow(
    expect.objectContaining({ code: "E_SUPPLIED", message }),
  );
});
