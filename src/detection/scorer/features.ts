// Shared by what learns the weights and by what uses them, so that both see the same features.
import { COARSE } from "./tokens.ts";

/** Tokens of a block. A window is two blocks, with the four tokens before that a group may begin with: 40 together. */
export const BLOCK = 18;
/** Features that end with one token, at most. */
export const MOST_FEATURES = 6;

const extend = (hash: number, token: number): number => {
  const mixed = Math.imul(hash ^ token, 0x9e3779b1);
  return mixed ^ (mixed >>> 15);
};
const COARSE_SEED = 0x5bd1e995;

/** The groups of tokens that end with each token of a block, as hashes. */
export class Features {
  readonly hashes = new Int32Array(MOST_FEATURES * BLOCK);
  // The tokens before the block, the last one first, exactly and by kind; 0 before the text.
  #exact1 = 0;
  #exact2 = 0;
  #kind1 = 0;
  #kind2 = 0;
  #kind3 = 0;
  #kind4 = 0;

  /** To be called before the first block of a text. */
  begin(): void {
    this.#exact1 = 0;
    this.#exact2 = 0;
    this.#kind1 = 0;
    this.#kind2 = 0;
    this.#kind3 = 0;
    this.#kind4 = 0;
  }

  /**
   * Takes the next block of tokens: groups of one to three distinguish every keyword, groups of three to five tell kinds of words
   * apart.
   *
   * @returns how many of the hashes there are
   */
  block(tokens: Uint16Array, start: number, end: number): number {
    const { hashes } = this;
    let exact1 = this.#exact1;
    let exact2 = this.#exact2;
    let kind1 = this.#kind1;
    let kind2 = this.#kind2;
    let kind3 = this.#kind3;
    let kind4 = this.#kind4;
    let n = 0;
    for (let at = start; at < end; at++) {
      const token = tokens[at] ?? 0;
      const kind = COARSE[token] ?? 0;
      let hash = extend(0, token);
      hashes[n++] = hash;
      if (exact1 !== 0) {
        hash = extend(hash, exact1);
        hashes[n++] = hash;
        if (exact2 !== 0) {
          hashes[n++] = extend(hash, exact2);
          let coarse = extend(extend(extend(COARSE_SEED, kind), kind1), kind2);
          hashes[n++] = coarse;
          if (kind3 !== 0) {
            coarse = extend(coarse, kind3);
            hashes[n++] = coarse;
            if (kind4 !== 0) hashes[n++] = extend(coarse, kind4);
          }
        }
      }
      exact2 = exact1;
      exact1 = token;
      kind4 = kind3;
      kind3 = kind2;
      kind2 = kind1;
      kind1 = kind;
    }
    this.#exact1 = exact1;
    this.#exact2 = exact2;
    this.#kind1 = kind1;
    this.#kind2 = kind2;
    this.#kind3 = kind3;
    this.#kind4 = kind4;
    return n;
  }
}
