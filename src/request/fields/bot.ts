import { arrayOf, Bool, Bytes, Int } from "../../language/values/types.ts";
import { pathExtension } from "../head/uri.ts";
import {
  consulting,
  FROM_HEAD,
  fieldsOf,
  NO_ITEMS,
  RECEIVED,
  type RequestField,
  suppliedFieldsOf,
  suppliedOr,
} from "./field.ts";

const field = fieldsOf(FROM_HEAD, RECEIVED);
const supplied = suppliedFieldsOf(FROM_HEAD, RECEIVED);

const verifiedBot = consulting(
  (request) =>
    request.supplied("cf.bot_management.verified_bot") ?? request.supplied("cf.client.bot") ?? false,
);

/** Either name supplies both. */
const VERIFIED = Object.freeze({
  by: ["cf.bot_management.verified_bot", "cf.client.bot"],
  otherwise: false,
});

/** Results of the embedder's bot detector for the client. A missing score is nil, never 0. */
export const botFields: readonly RequestField[] = [
  field("cf.client.bot", Bool, "Whether the client is a bot known to be good.", verifiedBot, {
    whenAbsent: "false",
    supply: VERIFIED,
    example: true,
  }),
  field(
    "cf.bot_management.verified_bot",
    Bool,
    "Whether the client is a bot known to be good.",
    verifiedBot,
    {
      whenAbsent: "false",
      supply: VERIFIED,
      example: true,
    },
  ),
  supplied("cf.verified_bot_category", Bytes, "What such a bot is for.", "", {
    example: "Search Engine Crawler",
  }),
  supplied("cf.bot_management.score", Int, "1 (certainly automated) to 99 (certainly human).", undefined, {
    example: 30,
  }),
  field(
    "cf.bot_management.static_resource",
    Bool,
    "Whether the path's extension is that of a static file.",
    suppliedOr("cf.bot_management.static_resource", (request) =>
      request.options.staticExtensions.has(pathExtension(request.path)),
    ),
    { derivesFrom: ["path"], whenAbsent: "false", example: false },
  ),
  field(
    "cf.bot_management.ja3_hash",
    Bytes,
    "JA3 fingerprint of the TLS client.",
    suppliedOr("cf.bot_management.ja3_hash", (request) => request.view.tls?.ja3 ?? ""),
    {
      whenAbsent: "the empty value",
      supply: { by: ["cf.bot_management.ja3_hash"], otherwise: "" },
      example: "cd08e31494f9531f560d64c695473da9",
    },
  ),
  field(
    "cf.bot_management.ja4",
    Bytes,
    "JA4 fingerprint of the TLS client.",
    suppliedOr("cf.bot_management.ja4", (request) => request.view.tls?.ja4 ?? ""),
    {
      whenAbsent: "the empty value",
      supply: { by: ["cf.bot_management.ja4"], otherwise: "" },
      example: "t13d1516h2_acb858a92679_18f69afefd3d",
    },
  ),
  supplied(
    "cf.bot_management.js_detection.passed",
    Bool,
    "Whether the client passed the script check.",
    false,
  ),
  supplied(
    "cf.bot_management.detection_ids",
    arrayOf(Int),
    "Numbers of the heuristics that fired.",
    NO_ITEMS,
    {
      example: [7],
    },
  ),
  supplied(
    "cf.bot_management.corporate_proxy",
    Bool,
    "Whether the client is behind a company's gateway.",
    false,
  ),
  supplied(
    "cf.bot_management.signed_agent",
    Bool,
    "Whether the client signed its requests as a known agent.",
    false,
  ),
  supplied("cf.bot_management.tags", arrayOf(Bytes), "Tags that the detector gave.", NO_ITEMS, {
    example: ["feed"],
  }),
  supplied("cf.bot_detection.js_check_score", Int, "Score of the script check.", undefined, { example: 50 }),
];
