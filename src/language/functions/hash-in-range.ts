import { sha256 } from "@noble/hashes/sha2.js";
import { defineFunction } from "../scheme/define-function.ts";
import type { ArgumentInfo } from "../scheme/definitions.ts";
import { toUint8Array } from "../values/bytes.ts";
import { normalizeInt } from "../values/int.ts";
import { Bool, Bytes, Int, Ip } from "../values/types.ts";
import type { IntValue, Value } from "../values/value.ts";
import { dynamic, literal } from "./parameters.ts";
import { textForm } from "./text-of.ts";

const INPUTS = [Bytes, Int, Ip, Bool];

type Hash = (
  min: IntValue | undefined,
  max: IntValue | undefined,
  ...inputs: readonly (Value | undefined)[]
) => IntValue | undefined;

/**
 * `min` plus the hash modulo the range's size. The hash is the first eight bytes of SHA-256, most significant
 * first, over all inputs: of each the length in four such bytes, then its text (a missing input has none). Fixed
 * for ever: samples must stay the same over versions and machines.
 */
function hashing(min: bigint, max: bigint, types: readonly ArgumentInfo[]): Hash {
  const texts = types.map(({ type }) => textForm(type));
  const size = max - min;
  return (_min, _max, ...inputs) => {
    let message = "";
    inputs.forEach((input, at) => {
      const text = input === undefined ? "" : texts[at]!(input);
      message += wordBytes(text.length) + text;
    });
    const digest = sha256(toUint8Array(message));
    const view = new DataView(digest.buffer, digest.byteOffset);
    return normalizeInt(min + (view.getBigUint64(0) % size));
  };
}

function wordBytes(word: number): string {
  return String.fromCharCode(word >>> 24, (word >>> 16) & 255, (word >>> 8) & 255, word & 255);
}

export const hashInRange = defineFunction({
  name: "hash_in_range",
  summary: "A number from `min` up to but not including `max`, always the same for the same inputs.",
  params: [literal("min", Int), literal("max", Int), dynamic("input", INPUTS)],
  variadic: dynamic("further", INPUTS),
  returns: Int,
  nil: "receive",
  total: true,
  cost: 1000,
  prepare: (args) => {
    const min = BigInt(args[0].literal);
    const max = BigInt(args[1].literal);
    if (max > min) return hashing(min, max, args.slice(2));
    return [
      {
        argument: 1,
        code: "E_ARG_VALUE",
        message: `the range ${min} to ${max} is empty`,
        hint: "`max` is not included, so it must be greater than `min`",
      },
    ];
  },
  // Only `prepare` knows the inputs' types, and it always runs.
  evaluate: (min) => min,
  examples: [
    { expression: "hash_in_range(0, 1, http.host)", given: { "http.host": "a.example" }, result: 0 },
    { expression: "hash_in_range(-3, -2, ip.src)", given: { "ip.src": "192.0.2.1" }, result: -3 },
    { expression: "hash_in_range(0, 1000, http.host)", given: { "http.host": "a.example" }, result: 498 },
    { expression: "hash_in_range(7, 8, http.host)", result: 7 },
  ],
});
