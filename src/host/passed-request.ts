// On the request path.
import type { Decision } from "../engine/decision/decision.ts";
import type { Transaction } from "../engine/evaluation/exchange.ts";
import type { HostFacts } from "../engine/firewall/waf.ts";
import type { BodyView } from "../request/view/request-view.ts";
import type { HeaderOperation } from "../rules/ruleset/actions/control.ts";
import { type Answer, withCookie } from "./answer.ts";
import { type Answers, joined } from "./answers.ts";
import type { Hold } from "./held-bytes.ts";
import type { IncomingRequest, OutgoingResponse } from "./incoming.ts";
import type { ResolvedHostOptions } from "./options.ts";
import { hasContent, sendableOperations } from "./sendable.ts";

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

/** What a passed request needs of its gate. */
export interface GateParts {
  readonly firewall: HostFacts;
  readonly options: ResolvedHostOptions;
  readonly answers: Answers;
}

/** A request that the host is to serve. The host calls {@link end} when it is done with it, whatever happens. */
export class PassedRequest {
  /** What the firewall decided; undefined when it failed and `failure` is `open`. */
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
   * {@link respond} only tells what is known already.
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

  /** Changes to the response's headers that are known before there is a response, for hosts that do not show it. */
  get responseHeaders(): readonly HeaderOperation[] {
    return this.#sendable(this.decision?.changes.responseHeaders ?? NO_OPERATIONS);
  }

  /**
   * Evaluates the response. Its body is held back when a rule reads it and the host can hold it. Called at most once.
   *
   * Rejects with whatever `holdBody` rejects with, and only then.
   */
  async respond(response: OutgoingResponse): Promise<Release> {
    const transaction = this.#transaction;
    if (this.decision === undefined || transaction?.needsResponse !== true) return this.#unchanged();
    const body = await this.#held(transaction, response);
    const { firewall, options, answers } = this.#gate;
    try {
      const { status, rawHeaders } = response;
      const decision = await transaction.response({ status, rawHeaders, body });
      const answer = answers.of(decision, this.#incoming.view);
      if (answer !== undefined) return { passed: false, answer: withCookie(answer, this.#ownCookie) };
      return { passed: true, headers: this.#sendable(decision.changes.responseHeaders) };
    } catch (error) {
      options.onError(error, transaction.id);
      if (firewall.failure === "open") return this.#unchanged();
      const message = "the firewall cannot evaluate responses now";
      const answer = answers.rejection(transaction, 503, message);
      return { passed: false, answer: withCookie(answer, this.#ownCookie) };
    }
  }

  /**
   * Rejects the request after all, for a reason of the host's own. There is an event, and {@link end} is called. Never
   * throws.
   *
   * @param message one line of plain text, shown to the client and in the event.
   */
  reject(status: number, message: string): Answer {
    return this.#gate.answers.rejection(this.#transaction, status, message);
  }

  /**
   * For hosts whose handler reads the body after {@link end}: what the host calls when the body is no longer held, whatever
   * becomes of the request. Undefined when no body was held. Without it {@link end} does so.
   */
  takeHold(): (() => void) | undefined {
    const release = this.#hold?.release;
    this.#hold = undefined;
    return release;
  }

  /** Emits the event and gives the transaction's memory back. Safe to call twice. */
  end(): void {
    this.#hold?.release();
    this.#gate.answers.end(this.#transaction);
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

  async #held(transaction: Transaction, response: OutgoingResponse): Promise<BodyView | undefined> {
    if (!transaction.needsResponseBody || response.holdBody === undefined) return undefined;
    if (!isHoldable(this.#incoming.view.method, response)) return undefined;
    const { responseBodyLimit, responseHoldTime } = this.#gate.options;
    return response.holdBody({ maxBytes: responseBodyLimit, timeout: responseHoldTime });
  }
}

/** Whether waiting for a body makes sense: some responses have none, and an event stream does not end. */
function isHoldable(method: string, { status, rawHeaders }: OutgoingResponse): boolean {
  if (!hasContent(method, status)) return false;
  return !/^text\/event-stream\b/i.test(joined(rawHeaders, "content-type").trimStart());
}
