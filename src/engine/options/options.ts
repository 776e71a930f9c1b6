import { checkOptionNames, type NamesOf } from "../../language/diagnostics/option-names.ts";
import {
  checkArray,
  checkFlag,
  checkFunction,
  checkMethods,
  checkObject,
  checkObjects,
  checkWord,
  LONGEST_WAIT,
  wholeNumber,
} from "../../language/diagnostics/option-values.ts";
import type { PatternEngine } from "../../language/pattern/engine.ts";
import type { FieldDefinition, FunctionDefinition } from "../../language/scheme/definitions.ts";
import type { Scheme } from "../../language/scheme/scheme.ts";
import { LIMIT_NAMES, type Limits } from "../../language/syntax/limits.ts";
import type { GeoDatabase } from "../../request/head/geo.ts";
import type { ClientAddressOptions } from "../../request/model/options.ts";
import { CLIENT_OPTION_NAMES } from "../../request/model/options.ts";
import {
  type PathNormalization,
  REQUEST_LIMIT_NAMES,
  type RequestLimits,
} from "../../request/view/limits.ts";
import type { ResponseView } from "../../request/view/request-view.ts";
import type { CounterStore } from "../../rules/ratelimit/counter-store.ts";
import type { ActionDefinition } from "../../rules/ruleset/actions/control.ts";
import type { RulesetDocument } from "../../rules/ruleset/document.ts";
import type { PhaseCatalogue } from "../../rules/ruleset/phases.ts";
import type { ChallengeProvider } from "../decision/challenge-provider.ts";
import { RATE_LIMIT_HEADERS, type RateLimitHeaders } from "../decision/limit-headers.ts";
import { WAF_MODES, type WafMode } from "../decision/modes.ts";
import type { WafChange } from "../events/change.ts";
import { DEDUPLICATE_OPTION_NAMES, type DeduplicateOptions } from "../events/deduplicate.ts";
import type { SinkFailure } from "../events/emitter.ts";
import type { EventSink } from "../events/event.ts";
import type { WafMetrics } from "../events/metrics.ts";
import { REDACT_OPTION_NAMES, type RedactOptions } from "../events/redact.ts";
import { SELECT_EVENTS_OPTION_NAMES, type SelectEventsOptions } from "../events/select-events.ts";
import { ENGINE_LIMIT_NAMES, type EngineLimits } from "./limits.ts";

/** How a firewall behaves, apart from its rules. Everything has a default. */
export interface WafOptions {
  /** Which proxies are believed about the client's address. Default: none, the socket's peer is the client. */
  readonly client?: ClientAddressOptions;
  readonly limits?: {
    /** Bounds on what one request may make the parsers do. */
    readonly request?: Partial<RequestLimits>;
    /** Bounds on the text of rules. */
    readonly expression?: Partial<Limits>;
    readonly engine?: Partial<EngineLimits>;
  };
  /** Sources of a client's country, network and so on, in order. */
  readonly geo?: readonly GeoDatabase[];
  /** Default `cloudflare`. */
  readonly normalizePath?: PathNormalization;
  /** The value of `cf.zone.name`. */
  readonly zoneName?: string;
  /**
   * `observe`: everything is evaluated and nothing is blocked; see `decision.wouldHave`. What a request passes on
   * its way, such as rewrites, still happens. `off`: security phases are skipped. Default `enforce`; `Waf.setMode` changes it.
   */
  readonly mode?: WafMode;
  /**
   * What happens to a request when the engine or the embedder's own code throws: `closed` rejects it with
   * status 503, `open` lets it pass. Either way {@link onError} is called. Default `closed`.
   */
  readonly failure?: "closed" | "open";
  /**
   * What happens to a request that passes although rules saw only a part of it. Of a body that they read: it is longer than the
   * limits `maxBodyBytes` or `maxInspectedBytes`, or in a content coding that could not be decoded. Of the head: it has more
   * header lines, arguments or cookies than `maxHeaders`, `maxArguments` and `maxCookies`. `block` (default) rejects it with
   * status 413 or 415, with 431, for arguments with 414. `inspect` leaves it to rules: `wirewall.request.body.outcome` and the
   * anomalies of headers, cookies and the URI.
   */
  readonly oversize?: "block" | "inspect";
  /** Called with what the engine, actions, stores and sinks throw. What it throws is ignored. */
  readonly onError?: (error: unknown) => void;
  /** Called when a mode, or the configuration, of the running firewall has changed. What it throws is ignored. */
  readonly onChange?: (change: WafChange) => void;
  /**
   * The firewall's clock, in milliseconds since 1970: for the times of snapshots, and of requests that do not say when they
   * arrived. Default: the runtime's.
   */
  readonly now?: () => number;
  /** So many unpredictable bytes as a byte string; makes reference ids. Default: the runtime's Web Crypto. */
  readonly random?: (bytes: number) => string;
  /** Where rate limits count. Default: this process. */
  readonly counters?: CounterStore;
  /**
   * Milliseconds that a request waits for answers of {@link counters} before it is decided, all of them together; a whole number of
   * at least 1. After that the store has failed, and `on_store_error` of each rule without an answer applies. What only
   * counts a response waits as long. Default 1,000.
   */
  readonly storeTimeout?: number;
  /**
   * Headers that tell clients how much of their rate limits they have used, on responses and on block pages:
   * `ratelimit` (default) sends `RateLimit` and `RateLimit-Policy` (draft-ietf-httpapi-ratelimit-headers-10), `x-ratelimit`
   * `X-RateLimit-Limit`, `-Remaining` and `-Reset`. They cover limits that count requests and whose action blocks or challenges, unless
   * a rule's `response_headers` says otherwise. In `observe` mode none are sent.
   */
  readonly rateLimitHeaders?: RateLimitHeaders;
  /** Whether a response came from a cache, for limits with `requests_to_origin`. Default: every response counts. */
  readonly servedFromCache?: (response: ResponseView) => boolean | undefined;
  /** Without one, the program gets the challenge decision and must present the challenge itself; hosts answer 403. */
  readonly challenge?: ChallengeProvider;
  /** Where events go. */
  readonly events?: readonly EventSink[];
  /** Sums up equal events. A sum is written when its window is over, and by `flush` and `close` of the firewall. */
  readonly deduplicateEvents?: DeduplicateOptions;
  /** Which events are written. Default: all. */
  readonly selectEvents?: SelectEventsOptions;
  /**
   * Events that a sink whose `write` returns promises may have under way; further ones are dropped for this sink and
   * counted. A whole number of at least 1, default 10,000.
   */
  readonly eventQueue?: number;
  readonly onSinkError?: (failure: SinkFailure) => void;
  /** Counts what the firewall and its hosts do; made by `createMetrics`. Several firewalls may share one. Default: nothing does. */
  readonly metrics?: WafMetrics;
  /**
   * Public key, 32 bytes in Base64, of those who may read what matched: events then have it sealed, beside what they show. Keys come
   * from `createSealKeys` or `wirewall unseal --new-key`. Default: nothing is sealed.
   */
  readonly sealEvidence?: string;
  /** Redaction in events and explanations. */
  readonly redact?: RedactOptions;
  /** Whether to record an explanation for every request. Default false; a single evaluation can request one. */
  readonly trace?: boolean;
  /** Rulesets that `execute` may name in addition to those of the configuration. */
  readonly managed?: readonly RulesetDocument[];
  /** Fields in addition to the standard ones. */
  readonly fields?: readonly FieldDefinition[];
  /**
   * Standard fields that requests do not hold, and that the program supplies with each of them, such as
   * `cf.bot_management.score`; `cf.bot_management.*` names all that begin with it. Rules on fields that nothing supplies cause a warning. Default: none.
   */
  readonly supplied?: readonly string[];
  /**
   * Whether no client reaches the host over TLS, as where a proxy in front ends it. Rules on `ssl`, unless `client.protocolHeader` is
   * given, and on `cf.tls_…` are then warned about, since they see no encrypted connection. Default false.
   */
  readonly plainHttp?: boolean;
  /** Functions in addition to the standard ones. */
  readonly functions?: readonly FunctionDefinition[];
  /** Fields and functions instead of the standard ones. */
  readonly scheme?: Scheme<never>;
  /** Actions instead of the standard ones: `[...standardActions, mine]`. */
  readonly actions?: readonly ActionDefinition[];
  readonly phases?: PhaseCatalogue;
  /**
   * Whether `ne` is true where a side is missing, as in `http.request.headers["x-key"][0] ne "k"` of a request without the
   * header. Default false: no comparison with a missing value is true. Rules that were written for an engine that decides
   * otherwise, as wirefilter does by default, need true. It holds for all rules, managed ones too.
   */
  readonly nilNotEqual?: boolean;
  /** How candidate rules are found. Default `index`; `linear` tests every rule. */
  readonly candidates?: "index" | "linear";
  /** Compiles regular expressions. Default: the automaton engine. */
  readonly patterns?: PatternEngine;
  /**
   * Steps of work for one request: about one per byte that a parser reads, and one per four bytes that a matcher reads.
   * Default 10,000,000.
   */
  readonly budget?: number;
  /**
   * What happens when the budget is exhausted, unless the rule has `on_budget`: no further rule is evaluated, and the request is blocked
   * (`block`, the default), passes (`continue`), or passes and has an event (`log`).
   */
  readonly onBudget?: "continue" | "block" | "log";
  /** Configurations that are kept for `rollback`, the one in force included. Default 10. */
  readonly historySize?: number;
  /** `late`: what rules refer to may be supplied later. Default `declared`, a fault. */
  readonly references?: "declared" | "late";
  /**
   * Whether a configuration with faults is accepted without its faulty rules, rulesets, lists and conditions, and without what
   * names one of them; `warnings` say what is left out, and why. At least one rule or list must remain. Default false: one fault
   * refuses all.
   */
  readonly partial?: boolean;
  /**
   * For programs that call `evaluateSync`: `createWaf` and `update` throw a MisuseError for a configuration in which an enabled
   * rule reads a field that is loaded, or counts in a store that answers later. Default false: such a configuration is
   * accepted, and `evaluateSync` throws for every request.
   */
  readonly requireSync?: boolean;
}

const LIMIT_GROUPS: NamesOf<NonNullable<WafOptions["limits"]>> = {
  request: REQUEST_LIMIT_NAMES,
  expression: LIMIT_NAMES,
  engine: ENGINE_LIMIT_NAMES,
};

export const WAF_OPTION_NAMES: NamesOf<WafOptions> = {
  client: CLIENT_OPTION_NAMES,
  limits: LIMIT_GROUPS,
  geo: true,
  normalizePath: true,
  zoneName: true,
  mode: true,
  failure: true,
  oversize: true,
  onError: true,
  onChange: true,
  now: true,
  random: true,
  counters: true,
  storeTimeout: true,
  rateLimitHeaders: true,
  servedFromCache: true,
  challenge: true,
  events: true,
  deduplicateEvents: DEDUPLICATE_OPTION_NAMES,
  selectEvents: SELECT_EVENTS_OPTION_NAMES,
  eventQueue: true,
  onSinkError: true,
  metrics: true,
  sealEvidence: true,
  redact: REDACT_OPTION_NAMES,
  trace: true,
  managed: true,
  fields: true,
  supplied: true,
  plainHttp: true,
  functions: true,
  scheme: true,
  actions: true,
  phases: true,
  nilNotEqual: true,
  candidates: true,
  patterns: true,
  budget: true,
  onBudget: true,
  historySize: true,
  references: true,
  partial: true,
  requireSync: true,
};

/** Options that are called. */
const FUNCTIONS = ["onError", "onChange", "onSinkError", "now", "random", "servedFromCache"] as const;
/** Options with several parts, each an object. */
const ARRAYS = ["managed", "fields", "functions", "actions", "geo"] as const;
const OBJECTS = ["client", "scheme", "phases"] as const;

/**
 * @throws MisuseError `E_OPTION_UNKNOWN` for an option or a limit that no firewall has, `E_OPTION` for a value that an
 *   option cannot have: it would be found out with the first request that needs it.
 */
export function checkWafOptions(options: WafOptions): void {
  checkOptionNames(options, WAF_OPTION_NAMES);
  checkWord("mode", options.mode, WAF_MODES);
  checkWord("failure", options.failure, ["closed", "open"]);
  checkWord("oversize", options.oversize, ["block", "inspect"]);
  checkWord("onBudget", options.onBudget, ["continue", "block", "log"]);
  checkWord("rateLimitHeaders", options.rateLimitHeaders, RATE_LIMIT_HEADERS);
  checkWord("candidates", options.candidates, ["index", "linear"]);
  checkWord("references", options.references, ["declared", "late"]);
  checkWord("normalizePath", options.normalizePath, ["none", "rfc3986", "cloudflare"]);
  for (const name of FUNCTIONS) checkFunction(name, options[name]);
  for (const name of ARRAYS) checkObjects(name, options[name]);
  for (const name of OBJECTS) checkObject(name, options[name]);
  checkArray("client.trust", options.client?.trust);
  checkArray("events", options.events);
  for (const [at, sink] of (options.events ?? []).entries()) checkMethods(`events[${at}]`, sink, ["write"]);
  if (options.eventQueue !== undefined) wholeNumber("eventQueue", options.eventQueue, 1);
  checkTimes(options.deduplicateEvents);
  checkArray("supplied", options.supplied);
  checkFlag("nilNotEqual", options.nilNotEqual);
  checkFlag("plainHttp", options.plainHttp);
  checkMethods("counters", options.counters, ["read", "add"]);
  checkMethods("metrics", options.metrics, ["decided", "passed", "changed", "sized"]);
  checkMethods("challenge", options.challenge, ["isCleared", "answer"]);
  checkMethods("patterns", options.patterns, ["compile"]);
}

function checkTimes({ windowMs, maxEntries }: DeduplicateOptions = {}): void {
  if (windowMs !== undefined) wholeNumber("deduplicateEvents.windowMs", windowMs, 1, LONGEST_WAIT);
  if (maxEntries !== undefined) wholeNumber("deduplicateEvents.maxEntries", maxEntries, 1);
}

/** The scheme of a firewall: the given one or the standard one, with what the embedder adds. */
export function schemeOf(options: WafOptions, standard: () => Scheme<never>): Scheme<never> {
  const base = options.scheme ?? standard();
  const fields = options.fields ?? [];
  const functions = options.functions ?? [];
  if (fields.length + functions.length === 0) return base;
  const [first] = [...fields, ...functions];
  const known = first === undefined ? undefined : EXTENDED.get(first);
  const found = known?.find(
    (one) => one.base === base && isSame(one.parts.fields, fields) && isSame(one.parts.functions, functions),
  );
  if (found !== undefined) return found.scheme;
  const scheme = base.extend({ fields, functions });
  const made = { base, parts: { fields: [...fields], functions: [...functions] }, scheme };
  if (first !== undefined) EXTENDED.set(first, [made, ...(known ?? [])].slice(0, MAX_EXTENDED));
  return scheme;
}

interface ExtendedScheme {
  readonly base: Scheme<never>;
  readonly parts: {
    readonly fields: readonly FieldDefinition[];
    readonly functions: readonly FunctionDefinition[];
  };
  readonly scheme: Scheme<never>;
}

/** Schemes made of one definition and others that are remembered. */
const MAX_EXTENDED = 8;
/** By the first definition that was added: firewalls that add the same ones share what they compile. */
const EXTENDED = new WeakMap<object, readonly ExtendedScheme[]>();

function isSame(left: readonly unknown[], right: readonly unknown[]): boolean {
  return left.length === right.length && left.every((one, at) => one === right[at]);
}
