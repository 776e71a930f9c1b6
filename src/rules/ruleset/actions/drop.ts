import { integer, object, oneOf, optional } from "../../../documents/shapes/shape.ts";
import { answerFaults, answerShape, prepareAnswer } from "./answer-parameters.ts";
import type { ChangedPart, TarpitPlan } from "./control.ts";
import { defineAction } from "./define-action.ts";

/** Seconds for which a connection may be held. */
const MAX_HOLD = 10;

const CONNECTION: readonly ChangedPart[] = Object.freeze(["connection"]);

/** Closes the connection without an answer. */
export const drop = defineAction({
  name: "drop",
  summary: "Closes the connection without an answer; on HTTP/2, resets the stream.",
  terminating: true,
  contributes: [],
  parameters: object({
    /** Ours: the answer of hosts that cannot close the connection. */
    response: optional(answerShape),
  }),
  check: ({ response }) => answerFaults(response),
  changes: () => CONNECTION,
  prepare: ({ response }) => prepareAnswer(response),
  apply(control, prepared) {
    control.drop(prepared);
  },
});

/** Holds the client, and then closes the connection or blocks the request. */
export const tarpit = defineAction({
  name: "tarpit",
  summary: "Holds the request, then closes the connection or blocks the request.",
  terminating: true,
  contributes: [],
  parameters: object({
    /** Seconds that the client waits. Default 10. */
    seconds: optional(integer(1, MAX_HOLD)),
    /** What follows: the connection is closed, or the request is blocked. Default `drop`. */
    end: optional(oneOf("drop", "block")),
    /** The answer of `end: block`, and of hosts that cannot hold a connection. */
    response: optional(answerShape),
  }),
  check: ({ response }) => answerFaults(response),
  changes: () => CONNECTION,
  prepare: ({ seconds = MAX_HOLD, end = "drop", response }): TarpitPlan =>
    Object.freeze({ seconds, end, response: prepareAnswer(response) }),
  apply(control, prepared) {
    control.tarpit(prepared);
  },
});
