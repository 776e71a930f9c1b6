import { integer, name, object, oneOf, optional, text } from "../../../documents/shapes/shape.ts";
import { answerHeaderFaults, answerHeaders, headerLines } from "./answer-headers.ts";
import type { ErrorPage } from "./control.ts";
import { defineAction } from "./define-action.ts";
import { placeholderFaults } from "./placeholders.ts";

/** Replaces the response by an error page of the author. */
export const serveError = defineAction({
  name: "serve_error",
  summary: "Answers with an error page.",
  terminating: true,
  contributes: [],
  parameters: object(
    {
      /** The page, with placeholders. */
      content: optional(text),
      /** Name of a page that the host supplies (`pages.asset`). */
      asset_name: optional(name),
      /** Media type of the page. Default `text/html`. */
      content_type: optional(oneOf("text/html", "text/plain", "application/json", "text/xml")),
      /** Status of the error page. Default: that of the replaced response. */
      status_code: optional(integer(400, 999)),
      /** Ours: header lines of the error page. */
      headers: optional(answerHeaders),
    },
    { exactlyOne: [["content", "asset_name"]] },
  ),
  check: ({ content = "", headers }) => [
    ...placeholderFaults(content, ["content"]),
    ...answerHeaderFaults(headers, ["headers"]),
  ],
  prepare: ({
    status_code: status,
    content_type: contentType = "text/html",
    content,
    asset_name,
    headers,
  }): ErrorPage =>
    Object.freeze({
      status,
      contentType,
      content,
      asset: asset_name,
      ...(headers === undefined ? {} : { headers: headerLines(headers) }),
    }),
  apply(control, prepared) {
    control.serveError(prepared);
  },
});
