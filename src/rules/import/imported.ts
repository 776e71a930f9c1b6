import { isMembers } from "../../documents/text/members.ts";
import { LAYERS } from "../ruleset/layers.ts";

/**
 * Where a ruleset comes from, as far as its text shows it. `export`: another system wrote it, and left out its own
 * managed rules. `request`: it is written for Cloudflare's API, where the server names rules. `native`: written for us.
 */
export type Origin = "native" | "request" | "export";

/** The origin of a standalone ruleset, outside an answer or a Terraform document. */
export function originOfRuleset(value: unknown): Origin {
  if (!isMembers(value)) return "native";
  // Cloudflare dates its rulesets. The mark is ours: canonical JSON and plain configurations carry it.
  if (value["imported"] === true || Object.hasOwn(value, "last_updated")) return "export";
  const { rules } = value;
  return Array.isArray(rules) && rules.some(isNameless) ? "request" : "native";
}

/** The origin of a standalone list: the API counts its items, and dates it. */
export function originOfList(value: unknown): Origin {
  const isAnswered =
    isMembers(value) && ["num_items", "modified_on"].some((name) => Object.hasOwn(value, name));
  return isAnswered ? "export" : "native";
}

/** Whether a rule has no name of its own: the API assigns one. */
function isNameless(rule: unknown): boolean {
  return isMembers(rule) && isUnset(rule["id"]) && isUnset(rule["ref"]);
}

function isUnset(value: unknown): boolean {
  return value === undefined || value === null || value === "";
}

/** Cloudflare's own ids: its managed rulesets and rules have no others. */
export function isVendorId(word: string): boolean {
  return /^[\da-f]{32}$/.test(word);
}

/** Rulesets of Cloudflare's that accounts execute most (its documentation, "Managed rulesets"). */
const VENDOR_RULESETS: ReadonlyMap<string, string> = new Map([
  ["efb7b8c949ac4650a09736fc376e9aee", "Managed Ruleset"],
  ["4814384a9e5d4991b9815dcfc25d2f1f", "OWASP Core Ruleset"],
  ["c2e184081120413c86c3ab7e14069605", "Exposed Credentials Check"],
  ["77454fe2d30c4220b5701f6fdfb893ba", "Free Managed Ruleset"],
  ["e22d83c647c64a3eae91b71b499d988e", "Sensitive Data Detection"],
  ["70339d97bdb34195bbf054b1ebe81f76", "Normalization Ruleset"],
  ["4d21379b4f9f4bb088e0729962c8b3cf", "HTTP DDoS Attack Protection"],
  ["3b64149bfa6e4220bbbc2bd6db589552", "Network-layer DDoS Attack Protection"],
]);

/** Those that `wirewall-core` can replace. */
const ATTACKS = ["Managed Ruleset", "OWASP Core Ruleset", "Free Managed Ruleset"];

/** Advice for a ruleset of Cloudflare's; undefined for other ids. */
export function vendorHint(id: string): string | undefined {
  const name = VENDOR_RULESETS.get(id);
  if (name === undefined) return undefined;
  const instead = ATTACKS.includes(name) ? "`wirewall-core` of `wirewall/managed`, or " : "";
  return `this is Cloudflare's ${name}, whose rules are not published: execute ${instead}a ruleset of your own`;
}

/** The lists that Cloudflare manages (its documentation, "Managed IP lists"). */
const VENDOR_LISTS: readonly string[] = [
  "cf.anonymizer",
  "cf.botnetcc",
  "cf.malware",
  "cf.open_proxies",
  "cf.vpn",
];

/** Whether Cloudflare manages a list of that name. */
export function isVendorList(name: string): boolean {
  return VENDOR_LISTS.includes(name);
}

const TOKENS =
  "only Cloudflare's token validation rules provide it: verify tokens in the program, supply `http.request.jwt.claims`, and write";

/** Functions of Cloudflare's that need data from outside rulesets, with the alternative. */
const VENDOR_FUNCTIONS: ReadonlyMap<string, string> = new Map([
  ["is_jwt_valid", `${TOKENS} \`has_key(http.request.jwt.claims, "…")\``],
  ["is_jwt_present", `${TOKENS} \`has_key(http.request.headers, "authorization")\` or similar`],
]);

/** The replacement for a function that only Cloudflare has; undefined for other names. */
export function vendorFunctionHint(name: string): string | undefined {
  return VENDOR_FUNCTIONS.get(name);
}

/**
 * The id of an entry point in a request body, which has none: there is one of a kind and phase, while the name is often
 * `default` for all of them.
 */
export function entryPointId(kind: string, phase: string): string {
  const layer = LAYERS.find((one) => one.kind === kind)?.name ?? kind;
  return layer === "zone" ? phase : `${layer}-${phase}`;
}
