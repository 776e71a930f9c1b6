import type { Budget } from "../values/budget.ts";
import { holdsBetween } from "./assertions.ts";
import {
  FIRST_WORD,
  isWordByte,
  OP_ASSERT,
  OP_BYTE,
  OP_MATCH,
  OP_SAVE,
  OP_SPLIT,
  type Program,
  TEXT_START,
} from "./program.ts";

const UNKNOWN = -1;
const MATCH = -2;
const DEAD = -3;

const LINE_START = 2;
const LOOKS_AT_LINES = 0b111100;

/** Memory that the tables of one pattern may take, as in the reference; full tables are thrown away and begun anew. */
const MAX_CACHE_BYTES = 2 * 1024 * 1024;
/** Bookkeeping of one state besides its row and its threads, roughly. */
const STATE_OVERHEAD = 120;
/** Bytes that a full table must have served per state; below, stepping the threads is as fast and needs no table. */
const MIN_BYTES_PER_STATE = 10;
/** Table entries that a search may make before they must have paid: cold tables miss often at first. */
const FREE_MISSES = 1000;
/** The skip loop pays while at most this many of the bytes that are common in text leave the resting state. */
const MAX_COMMON_EXITS = 2;
/** Bytes that cost one step where the table answers: the threads of one byte take several times as long. */
const BYTES_PER_STEP = 4;
const COMMON_BYTES = " abcdefghijklmnopqrstuvwxyz0123456789";

interface State {
  readonly threads: Int32Array;
  /** The byte before, as far as assertions of the threads ask for it. */
  readonly before: number;
}

/**
 * A deterministic automaton that is built as subjects demand it: one table row per set of threads, one column per
 * byte class and one for the end of the subject. Answers only whether the program matches.
 */
export class LazyDfa {
  readonly #program: Program;
  readonly #classes: Uint8Array;
  readonly #end: number;
  readonly #stride: number;
  readonly #cacheBytes: number;
  /** Rows premultiplied: an entry is the offset of the next row, or one of the negative answers. */
  #table: Int32Array;
  #states: State[] = [];
  #ids = new Map<string, number>();
  #used = 0;
  #clears = 0;
  #initial = DEAD;
  /** The state in which nothing has begun, and what of its bytes lead back to it; -9 when there is none worth it. */
  #resting = -9;
  #stays = new Uint8Array(256);
  /** The only byte that leaves the resting state, or `""`. */
  #exit = "";
  #prepared = false;
  #work = 0;
  readonly #mark: Int32Array;
  readonly #stack: Int32Array;
  readonly #reached: Int32Array;
  #generation = 0;

  constructor(program: Program, cacheBytes = MAX_CACHE_BYTES) {
    const size = program.op.length;
    this.#program = program;
    this.#classes = program.classes;
    this.#end = program.representatives.length;
    this.#stride = this.#end + 1;
    this.#cacheBytes = cacheBytes;
    this.#table = new Int32Array(this.#stride * 8).fill(UNKNOWN);
    this.#mark = new Int32Array(size);
    this.#stack = new Int32Array(size * 2 + 2);
    this.#reached = new Int32Array(size + 1);
  }

  /**
   * Whether the program matches anywhere; undefined when the table keeps overflowing on this subject, so that
   * another way must answer. False once the budget is exhausted.
   */
  test(subject: string, budget?: Budget): boolean | undefined {
    if (budget !== undefined && !budget.spend(Math.ceil(subject.length / BYTES_PER_STEP))) return false;
    if (!this.#prepared) this.#prepare();
    let table = this.#table;
    let resting = this.#resting;
    const stays = this.#stays;
    const classes = this.#classes;
    const length = subject.length;
    let state = this.#initial;
    if (state < 0) return state === MATCH;
    let clears = this.#clears;
    let clearedAt = 0;
    let misses = 0;
    for (let at = 0; at < length; at++) {
      if (state === resting) {
        if (this.#exit !== "") {
          at = subject.indexOf(this.#exit, at);
          if (at === -1) break;
        } else {
          while (at < length && stays[subject.charCodeAt(at) & 255] === 1) at++;
          if (at >= length) break;
        }
      }
      const column = classes[subject.charCodeAt(at) & 255]!;
      let next = table[state + column]!;
      if (next < 0) {
        if (next === UNKNOWN) {
          const states = this.#states.length;
          next = this.#step(state, column);
          table = this.#table;
          if (budget !== undefined && !this.#charge(budget)) return false;
          if (++misses > FREE_MISSES && at < misses * 2 && next >= 0) return undefined;
          if (clears !== this.#clears) {
            clears = this.#clears;
            resting = -9;
            if (at - clearedAt < states * MIN_BYTES_PER_STATE) return undefined;
            clearedAt = at;
          }
        }
        if (next < 0) return next === MATCH;
      }
      state = next;
    }
    let last = table[state + this.#end]!;
    if (last === UNKNOWN) last = this.#step(state, this.#end);
    if (budget !== undefined && !this.#charge(budget)) return false;
    return last === MATCH;
  }

  #charge(budget: Budget): boolean {
    const work = this.#work;
    this.#work = 0;
    return budget.spend(work);
  }

  #prepare(): void {
    this.#prepared = true;
    this.#resting = -9;
    this.#exit = "";
    this.#reached[0] = this.#program.start;
    this.#initial = this.#state(1, -1);
    this.#reached[0] = this.#program.start;
    const resting = this.#state(1, 0);
    // While the table overflows, no state stays where it was: do without the skip loop.
    for (let column = 0; resting >= 0 && this.#prepared && column < this.#end; column++) {
      if (this.#table[resting + column] === UNKNOWN) this.#step(resting, column);
    }
    if (!this.#prepared) {
      this.#prepared = true;
      this.#reached[0] = this.#program.start;
      this.#initial = this.#state(1, -1);
      return;
    }
    if (resting < 0) return;
    let stayed = 0;
    let exit = -1;
    for (let byte = 0; byte < 256; byte++) {
      const stay = this.#table[resting + this.#classes[byte]!] === resting ? 1 : 0;
      this.#stays[byte] = stay;
      stayed += stay;
      if (stay === 0) exit = byte;
    }
    if (stayed === 255) this.#exit = String.fromCharCode(exit);
    let commonExits = 0;
    for (let at = 0; at < COMMON_BYTES.length; at++)
      if (this.#stays[COMMON_BYTES.charCodeAt(at)] === 0) commonExits++;
    if (stayed > 0 && commonExits <= MAX_COMMON_EXITS) this.#resting = resting;
  }

  /**
   * The state of `count` threads in #reached, after the byte `before` (-1: none). Follows everything that needs no
   * look ahead.
   */
  #state(count: number, before: number): number {
    const { op, x, y, assertions } = this.#program;
    const generation = this.#nextGeneration();
    const mark = this.#mark;
    const stack = this.#stack;
    const reached = this.#reached;
    let kept = 0;
    let looks = false;
    // The threads are read before they are overwritten: what is kept never outruns what was read.
    const from = reached.slice(0, count);
    for (const first of from) {
      let depth = 0;
      stack[depth++] = first;
      while (depth > 0) {
        const pc = stack[--depth]!;
        if (mark[pc] === generation) continue;
        mark[pc] = generation;
        this.#work++;
        switch (op[pc]) {
          case OP_SPLIT:
            stack[depth++] = y[pc]!;
            stack[depth++] = x[pc]!;
            break;
          case OP_SAVE:
            stack[depth++] = y[pc]!;
            break;
          case OP_MATCH:
            return MATCH;
          case OP_ASSERT: {
            const code = x[pc]!;
            if (code === TEXT_START || code === LINE_START) {
              if (holdsBetween(code, before, -1)) stack[depth++] = y[pc]!;
            } else {
              looks = true;
              reached[kept++] = pc;
            }
            break;
          }
          default:
            reached[kept++] = pc;
        }
      }
    }
    // With `(?m)^`, nothing under way now does not mean that nothing can begin at the next line.
    if (kept === 0 && (assertions & (1 << LINE_START)) === 0) return DEAD;
    const threads = reached.slice(0, kept).sort();
    const relevant = looks ? relevantByte(before, assertions) : 0;
    const key = stateKey(threads, relevant);
    const known = this.#ids.get(key);
    if (known !== undefined) return known;
    const cost = this.#stride * 4 + threads.length * 6 + STATE_OVERHEAD;
    if (this.#used + cost > this.#cacheBytes && this.#states.length > 0) this.#clear();
    this.#used += cost;
    const id = this.#states.length * this.#stride;
    this.#states.push({ threads, before: relevant });
    this.#ids.set(key, id);
    if (id + this.#stride > this.#table.length) {
      const grown = new Int32Array(this.#table.length * 2).fill(UNKNOWN);
      grown.set(this.#table);
      this.#table = grown;
    }
    return id;
  }

  #clear(): void {
    this.#clears++;
    this.#states = [];
    this.#ids = new Map();
    this.#table.fill(UNKNOWN);
    this.#used = 0;
    this.#prepared = false;
  }

  /** The state after one more byte class, entered in the table. */
  #step(id: number, column: number): number {
    const { op, x, y, sets, start, representatives } = this.#program;
    const clears = this.#clears;
    const { threads, before } = this.#states[id / this.#stride]!;
    const atEnd = column === this.#end;
    // The column of the end stands for no byte.
    const byte = representatives[column] ?? -1;
    const generation = this.#nextGeneration();
    const mark = this.#mark;
    const stack = this.#stack;
    const reached = this.#reached;
    let count = 0;
    let matched = false;
    for (let thread = 0; thread < threads.length && !matched; thread++) {
      let depth = 0;
      stack[depth++] = threads[thread]!;
      while (depth > 0) {
        const pc = stack[--depth]!;
        if (mark[pc] === generation) continue;
        mark[pc] = generation;
        this.#work++;
        const operand = x[pc]!;
        const to = y[pc]!;
        switch (op[pc]) {
          case OP_BYTE:
            if (!atEnd && sets[operand]![byte] === 1) reached[count++] = to;
            break;
          case OP_SPLIT:
            stack[depth++] = to;
            stack[depth++] = operand;
            break;
          case OP_SAVE:
            stack[depth++] = to;
            break;
          case OP_ASSERT:
            if (holdsBetween(operand, before, byte)) stack[depth++] = to;
            break;
          case OP_MATCH:
            matched = true;
            depth = 0;
            break;
        }
      }
    }
    let next: number;
    if (matched) next = MATCH;
    else if (atEnd) next = DEAD;
    else {
      reached[count++] = start;
      next = this.#state(count, byte);
    }
    if (clears === this.#clears) this.#table[id + column] = next;
    return next;
  }

  #nextGeneration(): number {
    if (this.#generation === 0x7fffffff) {
      this.#mark.fill(0);
      this.#generation = 0;
    }
    return ++this.#generation;
  }
}

/** Folds bytes that the program's assertions do not distinguish, so that their states are one. */
function relevantByte(before: number, assertions: number): number {
  if (before === -1) return -1;
  if ((assertions & LOOKS_AT_LINES) !== 0 && (before === 10 || before === 13)) return before;
  return assertions >> FIRST_WORD !== 0 && isWordByte(before) ? 97 : 0;
}

const KEY_CHUNK = 4096;

function stateKey(threads: Int32Array, before: number): string {
  const units = new Uint16Array(threads.length * 2 + 1);
  units[0] = before + 1;
  for (let at = 0; at < threads.length; at++) {
    const thread = threads[at]!;
    units[at * 2 + 1] = thread & 0xffff;
    units[at * 2 + 2] = thread >> 16;
  }
  let key = "";
  for (let from = 0; from < units.length; from += KEY_CHUNK) {
    key += String.fromCharCode(...units.subarray(from, from + KEY_CHUNK));
  }
  return key;
}
