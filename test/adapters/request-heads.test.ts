import { connect as connectHttp2, createServer as createHttp2Server } from "node:http2";
import { describe, expect, test } from "vitest";
import { guard } from "../support/source/adapters/node.ts";
import type { ProxyOptions } from "../support/source/adapters/proxy.ts";
import { createMetrics } from "../support/source/engine/events.ts";
import { createWaf } from "../support/source/index.ts";
import { managedRulesets, wirewallCore } from "../support/source/rules/managed.ts";
import { proxyFor, type Received, type Rule, send, sendRaw, upstream, wafOf } from "./support.ts";
import { bind, type Transport, transports } from "./transports.ts";

// What rules judge of a request's head is what the site gets, or the request is refused.

/** Tells the site what rules saw, in headers of its own. */
const tell: Rule = {
  ref: "tell",
  expression: "true",
  action: "rewrite",
  action_parameters: {
    headers: {
      "x-saw-uri": { operation: "set", expression: "http.request.uri" },
      "x-saw-host": { operation: "set", expression: "http.host" },
      "x-saw-raw-host": { operation: "set", expression: "wirewall.http.host.raw" },
      "x-saw-names": { operation: "set", expression: 'lower(join(http.request.headers.names, " "))' },
    },
  },
};

interface Outcome {
  readonly status: number;
  readonly got: Received | undefined;
}

async function through(
  head: string,
  options: Partial<ProxyOptions> = {},
  phases: Readonly<Record<string, readonly Rule[]>> = {},
  waf: Parameters<typeof proxyFor>[3] = {},
): Promise<Outcome> {
  const up = await upstream();
  const { port } = await proxyFor(up.url, { http_request_late_transform: [tell], ...phases }, options, waf);
  const reply = await sendRaw(port, `${head}Connection: close\r\n\r\n`);
  return { status: Number(reply.slice(9, 12)), got: up.received[0] };
}

const lines = (...texts: readonly string[]) => texts.map((text) => `${text}\r\n`).join("");
const get = (target: string, ...more: readonly string[]) =>
  lines(`GET ${target} HTTP/1.1`, "Host: a.example", ...more);

describe("the path", () => {
  test.each([
    ["/x", "/x"],
    ["/admin/../x", "/x"],
    ["/admin/..", "/"],
    ["/admin/./", "/admin/"],
    ["/admin/%2e%2e/x", "/x"],
    ["/admin/.%2E/x", "/x"],
    ["/admin/%2e./x", "/x"],
    ["/../../x", "/x"],
    ["/admin\\..\\x", "/x"],
    ["//x", "/x"],
    ["/x//../y", "/y"],
    ["/%7Euser/%41", "/~user/A"],
    ["/a%2fb", "/a%2Fb"],
    ["/x/..;/y", "/x/..;/y"],
    ["/%252e%252e/x", "/%252e%252e/x"],
    ["/a;b=../c", "/a;b=../c"],
    ["/x/../y?q=/../%2e", "/y?q=/../%2e"],
    ["/x/..?", "/?"],
    ["http://a.example/x/../y?z", "/y?z"],
    ["http://a.example?z", "/?z"],
  ])("%s is judged and sent as %s", async (target, expected) => {
    const { status, got } = await through(get(target));
    expect([status, got?.url, got?.header("x-saw-uri")]).toEqual([200, expected, expected]);
  });

  test.each([
    ["refuse", "/admin/../x", 400, undefined],
    ["refuse", "/admin/%2e%2E/x", 400, undefined],
    ["refuse", "/admin/x%2ephp", 400, undefined],
    ["refuse", "/admin\\x", 400, undefined],
    ["refuse", "/admin/.", 400, undefined],
    ["refuse", "http://a.example/x/..", 400, undefined],
    ["refuse", "/a/.well-known/..x/x..?../", 200, "/a/.well-known/..x/x..?../"],
    ["refuse", "//x", 200, "/x"],
    ["keep", "/admin/../x//%7e", 200, "/admin/../x//%7e"],
  ] as const)("pathForwarding %s: %s", async (pathForwarding, target, status, url) => {
    const found = await through(get(target), { pathForwarding });
    expect([found.status, found.got?.url]).toEqual([status, url]);
  });

  test("as the firewall normalises it", async () => {
    const { got } = await through(get("/a//b/../c\\d"), {}, {}, { normalizePath: "rfc3986" });
    expect(got?.url).toBe("/a//c\\d");
    expect((await through(get("/a/../b"), {}, {}, { normalizePath: "none" })).got?.url).toBe("/a/../b");
  });
});

describe("the host", () => {
  test.each([
    ["Host: a.example", "a.example", "a.example"],
    ["Host: A.Example.:8443", "a.example", "A.Example.:8443"],
    ["Host: [2001:DB8::1]:80", "[2001:db8::1]", "[2001:DB8::1]:80"],
  ])("%s is %s for rules, and stays for the site", async (line, host, sent) => {
    const { got } = await through(lines("GET / HTTP/1.1", line));
    expect([got?.header("x-saw-host"), got?.header("x-saw-raw-host"), got?.header("host")]).toEqual([
      host,
      sent,
      sent,
    ]);
  });

  test("HTTP/1.0 without Host: the target's, else the upstream's, for both", async () => {
    const absolute = await through("GET http://B.example:81/x HTTP/1.0\r\n");
    expect([absolute.got?.header("x-saw-host"), absolute.got?.header("host")]).toEqual([
      "b.example",
      "B.example:81",
    ]);
    const { got } = await through("GET /x HTTP/1.0\r\n");
    expect(got?.header("x-saw-raw-host")).toBe(got?.header("host"));
    expect(got?.header("host")).toMatch(/^127\.0\.0\.1:/);
  });

  test.each([
    lines("GET http://b.example/ HTTP/1.1", "Host: a.example"),
    lines("GET http://u@a.example/ HTTP/1.1", "Host: a.example"),
    lines("GET http://a.example@b.example/ HTTP/1.1", "Host: a.example"),
    lines("GET http://a.example\\b/ HTTP/1.0"),
    lines("GET http://u:p@a.example/ HTTP/1.0"),
    lines("GET / HTTP/1.1", "Host: u@a.example"),
    lines("GET / HTTP/1.1", "Host: %61.example"),
    lines("GET / HTTP/1.1", "Host: a.example,b.example"),
    lines("GET http://%61.example/ HTTP/1.0"),
    lines("GET / HTTP/1.1", "Host: a.example", "Host: a.example"),
  ])("%j is refused", async (head) => {
    expect(await through(head)).toEqual({ status: 400, got: undefined });
  });
});

describe("fields that Connection names", () => {
  test.each([
    ["Connection: x-key", "X-Key: 1"],
    ["connection:close ,\tX-KEY", "x-key: 1"],
    ["Proxy-Connection: keep-alive, X-Key", "X-Key: 1"],
  ])("%s: neither rules nor the site see it", async (connection, field) => {
    const wanted: Rule = {
      ref: "keyless",
      expression: 'not has_key(http.request.headers, "x-key")',
      action: "block",
    };
    const phases = { custom: [wanted] };
    expect((await through(get("/", field), {}, phases)).status).toBe(200);
    expect((await through(get("/", field, connection), {}, phases)).status).toBe(403);
    const { got } = await through(get("/", field, connection));
    expect(got?.header("x-saw-names")).not.toContain("x-key");
    expect(got?.header("x-key")).toBeUndefined();
  });

  test.each([
    "host",
    "Cookie",
    "AUTHORIZATION",
    "content-type",
    "Content-Length",
    "content-anything",
    "forwarded",
    "X-Forwarded-For",
    "x-forwarded-prefix",
    "x-real-ip",
    "x-own-client",
  ])("%s is refused", async (name) => {
    const options = { client: { header: "X-Own-Client" } };
    const head = get("/", "Connection: keep-alive", `CONNECTION: close,\t${name}`);
    expect(await through(head, {}, {}, options)).toEqual({ status: 400, got: undefined });
  });

  test.each([
    "keep-alive",
    "close",
    "TE, close",
    "Upgrade, HTTP2-Settings",
    "Keep-Alive, , close",
    '"cookie"',
  ])("Connection: %s is ordinary", async (value) => {
    expect((await through(get("/", `Connection: ${value}`, "Cookie: a=1"))).got?.header("cookie")).toBe(
      "a=1",
    );
  });
});

describe("look-alikes of headers", () => {
  const changing: Rule = {
    ref: "change",
    expression: 'http.request.headers["x-read"][0] ne "x" and has_key(http.request.headers, "x-had")',
    action: "rewrite",
    action_parameters: {
      headers: {
        "X-Setting": { operation: "set", value: "1" },
        "X-Adding": { operation: "add", value: "1" },
        "X-Removing": { operation: "remove" },
      },
    },
  };
  const counting = {
    ref: "count",
    expression: "true",
    action: "block",
    ratelimit: {
      characteristics: ['http.request.headers["x-counted"]'],
      period: 60,
      requests_per_period: 100,
    },
  };

  test.each([
    "X_Forwarded_For",
    "X_Forwarded-For",
    "x-forwarded_for",
    "x_real_ip",
    "X_Forwarded_Prefix",
    "user_agent",
    "Content_Length",
    "Transfer_Encoding",
    "content_type",
    "proxy_authorization",
    "X_Client_Cert",
    "ssl_client_verify",
    "X_Auth_User",
    "Remote_User",
    "REMOTE_ADDR",
    "Auth_User",
    "X_Role",
    "X_User_Tier",
    "X_Tenant_Id",
    "X_Principal",
    "X_Goog_IAP_JWT_Assertion",
    "X_HTTP_Method_Override",
    "Cloudfront_Forwarded_Proto",
    "True.Client.IP",
    "x_read",
    "X_Had",
    "x_setting",
    "X_Adding",
    "x_removing",
    "x_counted",
  ])("%s is dropped", async (name) => {
    const phases = { http_request_transform: [changing], http_ratelimit: [counting] };
    const { status, got } = await through(get("/", `${name}: 6.6.6.6`), {}, phases);
    expect(status).toBe(200);
    expect(got?.lines.some(([other]) => other === name)).toBe(false);
  });

  test.each([
    "api_key",
    "x_trace",
    "user_id",
    "remotely_a",
    "x_custom_thing",
    "session_id",
    "__proto__",
    "X-Read",
    "x-counted",
    "sec-ch-ua",
  ])("%s is kept", async (name) => {
    const phases = { http_request_transform: [changing], http_ratelimit: [counting] };
    const { got } = await through(get("/", `${name}: v`), {}, phases);
    expect(got?.lines.find(([other]) => other === name)?.[1]).toBe("v");
  });

  test("a rule's own spelling is no look-alike, the plain one is", async () => {
    const rule: Rule = {
      ref: "r",
      expression: 'http.request.headers["x_team"][0] eq "x"',
      action: "block",
    };
    const { got } = await through(get("/", "X_Team: a", "X-Team: b"), {}, { custom: [rule] });
    expect([got?.header("x_team"), got?.header("x-team")]).toEqual(["a", undefined]);
  });

  test("what a rule that is switched off names does not count", async () => {
    const expression = 'http.request.headers["x-team"][0] eq "x"';
    const rule = { ref: "r", expression, action: "block", enabled: false };
    const { got } = await through(get("/", "X_Team: a"), {}, { custom: [rule] });
    expect(got?.header("x_team")).toBe("a");
  });
});

describe("forwarding headers", () => {
  const names = ["X-Forwarded-Port", "X-Forwarded-Prefix", "x-forwarded-server", "X-Forwarded-Scheme"].concat(
    ["X-Forwarded-Ssl", "X-Forwarded-Uri", "X-Client-IP", "True-Client-IP", "X-Original-URL", "X-Scheme"],
    ["X-Forward-For", "CloudFront-Forwarded-Proto", "X-Vercel-Forwarded-For", "X-Original-For", "CF-Visitor"],
    ["X-Own-Client", "X-Own-Proto"],
  );
  const client = { header: "x-own-client", protocolHeader: "x-own-proto" };

  test.each(names)("%s of nobody in particular ends here, of a trusted proxy goes on", async (name) => {
    const head = get("/", `${name}: 192.0.2.7`);
    expect((await through(head, {}, {}, { client })).got?.header(name.toLowerCase())).toBeUndefined();
    const trusting = { client: { ...client, trust: ["127.0.0.1"] } };
    expect((await through(head, {}, {}, trusting)).got?.header(name.toLowerCase())).toBe("192.0.2.7");
  });

  test("what rules set goes on", async () => {
    const rule: Rule = {
      ref: "r",
      expression: "true",
      action: "rewrite",
      action_parameters: { headers: { "X-Forwarded-Port": { operation: "set", value: "443" } } },
    };
    const { got } = await through(get("/", "X-Forwarded-Port: 22"), {}, { http_request_transform: [rule] });
    expect(got?.lines.filter(([name]) => /port/i.test(name))).toEqual([["X-Forwarded-Port", "443"]]);
  });
});

/** Read by URL parsers as `admin.example`, and by rules as something else. */
const OTHER_HOSTS = [
  "x@admin.example",
  "x:y@admin.example",
  "admin%2eexample",
  "admin.example/x",
  "admin.example?x",
  "admin.example#x",
  "admin.example\\x",
  "ad\tmin.example",
  "admin\xadexample",
  "admin.example,a.example",
  "[admin.example]",
  "admin.example:80:80",
];

describe("the guard", () => {
  const { waf } = wafOf({
    custom: [{ ref: "r", expression: 'http.host eq "admin.example"', action: "block" }],
  });
  const serve = (transport: Transport) =>
    transport.listen((request, response) => guard(waf)(request, response, () => response.end("passed")));

  test.each<[head: string, status: number]>([
    [lines("GET / HTTP/1.1", "Host: a.example"), 200],
    [lines("GET http://A.example/ HTTP/1.1", "Host: a.example"), 200],
    [lines("GET http://a.example:80/ HTTP/1.1", "Host: a.example"), 200],
    [lines("GET http://b.example/ HTTP/1.0"), 200],
    [lines("GET http://admin.example/ HTTP/1.0"), 403],
    [lines("GET http://admin.example/ HTTP/1.1", "Host: a.example"), 400],
    [lines("GET http://u@a.example/ HTTP/1.1", "Host: a.example"), 400],
    [lines("GET / HTTP/1.1", "Host: a.example", "hOST: admin.example"), 400],
    [lines("OPTIONS * HTTP/1.1", "Host: a.example"), 200],
    [lines("GET / HTTP/1.1", "Host: [2001:DB8::1]:8080"), 200],
    [lines("GET / HTTP/1.1", "Host: a_b.example."), 200],
    [lines("GET / HTTP/1.1", "Host:"), 200],
    ...OTHER_HOSTS.map((host) => [lines("GET / HTTP/1.1", `Host: ${host}`), 400] as [string, number]),
  ])("over HTTP/1, %j: %i", async (head, status) => {
    const { raw } = await serve(transports.http);
    expect(await raw(`${head}Connection: close\r\n\r\n`)).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
  });

  test.each([
    [{ ":authority": "a.example" }, 200],
    [{ ":authority": "a.example", host: "A.example" }, 200],
    [{ ":authority": "a.example:443", host: "a.example" }, 200],
    [{ ":authority": "admin.example" }, 403],
    [{ ":authority": "ADMIN.example.:1" }, 403],
    [{ ":authority": "admin.example", host: "a.example" }, 400],
    [{ ":authority": "a.example", host: "admin.example" }, 400],
    [{ ":authority": "u@a.example" }, 400],
    [{ ":authority": "admin%2eexample" }, 400],
    [{ ":authority": "admin.example,a.example" }, 400],
    [{ ":authority": "admin.example:80:80" }, 400],
  ])("over HTTP/2, %j: %i", async (headers, status) => {
    const check = guard(waf);
    const port = await bind(
      createHttp2Server((request, response) => check(request, response, () => response.end("passed"))),
    );
    const session = connectHttp2(`http://127.0.0.1:${port}`);
    try {
      const found = await new Promise((resolve, reject) => {
        session.on("error", reject);
        const stream = session.request({ ":path": "/", ...headers });
        stream.on("error", reject);
        stream.on("response", (response) => resolve(response[":status"]));
        stream.resume();
      });
      expect(found).toBe(status);
    } finally {
      session.destroy();
    }
  });

  test("a refusal for the host is in the events", async () => {
    const { waf: watched, events } = wafOf({});
    const host = await transports.http.listen((request, response) =>
      guard(watched)(request, response, () => response.end("passed")),
    );
    await host.raw("GET http://b.example/ HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    expect(events).toMatchObject([{ action: "block", service: "host", status: 400 }]);
  });
});

test("managed rules refuse what a trusted proxy cannot have written", () => {
  const waf = createWaf(
    {
      rulesets: [
        {
          name: "m",
          kind: "zone",
          phase: "http_request_firewall_managed",
          rules: [
            {
              ref: "core",
              expression: "true",
              action: "execute",
              action_parameters: { id: wirewallCore.id },
            },
          ],
        },
      ],
    },
    { managed: managedRulesets, client: { trust: ["10.0.0.0/8"], header: "forwarded" } },
  );
  const judge = (...forwarded: readonly string[]) => {
    const headers = { Host: "a.example", Forwarded: forwarded };
    return waf.evaluateSync({ url: "/", headers, remoteAddress: "10.0.0.1" }).action;
  };
  expect(judge('for="', "for=192.0.2.7")).toBe("allow");
  expect(judge('for=", for=192.0.2.7')).toBe("allow");
  expect(judge("for=192.0.2.7", 'for="')).toBe("block");
  expect(judge("for=192.0.2.7, for=")).toBe("block");
});

test("a head that is longer than 16 KiB is refused", async () => {
  expect(await through(get("/", `X-Long: ${"x".repeat(17_000)}`))).toEqual({ status: 431, got: undefined });
});

test("cookies of all lines count", async () => {
  const cookies = `Cookie: ${"a;".repeat(255)}b`;
  expect((await through(get("/", cookies))).status).toBe(200);
  expect(await through(get("/", cookies, "cookie: c"))).toEqual({ status: 431, got: undefined });
});

test("a request with ordinary headers is sent as it was", async () => {
  const up = await upstream();
  const { url } = await proxyFor(up.url, {});
  const sent = [
    "Accept",
    "*/*",
    "Accept-Language",
    "de",
    "X-Requested-With",
    "fetch",
    "Cookie",
    "a=1; b_c=2",
  ];
  await send(url, { headers: sent });
  const names = new Set(sent.filter((_, at) => at % 2 === 0));
  expect(up.received[0]?.lines.filter(([name]) => names.has(name)).flat()).toEqual(sent);
});

test.each([
  ["a faulty request line", "GET\r\n\r\n", 400],
  ["a head that is too long", `GET / HTTP/1.1\r\nHost: a\r\nX: ${"a".repeat(20_000)}\r\n\r\n`, 431],
])("metrics count what the parser gives up: %s", async (_name, text, status) => {
  const counted: unknown[] = [];
  const metrics = createMetrics({
    createCounter: (name) => ({ add: (value, labels) => counted.push([name, value, labels]) }),
    createHistogram: () => ({ record: () => {} }),
  });
  const up = await upstream();
  const { port } = await proxyFor(up.url, {}, {}, { metrics });
  expect(Number((await sendRaw(port, text)).slice(9, 12))).toBe(status);
  expect(counted).toContainEqual(["wirewall.host.rejections", 1, { "wirewall.status": String(status) }]);
});
