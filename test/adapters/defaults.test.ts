import { EventEmitter, once } from "node:events";
import { createServer } from "node:https";
import { connect } from "node:net";
import { Readable } from "node:stream";
import { gzipSync } from "node:zlib";
import { afterEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { certificates } from "../support/certificates.ts";
import { type GuardOptions, guard } from "../support/source/adapters/node.ts";
import {
  type Forwarder,
  type ForwarderOptions,
  HttpForwarder,
  type ProxyOptions,
  type ResponseOptions,
} from "../support/source/adapters/proxy.ts";
import {
  Bytes,
  type ChallengeProvider,
  type FieldDefinition,
  MisuseError,
  type Value,
  type Waf,
  type WafOptions,
  type WafRequest,
} from "../support/source/index.ts";
import { brokenWaf, proxyFor, type Rule, upstream, wafOf } from "./support.ts";
import { bind, http1Client, type Incoming, type Listener, type Outgoing, transports } from "./transports.ts";

// One row for each option: what a host does that is told nothing, and what it does when it is told.

/** @template O the options of the host under test. */
interface Row<O> {
  /** What there is to see of a host with these options. */
  readonly observe: (options: O) => unknown;
  readonly byDefault: unknown;
  readonly given: O;
  readonly effect: unknown;
}

type Rows<O> = { readonly [Name in keyof Required<O>]: Row<O> };

interface Setting {
  readonly rules?: readonly Rule[];
  readonly responseRules?: readonly Rule[];
  readonly firewall?: WafOptions;
  readonly waf?: Waf;
}

type Start<O> = (options: O, setting?: Setting) => Promise<Listener>;

const startGuard: Start<GuardOptions> = async (options, { rules = [], firewall, waf } = {}) => {
  const protect = guard(waf ?? wafOf({ custom: rules }, firewall).waf, options);
  return transports.http.listen((request, response) => {
    protect(request, response, () => {
      request.resume();
      request.once("end", () => response.end("the site"));
    });
  });
};

type HostOptions = Omit<ProxyOptions, "waf" | "upstream">;

const startProxy: Start<HostOptions> = async (options, setting = {}) => {
  const up = await upstream((request, response) => response.end(`via ${request.headers.via}`));
  return proxyTo(up.url, options, setting);
};

async function proxyTo(url: string, options: HostOptions, setting: Setting = {}): Promise<Listener> {
  const { port } = await proxyFor(
    url,
    { custom: setting.rules ?? [], http_response_firewall_body: setting.responseRules ?? [] },
    // An `onError` that notes would hide what happens without one.
    { onError: () => undefined, ...options, ...(setting.waf && { waf: setting.waf }) },
    setting.firewall,
  );
  return http1Client(port, false);
}

const block = (expression: string): Rule => ({ ref: "b", expression, action: "block" });
const READS_BODY = [block('http.request.body.raw contains "evil"')];
const CHALLENGES = [{ ref: "c", expression: "true", action: "js_challenge" }];

/** Whose page shows for whom it takes the client. */
const provider: ChallengeProvider = {
  name: "test",
  answerPath: "/answer",
  isCleared: () => false,
  challenge: (_kind, { client }) => ({ status: 403, headers: [], body: `posed to ${client}` }),
  answer: () => ({ status: 403, headers: [], body: "" }),
};

async function statuses(host: Listener, requests: readonly Outgoing[]): Promise<readonly number[]> {
  const found: number[] = [];
  for (const request of requests) found.push((await host.send(request)).status);
  return found;
}

const post = (length: number): Outgoing => ({ method: "POST", body: Buffer.alloc(length, "x") });

/** So many header lines in all. */
function lines(count: number): string {
  const more = Array.from({ length: count - 2 }, (_, at) => `X-${at}: 1\r\n`).join("");
  return `GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n${more}\r\n`;
}

/** Milliseconds of pretended time that pass until the answer. */
async function patience(start: () => Promise<Listener>, outgoing: Outgoing) {
  const host = await start();
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"] });
  const began = Date.now();
  let reply: Incoming | undefined;
  const answered = host.send(outgoing).then((incoming) => {
    reply = incoming;
  });
  while (reply === undefined) {
    // Sockets go on in real time.
    await new Promise((resolve) => setImmediate(resolve));
    if (vi.getTimerCount() > 0) vi.advanceTimersToNextTimer();
  }
  await answered;
  return { status: (reply as Incoming).status, after: Date.now() - began };
}

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

/** What a run comes to, or the code of the misuse that it reports. */
async function misuseOr(run: () => Promise<unknown>): Promise<unknown> {
  return run().catch((error: unknown) => {
    if (error instanceof MisuseError) return error.code;
    throw error;
  });
}

/** What guard and proxy have in common. */
function sharedRows(
  start: Start<GuardOptions>,
): Rows<Omit<GuardOptions, keyof ResponseOptions | "unsupportedRules">> {
  return {
    bodyLimit: {
      observe: async (options) =>
        statuses(await start(options, { rules: READS_BODY }), [post(13_107_200), post(13_107_201)]),
      byDefault: [200, 413],
      given: { bodyLimit: 13_107_199 },
      effect: [413, 413],
    },
    bodyTimeout: {
      observe: (options) =>
        patience(() => start(options, { rules: READS_BODY }), {
          method: "POST",
          body: "abc",
          unfinished: true,
        }),
      byDefault: { status: 408, after: 30_000 },
      given: { bodyTimeout: 700 },
      effect: { status: 408, after: 700 },
    },
    oversize: {
      observe: async (options) => statuses(await start(options, { rules: READS_BODY }), [post(13_107_201)]),
      byDefault: [413],
      given: { oversize: "inspect" },
      effect: [200],
    },
    maxHeldBytes: {
      observe: async (options) =>
        statuses(await start(options, { rules: READS_BODY }), [
          { method: "POST", headers: ["Content-Encoding", "gzip"], body: gzipSync(Buffer.alloc(2000, "x")) },
        ]),
      byDefault: [200],
      given: { bodyLimit: 1000, maxHeldBytes: 1000 },
      effect: [413],
    },
    maxTarpits: {
      observe: async (options) => {
        const parameters = { seconds: 1, end: "block" };
        const rules = [{ ref: "t", expression: "true", action: "tarpit", action_parameters: parameters }];
        const host = await start(options, { rules });
        const sent = [host.send(), host.send()].map((reply) =>
          reply.then(
            ({ status }) => status,
            () => "dropped",
          ),
        );
        return (await Promise.all(sent)).map(String).sort();
      },
      byDefault: ["403", "403"],
      given: { maxTarpits: 1 },
      effect: ["403", "dropped"],
    },
    maxHeaders: {
      observe: async (options) => {
        const host = await start(options);
        const replies = [await host.raw(lines(256)), await host.raw(lines(257))];
        return replies.map((reply) => reply.slice(9, 12));
      },
      byDefault: ["200", "431"],
      given: { maxHeaders: 255 },
      effect: ["431", "431"],
    },
    facts: {
      observe: async (options) =>
        statuses(await start(options, { rules: [block("cf.bot_management.score eq 7")] }), [{}]),
      byDefault: [200],
      given: { facts: () => ({ supplied: new Map<string, Value>([["cf.bot_management.score", 7]]) }) },
      effect: [403],
    },
    challenge: {
      observe: (options) =>
        misuseOr(async () => {
          const host = await start(options, { rules: CHALLENGES, firewall: { challenge: provider } });
          return (await host.send()).body;
        }),
      byDefault: "posed to 127.0.0.1",
      given: { challenge: { ...provider } },
      effect: "E_OPTION",
    },
    client: {
      observe: (options) =>
        misuseOr(async () => {
          const client = { trust: ["127.0.0.1"] };
          const host = await start(options, { rules: CHALLENGES, firewall: { challenge: provider, client } });
          return (await host.send({ headers: ["X-Forwarded-For", "192.0.2.9"] })).body;
        }),
      byDefault: "posed to 192.0.2.9",
      given: { client: { trust: ["127.0.0.2"] } },
      effect: "E_OPTION",
    },
    pages: {
      observe: async (options) => {
        const { headers } = await (await start(options, { rules: [block("true")] })).send();
        return ["x-wirewall-reference", "x-id"].filter((name) => headers[name] !== undefined);
      },
      byDefault: ["x-wirewall-reference"],
      given: { pages: { referenceHeader: "x-id" } },
      effect: ["x-id"],
    },
    failure: {
      observe: (options) =>
        misuseOr(async () => statuses(await start(options, { waf: brokenWaf({ failure: "open" }) }), [{}])),
      byDefault: [200],
      given: { failure: "closed" },
      effect: "E_OPTION",
    },
    onError: {
      observe: async (options) => {
        told.length = 0;
        const host = await start(options, { waf: brokenWaf() });
        return [(await host.send()).status, ...told];
      },
      byDefault: [503],
      given: { onError: (error, reference) => void told.push(String(error), reference) },
      effect: [503, "Error: out of order", ""],
    },
  };
}

const told: string[] = [];

/** Bodies of responses as rules see them. */
function bodyReader() {
  const cut: unknown[] = [];
  const field: FieldDefinition = {
    name: "test.response_body",
    type: Bytes,
    phases: ["response_body"],
    read: ((request: WafRequest) => {
      cut.push(request.view.response?.body?.truncated);
      return request.view.response?.body?.bytes;
    }) as never,
  };
  const setting: Setting = {
    firewall: { fields: [field] },
    responseRules: [block('test.response_body eq "evil"')],
  };
  return { cut, setting };
}

/** An upstream that never answers. */
const silent = () => upstream(() => undefined);

/** An upstream that answers once so many requests are there, or after a moment; `most` were there at once. */
async function gathering(count: number) {
  let there = 0;
  const facts = { most: 0 };
  const answers: (() => void)[] = [];
  const answerAll = (): void => {
    for (const answer of answers.splice(0)) answer();
  };
  const up = await upstream((_request, response) => {
    facts.most = Math.max(facts.most, ++there);
    answers.push(() => {
      there--;
      response.end("ok");
    });
    if (there === count) answerAll();
    else setTimeout(answerAll, 100);
  });
  return { url: up.url, facts };
}

/** How many of three requests are at the upstream at once, and what comes of them. */
async function three(start: (url: string) => Promise<() => Promise<number | string>>) {
  const up = await gathering(3);
  const get = await start(up.url);
  const outcomes = await Promise.all([get(), get(), get()]);
  return { most: up.facts.most, outcomes: outcomes.sort() };
}

const throughProxy = (options: HostOptions) => async (url: string) => {
  const host = await proxyTo(url, options);
  return async () => (await host.send()).status;
};

/** How many of so many connections that one client keeps open are refused. */
async function refusedOf(port: number, count: number): Promise<number> {
  let refused = 0;
  for (let at = 0; at < count; at++) {
    const socket = connect(port, "127.0.0.1");
    onTestFinished(() => void socket.destroy());
    socket.write("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    const [head] = await once(socket, "data");
    if (String(head).startsWith("HTTP/1.1 503 ")) refused++;
  }
  return refused;
}

async function tlsUpstream(): Promise<string> {
  const port = await bind(createServer(certificates.server, (_request, response) => response.end("secure")));
  return `https://localhost:${port}`;
}

const fakeForwarder: Forwarder = {
  forward: () => Promise.reject(new Error("this way is closed")),
  upgrade: () => Promise.reject(new Error("this way is closed")),
};

const proxyRows: Rows<Omit<HostOptions, Exclude<keyof GuardOptions, keyof ResponseOptions>>> = {
  upstreamTimeout: {
    observe: async (options) => {
      const up = await silent();
      return patience(() => proxyTo(up.url, options), {});
    },
    byDefault: { status: 504, after: 60_000 },
    given: { upstreamTimeout: 61_234 },
    effect: { status: 504, after: 61_234 },
  },
  maxUpstreamConnections: {
    observe: (options) => three(throughProxy(options)),
    byDefault: { most: 3, outcomes: [200, 200, 200] },
    given: { maxUpstreamConnections: 1 },
    effect: { most: 1, outcomes: [200, 200, 200] },
  },
  maxUpstreamQueue: {
    observe: (options) => three(throughProxy({ maxUpstreamConnections: 1, ...options })),
    byDefault: { most: 1, outcomes: [200, 200, 200] },
    given: { maxUpstreamQueue: 1 },
    effect: { most: 1, outcomes: [200, 200, 503] },
  },
  upstreamQueueTimeout: {
    observe: async (options) => {
      const arrived = new EventEmitter();
      const up = await upstream(() => void arrived.emit("request"));
      return patience(async () => {
        const host = await proxyTo(up.url, { maxUpstreamConnections: 1, upstreamTimeout: 0, ...options });
        void host.send().catch(() => undefined);
        await once(arrived, "request");
        return host;
      }, {});
    },
    byDefault: { status: 503, after: 10_000 },
    given: { upstreamQueueTimeout: 700 },
    effect: { status: 503, after: 700 },
  },
  maxConnections: {
    observe: async (options) => (await proxyFor("http://a.example", {}, options)).proxy.server.maxConnections,
    byDefault: 10_000,
    given: { maxConnections: 7 },
    effect: 7,
  },
  maxClientConnections: {
    observe: async (options) => {
      // An answer that goes on: a connection that has its answer makes room.
      const up = await upstream((_request, response) => void response.write("x"));
      return refusedOf((await proxyTo(up.url, options)).port, 257);
    },
    byDefault: 1,
    given: { maxClientConnections: 250 },
    effect: 7,
  },
  verifyUpstream: {
    observe: async (options) => statuses(await proxyTo(await tlsUpstream(), options), [{}]),
    byDefault: [502],
    given: { verifyUpstream: false },
    effect: [200],
  },
  responseBodyLimit: {
    observe: async (options) => {
      const { cut, setting } = bodyReader();
      const up = await upstream((request, response) =>
        response.end("x".repeat(Number(request.url?.slice(1)))),
      );
      const host = await proxyTo(up.url, options, setting);
      for (const length of [163_840, 163_841]) await host.send({ path: `/${length}` });
      return cut;
    },
    byDefault: [false, true],
    given: { responseBodyLimit: 163_839 },
    effect: [true, true],
  },
  responseHoldTime: {
    observe: async (options) => {
      const { setting } = bodyReader();
      const up = await upstream((_request, response) => void response.write("evil"));
      return patience(() => proxyTo(up.url, { upstreamTimeout: 0, ...options }, setting), {});
    },
    byDefault: { status: 403, after: 5_000 },
    given: { responseHoldTime: 700 },
    effect: { status: 403, after: 700 },
  },
  unreadableResponse: {
    observe: async (options) => {
      const { setting } = bodyReader();
      const up = await upstream((_request, response) => {
        response.writeHead(200, { "content-type": "text/plain", "content-encoding": "unheard-of" });
        response.end("coded");
      });
      return (await (await proxyTo(up.url, options, setting)).send({})).status;
    },
    byDefault: 200,
    given: { unreadableResponse: "block" },
    effect: 502,
  },
  pathForwarding: {
    observe: async (options) => {
      const up = await upstream((request, response) => response.end(request.url));
      return (await (await proxyTo(up.url, options)).send({ path: "/a/../b" })).body;
    },
    byDefault: "/b",
    given: { pathForwarding: "keep" },
    effect: "/a/../b",
  },
  via: {
    observe: async (options) => (await (await startProxy(options)).send()).body,
    byDefault: "via 1.1 wirewall",
    given: { via: "gate" },
    effect: "via 1.1 gate",
  },
  forwarder: {
    observe: async (options) => statuses(await startProxy(options), [{}]),
    byDefault: [200],
    given: { forwarder: fakeForwarder },
    effect: [502],
  },
};

async function answerThrough(options: ForwarderOptions, target: string) {
  const forwarder = new HttpForwarder(options);
  onTestFinished(() => forwarder.close());
  return answerOf(forwarder, target);
}

async function answerOf(forwarder: Forwarder, target: string) {
  const { response, cancel } = await forwarder.forward(
    {
      target: new URL(target),
      method: "GET",
      path: "/",
      headers: [["Host", "a"]],
      body: Readable.from([]),
    },
    new AbortController().signal,
  );
  onTestFinished(cancel);
  return response;
}

const throughForwarder = (options: ForwarderOptions) => async (url: string) => {
  const forwarder = new HttpForwarder(options);
  onTestFinished(() => forwarder.close());
  return async () => {
    try {
      const response = await answerOf(forwarder, url);
      response.resume();
      await once(response, "end");
      return response.statusCode ?? 0;
    } catch (error) {
      return error instanceof Error ? error.name : "";
    }
  };
};

const forwarderRows: Rows<ForwarderOptions> = {
  verify: {
    observe: async (options) => {
      const target = await tlsUpstream();
      return answerThrough(options, target).then(
        ({ statusCode }) => statusCode,
        (error: { readonly code?: string }) => error.code,
      );
    },
    byDefault: "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
    given: { verify: false },
    effect: 200,
  },
  timeout: {
    observe: async (options) => {
      const up = await silent();
      vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"] });
      const began = Date.now();
      const failed = answerThrough(options, up.url).catch((error: Error) => error.name);
      while (vi.getTimerCount() === 0) await new Promise((resolve) => setImmediate(resolve));
      vi.advanceTimersToNextTimer();
      return { failed: await failed, after: Date.now() - began };
    },
    byDefault: { failed: "UpstreamTimeout", after: 60_000 },
    given: { timeout: 61_234 },
    effect: { failed: "UpstreamTimeout", after: 61_234 },
  },
  maxConnections: {
    observe: (options) => three(throughForwarder(options)),
    byDefault: { most: 3, outcomes: [200, 200, 200] },
    given: { maxConnections: 2 },
    effect: { most: 2, outcomes: [200, 200, 200] },
  },
  maxQueue: {
    observe: (options) => three(throughForwarder({ maxConnections: 1, ...options })),
    byDefault: { most: 1, outcomes: [200, 200, 200] },
    given: { maxQueue: 0 },
    effect: { most: 1, outcomes: [200, "UpstreamBusy", "UpstreamBusy"] },
  },
  queueTimeout: {
    observe: (options) => three(throughForwarder({ maxConnections: 1, ...options })),
    byDefault: { most: 1, outcomes: [200, 200, 200] },
    given: { queueTimeout: 1 },
    effect: { most: 1, outcomes: [200, "UpstreamBusy", "UpstreamBusy"] },
  },
};

function table<O>(host: string, rows: { readonly [name: string]: Row<O> }, nothing: O): void {
  describe(host, () => {
    test.each(Object.entries(rows))("%s", async (_name, { observe, byDefault, given, effect }) => {
      expect(await observe(nothing)).toEqual(byDefault);
      vi.useRealTimers();
      vi.restoreAllMocks();
      expect(await observe(given)).toEqual(effect);
    });
  });
}

const guardRows: Rows<Pick<GuardOptions, "unsupportedRules">> = {
  unsupportedRules: {
    observe: (options) =>
      misuseOr(async () => {
        const action_parameters = { uri: { path: { value: "/new" } } };
        const rules = [{ ref: "r", expression: "true", action: "rewrite", action_parameters }];
        return (await (await startGuard(options, { rules })).send()).status;
      }),
    byDefault: "E_HOST_RULES",
    given: { unsupportedRules: "ignore" },
    effect: 200,
  },
};

table("guard", { ...sharedRows(startGuard) }, {});
table("guard alone", { ...guardRows }, {});
table("createProxy, as guard", { ...sharedRows(startProxy) }, {});
table("createProxy", { ...proxyRows }, {});
table("HttpForwarder", { ...forwarderRows }, {});

test("an answer of an upstream may pause for ten minutes", async () => {
  const up = await upstream((_request, response) => void response.write("a"));
  expect((await answerThrough({}, up.url)).socket.timeout).toBe(600_000);
});
