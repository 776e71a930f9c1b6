// On the request path: every field read of every rule goes through a slot here. Slots are a plain array because
// an array load measured 3.8 ns against 8.2 ns for Map.get; nothing is allocated after the context was made.
import { Budget } from "../values/budget.ts";
import type { Value } from "../values/value.ts";

/**
 * Content of a slot; null: nobody has read the field yet in this execution. It is null because V8 compares with a
 * literal null by address alone, where an imported symbol costs a call (8 % of eight usual rules, measured).
 */
export type SlotContent = Value | undefined | null;

/**
 * Answers `value in $list` at run time. An implementation declares the type of the values that its kind of list is
 * looked up by: the checker lets no others arrive, and nil never arrives.
 */
export interface ListLookup {
  /**
   * Whether the list contains the value.
   *
   * @param clock milliseconds since 1970, for items that expire; undefined: the list's own.
   */
  has(value: Value, clock?: () => number): boolean;
}

/** Fills a slot from the request on first read. Must not throw; `undefined` is nil. */
export type FieldReader<Request> = (request: Request, context: EvaluationContext) => Value | undefined;

/** The runtime's `AbortSignal`; part of it where the compiler has no such type. */
export type LoadSignal = typeof globalThis extends { AbortSignal: { prototype: infer Signal } }
  ? Signal
  : { readonly aborted: boolean; addEventListener(type: "abort", listener: () => void): void };

/** Input of a loader besides the request. */
export interface LoadServices {
  /** Aborted when the field's time limit is over, and when the transaction ends earlier. */
  readonly signal: LoadSignal;
  /** For methods of the request that take one; separate from the budget of the evaluation. */
  readonly budget: Budget;
}

/** Loads a field's value asynchronously. It may throw or reject; `undefined` is nil. */
export type FieldLoader<Request> = (
  request: Request,
  services: LoadServices,
) => PromiseLike<Value | undefined> | Value | undefined;

/**
 * The field values of one request (activation, in CEL's word). Reusable: `reset` costs in proportion to the
 * slots that were read.
 *
 * `slots[i]` belongs to the scheme's i-th field. Compiled expressions read `slots[i]` themselves and call
 * {@link fill} when they find null.
 */
export class ExecutionContext<Request = unknown> {
  /** Field values by slot; null: not read yet. */
  readonly slots: SlotContent[];
  /** Matchers in the order of the scheme's lists. A snapshot puts its own table here. */
  lists: readonly (ListLookup | undefined)[];
  /** Work that evaluations with this context may still do. */
  budget: Budget;
  /** The time that lists compare expiry dates with, in milliseconds since 1970; undefined: their own clocks. Resets keep it. */
  clock: (() => number) | undefined;
  /** What field readers read; undefined before the first reset. */
  request: Request | undefined;
  /** Counts the resets: distinguishes one request from another, also where the object that stands for it is used again. */
  generation: number;
  readonly #readers: readonly (FieldReader<Request> | undefined)[];
  readonly #touched: Int32Array;
  #touchedCount = 0;

  constructor(
    readers: readonly (FieldReader<Request> | undefined)[],
    lists: readonly (ListLookup | undefined)[] = [],
  ) {
    this.#readers = readers;
    this.slots = new Array<SlotContent>(readers.length).fill(null);
    this.#touched = new Int32Array(readers.length);
    this.lists = lists;
    this.budget = UNLIMITED;
    this.clock = undefined;
    this.request = undefined;
    this.generation = 0;
  }

  /** Reads a field for the first time; later reads find the slot filled. */
  fill(slot: number): Value | undefined {
    const reader = this.#readers[slot];
    const value = reader === undefined || this.request === undefined ? undefined : reader(this.request, this);
    this.set(slot, value);
    return value;
  }

  /** The field's value, reading it if need be. */
  get(slot: number): Value | undefined {
    const content = this.slots[slot];
    return content === null ? this.fill(slot) : content;
  }

  /** Puts a value (`undefined` for nil) into a slot, in place of the request's value. */
  set(slot: number, value: Value | undefined): void {
    if (this.slots[slot] === null) this.#touched[this.#touchedCount++] = slot;
    this.slots[slot] = value;
  }

  /** Forgets one field, so that its next read asks the request again. */
  invalidate(slot: number): void {
    if (this.slots[slot] === null) return;
    this.slots[slot] = null;
    for (let at = 0; at < this.#touchedCount; at++) {
      if (this.#touched[at] === slot) {
        this.#touched[at] = this.#touched[--this.#touchedCount]!;
        return;
      }
    }
  }

  /** Makes the context ready for another request. */
  reset(request: Request | undefined): void {
    for (let at = 0; at < this.#touchedCount; at++) this.slots[this.#touched[at]!] = null;
    this.#touchedCount = 0;
    this.request = request;
    this.generation++;
    this.budget = UNLIMITED;
  }
}

/** What evaluation and readers of fields need of a context, whatever its request is. */
export type EvaluationContext = Pick<
  ExecutionContext,
  "slots" | "lists" | "clock" | "budget" | "fill" | "get"
>;

const UNLIMITED = new Budget(Number.POSITIVE_INFINITY);
