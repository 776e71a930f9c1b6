import { type Lease, makePart, type SharedPart } from "../../language/compile/lease.ts";
import type { RulesetDocument } from "../ruleset/document.ts";

/** Values made of a document of the pool, by a key that tells how. */
export class DerivedPool<T> {
  readonly #of = new WeakMap<RulesetDocument, Map<string, SharedPart<T>>>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  take(document: RulesetDocument, key: string, lease: Lease, make: (needs: Lease) => T): T {
    let made = this.#of.get(document);
    if (made === undefined) {
      made = new Map();
      this.#of.set(document, made);
    }
    const own = made;
    let part = own.get(key);
    if (part === undefined) {
      part = makePart(make, () => {
        this.#size--;
        own.delete(key);
      });
      this.#size++;
      own.set(key, part);
    }
    return lease.take(part);
  }
}
