import { type Expressions, PlanError } from "../../language/compile/expressions.ts";
import type { Lease } from "../../language/compile/lease.ts";
import type { Result } from "../../language/diagnostics/diagnostic.ts";
import { MisuseError } from "../../language/diagnostics/misuse.ts";
import type { FieldDefinition } from "../../language/scheme/definitions.ts";
import type { Scheme } from "../../language/scheme/scheme.ts";
import { asciiLower } from "../../language/values/bytes.ts";
import type { LimiterPlan } from "../ratelimit/limiter-plan.ts";
import type {
  ActionDefinition,
  ChangedPart,
  ExecutePlan,
  PrepareServices,
} from "../ruleset/actions/control.ts";
import { isControlFlow } from "../ruleset/actions/define-action.ts";
import type {
  RateLimitDocument,
  RateLimitStepDocument,
  RuleDocument,
  RulesetDocument,
} from "../ruleset/document.ts";
import { LAYERS, type Layer, layerBit, OUTERMOST } from "../ruleset/layers.ts";
import type { PhaseCatalogue, PhaseDefinition } from "../ruleset/phases.ts";
import { byId, pickVersion } from "../ruleset/versions.ts";
import type { CandidateSource, CandidateSourceFactory } from "./candidates.ts";
import { defaultRuleset, isDefaultRule } from "./default-action.ts";
import type { DerivedPool } from "./derived-pool.ts";
import type { RuleFacts } from "./facts.ts";
import { LinearSource } from "./index/linear-source.ts";
import { numberOf } from "./numbers.ts";
import { applyOverrides } from "./overrides.ts";
import type { FieldLoad, PhasePlan, Plan, RuleLimit, RulePlan, RulesetPlan } from "./plan.ts";
import { headPartOf, requestPartOf } from "./request-part.ts";
import { Sampler } from "./sample.ts";

export interface PlanOptions {
  readonly actions: ReadonlyMap<string, ActionDefinition>;
  readonly phases: PhaseCatalogue;
  readonly expressions: Expressions;
  readonly candidates: CandidateSourceFactory;
  /** Compiles the rate limit of a rule, independently of a firewall. */
  readonly planLimit: (use: LimitUse, expressions: Expressions) => Result<LimiterPlan>;
  /** Fields that change while a phase runs, such as scores: rules that read one are candidates for every request. */
  readonly changing: ReadonlySet<string>;
  /** How deep rulesets may execute one another. */
  readonly maxDepth: number;
  /** Plans and indexes that other configurations may share with this one. */
  readonly pools: PlanPools;
  /** Holds references to values from the pools. */
  readonly lease: Lease;
}

export interface PlanPools {
  readonly plans: DerivedPool<RulesetPlan>;
  readonly sources: DerivedPool<CandidateSource>;
  /** Dependencies of a ruleset's plan besides its content: the lists that it may name. */
  listsOf(document: RulesetDocument): string;
}

/** A rate limit and the rule it belongs to. */
export interface LimitUse {
  readonly ruleset: RulesetDocument;
  readonly rule: RuleDocument;
  readonly phase: PhaseDefinition;
  readonly limit: RateLimitDocument;
}

/**
 * Builds the plan of the rulesets, independently of a firewall: rate limits are not bound yet. The documents have been
 * validated, and nobody changes them.
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
  /** Whether a mandatory rule leads to it. */
  readonly mandatory: boolean;
}

/** Context for building a ruleset's plan: the compiled expressions, and the holder of its parts. */
interface Making {
  readonly expressions: Expressions;
  readonly lease: Lease;
}

class PlanBuilder {
  readonly #options: PlanOptions;
  readonly #rulesets: readonly RulesetDocument[];
  readonly #byId: ReadonlyMap<string, readonly RulesetDocument[]>;

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
    const later = [...response, ...logging].flatMap((phase) => phase.entrypoints);
    const entrypoints = [...request.flatMap((phase) => phase.entrypoints), ...later];
    const readsBodyLater = later.some(readsBodyDeep);
    return Object.freeze({
      request,
      response,
      logging,
      readsBody: entrypoints.some(readsBodyDeep),
      readsWholeBody: entrypoints.some(readsWholeBodyDeep),
      readsBodyLater,
      readsResponse: response.length > 0 || entrypoints.some((one) => one.countsResponses),
      readsResponseBody: entrypoints.some((one) => one.readsResponseBody),
      ruleKeys: new Map([...this.#byId].map(([id, versions]) => [id, ruleKeysOf(versions)])),
      headers: new Set(entrypoints.flatMap((one) => one.headers)),
      loads: distinct(entrypoints.flatMap((one) => [...one.loads, ...countLoadsOf(one)])),
      limited: firstOf(entrypoints, limitedIn),
      laterLimits: NO_NAMES,
      countsDecisions: false,
      hasLimits: entrypoints.some((one) => one.hasLimits),
      hasMandatory: entrypoints.some((one) => one.hasMandatory),
      mandatoryReadsBody: entrypoints.some(mandatoryReadsBodyDeep),
    });
  }

  #phase(phase: PhaseDefinition): PhasePlan | undefined {
    const entrypoints = LAYERS.flatMap(({ name: layer, kind }) => {
      const found = this.#rulesets.find((one) => one.kind === kind && one.phase === phase.name);
      if (found === undefined) return [];
      return [
        this.#ruleset(found, undefined, { phase, layer, depth: 0, mandatory: false }, this.#options.lease),
      ];
    });
    if (entrypoints.length === 0) return undefined;
    const standing = this.#defaults(phase);
    entrypoints.push(...standing);
    return Object.freeze({
      phase,
      entrypoints,
      hasDefault: standing.length > 0,
      hasMandatoryDefault: standing.some((one) => one.hasMandatory),
      hasLimits: entrypoints.some((one) => one.hasLimits),
      hasMandatory: entrypoints.some((one) => one.hasMandatory),
      hasLoads: entrypoints.some((one) => one.loads.length > 0),
    });
  }

  /**
   * Defaults, which run last in a phase, for requests that no rule has decided: that of the innermost layer that has one,
   * preceded by the mandatory ones.
   */
  #defaults(phase: PhaseDefinition): readonly RulesetPlan[] {
    const found = LAYERS.flatMap(({ name: layer, kind }) => {
      const stating = this.#rulesets.find((one) => one.kind === kind && one.phase === phase.name);
      const ruleset = stating && defaultRuleset(stating);
      if (ruleset === undefined) return [];
      return [
        this.#ruleset(ruleset, undefined, { phase, layer, depth: 0, mandatory: false }, this.#options.lease),
      ];
    });
    return found.filter((one, at) => one.hasMandatory || at === found.length - 1);
  }

  /** The plan of a ruleset at one place: that of another configuration, if it already has one. */
  #ruleset(
    document: RulesetDocument,
    execute: ExecutePlan | undefined,
    place: Place,
    holder: Lease,
  ): RulesetPlan {
    const { pools, expressions } = this.#options;
    const executed = this.#executedBy(document, execute, place, holder);
    const key = [
      place.layer,
      place.depth,
      place.mandatory,
      pools.listsOf(document),
      execute === undefined ? "" : overridesKey(execute.overrides),
      ...executed,
    ].join("\n");
    return pools.plans.take(document, key, holder, (lease) =>
      this.#make(document, execute, place, { expressions: expressions.heldBy(lease), lease }),
    );
  }

  /** Numbers of the plans that rules of a ruleset execute, in the order of the rules. */
  #executedBy(
    document: RulesetDocument,
    execute: ExecutePlan | undefined,
    place: Place,
    holder: Lease,
  ): readonly number[] {
    const { actions } = this.#options;
    const executes = (action: string | undefined) =>
      action !== undefined && actions.get(action)?.executes !== undefined;
    const overrides = execute?.overrides;
    const overriding = overrides && [
      overrides.all,
      ...overrides.rules.values(),
      ...overrides.tags.map(({ set }) => set),
    ];
    const isAnyOverridden = overriding?.some(({ action }) => executes(action)) === true;
    return document.rules.flatMap((rule) => {
      if (!isAnyOverridden && !executes(rule.action)) return [];
      const { action } = applyOverrides(rule, actions.get(rule.action), overrides);
      const parameters = action === rule.action ? (rule.action_parameters ?? {}) : {};
      const target = { ...place, mandatory: isMandatory(document, rule, place) };
      const plan = this.#target(actions.get(action)?.executes?.(parameters), target, holder);
      return [plan === undefined ? 0 : numberOf(plan)];
    });
  }

  #make(
    document: RulesetDocument,
    execute: ExecutePlan | undefined,
    place: Place,
    making: Making,
  ): RulesetPlan {
    const rules = document.rules.map((rule, at) => this.#rule(document, rule, at, execute, place, making));
    const within = rules.flatMap(({ executed }) => executed ?? []);
    return Object.freeze({
      id: document.id,
      name: document.name,
      version: document.version,
      phase: place.phase.name,
      layer: place.layer,
      layerBit: layerBit(place.layer, place.mandatory),
      hasMandatory: rules.some(({ mandatory }) => mandatory),
      rules,
      candidates: this.#source(document, rules, making),
      everyRule: new LinearSource(rules),
      readsBody: rules.some((rule) => rule.enabled && rule.readsBody),
      hasLimits: rules.some(({ limit }) => limit !== undefined) || within.some((one) => one.hasLimits),
      countsResponses:
        rules.some(({ limit }) => limit?.plan.countsResponse === true) ||
        within.some((one) => one.countsResponses),
      readsResponseBody:
        rules.some((rule) => rule.readsResponseBody) || within.some((one) => one.readsResponseBody),
      headers: unique([
        ...rules.flatMap((rule) => (rule.enabled ? rule.headers : [])),
        ...within.flatMap((one) => one.headers),
      ]),
      loads: distinct(rules.flatMap(loadsOf)),
    });
  }

  #rule(
    document: RulesetDocument,
    rule: RuleDocument,
    position: number,
    execute: ExecutePlan | undefined,
    place: Place,
    { expressions, lease }: Making,
  ): RulePlan {
    const { phase } = place;
    const effective = applyOverrides(rule, this.#options.actions.get(rule.action), execute?.overrides);
    const filter = expressions.filter(rule.expression, phase.scheme);
    const fields = new Set<FieldDefinition>(filter.fields);
    const headers = new Set(filter.checked.lowerCaseKeys);
    const services: PrepareServices = {
      phase,
      value: (text, expected) => {
        const expression = expressions.value(text, phase.scheme, expected);
        for (const field of expression.fields) fields.add(field);
        for (const key of expression.checked.lowerCaseKeys) headers.add(key);
        return expression;
      },
    };
    const action = this.#options.actions.get(effective.action);
    if (action === undefined) {
      throw new MisuseError("E_UNKNOWN_NAME", `there is no action \`${effective.action}\``);
    }
    const parameters = effective.action === rule.action ? (rule.action_parameters ?? {}) : {};
    const prepared = action.prepare(parameters, services);
    for (const name of action.headers?.(parameters) ?? []) headers.add(asciiLower(name));
    const limit = this.#limit(document, rule, phase, expressions);
    const counted = limit && [
      ...limit.plan.characteristics.map(({ value }) => value),
      ...(limit.plan.counting ? [limit.plan.counting] : []),
      ...(limit.plan.cost ? [limit.plan.cost] : []),
    ];
    for (const key of counted?.flatMap(({ checked }) => checked.lowerCaseKeys) ?? []) headers.add(key);
    for (const field of limit?.plan.fields ?? []) fields.add(field);
    // An action that an override gives the rule is that of its steps too: they are not a way around it.
    const own = effective.action === rule.action ? rule.ratelimit?.steps : undefined;
    const steps = own?.map((step) => this.#step(step, services));
    for (const name of steps?.flatMap((step) => step?.headers ?? []) ?? []) headers.add(name);
    const sample = samplerOf(document, rule, phase, expressions);
    for (const field of sample?.key?.fields ?? []) fields.add(field);
    for (const key of sample?.key?.checked.lowerCaseKeys ?? []) headers.add(key);
    const mandatory = isMandatory(document, rule, place);
    const executed = this.#target(action.executes?.(parameters), { ...place, mandatory }, lease);
    const facts = factsOf(document, rule, effective.action, place);
    const scheme = expressions.narrowed(phase.scheme);
    const loads = loadsFrom(fields, scheme, facts);
    const readsResponseBody = [...fields].some((field) => awaits(field, "response_body"));
    const leadsToReader = readsResponseBody || executed?.readsResponseBody === true;
    const readsBody = [...fields].some((field) => scheme.isAvailable(field) && awaits(field, "body"));
    const onOversize = readsBody ? rule.on_oversize : undefined;
    const made: RulePlan = {
      facts,
      mandatory,
      layerBit: layerBit(place.layer, mandatory),
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
      isOversizeIdle: !readsBody && rule.on_oversize !== undefined,
      onBudget: rule.on_budget,
      logged: rule.logging?.enabled !== false,
      reports: rule.logging?.enabled ?? !isControlFlow(action),
      limit,
      limiter: undefined,
      steps: undefined,
      refuses: action.terminating,
      isControlFlow: isControlFlow(action),
      countsUnmatched: limit?.plan.counting !== undefined,
      executed,
      whileCounting: limit !== undefined || executed?.hasLimits === true || action.whileCounting === true,
      blockStatus: phase.blockStatus ?? (limit === undefined ? 403 : 429),
      readsBody,
      onOversize,
      headPart: onOversize === "match" ? headPartOf(filter) : undefined,
      readsResponseBody,
      readsLocated: [...fields].some(({ locatedBy }) => locatedBy !== undefined),
      requestPart: leadsToReader ? requestPartOf(filter) : undefined,
      headers: unique(headers),
      changes: [
        ...(action.changes?.(parameters, phase) ?? NO_NAMES),
        ...(steps?.flatMap((step) => step?.changes ?? []) ?? NO_NAMES),
      ],
      loads: loads.filter(({ field }) => scheme.isAvailable(field)),
      countLoads: limit === undefined ? NO_LOADS : countLoads(limit, loads),
      overriddenBy: effective.overriddenBy,
    };
    const withAction = steps?.map((step) => (step === undefined ? made : stepOf(made, step)));
    return Object.freeze({ ...made, steps: withAction });
  }

  #step(step: RateLimitStepDocument, services: PrepareServices): StepAction | undefined {
    if (step.action === undefined) return undefined;
    const action = this.#options.actions.get(step.action);
    if (action === undefined) {
      throw new MisuseError("E_UNKNOWN_NAME", `there is no action \`${step.action}\``);
    }
    const parameters = step.action_parameters ?? {};
    return {
      action,
      prepared: action.prepare(parameters, services),
      headers: (action.headers?.(parameters) ?? []).map(asciiLower),
      changes: action.changes?.(parameters, services.phase) ?? NO_NAMES,
    };
  }

  #target(execute: ExecutePlan | undefined, place: Place, holder: Lease): RulesetPlan | undefined {
    if (execute === undefined) return undefined;
    const target = pickVersion(this.#byId.get(execute.ruleset) ?? [], execute.version);
    if (target === undefined || target.phase !== place.phase.name) return undefined;
    if (place.depth >= this.#options.maxDepth) return undefined;
    return this.#ruleset(target, execute, { ...place, depth: place.depth + 1 }, holder);
  }

  #limit(
    ruleset: RulesetDocument,
    rule: RuleDocument,
    phase: PhaseDefinition,
    expressions: Expressions,
  ): RuleLimit | undefined {
    const { ratelimit: limit } = rule;
    if (limit === undefined) return undefined;
    const made = this.#options.planLimit({ ruleset, rule, phase, limit }, expressions);
    if (!made.ok) throw new PlanError(made.errors, rule);
    return { rule, plan: made.value, warnings: made.warnings };
  }

  /** Rulesets that are executed in several places with the same rules switched on share one index. */
  #source(
    document: RulesetDocument,
    rules: readonly RulePlan[],
    { expressions, lease }: Making,
  ): CandidateSource {
    const { pools, candidates, changing } = this.#options;
    const switches = rules.map(({ enabled }) => (enabled ? "1" : "0")).join("");
    return pools.sources.take(document, `${pools.listsOf(document)}\n${switches}`, lease, (needs) => {
      const always = expressions.heldBy(needs).filter("true", "response");
      return candidates(
        rules.map((rule) => {
          if (!rule.enabled) return { filter: undefined };
          const changes = rule.filter.fields.some(({ name }) => changing.has(name));
          return {
            filter: changes || rule.countsUnmatched || rule.onOversize === "match" ? always : rule.filter,
          };
        }),
      );
    });
  }
}

/** The compiled action of a step. */
interface StepAction {
  readonly action: ActionDefinition;
  readonly prepared: unknown;
  readonly headers: readonly string[];
  readonly changes: readonly ChangedPart[];
}

/** The rule as it acts past a step of its limit. */
function stepOf(made: RulePlan, { action, prepared }: StepAction): RulePlan {
  const facts = Object.freeze({ ...made.facts, action: action.name });
  return Object.freeze({ ...made, facts, action, prepared });
}

const NO_NAMES: readonly never[] = Object.freeze([]);

/** Each once; most rules have none, and share the empty list. */
function unique(names: Iterable<string>): readonly string[] {
  const found = new Set(names);
  return found.size === 0 ? NO_NAMES : [...found];
}

function samplerOf(
  ruleset: RulesetDocument,
  { sample, ref }: RuleDocument,
  phase: PhaseDefinition,
  expressions: Expressions,
): Sampler | undefined {
  if (sample === undefined) return undefined;
  const { rate, key } = typeof sample === "number" ? { rate: sample, key: undefined } : sample;
  if (rate >= 1) return undefined;
  const value = key === undefined ? undefined : expressions.value(key, phase.scheme);
  return new Sampler(rate, value, `${ruleset.id}\n${ref}`);
}

function overridesKey({ all, tags, rules }: ExecutePlan["overrides"]): string {
  return JSON.stringify([all, tags, [...rules]]);
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
    ...(isDefaultRule(rule) ? { isDefault: true as const } : {}),
    ...(isMandatory(ruleset, rule, place) ? { mandatory: true as const } : {}),
  });
}

/** Only the outermost layer has mandatory rules; what a mandatory rule executes is mandatory as a whole. */
function isMandatory(
  ruleset: RulesetDocument,
  rule: RuleDocument,
  { layer, depth, mandatory }: Place,
): boolean {
  if (layer !== OUTERMOST) return false;
  return mandatory || (depth === 0 && (rule.mandatory ?? ruleset.mandatory) === true);
}

const keysOfOne = new WeakMap<RulesetDocument, ReadonlyMap<string, readonly string[]>>();

/** Most rulesets have one version, and many configurations share them: their keys are computed once. */
function ruleKeysOf(versions: readonly RulesetDocument[]): ReadonlyMap<string, readonly string[]> {
  const [one, ...others] = versions;
  if (one === undefined || others.length > 0) return ruleKeys(versions);
  let keys = keysOfOne.get(one);
  if (keys === undefined) {
    keys = ruleKeys(versions);
    keysOfOne.set(one, keys);
  }
  return keys;
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

const NO_LOADS: readonly FieldLoad[] = Object.freeze([]);

/** Those of the fields that are loaded. */
function loadsFrom(
  fields: Iterable<FieldDefinition>,
  scheme: Scheme<never>,
  rule: RuleFacts,
): readonly FieldLoad[] {
  const loads: FieldLoad[] = [];
  for (const field of fields) {
    const slot = field.load === undefined ? undefined : scheme.field(field.name)?.slot;
    if (slot !== undefined) loads.push({ slot, field, awaitsBody: awaits(field, "body"), rule });
  }
  return loads.length === 0 ? NO_LOADS : loads;
}

/** Fields that counting a response reads, besides those of the request as evaluated. */
function countLoads({ plan }: RuleLimit, loads: readonly FieldLoad[]): readonly FieldLoad[] {
  if (!plan.countsResponse && !plan.countsDecision) return NO_LOADS;
  return loads.filter(({ slot, field }) => plan.fields.includes(field) && !plan.frozen.includes(slot));
}

/** Fields to load before a rule, and the ruleset that it executes, may run. */
function loadsOf({ enabled, loads, executed }: RulePlan): readonly FieldLoad[] {
  if (!enabled) return NO_LOADS;
  return executed === undefined ? loads : [...loads, ...executed.loads];
}

function countLoadsOf({ rules }: RulesetPlan): readonly FieldLoad[] {
  return rules.flatMap(({ enabled, countLoads, executed }) =>
    enabled ? [...countLoads, ...(executed === undefined ? [] : countLoadsOf(executed))] : [],
  );
}

/** The first rule with a rate limit that may run. */
function limitedIn({ hasLimits, rules }: RulesetPlan): RuleFacts | undefined {
  if (!hasLimits) return undefined;
  return firstOf(rules, ({ enabled, limit, executed, facts }) => {
    if (!enabled) return undefined;
    return limit === undefined ? executed && limitedIn(executed) : facts;
  });
}

function firstOf<T, U>(items: readonly T[], find: (item: T) => U | undefined): U | undefined {
  for (const item of items) {
    const found = find(item);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** One load for each field, the first. */
function distinct(loads: readonly FieldLoad[]): readonly FieldLoad[] {
  if (loads.length === 0) return NO_LOADS;
  const bySlot = new Map<number, FieldLoad>();
  for (const load of loads) if (!bySlot.has(load.slot)) bySlot.set(load.slot, load);
  return [...bySlot.values()];
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

function readsWholeBodyDeep({ rules }: RulesetPlan): boolean {
  return rules.some(
    ({ enabled, readsBody, onOversize, executed }) =>
      enabled &&
      ((readsBody && onOversize === undefined) || (executed !== undefined && readsWholeBodyDeep(executed))),
  );
}

function mandatoryReadsBodyDeep({ rules }: RulesetPlan): boolean {
  return rules.some(
    ({ enabled, mandatory, readsBody, executed }) =>
      enabled && ((mandatory && readsBody) || (executed !== undefined && mandatoryReadsBodyDeep(executed))),
  );
}

function readsBodyDeep(ruleset: RulesetPlan): boolean {
  return (
    ruleset.readsBody ||
    ruleset.rules.some((rule) => rule.executed !== undefined && readsBodyDeep(rule.executed))
  );
}
