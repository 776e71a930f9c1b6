// On the request path: an open-addressed table in two typed arrays. Tries of rulesets have few edges per state, so
// rows of pointers would be empty for the most part: 12 bytes an edge here against a kilobyte a state.

/** Maps non-negative 31-bit keys to non-negative numbers. */
export class EdgeTable {
  #keys: Int32Array;
  #values: Int32Array;
  #shift: number;
  #size = 0;

  constructor(expected = 16) {
    let bits = 4;
    while (2 ** bits < expected * 2) bits++;
    this.#keys = new Int32Array(2 ** bits).fill(-1);
    this.#values = new Int32Array(2 ** bits);
    this.#shift = 32 - bits;
  }

  /** The value of a key, or -1. */
  get(key: number): number {
    const keys = this.#keys;
    const mask = keys.length - 1;
    let at = Math.imul(key, SPREAD) >>> this.#shift;
    for (;;) {
      const found = keys[at]!;
      if (found === key) return this.#values[at]!;
      if (found === -1) return -1;
      at = (at + 1) & mask;
    }
  }

  /** Adds a key that is not there yet. */
  add(key: number, value: number): void {
    if ((this.#size + 1) * 2 > this.#keys.length) this.#grow();
    this.#size++;
    this.#place(key, value);
  }

  #place(key: number, value: number): void {
    const keys = this.#keys;
    const mask = keys.length - 1;
    let at = Math.imul(key, SPREAD) >>> this.#shift;
    while (keys[at] !== -1) at = (at + 1) & mask;
    keys[at] = key;
    this.#values[at] = value;
  }

  #grow(): void {
    const keys = this.#keys;
    const values = this.#values;
    this.#keys = new Int32Array(keys.length * 2).fill(-1);
    this.#values = new Int32Array(keys.length * 2);
    this.#shift--;
    for (let at = 0; at < keys.length; at++) if (keys[at] !== -1) this.#place(keys[at]!, values[at]!);
  }
}

/** 2^32 over the golden ratio: neighbouring keys land far from each other. */
const SPREAD = 0x9e3779b1 | 0;
