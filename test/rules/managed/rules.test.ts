import { describe, expect, test } from "vitest";
import { managedRulesets } from "../../support/source/rules/managed.ts";
import { refusedAnyway } from "./cve.ts";
import { type Case, managedWaf, matchesOf, query } from "./support.ts";
import { cases } from "./tables.ts";

/** Every rule on, and none that ends the walk. */
const waf = managedWaf({ action: "log", enabled: true });

function shown(given: Case): string {
  return typeof given === "string" ? given : JSON.stringify(given).slice(0, 300);
}

describe("each rule", () => {
  test.each(cases)("%s", (ref, { matches, passes }) => {
    expect(matches.length, "requests that match").toBeGreaterThan(1);
    expect(passes.length, "requests that do not").toBeGreaterThan(1);
    const missed = matches.filter((given) => !matchesOf(waf, given).includes(ref)).map(shown);
    const hit = passes.filter((given) => matchesOf(waf, given).includes(ref)).map(shown);
    expect({ missed, hit }).toEqual({ missed: [], hit: [] });
  });

  test("has its requests, but for those that only sum up", () => {
    const refs = managedRulesets
      .flatMap(({ rules }) => rules)
      .filter((rule) => rule.score_threshold === undefined);
    expect(cases.map(([ref]) => ref).sort()).toEqual(refs.map(({ ref }) => ref).sort());
  });
});

describe("published proofs without a rule of their own", () => {
  const deployed = managedWaf();
  test.each(refusedAnyway.map((given) => [shown(given), given] as const))("%s", (_, given) => {
    const request = typeof given === "string" ? query(given) : given;
    expect(deployed.evaluateSync(request).action).toBe("block");
  });
});
