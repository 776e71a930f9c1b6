import type { Path } from "../../documents/text/located.ts";
import { isMembers, type Members } from "../../documents/text/members.ts";
import { wordsText } from "../../language/diagnostics/option-values.ts";
import { excerpt } from "../../language/diagnostics/printable.ts";
import { didYouMean } from "../../language/diagnostics/suggest.ts";
import { isVendorId, vendorHint } from "../import/imported.ts";
import type { ActionDefinition, ExecutePlan, SkipPlan, SkipTarget } from "../ruleset/actions/control.ts";
import { isAllowed, needsParameters } from "../ruleset/actions/define-action.ts";
import type { RuleDocument, RulesetDocument } from "../ruleset/document.ts";
import { isEntryPoint } from "../ruleset/layers.ts";
import { areVersions, byId, LATEST, pickVersion } from "../ruleset/versions.ts";
import { actionHint } from "./action-hint.ts";
import { checkMandatory } from "./mandatory.ts";
import type { ResolvedOptions } from "./options.ts";
import { phaseHint } from "./phase-hint.ts";
import type { ReadRuleset } from "./read-ruleset.ts";

/** The parts that rules may refer to, over all documents. */
interface Known {
  readonly rulesets: ReadonlyMap<string, readonly RulesetDocument[]>;
  readonly options: ResolvedOptions;
  readonly malformed: ReadonlySet<RuleDocument>;
}

/** Faults that are found only when all rulesets are known: duplicates, and references between them. */
export function validateReferences(read: readonly ReadRuleset[], options: ResolvedOptions): void {
  const all: RulesetDocument[] = [...(options.rulesets ?? [])];
  const entrypoints = new Set<string>();
  for (const { document, part, sink } of read) {
    if (all.some((other) => other.id === document.id && !areVersions(other, document))) {
      const message = `two rulesets have the id \`${excerpt(document.id)}\``;
      const isTarget = !isEntryPoint(document.kind);
      const hint = { hint: "rulesets of one id need different `version`s" };
      sink.report({
        code: "E_DUPLICATE_ID",
        path: [...part.path, "id"],
        message,
        ...(isTarget ? hint : {}),
      });
    } else all.push(document);
    if (!isEntryPoint(document.kind)) continue;
    const entrypoint = `${document.kind} ${document.phase}`;
    if (entrypoints.has(entrypoint)) {
      const message = `the phase \`${document.phase}\` has more than one entry point of kind \`${document.kind}\``;
      const hint = "put the rules into one ruleset, or make one of kind `custom` and execute it";
      sink.report({ code: "E_ENTRYPOINT_DUPLICATE", path: [...part.path, "phase"], message, hint });
    }
    entrypoints.add(entrypoint);
  }
  const malformed = new Set(read.flatMap((ruleset) => [...ruleset.malformed]));
  const known: Known = { rulesets: byId(all), options, malformed };
  for (const ruleset of read) {
    ruleset.document.rules.forEach((rule, at) => {
      const path = () => [...ruleset.pathOf(at), "action_parameters"];
      const execute = executeOf(rule, known);
      if (execute !== undefined) checkExecute(ruleset, rule, execute, path(), known);
      const skip = skipOf(rule, known);
      if (skip === undefined) return;
      checkSkip(ruleset, skip, path(), known);
      const executed = (one: RuleDocument) => executeOf(one, known)?.ruleset;
      checkMandatory(ruleset, skip, path(), known.rulesets, executed, (one) => options.phases.get(one)?.name);
    });
  }
  checkCycles(read, known);
}

/** The action of a rule whose parameters have the shape that it declares. */
function wellFormedAction(rule: RuleDocument, { options, malformed }: Known): ActionDefinition | undefined {
  return malformed.has(rule) ? undefined : options.actionsByName.get(rule.action);
}

function executeOf(rule: RuleDocument, known: Known): ExecutePlan | undefined {
  return wellFormedAction(rule, known)?.executes?.(rule.action_parameters ?? {});
}

function skipOf(rule: RuleDocument, known: Known): SkipPlan | undefined {
  return wellFormedAction(rule, known)?.skips?.(rule.action_parameters ?? {});
}

/**
 * Whether a missing ruleset may be supplied later. In an export it may; elsewhere if the name is Cloudflare's, or the
 * document is written for its API, unless the name is close to that of a known one.
 */
function isLate({ part }: ReadRuleset, id: string, known: Known): boolean {
  if (part.origin === "export" || known.options.references === "late") return true;
  if (part.origin === "native" && !isVendorId(id)) return false;
  return didYouMean(id, known.rulesets.keys()) === undefined;
}

function ruleNamed(document: RulesetDocument, word: string): RuleDocument | undefined {
  return document.rules.find((rule) => rule.id === word || rule.ref === word);
}

function ruleWords(document: RulesetDocument): readonly string[] {
  return document.rules.flatMap((rule) => (rule.id === rule.ref ? [rule.ref] : [rule.ref, rule.id]));
}

function hinted(word: string, candidates: Iterable<string>): { readonly hint?: string } {
  const hint = didYouMean(word, candidates);
  return hint === undefined ? {} : { hint };
}

/** Categories that a message lists. */
const MOST_CATEGORIES = 40;

const SUPPLY = "define it in the configuration, or pass it as one of the rulesets of the option `managed`";

function checkExecute(
  ruleset: ReadRuleset,
  rule: RuleDocument,
  execute: ExecutePlan,
  path: Path,
  known: Known,
): void {
  const { sink, document } = ruleset;
  const { ruleset: id, version } = execute;
  if (!isEntryPoint(document.kind)) {
    const message = `only entry points (kind \`root\` or \`zone\`) execute rulesets, this ruleset is \`${document.kind}\``;
    sink.report({ code: "E_EXECUTE_TARGET", path: [...path, "id"], message });
  }
  const versions = known.rulesets.get(id);
  const target = pickVersion(versions ?? [], version);
  if (target === undefined) {
    const late = isLate(ruleset, id, known);
    const what =
      versions === undefined
        ? `there is no ruleset \`${excerpt(id)}\``
        : `the ruleset \`${excerpt(id)}\` has no version \`${excerpt(version)}\``;
    const offered = versions?.flatMap((one) => one.version ?? []) ?? [];
    sink.report({
      code: late ? "W_EXECUTE_TARGET" : "E_EXECUTE_TARGET",
      severity: late ? "warning" : "error",
      path: [...path, versions === undefined ? "id" : "version"],
      message: late ? `${what}: the rule does nothing until it is supplied` : what,
      ...(versions === undefined
        ? { hint: vendorHint(id) ?? didYouMean(id, known.rulesets.keys()) ?? SUPPLY }
        : { expected: [LATEST, ...offered] }),
    });
    return;
  }
  if (target !== document && isEntryPoint(target.kind)) {
    const message = `\`${excerpt(id)}\` is an entry point, which runs without being executed`;
    const hint = "rulesets that are executed have the kind `custom` or `managed`";
    sink.report({ code: "E_EXECUTE_TARGET", path: [...path, "id"], message, hint });
  }
  if (target.phase !== document.phase) {
    const message = `\`${excerpt(id)}\` belongs to \`${target.phase}\` and cannot run in \`${document.phase}\``;
    const hint = `put the rule into a ruleset with \`phase: ${target.phase}\``;
    sink.report({ code: "E_EXECUTE_TARGET", path: [...path, "id"], message, hint });
  }
  checkOverrides(ruleset, rule, target, [...path, "overrides"], known);
}

function checkOverrides(
  ruleset: ReadRuleset,
  rule: RuleDocument,
  target: RulesetDocument,
  path: Path,
  known: Known,
): void {
  const overrides = rule.action_parameters?.["overrides"];
  if (!isMembers(overrides)) return;
  const { sink } = ruleset;
  checkOverrideAction(ruleset, overrides, path, known);
  const tags = new Set(target.rules.flatMap((one) => one.categories ?? []));
  entriesOf(overrides["categories"]).forEach((entry, at) => {
    const place = [...path, "categories", at];
    const tag = String(entry["category"]);
    if (!tags.has(tag)) {
      const message = `no rule of \`${excerpt(target.id)}\` has the category \`${excerpt(tag)}\``;
      const near = didYouMean(tag, tags);
      const all = [...tags].sort().slice(0, MOST_CATEGORIES);
      const hint =
        near ?? (all.length === 0 ? "its rules have no categories" : `there are ${wordsText(all)}`);
      sink.report({ code: "E_OVERRIDE_TAG", path: [...place, "category"], message, hint });
    }
    checkOverrideAction(ruleset, entry, place, known);
  });
  entriesOf(overrides["rules"]).forEach((entry, at) => {
    const place = [...path, "rules", at];
    const id = String(entry["id"]);
    if (ruleNamed(target, id) === undefined) {
      const message = `\`${excerpt(target.id)}\` has no rule \`${excerpt(id)}\``;
      const hint = hinted(id, ruleWords(target));
      sink.report({ code: "E_OVERRIDE_TARGET", path: [...place, "id"], message, ...hint });
    }
    checkOverrideAction(ruleset, entry, place, known);
  });
}

function entriesOf(value: unknown): readonly Members[] {
  return Array.isArray(value) ? value.filter(isMembers) : [];
}

/** An override can only set actions that need no parameters of their own. */
function checkOverrideAction(ruleset: ReadRuleset, entry: Members, path: Path, known: Known): void {
  const word = entry["action"];
  if (typeof word !== "string") return;
  const action = known.options.actionsByName.get(word);
  const at = [...path, "action"];
  if (action === undefined) {
    const near = actionHint(word, known.options.actionsByName);
    const hint = near === undefined ? {} : { hint: near };
    const message = `there is no action \`${excerpt(word)}\``;
    ruleset.sink.report({ code: "E_ACTION_UNKNOWN", path: at, message, ...hint });
  } else if (ruleset.phase !== undefined && !isAllowed(action, ruleset.phase)) {
    const message = `the action \`${word}\` is not allowed in \`${ruleset.phase.name}\``;
    ruleset.sink.report({ code: "E_ACTION_PHASE", path: at, message, expected: ruleset.phase.actions });
  } else if (needsParameters(action) || action.carried === true) {
    const message = `an override cannot set the action \`${word}\`: it needs parameters`;
    ruleset.sink.report({ code: "E_ACTION_PARAMETER", path: at, message });
  }
}

function checkSkip(ruleset: ReadRuleset, skip: SkipPlan, path: Path, known: Known): void {
  const { sink } = ruleset;
  const report: Report = (place, message, hint, id) => {
    const isLateTarget = id !== undefined && isLate(ruleset, id, known);
    sink.report({
      code: isLateTarget ? "W_SKIP_TARGET" : "E_SKIP_TARGET",
      severity: isLateTarget ? "warning" : "error",
      path: place,
      message: isLateTarget ? `${message}: nothing is skipped until it is supplied` : message,
      ...hint,
    });
  };
  skip.phases.forEach((word, at) => {
    const phase = known.options.phases.get(word);
    const place = [...path, "phases", at];
    if (phase === undefined) {
      const hint = phaseHint(word, known.options.phases.names());
      sink.report({
        code: "E_PHASE_UNKNOWN",
        path: place,
        message: `there is no phase \`${excerpt(word)}\``,
        ...(hint === undefined ? {} : { hint }),
      });
    } else if (!phase.security) {
      report(place, `\`${word}\` is not a security phase and cannot be skipped`, {});
    }
  });
  skip.rulesets.forEach((id, at) => {
    if (known.rulesets.has(id)) return;
    report(
      [...path, "rulesets", at],
      `there is no ruleset \`${excerpt(id)}\``,
      hinted(id, known.rulesets.keys()),
      id,
    );
  });
  for (const [id, words] of skip.rules) {
    const versions = known.rulesets.get(id);
    const place = [...path, "rules", id];
    if (versions === undefined) {
      report(place, `there is no ruleset \`${excerpt(id)}\``, hinted(id, known.rulesets.keys()), id);
      continue;
    }
    words.forEach((word, at) => {
      if (versions.some((one) => ruleNamed(one, word) !== undefined)) return;
      const message = `\`${excerpt(id)}\` has no rule \`${excerpt(word)}\``;
      report([...place, at], message, hinted(word, versions.flatMap(ruleWords)));
    });
  }
  skip.targets.forEach((target, at) => {
    checkTarget(target, [...path, "targets", at], known, report);
  });
}

/** @param id a missing name that may be supplied later; undefined when it must exist. */
type Report = (place: Path, message: string, hint: { readonly hint?: string }, id?: string) => void;

function checkTarget(target: SkipTarget, path: Path, known: Known, report: Report): void {
  const { ruleset: id, rule: word, tag, field } = target;
  const rulesets = id === undefined ? [...known.rulesets.values()].flat() : (known.rulesets.get(id) ?? []);
  if (id !== undefined && rulesets.length === 0) {
    const hint = hinted(id, known.rulesets.keys());
    report([...path, "ruleset"], `there is no ruleset \`${excerpt(id)}\``, hint, id);
    return;
  }
  if (word !== undefined && !rulesets.some((one) => ruleNamed(one, word) !== undefined)) {
    report(
      [...path, "rule"],
      `there is no rule \`${excerpt(word)}\``,
      hinted(word, rulesets.flatMap(ruleWords)),
      word,
    );
  }
  const tags = new Set(rulesets.flatMap((one) => one.rules.flatMap((rule) => rule.categories ?? [])));
  if (tag !== undefined && !tags.has(tag)) {
    report([...path, "tag"], `no rule has the tag \`${excerpt(tag)}\``, hinted(tag, tags), tag);
  }
  const { scheme } = known.options;
  if (scheme !== undefined && scheme.field(field) === undefined) {
    const names = scheme.fields.map((one) => one.name);
    report([...path, "field"], `there is no field \`${excerpt(field)}\``, hinted(field, names));
  }
}

/** A ruleset that executes itself, directly or not, would never end. */
function checkCycles(read: readonly ReadRuleset[], known: Known): void {
  const state = new Map<RulesetDocument, "open" | "done">();
  const visit = (document: RulesetDocument, at: ReadRuleset | undefined) => {
    state.set(document, "open");
    document.rules.forEach((rule, index) => {
      const execute = executeOf(rule, known);
      const target = execute && pickVersion(known.rulesets.get(execute.ruleset) ?? [], execute.version);
      if (target === undefined) return;
      if (state.get(target) === "open" && at !== undefined) {
        const message = `\`${excerpt(target.id)}\` is already running when this rule executes it`;
        at.sink.report({
          code: "E_EXECUTE_CYCLE",
          path: [...at.pathOf(index), "action_parameters", "id"],
          message,
        });
      } else if (!state.has(target))
        visit(
          target,
          read.find((one) => one.document === target),
        );
    });
    state.set(document, "done");
  };
  for (const ruleset of read) if (!state.has(ruleset.document)) visit(ruleset.document, ruleset);
}
