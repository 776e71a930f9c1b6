import {
  listOf,
  mapOf,
  name,
  object,
  oneOf,
  optional,
  required,
  text,
  type ValueOf,
} from "../../../documents/shapes/shape.ts";
import type { ParameterFault, SkipPlan } from "./control.ts";
import { defineAction } from "./define-action.ts";

/** Products besides the rule engine that a skip may name; case-sensitive. */
const PRODUCTS = ["zoneLockdown", "uaBlock", "bic", "hot", "securityLevel", "rateLimit", "waf"] as const;

/** Members that exclude each other, after Cloudflare's compatibility table. */
const EXCLUSIVE = [
  ["rulesets", ["ruleset", "phases", "phase"]],
  ["rules", ["ruleset", "phase"]],
  ["phase", ["ruleset", "phases"]],
] as const;

const parameters = object(
  {
    /** The rest of this ruleset. */
    ruleset: optional(oneOf("current")),
    /** The rest of this phase. */
    phase: optional(oneOf("current")),
    /** Phases, by name: security phases only. */
    phases: optional(listOf(name)),
    /** Rulesets, by id. */
    rulesets: optional(listOf(name)),
    /** Rules, as lists of ids or refs by id of their ruleset. */
    rules: optional(mapOf(listOf(name))),
    /** Products of Cloudflare besides the rule engine. Reported in `changes.products`, without effect on rules. */
    products: optional(listOf(oneOf(...PRODUCTS))),
    /** Ours: inputs that rules do not see. */
    targets: optional(
      listOf(
        object({
          /** Rules of this ruleset. Default: of all. */
          ruleset: optional(name),
          /** The rule with this id or ref. Default: all. */
          rule: optional(name),
          /** Rules of this category. Default: all. */
          tag: optional(name),
          /** The field that is hidden. */
          field: required(name),
          /** Key of the field, such as the name of an argument, which may be empty. Default: all. */
          key: optional(text),
        }),
        1,
      ),
    ),
    /** Ours: `layer` reaches rules of its own layer, `below` also the layers after it, `all` every layer. Default `layer`. */
    scope: optional(oneOf("layer", "below", "all")),
  },
  { atLeastOne: [["ruleset", "phase", "phases", "rulesets", "rules", "products", "targets"]] },
);

/** `action_parameters` of `skip`. */
type SkipParameters = ValueOf<typeof parameters>;

/**
 * Skips later rules, rulesets or phases, or single inputs of rules. Of several matching skips the widest
 * counts: all that remains, then rulesets, then rules.
 */
export const skip = defineAction({
  name: "skip",
  summary: "Skips later rules, rulesets or phases, or hides inputs from single rules.",
  terminating: false,
  contributes: ["skip"],
  whileCounting: true,
  parameters,
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
    for (const path of emptyLists(parameters)) {
      const message = "this list is empty: it skips nothing";
      faults.push({ code: "W_SKIP_TARGET", path, message });
    }
    parameters.targets?.forEach((target, at) => {
      if (target.rule === undefined || target.tag === undefined) return;
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

/** Empty lists, which the API returns for rules that were enabled again. */
function emptyLists(parameters: SkipParameters): readonly (readonly string[])[] {
  const { phases, rulesets, products, rules } = parameters;
  const found = Object.entries({ phases, rulesets, products }).flatMap(([member, list]) =>
    list?.length === 0 ? [[member]] : [],
  );
  if (rules === undefined) return found;
  const ids = Object.entries(rules);
  if (ids.length === 0) return [...found, ["rules"]];
  return [...found, ...ids.flatMap(([id, words]) => (words.length === 0 ? [["rules", id]] : []))];
}

function skipPlan(parameters: SkipParameters): SkipPlan {
  const { ruleset, phase, phases = [], rulesets = [], rules = {}, products = [], targets = [] } = parameters;
  return {
    restOfRuleset: ruleset === "current",
    restOfPhase: phase === "current",
    phases,
    rulesets,
    rules: new Map(Object.entries(rules)),
    products,
    targets: targets.map((target) => ({
      ruleset: target.ruleset,
      rule: target.rule,
      tag: target.tag,
      field: target.field,
      key: target.key,
    })),
    scope: parameters.scope ?? "layer",
  };
}
