import { isMembers } from "../../documents/text/members.ts";
import type { ListItemDocument } from "../ruleset/document.ts";

/** An item of a list as the API accepts it, or why it cannot be exported. */
export function bodyOfItem(item: ListItemDocument, kind: string): Readonly<Record<string, unknown>> | string {
  if (!isMembers(item)) return valueIn(item, kind);
  const members: Readonly<Record<string, unknown>> = item;
  if (members["expires_at"] !== undefined) return "Cloudflare's list items do not expire";
  const given = members[kind] ?? members["value"];
  const value = valueIn(given, kind);
  if (typeof value === "string") return value;
  const comment = members["comment"] ?? members["description"];
  return comment === undefined ? value : { ...value, comment };
}

function valueIn(given: unknown, kind: string): Readonly<Record<string, unknown>> | string {
  switch (kind) {
    case "ip": {
      if (typeof given !== "string") return "Cloudflare's list items are addresses and networks";
      return given.includes("..")
        ? "Cloudflare's lists have no address ranges: write networks"
        : { ip: given };
    }
    case "asn": {
      const number = typeof given === "string" ? Number(given.replace(/^AS/i, "")) : given;
      return Number.isSafeInteger(number)
        ? { asn: number }
        : "an item must be the number of an autonomous system";
    }
    case "hostname":
      if (typeof given === "string") return { hostname: { url_hostname: given } };
      return isMembers(given) ? { hostname: given } : "an item must be a host name";
    default:
      return isMembers(given) ? { redirect: given } : "an item must be a redirect";
  }
}
