import { integer, name, object, oneOf, optional, text } from "../../../documents/shapes/shape.ts";
import type { ErrorPage } from "./control.ts";
import { defineAction } from "./define-action.ts";

/** Replaces the response by an error page of the author's. */
export const serveError = defineAction({
  name: "serve_error",
  summary: "Answers with an error page.",
  terminating: true,
  contributes: [],
  parameters: object(
    {
      content: optional(text),
      asset_name: optional(name),
      content_type: optional(oneOf("text/html", "text/plain", "application/json", "text/xml")),
      status_code: optional(integer(400, 999)),
    },
    { exactlyOne: [["content", "asset_name"]] },
  ),
  prepare: ({
    status_code: status,
    content_type: contentType = "text/html",
    content,
    asset_name,
  }): ErrorPage => Object.freeze({ status, contentType, content, asset: asset_name }),
  apply(control, prepared) {
    control.serveError(prepared);
  },
});
