import { expect, test } from "vitest";
import {
  type ActionDefinition,
  addRule,
  createWaf,
  defineAction,
  type ExecutePlan,
  executePlan,
  shape,
  standardActions,
  tryCreateWaf,
} from "../support/source/index.ts";
import { CUSTOM, GET, get, type Members, matched, rule, ruleset } from "./waf-support.ts";

// What a program outside can do with nothing but the package's front door.

/** An action in one file: parameters, their check, what becomes of them, and what a match does. */
const delay = defineAction({
  name: "delay",
  summary: "Asks the host to answer slowly.",
  terminating: false,
  contributes: ["change"],
  phases: [CUSTOM],
  parameters: shape.object({
    seconds: shape.required(shape.integer(1, 60)),
    reason: shape.optional(shape.oneOf("scan", "guess")),
    tags: shape.optional(shape.listOf(shape.name)),
  }),
  check: ({ seconds, reason }) =>
    reason === "guess" && seconds < 5
      ? [
          {
            code: "E_ACTION_PARAMETER",
            path: ["seconds"],
            message: "guesses are slowed down by 5 seconds or more",
          },
        ]
      : [],
  prepare: ({ seconds, reason = "scan" }) => ({ seconds, reason }),
  apply(control, { seconds, reason }) {
    control.config({ delay: seconds });
    control.note(`slowed down: ${reason}`);
  },
});

const actions: readonly ActionDefinition[] = [...standardActions, delay];
const slow = (parameters: Members) => rule("slow", { action: "delay", action_parameters: parameters });

test("an action of its own acts", () => {
  const waf = createWaf({ rulesets: [ruleset("c", [slow({ seconds: 7, reason: "guess" })])] }, { actions });
  const decision = waf.evaluateSync(GET);
  expect(decision).toMatchObject({
    action: "allow",
    changes: { config: { delay: 7 } },
    matches: [{ notes: ["slowed down: guess"] }],
  });
});

test.each<[parameters: Members, code: string, pointer: string]>([
  [{ seconds: 61 }, "E_DOC_RANGE", "/seconds"],
  [{ seconds: "7" }, "E_DOC_TYPE", "/seconds"],
  [{ reason: "scan" }, "E_DOC_MISSING", ""],
  [{ seconds: 7, reason: "spite" }, "E_DOC_VALUE", "/reason"],
  [{ seconds: 7, tags: [""] }, "E_DOC_VALUE", "/tags/0"],
  [{ seconds: 7, secnds: 8 }, "E_ACTION_PARAMETER", "/secnds"],
  [{ seconds: 2, reason: "guess" }, "E_ACTION_PARAMETER", "/seconds"],
])("its parameters are checked: %j", (parameters, code, pointer) => {
  const made = tryCreateWaf({ rulesets: [ruleset("c", [slow(parameters)])] }, { actions });
  expect(made.ok ? [] : made.errors).toMatchObject([
    { code, pointer: `/rulesets/0/rules/0/action_parameters${pointer}` },
  ]);
});

test("it is allowed only where it says", () => {
  const made = tryCreateWaf(
    { rulesets: [ruleset("c", [slow({ seconds: 1 })], { phase: "http_request_firewall_managed" })] },
    { actions },
  );
  expect(made.ok ? [] : made.errors.map(({ code }) => code)).toEqual(["E_ACTION_PHASE"]);
});

/** An action that runs one of two rulesets, chosen by its parameters. */
const planOf = ({ strict }: { readonly strict?: boolean }): ExecutePlan =>
  executePlan({ id: strict === true ? "strict" : "lax", overrides: { action: "block" } });
const audit = defineAction({
  name: "audit",
  summary: "Runs the house rules.",
  terminating: false,
  contributes: ["execute"],
  phases: [CUSTOM],
  parameters: shape.object({ strict: shape.optional(shape.flag) }),
  executes: planOf,
  prepare: planOf,
  apply(control, plan) {
    control.execute(plan);
  },
});
const house = (id: string) => ruleset(id, [rule(`${id}-rule`)], { kind: "custom" });
const audited = (parameters: Members, ...rest: readonly Members[]) =>
  tryCreateWaf(
    { rulesets: [ruleset("c", [rule("run", { action: "audit", action_parameters: parameters })]), ...rest] },
    { actions: [...actions, audit] },
  );

test("an action of its own runs rulesets, with overrides", () => {
  const made = audited({ strict: true }, house("strict"), house("lax"));
  if (!made.ok) throw new Error("has faults");
  const decision = made.value.evaluateSync(GET);
  expect(matched(decision)).toEqual(["run", "strict-rule"]);
  expect(decision).toMatchObject({ action: "block", by: { ref: "strict-rule" } });
});

test("what it runs is checked like the target of an execute", () => {
  const missing = audited({ strict: true }, house("lax"));
  expect(missing.ok ? [] : missing.errors.map(({ code }) => code)).toEqual(["E_EXECUTE_TARGET"]);
  const nested = ruleset("lax", [rule("again", { action: "audit" })], { kind: "custom" });
  const cycle = audited({}, nested);
  expect(cycle.ok ? [] : cycle.errors.map(({ code }) => code)).toContain("E_EXECUTE_CYCLE");
});

test("documents are edited, and the edit is put in force", () => {
  const waf = createWaf({ rulesets: [ruleset("c", [rule("a")])] });
  const document = {
    id: "c",
    name: "c",
    kind: "zone",
    phase: CUSTOM,
    rules: [{ id: "a", ref: "a", action: "log", expression: "true", enabled: true }],
  } as const;
  const edited = addRule(
    document,
    { id: "b", ref: "b", action: "block", expression: "ssl", enabled: true },
    { before: "a" },
  );
  if (!edited.ok) throw new Error("has faults");
  expect(waf.update({ rulesets: [edited.value] })).toMatchObject({
    ok: true,
    value: { changes: [{ change: "added", ref: "b" }] },
  });
  expect(matched(waf.evaluateSync(get("/")))).toEqual(["b"]);
});
