import type { ListMatch } from "./list.ts";

/** Data of items apart from their values. Memory is used only for data that exists. */
export class ItemNotes {
  readonly #count: number;
  readonly #texts = new Map<number, string>();
  readonly #descriptions = new Map<number, string>();
  #deadlines: Float64Array | undefined;

  /** @param count items of the list. */
  constructor(count: number) {
    this.#count = count;
  }

  /** @param text the item as written, if its value would be printed otherwise. */
  add(index: number, description: string | undefined, expiresAt: number, text?: string): void {
    if (text !== undefined) this.#texts.set(index, text);
    if (description !== undefined) this.#descriptions.set(index, description);
    if (expiresAt === Number.POSITIVE_INFINITY) return;
    this.#deadlines ??= new Float64Array(this.#count).fill(Number.POSITIVE_INFINITY);
    this.#deadlines[index] = expiresAt;
  }

  /** By item; undefined when no item ever expires. */
  get deadlines(): Float64Array | undefined {
    return this.#deadlines;
  }

  expiresAt(index: number): number {
    return this.#deadlines?.[index] ?? Number.POSITIVE_INFINITY;
  }

  /** @param printed the item's value, for items that are written just so. */
  match(index: number, printed: () => string): ListMatch {
    const item = this.#texts.get(index) ?? printed();
    const description = this.#descriptions.get(index);
    const expiresAt = this.expiresAt(index);
    return {
      item,
      ...(description === undefined ? {} : { description }),
      ...(expiresAt === Number.POSITIVE_INFINITY ? {} : { expiresAt }),
    };
  }
}
