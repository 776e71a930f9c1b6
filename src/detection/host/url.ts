import { utf8Decode, utf8Encode } from "../../language/values/bytes.ts";
import { WEB_SCHEMES } from "./names.ts";

/** Bytes of a value that can be scheme, slashes and authority. */
const LONGEST = 512;

/** The beginning of a value, read as browsers and their like read a URL. */
export interface Url {
  /** Lower case, without the colon; "" when the value begins with slashes. */
  readonly scheme: string;
  /** Slashes after the scheme, as they are written. */
  readonly slashes: string;
  /** Whether control characters, which readers drop, are in front of the authority. */
  readonly broken: boolean;
  /** What is in front of the last `@`; undefined when there is none. */
  readonly user: string | undefined;
  /** Lower case, in ASCII where it has such a form; brackets kept. */
  readonly host: string;
  /** The digits of its port; "" when it has none. */
  readonly port: string;
  /** Whether the host is written in letters or digits that only look like ASCII. */
  readonly folded: boolean;
  /** A host behind an `@` that some readers take for the host: `http://a\@b`. */
  readonly other: string | undefined;
  /** What follows the authority, at most 512 bytes of it. */
  readonly rest: string;
  /** Bytes of the text that have been read: up to the end of the authority. */
  readonly length: number;
}

const SCHEME = /[a-z][a-z0-9+.-]{0,20}:/iy;
const BROKEN_SCHEME = /^(?:[htpswf][\t\r\n]{0,3}){3,5}:/i;
const isSlash = (code: number) => code === 0x2f || code === 0x5c;
const isDropped = (code: number) => code === 0x09 || code === 0x0a || code === 0x0d || code === 0;
/** Characters that end an authority, and those that browsers' readers refuse in it. */
const ENDS = new Set([..."/\\?#\"'<>` \t\r\n\0"].map((one) => one.charCodeAt(0)));
/** An `@` after the end of an authority: with nothing but signs in front of it, or after a backslash. */
const OTHER = /^(?:[\0&#?;:\\%,]{1,4}|\s{1,4}[&#@]{1,3}|[\\>][^/\s]{0,64})@([\w.:[\]-]{1,128})/;

/** Reads the URL that begins at `start`: with a scheme, or with two slashes or backslashes. */
export function readUrl(text: string, start: number): Url | undefined {
  let at = start;
  let scheme = "";
  let broken = false;
  SCHEME.lastIndex = at;
  if (SCHEME.test(text)) {
    scheme = text.slice(at, SCHEME.lastIndex - 1).toLowerCase();
    at = SCHEME.lastIndex;
  } else {
    const odd = BROKEN_SCHEME.exec(text.slice(at, at + 24));
    if (odd !== null) {
      scheme = odd[0].replace(/[\t\r\n:]/g, "").toLowerCase();
      broken = true;
      at += odd[0].length;
    }
  }
  const begin = at;
  const last = Math.min(text.length, at + LONGEST);
  let slashes = "";
  while (at < last) {
    const code = text.charCodeAt(at);
    if (isSlash(code)) slashes += text[at];
    else if (isDropped(code) && (slashes !== "" || scheme !== "")) broken = true;
    else break;
    at++;
  }
  if (at === begin && broken) return undefined;
  if (scheme === "" ? slashes.length < 2 : !WEB_SCHEMES.has(scheme) && slashes === "") return undefined;
  const end = authorityEnd(text, at, last);
  const authority = text.slice(at, end);
  const rest = text.slice(end, end + LONGEST);
  const other = OTHER.exec(rest);
  const sign = authority.lastIndexOf("@");
  const place = authority.slice(sign + 1);
  const written = withoutPort(place).toLowerCase();
  const host = fold(written);
  return {
    scheme,
    slashes,
    broken: broken || rest.startsWith("\0"),
    user: sign < 0 ? undefined : authority.slice(0, sign),
    host,
    port: /:(\d{1,5})$/.exec(place)?.[1] ?? "",
    folded: host !== written,
    other: other === null ? undefined : withoutPort(other[1] ?? "").toLowerCase(),
    rest,
    length: end - start,
  };
}

function authorityEnd(text: string, start: number, last: number): number {
  let at = start;
  while (at < last && !ENDS.has(text.charCodeAt(at))) at++;
  return at;
}

function withoutPort(host: string): string {
  if (host.startsWith("[")) return host.slice(0, host.indexOf("]") + 1);
  const colon = host.indexOf(":");
  return colon < 0 ? host : host.slice(0, colon);
}

/** Full-width, circled and other digits and letters as ASCII; names in other scripts stay as they are. */
function fold(host: string): string {
  let at = 0;
  while (at < host.length && host.charCodeAt(at) < 0x80) at++;
  if (at === host.length) return host;
  const text = utf8Decode(host);
  if (text === undefined) return host;
  // U+24EA is a circled zero, which the compatibility forms know; the dots of other scripts they leave alone.
  const plain = text
    .normalize("NFKC")
    .replace(/[\u3002\uff61\uff0e]/g, ".")
    .toLowerCase();
  for (let one = 0; one < plain.length; one++) if (plain.charCodeAt(one) >= 0x80) return host;
  return utf8Encode(plain);
}
