/**
 * Where an expression may stand, as far as the product documentation distinguishes functions. The strict profile
 * compares the `context` option with these; a function without contexts is documented everywhere.
 *
 * `filter`: conditions of custom rules and rate limits. `rewrite`: a path or query to come. `request_header`,
 * `response_header`: a header to come. `redirect`: a target. `custom_error`: an error page. `network_filter`:
 * conditions on packets.
 */
export type FunctionContext =
  | "filter"
  | "rewrite"
  | "request_header"
  | "response_header"
  | "redirect"
  | "custom_error"
  | "network_filter";

const HEADERS: readonly FunctionContext[] = ["request_header", "response_header"];
const TRANSFORM: readonly FunctionContext[] = ["rewrite", ...HEADERS];

export const CONTEXTS = Object.freeze({ HEADERS, TRANSFORM });
