import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { fetchGuard, protect } from "../support/source/adapters/fetch.ts";
import type { Waf } from "../support/source/index.ts";
import { failOnFatal } from "./fatal.ts";
import { wafOf } from "./support.ts";

// Streams that a fetch handler's guard gives up. What it evaluates is in the adapter contract.

const REQUEST_RULE = { ref: "body", expression: 'http.request.body.raw contains "x"', action: "block" };
const RESPONSE_RULE = {
  ref: "leak",
  expression: 'wirewall.response.body.raw contains "SECRET"',
  action: "block",
};

/** A stream of these chunks that then stays open, and what its source is told. */
function openStream(chunks: readonly string[], told: string[], onCancel?: () => Promise<void>) {
  return new ReadableStream<Uint8Array>({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(new TextEncoder().encode(chunk));
    },
    cancel() {
      told.push("cancelled");
      return onCancel?.();
    },
  });
}

function post(body: ReadableStream<Uint8Array>): Request {
  const init: RequestInit & { duplex: "half" } = { method: "POST", body, duplex: "half" };
  return new Request("https://site.example/", init);
}

const refusing = () => Promise.reject(new Error("cannot be cancelled"));

describe.each<[what: string, onCancel: (() => Promise<void>) | undefined]>([
  ["lets itself be cancelled", undefined],
  ["fails when it is cancelled", refusing],
])("a stream that %s", (_what, onCancel) => {
  test("is given up as a request's body when its time is over", async () => {
    const told: string[] = [];
    const { waf } = wafOf({ http_request_firewall_custom: [REQUEST_RULE] });
    const handle = protect(waf, () => new Response("site"), { bodyTimeout: 1 });
    const response = await handle(post(openStream(["a"], told, onCancel)));
    expect([response.status, told]).toEqual([408, ["cancelled"]]);
  });

  test("is given up as a response's body when a rule blocks it", async () => {
    const told: string[] = [];
    const { waf } = wafOf({ http_response_firewall_body: [RESPONSE_RULE] });
    const site = () => new Response(openStream(["a SECRET"], told, onCancel));
    const response = await protect(waf, site, { responseHoldTime: 1 })(new Request("https://site.example/"));
    expect([response.status, told]).toEqual([403, ["cancelled"]]);
    expect(await response.text()).not.toContain("SECRET");
  });
});

test("a body that the handler gives up is given up at its source", async () => {
  const told: string[] = [];
  const { waf } = wafOf({ http_request_firewall_custom: [REQUEST_RULE] });
  const site = async (request: Request) => {
    await request.body?.cancel();
    return new Response("site");
  };
  const handle = protect(waf, site, { oversize: "inspect", bodyLimit: 2 });
  const response = await handle(post(openStream(["aaaa"], told)));
  expect([await response.text(), told]).toEqual(["site", ["cancelled"]]);
});

test.each(["refused", "end"])(
  "a transaction that fails in `%s` is reported, and the answer stands",
  async (method) => {
    const { waf } = wafOf({});
    const failing = {
      host: waf.host,
      mode: waf.mode,
      snapshot: waf.snapshot,
      hostNeeds: waf.hostNeeds,
      begin: (...given: Parameters<Waf["begin"]>) =>
        new Proxy(waf.begin(...given), {
          get(transaction, name) {
            if (name === method) throw new Error(`no ${method}`);
            const member: unknown = Reflect.get(transaction, name, transaction);
            return typeof member === "function" ? member.bind(transaction) : member;
          },
        }),
    };
    const told: string[] = [];
    const handle = protect(failing as unknown as Waf, () => new Response("site"), {
      maxHeaders: 1,
      onError: (error, reference) => told.push(`${reference.length > 0} ${String(error)}`),
    });
    const response = await handle(new Request("https://site.example/", { headers: { a: "1", b: "2" } }));
    expect([response.status, told]).toEqual([431, [`true Error: no ${method}`]]);
  },
);

describe("bodies that are held for rules", () => {
  const LIMITS = { bodyLimit: 10, maxHeldBytes: 10 };
  const full = () => new Request("https://site.example/", { method: "POST", body: "a".repeat(10) });
  const { waf } = wafOf({ http_request_firewall_custom: [REQUEST_RULE] });

  const handlers: readonly (readonly [string, (request: Request) => Response | Promise<Response>])[] = [
    ["is the response's", (request) => new Response(request.body)],
    [
      "is read as the response is",
      ({ body }) => {
        const reader = body?.getReader();
        const copy = new ReadableStream<Uint8Array>(
          {
            async pull(controller) {
              const next = await reader?.read();
              if (next?.value === undefined) controller.close();
              else controller.enqueue(next.value);
            },
            cancel: (reason) => reader?.cancel(reason),
          },
          { highWaterMark: 0 },
        );
        return new Response(copy);
      },
    ],
  ];

  test.each(handlers)("one that %s is held until that is read", async (_what, handle) => {
    const host = protect(waf, handle, LIMITS);
    const first = await host(full());
    expect([first.status, (await host(full())).status]).toEqual([200, 503]);
    expect(await first.text()).toBe("a".repeat(10));
    const second = await host(full());
    expect(second.status).toBe(200);
    await second.body?.cancel();
  });

  test.each<readonly [string, (request: Request) => Response | Promise<Response>]>([
    ["is read", async (request) => new Response(await request.text())],
    ["is left", () => new Response("ok")],
    ["is given up", (request) => Promise.resolve(request.body?.cancel()).then(() => new Response("ok"))],
    ["meets a handler that fails", () => Promise.reject(new Error("handler"))],
  ])("one that %s is held no longer than its handler takes", async (_what, handle) => {
    const host = protect(waf, handle, LIMITS);
    const seen = [];
    for (let at = 0; at < 3; at++) seen.push(await host(full()).then(({ status }) => status, String));
    expect(new Set(seen).size).toBe(1);
    expect(seen).not.toContain(503);
  });

  /** One that is kept, and never read. */
  const unread: readonly (readonly [string, (request: Request) => Promise<unknown>])[] = [
    ["a router has", fetchGuard(waf, LIMITS)],
    ["a response may still read", protect(waf, ({ body }) => new Response(body), LIMITS)],
  ];
  const busy = async (host: (request: Request) => Promise<unknown>): Promise<boolean> => {
    const given = await host(full());
    const response = given instanceof Response ? given : Reflect.get(Object(given), "response");
    const isBusy = response instanceof Response && response.status === 503;
    // Those that are let in are given up.
    if (!isBusy) await (response ?? Reflect.get(Object(given), "request")).body?.cancel();
    return isBusy;
  };

  test.each(unread)("one that %s is held for ten seconds at most", async (_what, host) => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    onTestFinished(() => void vi.useRealTimers());
    const kept = [await host(full())];
    expect(await busy(host)).toBe(true);
    vi.advanceTimersByTime(9_999);
    expect(await busy(host)).toBe(true);
    vi.advanceTimersByTime(1);
    expect([await busy(host), await busy(host), kept.length]).toEqual([false, false, 1]);
  });

  test.each(unread)("one that %s is held no longer than its client stays", async (_what, host) => {
    const leaving = new AbortController();
    const kept = [await host(new Request(full(), { signal: leaving.signal }))];
    expect(await busy(host)).toBe(true);
    leaving.abort();
    expect([await busy(host), kept.length]).toEqual([false, 1]);
  });

  test("one whose handler never ends is held no longer than its client stays", async () => {
    let isServed = false;
    const host = protect(
      waf,
      ({ headers, body }) => {
        if (!headers.has("x-waits")) return new Response(body);
        isServed = true;
        return new Promise<Response>(() => undefined);
      },
      LIMITS,
    );
    const leaving = new AbortController();
    const waits = new Request(full(), { signal: leaving.signal, headers: { "x-waits": "1" } });
    const kept = host(waits);
    await expect.poll(() => isServed).toBe(true);
    expect(await busy(host)).toBe(true);
    leaving.abort();
    expect([await busy(host), kept instanceof Promise]).toEqual([false, true]);
  });

  test("one that its handler has read is not held until that ends", async () => {
    let end: (() => void) | undefined;
    const host = protect(
      waf,
      async (request) => {
        await request.text();
        if (request.headers.has("x-waits")) await new Promise<void>((resolve) => (end = resolve));
        return new Response("ok");
      },
      LIMITS,
    );
    const first = host(new Request(full(), { headers: { "x-waits": "1" } }));
    await expect.poll(() => end !== undefined).toBe(true);
    expect(await busy(host)).toBe(false);
    end?.();
    expect((await first).status).toBe(200);
  });

  test("those of a guard are held until the router has read them, or has let go of them", async () => {
    const check = fetchGuard(waf, LIMITS);
    const status = async () => {
      const { response, request } = await check(full());
      await request?.text();
      return response?.status;
    };
    const kept = [await check(full())];
    expect(await status()).toBe(503);
    expect(await kept.pop()?.request?.text()).toBe("a".repeat(10));
    expect(await status()).toBeUndefined();
    await check(full());
    expect(await status()).toBe(503);
    setFlagsFromString("--expose-gc");
    const collect: () => void = runInNewContext("gc");
    await expect
      .poll(
        async () => {
          collect();
          return status();
        },
        { timeout: 20_000 },
      )
      .toBeUndefined();
  });
});

describe("callbacks that give promises", () => {
  failOnFatal();
  const rules = {
    http_request_firewall_custom: [{ ref: "b", expression: 'http.host eq "evil"', action: "block" }],
  };
  const promises: readonly (readonly [string, () => unknown])[] = [
    ["one that is kept", async () => ({ remoteAddress: "192.0.2.1" })],
    ["one that rejects", async () => Promise.reject(new Error("late"))],
    ["one that rejects later", () => new Promise((_resolve, reject) => setTimeout(reject, 5))],
    ["one that stays open", () => new Promise(() => undefined)],
    // biome-ignore lint/suspicious/noThenProperty: a foreign promise is what is tested
    ["a foreign one", () => ({ then: () => undefined })],
  ];
  const hosts: readonly (readonly [
    string,
    (waf: Waf, options: object) => (url: string) => Promise<unknown>,
  ])[] = [
    [
      "fetchGuard",
      (waf, options) => async (url) => {
        const { request, response } = await fetchGuard(waf, options)(new Request(url));
        return response?.status ?? (await request?.text());
      },
    ],
    [
      "protect",
      (waf, options) => async (url) =>
        (await protect(waf, () => new Response("site"), options)(new Request(url))).status,
    ],
  ];
  const cases = hosts.flatMap(([host, make]) =>
    promises.map(([what, promise]) => [host, what, make, promise] as const),
  );

  test.each(cases)("%s: facts, %s", async (_host, _what, make, facts) => {
    const { waf } = wafOf(rules);
    const errors: unknown[] = [];
    const send = make(waf, { facts, onError: (error: unknown) => void errors.push(error) });
    expect(await send("https://site.example/")).toBe(503);
    expect(errors).toMatchObject([{ code: "E_ANSWER" }]);
  });

  test.each(cases)("%s: facts of a firewall that fails open, %s", async (host, _what, make, facts) => {
    const { waf } = wafOf(rules, { failure: "open" });
    expect(await make(waf, { facts })("https://site.example/")).toBe(host === "protect" ? 200 : "");
  });

  test.each(cases)("%s: wording, %s", async (_host, _what, make, wording) => {
    const { waf } = wafOf(rules);
    const errors: unknown[] = [];
    const onError = (error: unknown) => void errors.push(error);
    expect(await make(waf, { pages: { wording }, onError })("https://evil/")).toBe(403);
    expect(errors).toMatchObject([{ code: "E_ANSWER" }]);
  });

  test.each(cases)("%s: onError, %s", async (_host, _what, make, onError) => {
    const { waf } = wafOf(rules);
    const facts = () => {
      throw new Error("no facts");
    };
    expect(await make(waf, { facts, onError })("https://site.example/")).toBe(503);
  });
});

test.each([
  [undefined, 200],
  ["site.example", 200],
  ["SITE.example:443", 200],
  ["other.example", 400],
  ["x@site.example", 400],
  ["site.example/x", 400],
])("a Host header %s beside the URL's: %i", async (host, status) => {
  const { waf, events } = wafOf({});
  const request = () => new Request("https://site.example/", { headers: host === undefined ? {} : { host } });
  const checked = await fetchGuard(waf)(request());
  const response = await protect(waf, () => new Response("site"))(request());
  expect([checked.response?.status ?? 200, response.status]).toEqual([status, status]);
  const accepting = await fetchGuard(waf, { otherHost: "accept" })(request());
  expect(accepting.response).toBeUndefined();
  expect(events.map(({ action }) => action)).toEqual(status === 200 ? [] : ["block", "block"]);
});

describe("the status behind fetchGuard", () => {
  const rules = { http_request_firewall_custom: [{ ref: "seen", expression: "true", action: "log" }] };
  const waiting = { statusTimeout: 1000 };
  const passed = async (waf: Waf, options: object, init: RequestInit = {}) => {
    const checked = await fetchGuard(waf, options)(new Request("https://site.example/", init));
    if (checked.request === undefined) throw new Error("the request was answered");
    return checked;
  };

  test("is that of the response that the router reports first", async () => {
    const { waf, events } = wafOf(rules);
    const { sent } = await passed(waf, waiting);
    expect(events).toEqual([]);
    sent(new Response(null, { status: 404 }));
    sent({ status: 200 });
    expect(events).toMatchObject([{ action: "allow", status: 404 }]);
    expect(events).toHaveLength(1);
  });

  test("comes with what the router knows of the delivery", async () => {
    const { waf, events } = wafOf(rules);
    const { sent } = await passed(waf, waiting);
    sent({ status: 200, delivery: "aborted" });
    expect(events).toMatchObject([{ status: 200, delivery: "aborted" }]);
  });

  test("is missing without the option: the event does not wait", async () => {
    const { waf, events } = wafOf(rules);
    const { sent } = await passed(waf, {});
    expect(events).toHaveLength(1);
    sent({ status: 404 });
    expect(events.map((event) => Reflect.has(Object(event), "status"))).toEqual([false]);
  });

  test("is missing once the time is over", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    onTestFinished(() => void vi.useRealTimers());
    const { waf, events } = wafOf(rules);
    const { sent } = await passed(waf, waiting);
    vi.advanceTimersByTime(999);
    expect(events).toHaveLength(0);
    vi.advanceTimersByTime(1);
    sent({ status: 200 });
    expect(events.map((event) => Reflect.has(Object(event), "status"))).toEqual([false]);
  });

  test.each([["before"], ["after"]])(
    "is missing when the client has left %s the handler was called",
    async (when) => {
      const leaving = new AbortController();
      const { waf, events } = wafOf(rules);
      if (when === "before") leaving.abort();
      const { sent } = await passed(waf, waiting, { signal: leaving.signal });
      leaving.abort();
      sent({ status: 200 });
      expect(events).toMatchObject([{ delivery: "aborted" }]);
      expect(Reflect.has(Object(events[0]), "status")).toBe(false);
    },
  );

  test.each([[-1], [1.5], [2 ** 31], ["1"]])("has no timeout of %j", (statusTimeout) => {
    const { waf } = wafOf(rules);
    expect(() => fetchGuard(waf, Object({ statusTimeout }))).toThrow(
      expect.objectContaining({ code: "E_OPTION" }),
    );
  });
});
