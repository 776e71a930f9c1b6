import { Http2ServerRequest } from "node:http2";
import { BodyError, bodyOverCapacity } from "../../host/incoming.ts";
import { MisuseError } from "../../language/diagnostics/misuse.ts";
import type { BodyView } from "../../request/view/request-view.ts";
import type { NodeRequest } from "./node-request.ts";

/** A request body of which the first bytes were looked at. All bytes are still in the request's stream. */
export interface InspectedBody {
  /** The first bytes, as rules see them. */
  readonly view: BodyView;
  /** True when the client had sent everything before the limit was reached. */
  readonly complete: boolean;
}

/** How {@link inspectBody} waits. */
export interface InspectOptions {
  /** Milliseconds to wait for the bytes; default: as long as the server lets the request take. */
  readonly timeout?: number;
  /** Called with the length of each chunk before it is kept; false refuses it. Default: every chunk is kept. */
  readonly hold?: ((bytes: number) => boolean) | undefined;
}

/**
 * Looks at up to `maxBytes` of a body and puts everything back, so that the next handler reads the stream from its
 * beginning. What exceeds the limit is not read at all: the client feels the back pressure.
 *
 * Rejects with a {@link BodyError} when the client breaks off or is too slow or `hold` refuses, with a {@link MisuseError}
 * `E_BODY_CONSUMED` when something else has read of the body before, or reads it now.
 */
export function inspectBody(
  request: NodeRequest,
  maxBytes: number,
  options: InspectOptions = {},
): Promise<InspectedBody> {
  if (isConsumed(request)) return Promise.reject(new MisuseError("E_BODY_CONSUMED", CONSUMED));
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    let begin: NodeJS.Immediate | undefined;
    const release = (): void => {
      clearTimeout(timer);
      clearImmediate(begin);
      request.off("readable", onReadable);
      request.off("end", onEnd);
      request.off("error", onError);
      request.off("close", onClose);
    };
    const settle = (complete: boolean): void => {
      release();
      const [first, second] = chunks;
      const bytes = first !== undefined && second === undefined ? first : Buffer.concat(chunks);
      if (bytes.length > 0 && !request.readableEnded) {
        request.unshift(bytes);
        showUnread(request);
      }
      const shown = size > maxBytes ? bytes.subarray(0, maxBytes) : bytes;
      resolve({ view: { bytes: shown.toString("latin1"), truncated: !complete, size }, complete });
    };
    const fail = (error: BodyError): void => {
      release();
      reject(error);
    };
    const onReadable = (): void => {
      // A read at the end of the stream would end it for good, and nothing could be put back: ask for no more than
      // there is, and for nothing when the end has come.
      while (request.readableLength > 0) {
        const chunk: Buffer | null = request.read();
        if (chunk === null) break;
        if (options.hold?.(chunk.length) === false) {
          fail(bodyOverCapacity());
          request.resume();
          return;
        }
        chunks.push(chunk);
        size += chunk.length;
        if (size > maxBytes) {
          settle(false);
          return;
        }
      }
      if (isReceived(request)) settle(true);
      // Without a read the connection would not deliver more.
      else request.read(0);
    };
    // An HTTP/2 stream that the client resets ends too, before it closes.
    const onEnd = (): void => {
      if (!request.aborted) settle(true);
    };
    const onError = (error: Error): void =>
      fail(new BodyError("E_BODY_ABORTED", "the client disconnected", { cause: error }));
    const onClose = (): void =>
      fail(new BodyError("E_BODY_ABORTED", "the client closed the connection before its body was complete"));
    const timer =
      options.timeout === undefined
        ? undefined
        : setTimeout(
            () => fail(new BodyError("E_BODY_TIMEOUT", "the client sends its body too slowly")),
            options.timeout,
          );
    request.once("end", onEnd);
    request.once("error", onError);
    request.once("close", onClose);
    // To listen is to read: an empty body that has come to its end already would end for good. Whether it has shows
    // once the parser is done with the packet that brought the head.
    begin = setImmediate(() => {
      if (isReceived(request) && request.readableLength === 0) settle(true);
      else if (request.destroyed) onClose();
      else request.on("readable", onReadable);
    });
  });
}

const CONSUMED =
  "the body of a request was read, or is being read, before rules could: put the guard before body parsers and everything else that reads bodies";

/**
 * Whether the bytes of a body are gone, or another reader takes them: what the stream still has is not what was sent. A body
 * that has ended without a byte was empty.
 */
export function isConsumed(request: NodeRequest): boolean {
  if (request.readableDidRead) return true;
  if (request.readableEnded) return false;
  if (request.readableFlowing === true || request.readableEncoding !== null) return true;
  return request.listenerCount("data") > 0 || request.listenerCount("readable") > 0;
}

/**
 * Has a stream into which everything was put back say so: bridges to fetch refuse a stream that somebody has read from. The
 * first bytes that are read next are those that were put back, so that nothing but `read` hands them out.
 */
function showUnread(request: NodeRequest): void {
  const { read } = request;
  let isRead = false;
  const noteRead = (...given: readonly unknown[]): unknown => {
    if (given[0] !== 0) isRead = true;
    return Reflect.apply(read, request, given);
  };
  const hidden = { configurable: true, enumerable: false };
  Object.defineProperty(request, "read", { ...hidden, value: noteRead, writable: true });
  Object.defineProperty(request, "readableDidRead", { ...hidden, get: () => isRead });
}

/** Node drops header lines beyond a count (default 1,000) without a word, and reads the message by them nevertheless. */
function mayBeCut(request: NodeRequest): boolean {
  const { server } = request.socket as { readonly server?: { readonly maxHeadersCount?: number | null } };
  const most = server?.maxHeadersCount ?? 1000;
  return most > 0 && request.rawHeaders.length >= 2 * most;
}

/** Whether a message has a body at all (RFC 9112 §6.3: a length or a transfer coding announces it). */
export function hasBody(request: NodeRequest): boolean {
  if (request instanceof Http2ServerRequest) return !request.stream.endAfterHeaders;
  // The line that announces it may be among those that Node has left out.
  if (mayBeCut(request)) return true;
  const length = request.headers["content-length"];
  if (request.headers["transfer-encoding"] !== undefined) return true;
  return length !== undefined && length !== "0";
}

/**
 * Whether the whole body has arrived, read or not. `complete` of an HTTP/2 request is something else: it does not hold
 * until the end was read, and holds for a stream that was broken off.
 */
export function isReceived(request: NodeRequest): boolean {
  if (!(request instanceof Http2ServerRequest)) return request.complete;
  const { stream } = request;
  return (stream.endAfterHeaders || stream.readableEnded) && !stream.aborted;
}
