import type { Scheme } from "../expression/scheme/scheme.ts";
import { MisuseError } from "../expression/source/misuse.ts";
import type { Limits } from "../expression/syntax/limits.ts";
import type { PatternEngine } from "../expression/values/pattern/engine.ts";
import type { ActionDefinition } from "./actions/control.ts";
import { checkAction, isAllowed } from "./actions/define-action.ts";
import { standardActions } from "./actions/index.ts";
import type { ListDocument, RulesetDocument } from "./document.ts";
import { PhaseCatalogue, type PhaseDefinition } from "./phases.ts";
import { Expressions } from "./plan/expressions.ts";
import type { DocumentFormat } from "./text/read-text.ts";

/** How documents are read and checked. */
export interface LoadOptions {
  /** Default: from the source's name, else from its first character. */
  readonly format?: DocumentFormat;
  /** Default: {@link standardActions}. */
  readonly actions?: readonly ActionDefinition[];
  /** Default: the standard phases. */
  readonly phases?: PhaseCatalogue;
  /**
   * What expressions may name; narrowed to each rule's phase. Without it (or without {@link patterns}) expressions
   * are only parsed.
   */
  readonly scheme?: Scheme<never>;
  /** Compiles regular expressions. */
  readonly patterns?: PatternEngine;
  /** Limits of expressions to replace; the others keep their defaults. */
  readonly limits?: Partial<Limits>;
  /** Rulesets that `execute` and `skip` may name beside those of the documents, such as managed ones. */
  readonly rulesets?: readonly RulesetDocument[];
  /**
   * `late`: a ruleset or list that nobody knows is a warning. Default `declared`, an error; imports of another
   * system's export are always `late`, because exports leave out what the vendor owns.
   */
  readonly references?: "declared" | "late";
  /**
   * Where compiled expressions are kept for a scheme, for whoever makes a plan of the documents. Default: they are
   * forgotten once they are judged.
   *
   * @internal
   */
  readonly expressions?: (scheme: Scheme<never>) => Expressions;
}

/** Everything that a set of documents declares. */
export interface Configuration {
  readonly rulesets: readonly RulesetDocument[];
  readonly lists: readonly ListDocument[];
}

export interface ResolvedOptions extends LoadOptions {
  readonly actionsByName: ReadonlyMap<string, ActionDefinition>;
  readonly phases: PhaseCatalogue;
}

/**
 * @throws TypeError when two actions have one name.
 * @throws MisuseError `E_DEFINITION` when the declarations of actions and phases contradict one another.
 */
export function resolveOptions(options: LoadOptions): ResolvedOptions {
  const actionsByName = new Map<string, ActionDefinition>();
  for (const action of options.actions ?? standardActions) {
    if (actionsByName.has(action.name)) throw new TypeError(`two actions are called \`${action.name}\``);
    checkAction(action);
    actionsByName.set(action.name, action);
  }
  const phases = options.phases ?? new PhaseCatalogue();
  for (const phase of phases.phases) if (phase.logs === true) checkLogging(phase, actionsByName.values());
  return { ...options, actionsByName, phases };
}

function checkLogging(phase: PhaseDefinition, actions: Iterable<ActionDefinition>): void {
  for (const action of actions) {
    if (!action.terminating || !isAllowed(action, phase)) continue;
    throw new MisuseError(
      "E_DEFINITION",
      `the phase \`${phase.name}\` only logs, so the terminating action \`${action.name}\` cannot stand there`,
    );
  }
}

/** What compiles the expressions that name parts of a scheme; undefined: they are only parsed. */
export function expressionsOf({
  scheme,
  patterns,
  limits,
  expressions,
}: LoadOptions): Expressions | undefined {
  if (scheme === undefined || patterns === undefined) return undefined;
  return (
    expressions?.(scheme) ??
    new Expressions(scheme, { patterns, ...(limits === undefined ? {} : { limits }) })
  );
}
