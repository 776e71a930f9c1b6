import type { ObjectOf, ObjectShape, OpenObjectOf, ValueOf } from "../../documents/shapes/shape.ts";
import type { ActionDefinition } from "./actions/control.ts";
import type { DeclaredAction } from "./actions/define-action.ts";
import type { StandardAction } from "./actions/index.ts";
import type { ActionParameters, RateLimitDocument } from "./document.ts";
import type { DefaultPhase, LimitedPhase, StandardPhase, StandardPhases } from "./phases.ts";
import type { ruleShape, rulesetShape } from "./rule-shape.ts";

/**
 * A ruleset as TypeScript code writes it: members that the loader adds may be left out. Its phase determines the
 * actions of its rules, and the action the parameters. Actions and phases are those of the package; name your own, as
 * in `RulesetInput<StandardAction | typeof tarpit>`, and pass such a ruleset to a firewall with {@link
 * uncheckedRuleset}. Any action is allowed in a phase of your own, and an action of your own in any phase.
 */
export type RulesetInput<
  Action extends ActionDefinition = StandardAction,
  Phase extends string = StandardPhase,
> = NamedRuleset<Exclude<Phase, DefaultPhase>, Action> | DefaultRuleset<Extract<Phase, DefaultPhase>, Action>;

// The compiler compares a value that matches none of them with the last: a ruleset without phase is one of the default
// phase.

type NamedRuleset<Phase extends string, Action extends ActionDefinition> = Phase extends string
  ? RulesetOf<Phase, Action>
  : never;

type DefaultRuleset<Phase extends DefaultPhase, Action extends ActionDefinition> = Phase extends string
  ? RulesetOfDefault<Phase, Action>
  : never;

interface RulesetOf<Phase extends string, Action extends ActionDefinition> extends RulesetMembers {
  /** When its rules are evaluated; determines their actions. */
  readonly phase: Phase;
  /** In the order of evaluation. */
  readonly rules?: readonly RuleInput<Action, Phase>[];
}

interface RulesetOfDefault<Phase extends string, Action extends ActionDefinition> extends RulesetMembers {
  /** When its rules are evaluated; determines their actions. Default: `http_request_firewall_custom`. */
  readonly phase?: Phase;
  /** In the order of evaluation. */
  readonly rules?: readonly RuleInput<Action, Phase>[];
}

interface RulesetMembers extends Omit<ValueOf<typeof rulesetShape>, "phase" | "rules"> {}

/**
 * A rule as TypeScript code writes it, for a ruleset of the given phase: the phase determines the actions, and whether
 * a rate limit is required, the action the parameters. It needs a `ref` or an `id`.
 */
export type RuleInput<
  Action extends ActionDefinition = StandardAction,
  Phase extends string = DefaultPhase,
> = Phase extends StandardPhase
  ? RuleOf<
      Offered<Action, StandardPhases[Phase]["actions"][number]>,
      Phase extends LimitedPhase ? true : false
    >
  : RuleOf<Action, false>;

/** The actions with these names, and those that are not of the package. */
type Offered<Action extends ActionDefinition, Name extends string> = Action extends ActionDefinition
  ? Action["name"] extends Exclude<StandardAction["name"], Name>
    ? never
    : Action
  : never;

type RuleOf<Action extends ActionDefinition, Limited extends boolean> = Action extends ActionDefinition
  ? RuleOfAction<Action> & LimitMember<Action, Limited>
  : never;

type RuleOfAction<Action extends ActionDefinition> =
  Action extends DeclaredAction<infer Name, infer S>
    ? RuleOfParameters<Name, ParametersOf<S>>
    : RuleWithout<string, ActionParameters>;

type RuleOfParameters<Name extends string, Parameters> =
  Readonly<Record<never, never>> extends Parameters
    ? RuleWithout<Name, Parameters>
    : RuleWith<Name, Parameters>;

/** With required parameters. */
interface RuleWith<Name extends string, Parameters> extends RuleMembers {
  /** What happens when the expression is true. */
  readonly action: Name;
  /** The parameters of the action. */
  readonly action_parameters: Parameters;
}

/** With optional parameters. */
interface RuleWithout<Name extends string, Parameters> extends RuleMembers {
  /** What happens when the expression is true. */
  readonly action: Name;
  /** The parameters of the action. */
  readonly action_parameters?: Parameters;
}

interface RuleMembers extends Omit<ValueOf<typeof ruleShape>, "action" | "action_parameters" | "ratelimit"> {}

/** As the loader: a rule whose action executes rulesets or skips needs no limit of its own. */
type LimitMember<Action extends ActionDefinition, Limited extends boolean> = [
  Limited,
  Extract<NonNullable<Action["contributes"]>[number], "execute" | "skip">,
] extends [true, never]
  ? WithLimit
  : WithoutLimit;

interface WithLimit {
  /** The rate limit beyond which the action is taken. */
  readonly ratelimit: RateLimitDocument;
}

interface WithoutLimit {
  /** The rate limit beyond which the action is taken. */
  readonly ratelimit?: RateLimitDocument;
}

declare const none: unique symbol;

/** `{}` would accept any object, and `never` would hide in editors which parameters are required. */
interface NoParameters {
  readonly [none]?: never;
}

type ParametersOf<S extends ObjectShape> =
  S extends OpenObjectOf<Record<never, never>>
    ? ActionParameters
    : S extends ObjectOf<infer Members>
      ? [keyof Members] extends [never]
        ? NoParameters
        : ValueOf<S>
      : never;
