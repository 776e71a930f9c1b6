import { integer, name, object, oneOf, optional, text } from "../shape.ts";
import type { ErrorPage } from "./control.ts";
import { defineAction } from "./define-action.ts";

/** Replaces the response by an error page of the author's. */
export const serveError = defineAction<ErrorPage>({
  name: "serve_error",
  summary: "Answers with an error page.",
  terminating: true,
  contributes: [],
  parametersRequired: true,
  parameters: object(
    {
      content: optional(text),
      asset_name: optional(name),
      content_type: optional(oneOf("text/html", "text/plain", "application/json", "text/xml")),
      status_code: optional(integer(400, 999)),
    },
    { exactlyOne: [["content", "asset_name"]] },
  ),
  prepare: (parameters) => ({
    status: parameters["status_code"] as number | undefined,
    contentType: (parameters["content_type"] as string | undefined) ?? "text/html",
    content: parameters["content"] as string | undefined,
    asset: parameters["asset_name"] as string | undefined,
  }),
  apply(control, prepared) {
    control.serveError(prepared);
  },
});
