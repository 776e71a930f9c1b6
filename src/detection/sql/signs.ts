import { Token } from "./tokens.ts";

/** Signs of two and three characters before those of one. */
const SIGNS: readonly (readonly [string, number])[] = [
  ["<=>", Token.comparison],
  ["->>", Token.arithmetic],
  ["#>>", Token.arithmetic],
  ["!~*", Token.comparison],
  ["<>", Token.comparison],
  ["<=", Token.comparison],
  [">=", Token.comparison],
  ["!=", Token.comparison],
  ["^=", Token.comparison],
  ["==", Token.comparison],
  ["!<", Token.comparison],
  ["!>", Token.comparison],
  ["@>", Token.comparison],
  ["<@", Token.comparison],
  ["?|", Token.comparison],
  ["?&", Token.comparison],
  ["!~", Token.comparison],
  ["~*", Token.comparison],
  [":=", Token.comparison],
  ["->", Token.arithmetic],
  ["#>", Token.arithmetic],
  ["<<", Token.arithmetic],
  [">>", Token.arithmetic],
  ["||", Token.logic],
  ["&&", Token.logic],
  ["::", Token.cast],
  ["=", Token.comparison],
  ["<", Token.comparison],
  [">", Token.comparison],
  ["+", Token.arithmetic],
  ["-", Token.arithmetic],
  ["*", Token.arithmetic],
  ["/", Token.arithmetic],
  ["%", Token.arithmetic],
  ["^", Token.arithmetic],
  ["|", Token.arithmetic],
  ["&", Token.arithmetic],
  ["!", Token.unary],
  ["~", Token.unary],
  ["(", Token.left],
  [")", Token.right],
  [",", Token.comma],
  [";", Token.semicolon],
  [".", Token.dot],
];

/** Kinds of the signs of one character, by it. */
const SINGLE = new Uint8Array(256);
/** Signs of two and three characters, by the first one, in the order above. */
const LONGER = new Map<number, (readonly [string, number])[]>();
/** Characters that may follow the first one of a longer sign. */
const SECONDS = new Uint8Array(256);
for (const sign of SIGNS) {
  const first = sign[0].charCodeAt(0);
  if (sign[0].length === 1) SINGLE[first] = sign[1];
  else {
    SECONDS[sign[0].charCodeAt(1)] = 1;
    LONGER.set(first, [...(LONGER.get(first) ?? []), sign]);
  }
}

/** The sign at a place of the text: its kind times four, and its length; 0 when none is there. */
export function signAt(text: string, at: number, code: number): number {
  if (SECONDS[text.charCodeAt(at + 1) & 255] === 1) {
    const signs = LONGER.get(code);
    if (signs !== undefined) {
      for (let of = 0; of < signs.length; of++) {
        const sign = signs[of];
        if (sign !== undefined && text.startsWith(sign[0], at)) return sign[1] * 4 + sign[0].length;
      }
    }
  }
  const kind = SINGLE[code] ?? 0;
  return kind === 0 ? 0 : kind * 4 + 1;
}
