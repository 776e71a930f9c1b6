import { isMembers } from "../../documents/text/members.ts";
import { parseIpItem } from "../../language/values/ip.ts";
import { type DocumentListKind, ITEM_MEMBERS } from "../ruleset/rule-shape.ts";

/**
 * The kind of a list of which only the items are known: it follows from their form, and `string` contains anything
 * else. A mistyped address among addresses counts as one, so that the mistake is reported and the list is not read as
 * texts.
 */
export function kindOfItems(items: readonly unknown[]): DocumentListKind {
  const kinds = new Set(items.map(kindOfItem));
  const [kind = "ip"] = kinds;
  if (kinds.size <= 1) return kind;
  const areAddresses =
    kinds.has("ip") && items.every((item) => kindOfItem(item) === "ip" || looksLikeAddress(item));
  return areAddresses ? "ip" : "string";
}

/**
 * Digits in dots or hexadecimal digits in colons, with the possible suffixes of an address: a prefix length, the end of
 * a range.
 */
function looksLikeAddress(item: unknown): boolean {
  if (isMembers(item) && Object.hasOwn(item, "value")) return looksLikeAddress(item["value"]);
  if (typeof item !== "string" || item.length > 100) return false;
  return /^(?:\d+\.[\d.]*|[\da-f]*:[\da-f:.]*)(?:[/-].*|\.\..*)?$/i.test(item.trim());
}

function kindOfItem(item: unknown): DocumentListKind {
  if (typeof item === "number") return "int";
  if (typeof item === "string") return "reason" in parseIpItem(item) ? "string" : "ip";
  if (!isMembers(item)) return "string";
  const named = ITEM_MEMBERS.find((member) => Object.hasOwn(item, member));
  return named ?? kindOfItem(item["value"]);
}

/** The first item that is neither an address nor a number, as the reason why a list is one of strings. */
export function textAmong(items: readonly unknown[]): string | undefined {
  const found = items.find((item) => kindOfItem(item) === "string");
  const text = isMembers(found) ? found["value"] : found;
  return typeof text === "string" ? text : undefined;
}
