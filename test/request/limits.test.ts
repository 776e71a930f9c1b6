import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  createWaf,
  DEFAULT_REQUEST_LIMITS,
  type RequestData,
  type RequestLimits,
} from "../support/source/index.ts";
import { Budget } from "../support/source/language/values.ts";
import { hasMorePieces, parseCookies, splitPairs } from "../support/source/request/head.ts";

// Each limit one below it, at it and one beyond, as rules see it.

/** What puts so many units into a request, and what rules then see. */
interface Edge {
  readonly request: (size: number) => RequestData;
  /** An expression: true when the last of so many units was read. */
  readonly read: (size: number) => string;
  /** An expression: true when something was left out. */
  readonly cut?: string;
  /** Values of the limit beside the default. */
  readonly sizes: readonly number[];
}

const url = "https://a.example/";
const repeated = (count: number, item: (at: number) => string, separator = "") =>
  Array.from({ length: count }, (_, at) => item(at)).join(separator);
const has = (array: string) => (size: number) => (size === 0 ? "true" : `${array}[${size - 1}] ge ""`);
const body = (type: string, bytes: string): RequestData => ({
  url,
  method: "POST",
  headers: { "Content-Type": type },
  body: bytes,
});
const json = (text: string) => body("application/json", text);
const multipart = (text: string) => body("multipart/form-data; boundary=b", text);
const error = (code: string) => `wirewall.request.body.error eq "${code}"`;
const anomaly = (of: string, code: string) => `any(wirewall.request.${of}.anomalies[*] eq "${code}")`;
const hop = (at: number) => `10.0.${at >> 8}.${at & 255}`;
const disposition = 'Content-Disposition: form-data; name="a"';

/** Their edges stand with the readers that have them: request/body/xml.test.ts and nested.test.ts. */
const ELSEWHERE = [
  "maxXmlDepth",
  "maxXmlValues",
  "maxXmlPathBytes",
  "maxXmlJoinedBytes",
  "maxXmlEntities",
  "maxXmlEntityDepth",
  "maxXmlEntityBytes",
  "maxNestedDepth",
  "maxNestedValues",
  "maxNestedBytes",
] as const;
type Edged = Exclude<keyof RequestLimits, (typeof ELSEWHERE)[number]>;

const EDGES: Readonly<Record<Edged, Edge>> = {
  maxHeaders: {
    request: (size) => ({
      url,
      headers: Array.from({ length: size }, (_, at) =>
        at === 0 ? (["Host", "a.example"] as const) : ([`X-${at}`, "v"] as const),
      ),
    }),
    read: has("http.request.headers.names"),
    cut: anomaly("headers", "too_many_headers"),
    sizes: [2, 9],
  },
  maxCookies: {
    request: (size) => ({ url, headers: { Cookie: repeated(size, (at) => `c${at}=v`, "; ") } }),
    read: (size) => (size === 0 ? "true" : `http.request.cookies["c${size - 1}"][0] eq "v"`),
    cut: anomaly("cookies", "too_many_cookies"),
    sizes: [1, 7],
  },
  maxArguments: {
    request: (size) => ({ url: `${url}?${repeated(size, (at) => `a${at}`, "&")}` }),
    read: has("http.request.uri.args.names"),
    cut: anomaly("uri", "too_many_arguments"),
    sizes: [1, 7],
  },
  maxBodyBytes: {
    request: (size) => body("application/wasm", `\0asm${"x".repeat(Math.max(0, size - 4))}`),
    read: (size) => `len(http.request.body.raw) eq ${size}`,
    cut: "http.request.body.truncated",
    sizes: [10, 100],
  },
  maxInspectedBytes: {
    request: (size) => body("text/plain", "x".repeat(size)),
    read: (size) => `len(wirewall.request.body.unread) eq ${size}`,
    cut: error("body_too_long"),
    sizes: [2, 100],
  },
  maxFormFields: {
    request: (size) =>
      body(
        "application/x-www-form-urlencoded",
        repeated(size, (at) => `a${at}`, "&"),
      ),
    read: has("http.request.body.form.names"),
    cut: error("form_too_many_fields"),
    sizes: [1, 7],
  },
  maxParts: {
    request: (size) => multipart(`${repeated(size, () => `--b\r\n${disposition}\r\n\r\nx\r\n`)}--b--`),
    read: has("http.request.body.multipart.values"),
    cut: error("multipart_too_many_parts"),
    sizes: [2, 7],
  },
  maxPartHeaders: {
    request: (size) =>
      multipart(`--b\r\n${disposition}\r\n${repeated(size - 1, (at) => `X-${at}: v\r\n`)}\r\nx\r\n--b--`),
    read: () => 'wirewall.request.body.error eq "" and http.request.body.multipart.values[0] eq "x"',
    cut: error("multipart_part_header_too_large"),
    sizes: [2, 7],
  },
  maxPartHeaderBytes: {
    // Counted are the lines with the bytes between them, up to the CR of the empty line.
    request: (size) =>
      multipart(`--b\r\n${disposition}\r\nX: ${"v".repeat(size - disposition.length - 8)}\r\n\r\nx\r\n--b--`),
    read: () => 'wirewall.request.body.error eq "" and http.request.body.multipart.values[0] eq "x"',
    cut: error("multipart_part_header_too_large"),
    sizes: [100, 301],
  },
  maxJsonDepth: {
    request: (size) => json(`${"[".repeat(size)}1${"]".repeat(size)}`),
    read: (size) => `wirewall.request.body.json.depth eq ${size}`,
    cut: error("json_too_deep"),
    sizes: [1, 7],
  },
  maxJsonValues: {
    request: (size) => json(`[${repeated(size, () => "1", ",")}]`),
    read: has("wirewall.request.body.json.values"),
    cut: error("json_too_many_values"),
    sizes: [2, 7],
  },
  maxJsonPathBytes: {
    request: (size) => json(`{"${"k".repeat(size - 3)}":1,"abc":2}`),
    read: () => 'wirewall.request.body.json.values[1] eq "2"',
    cut: error("json_paths_too_long"),
    sizes: [10, 100],
  },
  maxForwardedHops: {
    request: (size) => ({
      url,
      remoteAddress: "10.9.9.9",
      headers: { "X-Forwarded-For": repeated(size, hop, ", ") },
    }),
    // The hops are trusted one and all: the farthest that is looked at is the client.
    read: () => `ip.src eq ${hop(0)}`,
    sizes: [2, 7],
  },
  maxLanguages: {
    request: (size) => ({ url, headers: { "Accept-Language": repeated(size, (at) => `x-${at}`, ", ") } }),
    read: has("http.request.accepted_languages"),
    sizes: [1, 7],
  },
};

function holds(expression: string, init: RequestData, limits: Partial<RequestLimits>): boolean {
  const waf = createWaf(
    {
      rulesets: [
        {
          id: "r",
          name: "r",
          kind: "zone",
          phase: "http_request_firewall_custom",
          rules: [{ ref: "holds", action: "log", expression }],
        },
      ],
    },
    { limits: { request: limits }, client: { trust: ["10.0.0.0/8"] }, budget: 100_000_000 },
  );
  const decision = waf.evaluateSync({ remoteAddress: "192.0.2.7", receivedAt: 0, ...init });
  expect(decision.budget).toBeUndefined();
  return decision.matches.length > 0;
}

describe("the limits of requests", () => {
  test("are frozen, and each has an edge here", () => {
    expect(Object.isFrozen(DEFAULT_REQUEST_LIMITS)).toBe(true);
    expect([...Object.keys(EDGES), ...ELSEWHERE].sort()).toEqual(Object.keys(DEFAULT_REQUEST_LIMITS).sort());
  });

  // So that no path is longer than the body may be.
  const roomy: Partial<RequestLimits> = { maxInspectedBytes: 5_000_000 };
  const cases = Object.entries(EDGES).flatMap(([name, edge]) => {
    const limit = name as Edged;
    return [DEFAULT_REQUEST_LIMITS[limit], ...edge.sizes].map((size) => [limit, size, edge] as const);
  });
  test.each(cases)("%s of %d: all is read at it, not beyond it", (name, size, { request, read, cut }) => {
    const limits = {
      ...(name === "maxBodyBytes" || name === "maxInspectedBytes" ? {} : roomy),
      ...(size === DEFAULT_REQUEST_LIMITS[name] ? {} : { [name]: size }),
    };
    const told = (units: number) => [
      holds(read(units), request(units), limits),
      cut === undefined ? undefined : holds(cut, request(units), limits),
    ];
    const said = (value: boolean) => (cut === undefined ? undefined : value);
    expect([told(size - 1), told(size), told(size + 1)]).toEqual([
      [true, said(false)],
      [true, said(false)],
      [false, said(true)],
    ]);
  });
});

describe("the lines of a response", () => {
  test.each([DEFAULT_REQUEST_LIMITS.maxHeaders, 2])("are read up to %d", (most) => {
    const waf = createWaf(
      {
        rulesets: [
          {
            id: "r",
            name: "r",
            kind: "zone",
            phase: "http_response_firewall_headers",
            rules: [
              { ref: "last", action: "log", expression: 'any(http.response.headers["x-last"][*] eq "v")' },
            ],
          },
        ],
      },
      { limits: { request: { maxHeaders: most } } },
    );
    const seen = (lines: number) => {
      const headers = Array.from(
        { length: lines },
        (_, at) => [at === lines - 1 ? "X-Last" : "X", "v"] as const,
      );
      return waf.evaluateExchangeSync({ url, response: { status: 200, headers } }).response?.matches.length;
    };
    expect([seen(most - 1), seen(most), seen(most + 1)]).toEqual([1, 1, 0]);
  });
});

const piece = fc.constantFrom("", "a", "a=1", " ", "\t ", " a ", "&", ";", "=");

test.each([
  ["&", (text: string, most: number) => splitPairs(text, most, new Budget(1e6)).truncated],
  [";", (text: string, most: number) => parseCookies(text, most, new Budget(1e6)).truncated],
] as const)("pieces between %s are counted as they are read", (separator, isCut) => {
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), fc.nat({ max: 6 }), (pieces, most) => {
      const text = pieces.join(separator);
      expect(hasMorePieces(`x?${text}`, 2, separator, most)).toBe(isCut(text, most));
    }),
  );
});
