import { writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { tryCreateWaf } from "../support/source/index.ts";
import { managedRulesets } from "../support/source/rules/managed.ts";
import { folder, run } from "./support.ts";

// `check` rejects exactly what a firewall rejects, and shows each fault in the file.

type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

const rule = (ref: string, expression: string, action: string, rest = {}) => ({
  ref,
  expression,
  action,
  ...rest,
});
const limit = {
  characteristics: ["ip.src", "cf.colo.id"],
  period: 60,
  requests_per_period: 5,
  mitigation_timeout: 60,
};

/** One of each kind of thing that a firewall judges. */
const DOCUMENTS: readonly Json[] = [
  {
    lists: {
      nets: { kind: "ip", items: ["10.0.0.0/8", { ip: "2001:db8::/32", comment: "a branch" }] },
      ports: { kind: "int", items: [80, 443] },
      hosts: { kind: "hostname", items: ["a.example", "*.b.example"] },
      words: { kind: "substring", items: ["evil", "bad"] },
      moves: {
        kind: "redirect",
        items: [{ redirect: { source_url: "https://a.example/go", target_url: "https://b.example/" } }],
      },
    },
    rulesets: [
      {
        id: "zone",
        name: "zone",
        kind: "zone",
        phase: "http_request_firewall_custom",
        rules: [
          rule("nets", "ip.src in $nets", "block"),
          rule("ports", "cf.edge.server_port in $ports and http.host in $hosts", "log"),
          rule(
            "words",
            'http.user_agent in $words or starts_with(http.request.uri.path, "/a")',
            "managed_challenge",
          ),
          rule("run", "true", "execute", {
            action_parameters: { id: "mine", overrides: { rules: [{ id: "m1", action: "log" }] } },
          }),
          rule("past", "ssl", "skip", { action_parameters: { ruleset: "current" } }),
        ],
      },
      {
        id: "mine",
        name: "mine",
        kind: "custom",
        phase: "http_request_firewall_custom",
        rules: [rule("m1", 'http.request.method eq "PUT"', "block", { categories: ["methods"] })],
      },
    ],
  },
  {
    rulesets: [
      {
        id: "managed",
        name: "managed",
        kind: "zone",
        phase: "http_request_firewall_managed",
        rules: [
          rule("core", "true", "execute", {
            action_parameters: {
              id: "wirewall-core",
              overrides: {
                action: "log",
                categories: [{ category: "sqli", enabled: false }],
                rules: [{ id: "wc-sqli-union-select", action: "block", score_threshold: 5 }],
              },
            },
          }),
          rule("leave", "ssl", "skip", { action_parameters: { rulesets: ["wirewall-core"] } }),
        ],
      },
      {
        id: "limits",
        name: "limits",
        kind: "zone",
        phase: "http_ratelimit",
        rules: [
          rule("login", 'http.request.uri.path eq "/login"', "block", { ratelimit: limit }),
          rule("codes", "true", "block", {
            ratelimit: { ...limit, counting_expression: "http.response.code eq 401" },
          }),
        ],
      },
      {
        id: "moves",
        name: "moves",
        kind: "zone",
        phase: "http_request_dynamic_redirect",
        rules: [
          rule("move", 'http.host eq "old.example"', "redirect", {
            action_parameters: {
              from_value: {
                status_code: 301,
                target_url: { expression: 'concat("https://a.example", http.request.uri.path)' },
              },
            },
          }),
        ],
      },
      {
        id: "headers",
        name: "headers",
        kind: "zone",
        phase: "http_request_late_transform",
        rules: [
          rule("set", "true", "rewrite", {
            action_parameters: {
              headers: { "x-country": { operation: "set", expression: "ip.src.country" } },
            },
          }),
        ],
      },
    ],
  },
];

/** What may come in the place of a scalar: of other types, and near misses. */
const SCALARS: readonly Json[] = [
  null,
  true,
  0,
  -1,
  1.5,
  61,
  "",
  "x",
  "block",
  "execute",
  "custom",
  "http_ratelimit",
  "http_response_firewall_managed",
  "10.0.0.0/33",
  "*.*",
  "wirewall-core",
  "nets",
  "http.hst eq 1",
  "ip.src in $nope",
  'http.request.body.raw eq "a"',
  "http.response.code eq 1",
  [],
  {},
];

type Path = readonly (string | number)[];

function isNested(value: Json): value is Exclude<Json, null | boolean | number | string> {
  return typeof value === "object" && value !== null;
}

function placesIn(value: Json, path: Path = []): Path[] {
  if (!isNested(value)) return [path];
  return [
    path,
    ...Object.entries(value).flatMap(([name, item]) =>
      placesIn(item, [...path, Array.isArray(value) ? Number(name) : name]),
    ),
  ];
}

/** The document with another thing at a place: `undefined` takes it out, a text of `as` renames the member. */
function changed(
  value: Json,
  [step, ...rest]: Path,
  change: (value: Json) => Json | undefined,
): Json | undefined {
  if (step === undefined) return change(value);
  if (!isNested(value)) return value;
  const entries = Object.entries(value).flatMap(([name, item]): (readonly [string, Json])[] => {
    if (name !== String(step)) return [[name, item]];
    const made = changed(item, rest, change);
    return made === undefined ? [] : [[name, made]];
  });
  return Array.isArray(value) ? entries.map(([, item]) => item) : Object.fromEntries(entries);
}

const mutation = fc.record({
  place: fc.nat(),
  kind: fc.constantFrom("scalar", "out", "twice", "text"),
  scalar: fc.constantFrom(...SCALARS),
});

function mutate(
  document: Json,
  { place, kind, scalar }: typeof mutation extends fc.Arbitrary<infer T> ? T : never,
): Json {
  const places = placesIn(document).slice(1);
  const path = places[place % places.length] ?? [];
  const made =
    kind === "out"
      ? changed(document, path, () => undefined)
      : kind === "twice"
        ? changed(document, path.slice(0, -1), (value) =>
            Array.isArray(value)
              ? [...value, ...value]
              : isNested(value)
                ? { ...value, extra: scalar }
                : value,
          )
        : changed(document, path, (value) =>
            kind === "text" && typeof value === "string" ? `${value}x` : scalar,
          );
  return made ?? null;
}

/** What `check --json` prints, as far as it is looked at. */
interface Report {
  readonly diagnostics: readonly {
    readonly severity: string;
    readonly code: string;
    readonly source: string;
    readonly line: number;
    readonly offset: number;
    readonly message: string;
  }[];
}

interface SetUp {
  /** The file that is changed, and what stands in it at first. */
  readonly mutated: string;
  readonly start: Json;
  readonly others?: Readonly<Record<string, string>>;
  args(path: string): readonly string[];
  /** Options that `check` has alone. */
  readonly ofCheck?: readonly string[];
}

describe("check and createWaf", () => {
  test("reject the same documents, with all faults in the file", async () => {
    const file = join(folder({ "rules.json": "{}" }), "rules.json");
    let rejected = 0;
    let accepted = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...DOCUMENTS),
        fc.array(mutation, { minLength: 0, maxLength: 2 }),
        async (document, mutations) => {
          const text = JSON.stringify(mutations.reduce(mutate, document), undefined, 1);
          // A program may begin with no rules at all; a file without any is a mistake.
          fc.pre(text !== "{}");
          writeFileSync(file, text);
          const { code, out } = await run(["check", file, "--json"]);
          const { diagnostics } = JSON.parse(out) as Report;
          const made = tryCreateWaf(JSON.parse(text), { managed: managedRulesets });
          made.ok ? accepted++ : rejected++;
          expect(code === 0, `${text}\n${JSON.stringify(made)}`).toBe(made.ok);
          const lines = text.split("\n").length;
          for (const found of diagnostics) {
            expect(found.source, JSON.stringify(found)).toBe(file);
            expect(found.line).toBeLessThanOrEqual(lines);
          }
        },
      ),
      { numRuns: 150 },
    );
    expect(rejected).toBeGreaterThan(50);
    expect(accepted).toBeGreaterThan(20);
  }, 120_000);

  test.each<[name: string, setup: SetUp]>([
    [
      "a file of a list",
      {
        mutated: "office.json",
        start: { name: "office", kind: "ip", items: ["10.0.0.0/8", { ip: "192.0.2.1", comment: "x" }] },
        others: { "rules.yaml": "rules: [{ref: a, action: block, expression: 'ip.src in $office'}]" },
        args: (path) => [join(path, "rules.yaml"), "--list", `office=${join(path, "office.json")}`],
      },
    ],
    [
      "a Terraform configuration",
      {
        mutated: "main.tf.json",
        start: {
          variable: { host: { default: "a.example" } },
          resource: {
            cloudflare_list: {
              nets: { account_id: "a", name: "nets", kind: "ip", items: [{ ip: "10.0.0.0/8" }] },
            },
            cloudflare_ruleset: {
              custom: {
                zone_id: "z",
                name: "custom",
                kind: "zone",
                phase: "http_request_firewall_custom",
                rules: [
                  rule("one", `http.host eq "\${var.host}" and ip.src in $nets`, "block", { enabled: true }),
                ],
              },
            },
          },
        },
        args: (path) => [join(path, "main.tf.json")],
      },
    ],
    [
      "an answer of the API",
      {
        mutated: "answer.json",
        start: {
          success: true,
          errors: [],
          messages: [],
          result: {
            id: "0123456789abcdef0123456789abcdef",
            name: "custom",
            kind: "zone",
            version: "3",
            last_updated: "2026-01-01T00:00:00Z",
            phase: "http_request_firewall_custom",
            rules: [rule("one", 'http.host eq "a"', "block", { id: "fedcba9876543210fedcba9876543210" })],
          },
        },
        args: (path) => [join(path, "answer.json")],
      },
    ],
    [
      "the options of the command line",
      {
        mutated: "rules.json",
        start: {
          rules: [rule("a", 'ip.src.country eq "AT" and ssl and cf.bot_management.score lt 5', "block")],
        },
        args: (path) => [join(path, "rules.json"), "--trust", "10.0.0.0/8"],
        ofCheck: ["--supplied", "cf.bot_management.*", "--plain-http", "--protocol-header", "x-proto"],
      },
    ],
  ])(
    "check and explain agree about %s",
    async (_name, { mutated, start, others = {}, args, ofCheck = [] }) => {
      const path = folder({ ...others, [mutated]: "{}" });
      let rejected = 0;
      await fc.assert(
        fc.asyncProperty(fc.array(mutation, { minLength: 1, maxLength: 3 }), async (mutations) => {
          const text = JSON.stringify(mutations.reduce(mutate, start), undefined, 1);
          writeFileSync(join(path, mutated), text);
          const checked = await run(["check", ...args(path), ...ofCheck, "--json"]);
          const explained = await run(["explain", ...args(path), "--url", "/"]);
          if (checked.code !== 0) rejected++;
          expect([checked.code === 0, text], explained.err).toEqual([explained.code === 0, text]);
        }),
        { numRuns: 40 },
      );
      expect(rejected).toBeGreaterThan(0);
    },
    120_000,
  );

  test("more than 200 warnings hide no fault, of rules or of lists", async () => {
    const warned = Array.from({ length: 300 }, (_, at) =>
      rule(`r${at}`, `http.request.headers["x-${at}"][0] ne "a"`, "log"),
    );
    const nets = (item: string) => ({
      name: "nets",
      kind: "ip",
      items: [...Array(250).fill("10.0.0.1"), item],
    });
    const faulty = rule("last", 'http.hst eq "a"', "block");
    const file = join(folder({ "rules.json": "" }), "rules.json");
    const found = async (document: Json) => {
      writeFileSync(file, JSON.stringify(document));
      const { code, out } = await run(["check", file, "--json"]);
      const { diagnostics } = JSON.parse(out) as Report;
      const errors = diagnostics.filter(({ severity }) => severity === "error").map((one) => one.code);
      return { code, errors };
    };
    const sound = { lists: [nets("10.0.0.2")], rules: warned };
    expect(await found(sound)).toEqual({ code: 0, errors: [] });
    expect(await found({ ...sound, rules: [...warned, faulty] })).toEqual({
      code: 1,
      errors: ["E_UNKNOWN_IDENTIFIER"],
    });
    expect(await found({ ...sound, lists: [nets("10.0.0.299")] })).toEqual({
      code: 1,
      errors: ["E_INVALID_IP"],
    });
    // Faults of rules hide none of lists.
    expect(await found({ lists: [nets("10.0.0.299")], rules: [...warned, faulty] })).toEqual({
      code: 1,
      errors: expect.arrayContaining(["E_UNKNOWN_IDENTIFIER", "E_INVALID_IP"]),
    });
  });
});
