import type { ChallengeProvider } from "../engine/decision/challenge-provider.ts";
import { tell } from "../engine/decision/failure.ts";
import type { WafMetrics } from "../engine/events/metrics.ts";
import type { HostFacts } from "../engine/firewall/waf.ts";
import { WAF_OPTION_NAMES } from "../engine/options/options.ts";
import type { RenderOptions } from "../engine/respond/render.ts";
import { MisuseError } from "../language/diagnostics/misuse.ts";
import { checkOptionNames, type NamesOf, type OptionNames } from "../language/diagnostics/option-names.ts";
import {
  checkFunction,
  checkText,
  checkWord,
  milliseconds,
  shownValue,
  wholeNumber,
} from "../language/diagnostics/option-values.ts";
import { CLIENT_OPTION_NAMES, type ClientAddressOptions } from "../request/model/options.ts";
import { isSendableLine } from "./sendable.ts";

/** How refusals look. */
export type PageOptions = Omit<RenderOptions, "provider">;

/**
 * Options of every host. Settings of the firewall, its limits and its failure mode included, hosts read from the
 * firewall.
 */
export interface HostOptions {
  /**
   * Bytes of a request body that are held for rules, after content codings are decoded; at most the firewall's
   * `limits.request.maxBodyBytes`, which is the default.
   */
  readonly bodyLimit?: number;
  /** Milliseconds in which the client must send the inspected part of its body; default 30,000. */
  readonly bodyTimeout?: number;
  /**
   * Bytes of request bodies that are held at once, for rules and for challenges, over all requests of this host, decoded
   * content included; at least {@link bodyLimit}. A request whose body does not fit gets 503 with `Retry-After`,
   * or 413 when it alone exceeds the limit: a coded body may take twice {@link bodyLimit}. All requests of one client, an IPv4 address
   * or an IPv6 network of 64 bits, hold at most half of them, except a single request; proxies that the firewall trusts, and
   * clients whose address the host does not know, have no such limit. Default 256 MiB.
   */
  readonly maxHeldBytes?: number;
  /**
   * What happens to a body of which rules see only a part, because it is longer than {@link bodyLimit} or the limits of
   * the firewall, or in an unknown content coding; to more header lines than {@link maxHeaders}; and to more arguments or
   * cookies than the firewall's `limits.request.maxArguments` and `maxCookies`. `block` rejects the request with 413 or 415,
   * with 431, for arguments with 414. `inspect` leaves it to rules: `wirewall.request.body.outcome`,
   * `http.request.headers.truncated` and the anomalies `too_many_arguments` and `too_many_cookies`. Default: the
   * firewall's own `oversize`.
   */
  readonly oversize?: "block" | "inspect";
  /** Header lines that rules see; at most the firewall's `limits.request.maxHeaders`, which is the default. */
  readonly maxHeaders?: number;
  /** Wording, contact and pages of blocked and rejected requests. */
  readonly pages?: PageOptions;
  /**
   * Called with what the firewall, the embedder's code or the upstream throws, and the reference id, or `""` when there
   * is none. A counter store, a challenge provider or a field's loader that fails while a request is evaluated is an
   * `EvaluationError`, once for each request. What it throws is ignored.
   */
  readonly onError?: (error: unknown, reference: string) => void;
  /** Belongs to `createWaf`; accepted here only with the same value. */
  readonly failure?: "closed" | "open";
  /** Belongs to `createWaf`; accepted here only with the same value. */
  readonly challenge?: ChallengeProvider;
  /** Belongs to `createWaf`; accepted here only with the same value. */
  readonly metrics?: WafMetrics;
  /** Belongs to `createWaf`; accepted here only with the same value. */
  readonly client?: ClientAddressOptions;
}

/** Options of hosts that show the firewall responses. */
export interface ResponseOptions {
  /** Bytes of a response body that rules see, decoded; default the firewall's `limits.request.maxInspectedBytes`, at most its `maxBodyBytes`. */
  readonly responseBodyLimit?: number;
  /** Milliseconds for which a response is held back so that rules can read its body; default 5,000. */
  readonly responseHoldTime?: number;
  /**
   * What happens to a response of which rules that read its body see only a part, or nothing: because of its content coding,
   * its length, partial content, an event stream, or {@link responseHoldTime}. `pass` (default) sends it; rules and the event
   * report it in `wirewall.response.body.outcome`. `block` answers 502. Images and other bytes pass either way.
   */
  readonly unreadableResponse?: "pass" | "block";
}

/** {@link HostOptions} and {@link ResponseOptions} with every default filled in. */
export interface ResolvedHostOptions {
  readonly bodyLimit: number;
  readonly bodyTimeout: number;
  readonly maxHeldBytes: number;
  readonly oversize: "block" | "inspect";
  readonly maxHeaders: number;
  readonly responseBodyLimit: number;
  readonly responseHoldTime: number;
  readonly unreadableResponse: "pass" | "block";
  readonly render: RenderOptions;
  /** Never throws. */
  readonly onError: (error: unknown, reference: string) => void;
}

const DEFAULT_BODY_TIMEOUT = 30_000;
const DEFAULT_HOLD_TIME = 5_000;
/** Bytes of bodies that a host holds at once. */
export const DEFAULT_HELD_BYTES = 268_435_456;

const PAGE_OPTION_NAMES: NamesOf<PageOptions> = {
  referenceHeader: true,
  wording: true,
  contact: true,
  asset: true,
};

const HOST_OPTION_NAMES: NamesOf<HostOptions> = {
  bodyLimit: true,
  bodyTimeout: true,
  maxHeldBytes: true,
  oversize: true,
  maxHeaders: true,
  pages: PAGE_OPTION_NAMES,
  onError: true,
  failure: true,
  challenge: true,
  metrics: true,
  client: CLIENT_OPTION_NAMES,
};

/** Names of the options that a host has besides those of every host. */
export type OwnNames<Options extends HostOptions> = NamesOf<Omit<Options, keyof HostOptions>>;

/**
 * @param ownNames options that the host has besides those of every host.
 * @throws MisuseError `E_OPTION_UNKNOWN` for a name that the host does not have, `E_OPTION` for an option that
 *   contradicts the firewall's or has a value that makes no sense.
 */
export function resolveHostOptions(
  firewall: HostFacts,
  options: HostOptions & ResponseOptions,
  ownNames: OptionNames,
): ResolvedHostOptions {
  checkOptionNames(options, { ...HOST_OPTION_NAMES, ...ownNames }, "", {
    names: WAF_OPTION_NAMES,
    owner: "`createWaf`",
  });
  agrees("failure", options.failure, firewall.failure);
  agrees("challenge", options.challenge, firewall.challenge);
  agrees("metrics", options.metrics, firewall.metrics);
  if (options.client !== undefined && !isSameClient(options.client, firewall.client)) contradicts("client");
  const { oversize = firewall.oversize, onError } = options;
  checkWord("oversize", oversize, ["block", "inspect"]);
  const { unreadableResponse = "pass" } = options;
  checkWord("unreadableResponse", unreadableResponse, ["pass", "block"]);
  checkFunction("onError", onError);
  checkReferenceHeader(options.pages?.referenceHeader);
  checkFunction("pages.wording", options.pages?.wording);
  checkFunction("pages.asset", options.pages?.asset);
  checkText("pages.contact", options.pages?.contact);
  const { maxBodyBytes, maxInspectedBytes, maxHeaders } = firewall.request.limits;
  const bodyLimit = atMost("bodyLimit", options.bodyLimit, maxBodyBytes, "maxBodyBytes");
  return Object.freeze<ResolvedHostOptions>({
    bodyLimit,
    maxHeldBytes: heldBytes(options.maxHeldBytes, bodyLimit),
    bodyTimeout: milliseconds("bodyTimeout", options.bodyTimeout ?? DEFAULT_BODY_TIMEOUT),
    oversize,
    maxHeaders: atMost("maxHeaders", options.maxHeaders, maxHeaders, "maxHeaders"),
    responseBodyLimit: atMost(
      "responseBodyLimit",
      options.responseBodyLimit ?? Math.min(maxInspectedBytes, maxBodyBytes),
      maxBodyBytes,
      "maxBodyBytes",
    ),
    responseHoldTime: milliseconds("responseHoldTime", options.responseHoldTime ?? DEFAULT_HOLD_TIME),
    unreadableResponse,
    render: { ...options.pages, provider: firewall.challenge },
    onError: (error, reference) => tell(() => onError?.(error, reference)),
  });
}

function checkReferenceHeader(name: unknown): void {
  if (name === undefined || name === false || (typeof name === "string" && isSendableLine(name, ""))) return;
  throw new MisuseError(
    "E_OPTION",
    `\`pages.referenceHeader\` must be the name of a header or \`false\`, not ${shownValue(name)}`,
  );
}

function agrees(name: string, given: unknown, own: unknown): void {
  if (given !== undefined && given !== own) contradicts(name);
}

function contradicts(name: string): never {
  throw new MisuseError(
    "E_OPTION",
    `\`${name}\` contradicts the firewall's own \`${name}\`: give it to \`createWaf\` and leave it out here`,
  );
}

function isSameClient(given: ClientAddressOptions, own: ClientAddressOptions | undefined): boolean {
  const text = ({ trust = [], header = "x-forwarded-for", protocolHeader }: ClientAddressOptions): string =>
    JSON.stringify([trust, header.toLowerCase(), protocolHeader?.toLowerCase()]);
  return text(given) === text(own ?? {});
}

/** By default never less than one body. */
function heldBytes(value: number | undefined, bodyLimit: number): number {
  const most = wholeNumber("maxHeldBytes", value ?? Math.max(DEFAULT_HELD_BYTES, bodyLimit), 0);
  if (most >= bodyLimit) return most;
  throw new MisuseError(
    "E_OPTION",
    `\`maxHeldBytes\` is ${most}, less than the ${bodyLimit} bytes of one body: raise it, or lower \`bodyLimit\``,
  );
}

function atMost(name: string, value: number | undefined, most: number, limit: string): number {
  const given = wholeNumber(name, value ?? most, 0);
  if (given <= most) return given;
  throw new MisuseError(
    "E_OPTION",
    `\`${name}\` is ${given}, but the firewall reads only ${most}: raise \`limits.request.${limit}\` of \`createWaf\``,
  );
}
