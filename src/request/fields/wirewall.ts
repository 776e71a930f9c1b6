import { arrayOf, Bool, Bytes, Int, mapOf } from "../../language/values/types.ts";
import { type ResponseOutcome, responseOutcome } from "../body/response-outcome.ts";
import { headerAnomalies } from "../head/headers.ts";
import { uriAnomalies } from "../head/uri.ts";
import type { RequestView } from "../view/request-view.ts";
import {
  COST,
  FROM_BODY,
  FROM_HEAD,
  FROM_RESPONSE_BODY,
  fieldsOf,
  NO_ENTRIES,
  NO_ITEMS,
  RECEIVED,
  type RequestField,
} from "./field.ts";

const field = fieldsOf(FROM_HEAD, RECEIVED, { cost: COST.parse, whenAbsent: "an empty array" });
const bodyField = fieldsOf(FROM_BODY, ["body"], { cost: COST.body });
const responseBody = fieldsOf(FROM_RESPONSE_BODY, ["response_body"]);
const json = "wirewall.request.body.json";
const xml = "wirewall.request.body.xml";

/**
 * Fields of our own: what the parsers noticed. An anomaly is something that two readers of the same bytes may
 * understand differently; its code is stable, and an array holds each code once.
 */
export const wirewallFields: readonly RequestField[] = [
  field(
    "wirewall.request.uri.anomalies",
    arrayOf(Bytes),
    "Oddities of the request target as received.",
    (request, context) => {
      const found = uriAnomalies(request.rawTarget, request.rawHost);
      return request.rawArguments(context.budget).truncated ? [...found, "too_many_arguments"] : found;
    },
    { example: ["encoded_slash"] },
  ),
  field(
    "wirewall.request.headers.anomalies",
    arrayOf(Bytes),
    "Oddities of the headers as received, message framing included.",
    (request) => {
      const found = headerAnomalies(request.rawHeaders, request.view.version);
      return request.client.malformed ? [...found, "malformed_forwarding"] : found;
    },
    { example: ["duplicate_host"] },
  ),
  field(
    "wirewall.request.cookies.anomalies",
    arrayOf(Bytes),
    "Oddities of the Cookie header.",
    (request, context) => request.cookies(context.budget).anomalies,
    { example: ["duplicate_cookie"] },
  ),
  field(
    "wirewall.request.client.trusted_proxy",
    Bool,
    "Whether the socket's peer is a trusted proxy, so that `ip.src` comes from its header.",
    (request) => request.client.peerTrusted,
    { whenAbsent: "false", example: false },
  ),
  field(
    "wirewall.scores",
    mapOf(Int),
    "What the rules before this one added to scores, by the scores' names; the usual one is `default`.",
    // The engine puts the scores into the slot as rules add to them.
    () => NO_ENTRIES,
    {
      derivesFrom: ["scores"],
      cost: COST.slice,
      whenAbsent: "an empty map; an unknown key is nil",
      example: { sqli: 25 },
    },
  ),
  field(
    "wirewall.labels",
    arrayOf(Bytes),
    "The labels that the rules before this one gave the request, each once, in that order.",
    () => NO_ITEMS,
    {
      derivesFrom: ["labels"],
      cost: COST.slice,
      whenAbsent: "an empty array",
      example: ["partner"],
    },
  ),
  field(
    "wirewall.variables",
    mapOf(Bytes),
    "What the rules before this one set, by name.",
    () => NO_ENTRIES,
    {
      derivesFrom: ["variables"],
      cost: COST.slice,
      whenAbsent: "an empty map; an unknown name is nil",
      example: { tenant: "t1" },
    },
  ),
  bodyField(
    "wirewall.request.body.kind",
    Bytes,
    "How the body is read: form, multipart, json, xml, text, or opaque for content that is not text; empty without a body.",
    (request, context) => request.body?.kind(context.budget),
    {
      whenAbsent: "the empty value",
      example: "json",
      form: { words: ["form", "multipart", "json", "xml", "text", "opaque"] },
    },
  ),
  bodyField(
    "wirewall.request.body.error",
    Bytes,
    "Why the body could not be read to its end; empty when it could.",
    (request, context) => request.body?.error(context.budget),
    { whenAbsent: "the empty value", example: "json_syntax" },
  ),
  bodyField(
    "wirewall.request.body.outcome",
    Bytes,
    "What rules see of the body: inspected, partly, or opaque for content that is not text; empty without a body.",
    (request, context) => request.body?.outcome(context.budget),
    {
      whenAbsent: "the empty value",
      example: "inspected",
      form: { words: ["inspected", "partly", "opaque"] },
    },
  ),
  bodyField(
    "wirewall.request.body.reason",
    Bytes,
    "Why the body was not inspected: the error of one that was read in part, the media type of an opaque one.",
    (request, context) => request.body?.reason(context.budget),
    { whenAbsent: "the empty value", example: "image/png" },
  ),
  bodyField(
    "wirewall.request.body.anomalies",
    arrayOf(Bytes),
    "Oddities of the body and of its declaration.",
    (request, context) => request.body?.anomalies(context.budget),
    { whenAbsent: "an empty array", example: ["multipart_duplicate_name"] },
  ),
  bodyField(
    `${json}.names`,
    arrayOf(Bytes),
    "Paths of the scalars of a JSON body: keys and indexes joined by dots.",
    (request, context) => request.body?.json(context.budget).names,
    { whenAbsent: "an empty array", parallelGroup: json, example: ["user.tags.0"] },
  ),
  bodyField(
    `${json}.values`,
    arrayOf(Bytes),
    "Those scalars: strings decoded, others as written.",
    (request, context) => request.body?.json(context.budget).values,
    { whenAbsent: "an empty array", parallelGroup: json, example: ["new"] },
  ),
  bodyField(
    `${json}.depth`,
    Int,
    "Containers around the deepest value of a JSON body.",
    (request, context) => request.body?.json(context.budget).depth,
    { whenAbsent: "0", example: 3 },
  ),
  bodyField(
    `${xml}.names`,
    arrayOf(Bytes),
    "Paths of the texts and attributes of an XML body: names of elements joined by dots, attributes as `.@name`, comments as `.#comment`.",
    (request, context) => request.body?.xml(context.budget).names,
    { whenAbsent: "an empty array", parallelGroup: xml, example: ["order.item.@id"] },
  ),
  bodyField(
    `${xml}.values`,
    arrayOf(Bytes),
    "Those texts and attributes, with references and CDATA sections decoded.",
    (request, context) => request.body?.xml(context.budget).values,
    { whenAbsent: "an empty array", parallelGroup: xml, example: ["42"] },
  ),
  bodyField(
    `${xml}.depth`,
    Int,
    "Elements around the deepest one of an XML body, itself included.",
    (request, context) => request.body?.xml(context.budget).depth,
    { whenAbsent: "0", example: 3 },
  ),
  responseBody(
    "wirewall.response.body.raw",
    Bytes,
    "The response body's bytes, decoded if it was compressed, as UTF-8 if it was UTF-16 or UTF-32, up to the inspection limit.",
    (request) => request.view.response?.body?.bytes,
    { whenAbsent: "nil until the host has supplied it", cost: COST.body, example: "<!doctype html>" },
  ),
  responseBody(
    "wirewall.response.body.size",
    Int,
    "Bytes of the response body up to the inspection limit, decoded.",
    (request) => request.view.response?.body?.size ?? request.view.response?.body?.bytes.length,
    { whenAbsent: "nil until the host has supplied it", example: 1024 },
  ),
  responseBody(
    "wirewall.response.body.truncated",
    Bool,
    "Whether the response body is longer than what is inspected.",
    (request) => request.view.response?.body?.truncated,
    { whenAbsent: "nil until the host has supplied it", example: false },
  ),
  responseBody(
    "wirewall.response.body.outcome",
    Bytes,
    "What rules see of the response body: inspected, partly, or opaque for content that is not text; empty without a body.",
    (request) => outcomeOf(request.view)?.outcome,
    { whenAbsent: "nil until there is a response", cost: COST.parse, example: "inspected" },
  ),
  responseBody(
    "wirewall.response.body.reason",
    Bytes,
    "Why the response body was not inspected: content_coding, partial_content, body_too_long, event_stream or hold_time, or the media type of an opaque one.",
    (request) => outcomeOf(request.view)?.reason,
    { whenAbsent: "nil until there is a response", cost: COST.parse, example: "content_coding" },
  ),
];

function outcomeOf({ response }: RequestView): ResponseOutcome | undefined {
  return response && responseOutcome(response);
}
