// On the request path.

/** Bytes of bodies that are held for rules at once, over all requests of a gate. */
export class HeldBytes {
  readonly #most: number;
  #held = 0;

  /** @param most bytes that may be held. */
  constructor(most: number) {
    this.#most = most;
  }

  /** Bytes that are held now. */
  get held(): number {
    return this.#held;
  }

  /** Counts bytes that are to be held; false: there would be too many, and nothing is counted. */
  take(bytes: number): boolean {
    if (this.#held + bytes > this.#most) return false;
    this.#held += bytes;
    return true;
  }

  /** Gives bytes back. */
  give(bytes: number): void {
    this.#held -= bytes;
  }
}

/** What of {@link HeldBytes} one request takes. */
export class Hold {
  readonly #all: HeldBytes;
  #bytes = 0;
  #isExceeded = false;
  #isReleased = false;

  constructor(all: HeldBytes) {
    this.#all = all;
  }

  /** Whether bytes were refused: the body cannot be judged. */
  get isExceeded(): boolean {
    return this.#isExceeded;
  }

  /** Counts bytes of this request's body; false: they must not be held. */
  readonly take = (bytes: number): boolean => {
    if (this.#isReleased || !this.#all.take(bytes)) {
      this.#isExceeded = true;
      return false;
    }
    this.#bytes += bytes;
    return true;
  };

  /** Gives all bytes back. Safe to call twice; nothing is counted after it. */
  readonly release = (): void => {
    this.#isReleased = true;
    this.#all.give(this.#bytes);
    this.#bytes = 0;
  };
}
