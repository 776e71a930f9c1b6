import { freezeData } from "../../../documents/shapes/freeze.ts";
import {
  headerValue,
  integer,
  object,
  oneOf,
  optional,
  required,
  type StringShape,
  type ValueOf,
} from "../../../documents/shapes/shape.ts";
import { answerHeaderFaults, answerHeaders, headerLines } from "./answer-headers.ts";
import {
  type BlockResponse,
  type ParameterFault,
  PLAIN_BLOCK,
  type ResponseBody,
  type ResponseFormat,
} from "./control.ts";
import { placeholderFaults } from "./placeholders.ts";

/** Cloudflare allows 2 KB in custom rules and 30 KB in rate limits; we allow the larger everywhere. */
const MAX_BODY_BYTES = 30_720;
const CONTENT_TYPES = ["text/html", "text/plain", "application/json", "text/xml"] as const;
const FORMATS: readonly ResponseFormat[] = ["html", "json", "plain", "xml"];

const content: StringShape = { kind: "string", maxBytes: MAX_BODY_BYTES };

const variant = object({
  /** Default: the media type of the format. */
  content_type: optional(headerValue),
  /** The content, with placeholders. */
  content: required(content),
});

const DEFAULT_TYPE: Readonly<Record<ResponseFormat, string>> = {
  html: "text/html",
  json: "application/json",
  plain: "text/plain",
  xml: "text/xml",
};

/** The response instead of the upstream's: status, content for all clients or by format, headers. */
export const answerShape = object({
  /** Status of the answer. */
  status_code: required(integer(400, 499)),
  /** Media type of `content`, which needs one. */
  content_type: optional(oneOf(...CONTENT_TYPES)),
  /** The answer for every client, with placeholders. Default: the page of the host. */
  content: optional(content),
  /** Ours: content by the format that the client prefers. */
  variants: optional(
    object({
      /** For clients that prefer HTML. */
      html: optional(variant),
      /** For clients that prefer JSON. */
      json: optional(variant),
      /** For clients that prefer plain text. */
      plain: optional(variant),
      /** For clients that prefer XML. */
      xml: optional(variant),
    }),
  ),
  /** Ours: status for gRPC clients. Default 7, permission denied. */
  grpc_status: optional(integer(1, 16)),
  /** Ours: header lines of the answer, at most 32 names and 8,192 bytes. Values have placeholders. */
  headers: optional(answerHeaders),
});

type AnswerParameters = ValueOf<typeof answerShape>;

/** Faults that the shape of a response does not cover. */
export function answerFaults(response: AnswerParameters | undefined): readonly ParameterFault[] {
  if (response === undefined) return [];
  const { content: text, content_type: type, variants, headers } = response;
  const untyped: readonly ParameterFault[] =
    text === undefined || type !== undefined
      ? []
      : [
          {
            code: "E_ACTION_PARAMETER",
            path: ["response"],
            message: "`content` needs a `content_type`",
            hint: `one of ${CONTENT_TYPES.join(", ")}`,
          },
        ];
  return [
    ...untyped,
    ...placeholderFaults(text ?? "", ["response", "content"]),
    ...FORMATS.flatMap((format) =>
      placeholderFaults(variants?.[format]?.content ?? "", ["response", "variants", format, "content"]),
    ),
    ...answerHeaderFaults(headers, ["response", "headers"]),
  ];
}

/** The answer ready for requests; rules without one share one. */
export function prepareAnswer(response: AnswerParameters | undefined): BlockResponse {
  if (response === undefined) return PLAIN_BLOCK;
  const variants: Partial<Record<ResponseFormat, ResponseBody>> = Object.create(null);
  for (const format of FORMATS) {
    const given = response.variants?.[format];
    if (given === undefined) continue;
    variants[format] = { contentType: given.content_type ?? DEFAULT_TYPE[format], content: given.content };
  }
  const { content: text, content_type: contentType, headers } = response;
  return freezeData({
    status: response.status_code,
    body: text === undefined || contentType === undefined ? undefined : { contentType, content: text },
    variants,
    grpcStatus: response.grpc_status ?? PLAIN_BLOCK.grpcStatus,
    ...(headers === undefined ? {} : { headers: headerLines(headers) }),
  });
}
