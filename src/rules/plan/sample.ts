import type { ValueExpression } from "../../language/compile/compile.ts";
import type { EvaluationContext } from "../../language/scheme/execution-context.ts";
import { formatIp } from "../../language/values/ip.ts";
import { Ip6, type Value } from "../../language/values/value.ts";

/** Decides which requests a sampled rule sees. Deterministic: the same key is always in, or always out. */
export class Sampler {
  readonly rate: number;
  readonly key: ValueExpression | undefined;
  readonly #salt: string;
  readonly #threshold: number;

  /** @param salt keeps two rules of one rate from sampling the same clients. */
  constructor(rate: number, key: ValueExpression | undefined, salt: string) {
    this.rate = rate;
    this.key = key;
    this.#salt = salt;
    this.#threshold = rate * 2 ** 32;
  }

  /** `reference` stands for the key when the rule names none, or when it has no value for this request. */
  includes(context: EvaluationContext, reference: string): boolean {
    const value = this.key?.read(context);
    return hash(this.#salt, value === undefined ? reference : keyText(value)) < this.#threshold;
  }
}

/** FNV-1a with the final mixing of MurmurHash3: without it, keys that differ in their last byte lie close together. */
function hash(salt: string, text: string): number {
  let state = 0x811c9dc5;
  for (let at = 0; at < salt.length; at++) state = Math.imul(state ^ salt.charCodeAt(at), 0x01000193);
  state = Math.imul(state ^ 0xff, 0x01000193);
  for (let at = 0; at < text.length; at++) state = Math.imul(state ^ text.charCodeAt(at), 0x01000193);
  state = Math.imul(state ^ (state >>> 16), 0x85ebca6b);
  state = Math.imul(state ^ (state >>> 13), 0xc2b2ae35);
  return (state ^ (state >>> 16)) >>> 0;
}

function keyText(value: Value): string {
  if (typeof value === "string") return value;
  if (value instanceof Ip6) return formatIp(value);
  if (Array.isArray(value)) return value.map(keyText).join("\n");
  if (value instanceof Map) return [...value].map(([key, item]) => `${key}\n${keyText(item)}`).join("\n");
  return String(value);
}
