// Logistic regression over groups of tokens, with a fixed order: the same texts give the same weights, to the bit.

const TABLE_BITS = 24;
/** Tokens of one text, at most. */
const MOST_TOKENS = 60_000;

/** Texts as blocks of features. Identical strings of tokens are kept once. */
export class Texts {
  #scorer;
  #known = new Map();
  #tokens = new Uint16Array(MOST_TOKENS);
  #reader;
  /** Per text: its number of blocks, its tokens as hashes of features, block by block. */
  blocks = [];
  counts = [];

  constructor(scorer) {
    this.#scorer = scorer;
    this.#reader = new scorer.TokenReader();
  }

  get size() {
    return this.blocks.length;
  }

  /** @returns {number} the number of a text, the same for texts of the same tokens */
  add(text) {
    const { BLOCK } = this.#scorer;
    const groups = new this.#scorer.Features();
    const tokens = this.#tokens;
    this.#reader.begin(text);
    const count = this.#reader.fill(tokens);
    const key = Buffer.from(tokens.buffer, 0, count * 2).toString("latin1");
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const blocks = [];
    for (let start = 0; start < count; start += BLOCK) {
      const features = new Set();
      const n = groups.block(tokens, start, Math.min(start + BLOCK, count));
      for (let k = 0; k < n; k++) features.add(groups.hashes[k]);
      blocks.push(Int32Array.from(features));
    }
    this.#known.set(key, this.blocks.length);
    this.blocks.push(blocks);
    this.counts.push(count);
    return this.blocks.length - 1;
  }
}

/** Numbers for the features that at least so many texts have. */
export function numbered(texts, least) {
  const size = 1 << TABLE_BITS;
  const keys = new Int32Array(size);
  const counts = new Int32Array(size);
  const last = new Int32Array(size).fill(-1);
  const slotOf = (key) => {
    let slot = Math.imul(key, 0x85ebca6b) >>> (32 - TABLE_BITS);
    while (counts[slot] !== 0 && keys[slot] !== key) slot = (slot + 1) & (size - 1);
    return slot;
  };
  texts.blocks.forEach((blocks, text) => {
    for (const block of blocks) {
      for (const key of block) {
        const slot = slotOf(key);
        if (last[slot] === text) continue;
        keys[slot] = key;
        last[slot] = text;
        counts[slot]++;
      }
    }
  });
  const hashes = [];
  const id = last.fill(-1);
  for (let slot = 0; slot < size; slot++) {
    if (counts[slot] >= least) {
      id[slot] = hashes.length;
      hashes.push(keys[slot]);
    }
  }
  const df = new Int32Array(hashes.length);
  const blocks = texts.blocks.map((list) =>
    list.map((block) => {
      const ids = [];
      for (const key of block) {
        const number = id[slotOf(key)];
        if (number >= 0) ids.push(number);
      }
      return Int32Array.from(ids);
    }),
  );
  for (let slot = 0; slot < size; slot++) if (id[slot] >= 0) df[id[slot]] = counts[slot];
  return { hashes: Int32Array.from(hashes), df, blocks };
}

/** The best window of a text: its first block, its score. */
export function best(blocks, weights, bias, out) {
  let before = 0;
  let countBefore = 0;
  let highest = Number.NEGATIVE_INFINITY;
  let at = 0;
  for (let i = 0; i < blocks.length; i++) {
    const block = blocks[i];
    let sum = 0;
    for (let j = 0; j < block.length; j++) sum += weights[block[j]];
    const size = countBefore + block.length;
    const window = (before + sum) / (1 + Math.sqrt(size));
    countBefore = block.length;
    if ((i > 0 || blocks.length === 1) && window > highest) {
      highest = window;
      at = i;
    }
    before = sum;
  }
  if (out) out.at = at;
  return highest + bias;
}

/**
 * @param units attacks: lists of texts, of which the one that looks most like an attack counts; benign ones: one text each
 */
export function regression(data, attacks, benign, options) {
  const { epochs, rate, decay, attackWeight = 1 } = options;
  const count = data.hashes.length;
  const weights = new Float32Array(count);
  const squares = new Float32Array(count).fill(1e-3);
  let bias = -1;
  let biasSquares = 1;
  let random = 12345;
  const draw = (n) => {
    random = (Math.imul(random, 1103515245) + 12345) >>> 0;
    return Math.floor((random / 2 ** 32) * n);
  };
  const order = Int32Array.from({ length: attacks.length + benign.length }, (_, i) => i);
  const at = { at: 0 };

  const learn = (blocks, from, to, label, weight) => {
    let sum = 0;
    let size = 0;
    for (let b = from; b <= to; b++) {
      const block = blocks[b];
      size += block.length;
      for (let j = 0; j < block.length; j++) sum += weights[block[j]];
    }
    const scale = 1 / (1 + Math.sqrt(size));
    const gradient = (1 / (1 + Math.exp(-sum * scale - bias)) - label) * weight;
    if (Math.abs(gradient) < 1e-3) return;
    biasSquares += gradient * gradient;
    bias -= (rate * gradient) / Math.sqrt(biasSquares);
    const slope = gradient * scale;
    for (let b = from; b <= to; b++) {
      const block = blocks[b];
      for (let j = 0; j < block.length; j++) {
        const f = block[j];
        const g = slope + decay * weights[f];
        squares[f] += g * g;
        weights[f] -= (rate * g) / Math.sqrt(squares[f]);
      }
    }
  };

  for (let epoch = 0; epoch < epochs; epoch++) {
    for (let i = order.length - 1; i > 0; i--) {
      const j = draw(i + 1);
      const other = order[i];
      order[i] = order[j];
      order[j] = other;
    }
    for (const unit of order) {
      if (unit < attacks.length) {
        const { texts, weight } = attacks[unit];
        let chosen = texts[0];
        if (texts.length > 1 && epoch > 0) {
          let highest = Number.NEGATIVE_INFINITY;
          for (const text of texts) {
            const score = best(data.blocks[text], weights, bias);
            if (score > highest) {
              highest = score;
              chosen = text;
            }
          }
        }
        for (const text of texts.length > 1 && epoch === 0 ? texts : [chosen]) {
          const blocks = data.blocks[text];
          best(blocks, weights, bias, at);
          learn(blocks, Math.max(0, at.at - 1), at.at, 1, weight * attackWeight);
        }
      } else {
        const { text, weight } = benign[unit - attacks.length];
        const blocks = data.blocks[text];
        if (blocks.length === 1) learn(blocks, 0, 0, 0, weight);
        else {
          const step = blocks.length > 40 ? 3 : 1;
          for (let b = 1; b < blocks.length; b += step) learn(blocks, b - 1, b, 0, weight);
        }
      }
    }
  }
  return { weights, bias };
}
