import { MisuseError } from "../diagnostics/misuse.ts";
import { checkOptionNames, namesOf } from "../diagnostics/option-names.ts";

/**
 * Bounds on what a rule may cost (semantics.md#limits). Every limit is configurable; every limit is tested at its
 * edge.
 */
export interface Limits {
  /** Length of an expression in code points. */
  readonly maxExpressionLength: number;
  /** Levels of parentheses, `not`, calls and quantifiers around any place. */
  readonly maxNestingDepth: number;
  /** `#` characters around a raw string. */
  readonly maxRawStringHashes: number;
  /** Nodes of one syntax tree. */
  readonly maxNodes: number;
  /** Largest array index. */
  readonly maxIndex: number;
  /** Stars in one wildcard pattern. */
  readonly maxWildcardStars: number;
  /** Regular expressions in one expression. */
  readonly maxRegexPerExpression: number;
  /** UTF-8 bytes of one regular expression. */
  readonly maxRegexLength: number;
  /** Characters of a list name. */
  readonly maxListNameLength: number;
  /** Container layers of a field's type. */
  readonly maxTypeDepth: number;
  /** Arguments of `concat` and `coalesce`. */
  readonly maxVariadicArguments: number;
  /** Pieces that `split` may make. */
  readonly maxSplitPieces: number;
  /** References in a replacement text. */
  readonly maxReplacementReferences: number;
  /** Bytes of a value that a function returns. */
  readonly maxValueBytes: number;
  /** Faults reported for one text. */
  readonly maxDiagnostics: number;
}

/** The limits in force when an option does not replace them. */
export const DEFAULT_LIMITS: Limits = Object.freeze({
  maxExpressionLength: 4096,
  maxNestingDepth: 128,
  maxRawStringHashes: 255,
  maxNodes: 10_000,
  maxIndex: 4_294_967_295,
  maxWildcardStars: 32,
  maxRegexPerExpression: 32,
  maxRegexLength: 1024,
  maxListNameLength: 50,
  maxTypeDepth: 8,
  maxVariadicArguments: 32,
  maxSplitPieces: 128,
  maxReplacementReferences: 8,
  maxValueBytes: 65_536,
  maxDiagnostics: 50,
});

/** Names of the limits, for options that hold some of them. */
export const LIMIT_NAMES = namesOf(DEFAULT_LIMITS);

/**
 * The default limits with some of them replaced.
 *
 * @throws MisuseError for an unknown name or a value that is not a whole number: a misspelt limit must not
 *   silently leave the default in force.
 */
export function resolveLimits(overrides: Partial<Limits> | undefined): Limits {
  if (overrides === undefined) return DEFAULT_LIMITS;
  checkOptionNames(overrides, LIMIT_NAMES);
  for (const [name, value] of Object.entries(overrides)) {
    const least = name === "maxDiagnostics" ? 1 : 0;
    if (!Number.isSafeInteger(value) || value < least)
      throw new MisuseError("E_OPTION", `limit \`${name}\` must be a whole number, at least ${least}`);
  }
  return Object.freeze({ ...DEFAULT_LIMITS, ...overrides });
}
