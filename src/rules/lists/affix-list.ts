import { excerpt } from "../../language/diagnostics/printable.ts";
import { LiteralTrie, MAX_TRIE_BYTES, SubstringAutomaton } from "../../language/sets/literal-trie.ts";
import { utf8Encode } from "../../language/values/bytes.ts";
import type { BytesValue, Value } from "../../language/values/value.ts";
import type { PlainItem } from "./item.ts";
import type { ItemFaults } from "./item-faults.ts";
import type { ItemNotes } from "./item-notes.ts";
import type { ListBuilder, ListMatcher } from "./list-builder.ts";

export type AffixKind = "prefix" | "suffix" | "substring";

/** Bytes that a value begins with, ends with or contains: one automaton for the whole list. */
export class AffixListBuilder implements ListBuilder {
  readonly #notes: ItemNotes;
  readonly #faults: ItemFaults;
  readonly #kind: AffixKind;
  readonly #trie: LiteralTrie;
  #bytes = 0;

  constructor(notes: ItemNotes, faults: ItemFaults, kind: AffixKind) {
    this.#notes = notes;
    this.#faults = faults;
    this.#kind = kind;
    this.#trie = new LiteralTrie(kind === "suffix");
  }

  add(index: number, { text, description, expiresAt }: PlainItem): void {
    const bytes = utf8Encode(text);
    if (bytes === "") {
      const message = `an empty ${this.#kind} would match every value`;
      this.#faults.error(index, { code: "E_LIST_ITEM", text, message });
      return;
    }
    if (this.#bytes + bytes.length > MAX_TRIE_BYTES) {
      // Reported once: further items add nothing.
      if (this.#bytes <= MAX_TRIE_BYTES) {
        const message = `a list of kind ${this.#kind} has at most ${MAX_TRIE_BYTES} bytes`;
        this.#faults.error(index, { code: "E_LIST_ITEM", text, message });
      }
      this.#bytes = Number.POSITIVE_INFINITY;
      return;
    }
    this.#bytes += bytes.length;
    this.#notes.add(index, description, expiresAt, text);
    const before = this.#trie.add(bytes, index);
    if (before < 0) return;
    const message = `\`${excerpt(text)}\` is in the list already, as item ${before + 1}`;
    this.#faults.warn(index, { code: "W_LIST_ITEM", text, message });
    if (this.#notes.expiresAt(before) > expiresAt) this.#trie.add(bytes, before);
  }

  build(): ListMatcher {
    const finder = this.#kind === "substring" ? new SubstringAutomaton(this.#trie) : this.#trie;
    const notes = this.#notes;
    const accept = (now: () => number) => {
      if (notes.deadlines === undefined) return undefined;
      const time = now();
      return (item: number) => notes.expiresAt(item) > time;
    };
    return {
      has: (value: BytesValue, now) => finder.find(value, accept(now), false) >= 0,
      find(value: Value, now) {
        const item = typeof value === "string" ? finder.find(value, accept(now), true) : -1;
        return item < 0 ? undefined : notes.match(item, () => "");
      },
    };
  }
}
