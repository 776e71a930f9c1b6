// On the request path.

/**
 * Bytes of bodies that are held for rules at once, over all requests of a gate. The requests of one client hold at most half
 * of them together; a request that is its only one may hold more.
 */
export class HeldBytes {
  readonly #most: number;
  /** Only those of whom something is held. */
  readonly #clients = new Map<string, number>();
  #held = 0;

  /** @param most bytes that may be held. */
  constructor(most: number) {
    this.#most = most;
  }

  /** Whether so many are more than may ever be held. */
  isTooMuch(bytes: number): boolean {
    return bytes > this.#most;
  }

  /**
   * Counts bytes that are to be held; false: there would be too many, and nothing is counted.
   *
   * @param client undefined: one whose share is not bounded.
   * @param own bytes that the same request holds already.
   */
  take(bytes: number, client: string | undefined, own: number): boolean {
    if (this.#held + bytes > this.#most) return false;
    if (client !== undefined) {
      const held = this.#clients.get(client) ?? 0;
      if (held > own && held + bytes > this.#most / 2) return false;
      if (bytes > 0) this.#clients.set(client, held + bytes);
    }
    this.#held += bytes;
    return true;
  }

  /** Gives bytes back. */
  give(bytes: number, client: string | undefined): void {
    this.#held -= bytes;
    if (client === undefined) return;
    const left = (this.#clients.get(client) ?? 0) - bytes;
    if (left > 0) this.#clients.set(client, left);
    else this.#clients.delete(client);
  }
}

/** The share of one request in {@link HeldBytes}. */
export class Hold {
  readonly #all: HeldBytes;
  /** Let go of once asked: what releases later must not keep the request alive. */
  #whose: (() => string | undefined) | undefined;
  #client: string | undefined;
  #bytes = 0;
  #isExceeded = false;
  #isTooLong = false;
  #isReleased = false;

  /** @param whose asked when the first bytes come; see {@link HeldBytes.take}. */
  constructor(all: HeldBytes, whose: () => string | undefined) {
    this.#all = all;
    this.#whose = whose;
  }

  /** Whether bytes were refused: the body cannot be evaluated. */
  get isExceeded(): boolean {
    return this.#isExceeded;
  }

  /** Whether they would be too much though no other body were held: the request must not come again as it is. */
  get isTooLong(): boolean {
    return this.#isTooLong;
  }

  /** Counts bytes of this request's body; false: they must not be held. */
  readonly take = (bytes: number): boolean => {
    if (this.#whose !== undefined) {
      this.#client = this.#whose();
      this.#whose = undefined;
    }
    if (this.#isReleased || !this.#all.take(bytes, this.#client, this.#bytes)) {
      this.#isExceeded = true;
      this.#isTooLong ||= this.#all.isTooMuch(this.#bytes + bytes);
      return false;
    }
    this.#bytes += bytes;
    return true;
  };

  /** Gives all bytes back. Safe to call twice; nothing is counted after it. */
  readonly release = (): void => {
    this.#isReleased = true;
    this.#all.give(this.#bytes, this.#client);
    this.#bytes = 0;
  };
}
