import type { FaultSink } from "../../documents/shapes/faults.ts";
import { type ExpressionSite, type Reading, readShape } from "../../documents/shapes/read-shape.ts";
import { anything, listOf, type ObjectShape, object, optional } from "../../documents/shapes/shape.ts";
import type { Path } from "../../documents/text/located.ts";
import type { Expressions } from "../../language/compile/expressions.ts";
import { wordsText } from "../../language/diagnostics/option-values.ts";
import { excerpt } from "../../language/diagnostics/printable.ts";
import { entryPointId } from "../import/imported.ts";
import type { Part } from "../import/parts.ts";
import type { ActionDefinition } from "../ruleset/actions/control.ts";
import { isAllowed, isControlFlow, needsParameters } from "../ruleset/actions/define-action.ts";
import type {
  ActionParameters,
  RateLimitDocument,
  RateLimitStepDocument,
  RuleDocument,
  RulesetDocument,
} from "../ruleset/document.ts";
import { isEntryPoint, OUTERMOST_KIND } from "../ruleset/layers.ts";
import type { PhaseDefinition } from "../ruleset/phases.ts";
import {
  rateLimitShape,
  ruleMembers,
  ruleShape,
  rulesetMembers,
  rulesetShape,
} from "../ruleset/rule-shape.ts";
import { actionHint } from "./action-hint.ts";
import { checkExpressions } from "./check-expressions.ts";
import { ContentNames, type RuleContent } from "./content-names.ts";
import { defaultFault } from "./default-fault.ts";
import type { ResolvedOptions } from "./options.ts";
import { phaseHint } from "./phase-hint.ts";

/** A ruleset and the place where it was read, for faults that show only once all documents are known. */
export interface ReadRuleset {
  readonly document: RulesetDocument;
  readonly part: Part;
  readonly sink: FaultSink;
  readonly phase: PhaseDefinition | undefined;
  /** The path of a rule, by its position in {@link document}. */
  pathOf(rule: number): Path;
  /** Rules whose parameters do not have the shape that their action declares: the action must not get them. */
  readonly malformed: ReadonlySet<RuleDocument>;
}

/** A ruleset in its normal form; faults go to the sink. Undefined when it is no object. */
export function readRuleset(
  part: Part,
  options: ResolvedOptions,
  expressions: Expressions | undefined,
  sink: FaultSink,
): ReadRuleset | undefined {
  const reading = readingOf(part, sink);
  const members = readShape(part.value, rulesetWithAnyRules, part.path, reading);
  if (members === undefined) return undefined;
  const word = members.phase ?? options.phases.default?.name;
  const phase = word === undefined ? undefined : options.phases.get(word);
  if (word === undefined) {
    const message = "`phase` is missing: there is no default phase";
    sink.report({ code: "E_DOC_MISSING", path: part.path, message, expected: options.phases.names() });
  } else if (phase === undefined) {
    const hint = phaseHint(word, options.phases.names());
    // Cloudflare has phases of its own, and adds new ones.
    const isForeign = part.origin === "export" && hint === undefined;
    const message = `there is no phase \`${excerpt(word)}\``;
    sink.report({
      code: isForeign ? "W_IMPORT" : "E_PHASE_UNKNOWN",
      severity: isForeign ? "warning" : "error",
      path: [...part.path, "phase"],
      message: isForeign ? `${message} here: the rules are kept, but not executed` : message,
      ...(hint === undefined ? {} : { hint }),
    });
  }
  const { kind = "zone" } = members;
  if (kind === "custom" && phase?.custom === false) {
    const message = `the phase \`${phase.name}\` has no rulesets of kind \`custom\``;
    sink.report({ code: "E_DOC_VALUE", path: [...part.path, "kind"], message });
  }
  if (kind !== OUTERMOST_KIND && members.mandatory === true) notMandatory(kind, part.path, sink);
  const rules: RuleDocument[] = [];
  const paths: Path[] = [];
  const malformed = new Set<RuleDocument>();
  const names = new ContentNames(members.rules ?? []);
  for (const [at, value] of (members.rules ?? []).entries()) {
    if (part.leftOut?.has(at) === true) continue;
    const path = [...part.path, "rules", at];
    const rule = readRule(value, path, { phase, part, options, expressions, names, sink });
    if (rule === undefined) continue;
    rules.push(rule.document);
    paths.push(path);
    if (kind !== OUTERMOST_KIND && rule.document.mandatory === true) notMandatory(kind, path, sink);
    if (rule.isMalformed) malformed.add(rule.document);
  }
  checkIdentities(rules, paths, sink);
  const name = members.name ?? part.name ?? phase?.name ?? word ?? "";
  const { known, extra } = splitMembers(members, rulesetMembers);
  const standing = readDefault(members, kind, part.path, { phase, part, options, sink });
  replace(known, "default_action", standing?.action);
  replace(known, "default_action_parameters", standing?.parameters);
  // All of Cloudflare's entry points have this name, so it does not distinguish them.
  const isUnnamed = part.origin === "request" || members.name === "default";
  const isRequest = isUnnamed && isEntryPoint(kind) && phase !== undefined;
  const document: RulesetDocument = {
    ...known,
    ...(part.origin === "native" ? {} : { imported: true }),
    id: members.id ?? part.name ?? (isRequest ? entryPointId(kind, phase.name) : name),
    name,
    kind,
    phase: phase?.name ?? word ?? "",
    rules,
    ...(extra === undefined ? {} : { extra }),
  };
  return { document, part, sink, phase, pathOf: (rule) => paths[rule] ?? part.path, malformed };
}

/** A protection that promises more than it does is worse than a fault. */
function notMandatory(kind: string, path: Path, sink: FaultSink): void {
  sink.report({
    code: "E_DOC_VALUE",
    path: [...path, "mandatory"],
    message: `only rulesets of kind \`${OUTERMOST_KIND}\` and their rules are mandatory, this ruleset is \`${kind}\``,
    hint: "write it on the rule of the account that executes the ruleset, or move the rule there",
  });
}

function readingOf(part: Part, sink: FaultSink): Reading & { readonly sites: ExpressionSite[] } {
  const { terraform, origin } = part;
  return {
    sites: [],
    terraform,
    emptyIsAbsent: origin !== "native",
    report: (fault) => sink.report(fault),
  };
}

/** The context in which the rules of one ruleset are read. */
interface RuleSetting {
  readonly phase: PhaseDefinition | undefined;
  readonly part: Part;
  readonly options: ResolvedOptions;
  readonly expressions: Expressions | undefined;
  readonly names: ContentNames;
  readonly sink: FaultSink;
}

/** Rules are read one by one, each with its own expressions. */
const rulesetWithAnyRules = object({
  ...rulesetShape.members,
  rules: optional(listOf(anything)),
  default_action_parameters: optional(anything),
});

/** Faults of these two carry codes of their own, and the action says which parameters there are. */
const ruleAlone = object({
  ...ruleShape.members,
  action_parameters: optional(anything),
  ratelimit: optional(anything),
});

function readRule(
  value: unknown,
  path: Path,
  { phase, part, options, expressions, names, sink }: RuleSetting,
): { readonly document: RuleDocument; readonly isMalformed: boolean } | undefined {
  const reading = readingOf(part, sink);
  const read = readShape(value, ruleAlone, path, reading);
  if (read === undefined) return undefined;
  const action = read.action === undefined ? undefined : options.actionsByName.get(read.action);
  const limit = readLimit(read.ratelimit, action, path, { phase, part, options, reading, sink });
  if (read.action !== undefined && action === undefined) {
    if (isKeptOnly(phase, part)) warnOfCarried(phase?.name ?? read.action, [...path, "action"], sink);
    else unknownAction(read.action, [...path, "action"], options, sink);
  }
  const parameters =
    action === undefined
      ? { value: read.action_parameters, isMalformed: false }
      : readParameters(action, read.action_parameters, path, { phase, part, options, reading, sink });
  if (phase !== undefined) checkExpressions(reading.sites, phase, expressions, { ...options, part }, sink);
  if (read.exposed_credential_check !== undefined) {
    const message = "the rule is kept, but not executed: it needs a look-up of leaked credentials";
    sink.report({
      code: "W_ACTION_CARRIED",
      severity: "warning",
      path: [...path, "exposed_credential_check"],
      message,
    });
  }
  if (read.tests !== undefined && read.tests.length > 0) {
    const message = "the tests of the rule are kept, but not run";
    sink.report({
      code: "W_TESTS_NOT_RUN",
      severity: "warning",
      path: [...path, "tests"],
      message,
      atKey: true,
    });
  }
  if (read.action === undefined || read.expression === undefined) return undefined;
  const identity = identityOf(read, names);
  const { known, extra } = splitMembers(read, ruleMembers);
  replace(known, "ratelimit", limit);
  replace(known, "action_parameters", parameters.value);
  const document = Object.assign(known, identity, {
    action: read.action,
    expression: read.expression,
    enabled: read.enabled !== false,
    ...(extra === undefined ? {} : { extra }),
  });
  return { document, isMalformed: parameters.isMalformed };
}

/** The default of a ruleset for requests that no rule of its phase decides, as far as it is valid. */
function readDefault(
  given: { readonly default_action?: string; readonly default_action_parameters?: unknown },
  kind: string,
  path: Path,
  { phase, part, options, sink }: Pick<RuleSetting, "phase" | "part" | "options" | "sink">,
): { readonly action: string; readonly parameters: ActionParameters | undefined } | undefined {
  const { default_action: word, default_action_parameters: parameters } = given;
  const at = [...path, "default_action"];
  if (word === undefined) {
    if (parameters === undefined) return undefined;
    const message = "`default_action_parameters` needs `default_action`";
    sink.report({ code: "E_DOC_MISSING", path: [...path, "default_action_parameters"], message });
    return undefined;
  }
  const action = options.actionsByName.get(word);
  if (action === undefined) {
    unknownAction(word, at, options, sink);
    return undefined;
  }
  const fault = defaultFault(action, kind, phase);
  if (fault !== undefined) {
    sink.report({ code: "E_DOC_VALUE", path: at, ...fault });
    return undefined;
  }
  const read = readParameters(
    action,
    parameters,
    path,
    { phase, part, options, reading: readingOf(part, sink), sink },
    "default_action",
  );
  return read.isMalformed ? undefined : { action: word, parameters: read.value };
}

/** Replaces a member as written by the read one, or removes it when it was not valid. */
function replace(members: Record<string, unknown>, name: string, value: unknown): void {
  if (value !== undefined) members[name] = value;
  else if (Object.hasOwn(members, name)) delete members[name];
}

function unknownAction(word: string, path: Path, options: ResolvedOptions, sink: FaultSink): void {
  const hint = actionHint(word, options.actionsByName);
  sink.report({
    code: "E_ACTION_UNKNOWN",
    path,
    message: `there is no action \`${excerpt(word)}\``,
    ...(hint === undefined ? {} : { hint }),
  });
}

/** Whether a rule is kept for other systems, which define its contents. */
function isKeptOnly(phase: PhaseDefinition | undefined, { origin }: Part): boolean {
  return origin !== "native" && phase?.executed !== true;
}

function warnOfCarried(word: string, path: Path, sink: FaultSink): void {
  const message = `the rule is kept, but not executed: \`${excerpt(word)}\` belongs to other systems`;
  sink.report({ code: "W_ACTION_CARRIED", severity: "warning", path, message });
}

/** The context in which parameters are read. */
interface ParameterSetting extends Pick<RuleSetting, "phase" | "part" | "options" | "sink"> {
  readonly reading: Reading;
}

/** The valid parameters, and whether they lack the shape that the action declares. */
function readParameters(
  action: ActionDefinition,
  given: unknown,
  path: Path,
  { phase, part, options, reading, sink }: ParameterSetting,
  member: "action" | "default_action" = "action",
): { readonly value: ActionParameters | undefined; readonly isMalformed: boolean } {
  const { name } = action;
  if (phase !== undefined && !isAllowed(action, phase) && !isKeptOnly(phase, part)) {
    sink.report({
      code: "E_ACTION_PHASE",
      path: [...path, member],
      message: `the action \`${name}\` is not allowed in \`${phase.name}\``,
      expected: phase.actions,
      ...phasesOf(action, options),
    });
  }
  if (action.carried === true || phase?.executed === false) {
    warnOfCarried(action.carried === true ? name : (phase?.name ?? name), [...path, member], sink);
  }
  if (given === undefined) {
    if (!needsParameters(action)) return { value: undefined, isMalformed: false };
    const message = `the action \`${name}\` needs \`${member}_parameters\``;
    const form = formOf(action);
    const hint = form === undefined ? {} : { hint: `write \`${member}_parameters: ${form}\`` };
    sink.report({ code: "E_DOC_MISSING", path, message, ...hint });
    return { value: undefined, isMalformed: true };
  }
  const at = [...path, `${member}_parameters`];
  const shape: ObjectShape = action.parameters ?? object({});
  const counted = countErrors(reading);
  const value = readShape(given, shape, at, counted.reading);
  if (value === undefined || counted.errors() > 0) return { value, isMalformed: true };
  if (phase === undefined) return { value, isMalformed: false };
  for (const fault of action.check?.(value, phase) ?? []) {
    const severity = fault.code.startsWith("W_") ? "warning" : "error";
    sink.report({ ...fault, severity, path: [...at, ...fault.path] });
  }
  return { value, isMalformed: false };
}

/** The parameters that an action cannot do without: `{id: …}`, or the first of those of which one is needed. */
function formOf({ parameters }: ActionDefinition): string | undefined {
  if (parameters === undefined) return undefined;
  const { members, exactlyOne = [], atLeastOne = [] } = parameters;
  const required = Object.keys(members).filter((name) => members[name]?.required === true);
  if (required.length > 0) return `{${required.map((name) => `${name}: …`).join(", ")}}`;
  const [group] = [...exactlyOne, ...atLeastOne];
  return group === undefined ? undefined : group.map((name) => `{${name}: …}`).join("` or `");
}

/** Phases that allow the action: bodies of the API leave the phase to the URL. */
function phasesOf(action: ActionDefinition, { phases }: ResolvedOptions): { readonly hint?: string } {
  const names = phases.phases.filter((one) => isAllowed(action, one)).map((one) => one.name);
  return names.length === 0 ? {} : { hint: `set the \`phase\` of the ruleset to ${wordsText(names)}` };
}

function countErrors(reading: Reading): { readonly reading: Reading; errors(): number } {
  let errors = 0;
  return {
    reading: {
      sites: reading.sites,
      terraform: reading.terraform,
      emptyIsAbsent: reading.emptyIsAbsent === true,
      code: "E_ACTION_PARAMETER",
      report(fault) {
        if (fault.severity !== "warning") errors++;
        reading.report(fault);
      },
    },
    errors: () => errors,
  };
}

/** The rate limit as far as it is valid. */
function readLimit(
  given: unknown,
  action: ActionDefinition | undefined,
  path: Path,
  setting: Pick<RuleSetting, "phase" | "part" | "options" | "sink"> & { readonly reading: Reading },
): Partial<RateLimitDocument> | undefined {
  const { phase, reading, sink } = setting;
  const at = [...path, "ratelimit"];
  if (given === undefined) {
    const leads = action !== undefined && isControlFlow(action);
    if (phase?.needsRateLimit === true && !leads) {
      const message = `a rule of \`${phase.name}\` needs \`ratelimit\``;
      sink.report({ code: "E_RATELIMIT", path, message });
    }
    return undefined;
  }
  const limits: Reading = {
    sites: reading.sites,
    terraform: reading.terraform,
    emptyIsAbsent: reading.emptyIsAbsent === true,
    code: "E_RATELIMIT",
    report: (fault) => sink.report(fault.severity === "warning" ? fault : { ...fault, code: "E_RATELIMIT" }),
  };
  const read = readShape(given, rateLimitShape, at, limits);
  if (read?.score_per_period !== undefined && read.score_response_header_name === undefined) {
    const message = "`score_per_period` needs `score_response_header_name`";
    sink.report({ code: "E_RATELIMIT", path: at, message });
  }
  if (read?.mitigation_expression !== undefined && read.mitigation_expression.trim() !== "") {
    const message =
      "`mitigation_expression` is kept, but has no effect: `counting_expression` selects what is counted";
    const path = [...at, "mitigation_expression"];
    sink.report({ code: "W_PARAMETER_CARRIED", severity: "warning", path, message });
  }
  if (read?.score_per_period !== undefined && read.cost_expression !== undefined) {
    const message =
      "with `score_per_period` the response gives the cost of a request: leave `cost_expression` out";
    sink.report({ code: "E_RATELIMIT", path: [...at, "cost_expression"], message });
  }
  read?.steps?.forEach((step, position) => {
    checkStep(step, read, [...at, "steps", position], setting);
  });
  return read;
}

function checkStep(
  step: RateLimitStepDocument,
  limit: Partial<RateLimitDocument>,
  path: Path,
  {
    phase,
    part,
    options,
    reading,
    sink,
  }: Pick<RuleSetting, "phase" | "part" | "options" | "sink"> & { readonly reading: Reading },
): void {
  const unit = limit.score_per_period === undefined ? "requests_per_period" : "score_per_period";
  if (step.requests_per_period !== undefined || step.score_per_period !== undefined) {
    if (step[unit] === undefined) {
      const message = `the step needs \`${unit}\`, as in its rate limit`;
      sink.report({ code: "E_RATELIMIT", path, message });
    }
    const same = [limit, ...(limit.steps ?? [])].find(
      (other) =>
        other !== step &&
        other[unit] === step[unit] &&
        (other.period ?? limit.period) === (step.period ?? limit.period),
    );
    if (same !== undefined) {
      const message = "another step, or the limit itself, has the same period and the same number";
      sink.report({ code: "E_RATELIMIT", path, message });
    }
  }
  if (step.action === undefined) {
    if (step.action_parameters !== undefined) {
      const message = "`action_parameters` of a step need its `action`";
      sink.report({ code: "E_RATELIMIT", path, message });
    }
    return;
  }
  const action = options.actionsByName.get(step.action);
  if (action === undefined) unknownAction(step.action, [...path, "action"], options, sink);
  else if (isControlFlow(action)) {
    const message = `a step cannot \`${action.name}\`: it acts on the client that has exceeded its limit`;
    sink.report({ code: "E_RATELIMIT", path: [...path, "action"], message });
  } else readParameters(action, step.action_parameters, path, { phase, part, options, reading, sink });
}

function identityOf(
  rule: RuleContent & { readonly id?: string; readonly ref?: string },
  names: ContentNames,
): { readonly id: string; readonly ref: string } {
  const { id, ref } = rule;
  const word = ref ?? id ?? names.nameOf(rule);
  return { id: id ?? word, ref: ref ?? word };
}

function checkIdentities(rules: readonly RuleDocument[], paths: readonly Path[], sink: FaultSink): void {
  for (const member of ["id", "ref"] as const) {
    const seen = new Map<string, number>();
    rules.forEach((rule, at) => {
      const first = seen.get(rule[member]);
      if (first === undefined) seen.set(rule[member], at);
      // An id that was taken from the ref would report one mistake twice.
      else if (member === "ref" || rule.id !== rule.ref) {
        sink.report({
          code: member === "id" ? "E_DUPLICATE_ID" : "E_DUPLICATE_REF",
          path: [...paths[at]!, member],
          message: `two rules of this ruleset have the ${member} \`${excerpt(rule[member])}\``,
          hint: `rule ${first + 1} of the ruleset has it: give this one another`,
        });
      }
    });
  }
}

/** The members that a shape has, and those that are kept unread. */
function splitMembers(
  members: Readonly<Record<string, unknown>>,
  shape: Readonly<Record<string, unknown>>,
): {
  readonly known: Record<string, unknown>;
  readonly extra: Readonly<Record<string, unknown>> | undefined;
} {
  // An ordinary object takes a third of the memory of one without prototype; the shape determines its names.
  const known: Record<string, unknown> = {};
  let extra: Record<string, unknown> | undefined;
  for (const name of Object.keys(members)) {
    if (Object.hasOwn(shape, name)) known[name] = members[name];
    else {
      extra ??= noMembers();
      extra[name] = members[name];
    }
  }
  return { known, extra };
}

function noMembers(): Record<string, unknown> {
  return Object.create(null);
}
