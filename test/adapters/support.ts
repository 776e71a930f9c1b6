import {
  createServer,
  request as httpRequest,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from "node:http";
import { type AddressInfo, connect } from "node:net";
import { onTestFinished } from "vitest";
import { createProxy, type ProxyOptions, type WafProxy } from "../support/source/adapters/proxy.ts";
import {
  createWaf,
  uncheckedRuleset,
  type Waf,
  type WafEvent,
  type WafOptions,
} from "../support/source/index.ts";

/** What an upstream received. */
export interface Received {
  readonly method: string;
  readonly url: string;
  /** Lines in order. */
  readonly lines: readonly (readonly [string, string])[];
  readonly body: string;
  header(name: string): string | undefined;
}

export interface Upstream {
  readonly url: string;
  readonly server: Server;
  readonly received: Received[];
}

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** A server that notes what it gets and answers with `ok`, or as told. */
export async function upstream(handler?: Handler): Promise<Upstream> {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("error", () => response.destroy());
    request.on("end", () => {
      const lines: [string, string][] = [];
      for (let at = 0; at + 1 < request.rawHeaders.length; at += 2)
        lines.push([request.rawHeaders[at]!, request.rawHeaders[at + 1]!]);
      received.push({
        method: request.method ?? "",
        url: request.url ?? "",
        lines,
        body: Buffer.concat(chunks).toString("latin1"),
        header: (name) => lines.find(([other]) => other.toLowerCase() === name)?.[1],
      });
      if (handler === undefined) response.end("ok");
      else handler(request, response);
    });
  });
  const url = await listen(server);
  return { url, server, received };
}

export function listen(server: Server): Promise<string> {
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () =>
      resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`),
    );
  });
}

export interface Rule {
  readonly ref: string;
  readonly expression: string;
  readonly action: string;
  readonly action_parameters?: unknown;
}

/** Rules by phase; the custom phase is called `custom`. */
export function wafOf(
  phases: Readonly<Record<string, readonly Rule[]>>,
  options: WafOptions = {},
): { readonly waf: Waf; readonly events: WafEvent[] } {
  const events: WafEvent[] = [];
  const rulesets = Object.entries(phases).map(([phase, rules]) =>
    uncheckedRuleset({ name: phase, kind: "zone", phase, rules }),
  );
  const waf = createWaf(
    { rulesets },
    { ...options, events: [{ name: "test", write: (event) => void events.push(event) }] },
  );
  return { waf, events };
}

/** A firewall of which nothing works but the facts for hosts. */
export function brokenWaf(options: WafOptions = {}): Waf {
  const { host, snapshot, hostNeeds } = createWaf({}, options);
  const begin = () => {
    throw new Error("out of order");
  };
  return { host, snapshot, hostNeeds, begin } as unknown as Waf;
}

export interface TestProxy {
  readonly url: string;
  readonly port: number;
  readonly proxy: WafProxy;
  readonly events: readonly WafEvent[];
  readonly errors: readonly string[];
}

export async function proxyFor(
  target: string,
  phases: Readonly<Record<string, readonly Rule[]>>,
  options: Partial<ProxyOptions> = {},
  wafOptions: WafOptions = {},
): Promise<TestProxy> {
  const { waf, events } = wafOf(phases, wafOptions);
  const errors: string[] = [];
  const proxy = createProxy({
    waf,
    upstream: target,
    onError: (error, reference) => errors.push(`${reference} ${error.message}`),
    ...options,
  });
  onTestFinished(() => proxy.close(0));
  const { port } = await proxy.listen(0);
  return { url: `http://127.0.0.1:${port}`, port, proxy, events, errors };
}

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
  readonly trailers: Readonly<Record<string, string | undefined>>;
}

/** One request on a connection of its own. Headers as a flat list keep their order and spelling. */
export function send(
  url: string,
  init: {
    readonly method?: string;
    readonly headers?: readonly string[];
    readonly body?: string | Buffer;
    readonly path?: string;
  } = {},
): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const { hostname, port, pathname, search } = new URL(url);
    const hasHost = init.headers?.some((text, at) => at % 2 === 0 && text.toLowerCase() === "host") === true;
    const headers = [...(hasHost ? [] : ["Host", `${hostname}:${port}`]), ...(init.headers ?? [])];
    const body = init.body === undefined ? undefined : Buffer.from(init.body);
    if (body !== undefined && !/content-length|transfer-encoding/i.test(headers.join("\n")))
      headers.push("Content-Length", String(body.length));
    const request = httpRequest(
      {
        // Sockets take an IPv6 address without the brackets of a URL.
        hostname: hostname.replace(/^\[|\]$/g, ""),
        port,
        path: init.path ?? pathname + search,
        method: init.method ?? "GET",
        headers: headers as never,
        agent: false,
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("error", reject);
        response.on("end", () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: Buffer.concat(chunks).toString("latin1"),
            trailers: response.trailers,
          }),
        );
      },
    );
    request.on("error", reject);
    request.end(body);
  });
}

/** Bytes on a bare connection, and everything that comes back until it ends. */
export function sendRaw(port: number, bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1", () => socket.write(bytes, "latin1"));
    const chunks: Buffer[] = [];
    socket.on("data", (chunk) => chunks.push(chunk));
    socket.on("error", reject);
    socket.on("close", () => resolve(Buffer.concat(chunks).toString("latin1")));
  });
}
