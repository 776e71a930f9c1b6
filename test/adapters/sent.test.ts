// What events say of the answer that was sent.
import { once } from "node:events";
import { createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { guard } from "../support/source/adapters/node.ts";
import { createProxy } from "../support/source/adapters/proxy.ts";
import { createMetrics, memorySink, prometheusMeter } from "../support/source/engine/events.ts";
import { createWaf } from "../support/source/engine/firewall.ts";

const LOG = { ref: "seen", expression: "true", action: "log" };
const BLOCK = { ref: "no", expression: 'http.request.uri.path eq "/no"', action: "block" };
const REDIRECT = {
  ref: "to",
  expression: 'http.request.uri.path eq "/old"',
  action: "redirect",
  action_parameters: { from_value: { status_code: 302, target_url: { value: "/new" } } },
};

function firewall() {
  const sink = memorySink();
  const meter = prometheusMeter();
  const config = {
    rulesets: [
      { name: "r", phase: "http_request_dynamic_redirect", rules: [REDIRECT] },
      { name: "c", phase: "http_request_firewall_custom", rules: [LOG, BLOCK] },
    ],
  };
  const waf = createWaf(config as never, { events: [sink], metrics: createMetrics(meter) });
  const told = async (count: number) => {
    await expect.poll(() => sink.events.length).toBe(count);
    return sink.events.map(({ action, service, status, delivery }) => [action, service, status, delivery]);
  };
  return { waf, sink, meter, told };
}

async function listen(server: ReturnType<typeof createServer>): Promise<number> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

/** A site that answers with the status of its path, or never ends its answer. */
async function site(): Promise<number> {
  return listen(
    createServer((request, response) => {
      if (request.url === "/half") {
        response.writeHead(200, { "Content-Length": "10" }).write("abc");
        return;
      }
      if (request.url === "/silent") return;
      response.writeHead(Number(request.url?.slice(1)) || 200).end("x");
    }),
  );
}

async function guarded() {
  const made = firewall();
  const check = guard(made.waf, { unsupportedRules: "ignore" });
  const port = await listen(
    createServer((request, response) =>
      check(request, response, () => {
        if (request.url === "/half") {
          response.writeHead(200, { "Content-Length": "10" }).write("abc");
          return;
        }
        if (request.url === "/silent") return;
        response.writeHead(Number(request.url?.slice(1)) || 200).end("x");
      }),
    ),
  );
  return { ...made, port };
}

async function proxied(upstream?: number) {
  const made = firewall();
  const proxy = createProxy({ waf: made.waf, upstream: `http://127.0.0.1:${upstream ?? (await site())}` });
  const { port } = await proxy.listen(0);
  onTestFinished(() => proxy.close(0));
  return { ...made, port };
}

/** Sends a request, and leaves once something is there, or at once. */
async function leave(port: number, path: string, waits: boolean): Promise<void> {
  const socket = connect(port, "127.0.0.1");
  socket.on("error", () => undefined);
  socket.write(`GET ${path} HTTP/1.1\r\nHost: a.example\r\n\r\n`);
  if (waits) await once(socket, "data");
  else await new Promise((resolve) => setTimeout(resolve, 100));
  socket.destroy();
}

for (const [name, start] of [
  ["guard", guarded],
  ["proxy", proxied],
] as const) {
  test.each<[path: string, expected: readonly unknown[]]>([
    ["/200", ["allow", "custom", 200, "complete"]],
    ["/404", ["allow", "custom", 404, "complete"]],
    ["/502", ["allow", "custom", 502, "complete"]],
    ["/no", ["block", "custom", 403, "complete"]],
    ["/old", ["redirect", "dynamic_redirect", 302, "complete"]],
  ])(`${name}: the status of %s`, async (path, expected) => {
    const { port, told } = await start();
    await fetch(`http://127.0.0.1:${port}${path}`, { redirect: "manual" }).then((response) =>
      response.text(),
    );
    expect(await told(1)).toEqual([expected]);
  });

  test(`${name}: a client that leaves in the middle of its answer, or before`, async () => {
    const { port, told } = await start();
    await leave(port, "/half", true);
    await told(1);
    await leave(port, "/silent", false);
    expect(await told(2)).toEqual([
      ["allow", "custom", 200, "aborted"],
      ["allow", "custom", undefined, "aborted"],
    ]);
  });
}

test("the end of the firewall does not wait for answers", async () => {
  const { port, waf, told } = await guarded();
  const socket = connect(port, "127.0.0.1");
  onTestFinished(() => void socket.destroy());
  socket.write("GET /silent HTTP/1.1\r\nHost: a.example\r\n\r\n");
  await expect.poll(() => waf.eventStats.waiting).toBe(1);
  await waf.close();
  expect(await told(1)).toEqual([["allow", "custom", undefined, undefined]]);
});

test("an upstream that does not answer is no `allow`, and is measured", async () => {
  // Nothing listens on that port.
  const gone = await proxied(1);
  const response = await fetch(`http://127.0.0.1:${gone.port}/`);
  expect(response.status).toBe(502);
  await response.text();
  expect(await gone.told(1)).toEqual([["serve_error", "host", 502, "complete"]]);
  expect(gone.sink.events[0]?.matches.map(({ rule }) => rule.ref)).toEqual(["seen"]);
  const { body } = gone.meter.exposition();
  expect(body).toContain('wirewall_requests_total{action="serve_error",phase="host"} 1\n');
  expect(body).toContain('wirewall_host_rejections_total{status="502"} 1\n');
});
