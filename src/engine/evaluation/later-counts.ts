// On the request path of firewalls with limits that count what became of a request.
import type { ExecutionContext } from "../../language/scheme/execution-context.ts";
import type { FieldLoad, LaterLimit, RulePlan } from "../../rules/plan/plan.ts";
import { isPromise, type MaybePromise } from "../../rules/ratelimit/counter-store.ts";

/** The outcome of a request, as far as limits depend on it. */
export interface Fate {
  /** The rule that refused it; undefined: no rule did. */
  readonly refusedBy: { readonly ruleset: string; readonly id: string } | undefined;
  /** Whether a ban refused it. */
  readonly isBan: boolean;
  /** Whether it has an answer: the application's, or one in its place. */
  readonly isAnswered: boolean;
  /** Whether the wait for the store is separate from that of the request's rules. */
  readonly waitsApart: boolean;
}

/** Tells of what a store could not count. */
type Uncounted = (rule: RulePlan, error: string | undefined) => void;

/** Limits that a request has reached and that are not counted yet, since they depend on its outcome. One per evaluation. */
export class LaterCounts {
  readonly #met: RulePlan[] = [];
  readonly #done: RulePlan[] = [];

  /** In the order in which the request reached them. */
  get met(): readonly RulePlan[] {
    return this.#met;
  }

  add(rule: RulePlan): void {
    this.#met.push(rule);
  }

  reset(): void {
    // Setting a length costs a call of the runtime, even where nothing changes.
    if (this.#met.length > 0) this.#met.length = 0;
    if (this.#done.length > 0) this.#done.length = 0;
  }

  /**
   * Limits that the request would have reached if it had not been refused before.
   *
   * @param isOpen whether nothing but a refusal keeps the request from a rule.
   */
  missed(limits: readonly LaterLimit[], isOpen: (limit: LaterLimit) => boolean): readonly LaterLimit[] {
    return limits.filter((limit) => {
      const isKnown = this.#met.includes(limit.rule) || this.#done.includes(limit.rule);
      return !isKnown && isOpen(limit);
    });
  }

  /** Whether a limit that was reached may be counted now. @param isAnswered as in {@link Fate}. */
  mayCount(isAnswered: boolean): boolean {
    return this.#met.some((rule) => isAnswered || !asksForAnswer(rule));
  }

  /** Fields that counting reads and that may have to be loaded. @param isAnswered as in {@link Fate}. */
  loads(missed: readonly LaterLimit[], isAnswered: boolean): readonly FieldLoad[] {
    return [
      ...this.#met.flatMap((rule) => (isAnswered || !asksForAnswer(rule) ? rule.countLoads : [])),
      ...missed.flatMap(({ rule, executedBy }) => [
        ...rule.loads,
        ...rule.countLoads,
        ...executedBy.flatMap(({ loads }) => loads),
      ]),
    ];
  }

  /**
   * Counts each limit whose expression holds now, once for a request. Limits that depend on a response wait until there is one.
   */
  count(
    fate: Fate,
    missed: readonly LaterLimit[],
    context: ExecutionContext,
    now: number,
    uncounted: Uncounted,
  ): Promise<void> | undefined {
    const waiting: Promise<void>[] = [];
    const left: RulePlan[] = [];
    const each = (rule: RulePlan): void => {
      const { limiter } = rule;
      if (limiter === undefined || isOwn(rule, fate)) return;
      if (!fate.isAnswered && asksForAnswer(rule)) {
        left.push(rule);
        return;
      }
      const counted: MaybePromise<string | undefined> | false = limiter.countLater(
        context,
        now,
        fate.waitsApart,
      );
      if (counted === false) {
        left.push(rule);
        return;
      }
      this.#done.push(rule);
      if (isPromise(counted)) waiting.push(counted.then((error) => uncounted(rule, error)));
      else uncounted(rule, counted);
    };
    for (const rule of this.#met) each(rule);
    this.#met.length = 0;
    this.#met.push(...left);
    for (const { rule, executedBy } of missed) {
      if (executedBy.every(({ filter }) => filter.test(context))) each(rule);
    }
    return waiting.length === 0 ? undefined : Promise.all(waiting).then(() => undefined);
  }
}

function asksForAnswer({ limiter }: RulePlan): boolean {
  return limiter?.countsResponse === true;
}

/** Whether the limit itself, or a ban, refused the request: counting it would keep the limit exceeded. */
function isOwn({ limiter, facts }: RulePlan, { refusedBy, isBan }: Fate): boolean {
  if (limiter === undefined || limiter.plan.countsOwnRefusals) return false;
  return isBan || (refusedBy?.id === facts.id && refusedBy.ruleset === facts.ruleset);
}
