import { isMembers, type Members } from "../../documents/text/members.ts";
import { kindOfItems } from "../lists/item-kind.ts";
import type { Part } from "./parts.ts";

/** A list in the spelling of our documents, still to be checked, and the part where faults are reported. */
export interface ListPart {
  readonly part: Part;
  readonly value: unknown;
  /** Part with the items, if it is another one. */
  readonly itemsFrom?: Part;
  /** The part of the list that the import lacks: its items, or the pages after those that it holds. */
  readonly lacks?: "items" | "pages";
}

interface Gathered<P> {
  readonly lists: readonly (P & ListPart)[];
  /** Answers without items that belong to no list. */
  readonly empty: readonly P[];
}

/**
 * The lists of all documents. The API returns a list and its items in several answers. Items belong to the list that
 * their file is named for, by name or id, or to the one before them in the same document. Pages are joined in the order
 * of their names, then in that of the documents.
 */
export function gatherLists<P extends { readonly part: Part }>(parts: readonly P[]): Gathered<P> {
  const lists = parts.filter(({ part }) => part.kind === "list");
  const heads = lists
    .filter(({ part }) => part.itemsOnly === undefined)
    .map((entry) => {
      const pages: P[] = [];
      return { entry, value: listValue(entry.part), pages };
    });
  const alone = new Map<string, P[]>();
  for (const entry of lists) {
    const { name = "", itemsOnly } = entry.part;
    if (itemsOnly === undefined) continue;
    const open = heads.filter(({ value }) => isMembers(value) && !hasItems(value));
    const called = (word: string | undefined) =>
      open.find(({ value }) => isMembers(value) && (value["name"] === word || value["id"] === word));
    // A number alone says which page it is only when the rest is the name of a list.
    const [, rest, number] = /^(.*)[-_.](\d{1,6})$/.exec(name) ?? [];
    const whole = called(name);
    const numbered = whole ?? called(rest);
    const head = numbered ?? open.findLast(({ entry: one }) => isBefore(one.part, entry.part));
    if (head !== undefined) {
      const isNumbered = whole === undefined && numbered !== undefined;
      head.pages.push(isNumbered ? { ...entry, part: { ...entry.part, page: Number(number) } } : entry);
    } else alone.set(name, [...(alone.get(name) ?? []), entry]);
  }
  const joined = heads.map(({ entry, value, pages }) => joinPages(entry, value, pages));
  const empty: P[] = [];
  const named = [...alone.values()].flatMap((pages) => {
    const [first] = pages;
    if (first === undefined) return [];
    const items = itemsOf(pages);
    if (items.length > 0) return [{ ...first, value: fromItems(items, first.part.name) }];
    empty.push(...pages);
    return [];
  });
  return { lists: [...joined, ...named], empty };
}

function joinPages<P extends { readonly part: Part }>(
  entry: P,
  value: unknown,
  pages: readonly P[],
): P & ListPart {
  if (!isMembers(value) || hasItems(value)) return { ...entry, value };
  const announced = Number(value["num_items"] ?? 0);
  if (pages.length > 0) {
    const items = itemsOf(pages);
    const lacks = announced > items.length && inOrder(pages).at(-1)?.part.hasMore ? "pages" : undefined;
    const itemsFrom = pages.length === 1 ? pages[0]?.part : undefined;
    return {
      ...entry,
      value: { ...value, items },
      ...(itemsFrom === undefined ? {} : { itemsFrom }),
      ...(lacks === undefined ? {} : { lacks }),
    };
  }
  // The API describes a list apart from its items, and Terraform has resources of their own for them.
  if (entry.part.origin === "native") return { ...entry, value };
  const empty = { ...entry, value: { ...value, items: [] } };
  return announced > 0 ? { ...empty, lacks: "items" } : empty;
}

function hasItems(value: Members): boolean {
  return value["items"] !== undefined && value["items"] !== null;
}

/** Whether a part comes earlier in the same document. */
function isBefore(head: Part, items: Part): boolean {
  return head.located === items.located && Number(head.path[0]) < Number(items.path[0]);
}

function itemsOf(pages: readonly { readonly part: Part }[]): readonly unknown[] {
  return inOrder(pages).flatMap(({ part }) => part.itemsOnly ?? []);
}

function inOrder<P extends { readonly part: Part }>(pages: readonly P[]): readonly P[] {
  return [...pages].sort((left, right) => left.part.page - right.part.page);
}

function listValue(part: Part): unknown {
  const { value, name } = part;
  if (Array.isArray(value)) return fromItems(value, name);
  if (!isMembers(value)) return value;
  const named: Members = name === undefined ? value : { name, ...value };
  const blocks = value["item"];
  if (!part.terraform || value["items"] !== undefined || !Array.isArray(blocks)) return named;
  // Until version 4 of the provider each item was a block around a block.
  const { item: _, ...rest } = named;
  return { ...rest, items: blocks.map(itemOfBlock) };
}

function itemOfBlock(block: unknown): unknown {
  if (!isMembers(block)) return block;
  const { value, ...rest } = block;
  const inner: unknown = Array.isArray(value) ? value[0] : value;
  if (!isMembers(inner)) return block;
  const item: Record<string, unknown> = { ...rest, ...withoutNulls(inner) };
  for (const name of ["redirect", "hostname"]) {
    const members = item[name];
    if (Array.isArray(members)) item[name] = members[0];
  }
  return item;
}

function withoutNulls(members: Members): Members {
  const isSet = (value: unknown) => value !== null && !(Array.isArray(value) && value.length === 0);
  return Object.fromEntries(Object.entries(members).filter(([, value]) => isSet(value)));
}

/** The short form: only the items. */
function fromItems(items: readonly unknown[], name = ""): unknown {
  return { name, kind: kindOfItems(items), items };
}
