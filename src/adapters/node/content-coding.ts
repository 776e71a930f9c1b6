import { constants, createBrotliDecompress, createGunzip, createInflate } from "node:zlib";
import type { BodyView } from "../../request/view/request-view.ts";

interface Decoded {
  /** At most as many as rules see. */
  readonly bytes: Buffer;
  readonly truncated: boolean;
}

/** What rules see of a body: up to `maxBytes` of the received bytes, their content coding undone. */
export async function plainView(
  bytes: Buffer,
  complete: boolean,
  coding: string | undefined,
  maxBytes: number,
): Promise<BodyView> {
  const plain = await decodePrefix(bytes, coding?.trim().toLowerCase(), maxBytes);
  if (plain === undefined) return { bytes: "", truncated: true, size: 0 };
  const text = plain.bytes.toString("latin1");
  // What came beyond the limit depends on how the body was cut into chunks.
  return { bytes: text, truncated: !complete || plain.truncated, size: text.length };
}

/** Undoes a content coding, as far as `maxBytes`; undefined for a coding that we do not know. */
async function decodePrefix(
  bytes: Buffer,
  coding: string | undefined,
  maxBytes: number,
): Promise<Decoded | undefined> {
  if (coding === undefined || coding === "" || coding === "identity") {
    return { bytes: bytes.subarray(0, maxBytes), truncated: bytes.length > maxBytes };
  }
  const decoder = decoderFor(coding);
  if (decoder === undefined) return undefined;
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let size = 0;
    let settled = false;
    const settle = (truncated: boolean): void => {
      if (settled) return;
      settled = true;
      decoder.destroy();
      resolve({ bytes: Buffer.concat(chunks).subarray(0, maxBytes), truncated });
    };
    decoder.on("data", (chunk: Buffer) => {
      chunks.push(chunk);
      size += chunk.length;
      // A small response may unpack to gigabytes.
      if (size > maxBytes) settle(true);
    });
    decoder.on("end", () => settle(false));
    decoder.on("error", () => settle(true));
    decoder.end(bytes);
  });
}

function decoderFor(coding: string) {
  // The bytes may stop anywhere: what could be decoded so far is wanted, not an error.
  const zlib = { finishFlush: constants.Z_SYNC_FLUSH };
  switch (coding) {
    case "gzip":
    case "x-gzip":
      return createGunzip(zlib);
    case "deflate":
      return createInflate(zlib);
    case "br":
      return createBrotliDecompress({ finishFlush: constants.BROTLI_OPERATION_FLUSH });
    default:
      return undefined;
  }
}
