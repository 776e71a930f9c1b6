import { isMembers, type Members } from "../../documents/text/members.ts";
import { excerpt } from "../../language/diagnostics/printable.ts";

/** Objects of Cloudflare's API other than rulesets and lists: recognised, so that the fault can name them. */
export interface Foreign {
  /** Its name, in the singular. */
  readonly name: string;
  readonly hint: string;
}

interface ForeignKind {
  readonly name: string;
  is(value: Members): boolean;
  hint(value: Members): string;
}

/** Members that an object must all have. */
function having(...names: readonly string[]): (value: Members) => boolean {
  return (value) => names.every((name) => Object.hasOwn(value, name));
}

const CUSTOM = "http_request_firewall_custom";

/** Targets of `configuration` by the equivalent expression. */
const TARGETS: ReadonlyMap<unknown, (value: string) => string> = new Map<unknown, (value: string) => string>([
  ["ip", (value) => `ip.src eq ${value}`],
  ["ip6", (value) => `ip.src eq ${value}`],
  ["ip_range", (value) => `ip.src in {${value}}`],
  ["asn", (value) => `ip.src.asnum eq ${value.replace(/^AS/i, "")}`],
  ["country", (value) => `ip.src.country eq ${JSON.stringify(value)}`],
  ["ua", (value) => `http.user_agent eq ${JSON.stringify(value)}`],
]);

/** Actions of the older interfaces by those of rules. */
const MODES: ReadonlyMap<unknown, string> = new Map([
  ["block", "block"],
  ["ban", "block"],
  ["challenge", "challenge"],
  ["js_challenge", "js_challenge"],
  ["managed_challenge", "managed_challenge"],
  ["log", "log"],
  ["simulate", "log"],
  ["allow", "allow"],
  ["whitelist", "allow"],
]);

const FILTER = "filter of the older API";

/** The most specific first. */
const KINDS: readonly ForeignKind[] = [
  {
    name: "firewall rule of the older API",
    is: (value) => Object.hasOwn(value, "action") && isMembers(value["filter"]),
    hint({ action, filter, products }) {
      const expression = isMembers(filter) ? filter["expression"] : undefined;
      if (action === "bypass") {
        const skip = { products: Array.isArray(products) ? products : [] };
        return asRule(CUSTOM, { action: "skip", expression, action_parameters: skip });
      }
      return asRule(CUSTOM, { action: MODES.get(action) ?? action, expression });
    },
  },
  {
    name: "page rule",
    is: (value) => Array.isArray(value["targets"]) && Array.isArray(value["actions"]),
    hint: pageRuleHint,
  },
  {
    name: "zone lockdown rule",
    is: (value) => Array.isArray(value["urls"]) && Array.isArray(value["configurations"]),
    hint: lockdownHint,
  },
  {
    name: "rate limit of the older API",
    is: (value) => Object.hasOwn(value, "threshold") && Object.hasOwn(value, "period"),
    hint: rateLimitHint,
  },
  {
    name: "user-agent rule",
    is: (value) => isMembers(value["configuration"]) && value["configuration"]["target"] === "ua",
    hint: configurationHint,
  },
  {
    name: "IP access rule",
    is: (value) => isMembers(value["configuration"]) && Object.hasOwn(value, "mode"),
    hint: configurationHint,
  },
  {
    name: "override of the older managed rules",
    is: (value) => Array.isArray(value["urls"]) && Object.hasOwn(value, "rewrite_action"),
    hint: () => "use `overrides` of a rule that executes a managed ruleset",
  },
  {
    name: "snippet rule",
    is: having("snippet_name"),
    hint: () => "snippets are code that runs at Cloudflare: leave them out",
  },
  {
    name: "waiting-room rule",
    is: (value) => value["action"] === "bypass_waiting_room",
    hint: () => "waiting rooms exist at Cloudflare only: leave it out",
  },
  {
    name: "waiting room",
    is: having("total_active_users", "new_users_per_minute"),
    hint: () => "waiting rooms exist at Cloudflare only: leave it out",
  },
  {
    name: "set of managed transforms",
    is: (value) => having("managed_request_headers")(value) || having("managed_response_headers")(value),
    hint: () =>
      "write rules that `rewrite` headers, in `http_request_late_transform` and `http_response_headers_transform`",
  },
  {
    name: "Cloud Connector rule",
    is: (value) => having("provider", "expression")(value) || having("provider", "parameters")(value),
    hint: () => "write a rule with `route`, in `http_request_origin`",
  },
  {
    name: "page shield policy",
    is: (value) => having("action", "expression", "value")(value) && typeof value["value"] === "string",
    hint: () =>
      "write a rule that sets `Content-Security-Policy` with `rewrite`, in `http_response_headers_transform`",
  },
  {
    name: "token validation rule",
    is: having("selector", "action", "expression"),
    hint: () => "the upstream or API Shield validates tokens: leave it out",
  },
  {
    name: "token configuration",
    is: having("token_sources"),
    hint: () => "the upstream or API Shield validates tokens: leave it out",
  },
  {
    name: FILTER,
    is: (value) => Object.hasOwn(value, "expression") && !Object.hasOwn(value, "action"),
    hint: () => "a filter alone does nothing: write a rule with its `expression` and an `action`",
  },
  {
    name: "setting of URL normalisation",
    is: (value) => having("scope", "type")(value) && typeof value["scope"] === "string",
    hint: () => "the firewall normalises URLs by default: leave it out",
  },
  {
    name: "email routing rule",
    is: having("matchers", "actions"),
    hint: () => "it does not concern HTTP: leave it out",
  },
  {
    name: "Gateway rule",
    is: (value) => having("traffic", "action")(value) || having("precedence", "filters")(value),
    hint: () => "it concerns traffic of an organisation's own devices: leave it out",
  },
  {
    name: "package of the older managed rules",
    is: having("detection_mode"),
    hint: () => "execute a managed ruleset instead, such as `wirewall-core` of `wirewall/managed`",
  },
  {
    name: "zone",
    is: having("name_servers"),
    hint: () => "fetch the rulesets of the zone: `/zones/{zone_id}/rulesets`, then each by its id",
  },
  {
    name: "setting of a zone",
    is: having("id", "value", "editable"),
    hint: () => "settings of a zone apply to Cloudflare only: leave it out",
  },
  {
    name: "rule alone",
    is: having("action", "expression"),
    hint: () => "put it into the `rules` of a ruleset with a `phase`",
  },
];

/** The kind of a value that is neither a ruleset nor a list; undefined when it is unknown. */
export function foreignOf(value: unknown): Foreign | undefined {
  if (!isMembers(value)) return undefined;
  const kind = KINDS.find((one) => one.is(value));
  return kind && { name: kind.name, hint: kind.hint(value) };
}

/** The kind of `rules` that do not belong to a ruleset. A single rule is an ordinary one. */
export function foreignRulesOf(rules: readonly unknown[]): Foreign | undefined {
  for (const rule of rules) {
    if (!isMembers(rule) || (Object.hasOwn(rule, "expression") && Object.hasOwn(rule, "action"))) continue;
    const found = foreignOf(rule);
    // A rule of a ruleset may lack its action, too, which is a fault of its own.
    if (found !== undefined && found.name !== FILTER) return found;
  }
  return undefined;
}

/** An equivalent rule to copy, as complete as the older form allows. */
function asRule(phase: string, rule: Members): string {
  const { expression } = rule;
  const known = typeof expression === "string" ? rule : { ...rule, expression: "…" };
  return `write a rule of \`${phase}\`: \`${excerpt(JSON.stringify(known), 300)}\``;
}

function configurationHint({ mode, configuration }: Members): string {
  const { target, value } = isMembers(configuration) ? configuration : {};
  const expression = typeof value === "string" ? TARGETS.get(target)?.(value) : undefined;
  return asRule(CUSTOM, { action: MODES.get(mode) ?? mode, expression });
}

function lockdownHint({ urls, configurations }: Members): string {
  const places = [urls].flat().flatMap((url) => (typeof url === "string" ? [placeOfUrl(url)] : []));
  const addresses = [configurations].flat().flatMap((one: unknown) => {
    const value = isMembers(one) ? one["value"] : undefined;
    return typeof value === "string" ? [value] : [];
  });
  const where = places.length === 1 ? places[0] : `(${places.join(" or ")})`;
  return asRule(CUSTOM, {
    action: "block",
    expression: `${where} and not ip.src in {${addresses.join(" ")}}`,
  });
}

/** `example.com/path*` as a condition. */
function placeOfUrl(url: string): string {
  const bare = url.replace(/^https?:\/\//, "");
  const scheme = bare === url ? "*://" : url.slice(0, url.length - bare.length);
  return `http.request.full_uri wildcard ${JSON.stringify(`${scheme}${bare}`)}`;
}

function rateLimitHint({ match, threshold, period, action }: Members): string {
  const request = isMembers(match) && isMembers(match["request"]) ? match["request"] : {};
  const { mode, timeout } = isMembers(action) ? action : {};
  const url = request["url"] ?? request["url_pattern"];
  const conditions = typeof url === "string" && url !== "*" ? [placeOfUrl(url)] : [];
  const methods = Array.isArray(request["methods"]) ? request["methods"].map(String) : [];
  if (methods.length > 0 && !methods.includes("_ALL_")) {
    conditions.push(`http.request.method in {${methods.map((word) => JSON.stringify(word)).join(" ")}}`);
  }
  return asRule("http_ratelimit", {
    action: MODES.get(mode) ?? "block",
    expression: conditions.join(" and ") || "true",
    ratelimit: {
      characteristics: ["ip.src"],
      period,
      requests_per_period: threshold,
      ...(typeof timeout === "number" ? { mitigation_timeout: timeout } : {}),
    },
  });
}

/** Phases whose rules replace page rules. */
const PAGE_ACTIONS: ReadonlyMap<unknown, string> = new Map([
  ["forwarding_url", "`redirect`, in `http_request_dynamic_redirect`"],
  ["always_use_https", "`redirect`, in `http_request_dynamic_redirect`"],
  ["host_header_override", "`route`, in `http_request_origin`"],
  ["resolve_override", "`route`, in `http_request_origin`"],
  ["disable_security", "`skip`, in `http_request_firewall_custom`"],
  ["waf", "`skip`, in `http_request_firewall_custom`"],
]);

function pageRuleHint({ actions }: Members): string {
  const known = [actions].flat().flatMap((one: unknown) => {
    const found = isMembers(one) ? PAGE_ACTIONS.get(one["id"]) : undefined;
    return found === undefined ? [] : [found];
  });
  if (known.length > 0) return `write a rule with ${[...new Set(known)].join(", and one with ")}`;
  return "its settings are for Cloudflare's cache and edge: `set_config` in `http_config_settings` passes settings to the host";
}
