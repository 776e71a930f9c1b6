import type { RewrittenPart } from "../request.ts";
import { standardFields } from "./index.ts";

const headers = (prefix: string): readonly string[] => [prefix, `${prefix}.names`, `${prefix}.values`];
const WHOLE_URI = ["http.request.full_uri", "http.request.uri"];

const FIELDS: Readonly<Record<RewrittenPart, readonly string[]>> = {
  path: [
    ...WHOLE_URI,
    "http.request.uri.path",
    "http.request.uri.path.extension",
    "cf.bot_management.static_resource",
  ],
  query: [
    ...WHOLE_URI,
    "http.request.uri.query",
    ...headers("http.request.uri.args"),
    "wirewall.request.uri.args.decoded",
  ],
  headers: [...headers("http.request.headers"), "wirewall.request.headers.decoded"],
  responseHeaders: [...headers("http.response.headers"), "http.response.content_type.media_type"],
};

/**
 * Names of the fields that read differently after a rewrite: an engine invalidates their slots between phases. The
 * `raw.` fields and those of single headers are never among them.
 */
export function fieldsChangedBy(parts: Iterable<RewrittenPart>): readonly string[] {
  return [...new Set([...parts].flatMap((part) => FIELDS[part]))];
}

/**
 * Names of the fields that get their values when the body, or the response, is handed over. Their slots may hold
 * the nil of a rule that asked too early: an engine invalidates them then.
 */
export function fieldsArrivingWith(phase: "body" | "response"): readonly string[] {
  return standardFields.filter(({ phases }) => phases?.[0] === phase).map(({ name }) => name);
}
