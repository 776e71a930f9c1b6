import type { Filter, ValueExpression } from "../../language/compile/compile.ts";
import type { FieldDefinition } from "../../language/scheme/definitions.ts";
import type { Characteristic } from "./characteristics.ts";
import type { CounterWindow } from "./counter-store.ts";

/** Where a response states its cost. */
export interface ResponseScore {
  /** The response headers. */
  readonly field: FieldDefinition;
  readonly slot: number;
  /** In lower case. */
  readonly header: string;
}

/** One limit of a rate limit. */
export interface LimitStep {
  readonly window: CounterWindow;
  /** Milliseconds; 0: only the excess is acted on. */
  readonly mitigation: number;
}

/** A rule's compiled rate limit, independent of the firewall. */
export interface LimiterPlan {
  /** The beginning of its keys, and the {@link CounterWindow.rule} of its windows. */
  readonly prefix: string;
  readonly characteristics: readonly Characteristic[];
  /** Bits of an IPv6 address that distinguish clients. */
  readonly ipv6PrefixLength: number;
  readonly fields: readonly FieldDefinition[];
  /** The limit itself, then harder ones. */
  readonly steps: readonly [LimitStep, ...LimitStep[]];
  /** The cost of a request, an Int; undefined: 1. */
  readonly cost: ValueExpression | undefined;
  readonly failsClosed: boolean;
  /** A counting expression of the rule's own. */
  readonly counting: Filter | undefined;
  readonly countsResponse: boolean;
  /** Whether it reads the decision. */
  readonly countsDecision: boolean;
  /** Whether requests count that the rule itself, or a ban, has blocked. */
  readonly countsOwnRefusals: boolean;
  /** Whether responses have rate limit headers for it, if its action blocks requests. */
  readonly isTold: boolean;
  /** Slots of the request that the counting expression reads. */
  readonly frozen: readonly number[];
  readonly score: ResponseScore | undefined;
  /** Whether responses that came from a cache are left out. */
  readonly onlyOrigin: boolean;
}
