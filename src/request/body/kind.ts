import { asciiLower } from "../../language/values/bytes.ts";
import { unusualBlank } from "./json.ts";
import type { ParameterizedValue } from "./media-type.ts";
import { signatureOf } from "./mime.ts";
import { isXmlBlank } from "./xml-entities.ts";

/**
 * How a body is read: by one of our readers, as plain text, or not at all; "" when there is none.
 */
export type BodyKind = "form" | "multipart" | "json" | "xml" | "text" | "opaque" | "";

/** A kind that has a reader of its own. */
export type ReadKind = "form" | "multipart" | "json" | "xml";

/** Whether readers of the kind detect the forms of Unicode. */
export function isData(kind: ReadKind | undefined): boolean {
  return kind === "json" || kind === "xml";
}

/**
 * The reader for a media type; undefined when there is none. Readers compare types loosely (formidable looks
 * for a word anywhere, PHP stops at a comma or a blank), and so does this.
 */
export function declaredKind(type: ParameterizedValue): ReadKind | undefined {
  const essence = /^[^\s,]*/.exec(type.value)?.[0] ?? "";
  if (essence.includes("urlencoded")) return "form";
  if (essence.includes("multipart")) return "multipart";
  if (essence.includes("json") || essence === "application/csp-report") return "json";
  if (/^(?:application|text)\/xml$|\+xml$|^application\/soap$|xml-external-parsed-entity$/.test(essence))
    return "xml";
  return undefined;
}

/** Words by which readers know their types, each for itself. */
const TYPE_WORDS = [
  ["urlencoded", "form"],
  ["multipart", "multipart"],
  ["json", "json"],
] as const;

/** Parameters that name another type, or an address, and whose words say nothing of the body itself. */
const NAMING_PARAMETERS: ReadonlyMap<ReadKind | undefined, RegExp> = new Map([
  ["multipart", /;[\t ]*(?:boundary|type|start|start-info)[\t ]*=[\t ]*(?:"[^"]*"|[^;]*)/g],
  ["json", /;[\t ]*(?:profile|ext|schema)[\t ]*=[\t ]*(?:"[^"]*"|[^;]*)/g],
  ["xml", /;[\t ]*(?:profile|schema|type|action)[\t ]*=[\t ]*(?:"[^"]*"|[^;]*)/g],
]);

/**
 * Whether a media type has the word of another kind than the one that it declares, so that readers that take the word anywhere
 * read the body as that.
 *
 * @param text the type as it is sent
 */
export function isAmbiguousType(text: string, type: ParameterizedValue): boolean {
  const kind = declaredKind(type);
  const naming = NAMING_PARAMETERS.get(kind);
  const sent = asciiLower(text);
  const words = naming === undefined ? sent : sent.replace(naming, "");
  return TYPE_WORDS.some(([word, itsKind]) => itsKind !== kind && words.includes(word));
}

const BLANKS = /[\t\n\v\f\r ]/y;

/** Where a text begins after white space and what lenient readers take for it, byte order marks among it. */
export function textStart(bytes: string): number {
  for (let at = 0; ; ) {
    BLANKS.lastIndex = at;
    const length = BLANKS.test(bytes) ? 1 : unusualBlank(bytes, at, bytes.charCodeAt(at));
    if (length === 0) return at;
    at += length;
  }
}

/** Kinds that a text without a telling media type may be read as, to be tried; undefined for plain text. */
export function guessedKind(bytes: string): "json" | "xml" | "form" | undefined {
  const start = textStart(bytes);
  const first = bytes[start];
  // The last two begin strings and comments of JSON5.
  if (first !== undefined && "{[\"'/".includes(first)) return "json";
  if (first === "<") return isHtml(bytes, start) ? undefined : "xml";
  return beginsAsForm(bytes) ? "form" : undefined;
}

/** Whether markup may begin anywhere in a text. */
export function hasMarkup(text: string): boolean {
  return /<[A-Za-z_:!?\x80-\xff]/.test(text);
}

export function beginsAsForm(bytes: string): boolean {
  FORM_START.lastIndex = textStart(bytes);
  return FORM_START.test(bytes);
}

/** A field's name, or none, and an equals sign; names without a value in front. No part can be divided in two ways. */
const FORM_START = /&*(?:[^\s=&<>{}"']{1,256}&+){0,32}[^\s=&<>{}"']{0,256}=/y;

/** Whether bytes begin as a form whose names are in characters that binary formats rarely put in front of an equals sign. */
export function beginsAsNamedForm(bytes: string): boolean {
  NAMED_FORM_START.lastIndex = textStart(bytes);
  return NAMED_FORM_START.test(bytes);
}

/**
 * Whether a form's field begins inside bytes and all that follows is text: what is in front of it is the name of the first
 * field, or a field of its own, to readers of forms.
 */
export function hasFormBehindBytes(bytes: string): boolean {
  const start = bytes.search(/[&=]/);
  if (start === -1) return false;
  for (let from = start; from < bytes.length; from += WINDOW) if (isBinaryWindow(bytes, from)) return false;
  return true;
}

/** More NUL bytes are the length of what follows. */
const NAMED_FORM_START = /\0{0,2}&*(?:[\w.\-[\]%+$:*~!@]{1,256}&+){0,32}[\w.\-[\]%+$:*~!@]{1,256}=/y;

/** The first element, or what declares the type, of a text of HTML: markup is text that people write, and its references are part of it. */
const HTML_TAG =
  /<(?:!doctype\s+html|\/?(?:html|head|body|title|meta|link|script|style|div|span|p|a|b|i|u|em|strong|small|br|hr|h[1-6]|ul|ol|li|dl|table|tr|td|th|img|form|input|iframe|pre|code|blockquote|section|article|header|footer|nav|main|figure|font|center)(?:[\s/>]|$))/iy;

function isHtml(bytes: string, start: number): boolean {
  HTML_TAG.lastIndex = skipComments(bytes, start);
  return HTML_TAG.test(bytes);
}

/** Place after leading comments, which do not show the kind of a text. */
function skipComments(bytes: string, start: number): number {
  let at = start;
  while (bytes.startsWith("<!--", at)) {
    const end = bytes.indexOf("-->", at + 4);
    if (end === -1) return bytes.length;
    at = end + 3;
    while (isXmlBlank(bytes.charCodeAt(at))) at++;
  }
  return at;
}

/**
 * Bytes that no text has, control characters and broken UTF-8: the share of them that makes bytes of a body. Random bytes
 * reach 55 %. Of control characters alone, which texts in older character sets have none of, there must be a few.
 */
const BINARY_SHARE = 0.3;
const CONTROL_SHARE = 0.02;
/** Bytes of each window that is looked at. */
const WINDOW = 2048;

/** Media types of bytes that text readers do not accept. */
const BYTES_TYPE =
  /^(?:image\/(?!svg)|audio\/|video\/|font\/|model\/|application\/(?:octet-stream|pdf|zip|gzip|vnd\.|x-|protobuf|grpc|msgpack|cbor|wasm|java-))/;

/** Whether a media type declares bytes rather than text. */
export function isBytesType(mediaType: string): boolean {
  return (
    (BYTES_TYPE.test(mediaType) || mediaType.endsWith("+octet-stream")) &&
    !/\+(?:json|xml)$|^application\/x-(?:httpd-php|sh|javascript)/.test(mediaType)
  );
}

/** Whether there is no media type, or one that stands for any. */
export function isNoType(mediaType: string): boolean {
  return !mediaType.includes("/") || mediaType.startsWith("*");
}

/** Whether a media type names a format of bytes; `application/octet-stream` leaves it open. */
export function isBinaryFormat(mediaType: string): boolean {
  return isBytesType(mediaType) && mediaType !== "application/octet-stream";
}

/**
 * Whether a body is bytes rather than text: by what no text has, in each window that is looked at, or by its signature. One of
 * letters alone counts under any type of bytes; one of other bytes under a type that names a format, or with one window of bytes.
 * What is declared as text stays text.
 */
export function isBinary(bytes: string, mediaType: string): boolean {
  if (mediaType.startsWith("text/")) return false;
  const isShort = bytes.length <= 3 * WINDOW;
  const windows = isShort ? [0] : [0, (bytes.length - WINDOW) >> 1, bytes.length - WINDOW];
  const length = isShort ? bytes.length : WINDOW;
  const isBinaryAt = (from: number) => isBinaryWindow(bytes, from, length);
  const signature = signatureOf(bytes);
  if (signature === undefined || !isBytesType(signature.type)) return windows.every(isBinaryAt);
  if (isPrintable(signature.bytes)) return isBytesType(mediaType) || windows.every(isBinaryAt);
  return isBinaryFormat(mediaType) || windows.some(isBinaryAt);
}

function isPrintable(bytes: string): boolean {
  return !/[^\t\n\r -~]/.test(bytes);
}

/** Windows of a long body that are looked at, at even distances: a fifth of 160 KiB, beyond which a text is too long. */
const SAMPLES = 16;

/** Whether one window of a long body at least is bytes, of {@link SAMPLES}. */
export function hasBinarySample(bytes: string): boolean {
  const step = (bytes.length - WINDOW) / (SAMPLES - 1);
  for (let sample = 0; sample < SAMPLES; sample++) {
    if (isBinaryWindow(bytes, Math.max(0, Math.floor(sample * step)))) return true;
  }
  return false;
}

/** As many bytes as a form has that somebody took care to put control characters into. */
const SHORT = 2048;

/** Whether a text has so few control characters as people write, or is short. */
export function isLegible(text: string): boolean {
  if (text.length <= SHORT) return true;
  const most = CONTROL_SHARE * text.length;
  let controls = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (isControl(code) && ++controls > most) return false;
  }
  return true;
}

/** Whether a character is in no text. */
function isControl(code: number): boolean {
  return code < 9 || (code > 13 && code < 32 && code !== 27) || code === 127;
}

/** @param length how many bytes are looked at, as far as there are so many */
function isBinaryWindow(bytes: string, from: number, length = WINDOW): boolean {
  const to = Math.min(from + length, bytes.length);
  let controls = 0;
  let broken = 0;
  for (let at = from; at < to; at++) {
    const code = bytes.charCodeAt(at);
    if (isControl(code)) controls++;
    else if (code >= 128) {
      const tail = tailLength(code);
      let seen = 0;
      while (seen < tail && (bytes.charCodeAt(at + 1) & 0xc0) === 0x80) {
        seen++;
        at++;
      }
      if (tail === 0 || seen < tail) broken += seen + 1;
    }
  }
  const count = to - from;
  return controls >= CONTROL_SHARE * count && controls + broken >= BINARY_SHARE * count;
}

/** Bytes that follow a first byte of UTF-8; 0 for one that is none. */
function tailLength(code: number): number {
  if (code >= 0xc2 && code <= 0xdf) return 1;
  if ((code & 0xf0) === 0xe0) return 2;
  return code >= 0xf0 && code <= 0xf4 ? 3 : 0;
}
