// Secrets in all the places of a request and of its response, beside attacks that rules report: nothing that a person or a log
// gets to see holds one of them.
import { describe, expect, test } from "vitest";
import { createWaf } from "../../support/source/engine/firewall.ts";
import type { RequestData } from "../../support/source/request/model.ts";
import { uncheckedRuleset } from "../../support/source/rules/ruleset.ts";
import { leak, MARK, markRulesets, observer } from "./planted.ts";

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

describe("a planted secret is in no output", () => {
  const observe = observer();

  test("there are enough of them", () => {
    expect(Object.keys(PLACES).length).toBeGreaterThan(120);
  });

  test.each(Object.keys(PLACES))("%s", async (place) => {
    const make = PLACES[place];
    for (const attack of ATTACKS) {
      const outputs = await observe(make?.(MARK + attack) ?? {});
      for (const [name, output] of Object.entries(outputs))
        expect(leak(output), `${name} with ${attack || "no attack"}`).toBeUndefined();
      expect(outputs["event"]).not.toBe("[]");
    }
  });

  test("the places hold it, and the rules report it", async () => {
    const waf = createWaf(
      { rulesets: markRulesets.slice(0, 1).map(uncheckedRuleset) },
      { redact: { secrets: "show" }, trace: true },
    );
    const decision = waf.evaluateSync({ url: `${SITE}/?password=${MARK}`, remoteAddress: "203.0.113.9" });
    expect(leak(JSON.stringify(decision.explanation))).toBeDefined();
  });
});
