import type { CounterLike, HistogramLike, InstrumentOptions, MeterLike } from "./metrics.ts";

/** A meter whose values Prometheus, or a program that reads its formats, fetches. */
export interface PrometheusMeter extends MeterLike {
  /** Makes or finds a counter that also goes down. */
  createUpDownCounter(name: string, options?: InstrumentOptions): CounterLike;
  /**
   * All values, in the text format 0.0.4 of Prometheus or, when the client accepts it, in that of OpenMetrics 1.0.
   *
   * @param accept value of the request's `Accept`; default: none
   */
  exposition(accept?: string): { readonly contentType: string; readonly body: string };
}

/** Content types of the two formats. */
const PLAIN = "text/plain; version=0.0.4; charset=utf-8";
const OPEN_METRICS = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/** Default buckets of a histogram: those of OpenTelemetry. */
const DEFAULT_BUCKETS = [0, 5, 10, 25, 50, 75, 100, 250, 500, 750, 1000, 2500, 5000, 7500, 10_000];

type Kind = "counter" | "gauge" | "histogram";

interface Series {
  readonly labels: string;
  value: number;
  /** Of a histogram: observations by bucket, the last one without a bound. */
  readonly buckets: number[];
  count: number;
}

interface Family {
  /** As the formats have it, without `_total`. */
  readonly name: string;
  readonly kind: Kind;
  readonly help: string;
  readonly unit: string;
  readonly bounds: readonly number[];
  /** Series by their labels. */
  readonly series: Map<string, Series>;
  /** The same by the attributes' own object: those of `createMetrics` are few, and always the same ones. */
  readonly known: WeakMap<object, Series>;
}

const NO_ATTRIBUTES: Readonly<Record<string, string>> = Object.freeze({});

/**
 * A meter that keeps counters and histograms in this process, for a page that Prometheus fetches. Names are those of
 * OpenTelemetry with underscores; labels lose the prefix `wirewall.`.
 */
export function prometheusMeter(): PrometheusMeter {
  const families = new Map<string, Family>();

  const family = (name: string, kind: Kind, options: InstrumentOptions = {}): Family => {
    const known = families.get(name);
    if (known !== undefined) return known;
    const unit = options.unit === "s" ? "seconds" : "";
    const made: Family = {
      name: legal(name) + (unit === "" ? "" : `_${unit}`),
      kind,
      help: options.description ?? "",
      unit,
      bounds: kind === "histogram" ? (options.advice?.explicitBucketBoundaries ?? DEFAULT_BUCKETS) : [],
      series: new Map(),
      known: new WeakMap(),
    };
    families.set(name, made);
    return made;
  };

  const counter = (of: Family): CounterLike => ({
    add(value, attributes = NO_ATTRIBUTES) {
      seriesOf(of, attributes).value += value;
    },
  });

  return {
    createCounter: (name, options) => counter(family(name, "counter", options)),
    createUpDownCounter: (name, options) => counter(family(name, "gauge", options)),
    createHistogram: (name, options): HistogramLike => {
      const of = family(name, "histogram", options);
      return {
        record(value, attributes = NO_ATTRIBUTES) {
          const series = seriesOf(of, attributes);
          let at = 0;
          for (const bound of of.bounds) {
            if (value <= bound) break;
            at++;
          }
          series.buckets[at] = (series.buckets[at] ?? 0) + 1;
          series.value += value;
          series.count++;
        },
      };
    },
    exposition(accept = "") {
      const isOpen =
        /(?:^|,)\s*application\/openmetrics-text\s*(?:;(?!\s*q\s*=\s*0(?:\.0*)?\s*(?:,|$))|,|$)/i.test(
          accept,
        );
      const lines: string[] = [];
      for (const one of families.values()) show(one, isOpen, lines);
      if (isOpen) lines.push("# EOF");
      return { contentType: isOpen ? OPEN_METRICS : PLAIN, body: `${lines.join("\n")}\n` };
    },
  };
}

function seriesOf(family: Family, attributes: Readonly<Record<string, string>>): Series {
  const known = family.known.get(attributes);
  if (known !== undefined) return known;
  const labels = Object.entries(attributes)
    .map(([name, value]) => `${legal(name.replace(/^wirewall\./, ""))}="${escaped(value, true)}"`)
    .join(",");
  let series = family.series.get(labels);
  if (series === undefined) {
    series = { labels, value: 0, buckets: new Array<number>(family.bounds.length + 1).fill(0), count: 0 };
    family.series.set(labels, series);
  }
  family.known.set(attributes, series);
  return series;
}

function show(family: Family, isOpen: boolean, lines: string[]): void {
  const { name, kind, help, unit, series } = family;
  const sample = kind === "counter" ? `${name}_total` : name;
  // OpenMetrics names the family, the older format the sample.
  const shown = isOpen ? name : sample;
  lines.push(`# HELP ${shown} ${escaped(help, isOpen)}`, `# TYPE ${shown} ${kind}`);
  if (isOpen && unit !== "") lines.push(`# UNIT ${shown} ${unit}`);
  for (const one of series.values()) {
    if (kind !== "histogram") {
      lines.push(`${sample}${braced(one.labels)} ${one.value}`);
      continue;
    }
    const lead = one.labels === "" ? "" : `${one.labels},`;
    let sum = 0;
    one.buckets.forEach((count, at) => {
      sum += count;
      lines.push(`${name}_bucket{${lead}le="${bound(family.bounds[at])}"} ${sum}`);
    });
    lines.push(
      `${name}_sum${braced(one.labels)} ${one.value}`,
      `${name}_count${braced(one.labels)} ${one.count}`,
    );
  }
}

/** OpenMetrics wants a point in a bound; the older format takes it. */
function bound(value: number | undefined): string {
  if (value === undefined) return "+Inf";
  return Number.isInteger(value) ? value.toFixed(1) : String(value);
}

function braced(labels: string): string {
  return labels === "" ? "" : `{${labels}}`;
}

/** A name of letters, digits and underscores, which no digit begins. */
function legal(name: string): string {
  return name.replace(/[^a-zA-Z0-9_]/g, "_").replace(/^(?=[0-9])/, "_");
}

/** A text as the formats take it; line feeds of any kind would end its line. */
function escaped(text: string, hasQuotes: boolean): string {
  const plain = text.replace(/\\/g, "\\\\").replace(/\n/g, "\\n").replace(/\r/g, " ");
  return hasQuotes ? plain.replace(/"/g, '\\"') : plain;
}
