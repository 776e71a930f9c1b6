import { sha256 } from "@noble/hashes/sha2.js";
import { toUint8Array, utf8Encode } from "../../expression/values/bytes.ts";
import { canonicalJson } from "../../ruleset/canonical.ts";
import type { Configuration } from "../../ruleset/options.ts";

/** Hashed in parts: the bytes of a configuration with a million list items need not exist all at once. */
const PART = 1 << 16;

/** SHA-256 of the canonical text of a configuration, in lower-case hex. */
export function contentHash(configuration: Configuration): string {
  return hashText(canonicalJson(configuration));
}

/** SHA-256 of a text's UTF-8 bytes, in lower-case hex. */
export function hashText(text: string): string {
  const hash = sha256.create();
  for (let at = 0; at < text.length; ) {
    let end = Math.min(at + PART, text.length);
    // A surrogate pair must not be cut: each half would be encoded as U+FFFD.
    const last = text.charCodeAt(end - 1);
    if (end < text.length && last >= 0xd800 && last < 0xdc00) end++;
    hash.update(toUint8Array(utf8Encode(text.slice(at, end))));
    at = end;
  }
  // Joined, not added up: a text put together by `+` stays a tree, of 900 bytes here, for as long as it is kept.
  return Array.from(hash.digest(), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
