// Options that commands have, apart from what reads them: help and mistakes need nothing else.
import type { OptionSpec } from "./command.ts";

/** How commands are told of a request. */
export const REQUEST_OPTIONS: Readonly<Record<string, OptionSpec>> = {
  request: {
    type: "string",
    short: "r",
    value: "FILE",
    summary: "an HTTP message, a curl command or JSON; `-` for stdin; or METHOD URL in its place",
  },
  method: { type: "string", short: "X", value: "METHOD", summary: "default GET, or POST with a body" },
  url: { type: "string", value: "URL", summary: "absolute, or a path with its query" },
  header: { type: "string", short: "H", multiple: true, value: "'Name: value'", summary: "may be repeated" },
  body: { type: "string", short: "d", value: "TEXT", summary: "the body's text; @FILE for a file's bytes" },
  ip: { type: "string", value: "ADDRESS", summary: "the client's address" },
  set: {
    type: "string",
    multiple: true,
    value: "FIELD=VALUE",
    summary: "a field's value, in place of the request's; may be repeated",
  },
};

/** `--request GET /a` as one word; files that are called like a method are named with their folder. */
export function joinRequestLine(args: readonly string[]): readonly string[] {
  const at = args.findIndex(
    (word, index) =>
      (word === "--request" || word === "-r") &&
      /^[A-Z]{3,}$/.test(args[index + 1] ?? "") &&
      /^(?:\/|\*$|https?:)/i.test(args[index + 2] ?? ""),
  );
  if (at === -1 || args.slice(0, at).includes("--")) return args;
  return [...args.slice(0, at + 1), `${args[at + 1]} ${args[at + 2]}`, ...args.slice(at + 3)];
}

export const GEO_OPTION: OptionSpec = {
  type: "string",
  multiple: true,
  value: "FILE.mmdb",
  summary:
    "a MaxMind-format database of countries or networks; may be repeated, the first that has a value is used",
};

export const TRUST_OPTION: OptionSpec = {
  type: "string",
  multiple: true,
  value: "CIDR",
  summary: "proxies whose forwarding headers are trusted; default none; may be repeated",
};

export const PROTOCOL_HEADER_OPTION: OptionSpec = {
  type: "string",
  value: "NAME",
  summary: "the header in which those proxies send `https`, such as x-forwarded-proto; default none",
};

export const VAR_OPTION: OptionSpec = {
  type: "string",
  multiple: true,
  value: "NAME=VALUE",
  summary: "a variable of the Terraform configuration; may be repeated, and overrides files",
};

export const NIL_NOT_EQUAL_OPTION: OptionSpec = {
  type: "boolean",
  summary: "`ne` is true for a missing value, as in wirefilter; by default comparisons with one are false",
};

export const PARTIAL_OPTION: OptionSpec = {
  type: "boolean",
  summary: "leave out faulty rules, rulesets and lists, report them, and use the rest",
};

export const ZONE_OPTION: OptionSpec = {
  type: "string",
  value: "NAME",
  summary: "the zone of an account's export, by name or id; rules of the account stay",
};

export const LIST_OPTION: OptionSpec = {
  type: "string",
  multiple: true,
  value: "NAME=FILE",
  summary: "a list that rules name as $NAME: an item per line, CSV, JSON or YAML, by file extension",
};

export const SERVE_OPTIONS: Readonly<Record<string, OptionSpec>> = {
  rules: { type: "string", multiple: true, value: "FILE|DIRECTORY", summary: "rules; may be repeated" },
  list: LIST_OPTION,
  upstream: { type: "string", value: "URL", summary: "where requests are forwarded" },
  listen: { type: "string", value: "HOST:PORT", summary: "default 127.0.0.1:8080" },
  mode: {
    type: "string",
    value: "MODE",
    summary:
      "enforce (default); observe: evaluate and log, block nothing; off: skip security phases; WIREWALL_MODE overrides it",
  },
  control: {
    type: "string",
    value: "SOCKET",
    summary: "a Unix socket for `wirewall control`: modes, rollback, limits; default none",
  },
  "limit-headers": {
    type: "string",
    value: "STYLE",
    summary:
      "rate limit headers in responses: ratelimit (default: RateLimit, RateLimit-Policy), x-ratelimit (X-RateLimit-*), both or none",
  },
  failure: {
    type: "string",
    value: "WAY",
    summary: "when the firewall itself fails: closed (default, 503) or open (pass)",
  },
  "nil-not-equal": NIL_NOT_EQUAL_OPTION,
  partial: PARTIAL_OPTION,
  zone: ZONE_OPTION,
  var: VAR_OPTION,
  trust: TRUST_OPTION,
  "client-header": {
    type: "string",
    value: "NAME",
    summary: "the header in which those proxies name their client; default x-forwarded-for",
  },
  "protocol-header": PROTOCOL_HEADER_OPTION,
  "body-limit": {
    type: "string",
    value: "BYTES",
    summary: "bytes of a body that are held for rules; default 13107200; suffixes as in `64k` and `1m`",
  },
  "max-inspected-bytes": {
    type: "string",
    value: "BYTES",
    summary: "of a body's text that rules read, without contents of uploaded files; default 160k",
  },
  "max-held-bytes": {
    type: "string",
    value: "BYTES",
    summary:
      "of bodies that are held at once, over all requests; default 256m, at least --body-limit; then 503",
  },
  "max-tarpits": {
    type: "string",
    value: "N",
    summary: "requests that `tarpit` rules hold at once; default 1024; further ones are dropped",
  },
  "max-replay-bytes": {
    type: "string",
    value: "BYTES",
    summary: "of the longest body that a challenge keeps and replays; default 64k, at most 1m; 0: none",
  },
  oversize: {
    type: "string",
    value: "WAY",
    summary: "longer bodies that rules read: block (default, 413) or inspect (the first part)",
  },
  "unreadable-response": {
    type: "string",
    value: "WAY",
    summary:
      "responses that rules read but cannot see, or only in part: pass (default) or block (502); images pass either way",
  },
  "path-forwarding": {
    type: "string",
    value: "WAY",
    summary:
      "the path that upstreams get: normalize (default: as rules saw it), refuse (400 for dot segments), keep (as received)",
  },
  log: {
    type: "string",
    value: "FILE",
    summary: "events as JSON lines; `-` (default) is the standard output",
  },
  "event-format": {
    type: "string",
    value: "FORMAT",
    summary: "of events: json (default), or ocsf: HTTP Activity, class 4002 of OCSF 1.6.0",
  },
  "sum-events": {
    type: "string",
    value: "SECONDS",
    summary:
      "equal events become two lines: the first, and after this time one that counts the rest; default 0: a line each",
  },
  "seal-evidence": {
    type: "string",
    value: "KEY",
    summary:
      "public key of `unseal --new-key`: events have what matched sealed for its holder; default: none",
  },
  metrics: {
    type: "string",
    value: "[HOST:]PORT",
    summary: "serve metrics for Prometheus under /metrics; the host is 127.0.0.1 unless given; default: none",
  },
  timeout: { type: "string", value: "SECONDS", summary: "for the upstream's answer; default 60" },
  "max-connections": {
    type: "string",
    value: "NUMBER",
    summary: "of clients, in all; default 10000, 0: no limit; others are closed",
  },
  "max-client-connections": {
    type: "string",
    value: "NUMBER",
    summary:
      "of one IPv4 address or IPv6 /64 that is not a trusted proxy; default 256, 0: no limit; others get 503",
  },
  "max-upstream-connections": {
    type: "string",
    value: "NUMBER",
    summary: "requests that the upstream gets at once; default 0: no limit; others wait",
  },
  "max-upstream-queue": {
    type: "string",
    value: "NUMBER",
    summary: "requests that may wait for the upstream; default 1024; others get 503",
  },
  "upstream-queue-timeout": {
    type: "string",
    value: "SECONDS",
    summary: "longest wait for the upstream; default 10; then 503",
  },
  grace: { type: "string", value: "SECONDS", summary: "for running requests when serve stops; default 10" },
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
