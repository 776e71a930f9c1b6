import type { ObjectOf, ObjectShape, OpenObjectOf, ValueOf } from "../../documents/shapes/shape.ts";
import type { ActionDefinition } from "./actions/control.ts";
import type { DeclaredAction } from "./actions/define-action.ts";
import type { StandardAction } from "./actions/index.ts";
import type { ActionParameters, RuleDocument, RulesetDocument } from "./document.ts";
import type { StandardPhase } from "./phases.ts";

/**
 * A ruleset as TypeScript code writes it: what the loader fills in may be left out. Actions, their parameters and phases
 * are those of the package; name your own beside them, as in `RulesetInput<StandardAction | typeof tarpit>`, and hand
 * such a ruleset to a firewall by {@link uncheckedRuleset}.
 */
export interface RulesetInput<
  Action extends ActionDefinition = StandardAction,
  Phase extends string = StandardPhase,
> extends Partial<Omit<RulesetDocument, "phase" | "rules" | "extra">> {
  /** Default: the phase that is declared as the default, `http_request_firewall_custom` of the standard ones. */
  readonly phase?: Phase;
  readonly rules?: readonly RuleInput<Action>[];
  /** Kept, without effect. */
  readonly source?: unknown;
  /** Kept, without effect. */
  readonly zone_id?: unknown;
  /** Kept, without effect. */
  readonly account_id?: unknown;
}

/** A rule as TypeScript code writes it: the action says which parameters there are. It needs a `ref` or an `id`. */
export type RuleInput<Action extends ActionDefinition = StandardAction> = Action extends ActionDefinition
  ? RuleMembers & ActionMembers<Action>
  : never;

interface RuleMembers
  extends Partial<Omit<RuleDocument, "action" | "action_parameters" | "expression" | "extra">> {
  readonly expression: string;
  /** Kept, with a warning: it needs a look-up of leaked credentials. */
  readonly exposed_credential_check?: unknown;
}

type ActionMembers<Action extends ActionDefinition> =
  Action extends DeclaredAction<infer Name, infer S>
    ? { readonly action: Name } & ParameterMember<ParametersOf<S>>
    : { readonly action: string; readonly action_parameters?: ActionParameters };

type ParameterMember<Parameters> =
  Readonly<Record<never, never>> extends Parameters
    ? { readonly action_parameters?: Parameters }
    : { readonly action_parameters: Parameters };

/** `{}` would take any object. */
type ParametersOf<S extends ObjectShape> =
  S extends OpenObjectOf<Record<never, never>>
    ? ActionParameters
    : S extends ObjectOf<infer Members>
      ? [keyof Members] extends [never]
        ? Readonly<Record<string, never>>
        : ValueOf<S>
      : never;
