import { isMembers, type Members } from "../../documents/text/members.ts";
import { originOf, rememberOrigin } from "../../documents/text/origins.ts";
import type { Resource } from "./resources.ts";

interface JoinedLists {
  readonly lists: readonly Resource[];
  /** Items whose list is not known. */
  readonly alone: readonly Resource[];
}

/** Lists with the items that are resources of their own. A list without any is empty. */
export function joinListItems(resources: readonly Resource[]): JoinedLists {
  const lists = resources.filter(({ type }) => type === "cloudflare_list");
  const own = new Map<Resource, Resource[]>(lists.map((list) => [list, []]));
  const alone: Resource[] = [];
  for (const item of resources) {
    if (item.type !== "cloudflare_list_item") continue;
    const list = listOf(item, lists);
    const joined = list === undefined ? undefined : own.get(list);
    if (joined === undefined || item.faults.length > 0) alone.push(item);
    else joined.push(item);
  }
  return { lists: lists.map((list) => withItems(list, own.get(list) ?? [])), alone };
}

function listOf(item: Resource, lists: readonly Resource[]): Resource | undefined {
  const id = item.body["list_id"];
  const named = lists.find((list) => list.id === id || (list.body["id"] ?? list.body["name"]) === id);
  if (named !== undefined) return named;
  // The id that Cloudflare assigned is not in the documents; the list is certain if it is the only one, or the only one
  // of this kind.
  const unnamed = lists.filter(({ body }) => body["id"] === undefined);
  const possible = unnamed.filter(
    ({ body }) => typeof body["kind"] === "string" && Object.hasOwn(item.body, body["kind"]),
  );
  if (possible.length === 1) return possible[0];
  return lists.length === 1 ? unnamed[0] : undefined;
}

function withItems(list: Resource, items: readonly Resource[]): Resource {
  const { body } = list;
  const { items: given, item: given4 } = body;
  const fixed: readonly unknown[] = Array.isArray(given) ? given : [];
  const blocks: readonly unknown[] = Array.isArray(given4) ? given4 : isMembers(given4) ? [given4] : [];
  if (items.length === 0 && ((given !== undefined && given !== null) || blocks.length > 0)) return list;
  const added = items.map(({ body: one }) => itemOf(one));
  // Until version 4 of the provider, items are nested in blocks.
  const joined: Members =
    fixed.length === 0 && blocks.length > 0
      ? { ...body, item: [...blocks, ...added] }
      : { ...body, items: [...fixed, ...added] };
  const origin = originOf(body);
  if (origin !== undefined) rememberOrigin(joined, origin);
  return { ...list, body: joined };
}

/** Arguments that only identify the list are not part of the item. */
function itemOf(body: Members): unknown {
  const item: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(body)) {
    if (["list_id", "account_id", "id", "created_on", "modified_on", "operation_id"].includes(name)) continue;
    if (value === null || value === undefined) continue;
    const block: unknown = Array.isArray(value) && value.length === 1 ? value[0] : value;
    item[name] = isMembers(block) ? block : value;
  }
  const origin = originOf(body);
  if (origin !== undefined) rememberOrigin(item, origin);
  return item;
}
