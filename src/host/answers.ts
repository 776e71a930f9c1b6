import { challengeRequest } from "../engine/challenge/challenge-request.ts";
import type {
  ChallengeProvider,
  ChallengeRequest,
  ChallengeResponse,
  RestoredRequest,
  Sent,
} from "../engine/decision/challenge-provider.ts";
import type { AnyDecision } from "../engine/decision/decision.ts";
import type { SentAnswer, TellsLater } from "../engine/decision/sent-answer.ts";
import type { Transaction } from "../engine/evaluation/exchange.ts";
import type { HostFacts } from "../engine/firewall/waf.ts";
import type { AnswerFacts } from "../engine/respond/fill.ts";
import {
  isPosedAsPage,
  type RenderRequest,
  renderDecision,
  renderRejection,
} from "../engine/respond/render.ts";
import { MisuseError } from "../language/diagnostics/misuse.ts";
import { Budget } from "../language/values/budget.ts";
import { rawValues } from "../request/head/headers.ts";
import { splitTarget } from "../request/head/uri.ts";
import { WafRequest } from "../request/model/request.ts";
import type { BodyView, RequestView } from "../request/view/request-view.ts";
import { isPromise } from "../rules/ratelimit/counter-store.ts";
import { within } from "../rules/ratelimit/wait.ts";
import { type Answer, type ConnectionEnding, plainAnswer, sendable, withRetryAfter } from "./answer.ts";
import type { Hold } from "./held-bytes.ts";
import { BodyError, type IncomingRequest } from "./incoming.ts";
import type { ResolvedHostOptions } from "./options.ts";
import { hasContentToKeep, isCrossOrigin, sentRequest } from "./sent-request.ts";

/** Bytes of a challenge's answer, for providers that do not say; their forms are far smaller. */
const MAX_CHALLENGE_ANSWER = 16_384;
/** Milliseconds in which such an answer must arrive. */
const CHALLENGE_ANSWER_TIMEOUT = 10_000;
/** Milliseconds in which a provider must have checked it. */
const PROVIDER_TIMEOUT = 5_000;
/** A challenge reads only cookies and addresses. */
const CHALLENGE_BUDGET = 100_000;

/** Makes the answers that a gate sends instead of the upstream's. */
export class Answers {
  readonly #firewall: HostFacts;
  readonly #options: ResolvedHostOptions;

  constructor(firewall: HostFacts, options: ResolvedHostOptions) {
    this.#firewall = firewall;
    this.#options = options;
  }

  /**
   * The answer for a decision; undefined when it passes the message.
   *
   * @param sent what a challenge is to give back.
   * @throws the exceptions of a challenge provider.
   */
  of(decision: AnyDecision, view: RequestView, sent?: Sent): Answer | undefined {
    if (decision.action === "allow") return undefined;
    const ending = endingOf(decision);
    // The answer is not sent.
    if (ending?.end === "drop") return { status: 403, headers: [], body: "", ending };
    try {
      const answer = this.#rendered(decision, view, sent);
      return answer === undefined || ending === undefined ? answer : { ...answer, ending };
    } catch (error) {
      // A challenge that cannot be posed is a failure of the firewall. What rules have refused stays refused, though
      // the embedder's pages fail.
      if (decision.action === "challenge") throw error;
      this.#options.onError(error, decision.id);
      const answer = plainAnswer(statusOf(decision), "this request was refused", decision.id);
      return ending === undefined ? answer : { ...answer, ending };
    }
  }

  /**
   * What a challenge to the request keeps of it, to give it back; undefined when there is nothing, or nobody to keep it. A body
   * that others have read, or for which there is no room, is lost. Rejects with a {@link BodyError} for a client that breaks off
   * or is too slow.
   *
   * @param body as sent, when it was read already.
   * @param hold counts what is read.
   */
  async toKeep(
    incoming: IncomingRequest,
    body: BodyView | undefined,
    hold: Hold | undefined,
  ): Promise<Sent | undefined> {
    const provider = this.#firewall.challenge;
    const { view } = incoming;
    if (provider === undefined || !hasContentToKeep(view.method) || !isPosedAsPage(renderRequest(view))) {
      return undefined;
    }
    const maxBytes = provider.maxReplayBytes ?? 0;
    const declared = Number(joined(view.rawHeaders, "content-length"));
    if (maxBytes === 0 || declared > maxBytes || incoming.canRestore?.(view.method) === false) return "lost";
    let read = body;
    if (read === undefined && incoming.hasBody) {
      incoming.expectBody?.();
      try {
        read = await incoming.readBody({ maxBytes, timeout: this.#options.bodyTimeout, hold: hold?.take });
      } catch (error) {
        if (isUnavailable(error)) return "lost";
        throw error;
      }
    }
    // Bytes that were decoded are not those that were sent.
    if (read?.truncated === true || read?.coding !== undefined) return "lost";
    const { uri } = this.#challengeRequest(view);
    return sentRequest(view, uri, read?.bytes ?? "") ?? "lost";
  }

  /** The provider that expects the answer to a challenge under this target; no rule sees such requests. */
  expecting({ target, method }: RequestView): ChallengeProvider | undefined {
    const provider = this.#firewall.challenge;
    if (provider === undefined) return undefined;
    if (splitTarget(target, method).path === provider.answerPath) return provider;
    const { answerParameter } = provider;
    return answerParameter !== undefined && endsWithParameter(target, answerParameter) ? provider : undefined;
  }

  /**
   * The provider's reply to the answer to a challenge, or the request that the answer brings back and the host has restored.
   * Rejects with a {@link BodyError}, or what the provider throws.
   *
   * @param hold counts what is read: the answer, and with it what it brings back.
   */
  async toChallengeAnswer(
    provider: ChallengeProvider,
    incoming: IncomingRequest,
    hold: Hold | undefined,
  ): Promise<Answer | RestoredRequest> {
    let bytes = "";
    let isWhole = true;
    if (incoming.hasBody) {
      incoming.expectBody?.();
      const { maxAnswerBytes: maxBytes = MAX_CHALLENGE_ANSWER } = provider;
      // One that brings a body back may take as long as the body itself.
      const timeout = maxBytes > MAX_CHALLENGE_ANSWER ? this.#options.bodyTimeout : CHALLENGE_ANSWER_TIMEOUT;
      const body = await incoming.readBody({ maxBytes, timeout, hold: hold?.take });
      bytes = body.bytes;
      isWhole = !body.truncated;
    }
    const { view } = incoming;
    const reply: ChallengeResponse | Promise<ChallengeResponse> = provider.answer(
      this.#challengeRequest(view),
      bytes,
    );
    // Providers answer at once; one that does not must not keep the client waiting for good.
    const late = `the challenge provider \`${provider.name}\` did not answer in time`;
    const answer = isPromise(reply) ? await within(reply, PROVIDER_TIMEOUT, late) : reply;
    const sent = sendable(answer);
    const { restored } = answer;
    if (restored === undefined || !isWhole) return sent;
    // From here on it is a request to the site, which another site must not have its visitors send.
    if (isCrossOrigin(view)) return this.page(incoming, 403, "this answer was sent by another site");
    return incoming.restore(restored) ? restored : sent;
  }

  /**
   * Rejects a request without a rule: ends the transaction, and the event carries the same reference. Never throws.
   *
   * @param incoming says how the answer is to look.
   */
  rejection(
    transaction: Transaction | undefined,
    incoming: IncomingRequest,
    status: number,
    message: string,
    { failed = false, retryAfter }: RejectionFacts = NO_FACTS,
  ): Answer {
    try {
      transaction?.refused({ status, reason: message, ...(failed ? { failed } : {}) });
    } catch (error) {
      this.#options.onError(error, transaction?.id ?? "");
    }
    this.end(transaction, incoming.sent);
    return this.page(incoming, status, message, transaction?.id, retryAfter);
  }

  /**
   * The answer to a request that the host itself rejects, as page or data, whichever suits the client. Never throws: where none can be
   * made of the embedder's options, it is plain text.
   *
   * @param message one line of plain text, shown to the client.
   * @param reference `""` or undefined when there is none.
   * @param retryAfter seconds.
   */
  page(incoming: Viewed, status: number, message: string, reference = "", retryAfter?: number): Answer {
    try {
      const {
        headers,
        trailers,
        body,
        status: sent,
      } = renderRejection(
        { status, reason: message, reference: reference === "" ? undefined : reference, retryAfter },
        shownRequest(incoming),
        this.#options.render,
      );
      return sendable({ status: sent, headers: [...headers, ...(trailers ?? [])], body });
    } catch (error) {
      this.#options.onError(error, reference);
      const answer = plainAnswer(status, message, reference);
      return retryAfter === undefined ? answer : withRetryAfter(answer, retryAfter);
    }
  }

  /** Ends a transaction. A failure is reported; the answer is kept. */
  end(transaction: Transaction | undefined, sent: SentAnswer | TellsLater | undefined): void {
    try {
      transaction?.end(sent);
    } catch (error) {
      this.#options.onError(error, transaction?.id ?? "");
    }
  }

  #rendered(decision: AnyDecision, view: RequestView, sent: Sent | undefined): Answer | undefined {
    const facts = (): AnswerFacts => this.#facts(view);
    const asksProvider = decision.action === "challenge" && this.#firewall.challenge !== undefined;
    const rendered = renderDecision(
      decision,
      {
        ...renderRequest(view),
        facts,
        challenge: asksProvider ? this.#challengeRequest(view) : undefined,
        sent,
      },
      this.#options.render,
    );
    if (rendered === undefined) return undefined;
    const { status, headers, trailers = [], body } = rendered;
    return sendable({ status, headers: [...headers, ...trailers], body });
  }

  #facts(view: RequestView): AnswerFacts {
    const request = new WafRequest(view, this.#firewall.request);
    const { clientText: client, host, geo } = request;
    return { client, host, country: geo.country ?? "", time: view.receivedAt };
  }

  #challengeRequest(view: RequestView): ChallengeRequest {
    const { clock, request: options } = this.#firewall;
    const request = new WafRequest(view, options);
    return challengeRequest(request, new Budget(CHALLENGE_BUDGET), clock?.() ?? view.receivedAt);
  }
}

/** The view of the request; it may throw. */
type Viewed = Pick<IncomingRequest, "view">;

/** Further data of a rejection. */
interface RejectionFacts {
  /** Whether the host would have served the request and could not. */
  readonly failed?: boolean;
  /** Seconds. */
  readonly retryAfter?: number | undefined;
}

const NO_FACTS: RejectionFacts = Object.freeze({});

/** Undefined: an answer is sent. */
function endingOf(decision: AnyDecision): ConnectionEnding | undefined {
  if (decision.action === "drop") return { seconds: 0, end: "drop" };
  return decision.action === "tarpit" ? { seconds: decision.seconds, end: decision.end } : undefined;
}

/** Of an answer that cannot be made as it is meant to be. */
function statusOf(decision: AnyDecision): number {
  if ("fallback" in decision) return decision.fallback.status;
  return decision.action === "block" || decision.action === "serve_error" ? decision.status : 503;
}

/** Whether a body is not there to be kept, for which its client can do nothing. */
function isUnavailable(error: unknown): boolean {
  if (error instanceof BodyError) return error.code === "E_BODY_CAPACITY";
  return error instanceof MisuseError && error.code === "E_BODY_CONSUMED";
}

/** The same of a request that may not be shown: the gate has reported why. */
function shownRequest(incoming: Viewed): RenderRequest {
  try {
    return renderRequest(incoming.view);
  } catch {
    return { method: "GET", accept: "", contentType: "" };
  }
}

function renderRequest({ method, rawHeaders }: RequestView): RenderRequest {
  return {
    method,
    accept: joined(rawHeaders, "accept"),
    contentType: joined(rawHeaders, "content-type"),
    script: isOfScript(rawHeaders),
  };
}

/** What browsers show as a page of its own (Fetch Metadata, `Sec-Fetch-Dest`). */
const SHOWN = ["document", "iframe", "frame", "fencedframe", "object", "embed"];

/** Whether the request's headers tell that its answer goes to a script, an image or the like, not to a page. */
function isOfScript(rawHeaders: readonly string[]): boolean {
  const destination = joined(rawHeaders, "sec-fetch-dest");
  if (destination !== "") return !SHOWN.includes(destination);
  const mode = joined(rawHeaders, "sec-fetch-mode");
  if (mode !== "") return mode !== "navigate";
  return joined(rawHeaders, "x-requested-with").toLowerCase() === "xmlhttprequest";
}

/** Whether a target's query ends with a parameter that has no value. */
function endsWithParameter(target: string, name: string): boolean {
  if (!target.endsWith(name)) return false;
  const before = target[target.length - name.length - 1];
  return before === "?" || (before === "&" && target.includes("?"));
}

/** All lines of that lower-case name as one value (RFC 9110 §5.3); `""` when there is none. */
export function joined(rawHeaders: readonly string[], name: string): string {
  return rawValues(rawHeaders, name).join(", ");
}
