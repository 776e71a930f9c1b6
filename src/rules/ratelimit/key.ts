import { sha256 } from "@noble/hashes/sha2.js";
import { base64Encode, fromUint8Array, toUint8Array } from "../../language/values/bytes.ts";
import { formatIp } from "../../language/values/ip.ts";
import { Ip6, type Nillable, type Value } from "../../language/values/value.ts";
import { isMapValue } from "../../language/values/value-guards.ts";

/** Longer keys are hashed: request data must not determine the memory of a counter. */
export const MAX_KEY = 96;
/** Characters of a SHA-256 in Base64. */
export const HASH_LENGTH = 43;

/**
 * One text for a tuple of values, different for different tuples: every part has its type and its length. A missing
 * value and an empty one are two values. At most {@link MAX_KEY} characters: in a longer key long texts are replaced by
 * their SHA-256, so that the rest can still be read, and a key that is still too long is `#` and its SHA-256.
 *
 * @param values undefined: the value is missing.
 */
export function encodeKey(prefix: string, values: readonly Nillable<Value>[]): string {
  let key = prefix;
  for (const value of values) key += encode(value);
  if (key.length <= MAX_KEY) return key;
  key = prefix;
  for (const value of values) key += isLong(value) ? `h${hashOf(value)}` : encode(value);
  return bounded(key);
}

/** The part of a key that names the rule. */
export function keyPrefix(ruleset: string, ref: string): string {
  return bounded(`${ruleset.length}:${ruleset}${ref.length}:${ref}`, MAX_KEY / 2);
}

function bounded(key: string, most = MAX_KEY): string {
  return key.length <= most ? key : `#${hashOf(key)}`;
}

/** SHA-256 as {@link HASH_LENGTH} characters. */
export function hashOf(text: string): string {
  return base64Encode(fromUint8Array(sha256(toUint8Array(text))), { url: true, pad: false });
}

function isLong(value: Nillable<Value>): value is string {
  return typeof value === "string" && value.length > HASH_LENGTH;
}

function encode(value: Nillable<Value>): string {
  switch (typeof value) {
    case "undefined":
      return "-";
    case "string":
      return `s${value.length}:${value}`;
    // The type of a characteristic is fixed, so an IPv4 address and an integer are never in the same place.
    case "number":
    case "bigint":
      return `n${value};`;
    case "boolean":
      return value ? "t" : "f";
    default:
      return encodeObject(value);
  }
}

function encodeObject(value: Exclude<Value, string | number | bigint | boolean>): string {
  if (value instanceof Ip6) return `p${formatIp(value)};`;
  if (isMapValue(value)) {
    // Maps are equal whatever the order of their keys.
    const entries = [...value].sort(([left], [right]) => (left < right ? -1 : 1));
    return `m${entries.length}:${entries.map(([key, item]) => encode(key) + encode(item)).join("")}`;
  }
  return `a${value.length}:${value.map(encode).join("")}`;
}
