import type { TypedNode } from "../../../language/check/typed-ast.ts";
import type { CandidateRule, CandidateSource, CandidateSourceFactory } from "../candidates.ts";
import type { Atom } from "./atom.ts";
import { Atoms } from "./atoms.ts";
import type { Row } from "./classifier.ts";
import type { Postings } from "./collector.ts";
import { branchesOf, conjunctsOf, type Formula, formulaOf } from "./formula.ts";
import { IndexedSource, type Residue } from "./indexed-source.ts";
import { LinearSource } from "./linear-source.ts";
import { isExpensive } from "./operand.ts";
import { countUses, type Demand, demandOf, PivotChoice } from "./pivot.ts";
import { Probes } from "./probes.ts";
import { type FieldCondition, fieldConditionOf } from "./small-domain.ts";

/** Below this many rules, evaluating all of them is as fast as looking them up (measured: even at 12 to 20). */
export const LINEAR_BELOW = 16;
/** A rule with more alternatives that cannot be looked up is not taken apart. */
const MAX_ROWS = 16;

/**
 * Finds a request's candidate rules at a cost that hardly grows with their number.
 *
 * Of each rule's comparisons the ones that are likely to hold least often are looked up in tables by field; a rule
 * whose comparisons cannot be looked up is excluded by the fields of few values that it mentions, or always evaluated.
 * A walk reads the fields that tables are about, but never a body (or another field that is expensive to read) unless
 * a rule's other comparisons allow that it matches. Seeking literals takes the values' lengths off the budget, the
 * same for equal requests.
 */
export const ruleIndex: CandidateSourceFactory = (rules) =>
  rules.length < LINEAR_BELOW ? new LinearSource(rules) : indexOf(rules);

/** The index whatever the number of rules. */
export function indexOf(rules: readonly CandidateRule[]): CandidateSource {
  return new IndexBuilder(rules).build();
}

/** The alternatives of a rule. */
interface Alternatives {
  readonly rule: number;
  readonly branches: readonly Branch[];
}

/** An alternative, and its demand. */
interface Branch {
  readonly formula: Formula;
  readonly demand: Demand | undefined;
}

interface ResidualRow {
  readonly rule: number;
  readonly conditions: Row;
  readonly late: boolean;
}

class IndexBuilder {
  readonly #atoms = new Atoms();
  readonly #alternatives: Alternatives[] = [];
  readonly #postings: PostingsBuilder;
  readonly #rows: ResidualRow[] = [];
  readonly #choice: PivotChoice;

  constructor(rules: readonly CandidateRule[]) {
    this.#postings = new PostingsBuilder(rules.length);
    this.#choice = new PivotChoice(rules.length);
    for (const [rule, { filter }] of rules.entries()) {
      if (filter !== undefined) this.#read(rule, filter.checked.root);
    }
  }

  #read(rule: number, root: TypedNode): void {
    const formula = formulaOf(root);
    if (formula.kind === "constant" && !formula.value) return;
    const branches = branchesOf(formula).map((branch) => ({
      formula: branch,
      demand: demandOf(branch, this.#atoms),
    }));
    for (const { demand } of branches) if (demand !== undefined) countUses(demand, rule);
    this.#alternatives.push({ rule, branches });
  }

  build(): CandidateSource {
    for (const alternatives of this.#alternatives) this.#place(alternatives);
    const { atoms } = this.#postings;
    return new IndexedSource({
      postings: this.#postings.build(),
      probes: new Probes(atoms.filter((atom) => !isExpensive(atom.operand.field))),
      lateProbes: new Probes(atoms.filter((atom) => isExpensive(atom.operand.field))),
      residue: residueOf(this.#rows),
    });
  }

  /** Enters a rule's alternatives into the index: each by its pivot, or in a row of the residue. */
  #place({ rule, branches }: Alternatives): void {
    const rows: ResidualRow[] = [];
    for (const { formula, demand } of branches) {
      const pivot = demand && this.#choice.choose(demand, false);
      if (pivot !== undefined) this.#postings.post(pivot.atoms, rule);
      else rows.push(this.#rowOf(rule, formula, demand));
    }
    if (rows.length === 0) return;
    // A row without conditions replaces all the others.
    const open = rows.find((row) => row.conditions.length === 0 && !row.late);
    if (open !== undefined) this.#rows.push(open);
    else if (rows.length > MAX_ROWS) this.#rows.push({ rule, conditions: [], late: false });
    else this.#rows.push(...rows);
  }

  #rowOf(rule: number, formula: Formula, demand: Demand | undefined): ResidualRow {
    const conditions: FieldCondition[] = [];
    const others: Formula[] = [];
    for (const conjunct of conjunctsOf(formula)) {
      const condition = fieldConditionOf(conjunct);
      if (condition === undefined) others.push(conjunct);
      else conditions.push(condition);
    }
    const late = demand && others.every(isAboutExpensive) ? this.#choice.choose(demand, true) : undefined;
    if (late !== undefined) this.#postings.post(late.atoms, rule);
    return { rule, conditions, late: late !== undefined };
  }
}

/** Collects the rules that the atoms select, rule by rule; then arranges them atom by atom. */
class PostingsBuilder {
  readonly #size: number;
  /** Atoms that select rules, by their postings' numbers. */
  readonly atoms: Atom[] = [];
  /** One list for all atoms: most select a single rule, and separate lists would be most of the work. */
  readonly #posted: number[] = [];
  readonly #rules: number[] = [];

  constructor(size: number) {
    this.#size = size;
  }

  /** Rules come in ascending order. */
  post(atoms: readonly Atom[], rule: number): void {
    for (const atom of atoms) {
      if (atom.lastPosted === rule) continue;
      atom.lastPosted = rule;
      if (atom.posting < 0) atom.posting = this.atoms.push(atom) - 1;
      this.#posted.push(atom.posting);
      this.#rules.push(rule);
    }
  }

  build(): Postings {
    const posted = this.#posted;
    const starts = new Int32Array(this.atoms.length + 1);
    for (const posting of posted) starts[posting + 1]!++;
    let sum = 0;
    for (let posting = 0; posting <= this.atoms.length; posting++) {
      sum += starts[posting]!;
      starts[posting] = sum;
    }
    const ends = starts.slice();
    const rules = new Int32Array(posted.length);
    let at = 0;
    for (const posting of posted) rules[ends[posting]!++] = this.#rules[at++]!;
    return { starts, rules, size: this.#size };
  }
}

function residueOf(rows: readonly ResidualRow[]): Residue | undefined {
  if (rows.length === 0) return undefined;
  return {
    rules: Int32Array.from(rows, (row) => row.rule),
    late: Uint8Array.from(rows, (row) => (row.late ? 1 : 0)),
    conditions: rows.map((row) => row.conditions),
  };
}

/** Whether a condition reads only expensive fields, so that evaluating it would read one anyway. */
function isAboutExpensive(formula: Formula): boolean {
  switch (formula.kind) {
    case "constant":
      return true;
    case "leaf":
      return readsOnlyExpensive(formula.node);
    default:
      return formula.items.every(isAboutExpensive);
  }
}

function readsOnlyExpensive(node: TypedNode): boolean {
  switch (node.kind) {
    case "constant":
      return true;
    case "field":
      return isExpensive(node.field);
    case "access":
      return readsOnlyExpensive(node.base);
    case "call":
      return node.arguments.every(readsOnlyExpensive);
    case "each":
      return readsOnlyExpensive(node.operand);
    case "compare":
      return readsOnlyExpensive(node.left) && readsOnlyExpensive(node.right);
    case "test":
      return readsOnlyExpensive(node.left);
    case "not":
    case "quantifier":
      return readsOnlyExpensive(node.argument);
    case "logical":
      return node.items.every(readsOnlyExpensive);
  }
}
