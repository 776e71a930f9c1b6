import { describe, expect, test } from "vitest";
import { renamedAction, renamedDocument, renamedOptions, renamedWaf } from "../support/renamed.ts";
import { createWaf, standardActions, tryCreateWaf } from "../support/source/index.ts";
import { testsOf } from "../support/tests-of.ts";
import { CUSTOM, GET, makeWafsBy, rule, ruleset } from "./waf-support.ts";

// The engine's suite once more, with actions and phases that an embedder declared under names of its own.

makeWafsBy(renamedWaf);

const again = (title: string, load: () => Promise<unknown>) => testsOf(`renamed: ${title}`, load);

again("waf", () => import("./waf.test.ts"));
again("compatibility", () => import("./compatibility.test.ts"));
again("exchange", () => import("./exchange.test.ts"));
again("failures", () => import("./failures.test.ts"));
again("flows", () => import("./flows.test.ts"));
again("versions", () => import("./versions.test.ts"));
again("properties", () => import("./engine.property.test.ts"));

describe("the renaming itself", () => {
  const config = { rulesets: [ruleset("c", [rule("b", { action: "block" })])] };

  test("leaves no standard name", () => {
    const names = new Set(standardActions.map(({ name }) => name));
    expect(standardActions.map(renamedAction).filter(({ name }) => names.has(name))).toEqual([]);
    expect(JSON.stringify(renamedDocument(config))).not.toMatch(new RegExp(`"block"|${CUSTOM}`));
  });

  test("a firewall with the other names knows no standard one", () => {
    const made = tryCreateWaf(config, renamedOptions({}));
    expect(made.ok ? [] : made.errors.map(({ code }) => code).sort()).toEqual([
      "E_ACTION_UNKNOWN",
      "E_PHASE_UNKNOWN",
    ]);
  });

  test("is undone in what the firewall says", () => {
    const options = { random: (bytes: number) => "\u0001".repeat(bytes) };
    const [standard, renamed] = [createWaf(config, options), renamedWaf(config, options)];
    const { snapshot: _, ...expected } = standard.evaluateSync(GET, { trace: true });
    expect(renamed.evaluateSync(GET, { trace: true })).toMatchObject(expected);
    expect(expected.explanation?.phases[0]?.phase).toBe(CUSTOM);
  });
});
