import { object, optional } from "../../../documents/shapes/shape.ts";
import { answerFaults, answerShape, prepareAnswer } from "./answer-parameters.ts";
import { defineAction } from "./define-action.ts";

/** Blocks the request; in a response phase, the response. */
export const block = defineAction({
  name: "block",
  summary: "Blocks the request.",
  terminating: true,
  contributes: [],
  parameters: object({
    /** The answer. Default: the page of the host, with the status of the phase. */
    response: optional(answerShape),
  }),
  check: ({ response }) => answerFaults(response),
  prepare: ({ response }) => prepareAnswer(response),
  apply(control, prepared) {
    control.block(prepared);
  },
});
