import type { ValueExpression } from "../../language/compile/compile.ts";
import type { EvaluationContext } from "../../language/scheme/execution-context.ts";
import { HASH_START, hashUnit, hashUnits, mixedHash } from "../../language/values/hash.ts";
import { formatIp } from "../../language/values/ip.ts";
import { Ip6, type Value } from "../../language/values/value.ts";

/** Selects the requests that a sampled rule sees. Deterministic: the same key is always in, or always out. */
export class Sampler {
  readonly rate: number;
  readonly key: ValueExpression | undefined;
  /** Hash state of the salt. */
  readonly #salted: number;
  readonly #threshold: number;

  /** @param salt keeps two rules of one rate from sampling the same clients. */
  constructor(rate: number, key: ValueExpression | undefined, salt: string) {
    this.rate = rate;
    this.key = key;
    this.#salted = hashUnit(hashUnits(HASH_START, salt), 0xff);
    this.#threshold = rate * 2 ** 32;
  }

  /** `reference` stands for the key when the rule names none, or when it has no value for this request. */
  includes(context: EvaluationContext, reference: string): boolean {
    const value = this.key?.read(context);
    const key = value === undefined ? reference : keyText(value);
    return mixedHash(hashUnits(this.#salted, key)) < this.#threshold;
  }
}

function keyText(value: Value): string {
  if (typeof value === "string") return value;
  if (value instanceof Ip6) return formatIp(value);
  if (Array.isArray(value)) return value.map(keyText).join("\n");
  if (value instanceof Map) return [...value].map(([key, item]) => `${key}\n${keyText(item)}`).join("\n");
  return String(value);
}
