// On the request path: nothing is allocated for a request whose parts cannot be too many.
import { asciiLower } from "../../language/values/bytes.ts";
import type { RequestLimits } from "../view/limits.ts";
import type { RequestView } from "../view/request-view.ts";
import { hasMorePieces } from "./pairs.ts";

/** Excesses of a request's head. */
export interface HeadFault {
  /** The replacement of the rule in a decision. */
  readonly code: "wirewall.oversize";
  readonly status: 414 | 431;
  /** One line of plain text, for the client and the event. */
  readonly message: string;
}

const TOO_MANY_HEADERS = fault(431, "header lines");
const TOO_MANY_COOKIES = fault(431, "cookies");
const TOO_MANY_ARGUMENTS = fault(414, "arguments");

function fault(status: HeadFault["status"], parts: string): HeadFault {
  return Object.freeze({
    code: "wirewall.oversize",
    status,
    message: `the request has more ${parts} than this site inspects`,
  });
}

/** The first limit that a request's head exceeds: rules would not see the rest, and the application would. */
export function headFault(
  { rawHeaders, target }: RequestView,
  maxHeaders: number,
  { maxArguments, maxCookies }: RequestLimits,
): HeadFault | undefined {
  if (rawHeaders.length > 2 * maxHeaders) return TOO_MANY_HEADERS;
  const mark = target.indexOf("?");
  if (mark !== -1 && hasMorePieces(target, mark + 1, "&", maxArguments)) return TOO_MANY_ARGUMENTS;
  let cookies: string | undefined;
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    const name = rawHeaders[at] ?? "";
    // Most names are recognised by length and first letter, without lower-casing them.
    if (name.length !== 6 || (name.charCodeAt(0) | 32) !== 99 || asciiLower(name) !== "cookie") continue;
    const value = rawHeaders[at + 1] ?? "";
    cookies = cookies === undefined ? value : `${cookies};${value}`;
  }
  if (cookies !== undefined && hasMorePieces(cookies, 0, ";", maxCookies)) return TOO_MANY_COOKIES;
  return undefined;
}
