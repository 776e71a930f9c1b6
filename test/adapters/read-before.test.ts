import type { IncomingMessage } from "node:http";
import { Readable } from "node:stream";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { protect } from "../support/source/adapters/fetch.ts";
import {
  type GuardedRequest,
  type GuardOptions,
  guard,
  inspectBody,
} from "../support/source/adapters/node.ts";
import { type CounterStore, proofOfWorkProvider, type WafOptions } from "../support/source/index.ts";
import { type Rule, wafOf } from "./support.ts";
import { type AnyRequest, type Outgoing, type Transport, textOf, transports } from "./transports.ts";

// A body that something else has read before the guard is never judged as an empty one.

const READS_BODY: Rule = { ref: "b", expression: 'http.request.body.raw contains "evil"', action: "block" };
const JSON_TYPE = ["Content-Type", "application/json"];
const FORM_TYPE = ["Content-Type", "application/x-www-form-urlencoded"];

/** What stands in front of the guard, and has read the body. */
type Reader = (request: AnyRequest) => Promise<unknown> | unknown;

/** Leaves what it makes of the text as `request.body`. */
const parser =
  (parse: (text: string) => unknown): Reader =>
  async (request) => {
    Reflect.set(request, "body", parse(Buffer.from(await textOf(request), "latin1").toString("utf8")));
  };
const asJson = parser((text) => JSON.parse(text));
const reads: Reader = (request) => textOf(request);

interface Firewall extends WafOptions {
  /** Of other phases. */
  readonly rules?: Readonly<Record<string, readonly Rule[]>>;
}

async function behind(
  transport: Transport,
  reader: Reader,
  rules: readonly Rule[],
  options: GuardOptions = {},
  { rules: others = {}, ...firewall }: Firewall = {},
) {
  const { waf, events } = wafOf({ custom: rules, ...others }, firewall);
  const errors: unknown[] = [];
  const check = guard(waf, { onError: (error) => void errors.push(error), ...options });
  const listener = await transport.listen(async (request, response) => {
    await reader(request);
    check(request, response, () => response.end(`action ${(request as GuardedRequest).waf?.action}`));
  });
  return { listener, events, errors };
}

const everyTransport = Object.entries<Transport>(transports);

describe.each(everyTransport)("over %s", (_transport, transport) => {
  test.each<[string, Reader]>([
    ["was read", reads],
    ["is decoded as text", (request) => void request.setEncoding("utf8")],
    ["was parsed", asJson],
  ])("a body that %s, and that no rule reads, is lost to a challenge", async (_what, reader) => {
    const rules = [{ ref: "c", expression: "true", action: "js_challenge" }];
    const challenge = proofOfWorkProvider({ secret: "a secret of the test" });
    const { listener, errors } = await behind(transport, reader, rules, {}, { challenge });
    const headers = ["Accept", "text/html", ...JSON_TYPE];
    const reply = await listener.send({ method: "POST", headers, body: '{"a":1}' });
    expect([reply.status, errors]).toEqual([403, []]);
    expect(reply.body).toContain("Please go back when the check is done, and send it again.");
  });

  test("a body that was parsed counts as held while it is judged", async () => {
    const options = { bodyLimit: 40, maxHeldBytes: 40 };
    const answers: (() => void)[] = [];
    const later: CounterStore["read"] = () =>
      new Promise((resolve) =>
        answers.push(() => resolve({ count: 1, resetsAt: Date.now() + 1_000, mitigatedUntil: 0 })),
      );
    const counters = { read: later, add: later, mitigate: async () => {}, reset: async () => {} };
    const limit = {
      ref: "l",
      expression: "true",
      action: "block",
      ratelimit: { characteristics: ["ip.src"], period: 10, requests_per_period: 9 },
    };
    const { listener } = await behind(transport, asJson, [READS_BODY], options, {
      rules: { http_ratelimit: [limit] },
      counters,
      storeTimeout: 60_000,
    });
    const post = async () =>
      (await listener.send({ method: "POST", headers: JSON_TYPE, body: '{"a":"harmless text"}' })).status;
    const first = post();
    await expect.poll(() => answers.length).toBe(1);
    expect(await post()).toBe(503);
    answers[0]?.();
    expect(await first).toBe(200);
    const second = post();
    await expect.poll(() => answers.length).toBe(2);
    answers[1]?.();
    expect(await second).toBe(200);
  });

  const unknown: readonly (readonly [string, Reader, Outgoing])[] = [
    ["was read", reads, { body: "evil" }],
    [
      "was drained",
      (request) => new Promise((resolve) => request.resume().on("end", resolve)),
      { body: "evil" },
    ],
    [
      "was read in part",
      (request) => new Promise((resolve) => request.once("readable", () => resolve(request.read(1)))),
      { body: "evil" },
    ],
    ["is being read", (request) => void request.on("data", () => undefined), { body: "evil" }],
    ["is being read in pieces", (request) => void request.on("readable", () => undefined), { body: "evil" }],
    ["is decoded as text", (request) => void request.setEncoding("utf8"), { body: "evil" }],
    ["was parsed to nothing", parser(() => ({})), { body: '{"q":"evil"}', headers: JSON_TYPE }],
    ["was parsed to what is no text", parser(() => 7), { body: "7", headers: JSON_TYPE }],
    [
      "was parsed to what refers to itself",
      parser(() => {
        const own: { own?: unknown } = {};
        own.own = own;
        return own;
      }),
      { body: "{}", headers: JSON_TYPE },
    ],
    [
      "was parsed to a form that refers to itself",
      parser(() => {
        const own: { own?: unknown } = {};
        own.own = own;
        return own;
      }),
      { body: "a=1", headers: FORM_TYPE },
    ],
    [
      "was parsed by its parts",
      parser(() => ({ q: "x" })),
      { body: "--b\r\n", headers: ["Content-Type", "multipart/form-data; boundary=b"] },
    ],
  ];
  test.each(unknown)("a body that %s is refused", async (_case, reader, outgoing) => {
    const { listener, events, errors } = await behind(transport, reader, [READS_BODY]);
    const reply = await listener.send({ method: "POST", ...outgoing });
    expect(reply.status).toBe(500);
    expect(reply.body).toContain("the body was consumed before the firewall could read it");
    expect(errors).toMatchObject([{ name: "MisuseError", code: "E_BODY_CONSUMED" }]);
    expect(events).toMatchObject([{ action: "block", service: "host", status: 500 }]);
    expect(reply.body).toContain(events[0]?.id);
  });

  test("a firewall that fails open refuses it too", async () => {
    const { waf } = wafOf({ custom: [READS_BODY] }, { failure: "open" });
    const check = guard(waf);
    const listener = await transport.listen(async (request, response) => {
      await reads(request);
      check(request, response, () => response.end("served"));
    });
    expect((await listener.send({ method: "POST", body: "evil" })).status).toBe(500);
  });

  test("it passes when no rule reads bodies, and when there was none", async () => {
    const rules = [{ ref: "b", expression: 'http.user_agent eq "bad"', action: "block" }];
    const { listener } = await behind(transport, reads, rules);
    expect((await listener.send({ method: "POST", body: "evil" })).status).toBe(200);
    const strict = await behind(transport, reads, [READS_BODY]);
    expect((await strict.listener.send()).status).toBe(200);
    expect((await strict.listener.send({ method: "POST", body: "", chunked: true })).status).toBe(200);
    expect(strict.errors).toEqual([]);
  });

  const evil = (expression: string): Rule => ({ ref: "b", expression, action: "block" });
  type Parsed = readonly [name: string, reader: Reader, outgoing: Outgoing, rule: Rule];
  const parsed: readonly Parsed[] = [
    [
      "bytes",
      async (request) => Reflect.set(request, "body", Buffer.from(await textOf(request), "latin1")),
      { body: Buffer.from("\xffevil", "latin1") },
      evil(String.raw`http.request.body.raw eq "\xffevil"`),
    ],
    [
      "text",
      parser((text) => text),
      { body: "d\u00e9j\u00e0 evil" },
      evil('http.request.body.raw eq "d\u00e9j\u00e0 evil"'),
    ],
    [
      "JSON",
      asJson,
      { body: '{ "q": [1, "evil"] }', headers: JSON_TYPE },
      evil('lookup_json_string(http.request.body.raw, "q", 1) eq "evil"'),
    ],
    [
      "JSON in bytes",
      asJson,
      { body: '{"q":"\u00e9vil"}', headers: ["Content-Type", "application/vnd.a+json; charset=UTF-8"] },
      evil('http.request.body.raw contains "\u00e9vil"'),
    ],
    [
      "JSON with a name of prototypes",
      asJson,
      { body: '{"__proto__":"evil"}', headers: JSON_TYPE },
      READS_BODY,
    ],
    ...[
      "text/plain",
      "text/plain; charset=utf-8",
      "application/octet-stream",
      "application/x-own",
      "nonsense",
    ].map(
      (type): Parsed => [
        `JSON of the type ${type}`,
        asJson,
        { body: '{"q":["a","evil"]}', headers: ["Content-Type", type] },
        evil('any(wirewall.request.body.json.values[*] eq "evil")'),
      ],
    ),
    [
      "JSON of no type",
      asJson,
      { body: '{"q":"evil"}' },
      evil('any(wirewall.request.body.json.values[*] eq "evil")'),
    ],
    [
      "a form of another type",
      parser(() => ({ q: "evil" })),
      { body: "q=evil", headers: ["Content-Type", "text/plain"] },
      READS_BODY,
    ],
    [
      "a form",
      parser(() => ({ a: ["1", "e&v=il"] })),
      { body: "a=1&a=e%26v%3dil", headers: FORM_TYPE },
      evil('http.request.body.form["a"][1] eq "e%26v%3Dil"'),
    ],
    [
      "a nested form",
      parser(() => ({ a: { b: [{ c: "evil" }] } })),
      { body: "a[b][0][c]=evil", headers: FORM_TYPE },
      evil('any(http.request.body.form.values[*] eq "evil")'),
    ],
    ...[
      "application/json; charset=utf-16le",
      'application/json; a="; charset=utf-8"; charset=utf-16le',
      "application/json; charset=utf-8; charset=utf-16le",
      "application/json; charset=unheard-of",
    ].map(
      (type): Parsed => [
        `JSON that was decoded, of the type ${type}`,
        async (request) => {
          const text = Buffer.from(await textOf(request), "latin1").toString("utf16le");
          Reflect.set(request, "body", JSON.parse(text));
        },
        { body: Buffer.from('{"a":"evil"}', "utf16le"), headers: ["Content-Type", type] },
        evil('any(wirewall.request.body.json.values[*] eq "evil")'),
      ],
    ),
    [
      "text that was decoded",
      async (request) =>
        Reflect.set(request, "body", Buffer.from(await textOf(request), "latin1").toString("utf16le")),
      {
        body: Buffer.from("déjà evil", "utf16le"),
        headers: ["Content-Type", "text/plain; charset=utf-16le"],
      },
      evil('http.request.body.raw eq "déjà evil"'),
    ],
    [
      "bytes in another character set",
      async (request) => Reflect.set(request, "body", Buffer.from(await textOf(request), "latin1")),
      {
        body: Buffer.from('{"a":"evil"}', "utf16le"),
        headers: ["Content-Type", "application/json; charset=utf-16le"],
      },
      evil('any(wirewall.request.body.json.values[*] eq "evil")'),
    ],
    [
      "gzipped JSON",
      async (request) => {
        await textOf(request);
        Reflect.set(request, "body", { q: "evil" });
      },
      { body: gzipSync('{"q":"evil"}'), headers: [...JSON_TYPE, "Content-Encoding", "gzip"] },
      READS_BODY,
    ],
  ];
  const nothing: readonly (readonly [string, unknown, Outgoing])[] = [
    ["an empty object", {}, { body: "{ }", headers: JSON_TYPE }],
    ["an empty list", [], { body: "[\n]", headers: JSON_TYPE }],
    ["an empty object of no declared length", {}, { body: "{}", headers: JSON_TYPE, chunked: true }],
    ["a number", 5, { body: "5", headers: JSON_TYPE }],
    ["null", null, { body: "null", headers: JSON_TYPE }],
    ["an empty form", {}, { body: "&", headers: FORM_TYPE }],
  ];
  test.each(nothing)(
    "%s is judged when its parser says that it has parsed",
    async (_case, left, outgoing) => {
      const reader: Reader = async (request) => {
        await textOf(request);
        Object.assign(request, { body: left, _body: true });
      };
      const { listener, errors } = await behind(transport, reader, [READS_BODY]);
      expect((await listener.send({ method: "POST", ...outgoing })).status).toBe(200);
      expect(errors).toEqual([]);
      const sees = evil(`http.request.body.raw eq "${JSON.stringify(left)}" or http.request.body.raw eq ""`);
      const strict = await behind(transport, reader, [sees]);
      expect((await strict.listener.send({ method: "POST", ...outgoing })).status).toBe(403);
    },
  );

  test.each(["multipart/form-data; boundary=b", "application/xml", "application/soap+xml"])(
    "a body of the type %s is not judged, though its parser says that it has parsed",
    async (type) => {
      const reader: Reader = async (request) => {
        await textOf(request);
        Object.assign(request, { body: { a: "x" }, _body: true });
      };
      const { listener } = await behind(transport, reader, [READS_BODY]);
      const headers = ["Content-Type", type];
      expect((await listener.send({ method: "POST", body: "--b\r\n", headers })).status).toBe(500);
    },
  );

  test.each(parsed)("%s that a parser has left are judged", async (_case, reader, outgoing, rule) => {
    const { listener, errors } = await behind(transport, reader, [rule]);
    expect((await listener.send({ method: "POST", ...outgoing })).status).toBe(403);
    expect(errors).toEqual([]);
  });

  test("what a parser has left is bounded like other bodies", async () => {
    const { listener } = await behind(transport, asJson, [READS_BODY], { bodyLimit: 20 });
    const send = async (length: number) =>
      (await listener.send({ method: "POST", headers: JSON_TYPE, body: `["${"x".repeat(length - 4)}"]` }))
        .status;
    expect([await send(20), await send(21)]).toEqual([200, 413]);
  });
});

test("one request may pass several guards", async () => {
  const guards = ["a", "b", "c"].map((word) =>
    guard(
      wafOf({ custom: [{ ...READS_BODY, expression: `http.request.body.raw contains "${word}-evil"` }] }).waf,
    ),
  );
  const listener = await transports.http.listen((request, response) => {
    const run = (at: number): void => {
      const next = guards[at];
      if (next !== undefined) next(request, response, () => run(at + 1));
      else void textOf(request).then((body) => response.end(body));
    };
    run(0);
  });
  const statuses = await Promise.all(
    ["a", "b", "c"].map(
      async (word) => (await listener.send({ method: "POST", body: `${word}-evil` })).status,
    ),
  );
  expect(statuses).toEqual([403, 403, 403]);
  expect(await listener.send({ method: "POST", body: "fine" })).toMatchObject({ status: 200, body: "fine" });
});

test("without `onError` the mistake is a warning of the process, once", async () => {
  const warnings: Error[] = [];
  const note = (warning: Error): void => void warnings.push(warning);
  process.on("warning", note);
  const check = guard(wafOf({ custom: [READS_BODY] }).waf);
  const listener = await transports.http.listen(async (request, response) => {
    await reads(request);
    check(request, response, () => response.end());
  });
  await listener.send({ method: "POST", body: "evil" });
  await listener.send({ method: "POST", body: "evil" });
  await new Promise((resolve) => setImmediate(resolve));
  process.off("warning", note);
  expect(warnings).toMatchObject([{ code: "E_BODY_CONSUMED" }]);
});

test("`inspectBody` rejects", async () => {
  let told: unknown;
  const listener = await transports.http.listen(async (request, response) => {
    await reads(request);
    await inspectBody(request as IncomingMessage, 10).catch((error: unknown) => {
      told = error;
    });
    response.end();
  });
  await listener.send({ method: "POST", body: "evil" });
  expect(told).toMatchObject({ name: "MisuseError", code: "E_BODY_CONSUMED" });
});

test("a request that passes says that nobody has read from it", async () => {
  const check = guard(wafOf({ custom: [READS_BODY] }).waf);
  const states: unknown[] = [];
  const state = (request: AnyRequest) => [request.readableDidRead, Readable.isDisturbed(request)];
  const listener = await transports.http.listen((request, response) =>
    check(request, response, async () => {
      states.push(state(request));
      await textOf(request);
      states.push(state(request));
      response.end();
    }),
  );
  await listener.send({ method: "POST", body: ["a", "bc"] });
  expect(states).toEqual([
    [false, false],
    [true, true],
  ]);
});

describe("a fetch handler", () => {
  const made = () => new Request("http://a/", { method: "POST", body: "evil" });
  test.each<[string, () => Promise<Request> | Request]>([
    [
      "was read",
      async () => {
        const request = made();
        await request.text();
        return request;
      },
    ],
    [
      "is being read",
      () => {
        const request = made();
        request.body?.getReader();
        return request;
      },
    ],
  ])("refuses a request whose body %s", async (_case, make) => {
    const errors: unknown[] = [];
    const { waf } = wafOf({ custom: [READS_BODY] });
    const handle = protect(waf, () => new Response("served"), {
      onError: (error) => void errors.push(error),
    });
    expect((await handle(await make())).status).toBe(500);
    expect(errors).toMatchObject([{ name: "MisuseError", code: "E_BODY_CONSUMED" }]);
  });
});
