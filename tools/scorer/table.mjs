// From learned weights to the table that the scorer looks them up in: which features get a place, in whole steps.

/** Places of the table: a check byte and a weight each, 64 KB together. */
export const BITS = 15;
const STEPS = 127;
const FULL = 8;

/** Each place goes to the feature that matters most of those that would have it. @returns {Uint8Array} 1 for features with a place */
export function placed({ hashes, df }, { weights }) {
  const owner = new Int32Array(2 ** BITS).fill(-1);
  const worth = (f) => Math.abs(weights[f]) * Math.sqrt(df[f]);
  for (let f = 0; f < hashes.length; f++) {
    const place = hashes[f] >>> (32 - BITS);
    if (weights[f] !== 0 && (owner[place] < 0 || worth(f) > worth(owner[place]))) owner[place] = f;
  }
  const keep = new Uint8Array(hashes.length);
  for (const f of owner) if (f >= 0) keep[f] = 1;
  return keep;
}

/** The blocks of texts with only such features. */
export const only = (blocks, keep) =>
  blocks.map((list) => list.map((block) => block.filter((f) => keep[f] === 1)));

/** Weights in steps of the largest that they are clipped to, none of them 0. */
export function quantised(hashes, keep, { weights }) {
  const largest = weights.reduce((most, weight, f) => (keep[f] ? Math.max(most, Math.abs(weight)) : most), 0);
  const scale = Math.min(largest, FULL) / STEPS;
  const bytes = new Uint8Array(2 * 2 ** BITS);
  const rounded = new Float32Array(weights.length);
  for (let f = 0; f < hashes.length; f++) {
    if (!keep[f]) continue;
    const nearest = Math.max(-STEPS, Math.min(STEPS, Math.round(weights[f] / scale)));
    const step = nearest || (weights[f] < 0 ? -1 : 1);
    const place = hashes[f] >>> (32 - BITS);
    bytes[place] = hashes[f] & 255;
    bytes[2 ** BITS + place] = step & 255;
    rounded[f] = step * scale;
  }
  return { scale, bytes, rounded };
}
