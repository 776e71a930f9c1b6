import type { IToken } from "chevrotain";
import type { Fault } from "../source/diagnostic.ts";
import * as T from "./tokens.ts";

/** A fault for characters that begin no token. */
export function lexicalFault(text: string, offset: number, length: number): Fault {
  const image = text.slice(offset, offset + length);
  const hint = characterHint(text, offset, image);
  return {
    code: "E_EXPECTED_TOKEN",
    message: `\`${image.length > 20 ? `${image.slice(0, 19)}…` : image}\` is not part of the language`,
    span: { start: offset, end: offset + length },
    actual: image,
    ...(hint === undefined ? {} : { hint }),
  };
}

function characterHint(text: string, offset: number, image: string): string | undefined {
  const around = text.slice(Math.max(0, offset - 2), offset + 3);
  if (image.startsWith("=")) {
    if (/!==|===/.test(around)) return "write `==` or `!=`";
    if (around.includes("=~")) return "write `matches` or `~` for a regular expression";
    return "write `==` or `eq` to compare";
  }
  if (/["“”„«»]/.test(image)) return 'write straight quotes: `"…"`';
  if (image.startsWith("'") || image.startsWith("`")) return 'strings stand in double quotes: `"…"`';
  if (image.startsWith("#")) return "comments are not part of an expression";
  if (image.startsWith("/")) return 'there is no `/`; for a pattern write `matches r"…"`, for a path `"/…"`';
  if (image.startsWith("|")) return "write `or` or `||`";
  if (image.startsWith("^")) return "write `xor` or `^^`";
  if (image.startsWith(".")) return "names have no empty parts: check the dots";
  if (image.startsWith(";")) return "a rule is one expression: join conditions with `and` or `or`";
  if (image.startsWith("+")) return "numbers have no plus sign, and there is no arithmetic";
  if (image.startsWith("%")) return "there is no arithmetic";
  return undefined;
}

const WORDS: ReadonlyMap<string, string> = new Map([
  ["equals", "eq"],
  ["is", "eq"],
  ["like", "wildcard"],
  ["regex", "matches"],
  ["match", "matches"],
  ["includes", "contains"],
  ["contain", "contains"],
]);

const KEYWORD_TEXTS: ReadonlySet<string> = new Set(T.KEYWORDS.map((type) => String(type.PATTERN)));

/** Advice for the token that did not fit (SPEC §14's list of useful hints), looking at it and its neighbour. */
export function syntaxHint(
  previous: IToken | undefined,
  token: IToken | undefined,
  text: string,
): string | undefined {
  const image = token?.image ?? "";
  const lower = image.toLowerCase();
  const before = previous?.image ?? "";
  if (token?.tokenType === T.Identifier) {
    if (lower !== image && KEYWORD_TEXTS.has(lower)) return `operators are lower case: write \`${lower}\``;
    if (lower === "ends_with" || lower === "starts_with") {
      return `\`${lower}\` is a function: write \`${lower}(${previous?.tokenType === T.Identifier ? before : "field"}, "…")\``;
    }
    const word = WORDS.get(lower);
    if (word !== undefined) return `the operator is \`${word}\``;
    if (previous?.tokenType === T.In) return "named lists begin with `$`; values stand in braces: `in {…}`";
  }
  if (token?.tokenType === T.Comma && insideBraces(text, token.startOffset)) {
    return "items are separated by spaces, not commas";
  }
  if (previous?.tokenType === T.In && token?.tokenType !== T.LeftBrace)
    return "write the values in braces: `in {…}`";
  if (previous?.tokenType === T.BitSign && image === "&") return "write `&&` or `and`";
  if (token?.tokenType === T.In && (previous?.tokenType === T.Not || previous?.tokenType === T.NotSign)) {
    return "write `not field in {…}`";
  }
  if (token?.tokenType === T.Not && previous?.tokenType === T.Identifier) {
    return `negate the whole comparison: \`not ${before} …\``;
  }
  if (token?.tokenType === T.NotSign && previous?.tokenType === T.Identifier) {
    return `negate the whole comparison: \`not ${before} …\``;
  }
  if (token !== undefined && isComparison(token) && previous !== undefined && isLiteral(previous)) {
    return "a field or function stands on the left, the value on the right";
  }
  if (token !== undefined && isComparison(token) && previous !== undefined && isComparison(previous)) {
    if (before === "<" && image === ">") return "write `!=` or `ne`";
    return `there is no operator \`${before}${image}\``;
  }
  if (token !== undefined && isComparison(token) && previous?.tokenType === T.RightParen) {
    return "parentheses group conditions; an operand stands without them";
  }
  if (token?.tokenType === T.ListName && previous?.tokenType === T.LeftBrace) {
    return "a named list stands without braces: `in $name`";
  }
  if (previous?.tokenType === T.Matches || previous?.tokenType === T.MatchSign) {
    return 'a pattern is a string: `matches r"…"`';
  }
  if (previous?.tokenType === T.Contains)
    return 'a literal must follow: `contains "…"`; for another field use `any` or a list';
  if (token?.tokenType === T.RightParen && previous?.tokenType === T.Comma)
    return "leave out the comma before `)`";
  if (token === undefined) return unclosed(text);
  return undefined;
}

function insideBraces(text: string, offset: number): boolean {
  return text.lastIndexOf("{", offset) > text.lastIndexOf("}", offset);
}

function unclosed(text: string): string | undefined {
  const open = text.split("(").length - text.split(")").length;
  return open > 0 ? `${open === 1 ? "a parenthesis is" : `${open} parentheses are`} not closed` : undefined;
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

function isComparison(token: IToken): boolean {
  return COMPARISONS.has(token.tokenType);
}

function isLiteral(token: IToken): boolean {
  return LITERALS.has(token.tokenType);
}
