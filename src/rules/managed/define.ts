import type { RuleDocument, RulesetDocument } from "../ruleset/document.ts";
import { type PreparedRuleset, withPrepared } from "../ruleset/prepared.ts";

/** What a rule looks for, its first category and the name of the score that it adds to. */
export type Attack =
  | "scanner"
  | "disclosure"
  | "traversal"
  | "sqli"
  | "nosql"
  | "xss"
  | "rce"
  | "php"
  | "java"
  | "node"
  | "ssti"
  | "injection"
  | "xxe"
  | "ssrf"
  | "redirect"
  | "protocol"
  | "upload"
  | "leak";

interface Facts {
  readonly attack: Attack;
  /** What matches, in a sentence. */
  readonly description: string;
  /** The event's text, without a full stop. */
  readonly message: string;
  readonly references: readonly string[];
  readonly expression: string;
  readonly severity?: NonNullable<RuleDocument["severity"]>;
  /** Above 1 the rule is off until its category is enabled. Default 1. */
  readonly level?: 1 | 2 | 3;
  /** Default `1`. */
  readonly version?: string;
  /** In addition to those of attack, level and confidence. */
  readonly categories?: readonly string[];
}

/** Points at which {@link thresholdRule} acts. */
export const DEFAULT_THRESHOLD = 5;
/** Two of these reach the default threshold. */
export const LIKELY = 3;
/** Reaches it with a likely one, or with two more hints. */
export const HINT = 2;

/** A rule that is sufficient alone: its matches are attacks. */
export function blocks(ref: string, facts: Facts): RuleDocument {
  return rule(ref, facts, "high", { action: "block" });
}

/** A rule whose matches are often, but not always, attacks: it adds to the score of its attack. */
export function scores(ref: string, increment: number, facts: Facts): RuleDocument {
  return rule(ref, facts, "medium", {
    action: "score",
    action_parameters: Object.freeze({ name: facts.attack, increment }),
  });
}

/**
 * A rule whose matches are hints, too weak to act on: it only logs, and is off until its
 * level or the category `confidence-low` is enabled, for each match makes an event.
 */
export function logs(ref: string, facts: Facts): RuleDocument {
  return rule(ref, { level: 2, ...facts }, "low", { action: "log" });
}

/** The last rule of a ruleset: acts on the sum of all scores. */
export function thresholdRule(ref: string, side: "request" | "response"): RuleDocument {
  return freezeRule({
    id: ref,
    ref,
    version: "1",
    action: "block",
    expression: "true",
    description: `The rules of medium confidence together found ${DEFAULT_THRESHOLD} points or more.`,
    message: `several signs of an attack in one ${side}`,
    enabled: true,
    categories: ["threshold", "paranoia-level-1", "confidence-medium"],
    score_threshold: DEFAULT_THRESHOLD,
    severity: "error",
    references: ["CWE-693"],
  });
}

function rule(
  ref: string,
  { attack, level = 1, severity = "critical", version = "1", categories = [], ...facts }: Facts,
  confidence: "high" | "medium" | "low",
  action: Pick<RuleDocument, "action" | "action_parameters">,
): RuleDocument {
  return freezeRule({
    id: ref,
    ref,
    version,
    ...action,
    ...facts,
    enabled: level === 1,
    categories: [attack, `paranoia-level-${level}`, `confidence-${confidence}`, ...categories],
    severity,
  });
}

function freezeRule(document: RuleDocument): RuleDocument {
  Object.freeze(document.categories);
  Object.freeze(document.references);
  return Object.freeze(document);
}

/** A managed ruleset as a frozen document. @param prepared its loaded form, made when the package was built. */
export function managedRuleset(
  facts: Pick<RulesetDocument, "id" | "name" | "description" | "phase" | "version">,
  rules: readonly RuleDocument[],
  prepared: PreparedRuleset,
): RulesetDocument {
  return withPrepared(Object.freeze({ ...facts, kind: "managed", rules: Object.freeze(rules) }), prepared);
}
