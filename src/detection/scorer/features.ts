// Shared by what learns the weights and by what uses them, so that both see the same features.
import { COARSE } from "./tokens.ts";

/** Tokens of a block. A window is two blocks, with the four tokens before that a group may begin with: 40 together. */
export const BLOCK = 18;
/** Tokens of the longest group. */
export const LONGEST = 5;
/** Groups of up to so many tokens tell every keyword apart; those of so many and more tell kinds of words apart. */
const EXACT = 3;
/** Features that end with one token, at most. */
export const MOST_FEATURES = 2 * LONGEST;

const extend = (hash: number, token: number): number => {
  const mixed = Math.imul(hash ^ token, 0x9e3779b1);
  return mixed ^ (mixed >>> 15);
};

/**
 * Hashes of the groups of tokens that end with a token.
 *
 * @param first the text's first token in the array: groups begin there at the earliest
 * @returns how many there are
 */
export function featuresAt(tokens: Uint16Array, at: number, first: number, out: Int32Array): number {
  let n = 0;
  let exact = 0;
  let coarse = 0x5bd1e995;
  const length = Math.min(LONGEST, at - first + 1);
  for (let k = 1; k <= length; k++) {
    const token = tokens[at + 1 - k] ?? 0;
    if (k <= EXACT) {
      exact = extend(exact, token);
      out[n++] = exact;
    }
    coarse = extend(coarse, COARSE[token] ?? 0);
    if (k >= EXACT) out[n++] = coarse;
  }
  return n;
}
