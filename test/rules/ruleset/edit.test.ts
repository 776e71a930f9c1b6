import { expect, test } from "vitest";
import type { Result } from "../../support/source/language/diagnostics.ts";
import {
  addRule,
  deleteRule,
  moveRule,
  patchRule,
  type RuleDocument,
  type RulePosition,
  type RulesetDocument,
} from "../../support/source/rules/ruleset.ts";

const make = (ref: string): RuleDocument => ({
  id: `id-${ref}`,
  ref,
  version: "1",
  action: "log",
  expression: "true",
  enabled: true,
});
const RULESET: RulesetDocument = {
  id: "rs",
  name: "n",
  kind: "zone",
  phase: "http_request_firewall_custom",
  version: "7",
  rules: ["a", "b", "c"].map(make),
};

function outcome(result: Result<RulesetDocument>): string {
  return result.ok
    ? `${result.value.rules.map((rule) => rule.ref).join("")} v${result.value.version}`
    : String(result.errors[0]?.code);
}

test.each<readonly [RulePosition | undefined, string, string]>([
  [undefined, "abcx v8", "bca v8"],
  [{ before: "" }, "xabc v8", "abc v8"],
  [{ after: "" }, "abcx v8", "bca v8"],
  [{ before: "c" }, "abxc v8", "bac v8"],
  [{ after: "id-b" }, "abxc v8", "bac v8"],
  [{ index: 1 }, "xabc v8", "abc v8"],
  [{ index: 3 }, "abxc v8", "bca v8"],
  [{ index: 4 }, "abcx v8", "E_DOC_RANGE"],
  [{ index: 0 }, "E_DOC_RANGE", "E_DOC_RANGE"],
  [{ before: "zz" }, "E_EDIT_TARGET", "E_EDIT_TARGET"],
])("position %j: add x gives %s, move a gives %s", (position, added, moved) => {
  expect(outcome(addRule(RULESET, make("x"), position))).toBe(added);
  expect(outcome(moveRule(RULESET, "a", position ?? { after: "" }))).toBe(moved);
});

test("a rule cannot be moved next to itself", () => {
  expect(outcome(moveRule(RULESET, "a", { before: "a" }))).toBe("E_EDIT_TARGET");
});

test("identities stay unique", () => {
  expect(outcome(addRule(RULESET, make("a")))).toBe("E_DUPLICATE_ID");
  expect(outcome(addRule(RULESET, { ...make("a"), id: "new" }))).toBe("E_DUPLICATE_REF");
  const { id: _id, version: _version, ...definition } = make("b");
  expect(outcome(patchRule(RULESET, "a", definition))).toBe("E_DUPLICATE_REF");
});

test("a patch redefines: what is not given is lost; the version grows only with the definition", () => {
  const described = { ...RULESET, rules: [{ ...make("a"), description: "d" }] };
  const patched = patchRule(described, "a", { action: "log", expression: "true", enabled: true });
  expect(patched.ok && patched.value.rules[0]).toEqual({ ...make("a"), version: "2" });
  const same = patchRule(RULESET, "b", { action: "log", expression: "true", enabled: true }, { before: "" });
  expect(same.ok && same.value.rules[0]).toEqual(make("b"));
});

test.each<[what: string, result: Result<RulesetDocument>, told: readonly string[]]>([
  [
    "an unknown rule",
    deleteRule(RULESET, "id-aa"),
    ["E_EDIT_TARGET", "id-aa", "the ruleset has no rule `id-aa`", "did you mean `id-a`?"],
  ],
  [
    "nothing like it",
    moveRule(RULESET, "zz", { index: 1 }),
    ["E_EDIT_TARGET", "zz", "the ruleset has no rule `zz`"],
  ],
  [
    "an unknown place",
    addRule(RULESET, make("x"), { after: "zz" }),
    ["E_EDIT_TARGET", "zz", "the ruleset has no rule `zz`"],
  ],
  [
    "a rule to patch that is not there",
    patchRule(RULESET, "zz", make("zz")),
    ["E_EDIT_TARGET", "zz", "the ruleset has no rule `zz`"],
  ],
  [
    "a taken id",
    addRule(RULESET, { ...make("a"), ref: "new" }),
    ["E_DUPLICATE_ID", "id-a", "the ruleset already has a rule `id-a`"],
  ],
  [
    "a taken ref",
    addRule(RULESET, { ...make("a"), id: "new" }),
    ["E_DUPLICATE_REF", "a", "the ruleset already has a rule `a`"],
  ],
  [
    "a taken ref in a patch",
    patchRule(RULESET, "a", make("b")),
    ["E_DUPLICATE_REF", "b", "the ruleset already has a rule `b`"],
  ],
  [
    "a place beyond the end",
    addRule(RULESET, make("x"), { index: 5 }),
    ["E_DOC_RANGE", "5", "`index` goes from 1 to 4"],
  ],
  [
    "half a place",
    addRule(RULESET, make("x"), { index: 1.5 }),
    ["E_DOC_RANGE", "1.5", "`index` goes from 1 to 4"],
  ],
])("%s is refused", (_what, result, told) => {
  const [code, word, message, hint] = told;
  expect(result.ok ? [] : result.errors).toMatchObject([
    { code, message, source: "<edit>", offset: 0, endOffset: word?.length, line: 1, column: 1 },
  ]);
  const [error] = result.ok ? [] : result.errors;
  expect([error?.frame?.includes(`${word}`), error?.hint]).toEqual([true, hint]);
  expect(result.warnings).toEqual([]);
});

test.each<[before: string | undefined, after: string]>([
  ["7", "8"],
  ["19", "20"],
  [undefined, "2"],
  ["v7", "2"],
  ["7a", "2"],
  ["1.2", "2"],
  ["1234567890123456", "2"],
])("version %s is followed by %s", (before, after) => {
  const { version: _, ...rest } = RULESET;
  const ruleset = before === undefined ? rest : { ...rest, version: before };
  const edited = deleteRule(ruleset, "a");
  expect(edited.ok && edited.value.version).toBe(after);
});

test.each<[version: string | undefined, kept: string]>([
  [undefined, "1"],
  ["4", "4"],
])("a rule added with version %s has version %s", (version, kept) => {
  const { version: _, ...rule } = make("x");
  const added = addRule(RULESET, version === undefined ? rule : { ...rule, version });
  expect(added.ok && added.value.rules.at(-1)?.version).toBe(kept);
});

test("a patch may move the rule, and leaves the others", () => {
  const { id: _id, ref: _ref, version: _version, ...definition } = { ...make("c"), action: "block" };
  const outcomes = ([undefined, { before: "" }, { index: 2 }] as const).map((position) =>
    outcome(patchRule(RULESET, "c", definition, position)),
  );
  expect(outcomes).toEqual(["abc v8", "cab v8", "acb v8"]);
  const patched = patchRule(RULESET, "c", definition);
  expect(patched.ok && patched.value.rules.map(({ action }) => action)).toEqual(["log", "log", "block"]);
});

test("deleting", () => {
  expect(outcome(deleteRule(RULESET, "id-b"))).toBe("ac v8");
  expect(outcome(deleteRule(RULESET, "x"))).toBe("E_EDIT_TARGET");
  expect(RULESET.rules).toHaveLength(3);
});
