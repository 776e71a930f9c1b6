// On the request path, for bodies of messages in bytes: one pass for each depth of them.
import { base64Decode, isUtf8 } from "../../language/values/bytes.ts";

/** Bytes that are read, and strings that are shown. */
const MAX_BYTES = 262_144;
const MAX_STRINGS = 512;
/** Messages inside messages. */
const MAX_DEPTH = 6;
/** Shorter strings are words. */
const MIN_STRING = 3;

const PROTOBUF =
  /^application\/(?:grpc(?:-web(?:-text)?)?(?:\+proto)?|connect\+proto|proto(?:buf)?|(?:x-|vnd\.google\.|x-google-)protobuf)$/;
const FRAMED = /^application\/(?:grpc|connect)/;
const IN_BASE64 = /-text(?:\+proto)?$/;
const MESSAGE_PACK = /^application\/(?:(?:x-|vnd\.)?msgpack|.{1,60}\+msgpack)$/;
const CBOR = /^application\/(?:cbor(?:-seq)?|.{1,60}\+cbor)$/;

/**
 * The strings of a body whose type says that it is messages of Protocol Buffers, bare or in the frames of gRPC, MessagePack or
 * CBOR, each once. None of messages that are compressed.
 */
export function stringsOfMessages(bytes: string, mediaType: string): readonly string[] {
  if (!mediaType.startsWith("application/")) return NO_STRINGS;
  const strings = new Set<string>();
  const read = bytes.length > MAX_BYTES ? bytes.slice(0, MAX_BYTES) : bytes;
  if (PROTOBUF.test(mediaType)) {
    const plain = IN_BASE64.test(mediaType) ? fromBase64(read) : read;
    for (const message of FRAMED.test(mediaType) ? messagesOf(plain) : [plain])
      readMessage(message, 0, strings);
  } else if (MESSAGE_PACK.test(mediaType)) readMessagePack(read, strings);
  else if (CBOR.test(mediaType)) readCbor(read, strings);
  return [...strings];
}

const NO_STRINGS: readonly string[] = Object.freeze([]);

function add(strings: Set<string>, text: string): void {
  if (text.length >= MIN_STRING && strings.size < MAX_STRINGS && isUtf8(text)) strings.add(text);
}

/** Each message may have been encoded for itself, its padding with it. */
function fromBase64(written: string): string {
  return (written.match(/[\w+/-]+/g) ?? []).map((digits) => base64Decode(digits) ?? "").join("");
}

/** The messages of a stream: a byte of flags, four of length; what has no such head is a message itself. */
function messagesOf(stream: string): readonly string[] {
  const messages: string[] = [];
  for (let at = 0; at < stream.length; ) {
    const length = big(stream, at + 1, 4);
    // Trailers and the end of a stream have flags too; an odd one is compressed.
    if ((stream.charCodeAt(at) & 0x7d) !== 0 || !(length >= 0)) break;
    messages.push(stream.slice(at + 5, at + 5 + length));
    at += 5 + length;
  }
  return messages.length === 0 ? [stream] : messages;
}

/** A field of a message: where its bytes are, when it has a length. */
interface Field {
  readonly start: number;
  readonly end: number;
}

/** Takes the strings of a message, and of those in it. A string may look like a message too, and is shown as both. */
function readMessage(message: string, depth: number, strings: Set<string>): void {
  for (const { start, end } of fieldsOf(message)) {
    if (strings.size >= MAX_STRINGS) return;
    const bytes = message.slice(start, end);
    const mayBeMessage = isMessage(bytes);
    if (!mayBeMessage || !CONTROL.test(bytes)) add(strings, bytes);
    if (mayBeMessage && depth < MAX_DEPTH) readMessage(bytes, depth + 1, strings);
  }
}

/** What lengths and numbers of fields mostly are, and texts hardly ever hold. */
const CONTROL = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f]/;

/** Whether bytes are a message to their end. */
function isMessage(bytes: string): boolean {
  let at = 0;
  while (at < bytes.length && at !== -1) at = behindField(bytes, at);
  return at === bytes.length && at > 0;
}

/** The fields with a length, up to where a message is none. */
function fieldsOf(message: string): readonly Field[] {
  const fields: Field[] = [];
  for (let at = 0; at < message.length; ) {
    const end = behindField(message, at);
    if (end === -1) break;
    // The last number of such a field is its length.
    if ((message.charCodeAt(at) & 7) === 2) fields.push({ start: end - value, end });
    at = end;
  }
  return fields;
}

/** Where a field ends; -1 when it is none, or goes beyond the bytes. */
function behindField(bytes: string, at: number): number {
  const start = varint(bytes, at);
  // The number of a field is 1 at least.
  if (start === -1 || value < 8) return -1;
  switch (value & 7) {
    case 0:
      return varint(bytes, start);
    case 1:
      return within(bytes, start + 8);
    case 2: {
      const from = varint(bytes, start);
      return from === -1 ? -1 : within(bytes, from + value);
    }
    case 5:
      return within(bytes, start + 4);
    default:
      return -1;
  }
}

const within = (bytes: string, end: number): number => (end <= bytes.length ? end : -1);

/** What the last number stands for: one result of two would be an object for each. */
let value = 0;

/** Where a number of seven bits a byte ends, ten bytes at most; -1 when it does not. */
function varint(bytes: string, at: number): number {
  value = 0;
  for (let byte = 0; byte < 10; byte++) {
    const code = bytes.charCodeAt(at + byte);
    if (!(code >= 0)) return -1;
    value += (code & 127) * 2 ** (7 * byte);
    if (code < 128) return at + byte + 1;
  }
  return -1;
}

/** Items follow one another whatever holds them, so that no depth has to be known. */
function readMessagePack(bytes: string, strings: Set<string>): void {
  for (let at = 0; at < bytes.length; ) {
    const code = bytes.charCodeAt(at++);
    if (code >= 0xa0 && code <= 0xbf) at = take(bytes, at, code & 31, strings);
    else if (code >= 0xd9 && code <= 0xdb) {
      const size = 2 ** (code - 0xd9);
      at = take(bytes, at + size, big(bytes, at, size), strings);
    } else at += skippedInMessagePack(bytes, at, code);
  }
}

/** Bytes after a type that are not items. */
function skippedInMessagePack(bytes: string, at: number, code: number): number {
  if (code < 0xc4 || code >= 0xe0) return 0;
  if (code <= 0xc6) return 2 ** (code - 0xc4) + big(bytes, at, 2 ** (code - 0xc4));
  if (code <= 0xc9) return 2 ** (code - 0xc7) + 1 + big(bytes, at, 2 ** (code - 0xc7));
  if (code <= 0xcb) return code === 0xca ? 4 : 8;
  if (code <= 0xd3) return 2 ** ((code - 0xcc) & 3);
  if (code <= 0xd8) return 1 + 2 ** (code - 0xd4);
  return code === 0xdc || code === 0xde ? 2 : 4;
}

function readCbor(bytes: string, strings: Set<string>): void {
  for (let at = 0; at < bytes.length; ) {
    const code = bytes.charCodeAt(at++);
    const info = code & 31;
    const size = info >= 24 && info <= 27 ? 2 ** (info - 24) : 0;
    const length = size === 0 ? info : big(bytes, at, size);
    at += size;
    const type = code >> 5;
    // Of an unknown length are the pieces that follow.
    if (info === 31 || (type !== 2 && type !== 3)) continue;
    at = type === 3 ? take(bytes, at, length, strings) : at + length;
  }
}

function take(bytes: string, at: number, length: number, strings: Set<string>): number {
  add(strings, bytes.slice(at, at + length));
  return at + length;
}

function big(bytes: string, at: number, size: number): number {
  let number = 0;
  for (let byte = 0; byte < size; byte++) number = number * 256 + bytes.charCodeAt(at + byte);
  return number;
}
