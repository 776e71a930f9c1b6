import { listOf, type MapShape, name, object, oneOf, optional, required } from "../shape.ts";
import type { ParameterFault, SkipPlan, SkipScope } from "./control.ts";
import { defineAction } from "./define-action.ts";

/** Products beside the rule engine that a skip may name; upper and lower case count. */
const PRODUCTS = ["zoneLockdown", "uaBlock", "bic", "hot", "securityLevel", "rateLimit", "waf"];

/** Members that exclude each other, after the reference product's compatibility table. */
const EXCLUSIVE: readonly (readonly [string, readonly string[]])[] = [
  ["rulesets", ["ruleset", "phases", "phase"]],
  ["rules", ["ruleset", "phase"]],
  ["phase", ["ruleset", "phases"]],
];

const rules: MapShape = { kind: "map", values: listOf(name, 1), minItems: 1 };

/**
 * Leaves out what follows: rules, rulesets, phases, or single inputs of rules. Of several matching skips the widest
 * counts: all that remains, then rulesets, then rules.
 */
export const skip = defineAction<SkipPlan>({
  name: "skip",
  summary: "Leaves out later rules, rulesets or phases, or inputs of single rules.",
  terminating: false,
  contributes: ["skip"],
  whileCounting: true,
  parametersRequired: true,
  parameters: object(
    {
      ruleset: optional(oneOf("current")),
      phase: optional(oneOf("current")),
      phases: optional(listOf(name, 1)),
      rulesets: optional(listOf(name, 1)),
      rules: optional(rules),
      products: optional(listOf(oneOf(...PRODUCTS), 1)),
      targets: optional(
        listOf(
          object({
            ruleset: optional(name),
            rule: optional(name),
            tag: optional(name),
            field: required(name),
            key: optional(name),
          }),
          1,
        ),
      ),
      scope: optional(oneOf("layer", "below", "all")),
    },
    { atLeastOne: [["ruleset", "phase", "phases", "rulesets", "rules", "products", "targets"]] },
  ),
  check(parameters) {
    const faults: ParameterFault[] = [];
    for (const [member, others] of EXCLUSIVE) {
      if (parameters[member] === undefined) continue;
      for (const other of others) {
        if (parameters[other] === undefined) continue;
        faults.push({
          code: "E_SKIP_COMBINATION",
          path: [other],
          message: `\`${other}\` and \`${member}\` cannot be skipped by one rule`,
          hint: "write two rules, the wider skip first",
        });
      }
    }
    const targets = (parameters["targets"] ?? []) as readonly Record<string, unknown>[];
    targets.forEach((target, at) => {
      if (target["rule"] === undefined || target["tag"] === undefined) return;
      faults.push({
        code: "E_SKIP_COMBINATION",
        path: ["targets", at, "tag"],
        message: "a target names a `rule` or a `tag`, not both",
      });
    });
    return faults;
  },
  skips: skipPlan,
  prepare: skipPlan,
  apply(control, prepared) {
    control.skip(prepared);
  },
});

function skipPlan(parameters: Readonly<Record<string, unknown>>): SkipPlan {
  const targets = (parameters["targets"] ?? []) as readonly Record<string, string | undefined>[];
  const rulesets = Object.entries((parameters["rules"] ?? {}) as Record<string, readonly string[]>);
  return {
    restOfRuleset: parameters["ruleset"] === "current",
    restOfPhase: parameters["phase"] === "current",
    phases: (parameters["phases"] ?? []) as readonly string[],
    rulesets: (parameters["rulesets"] ?? []) as readonly string[],
    rules: new Map(rulesets),
    products: (parameters["products"] ?? []) as readonly string[],
    targets: targets.map((target) => ({
      ruleset: target["ruleset"],
      rule: target["rule"],
      tag: target["tag"],
      field: String(target["field"]),
      key: target["key"],
    })),
    scope: (parameters["scope"] ?? "layer") as SkipScope,
  };
}
