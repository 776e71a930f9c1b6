// On the request path: a walk merges the rules that tables select with those of the residue that its bit vectors
// leave, in the order of the ruleset, and computes both lazily.
import type { EvaluationContext } from "../../../language/scheme/execution-context.ts";
import type { CandidateCursor, CandidateSource } from "../candidates.ts";
import { Classifier, type Row } from "./classifier.ts";
import { Collector, IdHeap, NO_ID, type Postings } from "./collector.ts";
import { CursorPool } from "./cursor-pool.ts";
import type { Probes } from "./probes.ts";

/** Rules, or alternatives of rules, that no look-up selects, in the order of the ruleset. */
export interface Residue {
  readonly rules: Int32Array;
  /** 1: the row's rule is a candidate only if the look-ups in expensive fields select it. */
  readonly late: Uint8Array;
  readonly conditions: readonly Row[];
}

export interface IndexParts {
  readonly postings: Postings;
  readonly probes: Probes;
  /** Look-ups in fields that are expensive to read. */
  readonly lateProbes: Probes;
  readonly residue: Residue | undefined;
}

/** The candidates of a ruleset that is large enough to be indexed. */
export class IndexedSource implements CandidateSource {
  readonly size: number;
  readonly #tables: Tables;

  constructor(parts: IndexParts) {
    this.size = parts.postings.size;
    this.#tables = new Tables(parts);
  }

  open(context: EvaluationContext): CandidateCursor {
    const cursor = this.#tables.pool.take() ?? new IndexedCursor(this.#tables);
    cursor.begin(context);
    return cursor;
  }
}

/** State that the walks of one source share. */
class Tables {
  readonly pool = new CursorPool<IndexedCursor>();
  readonly rowRules: Int32Array;
  readonly rowLate: Uint8Array;
  readonly classifier: Classifier;
  readonly #parts: IndexParts;
  readonly #collector: Collector;

  constructor(parts: IndexParts) {
    const residue = parts.residue;
    this.rowRules = residue?.rules ?? new Int32Array(0);
    this.rowLate = residue?.late ?? new Uint8Array(0);
    this.classifier = new Classifier(residue?.conditions ?? []);
    this.#parts = { ...parts, residue: undefined };
    this.#collector = new Collector(parts.postings);
  }

  gather(context: EvaluationContext, late: boolean, ids: IdHeap): void {
    // One collector serves all walks, since a gathering is never interrupted; a reader that opens a walk of the same
    // ruleset would be the exception.
    const collector = this.#collector.busy ? new Collector(this.#parts.postings) : this.#collector;
    collector.begin(ids);
    try {
      (late ? this.#parts.lateProbes : this.#parts.probes).run(context, collector);
    } finally {
      collector.end();
    }
  }
}

class IndexedCursor implements CandidateCursor {
  readonly #tables: Tables;
  readonly #found = new IdHeap();
  readonly #late = new IdHeap();
  readonly #offsets: Int32Array;
  #context: EvaluationContext | undefined;
  #lateGathered = false;
  /** The index of the current word of rows, its remaining bits, and the next word. */
  #word = 0;
  #bits = 0;
  #nextWord = 0;
  #last = -1;

  constructor(tables: Tables) {
    this.#tables = tables;
    this.#offsets = new Int32Array(tables.classifier.fieldCount);
  }

  begin(context: EvaluationContext): void {
    this.#context = context;
    this.#lateGathered = false;
    this.#bits = 0;
    this.#nextWord = 0;
    this.#last = -1;
    this.#tables.gather(context, false, this.#found);
    if (this.#tables.classifier.words > 0) this.#tables.classifier.classify(context, this.#offsets);
  }

  next(): number {
    for (;;) {
      const head = this.#found.head;
      const row = this.#nextRow(head);
      if (row < 0) {
        if (head === NO_ID) return -1;
        this.#found.pop();
      }
      const id = row < 0 ? head : row;
      // Several alternatives of one rule may have selected it.
      if (id === this.#last) continue;
      this.#last = id;
      return id;
    }
  }

  /** The rule of the next remaining row, if it comes before `limit`; else -1, and the row stays for later. */
  #nextRow(limit: number): number {
    const { rowRules, rowLate, classifier } = this.#tables;
    for (;;) {
      while (this.#bits === 0) {
        const word = this.#nextWord;
        if (word >= classifier.words || rowRules[word << 5]! >= limit) return -1;
        this.#word = word;
        this.#bits = classifier.word(word, this.#offsets);
        this.#nextWord = word + 1;
      }
      const row = (this.#word << 5) + (31 - Math.clz32(this.#bits & -this.#bits));
      const rule = rowRules[row]!;
      if (rule >= limit) return -1;
      this.#bits &= this.#bits - 1;
      if (rowLate[row] === 0 || this.#isCalledUpLate(rule)) return rule;
    }
  }

  #isCalledUpLate(rule: number): boolean {
    if (!this.#lateGathered) {
      this.#lateGathered = true;
      this.#tables.gather(this.#context!, true, this.#late);
    }
    while (this.#late.head < rule) this.#late.pop();
    return this.#late.head === rule;
  }

  close(): void {
    this.#context = undefined;
    this.#bits = 0;
    this.#nextWord = this.#tables.classifier.words;
    this.#found.clear();
    this.#tables.pool.give(this);
  }
}
