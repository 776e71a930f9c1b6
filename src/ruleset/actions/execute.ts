import {
  anything,
  flag,
  listOf,
  type Member,
  name,
  object,
  oneOf,
  optional,
  required,
  text,
} from "../shape.ts";
import { LATEST } from "../versions.ts";
import type { ExecutePlan, OverrideProperties, ParameterFault, Sensitivity } from "./control.ts";
import { defineAction } from "./define-action.ts";

const number = { kind: "number", integer: false } as const;

const properties: Readonly<Record<string, Member>> = {
  action: optional(name),
  enabled: optional(flag),
  sensitivity_level: optional(oneOf("default", "low", "medium", "eoff")),
  /** Older Terraform's word for `enabled`. */
  status: optional(oneOf("enabled", "disabled")),
};

/**
 * Runs another ruleset here, with changes laid over its rules. Per property the narrowest change counts: rule, then
 * tag (of several, the last listed), then the whole ruleset, then the ruleset's own text.
 */
export const execute = defineAction<ExecutePlan>({
  name: "execute",
  summary: "Runs another ruleset, with overrides.",
  terminating: false,
  contributes: ["execute"],
  parametersRequired: true,
  parameters: object({
    id: required(name),
    version: optional(text),
    matched_data: optional(object({ public_key: required(name) })),
    overrides: optional(
      object({
        ...properties,
        score_threshold: optional(number),
        categories: optional(listOf(object({ category: required(name), ...properties }), 1)),
        rules: optional(
          listOf(object({ id: required(name), score_threshold: optional(number), ...properties }), 1),
        ),
        labels: optional(anything),
      }),
    ),
  }),
  check: uselessParameters,
  executes: executePlan,
  prepare: executePlan,
  apply(control, prepared) {
    control.execute(prepared);
  },
});

/** The plan of `action_parameters` in the form that `execute` takes; for actions of an embedder that run rulesets. */
export function executePlan(parameters: Readonly<Record<string, unknown>>): ExecutePlan {
  const overrides = (parameters["overrides"] ?? {}) as Record<string, unknown>;
  const tags = (overrides["categories"] ?? []) as readonly Record<string, unknown>[];
  const rules = (overrides["rules"] ?? []) as readonly Record<string, unknown>[];
  return {
    ruleset: String(parameters["id"]),
    version: (parameters["version"] as string | undefined) ?? LATEST,
    overrides: {
      all: propertiesOf(overrides),
      tags: tags.map((entry) => ({ tag: String(entry["category"]), set: propertiesOf(entry) })),
      rules: new Map(rules.map((entry) => [String(entry["id"]), propertiesOf(entry)])),
    },
  };
}

/** What the reference product acts on and this engine does not: nobody should wait for its effect. */
function uselessParameters(parameters: Readonly<Record<string, unknown>>): readonly ParameterFault[] {
  const faults: ParameterFault[] = [];
  const carried = (path: readonly (string | number)[], message: string) =>
    faults.push({ code: "W_PARAMETER_CARRIED", path, message });
  if (parameters["matched_data"] !== undefined) {
    carried(["matched_data"], "matched bytes are not sealed and logged here");
  }
  const overrides = (parameters["overrides"] ?? {}) as Record<string, unknown>;
  const sensitivity = (entry: Readonly<Record<string, unknown>>, path: readonly (string | number)[]) => {
    const level = entry["sensitivity_level"];
    if (level !== "low" && level !== "medium") return;
    const message = `rules have no sensitivity here: \`${level}\` changes nothing, only \`eoff\` switches rules off`;
    carried([...path, "sensitivity_level"], message);
  };
  sensitivity(overrides, ["overrides"]);
  for (const member of ["categories", "rules"]) {
    const entries = (overrides[member] ?? []) as readonly Record<string, unknown>[];
    entries.forEach((entry, at) => {
      sensitivity(entry, ["overrides", member, at]);
    });
  }
  return faults;
}

function propertiesOf(entry: Readonly<Record<string, unknown>>): OverrideProperties {
  const { status } = entry;
  return {
    action: entry["action"] as string | undefined,
    enabled:
      (entry["enabled"] as boolean | undefined) ?? (status === undefined ? undefined : status === "enabled"),
    sensitivity: entry["sensitivity_level"] as Sensitivity | undefined,
    scoreThreshold: entry["score_threshold"] as number | undefined,
  };
}
