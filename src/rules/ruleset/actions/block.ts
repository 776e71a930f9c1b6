import { freezeData } from "../../../documents/shapes/freeze.ts";
import {
  headerValue,
  integer,
  object,
  oneOf,
  optional,
  required,
  type StringShape,
} from "../../../documents/shapes/shape.ts";
import { type BlockResponse, PLAIN_BLOCK, type ResponseBody, type ResponseFormat } from "./control.ts";
import { defineAction } from "./define-action.ts";

/** The reference product allows 2 KB in custom rules and 30 KB in rate limits; we allow the larger everywhere. */
const MAX_BODY_BYTES = 30_720;
const CONTENT_TYPES = ["text/html", "text/plain", "application/json", "text/xml"] as const;
const FORMATS: readonly ResponseFormat[] = ["html", "json", "plain", "xml"];

const content: StringShape = { kind: "string", maxBytes: MAX_BODY_BYTES };

const variant = object({ content_type: optional(headerValue), content: required(content) });

const DEFAULT_TYPE: Readonly<Record<ResponseFormat, string>> = {
  html: "text/html",
  json: "application/json",
  plain: "text/plain",
  xml: "text/xml",
};

/** Refuses the request; in a response phase, the response. */
export const block = defineAction({
  name: "block",
  summary: "Refuses the request.",
  terminating: true,
  contributes: [],
  parameters: object({
    response: optional(
      object(
        {
          status_code: required(integer(400, 499)),
          content_type: optional(oneOf(...CONTENT_TYPES)),
          content: optional(content),
          variants: optional(
            object({
              html: optional(variant),
              json: optional(variant),
              plain: optional(variant),
              xml: optional(variant),
            }),
          ),
          grpc_status: optional(integer(1, 16)),
        },
        {},
      ),
    ),
  }),
  check({ response }) {
    if (response?.content === undefined || response.content_type !== undefined) return [];
    return [
      {
        code: "E_ACTION_PARAMETER",
        path: ["response"],
        message: "`content` needs a `content_type`",
        hint: `one of ${CONTENT_TYPES.join(", ")}`,
      },
    ];
  },
  prepare({ response }): BlockResponse {
    if (response === undefined) return PLAIN_BLOCK;
    const variants: Partial<Record<ResponseFormat, ResponseBody>> = Object.create(null);
    for (const format of FORMATS) {
      const given = response.variants?.[format];
      if (given === undefined) continue;
      variants[format] = { contentType: given.content_type ?? DEFAULT_TYPE[format], content: given.content };
    }
    const { content, content_type: contentType } = response;
    return freezeData({
      status: response.status_code,
      body: content === undefined || contentType === undefined ? undefined : { contentType, content },
      variants,
      grpcStatus: response.grpc_status ?? PLAIN_BLOCK.grpcStatus,
    });
  },
  apply(control, prepared) {
    control.block(prepared);
  },
});
