import { excerpt } from "../../language/diagnostics/printable.ts";
import { utf8Encode } from "../../language/values/bytes.ts";
import type { BytesValue, Value } from "../../language/values/value.ts";
import type { PlainItem } from "./item.ts";
import type { ItemFaults } from "./item-faults.ts";
import type { ItemNotes } from "./item-notes.ts";
import type { ListBuilder, ListMatcher } from "./list-builder.ts";

/** Items by their bytes, for lists that compare whole values. Of equal items the one that expires last counts. */
export class ItemIndex {
  readonly #notes: ItemNotes;
  readonly #faults: ItemFaults;
  readonly #items = new Map<string, number>();

  constructor(notes: ItemNotes, faults: ItemFaults) {
    this.#notes = notes;
    this.#faults = faults;
  }

  /** @param item its notes must have been added. */
  put(bytes: string, index: number, text: string): void {
    const before = this.#items.get(bytes);
    if (before !== undefined) {
      const message = `\`${excerpt(text)}\` is in the list already, as item ${before + 1}`;
      this.#faults.warn(index, { code: "W_LIST_ITEM", text, message });
      if (this.#notes.expiresAt(index) <= this.#notes.expiresAt(before)) return;
    }
    this.#items.set(bytes, index);
  }

  get size(): number {
    return this.#items.size;
  }

  /** The item's index, when it has not expired; else -1. */
  alive(bytes: string, now: () => number): number {
    const index = this.#items.get(bytes);
    if (index === undefined) return -1;
    return this.#notes.deadlines === undefined || this.#notes.expiresAt(index) > now() ? index : -1;
  }
}

/** Exact bytes. */
export class StringListBuilder implements ListBuilder {
  readonly #notes: ItemNotes;
  readonly #index: ItemIndex;

  constructor(notes: ItemNotes, faults: ItemFaults) {
    this.#notes = notes;
    this.#index = new ItemIndex(notes, faults);
  }

  add(index: number, { text, description, expiresAt }: PlainItem): void {
    const bytes = utf8Encode(text);
    this.#notes.add(index, description, expiresAt, bytes === text ? undefined : text);
    this.#index.put(bytes, index, text);
  }

  build(): ListMatcher {
    const index = this.#index;
    const notes = this.#notes;
    return {
      has: (value: BytesValue, now) => index.alive(value, now) >= 0,
      find(value: Value, now) {
        if (typeof value !== "string") return undefined;
        const item = index.alive(value, now);
        return item < 0 ? undefined : notes.match(item, () => value);
      },
    };
  }
}
