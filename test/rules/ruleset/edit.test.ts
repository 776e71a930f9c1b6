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

test("deleting", () => {
  expect(outcome(deleteRule(RULESET, "id-b"))).toBe("ac v8");
  expect(outcome(deleteRule(RULESET, "x"))).toBe("E_EDIT_TARGET");
  expect(RULESET.rules).toHaveLength(3);
});
