import type { Transform } from "node:stream";
import * as zlib from "node:zlib";
import {
  type ContentDecoder,
  type DecodedBytes,
  decodeDeflate,
  lastOwnByte,
  shown,
  undoResponseCodings,
} from "../../request/body/codings.ts";
import type { BodyView } from "../../request/view/request-view.ts";

/** A zlib stream that reports how many of its input bytes it has read. */
type Decompressor = Transform & { readonly bytesWritten: number };

// Node has zstd from 22.15 on; its types are those of an older one.
const createZstdDecompress: (() => Decompressor) | undefined = Reflect.get(zlib, "createZstdDecompress");

/** The codings that Node's zlib undoes. */
export const nodeDecoder: ContentDecoder = {
  codings: ["br", ...(createZstdDecompress === undefined ? [] : ["zstd"]), "gzip", "deflate"],
  async decode(text, coding, maxBytes, isPrefix, hold = () => true) {
    const bytes = Buffer.from(text, "latin1");
    const own = lastOwnByte(text, coding);
    const read = (format: string) => inflate(() => decoderFor(format, isPrefix), bytes, own, maxBytes, hold);
    return coding === "deflate" ? decodeDeflate(text, read) : read(coding);
  },
};

/**
 * The part of a response that rules see: up to `maxBytes` of the bytes, their content codings undone as far as
 * possible.
 */
export async function plainView(
  bytes: Buffer,
  complete: boolean,
  coding: string | undefined,
  maxBytes: number,
): Promise<BodyView> {
  const text = bytes.toString("latin1");
  const sent: BodyView = { bytes: text, truncated: !complete, size: text.length };
  const view = coding === undefined ? sent : await undoResponseCodings(nodeDecoder, sent, coding, maxBytes);
  return shown(view, maxBytes);
}

/** @param own the place of the last byte that must be read */
function inflate(
  make: () => Decompressor | undefined,
  bytes: Buffer,
  own: number,
  maxBytes: number,
  hold: (bytes: number) => boolean,
): Promise<DecodedBytes | undefined> {
  return new Promise((resolve) => {
    const decoder = make();
    if (decoder === undefined) {
      resolve(undefined);
      return;
    }
    const chunks: Buffer[] = [];
    let size = 0;
    const settle = (truncated: boolean): void => {
      const trailing = !truncated && decoder.bytesWritten <= own;
      decoder.destroy();
      const all = Buffer.concat(chunks);
      resolve({ bytes: all.toString("latin1", 0, Math.min(all.length, maxBytes)), truncated, trailing });
    };
    decoder.on("data", (chunk: Buffer) => {
      if (!hold(chunk.length)) {
        decoder.destroy();
        resolve(undefined);
        return;
      }
      chunks.push(chunk);
      size += chunk.length;
      // A few bytes may unpack to gigabytes.
      if (size > maxBytes) settle(true);
    });
    decoder.on("end", () => settle(false));
    decoder.on("error", () => {
      decoder.destroy();
      resolve(undefined);
    });
    decoder.end(bytes);
  });
}

/** @param isPrefix whether what could be decoded so far is wanted, where the bytes stop. */
function decoderFor(coding: string, isPrefix: boolean): Decompressor | undefined {
  const { Z_SYNC_FLUSH, BROTLI_OPERATION_FLUSH } = zlib.constants;
  const options = isPrefix ? { finishFlush: Z_SYNC_FLUSH } : {};
  switch (coding) {
    case "gzip":
      return zlib.createGunzip(options);
    case "deflate":
      return zlib.createInflate(options);
    case "deflate-raw":
      return zlib.createInflateRaw(options);
    case "br":
      return zlib.createBrotliDecompress(isPrefix ? { finishFlush: BROTLI_OPERATION_FLUSH } : {});
    case "zstd":
      return createZstdDecompress?.();
    default:
      return undefined;
  }
}
