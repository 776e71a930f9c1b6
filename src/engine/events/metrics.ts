import { checkOptionNames, type NamesOf } from "../../language/diagnostics/option-names.ts";
import { wholeNumber } from "../../language/diagnostics/option-values.ts";
import type { RuleFacts } from "../../rules/plan/facts.ts";
import type { AnyDecision, Match } from "../decision/decision.ts";
import { METRICS, type MetricDefinition } from "./metrics-catalogue.ts";

/** The part of an OpenTelemetry `Counter` or `UpDownCounter` that is used here. */
export interface CounterLike {
  add(value: number, attributes?: Record<string, string>): void;
}

export interface HistogramLike {
  record(value: number, attributes?: Record<string, string>): void;
}

export interface InstrumentOptions {
  description?: string;
  /** UCUM code. */
  unit?: string;
  advice?: { explicitBucketBoundaries?: number[] };
}

/**
 * The part of an OpenTelemetry `Meter` that is used here; the meters of `@opentelemetry/api` fit as they are, and
 * {@link prometheusMeter} is one.
 */
export interface MeterLike {
  /** Makes or finds a counter. */
  createCounter(name: string, options?: InstrumentOptions): CounterLike;
  /** Makes or finds a histogram. */
  createHistogram(name: string, options?: InstrumentOptions): HistogramLike;
  /** Makes or finds a counter that also goes down; without it sizes are not measured. */
  createUpDownCounter?(name: string, options?: InstrumentOptions): CounterLike;
}

/** Bounds on what {@link createMetrics} reports. */
export interface MetricsOptions {
  /**
   * Most series, a whole number of at least 500; each bucket of a histogram counts as one. Measurements beyond it go to a series
   * whose attributes are all `_OTHER`, one for each instrument, and are counted. Default 10,000.
   */
  readonly maxSeries?: number;
}

const METRICS_OPTION_NAMES: NamesOf<MetricsOptions> = { maxSeries: true };

/** Outcome of a change of the configuration. */
export type ChangeResult = "changed" | "unchanged" | "refused";

/** Sizes of a configuration in force. */
export interface ConfigurationSizes {
  readonly rules: number;
  /** Items by name of the list. */
  readonly lists: ReadonlyMap<string, number>;
}

/** Counts what firewalls do; given to `createWaf` as `metrics`, it is called by them and their hosts. Never throws. */
export interface WafMetrics {
  /**
   * Once for each transaction, matched or not.
   *
   * @param seconds spent in the engine, when they were measured
   * @param refusal the host's own, which is in place of the decision
   */
  decided(
    decision: AnyDecision,
    seconds?: number,
    refusal?: { readonly status: number; readonly failed?: boolean },
  ): void;
  /**
   * Once for each phase that ran.
   *
   * @param action that ended the evaluation in this phase, `allow` included; `continue` when none did
   */
  passed(phase: string, action: string, seconds: number): void;
  /** The host rejected a request before the firewall saw it. */
  rejected(status: number): void;
  /** An event was handed to the sinks. */
  written(): void;
  /** An event was left out, or held back to be summed up. */
  leftOut(reason: "filter" | "sample" | "repeat"): void;
  /** A sink did not get an event. */
  dropped(sink: string): void;
  /** Fits `onSinkError`. */
  sinkFailed(failure: { readonly sink: string }): void;
  changed(operation: "update" | "list" | "rollback", result: ChangeResult): void;
  /** Another configuration is in force; `before` is undefined for the first one of a firewall, `now` when it was closed. */
  sized(before: ConfigurationSizes | undefined, now: ConfigurationSizes | undefined): void;
}

/** Attribute value for everything beyond a bound, as in OpenTelemetry's semantic conventions. */
const OTHER = "_OTHER";
const DEFAULT_SERIES = 10_000;
/** Fewer would not hold the series that do not depend on rules. */
const LEAST_SERIES = 500;
/** Attribute value for a decision without a rule. */
const NO_PHASE = "none";
const HOST = "host";

/**
 * Metrics by OpenTelemetry's naming rules; `docs/reference/metrics.md` lists them. Attribute values come from the configuration and
 * from fixed sets, never from requests, so a client cannot add series.
 *
 * @throws MisuseError `E_OPTION_UNKNOWN` for an unknown option, `E_OPTION` for a bound that makes no sense.
 */
export function createMetrics(meter: MeterLike, options: MetricsOptions = {}): WafMetrics {
  checkOptionNames(options, METRICS_OPTION_NAMES);
  const series = new SeriesBound(wholeNumber("maxSeries", options.maxSeries ?? DEFAULT_SERIES, LEAST_SERIES));
  const folded = meter.createCounter(METRICS.folded.name, instrumentOptions(METRICS.folded));
  const onFold = (): void => folded.add(1);
  const made = (definition: MetricDefinition) => new Instrument(meter, definition, series, onFold);
  const requests = made(METRICS.requests);
  const matches = made(METRICS.matches);
  const phaseDurations = made(METRICS.phaseDuration);
  const requestDurations = made(METRICS.requestDuration);
  const scores = made(METRICS.score);
  const rejections = made(METRICS.rejections);
  const exhaustions = made(METRICS.exhaustions);
  const failures = made(METRICS.failures);
  const events = made(METRICS.events);
  const leftOut = made(METRICS.leftOut);
  const dropped = made(METRICS.dropped);
  const sinkFailures = made(METRICS.sinkFailures);
  const changes = made(METRICS.changes);
  const rules = made(METRICS.rules);
  const listItems = made(METRICS.listItems);
  // A rule's facts are one object as long as its ruleset is in force.
  const byRule = new WeakMap<RuleFacts, Partial<Record<Match["mode"], Attributes>>>();

  const countMatch = ({ rule, mode }: Match): void => {
    let known = byRule.get(rule);
    if (known === undefined) {
      known = {};
      byRule.set(rule, known);
    }
    let attributes = known[mode];
    if (attributes === undefined) {
      attributes = matches.attributes([rule.action, rule.phase, rule.ruleset, rule.ref, mode]);
      known[mode] = attributes;
    }
    matches.record(1, attributes);
  };

  return guarded({
    decided(decision, seconds, refusal) {
      const action =
        refusal === undefined ? decision.action : refusal.failed === true ? "serve_error" : "block";
      requests.add(1, action, refusal === undefined ? (decision.by?.phase ?? NO_PHASE) : HOST);
      for (const match of decision.matches) countMatch(match);
      if (refusal !== undefined) rejections.add(1, String(refusal.status));
      if (decision.budget !== undefined) exhaustions.add(1, decision.budget.verdict);
      for (const { source, verdict } of decision.failures ?? []) failures.add(1, source, verdict);
      if (decision.score !== 0) scores.add(decision.score, action);
      if (seconds !== undefined) requestDurations.add(seconds, action);
    },
    passed: (phase, action, seconds) => phaseDurations.add(seconds, phase, action),
    rejected(status) {
      requests.add(1, "block", HOST);
      rejections.add(1, String(status));
    },
    written: () => events.add(1),
    leftOut: (reason) => leftOut.add(1, reason),
    dropped: (sink) => dropped.add(1, sink),
    sinkFailed: ({ sink }) => sinkFailures.add(1, sink),
    changed: (operation, result) => changes.add(1, operation, result),
    sized(before, now) {
      const difference = (now?.rules ?? 0) - (before?.rules ?? 0);
      if (difference !== 0) rules.add(difference);
      for (const name of new Set([...(before?.lists.keys() ?? []), ...(now?.lists.keys() ?? [])])) {
        const change = (now?.lists.get(name) ?? 0) - (before?.lists.get(name) ?? 0);
        if (change !== 0) listItems.add(change, name);
      }
    },
  });
}

type Attributes = Record<string, string>;

/** How many series there may still be. */
class SeriesBound {
  #left: number;

  constructor(most: number) {
    this.#left = most;
  }

  /** False: there is no room for so many more. */
  take(weight: number): boolean {
    if (this.#left < weight) return false;
    this.#left -= weight;
    return true;
  }
}

/** An instrument with the attribute sets that it was given, each one object, so that meters may know them by identity. */
class Instrument {
  readonly record: (value: number, attributes: Attributes) => void;
  readonly #names: readonly string[];
  readonly #weight: number;
  readonly #bound: SeriesBound;
  readonly #known = new Map<string, Attributes>();
  readonly #other: Attributes;

  constructor(meter: MeterLike, definition: MetricDefinition, bound: SeriesBound, onFold: () => void) {
    this.#names = definition.attributes.map((name) => `wirewall.${name}`);
    // Of a histogram: its buckets, the one without a bound, the sum and the count.
    this.#weight = definition.buckets === undefined ? 1 : definition.buckets.length + 3;
    this.#bound = bound;
    this.#other = Object.freeze(Object.fromEntries(this.#names.map((name) => [name, OTHER])));
    // Room for the overflow series.
    bound.take(this.#weight);
    const record = recorder(meter, definition);
    this.record = (value, attributes) => {
      if (attributes === this.#other && this.#names.length > 0) onFold();
      record(value, attributes);
    };
  }

  add(value: number, ...values: readonly string[]): void {
    this.record(value, this.attributes(values));
  }

  attributes(values: readonly string[]): Attributes {
    const key = values.join("\n");
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    if (this.#names.length > 0 && !this.#bound.take(this.#weight)) return this.#other;
    const attributes = Object.freeze(
      Object.fromEntries(this.#names.map((name, at) => [name, values[at] ?? ""])),
    );
    this.#known.set(key, attributes);
    return attributes;
  }
}

function recorder(
  meter: MeterLike,
  definition: MetricDefinition,
): (value: number, attributes: Attributes) => void {
  const options = instrumentOptions(definition);
  if (definition.kind === "histogram") {
    const histogram = meter.createHistogram(definition.name, options);
    return (value, attributes) => histogram.record(value, attributes);
  }
  const counter =
    definition.kind === "counter"
      ? meter.createCounter(definition.name, options)
      : meter.createUpDownCounter?.(definition.name, options);
  return (value, attributes) => counter?.add(value, attributes);
}

function instrumentOptions({ description, unit, buckets }: MetricDefinition): InstrumentOptions {
  return {
    description,
    unit,
    ...(buckets === undefined ? {} : { advice: { explicitBucketBoundaries: [...buckets] } }),
  };
}

/** Metrics must not affect requests, whatever a meter does. */
function guarded(metrics: WafMetrics): WafMetrics {
  const guard =
    <Args extends readonly unknown[]>(report: (...args: Args) => void) =>
    (...args: Args): void => {
      try {
        report(...args);
      } catch {
        // See above.
      }
    };
  return {
    decided: guard(metrics.decided),
    passed: guard(metrics.passed),
    rejected: guard(metrics.rejected),
    written: guard(metrics.written),
    leftOut: guard(metrics.leftOut),
    dropped: guard(metrics.dropped),
    sinkFailed: guard(metrics.sinkFailed),
    changed: guard(metrics.changed),
    sized: guard(metrics.sized),
  };
}
