// On the request's path: a token costs six look-ups in a table of 64 KB, and nothing is allocated.
import { BLOCK, Features } from "./features.ts";
import { isQuiet, PLAIN, TOKEN, TokenReader } from "./tokens.ts";
import { SHIPPED } from "./weights.ts";
import { decodeWeights, type Weights, type WeightsText } from "./weights-text.ts";

/** What the scorer says of one text. */
export interface Opinion {
  /** Log-odds that the text is an attack: 0 is undecided, above is attack. */
  readonly score: number;
  /**
   * Share of tokens that sentences are made of, 0 to 1: words, commas, full stops. It is that of the window with the score, so
   * that sentences elsewhere change nothing.
   */
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

/** Tokens of the shortest text that is evaluated. */
const FEWEST_TOKENS = 3;
/** Keywords of a text that is evaluated though it has no marks. */
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
      prose: window.count === 0 ? 1 : window.plain / window.count,
    }),
  };
}

const shipped = scorerWith(SHIPPED);

/** Log-odds that a text is an attack, by the weights of this package. @internal */
export const score = (text: string): number => shipped.score(text);
/** The same, with the share of plain words. */
export const opinion = (text: string): Opinion => shipped.opinion(text);

/** Tokens of the window that had the highest score, without starts, ends and new lines, and plain ones among them. */
const window = { count: 0, plain: 0 };
const current = { count: 0, plain: 0 };
const previous = { count: 0, plain: 0 };

/** The most suspicious window of a text. */
function judge(text: string, weights: Weights): number {
  clear(window);
  if (isPlain(text)) return NOTHING;
  clear(previous);
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
      countPlain(start, Math.min(start + BLOCK, end));
      // A text of one block has that one for its window.
      if (blocks++ > 0 || end <= BLOCK) {
        const value = windowOf(sumBefore + sum, countBefore + count);
        if (value > highest) {
          highest = value;
          window.count = previous.count + current.count;
          window.plain = previous.plain + current.plain;
        }
      }
      previous.count = current.count;
      previous.plain = current.plain;
      sumBefore = sum;
      countBefore = count;
    }
    if (end < tokens.length) break;
  }
  if (reader.count < FEWEST_TOKENS) return NOTHING;
  return Math.max(NOTHING, Math.min(CERTAIN, highest * scale + bias));
}

function clear(counts: { count: number; plain: number }): void {
  counts.count = 0;
  counts.plain = 0;
}

/** Counts the tokens of a block. */
function countPlain(start: number, end: number): void {
  clear(current);
  for (let at = start; at < end; at++) {
    const token = tokens[at] ?? 0;
    if (token > TOKEN.newline) current.count++;
    current.plain += PLAIN[token] ?? 0;
  }
}

/** Whether there is nothing to judge. */
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
