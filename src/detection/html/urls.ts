import { base64Decode, percentDecode } from "../../language/values/bytes.ts";
import { decodeReferences } from "./entities.ts";

/** What a URL does when it is opened: nothing, a script, an HTML document, a picture that may hold scripts, a text of script. */
export type UrlKind = "none" | "script" | "document" | "picture" | "code";

export interface UrlReading {
  readonly kind: UrlKind;
  /** What follows the scheme, or the data of a data URL, decoded; at most {@link DATA_LIMIT} bytes of it. */
  readonly rest: string;
}

const NONE: UrlReading = Object.freeze({ kind: "none", rest: "" });
const DATA_LIMIT = 65536;
/** Letters and signs of the longest scheme and type that is looked for, white space between them not counted. */
const HEAD_LETTERS = 34;

const SCRIPT_SCHEMES = ["javascript:", "vbscript:", "livescript:", "mocha:", "jscript:"];

/** Reads a value as a URL the way browsers do: references decoded, controls and white space dropped, letter case aside. */
export function readUrl(value: string): UrlReading {
  let at = 0;
  while (at < value.length && isIgnored(value.charCodeAt(at))) at++;
  if (!mayBegin(value.charCodeAt(at))) return NONE;
  const text = decodeReferences(
    value.length > DATA_LIMIT ? value.slice(at, at + DATA_LIMIT) : value.slice(at),
  );
  let head = "";
  const ends: number[] = [];
  for (let i = 0; i < text.length && head.length < HEAD_LETTERS; i++) {
    const code = text.charCodeAt(i);
    if (isIgnored(code) || code === 0x5c) continue;
    head += text[i];
    ends.push(i + 1);
  }
  head = head.toLowerCase();
  for (const scheme of SCRIPT_SCHEMES) {
    if (head.startsWith(scheme)) return { kind: "script", rest: text.slice(ends[scheme.length - 1] ?? 0) };
  }
  return head.startsWith("data:") ? readData(text, head, ends[4] ?? 0) : NONE;
}

function readData(text: string, head: string, start: number): UrlReading {
  const kind = dataKind(head.slice(5));
  if (kind === "none") return NONE;
  const comma = text.indexOf(",", start);
  if (comma < 0) return { kind, rest: "" };
  const data = percentDecode(text.slice(comma + 1), false);
  if (!/;\s*base64\s*$/i.test(text.slice(Math.max(start, comma - 16), comma))) return { kind, rest: data };
  return { kind, rest: base64Decode(data.replace(/[\s"'>]+/g, "")) ?? "" };
}

function dataKind(type: string): UrlKind {
  if (
    type.startsWith("text/html") ||
    type.startsWith("application/xhtml+xml") ||
    type.startsWith("text/xml") ||
    type.startsWith("application/xml")
  ) {
    return "document";
  }
  if (type.startsWith("image/svg+xml")) return "picture";
  return /^(?:(?:text|application)\/(?:x-|ecma|java|type)\w{0,12}|[,;])/.test(type) ? "code" : "none";
}

/** Letters that a scheme of interest begins with, and the begin of a reference or an escape. */
function mayBegin(code: number): boolean {
  const letter = code | 32;
  return (
    letter === 106 ||
    letter === 118 ||
    letter === 100 ||
    letter === 108 ||
    letter === 109 ||
    code === 38 ||
    code === 92
  );
}

/** Controls, space and the bytes of a no-break space. */
function isIgnored(code: number): boolean {
  return code <= 32 || code === 0xa0 || code === 0xc2 || code === 0x7f;
}

/** What ordinary pages put after `javascript:` so that a link does nothing. */
const NO_OP =
  /^\s*(?:(?:void\s*\(?\s*\d*\s*\)?|(?:window\.)?(?:history\.(?:back|go|forward)|print|close)\(-?\d?\)|return false|undefined)?\s*;?|\/\/|#|\.{2,4}|\xe2\x80\xa6)\s*;?\s*$/;

export function isNoOp(code: string): boolean {
  return code.length < 48 && NO_OP.test(code);
}
