import type { SentRequest } from "../engine/decision/challenge-provider.ts";
import { trimWhiteSpace } from "../request/head/characters.ts";
import { type HeaderLine, linesOf, rawValues } from "../request/head/headers.ts";
import { isSameAuthority } from "../request/head/uri.ts";
import type { RequestView } from "../request/view/request-view.ts";

/** They concern the connection, and platforms refuse to make such requests. */
const UNRESTORABLE = /^(?:CONNECT|TRACE|TRACK)$/i;
const METHOD = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,32}$/;
/** Lines that say what a body is, and from which page a request comes. */
const RESTORED = /^(?:content-(?!length$)[a-z-]{1,40}|origin|referer|sec-fetch-[a-z]{1,16})$/i;
/** Lines that belong to the body, or the connection, on which the answer to a challenge came. */
const REPLACED = /^(?:content-length|cookie|expect|trailer|transfer-encoding)$/i;

/** Whether a challenge should keep a request, because it is more than the address that a browser goes back to. */
export function hasContentToKeep(method: string): boolean {
  return method !== "GET" && method !== "HEAD";
}

/**
 * The data of a request that a challenge keeps; undefined when it could not be restored.
 *
 * @param uri path and query as received.
 * @param body all of its bytes as sent.
 */
export function sentRequest(view: RequestView, uri: string, body: string): SentRequest | undefined {
  const { method, rawHeaders } = view;
  if (!METHOD.test(method) || UNRESTORABLE.test(method) || !uri.startsWith("/")) return undefined;
  return {
    method,
    uri,
    headers: linesOf(rawHeaders).filter(([name]) => RESTORED.test(name)),
    cookies: cookiesOf(rawHeaders).map(nameOf),
    body,
  };
}

/**
 * The header lines of a request that is given back, made of those that came with the answer to its challenge: cookies
 * that it did not have are left out, and it comes from where it came from. Otherwise a form on another site would reach
 * this one as a request of its own pages, past `SameSite` and past checks of `Origin`.
 *
 * @param rawHeaders alternating names and values.
 * @param clearance the cookie that the answer has earned.
 */
export function restoredLines(
  rawHeaders: readonly string[],
  sent: SentRequest,
  clearance: string,
): readonly HeaderLine[] {
  const isKnown = knownCookies(rawHeaders, sent);
  const cookies = cookiesOf(rawHeaders).filter(
    (cookie) => isKnown(nameOf(cookie)) && nameOf(cookie) !== nameOf(clearance),
  );
  return [
    ...linesOf(rawHeaders).filter(([name]) => !RESTORED.test(name) && !REPLACED.test(name)),
    ...sent.headers.filter(([name]) => RESTORED.test(name)),
    ["cookie", [clearance, ...cookies].join("; ")],
    ["content-length", String(sent.body.length)],
  ];
}

/**
 * Whether the answer to a challenge has cookies that the request which it brings back did not have: a reader of them,
 * such as a session, treats the request as coming from this site's own pages.
 */
export function hasOtherCookies(
  rawHeaders: readonly string[],
  sent: SentRequest,
  clearance: string,
): boolean {
  const isKnown = knownCookies(rawHeaders, sent);
  return cookiesOf(rawHeaders).some(
    (cookie) => !isKnown(nameOf(cookie)) && nameOf(cookie) !== nameOf(clearance),
  );
}

/** By name. For repeated names it is unknown which of them the request had. */
function knownCookies(rawHeaders: readonly string[], sent: SentRequest): (name: string) => boolean {
  const spare = new Map<string, number>();
  for (const name of sent.cookies) spare.set(name, (spare.get(name) ?? 0) + 1);
  for (const cookie of cookiesOf(rawHeaders)) spare.set(nameOf(cookie), (spare.get(nameOf(cookie)) ?? 0) - 1);
  return (name) => (spare.get(name) ?? -1) >= 0;
}

/** Whether a line of a request that is given back is its own, not one of the answer that has brought it. */
export function isOwnLine(name: string): boolean {
  return RESTORED.test(name) || REPLACED.test(name);
}

/**
 * Whether a page of another origin, or of one that is kept secret, has sent a request. Browsers tell with every form
 * that is posted; other clients only send their own cookies.
 */
export function isCrossOrigin({ rawHeaders }: RequestView): boolean {
  const [site] = rawValues(rawHeaders, "sec-fetch-site");
  if (site !== undefined) return site !== "same-origin";
  const origins = rawValues(rawHeaders, "origin");
  const [host = ""] = rawValues(rawHeaders, "host");
  return origins.some((origin) => !isSameAuthority(origin.replace(/^https?:\/\//i, ""), host));
}

function cookiesOf(rawHeaders: readonly string[]): readonly string[] {
  return rawValues(rawHeaders, "cookie")
    .flatMap((line) => line.split(";"))
    .map(trimWhiteSpace)
    .filter((cookie) => cookie !== "");
}

function nameOf(cookie: string): string {
  const sign = cookie.indexOf("=");
  return trimWhiteSpace(sign === -1 ? cookie : cookie.slice(0, sign));
}
