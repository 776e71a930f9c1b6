/**
 * How much work one request may cause, in steps; about one step per byte looked at by a parser, or by a matcher that steps threads,
 * and for four bytes that a matcher looks up in a table. A detector of attacks takes one for two bytes of a text that is worth
 * asking it about, and four more for a sign.
 *
 * Spending never throws. A matcher that finds the budget exhausted stops and answers "no match"; whoever owns
 * the budget must look at {@link Budget.exhausted} before it trusts a result, since `not` would otherwise turn
 * a stopped match into a hit.
 */
export class Budget {
  /** Steps left; at or below zero once exhausted. */
  remaining: number;
  /** What the budget started with. */
  limit: number;

  constructor(limit: number) {
    this.limit = limit;
    this.remaining = limit;
  }

  /** True once the steps are used up: results since then are not to be trusted. */
  get exhausted(): boolean {
    return this.remaining <= 0;
  }

  /** Takes `steps` off; false when nothing is left. */
  spend(steps: number): boolean {
    this.remaining -= steps;
    return this.remaining > 0;
  }

  /** Starts again with the given number of steps, by default as many as before. */
  reset(limit: number = this.limit): void {
    this.limit = limit;
    this.remaining = limit;
  }
}
