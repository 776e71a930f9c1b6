import { asciiLower } from "../../language/values/bytes.ts";
import type { ParameterizedValue } from "./media-type.ts";
import { signatureOf } from "./mime.ts";

/**
 * How a body is read: by one of our readers, as plain text, or not at all; "" when there is none.
 */
export type BodyKind = "form" | "multipart" | "json" | "xml" | "text" | "opaque" | "";

/** A kind that has a reader of its own. */
export type ReadKind = "form" | "multipart" | "json" | "xml";

/**
 * The reader that a media type asks for; undefined when it names none. Readers compare types loosely (formidable looks
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
const TYPE_WORDS = ["urlencoded", "multipart", "json"];

/** Whether a media type, its boundary aside, has words of more than one kind, so that different readers take the body. */
export function isAmbiguousType(type: ParameterizedValue): boolean {
  const text = asciiLower(
    [
      type.value,
      ...type.parameters.filter(({ name }) => name !== "boundary").map(({ name, value }) => name + value),
    ].join(";"),
  );
  return TYPE_WORDS.filter((word) => text.includes(word)).length > 1;
}

const BLANKS = /[\t\n\v\f\r ]/y;
const BYTE_ORDER_MARK = "\xef\xbb\xbf";

/** Where a text begins behind a byte order mark and white space. */
export function textStart(bytes: string): number {
  let at = bytes.startsWith(BYTE_ORDER_MARK) ? 3 : 0;
  for (;;) {
    BLANKS.lastIndex = at;
    if (!BLANKS.test(bytes)) return at;
    at++;
  }
}

/** Kinds that a text without a telling media type may be read as, to be tried; undefined for plain text. */
export function guessedKind(bytes: string): "json" | "xml" | "form" | undefined {
  const start = textStart(bytes);
  const first = bytes[start];
  if (first === "{" || first === "[" || first === '"') return "json";
  if (first === "<") return isHtml(bytes, start) ? undefined : "xml";
  FORM_START.lastIndex = start;
  return FORM_START.test(bytes) ? "form" : undefined;
}

/** A field's name and an equals sign. */
const FORM_START = /[^\s=&<>{}"']{1,256}=/y;

/** Elements of HTML: markup is text that people write, and its references are part of it. */
const HTML_TAG =
  /<(?:!doctype\s+html|\/?(?:html|head|body|title|meta|link|script|style|div|span|p|a|b|i|u|em|strong|small|br|hr|h[1-6]|ul|ol|li|dl|table|tr|td|th|img|form|input|iframe|pre|code|blockquote|section|article|header|footer|nav|main|figure|font|center)(?:[\s/>]|$)|!--)/iy;

function isHtml(bytes: string, start: number): boolean {
  HTML_TAG.lastIndex = start;
  return HTML_TAG.test(bytes);
}

/** Control characters in a text: the share of them that makes it bytes. */
const BINARY_SHARE = 0.1;
/** Bytes of each window that is looked at. */
const WINDOW = 2048;

/** Media types of bytes that no text reader takes. */
const BYTES_TYPE =
  /^(?:image\/(?!svg)|audio\/|video\/|font\/|model\/|application\/(?:octet-stream|pdf|zip|gzip|vnd\.|x-|protobuf|grpc|msgpack|cbor|wasm|java-))/;

/** Whether a media type declares bytes rather than text. */
export function isBytesType(mediaType: string): boolean {
  return (
    BYTES_TYPE.test(mediaType) &&
    !/\+(?:json|xml)$|^application\/x-(?:httpd-php|sh|javascript)/.test(mediaType)
  );
}

/**
 * Whether a body is bytes rather than text: by its signature, or by control characters wherever one looks. A signature
 * of letters alone counts only where the declared type agrees.
 */
export function isBinary(bytes: string, mediaType: string): boolean {
  const signature = signatureOf(bytes);
  if (signature !== undefined && isBytesType(signature.type)) {
    if (/[^\t\n\r -~]/.test(signature.bytes) || isBytesType(mediaType)) return true;
  }
  const isShort = bytes.length <= 3 * WINDOW;
  const windows = isShort ? [0] : [0, (bytes.length - WINDOW) >> 1, bytes.length - WINDOW];
  const length = isShort ? bytes.length : WINDOW;
  return windows.every((from) => controlShare(bytes, from, from + length) >= BINARY_SHARE);
}

function controlShare(bytes: string, from: number, to: number): number {
  let controls = 0;
  for (let at = from; at < to; at++) {
    const code = bytes.charCodeAt(at);
    if (code < 9 || (code > 13 && code < 32 && code !== 27) || code === 127) controls++;
  }
  return controls / (to - from);
}
