import { wordsText } from "../../language/diagnostics/option-values.ts";
import { isListName } from "../../language/scheme/scheme.ts";
import { type OptionSpec, type OptionValues, textOption, textOptions, UsageError } from "../command.ts";
import { GEO_OPTION } from "../geo-databases.ts";
import { DEMO_RULES } from "./demo.ts";

/** What `wirewall serve` was asked to do. */
export interface ServeSettings {
  readonly rules: readonly string[];
  /** Files of named lists, an item per line. */
  readonly lists: readonly { readonly name: string; readonly path: string }[];
  /** Undefined: the demo's own site. */
  readonly upstream: string | undefined;
  readonly host: string;
  readonly port: number;
  readonly mode: "enforce" | "observe";
  readonly failure: "closed" | "open";
  readonly trust: readonly string[];
  readonly clientHeader: string;
  readonly bodyLimit: number;
  readonly oversize: "block" | "inspect";
  /** A file, or `-` for the standard output. */
  readonly log: string;
  readonly reload: boolean;
  readonly timeout: number;
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

export const SERVE_OPTIONS: Readonly<Record<string, OptionSpec>> = {
  rules: { type: "string", multiple: true, value: "FILE|DIRECTORY", summary: "rules; may be repeated" },
  list: {
    type: "string",
    multiple: true,
    value: "NAME=FILE",
    summary: "a list that rules name as $NAME: an item per line, `#` begins a comment",
  },
  upstream: { type: "string", value: "URL", summary: "where requests go" },
  listen: { type: "string", value: "HOST:PORT", summary: "default 127.0.0.1:8080" },
  mode: {
    type: "string",
    value: "MODE",
    summary: "enforce (default), or observe: judge and log, refuse nothing",
  },
  failure: {
    type: "string",
    value: "WAY",
    summary: "when the firewall itself fails: closed (default, 503) or open (pass)",
  },
  trust: {
    type: "string",
    multiple: true,
    value: "CIDR",
    summary: "proxies whose forwarding header is believed; default none; may be repeated",
  },
  "client-header": {
    type: "string",
    value: "NAME",
    summary: "the header that those proxies write; default x-forwarded-for",
  },
  "body-limit": {
    type: "string",
    value: "BYTES",
    summary: "bytes of a body that rules see; default 131072; `64k` and `1m` are understood",
  },
  oversize: {
    type: "string",
    value: "WAY",
    summary: "longer bodies that rules want to read: block (default, 413) or inspect (the first part)",
  },
  log: {
    type: "string",
    value: "FILE",
    summary: "events as JSON lines; `-` (default) is the standard output",
  },
  timeout: { type: "string", value: "SECONDS", summary: "for the upstream's answer; default 60" },
  grace: { type: "string", value: "SECONDS", summary: "for running requests at the end; default 10" },
  geo: GEO_OPTION,
  "challenge-secret": {
    type: "string",
    value: "FILE",
    summary:
      "signs challenges: 16 bytes or more, a line each; the first signs, all verify; or WIREWALL_CHALLENGE_SECRET",
  },
  "no-via": { type: "boolean", summary: "send upstreams no Via header" },
  "no-reload": { type: "boolean", summary: "do not watch the rules' files; SIGHUP still reads them again" },
  insecure: { type: "boolean", summary: "accept any certificate of an https upstream" },
  demo: { type: "boolean", summary: "the quick-start rules in front of a small built-in site" },
};

/** @throws UsageError */
export function serveSettings(options: OptionValues): ServeSettings {
  const demo = options["demo"] === true;
  const upstream = textOption(options, "upstream");
  if (upstream === undefined && !demo) throw new UsageError("`--upstream URL` is missing (or try `--demo`)");
  const given = textOptions(options, "rules");
  if (given.length === 0 && !demo) throw new UsageError("`--rules FILE` is missing (or try `--demo`)");
  const mode = oneOf(options, "mode", ["enforce", "observe"]);
  const trust = textOptions(options, "trust");
  return {
    rules: given.length === 0 ? [DEMO_RULES] : given,
    lists: textOptions(options, "list").map(listOption),
    upstream: upstream === undefined ? undefined : httpUrl(upstream),
    ...address(textOption(options, "listen") ?? "127.0.0.1:8080"),
    mode,
    failure: oneOf(options, "failure", ["closed", "open"]),
    // The demo shows what the office may do, and the only client there is comes from this machine.
    trust: trust.length === 0 && demo ? ["127.0.0.1", "::1"] : trust,
    clientHeader: textOption(options, "client-header") ?? "x-forwarded-for",
    bodyLimit: byteCount(textOption(options, "body-limit") ?? "131072"),
    // Who only watches does not refuse long bodies either.
    oversize: mode === "observe" ? "inspect" : oneOf(options, "oversize", ["block", "inspect"]),
    log: textOption(options, "log") ?? "-",
    reload: options["no-reload"] !== true,
    timeout: seconds(options, "timeout", 60),
    grace: seconds(options, "grace", 10),
    verifyUpstream: options["insecure"] !== true,
    geo: textOptions(options, "geo"),
    challengeSecret: textOption(options, "challenge-secret"),
    via: options["no-via"] !== true,
    demo,
  };
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

/** A list named on the command line. @throws UsageError */
export function listOption(text: string): { readonly name: string; readonly path: string } {
  const equals = text.indexOf("=");
  const name = text.slice(0, Math.max(0, equals)).replace(/^\$/, "");
  if (equals <= 0 || !isListName(name)) {
    throw new UsageError(`\`--list\` takes NAME=FILE with a lower-case name, not \`${text}\``);
  }
  return { name, path: text.slice(equals + 1) };
}

function httpUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    throw new UsageError(`\`--upstream\` takes an http or https URL, not \`${text}\``);
  }
  return text;
}

function address(text: string): { readonly host: string; readonly port: number } {
  const match = /^(?:\[([0-9A-Fa-f:.]+)\]|([^:]*)):(\d{1,5})$/.exec(text) ?? /^()()(\d{1,5})$/.exec(text);
  const port = Number(match?.[3]);
  if (match === null || port > 65_535) {
    throw new UsageError(`\`--listen\` takes HOST:PORT, not \`${text}\``);
  }
  return { host: match[1] || match[2] || "127.0.0.1", port };
}

function byteCount(text: string): number {
  const match = /^(\d{1,9})(k|m)?$/i.exec(text);
  if (match === null) throw new UsageError(`\`--body-limit\` takes a number of bytes, not \`${text}\``);
  const unit = match[2]?.toLowerCase();
  return Number(match[1]) * (unit === "k" ? 1024 : unit === "m" ? 1_048_576 : 1);
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
