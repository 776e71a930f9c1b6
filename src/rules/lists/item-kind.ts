import { isMembers } from "../../documents/text/members.ts";
import { parseIpItem } from "../../language/values/ip.ts";
import { type DocumentListKind, ITEM_MEMBERS } from "../ruleset/rule-shape.ts";

/** The kind of a list of which only the items are known: they say it by their look, and `string` holds whatever differs. */
export function kindOfItems(items: readonly unknown[]): DocumentListKind {
  const kinds = new Set(items.map(kindOfItem));
  const [kind = "ip"] = kinds;
  return kinds.size > 1 ? "string" : kind;
}

function kindOfItem(item: unknown): DocumentListKind {
  if (typeof item === "number") return "int";
  if (typeof item === "string") return "reason" in parseIpItem(item) ? "string" : "ip";
  if (!isMembers(item)) return "string";
  const named = ITEM_MEMBERS.find((member) => Object.hasOwn(item, member));
  return named ?? kindOfItem(item["value"]);
}
