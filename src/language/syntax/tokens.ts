import {
  type CustomPatternMatcherFunc,
  type CustomPatternMatcherReturn,
  createToken,
  type IToken,
  Lexer,
  type TokenType,
} from "chevrotain";
import { ATOM, IDENTIFIER, type Word } from "./lexemes.ts";
import { type ScannedLiteral, scanQuoted, scanRaw, scanRegex, startsRaw } from "./literal.ts";

/** Data of a literal token: its value and the faults found while reading it. */
export type LiteralPayload = ScannedLiteral;

type Matcher = (text: string, start: number, before: readonly IToken[]) => boolean;

function literalPattern(
  matches: Matcher,
  scan: (text: string, start: number) => ScannedLiteral,
): CustomPatternMatcherFunc {
  return (text, start, before) => {
    if (!matches(text, start, before)) return null;
    const literal = scan(text, start);
    const result: CustomPatternMatcherReturn = [text.slice(start, literal.end)];
    result.payload = literal;
    return result;
  };
}

// A raw string may carry any number of hashes here; the limit is evaluated with the caller's limits afterwards.
const ANY_HASHES = Number.POSITIVE_INFINITY;
const isQuote: Matcher = (text, start) => text[start] === '"';
// Only the token right after the operator is a pattern: when it was forgotten, later strings are strings again.
const afterMatches = (matches: Matcher): Matcher => {
  return (text, start, before) => {
    const operator = before.at(-1)?.tokenType;
    return (operator === Matches || operator === MatchSign) && matches(text, start, before);
  };
};

export const WhiteSpace = createToken({
  name: "WhiteSpace",
  pattern: /[ \t\r\n]+/,
  group: Lexer.SKIPPED,
  line_breaks: true,
});
export const Comment = createToken({
  name: "Comment",
  pattern: /#[^\n]*/,
  group: Lexer.SKIPPED,
  line_breaks: false,
});

export const QuotedString = createToken({
  name: "QuotedString",
  label: "a string",
  pattern: literalPattern(isQuote, scanQuoted),
  start_chars_hint: ['"'],
  line_breaks: true,
});
export const RawString = createToken({
  name: "RawString",
  label: "a raw string",
  pattern: literalPattern(startsRaw, (text, start) => scanRaw(text, start, ANY_HASHES, false)),
  start_chars_hint: ["r"],
  line_breaks: true,
});
export const RegexString = createToken({
  name: "RegexString",
  label: "a pattern",
  pattern: literalPattern(afterMatches(isQuote), scanRegex),
  start_chars_hint: ['"'],
  line_breaks: true,
  pop_mode: true,
});
export const RawRegexString = createToken({
  name: "RawRegexString",
  label: "a raw pattern",
  pattern: literalPattern(afterMatches(startsRaw), (text, start) => scanRaw(text, start, ANY_HASHES, true)),
  start_chars_hint: ["r"],
  line_breaks: true,
  pop_mode: true,
});
export const Atom = createToken({
  name: "Atom",
  label: "a number, address or byte list",
  pattern: ATOM,
  line_breaks: false,
});
export const Identifier = createToken({
  name: "Identifier",
  label: "a field or function",
  pattern: IDENTIFIER,
});
export const ListName = createToken({ name: "ListName", label: "a list name", pattern: /\$[A-Za-z0-9_.]*/ });

function word(name: string, text: Word): TokenType {
  return createToken({ name, pattern: text, label: `\`${text}\``, longer_alt: Identifier });
}

export const And = word("And", "and");
export const Or = word("Or", "or");
export const Xor = word("Xor", "xor");
export const Not = word("Not", "not");
export const Any = word("Any", "any");
export const All = word("All", "all");
export const True = word("True", "true");
export const False = word("False", "false");
export const Eq = word("Eq", "eq");
export const Ne = word("Ne", "ne");
export const Lt = word("Lt", "lt");
export const Le = word("Le", "le");
export const Gt = word("Gt", "gt");
export const Ge = word("Ge", "ge");
export const Contains = word("Contains", "contains");
export const Wildcard = word("Wildcard", "wildcard");
export const Strict = word("Strict", "strict");
export const In = word("In", "in");
export const BitwiseAnd = word("BitwiseAnd", "bitwise_and");
export const Matches = createToken({
  name: "Matches",
  pattern: "matches",
  label: "`matches`",
  longer_alt: Identifier,
  push_mode: "pattern",
});

function sign(name: string, text: string, pushMode?: string): TokenType {
  return createToken({
    name,
    pattern: text,
    label: `\`${text}\``,
    ...(pushMode === undefined ? {} : { push_mode: pushMode }),
  });
}

export const AndSign = sign("AndSign", "&&");
export const OrSign = sign("OrSign", "||");
export const XorSign = sign("XorSign", "^^");
export const EqSign = sign("EqSign", "==");
export const NeSign = sign("NeSign", "!=");
export const LeSign = sign("LeSign", "<=");
export const LtSign = sign("LtSign", "<");
export const GeSign = sign("GeSign", ">=");
export const GtSign = sign("GtSign", ">");
export const NotSign = sign("NotSign", "!");
export const BitSign = sign("BitSign", "&");
export const MatchSign = sign("MatchSign", "~", "pattern");
export const LeftParen = sign("LeftParen", "(");
export const RightParen = sign("RightParen", ")");
export const LeftBracket = sign("LeftBracket", "[");
export const RightBracket = sign("RightBracket", "]");
export const LeftBrace = sign("LeftBrace", "{");
export const RightBrace = sign("RightBrace", "}");
export const Comma = sign("Comma", ",");
export const Star = sign("Star", "*");

/**
 * What belongs to other languages: their operators, quotes and comments, and characters that begin nothing here. One
 * token each, so that a slip is one fault with advice, and the parser goes on after it.
 */
export const Foreign = createToken({
  name: "Foreign",
  pattern: foreignPattern(),
  start_chars_hint: everyFirstCharacter(),
  line_breaks: true,
});
/** Of those, the operators that begin like one of ours. */
export const ForeignSign = createToken({
  name: "ForeignSign",
  pattern: /===|!==|!=~|=~|!~|<>|=>|=<|=(?!=)/,
});

// Each alternative excludes its own opener from its middle, so that a row of openers is still read once. Typographic
// quotes are escaped: one character beyond ASCII, and the platform keeps and reads the whole bundle as two-byte text.
function foreignPattern(): CustomPatternMatcherFunc {
  const pattern =
    /'[^'\n]*'|`[^`\n]*`|[\u201c\u201d\u201e][^\u201c\u201d\u201e"\n]*[\u201c\u201d"]|[\u2018\u2019][^\u2018\u2019\n]*[\u2018\u2019]|\u00ab[^\u00ab\u00bb\n]*\u00bb|#[^\n]*|\/\/[^\n]*|\/\*(?:[^*]|\*(?!\/))*(?:\*\/|$)|\.+|[^\p{ASCII}\u201c\u201d\u201e\u2018\u2019\u00ab]+|./suy;
  return (text, start) => {
    pattern.lastIndex = start;
    return pattern.exec(text);
  };
}

/** One character of each bucket in which the lexer looks tokens up: each below 256, then every 255th. */
function everyFirstCharacter(): number[] {
  const low = Array.from({ length: 256 }, (_, code) => code);
  const high = Array.from({ length: 256 }, (_, bucket) => (bucket + 2) * 255);
  return [...low, 256, ...high];
}

export const KEYWORDS = [
  BitwiseAnd,
  Contains,
  Wildcard,
  Matches,
  Strict,
  False,
  True,
  And,
  Xor,
  Not,
  Any,
  All,
  Or,
  Eq,
  Ne,
  Lt,
  Le,
  Gt,
  Ge,
  In,
];

const SIGNS = [
  AndSign,
  OrSign,
  XorSign,
  EqSign,
  NeSign,
  LeSign,
  LtSign,
  GeSign,
  GtSign,
  NotSign,
  BitSign,
  MatchSign,
  LeftParen,
  RightParen,
  LeftBracket,
  RightBracket,
  LeftBrace,
  RightBrace,
  Comma,
  Star,
];

// Raw strings before words, atoms before identifiers: `r"x"` is one literal and `fe80::1` one address.
const MAIN = [
  WhiteSpace,
  RawString,
  QuotedString,
  Atom,
  ...KEYWORDS,
  Identifier,
  ListName,
  ForeignSign,
  ...SIGNS,
  Foreign,
];
// Other tokens than the pattern stay readable in pattern mode, so that a forgotten pattern is one fault, not many.
const PATTERN = [WhiteSpace, RawRegexString, RegexString, ...MAIN.slice(1)];

/** Every token that the parser may see. */
export const TOKENS: readonly TokenType[] = [...MAIN, RegexString, RawRegexString];

export const LEXER_DEFINITION = {
  modes: { main: MAIN, pattern: PATTERN },
  defaultMode: "main",
};

/** The same with `#` comments, for rule files and the REPL (lexical.md#between-tokens). */
export const LEXER_DEFINITION_WITH_COMMENTS = {
  modes: { main: [Comment, ...MAIN], pattern: [Comment, ...PATTERN] },
  defaultMode: "main",
};
