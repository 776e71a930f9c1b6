import type { IToken } from "chevrotain";
import type { Source } from "../diagnostics/source.ts";
import { didYouMean } from "../diagnostics/suggest.ts";
import { WORDS } from "./lexemes.ts";
import * as T from "./tokens.ts";

/** Advice for the token at `at` (or for the end of the text) that did not fit, looking at its neighbours. */
export function adviceFor(tokens: readonly IToken[], at: number, source: Source): string | undefined {
  const found = tokens[at];
  const previous = tokens[at - 1];
  if (found === undefined)
    return previous === undefined ? undefined : (afterLast(previous) ?? unclosed(tokens, source));
  return (
    splitSignAdvice(previous, found) ??
    dashedKeyAdvice(tokens, at) ??
    foreignAdvice(found, previous, tokens[at + 1]) ??
    wordAdvice(tokens, at, found, previous) ??
    listAdvice(tokens, at, found) ??
    (previous === undefined
      ? firstAdvice(tokens, found)
      : (closerAdvice(tokens, at, found, source) ?? neighbourAdvice(tokens, at, found, previous)))
  );
}

/** `contains(field, "…")`, where nothing is before. */
function firstAdvice(tokens: readonly IToken[], found: IToken): string | undefined {
  return isComparison(found) && tokens[1]?.tokenType === T.LeftParen
    ? `\`${found.image}\` is an operator: write \`field ${found.image} …\``
    : undefined;
}

const SIGN_ADVICE: ReadonlyMap<string, string> = new Map([
  ["=", "write `==` or `eq` to compare"],
  ["===", "write `==` or `eq` to compare"],
  ["!==", "write `!=` or `ne`"],
  ["<>", "write `!=` or `ne`"],
  ["=>", "write `>=` or `ge`"],
  ["=<", "write `<=` or `le`"],
  ["=~", "write `matches` or `~` for a pattern"],
  ["!~", "negate the whole comparison: `not field matches …`"],
  ["!=~", "negate the whole comparison: `not field matches …`"],
  ["|", "write `or` or `||`"],
  ["^", "write `xor` or `^^`"],
  ["~=", "write `matches` or `~` for a pattern"],
  ["@", "a named list begins with `$`: `in $name`"],
  [";", "a rule is one expression: join conditions with `and` or `or`"],
  ["+", "there is no arithmetic; `concat(…)` joins strings, and numbers have no plus sign"],
  ["-", "there is no arithmetic, and a minus sign must directly precede its digit"],
  ["%", "there is no arithmetic"],
  ["?", "there is no conditional operator: write two rules"],
  ["\\", "backslashes are allowed only in strings"],
  ["/", 'there is no `/`; write a pattern as `matches r"…"`, a path as `"/…"`'],
]);

/** Operators of two signs with a space between them. */
function splitSignAdvice(previous: IToken | undefined, found: IToken): string | undefined {
  const joined = `${previous?.image}${found.image}`;
  return SPLIT_SIGNS.has(joined) && previous?.tokenType !== T.Identifier
    ? `write \`${joined}\` without a space`
    : undefined;
}

const SPLIT_SIGNS: ReadonlySet<string> = new Set(["==", "!=", "<=", ">=", "&&", "||", "^^"]);

function foreignAdvice(
  found: IToken,
  previous: IToken | undefined,
  following: IToken | undefined,
): string | undefined {
  if (found.tokenType !== T.Foreign && found.tokenType !== T.ForeignSign) return undefined;
  const image = found.image;
  // `matches ^/admin`
  const isPattern = previous?.tokenType === T.Matches || previous?.tokenType === T.MatchSign;
  if (image === "^" && isPattern) return 'a pattern is a string: `matches r"^…"`';
  if (image === "=" && previous?.tokenType === T.MatchSign) return SIGN_ADVICE.get("~=");
  if (image === "-" && following?.image.startsWith("-") === true) return "an expression has no comments";
  if (image === "%" && following?.tokenType === T.LeftBrace)
    return "a field stands for its value: write its name alone";
  const known = SIGN_ADVICE.get(image);
  if (known !== undefined) return known;
  if (/^["\u201c\u201d\u201e\u00ab\u2018\u2019]/.test(image)) return 'write straight quotes: `"…"`';
  if (/^['`]/.test(image)) return 'write strings in double quotes: `"…"`';
  if (/^(?:#|\/\/|\/\*)/.test(image)) return "an expression has no comments";
  if (image === ".." && (previous?.tokenType === T.QuotedString || previous?.tokenType === T.RawString))
    return "only numbers and addresses have ranges";
  if (image.startsWith("."))
    return "a name has no empty part and no space at its dots; `..` joins the ends of a range without spaces";
  if (/^[\s\u200b-\u200f\u2060\ufeff]+$/u.test(image))
    return "this is not a plain space: delete it and type one";
  if (/^[^\p{ASCII}]/u.test(image)) return 'names are ASCII; write other text in strings: `"…"`';
  return undefined;
}

const COMPARISON_WORDS: ReadonlyMap<string, string> = new Map([
  ["equal", "eq"],
  ["not_equals", "ne"],
  ["glob", "wildcard"],
  ["regexp", "matches"],
  ["has", "contains"],
  ["equals", "eq"],
  ["is", "eq"],
  ["like", "wildcard"],
  ["regex", "matches"],
  ["match", "matches"],
  ["includes", "contains"],
  ["contain", "contains"],
]);

const KEYWORD_TEXTS: ReadonlySet<string> = new Set(WORDS);
const JOIN_TEXTS: ReadonlySet<string> = new Set(["and", "or", "xor"]);

/** The operator that a word between operands was meant to be; undefined for other words. */
export function intendedOperator(token: IToken): string | undefined {
  if (token.tokenType !== T.Identifier) return undefined;
  const lower = token.image.toLowerCase();
  // `eq42` is one word here, although the reference engine reads an operator and a number.
  const word = /^[a-z_]+/.exec(lower)?.[0] ?? "";
  const keyword = KEYWORD_TEXTS.has(lower)
    ? lower
    : lower.length > word.length && KEYWORD_TEXTS.has(word)
      ? word
      : undefined;
  return keyword ?? COMPARISON_WORDS.get(lower);
}

/**
 * Functions that read like operators: `field ends_with "…"`. Names, because the parser knows no scheme; they choose the
 * words of a hint and nothing else.
 */
const OPERATOR_LIKE: ReadonlyMap<string, string> = new Map([
  ["startswith", "starts_with"],
  ["endswith", "ends_with"],
  ["beginswith", "starts_with"],
  ["begins", "starts_with"],
  ["starts", "starts_with"],
  ["ends", "ends_with"],
]);

function operatorLike(image: string): string | undefined {
  return OPERATOR_LIKE.get(image.toLowerCase().replaceAll("_", ""));
}

/** Whether the word at `at` is where an operator was meant, and is none. */
export function isMiswrittenOperator(tokens: readonly IToken[], at: number): boolean {
  const token = tokens[at];
  if (token?.tokenType !== T.Identifier || isMiswrittenJoin(token)) return false;
  return (
    intendedOperator(token) !== undefined ||
    operatorLike(token.image) !== undefined ||
    isBetweenOperands(tokens, at)
  );
}

/** Whether an operand is before the word, and a value after it. */
function isBetweenOperands(tokens: readonly IToken[], at: number): boolean {
  const [previous, next] = [tokens[at - 1], tokens[at + 1]];
  if (previous === undefined || next === undefined || tokens[at]?.image.includes(".") === true) return false;
  const isOperand =
    previous.tokenType === T.Identifier ||
    previous.tokenType === T.RightBracket ||
    previous.tokenType === T.RightParen;
  return isOperand && (isLiteral(next) || next.tokenType === T.LeftBrace || next.tokenType === T.ListName);
}

/** Whether the word was meant as `not`. */
export function isMiswrittenNot(token: IToken): boolean {
  return token.tokenType === T.Identifier && token.image.toLowerCase() === "not";
}

/** Whether the word was meant as `and`, `or` or `xor`. */
export function isMiswrittenJoin(token: IToken): boolean {
  return token.tokenType === T.Identifier && JOIN_TEXTS.has(token.image.toLowerCase());
}

/** A header or an argument whose name has a dash, written after a dot. */
function dashedKeyAdvice(tokens: readonly IToken[], at: number): string | undefined {
  const [previous, dash] = [tokens[at - 1], tokens[at]];
  if (previous?.tokenType !== T.Identifier || dash?.image.startsWith("-") !== true) return undefined;
  const dot = previous.image.lastIndexOf(".");
  if (dot === -1 || !touches(previous, dash)) return undefined;
  let key = previous.image.slice(dot + 1) + dash.image;
  for (let next = at + 1, last = dash; next < tokens.length; next++) {
    const token = tokens[next];
    if (token === undefined || !touches(last, token) || !/^[\w.-]+$/.test(token.image)) break;
    key += token.image;
    last = token;
  }
  const base = previous.image.slice(0, dot);
  const position = /(?:headers|cookies|args|form)$/.test(base) ? "[0]" : "";
  return `a name cannot contain \`-\`: write \`${base}["${key}"]${position}\``;
}

function touches(left: IToken, right: IToken): boolean {
  return left.startOffset + left.image.length === right.startOffset;
}

function wordAdvice(
  tokens: readonly IToken[],
  at: number,
  found: IToken,
  previous: IToken | undefined,
): string | undefined {
  if (found.tokenType !== T.Identifier) return undefined;
  const lower = found.image.toLowerCase();
  const operand = previous?.tokenType === T.Identifier ? previous.image : "field";
  const like = operatorLike(lower);
  if (like !== undefined) return `\`${like}\` is a function: write \`${like}(${operand}, "…")\``;
  if (previous?.tokenType === T.In) return "named lists begin with `$`; write values in braces: `in {…}`";
  const intended = intendedOperator(found);
  if (CASE_WORDS.has(lower))
    return "compare `lower(…)` with text in lower case, or begin the pattern with `(?i)`";
  if (intended === undefined)
    return isBetweenOperands(tokens, at)
      ? (didYouMean(lower, SPELT_OPERATORS) ?? "write an operator, such as `eq`, `contains` or `in`")
      : undefined;
  if (intended === lower) return `operators are lower case: write \`${lower}\``;
  if (lower === "is") return isAdvice(tokens[at + 1], operand);
  return COMPARISON_WORDS.has(lower)
    ? `the operator is \`${intended}\``
    : `a word ends at a space: write \`${intended} ${found.image.slice(intended.length)}\``;
}

/** `ssl is true`, `path is not "/"`, `referer is null`. */
function isAdvice(next: IToken | undefined, operand: string): string {
  if (next?.tokenType === T.True) return `a Bool needs no comparison: write \`${operand}\` alone`;
  if (next?.tokenType === T.False) return `a Bool needs no comparison: write \`not ${operand}\``;
  return next?.tokenType === T.Not
    ? `write \`ne\` for values; of a Bool, \`not ${operand}\``
    : "the operator is `eq`";
}

/** Of other languages: letter case counts for nothing. */
const CASE_WORDS: ReadonlySet<string> = new Set(["nocase", "ignorecase", "ignore_case", "insensitive", "i"]);

/** Operators that are words, for hints on misspelt ones. */
const SPELT_OPERATORS: readonly string[] = [
  "contains",
  "matches",
  "wildcard",
  "bitwise_and",
  "eq",
  "ne",
  "in",
];

function listAdvice(tokens: readonly IToken[], at: number, found: IToken): string | undefined {
  if (found.tokenType !== T.ListName) return undefined;
  if (found.image === "$" && tokens[at + 1]?.tokenType === T.LeftBrace)
    return "a field stands for its value: write its name alone";
  return opener(tokens, at)?.tokenType === T.LeftBrace
    ? "write a named list without braces: `in $name`"
    : `write a named list after \`in\`: \`field in ${found.image}\``;
}

/** A closing bracket of another kind than the one that is open. */
function closerAdvice(
  tokens: readonly IToken[],
  at: number,
  found: IToken,
  source: Source,
): string | undefined {
  const open = CLOSERS.has(found.tokenType) ? opener(tokens, at) : undefined;
  if (open === undefined || CLOSERS.get(found.tokenType) === open.tokenType) return undefined;
  const { line, column } = source.positionAt(open.startOffset);
  return `\`${open.image}\` at ${line}:${column} is not closed`;
}

function neighbourAdvice(
  tokens: readonly IToken[],
  at: number,
  found: IToken,
  previous: IToken,
): string | undefined {
  const negation = found.tokenType === T.Not || found.tokenType === T.NotSign;
  if (negation && !isJoin(previous)) {
    const operand = previous.tokenType === T.Identifier ? previous.image : "field";
    return `negate the whole comparison: \`not ${operand} …\``;
  }
  if (found.tokenType === T.In && (previous.tokenType === T.Not || previous.tokenType === T.NotSign)) {
    return "write `not field in {…}`";
  }
  if (opener(tokens, at)?.tokenType === T.LeftBrace) {
    if (found.tokenType === T.Comma) return "items are separated by spaces, not commas";
    if (found.tokenType === T.Identifier && !isLiteral(previous)) {
      const number = /^AS(\d+)$/i.exec(found.image)?.[1];
      return number === undefined
        ? `put text in quotes: \`{"${found.image}"}\``
        : `write the number alone: \`{${number}}\``;
    }
  }
  if (previous.tokenType === T.LeftBracket)
    return "an index is `*`, a position such as `0`, or a key in quotes";
  if (found.tokenType === T.Comma && previous.tokenType === T.LeftParen) return "an argument is missing here";
  if (found.tokenType === T.RightParen && previous.tokenType === T.Comma)
    return "leave out the comma before `)`";
  if (found.tokenType === T.RightParen && opener(tokens, at) === undefined) return "no `(` is open here";
  if (isComparison(found) && tokens[at + 1]?.tokenType === T.LeftParen)
    return `\`${found.image}\` is an operator: write \`field ${found.image} …\``;
  if (isJoin(previous) && isComparison(found))
    return `repeat the left side: \`${leftSide(tokens, at - 1)} ${found.image} …\``;
  if (isComparison(found)) return comparisonAdvice(tokens, at, found, previous);
  if (isNegation(previous)) return `a condition must follow \`${previous.image}\``;
  if (isLiteral(previous) && isLiteral(found)) {
    const earlier = tokens[at - 2];
    if (earlier !== undefined && isComparison(earlier)) return "name several values in braces: `in {…}`";
  }
  if (isLiteral(found) && isArgument(tokens, at)) return "arguments are separated by commas";
  if (isJoin(previous) && isJoin(found)) return `a condition must follow \`${previous.image}\``;
  return afterLast(previous) ?? joinAdvice(found, previous);
}

function isNegation({ tokenType }: IToken): boolean {
  return tokenType === T.Not || tokenType === T.NotSign;
}

/** The operand of the comparison before the token at `end`; `field` when it is not a plain name. */
function leftSide(tokens: readonly IToken[], end: number): string {
  const at = tokens.slice(0, end).findLastIndex(isComparison);
  const operand = tokens[at - 1];
  return operand?.tokenType === T.Identifier ? operand.image : "field";
}

/** Whether the token at `at` is in the parentheses of a function. */
function isArgument(tokens: readonly IToken[], at: number): boolean {
  const open = opener(tokens, at);
  if (open?.tokenType !== T.LeftParen) return false;
  return tokens[tokens.indexOf(open) - 1]?.tokenType === T.Identifier;
}

function comparisonAdvice(
  tokens: readonly IToken[],
  at: number,
  found: IToken,
  previous: IToken,
): string | undefined {
  if (previous.tokenType === T.RightParen) {
    const word = tokens[openerOf(tokens, at - 1) - 1];
    return word !== undefined && (word.tokenType === T.Any || word.tokenType === T.All)
      ? `write the comparison inside: \`${word.image}(…[*] ${found.image} …)\``
      : "parentheses group conditions; write an operand without them";
  }
  if (isComparison(previous)) return `there is no operator \`${previous.image} ${found.image}\``;
  const earlier = tokens[at - 2];
  const chained = earlier !== undefined && isComparison(earlier);
  if (chained) return "comparisons do not chain: write two of them, joined by `and`";
  return isLiteral(previous) ? reversed(tokens.slice(at + 1, at + 3), found, previous) : undefined;
}

/** A literal before the operator, and what to write when a plain name is behind it. */
function reversed([next, after]: readonly IToken[], operator: IToken, literal: IToken): string {
  const advice = "write the field or function on the left and the value on the right";
  if (operator.tokenType !== T.In || next?.tokenType !== T.Identifier || literal.tokenType !== T.QuotedString)
    return advice;
  const isPart =
    after !== undefined && (after.tokenType === T.LeftBracket || after.tokenType === T.LeftParen);
  return isPart || literal.image.length > 60
    ? advice
    : `${advice}: \`${next.image} contains ${literal.image}\``;
}

function afterLast(previous: IToken): string | undefined {
  switch (previous.tokenType) {
    case T.In:
      return "write the values in braces: `in {…}`";
    case T.Matches:
    case T.MatchSign:
      return 'a pattern is a string: `matches r"…"`';
    case T.Contains:
      return 'one literal follows: `contains "…"`; for several, join comparisons with `or`, or write `matches r"a|b"`';
    case T.Wildcard:
      return 'a string follows: `wildcard r"…*"`';
    case T.BitwiseAnd:
    case T.BitSign:
      return "`&` tests bits of an integer and takes a number; `and` or `&&` joins conditions";
    case T.Not:
    case T.NotSign:
    case T.And:
    case T.AndSign:
    case T.Or:
    case T.OrSign:
    case T.Xor:
    case T.XorSign:
      return `a condition must follow \`${previous.image}\``;
    case T.Any:
    case T.All:
      return `write \`${previous.image}(…)\``;
    default:
      return isComparison(previous) ? `a value must follow \`${previous.image}\`` : undefined;
  }
}

function joinAdvice(found: IToken, previous: IToken): string | undefined {
  const begins = found.tokenType === T.Identifier || found.tokenType === T.Any || found.tokenType === T.All;
  const ends =
    isLiteral(previous) ||
    previous.tokenType === T.Identifier ||
    previous.tokenType === T.RightParen ||
    previous.tokenType === T.RightBrace ||
    previous.tokenType === T.RightBracket ||
    previous.tokenType === T.RegexString ||
    previous.tokenType === T.RawRegexString ||
    previous.tokenType === T.ListName;
  return (begins || found.tokenType === T.Comma) && ends ? "join conditions with `and` or `or`" : undefined;
}

/** Where the parenthesis was opened that is closed at `end`; -1 when it was not. */
function openerOf(tokens: readonly IToken[], end: number): number {
  let depth = 0;
  for (let at = end; at >= 0; at--) {
    const type = tokens[at]?.tokenType;
    if (type === T.RightParen) depth++;
    if (type === T.LeftParen && --depth === 0) return at;
  }
  return -1;
}

const CLOSERS: ReadonlyMap<unknown, unknown> = new Map([
  [T.RightParen, T.LeftParen],
  [T.RightBrace, T.LeftBrace],
  [T.RightBracket, T.LeftBracket],
]);
const OPENERS: ReadonlySet<unknown> = new Set(CLOSERS.values());

/** The innermost bracket of any kind that is open before the token at `at`. */
function opener(tokens: readonly IToken[], at: number): IToken | undefined {
  return openBrackets(tokens, at).at(-1);
}

/** The brackets that are open before the token at `end`, outermost first. */
export function openBrackets(tokens: readonly IToken[], end: number): IToken[] {
  const open: IToken[] = [];
  for (const token of tokens.slice(0, end)) {
    if (OPENERS.has(token.tokenType)) open.push(token);
    else if (CLOSERS.has(token.tokenType) && open.at(-1)?.tokenType === CLOSERS.get(token.tokenType))
      open.pop();
  }
  return open;
}

function unclosed(tokens: readonly IToken[], source: Source): string | undefined {
  const open = openBrackets(tokens, tokens.length);
  const last = open.at(-1);
  if (last === undefined) return undefined;
  const { line, column } = source.positionAt(last.startOffset);
  return open.length === 1
    ? `\`${last.image}\` at ${line}:${column} is not closed`
    : `${open.length} brackets are not closed, the last one \`${last.image}\` at ${line}:${column}`;
}

const COMPARISONS: ReadonlySet<unknown> = new Set([
  T.Eq,
  T.EqSign,
  T.Ne,
  T.NeSign,
  T.Lt,
  T.LtSign,
  T.Le,
  T.LeSign,
  T.Gt,
  T.GtSign,
  T.Ge,
  T.GeSign,
  T.BitSign,
  T.BitwiseAnd,
  T.Contains,
  T.Matches,
  T.MatchSign,
  T.Wildcard,
  T.Strict,
  T.In,
]);
const LITERALS: ReadonlySet<unknown> = new Set([T.QuotedString, T.RawString, T.Atom, T.True, T.False]);
const JOINS: ReadonlySet<unknown> = new Set([T.And, T.AndSign, T.Or, T.OrSign, T.Xor, T.XorSign]);

/** Whether the token is an operator that compares. */
export function isComparison(token: IToken): boolean {
  return COMPARISONS.has(token.tokenType);
}

export function isLiteral(token: IToken): boolean {
  return LITERALS.has(token.tokenType);
}

/** Whether the token joins conditions. */
export function isJoin(token: IToken): boolean {
  return JOINS.has(token.tokenType);
}
