import type { ObjectOf, ObjectShape, ValueOf } from "../../../documents/shapes/shape.ts";
import { MisuseError } from "../../../language/diagnostics/misuse.ts";
import type { ExecutionContext } from "../../../language/scheme/execution-context.ts";
import type { PhaseDefinition } from "../phases.ts";
import type {
  ActionDefinition,
  ActionList,
  ChangeControl,
  ChangedPart,
  Contribution,
  EndingControl,
  ExecuteControl,
  ExecutePlan,
  ParameterFault,
  PrepareServices,
  ReportControl,
  ScoreControl,
  SkipControl,
  SkipPlan,
  StateControl,
  StateNames,
} from "./control.ts";

/** The parts of the control that an action with such a declaration may use. */
export type ControlOf<Ends extends boolean, C extends Contribution> = ReportControl &
  (Ends extends true ? EndingControl : unknown) &
  ("score" extends C ? ScoreControl : unknown) &
  ("state" extends C ? StateControl : unknown) &
  ("execute" extends C ? ExecuteControl : unknown) &
  ("skip" extends C ? SkipControl : unknown) &
  ("change" extends C ? ChangeControl : unknown);

/**
 * An action whose name, parameters and contributions the compiler knows, so that rules with it can be written in
 * TypeScript.
 */
export interface DeclaredAction<
  Name extends string,
  S extends ObjectShape,
  C extends Contribution = Contribution,
> extends ActionDefinition {
  readonly name: Name;
  readonly parameters?: S;
  readonly contributes?: readonly C[];
}

/**
 * An action with the types that follow from its declaration: of the parameters from their shape, of the value that
 * `apply` gets from `prepare`, of the control from the declared effects. `prepare` comes before `apply`.
 */
export interface ActionSpec<
  S extends ObjectShape,
  Prepared,
  Ends extends boolean,
  C extends Contribution,
  Name extends string = string,
  Given = ValueOf<S>,
> extends Omit<
    ActionDefinition,
    "name" | "check" | "executes" | "skips" | "sets" | "lists" | "headers" | "changes" | "prepare" | "apply"
  > {
  readonly name: Name;
  readonly terminating: Ends;
  readonly contributes?: readonly C[];
  readonly parameters?: S;
  check?(parameters: Given, phase: PhaseDefinition): readonly ParameterFault[];
  executes?(parameters: Given): ExecutePlan | undefined;
  skips?(parameters: Given): SkipPlan | undefined;
  sets?(parameters: Given): StateNames;
  lists?(parameters: Given): readonly ActionList[];
  headers?(parameters: Given): readonly string[];
  changes?(parameters: Given, phase: PhaseDefinition): readonly ChangedPart[];
  prepare(parameters: Given, services: PrepareServices): Prepared;
  apply(control: ControlOf<Ends, C>, prepared: Prepared, context: ExecutionContext): void;
}

/**
 * Declares an action with its types checked. The result knows the action's name, parameters and contributions,
 * for {@link RulesetInput}, and forgets the other types for the catalogue.
 *
 * @throws MisuseError `E_DEFINITION` when the declaration contradicts itself.
 */
export function defineAction<
  Prepared,
  const Ends extends boolean,
  const C extends Contribution = Ends extends true ? never : Contribution,
  const S extends ObjectShape = ObjectOf<Record<never, never>>,
  const Name extends string = string,
>(action: ActionSpec<S, Prepared, Ends, C, Name>): DeclaredAction<Name, S, C>;
export function defineAction(action: ActionDefinition): ActionDefinition {
  checkAction(action);
  return Object.freeze(action);
}

/** @throws MisuseError `E_DEFINITION` when the declaration contradicts itself. */
export function checkAction(action: ActionDefinition): void {
  const fault = contradictionOf(action);
  if (fault !== undefined) throw new MisuseError("E_DEFINITION", `the action \`${action.name}\` ${fault}`);
}

function contradictionOf(action: ActionDefinition): string | undefined {
  const { contributes, terminating, whileCounting, parameters, parametersRequired } = action;
  for (const hook of ["prepare", "apply"] as const) {
    if (typeof action[hook] !== "function") return `has no function \`${hook}\``;
  }
  if (action.carried === true) {
    if (terminating) return "is carried and never executed, so it cannot be terminating";
    if ((contributes?.length ?? 0) > 0) return "is carried and never executed, so it contributes nothing";
    if (action.executes !== undefined || action.skips !== undefined || whileCounting === true) {
      return "is carried and never executed, so it has no effect to declare";
    }
  }
  if (whileCounting === true && terminating) {
    return "cannot run while rate limits only count and be terminating: nothing ends there";
  }
  for (const [contribution, hook] of [
    ["execute", "executes"],
    ["skip", "skips"],
  ] as const) {
    const says = contributes?.includes(contribution);
    if (says === false && action[hook] !== undefined) {
      return `has \`${hook}\` but does not contribute \`${contribution}\``;
    }
    if (says === true && action[hook] === undefined) {
      return `contributes \`${contribution}\` but has no \`${hook}\``;
    }
  }
  if (parametersRequired === true && parameters === undefined) {
    return "requires parameters but declares none";
  }
  if (parametersRequired === false && hasNeededMember(action)) {
    return "has required parameters, so `parametersRequired` cannot be false";
  }
  return undefined;
}

/** Whether an action is allowed in a phase: the phase lists it, or the action itself names the phase. */
export function isAllowed(action: ActionDefinition, phase: PhaseDefinition): boolean {
  return phase.actions.includes(action.name) || action.phases?.includes(phase.name) === true;
}

/** Whether the action may have that effect: it declares it, or declares nothing and may do anything. */
export function mayContribute(action: ActionDefinition, contribution: Contribution): boolean {
  const { contributes, executes, skips, terminating } = action;
  if (contributes !== undefined) return contributes.includes(contribution);
  if (contribution === "execute" && executes !== undefined) return true;
  if (contribution === "skip" && skips !== undefined) return true;
  return !terminating;
}

/** Whether the action directs which rules run (executes or skips); such rules make no decision of their own. */
export function isControlFlow(action: ActionDefinition): boolean {
  return action.executes !== undefined || action.skips !== undefined;
}

/** Whether other rules depend on the action's effect: an override of many rules at once leaves it in place. */
export function hasDependents(action: ActionDefinition): boolean {
  return (["score", "state", "execute", "skip"] as const).some((one) => mayContribute(action, one));
}

/** Whether a rule with the action must write `action_parameters`. */
export function needsParameters(action: ActionDefinition): boolean {
  return action.parametersRequired ?? hasNeededMember(action);
}

function hasNeededMember({ parameters }: ActionDefinition): boolean {
  if (parameters === undefined) return false;
  const groups = (parameters.exactlyOne?.length ?? 0) + (parameters.atLeastOne?.length ?? 0);
  return groups > 0 || Object.values(parameters.members).some((member) => member.required === true);
}
