import { asciiUpper } from "../../language/values/bytes.ts";
import { arrayOf, Bool, Bytes, Int, mapOf } from "../../language/values/types.ts";
import { groupByName } from "../head/pairs.ts";
import { COST, FROM_HEAD, fieldsOf, RECEIVED, type RequestField } from "./field.ts";

const field = fieldsOf(FROM_HEAD, RECEIVED);
const headers = "http.request.headers";
const rawHeaders = "raw.http.request.headers";
const noItems = { whenAbsent: "an empty array" };
const noEntries = { whenAbsent: "an empty map; an unknown key is nil" };
const empty = { whenAbsent: "the empty value" };

/** The request line, headers and cookies. Single-header fields join repeated lines, so that none can hide. */
export const requestFields: readonly RequestField[] = [
  field("http.request.method", Bytes, "Method in upper case.", (request) => asciiUpper(request.view.method), {
    whenAbsent: "never absent",
    example: "GET",
    form: { like: /^[^a-z]*$/ },
  }),
  field("http.request.version", Bytes, "Protocol version of the client.", (request) => request.view.version, {
    whenAbsent: "never absent",
    example: "HTTP/1.1",
    form: {
      words: ["HTTP/0.9", "HTTP/1.0", "HTTP/1.1", "HTTP/1.2", "HTTP/2", "HTTP/3", "SPDY/3.1"],
      instead: {
        "HTTP/2.0": "HTTP/2",
        "HTTP/3.0": "HTTP/3",
        "1.0": "HTTP/1.0",
        "1.1": "HTTP/1.1",
        "2": "HTTP/2",
        "3": "HTTP/3",
      },
    },
  }),
  field(
    "http.host",
    Bytes,
    "Host that the client asked for, in lower case, without port and last dot: the first Host line, else the target's authority.",
    (request) => request.host,
    { ...empty, example: "a.example", hostName: { asSent: "wirewall.http.host.raw" } },
  ),
  field("wirewall.http.host.raw", Bytes, "The same host as sent.", (request) => request.rawHost, {
    ...empty,
    example: "A.example:8443",
  }),
  field(
    "http.user_agent",
    Bytes,
    "User-Agent header.",
    (request) => request.rawHeaders.joined("user-agent"),
    {
      ...empty,
      example: "curl/8.5.0",
    },
  ),
  field("http.referer", Bytes, "Referer header.", (request) => request.rawHeaders.joined("referer"), {
    ...empty,
    example: "https://a.example/",
  }),
  field(
    "http.cookie",
    Bytes,
    "Cookie header, unparsed.",
    (request) => request.rawHeaders.joined("cookie", "; "),
    {
      ...empty,
      example: "lang=de; seen=1",
    },
  ),
  field(
    "http.x_forwarded_for",
    Bytes,
    "X-Forwarded-For header, unparsed and not to be believed unless a trusted proxy wrote it.",
    (request) => request.rawHeaders.joined("x-forwarded-for"),
    { ...empty, example: "192.0.2.7" },
  ),
  field(
    "http.request.cookies",
    mapOf(arrayOf(Bytes)),
    "Cookies by percent-decoded name; values as sent.",
    (request, context) => groupByName(request.cookies(context.budget)),
    { ...noEntries, cost: COST.parse, example: { lang: ["de"] } },
  ),
  field(headers, mapOf(arrayOf(Bytes)), "Headers by lower-case name.", (request) => request.headers.byName, {
    derivesFrom: ["headers"],
    ...noEntries,
    cost: COST.parse,
    lowerCaseKeys: true,
    example: { accept: ["text/html"] },
  }),
  field(
    `${headers}.names`,
    arrayOf(Bytes),
    "Header names, spelled as sent.",
    (request) => request.headers.names,
    {
      derivesFrom: ["headers"],
      ...noItems,
      cost: COST.parse,
      parallelGroup: headers,
      example: ["Accept"],
    },
  ),
  field(
    `${headers}.values`,
    arrayOf(Bytes),
    "Header values, aligned with the names.",
    (request) => request.headers.values,
    {
      derivesFrom: ["headers"],
      ...noItems,
      cost: COST.parse,
      parallelGroup: headers,
      example: ["text/html"],
    },
  ),
  field(
    `${headers}.truncated`,
    Bool,
    "Whether header lines were left out because there were too many.",
    (request) => request.headers.truncated,
    { derivesFrom: ["headers"], whenAbsent: "false", example: false },
  ),
  field(
    rawHeaders,
    mapOf(arrayOf(Bytes)),
    "Headers as received, by lower-case name.",
    (request) => request.rawHeaders.byName,
    { ...noEntries, cost: COST.parse, lowerCaseKeys: true, example: { accept: ["text/html"] } },
  ),
  field(
    `${rawHeaders}.names`,
    arrayOf(Bytes),
    "Header names as received.",
    (request) => request.rawHeaders.names,
    {
      ...noItems,
      cost: COST.parse,
      parallelGroup: rawHeaders,
      example: ["Accept"],
    },
  ),
  field(
    `${rawHeaders}.values`,
    arrayOf(Bytes),
    "Header values as received.",
    (request) => request.rawHeaders.values,
    { ...noItems, cost: COST.parse, parallelGroup: rawHeaders, example: ["text/html"] },
  ),
  field(
    "http.request.accepted_languages",
    arrayOf(Bytes),
    "Language tags of Accept-Language, the best liked first.",
    (request) => request.languages,
    { ...noItems, cost: COST.parse, example: ["de-AT", "de", "en"] },
  ),
  field(
    "http.request.timestamp.sec",
    Int,
    "When the request arrived, in whole seconds since 1970.",
    (request) => Math.floor(request.now / 1000),
    { whenAbsent: "never absent", example: 1760000000 },
  ),
  field(
    "http.request.timestamp.msec",
    Int,
    "Milliseconds of the second in which the request arrived, 0 to 999.",
    ({ now }) => Math.floor(now) - 1000 * Math.floor(now / 1000),
    { whenAbsent: "never absent", example: 250 },
  ),
  field("ssl", Bool, "Whether the client's connection is encrypted.", (request) => request.secure, {
    whenAbsent: "false",
    supply: { by: ["tls", "protocolHeader"], otherwise: false },
    example: true,
  }),
];
