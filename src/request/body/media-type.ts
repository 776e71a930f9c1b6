import { asciiLower } from "../../language/values/bytes.ts";
import { skipWhiteSpace, trimWhiteSpace } from "../head/characters.ts";
import { isTokenCode } from "../head/headers.ts";

/** A value with parameters, as of Content-Type and Content-Disposition. */
export interface ParameterizedValue {
  /** Lower case, without parameters. */
  readonly value: string;
  /** Lower-case names and unquoted values in the order sent, repeats included. */
  readonly parameters: readonly { readonly name: string; readonly value: string }[];
  /** True when something between the semicolons is no parameter; the others are still read. */
  readonly malformed: boolean;
  /** True when a quoted value holds a backslash: recipients disagree whether it escapes. */
  readonly escaped: boolean;
}

/** More parameters than this are not read, and make the value malformed. */
const MAX_PARAMETERS = 32;

/** Reads `value; name=token; name="quoted"` (RFC 9110 §5.6.6) in one pass, never failing. */
export function parseParameters(text: string): ParameterizedValue {
  let at = text.indexOf(";");
  const value = asciiLower(trimWhiteSpace(at === -1 ? text : text.slice(0, at)));
  const parameters: { name: string; value: string }[] = [];
  let malformed = false;
  let escaped = false;
  while (at !== -1 && at < text.length) {
    at = skipWhiteSpace(text, at + 1);
    if (at === text.length) break;
    if (parameters.length === MAX_PARAMETERS) {
      malformed = true;
      break;
    }
    const nameStart = at;
    while (at < text.length && isTokenCode(text.charCodeAt(at))) at++;
    const name = asciiLower(text.slice(nameStart, at));
    // White space around `=` is not allowed, but mail-minded parsers skip it: read it and say so.
    const equals = skipWhiteSpace(text, at);
    if (name === "" || text.charCodeAt(equals) !== 61) {
      malformed ||= equals !== nameStart || text.charCodeAt(equals) !== 59;
      at = text.indexOf(";", at);
      continue;
    }
    at = skipWhiteSpace(text, equals + 1);
    if (equals !== nameStart + name.length || at !== equals + 1) malformed = true;
    if (text.charCodeAt(at) === 34) {
      const quoted = quotedString(text, at + 1);
      parameters.push({ name, value: quoted.value });
      malformed ||= !quoted.closed;
      escaped ||= quoted.escaped;
      at = skipWhiteSpace(text, quoted.end);
      if (at < text.length && text.charCodeAt(at) !== 59) {
        malformed = true;
        at = text.indexOf(";", at);
      }
    } else {
      let end = text.indexOf(";", at);
      if (end === -1) end = text.length;
      const token = trimWhiteSpace(text.slice(at, end));
      for (let index = 0; index < token.length; index++) malformed ||= !isTokenCode(token.charCodeAt(index));
      malformed ||= token === "";
      parameters.push({ name, value: token });
      at = end;
    }
  }
  return { value, parameters, malformed, escaped };
}

const PLAIN_CHARSETS: ReadonlySet<string> = new Set(["utf-8", "utf8", "us-ascii", "ascii"]);

/** Whether a media type names a charset other than UTF-8 and ASCII, in which rules would not see the text. */
export function hasUnusualCharset({ parameters }: ParameterizedValue): boolean {
  return parameters.some(({ name, value }) => name === "charset" && !PLAIN_CHARSETS.has(asciiLower(value)));
}

/** `\"` and `\\` are undone; other backslashes stay, since browsers send them as they are. */
function quotedString(text: string, from: number) {
  let value = "";
  let copied = from;
  let escaped = false;
  for (let at = from; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 34) return { value: value + text.slice(copied, at), end: at + 1, closed: true, escaped };
    if (code !== 92) continue;
    escaped = true;
    const next = text.charCodeAt(at + 1);
    if (next === 34 || next === 92) {
      value += text.slice(copied, at);
      copied = at + 1;
      at++;
    }
  }
  return { value: value + text.slice(copied), end: text.length, closed: false, escaped };
}
