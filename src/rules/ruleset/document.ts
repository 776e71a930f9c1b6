import type { EntryPointKind } from "./layers.ts";
import type { UncheckedRuleset } from "./unchecked.ts";

/**
 * The ruleset document: the JSON that Cloudflare's API and Terraform's `cloudflare_ruleset` speak, snake_case
 * included, with additive members of our own. These types describe a document after loading; the loader accepts
 * anything and reports what does not fit.
 */
export type RulesetKind = EntryPointKind | "managed" | "custom";

/** A ruleset as documents hold it. Names are those of the documents. */
export interface RulesetDocument {
  readonly id: string;
  readonly name: string;
  readonly description?: string;
  readonly kind: RulesetKind;
  readonly phase: string;
  readonly version?: string;
  readonly last_updated?: string;
  readonly rules: readonly RuleDocument[];
  /** Members that we do not know, kept for a round trip without loss. */
  readonly extra?: Readonly<Record<string, unknown>>;
}

/** A ruleset as the loader or an edit makes it; a firewall's configuration takes it as it is. */
export interface LoadedRuleset extends RulesetDocument, UncheckedRuleset {}

/** A rule as documents hold it. Names are those of the documents. */
export interface RuleDocument {
  readonly id: string;
  /** Stable reference chosen by the author; equals `id` when absent. Unique within the ruleset. */
  readonly ref: string;
  readonly version?: string;
  readonly action: string;
  readonly action_parameters?: ActionParameters;
  readonly expression: string;
  readonly description?: string;
  readonly enabled: boolean;
  readonly categories?: readonly string[];
  readonly logging?: { readonly enabled: boolean };
  readonly ratelimit?: RateLimitDocument;
  readonly score_threshold?: number;
  readonly last_updated?: string;
  /** Ours: enforce acts, shadow only reports what it would have done, off is not evaluated. */
  readonly mode?: "enforce" | "shadow" | "off";
  /** Ours: share of requests (0..1) that the rule sees, and the value that keeps a client in or out. */
  readonly sample?: { readonly rate: number; readonly key?: string } | number;
  /** Ours: RFC 3339 time from which the rule is off. */
  readonly expires_at?: string;
  readonly severity?: "critical" | "error" | "warning" | "notice" | "info";
  readonly message?: string;
  readonly references?: readonly string[];
  readonly tests?: readonly unknown[];
  /** Ours: what an exhausted work budget means for this rule's request. */
  readonly on_budget?: "continue" | "block" | "log";
  readonly extra?: Readonly<Record<string, unknown>>;
}

/** Parameters by action; each action declares and validates its own shape. */
export type ActionParameters = Readonly<Record<string, unknown>>;

/** The rate limit of a rule. Periods and timeouts are seconds. */
export interface RateLimitDocument {
  readonly characteristics: readonly string[];
  readonly period: number;
  readonly requests_per_period?: number;
  readonly score_per_period?: number;
  readonly score_response_header_name?: string;
  readonly counting_expression?: string;
  readonly requests_to_origin?: boolean;
  readonly mitigation_timeout?: number;
  /** Ours; default `fixed_window`. */
  readonly algorithm?: "fixed_window" | "sliding_window" | "token_bucket";
  readonly on_store_error?: "open" | "closed";
}

/** Lists as a configuration holds them. */
export interface ListDocument {
  readonly id?: string;
  readonly name: string;
  readonly kind: string;
  readonly description?: string;
  readonly items: readonly ListItemDocument[];
}

/** An item: its plain value, or an object with remarks. */
export type ListItemDocument =
  | string
  | number
  | {
      readonly ip?: string;
      readonly asn?: number;
      readonly hostname?: string | { readonly url_hostname: string };
      readonly value?: string | number;
      readonly redirect?: Readonly<Record<string, unknown>>;
      readonly comment?: string;
      readonly description?: string;
      readonly expires_at?: string;
    };

/** Everything that a set of documents declares. */
export interface Configuration {
  readonly rulesets: readonly RulesetDocument[];
  readonly lists: readonly ListDocument[];
}

/** What the loader made of documents; a firewall takes it as its configuration. */
export interface LoadedConfiguration extends Configuration {
  readonly rulesets: readonly LoadedRuleset[];
}
