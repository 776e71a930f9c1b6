import type { X509Certificate } from "node:crypto";
import { connect as connectTcp, type Socket } from "node:net";
import { connect as connectTls, TLSSocket } from "node:tls";
import { describe, expect, test, vi } from "vitest";
import { available } from "../support/available.ts";
import { certificates, certificatesOf } from "../support/certificates.ts";
import { remoteStore } from "../support/remote-store.ts";
import {
  BodyError,
  type GuardedRequest,
  type GuardOptions,
  guard,
  inspectBody,
  NodeRequestView,
} from "../support/source/adapters/node.ts";
import type {
  ChallengeProvider,
  ChallengeRequest,
  Decision,
  HeaderOperation,
  Transaction,
  Waf,
  WafOptions,
} from "../support/source/index.ts";
import { type Rule, wafOf } from "./support.ts";
import { type Listener, type Outgoing, type TlsIdentity, type Transport, transports } from "./transports.ts";

// What the guard and its parts do on real sockets of every kind that Node serves.

interface Site extends Listener {
  /** Decisions on requests that were let through. */
  readonly passed: Decision[];
}

interface SiteOptions {
  readonly guard?: GuardOptions;
  readonly waf?: WafOptions;
  /** A firewall round the one with the rules. */
  readonly around?: (waf: Waf) => Waf;
}

/** @param rules made once the port is known. */
async function site(
  transport: Transport,
  rules: (port: number) => Readonly<Record<string, readonly Rule[]>>,
  options: SiteOptions = {},
): Promise<Site> {
  const passed: Decision[] = [];
  let protect: ReturnType<typeof guard> | undefined;
  const listener = await transport.listen((request, response) => {
    response.setHeader("X-Site", "yes");
    response.setHeader("X-Powered-By", "a site");
    protect?.(request, response, () => {
      const { waf } = request as GuardedRequest;
      if (waf !== undefined) passed.push(waf);
      response.end("passed");
    });
  });
  const { waf } = wafOf(rules(listener.port), options.waf);
  protect = guard(options.around?.(waf) ?? waf, options.guard);
  return { ...listener, passed };
}

/** Which of the expressions hold for a request. */
async function holding(
  transport: Transport,
  expressions: (port: number) => readonly string[],
  outgoing: Outgoing,
): Promise<readonly string[]> {
  const host = await site(transport, (port) => ({
    custom: expressions(port).map((expression, at) => ({ ref: `r${at}`, expression, action: "log" })),
  }));
  expect(await host.send(outgoing)).toMatchObject({ status: 200, body: "passed" });
  const refs = host.passed[0]?.matches.map(({ rule }) => rule.ref) ?? [];
  return expressions(host.port).filter((_, at) => refs.includes(`r${at}`));
}

async function expectAll(
  transport: Transport,
  expressions: (port: number) => readonly string[],
  outgoing: Outgoing,
): Promise<void> {
  let all: readonly string[] = [];
  const found = await holding(
    transport,
    (port) => {
      all = expressions(port);
      return all;
    },
    outgoing,
  );
  expect(found).toEqual(all);
}

const everyTransport = Object.entries<Transport>(transports);
const http2Transports = everyTransport.filter(([, { version }]) => version === "HTTP/2");
const tlsTransports = everyTransport.filter(([, { encrypted }]) => encrypted);

describe.each(everyTransport)("facts of a request over %s", (_name, transport) => {
  test("its own and its connection's", async () => {
    await expectAll(
      transport,
      (port) => [
        'http.request.method eq "PUT"',
        'raw.http.request.uri eq "/a%2Fb?q=%20"',
        `http.request.version eq "${transport.version}"`,
        `wirewall.http.host.raw eq "127.0.0.1:${port}"`,
        `any(http.request.headers["host"][*] eq "127.0.0.1:${port}")`,
        'len(http.request.headers["host"]) eq 1',
        'http.request.headers["x-twice"][0] eq "1"',
        'http.request.headers["x-twice"][1] eq "2"',
        'not any(http.request.headers.names[*] contains ":")',
        transport.encrypted ? "ssl" : "not ssl",
        "ip.src eq 127.0.0.1",
        "cf.edge.server_ip eq 127.0.0.1",
        `cf.edge.server_port eq ${port}`,
        `cf.edge.client_port gt 0 and cf.edge.client_port ne ${port}`,
        "http.request.body.size eq 0",
        'http.request.body.raw eq ""',
        "not http.request.body.truncated",
      ],
      { method: "PUT", path: "/a%2Fb?q=%20", headers: ["X-Twice", "1", "X-Twice", "2"] },
    );
  });

  test("its body's", async () => {
    await expectAll(transport, () => ["http.request.body.size eq 4", 'http.request.body.raw eq "abcd"'], {
      method: "POST",
      body: "abcd",
    });
  });
});

describe.each(http2Transports)("pseudo headers over %s", (_name, transport) => {
  test("the authority stands in for Host", async () => {
    await expectAll(
      transport,
      () => [
        'http.host eq "shop.example"',
        'http.request.headers["host"][0] eq "shop.example"',
        'len(http.request.headers["host"]) eq 1',
        'any(http.request.headers["x-last"][*] eq "1")',
      ],
      { headers: [":authority", "shop.example", "X-Last", "1"] },
    );
  });
});

const encoded = (some: readonly X509Certificate[]) =>
  some.map(({ raw }) => `:${raw.toString("base64")}:`).join(", ");

function hasIssuer(socket: Socket): boolean {
  return socket instanceof TLSSocket && socket.getPeerCertificate(true).issuerCertificate !== undefined;
}

describe.each(tlsTransports)("TLS facts over %s", (_name, transport) => {
  const client = (tls: TlsIdentity): Outgoing => ({ tls });
  const PRESENTED = "cf.tls_client_auth.cert_presented";
  const VERIFIED = "cf.tls_client_auth.cert_verified";

  test("version, cipher and the name asked for", async () => {
    await expectAll(
      transport,
      () => ['cf.tls_version eq "TLSv1.3"', 'starts_with(cf.tls_cipher, "TLS_")'],
      client({ servername: "localhost" }),
    );
    const names: unknown[] = [];
    const listener = await transport.listen((request, response) => {
      names.push(new NodeRequestView(request).tls?.serverName);
      response.end();
    });
    await listener.send(client({ servername: "localhost" }));
    await listener.send();
    expect(names).toEqual(["localhost", undefined]);
  });

  test("a client without a certificate", async () => {
    await expectAll(
      transport,
      () => [
        `not ${PRESENTED}`,
        `not ${VERIFIED}`,
        'cf.tls_client_auth.cert_subject_dn eq ""',
        'cf.tls_client_auth.cert_fingerprint_sha256 eq ""',
      ],
      {},
    );
  });

  test("a client whose certificate the server can trace", async () => {
    const [own] = certificatesOf(certificates.client.cert);
    const hex = (fingerprint: string | undefined) => fingerprint?.replaceAll(":", "").toLowerCase();
    await expectAll(
      transport,
      () => [
        PRESENTED,
        VERIFIED,
        `cf.tls_client_auth.cert_subject_dn eq r"CN=client one,O=Kiwi\\, Fruit & Sons,C=NZ"`,
        'cf.tls_client_auth.cert_issuer_dn eq "CN=Test intermediate,O=Wirewall tests"',
        'cf.tls_client_auth.cert_serial eq "AB01CD"',
        `cf.tls_client_auth.cert_fingerprint_sha256 eq "${hex(own?.fingerprint256)}"`,
        `cf.tls_client_auth.cert_fingerprint_sha1 eq "${hex(own?.fingerprint)}"`,
        `cf.tls_client_auth.cert_not_before eq "${own?.validFrom}"`,
        `cf.tls_client_auth.cert_not_after eq "${own?.validTo}"`,
        `cf.tls_client_auth.cert_rfc9440 eq "${encoded(own === undefined ? [] : [own])}"`,
      ],
      client(certificates.client),
    );
  });

  // Node 24.21 tells a server nothing of the issuer, whatever the client sends along.
  test("the issuers of a client's certificate", async (context) => {
    let told = false;
    const probe = await transport.listen(({ socket }, response) => {
      told = hasIssuer(socket);
      response.end();
    });
    await probe.send(client(certificates.client));
    if (!available(told, "issuers of client certificates, which Node does not tell"))
      context.skip("Node does not tell who issued a client's certificate");
    const [, ...intermediates] = certificatesOf(certificates.client.cert);
    const issuers = [...intermediates, ...certificatesOf(certificates.ca)];
    await expectAll(
      transport,
      () => [
        'cf.tls_client_auth.cert_issuer_serial eq "1001"',
        `cf.tls_client_auth.cert_chain_rfc9440 eq "${encoded(issuers)}"`,
      ],
      client(certificates.client),
    );
  });

  test("a client whose certificate nobody knows", async () => {
    await expectAll(
      transport,
      () => [PRESENTED, `not ${VERIFIED}`, 'cf.tls_client_auth.cert_subject_dn eq "CN=stranger"'],
      client(certificates.stranger),
    );
  });
});

/** A provider that takes one answer, and notes what it is shown. */
function fakeProvider() {
  const shown: { readonly request: ChallengeRequest; readonly body?: string }[] = [];
  const provider: ChallengeProvider = {
    name: "test",
    answerPath: "/answer",
    isCleared: (_kind, request) => request.cookie("pass").includes("1"),
    challenge(kind, request, reference) {
      shown.push({ request });
      return { status: 403, headers: [["X-Challenge", kind]], body: `prove it: ${reference}` };
    },
    answer(request, body) {
      shown.push({ request, body });
      return body === "proof"
        ? {
            status: 303,
            headers: [
              ["Location", "/"],
              ["Set-Cookie", "pass=1"],
              ["Set-Cookie", "seen=1"],
            ],
            body: "",
          }
        : { status: 403, headers: [["Content-Type", "text/plain"]], body: "no" };
    },
  };
  return { provider, shown };
}

/** A firewall whose decisions on requests also change response headers. */
function changing(waf: Waf, responseHeaders: readonly HeaderOperation[]): Waf {
  const changed = <D extends Decision | undefined>(decision: D): D =>
    decision === undefined ? decision : { ...decision, changes: { ...decision.changes, responseHeaders } };
  return {
    ...waf,
    host: waf.host,
    snapshot: waf.snapshot,
    hostNeeds: waf.hostNeeds,
    begin: (...of) => {
      const inner = waf.begin(...of);
      return {
        id: inner.id,
        head: async () => changed(await inner.head()),
        body: async (body) => changed(await inner.body(body)),
        request: async () => changed(await inner.request()),
        end: () => inner.end(),
      } as Transaction;
    },
  };
}

describe.each(everyTransport)("the guard over %s", (_name, transport) => {
  test("blocks with its page, under the reference of the event", async () => {
    const host = await site(transport, () => ({
      custom: [{ ref: "b", expression: 'http.request.uri.path eq "/no"', action: "block" }],
    }));
    const refused = await host.send({ path: "/no", headers: ["Accept", "text/html"] });
    expect(refused.status).toBe(403);
    expect(refused.headers["content-type"]).toMatch(/^text\/html/);
    expect(refused.headers["content-length"]).toBe(String(refused.body.length));
    expect(refused.body).toContain(refused.headers["x-wirewall-reference"]);
    expect(await host.send({ path: "/yes" })).toMatchObject({ status: 200, body: "passed" });
    expect(host.passed.length).toBe(1);
  });

  test("waits for a store that answers later, and for the body", async () => {
    const host = await site(
      transport,
      () => ({
        custom: [{ ref: "b", expression: 'http.request.body.raw contains "evil"', action: "block" }],
        http_ratelimit: [
          {
            ref: "l",
            expression: "true",
            action: "block",
            ratelimit: { characteristics: ["ip.src"], period: 60, requests_per_period: 2 },
          },
        ],
      }),
      { waf: { counters: remoteStore() } },
    );
    const statuses: number[] = [];
    for (const body of ["evil", "one", ["t", "w", "o"], "three"])
      statuses.push((await host.send({ method: "POST", body })).status);
    expect(statuses).toEqual([403, 200, 200, 429]);
    expect(host.passed.length).toBe(2);
  });

  test.each<[HeaderOperation, name: string, value: string | undefined]>([
    [{ operation: "set", name: "X-Site", value: "changed" }, "x-site", "changed"],
    [{ operation: "set", name: "X-New", value: "1" }, "x-new", "1"],
    [{ operation: "add", name: "X-Site", value: "too" }, "x-site", "yes, too"],
    [{ operation: "add", name: "X-New", value: "1" }, "x-new", "1"],
    [{ operation: "remove", name: "x-powered-by" }, "x-powered-by", undefined],
  ])("changes the response's headers: %j", async (operation, name, value) => {
    const host = await site(transport, () => ({}), { around: (waf) => changing(waf, [operation]) });
    const reply = await host.send();
    expect(reply).toMatchObject({ status: 200, body: "passed" });
    expect(reply.headers[name]).toEqual(value);
    const untouched = Object.keys({ "x-site": "yes", "x-powered-by": "a site" }).filter(
      (other) => other !== name,
    );
    for (const other of untouched) expect(reply.headers[other]).toBeDefined();
  });

  test("poses a challenge, takes its answer before any rule, and lets pass who has proved it", async () => {
    const { provider, shown } = fakeProvider();
    const host = await site(
      transport,
      () => ({ custom: [{ ref: "ask", expression: "true", action: "managed_challenge" }] }),
      { waf: { challenge: provider } },
    );
    const asked = await host.send({ path: "/shop?a=1", headers: ["User-Agent", "ua"] });
    expect(asked).toMatchObject({ status: 403, headers: { "x-challenge": "managed_challenge" } });
    expect(asked.body).toMatch(/^prove it: \S+$/);
    expect(await host.send({ method: "POST", path: "/answer", body: "lie" })).toMatchObject({
      status: 403,
      body: "no",
    });
    const passed = await host.send({ method: "POST", path: "/answer?x", body: ["pro", "of"] });
    expect(passed).toMatchObject({
      status: 303,
      headers: { location: "/", "set-cookie": ["pass=1", "seen=1"] },
    });
    expect(shown.map(({ body }) => body)).toEqual([undefined, "lie", "proof"]);
    expect(shown[0]?.request).toMatchObject({
      client: "127.0.0.1",
      userAgent: "ua",
      host: "127.0.0.1",
      method: "GET",
      uri: "/shop?a=1",
      secure: transport.encrypted,
    });
    expect(host.passed).toEqual([]);
    expect((await host.send({ headers: ["Cookie", "pass=1"] })).status).toBe(200);
    expect((await host.send({ path: "/answers" })).status).toBe(403);
    expect(host.passed.length).toBe(1);
  });

  test("a client that leaves while it answers a challenge takes nothing down", async () => {
    const { provider } = fakeProvider();
    const errors: unknown[] = [];
    const onError = (error: unknown) => void errors.push(error);
    const host = await site(transport, () => ({}), { guard: { onError }, waf: { challenge: provider } });
    const leaving = host.send({
      method: "POST",
      path: "/answer",
      body: "pro",
      unfinished: true,
      signal: AbortSignal.timeout(30),
    });
    await expect(leaving).rejects.toThrow();
    expect((await host.send()).status).toBe(200);
    expect(errors).toEqual([]);
  });
});

describe.each(everyTransport)("a body that fails over %s", (_name, transport) => {
  const EVENTS = ["readable", "data", "end", "error", "close", "aborted"];

  test("leaves no listener and no timer behind", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    try {
      const outcomes: unknown[] = [];
      let arrived = (): void => undefined;
      const failed = (): void => undefined;
      const listener = await transport.listen((request, response) => {
        const count = () => EVENTS.map((event) => request.listenerCount(event));
        const before = count();
        const timers = vi.getTimerCount();
        inspectBody(request, 1000, { timeout: 5000 }).catch((error: unknown) => {
          outcomes.push([
            error instanceof BodyError ? [error.code, error.message] : error,
            count().join() === before.join(),
            vi.getTimerCount() - timers,
          ]);
          response.statusCode = 408;
          response.end();
          failed();
        });
        // The first bytes are looked at once the parser is done with the packet.
        setImmediate(() => setImmediate(arrived));
      });
      const unfinished: Outgoing = { method: "POST", body: "abc", unfinished: true };
      const isReading = new Promise<void>((resolve) => {
        arrived = resolve;
      });
      const slow = listener.send(unfinished);
      await isReading;
      vi.advanceTimersByTime(4999);
      expect(outcomes).toEqual([]);
      vi.advanceTimersByTime(1);
      expect((await slow).status).toBe(408);
      expect(outcomes).toEqual([[["E_BODY_TIMEOUT", "the client sends its body too slowly"], true, 0]]);
    } finally {
      vi.useRealTimers();
    }
  });
});

describe.each([
  ["http", transports.http, (port: number) => connectTcp(port, "127.0.0.1")],
  ["https", transports.https, (port: number) => connectTls({ port, host: "127.0.0.1", ca: certificates.ca })],
] as const)("a client that leaves over %s", (_name, transport, connect) => {
  test("leaves no listener and no timer behind", async () => {
    let tell: (facts: readonly unknown[]) => void = () => undefined;
    const told = new Promise<readonly unknown[]>((resolve) => {
      tell = resolve;
    });
    const listener = await transport.listen((request) => {
      const count = () =>
        ["readable", "data", "end", "error", "close"].map((event) => request.listenerCount(event));
      const before = count();
      const clear = vi.spyOn(globalThis, "clearTimeout");
      inspectBody(request, 1000, { timeout: 60_000 }).catch((error: unknown) => {
        const isCleared = clear.mock.calls.some(([timer]) => timer !== undefined);
        clear.mockRestore();
        tell([
          error instanceof BodyError ? [error.code, error.message] : error,
          count().join() === before.join(),
          isCleared,
        ]);
      });
      setTimeout(() => socket.destroy(), 10);
    });
    const socket = connect(listener.port);
    socket.on("error", () => undefined);
    socket.write("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nabc");
    const message = expect.stringMatching(
      /^the client (?:disconnected|closed the connection before its body was complete)$/,
    );
    expect(await told).toEqual([["E_BODY_ABORTED", message], true, true]);
  });
});
