import { describe, expect, test } from "vitest";
import { explain } from "../support/source/engine/decision.ts";
import { createWaf, tryCreateWaf } from "../support/source/engine/firewall.ts";
import { loadObject } from "../support/source/rules/load.ts";
import type { RulesetDocument } from "../support/source/rules/ruleset.ts";
import { GET, MANAGED, type Members, matched, rule, ruleset, wafOf } from "./waf-support.ts";

const vendor = (version: string | undefined, ...refs: readonly string[]) =>
  ruleset(
    "vendor",
    refs.map((ref) => rule(ref)),
    { kind: "managed", phase: MANAGED, ...(version && { version }) },
  );

const run = (parameters: Members, ref = "run") =>
  rule(ref, { action: "execute", action_parameters: { id: "vendor", ...parameters } });

const entry = (...rules: readonly Members[]) => ruleset("entry", rules, { phase: MANAGED });

describe("an execute names a version", () => {
  const three = [vendor("9", "nine"), vendor("10", "ten"), vendor("2", "two")];

  test.each<[parameters: Members, expected: readonly string[]]>([
    [{}, ["run", "ten"]],
    [{ version: "latest" }, ["run", "ten"]],
    [{ version: "2" }, ["run", "two"]],
    [{ version: "9" }, ["run", "nine"]],
  ])("%j", (parameters, expected) => {
    const waf = wafOf([entry(run(parameters)), ...three]);
    expect(matched(waf.evaluateSync(GET))).toEqual(expected);
  });

  test.each<[versions: readonly (string | undefined)[], newest: string]>([
    [["1.9", "1.10"], "1.10"],
    [["1.10", "1.9"], "1.10"],
    [[undefined, "1"], "1"],
    [["2026-01-02", "2026-01-10"], "2026-01-10"],
    [["3", "3.1"], "3.1"],
  ])("of %j the newest is %s", (versions, newest) => {
    const all = versions.map((version) => vendor(version, version ?? "none"));
    expect(matched(wafOf([entry(run({})), ...all]).evaluateSync(GET))).toEqual(["run", newest]);
  });

  test("two versions side by side, each with the overrides of its place, and the explanation says which", () => {
    const off = { overrides: { rules: [{ id: "ten", enabled: false }] } };
    const waf = wafOf([entry(run({ version: "9" }, "old"), run(off, "new")), ...three], { trace: true });
    const decision = waf.evaluateSync(GET);
    expect(matched(decision)).toEqual(["old", "nine", "new"]);
    expect(explain(decision, "old")[0]?.rule.executed?.version).toBe("9");
    expect(explain(decision, "new")[0]?.rule.executed?.version).toBe("10");
  });

  test("a skip by ref reaches the rule in every version, whatever its id there", () => {
    const same = (version: string, id: string) =>
      ruleset("vendor", [rule("r", { id })], { kind: "managed", phase: MANAGED, version });
    const skip = rule("k", { action: "skip", action_parameters: { rules: { vendor: ["r"] } } });
    const waf = wafOf([
      entry(skip, run({ version: "1" }, "a"), run({ version: "2" }, "b")),
      same("1", "x"),
      same("2", "y"),
    ]);
    expect(matched(waf.evaluateSync(GET))).toEqual(["k", "a", "b"]);
  });

  test("rulesets supplied in code are versions as well", () => {
    const managed = three.map((document) => {
      const loaded = loadObject(document);
      if (!loaded.ok) throw new Error("does not load");
      return loaded.value.rulesets[0] as RulesetDocument;
    });
    const waf = wafOf([entry(run({ version: "2" }))], { managed });
    expect(matched(waf.evaluateSync(GET))).toEqual(["run", "two"]);
  });

  test("a change of one version is a change of that version", () => {
    const waf = createWaf({ rulesets: [entry(run({})), ...three] });
    const next = [vendor("9", "nine"), vendor("10", "ten", "eleven"), vendor("2", "two")];
    const report = waf.update({ rulesets: [entry(run({})), ...next] });
    expect(report.ok && report.value.changes).toEqual([
      { change: "added", ruleset: "vendor@10", ref: "eleven" },
    ]);
  });
});

describe("faults", () => {
  const codes = (rulesets: readonly Members[]) => {
    const made = tryCreateWaf({ rulesets });
    return made.ok ? made.warnings : made.errors;
  };

  test("a version that nobody supplied", () => {
    expect(codes([entry(run({ version: "7" })), vendor("1", "a"), vendor("2", "b")])).toMatchObject([
      {
        code: "E_EXECUTE_TARGET",
        pointer: "/rulesets/0/rules/0/action_parameters/version",
        message: "the ruleset `vendor` has no version `7`",
        expected: ["latest", "1", "2"],
      },
    ]);
  });

  test("an import may pin a version that it does not hold", () => {
    const answer = { result: entry(run({ version: "7" })) };
    const loaded = loadObject([answer, vendor("1", "a")]);
    expect(loaded).toMatchObject({ ok: true, warnings: [{ code: "W_EXECUTE_TARGET" }] });
  });

  test("overrides are checked against the version that is executed", () => {
    const overrides = { rules: [{ id: "b", enabled: false }] };
    expect(
      codes([entry(run({ version: "1", overrides })), vendor("1", "a"), vendor("2", "b")]),
    ).toMatchObject([{ code: "E_OVERRIDE_TARGET" }]);
    expect(codes([entry(run({ overrides })), vendor("1", "a"), vendor("2", "b")])).toEqual([]);
  });

  test.each<[name: string, one: Members, other: Members]>([
    ["of one version", vendor("1", "a"), vendor("1", "b")],
    ["without versions", vendor(undefined, "a"), vendor(undefined, "b")],
    [
      "entry points",
      ruleset("vendor", [], { version: "1" }),
      ruleset("vendor", [], { version: "2", phase: MANAGED }),
    ],
  ])("two rulesets of one id: %s", (_name, one, other) => {
    expect(codes([one, other])).toMatchObject([{ code: "E_DUPLICATE_ID" }]);
  });
});

describe("what has no effect here is said", () => {
  const warnings = (parameters: Members) => {
    const made = tryCreateWaf({
      rulesets: [
        entry(run(parameters)),
        ruleset("vendor", [rule("r", { categories: ["t"] })], { kind: "managed", phase: MANAGED }),
      ],
    });
    return made.ok
      ? made.warnings.map(({ code, pointer }) => [code, pointer?.split("action_parameters")[1]])
      : made.errors;
  };
  const low = "low";

  test.each<[parameters: Members, places: readonly string[]]>([
    [{ matched_data: { public_key: "k" } }, ["/matched_data"]],
    [{ overrides: { sensitivity_level: low } }, ["/overrides/sensitivity_level"]],
    [
      { overrides: { categories: [{ category: "t", sensitivity_level: "medium" }] } },
      ["/overrides/categories/0/sensitivity_level"],
    ],
    [
      { overrides: { rules: [{ id: "r", sensitivity_level: low }] } },
      ["/overrides/rules/0/sensitivity_level"],
    ],
    [{ overrides: { sensitivity_level: "default" } }, []],
    [{ overrides: { sensitivity_level: "eoff" } }, []],
  ])("%j", (parameters, places) => {
    expect(warnings(parameters)).toEqual(places.map((place) => ["W_PARAMETER_CARRIED", place]));
  });

  test("a rule that needs a look-up of leaked credentials is kept and never runs", () => {
    const check = { username_expression: "http.host", password_expression: "http.host" };
    const rulesets = [
      entry(run({ overrides: { enabled: true } })),
      ruleset("vendor", [rule("leaked", { action: "block", exposed_credential_check: check })], {
        kind: "managed",
        phase: MANAGED,
      }),
    ];
    const made = tryCreateWaf({ rulesets });
    expect(made.warnings).toMatchObject([
      { code: "W_ACTION_CARRIED", pointer: "/rulesets/1/rules/0/exposed_credential_check" },
    ]);
    const decision = made.ok ? made.value.evaluateSync(GET, { trace: true }) : undefined;
    expect(decision?.action).toBe("allow");
    expect(decision && explain(decision, "leaked")[0]?.rule.outcome).toBe("disabled");
  });
});
