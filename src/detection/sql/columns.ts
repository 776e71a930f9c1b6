import { readToTail } from "./condition.ts";
import type { Found } from "./context.ts";
import { type Expression, Part } from "./expression.ts";
import { Kind } from "./kinds.ts";
import type { Lexer } from "./lexer.ts";
import { isIdleComment } from "./prefix.ts";
import { Token } from "./tokens.ts";

/** What ORDER BY and GROUP BY count: numbers in a list, up to the end, a comment or HAVING. */
export function judgeColumns(
  lexer: Lexer,
  expression: Expression,
  found: Found,
  from: number,
  compact: boolean,
): void {
  let numbers = 0;
  let others = 0;
  for (;;) {
    if (lexer.kind === Token.number && lexer.peek() !== Token.arithmetic) {
      numbers++;
      lexer.next();
    } else if (expression.read()) others++;
    else break;
    if (lexer.is("asc") || lexer.is("desc")) lexer.next();
    if (lexer.kind !== Token.comma) break;
    lexer.next();
  }
  if (lexer.is("having")) {
    lexer.next();
    if (expression.read()) {
      readToTail(lexer, expression);
      if ((expression.parts & Part.comparison) !== 0) found(Kind.quotedTautology, from, lexer.end);
    }
    return;
  }
  const cut = lexer.kind === Token.cut && isIdleComment(lexer.text, lexer.start);
  if (numbers === 0 && !(others > 0 && cut)) {
    if (compact && (expression.parts & Part.call) !== 0) found(Kind.bareCondition, from, lexer.end);
    return;
  }
  if (!compact && !cut && lexer.kind === Token.end) {
    if (numbers > 2) found(Kind.columnCount, from, lexer.end);
    else found(Kind.bareCondition, from, lexer.end);
    return;
  }
  if (cut || (compact && numbers > 0 && (lexer.kind === Token.end || lexer.kind === Token.right))) {
    found(Kind.columnCount, from, lexer.end);
  }
}
