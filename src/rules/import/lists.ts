import { isMembers, type Members } from "../../documents/text/members.ts";
import { kindOfItems } from "../lists/item-kind.ts";
import type { Part } from "./unwrap.ts";

/** A list in the spelling of our documents, still to be checked, and the part where faults are told. */
export interface ListPart {
  readonly part: Part;
  readonly value: unknown;
}

/**
 * The lists of all documents. The reference product's API gives a list and its items in two answers: they are joined
 * when the name of the items' file is the list's name or id.
 */
export function gatherLists<P extends { readonly part: Part }>(
  parts: readonly P[],
): readonly (P & ListPart)[] {
  const lists = parts.filter(({ part }) => part.kind === "list");
  const items = lists.filter(({ part }) => part.itemsOnly !== undefined);
  const joined = new Set<P>();
  const found = lists.flatMap((entry) => {
    if (entry.part.itemsOnly !== undefined) return [];
    const value = listValue(entry.part);
    if (!isMembers(value) || value["items"] !== undefined) return [{ ...entry, value }];
    const own = items.filter(({ part }) => part.name === value["name"] || part.name === value["id"]);
    for (const one of own) joined.add(one);
    if (own.length === 0) return [{ ...entry, value }];
    return [{ ...entry, value: { ...value, items: own.flatMap(({ part }) => part.itemsOnly ?? []) } }];
  });
  const alone = items.filter((entry) => !joined.has(entry));
  return [
    ...found,
    ...alone.map((entry) => ({
      ...entry,
      value: fromItems(entry.part.itemsOnly ?? [], entry.part.name),
    })),
  ];
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
  const item: Members = isMembers(inner) ? { ...rest, ...withoutNulls(inner) } : block;
  const { redirect } = item;
  return Array.isArray(redirect) ? { ...item, redirect: redirect[0] } : item;
}

function withoutNulls(members: Members): Members {
  const isSet = (value: unknown) => value !== null && !(Array.isArray(value) && value.length === 0);
  return Object.fromEntries(Object.entries(members).filter(([, value]) => isSet(value)));
}

/** The short form: only the items. */
function fromItems(items: readonly unknown[], name = ""): unknown {
  return { name, kind: kindOfItems(items), items };
}
