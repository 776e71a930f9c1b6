import type { Members } from "../../documents/text/members.ts";

// What Cloudflare's API does not take, in one place. A member that is not in `SENT` or named here does not exist in documents
// (a test compares both with the shapes), so that a new member of ours cannot slip into an export.

/** What becomes of a member of ours: undefined keeps the rule without it, text says why the rule cannot be said without it. */
type Judge = (value: unknown, parent: Members) => string | undefined;

const harmless: Judge = () => undefined;
/** The member may go when it says what holds without it. */
const unless =
  (fine: (value: unknown) => boolean, why: string): Judge =>
  (value) =>
    fine(value) ? undefined : why;
const never = (why: string): Judge => unless(() => false, why);

/** Members of a rule that the API takes. */
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

/** What the server sets; nothing is lost without it. */
export const SERVER_MEMBERS: readonly string[] = ["id", "version", "last_updated"];

/** Members of a rule that are ours, or that only managed rulesets have at Cloudflare. */
export const OWN_RULE_MEMBERS: Readonly<Record<string, Judge>> = {
  categories: harmless,
  score_threshold: never("only rules of managed rulesets have thresholds there"),
  // `off` becomes `enabled: false`.
  mode: unless((value) => value !== "shadow", "in shadow it only reports, and there it would act"),
  sample: unless((value) => value === 1, "it would act on all requests, not on a share of them"),
  mandatory: harmless,
  expires_at: never("it would not expire"),
  severity: harmless,
  message: harmless,
  references: harmless,
  tests: harmless,
  on_budget: harmless,
  on_oversize: unless((value) => value === "continue", "there no rule says what it makes of long bodies"),
};

/** Members of a rate limit that the API takes. */
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
  algorithm: unless((value) => value === "fixed_window", "there is no choice of algorithms there"),
  on_store_error: harmless,
  ipv6_prefix_length: unless((value) => value === 64, "networks of this length are not counted there"),
  cost_expression: never("every request would cost the same"),
  steps: never("its harder limits would be lost"),
  count_own_refusals: unless((value) => value === false, "refused requests would not be counted"),
  response_headers: harmless,
};

/** Members of a ruleset that the API takes. */
export const SENT_RULESET_MEMBERS: readonly string[] = ["name", "description", "kind", "phase", "rules"];

/** Members that say who made a ruleset, and where it belongs: the URL of the request says so. */
export const PLACE_MEMBERS: readonly string[] = [
  "source",
  "zone_id",
  "zone_name",
  "account_id",
  "imported",
  "shareable_entitlement_name",
];

export const OWN_RULESET_MEMBERS: Readonly<Record<string, Judge>> = {
  default_action: never("requests that none of its rules decides would pass"),
  default_action_parameters: harmless,
  mandatory: harmless,
};

/** Members of a list that the API takes; its items are a request of their own. */
export const SENT_LIST_MEMBERS: readonly string[] = ["name", "kind", "description", "items"];

/** Kinds of lists by the member of an item that holds the value. */
export const SENT_LIST_KINDS: readonly string[] = ["ip", "asn", "hostname", "redirect"];

/** Parameters of an action: the members that the API takes, or what to know of those that are ours. */
interface SentAction {
  /** `undefined`: whatever there is. */
  readonly members?: readonly string[];
  readonly own?: Readonly<Record<string, Judge>>;
}

const PLAIN: SentAction = { members: [] };
const ANY: SentAction = {};

/** Actions that the API takes, and their parameters. Nested members of ours are in {@link OWN_NESTED}. */
export const SENT_ACTIONS: Readonly<Record<string, SentAction>> = {
  block: { members: ["response"] },
  challenge: PLAIN,
  js_challenge: PLAIN,
  managed_challenge: PLAIN,
  log: PLAIN,
  skip: {
    members: ["ruleset", "phase", "phases", "products", "rulesets", "rules"],
    own: {
      targets: never("there is no way to leave out one input of a rule"),
      scope: never("there a skip has no scope"),
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

/** Actions that are ours, or that the API takes of nobody. */
export const OWN_ACTIONS: readonly string[] = [
  "allow",
  "drop",
  "tarpit",
  "score",
  "label",
  "set_variable",
  "set_body_limits",
];

/** Members of ours inside of parameters: path, and what they are for. None of them decides what becomes of a request. */
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
