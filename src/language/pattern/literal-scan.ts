/**
 * One pass over a subject that finds which of many literals occur, in either letter case, and which bytes: an
 * Aho–Corasick automaton over byte classes. An object serves one scan at a time.
 */
export class LiteralScan {
  /** Numbers of the literals that the last scan found, each once, from the front. */
  readonly found: Int32Array;
  readonly #classes = new Uint8Array(256);
  /** Rows premultiplied; an entry below zero is the complement of a row at which literals end. */
  readonly #table: Int32Array;
  readonly #width: number;
  /** Literals that end at a state, and the next shorter state at which any end; -1: none. */
  readonly #ends: readonly (readonly number[])[];
  readonly #shorter: Int32Array;
  readonly #seen: Int32Array;
  #generation = 0;
  /** For each byte, the scan that met it last: a store for each byte of a subject, where a bit map would load, too. */
  readonly #marks = new Uint8Array(256);
  #mark = 0;

  /** Literals must be lower case and not empty. */
  constructor(literals: readonly string[]) {
    this.found = new Int32Array(literals.length);
    this.#seen = new Int32Array(literals.length);
    let width = 1;
    let size = 1;
    for (const literal of literals) {
      size += literal.length;
      for (let at = 0; at < literal.length; at++) {
        const byte = literal.charCodeAt(at);
        if (this.#classes[byte] === 0) this.#classes[byte] = width++;
      }
    }
    // Letters match in either case.
    this.#classes.copyWithin(65, 97, 123);
    this.#width = width;
    const edges = new Int32Array(size * width).fill(-1);
    const ends: number[][] = [[]];
    for (const [number, literal] of literals.entries()) {
      let state = 0;
      for (let at = 0; at < literal.length; at++) {
        const edge = state * width + this.#classes[literal.charCodeAt(at)]!;
        if (edges[edge] === -1) {
          edges[edge] = ends.length;
          ends.push([]);
        }
        state = edges[edge]!;
      }
      ends[state]!.push(number);
    }
    this.#ends = ends;
    this.#shorter = new Int32Array(ends.length).fill(-1);
    this.#table = this.#complete(edges);
  }

  /** Fills in the edges that fall back to shorter states, and marks those that lead to ends of literals. */
  #complete(edges: Int32Array): Int32Array {
    const width = this.#width;
    const count = this.#ends.length;
    const fallback = new Int32Array(count);
    const queue: number[] = [0];
    for (const state of queue) {
      const back = fallback[state]!;
      if (state !== 0) this.#shorter[state] = this.#ends[back]!.length > 0 ? back : this.#shorter[back]!;
      for (let column = 0; column < width; column++) {
        const edge = state * width + column;
        const inherited = state === 0 ? 0 : edges[back * width + column]!;
        const target = edges[edge]!;
        if (target === -1) edges[edge] = inherited;
        else {
          fallback[target] = inherited;
          queue.push(target);
        }
      }
    }
    return edges.slice(0, count * width).map((state) => {
      const ending = this.#ends[state]!.length > 0 || this.#shorter[state] !== -1;
      return ending ? ~(state * width) : state * width;
    });
  }

  /** Scans. The answer is how many literals occur. */
  run(subject: string): number {
    const table = this.#table;
    const classes = this.#classes;
    const marks = this.#marks;
    const generation = ++this.#generation | 0;
    if (this.#mark === 255) {
      marks.fill(0);
      this.#mark = 0;
    }
    const mark = ++this.#mark;
    const { length } = subject;
    const fours = length - 3;
    let count = 0;
    let state = 0;
    let at = 0;
    while (at < length) {
      // By four bytes until a literal ends: a fifth less time than byte by byte, since only the states depend on
      // one another, and the rest of the four is worked out meanwhile.
      for (; at < fours; at += 4) {
        const byte0 = subject.charCodeAt(at) & 255;
        const byte1 = subject.charCodeAt(at + 1) & 255;
        const byte2 = subject.charCodeAt(at + 2) & 255;
        const byte3 = subject.charCodeAt(at + 3) & 255;
        marks[byte0] = mark;
        marks[byte1] = mark;
        marks[byte2] = mark;
        marks[byte3] = mark;
        const state1 = table[state + classes[byte0]!]!;
        if (state1 < 0) break;
        const state2 = table[state1 + classes[byte1]!]!;
        if (state2 < 0) break;
        const state3 = table[state2 + classes[byte2]!]!;
        if (state3 < 0) break;
        const state4 = table[state3 + classes[byte3]!]!;
        if (state4 < 0) break;
        state = state4;
      }
      // The four in which one ends, or the rest.
      for (const stop = at < fours ? at + 4 : length; at < stop; at++) {
        const byte = subject.charCodeAt(at) & 255;
        marks[byte] = mark;
        let next = table[state + classes[byte]!]!;
        if (next < 0) {
          next = ~next;
          count = this.#collect(next / this.#width, generation, count);
        }
        state = next;
      }
    }
    return count;
  }

  /** Whether any of the bytes occurred in the last scan. */
  met(bytes: Uint8Array): boolean {
    const marks = this.#marks;
    const mark = this.#mark;
    for (let at = 0; at < bytes.length; at++) if (marks[bytes[at]!] === mark) return true;
    return false;
  }

  #collect(from: number, generation: number, before: number): number {
    let count = before;
    for (let state = from; state >= 0; state = this.#shorter[state]!) {
      for (const number of this.#ends[state]!) {
        // Found before at this state: so were all the shorter ones.
        if (this.#seen[number] === generation) return count;
        this.#seen[number] = generation;
        this.found[count++] = number;
      }
    }
    return count;
  }
}
