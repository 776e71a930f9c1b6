import { challengeRequest } from "../../engine/challenge/challenge-request.ts";
import type { ChallengeProvider, ChallengeRequest } from "../../engine/decision/challenge-provider.ts";
import type { AnyDecision } from "../../engine/decision/decision.ts";
import { type RenderOptions, renderDecision } from "../../engine/respond/render.ts";
import { Budget } from "../../language/values/budget.ts";
import {
  type PreparedRequestOptions,
  prepareRequestOptions,
  type RequestOptions,
} from "../../request/model/options.ts";
import { WafRequest } from "../../request/model/request.ts";
import { within } from "../../rules/ratelimit/wait.ts";
import type { Answer } from "./answer.ts";
import { inspectBody } from "./body.ts";
import { type NodeRequest, NodeRequestView } from "./node-request.ts";

/** How refusals look, and who poses challenges. */
export interface AnswerOptions {
  /** The provider that the firewall has too; this side shows its pages and takes the answers. */
  readonly challenge?: ChallengeProvider;
  /** How the client's address is found; the same as the firewall's own `client`. */
  readonly client?: RequestOptions["client"];
  /** Wording, contact, pages; the provider comes from {@link challenge}. */
  readonly pages?: Omit<RenderOptions, "provider">;
}

/** Bytes of a challenge's answer; providers' forms are far smaller. */
const MAX_CHALLENGE_ANSWER = 16_384;
/** Milliseconds. */
const PROVIDER_TIMEOUT = 5_000;
/** A challenge reads only cookies and addresses. */
const CHALLENGE_BUDGET = 100_000;

/** Shows decisions to clients of one host. */
export class Answers {
  readonly #options: AnswerOptions;
  readonly #render: RenderOptions;
  readonly #request: PreparedRequestOptions;

  constructor(options: AnswerOptions) {
    this.#options = options;
    this.#render = { ...options.pages, provider: options.challenge };
    this.#request = prepareRequestOptions(options.client === undefined ? {} : { client: options.client });
  }

  /** The answer that the decision asks for; undefined when it lets the message pass. */
  of(decision: AnyDecision, request: NodeRequest): Answer | undefined {
    const { headers } = request;
    const rendered = renderDecision(
      decision,
      {
        method: request.method ?? "GET",
        accept: headers.accept ?? "",
        contentType: headers["content-type"] ?? "",
        challenge: this.#options.challenge === undefined ? undefined : this.#challengeRequest(request),
      },
      this.#render,
    );
    if (rendered?.trailers === undefined) return rendered;
    return { ...rendered, headers: [...rendered.headers, ...rendered.trailers] };
  }

  /** Whether the request brings the answer to a challenge, which no rule is to see. */
  isChallengeAnswer(request: NodeRequest): boolean {
    const path = this.#options.challenge?.answerPath;
    if (path === undefined || request.url === undefined) return false;
    const mark = request.url.indexOf("?");
    return (mark === -1 ? request.url : request.url.slice(0, mark)) === path;
  }

  /** Judges the answer to a challenge. @throws BodyError when the client breaks off or is too slow. */
  async challengeAnswer(request: NodeRequest): Promise<Answer> {
    const body = await inspectBody(request, MAX_CHALLENGE_ANSWER, { timeout: 10_000 });
    const provider = this.#options.challenge!;
    const answer: Answer | Promise<Answer> = provider.answer(
      this.#challengeRequest(request),
      body.view.bytes,
    );
    // Providers answer at once; one that does not must not keep the client waiting for good.
    const late = `the challenge provider \`${provider.name}\` did not answer in time`;
    return answer instanceof Promise ? within(answer, PROVIDER_TIMEOUT, late) : answer;
  }

  #challengeRequest(request: NodeRequest): ChallengeRequest {
    const view = new NodeRequestView(request);
    const shown = new WafRequest(view, this.#request);
    return challengeRequest(shown, new Budget(CHALLENGE_BUDGET), view.receivedAt);
  }
}
