// Eight rules of the usual kinds: ours, handwritten JavaScript and other engines, one rule at a time.
import { defineScheme } from "../../src/language/compile/language.ts";
import { standardFunctions } from "../../src/language/functions/index.ts";
import type { ContestResult } from "../measure/contest.ts";
import { type Recorder, ratioOf, type Suite } from "../measure/recorder.ts";
import { geometricMean } from "../measure/statistics.ts";
import {
  asking,
  blocked,
  COUNTRY_SET,
  countrySet,
  inTwo,
  PORT_SET,
  portSet,
  REQUESTS,
  type RuleName,
  SCANNERS,
} from "./eight-rules-data.ts";
import { type RivalEngine, rivalEngines } from "./eight-rules-rivals.ts";
import { drawRequests, type PlainRequest } from "./traffic.ts";

interface MeasuredRule {
  readonly title: string;
  readonly text: string;
  readonly byHand: (request: PlainRequest) => boolean;
}

const RULES: Readonly<Record<RuleName, MeasuredRule>> = {
  R1: {
    title: "method, path prefix, networks, user agent",
    text: 'http.request.method == "POST" and starts_with(http.request.uri.path, "/api/") and not ip.src in {10.0.0.0/8 192.0.2.0/24} and http.user_agent contains "curl"',
    byHand: (request) =>
      request.method === "POST" &&
      request.path.startsWith("/api/") &&
      !inTwo(request.ip) &&
      request.userAgent.includes("curl"),
  },
  R2: {
    title: "bot score",
    text: 'bot.score < 30 and not bot.verified and http.request.uri.path != "/health"',
    byHand: (request) => request.score < 30 && !request.verified && request.path !== "/health",
  },
  R3: {
    title: "pattern",
    text: 'http.user_agent matches "(?i)sqlmap|nikto|nmap|masscan|acunetix|nessus"',
    byHand: (request) => SCANNERS.test(request.userAgent),
  },
  R4: {
    title: "10,000 networks",
    text: "ip.src in $blocked",
    byHand: (request) => blocked.has(request.ip),
  },
  R5: {
    title: "header",
    text: 'http.request.headers["x-api-key"][0] == "k123"',
    byHand: (request) => {
      const values = request.headers.get("x-api-key");
      return values !== undefined && values[0] === "k123";
    },
  },
  R6: {
    title: "20 countries",
    text: `ip.src.country in {${COUNTRY_SET.map((country) => `"${country}"`).join(" ")}}`,
    byHand: (request) => countrySet.has(request.country),
  },
  R7: {
    title: "three alternatives",
    text: '(http.host == "admin.example.net" and starts_with(http.request.uri.path, "/admin")) or (http.host == "shop.example.com" and ends_with(http.request.uri.path, ".php")) or (http.request.uri.path contains "/wp-" and bot.score > 50)',
    byHand: (request) =>
      (request.host === "admin.example.net" && request.path.startsWith("/admin")) ||
      (request.host === "shop.example.com" && request.path.endsWith(".php")) ||
      (request.path.includes("/wp-") && request.score > 50),
  },
  R8: {
    title: "ports, encryption, host",
    text: `tcp.dstport in {${PORT_SET.join(" ")}} and not ssl and lower(http.host) == "api.example.com"`,
    byHand: (request) =>
      portSet.has(request.port) && !request.ssl && request.host.toLowerCase() === "api.example.com",
  },
};

const scheme = defineScheme(
  {
    "http.request.method": "Bytes",
    "http.request.uri.path": "Bytes",
    "http.request.headers": "Map<Array<Bytes>>",
    "http.host": "Bytes",
    "http.user_agent": "Bytes",
    "ip.src": "Ip",
    "ip.src.country": "Bytes",
    "bot.score": "Int",
    "bot.verified": "Bool",
    "tcp.dstport": "Int",
    ssl: "Bool",
  },
  { functions: standardFunctions, lists: [{ name: "blocked", kind: "ip" }] },
);

function prepare() {
  const requests = drawRequests(REQUESTS);
  const contexts = requests.map((request) =>
    scheme.contextFrom(
      {
        "http.request.method": request.method,
        "http.request.uri.path": request.path,
        "http.request.headers": request.headers,
        "http.host": request.host,
        "http.user_agent": request.userAgent,
        "ip.src": request.ip,
        "ip.src.country": request.country,
        "bot.score": request.score,
        "bot.verified": request.verified,
        "tcp.dstport": request.port,
        ssl: request.ssl,
      },
      { blocked },
    ),
  );
  return { requests, contexts };
}

/** How many times faster than each engine we must be. */
const PROMISES: readonly (readonly [engine: string, times: number])[] = [
  ["filtrex", 5],
  ["@marcbachmann/cel-js", 12],
  ["@bufbuild/cel", 80],
  ["cel-js", 350],
  ["jexl", 60],
  ["json-rules-engine", 500],
  ["@datadog/native-appsec", 120],
];

export const eightRules: Suite = {
  name: "eight-rules",
  title: "Eight rules against handwritten JavaScript and other engines",
  async run(recorder) {
    const { requests, contexts } = prepare();
    const engines = await rivalEngines(requests, recorder);
    const results: ContestResult[] = [];
    for (const [name, rule] of Object.entries(RULES) as [RuleName, MeasuredRule][]) {
      const compiled = scheme.compile(rule.text);
      if (!compiled.ok) throw new Error(compiled.errors.map((error) => error.message).join("; "));
      const { filter } = compiled.value;
      const { byHand } = rule;
      const result = await recorder.contest({
        name: `${name} ${rule.title}`,
        contestants: [
          asking("wirewall", (at) => filter.test(contexts[at]!)),
          asking("by hand", (at) => byHand(requests[at]!)),
          ...engines.flatMap((engine) => engine.contestant(name) ?? []),
        ],
      });
      if (result !== undefined) results.push(result);
    }
    setTargets(recorder, results, engines);
  },
};

function setTargets(
  recorder: Recorder,
  results: readonly ContestResult[],
  engines: readonly RivalEngine[],
): void {
  const mean = (name: string): number | undefined => {
    const ratios = results.flatMap((result) => ratioOf(result, name) ?? []);
    return ratios.length === 0 ? undefined : geometricMean(ratios);
  };
  const byHand = mean("by hand");
  recorder.target("eight rules against handwritten JavaScript", "at most", 1.3, byHand && 1 / byHand);
  for (const [engine, times] of PROMISES) {
    if (!engines.some((one) => one.name === engine)) continue;
    recorder.target(`faster than ${engine} on the eight rules`, "at least", times, mean(engine));
  }
  const wasm = mean("@arcjet/analyze-wasm");
  if (wasm !== undefined) recorder.figure("faster than @arcjet/analyze-wasm, match only", wasm, "×");
}
