import { EOF, type IRecognitionException, type IToken } from "chevrotain";
import type { Fault } from "../diagnostics/diagnostic.ts";
import { excerpt } from "../diagnostics/printable.ts";
import type { Source } from "../diagnostics/source.ts";
import { expectedIn } from "./expected.ts";
import { literalOf } from "./grammar.ts";
import {
  adviceFor,
  isComparison,
  isLiteral,
  isMiswrittenNot,
  isMiswrittenOperator,
  openBrackets,
} from "./hints.ts";
import * as T from "./tokens.ts";

/**
 * Names the parser's complaint in the language's own words, with the advice that the neighbouring tokens suggest.
 * Undefined for a complaint that only follows from an earlier one.
 */
export function syntaxFault(
  error: IRecognitionException,
  tokens: readonly IToken[],
  source: Source,
): Fault | undefined {
  const at = indexOf(tokens, error.token);
  const trailing = error.name === "NotAllInputParsedException";
  const found = tokens[at];
  if (found !== undefined && followsBrokenLiteral(tokens[at - 1], found)) return undefined;
  const hint = adviceFor(tokens, at, source);
  const advice = hint === undefined ? {} : { hint };
  if (trailing && found !== undefined) return trailingFault(tokens, at, found, advice);
  const expected = expectedIn(error.message);
  const isCloser = expected.length === 1 && expected.every((label) => CLOSERS.has(label));
  const invented = isCloser && openBrackets(tokens, at).length === 0;
  if (found === undefined && invented) return undefined;
  const wanted = WANTED_BEHIND.get(tokens[at - 1]?.tokenType) ?? oneOf(expected);
  return {
    code: "E_EXPECTED_TOKEN",
    message: `expected ${wanted}, found ${describe(found)}`,
    span: found === undefined ? endOf(tokens, source.text) : spanOf(found),
    expected,
    actual: found?.image ?? "",
    ...advice,
  };
}

/** What stands right after a literal that went wrong was meant to be part of it. */
function followsBrokenLiteral(previous: IToken | undefined, found: IToken): boolean {
  if (previous === undefined || previous.startOffset + previous.image.length !== found.startOffset)
    return false;
  return (literalOf(previous)?.faults.length ?? 0) > 0;
}

const CLOSERS: ReadonlySet<string> = new Set(["`)`", "`]`", "`}`"]);

/** One token kind spells numbers, addresses and byte lists; these places take only one of them. */
const WANTED_BEHIND: ReadonlyMap<unknown, string> = new Map([
  [T.BitSign, "an integer"],
  [T.BitwiseAnd, "an integer"],
  [T.Contains, "a string or a byte list"],
  [T.LeftBracket, "`*`, a position or a key"],
]);
/** Signs of arithmetic that people write between operands. */
const ARITHMETIC: ReadonlySet<string> = new Set(["+", "-", "%", "/", "*"]);

const OPERATORS: readonly string[] = [
  ...[
    "eq",
    "ne",
    "lt",
    "le",
    "gt",
    "ge",
    "contains",
    "matches",
    "wildcard",
    "strict wildcard",
    "in",
    "bitwise_and",
  ],
].map((word) => `\`${word}\``);

/** Input after a complete expression: a misspelt operator, a misplaced literal, or something too many. */
function trailingFault(
  tokens: readonly IToken[],
  at: number,
  found: IToken,
  advice: { readonly hint?: string },
): Fault {
  const previous = tokens[at - 1];
  const earlier = tokens[at - 2];
  if (
    isComparison(found) &&
    previous !== undefined &&
    isLiteral(previous) &&
    !(earlier && isComparison(earlier))
  ) {
    return {
      code: "E_EXPECTED_TOKEN",
      message: `a literal is not allowed on the left of ${describe(found)}`,
      span: spanOf(previous),
      expected: ["a field or function"],
      actual: previous.image,
      ...advice,
    };
  }
  if (previous !== undefined && isMiswrittenNot(previous)) {
    // To the language it is a name like any other, and no scheme has it.
    return {
      code: "E_UNKNOWN_IDENTIFIER",
      message: `expected \`not\`, found ${describe(previous)}`,
      span: spanOf(previous),
      expected: ["`not`"],
      actual: previous.image,
      hint: "operators are lower case: write `not`",
    };
  }
  if (previous?.tokenType === T.Identifier && found.tokenType === T.Foreign && found.image.startsWith(".")) {
    const start = found.startOffset + 1;
    return {
      code: "E_EXPECTED_TOKEN",
      message: "a part of the name must follow the dot",
      span: { start, end: Math.max(start, found.startOffset + found.image.length) },
      actual: found.image,
      ...advice,
    };
  }
  const operatorWanted =
    previous !== undefined &&
    !isLiteral(previous) &&
    (isComparison(found) ||
      found.tokenType === T.ForeignSign ||
      ARITHMETIC.has(found.image) ||
      isMiswrittenOperator(tokens, at) ||
      ((found.tokenType === T.Not || found.tokenType === T.NotSign) &&
        isComparison(tokens[at + 1] ?? found)));
  if (operatorWanted) {
    return {
      code: "E_EXPECTED_TOKEN",
      message: `expected an operator, found ${describe(found)}`,
      span: spanOf(found),
      expected: OPERATORS,
      actual: found.image,
      ...advice,
    };
  }
  return {
    code: "E_TRAILING_INPUT",
    message: `${describe(found)} follows a complete expression`,
    span: spanOf(found),
    actual: found.image,
    ...advice,
  };
}

function indexOf(tokens: readonly IToken[], token: IToken): number {
  if (token.tokenType === EOF) return tokens.length;
  let low = 0;
  let high = tokens.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (tokens[middle]!.startOffset < token.startOffset) low = middle + 1;
    else high = middle;
  }
  return low;
}

function endOf(tokens: readonly IToken[], text: string): { readonly start: number; readonly end: number } {
  const last = tokens.at(-1);
  const end = last === undefined ? text.length : last.startOffset + last.image.length;
  return { start: end, end };
}

function spanOf(token: IToken): { readonly start: number; readonly end: number } {
  return { start: token.startOffset, end: token.startOffset + token.image.length };
}

function describe(token: IToken | undefined): string {
  if (token === undefined) return "the end of the expression";
  return `\`${excerpt(token.image.replace(/\s+/gu, " "), 40)}\``;
}

/** The expected tokens in words: a set that stands for one thing of the language is called by its name. */
function oneOf(expected: readonly string[]): string {
  const has = (label: string): boolean => expected.includes(label);
  if (has("`not`")) return "a condition or a value";
  if (has("a string") && has("a field or function")) return "a value, a field or a function";
  const merged = expected.filter(
    (label) =>
      !(label === "a raw string" && has("a string")) && !(label === "a raw pattern" && has("a pattern")),
  );
  const others = merged.slice(0, -1);
  return others.length === 0 ? merged.join() : `${others.join(", ")} or ${merged.at(-1)}`;
}
