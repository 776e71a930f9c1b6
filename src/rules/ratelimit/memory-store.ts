// On the request path of rate limits: one look-up in a Map per operation. A rule's counters are linked in the order in
// which they were last counted, and due times are in a heap with one entry each, which is corrected when it is due.

import { MisuseError } from "../../language/diagnostics/misuse.ts";
import { checkOptionNames, type NamesOf } from "../../language/diagnostics/option-names.ts";
import type { CounterEntry, CounterState, CounterStore, CounterWindow, Excess } from "./counter-store.ts";
import { DueHeap, type DueMember } from "./due-heap.ts";
import { addTo, advance, type Counter, emptyFrom, estimate, stateOf } from "./window-math.ts";

/** Bounds of a memory store. */
export interface MemoryStoreOptions {
  /**
   * The most counters that are kept, of all rules together. Default: 100,000, which take 23 MB when keys are short, and 33
   * MB with the longest ones.
   */
  readonly maxKeys?: number;
}

const MEMORY_STORE_OPTION_NAMES: NamesOf<MemoryStoreOptions> = { maxKeys: true };

/** Statistics of the store's counters since its creation. */
export interface MemoryStoreStats {
  readonly keys: number;
  readonly maxKeys: number;
  /** Rules that have counters. */
  readonly rules: number;
  /** Counters that each of these rules may keep regardless of the others: `maxKeys` divided by `rules`. */
  readonly share: number;
  /** Counters that had reached 0 and were removed. */
  readonly expired: number;
  /** Counters that were evicted for lack of space: their clients begin at 0. */
  readonly evicted: number;
  /** Those among them that were mitigated. */
  readonly evictedMitigated: number;
}

interface Entry extends Counter, DueMember {
  readonly key: string;
  readonly window: CounterWindow;
  readonly group: Group;
  /** Another window's counter of the same key. */
  next: Entry | undefined;
  /** Neighbours in the order of use. */
  older: Entry | undefined;
  newer: Entry | undefined;
}

/** The counters of one rule, in the order in which they were last counted. */
class Group {
  readonly rule: string;
  size = 0;
  oldest: Entry | undefined;
  newest: Entry | undefined;

  constructor(rule: string) {
    this.rule = rule;
  }

  append(entry: Entry): void {
    entry.older = this.newest;
    entry.newer = undefined;
    if (this.newest === undefined) this.oldest = entry;
    else this.newest.newer = entry;
    this.newest = entry;
    this.size++;
  }

  remove(entry: Entry): void {
    const { older, newer } = entry;
    if (older === undefined) this.oldest = newer;
    else older.newer = newer;
    if (newer === undefined) this.newest = older;
    else newer.older = older;
    this.size--;
  }
}

const DEFAULT_MAX_KEYS = 100_000;
/** Due counters that one operation looks at: more than it can add. */
const SWEEP = 2;
/** The same before a counter is evicted for lack of space. */
const SWEEP_WHEN_FULL = 64;
/** Counters that are looked at for one that is not mitigated before a mitigated one is evicted. */
const SPARED = 8;

/**
 * Counters in this process's memory. Results are synchronous.
 *
 * Memory is bounded by `maxKeys`, and each rule has an equal share of it. When it is full, counters at 0 are removed
 * first. Then a rule that has its share or more evicts one of its own counters, so that a flood of keys on one rule
 * never costs another rule a counter of its share; a rule that has less takes from the one that has most, which has
 * borrowed it. Of a rule's counters the least recently used are evicted, mitigated ones only if no other is near. An
 * evicted counter begins at 0: its client gets more than the limit, never less, and `stats()` counts how often. Size
 * the store so that `evicted` stays 0.
 *
 * A sliding window's estimate takes the earlier window's counts as spread evenly: it is off by at most that window's
 * count, if all of them came at one moment, and exact for a steady stream.
 */
export class MemoryCounterStore implements CounterStore {
  readonly #maxKeys: number;
  readonly #entries = new Map<string, Entry>();
  /** By rule; only those that have counters. */
  readonly #groups = new Map<string, Group>();
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
    return this.#stateOf(entry, now);
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
      this.#leave(entry);
    }
    this.#entries.delete(key);
  }

  list(rule: string, most: number, now: number): readonly CounterEntry[] {
    const found: CounterEntry[] = [];
    for (let entry = this.#groups.get(rule)?.newest; entry !== undefined; entry = entry.older) {
      if (found.length >= most) break;
      const { key, window } = entry;
      const state = this.#stateOf(entry, now);
      if ((state.freeAt ?? now) > now) found.push({ key, window, ...state });
    }
    return found;
  }

  /** Statistics of the counters since the store was created. */
  stats(): MemoryStoreStats {
    return {
      keys: this.#size,
      maxKeys: this.#maxKeys,
      rules: this.#groups.size,
      share: Math.floor(this.#maxKeys / Math.max(1, this.#groups.size)),
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

  /** The counter, created if necessary, as the most recently used one. */
  #touch(key: string, window: CounterWindow, now: number): Entry {
    this.#sweep(now, SWEEP);
    const found = this.#find(key, window);
    if (found !== undefined) {
      const { group } = found;
      group.remove(found);
      group.append(found);
      return found;
    }
    const { algorithm, period, limit, rule = "" } = window;
    const group = this.#groups.get(rule) ?? new Group(rule);
    if (this.#size >= this.#maxKeys) this.#evict(group, now);
    const entry: Entry = {
      key,
      window: window.rule === undefined ? { algorithm, period, limit } : { algorithm, period, limit, rule },
      group,
      next: this.#entries.get(key),
      older: undefined,
      newer: undefined,
      count: 0,
      previous: 0,
      since: now,
      mitigatedUntil: 0,
      dueAt: 0,
      place: -1,
    };
    this.#entries.set(key, entry);
    this.#groups.set(rule, group);
    group.append(entry);
    this.#size++;
    this.#due.push(entry, now + period);
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

  #stateOf(entry: Entry, now: number): CounterState {
    const seen = copyOf(entry);
    advance(seen, entry.window, now);
    return stateOf(seen, entry.window, now);
  }

  /** Frees space for one counter of a rule. */
  #evict(group: Group, now: number): void {
    this.#sweep(now, SWEEP_WHEN_FULL);
    if (this.#size < this.#maxKeys) return;
    const rules = this.#groups.size + (group.size === 0 ? 1 : 0);
    const share = Math.floor(this.#maxKeys / rules);
    const chosen = expendable(group.size > 0 && group.size >= share ? group : this.#largest(group), now);
    if (chosen === undefined) return;
    this.#evicted++;
    if (chosen.mitigatedUntil > now) this.#evictedMitigated++;
    this.#due.remove(chosen);
    this.#remove(chosen);
  }

  /**
   * Examines every rule: only a rule that has less than its share needs it, and the operator determines the number of
   * rules.
   */
  #largest(group: Group): Group {
    let largest = group;
    for (const one of this.#groups.values()) if (one.size > largest.size) largest = one;
    return largest;
  }

  #leave(entry: Entry): void {
    const { group } = entry;
    group.remove(entry);
    if (group.size === 0) this.#groups.delete(group.rule);
    this.#size--;
  }

  #remove(entry: Entry): void {
    this.#leave(entry);
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

/** The counter of a rule that is evicted for another. */
function expendable({ oldest }: Group, now: number): Entry | undefined {
  let seen = 0;
  for (let entry = oldest; entry !== undefined && seen < SPARED; entry = entry.newer, seen++) {
    if (entry.mitigatedUntil <= now) return entry;
  }
  return oldest;
}

function copyOf({ count, previous, since, mitigatedUntil }: Counter): Counter {
  return { count, previous, since, mitigatedUntil };
}

/** When the counter no longer has an effect. */
function dueAt(entry: Entry, now: number): number {
  const seen = copyOf(entry);
  advance(seen, entry.window, now);
  const empty = estimate(seen, entry.window, now) > 0 ? emptyFrom(seen, entry.window, now) : now;
  return Math.max(empty, entry.mitigatedUntil);
}

function isSame(left: CounterWindow, right: CounterWindow): boolean {
  return (
    left === right ||
    (left.algorithm === right.algorithm &&
      left.period === right.period &&
      left.limit === right.limit &&
      left.rule === right.rule)
  );
}
