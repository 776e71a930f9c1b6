import { type EventEmitter, once } from "node:events";
import { createServer } from "node:http";
import { connect as connectHttp2, constants } from "node:http2";
import { type AddressInfo, connect, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import { describe, expect, test, vi } from "vitest";
import { fetchGuard, protect } from "../support/source/adapters/fetch.ts";
import { guard } from "../support/source/adapters/node.ts";
import type { CounterStore } from "../support/source/index.ts";
import { listen, proxyFor, type Rule, upstream, wafOf } from "./support.ts";
import { http1Client, type Listener, transports } from "./transports.ts";

// Connections that rules close, or hold for a while.

const rule = (action: string, action_parameters?: unknown): Rule => ({
  ref: "d",
  expression: 'http.request.uri.path eq "/bad"',
  action,
  ...(action_parameters === undefined ? {} : { action_parameters }),
});
const DROP = rule("drop");
const HOLD = rule("tarpit");
const SLOW = rule("tarpit", { seconds: 1, end: "block", response: { status_code: 418 } });
const bad = { path: "/bad" };
const ignore = (): void => undefined;

type Start = (
  rules: readonly Rule[],
  options?: { readonly maxTarpits?: number },
  setup?: {
    readonly counters?: CounterStore | undefined;
    readonly onResponse?: (response: EventEmitter) => void;
  },
) => Promise<
  Listener & { readonly events: readonly { readonly action: string; readonly delivery?: unknown }[] }
>;

const hosts: Readonly<Record<string, Start>> = {
  ...Object.fromEntries(
    Object.entries(transports).map(([name, transport]): [string, Start] => [
      name,
      async (rules, options, { counters, onResponse } = {}) => {
        const { waf, events } = wafOf(phasesOf(rules), counters && { counters });
        const check = guard(waf, options);
        const host = await transport.listen((request, response) => {
          onResponse?.(response);
          check(request, response, () => response.end("ok"));
        });
        return { ...host, events };
      },
    ]),
  ),
  proxy: async (rules, options, { counters, onResponse } = {}) => {
    const up = await upstream();
    const { port, events, proxy } = await proxyFor(
      up.url,
      phasesOf(rules),
      options,
      counters && { counters },
    );
    if (onResponse !== undefined)
      proxy.server.prependListener("request", (_, response) => onResponse(response));
    return { ...http1Client(port, false), events };
  },
};

/** Those with a limit have a phase of their own. */
function phasesOf(rules: readonly Rule[]): Readonly<Record<string, readonly Rule[]>> {
  return {
    custom: rules.filter((one) => !("ratelimit" in one)),
    http_ratelimit: rules.filter((one) => "ratelimit" in one),
  };
}

const outcome = (reply: Promise<{ readonly status: number }>): Promise<unknown> =>
  reply.then(
    ({ status }) => status,
    () => "dropped",
  );

describe.each(Object.entries(hosts))("%s", (_, start) => {
  test("drops the request alone, and the event says so", async () => {
    const host = await start([DROP]);
    expect(await outcome(host.send(bad))).toBe("dropped");
    expect((await host.send()).status).toBe(200);
    expect(host.events).toMatchObject([{ action: "drop", delivery: "dropped" }]);
    expect(host.events[0]).not.toHaveProperty("status");
  });

  test("lets a client wait, and then refuses or drops it", async () => {
    const host = await start([SLOW]);
    expect(await outcome(host.send(bad))).toBe(418);
    const other = await start([rule("tarpit", { seconds: 1 })]);
    expect(await outcome(other.send(bad))).toBe("dropped");
    expect(other.events).toMatchObject([{ action: "tarpit" }]);
  });

  test("drops at once what is more than may be held", async () => {
    const host = await start([HOLD], { maxTarpits: 0 });
    expect(await outcome(host.send(bad))).toBe("dropped");
  });

  test("holds nothing of a client that left before it was to wait", async () => {
    const ratelimit = { characteristics: ["http.host"], period: 60, requests_per_period: 1 };
    const limit = { ...rule("tarpit", { seconds: 1, end: "block" }), ratelimit };
    let isLeaving = true;
    const left = new AbortController();
    const counts = { count: 2, resetsAt: Date.now() + 60_000, mitigatedUntil: 0 };
    let answer = (): void => undefined;
    const add = (): Promise<typeof counts> => {
      if (!isLeaving) return Promise.resolve(counts);
      isLeaving = false;
      left.abort();
      return new Promise((resolve) => {
        answer = () => resolve(counts);
      });
    };
    const counters = { answersLater: true, read: add, add, mitigate: ignore, reset: ignore };
    const host = await start(
      [limit],
      { maxTarpits: 1 },
      { counters, onResponse: (response) => response.once("close", () => answer()) },
    );
    expect(await outcome(host.send({ ...bad, signal: left.signal }))).toBe("dropped");
    await vi.waitFor(() => expect(host.events).toHaveLength(1));
    expect(await outcome(host.send(bad))).toBe(429);
  });
});

test("an HTTP/2 connection goes on; the stream ends with an error after which clients do not try again", async () => {
  const { waf } = wafOf({ custom: [DROP] });
  const check = guard(waf);
  const host = await transports["http2 without TLS"].listen((request, response) => {
    check(request, response, () => response.end("ok"));
  });
  const session = connectHttp2(`http://127.0.0.1:${host.port}`);
  const dropped = session.request({ ":path": "/bad" });
  dropped.on("error", () => undefined);
  await gone(dropped);
  expect(dropped.rstCode).toBe(constants.NGHTTP2_INTERNAL_ERROR);
  const passed = session.request({ ":path": "/" });
  const [headers] = await once(passed, "response");
  expect(headers[":status"]).toBe(200);
  session.destroy();
});

/** Resolves when a stream is closed, by an error or without. */
function gone(stream: Duplex): Promise<unknown> {
  return new Promise((resolve) => stream.once("close", resolve));
}

/** A client that has sent a request and waits. */
async function waiting(port: number, head = "GET /bad HTTP/1.1\r\nHost: a\r\n\r\n"): Promise<Socket> {
  const socket = connect(port, "127.0.0.1");
  socket.on("error", () => undefined);
  await once(socket, "connect");
  socket.write(head, "latin1");
  return socket;
}

describe("what is held", () => {
  test("makes room when its client leaves", async () => {
    const host = await hosts["proxy"]!([HOLD], { maxTarpits: 1 });
    const first = await waiting(host.port);
    await vi.waitFor(() => expect(host.events).toHaveLength(1));
    expect(await outcome(host.send(bad))).toBe("dropped");
    first.destroy();
    await vi.waitFor(async () => {
      const controller = new AbortController();
      const reply = outcome(host.send({ ...bad, signal: controller.signal }));
      const answered = await Promise.race([reply, host.send().then(() => "held")]);
      controller.abort();
      await reply;
      expect(answered).toBe("held");
    });
  });

  test("leaves when the proxy closes", async () => {
    const up = await upstream();
    const { proxy, port, events } = await proxyFor(up.url, { custom: [HOLD] });
    const socket = await waiting(port);
    await vi.waitFor(() => expect(events).toHaveLength(1));
    const closed = once(socket, "close");
    await proxy.close(60_000);
    await closed;
  });

  test("leaves when the server of a guard closes", async () => {
    const { waf, events } = wafOf({ custom: [HOLD] });
    const check = guard(waf);
    const server = createServer((request, response) => check(request, response, () => response.end("ok")));
    await listen(server);
    const socket = await waiting((server.address() as AddressInfo).port);
    await vi.waitFor(() => expect(events).toHaveLength(1));
    const closed = once(server, "close");
    server.close();
    await closed;
    expect(socket.destroyed || socket.readableEnded || (await once(socket, "close"))).toBeTruthy();
  });

  test("is closed when its client goes on sending", async () => {
    const host = await hosts["http"]!([HOLD]);
    const socket = await waiting(
      host.port,
      "POST /bad HTTP/1.1\r\nHost: a\r\nContent-Length: 100000000\r\n\r\n",
    );
    const closed = gone(socket);
    const piece = Buffer.alloc(65_536, "x");
    const send = (): void => {
      while (!socket.destroyed && socket.write(piece));
    };
    socket.on("drain", send);
    send();
    await closed;
  });
});

test("a WebSocket is dropped, and held, before it is one", async () => {
  const upgrade =
    "GET /bad HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n";
  const dropping = await hosts["proxy"]!([DROP]);
  expect(await dropping.raw(upgrade)).toBe("");
  const holding = await hosts["proxy"]!([SLOW]);
  expect(await holding.raw(upgrade)).toMatch(/^HTTP\/1.1 418 /);
  const cramped = await hosts["proxy"]!([HOLD], { maxTarpits: 1 });
  const first = await waiting(cramped.port, upgrade);
  await vi.waitFor(() => expect(cramped.events).toHaveLength(1));
  expect(await cramped.raw(upgrade)).toBe("");
  first.destroy();
});

test("responses are dropped by the guard and by the proxy", async () => {
  const rules = {
    http_response_firewall_headers: [{ ref: "d", expression: "http.response.code eq 200", action: "drop" }],
  };
  const up = await upstream();
  const { port, events } = await proxyFor(up.url, rules);
  expect(await outcome(http1Client(port, false).send())).toBe("dropped");
  expect(events).toMatchObject([{ action: "drop", delivery: "dropped" }]);
  const { waf } = wafOf(rules);
  const check = guard(waf);
  for (const name of ["http", "http2"] as const) {
    const host = await transports[name].listen((request, response) =>
      check(request, response, () => response.end("ok")),
    );
    expect([name, await outcome(host.send())]).toEqual([name, "dropped"]);
  }
});

test("responses wait in the guard and in the proxy", async () => {
  const rules = {
    http_response_firewall_headers: [{ ...SLOW, expression: "http.response.code eq 200" }],
  };
  const up = await upstream();
  const { port } = await proxyFor(up.url, rules);
  expect(await outcome(http1Client(port, false).send())).toBe(418);
  const { waf } = wafOf(rules);
  const check = guard(waf);
  for (const name of ["http", "http2"] as const) {
    const host = await transports[name].listen((request, response) =>
      check(request, response, () => response.end("ok")),
    );
    expect([name, await outcome(host.send())]).toEqual([name, 418]);
  }
});

test("the upstream is not kept waiting with a client whose response is held", async () => {
  const left = vi.fn();
  const up = await upstream((_, response) => {
    response.once("close", left);
    response.write("an answer without an end");
  });
  const { port } = await proxyFor(up.url, {
    http_response_firewall_headers: [{ ...HOLD, expression: "http.response.code eq 200" }],
  });
  const socket = await waiting(port, "GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  await vi.waitFor(() => expect(left).toHaveBeenCalled());
  expect(socket.destroyed || socket.readableEnded).toBe(false);
  socket.destroy();
});

test("a body that rules have read is not kept while its client waits", async () => {
  const reads = { ...SLOW, expression: 'http.request.body.raw contains "evil"' };
  for (const start of [hosts["http"], hosts["http2"], hosts["proxy"]]) {
    const host = await start?.([reads]);
    expect(host && (await outcome(host.send({ method: "POST", body: `evil${"x".repeat(100_000)}` })))).toBe(
      418,
    );
  }
});

test("a fetch handler says at start that it cannot, or blocks", async () => {
  const { waf, events } = wafOf({
    custom: [rule("drop", { response: { status_code: 418 } }), { ...SLOW, ref: "t" }],
  });
  const says = expect.objectContaining({
    code: "E_HOST_RULES",
    message: expect.stringContaining("close or hold connections (`custom/d`, `custom/t`)"),
  });
  expect(() => protect(waf, () => new Response("ok"))).toThrow(says);
  expect(() => fetchGuard(waf)).toThrow(says);
  const handler = protect(waf, () => new Response("ok"), { unsupportedRules: "ignore" });
  expect((await handler(new Request("http://a.example/bad"))).status).toBe(418);
  expect(events).toMatchObject([
    {
      action: "block",
      status: 418,
      matches: [{ notes: ["this host cannot close connections: the request is blocked instead"] }],
    },
  ]);
});
