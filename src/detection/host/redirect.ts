import type { Place, Report } from "../detector/detector.ts";
import { destinationOf } from "./classify.ts";
import {
  ODD_AUTHORITY,
  PATH_AUTHORITY,
  PROTOCOL_RELATIVE,
  TO_AUTHORITY,
  USER_INFORMATION,
} from "./host-kinds.ts";
import { FILE_ENDINGS, FRONT_NAMES, REDIRECT_NAMES, SITE_ENDINGS } from "./names.ts";
import type { Url } from "./url.ts";

/** Bytes of the longest value that is taken for a place to go to. */
const LONGEST = 2048;
const SLASHED_URL = /[\\/]{1,4}https?:[\\/]{0,4}[\w[]/iy;
/** What makes the host that a program puts in front a name or a port of another one: `@host`, `:80@host`, `.host`. */
const BARE_USER = /(?::\d{0,5})?@(?:[\w-]{1,63}\.){1,8}([a-z]{2,24})(?:[/?#]|$)/iy;
const BARE_LABEL = /\.(?:[\w-]{1,63}\.){1,8}([a-z]{2,24})(?:[/?#]|$)/iy;
/** A path of which nothing is left but two slashes and a host once its steps up are resolved. */
const STEPPED = /\/[\w.-]{1,60}\/\.\.\/[\\/]{1,4}(?:[\w-]{1,63}\.){1,8}([a-z]{2,24})(?:[/?#]|$)/iy;
/** How a path goes on that a redirect to a directory appends a slash to. */
const APPENDED = /\/(?:\.\.|%2f\.\.)\/?$|\/\/$/i;

/** Last part of the name of a field, in lower case. */
function nameOf({ name }: Place): string {
  return name.slice(name.lastIndexOf(".") + 1).toLowerCase();
}

/** Whether a host is written as the name of a site is, or leads somewhere by itself. */
export function isSite(host: string, endings?: ReadonlySet<string>): boolean {
  if (destinationOf(host) !== undefined) return true;
  const dot = host.lastIndexOf(".");
  if (dot < 1 || !/^[\w.\x80-\xff-]+$/.test(host)) return false;
  const ending = host.slice(dot + 1);
  return endings === undefined
    ? /^[a-z\x80-\xff]{2,24}$/.test(ending) && !FILE_ENDINGS.has(ending)
    : endings.has(ending);
}

/** Whether a value is one word, which a program may send a browser to. */
export function isOneWord(text: string): boolean {
  return text.length <= LONGEST && !text.includes(" ");
}

/** A value that browsers follow to another host than it seems to name. */
export function judgeRedirect(
  text: string,
  start: number,
  url: Url | undefined,
  place: Place,
  report: Report,
): void {
  const name = nameOf(place);
  const named = REDIRECT_NAMES.has(name);
  const argument = place.part === "argument" || place.part === "referer";
  if (named) {
    SLASHED_URL.lastIndex = start;
    if (SLASHED_URL.test(text)) report(ODD_AUTHORITY, start, SLASHED_URL.lastIndex);
    BARE_USER.lastIndex = start;
    const user = BARE_USER.exec(text);
    if (user !== null && SITE_ENDINGS.has((user[1] ?? "").toLowerCase())) {
      report(USER_INFORMATION, start, BARE_USER.lastIndex);
    }
    for (const pattern of FRONT_NAMES.has(name) ? [BARE_LABEL, STEPPED] : [STEPPED]) {
      pattern.lastIndex = start;
      const led = pattern.exec(text);
      if (led !== null && SITE_ENDINGS.has((led[1] ?? "").toLowerCase()))
        report(ODD_AUTHORITY, start, pattern.lastIndex);
    }
  }
  if (url === undefined || !((url.user ?? "") !== "" || isSite(url.host))) return;
  const end = start + url.length;
  const stripped = /[\t\r\n]/.test(text.slice(0, start));
  const plain = url.slashes === "//" && !url.broken && !stripped && !url.folded;
  if (url.scheme === "") {
    const odd = !plain || APPENDED.test(url.rest);
    // `\\\\host\\share` is a path of Windows where nothing says otherwise.
    if (odd ? named || (argument && url.slashes.startsWith("/")) : FRONT_NAMES.has(name)) {
      report(odd ? ODD_AUTHORITY : TO_AUTHORITY, start, end);
    } else if (argument && plain) report(PROTOCOL_RELATIVE, start, end);
  } else if (url.scheme === "http" || url.scheme === "https") {
    if (url.folded || (named && !plain)) report(ODD_AUTHORITY, start, end);
    else if ((url.user ?? "") !== "" && FRONT_NAMES.has(name)) report(USER_INFORMATION, start, end);
  }
}

/** The path of a request that begins with a host. */
export function judgePath(text: string, url: Url | undefined, report: Report): void {
  const appended = APPENDED.test(text.slice(-LONGEST));
  SLASHED_URL.lastIndex = 0;
  if (SLASHED_URL.test(text) && (appended || text.slice(0, SLASHED_URL.lastIndex).includes("\\"))) {
    report(PATH_AUTHORITY, 0, SLASHED_URL.lastIndex);
  }
  if (url === undefined || url.scheme !== "" || !isSite(url.host, SITE_ENDINGS)) return;
  const odd = url.slashes !== "//" || url.broken || url.user !== undefined || appended;
  report(odd ? PATH_AUTHORITY : PROTOCOL_RELATIVE, 0, url.length);
}
