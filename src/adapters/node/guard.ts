import type { Decision } from "../../engine/decision/decision.ts";
import { tell } from "../../engine/decision/failure.ts";
import type { Transaction } from "../../engine/evaluation/exchange.ts";
import type { Waf } from "../../engine/firewall/waf.ts";
import {
  isSendableLine,
  type NodeResponse,
  plainAnswer,
  refuse,
  sendAnswer,
  sendLastAnswer,
} from "./answer.ts";
import { BodyError } from "./body.ts";
import { hasTooManyHeaders, type JudgeOptions, judge, openTransaction } from "./judge.ts";
import type { NodeRequest } from "./node-request.ts";
import { type AnswerOptions, Answers } from "./render.ts";

/** How a guard hands requests to the firewall, and how it answers. */
export interface GuardOptions extends JudgeOptions, AnswerOptions {
  /** When the firewall throws: `closed` (default) answers 503, `open` lets the request pass. */
  readonly failure?: "closed" | "open";
  /**
   * Told of a firewall that throws, and of what `next` throws; what it throws itself goes unheard. Without it, what
   * `next` throws becomes a warning of the process.
   */
  readonly onError?: (error: unknown, reference: string) => void;
}

/** A request that a guard has let pass. */
export type GuardedRequest = NodeRequest & {
  /** What the firewall decided, with its score and the rules that matched. */
  readonly waf?: Decision;
};

/** Middleware with the signature of Connect and Express; `next` is called only for requests that pass. */
export type Guard = (request: NodeRequest, response: NodeResponse, next: (error?: unknown) => void) => void;

/**
 * Middleware for `node:http` and whatever is called with `(request, response, next)`: put it before everything that
 * reads bodies. It answers refused requests itself; for the others `next` is called with the whole body still in the
 * request, and with `request.waf` set to the decision.
 *
 * Response headers that rules set are on the response before `next`. Rewrites of the path, routes and rules on
 * responses need a host that forwards: see the proxy.
 */
export function guard(waf: Waf, options: GuardOptions = {}): Guard {
  const answers = new Answers(options);
  return (request, response, next) => {
    void judgeAndAnswer(waf, options, answers, request, response)
      .catch((error: unknown) => {
        tell(() => options.onError?.(error, ""));
        if (options.failure === "open") return true;
        sendLastAnswer(request, response, plainAnswer(503, "the firewall cannot judge requests now"));
        return false;
      })
      .then((passed) => {
        if (passed) next();
      })
      .catch((error: unknown) => {
        // A handler that throws at once would have ended the process as a rejection that nobody handles.
        if (options.onError !== undefined) tell(() => options.onError?.(error, ""));
        else process.emitWarning(error instanceof Error ? error : String(error));
        sendLastAnswer(request, response, plainAnswer(500, "the request could not be handled"));
      });
  };
}

async function judgeAndAnswer(
  waf: Waf,
  options: GuardOptions,
  answers: Answers,
  request: NodeRequest,
  response: NodeResponse,
): Promise<boolean> {
  let transaction: Transaction | undefined;
  try {
    if (answers.isChallengeAnswer(request)) {
      sendAnswer(request, response, await answers.challengeAnswer(request));
      return false;
    }
    transaction = openTransaction(waf, request, options);
    if (hasTooManyHeaders(request, options)) {
      refuse(
        request,
        response,
        transaction,
        431,
        "the request has more header lines than this site inspects",
      );
      return false;
    }
    const { decision, oversize } = await judge(transaction, request, options);
    const answer = answers.of(decision, request);
    if (answer !== undefined) {
      sendAnswer(request, response, answer);
      return false;
    }
    if (oversize && (options.oversize ?? "block") === "block") {
      refuse(request, response, transaction, 413, "the body is longer than this site inspects");
      return false;
    }
    Object.defineProperty(request, "waf", { value: decision, configurable: true, enumerable: false });
    for (const operation of decision.changes.responseHeaders) {
      // A value that cannot be sent leaves no header of that name, rather than the one that the rule replaces.
      if (operation.operation !== "remove" && !isSendableLine(operation.name, operation.value)) {
        if (operation.operation === "set") response.removeHeader(operation.name);
      } else if (operation.operation === "set") response.setHeader(operation.name, operation.value);
      else if (operation.operation === "add") response.appendHeader(operation.name, operation.value);
      else response.removeHeader(operation.name);
    }
    return true;
  } catch (error) {
    if (!(error instanceof BodyError)) throw error;
    if (error.code === "E_BODY_TIMEOUT") refuse(request, response, transaction, 408, error.message);
    return false;
  } finally {
    transaction?.end();
  }
}
