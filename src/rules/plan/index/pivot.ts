import type { Atom } from "./atom.ts";
import type { Atoms } from "./atoms.ts";
import { type Formula, formulaOf } from "./formula.ts";
import { isExpensive } from "./operand.ts";

/** A necessary condition: any of some atoms, one of several demands, or all of several demands. */
export type Demand =
  | { readonly kind: "atoms"; readonly atoms: readonly Atom[] }
  | { readonly kind: "and" | "or"; readonly items: readonly Demand[] };

/** Atoms any of which holds whenever a condition does. */
export interface Pivot {
  readonly atoms: readonly Atom[];
  /** Guess at the share of requests in which one holds. */
  readonly cost: number;
}

/** A pivot that holds in more requests than this selects its rules in vain. */
const MAX_SHARE = 0.25;

/**
 * The demand of a condition on the values that can be looked up; undefined: none. A comparison demands that its
 * operand is present, so a negated one, which may hold for nil, demands nothing.
 */
export function demandOf(formula: Formula, atoms: Atoms): Demand | undefined {
  switch (formula.kind) {
    case "constant":
      return undefined;
    case "leaf": {
      const { node, negated } = formula;
      if (negated) return undefined;
      if (node.kind === "quantifier") {
        // Where all comparisons hold for one element, each holds for some element. `all` holds for no elements too.
        return node.operator === "any" ? demandOf(formulaOf(node.argument), atoms) : undefined;
      }
      const any = atoms.of(node);
      return any && { kind: "atoms", atoms: any };
    }
    case "and": {
      const items = formula.items.flatMap((item) => demandOf(item, atoms) ?? []);
      if (items.length === 0) return undefined;
      return items.length === 1 ? items[0] : { kind: "and", items };
    }
    case "or": {
      const items: Demand[] = [];
      for (const item of formula.items) {
        const demand = demandOf(item, atoms);
        if (demand === undefined) return undefined;
        items.push(demand);
      }
      return { kind: "or", items };
    }
  }
}

/** Counts a rule as a user of every atom that its demand names. */
export function countUses(demand: Demand, rule: number): void {
  if (demand.kind !== "atoms") {
    for (const item of demand.items) countUses(item, rule);
    return;
  }
  for (const atom of demand.atoms) {
    if (atom.lastUser === rule) continue;
    atom.lastUser = rule;
    atom.uses++;
  }
}

/** Chooses pivots once all uses are counted. */
export class PivotChoice {
  readonly #rules: number;

  constructor(rules: number) {
    this.#rules = rules;
  }

  /**
   * The pivot that is likely to hold least often.
   *
   * @param expensive whether to look at operands whose first read is expensive, and at no others.
   */
  choose(demand: Demand, expensive: boolean): Pivot | undefined {
    const pivot = this.#choose(demand, expensive);
    return pivot !== undefined && pivot.cost <= MAX_SHARE ? pivot : undefined;
  }

  #choose(demand: Demand, expensive: boolean): Pivot | undefined {
    switch (demand.kind) {
      case "atoms": {
        const { atoms } = demand;
        // Atoms of one comparison are about one operand.
        const first = atoms[0];
        if (first !== undefined && isExpensive(first.operand.field) !== expensive) return undefined;
        return { atoms, cost: this.#cost(atoms) };
      }
      case "and": {
        let best: Pivot | undefined;
        for (const item of demand.items) {
          const pivot = this.#choose(item, expensive);
          if (pivot !== undefined && (best === undefined || pivot.cost < best.cost)) best = pivot;
        }
        return best;
      }
      case "or": {
        const atoms: Atom[] = [];
        for (const item of demand.items) {
          const pivot = this.#choose(item, expensive);
          if (pivot === undefined) return undefined;
          atoms.push(...pivot.atoms);
        }
        return { atoms, cost: this.#cost(atoms) };
      }
    }
  }

  /**
   * Requests resemble the rules: a value that many rules compare with is frequent, and would select all of them. A list
   * is used by many rules because it is a list.
   */
  #cost(atoms: readonly Atom[]): number {
    let sum = 0;
    let shared = 0;
    for (const atom of atoms) {
      sum += atom.prior;
      if (atom.test.kind !== "list") shared = Math.max(shared, atom.uses - 1);
    }
    return sum + shared / this.#rules;
  }
}
