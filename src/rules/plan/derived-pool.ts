import { type Lease, PartPool } from "../../language/compile/lease.ts";
import type { RulesetDocument } from "../ruleset/document.ts";

/** Values derived from a document of the pool, by a key that identifies the derivation. */
export class DerivedPool<T> {
  readonly #of = new WeakMap<RulesetDocument, PartPool<T>>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  take(document: RulesetDocument, key: string, lease: Lease, make: (needs: Lease) => T): T {
    let made = this.#of.get(document);
    if (made === undefined) {
      made = new PartPool((change) => {
        this.#size += change;
      });
      this.#of.set(document, made);
    }
    return lease.take(made.part(key, make));
  }
}
