import { createHash } from "node:crypto";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { SnapshotFacts } from "../../support/source/engine/decision.ts";
import {
  contentHash,
  diffConfigurations,
  hashText,
  type RuleChange,
  SnapshotHistory,
  summarizeChanges,
} from "../../support/source/engine/snapshot.ts";
import type {
  Configuration,
  ListDocument,
  RuleDocument,
  RulesetDocument,
} from "../../support/source/rules/ruleset.ts";

function rule(ref: string, over: Partial<RuleDocument> = {}): RuleDocument {
  return { id: ref, ref, action: "block", expression: "true", enabled: true, ...over };
}

function ruleset(rules: readonly RuleDocument[], over: Partial<RulesetDocument> = {}): RulesetDocument {
  return {
    id: "custom",
    name: "custom",
    kind: "zone",
    phase: "http_request_firewall_custom",
    rules,
    ...over,
  };
}

function configuration(
  rulesets: readonly RulesetDocument[],
  lists: readonly ListDocument[] = [],
): Configuration {
  return { rulesets, lists };
}

const refs = (text: string): Configuration => configuration([ruleset([...text].map((ref) => rule(ref)))]);

describe("content hash", () => {
  test("is SHA-256 of the canonical text, whatever the order of members", () => {
    const one = configuration([ruleset([rule("a", { action_parameters: { x: 1, y: 2 } })])]);
    const other = configuration([
      {
        rules: [{ ...rule("a"), action_parameters: { y: 2, x: 1 } }],
        phase: "http_request_firewall_custom",
        kind: "zone",
        name: "custom",
        id: "custom",
      },
    ]);
    expect(contentHash(one)).toBe(contentHash(other));
    expect(contentHash(one)).toMatch(/^[0-9a-f]{64}$/);
    expect(contentHash(refs("ab"))).not.toBe(contentHash(refs("ba")));
  });

  test("a hash that is kept takes the memory of its digits", () => {
    setFlagsFromString("--expose-gc");
    const collect = runInNewContext("gc") as () => void;
    const many = 4000;
    const kept: string[] = new Array(many).fill("");
    hashText("warm");
    collect();
    const before = process.memoryUsage().heapUsed;
    for (let at = 0; at < many; at++) kept[at] = hashText(String(at));
    collect();
    const each = (process.memoryUsage().heapUsed - before) / many;
    expect(new Set(kept).size).toBe(many);
    // 64 digits and the header of the string, with room for what else happens meanwhile; a tree takes 900.
    expect(each).toBeLessThan(300);
  });

  test("long text and text beyond ASCII hash as Node hashes them", () => {
    for (const text of ["", "é", "a".repeat(65_535) + "😀".repeat(40_000), "😀".repeat(70_000)]) {
      expect(hashText(text)).toBe(createHash("sha256").update(text, "utf8").digest("hex"));
    }
  });
});

describe("difference of rules", () => {
  const changed = (ref: string, ...members: string[]): RuleChange => ({
    change: "changed",
    ruleset: "custom",
    ref,
    members,
  });
  const of = (change: "added" | "removed" | "moved", ref: string): RuleChange => ({
    change,
    ruleset: "custom",
    ref,
  });
  test.each<[what: string, before: Configuration, after: Configuration, changes: readonly RuleChange[]]>([
    ["none", refs("abc"), refs("abc"), []],
    ["added", refs("ac"), refs("abc"), [of("added", "b")]],
    ["removed", refs("abc"), refs("ac"), [of("removed", "b")]],
    ["one to the end", refs("abcd"), refs("bcda"), [of("moved", "a")]],
    ["one to the start", refs("abcd"), refs("dabc"), [of("moved", "d")]],
    ["swapped", refs("ab"), refs("ba"), [of("moved", "b")]],
    ["reversed", refs("abc"), refs("cba"), [of("moved", "c"), of("moved", "b")]],
    [
      "members",
      configuration([ruleset([rule("a", { description: "x", enabled: true })])]),
      configuration([ruleset([rule("a", { enabled: false, action_parameters: { x: 1 } })])]),
      [changed("a", "action_parameters", "enabled", "description")],
    ],
    [
      "unknown members",
      configuration([ruleset([rule("a", { extra: { note: 1 } })])]),
      configuration([ruleset([rule("a", { extra: { note: 2 } })])]),
      [changed("a", "note")],
    ],
    [
      "order of members only",
      configuration([ruleset([rule("a", { action_parameters: { x: 1, y: 1 } })])]),
      configuration([ruleset([rule("a", { action_parameters: { y: 1, x: 1 } })])]),
      [],
    ],
    [
      "when it was written",
      configuration([ruleset([rule("a", { last_updated: "2024-01-01T00:00:00Z" })])]),
      refs("a"),
      [],
    ],
    [
      "changed and moved",
      refs("abc"),
      configuration([ruleset([rule("b"), rule("c"), rule("a", { action: "log" })])]),
      [changed("a", "action"), of("moved", "a")],
    ],
    ["of a new ruleset", configuration([]), refs("a"), [of("added", "a")]],
    ["of a ruleset that is gone", refs("a"), configuration([]), [of("removed", "a")]],
    [
      "same ref in another ruleset",
      refs("a"),
      configuration([ruleset([rule("a")]), ruleset([rule("a")], { id: "other" })]),
      [{ change: "added", ruleset: "other", ref: "a" }],
    ],
  ])("%s", (_what, before, after, changes) => {
    expect(diffConfigurations(before, after).rules).toEqual(changes);
  });

  test("the fewest rules count as moved, and applying the changes gives the new order", () => {
    const order = fc.uniqueArray(fc.constantFrom(..."abcdefgh"), { maxLength: 8 });
    fc.assert(
      fc.property(order, order, (before, after) => {
        const { rules } = diffConfigurations(refs(before.join("")), refs(after.join("")));
        const named = (change: string) =>
          new Set(rules.filter((one) => one.change === change).map(({ ref }) => ref));
        expect(named("added")).toEqual(new Set(after.filter((ref) => !before.includes(ref))));
        expect(named("removed")).toEqual(new Set(before.filter((ref) => !after.includes(ref))));
        const moved = named("moved");
        const stay = (refs: readonly string[], others: readonly string[]) =>
          refs.filter((ref) => others.includes(ref) && !moved.has(ref));
        expect(stay(before, after)).toEqual(stay(after, before));
      }),
      { numRuns: 1000 },
    );
  });
});

test("difference of rulesets and lists", () => {
  const list = (
    name: string,
    items: ListDocument["items"],
    over: Partial<ListDocument> = {},
  ): ListDocument => ({ name, kind: "ip", items, ...over });
  const before = configuration(
    [ruleset([]), ruleset([], { id: "gone" })],
    [
      list("a", ["1.1.1.1", "2.2.2.2", "2.2.2.2"]),
      list("gone", ["1.1.1.1"]),
      list("same", [{ ip: "1.1.1.1", comment: "x" }]),
    ],
  );
  const after = configuration(
    [ruleset([], { description: "new words", name: "other" }), ruleset([], { id: "new" })],
    [
      list("a", ["2.2.2.2", "3.3.3.3", "4.4.4.4"], { description: "d" }),
      list("new", ["1.1.1.1"]),
      list("same", [{ comment: "x", ip: "1.1.1.1" }]),
    ],
  );
  const diff = diffConfigurations(before, after);
  expect(diff).toEqual({
    rules: [],
    rulesets: [
      { change: "changed", ruleset: "custom", members: ["name", "description"] },
      { change: "added", ruleset: "new" },
      { change: "removed", ruleset: "gone" },
    ],
    lists: [
      { change: "changed", list: "a", added: 2, removed: 2, members: ["description"] },
      { change: "added", list: "new", added: 1, removed: 0 },
      { change: "removed", list: "gone", added: 0, removed: 1 },
    ],
  });
  expect(summarizeChanges(diff)).toBe(
    "+0 ~0 -0 (ruleset custom: name, description changed, $a +2 -2, $new added, $gone removed)",
  );
});

test.each<[before: Configuration, after: Configuration, line: string]>([
  [refs("a"), refs("a"), "no changes"],
  [refs("a"), refs("ab"), "+1 ~0 -0 (custom/b added)"],
  [
    refs("abc"),
    configuration([ruleset([rule("b"), rule("a", { action: "log" }), rule("d")])]),
    "+1 ~2 -1 (custom/b moved, custom/a changed, custom/d added, custom/c removed)",
  ],
  [
    refs(""),
    refs("abcdefg"),
    "+7 ~0 -0 (custom/a added, custom/b added, custom/c added, custom/d added, custom/e added, 2 more)",
  ],
  [refs(""), configuration([]), "+0 ~0 -0 (ruleset custom removed)"],
  [refs(""), configuration([ruleset([rule("a\nb")])]), "+1 ~0 -0 (custom/a\\nb added)"],
])("one line for the log: %#", (before, after, line) => {
  expect(summarizeChanges(diffConfigurations(before, after))).toBe(line);
});

test("rules' changes alone are summed up too", () => {
  expect(summarizeChanges([])).toBe("no changes");
  expect(
    summarizeChanges([{ change: "changed", ruleset: "custom", ref: "login-rate", members: ["enabled"] }]),
  ).toBe("+0 ~1 -0 (custom/login-rate changed)");
});

test("a rule that changed and moved is counted once", () => {
  const change = { ruleset: "custom", ref: "a" };
  expect(
    summarizeChanges([
      { ...change, change: "changed", members: ["action"] },
      { ...change, change: "moved" },
    ]),
  ).toBe("+0 ~1 -0 (custom/a changed, custom/a moved)");
});

test("history is bounded and finds what it still has", () => {
  const snapshot = (version: number) => ({
    facts: {
      version,
      hash: String(version),
      createdAt: version,
      rulesets: 0,
      rules: 0,
      lists: 0,
    } satisfies SnapshotFacts,
  });
  const history = new SnapshotHistory<ReturnType<typeof snapshot>>(3);
  expect(history.all()).toEqual([]);
  const forgotten = [1, 2, 3, 4, 5].map((version) => history.push(snapshot(version)));
  expect(forgotten).toEqual([false, false, false, true, true]);
  expect(history.size).toBe(3);
  expect(history.all().map(({ facts }) => facts.version)).toEqual([5, 4, 3]);
  expect([2, 3, 5, 6].map((version) => history.find(version)?.facts.version)).toEqual([
    undefined,
    3,
    5,
    undefined,
  ]);
});
