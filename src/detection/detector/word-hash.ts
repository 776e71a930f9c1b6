// Readers work the hash of a word out byte by byte (FNV-1a), so that most words are never cut out of a text to be looked up.

export const WORD_SEED = 0x811c9dc5;

/** The hash of a word with one more byte. */
export function wordStep(hash: number, code: number): number {
  return Math.imul(hash ^ code, 0x01000193);
}
