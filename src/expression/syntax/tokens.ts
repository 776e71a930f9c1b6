import {
  type CustomPatternMatcherFunc,
  type CustomPatternMatcherReturn,
  createToken,
  Lexer,
  type TokenType,
} from "chevrotain";
import { type ScannedLiteral, scanQuoted, scanRaw, scanRegex, startsRaw } from "./literal.ts";

/** What a literal token carries: its value and the faults found while reading it. */
export type LiteralPayload = ScannedLiteral;

function literalPattern(
  matches: (text: string, start: number) => boolean,
  scan: (text: string, start: number) => ScannedLiteral,
): CustomPatternMatcherFunc {
  return (text, start) => {
    if (!matches(text, start)) return null;
    const literal = scan(text, start);
    const result: CustomPatternMatcherReturn & { payload?: LiteralPayload } = [
      text.slice(start, literal.end),
    ];
    result.payload = literal;
    return result as unknown as RegExpExecArray;
  };
}

// A raw string may carry any number of hashes here; the limit is judged with the caller's limits afterwards.
const ANY_HASHES = Number.POSITIVE_INFINITY;
const isQuote = (text: string, start: number): boolean => text[start] === '"';

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
  label: "string",
  pattern: literalPattern(isQuote, scanQuoted),
  start_chars_hint: ['"'],
  line_breaks: true,
});
export const RawString = createToken({
  name: "RawString",
  label: "raw string",
  pattern: literalPattern(startsRaw, (text, start) => scanRaw(text, start, ANY_HASHES, false)),
  start_chars_hint: ["r"],
  line_breaks: true,
});
export const RegexString = createToken({
  name: "RegexString",
  label: "pattern",
  pattern: literalPattern(isQuote, scanRegex),
  start_chars_hint: ['"'],
  line_breaks: true,
  pop_mode: true,
});
export const RawRegexString = createToken({
  name: "RawRegexString",
  label: "raw pattern",
  pattern: literalPattern(startsRaw, (text, start) => scanRaw(text, start, ANY_HASHES, true)),
  start_chars_hint: ["r"],
  line_breaks: true,
  pop_mode: true,
});
/** A literal that starts with a digit, `-` and a digit, `::`, or up to four hex digits and a colon (SPEC §5). */
export const Atom = createToken({
  name: "Atom",
  label: "number, address or byte list",
  pattern: /(?:[0-9]|-[0-9]|::|[0-9A-Fa-f]{1,4}:)[0-9A-Za-z_.:/-]*/,
  line_breaks: false,
});
export const Identifier = createToken({
  name: "Identifier",
  label: "field or function",
  pattern: /[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z0-9_]+)*/,
});
export const ListName = createToken({ name: "ListName", label: "list name", pattern: /\$[A-Za-z0-9_.]*/ });

function word(name: string, text: string): TokenType {
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
const MAIN = [WhiteSpace, RawString, QuotedString, Atom, ...KEYWORDS, Identifier, ListName, ...SIGNS];
// Other tokens than the pattern stay readable in pattern mode, so that a forgotten pattern is one fault, not many.
const PATTERN = [WhiteSpace, RawRegexString, RegexString, Atom, ...KEYWORDS, Identifier, ListName, ...SIGNS];

/** Every token that the parser may see. */
export const TOKENS: readonly TokenType[] = [...MAIN, RegexString, RawRegexString];

export const LEXER_DEFINITION = {
  modes: { main: MAIN, pattern: PATTERN },
  defaultMode: "main",
};

/** The same with `#` comments, for rule files and the REPL (SPEC §3.2). */
export const LEXER_DEFINITION_WITH_COMMENTS = {
  modes: { main: [Comment, ...MAIN], pattern: [Comment, ...PATTERN] },
  defaultMode: "main",
};
