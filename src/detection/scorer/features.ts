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

/** The groups of tokens that end with one, as hashes. */
export class Features {
  readonly hashes = new Int32Array(MOST_FEATURES);
  // The four tokens before, the last one first, exactly and by kind; 0 before the text.
  #exact1 = 0;
  #exact2 = 0;
  #kind1 = 0;
  #kind2 = 0;
  #kind3 = 0;
  #kind4 = 0;

  /** To be called before the first token of a text. */
  begin(): void {
    this.#exact1 = 0;
    this.#exact2 = 0;
    this.#kind1 = 0;
    this.#kind2 = 0;
    this.#kind3 = 0;
    this.#kind4 = 0;
  }

  /**
   * Takes the next token: groups of one to three tell every keyword apart, groups of three to five tell kinds of words apart.
   *
   * @returns how many of the hashes there are
   */
  next(token: number): number {
    const { hashes } = this;
    const kind = COARSE[token] ?? 0;
    const exact1 = this.#exact1;
    const exact2 = this.#exact2;
    const kind1 = this.#kind1;
    const kind2 = this.#kind2;
    const kind3 = this.#kind3;
    const kind4 = this.#kind4;
    this.#exact2 = exact1;
    this.#exact1 = token;
    this.#kind4 = kind3;
    this.#kind3 = kind2;
    this.#kind2 = kind1;
    this.#kind1 = kind;
    let hash = extend(0, token);
    hashes[0] = hash;
    if (exact1 === 0) return 1;
    hash = extend(hash, exact1);
    hashes[1] = hash;
    if (exact2 === 0) return 2;
    hashes[2] = extend(hash, exact2);
    let coarse = extend(extend(extend(COARSE_SEED, kind), kind1), kind2);
    hashes[3] = coarse;
    if (kind3 === 0) return 4;
    coarse = extend(coarse, kind3);
    hashes[4] = coarse;
    if (kind4 === 0) return 5;
    hashes[5] = extend(coarse, kind4);
    return 6;
  }
}
