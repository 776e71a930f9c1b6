// Blocks without a rule: the engine makes them, and no ruleset can override them.
import type { RuleFacts } from "../../rules/plan/facts.ts";
import type { RulePlan, RulesetPlan } from "../../rules/plan/plan.ts";
import { PLAIN_BLOCK } from "../../rules/ruleset/actions/control.ts";
import { OUTERMOST } from "../../rules/ruleset/layers.ts";
import type { Outcome } from "../decision/outcome.ts";

/** The work budget ran out in a ruleset, or in a rule of it. */
export function budgetBlock({ id, phase, layer }: RulesetPlan, rule: RulePlan | undefined): Outcome {
  const place = rule === undefined ? "" : ` in rule ${rule.facts.ref}`;
  return block(
    { ...named("wirewall.budget", `the work budget ran out${place}`, phase), ruleset: id, layer },
    403,
  );
}

/** Rules saw only a part of the request's head, or of the body that they read. */
export function unseenBlock(code: string, status: number, message: string, phase: string): Outcome {
  return block(named(code, message, phase), status);
}

/** An exception was thrown, and the firewall fails closed. */
export function failureBlock(phase: string): Outcome {
  return block(named("wirewall.failure", "the engine failed", phase), 503);
}

function named(name: string, message: string, phase: string): RuleFacts {
  return { ref: name, id: name, ruleset: "wirewall", phase, layer: OUTERMOST, action: "block", message };
}

function block(by: RuleFacts, status: number): Outcome {
  return { action: "block", by, status, response: PLAIN_BLOCK };
}
