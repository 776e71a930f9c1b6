import { getHeapCodeStatistics } from "node:v8";
import type { AnyDecision } from "../support/source/engine/decision.ts";
import type { Transaction } from "../support/source/engine/evaluation.ts";
import type { WafEvent } from "../support/source/engine/events.ts";
import { createWaf } from "../support/source/engine/firewall.ts";
import { requestFrom } from "../support/source/request/model.ts";
import { MemoryCounterStore, type MemoryStoreStats } from "../support/source/rules/ratelimit.ts";
import { configuration, faulty } from "./configurations.ts";
import { anyRequest, anyResponse, type Random, seeded } from "./requests.ts";

export interface SoakOptions {
  readonly requests: number;
  readonly swaps: number;
  readonly seed: number;
  /** Measures the heap so many times, after a collection. Default 0. */
  readonly windows?: number;
  /** Collects garbage; needed for `windows`. */
  readonly collect?: () => void;
}

export interface SoakReport {
  readonly requests: number;
  readonly responses: number;
  readonly accepted: number;
  readonly refused: number;
  /** Transactions that were still open when another configuration took over. */
  readonly heldAcross: number;
  readonly events: number;
  /** Matches that were checked for belonging to their decision's configuration. */
  readonly matches: number;
  readonly actions: Readonly<Record<string, number>>;
  /** Bytes in use after a collection, per window, with no transaction open and without the code that V8 made. */
  readonly heap: readonly number[];
  readonly counters: MemoryStoreStats;
  /** What must not happen, the first of each kind and place. */
  readonly violations: readonly string[];
}

/** Open transactions at most. */
const HELD = 64;
/** One in so many is held open. */
const HOLD_EVERY = 8;
/** One in so many new configurations is faulty. */
const FAULTY_EVERY = 10;
/** More would be the same again. */
const MAX_VIOLATIONS = 20;

/** Judges requests while the configuration is replaced again and again, and looks for what must not happen. */
export function soak(options: SoakOptions): SoakReport {
  return new Soak(options).run();
}

class Soak {
  readonly #options: SoakOptions;
  readonly #random: Random;
  readonly #violations: string[] = [];
  /** Number of the configuration by its content hash, of those that some transaction may still use: the rest would grow the heap. */
  readonly #numbers = new Map<string, number>();
  readonly #held: { readonly transaction: Transaction; readonly version: number }[] = [];
  readonly #actions = new Map<string, number>();
  #now = Date.UTC(2026, 0, 1);
  /** Small enough to be full within the warm-up: from then on it takes no more memory. */
  readonly #counters = new MemoryCounterStore({ maxKeys: 200 });
  readonly #waf = createWaf(configuration(0), {
    events: [{ name: "soak", write: (event) => this.#event(event) }],
    onError: (error) => this.#violation(`the firewall reports ${String(error)}`),
    now: () => this.#now,
    counters: this.#counters,
  });
  #responses = 0;
  #accepted = 0;
  #refused = 0;
  #heldAcross = 0;
  #events = 0;
  #matches = 0;

  constructor(options: SoakOptions) {
    this.#options = options;
    this.#random = seeded(options.seed);
    this.#numbers.set(this.#waf.snapshot.hash, 0);
  }

  run(): SoakReport {
    const { requests, swaps, windows = 0, collect } = this.#options;
    const heap: number[] = [];
    let swapped = 0;
    for (let at = 1; at <= requests; at++) {
      this.#now += 5;
      this.#guard(() => this.#request());
      while (swapped < Math.floor((at * swaps) / requests)) this.#swap(++swapped);
      if (windows === 0 || at % Math.floor(requests / windows) !== 0) continue;
      // What is held open is of a different weight each time.
      this.#finishHeld();
      collect?.();
      heap.push(heapUsed());
    }
    this.#finishHeld();
    return {
      requests,
      responses: this.#responses,
      accepted: this.#accepted,
      refused: this.#refused,
      heldAcross: this.#heldAcross,
      events: this.#events,
      matches: this.#matches,
      actions: Object.fromEntries(this.#actions),
      heap,
      counters: this.#counters.stats(),
      violations: this.#violations,
    };
  }

  #request(): void {
    const view = requestFrom(anyRequest(this.#random, this.#now));
    const transaction = this.#waf.begin(view);
    if (transaction.snapshot.hash !== this.#waf.snapshot.hash)
      this.#violation("a new transaction has old rules");
    if (this.#random() < 0.5) this.#check(transaction, transaction.request() as AnyDecision);
    const isHeld = this.#random() * HOLD_EVERY < 1;
    if (!isHeld) {
      this.#finish(transaction);
      return;
    }
    this.#held.push({ transaction, version: this.#waf.snapshot.version });
    if (this.#held.length <= HELD) return;
    const [oldest] = this.#held.splice(Math.floor(this.#random() * HELD), 1);
    if (oldest!.version !== this.#waf.snapshot.version) this.#heldAcross++;
    this.#finish(oldest!.transaction);
  }

  #finish(transaction: Transaction): void {
    const decision = transaction.request() as AnyDecision;
    this.#check(transaction, decision);
    this.#actions.set(decision.action, (this.#actions.get(decision.action) ?? 0) + 1);
    if (decision.action === "allow") {
      this.#responses++;
      this.#check(transaction, transaction.response(anyResponse(this.#random)) as AnyDecision);
    }
    transaction.end();
  }

  #finishHeld(): void {
    for (const { transaction } of this.#held.splice(0)) this.#guard(() => this.#finish(transaction));
  }

  #swap(number: number): void {
    const isFaulty = number % FAULTY_EVERY === 0;
    const before = this.#waf.snapshot;
    this.#guard(() => {
      const updated = this.#waf.update(isFaulty ? faulty(number / FAULTY_EVERY) : configuration(number));
      if (updated.ok === isFaulty)
        this.#violation(`configuration ${number} was ${isFaulty ? "taken" : "refused"}`);
      if (!updated.ok) {
        this.#refused++;
        if (this.#waf.snapshot !== before) this.#violation("a refused configuration changed the snapshot");
        return;
      }
      this.#accepted++;
      const inUse = new Set(this.#held.map(({ transaction }) => transaction.snapshot.hash));
      for (const hash of this.#numbers.keys()) if (!inUse.has(hash)) this.#numbers.delete(hash);
      this.#numbers.set(this.#waf.snapshot.hash, number);
    });
  }

  #check(transaction: Transaction, decision: AnyDecision): void {
    if (decision.snapshot !== transaction.snapshot.hash) this.#violation("a decision names another snapshot");
    for (const { rule } of decision.matches) this.#belongs(decision.snapshot, rule.ref);
    const written = decision.action === "allow" ? decision.changes?.path : undefined;
    if (written?.startsWith("/new/") === true)
      this.#belongs(decision.snapshot, `v${written.slice(5)}.rewrite`);
  }

  #event(event: WafEvent): void {
    this.#events++;
    for (const { rule } of event.matches) this.#belongs(event.snapshot, rule.ref);
  }

  #belongs(hash: string, ref: string): void {
    this.#matches++;
    if (!ref.startsWith(`v${this.#numbers.get(hash)}.`)) {
      this.#violation(`the rule ${ref} stands beside configuration ${this.#numbers.get(hash)}`);
    }
  }

  #guard(step: () => void): void {
    try {
      step();
    } catch (error) {
      this.#violation(`thrown: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    }
  }

  #violation(text: string): void {
    if (this.#violations.length < MAX_VIOLATIONS) this.#violations.push(text);
  }
}

/**
 * Without code: V8 optimizes more functions, and the same ones again after each change of rules, for thousands of
 * changes before it settles. With `--no-opt --no-sparkplug` the heap is level, give or take 1 %.
 */
function heapUsed(): number {
  const code = getHeapCodeStatistics();
  return process.memoryUsage().heapUsed - code.code_and_metadata_size - code.bytecode_and_metadata_size;
}

/** How much the heap grew from the first windows behind the warm-up (half of all) to the last ones: 0.01 is 1 %. */
export function heapGrowth(heap: readonly number[]): number {
  const warm = heap.slice(heap.length >> 1);
  const third = Math.max(1, Math.floor(warm.length / 3));
  return median(warm.slice(-third)) / median(warm.slice(0, third)) - 1;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((left, right) => left - right);
  return sorted[sorted.length >> 1] ?? Number.NaN;
}
