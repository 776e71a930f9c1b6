import type { DocumentFormat } from "../../documents/text/read-text.ts";
import { MisuseError } from "../../language/diagnostics/misuse.ts";
import { checkOptionNames, type NamesOf } from "../../language/diagnostics/option-names.ts";
import type { PatternEngine } from "../../language/pattern/engine.ts";
import type { Scheme } from "../../language/scheme/scheme.ts";
import { LIMIT_NAMES, type Limits } from "../../language/syntax/limits.ts";
import type { ActionDefinition } from "../ruleset/actions/control.ts";
import { checkAction, isAllowed } from "../ruleset/actions/define-action.ts";
import { standardActions } from "../ruleset/actions/index.ts";
import type { RulesetDocument } from "../ruleset/document.ts";
import { type PhaseCatalogue, type PhaseDefinition, STANDARD_CATALOGUE } from "../ruleset/phases.ts";
import type { TerraformReader } from "../terraform/reader.ts";

/** How documents are read and checked. */
export interface LoadOptions {
  /** Default: from the source's name, else from its first character. */
  readonly format?: DocumentFormat;
  /** Default: {@link standardActions}. */
  readonly actions?: readonly ActionDefinition[];
  /** Default: the standard phases. */
  readonly phases?: PhaseCatalogue;
  /** The names that expressions may use; narrowed to each rule's phase. Without it expressions are only parsed. */
  readonly scheme?: Scheme<never>;
  /** Compiles regular expressions. Default: the package's own engine. */
  readonly patterns?: PatternEngine;
  /** Whether the firewall will have `nilNotEqual`: it decides which expressions are warned about. Default false. */
  readonly nilNotEqual?: boolean;
  /** Limits of expressions to replace; the others keep their defaults. */
  readonly limits?: Partial<Limits>;
  /** Rulesets that `execute` and `skip` may name in addition to those of the documents, such as managed ones. */
  readonly rulesets?: readonly RulesetDocument[];
  /**
   * `late`: an unknown ruleset or list is a warning. Default `declared`, an error; imports of another
   * system's export are always `late`, because exports leave out the vendor's own.
   */
  readonly references?: "declared" | "late";
  /**
   * Whether rules, rulesets, lists and conditions with faults are left out, each with its faults as warnings, and the
   * rest is loaded; so are parts that name one of them. A list is left out as a whole. The loaded parts keep their
   * meaning; the parts left out neither block nor pass. Default false: one fault rejects the whole.
   */
  readonly partial?: boolean;
  /**
   * Name or id of the one zone of an account's export whose rulesets of kind `zone` are loaded; what belongs to the
   * account, and all lists, are loaded, too. A ruleset says its zone by `zone_name`, `zone_id` or `zone`, else by the
   * name of its folder or file. An unknown zone is a fault that lists the known ones. Default: all rulesets.
   */
  readonly zone?: string;
  /**
   * Reads Terraform's documents. Default: in `wirewall` its `terraformReader`; in `wirewall/core` none, so that
   * programs without Terraform do not bundle it: its documents are faults.
   */
  readonly terraform?: TerraformReader;
  /**
   * Values of the variables of Terraform configurations: plain data, or for a variable whose type is no primitive an
   * expression as text, as on Terraform's command line. They override files of variables and defaults.
   */
  readonly terraformVariables?: Readonly<Record<string, unknown>>;
}

export interface ResolvedOptions extends LoadOptions {
  readonly actionsByName: ReadonlyMap<string, ActionDefinition>;
  readonly phases: PhaseCatalogue;
}

const LOAD_OPTION_NAMES: NamesOf<LoadOptions> = {
  format: true,
  actions: true,
  phases: true,
  scheme: true,
  patterns: true,
  limits: LIMIT_NAMES,
  nilNotEqual: true,
  rulesets: true,
  references: true,
  partial: true,
  zone: true,
  terraform: true,
  terraformVariables: true,
};

/**
 * @throws MisuseError when two actions have one name, when the declarations of actions and phases contradict each
 * other, and for unknown options.
 */
export function resolveOptions(options: LoadOptions): ResolvedOptions {
  checkOptionNames(options, LOAD_OPTION_NAMES);
  const actionsByName = options.actions === undefined ? standardByName() : byName(options.actions);
  const phases = options.phases ?? STANDARD_CATALOGUE;
  for (const phase of phases.phases) if (phase.logs === true) checkLogging(phase, actionsByName.values());
  return { ...options, actionsByName, phases };
}

function checkLogging(phase: PhaseDefinition, actions: Iterable<ActionDefinition>): void {
  for (const action of actions) {
    if (!action.terminating || !isAllowed(action, phase)) continue;
    throw new MisuseError(
      "E_DEFINITION",
      `the phase \`${phase.name}\` only logs, so the terminating action \`${action.name}\` is not allowed there`,
    );
  }
}

let standard: ReadonlyMap<string, ActionDefinition> | undefined;

function standardByName(): ReadonlyMap<string, ActionDefinition> {
  standard ??= byName(standardActions);
  return standard;
}

function byName(actions: readonly ActionDefinition[]): ReadonlyMap<string, ActionDefinition> {
  const found = new Map<string, ActionDefinition>();
  for (const action of actions) {
    if (found.has(action.name)) {
      throw new MisuseError("E_DUPLICATE_NAME", `two actions are called \`${action.name}\``);
    }
    checkAction(action);
    found.set(action.name, action);
  }
  return found;
}
