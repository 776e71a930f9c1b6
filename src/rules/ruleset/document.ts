import type { ObjectOf, ValueOf } from "../../documents/shapes/shape.ts";
import type {
  conditionShape,
  listItemShape,
  listMembers,
  rateLimitShape,
  ruleMembers,
  rulesetMembers,
} from "./rule-shape.ts";
import type { UncheckedPhase, UncheckedRuleset } from "./unchecked.ts";

// The ruleset document: the JSON that Cloudflare's API and Terraform's `cloudflare_ruleset` speak, snake_case included,
// with additive members of our own. Its members are declared once, in `rule-shape.ts`. These types describe a document
// after loading; the loader accepts anything and reports faults.

/** A ruleset as written, all members optional. */
type RulesetMembers = ValueOf<ObjectOf<typeof rulesetMembers>>;
type RuleMembers = ValueOf<ObjectOf<typeof ruleMembers>>;

/** With the members that the loader adds. */
type Filled<T, Name extends keyof T> = Omit<T, Name> & Required<Pick<T, Name>>;

export type RulesetKind = NonNullable<RulesetMembers["kind"]>;

/** A ruleset as in documents, with their names. */
export interface RulesetDocument
  extends Filled<Omit<RulesetMembers, "rules">, "id" | "name" | "kind" | "phase"> {
  /** In the order of evaluation. */
  readonly rules: readonly RuleDocument[];
  /** Unknown members, kept for a lossless round trip. */
  readonly extra?: Readonly<Record<string, unknown>>;
}

/** A ruleset as the loader or an edit makes it; a firewall's configuration accepts it unchanged. */
export interface LoadedRuleset extends RulesetDocument, UncheckedRuleset {
  /** When its rules are evaluated: a phase by its name. */
  readonly phase: UncheckedPhase;
}

/** A rule as in documents, with their names. */
export interface RuleDocument extends Filled<RuleMembers, "id" | "ref" | "enabled"> {
  /** Unknown members, kept for a lossless round trip. */
  readonly extra?: Readonly<Record<string, unknown>>;
}

/** Parameters by action; each action declares and validates its own shape. */
export type ActionParameters = NonNullable<RuleMembers["action_parameters"]>;

/** The rate limit of a rule. Periods and timeouts are seconds. */
export interface RateLimitDocument extends ValueOf<typeof rateLimitShape> {}

/** A harder limit of a rate limit. */
export type RateLimitStepDocument = NonNullable<RateLimitDocument["steps"]>[number];

/** A list in a configuration. */
export interface ListDocument extends ValueOf<ObjectOf<typeof listMembers>> {}

/** An item: its plain value, or an object with remarks. */
export type ListItemDocument = ValueOf<typeof listItemShape>;

/** A named condition, which expressions call as `condition.NAME(…)`. */
export interface ConditionDocument extends ValueOf<typeof conditionShape> {}

/** Everything that a set of documents declares. */
export interface Configuration {
  readonly rulesets: readonly RulesetDocument[];
  readonly lists: readonly ListDocument[];
  /** Named conditions by name; absent when there are none. */
  readonly conditions?: Readonly<Record<string, ConditionDocument>>;
}

/** The result of the loader; a firewall accepts it as its configuration. */
export interface LoadedConfiguration extends Configuration {
  readonly rulesets: readonly LoadedRuleset[];
}
