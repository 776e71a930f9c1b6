import { flag, object, optional } from "../../../documents/shapes/shape.ts";
import { defineAction } from "./define-action.ts";

/** Passes the request through this and later security phases; rate limits count it only with `count`. */
export const allow = defineAction({
  name: "allow",
  summary: "Lets the request pass this and all later security phases.",
  terminating: true,
  contributes: [],
  parameters: object({
    /** Ours: whether rate limits still count the request. Default false. */
    count: optional(flag),
  }),
  prepare: ({ count = false }) => ({ count }),
  apply(control, prepared) {
    control.allow(prepared);
  },
});
