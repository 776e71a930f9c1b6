import type { Expression } from "./expression.ts";
import { Part } from "./expression.ts";
import type { Lexer } from "./lexer.ts";
import { isIdleComment, isShort, Prefix } from "./prefix.ts";
import { Token } from "./tokens.ts";

/** How an expression that was read ends. */
export const Tail = {
  /** With something that no statement holds there. */
  odd: 0,
  /** With the text. */
  end: 1,
  /** With a comment to the end of the text. */
  cut: 2,
  /** In a string that the program closes. */
  open: 3,
  /** With a clause, a semicolon, a comma. */
  clause: 4,
} as const;

/** How sure a judgement is. */
export const Weight = { none: 0, medium: 1, strong: 2 } as const;

/** Reads on after closing parentheses as long as operators follow; answers the tail. The parts add up. */
export function readToTail(lexer: Lexer, expression: Expression): number {
  let { parts, operators, openAt } = expression;
  for (let round = 0; round < 8; round++) {
    let closed = false;
    while (lexer.kind === Token.right) {
      closed = true;
      lexer.next();
    }
    if (!closed || lexer.kind < Token.logic || lexer.kind > Token.arithmetic) break;
    const read = expression.continue();
    parts |= expression.parts;
    operators += expression.operators;
    openAt = Math.max(openAt, expression.openAt);
    if (!read) break;
  }
  expression.parts = parts;
  expression.operators = operators;
  expression.openAt = openAt;
  let semicolon = false;
  while (lexer.kind === Token.semicolon) {
    semicolon = true;
    lexer.next();
  }
  if (semicolon && lexer.kind !== Token.end && lexer.kind !== Token.cut) return Tail.clause;
  // `;` and a zero byte end the statement as a comment does.
  if (semicolon && lexer.kind === Token.end && lexer.text.endsWith("\0")) return Tail.cut;
  switch (lexer.kind) {
    case Token.cut:
      return Tail.cut;
    case Token.end:
      return openAt >= 0 ? Tail.open : Tail.end;
    case Token.clause:
    case Token.comma:
      return Tail.clause;
    default:
      return Tail.odd;
  }
}

/** Judges a condition after a closed string: what is after OR, AND and their like. */
export function weighQuoted(lexer: Lexer, expression: Expression, prefix: number, tail: number): number {
  const { parts, openAt } = expression;
  const { text } = lexer;
  const compact = prefix <= Prefix.word;
  const clean = tail !== Tail.odd && tail !== Tail.clause;
  const idle = tail === Tail.cut && isIdleComment(text, lexer.start);
  const shortOpen = tail === Tail.open && isShort(text, openAt + 1, text.length);
  if ((parts & Part.comparison) !== 0) {
    if (compact || idle || shortOpen || (prefix === Prefix.pair && clean)) return Weight.strong;
    return clean || tail === Tail.clause ? Weight.medium : Weight.none;
  }
  if ((parts & (Part.call | Part.subquery | Part.variable)) !== 0) {
    if (compact && tail !== Tail.odd) return Weight.strong;
    return compact || idle ? Weight.medium : Weight.none;
  }
  if ((parts & Part.looseComparison) !== 0) {
    if (idle || (compact && (shortOpen || tail === Tail.cut))) return Weight.strong;
    return compact && tail !== Tail.odd ? Weight.medium : Weight.none;
  }
  if (!compact) return Weight.none;
  if ((parts & (Part.name | Part.strangeCall)) !== 0) return tail === Tail.cut ? Weight.medium : Weight.none;
  if (idle && (parts & Part.constant) !== 0) return Weight.strong;
  if (shortOpen)
    return prefix <= Prefix.number || (parts & Part.brackets) !== 0 ? Weight.strong : Weight.medium;
  if (tail === Tail.end && (parts & Part.constant) !== 0)
    return prefix === Prefix.empty ? Weight.strong : Weight.medium;
  return clean && (prefix === Prefix.empty || tail === Tail.cut) ? Weight.medium : Weight.none;
}

/**
 * Judges an operator after a closed string and what it joins to it.
 *
 * @param spaced whether white space is before the quote
 */
export function weighSpliced(
  lexer: Lexer,
  expression: Expression,
  prefix: number,
  tail: number,
  spaced: boolean,
): number {
  const { parts, openAt, operators } = expression;
  const { text } = lexer;
  const idle = tail === Tail.cut && isIdleComment(text, lexer.start);
  const shortOpen = tail === Tail.open && isShort(text, openAt + 1, text.length);
  if (prefix > Prefix.pair) return Weight.none;
  const compact = prefix <= Prefix.word;
  const names = (parts & (Part.name | Part.strangeCall)) !== 0;
  if ((parts & (Part.call | Part.subquery | Part.variable)) !== 0 && (compact || idle || shortOpen)) {
    if (tail !== Tail.odd && tail !== Tail.clause) return Weight.strong;
    return (parts & Part.subquery) !== 0 ? Weight.medium : Weight.none;
  }
  if (!compact || (parts & Part.cutShort) !== 0 || (prefix === Prefix.word && spaced)) return Weight.none;
  if ((parts & Part.logic) !== 0 && (parts & (Part.comparison | Part.bareConstant)) !== 0 && !names) {
    if (idle || shortOpen) return Weight.strong;
  }
  if (names) return shortOpen && operators > 1 ? Weight.medium : Weight.none;
  if (idle) return Weight.strong;
  if (shortOpen) {
    if (operators > 1 && !isMeasure(text, prefix)) return Weight.strong;
    return Weight.medium;
  }
  if (tail === Tail.end && (parts & Part.comparison) !== 0) return Weight.medium;
  return tail === Tail.end && prefix === Prefix.empty ? Weight.medium : Weight.none;
}

/** Inches and feet: a number and its quote. */
function isMeasure(text: string, prefix: number): boolean {
  return prefix === Prefix.number && text.includes('"');
}

/** Judges a condition at the beginning of a text that closes no string. `single`: after one value, or none. */
export function weighBare(lexer: Lexer, expression: Expression, prefix: number, tail: number): number {
  const { parts, openAt } = expression;
  const { text } = lexer;
  if (tail === Tail.odd) return Weight.none;
  const idle = tail === Tail.cut && isIdleComment(text, lexer.start);
  const shortOpen = tail === Tail.open && isShort(text, openAt + 1, text.length);
  const names = (parts & (Part.name | Part.strangeCall)) !== 0;
  if ((parts & Part.comparison) !== 0) return Weight.strong;
  if ((parts & Part.subquery) !== 0) return Weight.strong;
  if ((parts & (Part.call | Part.variable)) !== 0) return idle || shortOpen ? Weight.strong : Weight.medium;
  if ((parts & Part.looseComparison) !== 0) {
    if (prefix <= Prefix.number && (idle || shortOpen)) return Weight.strong;
    if ((parts & Part.same) !== 0 && tail !== Tail.clause)
      return prefix <= Prefix.number ? Weight.strong : Weight.medium;
    return prefix <= Prefix.number && tail !== Tail.clause ? Weight.medium : Weight.none;
  }
  if (names) return idle && prefix <= Prefix.number ? Weight.medium : Weight.none;
  if (idle) return prefix <= Prefix.number ? Weight.strong : Weight.medium;
  if (shortOpen) return prefix <= Prefix.number ? Weight.medium : Weight.none;
  return Weight.none;
}
