import { describe, expect, test } from "vitest";
import { detectors, OPINION_KINDS } from "../../support/source/detection/inspection.ts";
import { wirewallCore } from "../../support/source/rules/managed.ts";

const kinds = [...detectors.flatMap((detector) => detector.kinds), ...OPINION_KINDS];
/** Kinds that a rule's expression asks for. */
const asked = new Map(
  wirewallCore.rules.map((rule) => [
    rule.ref,
    [...rule.expression.matchAll(/wirewall\.detection\.kinds\[\*\] == "([\w-]+)"/g)].map(([, kind]) => kind),
  ]),
);
const ruleOf = new Map(wirewallCore.rules.map((rule) => [rule.ref, rule]));

describe("kinds of evidence", () => {
  test("have a name of their own", () => {
    expect(new Set(kinds.map(({ name }) => name)).size).toBe(kinds.length);
    expect(kinds.length).toBeGreaterThan(100);
  });

  test.each(kinds)("$name has its rule", ({ name, points, sentence }) => {
    expect(asked.get(`wc-${name}`)).toContain(name);
    const rule = ruleOf.get(`wc-${name}`);
    const expected =
      points === 5 ? ["block", undefined] : points === 1 ? ["log", undefined] : ["score", points];
    expect([rule?.action, rule?.action_parameters?.["increment"]]).toEqual(expected);
    expect(sentence).toMatch(/^\S.*\.$/);
  });
});

test("rules ask for no kind that no detector finds", () => {
  const known = new Set(kinds.map(({ name }) => name));
  const unknown = [...asked.values()].flat().filter((kind) => kind !== undefined && !known.has(kind));
  expect(unknown).toEqual([]);
});
