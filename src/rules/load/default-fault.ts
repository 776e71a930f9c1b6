import type { ActionDefinition, Contribution } from "../ruleset/actions/control.ts";
import { isControlFlow, mayContribute } from "../ruleset/actions/define-action.ts";
import { isEntryPoint } from "../ruleset/layers.ts";
import type { PhaseDefinition } from "../ruleset/phases.ts";

const CONTRIBUTIONS: readonly Contribution[] = ["score", "state", "execute", "skip", "change"];

/** Why an action cannot be the default for requests that no rule decides; undefined when it can. */
export function defaultFault(
  action: ActionDefinition,
  kind: string,
  phase: PhaseDefinition | undefined,
): { readonly message: string; readonly hint?: string } | undefined {
  if (!isEntryPoint(kind)) {
    return {
      message: `only entry points (kind \`root\` or \`zone\`) have a default, this ruleset is \`${kind}\``,
    };
  }
  if (phase !== undefined && (!phase.security || phase.needsRateLimit === true)) {
    return {
      message: `\`${phase.name}\` has no default: it does not decide whether a request passes`,
      hint: "put it into a phase of custom, managed or bot rules, or of rules on responses",
    };
  }
  const contributes = CONTRIBUTIONS.some((one) => mayContribute(action, one));
  if (action.carried !== true && !isControlFlow(action) && !contributes) return undefined;
  return {
    message: `\`${action.name}\` cannot be a default: it does not decide`,
    hint: "use `block`, `drop`, `tarpit`, a challenge, `allow` or `log`",
  };
}
