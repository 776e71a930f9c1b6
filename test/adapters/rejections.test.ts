import { connect } from "node:net";
import { describe, expect, test } from "vitest";
import { protect } from "../support/source/adapters/fetch.ts";
import { guard } from "../support/source/adapters/node.ts";
import { proxyFor, type Rule, upstream, wafOf } from "./support.ts";
import { http1Client, type Outgoing, textOf, transports } from "./transports.ts";

// What hosts reject without a rule looks as what rules block: a page, or data, with the reference of the event.

const READS: Rule = { ref: "b", expression: 'http.request.body.raw contains "evil"', action: "block" };
const HTML = ["Accept", "text/html,*/*;q=0.8"];
const JSON_TYPE = ["Accept", "application/json"];
const long: Outgoing = { method: "POST", body: "x".repeat(40), headers: [] };
const many = Array.from({ length: 30 }, (_, at) => [`X-${at}`, "1"]).flat();
const options = { bodyLimit: 20, maxHeaders: 20 };

interface Site {
  send(outgoing: Outgoing): Promise<{
    readonly status: number;
    readonly body: string;
    readonly headers: Readonly<Record<string, unknown>>;
  }>;
  readonly events: readonly { readonly id: string; readonly status?: number }[];
}

const hosts: Readonly<Record<string, () => Promise<Site>>> = {
  guard: async () => {
    const { waf, events } = wafOf({ custom: [READS] });
    const check = guard(waf, options);
    const host = await transports.http.listen((request, response) =>
      check(request, response, () => response.end("ok")),
    );
    return { ...host, events };
  },
  proxy: async () => {
    const up = await upstream();
    const { port, events } = await proxyFor(up.url, { custom: [READS] }, options);
    return { ...http1Client(port, false), events };
  },
  protect: async () => {
    const { waf, events } = wafOf({ custom: [READS] });
    const handler = protect(waf, () => new Response("ok"), options);
    const send: Site["send"] = async ({ headers = [], method = "GET", body }) => {
      const lines: [string, string][] = [];
      for (let at = 0; at + 1 < headers.length; at += 2) lines.push([headers[at]!, headers[at + 1]!]);
      const response = await handler(
        new Request("http://a.example/", {
          method,
          headers: lines,
          ...(typeof body === "string" ? { body } : {}),
        }),
      );
      return {
        status: response.status,
        body: await response.text(),
        headers: Object.fromEntries(response.headers),
      };
    };
    return { send, events };
  },
};

describe.each(Object.entries(hosts))("%s", (_, start) => {
  test.each<[what: string, outgoing: Outgoing, status: number]>([
    ["a body over the limit", long, 413],
    ["too many header lines", { headers: many }, 431],
  ])("%s", async (_what, outgoing, status) => {
    const site = await start();
    const page = await site.send({ ...outgoing, headers: [...(outgoing.headers ?? []), ...HTML] });
    expect([page.status, page.headers["content-type"]]).toEqual([status, "text/html; charset=utf-8"]);
    expect(page.body).toContain(site.events[0]?.id);
    expect(page.headers["x-wirewall-reference"]).toBe(site.events[0]?.id);
    expect(page.headers["content-security-policy"]).toContain("default-src 'none'");
    const data = await site.send({ ...outgoing, headers: [...(outgoing.headers ?? []), ...JSON_TYPE] });
    expect(data.headers["content-type"]).toBe("application/problem+json");
    expect(JSON.parse(data.body)).toMatchObject({ status, reference: site.events[1]?.id });
    const text = await site.send(outgoing);
    expect(text.headers["content-type"]).toBe("text/plain; charset=utf-8");
    expect(text.body).toContain(site.events[2]?.id);
    expect(site.events).toHaveLength(3);
  });
});

test("an upstream that does not answer: 502, as page and as data", async () => {
  const { port, events } = await proxyFor("http://127.0.0.1:1", {});
  const client = http1Client(port, false);
  const page = await client.send({ headers: HTML });
  expect([page.status, page.headers["content-type"]]).toEqual([502, "text/html; charset=utf-8"]);
  expect(page.body).toContain("The site does not answer");
  expect(page.body).toContain(events[0]?.id);
  const data = JSON.parse((await client.send({ headers: JSON_TYPE })).body);
  expect(data).toMatchObject({
    status: 502,
    reason: "the upstream does not answer",
    reference: events[1]?.id,
  });
});

test("gRPC clients get what they read", async () => {
  const { port } = await proxyFor("http://127.0.0.1:1", {});
  const answer = await http1Client(port, false).send({
    method: "POST",
    headers: ["Content-Type", "application/grpc"],
    body: "x",
  });
  expect([answer.status, answer.headers["grpc-status"]]).toEqual([200, "14"]);
});

describe("requests of which Node's parser makes none", () => {
  const cookie = `Cookie: a=${"x".repeat(20_000)}\r\n`;

  test.each<[what: string, bytes: string, status: string, type: string]>([
    [
      "a head that is too long, of a browser",
      `GET / HTTP/1.1\r\nHost: a\r\nAccept: text/html\r\n${cookie}\r\n`,
      "431 Request Header Fields Too Large",
      "text/html",
    ],
    [
      "the same of a program",
      `GET / HTTP/1.1\r\nHost: a\r\nAccept: application/json\r\n${cookie}\r\n`,
      "431 Request Header Fields Too Large",
      "application/problem+json",
    ],
    ["no HTTP", "hello\r\n\r\n", "400 Bad Request", "text/plain"],
  ])("%s", async (_, bytes, status, type) => {
    const up = await upstream();
    const { port } = await proxyFor(up.url, {});
    const withoutBody = await http1Client(port, false).raw(bytes.replace(/^GET/, "HEAD"));
    if (bytes.startsWith("GET")) expect(withoutBody).toMatch(/\r\ncontent-length: [1-9]\d*\r\n\r\n$/);
    const socket = connect(port, "127.0.0.1");
    socket.write(bytes, "latin1");
    const text = await textOf(socket);
    expect(text).toMatch(new RegExp(`^HTTP/1.1 ${status}\r\n`));
    expect(text).toContain(`content-type: ${type}`);
    expect(text).toContain("connection: close");
    const [head = "", body] = text.split("\r\n\r\n");
    expect(head).toContain(`content-length: ${Buffer.byteLength(body ?? "", "latin1")}`);
  });
});

describe("limits of routes, in hosts", () => {
  const limit = (parameters: unknown): Rule => ({
    ref: "l",
    expression: 'starts_with(http.request.uri.path, "/up")',
    action: "set_body_limits",
    action_parameters: parameters,
  });
  const evil = `evil${"x".repeat(40)}`;

  test.each<[parameters: unknown, sent: Outgoing, status: number, reaches: boolean]>([
    [{ max_bytes: 10, on_oversize: "block" }, { path: "/up", body: "x".repeat(40) }, 413, false],
    [
      { max_bytes: 10, on_oversize: "block" },
      { path: "/up", body: "x".repeat(40), chunked: true },
      413,
      false,
    ],
    [{ max_bytes: 10, on_oversize: "block" }, { path: "/other", body: "x".repeat(40) }, 200, true],
    [{ max_bytes: 10, on_oversize: "inspect" }, { path: "/up", body: evil }, 403, false],
    [{ max_bytes: 10, on_oversize: "inspect" }, { path: "/up", body: `${"x".repeat(40)}evil` }, 200, true],
    [{ max_bytes: 10, on_oversize: "pass" }, { path: "/up", body: evil }, 200, true],
    [{ max_bytes: 10, on_oversize: "pass" }, { path: "/up", body: evil, chunked: true }, 200, true],
    [{ max_bytes: 10, on_oversize: "pass" }, { path: "/up", body: "evil" }, 403, false],
    // More than the host holds is the host's to say.
    [{ max_bytes: 5000 }, { path: "/up", body: "x".repeat(600) }, 413, false],
  ])("%j: %j", async (parameters, sent, status, reaches) => {
    const rules = { http_config_settings: [limit(parameters)], custom: [READS] };
    const up = await upstream();
    const { port } = await proxyFor(up.url, rules, { bodyLimit: 500 });
    const answer = await http1Client(port, false).send({ method: "POST", ...sent });
    expect([answer.status, up.received.map(({ body }) => body)]).toEqual([
      status,
      reaches ? [sent.body] : [],
    ]);

    const { waf } = wafOf(rules);
    const seen: string[] = [];
    const check = guard(waf, { bodyLimit: 500 });
    const host = await transports.http2.listen((request, response) =>
      check(request, response, () => {
        void textOf(request).then((text) => {
          seen.push(text);
          response.end("ok");
        });
      }),
    );
    const other = await host.send({ method: "POST", ...sent });
    expect([other.status, seen]).toEqual([status, reaches ? [sent.body] : []]);

    const served: string[] = [];
    const handler = protect(
      waf,
      async (request) => {
        served.push(await request.text());
        return new Response("ok");
      },
      { bodyLimit: 500 },
    );
    const response = await handler(
      new Request(`http://a.example${sent.path}`, { method: "POST", body: String(sent.body) }),
    );
    expect([response.status, served]).toEqual([status, reaches ? [sent.body] : []]);
  });
});
