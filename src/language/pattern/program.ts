import type { Assertion, PatternNode, PatternTree } from "./ast.ts";
import { refuse } from "./fault.ts";
import { type ByteSet, type Ranges, toByteSet } from "./ranges.ts";
import { type ByteSequence, utf8Sequences } from "./utf8-ranges.ts";

/** `x`: number of the byte set; `y`: what follows. */
export const OP_BYTE = 0;
/** `x`: preferred way; `y`: the other one. */
export const OP_SPLIT = 1;
/** `x`: code of the assertion; `y`: what follows. */
export const OP_ASSERT = 2;
/** `x`: slot; `y`: what follows. */
export const OP_SAVE = 3;
export const OP_MATCH = 4;

/** Codes of assertions in programs. */
export const ASSERTION_CODES: readonly Assertion[] = [
  "text-start",
  "text-end",
  "line-start",
  "line-end",
  "line-start-crlf",
  "line-end-crlf",
  "word",
  "not-word",
  "word-start",
  "word-end",
  "word-start-half",
  "word-end-half",
  "unicode-word",
  "unicode-not-word",
  "unicode-word-start",
  "unicode-word-end",
  "unicode-word-start-half",
  "unicode-word-end-half",
];
export const TEXT_START = 0;
export const FIRST_WORD = 6;
export const FIRST_UNICODE_WORD = 12;

/**
 * Most instructions of a program. The reference allows 10 MiB; at its 32 bytes or so for each instruction this is the
 * same bound.
 */
export const MAX_PROGRAM = 327_680;

/** A pattern as instructions for the matchers: parallel arrays, instruction numbers as links. */
export interface Program {
  readonly op: Uint8Array;
  readonly x: Int32Array;
  readonly y: Int32Array;
  readonly start: number;
  readonly sets: readonly ByteSet[];
  /** Bit per assertion code in use. */
  readonly assertions: number;
  readonly groupCount: number;
  /** Each byte's class: bytes of one class are told apart by no instruction. */
  readonly classes: Uint8Array;
  /** A byte of each class. */
  readonly representatives: Uint8Array;
}

/** Translates a tree; refuses with E_REGEX_LIMIT what grows beyond {@link MAX_PROGRAM}. */
export function compileProgram(tree: PatternTree): Program {
  return new Emitter(tree).finish();
}

/** Most instructions that the code points of one range take: 16 sequences of four bytes, each tested and split off. */
const MAX_RANGE = 128;

/** No fewer instructions than the tree's program has. Costs far less than the program. */
export function programBound(tree: PatternTree): number {
  return 1 + boundOf(tree.root);
}

function boundOf(node: PatternNode): number {
  switch (node.kind) {
    case "empty":
      return 0;
    case "byte":
    case "assert":
      return 1;
    case "char":
      return Math.max(1, (node.ranges.length / 2) * MAX_RANGE);
    case "capture":
      return 2 + boundOf(node.item);
    case "concat":
    case "alternate": {
      let sum = 0;
      for (const item of node.items) sum += 1 + boundOf(item);
      return sum;
    }
    case "repeat": {
      const times = node.max === Number.POSITIVE_INFINITY ? Math.max(1, node.min) : node.max;
      return 2 + times * (1 + boundOf(node.item));
    }
  }
}

/** The same program for searches that want no groups: links pass by the instructions that save offsets. */
export function withoutSaves(program: Program): Program {
  const { op, x, y } = program;
  const past = (pc: number): number => {
    let to = pc;
    while (op[to] === OP_SAVE) to = y[to]!;
    return to;
  };
  const splitX = x.map((to, pc) => (op[pc] === OP_SPLIT ? past(to) : to));
  return { ...program, x: splitX, y: y.map(past), start: past(program.start) };
}

/** The same program for subjects of ASCII only, on which evaluating characters and evaluating bytes come to the same. */
export function onAscii(program: Program): Program {
  const { op, x, assertions } = program;
  const shift = FIRST_UNICODE_WORD - FIRST_WORD;
  const asciiX = x.map((code, pc) =>
    op[pc] === OP_ASSERT && code >= FIRST_UNICODE_WORD ? code - shift : code,
  );
  const mask = (1 << FIRST_UNICODE_WORD) - 1;
  return { ...program, x: asciiX, assertions: (assertions & mask) | ((assertions & ~mask) >> shift) };
}

class Emitter {
  readonly #tree: PatternTree;
  readonly #op: number[] = [];
  readonly #x: number[] = [];
  readonly #y: number[] = [];
  readonly #sets: ByteSet[] = [];
  readonly #ranges: Ranges[] = [];
  readonly #setNumbers = new Map<string, number>();
  readonly #nodeSets = new Map<object, number>();
  readonly #sequences = new Map<object, readonly ByteSequence[]>();
  readonly #emptiness = new Map<PatternNode, Emptiness>();
  #assertions = 0;

  constructor(tree: PatternTree) {
    this.#tree = tree;
  }

  finish(): Program {
    const match = this.#emit(OP_MATCH, 0, 0);
    const start = this.#node(this.#tree.root, match);
    const { classes, representatives } = byteClasses(this.#ranges, this.#assertions);
    return {
      op: new Uint8Array(this.#op),
      x: new Int32Array(this.#x),
      y: new Int32Array(this.#y),
      start,
      sets: this.#sets,
      assertions: this.#assertions,
      groupCount: this.#tree.groupCount,
      classes,
      representatives,
    };
  }

  #emit(op: number, x: number, y: number): number {
    if (this.#op.length >= MAX_PROGRAM) {
      const { start, end } = this.#tree.root;
      refuse(
        "E_REGEX_LIMIT",
        "the compiled pattern would be too large",
        start,
        end,
        "lower the repetition counts, or use fewer Unicode classes",
      );
    }
    this.#op.push(op);
    this.#x.push(x);
    this.#y.push(y);
    return this.#op.length - 1;
  }

  /** Emits a node that goes on at `next`; the entry is the result. Programs are built from their end. */
  #node(node: PatternNode, next: number): number {
    switch (node.kind) {
      case "empty":
        return next;
      case "byte":
        return this.#emit(OP_BYTE, this.#nodeSet(node.ranges), next);
      case "char":
        return this.#chars(node, next);
      case "assert": {
        const code = ASSERTION_CODES.indexOf(node.assertion);
        this.#assertions |= 1 << code;
        return this.#emit(OP_ASSERT, code, next);
      }
      case "concat":
        return node.items.reduceRight((entry, item) => this.#node(item, entry), next);
      case "alternate": {
        const entries = node.items.map((item) => this.#node(item, next));
        return entries.reduceRight((others, entry) => this.#emit(OP_SPLIT, entry, others));
      }
      case "capture": {
        const close = this.#emit(OP_SAVE, node.index * 2 + 1, next);
        return this.#emit(OP_SAVE, node.index * 2, this.#node(node.item, close));
      }
      case "repeat":
        return this.#repeat(node, next);
    }
  }

  #split(lazy: boolean, body: number, next: number): number {
    return lazy ? this.#emit(OP_SPLIT, next, body) : this.#emit(OP_SPLIT, body, next);
  }

  #repeat(node: PatternNode & { kind: "repeat" }, next: number): number {
    const { item, min, max, lazy } = node;
    const emptiness = this.#emptinessOf(item);
    // Without this, a huge count of nothing would loop for its count.
    if (emptiness === "always") return next;
    let entry = next;
    if (max === Number.POSITIVE_INFINITY) {
      const loop = this.#split(lazy, next, next);
      const body = this.#node(item, loop);
      if (lazy) this.#y[loop] = body;
      else this.#x[loop] = body;
      if (min > 0) entry = body;
      // A loop over what can be empty is `(?:x+)?`: only so do preferences come out as in backtracking.
      else entry = emptiness === "sometimes" ? this.#split(lazy, body, next) : loop;
      for (let count = 1; count < min; count++) entry = this.#node(item, entry);
      return entry;
    }
    for (let count = min; count < max; count++) entry = this.#split(lazy, this.#node(item, entry), next);
    for (let count = 0; count < min; count++) entry = this.#node(item, entry);
    return entry;
  }

  #emptinessOf(node: PatternNode): Emptiness {
    if (node.kind === "byte" || node.kind === "char") return "never";
    let known = this.#emptiness.get(node);
    if (known === undefined) {
      known = this.#judgeEmptiness(node);
      this.#emptiness.set(node, known);
    }
    return known;
  }

  #judgeEmptiness(node: PatternNode): Emptiness {
    switch (node.kind) {
      case "empty":
        return "always";
      case "assert":
        return "sometimes";
      case "byte":
      case "char":
        return "never";
      case "capture":
        return this.#emptinessOf(node.item) === "never" ? "never" : "sometimes";
      case "repeat": {
        const item = this.#emptinessOf(node.item);
        if (item === "always" || node.max === 0) return "always";
        return node.min === 0 ? "sometimes" : item;
      }
      case "concat":
      case "alternate": {
        const items = node.items.map((item) => this.#emptinessOf(item));
        if (node.kind === "alternate") return items.every((item) => item === "never") ? "never" : "sometimes";
        if (items.includes("never")) return "never";
        return items.includes("sometimes") ? "sometimes" : "always";
      }
    }
  }

  #nodeSet(ranges: readonly number[]): number {
    let number = this.#nodeSets.get(ranges);
    if (number === undefined) {
      number = this.#setNumber(ranges);
      this.#nodeSets.set(ranges, number);
    }
    return number;
  }

  #setNumber(ranges: readonly number[]): number {
    const key = ranges.join();
    let number = this.#setNumbers.get(key);
    if (number === undefined) {
      number = this.#sets.length;
      this.#sets.push(toByteSet(ranges));
      this.#ranges.push(ranges);
      this.#setNumbers.set(key, number);
    }
    return number;
  }

  #chars(node: PatternNode & { kind: "char" }, next: number): number {
    let sequences = this.#sequences.get(node.ranges);
    if (sequences === undefined) {
      sequences = utf8Sequences(node.ranges);
      this.#sequences.set(node.ranges, sequences);
    }
    return this.#trie(sequences, 0, next, new Map());
  }

  /**
   * One byte position of disjoint sequences: first bytes with the same continuation share an instruction, and equal
   * continuations are emitted once.
   */
  #trie(sequences: readonly ByteSequence[], at: number, next: number, made: Map<string, number>): number {
    const key = `${sequences.map((sequence) => sequence.slice(at).join()).join(";")}`;
    const known = made.get(key);
    if (known !== undefined) return known;
    const byContinuation = new Map<number, number[]>();
    for (const { bounds, isLast, sequences: rest } of runsAt(at, sequences)) {
      const follows = isLast ? next : this.#trie(rest, at + 2, next, made);
      const ranges = byContinuation.get(follows);
      if (ranges === undefined) byContinuation.set(follows, [...bounds]);
      else ranges.push(...bounds);
    }
    let entry = -1;
    for (const [follows, bounds] of byContinuation) {
      const one = this.#emit(OP_BYTE, this.#setNumber(bounds), follows);
      entry = entry === -1 ? one : this.#emit(OP_SPLIT, one, entry);
    }
    if (entry === -1) entry = this.#emit(OP_BYTE, this.#setNumber([]), next);
    made.set(key, entry);
    return entry;
  }
}

/** Neighbouring sequences that have the same bytes at a position. */
interface SequenceRun {
  readonly bounds: readonly number[];
  /** Whether they end after it. */
  readonly isLast: boolean;
  readonly sequences: ByteSequence[];
}

function runsAt(at: number, sequences: readonly ByteSequence[]): readonly SequenceRun[] {
  const runs: SequenceRun[] = [];
  for (const sequence of sequences) {
    const run = runs.at(-1);
    if (run !== undefined && run.bounds[0] === sequence[at] && run.bounds[1] === sequence[at + 1])
      run.sequences.push(sequence);
    else {
      const bounds = sequence.slice(at, at + 2);
      runs.push({ bounds, isLast: sequence.length === at + 2, sequences: [sequence] });
    }
  }
  return runs;
}

/** Whether a node matches the empty string: always and without conditions, under conditions or by choice, or never. */
type Emptiness = "always" | "sometimes" | "never";

export function isWordByte(byte: number): boolean {
  return (
    (byte >= 97 && byte <= 122) || (byte >= 48 && byte <= 57) || (byte >= 65 && byte <= 90) || byte === 95
  );
}

function byteClasses(
  sets: readonly Ranges[],
  assertions: number,
): { readonly classes: Uint8Array; readonly representatives: Uint8Array } {
  const classes = new Uint8Array(256);
  const sizes = new Uint16Array(256);
  sizes[0] = 256;
  let count = 1;
  /** Of each class: its bytes that are in the set. */
  const inside = new Uint16Array(256);
  /** Of each class: the new one that those bytes move to; 0: none yet. */
  const moved = new Uint8Array(256);
  const refine = (set: Ranges): void => {
    if (count === 256) return;
    inside.fill(0, 0, count);
    moved.fill(0, 0, count);
    for (let at = 0; at < set.length; at += 2) {
      for (let byte = set[at]!; byte <= set[at + 1]!; byte++) inside[classes[byte]!]!++;
    }
    for (let at = 0; at < set.length; at += 2) {
      for (let byte = set[at]!; byte <= set[at + 1]!; byte++) {
        const old = classes[byte]!;
        let to = moved[old]!;
        if (to === 0) {
          if (inside[old] === sizes[old]) continue;
          to = count++;
          moved[old] = to;
          sizes[to] = inside[old]!;
          sizes[old]! -= inside[old]!;
        }
        classes[byte] = to;
      }
    }
  };
  for (const set of sets) refine(set);
  if (assertions >> FIRST_WORD !== 0) refine([48, 57, 65, 90, 95, 95, 97, 122]);
  if ((assertions & 0b111100) !== 0) {
    refine([10, 10]);
    refine([13, 13]);
  }
  const representatives = new Uint8Array(count);
  for (let byte = 255; byte >= 0; byte--) representatives[classes[byte]!] = byte;
  return { classes, representatives };
}
