import { checkOptionNames, type NamesOf } from "../../language/diagnostics/option-names.ts";
import type { AnyDecision } from "../decision/decision.ts";

/** The part of an OpenTelemetry `Counter` that is used here. */
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
}

/** The part of an OpenTelemetry `Meter` that is used here; the meters of `@opentelemetry/api` fit as they are. */
export interface MeterLike {
  /** Makes or finds a counter. */
  createCounter(name: string, options?: InstrumentOptions): CounterLike;
  /** Makes or finds a histogram. */
  createHistogram(name: string, options?: InstrumentOptions): HistogramLike;
}

/** Bounds on what {@link createMetrics} reports. */
export interface MetricsOptions {
  /** Most rules that get attribute values of their own; matches of further ones count as `_OTHER`. Default 1 000. */
  readonly maxRules?: number;
}

const METRICS_OPTION_NAMES: NamesOf<MetricsOptions> = { maxRules: true };

/** Counts what the firewall does. Never throws: a meter that does is ignored. */
export interface WafMetrics {
  /**
   * Once for each transaction, matched or not.
   *
   * @param seconds spent in the engine, when it was measured
   */
  decided(decision: AnyDecision, seconds?: number): void;
  /** Fits `onError` of the emitter. */
  sinkFailed(failure: { readonly sink: string }): void;
}

/** What stands for everything beyond a bound, as in OpenTelemetry's semantic conventions. */
const OTHER = "_OTHER";

/**
 * Metrics by OpenTelemetry's naming rules. Attribute values come from the configuration and from fixed sets, never
 * from requests, so a client cannot add series.
 *
 * | instrument | kind, unit | attributes (each begins with `wirewall.`) |
 * | --- | --- | --- |
 * | `wirewall.requests` | counter, `{request}` | `action`, `phase` of the rule that decided |
 * | `wirewall.rule.matches` | counter, `{match}` | `action`, `phase`, `ruleset`, `ref`, `mode` |
 * | `wirewall.budget.exhaustions` | counter, `{request}` | `verdict` |
 * | `wirewall.failures` | counter, `{failure}` | `source`, `verdict` |
 * | `wirewall.sink.failures` | counter, `{failure}` | `sink` |
 * | `wirewall.request.score` | histogram, `1` | `action` |
 * | `wirewall.request.duration` | histogram, `s` | `action` |
 *
 * @throws MisuseError `E_OPTION_UNKNOWN` for an unknown option.
 */
export function createMetrics(meter: MeterLike, options: MetricsOptions = {}): WafMetrics {
  checkOptionNames(options, METRICS_OPTION_NAMES);
  const maxRules = options.maxRules ?? 1000;
  const requests = meter.createCounter("wirewall.requests", {
    description: "Requests judged, by what was decided.",
    unit: "{request}",
  });
  const matches = meter.createCounter("wirewall.rule.matches", {
    description: "Matches of rules.",
    unit: "{match}",
  });
  const exhaustions = meter.createCounter("wirewall.budget.exhaustions", {
    description: "Requests whose work budget ran out.",
    unit: "{request}",
  });
  const failures = meter.createCounter("wirewall.failures", {
    description: "What went wrong on the engine's side while requests were judged.",
    unit: "{failure}",
  });
  const sinkFailures = meter.createCounter("wirewall.sink.failures", {
    description: "Events that a sink failed to take.",
    unit: "{failure}",
  });
  const scores = meter.createHistogram("wirewall.request.score", {
    description: "Final default score of requests that scored.",
    unit: "1",
  });
  const durations = meter.createHistogram("wirewall.request.duration", {
    description: "Time spent judging a request.",
    unit: "s",
  });
  const known = new Set<string>();

  function ruleAttributes(match: AnyDecision["matches"][number]): Record<string, string> {
    const { rule, mode } = match;
    const key = `${rule.ruleset}\n${rule.ref}`;
    const fits = known.has(key) || known.size < maxRules;
    if (fits) known.add(key);
    return {
      "wirewall.action": rule.action,
      "wirewall.phase": rule.phase,
      "wirewall.ruleset": fits ? rule.ruleset : OTHER,
      "wirewall.ref": fits ? rule.ref : OTHER,
      "wirewall.mode": mode,
    };
  }

  return {
    decided(decision, seconds) {
      try {
        const action = { "wirewall.action": decision.action };
        requests.add(
          1,
          decision.by === undefined ? action : { ...action, "wirewall.phase": decision.by.phase },
        );
        for (const match of decision.matches) matches.add(1, ruleAttributes(match));
        if (decision.budget !== undefined)
          exhaustions.add(1, { "wirewall.verdict": decision.budget.verdict });
        for (const { source, verdict } of decision.failures ?? [])
          failures.add(1, { "wirewall.source": source, "wirewall.verdict": verdict });
        if (decision.score !== 0) scores.record(decision.score, action);
        if (seconds !== undefined) durations.record(seconds, action);
      } catch {
        // Metrics must not change what happens to a request.
      }
    },
    sinkFailed({ sink }) {
      try {
        sinkFailures.add(1, { "wirewall.sink": sink });
      } catch {
        // As above.
      }
    },
  };
}
