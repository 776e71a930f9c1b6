import type { Decision } from "../../engine/decision/decision.ts";
import type { SentAnswer } from "../../engine/decision/sent-answer.ts";
import type { Waf } from "../../engine/firewall/waf.ts";
import type { Answer } from "../../host/answer.ts";
import { type Admission, Gate } from "../../host/gate.ts";
import type { HostOptions, OwnNames, ResponseOptions } from "../../host/options.ts";
import type { PassedRequest } from "../../host/passed-request.ts";
import type { Lacks, UnsupportedRulesOption } from "../../host/unmet-needs.ts";
import { MisuseError } from "../../language/diagnostics/misuse.ts";
import {
  checkFunction,
  checkWord,
  LONGEST_WAIT,
  wholeNumber,
} from "../../language/diagnostics/option-values.ts";
import { isSameAuthority } from "../../request/head/uri.ts";
import type { HeaderOperation } from "../../rules/ruleset/actions/control.ts";
import { FetchIncoming, type FetchRequestFacts, rewritten } from "./fetch-request.ts";
import { FetchOutgoing, isFinal, responseOf } from "./fetch-response.ts";
import { ReportedAnswer } from "./reported-answer.ts";

/** What a platform passes to a handler after the request, such as `env` and `ctx` of a Worker. */
export type FetchContext = readonly unknown[];

/** How {@link fetchGuard} and {@link protect} treat requests. */
export interface FetchRequestOptions<C extends FetchContext = FetchContext>
  extends HostOptions,
    UnsupportedRulesOption {
  /**
   * What only the platform knows of a request; what it throws counts as a failure of the firewall. Without it rules see
   * no client address: take it from the platform, such as
   * `{ remoteAddress: request.headers.get("cf-connecting-ip") ?? undefined }` on Cloudflare.
   */
  readonly facts?: (request: Request, ...context: C) => FetchRequestFacts | undefined;
  /**
   * What becomes of a request whose Host header is not the host of its URL. `refuse`, the default: 400, since rules read
   * the header and handlers may read the URL. `accept`: for platforms that put a name of their own into the URL.
   */
  readonly otherHost?: "refuse" | "accept";
}

/** Of {@link fetchGuard} alone. */
export interface FetchGuardOptions<C extends FetchContext = FetchContext> extends FetchRequestOptions<C> {
  /**
   * Milliseconds, up to 2,147,483,647, for which the event of a request that passed waits until its `sent` is called; after
   * that, it has no status. Default 0: it is written at once, without a status.
   */
  readonly statusTimeout?: number;
}

/** How {@link protect} treats requests and responses. */
export interface FetchOptions<C extends FetchContext = FetchContext>
  extends FetchRequestOptions<C>,
    ResponseOptions {}

const REQUEST_NAMES: OwnNames<FetchRequestOptions> = {
  facts: true,
  unsupportedRules: true,
  otherHost: true,
};
const GUARD_NAMES: OwnNames<FetchGuardOptions> = { ...REQUEST_NAMES, statusTimeout: true };
const PROTECT_NAMES: OwnNames<FetchOptions> = {
  ...REQUEST_NAMES,
  responseBodyLimit: true,
  responseHoldTime: true,
  unreadableResponse: true,
};

/** Handlers choose where they fetch from, and platforms keep the connections. */
const PROTECT_LACKS: Lacks = ["route", "connection"];
const GUARD_LACKS: Lacks = [...PROTECT_LACKS, "response"];

function lacking(lacks: Lacks, { unsupportedRules = "refuse" }: UnsupportedRulesOption): Lacks {
  checkWord("unsupportedRules", unsupportedRules, ["refuse", "ignore"]);
  return unsupportedRules === "refuse" ? lacks : [];
}

/** A request that was answered in place of the handler, or that passed. */
export type Checked =
  | { readonly response: Response; readonly request?: undefined }
  | {
      readonly response?: undefined;
      /** For the handler: rewritten as rules say, its whole body unread. */
      readonly request: Request;
      /** What the firewall decided; undefined when it failed and `failure` is `open`. */
      readonly decision: Decision | undefined;
      /** What rules want changed of the response's headers, in order. */
      readonly responseHeaders: readonly HeaderOperation[];
      /**
       * Reports the response that the router sends, for the event: a `Response`, or its status and delivery. The first call
       * counts; without the option `statusTimeout` it has no effect.
       */
      readonly sent: (answer: SentAnswer) => void;
    };

/** What serves requests. */
export type FetchHandler<C extends FetchContext = FetchContext> = (
  request: Request,
  ...context: C
) => Response | Promise<Response>;

const decisions = new WeakMap<Request, Decision>();

/** The decision that let a request pass, for the handler that {@link protect} calls; undefined for other requests. */
export function decisionOf(request: Request): Decision | undefined {
  return decisions.get(request);
}

/**
 * Puts a firewall in front of a fetch handler: evaluates the request, calls the handler with the request as rules have
 * rewritten it, and evaluates the handler's response. Rejects only with what the handler, or the body of its response,
 * rejects with.
 *
 * @throws MisuseError `E_OPTION_UNKNOWN` for an unknown option, `E_OPTION` for one that contradicts the firewall's or
 *   has a value that makes no sense, `E_HOST_RULES` for rules that need what this host cannot do.
 */
export function protect<C extends FetchContext>(
  waf: Waf,
  handler: FetchHandler<C>,
  options: FetchOptions<C> = {},
): (request: Request, ...context: C) => Promise<Response> {
  const gate = new Gate(waf, options, PROTECT_NAMES, lacking(PROTECT_LACKS, options));
  const admit = admitter(gate, options);
  checkFunction("facts", options.facts);
  if (typeof handler !== "function") {
    throw new MisuseError("E_OPTION", "`handler` must be a function from a `Request` to a `Response`");
  }
  return async (request, ...context) => {
    const incoming = new FetchIncoming(request, () => options.facts?.(request, ...context));
    const admission = await admit(request, incoming);
    if (!admission.passed) return answerTo(request, admission.answer);
    const passed = admission.request;
    const release = passed.takeHold();
    const hold = release === undefined ? undefined : incoming.holdUntilRead(release);
    let isReadLater = false;
    try {
      const headers = [...passed.requestHeaders, ...passed.readableHeaders];
      const response = await handler(shown(incoming, passed, headers), ...context);
      isReadLater = incoming.isReadBy(response);
      if (!isFinal(response)) {
        incoming.sent = { status: response.status };
        return response;
      }
      const outgoing = new FetchOutgoing(response);
      const release = await passed.respond(outgoing);
      incoming.sent = { status: release.passed ? response.status : release.answer.status };
      if (release.passed) return outgoing.with(release.headers);
      outgoing.discard();
      return responseOf(release.answer, request.method);
    } finally {
      if (isReadLater) hold?.endInTime();
      else hold?.end();
      passed.end();
    }
  };
}

/**
 * Evaluates requests only: for routers that call their handlers themselves. Rules on responses need {@link protect}.
 *
 * @throws MisuseError `E_OPTION_UNKNOWN` for an unknown option, `E_OPTION` for one that contradicts the firewall's or
 *   has a value that makes no sense, `E_HOST_RULES` for rules that need what this host cannot do.
 */
export function fetchGuard<C extends FetchContext>(
  waf: Waf,
  options: FetchGuardOptions<C> = {},
): (request: Request, ...context: C) => Promise<Checked> {
  const gate = new Gate(waf, options, GUARD_NAMES, lacking(GUARD_LACKS, options));
  const admit = admitter(gate, options);
  checkFunction("facts", options.facts);
  const { statusTimeout = 0 } = options;
  wholeNumber("statusTimeout", statusTimeout, 0, LONGEST_WAIT);
  return async (request, ...context) => {
    const incoming = new FetchIncoming(request, () => options.facts?.(request, ...context), true);
    const admission = await admit(request, incoming);
    if (!admission.passed) return { response: answerTo(request, admission.answer) };
    const passed = admission.request;
    const answer = statusTimeout > 0 ? new ReportedAnswer(request.signal, statusTimeout) : undefined;
    try {
      const { decision, responseHeaders, requestHeaders } = passed;
      const checked = shown(incoming, passed, requestHeaders);
      const release = passed.takeHold();
      if (release !== undefined) incoming.holdUntilRead(release).endInTime();
      return { request: checked, decision, responseHeaders, sent: answer?.report ?? unreported };
    } finally {
      passed.end(answer?.later);
    }
  };
}

function unreported(): void {}

type Admit = (request: Request, incoming: FetchIncoming) => Promise<Admission>;

function admitter(gate: Gate, { otherHost = "refuse" }: Pick<FetchGuardOptions, "otherHost">): Admit {
  checkWord("otherHost", otherHost, ["refuse", "accept"]);
  if (otherHost === "accept") return (_request, incoming) => gate.admit(incoming);
  return async (request, incoming) => {
    const host = request.headers.get("host");
    if (host === null || isSameAuthority(host, new URL(request.url).host)) return gate.admit(incoming);
    const message = "the request's URL and its Host header name different hosts";
    return { passed: false, answer: gate.reject(incoming, 400, message) };
  };
}

/** A handler must return something even when the client has left. */
function answerTo(request: Request, answer: Answer | undefined): Response {
  return answer === undefined ? new Response(null, { status: 400 }) : responseOf(answer, request.method);
}

/** The request that the handler gets. */
function shown(incoming: FetchIncoming, passed: PassedRequest, headers: readonly HeaderOperation[]): Request {
  const { decision } = passed;
  if (decision === undefined) return incoming.request;
  const { path, query } = decision.changes;
  const request = rewritten(incoming.request, { path, query, headers });
  decisions.set(request, decision);
  return request;
}
