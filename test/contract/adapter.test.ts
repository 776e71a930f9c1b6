import type { ServerResponse } from "node:http";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { answering, type SolvedPage, solve } from "../adapters/challenge-page.ts";
import { failOnFatal } from "../adapters/fatal.ts";
import { serveFetch } from "../adapters/fetch-bridge.ts";
import { brokenWaf, proxyFor, type Rule, upstream, wafOf } from "../adapters/support.ts";
import {
  type AnyResponse,
  http1Client,
  type Listener,
  type Outgoing,
  type Transport,
  textOf,
  transports,
} from "../adapters/transports.ts";
import { decisionOf, protect } from "../support/source/adapters/fetch.ts";
import {
  type GuardedRequest,
  guard,
  type HostOptions,
  type ResponseOptions,
} from "../support/source/adapters/node.ts";
import {
  Bytes,
  type ChallengeProvider,
  type CounterStore,
  defineField,
  EvaluationError,
  type HeaderOperation,
  proofOfWorkProvider,
  type Waf,
  type WafEvent,
  type WafOptions,
  type WafRequest,
} from "../support/source/index.ts";

/** What a site answers with; default: 200 and what was decided. */
interface Site {
  readonly status?: number;
  readonly headers?: readonly (readonly [name: string, value: string])[];
  readonly body?: string;
  /** Never ends. */
  readonly endless?: boolean;
}

/** A host with a firewall in front of a site. */
interface Host extends Listener {
  /** Methods and addresses of the requests that reached the site. */
  readonly targets: readonly string[];
  /** Bodies that reached the site. */
  readonly reached: readonly string[];
  /** Lines of the requests that reached the site, by lower-case name. */
  readonly lines: readonly Readonly<Record<string, unknown>>[];
  readonly events: readonly WafEvent[];
}

interface Scene {
  readonly options?: HostOptions & ResponseOptions;
  /** Rules of phases besides the custom one. */
  readonly phases?: Readonly<Record<string, readonly Rule[]>>;
  readonly firewall?: WafOptions;
  /** A firewall around the one with the rules. */
  readonly around?: (waf: Waf) => Waf;
  readonly site?: Site;
}

/** @param rules of the custom phase. */
type Start = (rules: readonly Rule[], scene?: Scene) => Promise<Host>;

function firewallOf(rules: readonly Rule[], { phases, firewall, around = (waf) => waf }: Scene) {
  const { waf, events } = wafOf({ custom: rules, ...phases }, firewall);
  return { waf: around(waf), events };
}

/** `ok`, or as told; on whatever Node writes with. */
function answerAs(site: Site | undefined, response: AnyResponse, body: string): void {
  response.statusCode = site?.status ?? 200;
  for (const [name, value] of site?.headers ?? []) (response as ServerResponse).appendHeader(name, value);
  const bytes = Buffer.from(site?.body ?? body, "latin1");
  if (site?.endless === true) (response as ServerResponse).write(bytes);
  else response.end(bytes);
}

function guardOver(transport: Transport): Start {
  return async (rules, scene = {}) => {
    const { waf, events } = firewallOf(rules, scene);
    const reached: string[] = [];
    const lines: Readonly<Record<string, unknown>>[] = [];
    const targets: string[] = [];
    const protect = guard(waf, scene.options);
    const listener = await transport.listen((request, response) => {
      protect(request, response, () => {
        const decision = (request as GuardedRequest).waf;
        const answer = (body: string) => {
          reached.push(body);
          answerAs(scene.site, response, `action ${decision?.action}`);
        };
        lines.push(request.headers);
        targets.push(`${request.method} ${request.url}`);
        if (request.method === "GET") answer("");
        else void textOf(request).then(answer, () => response.destroy());
      });
    });
    return { ...listener, targets, reached, lines, events };
  };
}

const startProxy: Start = async (rules, scene = {}) => {
  const { waf, events } = firewallOf(rules, scene);
  const up = await upstream((_request, response) => answerAs(scene.site, response, "action allow"));
  const { port } = await proxyFor(up.url, {}, { ...scene.options, waf });
  return {
    ...http1Client(port, false),
    events,
    get targets() {
      return up.received.map(({ method, url }) => `${method} ${url}`);
    },
    get reached() {
      return up.received.map(({ body }) => body);
    },
    get lines() {
      return up.received.map(({ lines }) =>
        Object.fromEntries(lines.map(([name, value]) => [name.toLowerCase(), value])),
      );
    },
  };
};

const startFetch: Start = async (rules, scene = {}) => {
  const { waf, events } = firewallOf(rules, scene);
  const reached: string[] = [];
  const lines: Readonly<Record<string, unknown>>[] = [];
  const targets: string[] = [];
  const serve = async (request: Request): Promise<Response> => {
    lines.push(Object.fromEntries(request.headers));
    const { pathname, search } = new URL(request.url);
    targets.push(`${request.method} ${pathname}${search}`);
    reached.push(Buffer.from(await request.arrayBuffer()).toString("latin1"));
    const {
      status = 200,
      headers = [],
      endless,
      body = `action ${decisionOf(request)?.action}`,
    } = scene.site ?? {};
    const bytes = Buffer.from(body, "latin1");
    const stream = new ReadableStream<Uint8Array>({
      start(controller) {
        if (bytes.length > 0) controller.enqueue(bytes);
        if (endless !== true) controller.close();
      },
    });
    return new Response(status === 204 ? null : stream, {
      status,
      headers: headers.map(([name, value]) => [name, value]),
    });
  };
  // Only where a client's address counts.
  const facts = scene.firewall?.client === undefined ? {} : { facts: () => ({ remoteAddress: "127.0.0.1" }) };
  const listener = await serveFetch(protect(waf, serve, { ...facts, ...scene.options }));
  return { ...listener, targets, reached, lines, events };
};

const http1Hosts: readonly (readonly [string, Start])[] = [
  ["node guard over http", guardOver(transports.http)],
  ["node guard over https", guardOver(transports.https)],
  ["node guard over https of an http2 server", guardOver(transports["https of an http2 server"])],
  ["proxy", startProxy],
  ["fetch handler", startFetch],
];
const hosts: typeof http1Hosts = [
  ...http1Hosts,
  ["node guard over http2", guardOver(transports.http2)],
  ["node guard over http2 without TLS", guardOver(transports["http2 without TLS"])],
];

const block = (expression: string): Rule => ({ ref: "b", expression, action: "block" });
/** The machine may be busy. */
const POLL = { timeout: 20_000 };
/** 40 bytes at most, which become many. */
const GZIPPED: Outgoing = {
  body: gzipSync(Buffer.alloc(2000, "x")),
  headers: ["Content-Encoding", "gzip"],
};
const READS_BODY = block('http.request.body.raw contains "evil"');

const pow = (over: Partial<Parameters<typeof proofOfWorkProvider>[0]> = {}) =>
  proofOfWorkProvider({ secret: "a secret of the test", difficulty: { js_challenge: 4 }, ...over });

const PAGE = ["Accept", "text/html"];
/** A form on `/form?a=1&b=%2f` with its own lines. */
const posted = (type: string, body: Outgoing["body"], more: Partial<Outgoing> = {}): Outgoing => ({
  method: "POST",
  path: "/form?a=1&b=%2f",
  body: body ?? "",
  ...more,
  headers: [...PAGE, "Content-Type", type, ...(more.headers ?? [])],
});

/** Challenges the form. */
const ASKS_FORM: Rule = {
  ref: "ask",
  expression: 'http.request.uri.path eq "/form"',
  action: "js_challenge",
};

function fail(): never {
  throw new Error("out of order");
}

/** The header `X-Word`, a turn later. */
const WORD = defineField({
  name: "my.word",
  type: Bytes,
  loadTimeout: 60_000,
  load: async ({ headers, query }: WafRequest) => {
    await new Promise(setImmediate);
    if (query === "fails") fail();
    return headers.first("x-word");
  },
});

const brokenStore = (): CounterStore => ({ read: fail, add: fail, mitigate: fail, reset: fail });

const limitRule = (ref: string, limit: object = {}) => ({
  ref,
  expression: "true",
  action: "block",
  ratelimit: { characteristics: ["ip.src"], period: 10, requests_per_period: 9, ...limit },
});

/** An adapter is done when it passes this suite. */
describe.each(hosts)("%s", (name, start) => {
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
  // Platforms for fetch handlers join the lines of one name before a handler can see them.
  const shown =
    name === "fetch handler" ? hostile.filter(([row]) => row !== "the second of two lines") : hostile;
  test.each(shown)("shows rules %s", async (_case, headers, expression) => {
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
    const strict = await start(rules, { options: { bodyLimit: 10 } });
    expect((await strict.send({ method: "POST", body: "x".repeat(11) })).status).toBe(413);
    expect((await strict.send({ method: "POST", body: "x".repeat(10) })).status).toBe(200);
    expect(strict.reached.length).toBe(1);
    const lax = await start(rules, { options: { bodyLimit: 10, oversize: "inspect" } });
    expect((await lax.send({ method: "POST", body: `evil${"x".repeat(500_000)}` })).status).toBe(403);
    expect((await lax.send({ method: "POST", body: `${"x".repeat(500_000)}evil` })).status).toBe(200);
    expect(lax.reached.length).toBe(1);
  });

  test("what the host refuses by itself has an event under the reference that the client sees", async () => {
    const host = await start([READS_BODY], { options: { bodyLimit: 10, bodyTimeout: 40 } });
    const reply = await host.send({ method: "POST", body: "x".repeat(11) });
    const slow = await host.send({ method: "POST", body: "abc", unfinished: true, chunked: true });
    await expect.poll(() => host.events.length).toBe(2);
    expect(host.events).toMatchObject([
      {
        action: "block",
        service: "host",
        status: 413,
        reason: "the body is longer than the host holds for rules (`maxBodyBytes`, `bodyLimit`)",
        matches: [],
      },
      { action: "block", service: "host", status: 408 },
    ]);
    expect(reply.body).toContain(host.events[0]!.id);
    expect(slow.body).toContain(`Reference: ${host.events[1]!.id}\n`);
  });

  test.each([
    ["closed", 503, []],
    ["open", 200, ["x"]],
  ] as const)("a firewall that fails %s answers %i", async (failure, status, reached) => {
    const errors: unknown[] = [];
    const onError = (error: unknown) => void errors.push(error);
    const host = await start([], { options: { onError }, around: () => brokenWaf({ failure }) });
    const reply = await host.send({ method: "POST", body: "x" });
    expect(reply.status).toBe(status);
    expect(host.reached).toEqual(reached);
    expect(errors).toEqual([new Error("out of order")]);
  });

  test.each<[what: string, scene: Scene, rules: readonly Rule[], part: string, refs: readonly string[]]>([
    [
      "a counter store, once however many rules it serves",
      {
        firewall: { counters: brokenStore() },
        phases: { http_ratelimit: [limitRule("l1"), limitRule("l2")] },
      },
      [],
      "the counter store failed in rule l1: out of order",
      ["l1"],
    ],
    [
      "a counter store that counts the response",
      {
        firewall: { counters: brokenStore() },
        phases: { http_ratelimit: [limitRule("l3", { counting_expression: "http.response.code eq 200" })] },
      },
      [],
      "the counter store failed in rule l3: out of order",
      ["l3"],
    ],
    [
      "a challenge provider",
      { firewall: { challenge: { ...pow(), isCleared: fail }, failure: "open" } },
      ASKS,
      "the engine failed in rule ask: Error: out of order",
      ["ask"],
    ],
    [
      "the loader of a field",
      { firewall: { fields: [WORD] } },
      [block('my.word eq "x"'), { ...block('my.word eq "y"'), ref: "b2" }],
      "the field my.word failed in rule b: Error: out of order",
      ["b"],
    ],
  ])("tells of a failure of %s, with rule and reference", async (_what, scene, rules, message, refs) => {
    const told: (readonly [unknown, string])[] = [];
    const onError = (error: unknown, reference: string) => {
      told.push([error, reference]);
      throw new Error("and the reporter fails too");
    };
    const host = await start(rules, { ...scene, options: { onError } });
    expect((await host.send({ path: "/?fails" })).status).toBe(200);
    await expect.poll(() => host.events.length).toBe(1);
    const failures = told.flatMap(([error, reference]) =>
      error instanceof EvaluationError ? [[error.message, error.failure.rule?.ref, reference]] : [],
    );
    expect(failures).toEqual([[message, refs[0], host.events[0]?.id]]);
  });

  test("says that a body was cut", async () => {
    const host = await start([block("http.request.body.truncated")], {
      options: { bodyLimit: 10, oversize: "inspect" },
    });
    expect((await host.send({ method: "POST", body: "x".repeat(11) })).status).toBe(403);
    expect((await host.send({ method: "POST", body: "x".repeat(10) })).status).toBe(200);
  });

  test("holds so much of all bodies together, and gives everything back", async () => {
    const options = { bodyLimit: 10, maxHeldBytes: 10, bodyTimeout: 20_000 };
    const host = await start([READS_BODY], { options });
    const full = { method: "POST", body: "x".repeat(10) };
    const leaving = new AbortController();
    const first = host.send({ ...full, unfinished: true, chunked: true, signal: leaving.signal });
    first.catch(() => undefined);
    // A body that comes before the first one does passes.
    await expect.poll(async () => (await host.send(full)).status, POLL).toBe(503);
    const refused = await host.send(full);
    expect([refused.status, refused.headers["retry-after"]]).toEqual([503, "1"]);
    const event = host.events.find(({ status }) => status === 503);
    expect(event).toMatchObject({ action: "block", service: "host", matches: [] });
    expect((await host.send()).status).toBe(200);
    leaving.abort();
    await expect.poll(async () => (await host.send(full)).status, POLL).toBe(200);
    await expect(first).rejects.toThrow();
  });

  test.each([
    ["an address", "192.0.2.1", "192.0.2.1", "192.0.2.2"],
    ["a network", "2001:db8::1", "2001:db8::2", "2001:db8:0:1::1"],
  ])("holds of the bodies of one client, %s, half as much", async (_what, one, same, other) => {
    const options = { bodyLimit: 10, maxHeldBytes: 20, bodyTimeout: 20_000 };
    const host = await start([READS_BODY], { options, firewall: { client: { trust: ["127.0.0.1"] } } });
    const post = (client: string, length: number): Outgoing => ({
      method: "POST",
      headers: ["X-Forwarded-For", client],
      body: "x".repeat(length),
    });
    const leaving = new AbortController();
    const first = host.send({ ...post(one, 8), unfinished: true, chunked: true, signal: leaving.signal });
    first.catch(() => undefined);
    const status = async (client: string, length: number) => (await host.send(post(client, length))).status;
    await expect.poll(() => status(same, 10), POLL).toBe(503);
    expect([await status(same, 2), await status(other, 10)]).toEqual([200, 200]);
    leaving.abort();
    await expect.poll(() => status(same, 10), POLL).toBe(200);
    await expect(first).rejects.toThrow();
  });

  test.each([
    ["a trusted proxy", []],
    ["a trusted proxy that names itself", ["X-Forwarded-For", "127.0.0.1"]],
    ["a client that a trusted proxy does not know", ["X-Forwarded-For", "unknown"]],
  ])("holds of the bodies of %s as much as of all together", async (_what, headers) => {
    const options = { bodyLimit: 10, maxHeldBytes: 20, bodyTimeout: 20_000 };
    const host = await start([READS_BODY], { options, firewall: { client: { trust: ["127.0.0.1"] } } });
    const leaving = new AbortController();
    const waiting = [1, 2].map(() =>
      host.send({
        method: "POST",
        headers,
        body: "x".repeat(9),
        unfinished: true,
        chunked: true,
        signal: leaving.signal,
      }),
    );
    for (const one of waiting) one.catch(() => undefined);
    const other = { method: "POST", headers: ["X-Forwarded-For", "192.0.2.1"], body: "xxx" };
    // Beside half of it there would be room.
    await expect.poll(async () => (await host.send(other)).status, POLL).toBe(503);
    leaving.abort();
    for (const one of waiting) await expect(one).rejects.toThrow();
    await expect.poll(async () => (await host.send(other)).status, POLL).toBe(200);
  });

  describe("the embedder's code", () => {
    failOnFatal();

    const PAGE_OF_ASSET = { contentType: "text/html", content: "the embedder's" };
    test.each<[string, () => unknown, object]>([
      ["a promise", async () => PAGE_OF_ASSET, { code: "E_ANSWER" }],
      ["a promise that rejects", async () => fail(), { code: "E_ANSWER" }],
      ["a promise that stays open", () => new Promise(() => undefined), { code: "E_ANSWER" }],
      [
        "a promise that rejects later",
        () => new Promise((_resolve, reject) => setTimeout(reject, 5)),
        { code: "E_ANSWER" },
      ],
      // biome-ignore lint/suspicious/noThenProperty: a foreign promise is what is tested
      ["a foreign promise", () => ({ then: () => undefined }), { code: "E_ANSWER" }],
      ["what is no page", () => 5, {}],
      ["an exception", fail, { message: "out of order" }],
    ])("an asset that is %s is answered without it, at once", async (_what, asset, error) => {
      const errors: unknown[] = [];
      const page = {
        ref: "page",
        expression: "http.response.code ge 500",
        action: "serve_error",
        action_parameters: { asset_name: "down" },
      };
      const options: object = { onError: (one: unknown) => void errors.push(one), pages: { asset } };
      const host = await start([], {
        options,
        phases: { http_custom_errors: [page] },
        site: { status: 502, body: "the site's own" },
      });
      const reply = await host.send();
      expect(reply.status).toBe(502);
      expect(reply.body).toMatch(/^502 this request was refused\nReference: \S+\n$/);
      expect(errors).toMatchObject([error]);
    });

    test.each(["facts", "wording"] as const)(
      "%s that gives a promise fails as one that throws",
      async (name) => {
        const errors: unknown[] = [];
        const late = async () => fail();
        const onError = (error: unknown) => void errors.push(error);
        const options: object =
          name === "facts" ? { onError, facts: late } : { onError, pages: { wording: late } };
        const host = await start([block('http.request.method eq "POST"')], { options });
        const reply = await host.send({ method: "POST", body: "x" });
        expect(reply.status).toBe(name === "facts" ? 503 : 403);
        expect(errors[0]).toMatchObject({ name: "MisuseError", code: "E_ANSWER" });
        expect(host.reached).toEqual([]);
      },
    );
  });

  test.each<[string, Outgoing, number]>([
    ["refused by a rule", { body: "evil" }, 403],
    ["too long", { body: "x".repeat(41) }, 413],
    ["not in its coding", { body: "x", headers: ["Content-Encoding", "gzip"] }, 415],
    ["too slow", { body: "abc", chunked: true, unfinished: true }, 408],
    ["served", { body: "abc" }, 200],
    ["more than may be held at all once its coding is undone", GZIPPED, 413],
    ["challenged", { body: "ask" }, 403],
    ["challenged without a look at it", { path: "/ask", body: "abc" }, 403],
    ["challenged, and longer than may be held", { path: "/ask", body: "x".repeat(42) }, 403],
    ["challenged, and too slow", { path: "/ask", body: "abc", unfinished: true }, 408],
    ["the wrong answer to a challenge", { path: pow().answerPath, body: "abc" }, 403],
    ["an answer that is longer than may be held", { path: pow().answerPath, body: "x".repeat(42) }, 413],
    ["an answer that is too slow", { path: pow().answerPath, body: "abc", unfinished: true }, 408],
  ])("holds nothing any more of a body that was %s", async (_case, outgoing, status) => {
    const options = { bodyLimit: 40, maxHeldBytes: 41, bodyTimeout: 200 };
    const asks = ['http.request.uri.path eq "/ask"', 'http.request.body.raw contains "ask"'].map(
      (expression, at): Rule => ({ ref: `a${at}`, expression, action: "js_challenge" }),
    );
    outgoing = { ...outgoing, headers: [...PAGE, ...(outgoing.headers ?? [])] };
    const host = await start([...asks, READS_BODY], { options, firewall: { challenge: pow() } });
    expect((await host.send({ method: "POST", ...outgoing })).status).toBe(status);
    const full = { method: "POST", body: "x".repeat(40) };
    await expect.poll(async () => (await host.send(full)).status, POLL).toBe(200);
  });

  test.each<[string, Outgoing, number, string]>([
    [
      "the answer to a challenge",
      { path: pow().answerPath, body: "abc" },
      503,
      "holds too many request bodies",
    ],
    ["a body that a challenge would keep", { path: "/form", body: "abc" }, 403, "send it again"],
  ])("counts %s as held", async (_case, outgoing, status, text) => {
    const options = { bodyLimit: 10, maxHeldBytes: 10, bodyTimeout: 20_000 };
    const host = await start([ASKS_FORM, READS_BODY], { options, firewall: { challenge: pow() } });
    const full = { method: "POST", body: "x".repeat(10) };
    const leaving = new AbortController();
    const first = host.send({ ...full, unfinished: true, chunked: true, signal: leaving.signal });
    first.catch(() => undefined);
    await expect.poll(async () => (await host.send(full)).status, POLL).toBe(503);
    const reply = await host.send({ method: "POST", headers: PAGE, ...outgoing });
    expect(reply.status).toBe(status);
    expect(reply.body).toContain(text);
    leaving.abort();
    await expect(first).rejects.toThrow();
  });

  test("holds nothing any more of a request that was given back", async () => {
    const limit = 4_000;
    const host = await start([ASKS_FORM, READS_BODY], {
      options: { bodyLimit: limit, maxHeldBytes: limit },
      firewall: { challenge: pow() },
    });
    const full = { method: "POST", body: "x".repeat(limit) };
    for (const [body, status] of [
      ["x".repeat(1_000), 200],
      ["evil", 403],
    ] as const) {
      const page = solve((await host.send(posted("text/plain", body))).body);
      expect((await host.send(answering(page))).status).toBe(status);
      await expect.poll(async () => (await host.send(full)).status, POLL).toBe(200);
    }
  });

  test("a client that is too slow", async () => {
    const host = await start([READS_BODY], { options: { bodyTimeout: 40 } });
    expect((await host.send({ method: "POST", body: "abc", unfinished: true })).status).toBe(408);
    await expect.poll(() => host.events).toMatchObject([{ status: 408 }]);
  });

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

  test.each<readonly [what: string, outgoing: Outgoing, status: number, reason: string]>([
    ["arguments", { path: `/?${"a&".repeat(1023)}q=evil` }, 403, ""],
    ["arguments", { path: `/?${"a&".repeat(1024)}q=evil` }, 414, "arguments"],
    ["arguments, empty pieces aside", { path: `/?${"a&&".repeat(1023)}q=evil&` }, 403, ""],
    ["cookies", { headers: ["Cookie", `${"a;".repeat(255)}q=evil`] }, 403, ""],
    ["cookies", { headers: ["Cookie", `${"a;".repeat(256)}q=evil`] }, 431, "cookies"],
    ["cookies, blanks aside", { headers: ["Cookie", `${"a; ;\t;".repeat(255)} q=evil;`] }, 403, ""],
  ])("cuts no %s in silence: %#", async (_what, outgoing, status, reason) => {
    const rules: readonly Rule[] = [
      {
        ref: "r",
        expression:
          'any(http.request.uri.args["q"][*] eq "evil") or any(http.request.cookies["q"][*] eq "evil")',
        action: "block",
      },
    ];
    const host = await start(rules);
    expect([(await host.send(outgoing)).status, host.reached.length]).toEqual([status, 0]);
    const [event] = host.events;
    expect(event?.reason ?? "").toBe(
      reason === "" ? "" : `the request has more ${reason} than this site inspects`,
    );
    const lenient = await start(rules, { options: { oversize: "inspect" } });
    expect((await lenient.send(outgoing)).status).toBe(reason === "" ? 403 : 200);
  });

  test("hands over what is beyond the limit too", async () => {
    const host = await start([READS_BODY], { options: { bodyLimit: 10, oversize: "inspect" } });
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
});

// Platforms for fetch handlers leave bodies of GET and HEAD out.
describe.each(hosts.filter(([name]) => name !== "fetch handler"))(
  "%s, whatever the method",
  (_name, start) => {
    const evil = ["GET", "HEAD", "DELETE", "OPTIONS", "PUT", "QUERY"].flatMap((method) => [
      { method, body: "evil", chunked: true },
      { method, body: "evil" },
    ]);
    test.each<Outgoing>(evil)("shows rules the body of $method, chunked $chunked", async (outgoing) => {
      const host = await start([READS_BODY]);
      expect((await host.send(outgoing)).status).toBe(403);
      expect(host.reached).toEqual([]);
    });
  },
);

// Platforms for fetch handlers join these lines to one, and say of the body whether there is one.
describe.each(http1Hosts.filter(([name]) => name !== "fetch handler"))(
  "%s, of raw HTTP/1",
  (_name, start) => {
    test("a body that is announced by a line too many is seen all the same", async () => {
      const rules = [READS_BODY];
      const host = await start(rules, { options: { oversize: "inspect" } });
      const head = `POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n${"a:\r\n".repeat(2000)}`;
      const rest = "Transfer-Encoding: chunked\r\n\r\n4\r\nevil\r\n0\r\n\r\n";
      // From version 22 on, Node refuses so many lines by itself.
      expect(await host.raw(head + rest)).toMatch(/^HTTP\/1\.1 (?:403|431) /);
      expect(host.reached).toEqual([]);
      const strict = await start(rules);
      expect(await strict.raw(head + rest)).toMatch(/^HTTP\/1\.1 431 /);
      expect(strict.reached).toEqual([]);
    });
  },
);

describe.each(http1Hosts)("%s, of HTTP/1 only", (_name, start) => {
  test("keeps a connection for the next request", async () => {
    const host = await start([block('http.user_agent eq "bad"')]);
    const get = (agent: string, more: string) =>
      `GET / HTTP/1.1\r\nHost: a\r\nUser-Agent: ${agent}\r\n${more}\r\n`;
    const text = await host.raw(get("bad", "") + get("good", "Connection: close\r\n"));
    expect(text.match(/HTTP\/1\.1 \d+/g)).toEqual(["HTTP/1.1 403", "HTTP/1.1 200"]);
  });
});

/** Solved by sending `proof`; cleared by a cookie. */
const provider: ChallengeProvider = {
  name: "test",
  answerPath: "/answer",
  isCleared: (_kind, request) => request.cookie("pass").includes("1"),
  challenge: (kind, { client }) => ({
    status: 403,
    headers: [["x-challenge", kind]],
    body: `prove it, ${client}`,
  }),
  answer: (_request, body) =>
    body === "proof"
      ? {
          status: 303,
          headers: [
            ["location", "/"],
            ["set-cookie", "pass=1"],
          ],
          body: "",
        }
      : { status: 403, headers: [["x-bad\r\n", "1"]], body: "no" },
};

/** A firewall that fails when it evaluates responses. */
function failingOnResponses(waf: Waf): Waf {
  const response = () => {
    throw new Error("out of order");
  };
  const begin: Waf["begin"] = (view, options) => overlaid(waf.begin(view, options), { response });
  return overlaid(waf, { begin });
}

/** The target with some members replaced; the others keep their `this`. */
function overlaid<T extends object>(target: T, members: Partial<T>): T {
  return new Proxy(target, {
    get(_target, name) {
      const value: unknown = Reflect.get(Object.hasOwn(members, name) ? members : target, name);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}

/** A firewall whose decisions on requests change response headers. Its rules do not read responses. */
function decidingOn(waf: Waf, responseHeaders: readonly HeaderOperation[]): Waf {
  const begin: Waf["begin"] = (view, options) => {
    const transaction = waf.begin(view, options);
    const request = async () => {
      const decision = await transaction.request();
      return { ...decision, changes: { ...decision.changes, responseHeaders } };
    };
    return overlaid(transaction, { request });
  };
  return overlaid(waf, { begin });
}

const headerRule = (name: string, operation: object): Rule => ({
  ref: name,
  expression: "true",
  action: "rewrite",
  action_parameters: { headers: { [name]: operation } },
});

interface Exchange {
  readonly send: Outgoing;
  readonly status: number;
  /** Undefined: the header is absent. */
  readonly headers?: Readonly<Record<string, unknown>>;
  readonly body?: string | RegExp;
}

interface Row extends Scene {
  readonly name: string;
  readonly rules?: readonly Rule[];
  readonly exchanges: readonly Exchange[];
  /** How many requests reach the site. */
  readonly reached: number;
  /** One for each request that has an event. */
  readonly events: readonly object[];
  /** How many errors are reported; default 0. */
  readonly errors?: number;
}

const post = (body: string): Outgoing => ({ method: "POST", body });

/** What a client gets from the host itself: text that nobody keeps, with the reference of its event. */
const refusal = (
  status: number,
  message: string,
  reference = "\\nReference: [0-9A-Za-z-]{10,}",
): Omit<Exchange, "send"> => ({
  status,
  headers: {
    "content-type": "text/plain; charset=utf-8",
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
  },
  body: new RegExp(`^${status} ${message}${reference}\\n$`),
});
const MANY_LINES = refusal(431, "the request has more header lines than this site inspects");
const LONG_BODY = { status: 413, body: /^413 Content Too Large\n/ };
const LEAK = { http_response_firewall_body: [block('wirewall.response.body.raw contains "secret"')] };
const STATUS = { http_response_firewall_headers: [block("http.response.code eq 500")] };
const LOGS: Rule = { ref: "seen", expression: "true", action: "log" };
const ASKS: readonly Rule[] = [{ ref: "ask", expression: "true", action: "js_challenge" }];

const WHOLE = defineField({
  name: "my.body",
  type: Bytes,
  derivesFrom: ["body"],
  load: async ({ view }: WafRequest) => view.body?.bytes,
});

// What the gate does for every host: there is no row here that one of them leaves out.
const rows: readonly Row[] = [
  {
    name: "more header lines than rules see: 431",
    options: { maxHeaders: 20 },
    exchanges: [{ send: manyHeaders(21), ...MANY_LINES }],
    reached: 0,
    events: [
      {
        action: "block",
        service: "host",
        status: 431,
        reason: "the request has more header lines than this site inspects",
      },
    ],
  },
  {
    name: "more header lines than the firewall reads: 431",
    firewall: { limits: { request: { maxHeaders: 20 } } },
    exchanges: [{ send: manyHeaders(21), ...MANY_LINES }],
    reached: 0,
    events: [{ status: 431 }],
  },
  {
    name: "a field that is loaded",
    rules: [{ ref: "loaded", expression: 'my.word eq "bad"', action: "block" }],
    firewall: { fields: [WORD] },
    exchanges: [
      { send: { headers: ["X-Word", "bad"] }, status: 403 },
      { send: { headers: ["X-Word", "good"] }, status: 200 },
      { send: { ...post("x"), path: "/?fails" }, status: 200 },
    ],
    reached: 2,
    events: [{ action: "block" }, { action: "allow", failures: [{ source: "field", field: "my.word" }] }],
    errors: 1,
  },
  {
    name: "a field that is loaded from the body",
    rules: [{ ref: "loaded", expression: 'my.body eq "evil"', action: "block" }],
    firewall: { fields: [WHOLE] },
    exchanges: [
      { send: post("evil"), status: 403 },
      { send: post("good"), status: 200 },
    ],
    reached: 1,
    events: [{ action: "block" }],
  },
  {
    name: "more header lines than rules see, inspected",
    options: { maxHeaders: 20, oversize: "inspect" },
    exchanges: [{ send: manyHeaders(21), status: 200 }],
    reached: 1,
    events: [],
  },
  {
    name: "a body longer than rules see: 413",
    rules: [READS_BODY],
    options: { bodyLimit: 10 },
    exchanges: [
      { send: post("x".repeat(11)), ...LONG_BODY },
      { send: post("x".repeat(10)), status: 200 },
    ],
    reached: 1,
    events: [{ action: "block", service: "host", status: 413 }],
  },
  {
    name: "a content coding that cannot be undone: 415",
    // A rule that would refuse it itself comes too late.
    rules: [
      READS_BODY,
      { ref: "p", expression: 'wirewall.request.body.outcome eq "partly"', action: "block" },
    ],
    exchanges: [
      { send: { ...post("xyz"), headers: ["Content-Encoding", "rot13"] }, status: 415 },
      { send: { ...post("xyz"), headers: ["Content-Encoding", "gzip"] }, status: 415 },
      { send: { ...post("xyz"), headers: ["Content-Encoding", "identity"] }, status: 200 },
    ],
    reached: 1,
    events: [
      { action: "block", service: "host", status: 415 },
      { action: "block", service: "host", status: 415 },
    ],
  },
  {
    name: "a body longer than the firewall reads: 413",
    rules: [READS_BODY],
    firewall: { limits: { request: { maxBodyBytes: 10 } } },
    exchanges: [{ send: post(`${"x".repeat(11)}evil`), ...LONG_BODY }],
    reached: 0,
    events: [{ status: 413 }],
  },
  {
    name: "a long body that no rule reads",
    options: { bodyLimit: 10 },
    exchanges: [{ send: post("x".repeat(11)), status: 200 }],
    reached: 1,
    events: [],
  },
  {
    name: "a body longer than rules see, inspected",
    rules: [READS_BODY],
    options: { bodyLimit: 10, oversize: "inspect" },
    exchanges: [
      { send: post(`evil${"x".repeat(20)}`), status: 403 },
      { send: post(`${"x".repeat(20)}evil`), status: 200 },
    ],
    reached: 1,
    events: [{ action: "block" }],
  },
  {
    name: "a slow body: 408",
    rules: [READS_BODY],
    options: { bodyTimeout: 40 },
    exchanges: [
      {
        send: { ...post("abc"), unfinished: true },
        ...refusal(408, "the client sends its body too slowly"),
      },
    ],
    reached: 0,
    events: [{ action: "block", service: "host", status: 408 }],
  },
  {
    name: "a challenge posed, answered and cleared",
    rules: ASKS,
    firewall: { challenge: provider },
    exchanges: [
      { send: {}, status: 403, headers: { "x-challenge": "js_challenge" }, body: /^prove it, / },
      { send: { ...post("lie"), path: "/answer" }, status: 403, headers: { "x-bad": undefined }, body: "no" },
      { send: { ...post("proof"), path: "/answer?x" }, status: 303, headers: { "set-cookie": ["pass=1"] } },
      { send: { headers: ["Cookie", "pass=1"] }, status: 200 },
      { send: { path: "/answers" }, status: 403 },
    ],
    reached: 1,
    // The answers to a challenge are no requests that rules evaluate.
    events: [{ action: "challenge" }, { action: "allow" }, { action: "challenge" }],
  },
  {
    name: "a provider, which sees the first part of a long answer",
    firewall: {
      challenge: {
        ...provider,
        answer: (_request, body) => ({ status: 403, headers: [], body: `${body.length}` }),
      },
    },
    exchanges: [{ send: { ...post("x".repeat(20_000)), path: "/answer" }, status: 403, body: "16384" }],
    reached: 0,
    events: [],
  },
  ...[204, 205, 304].map(
    (status): Row => ({
      name: `a provider's answer with status ${status}, which has no body`,
      firewall: {
        challenge: {
          ...provider,
          answer: () => ({
            status,
            headers: [
              ["x-good", "1"],
              ["content-length", "4"],
            ],
            body: "text",
          }),
        },
      },
      exchanges: [
        {
          send: { ...post("x"), path: "/answer" },
          status,
          // Node says of the body of a 205 that it is empty.
          headers: {
            "x-good": "1",
            "content-length": status === 205 ? expect.toBeOneOf([undefined, "0"]) : undefined,
          },
          body: "",
        },
        { send: {}, status: 200 },
      ],
      reached: 1,
      events: [],
    }),
  ),
  {
    name: "a provider's answer of another length than it says",
    firewall: {
      challenge: {
        ...provider,
        answer: () => ({ status: 403, headers: [["Content-Length", "500"]], body: "text" }),
      },
    },
    exchanges: [{ send: { ...post("x"), path: "/answer" }, status: 403, body: "text" }],
    reached: 0,
    events: [],
  },
  {
    name: "a challenge whose answer cannot be sent",
    errors: 1,
    firewall: {
      challenge: { ...provider, answer: () => ({ status: 700, headers: [], body: "" }) },
    },
    exchanges: [{ send: { ...post("x"), path: "/answer" }, status: 503 }],
    reached: 0,
    events: [],
  },
  {
    name: "a challenge of which a header cannot be sent",
    rules: ASKS,
    firewall: {
      challenge: {
        ...provider,
        challenge: () => ({
          status: 401,
          headers: [
            ["x-good", "1"],
            ["x-bad", "a\nb"],
            ["x bad", "1"],
          ],
          body: "prove it",
        }),
      },
    },
    exchanges: [{ send: {}, status: 401, headers: { "x-good": "1", "x-bad": undefined }, body: "prove it" }],
    reached: 0,
    events: [{ action: "challenge" }],
  },
  {
    name: "a challenge that no provider poses",
    rules: ASKS,
    exchanges: [{ send: {}, status: 403 }],
    reached: 0,
    events: [{ action: "challenge" }],
  },
  {
    name: "a provider that throws, closed",
    errors: 1,
    rules: ASKS,
    firewall: { challenge: { ...provider, answer: () => fail() } },
    exchanges: [{ send: { ...post("x"), path: "/answer" }, status: 503 }],
    reached: 0,
    events: [],
  },
  {
    name: "a provider that throws, open",
    errors: 1,
    firewall: { failure: "open", challenge: { ...provider, answer: () => fail() } },
    exchanges: [{ send: { ...post("x"), path: "/answer" }, status: 200 }],
    reached: 1,
    events: [],
  },
  {
    name: "a refusal whose page cannot be made stays a refusal",
    errors: 2,
    rules: [block('http.request.method eq "POST"')],
    phases: STATUS,
    firewall: { failure: "open" },
    options: { pages: { wording: () => fail() } },
    site: { status: 500 },
    exchanges: [
      { send: post("x"), ...refusal(403, "this request was refused") },
      { send: {}, ...refusal(403, "this request was refused") },
    ],
    reached: 1,
    events: [
      { action: "block", service: "custom", status: 403 },
      { action: "block", status: 403 },
    ],
  },
  {
    name: "a challenge that cannot be posed, open",
    errors: 1,
    rules: ASKS,
    firewall: { failure: "open", challenge: { ...provider, challenge: () => fail() } },
    exchanges: [{ send: {}, status: 200 }],
    reached: 1,
    events: [{ action: "challenge" }],
  },
  {
    name: "what the head decides does not wait for the body",
    rules: [block("true"), { ...READS_BODY, ref: "reads" }],
    exchanges: [{ send: { ...post("abc"), unfinished: true }, status: 403 }],
    reached: 0,
    events: [{ action: "block" }],
  },
  {
    name: "a page for who asks for one, with the embedder's wording",
    rules: [block("true")],
    options: { pages: { referenceHeader: "x-ref", contact: "help@a.example" } },
    exchanges: [
      {
        send: { headers: ["Accept", "text/html"] },
        status: 403,
        headers: { "content-type": "text/html; charset=utf-8", "x-ref": expect.any(String) },
        body: /help@a\.example/,
      },
      { send: { headers: ["Accept", "application/json"] }, status: 403, body: /^\{/ },
    ],
    reached: 0,
    events: [{ action: "block" }, { action: "block" }],
  },
  {
    name: "an answer that a gRPC client understands",
    rules: [block("true")],
    exchanges: [
      {
        send: { ...post("x"), headers: ["Content-Type", "application/grpc"] },
        status: 200,
        headers: { "grpc-status": expect.stringMatching(/^\d+$/) },
        body: "",
      },
    ],
    reached: 0,
    events: [{ action: "block" }],
  },
  {
    name: "a firewall that fails, closed",
    errors: 1,
    around: () => brokenWaf(),
    exchanges: [{ send: post("x"), ...refusal(503, "the firewall cannot evaluate requests now", "") }],
    reached: 0,
    events: [],
  },
  {
    name: "a firewall that fails, open",
    errors: 1,
    around: () => brokenWaf({ failure: "open" }),
    exchanges: [{ send: post("x"), status: 200 }],
    reached: 1,
    events: [],
  },
  {
    name: "response headers set, added and removed",
    phases: {
      http_response_headers_transform: [
        headerRule("x-set", { operation: "set", value: "1" }),
        headerRule("x-added", { operation: "add", value: "2" }),
        headerRule("x-removed", { operation: "remove" }),
        headerRule("x-echo", { operation: "set", expression: "url_decode(http.request.uri.query)" }),
      ],
    },
    site: {
      headers: [
        ["x-set", "0"],
        ["x-added", "1"],
        ["x-removed", "0"],
        ["x-echo", "0"],
      ],
    },
    exchanges: [
      {
        send: { path: "/?%01" },
        status: 200,
        headers: { "x-set": "1", "x-added": "1, 2", "x-removed": undefined, "x-echo": undefined },
      },
      { send: { path: "/?fine" }, status: 200, headers: { "x-echo": "fine" } },
    ],
    reached: 2,
    events: [{ action: "allow" }, { action: "allow" }],
  },
  {
    name: "changes to the response that are known before there is one",
    around: (waf) =>
      decidingOn(waf, [
        { operation: "set", name: "x-set", value: "1" },
        { operation: "set", name: "x-bad", value: "a\nb" },
        { operation: "add", name: "x-bad-too", value: "\0" },
        { operation: "remove", name: "x removed" },
      ]),
    exchanges: [
      { send: {}, status: 200, headers: { "x-set": "1", "x-bad": undefined, "x-bad-too": undefined } },
    ],
    reached: 1,
    events: [],
  },
  {
    name: "a response that does not end in the time for which it is held",
    phases: LEAK,
    options: { responseHoldTime: 40 },
    site: { body: "a secret", endless: true },
    exchanges: [{ send: {}, status: 403 }],
    reached: 1,
    events: [{ action: "block" }],
  },
  {
    name: "a response blocked by its status",
    phases: STATUS,
    site: { status: 500, headers: [["x-site", "1"]], body: "stack trace" },
    exchanges: [{ send: {}, status: 403, headers: { "x-site": undefined }, body: /Reference|reference/ }],
    reached: 1,
    events: [{ action: "block" }],
  },
  {
    name: "a response that a rule on its status lets pass",
    phases: STATUS,
    site: { status: 404, headers: [["x-site", "1"]], body: "not here" },
    exchanges: [{ send: {}, status: 404, headers: { "x-site": "1" }, body: "not here" }],
    reached: 1,
    events: [],
  },
  {
    name: "a response blocked by its body",
    phases: LEAK,
    site: { body: "a secret" },
    exchanges: [{ send: {}, status: 403 }],
    reached: 1,
    events: [{ action: "block" }],
  },
  ...["gzip", "GZip", "x-gzip"].map(
    (coding): Row => ({
      name: `a response blocked by what its coding hides: ${coding}`,
      phases: LEAK,
      site: { headers: [["content-encoding", coding]], body: gzipSync("a secret").toString("latin1") },
      exchanges: [{ send: {}, status: 403 }],
      reached: 1,
      events: [{ action: "block" }],
    }),
  ),
  ...["\x1f\x8b a secret", "x^ a secret"].map((body) => ({
    name: `a plain response that begins as coded ones do: ${JSON.stringify(body)}`,
    phases: LEAK,
    site: { body },
    exchanges: [{ send: {}, status: 403 }],
    reached: 1,
    events: [{ action: "block" }],
  })),
  {
    name: "a response that a rule refuses for what the request's body said",
    phases: {
      http_response_firewall_headers: [
        block('http.request.body.raw contains "evil" and http.response.code eq 200'),
      ],
    },
    exchanges: [
      { send: post("evil"), status: 403 },
      { send: post("good"), status: 200 },
      { send: {}, status: 200 },
    ],
    reached: 3,
    events: [{ action: "block" }],
  },
  {
    name: "a response whose body passes, longer than rules see",
    phases: LEAK,
    options: { responseBodyLimit: 10 },
    site: { body: `${"x".repeat(5000)}secret` },
    exchanges: [{ send: {}, status: 200, body: `${"x".repeat(5000)}secret` }],
    reached: 1,
    events: [],
  },
  ...[
    { coding: "as it is", site: { body: "x".repeat(5000) } },
    {
      coding: "under its coding",
      site: {
        headers: [["content-encoding", "gzip"] as const],
        body: gzipSync("x".repeat(5000)).toString("latin1"),
      },
    },
  ].map(({ coding, site }) => ({
    name: `the size of a response longer than rules see, ${coding}`,
    phases: {
      http_response_firewall_body: [
        block("wirewall.response.body.size eq 10 and wirewall.response.body.truncated"),
      ],
    },
    options: { responseBodyLimit: 10 },
    site,
    exchanges: [{ send: {}, status: 403 }],
    reached: 1,
    events: [{ action: "block" }],
  })),
  {
    name: "a response to HEAD, which has no body to wait for",
    phases: LEAK,
    exchanges: [{ send: { method: "HEAD" }, status: 200, body: "" }],
    reached: 1,
    events: [],
  },
  {
    name: "a firewall that fails on responses, closed",
    errors: 1,
    phases: STATUS,
    around: failingOnResponses,
    exchanges: [{ send: {}, ...refusal(503, "the firewall cannot evaluate responses now") }],
    reached: 1,
    events: [{ action: "block", service: "host", status: 503 }],
  },
  {
    name: "a firewall that fails on responses, open",
    errors: 1,
    phases: STATUS,
    firewall: { failure: "open" },
    around: failingOnResponses,
    exchanges: [{ send: {}, status: 200, body: "action allow" }],
    reached: 1,
    events: [],
  },
];

/** So many lines in all, with those that each client sends. */
function manyHeaders(count: number): Outgoing {
  return { headers: Array.from({ length: count }, (_, at) => [`X-${at}`, "1"]).flat() };
}

describe.each(hosts)("%s, by the table of the gate", (_name, start) => {
  test.each(rows)("$name", async ({ rules = [], exchanges, reached, events, errors = 0, ...scene }) => {
    const reported: unknown[] = [];
    const onError = (error: unknown) => void reported.push(error);
    const host = await start(rules, { ...scene, options: { onError, ...scene.options } });
    for (const { send, status, headers = {}, body } of exchanges) {
      const reply = await host.send(send);
      expect(reply.status).toBe(status);
      for (const [name, value] of Object.entries(headers)) {
        expect(reply.headers[name]).toEqual(value);
      }
      if (typeof body === "string") expect(reply.body === body).toBe(true);
      else if (body !== undefined) expect(reply.body).toMatch(body);
    }
    expect(host.reached.length).toBe(reached);
    await expect.poll(() => host.events.length).toBe(events.length);
    expect(host.events).toMatchObject(events);
    expect(reported.length).toBe(errors);
  });

  test("a reference in the answer of the host itself is that of its event", async () => {
    const host = await start([READS_BODY], { options: { bodyTimeout: 40 } });
    const { body } = await host.send({ ...post("xx"), unfinished: true });
    await expect.poll(() => host.events.length).toBe(1);
    expect(body).toContain(`Reference: ${host.events[0]?.id}\n`);
  });

  test.each(["text/event-stream", "Text/Event-Stream; charset=utf-8"])(
    "an event stream is not held: %s",
    async (type) => {
      const host = await start([LOGS], {
        phases: LEAK,
        options: { responseHoldTime: 600_000 },
        site: { headers: [["content-type", type]], body: "data: secret\n\n", endless: true },
      });
      const leave = new AbortController();
      const reading = host.send({ signal: leave.signal });
      // The event is written once the response is on its way.
      await expect.poll(() => host.events.length).toBe(1);
      leave.abort();
      await expect(reading).rejects.toThrow();
    },
  );

  test("a client that leaves in the middle of its body is no error of the firewall", async () => {
    const errors: unknown[] = [];
    const onError = (error: unknown) => void errors.push(error);
    const host = await start([READS_BODY], { options: { onError } });
    const signal = AbortSignal.timeout(50);
    await expect(host.send({ ...post("abc"), unfinished: true, signal })).rejects.toThrow();
    expect((await host.send(post("abc"))).status).toBe(200);
    expect([host.reached, errors]).toEqual([["abc"], []]);
  });
});

describe.each(hosts)("%s, headers of requests that rules change", (_name, start) => {
  test("headers that can be sent are changed, and others taken away", async () => {
    const host = await start([], {
      phases: {
        http_request_late_transform: [
          headerRule("x-set", { operation: "set", expression: "url_decode(http.request.uri.query)" }),
          headerRule("x-added", { operation: "add", expression: "url_decode(http.request.uri.query)" }),
          headerRule("x-removed", { operation: "remove" }),
        ],
      },
    });
    const headers = ["X-Set", "0", "X-Added", "0", "X-Removed", "0"];
    expect((await host.send({ path: "/?%01", headers })).status).toBe(200);
    expect((await host.send({ path: "/?fine", headers: headers.slice(0, 2) })).status).toBe(200);
    const [changed, fine] = host.lines.map((lines) => ["x-set", "x-added", "x-removed"].map((x) => lines[x]));
    expect(changed).toEqual([undefined, "0", undefined]);
    expect(fine).toEqual(["fine", "fine", undefined]);
  });
});

const OTHER_METHOD: [string, Outgoing] = ["another method", posted("text/plain", "x", { method: "PUT" })];

const BINARY = Buffer.from(Array.from({ length: 2048 }, (_, at) => (at * 7) & 255));

const bytesSent = ({ body = "" }: Outgoing): string =>
  typeof body === "string" || Buffer.isBuffer(body) ? body.toString("latin1") : body.join("");

// Platforms for fetch handlers have no such response.
test.each(hosts.filter(([name]) => name !== "fetch handler"))(
  "%s judges the body of a response to which none belongs",
  async (_name, start) => {
    for (const [body, status] of [
      ["a secret", 403],
      ["none", 205],
    ] as const) {
      const host = await start([], { phases: LEAK, site: { status: 205, body } });
      const reply = await host.send();
      expect(reply.status).toBe(status);
      expect(reply.body).not.toContain("secret");
    }
  },
);

describe.each(hosts)("%s, challenge round trip with POST replay", (name, start) => {
  const asking: Scene = { firewall: { challenge: pow() } };
  const pose = async (host: Host, outgoing: Outgoing): Promise<SolvedPage> => {
    const asked = await host.send(outgoing);
    expect(asked.status).toBe(403);
    return solve(asked.body);
  };

  test.each<[what: string, outgoing: Outgoing]>([
    ["a form", posted("application/x-www-form-urlencoded", "name=Ann&note=a+b%26c")],
    ["an empty form", posted("application/x-www-form-urlencoded", "")],
    ["no body at all", { method: "POST", path: "/form?a=1&b=%2f", headers: PAGE }],
    ["a chunked form", posted("application/x-www-form-urlencoded", "a=1", { chunked: true })],
    ["a form in pieces", posted("text/plain", ["a", "=1\r\n", "b=2"])],
    ["any bytes", posted("application/octet-stream", BINARY)],
    [
      "a multipart form",
      posted(
        'multipart/form-data; boundary="-x-"',
        Buffer.concat([
          Buffer.from('---x-\r\nContent-Disposition: form-data; name="f"; filename="a"\r\n\r\n'),
          BINARY,
          Buffer.from("\r\n---x---\r\n"),
        ]),
      ),
    ],
    [
      "a compressed body",
      posted("application/json", gzipSync('{"a":1}'), { headers: ["Content-Encoding", "gzip"] }),
    ],
    ["as much as is kept", posted("text/plain", "x".repeat(65_536))],
    // Behind a guard see below.
    ...(name.includes("guard") ? [] : [OTHER_METHOD]),
  ])("%s comes back as it was", async (_what, outgoing) => {
    const host = await start(ASKS, asking);
    const page = await pose(host, outgoing);
    expect(host.targets).toEqual([]);
    const reply = await host.send(answering(page));
    expect([reply.status, reply.body]).toEqual([200, "action allow"]);
    expect(reply.headers["set-cookie"]).toEqual([expect.stringMatching(/^wirewall_clearance=/)]);
    expect(host.targets).toEqual([`${outgoing.method} ${outgoing.path}`]);
    expect(host.reached[0] === bytesSent(outgoing)).toBe(true);
    const [lines = {}] = host.lines;
    const headers = outgoing.headers ?? [];
    for (const name of ["content-type", "content-encoding"]) {
      const at = headers.findIndex((text) => text.toLowerCase() === name);
      expect(lines[name]).toBe(at === -1 ? undefined : headers[at + 1]);
    }
    expect(lines["content-length"]).toBe(`${bytesSent(outgoing).length}`);
    expect(lines["transfer-encoding"]).toBeUndefined();
    expect(lines["cookie"]).toBe(String(reply.headers["set-cookie"]).split(";")[0]);
    // The answer itself has none.
    await expect.poll(() => host.events.map(({ action }) => action)).toEqual(["challenge", "allow"]);
  });

  test("a body that rules have read already comes back too, and they judge it anew", async () => {
    const reads: Rule = { ...ASKS[0]!, expression: 'http.request.body.raw contains "n"' };
    const forbids: Rule = {
      ref: "b",
      expression: 'http.request.body.raw contains "evil" and http.cookie contains "wirewall_clearance="',
      action: "block",
    };
    const host = await start([reads, forbids], asking);
    const fine = await host.send(answering(await pose(host, posted("text/plain", "nice"))));
    expect([fine.status, host.reached]).toEqual([200, ["nice"]]);
    const refused = await host.send(answering(await pose(host, posted("text/plain", "evil n"))));
    expect([refused.status, host.reached.length]).toEqual([403, 1]);
    // A solved challenge stays solved.
    expect(refused.headers["set-cookie"]).toEqual([expect.stringMatching(/^wirewall_clearance=/)]);
    await expect.poll(() => host.events.at(-1)).toMatchObject({ action: "block", status: 403 });
  });

  test("the site's own cookies, and rules on its response, do not replace the clearance", async () => {
    const host = await start(ASKS, { ...asking, phases: LEAK, site: { headers: [["set-cookie", "a=1"]] } });
    const reply = await host.send(answering(await pose(host, posted("text/plain", "x"))));
    expect(reply.headers["set-cookie"]).toEqual(["a=1", expect.stringMatching(/^wirewall_clearance=/)]);
    const leaky = await start(ASKS, { ...asking, phases: LEAK, site: { body: "secret" } });
    const refused = await leaky.send(answering(await pose(leaky, posted("text/plain", "x"))));
    expect(refused.status).toBe(403);
    expect(refused.headers["set-cookie"]).toEqual([expect.stringMatching(/^wirewall_clearance=/)]);
  });

  // What has called a guard may have routed the request by the method of the answer.
  const routed: [string, ChallengeProvider, Outgoing][] = name.includes("guard")
    ? ["PUT", "PATCH", "DELETE"].map((method) => [
        `of ${method}`,
        pow(),
        posted("text/plain", "x", { method }),
      ])
    : [];
  test.each<[what: string, provider: ChallengeProvider, outgoing: Outgoing]>([
    ...routed,
    ["that is longer than is kept", pow(), posted("text/plain", "x".repeat(65_537))],
    [
      "of unknown length",
      pow({ maxReplayBytes: 10 }),
      posted("text/plain", "x".repeat(11), { chunked: true }),
    ],
    ["where none is kept", pow({ maxReplayBytes: 0 }), posted("text/plain", "x")],
    [
      "whose head is too long",
      pow(),
      posted("text/plain", "x", { headers: ["Referer", `/${"r".repeat(9000)}`] }),
    ],
  ])("a body %s must be sent again", async (_what, challenge, outgoing) => {
    const host = await start(ASKS, { firewall: { challenge } });
    const asked = await host.send(outgoing);
    expect(asked.body).toContain("Please go back when the check is done, and send it again.");
    const page = solve(asked.body);
    expect([page.action, page.fields["request"]]).toEqual([challenge.answerPath, undefined]);
    const solved = await host.send(answering(page));
    expect([solved.status, solved.headers["location"]]).toEqual([200, undefined]);
    expect(solved.body).toContain("send it again");
    expect(solved.body).toContain('<a href="/form?a=1&amp;b=%2f">');
    expect(solved.headers["set-cookie"]).toEqual([expect.stringMatching(/^wirewall_clearance=/)]);
    expect(host.targets).toEqual([]);
  });

  test("GET and HEAD, and clients that take no page, get what they got", async () => {
    const host = await start(ASKS, asking);
    const page = await host.send({ path: "/a", headers: PAGE });
    expect(Object.keys(solve(page.body).fields)).toEqual(["token", "answer"]);
    expect(solve(page.body).action).toBe(pow().answerPath);
    expect(await host.send({ method: "HEAD", headers: PAGE })).toMatchObject({ status: 403, body: "" });
    const json = {
      ...posted("application/json", "{}"),
      headers: ["Accept", "application/json"],
      unfinished: true,
    };
    const refused = await host.send(json);
    expect(refused.headers["content-type"]).toMatch(/^application\/(?:problem\+)?json/);
  });

  test("a body that does not arrive", async () => {
    const host = await start(ASKS, { ...asking, options: { bodyTimeout: 40 } });
    expect((await host.send(posted("text/plain", "x", { unfinished: true }))).status).toBe(408);
    expect(host.targets).toEqual([]);
  });

  test("an answer counts once", async () => {
    const host = await start(ASKS, asking);
    const page = await pose(host, posted("text/plain", "x"));
    const statuses = [];
    for (const _ of [1, 2]) statuses.push((await host.send(answering(page))).status);
    expect([statuses, host.reached]).toEqual([[200, 403], ["x"]]);
    const form = answering(await pose(host, posted("text/plain", "y")));
    const replies = await Promise.all([1, 2, 3].map(() => host.send(form)));
    expect(replies.map(({ status }) => status).toSorted()).toEqual([200, 403, 403]);
  });

  test("answers are also taken under the provider's own path", async () => {
    const host = await start(ASKS, asking);
    const page = await pose(host, posted("text/plain", "x"));
    const reply = await host.send(answering({ ...page, action: pow().answerPath }));
    expect([reply.status, host.targets]).toEqual([200, ["POST /form?a=1&b=%2f"]]);
  });

  test("what is posted to the address of an answer, and is none, goes on to the site's", async () => {
    const host = await start(ASKS, asking);
    const { action } = await pose(host, posted("text/plain", "x"));
    for (const outgoing of [
      { path: action },
      { path: action, method: "POST", body: "token=1&name=2" },
      { path: action, method: "POST", body: "x".repeat(200_000) },
    ]) {
      const { status, headers } = await host.send(outgoing);
      expect([status, headers["location"]]).toEqual([307, "/form?a=1&b=%2f"]);
    }
    expect(host.targets).toEqual([]);
  });

  test.each<[what: string, headers: readonly string[], status: number]>([
    ["a page of another site", ["Sec-Fetch-Site", "cross-site", "Origin", "https://evil.example"], 403],
    ["a page of a sibling", ["Sec-Fetch-Site", "same-site"], 403],
    ["another origin", ["Origin", "https://evil.example"], 403],
    ["no origin", ["Origin", "null"], 403],
    ["another port", ["Host", "a.example:81", "Origin", "http://a.example"], 403],
    ["its own page", ["Sec-Fetch-Site", "same-origin", "Origin", "null"], 200],
    ["its own origin", ["Origin", "https://A.example:443"], 200],
  ])("an answer from %s", async (_what, headers, status) => {
    const host = await start(ASKS, asking);
    const named = (own: readonly string[]) => (own.includes("Host") ? [] : ["Host", "a.example"]);
    const page = await pose(host, posted("text/plain", "x", { headers: ["Host", "a.example"] }));
    const reply = await host.send(answering(page, [...named(headers), ...headers]));
    expect([reply.status, host.reached.length]).toEqual([status, status === 200 ? 1 : 0]);
    expect(reply.headers["set-cookie"] === undefined).toBe(status === 403);
  });

  test("a form of another site stays one: with its origin, and without cookies that it did not have", async () => {
    const host = await start(ASKS, asking);
    const foreign = [
      "Origin",
      "https://evil.example",
      "Sec-Fetch-Site",
      "cross-site",
      "Cookie",
      "lax=no; none=1",
    ];
    const page = await pose(host, posted("text/plain", "x", { headers: foreign.with(5, "none=1") }));
    const own = [
      "Origin",
      "http://a.example",
      "Sec-Fetch-Site",
      "same-origin",
      "Cookie",
      "strict=1; none=2; lax=1",
    ];
    const reply = await host.send(answering(page, own));
    if (name.includes("guard")) {
      // What is in front of it may have found a session by those cookies.
      expect([reply.status, host.reached]).toEqual([303, []]);
      return;
    }
    expect(reply.status).toBe(200);
    const clearance = String(reply.headers["set-cookie"]).split(";")[0];
    expect(host.lines[0]).toMatchObject({
      origin: "https://evil.example",
      "sec-fetch-site": "cross-site",
      cookie: `${clearance}; none=2`,
    });
  });

  test.each<
    [what: string, change: (page: SolvedPage, other: SolvedPage) => SolvedPage, headers?: readonly string[]]
  >([
    ["forged", ({ fields, ...page }) => ({ ...page, fields: { ...fields, request: "x".repeat(60) } })],
    [
      "cut",
      ({ fields, ...page }) => ({ ...page, fields: { ...fields, request: fields["request"]!.slice(0, -1) } }),
    ],
    [
      "of another challenge",
      (page, { fields }) => ({ ...page, fields: { ...page.fields, request: fields["request"]! } }),
    ],
    [
      "that is a token",
      ({ fields, ...page }) => ({ ...page, fields: { ...fields, request: fields["token"]! } }),
    ],
    ["under another address", (page) => ({ ...page, action: page.action.replace("a=1", "a=2") })],
    ["under the provider's path with a query", (page) => ({ ...page, action: `${pow().answerPath}?q=1` })],
    ["of another client", (page) => page, ["User-Agent", "another"]],
    ["for another host", (page) => page, ["Host", "other.example"]],
    [
      "named as a prototype",
      ({ fields, ...page }) => ({
        ...page,
        fields: { token: "__proto__", answer: "constructor", request: fields["request"]! },
      }),
    ],
    ["huge", ({ fields, ...page }) => ({ ...page, fields: { ...fields, request: "A".repeat(300_000) } })],
  ])("a request that is %s does not come back", async (_what, change, headers = []) => {
    const host = await start(ASKS, asking);
    const [page, other] = [
      await pose(host, posted("text/plain", "x")),
      await pose(host, posted("text/plain", "y")),
    ];
    const reply = await host.send(answering(change(page, other), headers));
    expect([403, 413, 307]).toContain(reply.status);
    expect([host.reached, reply.headers["set-cookie"]]).toEqual([[], undefined]);
    // A solution pays for one answer, whatever it brings; a challenge that was not solved can still be.
    const isSolved = headers.length === 0 && reply.body.includes("is not what this browser has sent");
    expect((await host.send(answering(page))).status).toBe(isSolved ? 403 : 200);
  });

  test("a secret that is being replaced still opens", async () => {
    const [old, next] = ["the secret of before", "the secret from now on"];
    const before = await start(ASKS, { firewall: { challenge: pow({ secret: old }) } });
    const named = ["Host", "a.example"];
    const page = await pose(before, posted("text/plain", "x", { headers: named }));
    const after = await start(ASKS, { firewall: { challenge: pow({ secret: [next, old] }) } });
    expect((await after.send(answering(page, named))).status).toBe(200);
    const without = await start(ASKS, { firewall: { challenge: pow({ secret: next }) } });
    expect((await without.send(answering(page, named))).status).toBe(403);
    expect([after.reached, without.reached]).toEqual([["x"], []]);
  });
});
