import { Readable } from "node:stream";
import type { BodyView } from "../../request/request-view.ts";
import type { NodeRequest } from "./node-request.ts";

/** A request body of which the first bytes were taken for inspection. */
export interface InspectedBody {
  readonly view: BodyView;
  /** The whole body for whoever handles the request next: the inspected bytes again, then the rest as it arrives. */
  replay(): Readable;
  /** True when the client had sent everything before the limit was reached. */
  readonly complete: boolean;
  /** The inspected bytes. */
  readonly bytes: Buffer;
}

/**
 * Reads up to `maxBytes` of a body. What exceeds the limit stays in the stream, unread, so that the client feels
 * the back pressure of whoever reads on.
 *
 * Rejects when the client breaks off.
 */
export function inspectBody(request: NodeRequest, maxBytes: number): Promise<InspectedBody> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const release = (): void => {
      request.off("readable", onReadable);
      request.off("end", onEnd);
      request.off("error", onError);
      request.off("close", onClose);
    };
    const settle = (complete: boolean): void => {
      release();
      const bytes = chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);
      const inspected = size > maxBytes ? bytes.subarray(0, maxBytes) : bytes;
      resolve({
        view: { bytes: inspected.toString("latin1"), truncated: size > maxBytes, size },
        replay: () => Readable.from(replay(request, bytes, complete), { objectMode: false }),
        complete,
        bytes: inspected,
      });
    };
    const onReadable = (): void => {
      for (let chunk = request.read() as Buffer | null; chunk !== null; chunk = request.read() as Buffer | null) {
        chunks.push(chunk);
        size += chunk.length;
        if (size > maxBytes) {
          settle(false);
          return;
        }
      }
    };
    const onEnd = (): void => settle(true);
    const onError = (error: Error): void => {
      release();
      reject(error);
    };
    const onClose = (): void => onError(new Error("the client closed the connection before its body was complete"));
    request.on("readable", onReadable);
    request.once("end", onEnd);
    request.once("error", onError);
    request.once("close", onClose);
  });
}

async function* replay(request: NodeRequest, bytes: Buffer, complete: boolean): AsyncGenerator<Buffer> {
  if (bytes.length > 0) yield bytes;
  if (!complete) for await (const chunk of request) yield chunk as Buffer;
}

/** Whether a message has a body at all (RFC 9112 §6.3: a length or a transfer coding announces it). */
export function hasBody(request: NodeRequest): boolean {
  const length = request.headers["content-length"];
  if (request.headers["transfer-encoding"] !== undefined) return true;
  if (length !== undefined) return length !== "0";
  return request.httpVersionMajor >= 2 && !(request as { readableEnded: boolean }).readableEnded;
}
