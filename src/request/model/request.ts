// On the request path: fields share the work done here. Each part is computed when a field first reads it.

import type { Budget } from "../../language/values/budget.ts";
import { asciiLower, toHex } from "../../language/values/bytes.ts";
import { normalHost } from "../../language/values/hostname.ts";
import { formatIp } from "../../language/values/ip.ts";
import type { IpValue, Value } from "../../language/values/value.ts";
import { hasNoBody, ParsedBody } from "../body/body.ts";
import { argumentTexts, cookieTexts, type DecodedTexts, headerTexts } from "../body/decoded-texts.ts";
import { insideHead, type ValuesInside } from "../body/values-inside.ts";
import { acceptedLanguages } from "../head/accept-language.ts";
import { trimWhiteSpace } from "../head/characters.ts";
import { type ClientAddress, clientAddress, parseNode } from "../head/client-address.ts";
import { type Cookies, parseCookies } from "../head/cookies.ts";
import { type GeoRecord, lookupGeo } from "../head/geo.ts";
import { type HeaderChange, Headers } from "../head/headers.ts";
import { type Pairs, splitPairs } from "../head/pairs.ts";
import { normalizePath, splitTarget, type Target } from "../head/uri.ts";
import type { BodyView, RequestView } from "../view/request-view.ts";
import { NO_BODY } from "../view/request-view.ts";
import { type PreparedRequestOptions, prepareRequestOptions } from "./options.ts";

/** A change to the message that later phases see. */
export type RequestChange =
  /** A path is used as it is, without a query: the caller normalises it; a query is without its question mark. */
  | { readonly part: "path" | "query"; readonly value: string }
  | { readonly part: "headers" | "responseHeaders"; readonly operation: HeaderChange };

/** The decision of the firewall, or its host, on a request, which the fields `wirewall.decision.…` show. */
export interface RequestOutcome {
  /** `allow`, the action that ended the evaluation, or `error` where the firewall or its host failed. */
  readonly action: string;
  /** Status of the answer; undefined: the request or the response passes. */
  readonly status: number | undefined;
  /** Part of the firewall that decided, as in events; `""` when nothing did. */
  readonly service: string;
  /** Ref of the rule that decided; `""` when none did. */
  readonly rule: string;
  /** Refs of the rules that matched, of their rulesets, and what they are about; each once. */
  readonly rules: readonly string[];
  readonly rulesets: readonly string[];
  readonly categories: readonly string[];
}

/** Parts of a request that a rewrite can change. */
export type RewrittenPart = "path" | "query" | "headers" | "responseHeaders";

/**
 * One request as rules see it: an adapter's view, what rewrites made of it, and everything parsed out of it so far.
 *
 * `reset` makes the object ready for the next request, so that engines can keep a pool.
 */
export class WafRequest {
  readonly options: PreparedRequestOptions;
  /** What the adapter shows, never rewritten. */
  view: RequestView;
  /** The time at which the request is evaluated, in milliseconds since 1970: when it arrived, unless its caller says otherwise. */
  now: number;
  /** The decision on the request, while rate limits that read it are counted; else undefined. */
  outcome: RequestOutcome | undefined;
  #rawTarget: Target | undefined;
  #rawHeaders: Headers | undefined;
  #rawArguments: Pairs | undefined;
  #host: string | undefined;
  #path: string | undefined;
  #query: string | undefined;
  #arguments: Pairs | undefined;
  #headers: Headers | undefined;
  #rawResponseHeaders: Headers | undefined;
  #responseHeaders: Headers | undefined;
  #client: ClientAddress | undefined;
  #cookies: Cookies | undefined;
  #argumentTexts: DecodedTexts | undefined;
  #cookieTexts: DecodedTexts | undefined;
  #headerTexts: DecodedTexts | undefined;
  #nested: ValuesInside | undefined;
  #languages: readonly string[] | undefined;
  #geo: GeoRecord | undefined;
  #body: ParsedBody | undefined;
  #bodyView: BodyView | undefined;
  #random: string | undefined;
  #rayId: string | undefined;
  #revision = 0;

  constructor(view: RequestView, options: PreparedRequestOptions = prepareRequestOptions()) {
    this.view = view;
    this.options = options;
    this.now = view.receivedAt;
    this.outcome = undefined;
  }

  /** Forgets everything and shows another view, at a time in milliseconds since 1970. */
  reset(view: RequestView, now: number = view.receivedAt): void {
    this.view = view;
    this.now = now;
    this.outcome = undefined;
    this.#rawTarget = undefined;
    this.#rawHeaders = undefined;
    this.#rawArguments = undefined;
    this.#host = undefined;
    this.#path = undefined;
    this.#query = undefined;
    this.#arguments = undefined;
    this.#headers = undefined;
    this.#rawResponseHeaders = undefined;
    this.#responseHeaders = undefined;
    this.#client = undefined;
    this.#cookies = undefined;
    this.#argumentTexts = undefined;
    this.#cookieTexts = undefined;
    this.#headerTexts = undefined;
    this.#nested = undefined;
    this.#languages = undefined;
    this.#geo = undefined;
    this.#body = undefined;
    this.#bodyView = undefined;
    this.#random = undefined;
    this.#rayId = undefined;
    this.#revision++;
  }

  /** The request as it is now, in an object of its own: for code that may go on when this object shows another one. */
  copy(): WafRequest {
    const copy = new WafRequest(this.view, this.options);
    copy.now = this.now;
    copy.#rawTarget = this.#rawTarget;
    copy.#rawHeaders = this.#rawHeaders;
    copy.#path = this.#path;
    copy.#query = this.#query;
    copy.#headers = this.#headers;
    copy.#rawResponseHeaders = this.#rawResponseHeaders;
    copy.#responseHeaders = this.#responseHeaders;
    copy.#random = this.randomSeed;
    copy.#rayId = this.rayId;
    return copy;
  }

  /** The target as received. */
  get rawTarget(): Target {
    this.#rawTarget ??= splitTarget(this.view.target, this.view.method);
    return this.#rawTarget;
  }

  /** Request headers as received. */
  get rawHeaders(): Headers {
    this.#rawHeaders ??= Headers.fromRaw(this.view.rawHeaders, this.options.limits.maxHeaders);
    return this.#rawHeaders;
  }

  rawArguments(budget: Budget): Pairs {
    this.#rawArguments ??= splitPairs(this.rawTarget.query, this.options.limits.maxArguments, budget);
    return this.#rawArguments;
  }

  /** Normalised or rewritten. */
  get path(): string {
    this.#path ??= normalizePath(this.rawTarget.path, this.options.normalizePath);
    return this.#path;
  }

  get query(): string {
    return this.#query ?? this.rawTarget.query;
  }

  /** Path, and the query with its question mark when there is one. */
  get uri(): string {
    const hasMark =
      this.#query === undefined
        ? this.rawTarget.pathAndQuery.length > this.rawTarget.path.length
        : this.#query !== "";
    return hasMark ? `${this.path}?${this.query}` : this.path;
  }

  get scheme(): string {
    return this.secure ? "https" : "http";
  }

  arguments(budget: Budget): Pairs {
    if (this.#query === undefined) return this.rawArguments(budget);
    this.#arguments ??= splitPairs(this.#query, this.options.limits.maxArguments, budget);
    return this.#arguments;
  }

  /** Request headers with the rewrites of earlier phases. */
  get headers(): Headers {
    return this.#headers ?? this.rawHeaders;
  }

  /** {@link rawHost} in lower case, without port and last dot. */
  get host(): string {
    this.#host ??= normalHost(this.rawHost);
    return this.#host;
  }

  /** As the client sent it: the first Host line, the target's authority failing that. */
  get rawHost(): string {
    return this.rawHeaders.first("host") ?? this.rawTarget.authority ?? "";
  }

  get rawResponseHeaders(): Headers | undefined {
    const response = this.view.response;
    if (response === undefined) return undefined;
    this.#rawResponseHeaders ??= Headers.fromRaw(response.rawHeaders, this.options.limits.maxHeaders);
    return this.#rawResponseHeaders;
  }

  get responseHeaders(): Headers | undefined {
    return this.#responseHeaders ?? this.rawResponseHeaders;
  }

  /** The client's address as text: the peer's as the host gave it, when it is none; `""` when nothing is known. */
  get clientText(): string {
    const { address } = this.client;
    return address === undefined ? (this.view.remoteAddress ?? "") : formatIp(address);
  }

  get client(): ClientAddress {
    this.#client ??= clientAddress(this.view.remoteAddress, this.rawHeaders, {
      trusted: this.options.trusted,
      clientHeader: this.options.clientHeader,
      maxHops: this.options.limits.maxForwardedHops,
    });
    return this.#client;
  }

  /** Whether the client's connection was encrypted, in a trusted proxy's word or the socket's own. */
  get secure(): boolean {
    const header = this.options.protocolHeader;
    if (header === undefined || !this.client.peerTrusted) return this.view.secure;
    const said = this.rawHeaders.all(header).at(-1);
    if (said === undefined) return this.view.secure;
    // The nearest proxy wrote last.
    return asciiLower(trimWhiteSpace(said.slice(said.lastIndexOf(",") + 1))) === "https";
  }

  get localAddress(): IpValue | undefined {
    return this.view.localAddress === undefined ? undefined : parseNode(this.view.localAddress);
  }

  cookies(budget: Budget): Cookies {
    this.#cookies ??= parseCookies(
      this.rawHeaders.joined("cookie", "; "),
      this.options.limits.maxCookies,
      budget,
    );
    return this.#cookies;
  }

  /** The arguments, fully decoded, and the values inside them. */
  argumentTexts(budget: Budget): DecodedTexts {
    this.#argumentTexts ??= argumentTexts(this.arguments(budget), this.options.limits, budget);
    return this.#argumentTexts;
  }

  /** The same of the cookies. */
  cookieTexts(budget: Budget): DecodedTexts {
    this.#cookieTexts ??= cookieTexts(this.cookies(budget), this.options.limits, budget);
    return this.#cookieTexts;
  }

  /** The same of the header lines; nothing for those with cookies. */
  headerTexts(budget: Budget): DecodedTexts {
    this.#headerTexts ??= headerTexts(this.headers, this.options.limits, budget);
    return this.#headerTexts;
  }

  /** Whether a limit kept values inside arguments, cookies or headers from being read. */
  isNestedTruncated(budget: Budget): boolean {
    return (
      this.argumentTexts(budget).isTruncated ||
      this.cookieTexts(budget).isTruncated ||
      this.headerTexts(budget).isTruncated
    );
  }

  /** The values inside arguments, cookies and headers. */
  nested(budget: Budget): ValuesInside {
    this.#nested ??= insideHead(
      this.arguments(budget),
      this.cookies(budget),
      this.headers,
      this.options.limits,
      budget,
    );
    return this.#nested;
  }

  get languages(): readonly string[] {
    this.#languages ??= acceptedLanguages(
      this.rawHeaders.joined("accept-language"),
      this.options.limits.maxLanguages,
    );
    return this.#languages;
  }

  /** Facts about the client's address from the embedder's databases. */
  get geo(): GeoRecord {
    if (this.#geo === undefined) {
      const address = this.client.address;
      this.#geo = address === undefined ? {} : lookupGeo(this.options.geo, address);
    }
    return this.#geo;
  }

  /** Undefined while a body is announced that the host has not handed over. */
  get body(): ParsedBody | undefined {
    const { body, hasBody, method, version } = this.view;
    if (body === undefined && (hasBody ?? !hasNoBody(method, version, this.rawHeaders))) return undefined;
    // A host may hand over a first part and later more of it.
    if (this.#body === undefined || this.#bodyView !== body) {
      this.#body = new ParsedBody(body ?? NO_BODY, this.rawHeaders, this.options.limits);
      this.#bodyView = body;
      this.#revision++;
    }
    return this.#body;
  }

  /**
   * Another number after each change: by {@link reset}, by a rewrite, or because a body arrives. Who keeps what he made of the
   * request keeps the number with it.
   */
  get revision(): number {
    // Looks whether a body has arrived.
    void this.body;
    return this.#revision;
  }

  /** Sixteen unpredictable bytes, the same at every call; undefined without a source of them. */
  get randomSeed(): string | undefined {
    this.#random ??= this.options.random?.(16);
    return this.#random;
  }

  /** Sixteen hexadecimal digits that name the request. */
  get rayId(): string | undefined {
    if (this.#rayId === undefined) {
      const bytes = this.options.random?.(8);
      if (bytes === undefined) return undefined;
      this.#rayId = toHex(bytes);
    }
    return this.#rayId;
  }

  /** A value that only the embedder knows. */
  supplied(name: string): Value | undefined {
    return this.view.supplied?.get(name);
  }

  /**
   * Puts changes into effect and names the parts that they changed; of several to one part the last counts, headers add
   * up. An empty query removes it. `raw.*` fields keep what was received.
   */
  rewrite(changes: readonly RequestChange[]): readonly RewrittenPart[] {
    const changed = new Set<RewrittenPart>();
    this.#revision++;
    const headers: HeaderChange[] = [];
    const responseHeaders: HeaderChange[] = [];
    for (const change of changes) {
      switch (change.part) {
        case "path":
          this.#path = change.value;
          changed.add("path");
          break;
        case "query":
          this.#query = change.value;
          this.#arguments = undefined;
          this.#argumentTexts = undefined;
          this.#nested = undefined;
          changed.add("query");
          break;
        case "headers":
          headers.push(change.operation);
          break;
        case "responseHeaders":
          responseHeaders.push(change.operation);
      }
    }
    if (headers.length > 0) {
      this.#headers = this.headers.with(headers);
      this.#headerTexts = undefined;
      this.#nested = undefined;
      changed.add("headers");
    }
    const response = this.responseHeaders;
    if (responseHeaders.length > 0 && response !== undefined) {
      this.#responseHeaders = response.with(responseHeaders);
      changed.add("responseHeaders");
    }
    return [...changed];
  }
}
