import { asciiLower } from "../../language/values/bytes.ts";
import { arrayOf, Bool, Bytes, Int, mapOf } from "../../language/values/types.ts";
import { trimWhiteSpace } from "../head/characters.ts";
import {
  COST,
  FROM_RESPONSE,
  fieldsOf,
  NO_ENTRIES,
  NO_ITEMS,
  type RequestField,
  suppliedFieldsOf,
} from "./field.ts";

const field = fieldsOf(FROM_RESPONSE, ["response"]);
const supplied = suppliedFieldsOf(FROM_RESPONSE, ["response"]);
const headers = "http.response.headers";
const rawHeaders = "raw.http.response.headers";
const noItems = { whenAbsent: "an empty array", cost: COST.parse };
const noEntries = {
  whenAbsent: "an empty map; an unknown key is nil",
  cost: COST.parse,
  lowerCaseKeys: true,
};

/** The response's status and headers. */
export const responseFields: readonly RequestField[] = [
  field(
    "http.response.code",
    Int,
    "Status code for the client.",
    (request) => request.view.response?.status,
    {
      whenAbsent: "nil until there is a response",
      example: 404,
    },
  ),
  field(
    headers,
    mapOf(arrayOf(Bytes)),
    "Response headers by lower-case name.",
    (request) => request.responseHeaders?.byName ?? NO_ENTRIES,
    { ...noEntries, example: { server: ["caddy"] } },
  ),
  field(
    `${headers}.names`,
    arrayOf(Bytes),
    "Response header names, spelled as sent.",
    (request) => request.responseHeaders?.names ?? NO_ITEMS,
    { ...noItems, parallelGroup: headers, example: ["Server"] },
  ),
  field(
    `${headers}.values`,
    arrayOf(Bytes),
    "Response header values, aligned with the names.",
    (request) => request.responseHeaders?.values ?? NO_ITEMS,
    { ...noItems, parallelGroup: headers, example: ["caddy"] },
  ),
  field(
    `${headers}.truncated`,
    Bool,
    "Whether response header lines were left out because there were too many.",
    (request) => request.responseHeaders?.truncated ?? false,
    { whenAbsent: "false", cost: COST.parse, example: false },
  ),
  field(
    "http.response.content_type.media_type",
    Bytes,
    "Media type of the response in lower case, without parameters.",
    (request) => {
      const declared = request.responseHeaders?.first("content-type") ?? "";
      const end = declared.indexOf(";");
      return asciiLower(trimWhiteSpace(end === -1 ? declared : declared.slice(0, end)));
    },
    { whenAbsent: "the empty value", cost: COST.parse, example: "text/html" },
  ),
  field(
    rawHeaders,
    mapOf(arrayOf(Bytes)),
    "Response headers as the origin sent them, by lower-case name.",
    (request) => request.rawResponseHeaders?.byName ?? NO_ENTRIES,
    { ...noEntries, example: { server: ["caddy"] } },
  ),
  field(
    `${rawHeaders}.names`,
    arrayOf(Bytes),
    "Response header names as the origin sent them.",
    (request) => request.rawResponseHeaders?.names ?? NO_ITEMS,
    { ...noItems, parallelGroup: rawHeaders, example: ["Server"] },
  ),
  field(
    `${rawHeaders}.values`,
    arrayOf(Bytes),
    "Response header values as the origin sent them.",
    (request) => request.rawResponseHeaders?.values ?? NO_ITEMS,
    { ...noItems, parallelGroup: rawHeaders, example: ["caddy"] },
  ),
  supplied("cf.response.1xxx_code", Int, "The platform's own number of an error.", 0, { example: 1020 }),
  supplied("cf.response.error_type", Bytes, "What kind of error page the client gets; empty for none.", "", {
    example: "waf",
  }),
];
