import { wholeNumber } from "../../language/diagnostics/option-values.ts";
import type { Scheme } from "../../language/scheme/scheme.ts";
import { suppliedReader } from "../../request/fields/field.ts";
import { prepareRequestOptions } from "../../request/model/options.ts";
import { isEqual } from "../../rules/plan/content.ts";
import { Evaluation } from "../evaluation/evaluation.ts";
import { type Runtime, type SlotTable, slotTable } from "../evaluation/runtime.ts";
import { checkedTime } from "../events/iso-time.ts";
import { DEFAULT_BUDGET, DEFAULT_ENGINE_LIMITS, type EngineLimits } from "../options/limits.ts";
import type { WafOptions } from "../options/options.ts";
import { runtimeRandom } from "../options/random.ts";
import { SnapshotBuilder } from "../snapshot/snapshot-builder.ts";
import type { HostFacts } from "./waf.ts";

/** Evaluations kept for later requests; more are made when more requests are under way at once. */
const MAX_POOL = 256;
const DEFAULT_HISTORY = 10;
/** Settings of one scheme that are looked at for equal ones. */
const MAX_REMEMBERED = 32;

/** Options that each firewall reads by itself, or that are part of the scheme. */
type OwnOption =
  | "events"
  | "deduplicateEvents"
  | "selectEvents"
  | "eventQueue"
  | "onSinkError"
  | "onError"
  | "onChange"
  | "mode"
  | "redact"
  | "sealEvidence"
  | "trace"
  | "counters"
  | "storeTimeout"
  | "fields"
  | "functions"
  | "scheme";

/** Options that are compared by their content; the others, or what their arrays hold, by identity. */
const PLAIN_DATA: ReadonlySet<string> = new Set<keyof WafOptions>(["client", "limits"]);

/** The options of a firewall that {@link Settings} reads. */
type SharedOptions = Omit<WafOptions, OwnOption>;

/** State that firewalls with equal options share, evaluations for their requests among it. */
export class Settings {
  readonly scheme: Scheme<never>;
  readonly host: HostFacts;
  readonly runtime: Runtime;
  readonly builder: SnapshotBuilder;
  readonly historySize: number;
  readonly #options: SharedOptions;
  readonly #pool: Evaluation[] = [];

  constructor(options: SharedOptions, scheme: Scheme<never>) {
    this.scheme = scheme;
    this.#options = options;
    const limits: EngineLimits = { ...DEFAULT_ENGINE_LIMITS, ...options.limits?.engine };
    for (const [name, value] of Object.entries(limits)) wholeNumber(`limits.engine.${name}`, value, 0);
    this.historySize = wholeNumber("historySize", options.historySize ?? DEFAULT_HISTORY, 1);
    this.builder = new SnapshotBuilder(options, scheme, limits);
    this.runtime = {
      phases: this.builder.phases,
      limits,
      request: prepareRequestOptions({
        random: options.random ?? runtimeRandom(),
        ...(options.client === undefined ? {} : { client: options.client }),
        ...(options.limits?.request === undefined ? {} : { limits: options.limits.request }),
        ...(options.normalizePath === undefined ? {} : { normalizePath: options.normalizePath }),
        ...(options.geo === undefined ? {} : { geo: options.geo }),
        ...(options.zoneName === undefined ? {} : { zoneName: options.zoneName }),
      }),
      slots: slotsOf(scheme),
      budget: wholeNumber("budget", options.budget ?? DEFAULT_BUDGET, 1),
      onBudget: options.onBudget ?? "block",
      challenge: options.challenge,
      rateLimitHeaders: options.rateLimitHeaders ?? "ratelimit",
      createContext: () => scheme.createContext(undefined, suppliedReader),
    };
    this.host = Object.freeze({
      failure: options.failure ?? "closed",
      oversize: options.oversize ?? "block",
      challenge: options.challenge,
      client: options.client,
      clock: clockOf(options.now),
      metrics: options.metrics,
      request: this.runtime.request,
    });
  }

  /** Whether firewalls with these options may have these settings. */
  fit(options: SharedOptions): boolean {
    const own = new Map<string, unknown>(Object.entries(this.#options));
    const other = new Map<string, unknown>(Object.entries(options));
    return [...new Set([...own.keys(), ...other.keys()])].every((name) => {
      const isSame = PLAIN_DATA.has(name) ? isEqual : isSameOrItems;
      return isSame(own.get(name), other.get(name));
    });
  }

  /** An evaluation that no request uses. */
  take(): Evaluation {
    return this.#pool.pop() ?? new Evaluation(this.runtime, this.scheme);
  }

  give(evaluation: Evaluation): void {
    evaluation.release();
    if (this.#pool.length < MAX_POOL) this.#pool.push(evaluation);
  }
}

const KNOWN = new WeakMap<Scheme<never>, readonly WeakRef<Settings>[]>();

/**
 * The settings for a firewall: those that a firewall with equal options has, if there is one.
 *
 * @throws MisuseError for options that make no sense.
 */
export function settingsOf(options: WafOptions, scheme: Scheme<never>): Settings {
  const shared = sharedOptions(options);
  // A runtime that cannot tell when settings are used no more shares none.
  if (typeof WeakRef === "undefined") return new Settings(copyOf(shared), scheme);
  const known = (KNOWN.get(scheme) ?? []).filter((one) => one.deref() !== undefined);
  const found = known.find((one) => one.deref()?.fit(shared) === true)?.deref();
  if (found !== undefined) return found;
  const made = new Settings(copyOf(shared), scheme);
  KNOWN.set(scheme, [...known, new WeakRef(made)].slice(-MAX_REMEMBERED));
  return made;
}

function sharedOptions({
  events,
  deduplicateEvents,
  selectEvents,
  eventQueue,
  onSinkError,
  onError,
  onChange,
  mode,
  redact,
  sealEvidence,
  trace,
  counters,
  storeTimeout,
  fields,
  functions,
  scheme,
  ...shared
}: WafOptions): SharedOptions {
  return shared;
}

/** The options as they are now: their owner may change what they hold. */
function copyOf(options: SharedOptions): SharedOptions {
  const { client, limits, geo, supplied, managed, actions } = options;
  return {
    ...options,
    // What is not an array is refused later: a text must not become one here.
    ...(client && {
      client: { ...client, ...(Array.isArray(client.trust) && { trust: [...client.trust] }) },
    }),
    ...(limits && {
      limits: {
        ...(limits.request && { request: { ...limits.request } }),
        ...(limits.expression && { expression: { ...limits.expression } }),
        ...(limits.engine && { engine: { ...limits.engine } }),
      },
    }),
    ...(geo && { geo: [...geo] }),
    ...(supplied && { supplied: [...supplied] }),
    ...(managed && { managed: [...managed] }),
    ...(actions && { actions: [...actions] }),
  };
}

/** Whether two things are one, or two arrays hold the same. */
function isSameOrItems(left: unknown, right: unknown): boolean {
  if (!Array.isArray(left) || !Array.isArray(right)) return left === right;
  return left.length === right.length && left.every((one, at) => one === right[at]);
}

const SLOTS = new WeakMap<Scheme<never>, SlotTable>();

/** The slots of a scheme, which many settings may have. */
function slotsOf(scheme: Scheme<never>): SlotTable {
  let slots = SLOTS.get(scheme);
  if (slots === undefined) {
    slots = slotTable(scheme);
    SLOTS.set(scheme, slots);
  }
  return slots;
}

/** By what is not a time limits would refuse nobody. */
function clockOf(now: (() => number) | undefined): (() => number) | undefined {
  return now && (() => checkedTime("now", now()));
}
