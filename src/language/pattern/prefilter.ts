import type { Budget } from "../values/budget.ts";
import { requiredConditions } from "./analysis.ts";
import { automatonEngine } from "./automaton-engine.ts";
import type { CompiledPattern, PatternFault } from "./engine.ts";
import { LiteralScan } from "./literal-scan.ts";
import { pairsOf, type Ranges } from "./ranges.ts";
import { parsePattern } from "./syntax.ts";

/** Shorter literals are in most values, and so exclude nothing. */
const MIN_LITERAL = 3;
/** Conditions of each kind kept for a pattern, the most telling ones. */
const MAX_CONDITIONS = 3;
/** A byte set that holds more of ordinary text than this, such as one letter, excludes too little. */
const MAX_COMMONNESS = 0.95;

export type PatternPackResult =
  | { readonly ok: true; readonly pack: PatternPack }
  | {
      readonly ok: false;
      readonly faults: readonly { readonly index: number; readonly fault: PatternFault }[];
    };

/** What some patterns demand of a value; when it does not hold, none of them matches. */
interface Condition {
  /** Numbers of literals, any of which must occur. */
  readonly literals: readonly number[];
  /** Bytes, any of which must occur; empty when the condition is about literals. */
  readonly bytes: Uint8Array;
  /** Bit per pattern that makes the demand. */
  readonly patterns: Int32Array;
}

/**
 * Many patterns over many short values: conditions that are necessary for a match are checked for all patterns by one
 * pass over the value, and only the patterns that are left are run.
 */
export class PatternPack {
  readonly patterns: readonly CompiledPattern[];
  readonly #words: number;
  /** Bit per pattern that demands no literal. */
  readonly #unconditional: Int32Array;
  readonly #candidates: Int32Array;
  readonly #scan: LiteralScan;
  readonly #byteConditions: readonly Condition[];
  /** Literal conditions that each literal fulfils. */
  readonly #fulfils: readonly (readonly number[])[];
  /** Patterns that make each literal condition. */
  readonly #demanders: readonly Int32Array[];
  /** Literal conditions of each pattern. */
  readonly #demands: Uint8Array;
  /** How many of them the value of this generation met; anything else in the upper bits: none yet. */
  readonly #met: Int32Array;
  /** The generation in which each literal condition was met last. */
  readonly #metIn: Int32Array;
  #generation = 0;

  /** Compiles a pack; faults of all patterns are collected. */
  static build(sources: readonly string[]): PatternPackResult {
    const patterns: CompiledPattern[] = [];
    const faults: { readonly index: number; readonly fault: PatternFault }[] = [];
    const builder = new ConditionBuilder(sources.length);
    for (const [index, source] of sources.entries()) {
      const compiled = automatonEngine.compile(source);
      if (!compiled.ok) {
        faults.push({ index, fault: compiled.fault });
        continue;
      }
      patterns.push(compiled.pattern);
      builder.add(index, source);
    }
    return faults.length > 0 ? { ok: false, faults } : { ok: true, pack: new PatternPack(patterns, builder) };
  }

  private constructor(patterns: readonly CompiledPattern[], builder: ConditionBuilder) {
    this.patterns = patterns;
    this.#words = builder.words;
    this.#candidates = new Int32Array(this.#words);
    this.#scan = new LiteralScan([...builder.literals.keys()]);
    const conditions = [...builder.conditions.values()];
    this.#byteConditions = conditions.filter((condition) => condition.bytes.length > 0);
    const literalConditions = conditions.filter((condition) => condition.bytes.length === 0);
    this.#fulfils = Array.from({ length: builder.literals.size }, (_, literal) =>
      literalConditions.flatMap((condition, number) =>
        condition.literals.includes(literal) ? [number] : [],
      ),
    );
    this.#demanders = literalConditions.map((condition) => Int32Array.from(bitNumbers(condition.patterns)));
    this.#demands = new Uint8Array(patterns.length);
    for (const demanders of this.#demanders) for (const pattern of demanders) this.#demands[pattern]!++;
    this.#unconditional = new Int32Array(this.#words);
    this.#demands.forEach((demands, pattern) => {
      if (demands === 0) this.#unconditional[pattern >>> 5]! |= 1 << (pattern & 31);
    });
    this.#met = new Int32Array(patterns.length);
    this.#metIn = new Int32Array(literalConditions.length);
  }

  /**
   * Numbers of the patterns that match, ascending, in the order in which they were given to {@link PatternPack.build}.
   * Incomplete once the budget is exhausted.
   */
  matchAll(subject: string, budget?: Budget): readonly number[] {
    const matches: number[] = [];
    if (budget !== undefined && !budget.spend(subject.length)) return matches;
    const candidates = this.#filter(subject);
    for (let word = 0; word < this.#words; word++) {
      let bits = candidates[word]!;
      while (bits !== 0) {
        const low = bits & -bits;
        const index = word * 32 + (31 - Math.clz32(low));
        bits ^= low;
        if (this.patterns[index]!.test(subject, budget)) matches.push(index);
        if (budget?.exhausted === true) return matches;
      }
    }
    return matches;
  }

  /** How many patterns would be run on a subject. */
  candidateCount(subject: string): number {
    let count = 0;
    for (let bits of this.#filter(subject)) for (; bits !== 0; bits &= bits - 1) count++;
    return count;
  }

  #filter(subject: string): Int32Array {
    const candidates = this.#candidates;
    candidates.set(this.#unconditional);
    const hits = this.#scan.run(subject);
    if (hits > 0) this.#admit(hits);
    for (const { bytes, patterns } of this.#byteConditions) {
      if (!this.#scan.met(bytes)) exclude(candidates, patterns);
    }
    return candidates;
  }

  /** Adds the patterns whose literal conditions were all met. Most values meet few: nothing else is looked at. */
  #admit(hits: number): void {
    // The lower 8 bits count what was met: more conditions than 3 no pattern has.
    if (this.#generation === 0x7fffff) {
      this.#met.fill(0);
      this.#metIn.fill(0);
      this.#generation = 0;
    }
    const generation = ++this.#generation;
    const { found } = this.#scan;
    for (let hit = 0; hit < hits; hit++) {
      for (const condition of this.#fulfils[found[hit]!]!) {
        if (this.#metIn[condition] === generation) continue;
        this.#metIn[condition] = generation;
        for (const pattern of this.#demanders[condition]!) {
          const before = this.#met[pattern]!;
          const met = before >>> 8 === generation ? before + 1 : (generation << 8) | 1;
          this.#met[pattern] = met;
          if ((met & 255) === this.#demands[pattern]) this.#candidates[pattern >>> 5]! |= 1 << (pattern & 31);
        }
      }
    }
  }
}

function bitNumbers(bits: Int32Array): readonly number[] {
  const out: number[] = [];
  bits.forEach((word, at) => {
    for (let bit = 0; bit < 32; bit++) if ((word & (1 << bit)) !== 0) out.push(at * 32 + bit);
  });
  return out;
}

function exclude(candidates: Int32Array, patterns: Int32Array): void {
  for (let word = 0; word < candidates.length; word++) candidates[word]! &= ~patterns[word]!;
}

class ConditionBuilder {
  readonly words: number;
  readonly literals = new Map<string, number>();
  readonly conditions = new Map<string, Condition>();

  constructor(patternCount: number) {
    this.words = (patternCount + 31) >>> 5;
  }

  add(index: number, source: string): void {
    const parsed = parsePattern(source);
    if (!parsed.ok) return;
    const { literals, bytes } = requiredConditions(parsed.value, true, MIN_LITERAL);
    for (const set of literals.slice(0, MAX_CONDITIONS)) {
      const numbers = set.map((literal) => this.#literal(literal));
      this.#demand(index, `literals ${[...numbers].sort().join()}`, { literals: numbers, bytes: NO_BYTES });
    }
    const telling = bytes
      .map((ranges) => ({ ranges, commonness: commonnessOf(ranges) }))
      .filter((set) => set.commonness <= MAX_COMMONNESS)
      .sort((left, right) => left.commonness - right.commonness);
    for (const { ranges } of telling.slice(0, MAX_CONDITIONS)) {
      const members = bytesOf(ranges);
      this.#demand(index, `bytes ${members.join()}`, { literals: [], bytes: members });
    }
  }

  #literal(literal: string): number {
    let number = this.literals.get(literal);
    if (number === undefined) {
      number = this.literals.size;
      this.literals.set(literal, number);
    }
    return number;
  }

  #demand(index: number, key: string, demand: Pick<Condition, "literals" | "bytes">): void {
    let condition = this.conditions.get(key);
    if (condition === undefined) {
      condition = { ...demand, patterns: new Int32Array(this.words) };
      this.conditions.set(key, condition);
    }
    condition.patterns[index >>> 5]! |= 1 << (index & 31);
  }
}

const NO_BYTES = new Uint8Array(0);

/** Ascending, each once. */
function bytesOf(ranges: Ranges): Uint8Array {
  const members = new Set<number>();
  for (const [low, high] of pairsOf(ranges)) {
    for (let byte = low; byte <= high; byte++) members.add(byte);
  }
  return Uint8Array.from(members).sort();
}

/** A guess at how usual the set's bytes are in parameter values, from 0 on; a lower-case letter counts 1. */
function commonnessOf(ranges: Ranges): number {
  let total = 0;
  for (const [low, high] of pairsOf(ranges)) {
    for (let byte = low; byte <= high; byte++) total += commonness(byte);
  }
  return total;
}

function commonness(byte: number): number {
  if (byte >= 97 && byte <= 122) return 1;
  if (byte >= 65 && byte <= 90) return 0.5;
  if (byte >= 48 && byte <= 57) return 0.6;
  return ' =&/-_.:,"%+'.includes(String.fromCharCode(byte)) ? 0.3 : 0.004;
}
