import { VOCABULARY } from "./tokens.ts";

/** Weights as a module or a file holds them. */
export interface WeightsText {
  /** The vocabulary that they were learned under. */
  readonly vocabulary: string;
  /** Added to each window's sum. */
  readonly bias: number;
  /** What one step of a weight is worth. */
  readonly scale: number;
  /** Base64 of 2 ** `bits` check bytes, then as many weights from -127 to 127. */
  readonly table: string;
  readonly bits: number;
}

/** Weights as the scorer looks them up. */
export interface Weights {
  readonly bias: number;
  readonly scale: number;
  /** A hash's upper bits are its place, and a check byte tells most other hashes apart: they have no weight. */
  readonly shift: number;
  /** Check byte above, weight below. */
  readonly table: Int16Array;
}

const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** @throws when they do not fit this version of the scorer: a fault of who made them, never of a request */
export function decodeWeights(text: WeightsText): Weights {
  const { vocabulary, bias, scale, bits } = text;
  if (vocabulary !== VOCABULARY)
    throw new Error(`weights of vocabulary ${vocabulary} do not fit ${VOCABULARY}: train them again`);
  const size = 2 ** bits;
  const bytes = decode(text.table, 2 * size);
  return {
    bias,
    scale,
    shift: 32 - bits,
    table: Int16Array.from({ length: size }, (_, i) => ((bytes[i] ?? 0) << 8) | (bytes[size + i] ?? 0)),
  };
}

function decode(text: string, size: number): Uint8Array {
  const values = new Uint8Array(128);
  for (let i = 0; i < DIGITS.length; i++) values[DIGITS.charCodeAt(i)] = i;
  const bytes = new Uint8Array(size);
  let n = 0;
  let held = 0;
  let bits = 0;
  for (let i = 0; i < text.length && n < size; i++) {
    held = ((held << 6) | (values[text.charCodeAt(i)] ?? 0)) & 0xfff;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      bytes[n++] = held >> bits;
    }
  }
  if (n < size) throw new Error(`the table of weights ends after ${n} of ${size} bytes`);
  return bytes;
}
