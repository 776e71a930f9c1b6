import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type {
  AnyDecision,
  BlockDecision,
  ChallengeDecision,
  ChallengeProvider,
  ServeErrorDecision,
} from "../../support/source/engine/decision.ts";
import {
  parseAccept,
  pickFormat,
  type RenderedResponse,
  type RenderOptions,
  type RenderRequest,
  renderDecision,
  renderRejection,
} from "../../support/source/engine/respond.ts";
import type { BlockResponse, ResponseFormat } from "../../support/source/rules/ruleset.ts";
import { blocked, decisionFacts, match, passed, rule } from "../decisions.ts";

const CHROME = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8";

function render(
  decision: AnyDecision,
  request: Partial<RenderRequest> = {},
  options?: RenderOptions,
): RenderedResponse {
  const answer = renderDecision(
    decision,
    { method: "GET", accept: "*/*", contentType: "", ...request },
    options,
  );
  if (answer === undefined) throw new Error("nothing to render");
  return answer;
}

function header(answer: RenderedResponse, name: string): string | undefined {
  return answer.headers.find(([other]) => other === name)?.[1];
}

function limited(status = 429, retryAfter = 12.2): BlockDecision {
  const by = rule("login", { phase: "http_ratelimit" });
  const rateLimit = { count: 6, limit: 5, period: 60, resetsAt: 0, retryAfter };
  return blocked(by, [match(by, { decisive: true, rateLimit })], { status });
}

function blockWith(response: Partial<BlockResponse>): BlockDecision {
  return blocked(rule("a"), undefined, {
    response: { status: undefined, body: undefined, variants: {}, grpcStatus: 7, ...response },
  });
}

const body = (contentType: string, content: string) => ({ contentType, content });

test("a request without Accept and Content-Type is one where they are empty", () => {
  for (const decision of [blocked(rule("a")), limited()])
    expect(renderDecision(decision, { method: "GET" })).toEqual(
      renderDecision(decision, { method: "GET", accept: "", contentType: "" }),
    );
});

describe("negotiation", () => {
  const ALL: readonly ResponseFormat[] = ["html", "json", "plain", "xml"];
  test.each<
    [accept: string, offered: readonly ResponseFormat[], picked: ResponseFormat | undefined, named: boolean]
  >([
    ["", ALL, "html", false],
    ["*/*", ["plain", "html"], "plain", false],
    [CHROME, ["plain", "json", "html"], "html", true],
    ["application/json", ALL, "json", true],
    ["application/problem+json", ALL, "json", true],
    ["APPLICATION/JSON", ALL, "json", true],
    ["text/html;q=0.1, application/json;q=0.2", ALL, "json", true],
    ["text/html;q=0, */*;q=0.1", ["html", "plain"], "plain", false],
    ["text/*, text/html;q=0", ["html", "plain"], "plain", false],
    ["text/*;q=0.5, */*;q=0.9", ["html", "json"], "json", false],
    ["text/plain, text/html", ALL, "html", true],
    ["image/png", ALL, undefined, false],
    ['text/html;level="a,b;q=0";q=0.5, application/json;q=0.4', ALL, "html", true],
    ['text/plain;a="x\\",y", text/html;q=0.5', ["html"], "html", true],
    ["text/html;q=2, application/xml", ALL, "xml", true],
    ["text/html;q=0.1234", ALL, "html", false],
    ["*/html, /, a, a/b/c, text/plain", ALL, "plain", true],
    ["*/*;q=0", ALL, undefined, false],
  ])("%j of %j", (accept, offered, format, named) => {
    expect(pickFormat(accept, offered)).toEqual(format === undefined ? undefined : { format, named });
  });

  test("reads only so much", () => {
    expect(parseAccept("a/b,".repeat(1000))).toHaveLength(64);
    expect(parseAccept(`${" ".repeat(4087)}text/html`)).toEqual([
      { type: "text", subtype: "html", weight: 1000 },
    ]);
    expect(parseAccept(`${" ".repeat(4088)}text/html`)).not.toMatchObject([{ subtype: "html" }]);
    expect(parseAccept(`${" ".repeat(5000)}text/html`)).toEqual([]);
  });

  test("hostile headers never throw", () => {
    const unit = fc.constantFrom(...'text/htmlq=;,*"\\ 01.\xff\0');
    fc.assert(
      fc.property(fc.string({ unit, maxLength: 200 }), (accept) => {
        const picked = pickFormat(accept, ALL);
        expect(picked === undefined || ALL.includes(picked.format)).toBe(true);
      }),
      { numRuns: 3000 },
    );
  });
});

describe("block", () => {
  test.each<[what: string, request: Partial<RenderRequest>, type: string]>([
    ["a browser", { accept: CHROME }, "text/html; charset=utf-8"],
    ["curl", {}, "text/plain; charset=utf-8"],
    ["no header", { accept: "" }, "text/plain; charset=utf-8"],
    ["an API client", { accept: "application/json" }, "application/problem+json"],
    [
      "an API client that takes anything",
      { contentType: "application/json; charset=utf-8" },
      "application/problem+json",
    ],
    ["a script that takes anything", { script: true }, "application/problem+json"],
    ["a script that asks for a page", { accept: CHROME, script: true }, "text/html; charset=utf-8"],
    ["a script that asks for text", { accept: "text/plain", script: true }, "text/plain; charset=utf-8"],
    ["one that speaks a JSON dialect", { contentType: "application/vnd.a+json" }, "application/problem+json"],
    ["XML", { accept: "application/xml" }, "application/problem+xml; charset=utf-8"],
    ["images only", { accept: "image/*" }, "text/plain; charset=utf-8"],
  ])("own page for %s", (_what, request, type) => {
    const answer = render(blocked(rule("a")), request);
    expect(answer.status).toBe(403);
    expect(header(answer, "content-type")).toBe(type);
    expect(header(answer, "cache-control")).toBe("no-store");
    expect(header(answer, "x-content-type-options")).toBe("nosniff");
    expect(header(answer, "x-wirewall-reference")).toBe("ref-1");
    expect(header(answer, "vary")).toBe("accept");
    expect(header(answer, "content-length")).toBe(String(answer.body.length));
    expect(answer.body).toContain("ref-1");
    expect(answer.body).not.toContain("custom");
  });

  test("the JSON page is a problem document", () => {
    const answer = render(limited(), { accept: "application/json" }, { contact: "waf@a.example" });
    expect(JSON.parse(answer.body)).toEqual({
      type: "about:blank",
      title: "Too Many Requests",
      status: 429,
      detail: expect.stringContaining("wait"),
      reference: "ref-1",
      retryAfter: 13,
      contact: "waf@a.example",
    });
  });

  test.each(["text/html", "text/plain", "application/xml", "application/json"])(
    "a rate limit says when to come back in %s",
    (accept) => {
      const answer = render(limited(), { accept });
      expect([answer.status, header(answer, "retry-after")]).toEqual([429, "13"]);
      expect(answer.body).toMatch(/13/);
    },
  );

  test("the wait is at least a second", () => {
    expect(header(render(limited(429, 0)), "retry-after")).toBe("1");
  });

  test.each<[seconds: number, shown: string]>([
    [1, "1 second"],
    [2, "2 seconds"],
    [89, "89 seconds"],
    [90, "2 minutes"],
    [121, "3 minutes"],
    [89 * 60, "89 minutes"],
    [89 * 60 + 1, "2 hours"],
    [10_800, "3 hours"],
    [10_801, "4 hours"],
  ])("a wait of %d seconds is told as %s", (seconds, shown) => {
    const answer = (accept: string) => render(limited(429, seconds), { accept }).body;
    expect(answer("text/plain")).toContain(`\nTry again in: ${shown}\n`);
    expect(answer("text/html")).toContain(`<dt>Try again in</dt><dd>${shown}</dd>`);
    expect(answer("application/xml")).toContain(`\n  <retryAfter>${seconds}</retryAfter>\n`);
  });

  const REFUSED =
    "The site's firewall refused this request. If you think that this is a mistake, tell the site's owner and quote the reference below.";
  const FAILED = "The site could not answer your request. Please try again later.";
  const NOTHING = "There is no page at this address.";
  const OFTEN =
    "Requests are arriving from your network faster than this site allows. Please wait a moment and try again.";
  const SENT = {
    413: [
      "This is too large",
      "What you sent is larger than this site accepts. Please send less: a smaller file, a shorter text, or several parts one after another.",
    ],
    414: [
      "This address is too long",
      "The address has more or longer parameters than this site accepts. Please shorten it, or send less at once.",
    ],
    415: [
      "This cannot be read",
      "What you sent is encoded or compressed in a way that this site does not read. Please send it as plain UTF-8 text or in the file's usual format, not compressed.",
    ],
    431: [
      "Too many cookies or headers",
      "Your browser sent more cookies or headers than this site accepts. Please delete this site's cookies and try again.",
    ],
  } as const;
  test.each<[status: number, reason: string, title: string, text: string]>([
    [400, "Bad Request", "This request was blocked", REFUSED],
    [401, "Unauthorized", "This request was blocked", REFUSED],
    [403, "Forbidden", "This request was blocked", REFUSED],
    [404, "Not Found", "Nothing here", NOTHING],
    [405, "Method Not Allowed", "This request was blocked", REFUSED],
    [406, "Not Acceptable", "This request was blocked", REFUSED],
    [410, "Gone", "Nothing here", NOTHING],
    [413, "Content Too Large", ...SENT[413]],
    [414, "URI Too Long", ...SENT[414]],
    [415, "Unsupported Media Type", ...SENT[415]],
    [418, "I'm a Teapot", "This request was blocked", REFUSED],
    [429, "Too Many Requests", "Too many requests", OFTEN],
    [431, "Request Header Fields Too Large", ...SENT[431]],
    [451, "Unavailable For Legal Reasons", "This request was blocked", REFUSED],
    [499, "Request Refused", "This request was blocked", REFUSED],
    [500, "Internal Server Error", "This page cannot be shown", FAILED],
    [502, "Bad Gateway", "This page cannot be shown", FAILED],
    [503, "Service Unavailable", "This page cannot be shown", FAILED],
    [504, "Gateway Timeout", "This page cannot be shown", FAILED],
    [599, "Server Error", "This page cannot be shown", FAILED],
  ])("the wording of status %d", (status, reason, title, text) => {
    const decision = blocked(rule("a"), undefined, { status });
    const answer = (accept: string) => render(decision, { accept }, { contact: "waf@a.example" }).body;
    const escaped = (plain: string) => plain.replaceAll("'", "&#39;");
    expect(answer("text/plain")).toBe(
      `${status} ${reason}\n\n${text}\n\nReference: ref-1\nContact: waf@a.example\n`,
    );
    expect(JSON.parse(answer("application/json"))).toEqual({
      type: "about:blank",
      title: reason,
      status,
      detail: text,
      reference: "ref-1",
      contact: "waf@a.example",
    });
    expect(answer("application/xml")).toBe(`<?xml version="1.0" encoding="UTF-8"?>
<problem xmlns="urn:ietf:rfc:7807">
  <type>about:blank</type>
  <title>${escaped(reason)}</title>
  <status>${status}</status>
  <detail>${escaped(text)}</detail>
  <reference>ref-1</reference>
  <contact>waf@a.example</contact>
</problem>
`);
    const html = answer("text/html");
    for (const part of [
      '<html lang="en">',
      '<meta name="robots" content="noindex">',
      `<title>${title}</title>`,
      `<p class="kicker">${status} ${escaped(reason)}</p>`,
      `<h1>${title}</h1>`,
      `<p>${escaped(text)}</p>`,
      "<dt>Reference</dt><dd><code>ref-1</code></dd>",
      "<dt>Contact</dt><dd>waf@a.example</dd>",
    ])
      expect(html).toContain(part);
  });

  test("HEAD has the head alone", () => {
    const get = render(blocked(rule("a")), { accept: CHROME });
    const head = render(blocked(rule("a")), { accept: CHROME, method: "HEAD" });
    expect(head.body).toBe("");
    expect(head.headers).toEqual(get.headers);
  });

  test("the HTML page allows itself its style and nothing else", () => {
    const answer = render(blocked(rule("a")), { accept: CHROME });
    expect(header(answer, "content-security-policy")).toMatch(
      /^default-src 'none'; style-src 'sha256-[A-Za-z0-9+/]{43}='; base-uri 'none'; form-action 'none'; frame-ancestors 'none'$/,
    );
    expect(header(answer, "referrer-policy")).toBe("no-referrer");
    expect(answer.body).not.toMatch(/<script|https?:|url\(/);
  });

  test.each<[what: string, response: Partial<BlockResponse>, accept: string, type: string, content: string]>([
    ["own body", { body: body("text/plain", "no") }, CHROME, "text/plain; charset=utf-8", "no"],
    ["own JSON", { body: body("application/json", "{}") }, CHROME, "application/json", "{}"],
    [
      "charset kept",
      { body: body("text/html; charset=utf-8", "é") },
      CHROME,
      "text/html; charset=utf-8",
      "\xc3\xa9",
    ],
    [
      "variant",
      { body: body("text/html", "<p>"), variants: { json: body("application/json", "{}") } },
      "application/json",
      "application/json",
      "{}",
    ],
    [
      "own body before variants",
      { body: body("text/html", "<p>"), variants: { json: body("application/json", "{}") } },
      "*/*",
      "text/html; charset=utf-8",
      "<p>",
    ],
    [
      "own body when nothing fits",
      { body: body("text/html", "<p>"), variants: { json: body("application/json", "{}") } },
      "image/png",
      "text/html; charset=utf-8",
      "<p>",
    ],
    [
      "own text before variants",
      { body: body("text/plain", "t"), variants: { json: body("application/json", "{}") } },
      "text/plain, application/json;q=0.5",
      "text/plain; charset=utf-8",
      "t",
    ],
    [
      "own XML before variants",
      { body: body("application/soap+xml", "<a/>"), variants: { json: body("application/json", "{}") } },
      "application/xml, application/json;q=0.5",
      "application/soap+xml; charset=utf-8",
      "<a/>",
    ],
    [
      "a body of another kind only when nothing else fits",
      { body: body("text/csv", "a,b"), variants: { json: body("application/json", "{}") } },
      "text/plain, application/json;q=0.5",
      "application/json",
      "{}",
    ],
    [
      "first variant when nothing fits",
      {
        variants: { xml: body("text/xml", "<a/>"), plain: body("text/plain", "t") },
      },
      "image/png",
      "text/plain; charset=utf-8",
      "t",
    ],
  ])("%s", (_what, response, accept, type, content) => {
    const answer = render(blockWith(response), { accept });
    expect([header(answer, "content-type"), answer.body]).toEqual([type, content]);
    expect(header(answer, "content-security-policy")).toBeUndefined();
  });

  test("the reference's header can have another name, or be left out", () => {
    const named = render(blocked(rule("a")), {}, { referenceHeader: "X-Request-Id" });
    expect(header(named, "x-request-id")).toBe("ref-1");
    const without = render(blocked(rule("a")), {}, { referenceHeader: false });
    expect(without.headers.flat()).not.toContain("ref-1");
  });

  test("wording is the embedder's when given", () => {
    const wording = (status: number) =>
      status === 403 ? { title: "<Nein>", text: "gesperrt & weg" } : undefined;
    const answer = render(blocked(rule("a")), { accept: CHROME }, { wording });
    expect(answer.body).toContain("<h1>&lt;Nein&gt;</h1>");
    expect(answer.body).toContain("gesperrt &amp; weg");
  });

  test("no text reaches a page or a header unescaped", () => {
    const hostile = "\"'><script>alert(1)</script>&\r\nset-cookie: a=b\0";
    const decision = { ...blocked(rule("a")), id: hostile };
    for (const accept of ["text/html", "application/xml", "application/json", "text/plain"]) {
      const answer = render(decision, { accept }, { contact: hostile });
      for (const [, value] of answer.headers) expect(value).not.toMatch(/[\r\n\0]/);
      if (accept !== "application/json" && accept !== "text/plain")
        expect(answer.body).not.toContain("<script");
      if (accept === "application/json") expect(JSON.parse(answer.body).reference).toBe(hostile);
    }
  });
});

describe("gRPC", () => {
  test.each<[contentType: string, answered: string | undefined]>([
    ["application/grpc", "application/grpc"],
    ["application/grpc+proto", "application/grpc+proto"],
    ["Application/GRPC+JSON; x=y", "application/grpc+json"],
    ["application/grpc-web-text+proto", "application/grpc-web-text+proto"],
    ["application/grpcx", undefined],
    ["text/application/grpc", undefined],
    ["application/grpc+\r\nx: y", undefined],
  ])("%j", (contentType, answered) => {
    const answer = render(blocked(rule("a")), { contentType, accept: "text/html" });
    if (answered === undefined) {
      expect([answer.status, answer.trailers]).toEqual([403, undefined]);
      return;
    }
    expect([answer.status, answer.body, header(answer, "content-type")]).toEqual([200, "", answered]);
    expect(header(answer, "content-length")).toBeUndefined();
    expect(answer.trailers).toEqual([
      ["grpc-status", "7"],
      ["grpc-message", "This request was blocked (reference ref-1)"],
    ]);
  });

  test("a rate limit exhausts a resource and says how long to wait; a rule's own status stays", () => {
    const trailers = render(limited(), { contentType: "application/grpc" }).trailers;
    expect(trailers).toContainEqual(["grpc-status", "8"]);
    expect(trailers).toContainEqual(["grpc-retry-pushback-ms", "13000"]);
    const own = render(blockWith({ grpcStatus: 16 }), { contentType: "application/grpc" });
    expect(own.trailers?.[0]).toEqual(["grpc-status", "16"]);
  });

  test("messages are percent-encoded", () => {
    const answer = render(
      blocked(rule("a")),
      { contentType: "application/grpc" },
      { wording: () => ({ title: "é 100%\n", text: "" }) },
    );
    expect(answer.trailers?.[1]).toEqual(["grpc-message", "%C3%A9 100%25%0A (reference ref-1)"]);
  });
});

describe("redirect", () => {
  test.each<[location: string, sent: string]>([
    ["https://a.example/x?y=1#z", "https://a.example/x?y=1#z"],
    ["/a b", "/a%20b"],
    ["/%20", "/%20"],
    ["/\xc3\xa9", "/%C3%A9"],
    ["/a\r\nset-cookie: x", "/a%0D%0Aset-cookie:%20x"],
    ['/\\evil"<>^`{|}', "/%5Cevil%22%3C%3E%5E%60%7B%7C%7D"],
    ["https://[::1]/", "https://[::1]/"],
  ])("%j", (location, sent) => {
    const answer = render({
      ...decisionFacts,
      action: "redirect",
      by: rule("r"),
      matches: [],
      location,
      status: 302,
    });
    expect(answer).toEqual({
      status: 302,
      headers: [
        ["location", sent],
        ["x-wirewall-reference", "ref-1"],
        ["content-length", "0"],
      ],
      body: "",
    });
  });
});

describe("serve_error", () => {
  const error = (page: Partial<ServeErrorDecision["page"]>): ServeErrorDecision => ({
    ...decisionFacts,
    action: "serve_error",
    by: rule("e"),
    matches: [],
    status: 503,
    page: { status: undefined, contentType: "text/html", content: undefined, asset: undefined, ...page },
  });
  test("own content", () => {
    const answer = render(error({ content: "<h1>ü</h1>" }));
    expect([answer.status, answer.body]).toEqual([503, "<h1>\xc3\xbc</h1>"]);
  });
  test("gRPC learns that the service is unavailable", () => {
    const answer = render(error({ content: "<h1>ü</h1>" }), { contentType: "application/grpc" });
    expect([answer.status, answer.body]).toEqual([200, ""]);
    expect(answer.trailers).toEqual([
      ["grpc-status", "14"],
      ["grpc-message", "This page cannot be shown (reference ref-1)"],
    ]);
  });
  test("an asset, and one that is missing", () => {
    const asset = (name: string) => (name === "down" ? body("text/plain", "down") : undefined);
    expect(render(error({ asset: "down" }), {}, { asset }).body).toBe("down");
    expect(render(error({ asset: "gone" }), {}, { asset }).body).toContain("503 Service Unavailable");
    expect(render(error({ asset: "down" })).body).toContain("ref-1");
  });
});

describe("challenge", () => {
  const decision: ChallengeDecision = {
    ...decisionFacts,
    action: "challenge",
    by: rule("c"),
    matches: [],
    kind: "managed_challenge",
  };
  const provider: ChallengeProvider = {
    name: "test",
    answerPath: "/answer",
    isCleared: () => false,
    answer: () => ({ status: 400, headers: [], body: "" }),
    challenge: (kind, request, reference) => ({
      status: 403,
      headers: [["content-type", "text/html"]],
      body: `${kind} ${request.client} ${reference}`,
    }),
  };
  const challenge = {
    client: "192.0.2.1",
    userAgent: "",
    host: "",
    method: "GET",
    uri: "/",
    secure: true,
    cookie: () => [],
    now: 0,
  };

  test("the provider's page, never stored", () => {
    const answer = render(decision, { accept: CHROME, challenge }, { provider });
    expect(answer).toEqual({
      status: 403,
      headers: [
        ["content-type", "text/html"],
        ["x-wirewall-reference", "ref-1"],
        ["x-wirewall-mitigated", "challenge"],
        ["cache-control", "no-store"],
        ["content-length", "33"],
      ],
      body: "managed_challenge 192.0.2.1 ref-1",
    });
  });

  test("what the provider says of caching stays", () => {
    const caching = ["cache-control", "no-store, private"] as const;
    const own: ChallengeProvider = {
      ...provider,
      challenge: () => ({ status: 403, headers: [caching], body: "" }),
    };
    const answer = render(decision, { accept: CHROME, challenge }, { provider: own });
    expect(answer.headers.filter(([name]) => name === "cache-control")).toEqual([caching]);
  });

  test.each(["", "*/*", "application/*", "text/html, application/json"])(
    "a client that takes %j gets the page",
    (accept) => {
      const answer = render(decision, { accept, challenge }, { provider });
      expect(answer.body).toBe("managed_challenge 192.0.2.1 ref-1");
    },
  );

  test("a script is told what to do", () => {
    const answer = (accept: string) => render(decision, { accept, challenge }, { provider }).body;
    const text = "Open this address in a browser to pass a challenge first.";
    expect(JSON.parse(answer("application/json"))).toMatchObject({ detail: text });
    expect(answer("text/plain")).toContain(text);
    const grpc = render(decision, { contentType: "application/grpc", challenge }, { provider });
    expect(grpc.trailers).toContainEqual(["grpc-status", "7"]);
  });

  test.each<[what: string, request: Partial<RenderRequest>, options: RenderOptions]>([
    ["a script that asks for JSON", { accept: "application/json", challenge }, { provider }],
    ["no provider", { accept: "application/json", challenge }, {}],
    ["nothing known of the request", { accept: "application/json" }, { provider }],
  ])("%s gets data", (_what, request, options) => {
    const answer = render(decision, request, options);
    expect(answer.status).toBe(403);
    expect(header(answer, "x-wirewall-mitigated")).toBe("challenge");
    expect(JSON.parse(answer.body)).toMatchObject({ status: 403, reference: "ref-1" });
  });

  test("HEAD and gRPC", () => {
    expect(render(decision, { method: "HEAD", challenge }, { provider }).body).toBe("");
    const grpc = render(decision, { contentType: "application/grpc", challenge }, { provider });
    expect(grpc.trailers?.[0]).toEqual(["grpc-status", "7"]);
  });
});

describe("what the host itself rejects", () => {
  const answerTo = (status: number, request: Partial<RenderRequest>, rest = {}) =>
    renderRejection(
      { status, reason: "it is <odd>", reference: undefined, ...rest },
      { method: "GET", ...request },
      {},
    );

  test.each([
    [400, 3],
    [403, 7],
    [405, 12],
    [408, 4],
    [413, 8],
    [414, 8],
    [415, 12],
    [421, 3],
    [431, 8],
    [500, 13],
    [501, 12],
    [502, 14],
    [503, 14],
    [504, 4],
    [505, 12],
  ])("%i is status %i of gRPC", (status, grpc) => {
    const answer = answerTo(status, { contentType: "application/grpc" });
    expect([answer.status, answer.body, answer.trailers?.[0]]).toEqual([
      200,
      "",
      ["grpc-status", String(grpc)],
    ]);
    expect(answer.trailers?.[1]?.[1]).not.toContain("reference");
  });

  test.each<[accept: string, type: string, holds: string]>([
    ["application/xml", "application/problem+xml", "<reason>it is &lt;odd&gt;</reason>"],
    ["text/html", "text/html", "<dd>it is &lt;odd&gt;</dd>"],
    ["text/plain", "text/plain", "it is <odd>"],
  ])("as %s it says why, without a reference when there is no event", (accept, type, holds) => {
    const answer = answerTo(400, { accept });
    expect(header(answer, "content-type")).toContain(type);
    expect(answer.body).toContain(holds);
    expect(answer.body.toLowerCase()).not.toContain("reference");
    expect(header(answer, "x-wirewall-reference")).toBeUndefined();
    const told = answerTo(400, { accept }, { reference: "ref-2", retryAfter: 9 });
    expect(told.body).toContain("ref-2");
    expect(header(told, "retry-after")).toBe("9");
  });
});

test("what may pass has no answer", () => {
  expect(renderDecision(passed(), { method: "GET", accept: "", contentType: "" })).toBeUndefined();
  expect(renderDecision(passed(), { method: "GET" })).toBeUndefined();
});
