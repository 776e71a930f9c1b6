import { arrayOf, Bytes, mapOf } from "../../language/values/types.ts";
import { groupByName } from "../head/pairs.ts";
import { pathExtension } from "../head/uri.ts";
import type { WafRequest } from "../model/request.ts";
import { COST, FROM_HEAD, fieldsOf, RECEIVED, type RequestField } from "./field.ts";

const field = fieldsOf(FROM_HEAD, RECEIVED);
const never = "never absent";
const empty = "the empty value";
const noItems = "an empty array";
const noEntries = "an empty map; an unknown key is nil";
const args = "http.request.uri.args";
const rawArgs = "raw.http.request.uri.args";

/**
 * The absolute form of a path with its query. A URI has no fragment: a `#` in a target is a byte like any other, and
 * shows as its escape. A request for the server as a whole (`*`) has no path (RFC 9112 §3.3).
 */
function absolute(request: WafRequest, host: string, pathAndQuery: string): string {
  const place = pathAndQuery === "*" ? "" : pathAndQuery;
  const uri = `${request.scheme}://${host}${place}`;
  return uri.includes("#") ? uri.replaceAll("#", "%23") : uri;
}

/** The request's address: normalised and with the rewrites of earlier phases, and (`raw.`) as received. */
export const uriFields: readonly RequestField[] = [
  field(
    "http.request.full_uri",
    Bytes,
    "Absolute URI: scheme, host as in `http.host`, path and query.",
    (request) => absolute(request, request.host, request.uri),
    { derivesFrom: ["path", "query"], whenAbsent: never, example: "https://a.example/shoes?size=42" },
  ),
  field(
    "http.request.uri",
    Bytes,
    "Path, and `?` with the query when there is one.",
    (request) => request.uri,
    {
      derivesFrom: ["path", "query"],
      whenAbsent: never,
      example: "/shoes?size=42",
    },
  ),
  field("http.request.uri.path", Bytes, "Path of the URI.", (request) => request.path, {
    derivesFrom: ["path"],
    whenAbsent: never,
    example: "/shoes",
  }),
  field(
    "http.request.uri.path.basename",
    Bytes,
    "Last segment of the path.",
    (request) => request.path.slice(request.path.lastIndexOf("/") + 1),
    { derivesFrom: ["path"], whenAbsent: empty, example: "shoes.png" },
  ),
  field(
    "http.request.uri.path.extension",
    Bytes,
    "Extension of the path's last segment, in lower case, without the dot.",
    (request) => pathExtension(request.path),
    { derivesFrom: ["path"], whenAbsent: empty, example: "png" },
  ),
  field(
    "http.request.uri.query",
    Bytes,
    "Query string without the question mark.",
    (request) => request.query,
    {
      derivesFrom: ["query"],
      whenAbsent: empty,
      example: "size=42",
    },
  ),
  field(
    args,
    mapOf(arrayOf(Bytes)),
    "Query arguments by name, undecoded; the values of one name in the order sent.",
    (request, context) => groupByName(request.arguments(context.budget)),
    { derivesFrom: ["query"], whenAbsent: noEntries, cost: COST.parse, example: { size: ["42"] } },
  ),
  field(
    `${args}.names`,
    arrayOf(Bytes),
    "Names of the query arguments in the order sent, repeats included, undecoded.",
    (request, context) => request.arguments(context.budget).names,
    { derivesFrom: ["query"], whenAbsent: noItems, cost: COST.parse, parallelGroup: args, example: ["size"] },
  ),
  field(
    `${args}.values`,
    arrayOf(Bytes),
    "Values of the query arguments, aligned with the names, undecoded.",
    (request, context) => request.arguments(context.budget).values,
    { derivesFrom: ["query"], whenAbsent: noItems, cost: COST.parse, parallelGroup: args, example: ["42"] },
  ),
  field(
    "raw.http.request.full_uri",
    Bytes,
    "Absolute URI as received.",
    (request) => absolute(request, request.rawHost, request.rawTarget.pathAndQuery),
    { whenAbsent: never, example: "https://a.example/x/../shoes" },
  ),
  field(
    "raw.http.request.uri",
    Bytes,
    "Path and query as received.",
    (request) => request.rawTarget.pathAndQuery,
    { whenAbsent: never, example: "/x/../shoes?size=42" },
  ),
  field("raw.http.request.uri.path", Bytes, "Path as received.", (request) => request.rawTarget.path, {
    whenAbsent: never,
    example: "/x/../shoes",
  }),
  field(
    "raw.http.request.uri.path.extension",
    Bytes,
    "Extension of the path as received.",
    (request) => pathExtension(request.rawTarget.path),
    { whenAbsent: empty, example: "png" },
  ),
  field(
    "raw.http.request.uri.query",
    Bytes,
    "Query string as received.",
    (request) => request.rawTarget.query,
    {
      whenAbsent: empty,
      example: "size=42",
    },
  ),
  field(
    rawArgs,
    mapOf(arrayOf(Bytes)),
    "Query arguments as received, by name.",
    (request, context) => groupByName(request.rawArguments(context.budget)),
    { whenAbsent: noEntries, cost: COST.parse, example: { size: ["42"] } },
  ),
  field(
    `${rawArgs}.names`,
    arrayOf(Bytes),
    "Names of the query arguments as received.",
    (request, context) => request.rawArguments(context.budget).names,
    { whenAbsent: noItems, cost: COST.parse, parallelGroup: rawArgs, example: ["size"] },
  ),
  field(
    `${rawArgs}.values`,
    arrayOf(Bytes),
    "Values of the query arguments as received.",
    (request, context) => request.rawArguments(context.budget).values,
    { whenAbsent: noItems, cost: COST.parse, parallelGroup: rawArgs, example: ["42"] },
  ),
];
