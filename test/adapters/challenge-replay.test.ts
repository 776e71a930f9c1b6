import { PassThrough } from "node:stream";
import { describe, expect, test } from "vitest";
import { guard } from "../support/source/adapters/node.ts";
import { proofOfWorkProvider } from "../support/source/index.ts";
import { answering, solve } from "./challenge-page.ts";
import { proxyFor, upstream, wafOf } from "./support.ts";
import {
  type AnyRequest,
  type AnyResponse,
  http1Client,
  type Outgoing,
  type Transport,
  textOf,
  transports,
} from "./transports.ts";

const challenge = proofOfWorkProvider({ secret: "a secret of the test", difficulty: { js_challenge: 2 } });

/** A site behind a guard that challenges every request; `before` is what comes in front of the guard. */
async function site(
  transport: Transport,
  handle: (request: AnyRequest, response: AnyResponse) => unknown,
  before: (request: AnyRequest) => void = () => undefined,
) {
  const { waf } = wafOf(
    { custom: [{ ref: "ask", expression: "true", action: "js_challenge" }] },
    { challenge },
  );
  const protect = guard(waf);
  return transport.listen((request, response) => {
    before(request);
    protect(request, response, () => {
      void Promise.resolve(handle(request, response)).then(
        (shown) => response.end(typeof shown === "string" ? shown : JSON.stringify(shown)),
        (error: unknown) => response.end(String(error)),
      );
    });
  });
}

const FORM: Outgoing = {
  method: "POST",
  path: "/form?a=1",
  headers: ["Accept", "text/html", "Content-Type", "text/plain", "X-Own", "1", "X-Own", "2"],
  body: "what was sent",
};

/** Every way to read a body that applications use. */
const READERS: Readonly<Record<string, (request: AnyRequest) => Promise<string>>> = {
  iteration: textOf,
  pipe: (request) => textOf(request.pipe(new PassThrough())),
  data: (request) =>
    new Promise((resolve) => {
      let text = "";
      request.setEncoding("latin1");
      request.on("data", (piece: string) => {
        text += piece;
      });
      request.on("end", () => resolve(text));
    }),
  readable: (request) =>
    new Promise((resolve) => {
      let text = "";
      request.on("readable", () => {
        for (let piece = request.read(); piece !== null; piece = request.read()) text += String(piece);
      });
      request.on("end", () => resolve(text));
    }),
  "a Request of fetch": async (request) => {
    // Types know no stream of Node's as a body.
    const init = { method: "POST", body: request, duplex: "half" } as unknown as RequestInit;
    return Buffer.from(await new Request("http://a.example/", init).arrayBuffer()).toString("latin1");
  },
  "a turn later": async (request) => {
    await new Promise((resolve) => setTimeout(resolve, 20));
    return textOf(request);
  },
};

describe.each(Object.entries(transports))("a request that comes back over %s", (_name, transport) => {
  test.each(Object.entries(READERS))("is read by %s", async (_reader, read) => {
    const host = await site(transport, read);
    for (const body of ["what was sent", "x".repeat(60_000), ""]) {
      const page = solve((await host.send({ ...FORM, body })).body);
      expect((await host.send(answering(page))).body === body).toBe(true);
    }
  });

  test("earns a clearance that the site's own cookies do not replace", async () => {
    const host = await site(transport, (_request, response) => {
      response.setHeader("Set-Cookie", ["own=1"]);
      return "set";
    });
    const reply = await host.send(answering(solve((await host.send(FORM)).body)));
    expect([reply.body, reply.headers["set-cookie"]]).toEqual([
      "set",
      ["own=1", expect.stringMatching(/^wirewall_clearance=/)],
    ]);
  });

  test("has no trace of the answer in what Node shows of it", async () => {
    const host = await site(transport, (request) => {
      const distinct = "headersDistinct" in request ? request.headersDistinct : undefined;
      const { method, url, headers, rawHeaders } = request;
      return { method, url, headers, rawHeaders, distinct };
    });
    const page = solve(
      (await host.send({ ...FORM, headers: [...(FORM.headers ?? []), "Cookie", "own=1; own=2"] })).body,
    );
    const reply = await host.send(answering(page, ["X-Own", "3", "Cookie", "own=2; own=3"]));
    const shown = JSON.parse(reply.body);
    const clearance = String(reply.headers["set-cookie"]).split(";")[0];
    expect(shown).toMatchObject({
      method: "POST",
      url: "/form?a=1",
      headers: {
        "content-type": "text/plain",
        "content-length": "13",
        cookie: `${clearance}; own=2; own=3`,
        "x-own": "3",
      },
    });
    for (const { headers, rawHeaders, distinct } of [shown]) {
      const raw = rawHeaders.filter((_: string, at: number) => at % 2 === 1);
      for (const text of [JSON.stringify(headers), JSON.stringify(raw), JSON.stringify(distinct ?? {})])
        expect(text).not.toMatch(/urlencoded|own=1|challenge_answer/);
      if (distinct !== undefined) {
        expect(distinct["content-type"]).toEqual(["text/plain"]);
        expect(distinct["content-length"]).toEqual(["13"]);
        expect(distinct["cookie"]).toEqual([`${clearance}; own=2; own=3`]);
      }
      expect(raw).toContain("text/plain");
      expect(raw).toContain(`${clearance}; own=2; own=3`);
    }
  });
});

test("rules and upstream see the same lines of one that comes back with a Connection header", async () => {
  const up = await upstream();
  const asks = { ref: "ask", expression: 'http.request.uri.path eq "/form"', action: "js_challenge" };
  const needs = {
    ref: "needs",
    expression: 'not any(http.request.headers["origin"][*] eq "http://a.example")',
    action: "block",
  };
  const { port } = await proxyFor(up.url, { custom: [asks, needs] }, {}, { challenge });
  const host = http1Client(port, false);
  const own = ["Host", "a.example", "Origin", "http://a.example"];
  const asked = await host.send({ ...FORM, headers: [...(FORM.headers ?? []), ...own] });
  const page = solve(asked.body);
  const refused = await host.send(answering(page, [...own, "Connection", "Origin"]));
  expect([refused.status, up.received.length]).toEqual([403, 0]);
  const again = solve((await host.send({ ...FORM, headers: [...(FORM.headers ?? []), ...own] })).body);
  const passed = await host.send(answering(again, [...own, "X-Own", "1", "Connection", "X-Own"]));
  expect([passed.status, up.received.length]).toEqual([200, 1]);
  expect([up.received[0]?.header("origin"), up.received[0]?.header("x-own")]).toEqual([
    "http://a.example",
    undefined,
  ]);
});

describe("frameworks in front of the guard", () => {
  test("the address that they keep is that of the request", async () => {
    const host = await site(
      transports.http,
      (request) => [request.url, Reflect.get(request, "originalUrl")],
      (request) => Object.assign(request, { originalUrl: request.url }),
    );
    const page = solve((await host.send(FORM)).body);
    expect((await host.send(answering(page))).body).toBe('["/form?a=1","/form?a=1"]');
  });

  test("cookies that they have read of the answer never stand in for those of the request", async () => {
    const reached: unknown[] = [];
    const host = await site(
      transports.http,
      (request) => reached.push(request.url),
      (request) => Object.assign(request, { cookies: { read: "before" } }),
    );
    const page = solve((await host.send(FORM)).body);
    expect([(await host.send(answering(page))).status, reached]).toEqual([303, []]);
  });

  const seen = (cookie: string) => (cookie === "" ? [] : ["Cookie", cookie]);
  test.each<readonly [string, string, string, number]>([
    ["that it did not have", "", "sid=1", 303],
    ["of which it had another", "theme=1", "theme=1; sid=1", 303],
    ["of which it had fewer", "sid=2", "sid=1; sid=2", 303],
    ["that it had", "sid=1; theme=1", "theme=1; sid=2", 200],
    ["of which it had more", "sid=1; theme=1", "sid=1", 200],
    ["of the challenge alone", "", "wirewall_clearance=old", 200],
  ])("a session that they have found by cookies %s is not the request's", async (_what, had, has, status) => {
    const reached: unknown[] = [];
    const host = await site(
      transports.http,
      (request) => {
        reached.push(Reflect.get(request, "session"));
        return "";
      },
      (request) => Object.assign(request, { session: request.headers.cookie ?? "none" }),
    );
    const page = solve((await host.send({ ...FORM, headers: [...(FORM.headers ?? []), ...seen(had)] })).body);
    expect((await host.send(answering(page, seen(has)))).status).toBe(status);
    expect(reached).toEqual(status === 200 ? [has === "" ? "none" : has] : []);
  });

  /** As frameworks do, before any middleware. */
  const parsing =
    (app: unknown, parse: (text: string) => unknown) =>
    (request: AnyRequest): void => {
      const { searchParams } = new URL(request.url ?? "", "http://a.example");
      Object.assign(request, { app, query: parse(searchParams.toString()) });
    };
  const asList = (text: string) => text.split("&");
  const express = Object.assign(() => undefined, {
    get: (name: string) => (name === "query parser fn" ? asList : undefined),
  });
  test.each<readonly [string, unknown, string, unknown]>([
    ["by a parser of the framework", express, "/form?a=1&b[]=2", ["a=1", "b[]=2"]],
    ["by a framework that does not say how", undefined, "/form?a=1&a=2&b=%20", { a: ["1", "2"], b: " " }],
    ["where there is none", undefined, "/form", {}],
    ["where the answer goes to the provider's address", express, "/form?a='1'", ["a='1'"]],
  ])("the query that they have parsed is that of the request, %s", async (_what, app, path, query) => {
    const host = await site(
      transports.http,
      (request) => Reflect.get(request, "query"),
      parsing(app, asList),
    );
    const page = solve((await host.send({ ...FORM, path })).body);
    const reply = await host.send(answering(page));
    expect([reply.status, JSON.parse(reply.body)]).toEqual([200, query]);
  });

  test("a query that they cannot parse again sends the client back", async () => {
    const fails = () => {
      throw new Error("no query");
    };
    const app = Object.assign(() => undefined, { get: () => fails });
    const reached: unknown[] = [];
    const host = await site(transports.http, (request) => reached.push(request.url), parsing(app, asList));
    const page = solve((await host.send(FORM)).body);
    expect([(await host.send(answering(page))).status, reached]).toEqual([303, []]);
  });

  test("a query that is parsed when it is asked for stays what it is", async () => {
    const host = await site(
      transports.http,
      (request) => Reflect.get(request, "query"),
      (request) => Object.defineProperty(request, "query", { get: () => request.url }),
    );
    const page = solve((await host.send(FORM)).body);
    expect((await host.send(answering(page))).body).toBe("/form?a=1");
  });

  test("below a path that they have cut off", async () => {
    const host = await site(
      transports.http,
      (request) => request.url,
      (request) => Object.assign(request, { originalUrl: `/below${request.url}` }),
    );
    const page = solve((await host.send(FORM)).body);
    const reply = await host.send(answering({ ...page, action: page.action.replace(/^\/below/, "") }));
    expect([reply.status, reply.body]).toEqual([200, "/form?a=1"]);
  });
});

/** The answer that brings back what another host has kept, which has the same secret. */
function keptElsewhere(method: string, uri: string): Outgoing {
  const kept = {
    client: "127.0.0.1",
    userAgent: "",
    host: "127.0.0.1",
    method,
    uri,
    secure: false,
    cookie: () => [],
    now: Date.now(),
  };
  const sent = { method, uri, headers: [], cookies: [], body: "x" };
  const page = solve(challenge.challenge("js_challenge", kept, "ref", sent).body);
  return answering({ ...page, action: challenge.answerPath });
}

test("a guard restores no other method than that by which a router has the request already", async () => {
  const reached: unknown[] = [];
  const host = await site(transports.http, ({ method, url }) => reached.push(`${method} ${url}`));
  const statuses: unknown[] = [];
  for (const method of ["PUT", "POST"])
    statuses.push((await host.send(keptElsewhere(method, "/form"))).status);
  expect([statuses, reached]).toEqual([[303, 200], ["POST /form"]]);
});

test("a proxy applies its own limits to what another host has kept", async () => {
  const up = await upstream();
  const rules = { custom: [{ ref: "ask", expression: "true", action: "js_challenge" }] };
  const { port } = await proxyFor(up.url, rules, { pathForwarding: "refuse" }, { challenge });
  const statuses: unknown[] = [];
  for (const uri of ["/a/../b", "/a/b"]) {
    statuses.push((await http1Client(port, false).send(keptElsewhere("POST", uri))).status);
  }
  expect([statuses, up.received.map((request) => request.url)]).toEqual([[400, 200], ["/a/b"]]);
});
