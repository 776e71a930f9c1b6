import { asciiLower } from "../../language/values/bytes.ts";
import { trimWhiteSpace } from "../head/characters.ts";
import type { BodyView } from "../view/request-view.ts";

/**
 * Undoes content codings (RFC 9110 §8.4.1). What can be undone depends on the platform, so that hosts bring it.
 */
export interface ContentDecoder {
  /** Names of the codings that this platform can undo, in lower case and in the order of preference. */
  readonly codings: readonly string[];
  /**
   * Undoes one coding of a byte string, incrementally, and stops after `maxBytes`.
   *
   * @param isPrefix whether bytes are missing at the end, so that what could be decoded is the result.
   * @param hold called with the length of each piece before it is kept; false: no more of it is wanted.
   * @returns undefined when the bytes are not in that coding, and when `hold` refused.
   */
  decode(
    bytes: string,
    coding: string,
    maxBytes: number,
    isPrefix: boolean,
    hold?: (bytes: number) => boolean,
  ): Promise<DecodedBytes | undefined>;
}

/** The result of a {@link ContentDecoder}. */
export interface DecodedBytes {
  /** A byte string, at most as long as was wanted. */
  readonly bytes: string;
  /** Whether there are more. */
  readonly truncated: boolean;
  /**
   * Whether bytes follow where the coding ends, zeros that pad gzip aside. Decoders disagree about them: some read on, and
   * some stop there.
   */
  readonly trailing?: boolean;
}

/**
 * Undoes the coding `deflate`: the name means zlib's format, and half of the world sends what is inside it
 * (RFC 9110 §8.4.1.2).
 */
export async function decodeDeflate(
  bytes: string,
  decode: (format: "deflate" | "deflate-raw") => Promise<DecodedBytes | undefined>,
): Promise<DecodedBytes | undefined> {
  return (hasZlibHead(bytes) ? await decode("deflate") : undefined) ?? decode("deflate-raw");
}

/** RFC 1950 §2.2: method 8, and the two bytes of the head are a multiple of 31. */
function hasZlibHead(bytes: string): boolean {
  const first = bytes.charCodeAt(0);
  return (first & 0x0f) === 8 && (first * 256 + bytes.charCodeAt(1)) % 31 === 0;
}

/** The place of the last byte that is part of the coding if nothing follows it: gzip may be padded with zeros. */
export function lastOwnByte(bytes: string, coding: string): number {
  let at = bytes.length - 1;
  if (coding === "gzip") while (at > 0 && bytes.charCodeAt(at) === 0) at--;
  return at;
}

/** Nested codings that are undone; two are unusual. */
const MAX_CODINGS = 3;
/** Most bytes that each sent byte may expand to: ordinary texts reach 20, and bombs 1,000. */
const MAX_RATIO = 200;
/** Bytes that any body may expand to, whatever the ratio. */
const FREE_BYTES = 1_048_576;

/** Other names of codings (RFC 9110 §8.4.1.3). */
const ALIASES: ReadonlyMap<string, string> = new Map([
  ["x-gzip", "gzip"],
  ["x-deflate", "deflate"],
]);

/**
 * The codings that a `Content-Encoding` names, in the order in which they were applied; `identity` and empty members
 * are left out, and so is `aws-chunked` alone: it frames the bytes of uploads to S3, and leaves them as they are.
 */
export function contentCodings(contentEncoding: string): readonly string[] {
  if (contentEncoding === "") return NO_CODINGS;
  const names = contentEncoding
    .split(",")
    .map((name) => asciiLower(trimWhiteSpace(name)))
    .map((name) => ALIASES.get(name) ?? name)
    .filter((name) => name !== "" && name !== "identity");
  return names.length === 1 && names[0] === "aws-chunked" ? NO_CODINGS : names;
}

const NO_CODINGS: readonly string[] = Object.freeze([]);

/** Those that servers and frameworks undo on their own. */
const COMMON: ReadonlySet<string> = new Set(["gzip", "deflate", "compress", "br", "zstd", "dcb", "dcz"]);

/** Whether servers undo none of the codings on their own: metrics in protobuf come in `snappy` or `lz4`. */
export function areUncommon(codings: readonly string[]): boolean {
  return codings.length > 0 && !codings.some((coding) => COMMON.has(coding));
}

/**
 * The body of a request with its content codings undone, the last one first; `coding` says whether that was possible.
 *
 * @param contentEncoding all lines of `Content-Encoding` as one value.
 * @param maxBytes decoded bytes that are wanted.
 * @param hold as in {@link ContentDecoder.decode}.
 */
export async function undoRequestCodings(
  decoder: ContentDecoder,
  body: BodyView,
  contentEncoding: string,
  maxBytes: number,
  hold?: (bytes: number) => boolean,
): Promise<BodyView> {
  const codings = contentCodings(contentEncoding);
  if (codings.length === 0 || body.bytes === "") return body;
  const undone = await undo(decoder, body, codings, maxBytes, hold);
  if (undone === undefined) return { ...body, coding: "faulty" };
  // A site may undo none of them, or the outermost one alone.
  return { ...undone.view, coded: undone.layers.join("\n") };
}

/**
 * The same for the body of a response. One that ends early is decoded as far as that goes, as clients do; one that is not in its
 * coding is as it was sent, as clients that undo none read it. `coding` is `faulty` either way.
 */
export async function undoResponseCodings(
  decoder: ContentDecoder,
  body: BodyView,
  contentEncoding: string,
  maxBytes: number,
): Promise<BodyView> {
  const codings = contentCodings(contentEncoding);
  if (codings.length === 0 || body.bytes === "") return body;
  const undone = await undo(decoder, body, codings, maxBytes);
  if (undone !== undefined) return undone.view;
  const cut = { ...body, truncated: true };
  const prefix = body.truncated ? undefined : (await undo(decoder, cut, codings, maxBytes))?.view;
  return { ...(prefix === undefined || prefix.bytes === "" ? cut : prefix), coding: "faulty" };
}

interface Undone {
  readonly view: BodyView;
  /** The bytes as sent, and those between two codings. */
  readonly layers: readonly string[];
}

/** Undefined when a coding is not known, the bytes are not in it, or there are too many codings or bytes. */
async function undo(
  decoder: ContentDecoder,
  body: BodyView,
  codings: readonly string[],
  maxBytes: number,
  hold?: (bytes: number) => boolean,
): Promise<Undone | undefined> {
  if (codings.length > MAX_CODINGS || codings.some((coding) => !decoder.codings.includes(coding)))
    return undefined;
  const bound = Math.max(FREE_BYTES, body.bytes.length * MAX_RATIO);
  let { bytes, truncated } = body;
  const layers: string[] = [];
  for (const coding of codings.toReversed()) {
    const most = Math.min(maxBytes, bound);
    const decoded = await decoder.decode(bytes, coding, most, truncated, hold);
    // Nothing expands that far but to be in the way.
    if (decoded === undefined || (decoded.truncated && most < maxBytes)) return undefined;
    if (decoded.trailing === true && !truncated) return undefined;
    layers.push(bytes);
    bytes = decoded.bytes;
    truncated ||= decoded.truncated;
  }
  return { view: { bytes, truncated, size: bytes.length, coding: "undone" }, layers };
}

/** At most `maxBytes` of a body. What comes beyond them depends on how it was cut into chunks, and is not counted. */
export function shown(view: BodyView, maxBytes: number): BodyView {
  if (view.bytes.length <= maxBytes) return view;
  return { ...view, bytes: view.bytes.slice(0, maxBytes), truncated: true, size: maxBytes };
}
