import { headerValue, object, required } from "../../../documents/shapes/shape.ts";
import { defineAction } from "./define-action.ts";

/** Header that carries the marks to the site. */
const HEADER = "X-Wirewall-Mark";

/** Tells the site what a rule has found, without ending the evaluation. */
export const mark = defineAction({
  name: "mark",
  summary: "Adds a request header that tells the site of the match.",
  terminating: false,
  contributes: ["change"],
  phases: ["http_request_firewall_custom", "http_request_firewall_managed"],
  parameters: object({ name: required(headerValue) }),
  prepare: ({ name: value }) => ({ operation: "add", name: HEADER, value }) as const,
  apply(control, operation) {
    control.header(operation);
  },
});
