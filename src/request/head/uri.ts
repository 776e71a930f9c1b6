import { asciiLower, hexDigit } from "../../language/values/bytes.ts";
import type { PathNormalization } from "../view/limits.ts";

/** The parts of a request target (RFC 9112 §3.2). */
export interface Target {
  readonly form: "origin" | "absolute" | "authority" | "asterisk" | "other";
  /** Lower-case scheme of the absolute form. */
  readonly scheme: string | undefined;
  /** Authority of the absolute and authority forms. */
  readonly authority: string | undefined;
  readonly path: string;
  /** Without the question mark. */
  readonly query: string;
  /** Path, and the query with its question mark when there is one. */
  readonly pathAndQuery: string;
}

/** Splits a target; every byte of it but scheme and authority ends up in path or query, a `#` too. */
export function splitTarget(target: string, method: string): Target {
  if (target.startsWith("/")) return parts("origin", undefined, undefined, target);
  if (target === "*") return parts("asterisk", undefined, undefined, target);
  const separator = schemeEnd(target);
  if (separator > 0) {
    const scheme = asciiLower(target.slice(0, separator));
    let end = separator + 3;
    while (end < target.length && !isAuthorityEnd(target.charCodeAt(end))) end++;
    const rest = target.slice(end);
    // A missing path means the root (RFC 9110 §4.2.3).
    return parts(
      "absolute",
      scheme,
      target.slice(separator + 3, end),
      rest.startsWith("/") || rest.startsWith("\\") ? rest : `/${rest}`,
    );
  }
  if (method === "CONNECT") return parts("authority", undefined, target, "");
  return parts("other", undefined, undefined, target);
}

function parts(
  form: Target["form"],
  scheme: string | undefined,
  authority: string | undefined,
  rest: string,
): Target {
  const mark = rest.indexOf("?");
  return {
    form,
    scheme,
    authority,
    path: mark === -1 ? rest : rest.slice(0, mark),
    query: mark === -1 ? "" : rest.slice(mark + 1),
    pathAndQuery: rest,
  };
}

/** Where `://` begins after a scheme, or -1. */
function schemeEnd(target: string): number {
  // No scheme in use is longer; the bound keeps hostile targets cheap.
  for (let at = 0; at < target.length && at <= 32; at++) {
    const code = target.charCodeAt(at);
    if (code === 58) return at > 0 && target.startsWith("://", at) ? at : -1;
    if (!isAlphanumeric(code) && code !== 43 && code !== 45 && code !== 46) return -1;
  }
  return -1;
}

function isAuthorityEnd(code: number): boolean {
  return code === 47 || code === 63 || code === 35 || code === 92;
}

function isAlphanumeric(code: number): boolean {
  const folded = code | 32;
  return (code >= 48 && code <= 57) || (folded >= 97 && folded <= 122);
}

/** Letters, digits, `-`, `.`, `_`, `~` (RFC 3986 §2.3). */
function isUnreserved(code: number): boolean {
  return isAlphanumeric(code) || code === 45 || code === 46 || code === 95 || code === 126;
}

/**
 * One spelling for paths that mean the same (RFC 3986 §6.2.2). Normalising twice changes nothing. A path that does
 * not begin with a slash, as of `*`, stays as it is.
 */
export function normalizePath(path: string, mode: PathNormalization): string {
  if (mode === "none" || (!path.startsWith("/") && !(mode === "cloudflare" && path.startsWith("\\"))))
    return path;
  let at = 0;
  for (; at < path.length; at++) {
    const code = path.charCodeAt(at);
    if (code === 37 || code === 92 || (code === 46 && path.charCodeAt(at - 1) === 47)) break;
    if (code === 47 && at > 0 && path.charCodeAt(at - 1) === 47) break;
  }
  // Most paths are in normal form already: nothing is allocated for them.
  if (at === path.length) return path;
  let spelled = decodeUnreserved(path);
  if (mode === "cloudflare") spelled = mergeSlashes(spelled.replaceAll("\\", "/"));
  return removeDotSegments(spelled);
}

function decodeUnreserved(path: string): string {
  if (!path.includes("%")) return path;
  let out = "";
  for (let at = 0; at < path.length; at++) {
    const code = path.charCodeAt(at);
    const high = code === 37 ? hexDigit(path.charCodeAt(at + 1)) : -1;
    const low = high < 0 ? -1 : hexDigit(path.charCodeAt(at + 2));
    if (low < 0) {
      out += path[at];
      continue;
    }
    const byte = high * 16 + low;
    // A decoded digit after a stray `%` would make a new escape that was not sent.
    if (isUnreserved(byte) && !(hexDigit(byte) >= 0 && endsInStrayPercent(out)))
      out += String.fromCharCode(byte);
    else out += `%${path.slice(at + 1, at + 3).toUpperCase()}`;
    at += 2;
  }
  return out;
}

/** Whether the text ends in `%` or in `%` and one hexadecimal digit; whole escapes end in two digits. */
function endsInStrayPercent(out: string): boolean {
  const end = out.length;
  return (
    out.charCodeAt(end - 1) === 37 ||
    (out.charCodeAt(end - 2) === 37 && hexDigit(out.charCodeAt(end - 1)) >= 0)
  );
}

function mergeSlashes(path: string): string {
  if (!path.includes("//")) return path;
  let out = "";
  let copied = 0;
  for (let at = 1; at < path.length; at++) {
    if (path.charCodeAt(at) !== 47 || path.charCodeAt(at - 1) !== 47) continue;
    out += path.slice(copied, at);
    copied = at + 1;
  }
  return out + path.slice(copied);
}

/** RFC 3986 §5.2.4 for a path that begins with a slash. */
function removeDotSegments(path: string): string {
  if (!path.includes("/.")) return path;
  const segments = path.split("/");
  const kept: string[] = [];
  for (const [at, segment] of segments.entries()) {
    // What precedes the first slash is empty.
    if (at === 0) continue;
    const last = at === segments.length - 1;
    if (segment === "..") kept.pop();
    else if (segment !== ".") kept.push(segment);
    if (last && (segment === "." || segment === "..")) kept.push("");
  }
  return `/${kept.join("/")}`;
}

/** Lower-cased text after the last dot of the last segment; "" when the dot begins or ends the segment. */
export function pathExtension(path: string): string {
  const segment = path.lastIndexOf("/") + 1;
  const dot = path.lastIndexOf(".");
  return dot <= segment ? "" : asciiLower(path.slice(dot + 1));
}

/** Oddities of a target that parsers disagree about, each once, in the order of {@link URI_ANOMALIES}. */
export type UriAnomaly = (typeof URI_ANOMALIES)[number];

export const URI_ANOMALIES = [
  "unusual_form",
  "authority_mismatch",
  "control_character",
  "non_ascii",
  "backslash",
  "fragment",
  "invalid_escape",
  "encoded_null",
  "encoded_control_character",
  "encoded_slash",
  "encoded_backslash",
  "double_encoding",
  "encoded_dot",
  "dot_segment",
  "above_root",
  "repeated_slash",
] as const;

/** @param host what the Host header says. */
export function uriAnomalies(target: Target, host: string): readonly UriAnomaly[] {
  const found = new Set<UriAnomaly>();
  if (target.form === "other") found.add("unusual_form");
  if (target.authority !== undefined && asciiLower(target.authority) !== asciiLower(host)) {
    found.add("authority_mismatch");
  }
  const { path, pathAndQuery } = target;
  for (let at = 0; at < pathAndQuery.length; at++) {
    const code = pathAndQuery.charCodeAt(at);
    if (code <= 32 || code === 127) found.add("control_character");
    else if (code > 127) found.add("non_ascii");
    else if (code === 35) found.add("fragment");
    else if (code === 92) found.add("backslash");
    else if (code === 47 && at < path.length && pathAndQuery.charCodeAt(at - 1) === 47)
      found.add("repeated_slash");
    else if (code === 37) escapeAnomalies(pathAndQuery, at, at < path.length, found);
  }
  dotAnomalies(decodeUnreserved(path).replaceAll("\\", "/"), found);
  return URI_ANOMALIES.filter((anomaly) => found.has(anomaly));
}

function escapeAnomalies(text: string, at: number, inPath: boolean, found: Set<UriAnomaly>): void {
  const high = hexDigit(text.charCodeAt(at + 1));
  const low = hexDigit(text.charCodeAt(at + 2));
  if (high < 0 || low < 0) {
    found.add("invalid_escape");
    return;
  }
  const byte = high * 16 + low;
  if (byte === 0) found.add("encoded_null");
  else if (byte < 32 || byte === 127) found.add("encoded_control_character");
  else if (byte === 37 && hexDigit(text.charCodeAt(at + 3)) >= 0 && hexDigit(text.charCodeAt(at + 4)) >= 0) {
    found.add("double_encoding");
  } else if (inPath && byte === 47) found.add("encoded_slash");
  else if (inPath && byte === 92) found.add("encoded_backslash");
  else if (inPath && byte === 46) found.add("encoded_dot");
}

function dotAnomalies(path: string, found: Set<UriAnomaly>): void {
  if (!path.includes("/.")) return;
  let depth = 0;
  for (const segment of path.split("/")) {
    if (segment === "." || segment === "..") found.add("dot_segment");
    if (segment === "..") {
      if (--depth < 0) {
        found.add("above_root");
        return;
      }
    } else if (segment !== "." && segment !== "") depth++;
  }
}

/**
 * A registered name or an address, and a port (RFC 3986 §3.2.2); empty for a target without an authority. Escapes and
 * commas, which no name has, are read by some as another name, or as several; a user, and whatever ends an authority in a
 * URL, by others than those who take the whole for the host.
 */
const AUTHORITY = /^(?:\[[0-9a-f:.]+\]|[a-z0-9._~!$&'()*+;=-]*)(?::[0-9]*)?$/i;

/** Whether all readers take a Host header, or the authority of a target, for the same host. */
export function isAuthority(text: string): boolean {
  return AUTHORITY.test(text);
}

/** Whether two authorities name the same host and port; clients may leave out a port that is a scheme's own. */
export function isSameAuthority(one: string, other: string): boolean {
  return withoutUsualPort(one) === withoutUsualPort(other);
}

function withoutUsualPort(authority: string): string {
  return asciiLower(authority).replace(/:(?:80|443)?$/, "");
}
