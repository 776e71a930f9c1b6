import { createServer, request as httpRequest } from "node:http";
import type { AddressInfo } from "node:net";
import { beforeAll, describe, expect, test } from "vitest";
import {
  inspectBody2 as inspectBody,
  NodeRequestView2 as NodeRequestView,
} from "../support/source/adapters/node.ts";
import { requestScheme } from "../support/source/request/fields.ts";
import { parseHttpMessage, requestFrom, WafRequest } from "../support/source/request/model.ts";
import type { RequestView } from "../support/source/request/view.ts";

/** One request, told to each implementation in its own way. */
const headers: readonly (readonly [string, string])[] = [
  ["Host", "a.example"],
  ["X-Twice", "1"],
  ["x-twice", "2"],
  ["Cookie", "a=1; __proto__=2"],
  ["Content-Type", "application/x-www-form-urlencoded"],
  ["Content-Length", "7"],
];
const target = "/x/%2e%2e/a%2fb?q=1&q=%32";
const body = "a=1&b=2";

async function overNode(): Promise<RequestView> {
  return new Promise((resolve, reject) => {
    const server = createServer((incoming, outgoing) => {
      const view = new NodeRequestView(incoming, { receivedAt: 1000 });
      inspectBody(incoming, 100).then((inspected) => {
        view.body = inspected.view;
        // The socket's facts go away with the socket: keep what the suite reads.
        const { method, target: seen, version, secure, rawHeaders, remoteAddress, receivedAt } = view;
        resolve({
          method,
          target: seen,
          version,
          secure,
          rawHeaders,
          remoteAddress,
          receivedAt,
          body: view.body,
        });
        outgoing.end(() => server.close());
      }, reject);
    });
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo;
      const client = httpRequest(
        {
          host: "127.0.0.1",
          port,
          path: target,
          method: "POST",
          headers: headers.flat() as never,
          agent: false,
        },
        (response) => response.resume(),
      );
      client.on("error", reject);
      client.end(body);
    });
  });
}

const implementations: Readonly<Record<string, () => RequestView | Promise<RequestView>>> = {
  "plain data": () =>
    requestFrom({ method: "POST", url: target, headers, body, remoteAddress: "127.0.0.1", receivedAt: 1000 }),
  "message text": () => {
    const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`).join("");
    const parsed = parseHttpMessage(`POST ${target} HTTP/1.1\r\n${lines}\r\n${body}`, {
      remoteAddress: "127.0.0.1",
      receivedAt: 1000,
    });
    if (!parsed.ok) throw new Error(parsed.message);
    return parsed.request;
  },
  "node:http": overNode,
};

describe.each(Object.entries(implementations))("a request view of %s", (_name, make) => {
  let view: RequestView;
  beforeAll(async () => {
    view = await make();
  });

  test("shows what was sent, untouched", () => {
    expect(view).toMatchObject({
      method: "POST",
      target,
      version: "HTTP/1.1",
      secure: false,
      receivedAt: 1000,
    });
    const sent = view.rawHeaders.slice(0, headers.length * 2);
    expect(sent).toEqual(headers.flat());
    expect(view.body).toMatchObject({ bytes: body, truncated: false });
  });

  test("shows byte strings", () => {
    for (const text of [view.method, view.target, ...view.rawHeaders, view.body!.bytes]) {
      expect(Buffer.from(text, "latin1").toString("latin1")).toBe(text);
    }
  });

  test("gives fields the same values as every other", () => {
    const scheme = requestScheme([]);
    const context = scheme.createContext<WafRequest>();
    context.reset(new WafRequest(view));
    const read = (name: string) => context.get(scheme.field(name)!.slot);
    expect(read("http.request.uri.path")).toBe("/a%2Fb");
    expect(read("http.request.uri.args.values")).toEqual(["1", "%32"]);
    expect((read("http.request.headers") as ReadonlyMap<string, unknown>).get("x-twice")).toEqual(["1", "2"]);
    expect((read("http.request.cookies") as ReadonlyMap<string, unknown>).get("__proto__")).toEqual(["2"]);
    expect(read("http.request.body.form.names")).toEqual(["a", "b"]);
    expect(read("ip.src")).toBe(0x7f000001);
  });
});
