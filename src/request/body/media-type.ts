import { asciiLower } from "../../language/values/bytes.ts";
import { skipWhiteSpace, trimWhiteSpace } from "../head/characters.ts";
import { isTokenCode } from "../head/headers.ts";
import { charsetOf } from "./charset.ts";

/** One parameter of a value. */
export interface Parameter {
  /** Lower case. */
  readonly name: string;
  /** Without quotes, escapes of quotes and backslashes undone. */
  readonly value: string;
  /** Without quotes, as sent otherwise. */
  readonly raw: string;
  readonly quoted: boolean;
}

/** A value with parameters, as of Content-Type and Content-Disposition. */
export interface ParameterizedValue {
  /** Lower case, without parameters. */
  readonly value: string;
  /** In the order sent, repeats included. */
  readonly parameters: readonly Parameter[];
  /**
   * True when the value or something between the semicolons is malformed; the parameters that can be made out are
   * still read.
   */
  readonly malformed: boolean;
  /** True when a quoted value holds a backslash: recipients disagree whether it escapes. */
  readonly escaped: boolean;
}

/** More parameters than this are not read, and make the value malformed. */
const MAX_PARAMETERS = 32;
/** What clients leave unquoted though no token has it, as in boundaries: every reader goes on to the semicolon. */
const UNQUOTED_MARKS = "/:=";

/**
 * Reads `value; name=token; name="quoted"` (RFC 9110 §5.6.6) in one pass, never failing.
 *
 * @param escapes whether a backslash keeps the quote after it from ending a quoted value
 */
export function parseParameters(text: string, escapes = true): ParameterizedValue {
  let at = text.indexOf(";");
  const value = asciiLower(trimWhiteSpace(at === -1 ? text : text.slice(0, at)));
  const parameters: Parameter[] = [];
  let malformed = !consistsOfTokens(value, "/");
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
      const quoted = quotedString(text, at + 1, escapes);
      parameters.push({ name, value: quoted.value, raw: quoted.raw, quoted: true });
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
      malformed ||= token === "" || !consistsOfTokens(token, UNQUOTED_MARKS);
      parameters.push({ name, value: token, raw: token, quoted: false });
      at = end;
    }
  }
  return { value, parameters, malformed, escaped };
}

function consistsOfTokens(text: string, marks: string): boolean {
  for (let at = 0; at < text.length; at++) {
    if (!isTokenCode(text.charCodeAt(at)) && !marks.includes(text.charAt(at))) return false;
  }
  return true;
}

/** Whether a text in the character set is, as far as it is ASCII, the text that rules see. */
export function isPlainCharset(label: string): boolean {
  return charsetOf(label)?.kind === "ascii";
}

/**
 * Whether rules see what readers see of a text in the character set: it is plain, or its bytes are read both as they are and
 * decoded. The wide forms of Unicode count only for data formats, whose readers detect them.
 */
export function isReadCharset(label: string, isData = false): boolean {
  const kind = charsetOf(label)?.kind;
  return kind === "ascii" || kind === "multi_byte" || (isData && kind === "unicode");
}

/** The character sets that a media type names. */
export function charsetLabels({ parameters }: ParameterizedValue): readonly string[] {
  return parameters.filter(({ name }) => name === "charset").map(({ value }) => value);
}

/** Whether a media type names a character set in which rules may not see the text; `isData` of JSON and XML. */
export function hasUnusualCharset(type: ParameterizedValue, isData: boolean): boolean {
  return charsetLabels(type).some((label) => !isReadCharset(label, isData));
}

/** `\"` and `\\` are undone; other backslashes stay, since browsers send them as they are. */
function quotedString(text: string, from: number, escapes: boolean) {
  let value = "";
  let copied = from;
  let escaped = false;
  for (let at = from; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 34) {
      return {
        value: value + text.slice(copied, at),
        raw: text.slice(from, at),
        end: at + 1,
        closed: true,
        escaped,
      };
    }
    if (code !== 92) continue;
    escaped = true;
    const next = text.charCodeAt(at + 1);
    if (escapes && (next === 34 || next === 92)) {
      value += text.slice(copied, at);
      copied = at + 1;
      at++;
    }
  }
  return {
    value: value + text.slice(copied),
    raw: text.slice(from),
    end: text.length,
    closed: false,
    escaped,
  };
}

/** Whether a message of that `Content-Type` is an event stream, whose length is up to the client. */
export function isEventStream(contentType: string | undefined): boolean {
  return contentType !== undefined && /^\s*text\/event-stream\b/i.test(contentType);
}
