import { MisuseError } from "../../language/diagnostics/misuse.ts";
import { utf8Encode } from "../../language/values/bytes.ts";
import { isPromise } from "../../rules/ratelimit/counter-store.ts";
import { unheard } from "../../rules/ratelimit/wait.ts";
import type {
  BlockResponse,
  HeaderLines,
  ResponseBody,
  ResponseFormat,
  ResponseVariants,
} from "../../rules/ruleset/actions/control.ts";
import type {
  ChallengeProvider,
  ChallengeRequest,
  ChallengeResponse,
  Sent,
} from "../decision/challenge-provider.ts";
import type {
  AnyDecision,
  ChallengeDecision,
  RedirectDecision,
  RefusalFacts,
  ServeErrorDecision,
} from "../decision/decision.ts";
import { atOnce } from "../decision/failure.ts";
import { pickFormat } from "./accept.ts";
import { headerText, locationText } from "./escape.ts";
import { type AnswerFacts, Filler } from "./fill.ts";
import {
  GRPC_PERMISSION_DENIED,
  GRPC_RESOURCE_EXHAUSTED,
  GRPC_UNAVAILABLE,
  grpcContentType,
  grpcStatusOf,
  grpcTrailers,
} from "./grpc.ts";
import { ownPage, type PageWording, rejectionWordingOf, wordingOf } from "./own-page.ts";

export type HeaderPairs = readonly (readonly [name: string, value: string])[];

/** The parts of the request that determine the form of an answer. */
export interface RenderRequest {
  /** Method of the request; HEAD gets no body. */
  readonly method: string;
  /** All `Accept` lines joined by commas; absent or `""` when there is none. */
  readonly accept?: string | undefined;
  /** `Content-Type` of the request; absent or `""` when there is none. */
  readonly contentType?: string | undefined;
  /** Whether a script sent it, which cannot show a page; by default what the content type says. What `accept` names counts more. */
  readonly script?: boolean | undefined;
  /** For placeholders in the content of rules; called when one wants it. Absent: they are empty. */
  readonly facts?: (() => AnswerFacts) | undefined;
  /** For challenges. */
  readonly challenge?: ChallengeRequest | undefined;
  /** For challenges: what the request is besides its address. */
  readonly sent?: Sent | undefined;
}

/** How answers look. */
export interface RenderOptions {
  /** Header that carries the reference id; `false` sends none. Default `x-wirewall-reference`. */
  readonly referenceHeader?: string | false | undefined;
  /** Poses challenges; without one a challenge is a refusal with status 403. */
  readonly provider?: ChallengeProvider | undefined;
  /** Other wording for the engine's own pages; undefined keeps the usual one. */
  readonly wording?: ((status: number) => PageWording | undefined) | undefined;
  /** Whom the engine's own pages name to ask, as text: an address or a URL. */
  readonly contact?: string | undefined;
  /** Content of an asset that a `serve_error` rule names; undefined shows the engine's own page. */
  readonly asset?: ((name: string) => ResponseBody | undefined) | undefined;
}

/** An answer, ready for any host. Names are in lower case; strings are bytes. */
export interface RenderedResponse {
  /** Status code. */
  readonly status: number;
  /** Header lines in order, `content-length` included. */
  readonly headers: HeaderPairs;
  /** Empty for HEAD; `content-length` then says what GET would have got. */
  readonly body: string;
  /**
   * Only for gRPC, where the body is empty: these belong into the head block, as gRPC's trailers-only form, or behind
   * it as trailers.
   */
  readonly trailers?: HeaderPairs;
}

const DEFAULT_REFERENCE_HEADER = "x-wirewall-reference";
/** Tells scripts that a challenge is in the way, whatever the body is. */
const MITIGATED_HEADER = "x-wirewall-mitigated";

/**
 * The answer for a decision; undefined when it passes the request (or the response). For a connection that a rule
 * closes, the answer in place of that. Never throws.
 */
export function renderDecision(
  decision: AnyDecision,
  request: RenderRequest,
  options: RenderOptions = {},
): RenderedResponse | undefined {
  const rendered = render(decision, request, options);
  const { rateLimitHeaders } = decision;
  if (rendered === undefined || rateLimitHeaders === undefined) return rendered;
  return { ...rendered, headers: [...rendered.headers, ...rateLimitHeaders] };
}

function render(
  decision: AnyDecision,
  request: RenderRequest,
  options: RenderOptions,
): RenderedResponse | undefined {
  switch (decision.action) {
    case "allow":
      return undefined;
    case "block":
      return renderBlock(decision, decision, request, options);
    case "drop":
    case "tarpit":
      return renderBlock(decision, decision.fallback, request, options);
    case "challenge":
      return renderChallenge(decision, request, options);
    case "redirect":
      return renderRedirect(decision, request, options);
    case "serve_error":
      return renderError(decision, request, options);
  }
}

function renderBlock(
  decision: AnyDecision,
  { response, status }: RefusalFacts,
  request: RenderRequest,
  options: RenderOptions,
): RenderedResponse {
  const retryAfter = retryAfterOf(decision);
  const filler = new Filler({ reference: decision.id, status, retryAfter }, request.facts);
  const lines = response.headers === undefined ? [] : filler.lines(response.headers);
  return withLines(
    refusal(decision, { response, status }, request, retryAfter, filler, options),
    lines,
    options,
  );
}

function refusal(
  decision: AnyDecision,
  { response, status }: RefusalFacts,
  request: RenderRequest,
  retryAfter: number | undefined,
  filler: Filler,
  options: RenderOptions,
): RenderedResponse {
  const grpc = grpcContentType(request.contentType ?? "");
  if (grpc !== undefined) {
    const limited = retryAfter !== undefined && response.grpcStatus === GRPC_PERMISSION_DENIED;
    return grpcAnswer(
      grpc,
      decision,
      limited ? GRPC_RESOURCE_EXHAUSTED : response.grpcStatus,
      status,
      retryAfter,
      options,
    );
  }
  const own = bodyOfRule(response, request);
  if (own === undefined) return ownAnswer(decision, status, request, retryAfter, options);
  const content = utf8Encode(filler.content(own.content, own.contentType));
  return answer(decision, status, own.contentType, content, request, options, [
    ...retryHeader(retryAfter),
    ...(isEmpty(response.variants) ? [] : [["vary", "accept"] as const]),
  ]);
}

/** Headers of which a rule adds a line, where of others its line replaces ours. */
const ADDED: ReadonlySet<string> = new Set(["vary", "set-cookie"]);

/** The answer with header lines of a rule's. The reference stays ours: support would look for another one in vain. */
function withLines(rendered: RenderedResponse, lines: HeaderLines, options: RenderOptions): RenderedResponse {
  if (lines.length === 0) return rendered;
  const own = new Set([referenceName(options), MITIGATED_HEADER, "content-length", "content-type"]);
  const added = lines.filter(([name]) => !own.has(name));
  const replaced = new Set(added.map(([name]) => name).filter((name) => !ADDED.has(name)));
  return { ...rendered, headers: [...rendered.headers.filter(([name]) => !replaced.has(name)), ...added] };
}

/** A request that the host itself rejects. */
export interface Rejection {
  readonly status: number;
  /** The reason: one line of plain text. */
  readonly reason: string;
  /** Undefined: there is no event either. */
  readonly reference: string | undefined;
  /** Seconds after which the client may try again. */
  readonly retryAfter?: number | undefined;
}

/** The answer to a request that the host itself rejects: a page, or data, as for a block. */
export function renderRejection(
  { status, reason, reference, retryAfter }: Rejection,
  request: RenderRequest,
  options: RenderOptions,
): RenderedResponse {
  const grpc = grpcContentType(request.contentType ?? "");
  const of = { id: reference };
  if (grpc !== undefined) return grpcAnswer(grpc, of, grpcStatusOf(status), status, retryAfter, options);
  const wording = atOnce("pages.wording", options.wording?.(status)) ?? rejectionWordingOf(status);
  return pageAnswer(of, status, wording, reason, request, retryAfter, options);
}

/** The rule's wording that suits the client; a client that likes none of them gets the first nevertheless. */
function bodyOfRule(response: BlockResponse, request: RenderRequest): ResponseBody | undefined {
  const { body, variants } = response;
  if (isEmpty(variants)) return body;
  const bodies = new Map<ResponseFormat, ResponseBody>();
  for (const format of FORMATS) {
    const variant = variants[format];
    if (variant !== undefined) bodies.set(format, variant);
  }
  const bodyFormat = body === undefined ? undefined : formatOf(body.contentType);
  if (body !== undefined && bodyFormat !== undefined && !bodies.has(bodyFormat)) bodies.set(bodyFormat, body);
  // The body that the rule gives for everyone comes first among equals.
  const offered = [...bodies].sort(
    ([left], [right]) => Number(right === bodyFormat) - Number(left === bodyFormat),
  );
  const picked = pickFormat(
    request.accept ?? "",
    offered.map(([format]) => format),
  );
  if (picked !== undefined) return bodies.get(picked.format);
  return body ?? offered[0]?.[1];
}

const FORMATS: readonly ResponseFormat[] = ["html", "json", "plain", "xml"];

function isEmpty(variants: ResponseVariants): boolean {
  return FORMATS.every((format) => variants[format] === undefined);
}

function formatOf(contentType: string): ResponseFormat | undefined {
  const media = contentType.toLowerCase();
  if (media.includes("html")) return "html";
  if (media.includes("json")) return "json";
  if (media.includes("xml")) return "xml";
  return media.startsWith("text/plain") ? "plain" : undefined;
}

/** Whether a challenge to the request is a page, not a refusal. */
export function isPosedAsPage(request: RenderRequest): boolean {
  return grpcContentType(request.contentType ?? "") === undefined && takesPage(request);
}

/** A script cannot show a page: it asks for data by name, or for anything and its request is not one of a browser's own. */
function takesPage(request: RenderRequest): boolean {
  const picked = pickFormat(request.accept ?? "", ["html", "json", "plain", "xml"]);
  return picked?.named === true ? picked.format === "html" : !wantsData(request);
}

function wantsData({ script, contentType = "" }: RenderRequest): boolean {
  return script === true || /^application\/(?:[a-z0-9.-]{1,64}\+)?json(?=$|[;\s])/i.test(contentType.trim());
}

function renderChallenge(
  decision: ChallengeDecision,
  request: RenderRequest,
  options: RenderOptions,
): RenderedResponse {
  const retryAfter = retryAfterOf(decision);
  const grpc = grpcContentType(request.contentType ?? "");
  if (grpc !== undefined) return grpcAnswer(grpc, decision, GRPC_PERMISSION_DENIED, 403, retryAfter, options);
  const extra = [[MITIGATED_HEADER, "challenge"] as const];
  const { provider } = options;
  if (provider === undefined || request.challenge === undefined) {
    return ownAnswer(decision, 403, request, retryAfter, options, extra);
  }
  if (!takesPage(request)) {
    const wording = {
      title: "Challenge required",
      text: "Open this address in a browser to pass a challenge first.",
    };
    return ownAnswer(decision, 403, request, retryAfter, { ...options, wording: () => wording }, extra);
  }
  const posed = posedBy(
    provider,
    provider.challenge(decision.kind, request.challenge, decision.id, request.sent),
  );
  const headers = [...posed.headers, ...referenceHeaders(decision, options), ...extra];
  if (!posed.headers.some(([name]) => name === "cache-control")) headers.push(["cache-control", "no-store"]);
  headers.push(["content-length", String(posed.body.length)]);
  return { status: posed.status, headers, body: request.method === "HEAD" ? "" : posed.body };
}

/** @throws MisuseError `E_ANSWER` for what is not a page: embedders' providers may return anything. */
function posedBy({ name }: ChallengeProvider, posed: unknown): ChallengeResponse {
  if (isPromise(posed)) unheard(posed);
  if (isPage(posed)) return posed;
  throw new MisuseError(
    "E_ANSWER",
    `the challenge provider \`${name}\` must return \`status\`, \`headers\` and \`body\`, not a promise`,
  );
}

function isPage(posed: unknown): posed is ChallengeResponse {
  return (
    typeof posed === "object" &&
    posed !== null &&
    "status" in posed &&
    "headers" in posed &&
    Array.isArray(posed.headers) &&
    "body" in posed &&
    typeof posed.body === "string"
  );
}

/** Caching follows the status: a rule that answers 301 means it. */
function renderRedirect(
  decision: RedirectDecision,
  request: RenderRequest,
  options: RenderOptions,
): RenderedResponse {
  const filler = new Filler(
    { reference: decision.id, status: decision.status, retryAfter: undefined },
    request.facts,
  );
  const rendered: RenderedResponse = {
    status: decision.status,
    headers: [
      ["location", locationText(decision.location)],
      ...referenceHeaders(decision, options),
      ["content-length", "0"],
    ],
    body: "",
  };
  return withLines(rendered, filler.lines(decision.headers ?? []), options);
}

function renderError(
  decision: ServeErrorDecision,
  request: RenderRequest,
  options: RenderOptions,
): RenderedResponse {
  const { page, status } = decision;
  const grpc = grpcContentType(request.contentType ?? "");
  if (grpc !== undefined) return grpcAnswer(grpc, decision, GRPC_UNAVAILABLE, status, undefined, options);
  const given =
    page.content !== undefined
      ? { contentType: page.contentType, content: page.content }
      : page.asset === undefined
        ? undefined
        : atOnce("pages.asset", options.asset?.(page.asset));
  const filler = new Filler({ reference: decision.id, status, retryAfter: undefined }, request.facts);
  const rendered =
    given === undefined
      ? ownAnswer(decision, status, request, undefined, options)
      : answer(
          decision,
          status,
          given.contentType,
          utf8Encode(filler.content(given.content, given.contentType)),
          request,
          options,
          [],
        );
  return withLines(rendered, filler.lines(page.headers ?? []), options);
}

/** What has a reference id. */
interface Referred {
  readonly id: string | undefined;
}

/** The engine's own page in the format that fits the client best. */
function ownAnswer(
  decision: AnyDecision,
  status: number,
  request: RenderRequest,
  retryAfter: number | undefined,
  options: RenderOptions,
  extra: HeaderPairs = [],
): RenderedResponse {
  const wording = atOnce("pages.wording", options.wording?.(status)) ?? wordingOf(status);
  return pageAnswer(decision, status, wording, undefined, request, retryAfter, options, extra);
}

function pageAnswer(
  decision: Referred,
  status: number,
  wording: PageWording,
  reason: string | undefined,
  request: RenderRequest,
  retryAfter: number | undefined,
  options: RenderOptions,
  extra: HeaderPairs = [],
): RenderedResponse {
  const page = ownPage(ownFormat(request), {
    status,
    wording,
    reason,
    reference: decision.id,
    retryAfter,
    contact: options.contact,
  });
  return answer(decision, status, page.contentType, page.body, request, options, [
    ...retryHeader(retryAfter),
    ["vary", "accept"],
    ...(page.policy === undefined
      ? []
      : [["content-security-policy", page.policy] as const, ["referrer-policy", "no-referrer"] as const]),
    ...extra,
  ]);
}

/** Browsers name HTML; a client that takes anything gets what it speaks itself, or plain text. */
function ownFormat(request: RenderRequest): ResponseFormat {
  const picked = pickFormat(request.accept ?? "", ["html", "json", "plain", "xml"]);
  if (picked?.named === true) return picked.format;
  return (
    pickFormat(
      request.accept ?? "",
      wantsData(request) ? ["json", "plain"] : ["plain", "html", "json", "xml"],
    )?.format ?? "plain"
  );
}

function answer(
  decision: Referred,
  status: number,
  contentType: string,
  body: string,
  request: RenderRequest,
  options: RenderOptions,
  extra: HeaderPairs,
): RenderedResponse {
  return {
    status,
    headers: [
      ["content-type", withCharset(headerText(contentType))],
      ["content-length", String(body.length)],
      ["cache-control", "no-store"],
      ["x-content-type-options", "nosniff"],
      ...referenceHeaders(decision, options),
      ...extra,
    ],
    body: request.method === "HEAD" ? "" : body,
  };
}

/** Rules' content is text and is sent as UTF-8; JSON needs no word of it (RFC 8259 §8.1). */
function withCharset(contentType: string): string {
  const needs = /^(?:text\/|application\/(?:[a-z.-]+\+)?xml)/i.test(contentType);
  return needs && !/;\s*charset=/i.test(contentType) ? `${contentType}; charset=utf-8` : contentType;
}

/**
 * HTTP's status stays 200: gRPC clients read the outcome from `grpc-status`, and guess it from any other HTTP status.
 */
function grpcAnswer(
  contentType: string,
  decision: Referred,
  grpcStatus: number,
  httpStatus: number,
  retryAfter: number | undefined,
  options: RenderOptions,
): RenderedResponse {
  const wording = atOnce("pages.wording", options.wording?.(httpStatus)) ?? wordingOf(httpStatus);
  return {
    status: 200,
    headers: [
      ["content-type", contentType],
      ["cache-control", "no-store"],
      ...referenceHeaders(decision, options),
    ],
    body: "",
    trailers: grpcTrailers(
      grpcStatus,
      decision.id === undefined ? wording.title : `${wording.title} (reference ${decision.id})`,
      retryAfter,
    ),
  };
}

function referenceHeaders({ id }: Referred, options: RenderOptions): HeaderPairs {
  const name = referenceName(options);
  return name === undefined || id === undefined ? [] : [[name, headerText(utf8Encode(id))]];
}

function referenceName({ referenceHeader = DEFAULT_REFERENCE_HEADER }: RenderOptions): string | undefined {
  return referenceHeader === false ? undefined : referenceHeader.toLowerCase();
}

/** From the rate limit that decided, in whole seconds. */
function retryAfterOf(decision: AnyDecision): number | undefined {
  for (const { decisive, rateLimit } of decision.matches.toReversed()) {
    if (decisive && rateLimit !== undefined) return Math.max(1, Math.ceil(rateLimit.retryAfter));
  }
  return undefined;
}

function retryHeader(retryAfter: number | undefined): HeaderPairs {
  return retryAfter === undefined ? [] : [["retry-after", String(retryAfter)]];
}
