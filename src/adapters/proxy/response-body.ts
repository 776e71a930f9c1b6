import type { IncomingMessage } from "node:http";
import { constants, createBrotliDecompress, createGunzip, createInflate } from "node:zlib";
import type { BodyView } from "../../request/view/request-view.ts";

/** The first part of an upstream's body, taken for inspection. */
export interface HeldBody {
  /** What rules see: the content codings undone. */
  readonly view: BodyView;
  /** The bytes as received; they are sent before the rest of the stream. */
  readonly held: Buffer;
  readonly complete: boolean;
}

/**
 * Holds back up to `maxBytes` of a response, or what arrives within `timeout` milliseconds: an event stream may never
 * end. Rejects when the upstream breaks off.
 */
export async function holdBody(
  response: IncomingMessage,
  maxBytes: number,
  timeout: number,
): Promise<HeldBody> {
  const { held, complete } = await collect(response, maxBytes, timeout);
  const coding = response.headers["content-encoding"]?.trim().toLowerCase();
  const plain = await decodePrefix(held, coding, maxBytes);
  const bytes = plain === undefined ? "" : plain.bytes.toString("latin1");
  const truncated = !complete || plain === undefined || plain.truncated;
  return { view: { bytes, truncated, size: bytes.length }, held, complete };
}

function collect(
  response: IncomingMessage,
  maxBytes: number,
  timeout: number,
): Promise<{ readonly held: Buffer; readonly complete: boolean }> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const settle = (complete: boolean): void => {
      release();
      response.pause();
      resolve({ held: Buffer.concat(chunks), complete });
    };
    const onData = (chunk: Buffer): void => {
      chunks.push(chunk);
      size += chunk.length;
      if (size > maxBytes) settle(false);
    };
    const onEnd = (): void => settle(true);
    const onBroken = (): void => {
      release();
      reject(new Error("the upstream broke off"));
    };
    const timer = setTimeout(() => settle(false), timeout);
    const release = (): void => {
      clearTimeout(timer);
      response.off("data", onData).off("end", onEnd).off("error", onBroken).off("close", onBroken);
    };
    response.on("data", onData).on("end", onEnd).on("error", onBroken).on("close", onBroken);
  });
}

interface Decoded {
  readonly bytes: Buffer;
  readonly truncated: boolean;
}

/** Undoes a content coding, as far as `maxBytes`; undefined for a coding that we do not know or that is broken. */
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
