import { challengeRequest } from "../engine/challenge/challenge-request.ts";
import type { ChallengeProvider, ChallengeRequest } from "../engine/decision/challenge-provider.ts";
import type { AnyDecision } from "../engine/decision/decision.ts";
import type { Transaction } from "../engine/evaluation/exchange.ts";
import type { HostFacts } from "../engine/firewall/waf.ts";
import { renderDecision } from "../engine/respond/render.ts";
import { Budget } from "../language/values/budget.ts";
import { rawValues } from "../request/head/headers.ts";
import { splitTarget } from "../request/head/uri.ts";
import { WafRequest } from "../request/model/request.ts";
import type { RequestView } from "../request/view/request-view.ts";
import { isPromise } from "../rules/ratelimit/counter-store.ts";
import { within } from "../rules/ratelimit/wait.ts";
import { type Answer, plainAnswer, sendable } from "./answer.ts";
import type { IncomingRequest } from "./incoming.ts";
import type { ResolvedHostOptions } from "./options.ts";

/** Bytes of a challenge's answer; providers' forms are far smaller. */
const MAX_CHALLENGE_ANSWER = 16_384;
/** Milliseconds in which a challenge's answer must arrive. */
const CHALLENGE_ANSWER_TIMEOUT = 10_000;
/** Milliseconds in which a provider must have checked it. */
const PROVIDER_TIMEOUT = 5_000;
/** A challenge reads only cookies and addresses. */
const CHALLENGE_BUDGET = 100_000;

/** Makes the answers that a gate gives in place of the upstream's. */
export class Answers {
  readonly #firewall: HostFacts;
  readonly #options: ResolvedHostOptions;

  constructor(firewall: HostFacts, options: ResolvedHostOptions) {
    this.#firewall = firewall;
    this.#options = options;
  }

  /**
   * The answer that a decision asks for; undefined when it lets the message pass.
   *
   * @throws what a challenge provider throws.
   */
  of(decision: AnyDecision, view: RequestView): Answer | undefined {
    if (decision.action === "allow") return undefined;
    try {
      return this.#rendered(decision, view);
    } catch (error) {
      // A challenge that cannot be posed is a failure of the firewall. What rules have refused stays refused, though
      // the embedder's pages fail.
      if (decision.action === "challenge") throw error;
      this.#options.onError(error, decision.id);
      const status = decision.action === "redirect" ? 503 : decision.status;
      return plainAnswer(status, "this request was refused", decision.id);
    }
  }

  /** The provider that expects the answer to a challenge under this target; no rule sees such requests. */
  expecting({ target, method }: RequestView): ChallengeProvider | undefined {
    const provider = this.#firewall.challenge;
    return provider !== undefined && splitTarget(target, method).path === provider.answerPath
      ? provider
      : undefined;
  }

  /** The provider's reply to the answer to a challenge. Rejects with a {@link BodyError}, or what the provider throws. */
  async toChallengeAnswer(provider: ChallengeProvider, incoming: IncomingRequest): Promise<Answer> {
    let bytes = "";
    if (incoming.hasBody) {
      incoming.expectBody?.();
      const limits = { maxBytes: MAX_CHALLENGE_ANSWER, timeout: CHALLENGE_ANSWER_TIMEOUT };
      bytes = (await incoming.readBody(limits)).bytes;
    }
    const reply: Answer | Promise<Answer> = provider.answer(this.#challengeRequest(incoming.view), bytes);
    // Providers answer at once; one that does not must not keep the client waiting for good.
    const late = `the challenge provider \`${provider.name}\` did not answer in time`;
    return sendable(isPromise(reply) ? await within(reply, PROVIDER_TIMEOUT, late) : reply);
  }

  /** Rejects a request without a rule: ends the transaction, and the event carries the same reference. Never throws. */
  rejection(transaction: Transaction | undefined, status: number, message: string): Answer {
    try {
      transaction?.refused({ status, reason: message });
    } catch (error) {
      this.#options.onError(error, transaction?.id ?? "");
    }
    this.end(transaction);
    return plainAnswer(status, message, transaction?.id);
  }

  /** Ends a transaction. A failure is reported; the answer stands. */
  end(transaction: Transaction | undefined): void {
    try {
      transaction?.end();
    } catch (error) {
      this.#options.onError(error, transaction?.id ?? "");
    }
  }

  #rendered(decision: AnyDecision, view: RequestView): Answer | undefined {
    const asksProvider = decision.action === "challenge" && this.#firewall.challenge !== undefined;
    const rendered = renderDecision(
      decision,
      {
        method: view.method,
        accept: joined(view.rawHeaders, "accept"),
        contentType: joined(view.rawHeaders, "content-type"),
        challenge: asksProvider ? this.#challengeRequest(view) : undefined,
      },
      this.#options.render,
    );
    if (rendered === undefined) return undefined;
    const { status, headers, trailers = [], body } = rendered;
    return sendable({ status, headers: [...headers, ...trailers], body });
  }

  #challengeRequest(view: RequestView): ChallengeRequest {
    const request = new WafRequest(view, this.#firewall.request);
    return challengeRequest(request, new Budget(CHALLENGE_BUDGET), view.receivedAt);
  }
}

/** All lines of that lower-case name as one value (RFC 9110 §5.3); `""` when there is none. */
export function joined(rawHeaders: readonly string[], name: string): string {
  return rawValues(rawHeaders, name).join(", ");
}
