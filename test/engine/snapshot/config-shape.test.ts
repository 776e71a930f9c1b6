import { describe, expect, test } from "vitest";
import { jsonLinesSink } from "../../support/source/engine/events.ts";
import { createWaf, loadDocument, Source, tryCreateWaf, type WafConfig } from "../../support/source/index.ts";

const rules = [{ ref: "a", expression: "true", action: "block" }] as const;

/** As a program without types gives it. */
const untyped = (value: unknown): WafConfig => JSON.parse(JSON.stringify(value)) as WafConfig;

const shapes: readonly (readonly [what: string, value: unknown, hint: string | undefined])[] = [
  ["a ruleset", { id: "r", kind: "zone", phase: "http_request_firewall_custom", rules }, "it is a ruleset"],
  [
    "the result of a loader",
    loadDocument(new Source("rules: [", "r.yaml")),
    "it is a result of loading: pass its `value`",
  ],
  ["something else", { version: 1 }, undefined],
];

describe("a configuration that is", () => {
  test.each(shapes)("%s is refused, at first and later", (_what, value, hint) => {
    const refused = tryCreateWaf(untyped(value));
    expect(refused.ok).toBe(false);
    const told = {
      code: "E_DOC_TYPE",
      message: "a configuration is an object with `rulesets` and `lists`: this one has neither",
    };
    const errors = refused.ok ? [] : refused.errors;
    expect(errors).toMatchObject([told]);
    if (hint !== undefined) expect(JSON.stringify(errors)).toContain(hint);
    const waf = createWaf({
      rulesets: [{ id: "r", name: "r", kind: "zone", phase: "http_request_firewall_custom", rules }],
    });
    expect(waf.update(untyped(value)).ok).toBe(false);
    expect(waf.snapshot.version).toBe(1);
  });

  test("empty is none", () => {
    expect(tryCreateWaf({}).ok).toBe(true);
  });
});

test.each([[undefined], [{ write: () => true }]])("lines need a function to write them: %j", (write) => {
  expect(() => Reflect.apply(jsonLinesSink, undefined, [write])).toThrow("`write` must be a function");
});
