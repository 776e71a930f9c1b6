import { describe, expect, test } from "vitest";
import { compileFilter } from "../../support/source/language/compile.ts";
import { standardFunctions } from "../../support/source/language/functions.ts";
import { requestScheme } from "../../support/source/request/fields.ts";
import type { RequestData } from "../../support/source/request/model.ts";
import { managedRulesets, wirewallCore, wirewallCoreResponses } from "../../support/source/rules/managed.ts";
import { benign } from "./benign.ts";
import { answer, at, cookie, form, header, json, managedWaf, matchesOf, query } from "./support.ts";

const scheme = requestScheme(standardFunctions);
const rules = managedRulesets.flatMap((ruleset) => ruleset.rules.map((rule) => ({ ruleset, rule })));

/** Likely signs, which alone say too little; the scorer does not confirm them. */
const ONE_SIGN = query("x or true");
const TWO_SIGNS = at("/?a=x+or+true&b=concat(0x7e,0x71)");

/** By the category that says how sure a rule is. */
const ACTIONS = new Map<string | undefined, readonly string[]>([
  ["confidence-high", ["block"]],
  ["confidence-medium", ["block", "score"]],
  ["confidence-low", ["log"]],
]);

describe("the documents", () => {
  test("belong to the two phases of managed rules", () => {
    expect([wirewallCore.phase, wirewallCoreResponses.phase]).toEqual([
      "http_request_firewall_managed",
      "http_response_firewall_managed",
    ]);
    expect(managedRulesets).toEqual([wirewallCore, wirewallCoreResponses]);
    for (const { kind } of managedRulesets) expect(kind).toBe("managed");
  });

  test("cannot be changed", () => {
    for (const { ruleset, rule } of rules) {
      expect([ruleset, ruleset.rules, rule, rule.categories, rule.references].every(Object.isFrozen)).toBe(
        true,
      );
    }
  });

  test("name each rule once", () => {
    const refs = rules.map(({ rule }) => rule.ref);
    expect(new Set(refs).size).toBe(refs.length);
    expect(refs.length).toBeGreaterThan(60);
  });

  test.each(rules)("$rule.ref says all about itself", ({ rule }) => {
    expect(rule.id).toBe(rule.ref);
    expect(rule.ref).toMatch(/^w[cr]-[a-z]+(?:-[a-z0-9]+)*$/);
    expect(rule.version).toMatch(/^\d+$/);
    expect(rule.description).toMatch(/^[A-Z$`].*\.$/);
    expect(rule.message).toMatch(/^\S.*[^.]$/);
    expect(rule.severity).toBeDefined();
    expect(rule.categories!.slice(3)).toEqual(rule.ref.startsWith("wc-cve-") ? ["cve"] : []);
    expect(rule.categories![1]).toMatch(/^paranoia-level-[123]$/);
    expect(rule.enabled).toBe(rule.categories![1] === "paranoia-level-1");
    expect(rule.references!.length).toBeGreaterThan(0);
    for (const reference of rule.references!)
      expect(reference).toMatch(/^(?:CWE-\d+|CAPEC-\d+|CVE-\d{4}-\d{4,})$/);
    expect(ACTIONS.get(rule.categories![2])).toContain(rule.action);
    if (rule.action === "score") expect(rule.action_parameters!["name"]).toBe(rule.categories![0]);
  });

  test.each(rules)("$rule.ref compiles to something affordable", ({ ruleset, rule }) => {
    const phase = ruleset === wirewallCore ? "body" : "response_body";
    const compiled = compileFilter(rule.expression, scheme.narrow(phase));
    expect(compiled.ok ? compiled.warnings : compiled.errors).toEqual([]);
    if (!compiled.ok) return;
    // A mapped pattern costs about 60; no rule looks at more than eight places with more than two.
    expect(compiled.value.cost).toBeLessThan(1500);
  });

  test("end with the rule that sums up", () => {
    for (const ruleset of managedRulesets) {
      const summing = ruleset.rules.filter((rule) => rule.score_threshold !== undefined);
      expect(summing).toEqual([ruleset.rules.at(-1)]);
    }
  });
});

describe("by default", () => {
  const waf = managedWaf();

  test.each(benign.map((given, number) => ({ number, given })))(
    "benign request $number passes",
    ({ given }) => {
      const { action, matches } = waf.evaluateSync(typeof given === "string" ? query(given) : given);
      const refs = matches.map(({ rule }) => rule.ref).filter((ref) => !ref.startsWith("execute-"));
      expect(action).toBe("allow");
      // A weak sign may be there; two would be one too many.
      expect(refs.slice(1)).toEqual([]);
    },
  );

  test("an ordinary answer passes", () => {
    expect(
      matchesOf(waf, answer("<!doctype html><title>Shop</title><p>Warning: prices change.</p>")),
    ).toEqual([]);
  });

  test("one likely sign passes, two are blocked by the threshold", () => {
    const one = waf.evaluateSync(ONE_SIGN);
    expect([one.action, one.matches.at(-1)?.rule.ref]).toEqual(["allow", "wc-sqli-bare-condition"]);
    const two = waf.evaluateSync(TWO_SIGNS);
    expect([two.action, two.by?.ref]).toEqual(["block", "wc-threshold"]);
  });
});

describe("overrides", () => {
  test("of the threshold move it", () => {
    const strict = managedWaf({ score_threshold: 3 });
    expect(strict.evaluateSync(ONE_SIGN).action).toBe("block");
    const lax = managedWaf({ rules: [{ id: "wc-threshold", score_threshold: 7 }] }, "request");
    expect(lax.evaluateSync(TWO_SIGNS).action).toBe("allow");
  });

  test("of a category turn paranoia level 2 on", () => {
    const waf = managedWaf({ categories: [{ category: "paranoia-level-2", enabled: true }] });
    expect(matchesOf(waf, query("http://localhost/admin"))).toEqual(["wc-ssrf-loopback"]);
  });

  test("of a rule turn it off", () => {
    const waf = managedWaf({ rules: [{ id: "wc-php-call", enabled: false }] }, "request");
    expect(matchesOf(waf, query("phpinfo()"))).toEqual([]);
  });
});

describe("exceptions for single inputs", () => {
  const waf = managedWaf({}, "request", [
    { field: "http.request.uri.args", key: "code" },
    { field: "http.request.body.form", key: "text" },
  ]);

  test("hide the input's decoded value and nothing else", () => {
    const attack = encodeURIComponent("1 union select 1,2");
    const sent = (target: string) =>
      waf.evaluateSync({ url: `https://a.example${target}`, receivedAt: 0 }).action;
    expect([sent(`/?code=${attack}`), sent(`/?q=${attack}`)]).toEqual(["allow", "block"]);
    expect(waf.evaluateSync(form("1 union select 1,2")).action).toBe("allow");
  });

  test("hide what is inside of the input too", () => {
    const inside = JSON.stringify({ q: "1 union select 1,2" }).replaceAll(" ", "\\u0020");
    const at = (name: string) =>
      waf.evaluateSync({ url: `https://a.example/?${name}=${encodeURIComponent(inside)}`, receivedAt: 0 })
        .action;
    expect([at("code"), at("q")]).toEqual(["allow", "block"]);
    expect(waf.evaluateSync(form(inside)).action).toBe("allow");
  });
});

describe("evidence in an input that is excepted", () => {
  const attack = "1 union select 1,2";
  const CASES: readonly [field: string, key: string | undefined, request: RequestData, isHidden: boolean][] =
    [
      ["http.request.uri.args", "q", query(attack), true],
      ["http.request.uri.args", "other", query(attack), false],
      ["http.request.uri.args", undefined, query(attack), true],
      ["http.request.cookies", "seen", cookie(attack), true],
      ["http.request.cookies", "lang", cookie(attack), false],
      ["http.request.headers", "x-note", header("X-Note", attack), true],
      ["http.request.headers", "X-Note", header("x-note", attack), true],
      ["http.request.headers", "x-other", header("X-Note", attack), false],
      ["http.request.body.form", "text", form(attack), true],
      ["http.request.body.form", "title", form(attack), false],
      ["wirewall.request.body.json.values", "a.b", json({ a: { b: attack } }), true],
      ["wirewall.request.body.json.values", "a", json({ a: { b: attack } }), false],
      ["http.request.uri.path", undefined, at(`/${encodeURIComponent(attack)}`), true],
    ];
  test.each(CASES)("%s[%j]", (field, key, request, isHidden) => {
    const waf = managedWaf({}, "request", [key === undefined ? { field } : { field, key }]);
    expect(waf.evaluateSync(request).action).toBe(isHidden ? "allow" : "block");
  });

  const multipart = (head: string, body: string): RequestData => ({
    method: "POST",
    url: "https://a.example/",
    headers: { "content-type": "multipart/form-data; boundary=b" },
    body: `--b\r\nContent-Disposition: form-data; ${head}\r\n\r\n${body}\r\n--b--\r\n`,
    receivedAt: 0,
  });
  const body = (type: string, text: string): RequestData => ({
    method: "POST",
    url: "https://a.example/",
    headers: { "content-type": type },
    body: text,
    receivedAt: 0,
  });
  const quoted = "' union select a from b -- ";
  const PLACES: Record<string, RequestData> = {
    "an argument": query(attack),
    "an argument in Base64": query(Buffer.from(quoted).toString("base64")),
    "the name of an argument": at("/?user[$ne]=1"),
    "a cookie": cookie(attack),
    "a header": header("X-Note", attack),
    "an argument of the Referer": header("Referer", `https://a.example/?q=${encodeURIComponent(attack)}`),
    "the path": at(`/${encodeURIComponent(attack)}`),
    "a form": form(attack),
    JSON: json({ a: { b: ["x", attack] } }),
    "JSON that is one text": json(attack),
    "a key of JSON": json({ user: { $ne: "x" } }),
    XML: body("application/xml", `<a><b c="1">${attack}</b></a>`),
    "an attribute of XML": body("text/xml", `<a><b c="${attack}"/></a>`),
    "a part": multipart('name="text"', attack),
    "a file's name": multipart(`name="text"; filename="${attack}.txt"`, "x"),
    "a plain text": body("text/plain", attack),
    "a text without a type": body("application/x-unheard-of", attack),
    "a cell of a table": body("text/csv", `a,b\n1,=cmd|' /C calc'!A0\n`),
  };
  test.each(Object.entries(PLACES))("is excepted by what it says of its input: %s", (_, request) => {
    const decision = managedWaf({}, "request").evaluateSync(request, { trace: true });
    expect(decision.action).toBe("block");
    const pieces = decision.explanation?.evidence ?? [];
    expect(pieces).not.toEqual([]);
    const targets = pieces.map(({ field, key }) => (key === "" ? { field } : { field, key }));
    expect(managedWaf({}, "request", targets).evaluateSync(request).action).toBe("allow");
  });

  test("counts where the same attack stands in another one", () => {
    const waf = managedWaf({}, "request", [{ field: "http.request.uri.args", key: "q" }]);
    const twice = at(`/?q=${encodeURIComponent(attack)}&p=${encodeURIComponent(attack)}`);
    expect(waf.evaluateSync(twice).action).toBe("block");
  });
});

describe("an attack inside of a value", () => {
  const waf = managedWaf({}, "request");
  const attack = "1' or '1'='1";
  const escaped = attack.replaceAll("'", "\\u0027");
  const base64 = Buffer.from(`${attack} -- `).toString("base64");
  const cases: Record<string, RequestData> = {
    "JSON in an argument": query(`{"q":"${escaped}"}`),
    "JSON in a field of a form": form(`["${escaped}"]`),
    "JSON in a string of JSON": json({ a: `{"q":"${escaped}"}` }),
    "JSON in a cookie": cookie(`{"q":"${escaped}"}`),
    "JSON in a header": header("X-Filter", `{"q":"${escaped}"}`),
    "octal escapes in a cookie": header("Cookie", `a="${attack.replaceAll("'", "\\047")}"`),
    "Base64 in an argument": query(base64),
    "JSON in Base64": query(Buffer.from(`{"q":"${escaped}"}`).toString("base64url")),
    credentials: header("Authorization", `Basic ${Buffer.from(`admin:${attack}`).toString("base64")}`),
  };
  test.each(Object.entries(cases))("%s", (_, request) => {
    expect(waf.evaluateSync(request).by?.ref).toBe("wc-sqli-quoted-tautology");
  });
});
