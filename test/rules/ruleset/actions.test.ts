import { describe, expect, test } from "vitest";
import { compileValue } from "../../support/source/language/compile.ts";
import { MisuseError } from "../../support/source/language/diagnostics.ts";
import { automatonEngine } from "../../support/source/language/pattern.ts";
import {
  type Control,
  PhaseCatalogue,
  STANDARD_PHASES,
  standardActions,
} from "../../support/source/rules/ruleset.ts";
import { scheme } from "./support.ts";

const phases = new PhaseCatalogue();

/** What an action did, as calls of the control. */
function run(
  name: string,
  parameters: Readonly<Record<string, unknown>>,
  values: Record<string, unknown> = {},
): unknown {
  const action = standardActions.find((one) => one.name === name)!;
  const phase = phases.get("http_request_firewall_custom")!;
  const prepared = action.prepare(parameters, {
    phase,
    value(text, expected) {
      const result = compileValue(text, scheme, expected, { patterns: automatonEngine });
      if (!result.ok) throw new Error(result.errors[0]?.message);
      return result.value;
    },
  });
  const calls: unknown[] = [];
  const control = new Proxy({} as Control, {
    get:
      (_target, method) =>
      (...args: unknown[]) => {
        calls.push([method, ...args]);
        return true;
      },
  });
  action.apply(control, prepared, scheme.contextFrom(values as never) as never);
  return calls;
}

const note = (text: string): readonly unknown[] => [["note", text]];
const PATH_REFUSED = note("the new path is too long: path unchanged");
const QUERY_REFUSED = note("the new query is too long: query unchanged");
const HEADER_REMOVED = [
  ["note", "the new value of header `x-a` is too long or has line breaks: header removed"],
  ["header", { operation: "remove", name: "x-a" }],
];
const HEADER_REFUSED = note("the new value of header `x-a` is too long or has line breaks: nothing added");
const refused = (why: string): readonly unknown[] => [
  ["note", `${why}: the request is rejected instead`],
  ["block", { status: 400, body: undefined, variants: {}, grpcStatus: 7 }],
];
const TARGET_REFUSED = refused("the redirect target is too long or has line breaks");
const path = { uri: { path: { expression: "http.host" } } };
const query = { uri: { query: { expression: "http.host" } } };
const header = (operation: string) => ({ headers: { "x-a": { operation, expression: "http.host" } } });
const target = { from_value: { target_url: { expression: "http.host" }, preserve_query_string: true } };

const CASES: readonly (readonly [
  string,
  string,
  Record<string, unknown>,
  string | undefined,
  readonly unknown[],
])[] = [
  ["a path from an expression", "rewrite", path, "/new", [["rewritePath", "/new"]]],
  ["a path gets its slash", "rewrite", path, "new", [["rewritePath", "/new"]]],
  [
    "no path, path unchanged",
    "rewrite",
    path,
    undefined,
    note("the path expression has no value: path unchanged"),
  ],
  [
    "an empty path, path unchanged",
    "rewrite",
    path,
    "",
    note("the path expression has no value: path unchanged"),
  ],
  [
    "a path that would end the request line",
    "rewrite",
    path,
    "/a HTTP/1.1\r\nx: y",
    [["rewritePath", "/a%20HTTP/1.1%0D%0Ax:%20y"]],
  ],
  ["a path with a blank", "rewrite", path, "/a b", [["rewritePath", "/a%20b"]]],
  ["a path with controls", "rewrite", path, "/a\0\t\x7f", [["rewritePath", "/a%00%09%7F"]]],
  ["a path with letters beyond ASCII", "rewrite", path, "/é", [["rewritePath", "/%C3%A9"]]],
  ["a path with a backslash", "rewrite", path, "/a\\b", [["rewritePath", "/a%5Cb"]]],
  ["a path with escapes", "rewrite", path, "/%41%zz%", [["rewritePath", "/%41%zz%"]]],
  [
    "a path of all that needs no escape",
    "rewrite",
    path,
    "/!\"$%&'()*+,-.0:;<=>@A[]^_`a{|}~",
    [["rewritePath", "/!\"$%&'()*+,-.0:;<=>@A[]^_`a{|}~"]],
  ],
  ["a path with delimiters", "rewrite", path, "/a?b#c", [["rewritePath", "/a%3Fb%23c"]]],
  [
    "a path of the greatest size",
    "rewrite",
    path,
    `/${"a".repeat(16_383)}`,
    [["rewritePath", `/${"a".repeat(16_383)}`]],
  ],
  ["a path beyond all size", "rewrite", path, `/${"a".repeat(16_384)}`, PATH_REFUSED],
  ["an empty query removes it", "rewrite", query, "", [["rewriteQuery", ""]]],
  [
    "no query, query unchanged",
    "rewrite",
    query,
    undefined,
    note("the query expression has no value: query unchanged"),
  ],
  ["a query with a blank", "rewrite", query, "a b", [["rewriteQuery", "a%20b"]]],
  ["a query with a line break", "rewrite", query, "a\r\nb", [["rewriteQuery", "a%0D%0Ab"]]],
  ["a query with letters beyond ASCII", "rewrite", query, "q=é&b=\\", [["rewriteQuery", "q=%C3%A9&b=%5C"]]],
  ["a query beyond all size", "rewrite", query, "a".repeat(16_385), QUERY_REFUSED],
  ["a query with delimiters", "rewrite", query, "a?b#c", [["rewriteQuery", "a?b%23c"]]],
  [
    "a header set",
    "rewrite",
    header("set"),
    "v",
    [["header", { operation: "set", name: "x-a", value: "v" }]],
  ],
  [
    "a header set to nothing is removed",
    "rewrite",
    header("set"),
    undefined,
    [["header", { operation: "remove", name: "x-a" }]],
  ],
  ["a header added of nothing", "rewrite", header("add"), "", []],
  ["a header that would split the message", "rewrite", header("set"), "v\r\nset-cookie: x", HEADER_REMOVED],
  ["a header beyond all size", "rewrite", header("set"), "v".repeat(8193), HEADER_REMOVED],
  ["a header added that would split the message", "rewrite", header("add"), "v\nx: y", HEADER_REFUSED],
  [
    "a header of the greatest size",
    "rewrite",
    header("add"),
    "v".repeat(8192),
    [["header", { operation: "add", name: "x-a", value: "v".repeat(8192) }]],
  ],
  [
    "a header removed",
    "rewrite",
    { headers: { "x-a": { operation: "remove" } } },
    undefined,
    [["header", { operation: "remove", name: "x-a" }]],
  ],
  [
    "a static header as UTF-8 bytes",
    "rewrite",
    { headers: { "x-a": { operation: "set", value: "é" } } },
    undefined,
    [["header", { operation: "set", name: "x-a", value: "\u00c3\u00a9" }]],
  ],
  [
    "a redirect",
    "redirect",
    target,
    "/x",
    [["redirect", { location: "/x", status: 301, preserveQuery: true }]],
  ],
  ["a redirect to nowhere", "redirect", target, undefined, refused("the target expression has no value")],
  ["a redirect to nothing", "redirect", target, "", refused("the target expression has no value")],
  ["a redirect beyond all size", "redirect", target, "/".repeat(16_385), TARGET_REFUSED],
  ["a redirect that would split the message", "redirect", target, "/x\nset-cookie: y", TARGET_REFUSED],
  [
    "a redirect list",
    "redirect",
    { from_list: { name: "l", key: "http.host" } },
    "k",
    [["redirectFromList", "l", "k"]],
  ],
  [
    "a redirect list without key",
    "redirect",
    { from_list: { name: "l", key: "http.host" } },
    undefined,
    note("the key of the redirect list has no value: no redirect"),
  ],
  [
    "a redirect as written",
    "redirect",
    { from_value: { target_url: { value: "/é" }, status_code: 308 } },
    undefined,
    [["redirect", { location: "/\u00c3\u00a9", status: 308, preserveQuery: false }]],
  ],
  [
    "a skip of what follows",
    "skip",
    { ruleset: "current", scope: "all" },
    undefined,
    [
      [
        "skip",
        {
          restOfRuleset: true,
          restOfPhase: false,
          phases: [],
          rulesets: [],
          rules: new Map(),
          products: [],
          targets: [],
          scope: "all",
        },
      ],
    ],
  ],
  [
    "a skip by name",
    "skip",
    {
      phases: ["p"],
      rulesets: ["r"],
      rules: { r: ["a"] },
      products: ["bic"],
      targets: [{ tag: "t", field: "f", key: "k" }],
    },
    undefined,
    [
      [
        "skip",
        {
          restOfRuleset: false,
          restOfPhase: false,
          phases: ["p"],
          rulesets: ["r"],
          rules: new Map([["r", ["a"]]]),
          products: ["bic"],
          targets: [{ ruleset: undefined, rule: undefined, tag: "t", field: "f", key: "k" }],
          scope: "layer",
        },
      ],
    ],
  ],
  [
    "a whole route",
    "route",
    { host_header: "h", origin: { host: "o" }, sni: { value: "s" } },
    undefined,
    [["route", { hostHeader: "h", host: "o", port: undefined, serverName: "s" }]],
  ],
  ["an allow", "allow", {}, undefined, [["allow", { count: false }]]],
  ["a named score", "score", { name: "s", increment: 2 }, undefined, [["score", "s", 2]]],
  [
    "a carried action",
    "set_cache_tags",
    {},
    undefined,
    note("the action `set_cache_tags` is carried, not executed"),
  ],
  [
    "log fields of every source",
    "log_custom_field",
    {
      request_fields: [{ name: "a", preserve_duplicates: true }],
      response_fields: [{ name: "b" }],
      raw_response_fields: [{ name: "c" }],
      transformed_request_fields: [{ name: "d" }],
    },
    undefined,
    [
      ["logField", "request", "a", true],
      ["logField", "response", "b", false],
      ["logField", "raw_response", "c", false],
      ["logField", "transformed_request", "d", false],
    ],
  ],
  [
    "a refusal",
    "block",
    {},
    undefined,
    [["block", { status: undefined, body: undefined, variants: {}, grpcStatus: 7 }]],
  ],
  [
    "a refusal with content",
    "block",
    { response: { status_code: 418, content_type: "text/plain", content: "no", grpc_status: 9 } },
    undefined,
    [
      [
        "block",
        { status: 418, body: { contentType: "text/plain", content: "no" }, variants: {}, grpcStatus: 9 },
      ],
    ],
  ],
  [
    "a refusal with a content type and no content",
    "block",
    { response: { status_code: 418, content_type: "text/plain" } },
    undefined,
    [["block", { status: 418, body: undefined, variants: {}, grpcStatus: 7 }]],
  ],
  [
    "a refusal in the form that the client takes",
    "block",
    {
      response: {
        status_code: 403,
        variants: {
          html: { content: "<p>" },
          json: { content: "{}" },
          plain: { content: "no" },
          xml: { content: "<no/>", content_type: "application/problem+xml" },
        },
      },
    },
    undefined,
    [
      [
        "block",
        {
          status: 403,
          body: undefined,
          variants: {
            html: { contentType: "text/html", content: "<p>" },
            json: { contentType: "application/json", content: "{}" },
            plain: { contentType: "text/plain", content: "no" },
            xml: { contentType: "application/problem+xml", content: "<no/>" },
          },
          grpcStatus: 7,
        },
      ],
    ],
  ],
  ["a score", "score", { increment: -3 }, undefined, [["score", "default", -3]]],
  ["allow", "allow", { count: true }, undefined, [["allow", { count: true }]]],
  ["a challenge", "js_challenge", {}, undefined, [["challenge", "js_challenge"]]],
  ["log", "log", {}, undefined, [["log"]]],
  [
    "a route",
    "route",
    { origin: { port: 8080 } },
    undefined,
    [["route", { hostHeader: undefined, host: undefined, port: 8080, serverName: undefined }]],
  ],
  ["settings", "set_config", { mirage: true }, undefined, [["config", { mirage: true }]]],
  [
    "log fields",
    "log_custom_field",
    { cookie_fields: [{ name: "sid" }] },
    undefined,
    [["logField", "cookie", "sid", false]],
  ],
  [
    "an error page",
    "serve_error",
    { content: "x" },
    undefined,
    [["serveError", { status: undefined, contentType: "text/html", content: "x", asset: undefined }]],
  ],
];

test.each(CASES)("%s", (_name, name, parameters, host, calls) => {
  expect(run(name, parameters, host === undefined ? {} : { "http.host": host })).toEqual(calls);
});

test("execute keeps overrides per property and tags in their order", () => {
  const [call] = run("execute", {
    id: "t",
    overrides: {
      enabled: false,
      categories: [
        { category: "b", action: "log" },
        { category: "a", enabled: true },
      ],
      rules: [{ id: "r", score_threshold: 25 }],
    },
  }) as [[string, { overrides: { all: unknown; tags: { tag: string }[]; rules: Map<string, unknown> } }]];
  const { overrides } = call[1];
  expect(overrides.all).toEqual({
    action: undefined,
    enabled: false,
    sensitivity: undefined,
    scoreThreshold: undefined,
  });
  expect(overrides.tags.map((entry) => entry.tag)).toEqual(["b", "a"]);
  expect(overrides.rules.get("r")).toMatchObject({ scoreThreshold: 25, action: undefined });
});

describe("phases", () => {
  test("every action that a phase lists exists, and every action has a phase", () => {
    const listed = new Set(STANDARD_PHASES.flatMap((phase) => phase.actions));
    const names = new Set(standardActions.map((action) => action.name));
    expect([...listed].filter((name) => !names.has(name))).toEqual([]);
    const unplaced = standardActions.filter(({ name, phases }) => !listed.has(name) && phases === undefined);
    expect(unplaced.map(({ name }) => name)).toEqual(["transform_response_html"]);
  });

  test("custom before rate limits before managed; requests before responses", () => {
    const order = ["http_request_transform", "custom", "ratelimit", "managed", "http_custom_errors", "log"];
    const positions = order.map((name) => phases.order(name) ?? -1);
    expect(positions).toEqual([...positions].sort((left, right) => left - right));
    const firstResponse = STANDARD_PHASES.findIndex((phase) => phase.side === "response");
    expect(STANDARD_PHASES.slice(firstResponse).every((phase) => phase.side === "response")).toBe(true);
  });

  test("two phases of one name are a mistake of the embedder's", () => {
    expect(() => new PhaseCatalogue([...STANDARD_PHASES, STANDARD_PHASES[0]!])).toThrow(MisuseError);
  });
});
