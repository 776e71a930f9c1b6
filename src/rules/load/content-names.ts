import { isMembers } from "../../documents/text/members.ts";
import { HASH_START, hashUnits } from "../../language/values/hash.ts";

/** The content of a rule, as written. */
export interface RuleContent {
  readonly action?: unknown;
  readonly expression?: unknown;
  readonly description?: unknown;
  readonly action_parameters?: unknown;
  readonly ratelimit?: unknown;
}

/**
 * Names for the rules of one ruleset that have neither `ref` nor `id`: Terraform rules, and request bodies for
 * Cloudflare's API. Their content names them, not their position: inserting a rule does not rename those after it.
 * Equal rules are numbered in their order.
 */
export class ContentNames {
  readonly #taken: Set<unknown>;
  /** Rules so far, by the name derived from their content. */
  readonly #counts = new Map<string, number>();

  /** @param rules all of the ruleset, as written: names that they already have are not reused. */
  constructor(rules: readonly unknown[]) {
    this.#taken = new Set(rules.flatMap((rule) => (isMembers(rule) ? [rule["ref"], rule["id"]] : [])));
  }

  /** The name of the next rule without one. */
  nameOf(rule: RuleContent): string {
    const { action, expression, description, action_parameters: parameters, ratelimit } = rule;
    const content = [action, expression, description].map(String);
    for (const part of [parameters, ratelimit]) if (part !== undefined) content.push(textOf(part));
    const hash = hashUnits(HASH_START, content.join("\n")) >>> 0;
    const word = `content-${hash.toString(16).padStart(8, "0")}`;
    let count = this.#counts.get(word) ?? 0;
    let name: string;
    do {
      count++;
      name = count === 1 ? word : `${word}-${count}`;
    } while (this.#taken.has(name));
    this.#counts.set(word, count);
    return name;
  }
}

/** The order of members is irrelevant. */
function textOf(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    isMembers(part) ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1))) : part,
  );
}
