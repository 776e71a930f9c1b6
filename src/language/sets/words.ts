/** A growing array of 32-bit words, for tables whose length is known only when they are built. */
export class Words {
  #words: Uint32Array;
  #length = 0;

  constructor(capacity = 16) {
    this.#words = new Uint32Array(capacity);
  }

  get length(): number {
    return this.#length;
  }

  push(word: number): void {
    if (this.#length === this.#words.length) this.#grow(this.#length + 1);
    this.#words[this.#length++] = word;
  }

  /** Appends so many zeros and says where they begin. */
  reserve(count: number): number {
    const at = this.#length;
    if (at + count > this.#words.length) this.#grow(at + count);
    this.#length += count;
    return at;
  }

  set(at: number, word: number): void {
    this.#words[at] = word;
  }

  /** A view that holds until the array grows again. */
  words(): Uint32Array {
    return this.#words.subarray(0, this.#length);
  }

  /** A copy without the room to grow. */
  packed(): Uint32Array {
    return this.#words.slice(0, this.#length);
  }

  #grow(least: number): void {
    const grown = new Uint32Array(Math.max(this.#words.length * 2, least));
    grown.set(this.#words);
    this.#words = grown;
  }
}
