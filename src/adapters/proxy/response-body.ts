import type { IncomingMessage } from "node:http";
import type { HeldView } from "../../host/incoming.ts";
import { plainView } from "../node/content-decoder.ts";

/** The first part of an upstream's body, taken for inspection. */
export interface HeldBody {
  /** The body that rules see: the content codings undone. */
  readonly view: HeldView;
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
  const { held, complete, late } = await collect(response, maxBytes, timeout);
  const view = await plainView(held, complete, response.headers["content-encoding"], maxBytes);
  return { view: { ...view, late }, held, complete };
}

function collect(
  response: IncomingMessage,
  maxBytes: number,
  timeout: number,
): Promise<{ readonly held: Buffer; readonly complete: boolean; readonly late: boolean }> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const settle = (complete: boolean, late = false): void => {
      release();
      response.pause();
      resolve({ held: Buffer.concat(chunks), complete, late });
    };
    const onData = (chunk: Buffer): void => {
      chunks.push(chunk);
      size += chunk.length;
      if (size > maxBytes) settle(false);
    };
    const onEnd = (): void => settle(true);
    const onBroken = (): void => {
      release();
      reject(new Error("the upstream disconnected"));
    };
    const timer = setTimeout(() => settle(false, true), timeout);
    const release = (): void => {
      clearTimeout(timer);
      response.off("data", onData).off("end", onEnd).off("error", onBroken).off("close", onBroken);
    };
    response.on("data", onData).on("end", onEnd).on("error", onBroken).on("close", onBroken);
  });
}
