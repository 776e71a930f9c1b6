// On the request path of rate limits: one look-up in a Map per operation. Counters are kept in the order in which they
// were last counted, and due times in a heap with one entry each, which is put right when it comes up.

import { MisuseError } from "../../language/diagnostics/misuse.ts";
import { checkOptionNames, type NamesOf } from "../../language/diagnostics/option-names.ts";
import type { CounterState, CounterStore, CounterWindow, Excess } from "./counter-store.ts";
import { DueHeap, type DueMember } from "./due-heap.ts";
import { addTo, advance, type Counter, emptyFrom, estimate, stateOf } from "./window-math.ts";

/** Bounds of a memory store. */
export interface MemoryStoreOptions {
  /** The most counters that are kept. Default: 100,000, which take about 28 MB. */
  readonly maxKeys?: number;
}

const MEMORY_STORE_OPTION_NAMES: NamesOf<MemoryStoreOptions> = { maxKeys: true };

/** What has become of the store's counters since it was made. */
export interface MemoryStoreStats {
  readonly keys: number;
  readonly maxKeys: number;
  /** Counters that had fallen to nothing and were forgotten. */
  readonly expired: number;
  /** Counters that were forgotten for lack of room: their clients begin anew. */
  readonly evicted: number;
  /** Those among them that were mitigated. */
  readonly evictedMitigated: number;
}

/** A counter as introspection shows it. */
export interface CounterEntry extends CounterState {
  readonly key: string;
  readonly window: CounterWindow;
}

interface Entry extends Counter, DueMember {
  readonly key: string;
  readonly window: CounterWindow;
  /** Another window's counter of the same key. */
  next: Entry | undefined;
}

const DEFAULT_MAX_KEYS = 100_000;
/** Due counters that one operation looks at: more than it can add. */
const SWEEP = 2;
/** The same before a counter is forgotten for lack of room. */
const SWEEP_WHEN_FULL = 64;
/** Counters that are looked at for one that is not mitigated before a mitigated one is forgotten. */
const SPARED = 8;

/**
 * Counters in this process's memory. Answers at once.
 *
 * Memory is bounded by `maxKeys`. When there is no room, counters that have fallen to nothing go first; then those that
 * were counted longest ago, mitigated ones spared while others are near. A counter that is forgotten begins at 0: its
 * client gets more than the limit, never less, and `stats()` tells how often. Size the store so that `evicted` stays 0.
 *
 * A sliding window's estimate takes the earlier window's counts as spread evenly: it is off by at most that window's
 * count, when all of them came at one moment, and exact for a steady stream.
 */
export class MemoryCounterStore implements CounterStore {
  readonly #maxKeys: number;
  readonly #entries = new Map<string, Entry>();
  readonly #due = new DueHeap<Entry>();
  #size = 0;
  #expired = 0;
  #evicted = 0;
  #evictedMitigated = 0;

  /** @throws MisuseError unless `maxKeys` is a positive integer, and for unknown options. */
  constructor(options: MemoryStoreOptions = {}) {
    checkOptionNames(options, MEMORY_STORE_OPTION_NAMES);
    const { maxKeys = DEFAULT_MAX_KEYS } = options;
    if (!Number.isSafeInteger(maxKeys) || maxKeys < 1)
      throw new MisuseError("E_OPTION", "`maxKeys` is a positive integer");
    this.#maxKeys = maxKeys;
  }

  read(key: string, window: CounterWindow, now: number): CounterState {
    const entry = this.#find(key, window);
    if (entry === undefined) return { count: 0, resetsAt: now, mitigatedUntil: 0, freeAt: now };
    const seen = copyOf(entry);
    advance(seen, window, now);
    return stateOf(seen, window, now);
  }

  add(key: string, window: CounterWindow, cost: number, now: number, excess: Excess = "keep"): CounterState {
    const entry = this.#touch(key, window, now);
    advance(entry, window, now);
    if (entry.mitigatedUntil > now) return stateOf(entry, window, now);
    const count = addTo(entry, window, cost, now, excess);
    return stateOf(entry, window, now, count);
  }

  mitigate(key: string, window: CounterWindow, until: number, now: number): void {
    const entry = this.#touch(key, window, now);
    if (until > entry.mitigatedUntil) entry.mitigatedUntil = until;
  }

  reset(key: string): void {
    for (let entry = this.#entries.get(key); entry !== undefined; entry = entry.next) {
      this.#due.remove(entry);
      this.#size--;
    }
    this.#entries.delete(key);
  }

  /** What has become of the counters, counted since the store was made. */
  stats(): MemoryStoreStats {
    return {
      keys: this.#size,
      maxKeys: this.#maxKeys,
      expired: this.#expired,
      evicted: this.#evicted,
      evictedMitigated: this.#evictedMitigated,
    };
  }

  /** The counters of a key, one per window that it is counted in. */
  get(key: string, now: number): readonly CounterEntry[] {
    const found: CounterEntry[] = [];
    for (let entry = this.#entries.get(key); entry !== undefined; entry = entry.next) {
      found.push({ key, window: entry.window, ...this.read(key, entry.window, now) });
    }
    return found;
  }

  /** The counters with the highest counts, highest first. Looks at every counter: for people, not for requests. */
  top(most: number, now: number): readonly CounterEntry[] {
    const all = [...this.#entries.keys()].flatMap((key) => this.get(key, now));
    return all.sort((left, right) => right.count - left.count).slice(0, most);
  }

  #find(key: string, window: CounterWindow): Entry | undefined {
    let entry = this.#entries.get(key);
    while (entry !== undefined && !isSame(entry.window, window)) entry = entry.next;
    return entry;
  }

  /** The counter, made if need be, as the one used last. */
  #touch(key: string, window: CounterWindow, now: number): Entry {
    this.#sweep(now, SWEEP);
    const found = this.#find(key, window);
    if (found !== undefined) {
      const first = this.#entries.get(key)!;
      this.#entries.delete(key);
      this.#entries.set(key, first);
      return found;
    }
    if (this.#size >= this.#maxKeys) this.#evict(now);
    const kept = { algorithm: window.algorithm, period: window.period, limit: window.limit };
    const entry: Entry = {
      key,
      window: kept,
      next: this.#entries.get(key),
      count: 0,
      previous: 0,
      since: now,
      mitigatedUntil: 0,
      dueAt: 0,
      place: -1,
    };
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    this.#size++;
    this.#due.push(entry, now + window.period);
    return entry;
  }

  #sweep(now: number, rounds: number): void {
    for (let round = 0; round < rounds; round++) {
      const entry = this.#due.popDue(now);
      if (entry === undefined) return;
      const due = dueAt(entry, now);
      if (due > now) this.#due.push(entry, due);
      else {
        this.#remove(entry);
        this.#expired++;
      }
    }
  }

  /** Makes room for one counter. */
  #evict(now: number): void {
    this.#sweep(now, SWEEP_WHEN_FULL);
    if (this.#size < this.#maxKeys) return;
    let chosen: Entry | undefined;
    let seen = 0;
    for (const entry of this.#entries.values()) {
      chosen ??= entry;
      if (entry.mitigatedUntil <= now) {
        chosen = entry;
        break;
      }
      if (++seen === SPARED) break;
    }
    if (chosen === undefined) return;
    this.#evicted++;
    if (chosen.mitigatedUntil > now) this.#evictedMitigated++;
    this.#due.remove(chosen);
    this.#remove(chosen);
  }

  #remove(entry: Entry): void {
    this.#size--;
    const first = this.#entries.get(entry.key);
    if (first === entry) {
      if (entry.next === undefined) this.#entries.delete(entry.key);
      else this.#entries.set(entry.key, entry.next);
      return;
    }
    for (let before = first; before !== undefined; before = before.next) {
      if (before.next === entry) before.next = entry.next;
    }
  }
}

function copyOf({ count, previous, since, mitigatedUntil }: Counter): Counter {
  return { count, previous, since, mitigatedUntil };
}

/** When the counter says nothing any more. */
function dueAt(entry: Entry, now: number): number {
  const seen = copyOf(entry);
  advance(seen, entry.window, now);
  const empty = estimate(seen, entry.window, now) > 0 ? emptyFrom(seen, entry.window, now) : now;
  return Math.max(empty, entry.mitigatedUntil);
}

function isSame(left: CounterWindow, right: CounterWindow): boolean {
  return (
    left === right ||
    (left.algorithm === right.algorithm && left.period === right.period && left.limit === right.limit)
  );
}
