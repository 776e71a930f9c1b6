import { isLetter } from "./bytes.ts";
import type { Context } from "./context.ts";
import { Kind } from "./kinds.ts";
import type { Lexer } from "./lexer.ts";
import { Prefix } from "./prefix.ts";
import { Token } from "./tokens.ts";
import { standsAt } from "./word-table.ts";
import { FUNCTIONS } from "./words.ts";

/** EXCEPT, INTERSECT and MINUS, which are words of prose too: only with values after them. */
export function judgeExcept(context: Context, at: number): void {
  const { lexer, text } = context;
  lexer.reset(at);
  lexer.next();
  if (lexer.next() !== Token.select || context.whole || context.prefixes.before(at) > Prefix.pair) return;
  lexer.next();
  if (isValue(lexer, text)) foundUnion(context, at, lexer.end);
}

export function judgeUnion(context: Context, at: number): void {
  const { lexer, text } = context;
  lexer.reset(at);
  lexer.next();
  lexer.next();
  let several = false;
  if (lexer.is("all") || lexer.is("distinct") || lexer.is("distinctrow")) {
    lexer.next();
  }
  while (lexer.kind === Token.left) lexer.next();
  if (isRowsOrTable(context)) {
    foundUnion(context, at, lexer.end);
    return;
  }
  if (lexer.kind !== Token.select) {
    if (lexer.isWord && standsAt(text, lexer.start, "select") && FUNCTIONS.at(text, lexer.start + 6) !== 0) {
      foundUnion(context, at, lexer.end);
    }
    return;
  }
  const selectEnd = lexer.end;
  lexer.next();
  while (lexer.is("all") || lexer.is("distinct") || lexer.is("distinctrow") || lexer.is("top")) {
    if (lexer.is("top") && lexer.next() !== Token.number) break;
    lexer.next();
  }
  if (lexer.kind === Token.right) {
    // `UNION(SELECT) x`: parentheses as white space.
    lexer.next();
  }
  const { kind } = lexer;
  if (isValue(lexer, text)) {
    if (!context.whole || Number.isNaN(context.before(at))) foundUnion(context, at, lexer.end);
    return;
  }
  if (kind !== Token.name) return;
  // Columns: a list, or names before FROM.
  for (let names = 0; names < 16 && lexer.kind === Token.name; names++) {
    lexer.next();
    while (lexer.kind === Token.dot) {
      lexer.next();
      lexer.next();
    }
    if (lexer.kind === Token.left) return;
    // `a || ':' || b` is as good as a list.
    const joined = lexer.kind === Token.logic && !isLetter(text.charCodeAt(lexer.start));
    if (joined) several = true;
    if (lexer.kind !== Token.comma) break;
    several = true;
    lexer.next();
  }
  const listed =
    several && (lexer.kind <= Token.logic || lexer.kind === Token.right || lexer.kind === Token.cut);
  if (context.whole || !(lexer.is("from") || listed)) return;
  const prefix = context.prefixes.before(at);
  if (prefix <= Prefix.pair || !isLetter(context.before(at))) foundUnion(context, at, selectEnd);
  else context.found(Kind.unionInText, at, selectEnd);
}

/** `VALUES ROW(1)` and `TABLE users`, which are queries too: after a number or nothing, or of a table of a schema. */
function isRowsOrTable({ lexer, text, whole }: Context): boolean {
  if (whole) return false;
  if (lexer.is("values"))
    return /^\s{0,8}(?:row\s{0,4}\(|\(\s{0,4}(?:[\d'"@]|\w{1,24}\())/i.test(
      text.slice(lexer.end, lexer.end + 32),
    );
  return (
    lexer.is("table") &&
    /^\s{1,8}[`"[]?\w{1,64}[`"\]]?\s{0,4}\.\s{0,4}[`"[]?\w/.test(text.slice(lexer.end, lexer.end + 96))
  );
}

function foundUnion(context: Context, at: number, end: number): void {
  context.found(context.place.part === "body" ? Kind.unionSelectBody : Kind.unionSelect, at, end);
}

/** Whether the lexer is at a value that nobody selects who knows the columns. */
export function isValue(lexer: Lexer, text: string): boolean {
  switch (lexer.kind) {
    case Token.number:
    case Token.string:
    case Token.open:
    case Token.variable:
    case Token.left:
    case Token.unary:
    case Token.constant:
    case Token.arithmetic:
    case Token.case:
      return true;
    case Token.name:
    case Token.clause:
      return lexer.end < text.length && text.charCodeAt(lexer.end) === 0x28;
    default:
      return false;
  }
}
