// What is known of a pattern before any automaton is built. It follows from the pattern's text alone, so that rules whose
// text is known in advance can be shipped with it.
import { type LiteralForm, literalForm, requiredTexts, startsAtText } from "./analysis.ts";
import type { PatternTree } from "./ast.ts";
import { boundedRegExp } from "./bounded.ts";
import { needlesOf } from "./needles.ts";

/** Shorter strings that a pattern asks for are in most values. */
const MIN_REQUIRED = 3;

/** Plain data, the same for every engine instance. */
export interface PatternFacts {
  readonly groupCount: number;
  /** A subject that is not UTF-8 does not match. */
  readonly wholeUnicode: boolean;
  /** The comparison with a literal that the pattern comes down to. */
  readonly form?: LiteralForm;
  /** Lower-case strings of which the subject, in lower case, contains one. */
  readonly required?: readonly string[];
  /** The platform's expression that answers the pattern in few steps. */
  readonly bounded?: string;
  /** Without any of these nothing matches; empty: no such strings. Absent: not looked for yet. */
  readonly needles?: readonly string[];
}

/** The facts that compiling a pattern needs; those that only searches need are left out. */
export function factsOf(tree: PatternTree): PatternFacts {
  const { groupCount, wholeUnicode } = tree;
  const form = literalForm(tree);
  if (form !== undefined) return { groupCount, wholeUnicode, form };
  const required = requiredTexts(tree, MIN_REQUIRED);
  const bounded = boundedRegExp(tree)?.source;
  return {
    groupCount,
    wholeUnicode,
    ...(required === undefined ? {} : { required }),
    ...(bounded === undefined ? {} : { bounded }),
  };
}

/** Whether only long subjects and searches for groups need an automaton. */
export function isShort({ form, bounded }: PatternFacts): boolean {
  return form !== undefined || bounded !== undefined;
}

/** Literals that a search looks for first. */
export function searchNeedles(tree: PatternTree, facts: PatternFacts): readonly string[] {
  // An anchored search ends at the first byte that does not fit, long before a needle would be missed.
  return isShort(facts) || startsAtText(tree) ? [] : needlesOf(tree);
}
