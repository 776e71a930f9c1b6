import type { Scheme } from "../scheme/scheme.ts";

// Names that authors know from Wireshark, ModSecurity, nginx and programming languages. They only select a hint,
// which is shown only when the scheme has the recommended name.

const FIELDS: ReadonlyMap<string, string> = new Map([
  ["ip.addr", "ip.src"],
  ["ip.src_host", "ip.src"],
  ["ipv6.src", "ip.src"],
  ["ip.source", "ip.src"],
  ["client.ip", "ip.src"],
  ["remote_addr", "ip.src"],
  ["tcp.port", "cf.edge.server_port"],
  ["tcp.dstport", "cf.edge.server_port"],
  ["server_port", "cf.edge.server_port"],
  ["http.headers", "http.request.headers"],
  ["request_headers", "http.request.headers"],
  ["http.cookies", "http.request.cookies"],
  ["request_cookies", "http.request.cookies"],
  ["http.cookie_pair", "http.request.cookies"],
  ["request_method", "http.request.method"],
  ["http.method", "http.request.method"],
  ["request_uri", "http.request.uri"],
  ["request_uri_raw", "raw.http.request.uri"],
  ["request_filename", "http.request.uri.path"],
  ["http.path", "http.request.uri.path"],
  ["request_body", "http.request.body.raw"],
  ["http.body", "http.request.body.raw"],
  ["http.file_data", "http.request.body.raw"],
  ["query_string", "http.request.uri.query"],
  ["http.query", "http.request.uri.query"],
  ["args", "http.request.uri.args"],
  ["args_get", "http.request.uri.args"],
  ["args_post", "http.request.body.form"],
  ["http.request.args", "http.request.uri.args"],
  ["server_name", "http.host"],
  ["http_host", "http.host"],
  ["http.request.host", "http.host"],
  ["user_agent", "http.user_agent"],
  ["http_user_agent", "http.user_agent"],
  ["http.request.user_agent", "http.user_agent"],
  ["http_referer", "http.referer"],
  ["response_status", "http.response.code"],
  ["http.response.status", "http.response.code"],
  ["http.response.status_code", "http.response.code"],
]);

/** The field that corresponds to a name of another product. */
export function fieldMeantBy(name: string, scheme: Scheme<never>): string | undefined {
  const meant = FIELDS.get(name.toLowerCase());
  if (meant !== undefined) return isField(meant, scheme) ? `write \`${meant}\`` : undefined;
  // `http.request.headers.host`: a key after a dot.
  const dot = name.lastIndexOf(".");
  const [base, key] = [name.slice(0, dot), name.slice(dot + 1)];
  const byKey = dot > 0 ? byKeyOf(base, key, scheme) : undefined;
  if (byKey !== undefined) return byKey;
  const found = dot > 0 ? scheme.field(base)?.field : undefined;
  if (found?.type.kind !== "Map" || found.name !== base) return undefined;
  return `write \`${base}["${key}"]${found.type.element.kind === "Array" ? "[0]" : ""}\``;
}

/** Texts that have a field beside them with their parts by name. */
const PARTS: ReadonlyMap<string, string> = new Map([
  ["http.cookie", "http.request.cookies"],
  ["http.request.uri.query", "http.request.uri.args"],
  ["http.request.body.raw", "http.request.body.form"],
]);

/** Replacement for one part of a text: `http.request.cookies["sid"][0]` for `http.cookie["sid"]`. */
function byKeyOf(name: string, key: string, scheme: Scheme<never>): string | undefined {
  const parts = PARTS.get(name);
  return parts === undefined || !isField(parts, scheme) ? undefined : `write \`${parts}["${key}"][0]\``;
}

function isField(name: string, scheme: Scheme<never>): boolean {
  const found = scheme.field(name);
  return found !== undefined && scheme.isAvailable(found.field);
}

const FUNCTIONS: ReadonlyMap<string, string> = new Map([
  ["strlen", "`len(…)` returns the length"],
  ["length", "`len(…)` returns the length"],
  ["size", "`len(…)` returns the length"],
  ["count", "`len(…)` returns the length"],
  ["regex_match", 'test patterns with an operator: `… matches r"…"`'],
  ["regex", 'test patterns with an operator: `… matches r"…"`'],
  ["exists", 'a missing text is empty: `… ne ""`; `has_key(map, "key")` tests for a key'],
  ["is_null", 'a missing text is empty: `… eq ""`; `not has_key(map, "key")` tests for a key'],
  ["is_set", 'a missing text is empty: `… ne ""`; `has_key(map, "key")` tests for a key'],
  ["isset", 'a missing text is empty: `… ne ""`; `has_key(map, "key")` tests for a key'],
  ["defined", 'a missing text is empty: `… ne ""`; `has_key(map, "key")` tests for a key'],
  ["now", "`http.request.timestamp.sec` is the current time, in seconds since 1970"],
  ["ip_in_range", "test networks with an operator: `ip.src in {192.0.2.0/24}`"],
  ["cidr_match", "test networks with an operator: `ip.src in {192.0.2.0/24}`"],
  ["ipmatch", "test networks with an operator: `ip.src in {192.0.2.0/24}`"],
  ["split_part", "`split(…)` returns the parts"],
  ["replace", "`regex_replace(…)` and `wildcard_replace(…)` replace text"],
]);

/** Replacement for a function of another language. */
export function functionMeantBy(name: string, scheme: Scheme<never>): string | undefined {
  const known = FUNCTIONS.get(name.toLowerCase());
  if (known !== undefined) return known;
  // `base64_decode` for `decode_base64`.
  const words = wordsOf(name);
  const turned = words.includes("_")
    ? scheme.functions.find((each) => wordsOf(each.name) === words)?.name
    : undefined;
  if (turned !== undefined) return `write \`${turned}(…)\``;
  // `http.host.contains("a")`: a method.
  const dot = name.lastIndexOf(".");
  if (dot <= 0 || scheme.field(name.slice(0, dot)) === undefined) return undefined;
  const [field, method] = [name.slice(0, dot), name.slice(dot + 1)];
  if (scheme.function(method) !== undefined) return `write \`${method}(${field}, …)\``;
  return METHODS.has(method.toLowerCase())
    ? `write \`${METHODS.get(method.toLowerCase())?.replace("…", field)}\``
    : undefined;
}

function wordsOf(name: string): string {
  return name.toLowerCase().split("_").sort().join("_");
}

const METHODS: ReadonlyMap<string, string> = new Map([
  ["contains", '… contains "…"'],
  ["includes", '… contains "…"'],
  ["matches", '… matches r"…"'],
  ["match", '… matches r"…"'],
  ["equals", '… eq "…"'],
  ["startswith", 'starts_with(…, "…")'],
  ["endswith", 'ends_with(…, "…")'],
  ["tolowercase", "lower(…)"],
  ["lower", "lower(…)"],
  ["length", "len(…)"],
]);
