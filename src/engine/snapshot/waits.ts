import { MisuseError } from "../../language/diagnostics/misuse.ts";
import type { Plan } from "../../rules/plan/plan.ts";
import type { Wait } from "../evaluation/runtime.ts";

/** The first rule that reads a field which is loaded, else the first whose counter store answers later. */
export function waitsOf({ loads: [load], limited }: Plan, areCountersLate: boolean): Wait | undefined {
  if (load !== undefined) return { rule: load.rule, field: load.field.name };
  return areCountersLate && limited !== undefined ? { rule: limited, field: undefined } : undefined;
}

/** The misuse of what cannot wait. */
export function cannotWait({ rule, field }: Wait, what: string): MisuseError {
  const { ruleset, ref } = rule;
  return field === undefined
    ? new MisuseError(
        "E_ASYNC_STORE",
        `${what}: rule \`${ruleset}/${ref}\` counts in an asynchronous store; use \`evaluate\`, which waits, or a synchronous store`,
      )
    : new MisuseError(
        "E_ASYNC_FIELD",
        `${what}: rule \`${ruleset}/${ref}\` reads \`${field}\`, which is loaded; use \`evaluate\`, which waits, or leave the rule out`,
      );
}
