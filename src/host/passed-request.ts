// On the request path.
import type { Decision } from "../engine/decision/decision.ts";
import { tellFailures } from "../engine/decision/failure.ts";
import type { WafMode } from "../engine/decision/modes.ts";
import type { SentAnswer, TellsLater } from "../engine/decision/sent-answer.ts";
import type { Transaction } from "../engine/evaluation/exchange.ts";
import type { HostFacts } from "../engine/firewall/waf.ts";
import { isEventStream } from "../request/body/media-type.ts";
import { responseOutcome } from "../request/body/response-outcome.ts";
import type { ResponseView, UnreadReason } from "../request/view/request-view.ts";
import type { HeaderOperation } from "../rules/ruleset/actions/control.ts";
import { type Answer, sentBy, withCookie } from "./answer.ts";
import { type Answers, joined } from "./answers.ts";
import type { Hold } from "./held-bytes.ts";
import type { HeldView, IncomingRequest, OutgoingResponse } from "./incoming.ts";
import type { ResolvedHostOptions } from "./options.ts";
import { readableOperations } from "./readable-response.ts";
import { plainText } from "./response-text.ts";
import { mayHaveBody, sendableOperations } from "./sendable.ts";

/** What happens to the response to a request that passed. */
export type Release =
  | {
      readonly passed: true;
      /** Changes to the response's headers, in order; every host can apply them. */
      readonly headers: readonly HeaderOperation[];
    }
  | { readonly passed: false; readonly answer: Answer };

const NO_NAMES: ReadonlySet<string> = new Set();
const NO_OPERATIONS: readonly HeaderOperation[] = Object.freeze([]);

/** The parts of its gate that a passed request needs. */
export interface GateParts {
  readonly firewall: HostFacts;
  readonly options: ResolvedHostOptions;
  readonly answers: Answers;
  readonly mode: WafMode;
}

/** A request that the host is to serve. The host calls {@link end} when it is done with it, in every case. */
export class PassedRequest {
  /** The decision; undefined when it failed and `failure` is `open`. */
  readonly decision: Decision | undefined;
  readonly #gate: GateParts;
  readonly #transaction: Transaction | undefined;
  readonly #incoming: IncomingRequest;
  #hold: Hold | undefined;
  #ownCookie: string | undefined;

  constructor(
    gate: GateParts,
    transaction: Transaction | undefined,
    decision: Decision | undefined,
    incoming: IncomingRequest,
    hold: Hold | undefined,
  ) {
    this.#gate = gate;
    this.#transaction = transaction;
    this.decision = decision;
    this.#incoming = incoming;
    this.#hold = hold;
  }

  /** Reference id; `""` when the firewall failed before it had given one. */
  get reference(): string {
    return this.#transaction?.id ?? "";
  }

  /** Has the response set a cookie of the firewall's own. */
  addCookie(setCookie: string): void {
    this.#ownCookie = setCookie;
  }

  /**
   * Whether a rule reads the response, or the firewall sets a cookie that the site's own must not replace; otherwise
   * {@link respond} adds nothing.
   */
  get needsResponse(): boolean {
    return this.#ownCookie !== undefined || this.#isResponseRead;
  }

  /** Names of headers that rules read by a literal key, set, add or remove; lower case. */
  get ruleHeaders(): ReadonlySet<string> {
    return this.#transaction?.headers ?? NO_NAMES;
  }

  /** Changes to the request's headers, in order; every host can apply them. */
  get requestHeaders(): readonly HeaderOperation[] {
    return sendableOperations(this.decision?.changes.requestHeaders ?? NO_OPERATIONS);
  }

  /**
   * Changes to the request's headers, after {@link requestHeaders}, that hosts make which show the response: its body is then one
   * that rules can read. None unless a rule reads it.
   */
  get readableHeaders(): readonly HeaderOperation[] {
    if (!this.readsResponseBody) return NO_OPERATIONS;
    const { view, decoder } = this.#incoming;
    return readableOperations(view.rawHeaders, this.requestHeaders, decoder.codings);
  }

  /** Whether a rule reads the response's body. */
  get readsResponseBody(): boolean {
    return this.decision !== undefined && this.#transaction?.needsResponseBody === true;
  }

  /** Changes to the response's headers that are known before there is a response, for hosts that do not show it. */
  get responseHeaders(): readonly HeaderOperation[] {
    return this.#sendable(this.decision?.changes.responseHeaders ?? NO_OPERATIONS);
  }

  /**
   * Evaluates the response. Its body is held back when a rule reads it and the host can hold it. Called at most once.
   *
   * Rejects only with the rejections of `holdBody`.
   */
  async respond(response: OutgoingResponse): Promise<Release> {
    const transaction = this.#transaction;
    if (this.decision === undefined || transaction?.needsResponse !== true) return this.#unchanged();
    const shown = await this.#shown(transaction, response);
    const { firewall, options, answers } = this.#gate;
    try {
      const decision = await transaction.response(shown);
      tellFailures(decision.failures, this.decision.failures, (error) =>
        options.onError(error, transaction.id),
      );
      const answer = answers.of(decision, this.#incoming.view) ?? this.#unreadable(shown, transaction);
      const sent = answer && sentBy(answer);
      if (sent !== undefined) answers.end(transaction, sent);
      if (answer !== undefined) return { passed: false, answer: withCookie(answer, this.#ownCookie) };
      return { passed: true, headers: this.#sendable(decision.changes.responseHeaders) };
    } catch (error) {
      options.onError(error, transaction.id);
      if (firewall.failure === "open") return this.#unchanged();
      const message = "the firewall cannot evaluate responses now";
      const answer = answers.rejection(transaction, this.#incoming, 503, message);
      return { passed: false, answer: withCookie(answer, this.#ownCookie) };
    }
  }

  /**
   * Rejects the request after all, for a reason of the host's own. There is an event, and {@link end} is called. Never
   * throws.
   *
   * @param message one line of plain text, shown to the client and in the event.
   * @param retryAfter seconds after which the client may try again.
   */
  reject(status: number, message: string, retryAfter?: number): Answer {
    const { answers } = this.#gate;
    return answers.rejection(this.#transaction, this.#incoming, status, message, { retryAfter });
  }

  /**
   * The answer when the site has none. As {@link reject}, but the event says that the host failed, and not that it blocked.
   */
  fail(status: number, message: string): Answer {
    return this.#gate.answers.rejection(this.#transaction, this.#incoming, status, message, { failed: true });
  }

  /**
   * For hosts whose handler reads the body after {@link end}: a function that the host calls when the body is no longer
   * held, in every case. Undefined when no body was held. Without it {@link end} does so.
   */
  takeHold(): (() => void) | undefined {
    const release = this.#hold?.release;
    this.#hold = undefined;
    return release;
  }

  /**
   * Emits the event and releases the transaction's memory. Safe to call twice.
   *
   * @param sent what the client got; default: what the incoming request tells of it
   */
  end(sent: SentAnswer | TellsLater | undefined = this.#incoming.sent): void {
    this.#hold?.release();
    this.#gate.answers.end(this.#transaction, sent);
  }

  get #isResponseRead(): boolean {
    return this.decision !== undefined && this.#transaction?.needsResponse === true;
  }

  #sendable(operations: readonly HeaderOperation[]): readonly HeaderOperation[] {
    const value = this.#ownCookie;
    if (value === undefined) return sendableOperations(operations);
    return sendableOperations([...operations, { operation: "add", name: "set-cookie", value }]);
  }

  #unchanged(): Release {
    return { passed: true, headers: this.responseHeaders };
  }

  /** The response that rules see: its body only if one of them reads it. */
  async #shown(transaction: Transaction, response: OutgoingResponse): Promise<ResponseView> {
    const { status, rawHeaders } = response;
    const head = { status, rawHeaders };
    if (!transaction.needsResponseBody || !mayHaveBody(this.#incoming.view.method, status)) return head;
    // It does not end, so it cannot be awaited.
    const contentType = joined(rawHeaders, "content-type");
    if (isEventStream(contentType)) return { ...head, unread: "event_stream" };
    if (response.holdBody === undefined) return head;
    const { responseBodyLimit, responseHoldTime } = this.#gate.options;
    const held = await response.holdBody({ maxBytes: responseBodyLimit, timeout: responseHoldTime });
    if (held === undefined) return head;
    const { late, ...body } = held;
    return {
      ...head,
      body: plainText(body, contentType),
      unread: PARTIAL.has(status) ? "partial_content" : lateness(held),
    };
  }

  /** The answer in place of a response that rules could not read. */
  #unreadable(shown: ResponseView, transaction: Transaction): Answer | undefined {
    const { mode, options, answers } = this.#gate;
    if (options.unreadableResponse === "pass" || mode !== "enforce") return undefined;
    const { outcome, reason } = responseOutcome(shown);
    if (outcome !== "partly") return undefined;
    return answers.rejection(
      transaction,
      this.#incoming,
      502,
      `the response could not be inspected: ${reason}`,
    );
  }
}

/** Partial content and differences (RFC 9110 §15.3.7, RFC 3229 §10.4.1). */
const PARTIAL: ReadonlySet<number> = new Set([206, 226]);

/** A coding that cannot be undone says more than where the body stopped. */
function lateness({ late, coding }: HeldView): UnreadReason | undefined {
  return late === true && coding !== "faulty" ? "hold_time" : undefined;
}
