import { DEFAULT_TARPITS } from "../../adapters/node/tarpit.ts";
import { readUpstream } from "../../adapters/proxy/options.ts";
import { DEFAULT_REPLAY_BYTES, MAX_REPLAY_BYTES } from "../../engine/challenge/proof-of-work.ts";
import { RATE_LIMIT_HEADERS, type RateLimitHeaders } from "../../engine/decision/limit-headers.ts";
import { WAF_MODES, type WafMode } from "../../engine/decision/modes.ts";
import { DEFAULT_HELD_BYTES } from "../../host/options.ts";
import { wordsText } from "../../language/diagnostics/option-values.ts";
import { DEFAULT_REQUEST_LIMITS } from "../../request/view/limits.ts";
import { type OptionValues, textOption, textOptions, UsageError } from "../command.ts";
import { listOption } from "../list-option.ts";
import { variableOptions } from "../terraform-variables.ts";
import { DEMO_RULES } from "./demo.ts";

/** Settings of `wirewall serve`. */
export interface ServeSettings {
  readonly rules: readonly string[];
  /** Values of the variables of Terraform configurations among the rules. */
  /** Whether rules with faults are left out instead of refused with all others. */
  readonly partial: boolean;
  /** The one zone of an account's export. */
  readonly zone: string | undefined;
  readonly terraformVariables: Readonly<Record<string, string>>;
  /** Files of named lists, read by the ending of their names. */
  readonly lists: readonly { readonly name: string; readonly path: string }[];
  /** Undefined: the demo's own site. */
  readonly upstream: string | undefined;
  readonly host: string;
  readonly port: number;
  readonly mode: WafMode;
  /** The variable that the mode comes from; undefined: the command line, or the default. */
  readonly modeVariable: string | undefined;
  /** Path of the control socket. */
  readonly control: string | undefined;
  readonly failure: "closed" | "open";
  /** Rate limit headers for clients. */
  readonly limitHeaders: RateLimitHeaders;
  /** Whether `ne` is true of a missing value. */
  readonly nilNotEqual: boolean;
  readonly trust: readonly string[];
  readonly clientHeader: string;
  /** The header in which trusted proxies say `https`; undefined: none. */
  readonly protocolHeader: string | undefined;
  readonly bodyLimit: number;
  readonly maxInspectedBytes: number;
  readonly maxHeldBytes: number;
  readonly maxTarpits: number;
  readonly maxReplayBytes: number;
  readonly oversize: "block" | "inspect";
  readonly unreadableResponse: "pass" | "block";
  readonly pathForwarding: "normalize" | "refuse" | "keep";
  /** A file, or `-` for the standard output. */
  readonly log: string;
  readonly eventFormat: "json" | "ocsf";
  /** Milliseconds for which equal events are summed up; 0: they are not. */
  readonly sumEvents: number;
  /** Public key in Base64. */
  readonly sealEvidence: string | undefined;
  /** Where metrics are served; undefined: nowhere. */
  readonly metrics: { readonly host: string; readonly port: number } | undefined;
  readonly reload: boolean;
  readonly timeout: number;
  readonly maxConnections: number;
  readonly maxClientConnections: number;
  readonly maxUpstreamConnections: number;
  readonly maxUpstreamQueue: number;
  readonly upstreamQueueTimeout: number;
  readonly grace: number;
  readonly verifyUpstream: boolean;
  /** MaxMind-format databases. */
  readonly geo: readonly string[];
  /** The file with the secret that signs challenges. */
  readonly challengeSecret: string | undefined;
  /** Whether upstreams get a `Via` header. */
  readonly via: boolean;
  readonly demo: boolean;
}

/** Overrides the mode of the command line: a kill switch must not need the command line changed. */
export const MODE_VARIABLE = "WIREWALL_MODE";

/** @throws UsageError */
export function serveSettings(
  options: OptionValues,
  env: Readonly<Record<string, string | undefined>> = {},
): ServeSettings {
  const demo = options["demo"] === true;
  const upstream = textOption(options, "upstream");
  if (upstream === undefined && !demo) throw new UsageError("`--upstream URL` is missing (or try `--demo`)");
  const rules = textOptions(options, "rules");
  if (rules.length === 0 && !demo) throw new UsageError("`--rules FILE` is missing (or try `--demo`)");
  const variable = env[MODE_VARIABLE] || undefined;
  const trust = textOptions(options, "trust");
  const bodyLimit = byteCount(options, "body-limit", DEFAULT_REQUEST_LIMITS.maxBodyBytes);
  return {
    rules: rules.length === 0 ? [DEMO_RULES] : rules,
    partial: options["partial"] === true,
    zone: textOption(options, "zone"),
    terraformVariables: variableOptions(options),
    lists: textOptions(options, "list").map(listOption),
    upstream: upstream === undefined ? undefined : upstreamOption(upstream),
    ...address(textOption(options, "listen") ?? "127.0.0.1:8080"),
    mode: variable === undefined ? oneOf(options, "mode", WAF_MODES) : modeOf(variable),
    modeVariable: variable === undefined ? undefined : MODE_VARIABLE,
    control: textOption(options, "control"),
    failure: oneOf(options, "failure", ["closed", "open"]),
    limitHeaders: limitHeaders(textOption(options, "limit-headers")),
    nilNotEqual: options["nil-not-equal"] === true,
    // The demo shows what the office may do, and the only client there is comes from this machine.
    trust: trust.length === 0 && demo ? ["127.0.0.1", "::1"] : trust,
    clientHeader: textOption(options, "client-header") ?? "x-forwarded-for",
    protocolHeader: textOption(options, "protocol-header"),
    bodyLimit,
    maxInspectedBytes: byteCount(options, "max-inspected-bytes", DEFAULT_REQUEST_LIMITS.maxInspectedBytes),
    maxHeldBytes: heldBytes(options, bodyLimit),
    maxTarpits: count(options, "max-tarpits", DEFAULT_TARPITS),
    maxReplayBytes: replayBytes(options),
    oversize: oneOf(options, "oversize", ["block", "inspect"]),
    unreadableResponse: oneOf(options, "unreadable-response", ["pass", "block"]),
    pathForwarding: oneOf(options, "path-forwarding", ["normalize", "refuse", "keep"]),
    log: textOption(options, "log") ?? "-",
    eventFormat: oneOf(options, "event-format", ["json", "ocsf"]),
    sumEvents: seconds(options, "sum-events", 0),
    sealEvidence: textOption(options, "seal-evidence"),
    metrics: metricsAddress(textOption(options, "metrics")),
    reload: options["no-reload"] !== true,
    timeout: seconds(options, "timeout", 60),
    maxConnections: count(options, "max-connections", 10_000),
    maxClientConnections: count(options, "max-client-connections", 256),
    maxUpstreamConnections: count(options, "max-upstream-connections", 0),
    maxUpstreamQueue: count(options, "max-upstream-queue", 1_024),
    // A request that finds no place at once waits at least this long.
    upstreamQueueTimeout: Math.max(1, seconds(options, "upstream-queue-timeout", 10)),
    grace: seconds(options, "grace", 10),
    verifyUpstream: options["insecure"] !== true,
    geo: textOptions(options, "geo"),
    challengeSecret: textOption(options, "challenge-secret"),
    via: options["no-via"] !== true,
    demo,
  };
}

function modeOf(word: string): WafMode {
  const mode = WAF_MODES.find((known) => known === word);
  if (mode !== undefined) return mode;
  throw new UsageError(`${MODE_VARIABLE} must be ${wordsText(WAF_MODES)}, not \`${word}\``);
}

function oneOf<const Words extends readonly [string, ...string[]]>(
  options: OptionValues,
  name: string,
  words: Words,
): Words[number] {
  const word = textOption(options, name) ?? words[0];
  if (!words.includes(word))
    throw new UsageError(`\`--${name}\` must be ${wordsText(words)}, not \`${word}\``);
  return word;
}

function limitHeaders(word = "ratelimit"): RateLimitHeaders {
  const style = RATE_LIMIT_HEADERS.find((known) => known === word);
  if (style !== undefined) return style;
  throw new UsageError(`\`--limit-headers\` must be ${wordsText(RATE_LIMIT_HEADERS)}, not \`${word}\``);
}

function upstreamOption(text: string): string {
  const url = readUpstream(text);
  if (typeof url === "string") throw new UsageError(`\`--upstream\` ${url}`);
  return text;
}

function metricsAddress(text: string | undefined): ServeSettings["metrics"] {
  return text === undefined ? undefined : address(text, "metrics");
}

function address(text: string, option = "listen"): { readonly host: string; readonly port: number } {
  const match = /^(?:\[([0-9A-Fa-f:.]+)\]|([^:]*)):(\d{1,5})$/.exec(text) ?? /^()()(\d{1,5})$/.exec(text);
  const port = Number(match?.[3]);
  if (match === null || port > 65_535) {
    throw new UsageError(`\`--${option}\` takes HOST:PORT, not \`${text}\``);
  }
  return { host: match[1] || match[2] || "127.0.0.1", port };
}

/** Never less than one body. */
function heldBytes(options: OptionValues, bodyLimit: number): number {
  const most = byteCount(options, "max-held-bytes", Math.max(DEFAULT_HELD_BYTES, bodyLimit));
  if (most >= bodyLimit) return most;
  throw new UsageError(
    `\`--max-held-bytes\` is ${most}, less than the ${bodyLimit} bytes of one body: raise it, or lower \`--body-limit\``,
  );
}

function replayBytes(options: OptionValues): number {
  const most = byteCount(options, "max-replay-bytes", DEFAULT_REPLAY_BYTES);
  if (most <= MAX_REPLAY_BYTES) return most;
  throw new UsageError(`\`--max-replay-bytes\` is at most ${MAX_REPLAY_BYTES}, not ${most}`);
}

function byteCount(options: OptionValues, name: string, usual: number): number {
  const text = textOption(options, name);
  if (text === undefined) return usual;
  const match = /^(\d{1,9})(k|m)?$/i.exec(text);
  if (match === null) throw new UsageError(`\`--${name}\` takes a number of bytes, not \`${text}\``);
  const unit = match[2]?.toLowerCase();
  return Number(match[1]) * (unit === "k" ? 1024 : unit === "m" ? 1_048_576 : 1);
}

function count(options: OptionValues, name: string, usual: number): number {
  const text = textOption(options, name);
  if (text === undefined) return usual;
  if (!/^\d{1,9}$/.test(text)) throw new UsageError(`\`--${name}\` takes a whole number, not \`${text}\``);
  return Number(text);
}

/** In milliseconds. */
function seconds(options: OptionValues, name: string, usual: number): number {
  const text = textOption(options, name);
  if (text === undefined) return usual * 1000;
  if (!/^\d{1,6}(?:\.\d{1,3})?$/.test(text)) {
    throw new UsageError(`\`--${name}\` takes a number of seconds, not \`${text}\``);
  }
  return Math.round(Number(text) * 1000);
}
