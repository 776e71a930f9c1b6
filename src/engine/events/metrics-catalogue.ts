/** A metric of a firewall, as `docs/reference/metrics.md` lists it. */
export interface MetricDefinition {
  /** As OpenTelemetry names it; Prometheus has underscores, the unit of durations, and `_total` on counters. */
  readonly name: string;
  /** `up_down`: a counter that also goes down, which is a gauge for Prometheus. */
  readonly kind: "counter" | "up_down" | "histogram";
  /** UCUM code. */
  readonly unit: string;
  /** One sentence. */
  readonly description: string;
  /** Names of the attributes; each begins with `wirewall.` for OpenTelemetry. */
  readonly attributes: readonly string[];
  /** Upper bounds of a histogram's buckets. */
  readonly buckets?: readonly number[];
}

/** Seconds: a phase of a few rules takes ten microseconds, one that waits for a store tens of milliseconds. */
const SECONDS = [1e-5, 2.5e-5, 5e-5, 1e-4, 2.5e-4, 5e-4, 1e-3, 2.5e-3, 5e-3, 0.01, 0.025, 0.05, 0.1, 0.5, 1];
const SCORES = [1, 2, 5, 10, 20, 50, 100];

/** The metrics of a firewall and their attributes. */
export const METRICS = {
  requests: {
    name: "wirewall.requests",
    kind: "counter",
    unit: "{request}",
    description:
      "Requests that were evaluated or that the host rejected, by what was decided and by the phase that decided.",
    attributes: ["action", "phase"],
  },
  matches: {
    name: "wirewall.rule.matches",
    kind: "counter",
    unit: "{match}",
    description: "Matches of rules.",
    attributes: ["action", "phase", "ruleset", "ref", "mode"],
  },
  phaseDuration: {
    name: "wirewall.phase.duration",
    kind: "histogram",
    unit: "s",
    description:
      "Time that a phase took, including waits for stores and loaded fields, excluding waits for the client's body.",
    attributes: ["phase", "action"],
    buckets: SECONDS,
  },
  requestDuration: {
    name: "wirewall.request.duration",
    kind: "histogram",
    unit: "s",
    description: "Time that all phases of a request and its response took together.",
    attributes: ["action"],
    buckets: SECONDS,
  },
  score: {
    name: "wirewall.request.score",
    kind: "histogram",
    unit: "1",
    description: "Final default score of requests that scored.",
    attributes: ["action"],
    buckets: SCORES,
  },
  rejections: {
    name: "wirewall.host.rejections",
    kind: "counter",
    unit: "{request}",
    description:
      "Requests that the host itself answered, such as bodies over the limit and upstreams that do not answer.",
    attributes: ["status"],
  },
  exhaustions: {
    name: "wirewall.budget.exhaustions",
    kind: "counter",
    unit: "{request}",
    description: "Requests that exhausted their work budget.",
    attributes: ["verdict"],
  },
  failures: {
    name: "wirewall.failures",
    kind: "counter",
    unit: "{failure}",
    description:
      "Failures while requests were evaluated: of the engine, of counter stores, of fields that are loaded.",
    attributes: ["source", "verdict"],
  },
  events: {
    name: "wirewall.events.written",
    kind: "counter",
    unit: "{event}",
    description: "Events passed to the sinks.",
    attributes: [],
  },
  leftOut: {
    name: "wirewall.events.left_out",
    kind: "counter",
    unit: "{event}",
    description: "Events excluded by filter or sampling, or held back to be summed up.",
    attributes: ["reason"],
  },
  dropped: {
    name: "wirewall.events.dropped",
    kind: "counter",
    unit: "{event}",
    description: "Events dropped because too many were under way in a sink.",
    attributes: ["sink"],
  },
  sinkFailures: {
    name: "wirewall.sink.failures",
    kind: "counter",
    unit: "{failure}",
    description: "Failures of event sinks.",
    attributes: ["sink"],
  },
  changes: {
    name: "wirewall.configuration.changes",
    kind: "counter",
    unit: "{change}",
    description: "Updates, list updates and rollbacks, by result.",
    attributes: ["operation", "result"],
  },
  rules: {
    name: "wirewall.rules",
    kind: "up_down",
    unit: "{rule}",
    description: "Rules of the configuration in force.",
    attributes: [],
  },
  listItems: {
    name: "wirewall.list.items",
    kind: "up_down",
    unit: "{item}",
    description: "Items of a list in force, expired ones included.",
    attributes: ["list"],
  },
  folded: {
    name: "wirewall.metrics.folded",
    kind: "counter",
    unit: "{measurement}",
    description: "Measurements that went to a series of `_OTHER` because the limit of series was reached.",
    attributes: [],
  },
} as const satisfies Readonly<Record<string, MetricDefinition>>;

/** All of them, in the order of the page. */
export const METRIC_LIST: readonly MetricDefinition[] = Object.values(METRICS);
