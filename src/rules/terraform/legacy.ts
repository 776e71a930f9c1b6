import { isMembers, type Members } from "../../documents/text/members.ts";
import { originOf, rememberOrigin } from "../../documents/text/origins.ts";
import type { Resource } from "./resources.ts";

type Convert = (body: Members, resources: readonly Resource[]) => Members;

/**
 * Resources of Cloudflare's older interfaces, in the form of its API: the code that recognises the API's objects also
 * converts them to rules.
 */
const LEGACY: ReadonlyMap<string, Convert> = new Map<string, Convert>([
  [
    "cloudflare_firewall_rule",
    (body, resources) => {
      const filter = resources.find(
        (one) => one.type === "cloudflare_filter" && one.id === body["filter_id"],
      );
      return { ...body, filter: filter?.body ?? {} };
    },
  ],
  [
    "cloudflare_page_rule",
    (body) => ({
      targets: [body["target"]],
      actions: Object.entries(object(body["actions"])).map(([id, value]) => ({ id, value })),
    }),
  ],
  [
    "cloudflare_zone_lockdown",
    (body) => ({ ...body, urls: listOf(body["urls"]), configurations: listOf(body["configurations"]) }),
  ],
  [
    "cloudflare_user_agent_blocking_rule",
    (body) => ({ ...body, configuration: object(body["configuration"]) }),
  ],
  [
    "cloudflare_user_agent_blocking_rules",
    (body) => ({ ...body, configuration: object(body["configuration"]) }),
  ],
  ["cloudflare_access_rule", (body) => ({ ...body, configuration: object(body["configuration"]) })],
  [
    "cloudflare_rate_limit",
    (body) => {
      const match = object(body["match"]);
      return {
        ...body,
        action: object(body["action"]),
        match: { ...match, request: object(match["request"]) },
      };
    },
  ],
]);

/**
 * The resource as its API describes it; undefined: it is not of an older interface that has a counterpart among rules.
 */
export function legacyResource(resource: Resource, resources: readonly Resource[]): Resource | undefined {
  const convert = LEGACY.get(resource.type);
  if (convert === undefined) return undefined;
  const body = convert(resource.body, resources);
  const origin = originOf(resource.body);
  if (origin !== undefined) rememberOrigin(body, origin);
  return { ...resource, body };
}

/** Whether a filter is part of a firewall rule, which is reported instead. */
export function isUsedFilter({ type, id }: Resource, resources: readonly Resource[]): boolean {
  return (
    type === "cloudflare_filter" &&
    resources.some((one) => one.type === "cloudflare_firewall_rule" && one.body["filter_id"] === id)
  );
}

/** A block may be written as a list of one. */
function object(value: unknown): Members {
  const one: unknown = Array.isArray(value) ? value[0] : value;
  return isMembers(one) ? one : {};
}

function listOf(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  return value === undefined || value === null ? [] : [value];
}
