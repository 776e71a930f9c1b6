import type { Path } from "../../documents/text/located.ts";
import { excerpt } from "../../language/diagnostics/printable.ts";
import type { SkipPlan } from "../ruleset/actions/control.ts";
import type { RuleDocument, RulesetDocument } from "../ruleset/document.ts";
import { isEntryPoint, OUTERMOST_KIND } from "../ruleset/layers.ts";
import type { ReadRuleset } from "./read-ruleset.ts";

/**
 * Warns of a zone's skip that names rules or rulesets that the account has made mandatory. Not a fault: account and
 * zone have different authors, and a rule that becomes mandatory must not keep a zone's next change from being loaded.
 *
 * @param executed the id of the ruleset that a rule executes.
 * @param phaseOf the name of a phase of that name or alias.
 */
export function checkMandatory(
  ruleset: ReadRuleset,
  skip: SkipPlan,
  path: Path,
  rulesets: ReadonlyMap<string, readonly RulesetDocument[]>,
  executed: (rule: RuleDocument) => string | undefined,
  phaseOf: (word: string) => string | undefined,
): void {
  const { document, sink } = ruleset;
  if (!isEntryPoint(document.kind) || document.kind === OUTERMOST_KIND) return;
  const warn = (place: Path, what: string, name: string) =>
    sink.report({
      code: "W_SKIP_MANDATORY",
      severity: "warning",
      path: [...path, ...place],
      message: `${what} \`${excerpt(name)}\` is mandatory: this skip does not apply to it`,
      hint: "leave it out here, or request an exception in the account's rules",
    });
  for (const [id, words] of skip.rules) {
    const rules = (rulesets.get(id) ?? []).flatMap((one) =>
      one.rules.filter((rule) => isMandatory(one, rule)),
    );
    words.forEach((word, at) => {
      if (rules.some(({ id: own, ref }) => own === word || ref === word))
        warn(["rules", id, at], "the rule", word);
    });
  }
  // In another scope it is not meant for the account's rules.
  if (skip.scope !== "all") return;
  const mandatory = mandatoryOf(rulesets, executed);
  skip.rulesets.forEach((id, at) => {
    if (mandatory.rulesets.has(id)) warn(["rulesets", at], "the ruleset", id);
  });
  skip.phases.forEach((phase, at) => {
    if (mandatory.phases.has(phaseOf(phase) ?? phase))
      warn(["phases", at], "a rule of the account in", phase);
  });
  skip.targets.forEach(({ ruleset: id }, at) => {
    if (id !== undefined && mandatory.rulesets.has(id)) warn(["targets", at, "ruleset"], "the ruleset", id);
  });
}

function isMandatory({ kind, mandatory }: RulesetDocument, rule: RuleDocument): boolean {
  return kind === OUTERMOST_KIND && (rule.mandatory ?? mandatory) === true;
}

/** Phases in which there are mandatory rules, and rulesets that are mandatory as a whole, or executed by a mandatory rule. */
function mandatoryOf(
  rulesets: ReadonlyMap<string, readonly RulesetDocument[]>,
  executed: (rule: RuleDocument) => string | undefined,
): { readonly rulesets: ReadonlySet<string>; readonly phases: ReadonlySet<string> } {
  const found = { rulesets: new Set<string>(), phases: new Set<string>() };
  for (const document of [...rulesets.values()].flat()) {
    const rules = document.rules.filter((rule) => isMandatory(document, rule));
    if (rules.length === 0) continue;
    found.phases.add(document.phase);
    if (rules.length === document.rules.length) found.rulesets.add(document.id);
    for (const rule of rules) {
      const target = executed(rule);
      if (target !== undefined) found.rulesets.add(target);
    }
  }
  return found;
}
