import { isMembers } from "../../documents/text/members.ts";
import type { ListItemDocument } from "../ruleset/document.ts";

/** An item of a list as the API takes it, or why it cannot be said. */
export function bodyOfItem(item: ListItemDocument, kind: string): Readonly<Record<string, unknown>> | string {
  if (!isMembers(item)) return valueIn(item, kind);
  const members: Readonly<Record<string, unknown>> = item;
  if (members["expires_at"] !== undefined) return "items do not expire there";
  const given = members[kind] ?? members["value"];
  const value = valueIn(given, kind);
  if (typeof value === "string") return value;
  const comment = members["comment"] ?? members["description"];
  return comment === undefined ? value : { ...value, comment };
}

function valueIn(given: unknown, kind: string): Readonly<Record<string, unknown>> | string {
  switch (kind) {
    case "ip": {
      if (typeof given !== "string") return "an item is an address or a network";
      return given.includes("..")
        ? "ranges of addresses are not listed there: write networks"
        : { ip: given };
    }
    case "asn": {
      const number = typeof given === "string" ? Number(given.replace(/^AS/i, "")) : given;
      return Number.isSafeInteger(number) ? { asn: number } : "an item is the number of an autonomous system";
    }
    case "hostname":
      if (typeof given === "string") return { hostname: { url_hostname: given } };
      return isMembers(given) ? { hostname: given } : "an item is a host name";
    default:
      return isMembers(given) ? { redirect: given } : "an item is a redirect";
  }
}
