// Secrets in all the places of a request and of its response, beside attacks that rules report: nothing that a person or a log
// gets to see holds one of them.
import { describe, expect, test } from "vitest";
import type { AnyDecision } from "../../support/source/engine/decision.ts";
import {
  createMetrics,
  eventText,
  memorySink,
  suggestException,
} from "../../support/source/engine/events.ts";
import { createWaf } from "../../support/source/engine/firewall.ts";
import { renderDecision } from "../../support/source/engine/respond.ts";
import type { RequestData } from "../../support/source/request/model.ts";
import { managedRulesets } from "../../support/source/rules/managed.ts";
import { uncheckedRuleset } from "../../support/source/rules/ruleset.ts";

/** In each secret, as text that nothing encodes; digits and letters, as in what is drawn. */
const MARK = "Zq7hVx2mKp";
const ATTACKS = ["", "' OR '1'='1", "<script>alert(1)</script>"];

const enc = encodeURIComponent;
const base64 = (text: string) => Buffer.from(text).toString("base64");
const base64url = (text: string) => Buffer.from(text).toString("base64url");
type Make = (secret: string) => Partial<RequestData>;

const SITE = "https://shop.example";
const get = (target: string, headers: Record<string, string> = {}): Partial<RequestData> => ({
  url: SITE + target,
  headers,
});
const post = (type: string, body: string): Partial<RequestData> => ({
  url: `${SITE}/login`,
  method: "POST",
  headers: { "content-type": type },
  body,
});
const form = (body: string) => post("application/x-www-form-urlencoded", body);
const json = (value: unknown) => post("application/json", JSON.stringify(value));
const part = (name: string, value: string) =>
  post(
    "multipart/form-data; boundary=b",
    `--b\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n--b--\r\n`,
  );
const answer = (headers: Record<string, string>): Partial<RequestData> => ({
  url: `${SITE}/`,
  response: { status: 200, headers, body: "" },
});

const NAMES = [
  ...[
    "password",
    "passwd",
    "pwd",
    "pw",
    "pass",
    "userPassword",
    "new-password",
    "passphrase",
    "secret",
    "client_secret",
  ],
  ...[
    "token",
    "access_token",
    "refresh_token",
    "id_token",
    "csrf_token",
    "api_key",
    "apikey",
    "X-Api-Key",
    "key",
    "auth",
  ],
  ...[
    "session",
    "sessionid",
    "PHPSESSID",
    "sid",
    "jwt",
    "otp",
    "totp",
    "pin",
    "cvv",
    "cvc",
    "ssn",
    "iban",
    "code",
    "state",
  ],
  ...[
    "contraseña",
    "contrasena",
    "mot_de_passe",
    "motdepasse",
    "mdp",
    "passwort",
    "kennwort",
    "wachtwoord",
    "senha",
    "hasło",
  ],
  ...[
    "haslo",
    "пароль",
    "密码",
    "パスワード",
    "비밀번호",
    "salasana",
    "lösenord",
    "heslo",
    "parola",
    "clave",
    "cardnumber",
  ],
];

const PLACES: Readonly<Record<string, Make>> = {
  ...Object.fromEntries(
    NAMES.flatMap((name): [string, Make][] => [
      [`argument ${name}`, (secret) => get(`/?a=1&${enc(name)}=${enc(secret)}`)],
      [`form field ${name}`, (secret) => form(`a=1&${enc(name)}=${enc(secret)}`)],
      [`JSON member ${name}`, (secret) => json({ user: "x", [name]: secret })],
    ]),
  ),
  "nested JSON member": (secret) => json({ user: { login: { password: secret } } }),
  "JSON list": (secret) => json({ tokens: [secret, "b"] }),
  "GraphQL variable": (secret) =>
    json({ query: "mutation M($password: String!) { a }", variables: { password: secret } }),
  "GraphQL literal": (secret) =>
    json({ query: `mutation { login(user: "x", password: ${JSON.stringify(secret)}) { id } }` }),
  "JSON in a form field": (secret) => form(`data=${enc(JSON.stringify({ user: "x", password: secret }))}`),
  "JSON in an argument": (secret) => get(`/?data=${enc(JSON.stringify({ user: "x", password: secret }))}`),
  "JSON in JSON": (secret) => json({ data: JSON.stringify({ user: "x", password: secret }) }),
  "Base64 of JSON in an argument": (secret) =>
    get(`/?data=${enc(base64(JSON.stringify({ user: "x", password: secret })))}`),
  "Base64 of a pair in an argument": (secret) => get(`/?data=${enc(base64(`password=${secret}`))}`),
  "Basic in an argument": (secret) => get(`/?data=${enc(`Basic ${base64(`user:${secret}`)}`)}`),
  "form in an argument": (secret) => get(`/?data=${enc(`user=x&password=${enc(secret)}`)}`),
  "URL in an argument": (secret) => get(`/?next=${enc(`https://a.example/?token=${enc(secret)}`)}`),
  "encoded twice": (secret) => get(`/?a=${enc(`password=${enc(secret)}`)}`),
  "multipart part": (secret) => part("password", secret),
  "multipart part with JSON": (secret) => part("data", JSON.stringify({ password: secret })),
  "multipart part of another language": (secret) => part("contraseña", secret),
  "XML element": (secret) =>
    post("application/xml", `<a><user>x</user><password>${secret.replaceAll("<", "&lt;")}</password></a>`),
  "XML attribute": (secret) =>
    post("application/xml", `<a password="${secret.replaceAll("<", "&lt;").replaceAll("'", "&apos;")}"/>`),
  "text body": (secret) => post("text/plain", `user: x\npassword: ${secret}\n`),
  "JSON of another type": (secret) => post("text/plain", JSON.stringify({ password: secret })),
  "Authorization Bearer": (secret) => get("/", { authorization: `Bearer ${secret}` }),
  "Authorization Basic": (secret) => get("/", { authorization: `Basic ${base64(`user:${secret}`)}` }),
  "Authorization Digest": (secret) =>
    get("/", { authorization: `Digest username="x", response="${secret}"` }),
  "Authorization of a key": (secret) => get("/", { authorization: `ApiKey ${secret}` }),
  "Authorization without a scheme": (secret) => get("/", { authorization: secret }),
  "Proxy-Authorization": (secret) => get("/", { "proxy-authorization": `Basic ${base64(`user:${secret}`)}` }),
  "X-Api-Key": (secret) => get("/", { "x-api-key": secret }),
  "X-Auth-Token": (secret) => get("/", { "x-auth-token": secret }),
  "X-CSRF-Token": (secret) => get("/", { "x-csrf-token": secret }),
  "URL in Referer": (secret) =>
    get("/", { referer: `https://a.example/cb?code=${enc(secret)}&state=${enc(secret)}` }),
  "token in Referer": (secret) => get("/", { referer: `https://a.example/reset/${enc(secret)}9` }),
  "password in Referer": (secret) => get("/", { referer: `https://user:${enc(secret)}@a.example/` }),
  "session cookie": (secret) => get("/", { cookie: `lang=de; session=${enc(secret)}` }),
  "any cookie": (secret) => get("/", { cookie: `lang=${enc(secret)}` }),
  "cookie with JSON": (secret) => get("/", { cookie: `prefs=${enc(JSON.stringify({ token: secret }))}` }),
  "Set-Cookie": (secret) => answer({ "set-cookie": `sid=${enc(secret)}; Path=/` }),
  "Location of an answer": (secret) => answer({ location: `https://a.example/?code=${enc(secret)}` }),
  "reset link": (secret) => get(`/reset-password/${enc(secret)}9`),
  "confirmation link": (secret) => get(`/confirm/${enc(secret)}9`),
  "token behind its name": (secret) => get(`/api/token/${enc(secret)}9`),
  "JSON Web Token in the path": (secret) =>
    get(`/t/eyJhbGciOiJIUzI1NiJ9.${base64url(secret)}.${base64url(secret)}`),
  "user in an argument's URL": (secret) => get(`/?u=${enc(`https://user:${enc(secret)}@a.example/`)}`),
  "OAuth callback": (secret) => get(`/cb?code=${enc(secret)}&state=${enc(secret)}`),
  "argument of a fragment": (secret) => get(`/?u=${enc(`https://a.example/#access_token=${enc(secret)}`)}`),
  "name of an argument that is a token": (secret) => get(`/?a=1&eyJhbGciOiJIUzI1NiJ9.${base64url(secret)}.x`),
  "long Base64 in the path": (secret) =>
    get(`/d/${base64(`${secret}${secret}${secret}`).replaceAll(/[=/+]/g, "x")}1aB`),
};

const READ = [
  ...["http.request.uri.args.values[*]", "http.request.uri.args.names[*]", "http.request.uri.args[*][*]"],
  ...["http.request.headers.values[*]", "http.request.headers[*][*]", "http.request.cookies[*][*]"],
  ...[
    "http.request.body.form.values[*]",
    "http.request.body.form[*][*]",
    "http.request.body.multipart.values[*]",
  ],
  ...["wirewall.request.uri.args.decoded[*][*]", "wirewall.request.cookies.decoded[*][*]"],
  ...[
    "wirewall.request.headers.decoded[*]",
    "wirewall.request.headers.texts[*][*]",
    "wirewall.request.body.decoded[*][*]",
  ],
  ...["wirewall.request.body.json.values[*]", "wirewall.request.body.xml.values[*]"],
  ...["wirewall.request.nested.values[*]", "wirewall.request.body.nested.values[*]"],
];
const WHOLE = [
  "http.request.uri",
  "http.request.uri.query",
  "http.request.uri.path",
  "http.request.full_uri",
  "http.cookie",
];
const WHOLE_TOO = [
  "http.referer",
  "http.request.body.raw",
  "raw.http.request.uri",
  'lookup_json_string(http.request.body.raw, "password")',
];

const needle = (field: string) => `lower(${field})`;
const conditions = [
  ...READ.flatMap((field) => [
    `any(${field} contains "${MARK}")`,
    `any(${needle(field)}[*] contains "${MARK.toLowerCase()}")`,
  ]),
  ...READ.map((field) => `any(len(${field})[*] > 9)`),
  ...[...WHOLE, ...WHOLE_TOO].flatMap((field) => [
    `${field} contains "${MARK}"`,
    `${field} matches "${MARK}.*"`,
    `len(${field}) > 12`,
  ]),
];
const responseConditions = [
  `any(http.response.headers.values[*] contains "${MARK}")`,
  `any(http.response.headers[*][*] contains "${MARK}")`,
];

const rules = (expressions: readonly string[]) =>
  expressions.map((expression, at) => ({ ref: `r${at}`, action: "log", expression }));
const rulesets = [
  { id: "c", name: "C", kind: "zone", phase: "http_request_firewall_custom", rules: rules(conditions) },
  {
    id: "a",
    name: "A",
    kind: "zone",
    phase: "http_response_firewall_managed",
    rules: rules(responseConditions),
  },
  {
    id: "m",
    name: "M",
    kind: "zone",
    phase: "http_request_firewall_managed",
    rules: [
      { ref: "core", expression: "true", action: "execute", action_parameters: { id: "wirewall-core" } },
    ],
  },
];

/** What people and logs get to see of a request. */
async function outputsOf(request: Partial<RequestData>): Promise<Readonly<Record<string, string>>> {
  const sink = memorySink();
  const errors: unknown[] = [];
  const waf = createWaf(
    { rulesets: rulesets.map(uncheckedRuleset) },
    { managed: managedRulesets, events: [sink], trace: true, onError: (error) => errors.push(error) },
  );
  const { request: decision, response } = await waf.evaluateExchange({
    method: "GET",
    remoteAddress: "203.0.113.9",
    ...request,
  } as RequestData);
  const labels: unknown[] = [];
  const meter = {
    createCounter: (name: string) => ({ add: (...args: unknown[]) => labels.push(name, args) }),
    createHistogram: (name: string) => ({ record: (...args: unknown[]) => labels.push(name, args) }),
  };
  createMetrics(meter).decided(decision, 0.1);
  const page = (one: AnyDecision) =>
    one.action === "allow"
      ? ""
      : renderDecision(one, { method: "GET", accept: "text/html", contentType: "" });
  const explanations = [decision, response].map((one) => one?.explanation);
  return {
    event: JSON.stringify(sink.events),
    text: sink.events.map(eventText).join("\n"),
    exception: JSON.stringify(sink.events.map((event) => suggestException(event))),
    explanation: JSON.stringify(explanations),
    matches: JSON.stringify([decision.matches, response?.matches]),
    metrics: JSON.stringify(labels),
    page: JSON.stringify(page(decision)),
    errors: errors.map(String).join("\n"),
  };
}

/** The mark in any letter case, and as Base64 has it. */
function leaks(output: string): boolean {
  const folded = output.toLowerCase().replaceAll("%", "");
  if (folded.includes(MARK.toLowerCase())) return true;
  return (output.match(/[A-Za-z0-9+/]{12,}/g) ?? []).some((word) =>
    [0, 1, 2, 3].some((from) => Buffer.from(word.slice(from), "base64").toString("latin1").includes(MARK)),
  );
}

/** Rules have the mark in their conditions. */
function withoutConditions(output: string): string {
  return [...conditions, ...responseConditions].reduce((text, condition) => {
    const inner = condition.replace(/^any\((.*)\)$/, "$1");
    return text.replaceAll(JSON.stringify(inner).slice(1, -1), "").replaceAll(inner, "");
  }, output);
}

describe("a planted secret is in no output", () => {
  test("there are enough of them", () => {
    expect(Object.keys(PLACES).length).toBeGreaterThan(120);
  });

  test.each(Object.keys(PLACES))("%s", async (place) => {
    const make = PLACES[place];
    for (const attack of ATTACKS) {
      const outputs = await outputsOf(make?.(MARK + attack) ?? {});
      for (const [name, output] of Object.entries(outputs))
        if (leaks(withoutConditions(output)))
          expect.fail(`${name} with ${attack || "no attack"}: ${around(withoutConditions(output))}`);
      expect(outputs["event"]).not.toBe("[]");
    }
  });

  test("the places hold it, and the rules report it", async () => {
    const waf = createWaf(
      { rulesets: rulesets.slice(0, 1).map(uncheckedRuleset) },
      { redact: { secrets: "show" }, trace: true },
    );
    const decision = waf.evaluateSync({ url: `${SITE}/?password=${MARK}`, remoteAddress: "203.0.113.9" });
    expect(leaks(withoutConditions(JSON.stringify(decision.explanation)))).toBe(true);
  });
});

function around(output: string): string {
  const at = output.toLowerCase().indexOf(MARK.toLowerCase());
  return at === -1 ? "as Base64" : output.slice(Math.max(0, at - 300), at + 60);
}
