import type { Members } from "../../documents/text/members.ts";

// What Cloudflare's API does not accept, in one place. A member that is not in `SENT` or named here does not exist in
// documents (a test compares both with the shapes), so that a new member of ours cannot slip into an export.

/**
 * How one of our members is exported: undefined keeps the rule without it, a text says why the rule cannot be exported
 * without it.
 */
type Judge = (value: unknown, parent: Members) => string | undefined;

const harmless: Judge = () => undefined;
/** The member may go if its value is the default. */
const unless =
  (fine: (value: unknown) => boolean, why: string): Judge =>
  (value) =>
    fine(value) ? undefined : why;
const never = (why: string): Judge => unless(() => false, why);

/** Members of a rule that the API accepts. */
export const SENT_RULE_MEMBERS: readonly string[] = [
  "ref",
  "action",
  "action_parameters",
  "expression",
  "description",
  "enabled",
  "logging",
  "ratelimit",
  "exposed_credential_check",
];

/** Members that the server sets; nothing is lost without them. */
export const SERVER_MEMBERS: readonly string[] = ["id", "version", "last_updated"];

/** Members of a rule that are ours, or that only managed rulesets have at Cloudflare. */
export const OWN_RULE_MEMBERS: Readonly<Record<string, Judge>> = {
  categories: harmless,
  score_threshold: never("Cloudflare has thresholds in managed rulesets only"),
  // `off` becomes `enabled: false`.
  mode: unless(
    (value) => value !== "shadow",
    "a rule in shadow mode only reports; at Cloudflare it would act",
  ),
  sample: unless(
    (value) => value === 1,
    "at Cloudflare it would act on all requests, not on a share of them",
  ),
  mandatory: harmless,
  expires_at: never("at Cloudflare it would not expire"),
  severity: harmless,
  message: harmless,
  references: harmless,
  tests: harmless,
  on_budget: harmless,
  on_oversize: unless(
    (value) => value === "continue",
    "Cloudflare's rules do not choose how long bodies are handled",
  ),
};

/** Members of a rate limit that the API accepts. */
export const SENT_LIMIT_MEMBERS: readonly string[] = [
  "characteristics",
  "period",
  "requests_per_period",
  "score_per_period",
  "score_response_header_name",
  "counting_expression",
  "requests_to_origin",
  "mitigation_timeout",
  "mitigation_expression",
];

export const OWN_LIMIT_MEMBERS: Readonly<Record<string, Judge>> = {
  algorithm: unless((value) => value === "fixed_window", "Cloudflare has no choice of algorithms"),
  on_store_error: harmless,
  ipv6_prefix_length: unless((value) => value === 64, "Cloudflare does not count networks of this length"),
  cost_expression: never("at Cloudflare every request would cost the same"),
  steps: never("at Cloudflare its further limits would be lost"),
  count_own_refusals: unless(
    (value) => value === false,
    "at Cloudflare rejected requests would not be counted",
  ),
  response_headers: harmless,
};

/** Members of a ruleset that the API accepts. */
export const SENT_RULESET_MEMBERS: readonly string[] = ["name", "description", "kind", "phase", "rules"];

/** Members for the origin and place of a ruleset: the URL of the request has them. */
export const PLACE_MEMBERS: readonly string[] = [
  "source",
  "zone_id",
  "zone_name",
  "account_id",
  "imported",
  "shareable_entitlement_name",
];

export const OWN_RULESET_MEMBERS: Readonly<Record<string, Judge>> = {
  default_action: never("at Cloudflare requests that none of its rules decides would pass"),
  default_action_parameters: harmless,
  mandatory: harmless,
};

/** Members of a list that the API accepts; its items are a separate request. */
export const SENT_LIST_MEMBERS: readonly string[] = ["name", "kind", "description", "items"];

/** Kinds of lists by the member of an item that holds the value. */
export const SENT_LIST_KINDS: readonly string[] = ["ip", "asn", "hostname", "redirect"];

/** Parameters of an action: the members that the API accepts, and how ours are exported. */
interface SentAction {
  /** `undefined`: all members. */
  readonly members?: readonly string[];
  readonly own?: Readonly<Record<string, Judge>>;
}

const PLAIN: SentAction = { members: [] };
const ANY: SentAction = {};

/** Actions that the API accepts, and their parameters. Nested members of ours are in {@link OWN_NESTED}. */
export const SENT_ACTIONS: Readonly<Record<string, SentAction>> = {
  block: { members: ["response"] },
  challenge: PLAIN,
  js_challenge: PLAIN,
  managed_challenge: PLAIN,
  log: PLAIN,
  skip: {
    members: ["ruleset", "phase", "phases", "products", "rulesets", "rules"],
    own: {
      targets: never("Cloudflare cannot exempt one input of a rule"),
      scope: never("a skip has no scope at Cloudflare"),
    },
  },
  execute: { members: ["id", "version", "matched_data", "overrides"] },
  redirect: { members: ["from_value", "from_list"] },
  rewrite: { members: ["uri", "headers"] },
  route: { members: ["host_header", "origin", "sni"] },
  serve_error: {
    members: ["content", "asset_name", "content_type", "status_code"],
    own: { headers: harmless },
  },
  set_config: ANY,
  log_custom_field: ANY,
  set_cache_settings: ANY,
  set_cache_control: ANY,
  set_cache_tags: ANY,
  compress_response: ANY,
  transform_response_html: ANY,
  ddos_dynamic: ANY,
  force_connection_close: ANY,
};

/** Actions that are ours, or that the API does not accept in requests. */
export const OWN_ACTIONS: readonly string[] = [
  "allow",
  "drop",
  "tarpit",
  "score",
  "label",
  "set_variable",
  "set_body_limits",
];

/** Members of ours inside parameters: path and purpose. None of them changes the decision on a request. */
export const OWN_NESTED: readonly { readonly action: string; readonly path: readonly string[] }[] = [
  { action: "block", path: ["response", "variants"] },
  { action: "block", path: ["response", "grpc_status"] },
  { action: "block", path: ["response", "headers"] },
  { action: "redirect", path: ["from_value", "headers"] },
  { action: "execute", path: ["overrides", "labels"] },
];

/** Phases that are ours. */
export const OWN_PHASES: readonly string[] = [
  "http_response_firewall_headers",
  "http_response_firewall_body",
];

/** Whether a field or function is ours. */
export function isOwnName(name: string): boolean {
  return /^(?:wirewall|detect|condition)\./.test(name);
}
