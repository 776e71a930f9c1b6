import { MisuseError } from "../../language/diagnostics/misuse.ts";
import { checkOptionNames, type NamesOf } from "../../language/diagnostics/option-names.ts";
import { checkText, wholeNumber } from "../../language/diagnostics/option-values.ts";
import { excerpt, printable } from "../../language/diagnostics/printable.ts";
import type { Nillable, Value } from "../../language/values/value.ts";
import type { Plan, RulePlan, RulesetPlan } from "../../rules/plan/plan.ts";
import type { CounterEntry } from "../../rules/ratelimit/counter-store.ts";
import { encodeKey, hashOf } from "../../rules/ratelimit/key.ts";
import type { LimiterPlan } from "../../rules/ratelimit/limiter-plan.ts";
import { networksIn } from "../../rules/ratelimit/networks.ts";
import { type KeyText, readKey, valueOfText, withPrefixLength } from "../../rules/ratelimit/read-key.ts";
import { placesIn } from "../../rules/ratelimit/secret-places.ts";
import { pause } from "../../rules/ratelimit/wait.ts";
import { EvaluationError, failureOf } from "../decision/failure.ts";
import { checkedTime } from "../events/iso-time.ts";
import type { Redactor } from "../events/redact.ts";
import type { Limiters } from "../snapshot/rate-limiters.ts";

/** A client, or another value that a limit distinguishes, that has used up its rate limit. */
export interface LimitEntry {
  /** Names the entry for {@link WafLimits.reset}, in this firewall and in others on the same store. */
  readonly id: string;
  /** Id of the ruleset. */
  readonly ruleset: string;
  /** Ref of the rule. */
  readonly rule: string;
  /**
   * Whom it limits: the value of each characteristic by its text, printable; null for a missing value. Secrets are hidden, long
   * texts stand as `sha256:…`. Empty when the whole key is hashed.
   */
  readonly key: Readonly<Record<string, string | null>>;
  /** The step of the limit, counted from 1; absent: the limit itself. */
  readonly step?: number;
  /** The count. */
  readonly count: number;
  /** Count above which the rule acts. */
  readonly limit: number;
  /** Seconds. */
  readonly period: number;
  /** Whether the action lasts in any case, for the `mitigation_timeout` of the rule. */
  readonly banned: boolean;
  /** Milliseconds since 1970 at which the client is within the limit again. */
  readonly until: number;
}

/** Which entries a list of limits has. */
export interface LimitQuery {
  /** Ref of a rule, or `ruleset/ref`. Default: all rules. */
  readonly rule?: string;
  /** Longest list, from 1 to 1,000; the entries that last longest come first. Default 100. */
  readonly most?: number;
  /** Time of the question, in milliseconds since 1970. Default: the option `now` of the firewall, or the clock. */
  readonly now?: number;
}

/** An entry, or the values that it is made of: of each characteristic by its text; null, or left out, for a missing value. */
export type LimitTarget =
  | { readonly id: string }
  | { readonly rule: string; readonly key: Readonly<Record<string, string | null>> };

/** Who is limited now, for operators. */
export interface WafLimits {
  /** Whether the counter store can be listed. */
  readonly canList: boolean;
  /**
   * Who is limited now by rules of the configuration in force.
   *
   * Rejects with a MisuseError (`E_OPTION` for a store that cannot be listed and for values that make no sense, `E_OPTION_UNKNOWN`,
   * `E_UNKNOWN_NAME` for a rule that does not exist), and with an EvaluationError when the store fails or does not answer in time.
   */
  list(query?: LimitQuery): Promise<readonly LimitEntry[]>;
  /**
   * Forgets what was counted and ends bans: the client begins anew in all steps of the rule. By rule and key it works with every
   * store, by id with those that can be listed. Rejects as {@link list} does.
   *
   * @returns false: there is no such entry any more.
   */
  reset(target: LimitTarget): Promise<boolean>;
}

const LIMIT_QUERY_NAMES: NamesOf<LimitQuery> = { rule: true, most: true, now: true };
const LIMIT_QUERY_DEFAULT = 100;
const LIMIT_QUERY_MOST = 1_000;
/** Entries of one rule among which one is looked for by its id. */
const MAX_SEARCHED = 100_000;
/** Keys that are hashed before requests get their turn: some ten milliseconds of work. */
const HASHED_AT_ONCE = 1_000;
/** Characters of a hash that name an entry: 132 bits. */
const ID_LENGTH = 22;

interface LimitedRule {
  readonly rule: RulePlan;
  readonly plan: LimiterPlan;
}

interface Found extends LimitedRule {
  readonly entry: CounterEntry;
}

export class FirewallLimits implements WafLimits {
  readonly #limiters: Limiters;
  readonly #plan: () => Plan;
  readonly #redact: () => Redactor;
  readonly #now: () => number;

  constructor(limiters: Limiters, plan: () => Plan, redact: () => Redactor, now: () => number) {
    this.#limiters = limiters;
    this.#plan = plan;
    this.#redact = redact;
    this.#now = now;
  }

  get canList(): boolean {
    return this.#limiters.canList;
  }

  async list(query: LimitQuery = {}): Promise<readonly LimitEntry[]> {
    checkOptionNames(query, LIMIT_QUERY_NAMES);
    const { rule, most = LIMIT_QUERY_DEFAULT } = query;
    checkText("rule", rule);
    wholeNumber("most", most, 1, LIMIT_QUERY_MOST);
    const now = checkedTime("now", query.now ?? this.#now());
    const redact = this.#redact();
    const found = await this.#found(this.#named(rule), most, now);
    const shown = found.flatMap((one) => this.#shown(one, now, redact) ?? []);
    return shown.sort((left, right) => right.until - left.until).slice(0, most);
  }

  async reset(target: LimitTarget): Promise<boolean> {
    checkTarget(target);
    if ("id" in target) {
      const found = await this.#found(this.#named(undefined), MAX_SEARCHED, this.#now());
      const one = await named(found, target.id);
      if (one === undefined) return false;
      await this.#reset(one, one.entry.key);
      return true;
    }
    for (const one of this.#named(target.rule)) await this.#reset(one, keyOf(one.plan, target.key));
    return true;
  }

  /** @throws MisuseError `E_UNKNOWN_NAME` when no rule with a limit has that name. */
  #named(name: string | undefined): readonly LimitedRule[] {
    const rules = limitedRules(this.#plan());
    if (name === undefined) return rules;
    const named = rules.filter(({ rule: { facts } }) =>
      [facts.ref, `${facts.ruleset}/${facts.ref}`].includes(name),
    );
    if (named.length > 0) return named;
    throw new MisuseError("E_UNKNOWN_NAME", `there is no rule \`${excerpt(name)}\` with a rate limit`);
  }

  async #found(rules: readonly LimitedRule[], most: number, now: number): Promise<readonly Found[]> {
    const lists = await Promise.all(
      rules.map(async (one) => {
        const entries = await this.#asked(one, () => this.#limiters.list(one.plan.prefix, most, now));
        return entries.map((entry) => ({ ...one, entry }));
      }),
    );
    return lists.flat();
  }

  #reset(one: LimitedRule, key: string): Promise<void> {
    return this.#asked(one, () => this.#limiters.reset(key));
  }

  async #asked<T>({ rule }: LimitedRule, ask: () => Promise<T>): Promise<T> {
    try {
      return await ask();
    } catch (error) {
      if (error instanceof MisuseError) throw error;
      throw new EvaluationError(failureOf("store", "open", error, rule.facts));
    }
  }

  #shown({ rule, plan, entry }: Found, now: number, redact: Redactor): LimitEntry | undefined {
    const { window, count, mitigatedUntil, freeAt, resetsAt } = entry;
    const step = plan.steps.findIndex(
      (one) => one.window.limit === window.limit && one.window.period === window.period,
    );
    const banned = mitigatedUntil > now;
    // Under a limit of an earlier configuration nobody is refused any more. One that counts afterwards has let the last one pass.
    const isFull = plan.countsResponse || plan.countsDecision ? count > window.limit : true;
    if (step === -1 || !(banned || isFull)) return undefined;
    return {
      id: idOf(entry.key),
      ruleset: rule.facts.ruleset,
      rule: rule.facts.ref,
      key: shownKey(plan, entry.key, redact),
      ...(step === 0 ? {} : { step }),
      count,
      limit: window.limit,
      period: window.period / 1000,
      banned,
      until: banned ? mitigatedUntil : (freeAt ?? resetsAt),
    };
  }
}

/** Enabled rules with a limit of their own; one that runs in several places counts once. */
function limitedRules({ request, response, logging }: Plan): readonly LimitedRule[] {
  const found = new Map<unknown, LimitedRule>();
  const visit = (ruleset: RulesetPlan): void => {
    if (!ruleset.hasLimits) return;
    for (const rule of ruleset.rules) {
      if (!rule.enabled) continue;
      if (rule.executed !== undefined) visit(rule.executed);
      const { limiter } = rule;
      if (limiter !== undefined && !found.has(limiter)) found.set(limiter, { rule, plan: limiter.plan });
    }
  };
  for (const { entrypoints } of [...request, ...response, ...logging]) entrypoints.forEach(visit);
  return [...found.values()];
}

/** The entry of an id. Requests go on while it is looked for. */
async function named(found: readonly Found[], id: string): Promise<Found | undefined> {
  for (const [at, one] of found.entries()) {
    if (at % HASHED_AT_ONCE === HASHED_AT_ONCE - 1) await pause();
    if (idOf(one.entry.key) === id) return one;
  }
  return undefined;
}

/** Values that programs without types may pass. @throws MisuseError `E_OPTION` for what names no entry. */
function checkTarget(target: unknown): void {
  if (typeof target === "object" && target !== null) {
    if ("id" in target) {
      if (typeof target.id === "string") return;
    } else if ("rule" in target && typeof target.rule === "string" && "key" in target) {
      const { key } = target;
      if (typeof key === "object" && key !== null && Object.values(key).every(isKeyText)) return;
    }
  }
  throw new MisuseError(
    "E_OPTION",
    "an entry is named by its `id`, or by `rule` and `key`, an object of texts",
  );
}

function isKeyText(value: unknown): boolean {
  return value === null || value === undefined || typeof value === "string";
}

function idOf(key: string): string {
  return hashOf(key).slice(0, ID_LENGTH);
}

function shownKey(plan: LimiterPlan, key: string, redact: Redactor): Readonly<Record<string, string | null>> {
  const { characteristics, prefix, ipv6PrefixLength } = plan;
  const types = characteristics.map(({ value }) => value.type);
  const texts = readKey(key, prefix, types) ?? [];
  return Object.fromEntries(
    characteristics.slice(0, texts.length).map(({ text, value, addresses }, at): [string, KeyText] => {
      const part = texts[at] ?? null;
      if (part === null) return [text, null];
      const whole = addresses.length === 0 ? part : withPrefixLength(part, ipv6PrefixLength);
      const plain = printable(whole, whole.length);
      const shown = placesIn(value.checked.root).map(({ field, key: name }) => redact(field, name, whole));
      // What is hidden as one of its places says is hidden.
      return [text, shown.find((one) => one !== plain) ?? plain];
    }),
  );
}

/**
 * The key of a counter from the values that a list shows.
 *
 * @throws MisuseError `E_OPTION` for values of which the rule makes no key.
 */
function keyOf(plan: LimiterPlan, key: Readonly<Record<string, string | null>>): string {
  const { characteristics, prefix, ipv6PrefixLength } = plan;
  const known = characteristics.map(({ text }) => text);
  const unknown = Object.keys(key).find((name) => !known.includes(name));
  if (unknown !== undefined) {
    const names = known.map((name) => `\`${name}\``).join(", ");
    throw new MisuseError(
      "E_OPTION",
      `\`${excerpt(unknown)}\` is not a characteristic of the rule: it has ${names}`,
    );
  }
  const values = characteristics.map(({ text, value, addresses }): Nillable<Value> => {
    const given = Object.hasOwn(key, text) ? (key[text] ?? null) : null;
    const read = valueOfText(given, value.type);
    if (read === undefined) {
      throw new MisuseError(
        "E_OPTION",
        `\`${excerpt(String(given))}\` is not a value of \`${excerpt(text)}\``,
      );
    }
    if (read.value === undefined || addresses.length === 0) return read.value;
    return networksIn(read.value, ipv6PrefixLength, []);
  });
  return encodeKey(prefix, values);
}
