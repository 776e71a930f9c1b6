// The fifteen filters of wirefilter's own benchmark, under its names: each parsed, checked, compiled and executed.
import { checkFilter } from "../../src/language/check/check.ts";
import { compileCondition } from "../../src/language/compile/closures.ts";
import { defineScheme } from "../../src/language/compile/language.ts";
import { optimize } from "../../src/language/compile/optimize.ts";
import { Source } from "../../src/language/diagnostics/source.ts";
import { standardFunctions } from "../../src/language/functions/index.ts";
import { automatonEngine } from "../../src/language/pattern/automaton-engine.ts";
import type { EvaluationContext } from "../../src/language/scheme/execution-context.ts";
import { parseExpression } from "../../src/language/syntax/parse.ts";
import type { Contestant } from "../measure/contest.ts";
import { loop, ownLoop } from "../measure/own-loop.ts";
import { fresh } from "../measure/random.ts";
import type { Recorder, Suite } from "../measure/recorder.ts";
import { geometricMean } from "../measure/statistics.ts";

interface MeasuredFilter {
  readonly name: string;
  readonly text: string;
  readonly field: FieldName;
  readonly values: readonly (string | number)[];
  readonly matches: readonly boolean[];
  /**
   * Nanoseconds of wirefilter 0.7 for each value: release build with link-time optimisation, measured natively on a
   * two-core AMD EPYC container. Figures of another hour, so the ratio is a rough one.
   */
  readonly native: readonly number[];
}

type FieldName = "ip.addr" | "tcp.port" | "ip.geoip.country" | "http.user_agent" | "http.host";

const ADDRESSES = ["127.0.0.1", "2001:db8:85a3::8a2e:370:7334", "173.245.48.1", "2606:4700:4700::1111"];
const PORTS = [80, 8081];
const COUNTRIES = ["GB", "T1"];
const AGENTS = [
  "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; Googlebot/2.1; +http://www.google.com/bot.html) Safari/537.36",
  "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/51.0.2704.103 Safari/537.36",
];
const HOSTS = ["example.org", "EXAMPLE.ORG"];

/** Cloudflare's published address ranges. */
const NETWORKS =
  "103.21.244.0/22 2405:8100::/32 104.16.0.0/12 2803:f800::/32 131.0.72.0/22 2405:b500::/32 173.245.48.0/20 172.64.0.0/13 190.93.240.0/20 103.22.200.0/22 2606:4700::/32 198.41.128.0/17 197.234.240.0/22 162.158.0.0/15 108.162.192.0/18 2c0f:f248::/32 2400:cb00::/32 103.31.4.0/22 2a06:98c0::/29 141.101.64.0/18 188.114.96.0/20";

/** The countries of Europe and their territories overseas, as far as they have a code. */
const EUROPE =
  "AT BE BG HR CY CZ DK EE FI FR DE GR HU IE IT LV LT LU MT NL PL PT RO SK SI ES SE GB GF GP MQ ME YT RE MF GI AX PM GL BL SX AW CW WF PF NC TF AI BM IO VG KY FK MS PN SH GS TC AD LI MC SM VA JE"
    .split(" ")
    .map((country) => `"${country}"`)
    .join(" ");

const FILTERS: readonly MeasuredFilter[] = [
  filter(
    "IP comparison with IPv4 address",
    "ip.addr == 173.245.48.1",
    "ip.addr",
    ADDRESSES,
    "0010",
    [6, 4, 6, 4],
  ),
  filter(
    "IP comparison with IPv6 address",
    "ip.addr == 2606:4700:4700::1111",
    "ip.addr",
    ADDRESSES,
    "0001",
    [2, 3, 2, 4],
  ),
  filter(
    "IP comparison with explicit IPv4 range",
    "ip.addr >= 173.245.48.0 && ip.addr < 173.245.49.0",
    "ip.addr",
    ADDRESSES,
    "0010",
    [7, 5, 13, 5],
  ),
  filter(
    "IP comparison with explicit IPv6 range",
    "ip.addr >= 2606:4700:: && ip.addr < 2606:4701::",
    "ip.addr",
    ADDRESSES,
    "0001",
    [7, 8, 7, 12],
  ),
  filter(
    "IP membership in IPv4 and IPv6 CIDR ranges",
    `ip.addr in {${NETWORKS}}`,
    "ip.addr",
    ADDRESSES,
    "0011",
    [12, 20, 7, 17],
  ),
  filter("Port comparison", "tcp.port == 80", "tcp.port", PORTS, "10", [4, 4]),
  filter("Port range", "tcp.port >= 1024", "tcp.port", PORTS, "01", [3, 2]),
  filter(
    "Port membership",
    "tcp.port in {80 8080 8880 2052 2082 2086 2095}",
    "tcp.port",
    PORTS,
    "10",
    [9, 10],
  ),
  filter("String comparison", 'ip.geoip.country == "GB"', "ip.geoip.country", COUNTRIES, "10", [8, 5]),
  filter(
    "String membership",
    `ip.geoip.country in {${EUROPE}}`,
    "ip.geoip.country",
    COUNTRIES,
    "10",
    [128, 52],
  ),
  filter(
    "Regex matching",
    'http.user_agent ~ "(?i)googlebot/\\d+\\.\\d+"',
    "http.user_agent",
    AGENTS,
    "10",
    [209, 58],
  ),
  filter(
    "Regex matching of a literal",
    'http.user_agent ~ "Googlebot"',
    "http.user_agent",
    AGENTS,
    "10",
    [42, 27],
  ),
  filter(
    "Substring search",
    'http.user_agent contains "Googlebot"',
    "http.user_agent",
    AGENTS,
    "10",
    [86, 180],
  ),
  filter("Simple function call", 'lower(http.host) == "example.org"', "http.host", HOSTS, "11", [83, 124]),
  filter(
    "Nested function calls",
    'upper(lower(http.host)) == "EXAMPLE.ORG"',
    "http.host",
    HOSTS,
    "11",
    [203, 167],
  ),
];

function filter(
  name: string,
  text: string,
  field: FieldName,
  values: readonly (string | number)[],
  matches: string,
  native: readonly number[],
): MeasuredFilter {
  return { name, text, field, values, matches: [...matches].map((digit) => digit === "1"), native };
}

const scheme = defineScheme(
  {
    "ip.addr": "Ip",
    "tcp.port": "Int",
    "ip.geoip.country": "Bytes",
    "http.user_agent": "Bytes",
    "http.host": "Bytes",
  },
  { functions: standardFunctions },
);

export const wirefilterFilters: Suite = {
  name: "wirefilter",
  title: "The fifteen filters of wirefilter's benchmark",
  async run(recorder) {
    const execution: number[] = [];
    await contestFloor(recorder);
    for (const measured of FILTERS) {
      await contestStages(recorder, measured);
      execution.push(...(await contestExecution(recorder, measured)));
    }
    if (execution.length === 0) return;
    recorder.target(
      "wirefilter's fifteen filters, execution against its native figures",
      "at most",
      1,
      geometricMean(execution),
    );
  },
};

/** What the loops cost by themselves: a condition that looks at nothing. */
async function contestFloor(recorder: Recorder): Promise<void> {
  const contexts = Array.from({ length: 8 }, () => scheme.contextFrom({ "tcp.port": 80 }));
  // The shared loop must have met several conditions.
  for (const { text } of FILTERS) {
    const compiled = scheme.compile(text);
    if (compiled.ok) loop(compiled.value.filter, contexts, 1000);
  }
  const own = await ownLoop();
  const nothing = { test: () => true };
  await recorder.contest({
    name: "an empty condition, execute",
    contestants: [
      { name: "wirewall", run: (count) => own(nothing, contexts, count) },
      { name: "called among many", run: (count) => loop(nothing, contexts, count) },
    ],
  });
}

/**
 * Each value on its own, as in the original; the answer is our time over the native figure for each. The first
 * contestant has a loop of its own for each filter, the second calls from where all filters were called.
 */
async function contestExecution(recorder: Recorder, measured: MeasuredFilter): Promise<readonly number[]> {
  const compiled = scheme.compile(measured.text);
  if (!compiled.ok) throw new Error(`${measured.name}: ${compiled.errors[0]!.message}`);
  const { filter: made } = compiled.value;
  const own = await ownLoop();
  const ratios: number[] = [];
  for (const [at, value] of measured.values.entries()) {
    // Some equal contexts, so that V8 cannot take the one context for a constant.
    const contexts: readonly EvaluationContext[] = Array.from({ length: 8 }, () =>
      scheme.contextFrom({ [measured.field]: typeof value === "string" ? fresh(value) : value }),
    );
    if (made.test(contexts[0]!) !== measured.matches[at])
      throw new Error(`${measured.name}: wrong for ${value}`);
    const result = await recorder.contest({
      name: `${measured.name}, execute on ${value}`,
      contestants: [
        { name: "wirewall", run: (count) => own(made, contexts, count) },
        { name: "called among many", run: (count) => loop(made, contexts, count) },
      ],
    });
    if (result !== undefined) ratios.push(result.measured[0]!.nanoseconds / measured.native[at]!);
  }
  return ratios;
}

async function contestStages(recorder: Recorder, measured: MeasuredFilter): Promise<void> {
  const source = new Source(measured.text);
  const parsed = parseExpression(source);
  if (!parsed.ok) throw new Error(`${measured.name}: ${parsed.errors[0]!.message}`);
  const checking = { patterns: automatonEngine };
  const checked = checkFilter(parsed.value, source, scheme, checking);
  if (!checked.ok) throw new Error(`${measured.name}: ${checked.errors[0]!.message}`);
  const { root } = checked.value;
  const stages: readonly (readonly [name: string, work: () => unknown])[] = [
    ["parse", () => parseExpression(source)],
    ["check", () => checkFilter(parsed.value, source, scheme, checking)],
    ["compile", () => compileCondition(optimize(root))],
  ];
  for (const [name, work] of stages) {
    await recorder.contest({ name: `${measured.name}, ${name}`, contestants: [repeating(work)] });
  }
}

function repeating(work: () => unknown): Contestant {
  return {
    name: "wirewall",
    run: (count) => {
      let made = 0;
      for (let turn = 0; turn < count; turn++) if (work() !== undefined) made++;
      return made;
    },
  };
}
