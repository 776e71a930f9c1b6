/**
 * Kinds of tokens, as plain numbers: the lexer moves on between two comparisons, which literal types do not know.
 * Comments and white space are not tokens; a comment to the end of the text is one. */
export const Token = {
  end: 0,
  number: 1,
  string: 2,
  /** A string which the text does not close: the program's quote does. */
  open: 3,
  name: 4,
  logic: 5,
  comparison: 6,
  arithmetic: 7,
  left: 8,
  right: 9,
  comma: 10,
  semicolon: 11,
  dot: 12,
  /** A comment which hides what the program puts after the value. */
  cut: 13,
  variable: 14,
  unary: 15,
  constant: 16,
  clause: 17,
  select: 18,
  case: 19,
  /** `::`, a cast of PostgreSQL. */
  cast: 20,
  /** What no statement holds. */
  junk: 21,
};
