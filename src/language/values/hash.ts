// FNV-1a with 32 bits of state, for sampling, for naming by content and for telling data apart before it is compared. Not for
// data whose sender gains by a collision.

/** What a hash begins with. */
export const HASH_START = 0x811c9dc5;

/** The state after one more unit. */
export function hashUnit(state: number, unit: number): number {
  return Math.imul(state ^ unit, 0x01000193);
}

/** The state after the UTF-16 units of a text. */
export function hashUnits(from: number, text: string): number {
  let state = from;
  for (let at = 0; at < text.length; at++) state = hashUnit(state, text.charCodeAt(at));
  return state;
}

/**
 * The hash of a finished state, 0 to 2^32 - 1, with the final mixing of MurmurHash3: without it, texts that differ in their
 * last unit lie close together.
 */
export function mixedHash(state: number): number {
  let hash = Math.imul(state ^ (state >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
