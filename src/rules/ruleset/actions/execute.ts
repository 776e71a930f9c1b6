import {
  anything,
  flag,
  listOf,
  name,
  object,
  oneOf,
  optional,
  required,
  text,
  type ValueOf,
} from "../../../documents/shapes/shape.ts";
import { LATEST } from "../versions.ts";
import type { ExecutePlan, OverrideProperties, ParameterFault } from "./control.ts";
import { defineAction } from "./define-action.ts";

const number = { kind: "number", integer: false } as const;

const properties = {
  /** Action of the rules instead of their own. */
  action: optional(name),
  /** Whether the rules are evaluated. */
  enabled: optional(flag),
  /** `eoff` disables the rules. The other levels are kept, without effect. */
  sensitivity_level: optional(oneOf("default", "low", "medium", "eoff")),
  /** Older Terraform's word for `enabled`. */
  status: optional(oneOf("enabled", "disabled")),
};

const parameters = object({
  /** Id of the ruleset. */
  id: required(name),
  /** Version of the ruleset. Default `latest`. */
  version: optional(text),
  /** Kept, without effect: the key that seals logged payloads. The option `sealEvidence` of the firewall takes one. */
  matched_data: optional(
    object({
      /** Kept, without effect. */
      public_key: required(name),
    }),
  ),
  /** Changes to the rules of the ruleset. Per property the narrowest applies: rule, category, ruleset. */
  overrides: optional(
    object({
      ...properties,
      /** Score threshold of the rules. */
      score_threshold: optional(number),
      /** Changes to the rules with a category; of several, the last listed applies. */
      categories: optional(
        listOf(
          object({
            /** The category. */
            category: required(name),
            ...properties,
          }),
          1,
        ),
      ),
      /** Changes to single rules. */
      rules: optional(
        listOf(
          object({
            /** Id or ref of the rule. */
            id: required(name),
            /** Score threshold of the rule. */
            score_threshold: optional(number),
            ...properties,
          }),
          1,
        ),
      ),
      /** Kept, without effect. */
      labels: optional(anything),
    }),
  ),
});

/** `action_parameters` of `execute`. */
export type ExecuteParameters = ValueOf<typeof parameters>;

/** The properties of an override for all rules, for those with a tag, or for one. */
type Override = ValueOf<ReturnType<typeof object<typeof properties>>> & { readonly score_threshold?: number };

/**
 * Runs another ruleset here, with overrides for its rules. Per property the narrowest override applies: rule, then
 * tag (of several, the last listed), then the whole ruleset, then the ruleset's own text.
 */
export const execute = defineAction({
  name: "execute",
  summary: "Runs another ruleset, with overrides.",
  terminating: false,
  contributes: ["execute"],
  parameters,
  check: uselessParameters,
  executes: executePlan,
  prepare: executePlan,
  apply(control, prepared) {
    control.execute(prepared);
  },
});

/** The plan of `action_parameters` in the form that `execute` accepts; for actions of an embedder that run rulesets. */
export function executePlan({ id, version = LATEST, overrides = {} }: ExecuteParameters): ExecutePlan {
  const { categories = [], rules = [] } = overrides;
  return {
    ruleset: id,
    version,
    overrides: {
      all: propertiesOf(overrides),
      tags: categories.map((entry) => ({ tag: entry.category, set: propertiesOf(entry) })),
      rules: new Map(rules.map((entry) => [entry.id, propertiesOf(entry)])),
    },
  };
}

/** Settings of Cloudflare's that this engine ignores: a warning says that they have no effect. */
function uselessParameters({
  matched_data: sealed,
  overrides = {},
}: ExecuteParameters): readonly ParameterFault[] {
  const faults: ParameterFault[] = [];
  const carried = (path: readonly (string | number)[], message: string, hint?: string) =>
    faults.push({ code: "W_PARAMETER_CARRIED", path, message, ...(hint === undefined ? {} : { hint }) });
  if (sealed !== undefined) {
    const hint = "encrypt what matched with the option `sealEvidence` of the firewall";
    carried(["matched_data"], "this key encrypts nothing here", hint);
  }
  const sensitivity = ({ sensitivity_level: level }: Override, path: readonly (string | number)[]) => {
    if (level !== "low" && level !== "medium") return;
    const message = `rules have no sensitivity here: \`${level}\` has no effect, only \`eoff\` disables rules`;
    carried([...path, "sensitivity_level"], message);
  };
  sensitivity(overrides, ["overrides"]);
  for (const member of ["categories", "rules"] as const) {
    overrides[member]?.forEach((entry, at) => {
      sensitivity(entry, ["overrides", member, at]);
    });
  }
  return faults;
}

function propertiesOf(entry: Override): OverrideProperties {
  const { status } = entry;
  return {
    action: entry.action,
    enabled: entry.enabled ?? (status === undefined ? undefined : status === "enabled"),
    sensitivity: entry.sensitivity_level,
    scoreThreshold: entry.score_threshold,
  };
}
