import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { renderDecision } from "../../support/source/engine/respond.ts";
import { tryCreateWaf, uncheckedRuleset } from "../../support/source/index.ts";
import { GET, type Members, rule, ruleset, wafOf } from "../waf-support.ts";

// What the content and the headers of an author's answer may name, and how it is written there.

const FACTS = { client: "192.0.2.7", host: "a.example", country: "DE", time: 0 };
const ASKED = { method: "GET", accept: "*/*", contentType: "" };

const blocking = (response: Members): Members =>
  rule("b", { action: "block", action_parameters: { response: { status_code: 418, ...response } } });

function rendered(response: Members, facts = FACTS) {
  const decision = wafOf([ruleset("z", [blocking(response)])]).evaluateSync(GET);
  const answer = renderDecision(decision, { ...ASKED, facts: () => facts });
  return { id: decision.id, body: answer?.body ?? "", headers: answer?.headers ?? [] };
}

const ALL =
  "::REFERENCE:: ::RAY_ID:: ::CLIENT_IP:: ::GEO:: ::HOST:: ::STATUS:: ::TIME:: [::RETRY_AFTER::] ::COLONS::RAY_ID:: ::before:: ::";

test("each placeholder, and what is none", () => {
  const { id, body } = rendered({ content_type: "text/plain", content: ALL });
  expect(body).toBe(
    `${id} ${id} 192.0.2.7 DE a.example 418 1970-01-01T00:00:00.000Z [] ::RAY_ID:: ::before:: ::`,
  );
});

test("without a host's facts they are empty", () => {
  const decision = wafOf([
    ruleset("z", [blocking({ content_type: "text/plain", content: "[::CLIENT_IP::::HOST::::TIME::]" })]),
  ]).evaluateSync(GET);
  expect(renderDecision(decision, ASKED)?.body).toBe("[]");
});

test("what is put in is not read again", () => {
  const facts = { ...FACTS, host: "::CLIENT_IP::" };
  expect(rendered({ content_type: "text/plain", content: "::HOST::" }, facts).body).toBe("::CLIENT_IP::");
});

test.each<[contentType: string, content: string, body: string]>([
  ["text/html", "<p title='::HOST::'>", "<p title='&lt;b&gt;&#39;&quot;&amp;\\'>"],
  ["text/xml", "<a>::HOST::</a>", "<a>&lt;b&gt;&#39;&quot;&amp;\\</a>"],
  ["application/json", '{"h":"::HOST::"}', '{"h":"\\u003cb\\u003e\\u0027\\"\\u0026\\\\"}'],
  ["text/plain", "::HOST::", "<b>'\"&\\"],
])("it is written as %s wants it", (content_type, content, body) => {
  expect(rendered({ content_type, content }, { ...FACTS, host: "<b>'\"&\\" }).body).toBe(body);
});

test("content of a type that nobody knows gets letters, digits and .:_- alone", () => {
  const variants = { plain: { content_type: "text/css", content: "a{content:'::HOST::'}" } };
  expect(rendered({ variants }, { ...FACTS, host: "a'}b;\\" }).body).toBe("a{content:'a__b__'}");
});

test("no value breaks out of JSON or of markup", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (host) => {
      const bytes = Buffer.from(host, "utf8").toString("latin1").slice(0, 200);
      const facts = { ...FACTS, host: bytes };
      const json = rendered({ content_type: "application/json", content: '{"h":"::HOST::"}' }, facts).body;
      const parsed: unknown = JSON.parse(Buffer.from(json, "latin1").toString("utf8"));
      expect(Object.keys(parsed as object)).toEqual(["h"]);
      const html = rendered({ content_type: "text/html", content: '<p a="::HOST::">' }, facts).body;
      expect(html).toMatch(/^<p a="[^<>"']*">$/);
    }),
    { numRuns: 100 },
  );
});

describe("headers", () => {
  test("are added, in place of ours, with placeholders, in lines of their own", () => {
    const { id, headers } = rendered({
      headers: {
        "X-Ray": "::RAY_ID::/::HOST::",
        "Cache-Control": "private",
        "Set-Cookie": ["a=1", "b=2"],
        "X-Wirewall-Reference": "forged",
        Vary: "cookie",
      },
    });
    const lines = headers.filter(([name]) =>
      ["x-ray", "cache-control", "set-cookie", "x-wirewall-reference", "vary"].includes(name),
    );
    expect(lines.map(([name, value]) => `${name}: ${value}`).sort()).toEqual([
      "cache-control: private",
      "set-cookie: a=1",
      "set-cookie: b=2",
      "vary: accept",
      "vary: cookie",
      `x-ray: ${id}/a.example`,
      `x-wirewall-reference: ${id}`,
    ]);
  });

  test("a value of the request's cannot end the line", () => {
    const { headers } = rendered({ headers: { "X-Host": "::HOST::" } }, { ...FACTS, host: "a\r\nx: 1\0" });
    expect(headers).toContainEqual(["x-host", "ax: 1"]);
  });

  test("redirects and error pages have them too", async () => {
    const to = rule("r", {
      action: "redirect",
      action_parameters: {
        from_value: {
          target_url: { value: "https://b.example/" },
          status_code: 302,
          headers: { "X-By": "::STATUS::" },
        },
      },
    });
    const redirected = wafOf([ruleset("z", [to], { phase: "http_request_dynamic_redirect" })]).evaluateSync(
      GET,
    );
    expect(renderDecision(redirected, ASKED)?.headers).toContainEqual(["x-by", "302"]);
    const page = rule("e", {
      action: "serve_error",
      expression: "http.response.code eq 500",
      action_parameters: { content: "<p>::RAY_ID::", headers: { "X-By": "us" } },
    });
    const waf = wafOf([ruleset("e", [page], { phase: "http_custom_errors" })]);
    const { response } = await waf.evaluateExchange({ ...GET, response: { status: 500 } });
    const answer = response && renderDecision(response, ASKED);
    expect(answer?.headers).toContainEqual(["x-by", "us"]);
    expect(answer?.body).toBe(`<p>${response?.id}`);
  });
});

describe("what an author is told", () => {
  const faults: readonly (readonly [what: string, response: Members, code: string, says: string])[] = [
    [
      "no such placeholder",
      { content_type: "text/plain", content: "::RAYID::" },
      "E_ACTION_PARAMETER",
      "::RAYID::",
    ],
    ["one in a variant", { variants: { html: { content: "::FOO::" } } }, "E_ACTION_PARAMETER", "::FOO::"],
    ["one in a header", { headers: { "X-A": "::FOO::" } }, "E_ACTION_PARAMETER", "::FOO::"],
    ["a header of the connection", { headers: { Connection: "close" } }, "E_ACTION_PARAMETER", "connection"],
    ["the length", { headers: { "content-length": "1" } }, "E_ACTION_PARAMETER", "content-length"],
    ["a line break", { headers: { "X-A": "a\r\nb" } }, "E_DOC_VALUE", ""],
    ["a name that is none", { headers: { "X A": "a" } }, "E_DOC_VALUE", ""],
    ["one name twice", { headers: { "X-A": "a", "x-a": "b" } }, "E_ACTION_PARAMETER", "twice"],
    ["too much", { headers: { "X-A": "a".repeat(9000) } }, "E_DOC_RANGE", "8192"],
  ];

  test.each(faults)("%s", (_, response, code, says) => {
    const made = tryCreateWaf({ rulesets: [uncheckedRuleset(ruleset("z", [blocking(response)]))] });
    expect(made.ok ? [] : made.errors.map((fault) => fault.message).join()).toContain(says);
    expect(made.ok ? [] : made.errors.map((fault) => fault.code)[0]).toMatch(
      code === "E_DOC_VALUE" ? /^E_/ : code,
    );
  });

  test("a token of Cloudflare's own pages stays, with a warning", () => {
    const response = { content_type: "text/html", content: "::CLOUDFLARE_ERROR_500S_BOX::" };
    const made = tryCreateWaf({ rulesets: [uncheckedRuleset(ruleset("z", [blocking(response)]))] });
    expect(made.ok && made.warnings.map((fault) => fault.code)).toEqual(["W_PARAMETER_CARRIED"]);
    expect(rendered(response).body).toBe("::CLOUDFLARE_ERROR_500S_BOX::");
  });
});
