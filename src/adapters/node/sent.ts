import { Http2ServerResponse } from "node:http2";
import type { SentAnswer } from "../../engine/decision/sent-answer.ts";
import { isEventStream } from "../../request/body/media-type.ts";
import type { NodeResponse } from "./answer.ts";
import type { NodeRequest } from "./node-request.ts";

/**
 * Milliseconds after which a response that still goes on, such as an event stream, is reported with the data so far.
 */
const PATIENCE = 10_000;

/**
 * Calls back once with what became of a response: when it is sent, when its connection is closed, or, once its head is sent,
 * after ten seconds; at once for an event stream, which does not end.
 */
export function whenSent(
  request: NodeRequest,
  response: NodeResponse,
  tell: (sent: SentAnswer) => void,
): void {
  const timer = setInterval(() => {
    // A connection that was handed over no longer sends events to the response.
    if (isOver(response) || request.socket?.destroyed === true) onClose();
    else if (response.headersSent) done({});
  }, PATIENCE);
  timer.unref();
  const done = (sent: SentAnswer): void => {
    clearInterval(timer);
    response.off("finish", onFinish).off("close", onClose);
    tell({ ...(response.headersSent ? { status: response.statusCode } : {}), ...sent });
  };
  const onFinish = (): void => done({ delivery: "complete" });
  const onClose = (): void => done({ delivery: isSent(response) ? "complete" : "aborted" });
  if (isSent(response)) onFinish();
  else if (isOver(response)) onClose();
  else if (response.headersSent && isEventStream(String(response.getHeader("content-type")))) done({});
  else response.once("finish", onFinish).once("close", onClose);
}

function isSent(response: NodeResponse): boolean {
  return response instanceof Http2ServerResponse
    ? response.stream.writableFinished
    : response.writableFinished;
}

function isOver(response: NodeResponse): boolean {
  return response instanceof Http2ServerResponse ? response.stream.destroyed : response.destroyed;
}
