import type { CounterState, CounterWindow, Excess } from "./counter-store.ts";

/** The stored state of a counter, for every algorithm. */
export interface Counter {
  /** Counted in the current window; a bucket's taken part at the time `since`. */
  count: number;
  /** Counted in the window before; sliding windows only. */
  previous: number;
  /** Begin of the current window; of a bucket: when `count` was reckoned. */
  since: number;
  mitigatedUntil: number;
}

/** Pure arithmetic of the three algorithms; a store in another place can run the same. */
export function advance(counter: Counter, { algorithm, period, limit }: CounterWindow, now: number): void {
  const elapsed = now - counter.since;
  // A clock that was set back: the counter waits until it has caught up, but never for longer than a period.
  if (elapsed < -period) {
    counter.since = now;
    counter.mitigatedUntil = Math.max(0, counter.mitigatedUntil + elapsed);
  }
  if (elapsed <= 0) return;
  if (algorithm === "token_bucket") {
    counter.count = Math.max(0, counter.count - (elapsed * limit) / period);
    counter.since = now;
  } else if (elapsed >= period) {
    const isNext = algorithm === "sliding_window" && elapsed < 2 * period;
    counter.previous = isNext ? counter.count : 0;
    // A sliding window's pieces follow one another; a fixed window begins anew with the next count.
    counter.since = isNext ? counter.since + period : now;
    counter.count = 0;
  }
  // A counter without effect equals a missing one, so a store may remove it.
  if (counter.count === 0 && counter.previous === 0) counter.since = now;
}

/** Adds to a counter that has been advanced. The result is the count with the cost, kept or not. */
export function addTo(
  counter: Counter,
  window: CounterWindow,
  cost: number,
  now: number,
  excess: Excess,
): number {
  const after = estimate(counter, window, now) + cost;
  if (after > window.limit && excess === "drop") return after;
  counter.count += cost;
  if (window.algorithm === "token_bucket") counter.count = Math.min(counter.count, window.limit * 2);
  return after;
}

/** The count of a counter that has been advanced. */
export function estimate(counter: Counter, { algorithm, period }: CounterWindow, now: number): number {
  if (algorithm !== "sliding_window" || counter.previous === 0) return counter.count;
  const elapsed = Math.max(0, now - counter.since);
  return counter.count + counter.previous * (1 - elapsed / period);
}

/** The state of a counter that has been advanced; `count` when it is not the counter's own. */
export function stateOf(
  counter: Counter,
  window: CounterWindow,
  now: number,
  count = estimate(counter, window, now),
): CounterState {
  const mitigatedUntil = counter.mitigatedUntil > now ? counter.mitigatedUntil : 0;
  const freeAt = Math.max(freeFrom(counter, window, now), mitigatedUntil);
  return { count, resetsAt: emptyFrom(counter, window, now), mitigatedUntil, freeAt };
}

/** When the count will be 0. */
export function emptyFrom(
  { count, previous, since }: Counter,
  { algorithm, period, limit }: CounterWindow,
  now: number,
): number {
  if (algorithm === "token_bucket") return since + Math.ceil((count * period) / limit);
  if (count > 0) return since + (algorithm === "sliding_window" ? 2 * period : period);
  return previous > 0 ? since + period : now;
}

/** When one more can be counted within the limit. */
function freeFrom(counter: Counter, window: CounterWindow, now: number): number {
  const { algorithm, period, limit } = window;
  const { count, previous, since } = counter;
  if (estimate(counter, window, now) <= limit - 1) return now;
  switch (algorithm) {
    case "fixed_window":
      return since + period;
    case "token_bucket":
      return since + Math.ceil(((count - (limit - 1)) * period) / limit);
    case "sliding_window":
      // Either the share of the window before shrinks enough, or this window becomes the one before and shrinks.
      return count <= limit - 1
        ? since + Math.ceil(period * (1 - (limit - 1 - count) / previous))
        : since + period + Math.ceil(period * (1 - (limit - 1) / count));
  }
}
