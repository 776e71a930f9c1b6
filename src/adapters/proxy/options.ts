import type { Waf } from "../../engine/firewall/waf.ts";
import type { HostOptions, OwnNames, ResponseOptions } from "../../host/options.ts";
import { isSendableText } from "../../host/sendable.ts";
import { MisuseError } from "../../language/diagnostics/misuse.ts";
import {
  checkFunction,
  checkMethods,
  checkWord,
  LONGEST_WAIT,
  milliseconds,
  wholeNumber,
} from "../../language/diagnostics/option-values.ts";
import type { NodeFacts } from "../node/incoming.ts";
import type { TarpitOption } from "../node/tarpit.ts";
import type { Forwarder, ForwarderOptions } from "./forwarder.ts";

/** Options of {@link createProxy}. */
export interface ProxyOptions extends Omit<HostOptions, "onError">, ResponseOptions, TarpitOption {
  /** The firewall; it also defines the failure mode, the challenge provider and the trusted proxies. */
  readonly waf: Waf;
  /** Where requests go: scheme, host, port, and a path to put in front. */
  readonly upstream: string | URL;
  /** Milliseconds in which the upstream must answer; 0: no limit; default 60,000. */
  readonly upstreamTimeout?: number;
  /** Whether the certificate of an https upstream must be valid; default true. */
  readonly verifyUpstream?: boolean;
  /**
   * Requests that one upstream gets at once; default 0: no limit. Upgraded connections, event streams and requests whose
   * body is still arriving are at most half of them. One client, an IPv4 address or an IPv6 network of 64 bits, has at most
   * half of either, rounded up, also while no other client sends requests; of two it may have both, and a proxy that the firewall trusts
   * may have all. Others wait, and get 503 when they wait too long.
   */
  readonly maxUpstreamConnections?: number;
  /**
   * Requests that may wait while {@link maxUpstreamConnections} are under way; others get 503; default 1,024. Upgrades and
   * requests whose body is still arriving are at most half of them. Clients, by IPv4 address or IPv6 network of 64 bits, take
   * turns, and in a full queue the one that has the most makes room for others.
   */
  readonly maxUpstreamQueue?: number;
  /** Milliseconds that a request may wait for the upstream; default 10,000. */
  readonly upstreamQueueTimeout?: number;
  /** Connections of clients that may be open at once; others are closed; 0: no limit; default 10,000. */
  readonly maxConnections?: number;
  /**
   * Connections of one client, an IPv4 address or an IPv6 network of 64 bits, that may be open at once; others get 503
   * and are closed. The last quarter is for one short request each: no WebSocket, no event stream. 0: no limit; default
   * 256. Proxies that the firewall trusts have no such limit.
   */
  readonly maxClientConnections?: number;
  /**
   * Called with errors of upstreams and of the firewall, and the reference id or `""`. A counter store, a challenge provider
   * or a field's loader that fails while a request is evaluated is an `EvaluationError`, once for each request. What it throws
   * is ignored.
   */
  readonly onError?: (error: Error, reference: string) => void;
  /**
   * Which path the upstream gets when no rule rewrites it. `normalize` (default): the one that rules saw, as the
   * firewall's `normalizePath` makes it. `refuse`: the same, but a path with dot segments, encoded dots or backslashes is rejected
   * with 400. `keep`: the path as received, of which rules see the normal form.
   */
  readonly pathForwarding?: "normalize" | "refuse" | "keep";
  /** The name in the `Via` header that upstreams get (RFC 9110 §7.6.3); `false`: none. Default `wirewall`. */
  readonly via?: string | false;
  /** Forwards requests; default: an `HttpForwarder`, whose options all those of upstreams are. */
  readonly forwarder?: Forwarder;
  /** Facts that only the embedder knows; what it throws counts as a failure of the firewall. */
  readonly facts?: NodeFacts;
}

/** Names of the options that are not those of every host. */
export const PROXY_OPTION_NAMES: OwnNames<Omit<ProxyOptions, "onError">> = {
  responseBodyLimit: true,
  responseHoldTime: true,
  unreadableResponse: true,
  waf: true,
  upstream: true,
  upstreamTimeout: true,
  verifyUpstream: true,
  maxUpstreamConnections: true,
  maxUpstreamQueue: true,
  upstreamQueueTimeout: true,
  maxConnections: true,
  maxClientConnections: true,
  via: true,
  pathForwarding: true,
  forwarder: true,
  facts: true,
  maxTarpits: true,
};

/** The upstream's URL. @throws MisuseError `E_OPTION` for what {@link readUpstream} does not take. */
export function upstreamUrl(upstream: string | URL): URL {
  const url = readUpstream(upstream);
  if (typeof url === "string") throw new MisuseError("E_OPTION", `\`upstream\` ${url}`);
  return url;
}

/** An http or https URL without a query or a fragment, which no request would carry; else a text: what is wrong with it. */
export function readUpstream(upstream: string | URL): URL | string {
  const url = URL.canParse(String(upstream)) ? new URL(upstream) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol))
    return `must be an http or https URL, not \`${String(upstream)}\``;
  if (url.search === "" && url.hash === "") return url;
  return `has a ${url.search === "" ? "fragment" : "query"}, which requests would not include: leave it out`;
}

/** @throws MisuseError `E_OPTION` for values that make no sense, alone or beside one another. */
export function checkProxyOptions(options: ProxyOptions): void {
  const { forwarder, via } = options;
  checkFunction("facts", options.facts);
  checkMethods("forwarder", forwarder, ["forward", "upgrade"]);
  const ofForwarder = upstreamOptions(options);
  if (via !== undefined && via !== false && (typeof via !== "string" || !isSendableText(via))) {
    throw new MisuseError("E_OPTION", "`via` must be the name of the proxy or `false`");
  }
  checkWord("pathForwarding", options.pathForwarding ?? "normalize", ["normalize", "refuse", "keep"]);
  checkCount("maxConnections", options.maxConnections);
  checkCount("maxClientConnections", options.maxClientConnections);
  if (forwarder === undefined) return;
  for (const [name, value] of Object.entries(ofForwarder)) {
    if (value === undefined) continue;
    throw new MisuseError(
      "E_OPTION",
      `\`${name}\` has no effect beside a \`forwarder\`: leave one of them out`,
    );
  }
}

/** The options that are those of the default forwarder. @throws MisuseError `E_OPTION` for values that make no sense. */
function upstreamOptions(options: ProxyOptions) {
  const { upstreamTimeout, verifyUpstream, maxUpstreamConnections, maxUpstreamQueue, upstreamQueueTimeout } =
    options;
  if (verifyUpstream !== undefined && typeof verifyUpstream !== "boolean") {
    throw new MisuseError("E_OPTION", "`verifyUpstream` must be `true` or `false`");
  }
  if (upstreamTimeout !== undefined) milliseconds("upstreamTimeout", upstreamTimeout);
  checkCount("maxUpstreamConnections", maxUpstreamConnections);
  checkCount("maxUpstreamQueue", maxUpstreamQueue);
  if (upstreamQueueTimeout !== undefined)
    wholeNumber("upstreamQueueTimeout", upstreamQueueTimeout, 1, LONGEST_WAIT);
  return { upstreamTimeout, verifyUpstream, maxUpstreamConnections, maxUpstreamQueue, upstreamQueueTimeout };
}

function checkCount(name: string, value: unknown): void {
  if (value !== undefined) wholeNumber(name, value, 0);
}

/** The same options under the names that the forwarder has for them. */
export function forwarderOptions(options: ProxyOptions): ForwarderOptions {
  return {
    timeout: options.upstreamTimeout,
    verify: options.verifyUpstream,
    maxConnections: options.maxUpstreamConnections,
    maxQueue: options.maxUpstreamQueue,
    queueTimeout: options.upstreamQueueTimeout,
  };
}
