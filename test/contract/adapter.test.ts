import { describe, expect, test } from "vitest";
import { proxyFor, type Rule, upstream, wafOf } from "../adapters/support.ts";
import {
  http1Client,
  type Listener,
  type Outgoing,
  type Transport,
  textOf,
  transports,
} from "../adapters/transports.ts";
import { type GuardedRequest, type GuardOptions, guard } from "../support/source/adapters/node.ts";
import type { Waf, WafEvent } from "../support/source/index.ts";

/** A host with a firewall in front of a site that answers with what was decided. */
interface Host extends Listener {
  /** Bodies that reached the site. */
  readonly reached: readonly string[];
  readonly events: readonly WafEvent[];
}

/** @param broken a firewall to use in place of one with the rules. */
type Start = (rules: readonly Rule[], options?: GuardOptions, broken?: Waf) => Promise<Host>;

/** A firewall of which nothing works. */
const BROKEN = {
  begin: () => {
    throw new Error("out of order");
  },
} as unknown as Waf;

function guardOver(transport: Transport): Start {
  return async (rules, options, broken) => {
    const { waf, events } = wafOf({ custom: rules });
    const reached: string[] = [];
    const protect = guard(broken ?? waf, options);
    const listener = await transport.listen((request, response) => {
      protect(request, response, () => {
        const decision = (request as GuardedRequest).waf;
        const answer = (body: string) => {
          reached.push(body);
          response.end(`action ${decision?.action}`);
        };
        // HTTP/2 bodies that rules have read do not reach the site whole yet.
        const isRead = transport.version === "HTTP/2" && decision !== undefined;
        if (isRead || request.method === "GET") answer("");
        else void textOf(request).then(answer, () => response.destroy());
      });
    });
    return { ...listener, reached, events };
  };
}

const startProxy: Start = async (rules, options, broken) => {
  const up = await upstream((_request, response) => response.end("action allow"));
  const { port, events } = await proxyFor(
    up.url,
    { custom: rules },
    { ...options, ...(broken === undefined ? {} : { waf: broken }) },
  );
  return {
    ...http1Client(port, false),
    events,
    get reached() {
      return up.received.map(({ body }) => body);
    },
  };
};

const http1Hosts: readonly (readonly [string, Start])[] = [
  ["node guard over http", guardOver(transports.http)],
  ["node guard over https", guardOver(transports.https)],
  ["proxy", startProxy],
];
const hosts: typeof http1Hosts = [
  ...http1Hosts,
  ["node guard over http2", guardOver(transports.http2)],
  ["node guard over http2 without TLS", guardOver(transports["http2 without TLS"])],
];

const block = (expression: string): Rule => ({ ref: "b", expression, action: "block" });
const READS_BODY = block('http.request.body.raw contains "evil"');

/** An adapter is done when it passes this suite. */
describe.each(hosts)("%s", (_name, start) => {
  test("lets pass what no rule objects to", async () => {
    const host = await start([block('http.user_agent eq "bad"')]);
    expect(await host.send()).toMatchObject({ status: 200, body: "action allow" });
  });

  test("refuses before the site sees anything", async () => {
    const host = await start([block("true")]);
    const reply = await host.send({ method: "POST", body: "x" });
    expect(reply.status).toBe(403);
    expect(reply.body).toContain(reply.headers["x-wirewall-reference"]);
    expect(host.reached).toEqual([]);
  });

  test("answers HEAD without a body", async () => {
    const host = await start([block("true")]);
    expect(await host.send({ method: "HEAD" })).toMatchObject({ status: 403, body: "" });
  });

  const hostile: readonly (readonly [string, readonly string[], string])[] = [
    ["__proto__", ["__proto__", "x"], 'any(http.request.headers["__proto__"][*] eq "x")'],
    ["constructor", ["constructor", "x"], 'any(http.request.headers["constructor"][*] eq "x")'],
    ["8-bit bytes", ["X-A", "caf\xe9"], String.raw`any(http.request.headers["x-a"][*] eq "caf\xe9")`],
    ["the second of two lines", ["X-A", "1", "x-A", "2"], 'http.request.headers["x-a"][1] eq "2"'],
    ["an empty value", ["X-A", ""], 'any(http.request.headers["x-a"][*] eq "")'],
  ];
  test.each(hostile)("shows rules %s", async (_case, headers, expression) => {
    const host = await start([block(expression)]);
    expect((await host.send({ headers })).status).toBe(403);
    expect((await host.send()).status).toBe(200);
  });

  test("shows rules the target undecoded", async () => {
    const host = await start([block('raw.http.request.uri contains "/%FF%00"')]);
    expect((await host.send({ path: "/%FF%00" })).status).toBe(403);
  });

  test.each<[string, Outgoing]>([
    ["at once", { body: "evil" }],
    ["in many pieces", { body: ["x", "-e", "v", "il"] }],
    ["of no declared length", { body: "evil", chunked: true }],
    ["that is long", { body: `${"y".repeat(100_000)}evil` }],
  ])("shows rules a body %s", async (_case, outgoing) => {
    const host = await start([READS_BODY]);
    expect((await host.send({ method: "POST", ...outgoing })).status).toBe(403);
    expect(host.reached).toEqual([]);
  });

  test("a body over the limit: 413, or its first part is judged", async () => {
    const rules = [READS_BODY];
    const strict = await start(rules, { bodyLimit: 10 });
    expect((await strict.send({ method: "POST", body: "x".repeat(11) })).status).toBe(413);
    expect((await strict.send({ method: "POST", body: "x".repeat(10) })).status).toBe(200);
    expect(strict.reached.length).toBe(1);
    const lax = await start(rules, { bodyLimit: 10, oversize: "inspect" });
    expect((await lax.send({ method: "POST", body: `evil${"x".repeat(500_000)}` })).status).toBe(403);
    expect((await lax.send({ method: "POST", body: `${"x".repeat(500_000)}evil` })).status).toBe(200);
    expect(lax.reached.length).toBe(1);
  });

  test("what the host refuses by itself has an event under the reference that the client sees", async () => {
    const host = await start([READS_BODY], {
      bodyLimit: 10,
      bodyTimeout: 40,
    });
    const reply = await host.send({ method: "POST", body: "x".repeat(11) });
    const slow = await host.send({ method: "POST", body: "abc", unfinished: true, chunked: true });
    expect(host.events).toMatchObject([
      {
        action: "block",
        service: "host",
        status: 413,
        reason: "the body is longer than this site inspects",
        matches: [],
      },
      { action: "block", service: "host", status: 408 },
    ]);
    expect(reply.body).toContain(`Reference: ${host.events[0]!.id}\n`);
    expect(slow.body).toContain(`Reference: ${host.events[1]!.id}\n`);
  });

  test.each([
    ["closed", 503, []],
    ["open", 200, ["x"]],
  ] as const)("a firewall that fails %s answers %i", async (failure, status, reached) => {
    const errors: unknown[] = [];
    const onError = (error: unknown) => void errors.push(error);
    const host = await start([], { failure, onError }, BROKEN);
    const reply = await host.send({ method: "POST", body: "x" });
    expect(reply.status).toBe(status);
    expect(host.reached).toEqual(reached);
    expect(errors).toEqual([new Error("out of order")]);
  });

  test("says that a body was cut", async () => {
    const host = await start([block("http.request.body.truncated")], { bodyLimit: 10, oversize: "inspect" });
    expect((await host.send({ method: "POST", body: "x".repeat(11) })).status).toBe(403);
    expect((await host.send({ method: "POST", body: "x".repeat(10) })).status).toBe(200);
  });

  test("a client that is too slow", async () => {
    const host = await start([READS_BODY], { bodyTimeout: 40 });
    expect((await host.send({ method: "POST", body: "abc", unfinished: true })).status).toBe(408);
  });
});

describe.each(http1Hosts)("%s, of HTTP/1 only", (_name, start) => {
  test.each<[string, Outgoing, string]>([
    ["of any bytes", { body: Buffer.from("\0\x01\xff\x80\n\r", "latin1") }, "\0\x01\xff\x80\n\r"],
    ["in many pieces", { body: ["e-", "e", "vi", "-l"] }, "e-evi-l"],
    ["of no declared length", { body: "harmless", chunked: true }, "harmless"],
    ["that is empty", { body: "", chunked: true }, ""],
    ["that is long", { body: "y".repeat(100_000) }, "y".repeat(100_000)],
  ])("hands over the whole of a body %s", async (_case, outgoing, expected) => {
    const host = await start([READS_BODY]);
    expect((await host.send({ method: "POST", ...outgoing })).status).toBe(200);
    expect(host.reached.length).toBe(1);
    // The difference of two long texts tells nobody anything.
    expect(host.reached[0] === expected).toBe(true);
  });

  test("hands over what is beyond the limit too", async () => {
    const host = await start([READS_BODY], { bodyLimit: 10, oversize: "inspect" });
    const body = `${"x".repeat(500_000)}evil`;
    expect((await host.send({ method: "POST", body })).status).toBe(200);
    expect(host.reached.map(({ length }) => length)).toEqual([500_004]);
  });

  test("a client that leaves in the middle of its body", async () => {
    const host = await start([READS_BODY]);
    const leaving = host.send({
      method: "POST",
      body: "abc",
      unfinished: true,
      signal: AbortSignal.timeout(30),
    });
    await expect(leaving).rejects.toThrow();
    expect((await host.send()).status).toBe(200);
    expect(host.reached).toEqual([""]);
  });

  test("a body that is announced by a line too many is seen all the same", async () => {
    const rules = [READS_BODY];
    const host = await start(rules, { oversize: "inspect" });
    const head = `POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n${"a:\r\n".repeat(2000)}`;
    const rest = "Transfer-Encoding: chunked\r\n\r\n4\r\nevil\r\n0\r\n\r\n";
    // From version 22 on, Node refuses so many lines by itself.
    expect(await host.raw(head + rest)).toMatch(/^HTTP\/1\.1 (?:403|431) /);
    expect(host.reached).toEqual([]);
    const strict = await start(rules);
    expect(await strict.raw(head + rest)).toMatch(/^HTTP\/1\.1 431 /);
    expect(strict.reached).toEqual([]);
  });

  test("keeps a connection for the next request", async () => {
    const host = await start([block('http.user_agent eq "bad"')]);
    const get = (agent: string, more: string) =>
      `GET / HTTP/1.1\r\nHost: a\r\nUser-Agent: ${agent}\r\n${more}\r\n`;
    const text = await host.raw(get("bad", "") + get("good", "Connection: close\r\n"));
    expect(text.match(/HTTP\/1\.1 \d+/g)).toEqual(["HTTP/1.1 403", "HTTP/1.1 200"]);
  });
});
