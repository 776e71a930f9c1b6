import { sha256 } from "@noble/hashes/sha2.js";
import { toUint8Array, utf8Encode } from "../../language/values/bytes.ts";
import { canonicalJson, listToPlain, rulesetToPlain } from "../../rules/ruleset/canonical.ts";
import type { Configuration, ListDocument, RulesetDocument } from "../../rules/ruleset/document.ts";

/** Hashed in parts: the bytes of a configuration with a million list items need not exist all at once. */
const PART = 1 << 16;

/**
 * SHA-256 over the hashes of a configuration's rulesets and lists, in their order, in lower-case hex. Each of them is the
 * SHA-256 of its canonical text: what did not change need not be hashed again.
 */
export function contentHash({ rulesets, lists, conditions }: Configuration): string {
  return hashConfiguration(rulesets, lists, new WeakMap(), conditions);
}

/** @param known hashes of documents that nobody changes; those of the others are added. */
export function hashConfiguration(
  rulesets: readonly RulesetDocument[],
  lists: readonly ListDocument[],
  known: WeakMap<object, string>,
  conditions?: Configuration["conditions"],
): string {
  const parts = [
    ...rulesets.map((ruleset) => `ruleset ${hashOf(ruleset, rulesetHash, known)}`),
    ...lists.map((list) => `list ${hashOf(list, listHash, known)}`),
    ...(conditions === undefined ? [] : [`conditions ${hashText(conditionsText(conditions))}`]),
  ];
  return hashText(parts.join("\n"));
}

function conditionsText(conditions: NonNullable<Configuration["conditions"]>): string {
  return canonicalJson({ rulesets: [], lists: [], conditions });
}

function hashOf<T extends object>(
  document: T,
  hashAnew: (document: T) => string,
  known: WeakMap<object, string>,
): string {
  let hash = known.get(document);
  if (hash === undefined) {
    hash = hashAnew(document);
    known.set(document, hash);
  }
  return hash;
}

/** SHA-256 of a ruleset's canonical text. */
export function rulesetHash(document: RulesetDocument): string {
  return hashText(JSON.stringify(rulesetToPlain(document)));
}

function listHash(document: ListDocument): string {
  return hashText(JSON.stringify(listToPlain(document)));
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
