import {
  type ContentDecoder,
  type DecodedBytes,
  decodeDeflate,
  lastOwnByte,
} from "../../request/body/codings.ts";
import { type ByteReader, bytesOf, discard, latin1 } from "./streams.ts";

/** What `DecompressionStream` may undo; later ones are known to some platforms only. */
const FORMATS = ["gzip", "deflate", "deflate-raw", "brotli", "zstd"] as const;
type Format = (typeof FORMATS)[number];

const CODINGS: ReadonlyMap<string, Format> = new Map<string, Format>([
  ["gzip", "gzip"],
  ["deflate", "deflate"],
  ["br", "brotli"],
  ["zstd", "zstd"],
]);

let known: readonly string[] | undefined;

/** The codings that the platform's `DecompressionStream` undoes. */
export const fetchDecoder: ContentDecoder = {
  // Asked when first needed: some platforms allow no streams while modules are loaded.
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

/**
 * Whether the coding ends before the last byte of the text. The standard wants such bytes refused, but some platforms
 * ignore them silently: those decode the text without its last byte too.
 */
async function hasTrailing(text: string, format: Format, maxBytes: number): Promise<boolean> {
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
