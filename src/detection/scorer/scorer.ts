// On the request's path: a token costs six look-ups in a table of 64 KB, and nothing is allocated.
import { BLOCK, Features } from "./features.ts";
import { isQuiet, TokenReader } from "./tokens.ts";
import { SHIPPED } from "./weights.ts";
import { decodeWeights, type Weights, type WeightsText } from "./weights-text.ts";

/** What the scorer says of one text. */
export interface Opinion {
  /** Log-odds that the text is an attack: 0 is undecided, above is attack. */
  readonly score: number;
  /** Share of its tokens that sentences are made of, 0 to 1: words, commas, full stops. */
  readonly prose: number;
}

export interface Scorer {
  /** Log-odds that a text is an attack: 0 is undecided, above is attack. Always finite. */
  score(text: string): number;
  opinion(text: string): Opinion;
}

/** The score of a text with nothing to judge: plain words, or a token or two. Also the lowest score. */
export const NOTHING = -12;
/** The highest score. */
export const CERTAIN = 12;

/** Tokens of the shortest text that is judged. */
const FEWEST_TOKENS = 3;
/** Keywords of a text that is judged though it has no marks. */
const FEWEST_KEYWORDS = 2;

/** Whole blocks, so that none is read in two pieces. */
const tokens = new Uint16Array(100 * BLOCK);
const features = new Features();
const reader = new TokenReader();

/** Block in which each place of the table was used last, for a feature counts once in a block. */
let used = new Int32Array(0);
let block = 0;

/** A scorer over weights of its own, such as ones that never saw the texts that it is tried on. */
export function scorerWith(text: WeightsText): Scorer {
  let decoded: Weights | undefined;
  const score = (value: string): number => {
    decoded ??= decodeWeights(text);
    return judge(value, decoded);
  };
  return {
    score,
    opinion: (value) => ({
      score: score(value),
      prose: reader.count === 0 ? 1 : reader.plain / reader.count,
    }),
  };
}

const shipped = scorerWith(SHIPPED);

/** Log-odds that a text is an attack, by the weights of this package. @internal */
export const score = (text: string): number => shipped.score(text);
/** The same, with the share of plain words. */
export const opinion = (text: string): Opinion => shipped.opinion(text);

/** The most suspicious window of a text. */
function judge(text: string, weights: Weights): number {
  if (isPlain(text)) return NOTHING;
  const { bias, scale, shift, table } = weights;
  if (used.length < table.length) used = new Int32Array(table.length);
  const places = used;
  const { hashes } = features;
  reader.begin(text);
  features.begin();
  let sumBefore = 0;
  let countBefore = 0;
  let blocks = 0;
  let highest = Number.NEGATIVE_INFINITY;
  while (true) {
    const end = reader.fill(tokens);
    for (let start = 0; start < end; start += BLOCK) {
      nextBlock();
      const found = features.block(tokens, start, Math.min(start + BLOCK, end));
      let sum = 0;
      let count = 0;
      for (let i = 0; i < found; i++) {
        const hash = hashes[i] ?? 0;
        const place = hash >>> shift;
        const entry = table[place] ?? 0;
        // The check byte of the entry must be the hash's last one, and its weight not 0, which stands for an empty place.
        if (((entry >> 8) & 255) !== (hash & 255)) continue;
        const step = (entry << 24) >> 24;
        if (step === 0 || places[place] === block) continue;
        places[place] = block;
        sum += step;
        count++;
      }
      // A text of one block has that one for its window.
      if (blocks++ > 0 || end <= BLOCK)
        highest = Math.max(highest, windowOf(sumBefore + sum, countBefore + count));
      sumBefore = sum;
      countBefore = count;
    }
    if (end < tokens.length) break;
  }
  if (reader.count < FEWEST_TOKENS) return NOTHING;
  return Math.max(NOTHING, Math.min(CERTAIN, highest * scale + bias));
}

/** Whether there is nothing to judge. Leaves the reader with the text's counts. */
export function isPlain(text: string): boolean {
  reader.begin(text);
  if (!isQuiet(text)) return false;
  let end = tokens.length;
  while (end === tokens.length) end = reader.fill(tokens);
  return reader.loaded < FEWEST_KEYWORDS;
}

/** Longer windows have more to add up, so that a sum counts for less. */
const windowOf = (sum: number, count: number): number => sum / (1 + Math.sqrt(count));

function nextBlock(): void {
  block++;
  if (block > 0x7ffffff0) {
    used.fill(0);
    block = 1;
  }
}
