import { utf8Encode } from "../../language/values/bytes.ts";
import { formatIp, parseIp } from "../../language/values/ip.ts";
import type { Type } from "../../language/values/types.ts";
import { Ip6, type Nillable, type Value } from "../../language/values/value.ts";
import { HASH_LENGTH } from "./key.ts";

/** A part of a key as text: bytes, or null for a missing value. */
export type KeyText = string | null;

/**
 * The values of a key from {@link encodeKey}, as texts.
 *
 * @param types of the values, which determine what a number means.
 * @returns undefined for a key that is hashed as a whole, or of another rule.
 */
export function readKey(key: string, prefix: string, types: readonly Type[]): readonly KeyText[] | undefined {
  if (!key.startsWith(prefix)) return undefined;
  const reader = new KeyReader(key, prefix.length);
  const texts: KeyText[] = [];
  for (const type of types) {
    const text = reader.next(type);
    if (text === undefined) return undefined;
    texts.push(text);
  }
  return reader.isAtEnd ? texts : undefined;
}

/** Maps and arrays within each other, deeper than any scheme allows. */
const MAX_DEPTH = 16;

/** Stores may return anything, so nothing about a key is assumed. */
class KeyReader {
  readonly #key: string;
  #at: number;

  constructor(key: string, start: number) {
    this.#key = key;
    this.#at = start;
  }

  get isAtEnd(): boolean {
    return this.#at === this.#key.length;
  }

  /** Undefined: the key continues differently. */
  next(type: Type, depth = 0): KeyText | undefined {
    switch (this.#key[this.#at++]) {
      case "-":
        return null;
      case "t":
        return "true";
      case "f":
        return "false";
      case "s":
        return this.#take(this.#length());
      case "h": {
        const hash = this.#take(HASH_LENGTH);
        return hash === undefined ? undefined : `sha256:${hash}`;
      }
      case "n": {
        const digits = this.#upTo(";");
        if (digits === undefined || !/^-?[0-9]{1,20}$/.test(digits)) return undefined;
        return type.kind === "Ip" ? ip4Text(Number(digits)) : digits;
      }
      case "p":
        return this.#upTo(";");
      case "a":
        return this.#items(type, depth, 1);
      case "m":
        return this.#items(type, depth, 2);
      default:
        return undefined;
    }
  }

  #items(type: Type, depth: number, each: 1 | 2): string | undefined {
    const count = this.#length();
    // Every part has at least one character.
    if (count === undefined || count > this.#key.length || depth >= MAX_DEPTH) return undefined;
    const element = "element" in type ? type.element : type;
    const texts: string[] = [];
    for (let at = 0; at < count; at++) {
      const parts: KeyText[] = [];
      for (let part = 0; part < each; part++) {
        const text = this.next(element, depth + 1);
        if (text === undefined) return undefined;
        parts.push(text);
      }
      texts.push(parts.map((part) => part ?? "").join("="));
    }
    return texts.join(", ");
  }

  #length(): number | undefined {
    const digits = this.#upTo(":");
    return digits !== undefined && /^[0-9]{1,6}$/.test(digits) ? Number(digits) : undefined;
  }

  #upTo(end: string): string | undefined {
    const found = this.#key.indexOf(end, this.#at);
    if (found === -1) return undefined;
    const text = this.#key.slice(this.#at, found);
    this.#at = found + 1;
    return text;
  }

  #take(length: number | undefined): string | undefined {
    if (length === undefined || this.#at + length > this.#key.length) return undefined;
    const text = this.#key.slice(this.#at, this.#at + length);
    this.#at += length;
    return text;
  }
}

function ip4Text(address: number): string | undefined {
  return address >= 0 && address <= 0xffff_ffff ? formatIp(address) : undefined;
}

/**
 * A value from the text that a list of limits shows; null is the missing one, an IPv6 network is kept.
 *
 * @returns undefined when the text is not of that type.
 */
export function valueOfText(text: KeyText, type: Type): { readonly value: Nillable<Value> } | undefined {
  if (text === null) return { value: undefined };
  switch (type.kind) {
    case "Bytes":
      return { value: utf8Encode(text) };
    case "Ip": {
      const value = parseIp(text.replace(/\/[0-9]{1,3}$/, ""));
      return value === undefined ? undefined : { value };
    }
    case "Int":
      return /^-?[0-9]{1,15}$/.test(text) ? { value: Number(text) } : undefined;
    case "Bool":
      return text === "true" || text === "false" ? { value: text === "true" } : undefined;
    default:
      return undefined;
  }
}

/** The text of an IPv6 network in a key: the address alone does not show how many bits count. */
export function withPrefixLength(text: string, bits: number): string {
  return bits < 128 && parseIp(text) instanceof Ip6 ? `${text}/${bits}` : text;
}
