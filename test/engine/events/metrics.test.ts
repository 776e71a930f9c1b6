import { describe, expect, test } from "vitest";
import type { Failure } from "../../support/source/engine/decision.ts";
import {
  createMetrics,
  METRIC_LIST,
  type MeterLike,
  prometheusMeter,
} from "../../support/source/engine/events.ts";
import { createWaf } from "../../support/source/engine/firewall.ts";
import { blocked, match, passed, rule } from "../decisions.ts";
import { block, CUSTOM, LIMITS, ruleset, rule as written } from "../waf-support.ts";

type Entry = readonly [name: string, value: number, ...attributes: string[]];

function recording(): { readonly records: Entry[]; readonly meter: MeterLike } {
  const records: Entry[] = [];
  const note = (name: string) => (value: number, attributes?: Record<string, string>) =>
    void records.push([name, value, ...Object.values(attributes ?? {})]);
  return {
    records,
    meter: {
      createCounter: (name) => ({ add: note(name) }),
      createUpDownCounter: (name) => ({ add: note(name) }),
      createHistogram: (name) => ({ record: note(name) }),
    },
  };
}

describe("a decision", () => {
  const failure: Failure = { source: "store", message: "broken", verdict: "closed" };
  test.each<[what: string, args: Parameters<ReturnType<typeof createMetrics>["decided"]>, expected: Entry[]]>(
    [
      ["that lets pass", [passed()], [["wirewall.requests", 1, "allow", "none"]]],
      [
        "that blocks",
        [{ ...blocked(rule("a")), score: 7, budget: { exhausted: true, verdict: "block" } }, 0.001],
        [
          ["wirewall.requests", 1, "block", CUSTOM],
          ["wirewall.rule.matches", 1, "block", CUSTOM, "custom", "a", "enforce"],
          ["wirewall.budget.exhaustions", 1, "block"],
          ["wirewall.request.score", 7, "block"],
          ["wirewall.request.duration", 0.001, "block"],
        ],
      ],
      [
        "with failures",
        [{ ...passed(), failures: [failure, failure] }],
        [
          ["wirewall.requests", 1, "allow", "none"],
          ["wirewall.failures", 1, "store", "closed"],
          ["wirewall.failures", 1, "store", "closed"],
        ],
      ],
      [
        "that the host replaces by a rejection",
        [passed(), undefined, { status: 413 }],
        [
          ["wirewall.requests", 1, "block", "host"],
          ["wirewall.host.rejections", 1, "413"],
        ],
      ],
      [
        "that the host cannot carry out",
        [passed(), undefined, { status: 502, failed: true }],
        [
          ["wirewall.requests", 1, "serve_error", "host"],
          ["wirewall.host.rejections", 1, "502"],
        ],
      ],
    ],
  )("%s", (_what, args, expected) => {
    const { records, meter } = recording();
    createMetrics(meter).decided(...args);
    expect(records).toEqual(expected);
  });
});

test("matches of a rule in shadow mode are counted apart", () => {
  const { records, meter } = recording();
  const metrics = createMetrics(meter);
  const one = rule("a");
  for (const mode of ["enforce", "shadow", "enforce"] as const)
    metrics.decided(passed([match(one, { mode })]));
  expect(
    records.flatMap(([name, , ...rest]) => (name === "wirewall.rule.matches" ? rest.at(-1) : [])),
  ).toEqual(["enforce", "shadow", "enforce"]);
});

test("at most 10,000 series, however many rules match; the rest is one series, and counted", () => {
  const meter = prometheusMeter();
  const metrics = createMetrics(meter);
  const many = Array.from({ length: 12_000 }, (_, at) => match(rule(`r${at}`)));
  for (let at = 0; at < 2; at++) metrics.decided({ ...passed(many), score: 1 }, 0.001);
  for (let at = 0; at < 2_000; at++) metrics.passed(`phase ${at}`, "continue", 0.001);
  const lines = meter
    .exposition()
    .body.split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"));
  expect(lines.length).toBeLessThanOrEqual(10_000);
  const folded = Number(/^wirewall_metrics_folded_total (\d+)$/m.exec(lines.join("\n"))?.[1]);
  // Score and duration of both requests find no room either.
  const shown = lines.filter((line) => line.includes('ref="r')).length;
  expect(folded).toBe(2 * (12_000 - shown) + 2_000 + 4);
  expect(shown).toBeGreaterThan(9_000);
  expect(lines).toContain(
    `wirewall_rule_matches_total{action="_OTHER",phase="_OTHER",ruleset="_OTHER",ref="_OTHER",mode="_OTHER"} ${2 * (12_000 - shown)}`,
  );
});

test.each([499, 1.5, "9"])("`maxSeries` of %o makes no sense", (maxSeries) => {
  expect(() => createMetrics(recording().meter, { maxSeries: maxSeries as number })).toThrow(/maxSeries/);
});

test("instruments have the kinds, units and descriptions of the catalogue", () => {
  const made: unknown[] = [];
  const note =
    (kind: string) =>
    (name: string, options: Parameters<MeterLike["createCounter"]>[1] = {}) => {
      made.push([kind, name, options.unit, options.description, options.advice?.explicitBucketBoundaries]);
      return { add() {}, record() {} };
    };
  createMetrics({
    createCounter: note("counter"),
    createUpDownCounter: note("up_down"),
    createHistogram: note("histogram"),
  });
  expect(new Set(made)).toEqual(
    new Set(METRIC_LIST.map((one) => [one.kind, one.name, one.unit, one.description, one.buckets])),
  );
});

test("a meter that throws changes nothing", () => {
  const fail = () => {
    throw new Error("no");
  };
  const metrics = createMetrics({
    createCounter: () => ({ add: fail }),
    createHistogram: () => ({ record: fail }),
  });
  const waf = createWaf({ rulesets: [ruleset("c", [block("b")])] } as never, { metrics });
  expect(waf.evaluateSync({ url: "/" }).action).toBe("block");
  expect(() => metrics.sinkFailed({ sink: "x" })).not.toThrow();
});

describe("a firewall with metrics", () => {
  const REQUEST = { url: "https://shop.example/%22hostile%22", remoteAddress: "192.0.2.7" };

  test("counts requests, matches, phases, lists, changes and events, with no word of the request", async () => {
    const { records, meter } = recording();
    const limit = { characteristics: ["ip.src"], period: 10, requests_per_period: 100 };
    const config = (items: readonly string[]) =>
      ({
        rulesets: [
          ruleset("l", [block("slow", { ratelimit: limit })], { phase: LIMITS }),
          ruleset("c", [written("seen"), block("b", { expression: "ip.src in $bad" })]),
        ],
        lists: { bad: { kind: "ip", items } },
      }) as never;
    const waf = createWaf(config(["192.0.2.7", "192.0.2.8"]), {
      metrics: createMetrics(meter),
      events: [{ name: "broken", write: () => Promise.reject(new Error("no")) }],
    });
    waf.evaluateSync(REQUEST);
    waf.updateList("bad", ["192.0.2.8"]);
    waf.updateList("none", []);
    waf.update(config(["192.0.2.8"]));
    waf.evaluateSync(REQUEST);
    waf.rollback(1);
    await waf.close();
    const counted = records.filter(([name]) => !name.endsWith(".duration"));
    expect(counted).toEqual([
      ["wirewall.rules", 3],
      ["wirewall.list.items", 2, "bad"],
      ["wirewall.requests", 1, "block", CUSTOM],
      ["wirewall.rule.matches", 1, "log", CUSTOM, "c", "seen", "enforce"],
      ["wirewall.rule.matches", 1, "block", CUSTOM, "c", "b", "enforce"],
      ["wirewall.events.written", 1],
      ["wirewall.configuration.changes", 1, "list", "changed"],
      ["wirewall.list.items", -1, "bad"],
      ["wirewall.configuration.changes", 1, "list", "refused"],
      ["wirewall.configuration.changes", 1, "update", "unchanged"],
      ["wirewall.requests", 1, "allow", "none"],
      ["wirewall.rule.matches", 1, "log", CUSTOM, "c", "seen", "enforce"],
      ["wirewall.events.written", 1],
      ["wirewall.configuration.changes", 1, "rollback", "changed"],
      ["wirewall.list.items", 1, "bad"],
      ["wirewall.rules", -3],
      ["wirewall.list.items", -2, "bad"],
      ["wirewall.sink.failures", 1, "broken"],
      ["wirewall.sink.failures", 1, "broken"],
    ]);
    const durations = records.filter(([name]) => name.endsWith(".duration"));
    expect(durations.map(([name, , ...rest]) => [name, ...rest].join(" ")).sort()).toEqual(
      [
        `wirewall.phase.duration ${CUSTOM} block`,
        `wirewall.phase.duration ${CUSTOM} continue`,
        `wirewall.phase.duration ${LIMITS} continue`,
        "wirewall.request.duration allow",
        "wirewall.request.duration block",
      ].sort(),
    );
    for (const [, seconds] of durations) expect(seconds).toBeGreaterThanOrEqual(0);
    expect(JSON.stringify(records)).not.toContain("hostile");
  });
});

describe("the exposition for Prometheus", () => {
  const filled = () => {
    const meter = prometheusMeter();
    const hostile = 'a\\b"c\nd\re';
    meter
      .createCounter("wirewall.requests", { description: "Back\\slash\nand line." })
      .add(2, { "wirewall.action": hostile });
    meter.createUpDownCounter("wirewall.rules").add(-3);
    const histogram = meter.createHistogram("wirewall.phase.duration", {
      description: "Time.",
      unit: "s",
      advice: { explicitBucketBoundaries: [0.001, 1] },
    });
    for (const value of [0.001, 0.5, 7]) histogram.record(value, { "wirewall.phase": "p" });
    return meter;
  };

  test("text format 0.0.4", () => {
    expect(filled().exposition()).toEqual({
      contentType: "text/plain; version=0.0.4; charset=utf-8",
      body: [
        "# HELP wirewall_requests_total Back\\\\slash\\nand line.",
        "# TYPE wirewall_requests_total counter",
        'wirewall_requests_total{action="a\\\\b\\"c\\nd e"} 2',
        "# HELP wirewall_rules ",
        "# TYPE wirewall_rules gauge",
        "wirewall_rules -3",
        "# HELP wirewall_phase_duration_seconds Time.",
        "# TYPE wirewall_phase_duration_seconds histogram",
        'wirewall_phase_duration_seconds_bucket{phase="p",le="0.001"} 1',
        'wirewall_phase_duration_seconds_bucket{phase="p",le="1.0"} 2',
        'wirewall_phase_duration_seconds_bucket{phase="p",le="+Inf"} 3',
        'wirewall_phase_duration_seconds_sum{phase="p"} 7.501',
        'wirewall_phase_duration_seconds_count{phase="p"} 3',
        "",
      ].join("\n"),
    });
  });

  test("OpenMetrics names the family, its unit and the end", () => {
    const { contentType, body } = filled().exposition(
      "application/openmetrics-text; version=1.0.0,text/plain;q=0.5",
    );
    expect(contentType).toBe("application/openmetrics-text; version=1.0.0; charset=utf-8");
    const lines = body.split("\n");
    expect(lines).toContain("# TYPE wirewall_requests counter");
    expect(lines).toContain("# UNIT wirewall_phase_duration_seconds seconds");
    expect(lines.slice(-2)).toEqual(["# EOF", ""]);
  });

  test.each([
    ["", false],
    ["*/*", false],
    ["text/plain", false],
    ["application/openmetrics-text", true],
    ["text/plain, application/openmetrics-text;version=1.0.0;q=0.9", true],
    ["application/openmetrics-text;q=0", false],
    ["application/openmetrics-textual", false],
  ])("for `Accept: %s`", (accept, isOpen) => {
    expect(prometheusMeter().exposition(accept).contentType.startsWith("application/")).toBe(isOpen);
  });

  test("a histogram without attributes has the usual bounds", () => {
    const meter = prometheusMeter();
    const histogram = meter.createHistogram("took", { unit: "s" });
    for (const value of [0.0001, 1, 1e9]) histogram.record(value);
    const lines = meter.exposition().body.split("\n");
    expect(lines).toContain('took_seconds_bucket{le="+Inf"} 3');
    expect(lines.filter((line) => line.startsWith("took_seconds_bucket")).length).toBeGreaterThan(5);
    expect(lines).toContain("took_seconds_count 3");
    expect(lines).toContain("took_seconds_sum 1000000001.0001");
  });

  test("an instrument that is made again is the same", () => {
    const meter = prometheusMeter();
    for (let at = 0; at < 2; at++) meter.createCounter("a").add(1);
    expect(meter.exposition().body).toContain("\na_total 2\n");
  });
});

test("requests add no series, whatever they hold", () => {
  const { meter, records } = recording();
  const rules = [
    block("evil", { expression: 'any(http.request.uri.args.values[*] contains "evil")' }),
    written("odd", { expression: 'http.request.method ne "GET"', action: "log" }),
  ];
  const waf = createWaf({ rulesets: [ruleset("c", rules)] } as never, { metrics: createMetrics(meter) });
  const seriesOf = (requests: readonly string[]) => {
    records.length = 0;
    for (const odd of requests) {
      for (const value of ["good", "evil"]) {
        waf.evaluateSync({
          method: odd,
          url: `https://${encodeURIComponent(odd).toLowerCase().replaceAll("%", "x")}.example/${encodeURIComponent(odd)}?${encodeURIComponent(odd)}=${value}`,
          headers: { "user-agent": odd, "content-type": odd, [`x-${odd.length}`]: odd },
          remoteAddress: `192.0.2.${odd.length % 256}`,
        });
      }
    }
    const series = records.map(([name, , ...attributes]) => JSON.stringify([name, ...attributes]));
    return new Set(series.filter((one) => !one.includes("duration") && !one.includes("score")));
  };
  const hostile = Array.from(
    { length: 500 },
    (_one, at) => `__proto__"},{${at}\\n${"\u00e9".repeat(at % 9)}`,
  );
  const few = seriesOf(["HOSTILE"]);
  expect(few.size).toBeGreaterThan(2);
  expect(seriesOf(hostile)).toEqual(few);
});
