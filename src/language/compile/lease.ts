/**
 * A value that several configurations may share: it is in its cache as long as it is referenced. It holds
 * in turn what it was made of.
 */
export class SharedPart<T> {
  readonly value: T;
  readonly #needs: Lease | undefined;
  readonly #forget: () => void;
  #holders = 0;

  /** @param forget takes the part out of its cache. */
  constructor(value: T, needs: Lease | undefined, forget: () => void) {
    this.value = value;
    this.#needs = needs;
    this.#forget = forget;
  }

  hold(): void {
    this.#holders++;
  }

  /** Removes it from its cache unless it is referenced. */
  drop(): void {
    this.hold();
    this.release();
  }

  release(): void {
    this.#holders--;
    if (this.#holders > 0) return;
    this.#forget();
    this.#needs?.release();
  }
}

/** The shared parts that one owner uses, until it is released. */
export class Lease {
  readonly #parts = new Set<SharedPart<unknown>>();

  take<T>(part: SharedPart<T>): T {
    if (!this.#parts.has(part)) {
      this.#parts.add(part);
      part.hold();
    }
    return part.value;
  }

  release(): void {
    for (const part of this.#parts) part.release();
    this.#parts.clear();
  }
}

/**
 * Makes a part. Its inputs are released when that fails.
 *
 * @param needs what the part is made of; it belongs to the part from now on.
 * @param forget takes the part out of its cache.
 */
export function makePart<T>(
  make: (needs: Lease) => T,
  forget: () => void,
  needs: Lease = new Lease(),
): SharedPart<T> {
  try {
    return new SharedPart(make(needs), needs, forget);
  } catch (error) {
    needs.release();
    throw error;
  }
}

/** Shared parts by a key that identifies their inputs. */
export class PartPool<T> {
  readonly #parts = new Map<string, SharedPart<T>>();
  readonly #counted: ((change: 1 | -1) => void) | undefined;

  /** @param counted called for each part that is added or removed. */
  constructor(counted?: (change: 1 | -1) => void) {
    this.#counted = counted;
  }

  get size(): number {
    return this.#parts.size;
  }

  values(): readonly T[] {
    return [...this.#parts.values()].map(({ value }) => value);
  }

  /**
   * The part of a key, to be held by the caller at once.
   *
   * @param needs what a new part is made of: it belongs to that part, and is released when there is one already.
   */
  part(key: string, make: (needs: Lease) => T, needs?: Lease): SharedPart<T> {
    const found = this.#parts.get(key);
    if (found !== undefined) {
      needs?.release();
      return found;
    }
    const forget = () => {
      this.#parts.delete(key);
      this.#counted?.(-1);
    };
    const made = makePart(make, forget, needs);
    this.#parts.set(key, made);
    this.#counted?.(1);
    return made;
  }
}

/** The parts that one owner holds, oldest first; all of them are let go when the owner is gone. */
export class Holdings {
  #held: readonly SharedPart<unknown>[] = [];

  /** @param part held for the owner already. */
  push(part: SharedPart<unknown>): void {
    // A new array each time: one that has grown keeps room for sixteen more, in every firewall.
    this.#held = [...this.#held, part];
  }

  /** Lets go of the oldest. */
  shift(): void {
    const [oldest, ...others] = this.#held;
    this.#held = others;
    oldest?.release();
  }

  releaseAll(): void {
    const held = this.#held;
    this.#held = [];
    for (const part of held) part.release();
  }
}

// A runtime without it cannot detect that an owner is gone: there, parts are shared only within a firewall.
const owners =
  typeof FinalizationRegistry === "undefined"
    ? undefined
    : /* @__PURE__ */ new FinalizationRegistry<Holdings>((holdings) => holdings.releaseAll());

/** Whether {@link endWith} can be relied upon. */
export const HAS_FINALIZATION = owners !== undefined;

/** Lets go of holdings some time after the owner was garbage. They must not lead to the owner. */
export function endWith(owner: object, holdings: Holdings): void {
  owners?.register(owner, holdings);
}
