// On the request path. For each field a bit vector per class of values says which rows can still match; the request's
// vectors are put together 32 rows at a time. Twenty thousand rows take about a microsecond (measured).
import type { EvaluationContext } from "../../../language/scheme/execution-context.ts";
import type { Value } from "../../../language/values/value.ts";
import type { FieldCondition } from "./small-domain.ts";

/** Classes of one field; values beyond fall into coarser ones. */
const MAX_CLASSES = 512;
/** Cells of one field's vectors: 4 MB. */
const MAX_CELLS = 2 ** 20;
const MAX_FIELDS = 8;
/** A field is read for classification only if it excludes this share of the rows. */
const MIN_EXCLUDED = 0.02;

const NIL = 0;
const OTHER = 1;
/** A value that is not a byte string, and so equals none that a rule mentions. */
const UNMENTIONED = "\u0100";

/** The conditions of a row on single fields; all must hold. */
export type Row = readonly FieldCondition[];

/** Finds the rows that a request can match by fields of few values. */
export class Classifier {
  /** 32-bit words of a vector. */
  readonly words: number;
  readonly fieldCount: number;
  readonly #fields: readonly FieldClasses[];
  readonly #all: Int32Array;

  constructor(rows: readonly Row[]) {
    this.words = (rows.length + 31) >>> 5;
    this.#all = new Int32Array(this.words).fill(-1);
    if ((rows.length & 31) !== 0) this.#all[this.words - 1] = (1 << (rows.length & 31)) - 1;
    const bySlot = new Map<
      number,
      { readonly kind: string; readonly byRow: Map<number, FieldCondition[]> }
    >();
    for (const [row, conditions] of rows.entries()) {
      for (const condition of conditions) {
        const { slot, field } = condition;
        const group = bySlot.get(slot) ?? {
          kind: field.type.kind,
          byRow: new Map<number, FieldCondition[]>(),
        };
        bySlot.set(slot, group);
        const own = group.byRow.get(row);
        if (own === undefined) group.byRow.set(row, [condition]);
        else own.push(condition);
      }
    }
    this.#fields = [...bySlot]
      .map(([slot, { kind, byRow }]) => new FieldClasses(slot, kind, byRow, rows.length))
      .filter((field) => field.excluded >= MIN_EXCLUDED)
      .sort((left, right) => right.excluded - left.excluded)
      .slice(0, MAX_FIELDS);
    this.fieldCount = this.#fields.length;
  }

  /** Finds each field's class; `offsets` has room for {@link fieldCount}. */
  classify(context: EvaluationContext, offsets: Int32Array): void {
    const fields = this.#fields;
    for (let at = 0; at < fields.length; at++) {
      const field = fields[at]!;
      let content = context.slots[field.slot];
      if (content === null) content = context.fill(field.slot);
      offsets[at] = field.classOf(content) * this.words;
    }
  }

  /** A word of the remaining rows: bit `b` of word `w` is row `32 * w + b`. */
  word(at: number, offsets: Int32Array): number {
    let bits = this.#all[at]!;
    const fields = this.#fields;
    for (let field = 0; field < fields.length && bits !== 0; field++) {
      bits &= fields[field]!.vectors[offsets[field]! + at]!;
    }
    return bits;
  }
}

/** By row. */
type Conditions = ReadonlyMap<number, readonly FieldCondition[]>;

/** The classes of a field's values, and for each the rows whose conditions on the field hold. */
class FieldClasses {
  readonly slot: number;
  readonly vectors: Int32Array;
  /** Share of rows that a class excludes, averaged over the classes. */
  readonly excluded: number;
  readonly #kind: string;
  readonly #byText = new Map<string, number>();
  readonly #cuts: Float64Array;

  constructor(slot: number, kind: string, conditions: Conditions, rows: number) {
    const words = (rows + 31) >>> 5;
    this.slot = slot;
    this.#kind = kind;
    const most = Math.max(2, Math.min(MAX_CLASSES, Math.floor(MAX_CELLS / words) - 3));
    let classes = OTHER + 1;
    if (this.#kind === "Bytes") {
      for (const text of mostUsed(conditions, ({ texts }) => texts, most)) this.#byText.set(text, classes++);
      this.#cuts = new Float64Array(0);
    } else {
      this.#cuts = Float64Array.from(mostUsed(conditions, ({ cuts }) => cuts, most)).sort();
      classes += this.#kind === "Bool" ? 1 : this.#cuts.length;
    }
    this.vectors = new Int32Array(classes * words).fill(-1);
    let cleared = 0;
    for (const [row, own] of conditions) {
      const truths = this.#truths(own, classes);
      for (let at = 0; at < classes; at++) {
        if (truths[at] === 1) continue;
        this.vectors[at * words + (row >>> 5)]! &= ~(1 << (row & 31));
        cleared++;
      }
    }
    this.excluded = cleared / (classes * rows);
  }

  /** The class of a value. Int classes count the cuts at or below the value; Bool: false, then true. */
  classOf(value: Value | undefined): number {
    if (value === undefined) return NIL;
    if (typeof value === "string") return this.#byText.get(value) ?? OTHER;
    if (typeof value === "boolean") return value ? OTHER + 1 : OTHER;
    const cuts = this.#cuts;
    let low = 0;
    let high = cuts.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (cuts[middle]! <= (value as number)) low = middle + 1;
      else high = middle;
    }
    return OTHER + low;
  }

  /** For each class 1 if all conditions hold for some value in it. */
  #truths(own: readonly FieldCondition[], classes: number): Uint8Array {
    const truths = new Uint8Array(classes);
    const holds = (value: Value | undefined): boolean => own.every((condition) => condition.holds(value));
    if (holds(undefined)) truths[NIL] = 1;
    if (this.#kind === "Bool") {
      if (holds(false)) truths[OTHER] = 1;
      if (holds(true)) truths[OTHER + 1] = 1;
    } else if (this.#kind === "Bytes") {
      if (holds(UNMENTIONED)) truths.fill(1, OTHER);
      for (const { texts } of own) {
        for (const text of texts) {
          const at = this.#byText.get(text) ?? OTHER;
          // A text without a class of its own shares one with all others.
          if (holds(text)) truths[at] = 1;
          else if (at !== OTHER) truths[at] = 0;
        }
      }
    } else this.#intTruths(own, holds, truths);
    return truths;
  }

  /** Truth is constant between a row's own landmarks; a coarse class may hold several of its stretches. */
  #intTruths(own: readonly FieldCondition[], holds: (value: Value) => boolean, truths: Uint8Array): void {
    const marks = [...new Set(own.flatMap((condition) => condition.cuts))];
    marks.sort((left, right) => left - right);
    const stretches = marks.map((mark) => ({ sample: mark, from: this.classOf(mark) }));
    const [first = 0] = marks;
    stretches.unshift({ sample: first - 1, from: OTHER });
    for (const [at, { sample, from }] of stretches.entries()) {
      if (!holds(sample)) continue;
      const next = marks[at];
      truths.fill(1, from, next === undefined ? truths.length : this.classOf(next - 1) + 1);
    }
  }
}

/** The landmarks of all rows; those shared by most rows when there are too many. */
function mostUsed<Landmark>(
  conditions: Conditions,
  landmarksOf: (condition: FieldCondition) => readonly Landmark[],
  most: number,
): readonly Landmark[] {
  const uses = new Map<Landmark, number>();
  for (const own of conditions.values()) {
    for (const condition of own) {
      for (const landmark of landmarksOf(condition)) uses.set(landmark, (uses.get(landmark) ?? 0) + 1);
    }
  }
  const all = [...uses];
  if (all.length > most) all.sort((left, right) => right[1] - left[1]).length = most;
  return all.map(([landmark]) => landmark);
}
