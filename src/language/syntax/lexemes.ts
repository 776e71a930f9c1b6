// Apart from the tokens, so that nothing that only spells names or numbers loads the lexer.

/**
 * A literal that starts with a digit, `-` and a digit, `::`, or up to four hex digits and a colon
 * (semantics.md#literals).
 */
export const ATOM = /(?:[0-9]|-[0-9]|::|[0-9A-Fa-f]{1,4}:)[0-9A-Za-z_.:/-]*/;
/** A name with its parts. */
export const IDENTIFIER = /[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z0-9_]+)*/;
/** The words of the language. */
export const WORDS = [
  "bitwise_and",
  "contains",
  "wildcard",
  "matches",
  "strict",
  "false",
  "true",
  "and",
  "xor",
  "not",
  "any",
  "all",
  "or",
  "eq",
  "ne",
  "lt",
  "le",
  "gt",
  "ge",
  "in",
] as const;
export type Word = (typeof WORDS)[number];
