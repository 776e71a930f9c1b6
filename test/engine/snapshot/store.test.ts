import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  automatonEngine,
  createWaf,
  defineAction,
  type PatternEngine,
  type RuleInput,
  type StandardAction,
  standardActions,
  uncheckedRuleset,
  type Waf,
  type WafConfig,
} from "../../support/source/index.ts";

const PHASE = "http_request_firewall_custom";

/** One rule per path, and one that refuses the addresses of a list; both lists are always declared. */
function configuration(paths: readonly string[], lists: Lists): WafConfig {
  const rules: readonly RuleInput[] = [
    ...paths.map((path) => ({
      ref: path,
      action: "block" as const,
      expression: `http.request.uri.path eq "/${path}"`,
    })),
    { ref: "listed", action: "block", expression: "ip.src in $a or ip.src in $b" },
  ];
  return { rulesets: [{ id: "c", name: "c", kind: "zone", phase: PHASE, rules }], lists };
}

interface Lists extends Readonly<Record<string, readonly string[]>> {
  readonly a: readonly string[];
  readonly b: readonly string[];
}

interface Content {
  readonly paths: readonly string[];
  readonly lists: Lists;
}

const PATHS = ["p", "q", "r"];
const ADDRESSES = ["192.0.2.1", "192.0.2.2", "192.0.2.3"];

/** What the firewall refuses, of every path and every address. */
function refuses(waf: Waf): readonly string[] {
  const action = (path: string, address: string) =>
    waf.evaluateSync({ url: `https://a.example/${path}`, remoteAddress: address }).action;
  return [
    ...PATHS.filter((path) => action(path, "198.51.100.1") === "block"),
    ...ADDRESSES.filter((address) => action("none", address) === "block"),
  ];
}

function refusedBy({ paths, lists }: Content): readonly string[] {
  return [
    ...PATHS.filter((path) => paths.includes(path)),
    ...ADDRESSES.filter((address) => lists.a.includes(address) || lists.b.includes(address)),
  ];
}

const paths = fc.subarray(PATHS);
const addresses = fc.subarray(ADDRESSES);
const step = fc.oneof(
  fc.record({ kind: fc.constant("update" as const), paths, a: addresses, b: addresses }),
  fc.record({
    kind: fc.constant("list" as const),
    name: fc.constantFrom("a" as const, "b" as const),
    items: addresses,
  }),
  fc.record({ kind: fc.constant("rollback" as const), version: fc.integer({ min: 0, max: 12 }) }),
  fc.constant({ kind: "faulty" as const }),
);

test("any sequence of updates, list updates and rollbacks leaves what a plain model says", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 12 }), fc.integer({ min: 1, max: 4 }), (steps, historySize) => {
      let current: Content = { paths: ["p"], lists: { a: ["192.0.2.1"], b: [] } };
      const versions: Content[] = [current];
      const waf = createWaf(configuration(current.paths, current.lists), { historySize });
      const enter = (next: Content) => {
        current = next;
        versions.push(next);
      };
      const isNews = (next: Content) => JSON.stringify(next) !== JSON.stringify(current);
      for (const one of steps) {
        if (one.kind === "update") {
          const next = { paths: one.paths, lists: { a: one.a, b: one.b } };
          expect(waf.update(configuration(next.paths, next.lists)).ok).toBe(true);
          if (isNews(next)) enter(next);
        } else if (one.kind === "list") {
          const next = { ...current, lists: { ...current.lists, [one.name]: one.items } };
          expect(waf.updateList(one.name, one.items)).toMatchObject({
            ok: true,
            value: { size: one.items.length },
          });
          if (isNews(next)) enter(next);
        } else if (one.kind === "rollback") {
          const isKept =
            one.version >= 1 && one.version <= versions.length && one.version > versions.length - historySize;
          expect(waf.rollback(one.version).ok).toBe(isKept);
          const restored = versions[one.version - 1];
          if (isKept && restored !== undefined) enter(restored);
        } else {
          expect(waf.update(configuration(['"'], current.lists)).ok).toBe(false);
          expect(waf.updateList("a", ["no address"]).ok).toBe(false);
        }
        expect(refuses(waf)).toEqual(refusedBy(current));
        expect(waf.snapshot.version).toBe(versions.length);
        const kept = versions
          .map((_, at) => at + 1)
          .slice(-historySize)
          .reverse();
        expect(waf.history().map(({ version }) => version)).toEqual(kept);
      }
      // The hash is that of the content, however it came about.
      expect(waf.snapshot.hash).toBe(createWaf(configuration(current.paths, current.lists)).snapshot.hash);
    }),
    { numRuns: 60 },
  );
});

describe("the history", () => {
  test("tells how each version came to be, and what changed", () => {
    const waf = createWaf(configuration(["p"], { a: ["192.0.2.1"], b: [] }));
    waf.update(configuration(["p", "q"], { a: ["192.0.2.1"], b: [] }));
    waf.updateList("a", ["192.0.2.2", "192.0.2.3"]);
    waf.rollback(2);
    const none = { rules: [], rulesets: [], lists: [] };
    const list = { change: "changed", list: "a" };
    expect(waf.history()).toMatchObject([
      {
        version: 4,
        origin: "rollback",
        restored: 2,
        changes: { ...none, lists: [{ ...list, added: 1, removed: 2 }] },
      },
      {
        version: 3,
        origin: "list",
        list: "a",
        changes: { ...none, lists: [{ ...list, added: 2, removed: 1 }] },
      },
      {
        version: 2,
        origin: "update",
        changes: { rules: [{ change: "added", ruleset: "c", ref: "q" }], lists: [] },
      },
      { version: 1, origin: "create", changes: none },
    ]);
    expect(waf.history()[0]?.hash).toBe(waf.history()[2]?.hash);
  });

  test("holds no version for items that a list has already", () => {
    const waf = createWaf(configuration([], { a: ["192.0.2.1"], b: [] }));
    const { snapshot } = waf;
    expect(waf.updateList("a", ["192.0.2.1"])).toMatchObject({ ok: true, value: { size: 1, snapshot } });
    expect(waf.snapshot).toBe(snapshot);
    expect(waf.history()).toHaveLength(1);
  });

  test("keeps redirect lists as well", () => {
    const target = (url: string) => [{ redirect: { source_url: "a.example/old", target_url: url } }];
    const parameters = { from_list: { name: "moved", key: "http.request.full_uri" } };
    const rules: readonly RuleInput<StandardAction, "http_request_redirect">[] = [
      { ref: "r", action: "redirect", expression: "true", action_parameters: parameters },
    ];
    const waf = createWaf({
      rulesets: [{ id: "c", name: "c", kind: "zone", phase: "http_request_redirect", rules }],
      lists: { moved: { kind: "redirect", items: target("https://one.example/") } },
    });
    const location = () => waf.evaluateSync({ url: "https://a.example/old" });
    expect(waf.updateList("moved", target("https://two.example/")).ok).toBe(true);
    expect(location()).toMatchObject({ action: "redirect", location: "https://two.example/" });
    expect(waf.rollback(1).ok).toBe(true);
    expect(location()).toMatchObject({ action: "redirect", location: "https://one.example/" });
  });
});

describe("what cannot be is refused with its name", () => {
  const waf = createWaf(configuration(["p"], { a: ["192.0.2.1"], b: [] }));
  waf.updateList("a", ["192.0.2.2"]);
  test.each<[what: string, refused: () => unknown, error: Readonly<Record<string, unknown>>]>([
    [
      "a version that is none",
      () => waf.rollback(9),
      {
        code: "E_EDIT_TARGET",
        message: "there is no version `9` to go back to",
        expected: ["2", "1"],
        source: "<rollback>",
      },
    ],
    [
      "a list that is none",
      () => waf.updateList("none", []),
      { code: "E_LIST_UNKNOWN", message: "there is no list `$none`", source: "<list>" },
    ],
    [
      "items that are none",
      () => waf.updateList("a", "x" as never),
      { code: "E_DOC_TYPE", message: "the items of a list are an array", source: "$a" },
    ],
  ])("%s", (_what, refused, error) => {
    expect(refused()).toMatchObject({ ok: false, errors: [error], warnings: [] });
    expect(waf.snapshot.version).toBe(2);
  });
});

describe("a list update", () => {
  /** What a firewall compiles and prepares, counted by its own pattern engine and action. */
  function counting() {
    const counts = { patterns: 0, prepared: 0 };
    const patterns: PatternEngine = {
      name: automatonEngine.name,
      dialect: automatonEngine.dialect,
      compile(pattern) {
        counts.patterns++;
        return automatonEngine.compile(pattern);
      },
    };
    const count = defineAction({
      name: "count",
      summary: "Counts how often it is prepared.",
      terminating: false,
      phases: [PHASE],
      prepare() {
        counts.prepared++;
        return undefined;
      },
      apply(control) {
        control.log();
      },
    });
    return { counts, options: { patterns, actions: [...standardActions, count] } };
  }

  test("compiles, prepares and reads nothing beside the list", () => {
    const { counts, options } = counting();
    const expression = 'http.host matches "a.c" and ip.src in $a';
    let read = 0;
    const rule = {
      ref: "r",
      action: "count",
      get expression() {
        read++;
        return expression;
      },
    };
    const rulesets = [uncheckedRuleset({ id: "c", name: "c", kind: "zone", phase: PHASE, rules: [rule] })];
    const waf = createWaf({ rulesets, lists: { a: ["192.0.2.1"] } }, options);
    const before = { ...counts, read };
    expect(before).toEqual({ patterns: 1, prepared: 1, read: 1 });
    for (let at = 0; at < 10; at++)
      expect(waf.updateList("a", [`192.0.2.${at}`, "192.0.2.100"]).ok).toBe(true);
    expect({ ...counts, read }).toEqual(before);
    expect(
      waf.evaluateSync({ url: "https://abc.example/", remoteAddress: "192.0.2.9" }).matches,
    ).toHaveLength(1);
  });

  const odd: readonly (readonly [what: string, items: unknown, code: string])[] = [
    ["no array", "192.0.2.1", "E_DOC_TYPE"],
    ["undefined", undefined, "E_DOC_TYPE"],
    ["a function", [() => "192.0.2.1"], "E_DOC_TYPE"],
    [
      "a getter that throws",
      [
        {
          get ip() {
            throw new Error("no");
          },
        },
      ],
      "E_DOC_TYPE",
    ],
    ["a hole", new Array(1), "E_LIST_ITEM"],
    ["no address", ["x"], "E_INVALID_IP"],
  ];

  test.each(odd)("with %s changes nothing", (_what, items, code) => {
    const waf = createWaf(configuration([], { a: ["192.0.2.1"], b: [] }));
    expect(waf.updateList("a", items as never)).toMatchObject({ ok: false, errors: [{ code }] });
    expect(waf.snapshot.version).toBe(1);
  });

  test("keeps a copy of the items", () => {
    const waf = createWaf(configuration([], { a: [], b: [] }));
    const items = [{ ip: "192.0.2.1" }];
    waf.updateList("a", items);
    const { hash } = waf.snapshot;
    items.push({ ip: "192.0.2.2" });
    waf.updateList("b", ["192.0.2.3"]);
    waf.updateList("b", []);
    expect(waf.snapshot.hash).toBe(hash);
    expect(refuses(waf)).toEqual(["192.0.2.1"]);
  });
});
