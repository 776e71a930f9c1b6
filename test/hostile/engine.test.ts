import fc from "fast-check";
import { expect, test } from "vitest";
import { jsonLine, memorySink } from "../support/source/engine/events.ts";
import { createWaf } from "../support/source/engine/firewall.ts";
import { renderDecision } from "../support/source/engine/respond.ts";
import type { RequestView } from "../support/source/request/view.ts";
import { managedRulesets } from "../support/source/rules/managed.ts";

const RUNS = 2000;
const log = memorySink({ limit: 10 });
const errors: unknown[] = [];

const execute = (id: string) => ({
  ref: id,
  action: "execute" as const,
  expression: "true",
  action_parameters: { id },
});
const waf = createWaf(
  {
    rulesets: [
      {
        id: "mine",
        kind: "zone",
        phase: "http_request_firewall_custom",
        rules: [
          {
            ref: "keys",
            action: "log",
            expression: 'any(http.request.headers["__proto__"][*] contains "x")',
          },
          {
            ref: "args",
            action: "score",
            expression: 'len(http.request.uri.args["constructor"][0]) gt 0',
            action_parameters: { increment: 5 },
          },
          {
            ref: "json",
            action: "log",
            expression: 'any(wirewall.request.body.json.names[*] eq "__proto__.x")',
          },
          {
            ref: "except",
            action: "skip",
            expression: 'http.request.method ne "GET"',
            action_parameters: { targets: [{ field: "http.request.uri.args", key: "q" }] },
          },
        ],
      },
      {
        id: "limits",
        kind: "zone",
        phase: "http_ratelimit",
        rules: [
          {
            ref: "each",
            action: "block",
            expression: "true",
            ratelimit: {
              characteristics: [
                "http.host",
                'http.request.headers["x-key"][0]',
                'http.request.cookies["s"][0]',
              ],
              period: 60,
              requests_per_period: 500,
            },
          },
        ],
      },
      {
        id: "entry",
        kind: "zone",
        phase: "http_request_firewall_managed",
        rules: [execute("wirewall-core")],
      },
      {
        id: "late",
        kind: "zone",
        phase: "http_response_firewall_managed",
        rules: [execute("wirewall-core-responses")],
      },
    ],
  },
  { managed: managedRulesets, events: [log], onError: (error) => errors.push(error) },
);

/** Any bytes, with a liking for what parsers and JavaScript treat specially. */
const bytes = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        "__proto__",
        "constructor",
        "toString",
        "hasOwnProperty",
        "q",
        "a",
        "=",
        "&",
        "%",
        "%2",
        "%00",
        "%c0%ae",
        "+",
        ";",
        ",",
        ":",
        '"',
        "'",
        "<",
        ">",
        "\\",
        "/",
        "..",
        "//",
        "?",
        "#",
        "[",
        "]",
        "{",
        "}",
        "$",
        "\0",
        "\r\n",
        "\n",
        "\t",
        "\xff",
        "\xc3\xa9",
        "\xed\xa0\x80",
        "union select",
        "<script>",
        "${jndi:",
        "169.254.169.254",
      ),
      fc.string({ unit: "binary", maxLength: 6 }).map((text) => text.replace(/[^\0-\xff]/g, "\xfe")),
    ),
    { maxLength: 14 },
  )
  .map((pieces) => pieces.join(""));

const view: fc.Arbitrary<RequestView> = fc
  .record({
    method: fc.oneof(fc.constantFrom("GET", "POST", "PUT", "OPTIONS", "CONNECT"), bytes),
    target: fc.oneof(
      bytes.map((text) => `/${text}`),
      bytes,
      fc.constantFrom("*", "", "http://a.example/x"),
    ),
    version: fc.constantFrom("HTTP/1.0", "HTTP/1.1", "HTTP/2"),
    names: fc.array(
      fc.oneof(
        fc.constantFrom(
          "Host",
          "Cookie",
          "Content-Type",
          "Content-Length",
          "X-Key",
          "__proto__",
          "X-Forwarded-For",
          "Accept",
        ),
        bytes,
      ),
      { maxLength: 8 },
    ),
    values: fc.array(
      fc.oneof(
        bytes,
        fc.constantFrom(
          "multipart/form-data; boundary=b",
          "application/json",
          "application/x-www-form-urlencoded",
          "s=1; __proto__=2",
        ),
      ),
      { minLength: 8, maxLength: 8 },
    ),
    remoteAddress: fc.constantFrom(
      "203.0.113.9",
      "::ffff:203.0.113.9",
      "2001:db8::1",
      "fe80::1%eth0",
      "",
      undefined,
    ),
    body: fc.option(
      fc.oneof(
        bytes,
        bytes.map((text) => `{"__proto__":{"x":"${text}"}}`),
        bytes.map((text) => `--b\r\ncontent-disposition: form-data; name="${text}"\r\n\r\n${text}\r\n--b--`),
      ),
      { nil: undefined },
    ),
    status: fc.integer({ min: 0, max: 999 }),
  })
  .map(({ names, values, body, status, ...rest }) => ({
    ...rest,
    secure: false,
    rawHeaders: names.flatMap((name, at) => [name, values[at]!]),
    receivedAt: 1_700_000_000_000,
    ...(body === undefined
      ? {}
      : { body: { bytes: body, truncated: body.length % 2 === 1, size: body.length } }),
    response: {
      status,
      rawHeaders: names.flatMap((name, at) => [name, values[7 - at]!]),
      body: { bytes: values[0]!, truncated: false },
    },
  }));

test("no request makes the engine fail, and what it says of one is plain data", () => {
  const actions = new Set<string>();
  fc.assert(
    fc.property(view, fc.boolean(), (request, trace) => {
      const { request: decision, response } = waf.evaluateExchangeSync(request, {
        trace,
        now: request.receivedAt,
      });
      for (const one of response === undefined ? [decision] : [decision, response]) {
        actions.add(one.action);
        expect(one.failures).toBeUndefined();
        expect(JSON.parse(JSON.stringify(one))).toEqual(one);
        const answer = renderDecision(one, {
          method: request.method,
          accept: request.rawHeaders[1] ?? "",
          contentType: request.rawHeaders[3] ?? "",
        });
        for (const [name, value] of answer?.headers ?? []) expect(`${name}${value}`).not.toMatch(/[\r\n\0]/);
      }
    }),
    { numRuns: RUNS },
  );
  expect(errors).toEqual([]);
  // Otherwise the requests are too tame to show anything.
  expect([...actions].sort()).toEqual(["allow", "block"]);
  expect(log.events.length).toBeGreaterThan(0);
  for (const event of log.events) expect(jsonLine(event).trimEnd()).not.toMatch(/[\n\r\u2028\u2029]/);
  expect(Object.prototype).not.toHaveProperty("x");
});
