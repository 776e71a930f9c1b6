import {
  anyOf,
  anything,
  type ExpressionShape,
  flag,
  integer,
  listOf,
  mapOf,
  type NumberShape,
  name,
  object,
  oneOf,
  optional,
  required,
  text,
  timestamp,
} from "../../documents/shapes/shape.ts";
import { Int } from "../../language/values/types.ts";
import { CHARACTERISTIC_NAMES } from "./characteristic-names.ts";
import { LAYERS } from "./layers.ts";

// The one declaration of the documents: the loader reads with these shapes, the JSON Schema is made of them, and the
// types of `document.ts` and `input.ts` follow from them, doc comments included.

const number: NumberShape = { kind: "number", integer: false };
const share: NumberShape = { kind: "number", integer: false, min: 0, max: 1 };
const filter: ExpressionShape = { kind: "expression", type: "filter" };
const valueExpression: ExpressionShape = { kind: "expression", type: "any" };
const decisionFilter: ExpressionShape = {
  kind: "expression",
  type: "filter",
  onDecision: true,
  mayBeEmpty: true,
};
const cost: ExpressionShape = { kind: "expression", type: Int };
const characteristic: ExpressionShape = { kind: "expression", type: "any", names: CHARACTERISTIC_NAMES };

/** Longest window and longest mitigation, in seconds: one day. */
const MAX_SECONDS = 86_400;

/** Most steps of a rate limit, beside the limit itself: each costs a counter per client. */
const MAX_STEPS = 8;

/** A harder limit for those who go on. What it leaves out is as the rule says. */
export const rateLimitStepShape = object(
  {
    /** Length of the window, in seconds. Default: that of the rate limit. */
    period: optional(integer(1, MAX_SECONDS)),
    /** How many requests of a window pass, when the rate limit counts requests. */
    requests_per_period: optional(integer(1)),
    /** Total of the scores of a window that passes, when the rate limit counts scores. */
    score_per_period: optional(integer(1)),
    /** How long the action lasts once this limit is passed, in seconds. Default 0: only the excess is acted on. */
    mitigation_timeout: optional(integer(0, MAX_SECONDS)),
    /** What happens past this limit. Default: the action of the rule. */
    action: optional(name),
    /** Parameters of the step's action. */
    action_parameters: optional(mapOf(anything)),
  },
  { exactlyOne: [["requests_per_period", "score_per_period"]] },
);

/** Parameters of a rate limit: the documented ones, and from `algorithm` on those of ours. */
export const rateLimitShape = object(
  {
    /** What distinguishes clients: names of fields, and expressions, each combination of values with a counter of its own. */
    characteristics: required(listOf(characteristic, 1)),
    /** Length of the window, in seconds. */
    period: required(integer(1, MAX_SECONDS)),
    /** How many requests of a window pass. Either this or `score_per_period`. */
    requests_per_period: optional(integer(1)),
    /** Total of the scores in the responses of a window that passes. Needs `score_response_header_name`. */
    score_per_period: optional(integer(1)),
    /** The response header in which the origin says what a request cost. */
    score_response_header_name: optional(name),
    /** Which requests count; default: those that match the rule. May use fields of the response and of the decision. */
    counting_expression: optional(decisionFilter),
    /** Whether only requests that reached the origin count. */
    requests_to_origin: optional(flag),
    /** How long the action lasts once the limit is passed, in seconds. Default 0: only the excess is acted on. */
    mitigation_timeout: optional(integer(0, MAX_SECONDS)),
    /** Kept, without effect: an older word of Cloudflare's API for `counting_expression`. */
    mitigation_expression: optional(text),
    /** Ours; default `fixed_window`. */
    algorithm: optional(oneOf("fixed_window", "sliding_window", "token_bucket")),
    /** Ours: whether a request passes when the counter store fails or is late. Default `open`: it passes. */
    on_store_error: optional(oneOf("open", "closed")),
    /**
     * Ours: how many bits of an IPv6 address distinguish clients, since one client has a whole network of them. Default 64;
     * 128: every address counts by itself. IPv4 addresses always do.
     */
    ipv6_prefix_length: optional(integer(1, 128)),
    /**
     * Ours: what a request costs, an Int of the request's fields. Default 1; so is a missing value. Below 0 is 0, and above
     * 1,000,000 that.
     */
    cost_expression: optional(cost),
    /** Ours: harder limits for those who go on, the hardest last. Of those that are passed, the last acts. */
    steps: optional(listOf(rateLimitStepShape, 1, MAX_STEPS)),
    /**
     * Ours: whether requests count that this rule itself has refused, or any ban; a ban of this rule then begins anew with each
     * request that it refuses. Default false.
     */
    count_own_refusals: optional(flag),
    /** Ours: whether responses tell clients how far they have used up the limit. Default true for limits that count requests. */
    response_headers: optional(flag),
  },
  { exactlyOne: [["requests_per_period", "score_per_period"]] },
);

const headers = mapOf(anyOf(text, listOf(text)));

/** An example of a request, and whether the rule is to match it. */
export const ruleTestShape = object({
  /** What the example shows. */
  name: optional(text),
  /** The request. */
  request: required(
    object({
      /** Default `GET`. */
      method: optional(text),
      /** An absolute URL, or a path with its query. */
      url: required(text),
      /** By name, with repeats as arrays. */
      headers: optional(headers),
      /** The body, as text. */
      body: optional(text),
      /** Address of the socket's peer. */
      remote_address: optional(text),
    }),
  ),
  /** For rules on the response. */
  response: optional(
    object({
      /** Its status. */
      status: required(integer(100, 599)),
      /** By name, with repeats as arrays. */
      headers: optional(headers),
      /** The body, as text. */
      body: optional(text),
    }),
  ),
  /** Whether the rule matches. */
  match: required(flag),
});

/** Members of a rule. The parameters are read with the shape that the action declares. */
export const ruleMembers = {
  /** Unique within the ruleset. Default: `ref`; a rule with neither is named by its content. */
  id: optional(name),
  /** Stable reference chosen by the author; equals `id` when absent. Unique within the ruleset. */
  ref: optional(name),
  /** Grows with every edit of the rule. */
  version: optional(text),
  /** Name of the action; the phase lists which there are. */
  action: required(name),
  /** Parameters by action; each action declares and validates its own shape. */
  action_parameters: optional(mapOf(anything)),
  /** The condition under which the action is taken, in the rules language. */
  expression: required(filter),
  /** What the rule is for. */
  description: optional(text),
  /** False: the rule is kept and not evaluated. Default true. */
  enabled: optional(flag),
  /** Tags, for overrides and exceptions. */
  categories: optional(listOf(name)),
  /** Whether a match is reported in events. */
  logging: optional(
    object({
      /** False: matches make no event. True: also those of rules that only execute or skip do. */
      enabled: required(flag),
    }),
  ),
  /** The rate limit past which the action is taken. */
  ratelimit: optional(rateLimitShape),
  /** The total of the request's scores from which the rule matches. */
  score_threshold: optional(number),
  /** RFC 3339 time of the last edit. */
  last_updated: optional(text),
  /** Ours: enforce acts, shadow only reports what it would have done, off is not evaluated. */
  mode: optional(oneOf("enforce", "shadow", "off")),
  /** Ours: share of requests (0..1) that the rule sees, and the value that keeps a client in or out. */
  sample: optional(
    anyOf(
      share,
      object({
        /** The share. */
        rate: required(share),
        /** Requests with equal values are all in the sample, or all out of it. Default: each request by itself. */
        key: optional(valueExpression),
      }),
    ),
  ),
  /**
   * Ours, in rulesets of kind `root`: true, and no rule of a zone skips it, allows a request past it or hides an input from
   * it. Of a rule that executes a ruleset, it holds for the whole ruleset. Default: that of the ruleset, which is false.
   */
  mandatory: optional(flag),
  /** Ours: RFC 3339 time from which the rule is off. */
  expires_at: optional(timestamp),
  /** Ours: how serious a match is. */
  severity: optional(oneOf("critical", "error", "warning", "notice", "info")),
  /** Ours: what a match means, for people. */
  message: optional(text),
  /** Ours: links and identifiers of what the rule is about. */
  references: optional(listOf(text)),
  /** Ours: examples of requests, with what the rule is to say of them. Kept, and not run by this version. */
  tests: optional(listOf(ruleTestShape)),
  /** Ours: what an exhausted work budget means for this rule's request. */
  on_budget: optional(oneOf("continue", "block", "log")),
  /**
   * Ours: what the rule makes of a body that is longer than what rules see of it. `continue`: it looks at the beginning. `match`:
   * it matches unless its other conditions say no. `no_match`: it does not match. Default: it looks at the beginning, and the
   * request is refused where hosts refuse such bodies (`oversize`).
   */
  on_oversize: optional(oneOf("continue", "match", "no_match")),
};

/** Members that Cloudflare writes and that we keep without acting on them. */
export const carriedRuleMembers = {
  /** Kept, with a warning: it needs a look-up of leaked credentials. */
  exposed_credential_check: optional(anything),
};

export const ruleShape = object({ ...ruleMembers, ...carriedRuleMembers });

export const rulesetMembers = {
  /** Unique, but for versions of a ruleset that is executed. Default: the name. */
  id: optional(name),
  /** What people call the ruleset. Default: the phase. */
  name: optional(name),
  /** What the ruleset is for. */
  description: optional(text),
  /** `root` and `zone` begin a phase, in this order; `managed` and `custom` are executed by rules. Default `zone`. */
  kind: optional(oneOf(...LAYERS.map(({ kind }) => kind), "managed", "custom")),
  /** When its rules are evaluated: name or alias of a phase. Default: the phase that is declared as the default. */
  phase: optional(name),
  /** Grows with every edit; `execute` may ask for one. */
  version: optional(text),
  /** RFC 3339 time of the last edit. */
  last_updated: optional(text),
  /**
   * Ours: what happens to a request that no rule of the phase decides; of both entry points' defaults the zone's counts. Default: it
   * passes.
   */
  default_action: optional(name),
  /** Ours: parameters of {@link default_action}, as those of the action. */
  default_action_parameters: optional(mapOf(anything)),
  /** Ours, for kind `root`: whether rules that do not say are mandatory. Default false. */
  mandatory: optional(flag),
  /** In the order of evaluation. */
  rules: optional(listOf(ruleShape)),
  /**
   * Ours: the ruleset comes from Cloudflare's API or Terraform, and may refer to rulesets and lists that its export leaves
   * out. The loader sets it. Default false.
   */
  imported: optional(flag),
};

/** Members of other makers that are kept: who produced the ruleset, and where Terraform puts it. */
export const carriedRulesetMembers = {
  /** Kept, without effect. */
  source: optional(anything),
  /** Kept, without effect. */
  zone_id: optional(anything),
  /** Kept, without effect. */
  account_id: optional(anything),
};

export const rulesetShape = object({ ...rulesetMembers, ...carriedRulesetMembers });

/** A named condition: its text alone when it has no parameters. */
export const conditionShape = object({
  /** What it is for. */
  description: optional(text),
  /** Values that a call gives it, in order. */
  params: optional(
    listOf(
      object({
        /** The name by which the condition reads it. */
        name: required(name),
        /** Its type. */
        type: required(name),
      }),
    ),
  ),
  /** The condition. It may call others, never itself. */
  expression: required(text),
});

export const LIST_KINDS = [
  // an IP address, a range `a..b` or a CIDR block | an address in it
  "ip",
  // the number of an autonomous system | that number
  "asn",
  // an integer or a range `a..b` | a number in it
  "int",
  // a host name, or `*.` and a domain | that host; with `*.`, hosts below the domain
  "hostname",
  // text | the same text
  "string",
  // text | text that begins with it
  "prefix",
  // text | text that ends with it
  "suffix",
  // text | text that contains it
  "substring",
  // `source_url`, `target_url` and flags | a URL, for `redirect`
  "redirect",
] as const;

/** What a list holds. */
export type DocumentListKind = (typeof LIST_KINDS)[number];

export function isDocumentListKind(word: unknown): word is DocumentListKind {
  return LIST_KINDS.some((kind) => kind === word);
}

/** Members of a list item that say what kind of list it belongs to. */
export const ITEM_MEMBERS = ["ip", "asn", "hostname", "redirect"] as const;

/** An item: its plain value, or an object with remarks. */
export const listItemShape = anyOf(
  text,
  number,
  object({
    /** An address, a range or a CIDR block. */
    ip: optional(text),
    /** The number of an autonomous system. */
    asn: optional(anyOf(integer(0), text)),
    /** A host name, or `*.` and a domain for the hosts below it. */
    hostname: optional(
      anyOf(
        text,
        object({
          /** The host name. */
          url_hostname: required(text),
          /** False: `*.` matches the domain itself, too. Default true. */
          exclude_exact_hostname: optional(flag),
        }),
      ),
    ),
    /** The value, in lists of every kind but `redirect`. */
    value: optional(anyOf(text, number)),
    /**
     * A redirect: `source_url`, `target_url`, `status_code` (301, 302, 307 or 308, default 301), and the flags
     * `preserve_query_string`, `include_subdomains`, `subpath_matching` (default false) and `preserve_path_suffix` (default true).
     */
    redirect: optional(mapOf(anything)),
    /** A remark. */
    comment: optional(text),
    /** A remark. */
    description: optional(text),
    /** RFC 3339 time from which the item no longer counts. */
    expires_at: optional(timestamp),
  }),
);

/** Items are checked when the list is built: what they may be depends on the kind, and feeds are long. */
const items = { kind: "array", items: listItemShape, unchecked: true } as const;

export const listMembers = {
  id: optional(name),
  /** Rules name the list by it, with `$` before it. */
  name: required(name),
  /** What its items are. */
  kind: required(oneOf(...LIST_KINDS)),
  description: optional(text),
  items: required(items),
};

/** A list with its items. */
export const listShape = object(listMembers, { open: true });
