import {
  anything,
  flag,
  integer,
  listOf,
  type Member,
  name,
  type ObjectShape,
  object,
  oneOf,
  optional,
  required,
  text,
  timestamp,
  type UnionShape,
} from "../../documents/shapes/shape.ts";
import { CHARACTERISTIC_NAMES } from "./characteristic-names.ts";
import { LAYERS } from "./layers.ts";

const number = { kind: "number", integer: false } as const;
const share = { kind: "number", integer: false, min: 0, max: 1 } as const;
const filter = { kind: "expression", type: "filter" } as const;

/** Longest window and longest mitigation, in seconds: one day. */
const MAX_SECONDS = 86_400;

/** Parameters of a rate limit, the documented ones and two of ours (`algorithm`, `on_store_error`). */
export const rateLimitShape: ObjectShape = object(
  {
    characteristics: required(listOf({ kind: "expression", type: "any", names: CHARACTERISTIC_NAMES }, 1)),
    period: required(integer(1, MAX_SECONDS)),
    requests_per_period: optional(integer(1)),
    score_per_period: optional(integer(1)),
    score_response_header_name: optional(name),
    counting_expression: optional({ kind: "expression", type: "filter", onResponse: true, mayBeEmpty: true }),
    requests_to_origin: optional(flag),
    mitigation_timeout: optional(integer(0, MAX_SECONDS)),
    algorithm: optional(oneOf("fixed_window", "sliding_window", "token_bucket")),
    on_store_error: optional(oneOf("open", "closed")),
  },
  { exactlyOne: [["requests_per_period", "score_per_period"]] },
);

const sample: UnionShape = {
  kind: "union",
  of: [share, object({ rate: required(share), key: optional({ kind: "expression", type: "any" }) })],
};

/** Members of a rule. `action_parameters` is read with the shape that the action declares. */
export const ruleMembers: Readonly<Record<string, Member>> = {
  id: optional(name),
  ref: optional(name),
  version: optional(text),
  action: required(name),
  action_parameters: optional(anything),
  expression: required(filter),
  description: optional(text),
  enabled: optional(flag),
  categories: optional(listOf(name)),
  logging: optional(object({ enabled: required(flag) })),
  ratelimit: optional(rateLimitShape),
  score_threshold: optional(number),
  last_updated: optional(text),
  mode: optional(oneOf("enforce", "shadow", "off")),
  sample: optional(sample),
  expires_at: optional(timestamp),
  severity: optional(oneOf("critical", "error", "warning", "notice", "info")),
  message: optional(text),
  references: optional(listOf(text)),
  tests: optional(listOf(anything)),
  on_budget: optional(oneOf("continue", "block", "log")),
};

/** Members that the reference product writes and that we keep without acting on them. */
export const carriedRuleMembers: Readonly<Record<string, Member>> = {
  exposed_credential_check: optional(anything),
};

export const ruleShape: ObjectShape = object({ ...ruleMembers, ...carriedRuleMembers });

export const rulesetMembers: Readonly<Record<string, Member>> = {
  id: optional(name),
  name: optional(name),
  description: optional(text),
  kind: optional(oneOf(...LAYERS.map(({ kind }) => kind), "managed", "custom")),
  phase: optional(name),
  version: optional(text),
  last_updated: optional(text),
  rules: optional(listOf(anything)),
};

/** Members of other makers that are kept: who produced the ruleset, and where Terraform puts it. */
export const carriedRulesetMembers: Readonly<Record<string, Member>> = {
  source: optional(anything),
  zone_id: optional(anything),
  account_id: optional(anything),
};

export const rulesetShape: ObjectShape = object({ ...rulesetMembers, ...carriedRulesetMembers });

export const LIST_KINDS = [
  "ip",
  "asn",
  "int",
  "hostname",
  "string",
  "prefix",
  "suffix",
  "substring",
  "redirect",
];

/** Members of a list item that say what kind of list it belongs to. */
export const ITEM_MEMBERS: readonly string[] = ["ip", "asn", "hostname", "redirect"];

/** A list with its items; what an item may be depends on the kind and is judged when the list is built. */
export const listShape: ObjectShape = object(
  {
    id: optional(name),
    name: required(name),
    kind: required(oneOf(...LIST_KINDS)),
    description: optional(text),
    items: required(listOf(anything)),
  },
  { open: true },
);
