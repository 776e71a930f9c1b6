import {
  type ContentDecoder,
  type DecodedBytes,
  decodeDeflate,
  lastOwnByte,
} from "../../request/body/codings.ts";
import { type ByteReader, bytesOf, discard, latin1 } from "./streams.ts";

/** Codings of `DecompressionStream`; the later ones exist on some platforms only. */
const FORMATS = ["gzip", "deflate", "deflate-raw", "brotli", "zstd"] as const;
type Format = (typeof FORMATS)[number];

const CODINGS: ReadonlyMap<string, Format> = new Map<string, Format>([
  ["gzip", "gzip"],
  ["deflate", "deflate"],
  ["br", "brotli"],
  ["zstd", "zstd"],
]);

/** Nothing, in each format. */
const EMPTY: Readonly<Record<Format, string>> = {
  gzip: "\x1f\x8b\b\0\0\0\0\0\0\x03\x03\0\0\0\0\0\0\0\0\0",
  deflate: "\x78\x9c\x03\0\0\0\0\x01",
  "deflate-raw": "\x03\0",
  brotli: "\x3b",
  zstd: "\x28\xb5\x2f\xfd\x20\0\x01\0\0",
};

let known: readonly string[] | undefined;
const refusing = new Map<Format, Promise<boolean>>();

/** The codings that the platform's `DecompressionStream` undoes. */
export const fetchDecoder: ContentDecoder = {
  // Checked on first use: some platforms allow no streams while modules are loaded.
  get codings() {
    known ??= [...CODINGS].filter(([, format]) => newStream(format) !== undefined).map(([coding]) => coding);
    return known;
  },
  async decode(text, coding, maxBytes, isPrefix, hold = () => true) {
    const format = CODINGS.get(coding);
    if (format === undefined) return undefined;
    const read = async (kind: Format): Promise<DecodedBytes | undefined> => {
      const whole = await decompress(text, kind, maxBytes, isPrefix, hold);
      if (whole === undefined || whole.truncated || isPrefix) return whole;
      return { ...whole, trailing: await hasTrailing(text, kind, maxBytes) };
    };
    return format === "deflate" ? decodeDeflate(text, read) : read(format);
  },
};

/** Whether the platform rejects bytes after the end of the format, as the standard requires; tested once. */
function refusesTrailing(format: Format): Promise<boolean> {
  const found = refusing.get(format) ?? tryTrailing(format);
  refusing.set(format, found);
  return found;
}

async function tryTrailing(format: Format): Promise<boolean> {
  const empty = EMPTY[format];
  if ((await decompress(empty, format, 1, false)) === undefined) return false;
  // Node's zlib stops looking at the first zero after gzip.
  return (await decompress(`${empty}\0\x01`, format, 1, false)) === undefined;
}

/**
 * Whether the coding ends before the last byte of the text. Platforms that ignore such bytes silently decode the text
 * without its last byte too.
 */
async function hasTrailing(text: string, format: Format, maxBytes: number): Promise<boolean> {
  if (await refusesTrailing(format)) return false;
  const shorter = text.slice(0, lastOwnByte(text, format));
  return (await decompress(shorter, format, maxBytes, false)) !== undefined;
}

function newStream(format: Format): DecompressionStream | undefined {
  try {
    return Reflect.construct(DecompressionStream, [format]);
  } catch {
    return undefined;
  }
}

/** @param hold nothing is kept without it */
async function decompress(
  text: string,
  format: Format,
  maxBytes: number,
  isPrefix: boolean,
  hold?: (bytes: number) => boolean,
): Promise<DecodedBytes | undefined> {
  const decoder = newStream(format);
  if (decoder === undefined) return undefined;
  const writer = decoder.writable.getWriter();
  // The reader learns of faults.
  writer.write(bytesOf(text)).catch(() => undefined);
  writer.close().catch(() => undefined);
  const reader: ByteReader = decoder.readable.getReader();
  const chunks: Uint8Array[] = [];
  let size = 0;
  let truncated = true;
  try {
    // A few bytes may unpack to gigabytes.
    while (size <= maxBytes) {
      const { done, value } = await reader.read();
      if (done) {
        truncated = false;
        break;
      }
      if (value === undefined) continue;
      size += value.length;
      if (hold === undefined) continue;
      if (!hold(value.length)) {
        discard(reader);
        return undefined;
      }
      chunks.push(value);
    }
  } catch {
    // Bytes that were cut off end in a fault; what was decoded before it counts.
    if (!isPrefix) return undefined;
  }
  discard(reader);
  return { bytes: latin1(chunks, maxBytes), truncated };
}
