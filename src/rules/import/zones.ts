import type { Located } from "../../documents/text/located.ts";
import { isMembers, type Members } from "../../documents/text/members.ts";
import { asciiLower } from "../../language/values/bytes.ts";
import type { Part } from "./parts.ts";

// Which zone a ruleset of an account's export belongs to: as it says, else by the folder of its file.

/** Folders of an export that name no zone. */
const COMMON = new Set([
  "rules",
  "rulesets",
  "zone",
  "zones",
  "lists",
  "phases",
  "entrypoints",
  "account",
  "accounts",
]);

/** Zones to choose from, with the aliases of the requested one. */
export interface ZoneChoice {
  /** Whether a part is to be read: one of the zone, or of no zone. */
  includes(part: Part): boolean;
  /** Undefined when the zone exists, else the existing zones. */
  readonly others: readonly string[] | undefined;
  /** Rulesets that are not read although they are not known to belong to another zone. */
  readonly open: readonly Part[];
}

/** Whether a document is Cloudflare's list of zones, which only names them. */
export function isZoneListing({ value }: Located): boolean {
  return zonesListed(value).length > 0;
}

/** Rulesets of one zone, and all that belongs to the account. */
export function chooseZone(parts: readonly Part[], documents: readonly Located[], asked: string): ZoneChoice {
  const words = new Set([asciiLower(asked)]);
  const names = new Map<string, string>();
  for (const { value } of documents) {
    for (const { id, name } of zonesListed(value)) {
      names.set(id, name);
      if (words.has(asciiLower(name)) || words.has(asciiLower(id)))
        words.add(asciiLower(name)).add(asciiLower(id));
    }
  }
  const isPlaced = (part: Part): boolean => {
    const { folders, stem } = placeOfFile(part);
    return (
      folders.some((folder) => words.has(asciiLower(folder))) ||
      [...words].some((word) => asciiLower(stem) === word || /^[._-]/.test(after(asciiLower(stem), word)))
    );
  };
  const isIn = (part: Part): boolean => {
    const own = saidZones(part);
    return own.length > 0 ? own.some((word) => words.has(asciiLower(word))) : isPlaced(part);
  };
  const zoned = parts.filter(isOfZone);
  // If folders are named after zones, rulesets of other folders belong to other zones.
  const open = zoned.some(isPlaced)
    ? []
    : zoned.filter((part) => part.located.resource?.openZone !== undefined && !isIn(part));
  if (zoned.some(isIn)) return { includes: (part) => !isOfZone(part) || isIn(part), others: undefined, open };
  const others = new Set(zoned.flatMap((part) => (open.includes(part) ? [] : shownZone(part, names))));
  return { includes: (part) => !isOfZone(part), others: [...others].sort(), open };
}

function after(text: string, beginning: string): string {
  return text.startsWith(beginning) ? text.slice(beginning.length) : "";
}

function isOfZone({ kind, value }: Part): boolean {
  if (kind !== "ruleset") return false;
  const own = isMembers(value) ? value["kind"] : undefined;
  return own === undefined || own === "zone";
}

/** The zone names and ids in a ruleset. */
function saidZones({ value }: Part): readonly string[] {
  if (!isMembers(value)) return [];
  const { zone, zone_id: id, zone_name: name } = value;
  const inside = isMembers(zone) ? [zone["name"], zone["id"]] : [zone];
  return [name, id, ...inside].filter((word): word is string => typeof word === "string" && word !== "");
}

function placeOfFile({ located }: Part): { readonly folders: readonly string[]; readonly stem: string } {
  const steps = located.source.name.split("/");
  const file = steps.pop() ?? "";
  return { folders: steps, stem: file.replace(/\.(?:json|ya?ml|tf)$/i, "") };
}

function shownZone(part: Part, names: ReadonlyMap<string, string>): readonly string[] {
  const own = saidZones(part)[0];
  if (own !== undefined) return [names.get(own) ?? own];
  return placeOfFile(part)
    .folders.filter((folder) => !COMMON.has(asciiLower(folder)))
    .slice(-1);
}

/** The zones in an answer of the API that lists them. */
function zonesListed(value: unknown): readonly { readonly id: string; readonly name: string }[] {
  const answers = Array.isArray(value) ? value : [value];
  return answers.flatMap((answer: unknown) => {
    const result = isMembers(answer) && Object.hasOwn(answer, "result") ? answer["result"] : answer;
    return (Array.isArray(result) ? result : [result]).flatMap((one: unknown) =>
      isMembers(one) ? zoneOf(one) : [],
    );
  });
}

function zoneOf({
  id,
  name,
  name_servers: servers,
}: Members): readonly { readonly id: string; readonly name: string }[] {
  return servers !== undefined && typeof id === "string" && typeof name === "string" ? [{ id, name }] : [];
}
