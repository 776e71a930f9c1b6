import { nameEnd } from "./bytes.ts";
import type { Context } from "./context.ts";
import { Kind } from "./kinds.ts";
import type { Lexer } from "./lexer.ts";
import { Token } from "./tokens.ts";
import { isValue } from "./unions.ts";
import { WordTable } from "./word-table.ts";

/** Conditions about characters and results: after AND, OR, WHEN, IF and their like. */
export function judgeCondition(context: Context, at: number, word: string, end: number): void {
  // A whole statement has conditions of its own.
  if (word === "where" && context.whole) return;
  const { lexer } = context;
  lexer.reset(end);
  lexer.next();
  if (word === "if" && lexer.kind !== Token.left) return;
  let brackets = 0;
  while (lexer.kind === Token.left || lexer.kind === Token.unary) {
    if (lexer.kind === Token.left) brackets++;
    lexer.next();
  }
  if (lexer.kind === Token.select && brackets > 0) {
    if (context.whole) return;
    const called = lexer.next() === Token.left;
    if (called) {
      // `if (select(set, …` is a call of a program.
      lexer.next();
      if (lexer.kind === Token.name && lexer.peek() === Token.comma) return;
    }
    if (called || isQuestion(lexer, context.text)) context.found(Kind.blindCondition, at, lexer.end);
    return;
  }
  if (lexer.kind === Token.case) {
    if (lexer.next() !== Token.end && lexer.is("when")) {
      lexer.next();
      while (lexer.kind === Token.left) lexer.next();
      if (lexer.kind === Token.number || lexer.kind === Token.string || lexer.kind === Token.select) {
        context.found(Kind.blindCondition, at, lexer.end);
      }
    }
    return;
  }
  if (lexer.numberIn(CHARACTER_FUNCTIONS) === 0) return;
  lexer.next();
  if (lexer.kind !== Token.left) return;
  for (let depth = 0; depth < 8; depth++) {
    while (lexer.kind === Token.left || lexer.kind === Token.unary) lexer.next();
    if (
      lexer.kind === Token.select ||
      (lexer.kind === Token.variable && context.text.startsWith("@@", lexer.start)) ||
      lexer.is("password") ||
      lexer.word.startsWith("current_")
    ) {
      context.found(Kind.blindCondition, at, lexer.end);
      return;
    }
    const asked = lexer.numberIn(ASKED) !== 0;
    if (!asked && lexer.numberIn(CHARACTER_FUNCTIONS) === 0 && !lexer.is("concat") && !lexer.is("ifnull"))
      return;
    const { word: name } = lexer;
    if (lexer.next() !== Token.left) return;
    if (asked || name === "mid" || name.startsWith("substr")) {
      context.found(Kind.blindCondition, at, lexer.end);
      return;
    }
  }
}

/** SELECT with CASE or IF in parentheses, after words that compare. */
export function judgeWhen(context: Context, at: number): void {
  context.asked = true;
  judgeCondition(context, at, "when", nameEnd(context.text, at));
}

export function judgeIf(context: Context, at: number): void {
  context.asked = true;
  judgeCondition(context, at, "if", nameEnd(context.text, at));
}

/** Whether what follows SELECT in a subquery asks something: a function, a number, all columns, or a column of a table. */
function isQuestion(lexer: Lexer, text: string): boolean {
  if (isValue(lexer, text)) return true;
  if (lexer.kind !== Token.name) return lexer.kind === Token.unary;
  lexer.next();
  while (lexer.kind === Token.dot) {
    lexer.next();
    lexer.next();
  }
  return lexer.is("from") || lexer.kind === Token.comma || lexer.kind === Token.left;
}

const CHARACTER_FUNCTIONS = WordTable.of(
  "ascii ord substr substring mid length char_length unicode left right hex lower upper bin len make_set elt substrb lengthb".split(
    " ",
  ),
);
const ASKED = WordTable.of("database user version cast db_name system_user session_user schema".split(" "));
