// What both `wirewall` and `wirewall/core` offer, in the order in which a reader needs it. A name that leaves this list is
// a breaking change. Nothing here is unstable; what one day is gets an entry point of its own below `wirewall/unstable`.

// ---------- A firewall ----------

export { ConfigurationError, type MisuseCode, MisuseError } from "./engine/decision/errors.ts";
export { EvaluationError } from "./engine/decision/failure.ts";
export type { ModePart, PartMode, WafMode, WafModes } from "./engine/decision/modes.ts";
export type { SnapshotFacts } from "./engine/decision/snapshot-facts.ts";
export type { Waf } from "./engine/firewall/waf.ts";
export type { LimitEntry, LimitQuery, LimitTarget, WafLimits } from "./engine/firewall/waf-limits.ts";
export { DEFAULT_BUDGET, DEFAULT_ENGINE_LIMITS, type EngineLimits } from "./engine/options/limits.ts";
export type { WafOptions } from "./engine/options/options.ts";
export type {
  HistoryEntry,
  ListUpdateReport,
  UpdateOptions,
  UpdateReport,
  WafConfig,
} from "./engine/snapshot/reports.ts";
export { type Diagnostic, formatDiagnostic, type Result } from "./language/diagnostics/diagnostic.ts";

// ---------- Writing rulesets and lists ----------

export type { StandardAction } from "./rules/ruleset/actions/index.ts";
export type {
  ConditionDocument,
  Configuration,
  ListDocument,
  ListItemDocument,
  LoadedConfiguration,
  LoadedRuleset,
  RateLimitDocument,
  RuleDocument,
  RulesetDocument,
  RulesetKind,
} from "./rules/ruleset/document.ts";
export type { RuleInput, RulesetInput } from "./rules/ruleset/input.ts";
export type { StandardPhase } from "./rules/ruleset/phases.ts";
export { type UncheckedRuleset, uncheckedRuleset } from "./rules/ruleset/unchecked.ts";

// ---------- Loading and editing documents ----------

export { contentHash } from "./engine/snapshot/content-hash.ts";
export {
  type ConfigurationDiff,
  diffConfigurations,
  type RuleChange,
  summarizeChanges,
} from "./engine/snapshot/diff.ts";
export { Source } from "./language/diagnostics/source.ts";
export { type CloudflareExport, type ExportRemark, toCloudflare } from "./rules/export/to-cloudflare.ts";
export { readList } from "./rules/lists/read-list.ts";
export type { LoadOptions } from "./rules/load/options.ts";
export { canonicalJson, configurationToPlain, rulesetToPlain } from "./rules/ruleset/canonical.ts";
export { addRule, deleteRule, moveRule, patchRule, type RulePosition } from "./rules/ruleset/edit.ts";

// ---------- Decisions ----------

export type {
  AllowDecision,
  AnyDecision,
  BlockDecision,
  ChallengeDecision,
  Changes,
  Decision,
  DropDecision,
  Failure,
  Layer,
  Match,
  RateLimitFacts,
  RateLimitStatus,
  RedirectDecision,
  RefusalFacts,
  ResponseDecision,
  RuleFacts,
  ServeErrorDecision,
  TarpitDecision,
} from "./engine/decision/decision.ts";
export { type ExplainedRule, explain } from "./engine/decision/explain.ts";
export type {
  EventEvidence,
  ExceptedInput,
  Explanation,
  InputReference,
  MatchedInput,
  PhaseExplanation,
  ReasonExplanation,
  RuleExplanation,
  RuleOutcome,
  RulesetExplanation,
} from "./engine/decision/explanation.ts";
export type { HostNeed } from "./engine/decision/host-need.ts";

// ---------- Hosts: requests in, answers out ----------

export type { EvaluateOptions, Exchange, Transaction } from "./engine/evaluation/exchange.ts";
export type { AnswerFacts } from "./engine/respond/fill.ts";
export {
  type RenderedResponse,
  type RenderOptions,
  type RenderRequest,
  renderDecision,
} from "./engine/respond/render.ts";
export { type GeoDatabase, type MmdbReader, mmdbDatabase } from "./request/head/geo.ts";
export { type RequestData, requestFrom } from "./request/model/memory-request.ts";
export type { WafRequest } from "./request/model/request.ts";
export { DEFAULT_REQUEST_LIMITS, type RequestLimits } from "./request/view/limits.ts";
export type { BodyView, RequestView, ResponseView, TlsFacts } from "./request/view/request-view.ts";

// ---------- Challenges ----------

export { type ProofOfWorkOptions, proofOfWorkProvider } from "./engine/challenge/proof-of-work.ts";
export type {
  ChallengeProvider,
  ChallengeRequest,
  ChallengeResponse,
  RestoredRequest,
  Sent,
  SentRequest,
} from "./engine/decision/challenge-provider.ts";

// ---------- Rate limits: counter stores, and limits of an application's own ----------

export type { RateLimitHeaders } from "./engine/decision/limit-headers.ts";
export type {
  CounterEntry,
  CounterState,
  CounterStore,
  CounterWindow,
  MaybePromise,
} from "./rules/ratelimit/counter-store.ts";
export { MemoryCounterStore, type MemoryStoreOptions } from "./rules/ratelimit/memory-store.ts";
export {
  type ApplicationLimiter,
  createLimiter,
  type LimiterKey,
  type LimiterOptions,
  type LimiterResult,
} from "./rules/ratelimit/standalone.ts";

// ---------- Events, metrics, trials of a candidate configuration ----------

export type { Delivery, SentAnswer, TellsLater } from "./engine/decision/sent-answer.ts";
export type { ModeChange, VersionChange, WafChange } from "./engine/events/change.ts";
export type { DeduplicateOptions } from "./engine/events/deduplicate.ts";
export type { EventStats } from "./engine/events/emitter.ts";
export {
  EVENT_SCHEMA_VERSION,
  type EventMatch,
  type EventRateLimit,
  type EventSink,
  type FurtherMatch,
  type RequestFacts,
  type WafEvent,
} from "./engine/events/event.ts";
export { eventText } from "./engine/events/event-text.ts";
export { jsonLine, jsonLinesSink } from "./engine/events/json-lines-sink.ts";
export {
  type CounterLike,
  createMetrics,
  type HistogramLike,
  type InstrumentOptions,
  type MeterLike,
  type MetricsOptions,
  type WafMetrics,
} from "./engine/events/metrics.ts";
export { OCSF_VERSION, type OcsfHttpActivity, ocsfSink, toOcsf } from "./engine/events/ocsf.ts";
export { type PrometheusMeter, prometheusMeter } from "./engine/events/prometheus.ts";
export { createRedactor, type RedactOptions, type Redactor } from "./engine/events/redact.ts";
export {
  createSealKeys,
  type SealedEvidence,
  type SealedInput,
  type SealKeys,
  unsealEvidence,
} from "./engine/events/sealed-evidence.ts";
export type { SelectEventsOptions } from "./engine/events/select-events.ts";
export { callbackSink, type MemorySink, memorySink } from "./engine/events/sinks.ts";
export {
  type ExceptionOptions,
  exceptionYaml,
  type SuggestedException,
  suggestException,
} from "./engine/events/suggest-exception.ts";
export {
  createShadowEvaluator,
  type ShadowEvaluator,
  type ShadowOptions,
} from "./engine/shadow/shadow-evaluator.ts";
export { formatShadowReport, type ShadowReport } from "./engine/shadow/shadow-report.ts";

// ---------- Extension: fields, functions and lists ----------

export { defineFunction } from "./language/scheme/define-function.ts";
export type {
  FieldDefinition,
  FieldSource,
  FunctionDefinition,
  FunctionMeaning,
  ListDefinition,
  ListKind,
} from "./language/scheme/definitions.ts";
export {
  type EvaluationContext,
  ExecutionContext,
  type FieldLoader,
  type FieldReader,
  type ListLookup,
  type LoadServices,
  type LoadSignal,
} from "./language/scheme/execution-context.ts";
export { defineField, defineList, Scheme } from "./language/scheme/scheme.ts";
export { SchemeError } from "./language/scheme/scheme-error.ts";
export { arrayOf, Bool, Bytes, Int, Ip, mapOf, type Type } from "./language/values/types.ts";
export type { Value } from "./language/values/value.ts";

// ---------- Extension: actions and phases ----------

/** Words for declaring the parameters of an action. */
export * as shape from "./documents/shapes/shape.ts";
export type {
  ActionDefinition,
  ActionList,
  BlockResponse,
  BodyLimits,
  ChangeControl,
  ChangedPart,
  Contribution,
  Control,
  EndingControl,
  ExecuteControl,
  ExecutePlan,
  HeaderOperation,
  ParameterFault,
  PrepareServices,
  ReportControl,
  ScoreControl,
  SkipControl,
  SkipPlan,
  StateControl,
  StateNames,
  TarpitPlan,
} from "./rules/ruleset/actions/control.ts";
export {
  type ActionSpec,
  type ControlOf,
  type DeclaredAction,
  defineAction,
} from "./rules/ruleset/actions/define-action.ts";
export { type ExecuteParameters, executePlan } from "./rules/ruleset/actions/execute.ts";
export { standardActions } from "./rules/ruleset/actions/index.ts";
export { PhaseCatalogue, type PhaseDefinition, STANDARD_PHASES } from "./rules/ruleset/phases.ts";

// ---------- The expression language alone ----------

export {
  type CompileOptions,
  compileFilter,
  compileValue,
  type Filter,
  type ValueExpression,
} from "./language/compile/compile.ts";
export {
  type ConditionDefinition,
  ConditionSet,
  defineConditions,
  expandConditions,
} from "./language/compile/conditions.ts";
export { defineScheme, Language } from "./language/compile/language.ts";
export { compileTrace, type Trace } from "./language/compile/trace.ts";
export { automatonEngine } from "./language/pattern/automaton-engine.ts";
export type { PatternEngine } from "./language/pattern/engine.ts";
export { DEFAULT_LIMITS, type Limits } from "./language/syntax/limits.ts";
export { parseExpression } from "./language/syntax/parse.ts";
