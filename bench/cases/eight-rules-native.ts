// The eight rules on engines that are not JavaScript: libddwaf as a native module, wirefilter as WebAssembly.
import type { Contestant } from "../measure/contest.ts";
import type { Recorder } from "../measure/recorder.ts";
import { loadRival } from "../measure/rivals.ts";
import { asking, BLOCKED_NETWORKS, COUNTRY_SET, type RuleName } from "./eight-rules-data.ts";
import { WIREFILTER_RULES } from "./eight-rules-texts.ts";
import { ip4Text, type PlainRequest } from "./traffic.ts";

interface NativeEngine {
  readonly name: string;
  contestant(rule: RuleName): Contestant | undefined;
}

type Address = "method" | "path" | "ip" | "ua" | "score" | "verified" | "headers" | "country";

const when = (operator: string, address: Address, parameters: object, key?: string) => ({
  operator,
  parameters: { inputs: [key === undefined ? { address } : { address, key_path: [key] }], ...parameters },
});

/** Conditions of libddwaf, and the addresses that a call hands in. R7 needs "or", R8 a list of numbers: it has neither. */
const APPSEC_RULES: Partial<Record<RuleName, { conditions: readonly object[]; reads: readonly Address[] }>> =
  {
    R1: {
      conditions: [
        when("exact_match", "method", { list: ["POST"] }),
        when("match_regex", "path", { regex: "^/api/", options: { case_sensitive: true } }),
        when("!ip_match", "ip", { list: ["10.0.0.0/8", "192.0.2.0/24"] }),
        when("phrase_match", "ua", { list: ["curl"] }),
      ],
      reads: ["method", "path", "ip", "ua"],
    },
    R2: {
      conditions: [
        when("lower_than", "score", { value: 30, type: "unsigned" }),
        when("equals", "verified", { value: false, type: "boolean" }),
        when("!exact_match", "path", { list: ["/health"] }),
      ],
      reads: ["score", "verified", "path"],
    },
    R3: {
      conditions: [
        when("match_regex", "ua", {
          regex: "sqlmap|nikto|nmap|masscan|acunetix|nessus",
          options: { case_sensitive: false },
        }),
      ],
      reads: ["ua"],
    },
    R4: {
      conditions: [
        when("ip_match", "ip", {
          list: BLOCKED_NETWORKS.map(([start, bits]) => `${ip4Text(start)}/${bits}`),
        }),
      ],
      reads: ["ip"],
    },
    R5: {
      conditions: [when("exact_match", "headers", { list: ["k123"] }, "x-api-key")],
      reads: ["headers"],
    },
    R6: { conditions: [when("exact_match", "country", { list: COUNTRY_SET })], reads: ["country"] },
  };

function addresses(request: PlainRequest): Readonly<Record<Address, unknown>> {
  return {
    method: request.method,
    path: request.path,
    ip: ip4Text(request.ip),
    ua: request.userAgent,
    score: request.score,
    verified: request.verified,
    headers: Object.fromEntries([...request.headers].map(([name, values]) => [name, values[0]])),
    country: request.country,
  };
}

export async function appsecEngine(
  requests: readonly PlainRequest[],
  recorder: Recorder,
): Promise<NativeEngine | undefined> {
  interface Waf {
    createContext(): {
      run(payload: object, timeout: number): { status?: string; events?: readonly object[] };
      dispose(): void;
    };
  }
  const name = "@datadog/native-appsec";
  const module = await loadRival<{ DDWAF: new (rules: object, path: string) => Waf }>(name, recorder);
  if (module === undefined) return undefined;
  const all = requests.map(addresses);
  return {
    name,
    contestant: (rule) => {
      const written = APPSEC_RULES[rule];
      if (written === undefined) return undefined;
      const waf = new module.DDWAF(
        {
          version: "2.2",
          metadata: { rules_version: "1" },
          rules: [
            {
              id: rule,
              name: rule,
              tags: { type: rule, category: "attack_attempt" },
              conditions: written.conditions,
              on_match: [],
            },
          ],
        },
        "bench",
      );
      const inputs = all.map((values) =>
        Object.fromEntries(written.reads.map((read) => [read, values[read]])),
      );
      return asking(name, (at) => {
        const context = waf.createContext();
        const { status, events } = context.run({ persistent: inputs[at]! }, 1e6);
        context.dispose();
        return status === "match" || (events !== undefined && events.length > 0);
      });
    },
  };
}

/** It parses the text at every call, so its time is that of parsing and matching together. */
export async function arcjetEngine(
  requests: readonly PlainRequest[],
  recorder: Recorder,
): Promise<NativeEngine | undefined> {
  interface Component {
    matchFilters(
      request: string,
      localFields: string,
      expressions: readonly string[],
      allowIfMatch: boolean,
    ): { matchedExpressions: readonly string[] };
  }
  const name = "@arcjet/analyze-wasm";
  type Module = { initializeWasm(imports: object): Promise<Component | undefined> };
  const module = await loadRival<Module>(name, recorder);
  const component = await module?.initializeWasm({
    "arcjet:js-req/bot-identifier": { detect: () => [] },
    "arcjet:js-req/email-validator-overrides": {
      isFreeEmail: () => "unknown",
      isDisposableEmail: () => "unknown",
      hasMxRecords: () => "unknown",
      hasGravatar: () => "unknown",
    },
    "arcjet:js-req/filter-overrides": { ipLookup: () => undefined },
    "arcjet:js-req/sensitive-information-identifier": { detect: () => [] },
    "arcjet:js-req/verify-bot": { verify: () => "unverifiable" },
  });
  if (component === undefined) return undefined;
  const inputs = requests.map((request) =>
    JSON.stringify({
      ip: ip4Text(request.ip),
      method: request.method,
      protocol: request.ssl ? "https:" : "http:",
      host: request.host,
      path: request.path,
      headers: Object.fromEntries([...request.headers].map(([header, values]) => [header, values[0]])),
      cookies: "",
      query: "",
    }),
  );
  return {
    name,
    contestant: (rule) => {
      const text = WIREFILTER_RULES[rule];
      if (text === undefined) return undefined;
      const expressions = [text];
      return asking(
        name,
        (at) => component.matchFilters(inputs[at]!, "{}", expressions, false).matchedExpressions.length > 0,
      );
    },
  };
}
