import { integer, object, oneOf, optional } from "../../../documents/shapes/shape.ts";
import type { BodyLimits } from "./control.ts";
import { defineAction } from "./define-action.ts";

/** Sets, for the requests of a route, how much of a body rules get and what happens to a longer one. */
export const setBodyLimits = defineAction({
  name: "set_body_limits",
  summary: "Sets how much of a request's body rules see, and what happens to a longer one.",
  terminating: false,
  contributes: ["change"],
  parameters: object(
    {
      /** Bytes of a body that the host holds for rules. It lowers the limit of the host and never raises it. */
      max_bytes: optional(integer(0)),
      /** What happens to a longer body: 413, evaluate the beginning, or hide it from rules. Default: `oversize` of the host. */
      on_oversize: optional(oneOf("block", "inspect", "pass")),
    },
    { atLeastOne: [["max_bytes", "on_oversize"]] },
  ),
  prepare: ({ max_bytes: maxBytes, on_oversize: oversize }): BodyLimits =>
    Object.freeze({ maxBytes, oversize }),
  apply(control, prepared) {
    control.limitBody(prepared);
  },
});
