import type { FaultSink } from "../../documents/shapes/faults.ts";
import { type ExpressionSite, type Reading, readShape } from "../../documents/shapes/read-shape.ts";
import { object } from "../../documents/shapes/shape.ts";
import type { Path } from "../../documents/text/located.ts";
import type { Expressions } from "../../language/compile/expressions.ts";
import { excerpt } from "../../language/diagnostics/printable.ts";
import { didYouMean } from "../../language/diagnostics/suggest.ts";
import { HASH_START, hashUnits } from "../../language/values/hash.ts";
import type { Part } from "../import/unwrap.ts";
import type { ActionDefinition } from "../ruleset/actions/control.ts";
import { isAllowed, leadsElsewhere, needsParameters } from "../ruleset/actions/define-action.ts";
import type { RuleDocument, RulesetDocument, RulesetKind } from "../ruleset/document.ts";
import type { PhaseDefinition } from "../ruleset/phases.ts";
import {
  rateLimitShape,
  ruleMembers,
  ruleShape,
  rulesetMembers,
  rulesetShape,
} from "../ruleset/rule-shape.ts";
import { checkExpressions } from "./check-expressions.ts";
import type { ResolvedOptions } from "./options.ts";

/** A ruleset and where it was read, for faults that show only once all documents are known. */
export interface ReadRuleset {
  readonly document: RulesetDocument;
  readonly part: Part;
  readonly sink: FaultSink;
  readonly phase: PhaseDefinition | undefined;
  /** The path of a rule, by its position in {@link document}. */
  pathOf(rule: number): Path;
  /** Rules whose parameters do not have the shape that their action declares: the action must not be given them. */
  readonly misshapen: ReadonlySet<RuleDocument>;
}

/** A ruleset in its normal form; faults go to the sink. Undefined when it is no object. */
export function readRuleset(
  part: Part,
  options: ResolvedOptions,
  expressions: Expressions | undefined,
  sink: FaultSink,
): ReadRuleset | undefined {
  const reading = readingOf(part, sink);
  const read = readShape(part.value, rulesetShape, part.path, reading);
  if (read === undefined) return undefined;
  const members = read as Readonly<Record<string, unknown>>;
  const word = textOf(members["phase"]) ?? options.phases.default?.name;
  const phase = word === undefined ? undefined : options.phases.get(word);
  if (word === undefined) {
    const message = "`phase` is missing: no phase is the one of rulesets that name none";
    sink.report({ code: "E_DOC_MISSING", path: part.path, message, expected: options.phases.names() });
  } else if (phase === undefined) {
    const hint = didYouMean(word, options.phases.names());
    sink.report({
      code: "E_PHASE_UNKNOWN",
      path: [...part.path, "phase"],
      message: `there is no phase \`${excerpt(word)}\``,
      ...(hint === undefined ? {} : { hint }),
    });
  }
  const kind = (members["kind"] as RulesetKind | undefined) ?? "zone";
  if (kind === "custom" && phase?.custom === false) {
    const message = `the phase \`${phase.name}\` has no rulesets of kind \`custom\``;
    sink.report({ code: "E_DOC_VALUE", path: [...part.path, "kind"], message });
  }
  const rules: RuleDocument[] = [];
  const paths: Path[] = [];
  const misshapen = new Set<RuleDocument>();
  for (const [at, value] of ((members["rules"] as readonly unknown[] | undefined) ?? []).entries()) {
    const path = [...part.path, "rules", at];
    const rule = readRule(value, path, { phase, part, options, expressions, sink });
    if (rule === undefined) continue;
    rules.push(rule.document);
    paths.push(path);
    if (rule.isMisshapen) misshapen.add(rule.document);
  }
  checkIdentities(rules, paths, sink);
  const name = textOf(members["name"]) ?? part.name ?? phase?.name ?? word ?? "";
  const { known, extra } = parted(members, rulesetMembers);
  const document: RulesetDocument = {
    ...known,
    id: textOf(members["id"]) ?? part.name ?? name,
    name,
    kind,
    phase: phase?.name ?? word ?? "",
    rules,
    ...(extra === undefined ? {} : { extra }),
  };
  return { document, part, sink, phase, pathOf: (rule) => paths[rule] ?? part.path, misshapen };
}

function readingOf(part: Part, sink: FaultSink): Reading & { readonly sites: ExpressionSite[] } {
  return { sites: [], terraform: part.terraform, report: (fault) => sink.report(fault) };
}

/** What the rules of one ruleset are read with. */
interface RuleSetting {
  readonly phase: PhaseDefinition | undefined;
  readonly part: Part;
  readonly options: ResolvedOptions;
  readonly expressions: Expressions | undefined;
  readonly sink: FaultSink;
}

/** The rate limit's own faults carry its code, so that its shape is read apart. */
const ruleWithAnyLimit = object({ ...ruleShape.members, ratelimit: { shape: { kind: "any" } } });

function readRule(
  value: unknown,
  path: Path,
  { phase, part, options, expressions, sink }: RuleSetting,
): { readonly document: RuleDocument; readonly isMisshapen: boolean } | undefined {
  const reading = readingOf(part, sink);
  const read = readShape(value, ruleWithAnyLimit, path, reading) as Record<string, unknown> | undefined;
  if (read === undefined) return undefined;
  const action = typeof read["action"] === "string" ? options.actionsByName.get(read["action"]) : undefined;
  readLimit(read, action, path, phase, reading, sink);
  if (typeof read["action"] === "string" && action === undefined) {
    unknownAction(read["action"], [...path, "action"], options, sink);
  }
  const isMisshapen = action !== undefined && !readParameters(action, read, path, phase, reading, sink);
  if (phase !== undefined) {
    checkExpressions(reading.sites, phase, expressions, lateFor(part, options), sink);
  }
  if (read["exposed_credential_check"] !== undefined) {
    const message = "the rule is kept, and not executed: it needs a look-up of leaked credentials";
    sink.report({
      code: "W_ACTION_CARRIED",
      severity: "warning",
      path: [...path, "exposed_credential_check"],
      message,
    });
  }
  const identity = identityOf(read, part);
  if (identity === undefined) {
    const hint = "give the rule a `ref` that stays when rules move";
    sink.report({ code: "E_DOC_MISSING", path, message: "the rule has neither `ref` nor `id`", hint });
    return undefined;
  }
  if (typeof read["action"] !== "string" || typeof read["expression"] !== "string") return undefined;
  const { known, extra } = parted(read, ruleMembers);
  const document = Object.assign(known, identity, {
    action: read["action"],
    expression: read["expression"],
    enabled: read["enabled"] !== false,
    ...(extra === undefined ? {} : { extra }),
  });
  return { document, isMisshapen };
}

/** What an import refers to may stand outside of it. */
function lateFor(part: Part, options: ResolvedOptions): ResolvedOptions {
  return part.imported ? { ...options, references: "late" } : options;
}

function unknownAction(word: string, path: Path, options: ResolvedOptions, sink: FaultSink): void {
  const hint = didYouMean(word, options.actionsByName.keys());
  sink.report({
    code: "E_ACTION_UNKNOWN",
    path,
    message: `there is no action \`${excerpt(word)}\``,
    ...(hint === undefined ? {} : { hint }),
  });
}

/** False when the parameters do not have the shape that the action declares. */
function readParameters(
  action: ActionDefinition,
  rule: Record<string, unknown>,
  path: Path,
  phase: PhaseDefinition | undefined,
  reading: Reading,
  sink: FaultSink,
): boolean {
  const { name } = action;
  if (phase !== undefined && !isAllowed(action, phase)) {
    sink.report({
      code: "E_ACTION_PHASE",
      path: [...path, "action"],
      message: `the action \`${name}\` is not allowed in \`${phase.name}\``,
      expected: phase.actions,
    });
  }
  if (action.carried === true || phase?.executed === false) {
    const message = `the rule is kept, and not executed: \`${action.carried === true ? name : phase?.name}\` is for other systems`;
    sink.report({ code: "W_ACTION_CARRIED", severity: "warning", path: [...path, "action"], message });
  }
  const given = rule["action_parameters"];
  const at = [...path, "action_parameters"];
  const isEmpty = given === undefined || given === null || (Array.isArray(given) && given.length === 0);
  if (isEmpty && given !== null && !Array.isArray(given)) {
    if (!needsParameters(action)) return true;
    const message = `the action \`${name}\` needs \`action_parameters\``;
    sink.report({ code: "E_DOC_MISSING", path, message });
    return false;
  }
  const shape = action.parameters ?? object({});
  const before = countErrors(reading);
  const read = readShape(given, shape, at, before.reading) as Record<string, unknown> | undefined;
  if (read === undefined) {
    delete rule["action_parameters"];
    return false;
  }
  rule["action_parameters"] = read;
  if (before.errors() > 0) return false;
  if (phase === undefined) return true;
  for (const fault of action.check?.(read, phase) ?? []) {
    const severity = fault.code.startsWith("W_") ? "warning" : "error";
    sink.report({ ...fault, severity, path: [...at, ...fault.path] });
  }
  return true;
}

function countErrors(reading: Reading): { readonly reading: Reading; errors(): number } {
  let errors = 0;
  return {
    reading: {
      sites: reading.sites,
      terraform: reading.terraform,
      code: "E_ACTION_PARAMETER",
      report(fault) {
        if (fault.severity !== "warning") errors++;
        reading.report(fault);
      },
    },
    errors: () => errors,
  };
}

function readLimit(
  rule: Record<string, unknown>,
  action: ActionDefinition | undefined,
  path: Path,
  phase: PhaseDefinition | undefined,
  reading: Reading,
  sink: FaultSink,
): void {
  const given = rule["ratelimit"];
  const at = [...path, "ratelimit"];
  if (given === undefined) {
    const leads = action !== undefined && leadsElsewhere(action);
    if (phase?.needsRateLimit === true && !leads) {
      const message = `a rule of \`${phase.name}\` needs \`ratelimit\``;
      sink.report({ code: "E_RATELIMIT", path, message });
    }
    return;
  }
  const limits: Reading = {
    sites: reading.sites,
    terraform: reading.terraform,
    code: "E_RATELIMIT",
    report: (fault) => sink.report(fault.severity === "warning" ? fault : { ...fault, code: "E_RATELIMIT" }),
  };
  const read = readShape(given, rateLimitShape, at, limits) as Record<string, unknown> | undefined;
  if (read === undefined) {
    delete rule["ratelimit"];
    return;
  }
  rule["ratelimit"] = read;
  if (read["score_per_period"] !== undefined && read["score_response_header_name"] === undefined) {
    const message = "`score_per_period` needs `score_response_header_name`";
    sink.report({ code: "E_RATELIMIT", path: at, message });
  }
}

function identityOf(
  rule: Readonly<Record<string, unknown>>,
  part: Part,
): { readonly id: string; readonly ref: string } | undefined {
  const id = textOf(rule["id"]);
  const ref = textOf(rule["ref"]);
  const word = ref ?? id ?? (part.terraform ? contentName(rule) : undefined);
  return word === undefined ? undefined : { id: id ?? word, ref: ref ?? word };
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

/**
 * Terraform rules may have no name at all. Their content then names them, not their position: inserting a rule must
 * not rename those after it.
 */
function contentName(rule: Readonly<Record<string, unknown>>): string {
  const content = [rule["action"], rule["expression"], rule["description"]].map(String).join("\n");
  const hash = hashUnits(HASH_START, content) >>> 0;
  return `content-${hash.toString(16).padStart(8, "0")}`;
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
        });
      }
    });
  }
}

/** The members that a shape has, and those that are only kept. */
function parted(
  members: Readonly<Record<string, unknown>>,
  shape: Readonly<Record<string, unknown>>,
): {
  readonly known: Record<string, unknown>;
  readonly extra: Readonly<Record<string, unknown>> | undefined;
} {
  // An ordinary object weighs a third of one without prototype; the shape says which names it gets.
  const known: Record<string, unknown> = {};
  let extra: Record<string, unknown> | undefined;
  for (const name of Object.keys(members)) {
    if (Object.hasOwn(shape, name)) known[name] = members[name];
    else {
      extra ??= Object.create(null) as Record<string, unknown>;
      extra[name] = members[name];
    }
  }
  return { known, extra };
}
