/**
 * A value that several configurations may have in common: it is in its cache for as long as somebody holds it. It holds
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

  release(): void {
    this.#holders--;
    if (this.#holders > 0) return;
    this.#forget();
    this.#needs?.release();
  }
}

/** The shared parts that one owner uses; released by the last of those who retain it. */
export class Lease {
  readonly #parts = new Set<SharedPart<unknown>>();
  #retained = 1;

  take<T>(part: SharedPart<T>): T {
    if (!this.#parts.has(part)) {
      this.#parts.add(part);
      part.hold();
    }
    return part.value;
  }

  retain(): this {
    this.#retained++;
    return this;
  }

  release(): void {
    this.#retained--;
    if (this.#retained !== 0) return;
    for (const part of this.#parts) part.release();
    this.#parts.clear();
  }
}

/**
 * Makes a part. What it was to be made of is released when making it fails.
 *
 * @param forget takes the part out of its cache.
 */
export function makePart<T>(make: (needs: Lease) => T, forget: () => void): SharedPart<T> {
  const needs = new Lease();
  try {
    return new SharedPart(make(needs), needs, forget);
  } catch (error) {
    needs.release();
    throw error;
  }
}

/** The leases of one owner, oldest first; all of them end when the owner is gone. */
export class Leases {
  readonly #held: Lease[] = [];

  push(lease: Lease): void {
    this.#held.push(lease);
  }

  /** Ends the oldest. */
  shift(): void {
    this.#held.shift()?.release();
  }

  releaseAll(): void {
    for (const lease of this.#held.splice(0)) lease.release();
  }
}

// A runtime without it cannot tell when an owner is gone: there each firewall shares with itself only.
const owners =
  typeof FinalizationRegistry === "undefined"
    ? undefined
    : /* @__PURE__ */ new FinalizationRegistry<Leases>((leases) => leases.releaseAll());

/** Whether {@link endWith} can be relied upon. */
export const HAS_FINALIZATION = owners !== undefined;

/** Ends leases some time after the owner was garbage. They must not lead to the owner. */
export function endWith(owner: object, leases: Leases): void {
  owners?.register(owner, leases);
}
