import { validateHeaderValue } from "node:http";
import { Http2ServerResponse } from "node:http2";
import type { HeldView, OutgoingResponse, ReadLimits } from "../../host/incoming.ts";
import type { PassedRequest } from "../../host/passed-request.ts";
import { asciiLower } from "../../language/values/bytes.ts";
import { trimWhiteSpace } from "../../request/head/characters.ts";
import type { HeaderOperation } from "../../rules/ruleset/actions/control.ts";
import { clearHead, type NodeResponse, sendLastAnswer, writeAnswer } from "./answer.ts";
import { plainView } from "./content-decoder.ts";
import type { NodeRequest } from "./node-request.ts";
import {
  coded,
  headersSent,
  putMethods,
  type SendingMethods,
  sendingMethods,
  showHeld,
  withMethods,
} from "./response-members.ts";
import type { Tarpit } from "./tarpit.ts";

/** Sets, adds and removes headers, in order. */
export function applyOperations(response: NodeResponse, operations: readonly HeaderOperation[]): void {
  for (const operation of operations) {
    if (operation.operation === "set") response.setHeader(operation.name, operation.value);
    else if (operation.operation === "add") response.appendHeader(operation.name, operation.value);
    else response.removeHeader(operation.name);
  }
}

/**
 * Holds back what the handler writes, until the gate has evaluated the response. Ends the passed request.
 *
 * To the handler, and to middleware that comes after the guard, the response behaves as one that Node sends at once.
 *
 * @param tarpit holds the clients that rules on responses let wait.
 * @param report called with what sending the response throws.
 */
export function holdResponse(
  request: NodeRequest,
  response: NodeResponse,
  passed: PassedRequest,
  tarpit: Tarpit,
  report: (error: unknown) => void,
): void {
  new HeldResponse(request, response, passed, tarpit, report).take();
}

type Callback = (error?: Error | null) => void;

interface Piece {
  readonly bytes: Buffer;
  /** Still to be called. */
  done: Callback | undefined;
}

interface Ending {
  readonly bytes: Buffer | undefined;
  readonly done: Callback | undefined;
}

/** A call after the end. */
interface LateCall {
  readonly method: "write" | "end";
  readonly given: readonly unknown[];
}

interface Head {
  readonly status: number;
  /** Of HTTP/1. */
  readonly reason: string | undefined;
}

/** Bytes, until it is known how much of the body is held. */
const FIRST_ROOM = 65_536;

class HeldResponse {
  readonly #request: NodeRequest;
  readonly #response: NodeResponse;
  readonly #passed: PassedRequest;
  readonly #tarpit: Tarpit;
  readonly #report: (error: unknown) => void;
  readonly #node: SendingMethods;
  /** Where what the handler writes goes. */
  #state: "held" | "passed" | "dropped" = "held";
  #head: Head | undefined;
  /** The handler left the head to its first call of `end`, so that Node knows the length of the body. */
  #isWhole = false;
  readonly #pieces: Piece[] = [];
  readonly #late: LateCall[] = [];
  #size = 0;
  /** Bytes that are accepted before the handler must wait for `drain`. */
  #room = FIRST_ROOM;
  #isFull = false;
  #ending: Ending | undefined;
  #isClosed = false;
  #onMore: (() => void) | undefined;

  constructor(
    request: NodeRequest,
    response: NodeResponse,
    passed: PassedRequest,
    tarpit: Tarpit,
    report: (error: unknown) => void,
  ) {
    this.#request = request;
    this.#response = response;
    this.#passed = passed;
    this.#tarpit = tarpit;
    this.#report = report;
    this.#node = sendingMethods(response);
  }

  /**
   * Replaces the members by which a handler sends its response. They stay: middleware may have kept them, and call them
   * after the response has passed.
   */
  take(): void {
    const response = this.#response;
    const held: Readonly<Record<"held" | "dropped", SendingMethods>> = {
      held: {
        writeHead: (status, ...rest) => this.#takeHead(status, rest),
        // Node reports that the connection is gone.
        write: (chunk, ...rest) =>
          this.#isClosed ? this.#node.write(chunk, ...rest) : this.#takePiece(chunk, rest),
        end: (...given) => this.#takeEnd(given),
        flushHeaders: () => this.#needHead(),
      },
      dropped: {
        writeHead: () => {
          throw headersSent(response);
        },
        write: (chunk, ...rest) => this.#dropPiece(chunk, rest),
        end: (...given) => this.#dropEnd(given),
        flushHeaders: () => undefined,
      },
    };
    const methods = (): SendingMethods => (this.#state === "passed" ? this.#node : held[this.#state]);
    putMethods(response, {
      writeHead: (...given) => methods().writeHead(...given),
      write: (...given) => methods().write(...given),
      end: (...given) => methods().end(...given),
      flushHeaders: (...given) => methods().flushHeaders(...given),
    });
    showHeld(response, {
      isHeld: () => this.#state === "held",
      isHeadTaken: () => this.#state === "held" && this.#head !== undefined,
      isEnded: () => this.#ending !== undefined,
      isFull: () => this.#isFull,
      size: () => this.#size,
    });
    response.once("close", () => this.#close());
  }

  #close(): void {
    this.#isClosed = true;
    this.#onMore?.();
    if (this.#head === undefined) {
      // A response that is never written is not evaluated.
      this.#state = "passed";
      this.#passed.end();
    }
  }

  /** As `writeHead` accepts it. A head that cannot be sent throws here, where the handler sees it. */
  #takeHead(given: unknown, rest: readonly unknown[]): NodeResponse {
    const response = this.#response;
    if (this.#head !== undefined) throw headersSent(response);
    const [reason] = rest;
    const status = Number(given) | 0;
    const isHttp2 = response instanceof Http2ServerResponse;
    if (!isHttp2 && (status < 100 || status > 999))
      throw coded(new RangeError(`Invalid status code: ${String(given)}`), "ERR_HTTP_INVALID_STATUS_CODE");
    if (!isHttp2 && typeof reason === "string") {
      validateHeaderValue("statusMessage", reason);
      response.statusMessage = reason;
    }
    setHeaders(response, typeof reason === "string" ? rest[1] : (reason ?? rest[1]));
    response.statusCode = status;
    this.#head = { status, reason: isHttp2 ? undefined : response.statusMessage };
    void this.#evaluate().catch((error: unknown) => {
      this.#report(error);
      this.#drop(() =>
        sendLastAnswer(this.#request, response, this.#passed.fail(500, "the response could not be sent")),
      );
      this.#passed.end();
    });
    return response;
  }

  /** The head that the handler has not given: by the method that other middleware may have replaced, as Node does. */
  #needHead(): void {
    if (this.#head === undefined) this.#response.writeHead(this.#response.statusCode);
    if (this.#head === undefined) this.#takeHead(this.#response.statusCode, []);
  }

  #takePiece(chunk: unknown, rest: readonly unknown[]): boolean {
    const done = callbackIn(rest);
    const bytes = bytesOf(chunk, rest[0]);
    if (this.#ending !== undefined) {
      this.#late.push({ method: "write", given: [chunk, ...rest] });
      return false;
    }
    this.#needHead();
    this.#size += bytes.length;
    this.#isFull = this.#size > this.#room;
    this.#pieces.push({ bytes, done: this.#isFull ? done : undefined });
    // A handler that waited for its chunks to be sent would wait for an evaluation that waits for more of the body.
    if (!this.#isFull && done !== undefined) process.nextTick(done);
    this.#onMore?.();
    return !this.#isFull;
  }

  #takeEnd(given: readonly unknown[]): NodeResponse {
    const [chunk, ...rest] = typeof given[0] === "function" ? [undefined, ...given] : given;
    const done = callbackIn(rest);
    const bytes = chunk === undefined || chunk === null ? undefined : bytesOf(chunk, rest[0]);
    if (this.#ending !== undefined) {
      this.#late.push({ method: "end", given });
      return this.#response;
    }
    this.#isWhole = this.#head === undefined;
    this.#needHead();
    this.#ending = { bytes, done };
    this.#size += bytes?.length ?? 0;
    this.#onMore?.();
    return this.#response;
  }

  /** Calls back for all that is held. */
  #settlePieces(): void {
    for (const piece of this.#pieces) {
      if (piece.done !== undefined) process.nextTick(piece.done);
      piece.done = undefined;
    }
  }

  /** The client has got another answer: what the handler still writes has no place to go. */
  #dropPiece(chunk: unknown, rest: readonly unknown[]): boolean {
    if (this.#isClosed) return this.#node.write(chunk, ...rest) === true;
    const done = callbackIn(rest);
    if (done !== undefined) process.nextTick(done);
    // A handler that writes as fast as it may would never let the response close.
    if (!this.#isFull) {
      this.#isFull = true;
      setImmediate(() => {
        this.#isFull = false;
        if (!this.#isClosed) this.#response.emit("drain");
      });
    }
    return false;
  }

  #dropEnd(given: readonly unknown[]): NodeResponse {
    this.#ending ??= { bytes: undefined, done: undefined };
    this.#whenSent(callbackIn(given));
    return this.#response;
  }

  #whenSent(done: Callback | undefined): void {
    if (done === undefined) return;
    if (this.#isClosed) process.nextTick(done);
    else this.#response.once("finish", done);
  }

  async #evaluate(): Promise<void> {
    const response = this.#response;
    const shown: OutgoingResponse = {
      status: response.statusCode,
      rawHeaders: rawHeadersOf(response),
      holdBody: (limits) => this.#holdBody(limits),
    };
    // Chunks that the handler writes synchronously are sent with the head.
    await Promise.resolve();
    const release = await this.#passed.respond(shown);
    if (release.passed) this.#pass(release.headers);
    else {
      this.#drop(() => {
        clearHead(response);
        writeAnswer(this.#request, response, release.answer, {
          // By then the response has the handler's methods again, which drop everything.
          hold: (request, held, seconds, finish) =>
            this.#tarpit.hold(request, held, seconds, () => withMethods(response, this.#node, finish)),
        });
      });
    }
    this.#passed.end();
  }

  #pass(operations: readonly HeaderOperation[]): void {
    const response = this.#response;
    this.#state = "passed";
    let isFlowing = true;
    withMethods(response, this.#node, () => {
      applyOperations(response, operations);
      isFlowing = this.#replay();
    });
    // Otherwise Node reports when it accepts more.
    if (this.#isFull && this.#ending === undefined && isFlowing) response.emit("drain");
  }

  #replay(): boolean {
    const response = this.#response;
    const { status, reason } = this.#head ?? { status: response.statusCode, reason: undefined };
    response.statusCode = status;
    if (!(response instanceof Http2ServerResponse) && reason !== undefined) response.statusMessage = reason;
    if (!this.#isWhole) this.#node.writeHead(status);
    let isFlowing = true;
    for (const { bytes, done } of this.#pieces.splice(0))
      isFlowing = this.#node.write(bytes, ...callback(done)) !== false;
    if (this.#ending !== undefined) {
      const { bytes, done } = this.#ending;
      this.#node.end(...(bytes === undefined ? [] : [bytes]), ...callback(done));
    }
    // Node says what is wrong with them.
    for (const { method, given } of this.#late.splice(0)) this.#node[method](...given);
    return isFlowing;
  }

  /** Sends an answer in place of what is held. */
  #drop(answer: () => void): void {
    const response = this.#response;
    this.#state = "dropped";
    this.#settlePieces();
    this.#pieces.length = 0;
    this.#whenSent(this.#ending?.done);
    for (const { given } of this.#late.splice(0)) this.#whenSent(callbackIn(given));
    withMethods(response, this.#node, answer);
    const isWaiting = this.#isFull && this.#ending === undefined;
    this.#isFull = false;
    if (isWaiting) response.emit("drain");
  }

  async #holdBody({ maxBytes, timeout }: ReadLimits): Promise<HeldView> {
    this.#room = maxBytes;
    if (this.#size <= maxBytes) {
      this.#settlePieces();
      const wasFull = this.#isFull;
      this.#isFull = false;
      if (wasFull) this.#response.emit("drain");
    }
    let late = false;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(() => {
        late = true;
        resolve();
      }, timeout);
      const settle = (): void => {
        if (this.#ending === undefined && !this.#isClosed && this.#size <= maxBytes) return;
        clearTimeout(timer);
        resolve();
      };
      this.#onMore = settle;
      settle();
    });
    this.#onMore = undefined;
    const last = this.#ending?.bytes;
    const pieces = this.#pieces.map(({ bytes }) => bytes);
    const held = Buffer.concat(last === undefined ? pieces : [...pieces, last]);
    const isComplete = this.#ending !== undefined;
    const view = await plainView(held, isComplete, codingsOf(this.#response), maxBytes);
    return { ...view, late };
  }
}

/** Codings that the handler has applied, in order. Chunks are Node's. */
function codingsOf(response: NodeResponse): string | undefined {
  const lines = ["content-encoding", "transfer-encoding"].flatMap((name) => response.getHeader(name) ?? []);
  const codings = lines
    .flatMap((line) => String(line).split(","))
    .map(trimWhiteSpace)
    .filter((coding) => coding !== "" && asciiLower(coding) !== "chunked");
  return codings.length === 0 ? undefined : codings.join(", ");
}

/** As `writeHead` accepts them: an object, alternating names and values, or pairs. */
function setHeaders(response: NodeResponse, headers: unknown): void {
  if (Array.isArray(headers)) {
    const pairs: readonly unknown[] = headers;
    const lines = pairs.every((entry) => Array.isArray(entry)) ? pairs.flat() : pairs;
    if (lines.length % 2 !== 0)
      throw coded(new TypeError("The argument 'headers' is invalid"), "ERR_INVALID_ARG_VALUE");
    const replaced = new Set<string>();
    for (let at = 0; at + 1 < lines.length; at += 2) {
      const name = String(lines[at]);
      // Lines of one name replace what was there, and follow one another. Node 20 does the same, except over HTTP/1
      // after a header was set: it then loses all but the last.
      if (!replaced.has(name.toLowerCase())) response.removeHeader(name);
      replaced.add(name.toLowerCase());
      Reflect.apply(response.appendHeader, response, [name, lines[at + 1]]);
    }
  } else if (typeof headers === "object" && headers !== null) {
    for (const [name, value] of Object.entries(headers))
      if (name !== "") Reflect.apply(response.setHeader, response, [name, value]);
  }
}

/** The callback as an argument, if there is one. */
function callback(done: Callback | undefined): readonly Callback[] {
  return done === undefined ? [] : [done];
}

function callbackIn(given: readonly unknown[]): Callback | undefined {
  return given.find((one): one is Callback => typeof one === "function");
}

/** As `write` accepts it, copied: the handler may use its buffer again. The encoding is its second argument. */
function bytesOf(chunk: unknown, encoding: unknown): Buffer {
  if (chunk instanceof Uint8Array) return Buffer.from(chunk);
  if (typeof chunk === "string") return Buffer.from(chunk, isEncoding(encoding) ? encoding : "utf8");
  throw chunk === null
    ? coded(new TypeError("May not write null values to stream"), "ERR_STREAM_NULL_VALUES")
    : coded(new TypeError("a chunk of a response is a string or bytes"), "ERR_INVALID_ARG_TYPE");
}

function isEncoding(value: unknown): value is BufferEncoding {
  return typeof value === "string" && Buffer.isEncoding(value);
}

function rawHeadersOf(response: NodeResponse): readonly string[] {
  const lines: string[] = [];
  for (const name of response.getHeaderNames()) {
    const value = response.getHeader(name);
    for (const one of Array.isArray(value) ? value : [value])
      if (one !== undefined) lines.push(name, String(one));
  }
  return lines;
}
