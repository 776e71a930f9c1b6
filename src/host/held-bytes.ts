// On the request path.

/** Bytes of bodies that are held for rules at once, over all requests of a gate. */
export class HeldBytes {
  readonly #most: number;
  #held = 0;

  /** @param most bytes that may be held. */
  constructor(most: number) {
    this.#most = most;
  }

  /** Whether so many are more than may ever be held. */
  isTooMuch(bytes: number): boolean {
    return bytes > this.#most;
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
  #isTooLong = false;
  #isReleased = false;

  constructor(all: HeldBytes) {
    this.#all = all;
  }

  /** Whether bytes were refused: the body cannot be judged. */
  get isExceeded(): boolean {
    return this.#isExceeded;
  }

  /** Whether they would be too much though no other body were held: the request must not come again as it is. */
  get isTooLong(): boolean {
    return this.#isTooLong;
  }

  /** Counts bytes of this request's body; false: they must not be held. */
  readonly take = (bytes: number): boolean => {
    if (this.#isReleased || !this.#all.take(bytes)) {
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
    this.#all.give(this.#bytes);
    this.#bytes = 0;
  };
}
