import type { FieldDefinition } from "../../expression/scheme/definitions.ts";
import type { Result } from "../../expression/source/diagnostic.ts";
import type { ActionDefinition, ExecutePlan, PrepareServices } from "../actions/control.ts";
import type { CandidateSource, CandidateSourceFactory } from "../candidates.ts";
import type { RateLimitDocument, RuleDocument, RulesetDocument } from "../document.ts";
import { LinearSource } from "../index/linear-source.ts";
import { LAYERS, type Layer, layerBit } from "../layers.ts";
import type { PhaseCatalogue, PhaseDefinition } from "../phases.ts";
import type { RateLimiter } from "../ratelimit/rate-limiter.ts";
import { byId, pickVersion } from "../versions.ts";
import { type Expressions, PlanError } from "./expressions.ts";
import type { RuleFacts } from "./facts.ts";
import { layOverrides } from "./overrides.ts";
import type { PhasePlan, Plan, RulePlan, RulesetPlan } from "./plan.ts";
import { Sampler } from "./sample.ts";

export interface PlanOptions {
  readonly actions: ReadonlyMap<string, ActionDefinition>;
  readonly phases: PhaseCatalogue;
  readonly expressions: Expressions;
  readonly candidates: CandidateSourceFactory;
  /** Makes the rate limit of a rule ready. */
  readonly limiter: (use: LimitUse) => Result<RateLimiter>;
  /** Fields that change while a phase runs, such as scores: rules that read one are candidates for every request. */
  readonly changing: ReadonlySet<string>;
  /** How deep rulesets may execute one another. */
  readonly maxDepth: number;
}

/** A rate limit and the rule it belongs to. */
export interface LimitUse {
  readonly ruleset: RulesetDocument;
  readonly rule: RuleDocument;
  readonly phase: PhaseDefinition;
  readonly limit: RateLimitDocument;
}

/**
 * Lays the rulesets out for evaluation. The documents have been validated.
 *
 * @throws PlanError for an expression that does not compile.
 */
export function buildPlan(rulesets: readonly RulesetDocument[], options: PlanOptions): Plan {
  return new PlanBuilder(rulesets, options).build();
}

interface Place {
  readonly phase: PhaseDefinition;
  readonly layer: Layer;
  readonly depth: number;
}

class PlanBuilder {
  readonly #options: PlanOptions;
  readonly #rulesets: readonly RulesetDocument[];
  readonly #byId: ReadonlyMap<string, readonly RulesetDocument[]>;
  readonly #limiters = new Map<RuleDocument, RateLimiter>();
  readonly #sources = new Map<string, CandidateSource>();
  #readsResponse = false;
  #readsResponseBody = false;

  constructor(rulesets: readonly RulesetDocument[], options: PlanOptions) {
    this.#options = options;
    this.#rulesets = rulesets;
    this.#byId = byId(rulesets);
  }

  build(): Plan {
    const request: PhasePlan[] = [];
    const response: PhasePlan[] = [];
    const logging: PhasePlan[] = [];
    for (const phase of this.#options.phases.phases) {
      const plan = phase.executed ? this.#phase(phase) : undefined;
      if (plan === undefined) continue;
      const after = phase.logs === true ? logging : response;
      (phase.side === "request" ? request : after).push(plan);
    }
    return Object.freeze({
      request,
      response,
      logging,
      readsBody: request.some((phase) => phase.entrypoints.some(readsBodyDeep)),
      readsResponse: response.length > 0 || this.#readsResponse,
      readsResponseBody: this.#readsResponseBody,
      ruleKeys: new Map([...this.#byId].map(([id, versions]) => [id, ruleKeys(versions)])),
      rules: this.#rulesets.reduce((sum, ruleset) => sum + ruleset.rules.length, 0),
    });
  }

  #phase(phase: PhaseDefinition): PhasePlan | undefined {
    const entrypoints = LAYERS.flatMap(({ name: layer, kind }) => {
      const found = this.#rulesets.find((one) => one.kind === kind && one.phase === phase.name);
      return found === undefined ? [] : [this.#ruleset(found, undefined, { phase, layer, depth: 0 })];
    });
    if (entrypoints.length === 0) return undefined;
    return Object.freeze({ phase, entrypoints, hasLimits: entrypoints.some((one) => one.hasLimits) });
  }

  #ruleset(document: RulesetDocument, execute: ExecutePlan | undefined, place: Place): RulesetPlan {
    const rules = document.rules.map((rule, at) => this.#rule(document, rule, at, execute, place));
    return Object.freeze({
      id: document.id,
      name: document.name,
      version: document.version,
      phase: place.phase.name,
      layer: place.layer,
      layerBit: layerBit(place.layer),
      rules,
      candidates: this.#source(document, rules),
      everyRule: new LinearSource(rules),
      readsBody: rules.some((rule) => rule.enabled && rule.readsBody),
      hasLimits: rules.some((rule) => rule.limiter !== undefined || rule.executed?.hasLimits === true),
    });
  }

  #rule(
    document: RulesetDocument,
    rule: RuleDocument,
    position: number,
    execute: ExecutePlan | undefined,
    place: Place,
  ): RulePlan {
    const { phase } = place;
    const effective = layOverrides(rule, this.#options.actions.get(rule.action), execute?.overrides);
    const filter = this.#options.expressions.filter(rule.expression, phase.scheme);
    const fields = new Set<FieldDefinition>(filter.fields);
    const services: PrepareServices = {
      phase,
      value: (text, expected) => {
        const expression = this.#options.expressions.value(text, phase.scheme, expected);
        for (const field of expression.fields) fields.add(field);
        return expression;
      },
    };
    const action = this.#options.actions.get(effective.action);
    if (action === undefined) throw new TypeError(`there is no action \`${effective.action}\``);
    const parameters = effective.action === rule.action ? (rule.action_parameters ?? {}) : {};
    const prepared = action.prepare(parameters, services);
    const limiter = this.#limiter(document, rule, phase);
    for (const name of limiter?.characteristics ?? []) {
      const found = this.#options.expressions.scheme.field(name);
      if (found !== undefined) fields.add(found.field);
    }
    const sample = this.#sampler(document, rule, services);
    for (const field of fields) if (awaits(field, "response_body")) this.#readsResponseBody = true;
    const executed = this.#target(action.executes?.(parameters), place);
    return Object.freeze({
      facts: factsOf(document, rule, effective.action, place),
      key: `${document.id}\n${rule.id}`,
      position,
      enabled: effective.enabled,
      filter,
      action,
      prepared,
      shadow: rule.mode === "shadow",
      sample,
      expiresAt: rule.expires_at === undefined ? Number.POSITIVE_INFINITY : Date.parse(rule.expires_at),
      scoreThreshold: effective.scoreThreshold,
      onBudget: rule.on_budget,
      logged: rule.logging?.enabled !== false,
      limiter,
      countsUnmatched: limiter?.countsUnmatched === true,
      executed,
      whileCounting: limiter !== undefined || executed?.hasLimits === true || action.whileCounting === true,
      blockStatus: phase.blockStatus ?? (limiter === undefined ? 403 : 429),
      readsBody: [...fields].some((field) => awaits(field, "body")),
      overriddenBy: effective.overriddenBy,
    });
  }

  #target(execute: ExecutePlan | undefined, place: Place): RulesetPlan | undefined {
    if (execute === undefined) return undefined;
    const target = pickVersion(this.#byId.get(execute.ruleset) ?? [], execute.version);
    if (target === undefined || target.phase !== place.phase.name) return undefined;
    if (place.depth >= this.#options.maxDepth) return undefined;
    return this.#ruleset(target, execute, { ...place, depth: place.depth + 1 });
  }

  #limiter(ruleset: RulesetDocument, rule: RuleDocument, phase: PhaseDefinition): RateLimiter | undefined {
    const { ratelimit: limit } = rule;
    if (limit === undefined) return undefined;
    const known = this.#limiters.get(rule);
    if (known !== undefined) return known;
    const made = this.#options.limiter({ ruleset, rule, phase, limit });
    if (!made.ok) throw new PlanError(made.errors);
    this.#limiters.set(rule, made.value);
    if (made.value.countsResponse) this.#readsResponse = true;
    return made.value;
  }

  #sampler(
    ruleset: RulesetDocument,
    { sample, ref }: RuleDocument,
    services: PrepareServices,
  ): Sampler | undefined {
    if (sample === undefined) return undefined;
    const { rate, key } = typeof sample === "number" ? { rate: sample, key: undefined } : sample;
    const { expressions } = this.#options;
    if (rate >= 1) return undefined;
    const value = key === undefined ? undefined : expressions.value(key, services.phase.scheme);
    return new Sampler(rate, value, `${ruleset.id}\n${ref}`);
  }

  /** Rulesets that are executed in several places with the same rules switched on share one index. */
  #source(document: RulesetDocument, rules: readonly RulePlan[]): CandidateSource {
    const key = `${document.id}\n${document.version ?? ""}\n${rules.map(({ enabled }) => (enabled ? "1" : "0")).join("")}`;
    const found = this.#sources.get(key);
    if (found !== undefined) return found;
    const always = this.#options.expressions.filter("true", "response");
    const made = this.#options.candidates(
      rules.map((rule) => {
        if (!rule.enabled) return { filter: undefined };
        const changes = rule.filter.fields.some(({ name }) => this.#options.changing.has(name));
        return { filter: changes || rule.countsUnmatched ? always : rule.filter };
      }),
    );
    this.#sources.set(key, made);
    return made;
  }
}

function factsOf(ruleset: RulesetDocument, rule: RuleDocument, action: string, place: Place): RuleFacts {
  return Object.freeze({
    ref: rule.ref,
    id: rule.id,
    ruleset: ruleset.id,
    phase: place.phase.name,
    layer: place.layer,
    action,
    ...(rule.description === undefined ? {} : { description: rule.description }),
    ...(rule.message === undefined ? {} : { message: rule.message }),
    ...(rule.severity === undefined ? {} : { severity: rule.severity }),
    ...(rule.categories === undefined ? {} : { categories: rule.categories }),
    ...(rule.references === undefined ? {} : { references: rule.references }),
    ...(rule.version === undefined ? {} : { version: rule.version }),
  });
}

function ruleKeys(versions: readonly RulesetDocument[]): ReadonlyMap<string, readonly string[]> {
  const keys = new Map<string, string[]>();
  for (const { id, rules } of versions) {
    const own = new Map(rules.map((rule) => [rule.ref, `${id}\n${rule.id}`]));
    // An id wins over another rule's ref of the same spelling.
    for (const rule of rules) own.set(rule.id, `${id}\n${rule.id}`);
    for (const [word, key] of own) {
      const known = keys.get(word);
      if (known === undefined) keys.set(word, [key]);
      else if (!known.includes(key)) known.push(key);
    }
  }
  return keys;
}

/** Phases of fields in which there is no such part yet. */
const BEFORE = { body: ["request"], response_body: ["request", "body", "response"] } as const;

/**
 * Whether a rule on the field has to wait for the body. A field without `derivesFrom` is read again when a body arrives, but
 * makes hosts read one only if its phases say that it has no value before: reading bodies is expensive.
 */
function awaits({ derivesFrom, phases }: FieldDefinition, part: "body" | "response_body"): boolean {
  if (derivesFrom !== undefined) return derivesFrom.includes(part);
  return phases?.includes(part) === true && !BEFORE[part].some((earlier) => phases.includes(earlier));
}

function readsBodyDeep(ruleset: RulesetPlan): boolean {
  return (
    ruleset.readsBody ||
    ruleset.rules.some((rule) => rule.executed !== undefined && readsBodyDeep(rule.executed))
  );
}
