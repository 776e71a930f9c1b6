import type { Result } from "../../language/diagnostics/diagnostic.ts";
import { didYouMean } from "../../language/diagnostics/suggest.ts";
import type { ListDefinition, ListKind } from "../../language/scheme/definitions.ts";
import { defineList } from "../../language/scheme/scheme.ts";
import type { Value } from "../../language/values/value.ts";
import type { ListDocument } from "../ruleset/document.ts";
import { AffixListBuilder } from "./affix-list.ts";
import { HostnameListBuilder } from "./hostname-list.ts";
import { IntListBuilder } from "./int-list.ts";
import { IpListBuilder } from "./ip-list.ts";
import { ItemReader } from "./item.ts";
import { ItemFaults, type LocateItem } from "./item-faults.ts";
import { textAmong } from "./item-kind.ts";
import { ItemNotes } from "./item-notes.ts";
import type { CompiledList, ListMatch } from "./list.ts";
import type { ListBuilder, ListMatcher } from "./list-builder.ts";
import { StringListBuilder } from "./string-list.ts";

export interface CompileListOptions {
  /**
   * The clock for look-ups without a time, in milliseconds since 1970. Called only for values that an item with
   * `expires_at` may hold.
   */
  readonly now: () => number;
  /** Places of the items in a text; without it faults carry a JSON pointer into the list document. */
  readonly locate?: LocateItem;
}

/** Kinds whose items are values to compare with. */
type ValueKind = Exclude<ListKind, "redirect">;

/** AS numbers are integers to the language. */
const KINDS: ReadonlyMap<string, ValueKind> = new Map<string, ValueKind>([
  ["ip", "ip"],
  ["asn", "int"],
  ["int", "int"],
  ["hostname", "hostname"],
  ["string", "string"],
  ["prefix", "prefix"],
  ["suffix", "suffix"],
  ["substring", "substring"],
]);

/** The declaration that expressions see for a document's list. */
export function expressionKind({ kind }: ListDocument): ListKind | undefined {
  return kind === "redirect" ? "redirect" : KINDS.get(kind);
}

/** The lists of documents as expressions name them. */
export function listDefinitions(lists: readonly ListDocument[]): readonly ListDefinition[] {
  return lists.flatMap((list) => {
    const kind = expressionKind(list);
    if (kind === undefined) return [];
    const example = kind === "string" ? textAmong(list.items) : undefined;
    return [defineList({ name: list.name, kind, ...(example === undefined ? {} : { example }) })];
  });
}

/**
 * Makes a list ready for requests. Faults of all items are collected, the first 200 of them shown; equal items and
 * items that contain every address are warnings.
 *
 * Lists of kind `redirect` are read by `compileRedirectList`.
 */
export function compileList(document: ListDocument, options: CompileListOptions): Result<CompiledList> {
  const kind = KINDS.get(document.kind);
  if (kind === undefined) return unknownKind(document);
  const faults = new ItemFaults(document.name, options.locate);
  const notes = new ItemNotes(document.items.length);
  const builder = builderOf(kind, notes, faults, document.kind === "asn");
  const reader = new ItemReader(document.kind, faults);
  document.items.forEach((item, index) => {
    if (reader.read(item, index)) builder.add(index, reader.item);
  });
  if (faults.failed) return { ok: false, errors: faults.errors, warnings: faults.warnings };
  const value = new FrozenList(document, kind, builder.build(), options.now);
  return { ok: true, value, warnings: faults.warnings };
}

function builderOf(kind: ValueKind, notes: ItemNotes, faults: ItemFaults, isAsn: boolean): ListBuilder {
  switch (kind) {
    case "ip":
      return new IpListBuilder(notes, faults);
    case "int":
      return new IntListBuilder(notes, faults, isAsn);
    case "hostname":
      return new HostnameListBuilder(notes, faults);
    case "string":
      return new StringListBuilder(notes, faults);
    case "prefix":
    case "suffix":
    case "substring":
      return new AffixListBuilder(notes, faults, kind);
  }
}

function unknownKind({ name, kind }: ListDocument): Result<never> {
  const faults = new ItemFaults(name);
  const known = [...KINDS.keys()];
  const hint = didYouMean(kind, known);
  const message =
    kind === "redirect"
      ? "a list of kind redirect contains redirects, not values to look up"
      : `there is no list kind \`${kind}\``;
  faults.error(0, {
    code: "E_LIST_KIND",
    text: kind,
    message,
    expected: known,
    ...(hint === undefined ? {} : { hint }),
  });
  return { ok: false, errors: faults.errors.map((error) => ({ ...error, pointer: "/kind" })), warnings: [] };
}

class FrozenList implements CompiledList {
  readonly name: string;
  readonly kind: ListKind;
  readonly size: number;
  readonly #matcher: ListMatcher;
  readonly #now: () => number;

  constructor({ name, items }: ListDocument, kind: ListKind, matcher: ListMatcher, now: () => number) {
    this.name = name;
    this.kind = kind;
    this.size = items.length;
    this.#matcher = matcher;
    this.#now = now;
    Object.freeze(this);
  }

  has(value: Value, clock: () => number = this.#now): boolean {
    return this.#matcher.has(value, clock);
  }

  find(value: Value, clock: () => number = this.#now): ListMatch | undefined {
    return this.#matcher.find(value, clock);
  }
}
