import type { Filter } from "../../language/compile/compile.ts";
import type { Diagnostic } from "../../language/diagnostics/diagnostic.ts";
import type { FieldDefinition } from "../../language/scheme/definitions.ts";
import type { EvaluationContext } from "../../language/scheme/execution-context.ts";
import type { LimiterPlan } from "../ratelimit/limiter-plan.ts";
import type { RateLimiter } from "../ratelimit/rate-limiter.ts";
import type { ActionDefinition, ChangedPart } from "../ruleset/actions/control.ts";
import type { RuleDocument } from "../ruleset/document.ts";
import type { Layer } from "../ruleset/layers.ts";
import type { PhaseDefinition } from "../ruleset/phases.ts";
import type { CandidateSource } from "./candidates.ts";
import type { RuleFacts } from "./facts.ts";
import type { Sampler } from "./sample.ts";

/** A compiled configuration: phases in order, overrides applied to rules, everything compiled. */
export interface Plan {
  /** Executed phases of the request that have an entry point, in order. */
  readonly request: readonly PhasePlan[];
  /** The same for the response; those that only log are in {@link logging}. */
  readonly response: readonly PhasePlan[];
  readonly logging: readonly PhasePlan[];
  /** Whether a rule reads the request's body. */
  readonly readsBody: boolean;
  /** Whether one of these rules does not define how it treats a truncated body (`on_oversize`). */
  readonly readsWholeBody: boolean;
  /** Whether a rule of a phase after those of the request does. */
  readonly readsBodyLater: boolean;
  /** Whether anything reads the response's head, and whether anything reads its body. */
  readonly readsResponse: boolean;
  readonly readsResponseBody: boolean;
  /** Rulesets by id, then rules by id and ref, with the rule's key in each version: what a skip may name. */
  readonly ruleKeys: ReadonlyMap<string, ReadonlyMap<string, readonly string[]>>;
  /** Names of headers that a rule reads by a literal key, or changes; lower case. */
  readonly headers: ReadonlySet<string>;
  /** Fields that are loaded in any phase: without one, and without a store that answers later, nothing has to be waited for. */
  readonly loads: readonly FieldLoad[];
  /** A rule that may run and has a rate limit; undefined: there is none. */
  readonly limited: RuleFacts | undefined;
  /** Limits on requests that count by the decision or the response, with how they are reached: also requests that are refused before. */
  readonly laterLimits: readonly LaterLimit[];
  /** Whether a limit of any phase depends on the decision: the rules that matched are kept for it. */
  readonly countsDecisions: boolean;
  /** Whether a rule has a rate limit: the plan then counts for a firewall once {@link bindLimits} has been through it. */
  readonly hasLimits: boolean;
  /** Whether a rule is mandatory. */
  readonly hasMandatory: boolean;
  /** Whether a mandatory rule reads the request's body: lower layers may not hide it. */
  readonly mandatoryReadsBody: boolean;
}

/** A plan that runs nothing. */
export const NO_PLAN: Plan = Object.freeze({
  request: Object.freeze([]),
  response: Object.freeze([]),
  logging: Object.freeze([]),
  readsBody: false,
  readsWholeBody: false,
  readsBodyLater: false,
  readsResponse: false,
  readsResponseBody: false,
  ruleKeys: new Map<string, ReadonlyMap<string, readonly string[]>>(),
  headers: new Set<string>(),
  loads: Object.freeze([]),
  limited: undefined,
  laterLimits: Object.freeze([]),
  countsDecisions: false,
  hasLimits: false,
  hasMandatory: false,
  mandatoryReadsBody: false,
});

/** A rule whose rate limit counts the outcome of a request, even if the request did not reach the rule. */
export interface LaterLimit {
  readonly phase: PhasePlan;
  readonly rule: RulePlan;
  readonly entrypoint: RulesetPlan;
  /** Rules that execute the rulesets in which it stands, the outermost first. */
  readonly executedBy: readonly RulePlan[];
}

/** A field that is loaded before the rules that may read it run. */
export interface FieldLoad {
  readonly slot: number;
  readonly field: FieldDefinition;
  /** The value derives from the request's body: without one it is not loaded yet. */
  readonly awaitsBody: boolean;
  /** A rule that may read it. */
  readonly rule: RuleFacts;
}

export interface PhasePlan {
  readonly phase: PhaseDefinition;
  /** The outermost layer first. */
  readonly entrypoints: readonly RulesetPlan[];
  /** Whether the last of them is the default of the one that states it. */
  readonly hasDefault: boolean;
  /** Whether a default is mandatory: an `allow` of a lower layer does not leave it out. */
  readonly hasMandatoryDefault: boolean;
  /** Whether a rule, here or in a ruleset executed here, has a rate limit. */
  readonly hasLimits: boolean;
  /** Whether a rule, here or in a ruleset executed here, is mandatory. */
  readonly hasMandatory: boolean;
  /** Whether one of its entry points has {@link RulesetPlan.loads}. */
  readonly hasLoads: boolean;
}

/** A ruleset as one place runs it: the entry point itself, or the target of one `execute` with its overrides. */
export interface RulesetPlan {
  readonly id: string;
  readonly name: string;
  readonly version: string | undefined;
  readonly phase: string;
  readonly layer: Layer;
  /** Layer bit by which skips reach it, unless only some of its rules are mandatory. */
  readonly layerBit: number;
  readonly hasMandatory: boolean;
  readonly rules: readonly RulePlan[];
  /** Finds the rules that may match, fast. */
  readonly candidates: CandidateSource;
  /** Visits every rule: for traces, and where a rule sees other values than the request holds. */
  readonly everyRule: CandidateSource;
  /** Whether one of its own rules reads the request's body. */
  readonly readsBody: boolean;
  /** Whether a rule here, or in a ruleset executed here, has a rate limit; counts responses; reads a response's body. */
  readonly hasLimits: boolean;
  readonly countsResponses: boolean;
  readonly readsResponseBody: boolean;
  /** Names of headers that enabled rules here, or in a ruleset executed here, read by a literal key or change. */
  readonly headers: readonly string[];
  /** Fields to load before enabled rules here, or in a ruleset executed here, run; one entry a field. */
  readonly loads: readonly FieldLoad[];
}

/** A rule's rate limit before it counts for a firewall. */
export interface RuleLimit {
  readonly rule: RuleDocument;
  readonly plan: LimiterPlan;
  readonly warnings: readonly Diagnostic[];
}

export interface RulePlan {
  readonly facts: RuleFacts;
  /** No rule of a lower layer keeps it from running. */
  readonly mandatory: boolean;
  /** Layer bit by which skips reach it. */
  readonly layerBit: number;
  /** Names the rule among all rulesets. */
  readonly key: string;
  readonly position: number;
  /** False: switched off by its author or an override, and never evaluated. */
  readonly enabled: boolean;
  readonly filter: Filter;
  readonly action: ActionDefinition;
  /** The action's compiled parameters. */
  readonly prepared: unknown;
  readonly shadow: boolean;
  /** Undefined: every request. */
  readonly sample: Sampler | undefined;
  /** Milliseconds since 1970; infinite when the rule stays. */
  readonly expiresAt: number;
  /** The rule matches only once the scores added in its ruleset's run reach this. */
  readonly scoreThreshold: number | undefined;
  readonly onBudget: "continue" | "block" | "log" | undefined;
  /** Treatment of a truncated body; undefined, too, for a rule that reads none. */
  readonly onOversize: "continue" | "match" | "no_match" | undefined;
  /** Whether the rule has an `on_oversize` even though its condition reads no body. */
  readonly isOversizeIdle: boolean;
  /** False when no body makes the filter match; undefined: any may, or {@link onOversize} does not ask. */
  readonly headPart: ((context: EvaluationContext) => boolean) | undefined;
  readonly logged: boolean;
  /** Whether a match alone warrants an event. One of a rule that leads to others is not, unless its author asks for it. */
  readonly reports: boolean;
  /** The source of {@link limiter}. */
  readonly limit: RuleLimit | undefined;
  /** Of the one firewall whose plan this is. */
  readonly limiter: RateLimiter | undefined;
  /** By step of the limit, from the second on: the rule with the step's action. Undefined: there is one limit. */
  readonly steps: readonly RulePlan[] | undefined;
  /** Whether the action refuses requests past a limit, so that clients are told how far they have used it up. */
  readonly refuses: boolean;
  /** Whether the action only directs which rules run. */
  readonly isControlFlow: boolean;
  /** The limiter counts requests that the filter does not match. */
  readonly countsUnmatched: boolean;
  /** Whether the rule still runs where an allowed request is only counted: it has a limit, or leads to one. */
  readonly whileCounting: boolean;
  /** Default status of a block. */
  readonly blockStatus: number;
  /** The ruleset that the action runs; undefined for other actions, and for a missing target. */
  readonly executed: RulesetPlan | undefined;
  /** The filter, or a part of what follows a match, reads the request's body. */
  readonly readsBody: boolean;
  /** The same for the response's body. */
  readonly readsResponseBody: boolean;
  /** Whether it reads arrays whose elements say which input they are about (`locatedBy`). */
  readonly readsLocated: boolean;
  /**
   * Of such a rule, and of one that executes such rules: false when no response to the request makes its filter match.
   * Undefined: any may.
   */
  readonly requestPart: ((context: EvaluationContext) => boolean) | undefined;
  /** Names of headers that it reads by a literal key, or changes; lower case, each once. */
  readonly headers: readonly string[];
  /** Changes that a match causes, as far as the action declares them. */
  readonly changes: readonly ChangedPart[];
  /** Fields to load before the rule's filter and the effects of a match. */
  readonly loads: readonly FieldLoad[];
  /** Fields to load before its rate limit counts the response. */
  readonly countLoads: readonly FieldLoad[];
  readonly overriddenBy: Readonly<Record<string, string>> | undefined;
}
