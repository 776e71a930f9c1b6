import {
  type Compiled,
  type CompileOptions,
  compileFilter,
  compileValue,
  type Filter,
  type ValueExpression,
} from "../../language/compile/compile.ts";
import { type Diagnostic, diagnose, type Result } from "../../language/diagnostics/diagnostic.ts";
import { Source } from "../../language/diagnostics/source.ts";
import type { FieldDefinition } from "../../language/scheme/definitions.ts";
import { DECISION_PHASE, type Scheme } from "../../language/scheme/scheme.ts";
import { asciiLower } from "../../language/values/bytes.ts";
import { Int } from "../../language/values/types.ts";
import type { RateLimitDocument, RateLimitStepDocument } from "../ruleset/document.ts";
import { type Characteristic, compileCharacteristics } from "./characteristics.ts";
import { keyPrefix } from "./key.ts";
import type { LimiterPlan, LimitStep, ResponseScore } from "./limiter-plan.ts";

/** The rule that the rate limit belongs to: different rules have different counters. */
export interface RateLimitRule {
  /** Id of the ruleset. */
  readonly ruleset: string;
  readonly ref: string;
}

/** The context in which a rate limit is compiled. */
export interface PlanServices {
  /** The scheme of the rule's phase. */
  readonly scheme: Scheme<never>;
  /** The same scheme with the fields that are known after the decision, or after the response. */
  readonly decisionScheme: Scheme<never>;
  readonly compile?: CompileOptions;
  /** Whether it is known which responses come from a cache; else `requests_to_origin` counts all, with a warning. */
  readonly knowsCached: boolean;
}

/** The smallest network of a provider's customer (RFC 6177). */
const DEFAULT_IPV6_PREFIX_LENGTH = 64;
const RESPONSE_HEADERS = "http.response.headers";

/**
 * Compiles the rate limit of a rule: the part that all firewalls with such a rule share. The document has the shape
 * that the loader checks; faults of its expressions are in the result, with a pointer into the rule.
 */
export function planRateLimit(
  rule: RateLimitRule,
  document: RateLimitDocument,
  services: PlanServices,
): Result<LimiterPlan> {
  const options = services.compile ?? {};
  const name = `${rule.ruleset}/${rule.ref}`;
  const keys = compileCharacteristics(document.characteristics, services.scheme, options, name);
  const errors: Diagnostic[] = [...keys.errors];
  const warnings: Diagnostic[] = [...keys.warnings];
  const counting = compileCounting(document.counting_expression, services, name);
  if (counting !== undefined) {
    warnings.push(...counting.warnings.map(at("/ratelimit/counting_expression")));
    if (!counting.ok) errors.push(...counting.errors.map(at("/ratelimit/counting_expression")));
  }
  const cost = compileCost(document.cost_expression, services, name);
  if (cost !== undefined) {
    warnings.push(...cost.warnings.map(at("/ratelimit/cost_expression")));
    if (!cost.ok) errors.push(...cost.errors.map(at("/ratelimit/cost_expression")));
  }
  const terms = limitTermsOf(document, services, (message, member, text) => {
    const fault = { code: "E_RATELIMIT", message, span: { start: 0, end: text.length } } as const;
    errors.push({ ...diagnose(new Source(text, name), fault), pointer: `/ratelimit/${member}` });
  });
  const wantsOrigin = document.requests_to_origin === true;
  if (wantsOrigin && !services.knowsCached) {
    const message = "every request counts: the host does not report which responses come from a cache";
    const span = { start: 0, end: 4 };
    const found = diagnose(new Source("true", name), {
      code: "W_RATELIMIT",
      severity: "warning",
      message,
      span,
    });
    warnings.push({ ...found, pointer: "/ratelimit/requests_to_origin" });
  }
  const wide = singleAddresses(document, keys.characteristics, name);
  if (wide !== undefined) warnings.push(wide);
  if (errors.length > 0 || terms === undefined) return { ok: false, errors, warnings };
  const filter = counting?.ok === true ? counting.value : undefined;
  const onlyOrigin = wantsOrigin && services.knowsCached;
  const reads = filter?.fields.filter((field) => !services.scheme.isAvailable(field)) ?? [];
  const countsDecision = reads.some(isOfDecision);
  const readsResponse = reads.some((field) => !isOfDecision(field));
  const prefix = keyPrefix(rule.ruleset, rule.ref);
  const costs = cost?.ok === true ? cost.value : undefined;
  const countsResponse = readsResponse || terms.score !== undefined || onlyOrigin;
  const value: LimiterPlan = {
    prefix,
    characteristics: keys.characteristics,
    ipv6PrefixLength: document.ipv6_prefix_length ?? DEFAULT_IPV6_PREFIX_LENGTH,
    fields: fieldsOf(keys.characteristics, [filter, costs], terms.score?.field),
    steps: [
      stepOf(document, terms.limit, prefix, document),
      ...(document.steps ?? []).map((step) =>
        stepOf(step, step.requests_per_period ?? step.score_per_period ?? terms.limit, prefix, document),
      ),
    ],
    cost: costs,
    failsClosed: document.on_store_error === "closed",
    counting: filter,
    countsResponse,
    countsDecision,
    countsOwnRefusals: document.count_own_refusals === true,
    isTold: document.response_headers ?? !(countsResponse || countsDecision),
    frozen: filter === undefined ? [] : requestSlots(filter, services.scheme, countsDecision),
    score: terms.score,
    onlyOrigin,
  };
  return { ok: true, value, warnings };
}

/** A limit on single IPv6 addresses, of which each client has 2^64. */
function singleAddresses(
  { ipv6_prefix_length: length = DEFAULT_IPV6_PREFIX_LENGTH }: RateLimitDocument,
  characteristics: readonly Characteristic[],
  name: string,
): Diagnostic | undefined {
  if (length <= DEFAULT_IPV6_PREFIX_LENGTH || !characteristics.some(({ addresses }) => addresses.length > 0))
    return undefined;
  const text = String(length);
  const found = diagnose(new Source(text, name), {
    code: "W_RATELIMIT",
    severity: "warning",
    message: `an IPv6 client has a /64 of addresses, so with /${length} each request may get a new counter`,
    span: { start: 0, end: text.length },
    hint: "leave `ipv6_prefix_length` out, which counts each /64 as one client",
  });
  return { ...found, pointer: "/ratelimit/ipv6_prefix_length" };
}

function at(pointer: string): (diagnostic: Diagnostic) => Diagnostic {
  return (diagnostic) => ({ ...diagnostic, pointer });
}

/** Without a response, and known only to the firewall. */
function isOfDecision({ phases }: FieldDefinition): boolean {
  return phases?.length === 1 && phases[0] === DECISION_PHASE;
}

/** One limit, with the settings that it shares with the others of its rule. */
function stepOf(
  { period, mitigation_timeout: timeout = 0 }: Partial<RateLimitStepDocument>,
  limit: number,
  rule: string,
  { algorithm = "fixed_window", period: usual }: RateLimitDocument,
): LimitStep {
  return { window: { algorithm, period: (period ?? usual) * 1000, limit, rule }, mitigation: timeout * 1000 };
}

function compileCost(
  text: string | undefined,
  { scheme, compile }: PlanServices,
  name: string,
): Result<ValueExpression> | undefined {
  return text === undefined ? undefined : compileValue(new Source(text, name), scheme, Int, compile ?? {});
}

/** An empty counting expression counts as absent. */
function compileCounting(
  text: string | undefined,
  { decisionScheme, compile }: PlanServices,
  name: string,
): Result<Filter> | undefined {
  if (text === undefined || text.trim() === "") return undefined;
  return compileFilter(new Source(text, name), decisionScheme, compile ?? {});
}

interface LimitTerms {
  readonly limit: number;
  readonly score: ResponseScore | undefined;
}

function limitTermsOf(
  document: RateLimitDocument,
  services: PlanServices,
  refuse: (message: string, member: string, text: string) => void,
): LimitTerms | undefined {
  const { score_per_period: scores, score_response_header_name: header } = document;
  if (scores === undefined) {
    if (document.requests_per_period !== undefined) {
      return { limit: document.requests_per_period, score: undefined };
    }
    refuse("a rate limit needs `requests_per_period` or `score_per_period`", "requests_per_period", "");
    return undefined;
  }
  const found = services.decisionScheme.field(RESPONSE_HEADERS);
  if (header === undefined || found === undefined) {
    const message =
      header === undefined
        ? "`score_per_period` needs `score_response_header_name`"
        : `scores are read from \`${RESPONSE_HEADERS}\`, which is not a field here`;
    refuse(message, "score_response_header_name", header ?? "");
    return undefined;
  }
  return { limit: scores, score: { ...found, header: asciiLower(header) } };
}

function fieldsOf(
  characteristics: readonly Characteristic[],
  others: readonly (Compiled | undefined)[],
  score: FieldDefinition | undefined,
): readonly FieldDefinition[] {
  const named = characteristics.flatMap(({ value }) => value.fields);
  const fields = new Set([...named, ...others.flatMap((one) => one?.fields ?? [])]);
  if (score !== undefined) fields.add(score);
  return [...fields];
}

/**
 * Slots of the fields that a counting expression reads of the request as it was when it was evaluated.
 *
 * @param isFinal whether scores are final, as the decision is.
 */
function requestSlots(filter: Filter, scheme: Scheme<never>, isFinal: boolean): readonly number[] {
  return filter.fields.flatMap((field) => {
    const slot = scheme.field(field.name)?.slot;
    if (slot === undefined || !scheme.isAvailable(field)) return [];
    return isFinal && field.derivesFrom?.includes("scores") === true ? [] : [slot];
  });
}
