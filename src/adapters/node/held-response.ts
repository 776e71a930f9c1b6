import { Http2ServerResponse } from "node:http2";
import { plainAnswer } from "../../host/answer.ts";
import type { OutgoingResponse, ReadLimits } from "../../host/incoming.ts";
import type { PassedRequest } from "../../host/passed-request.ts";
import type { BodyView } from "../../request/view/request-view.ts";
import type { HeaderOperation } from "../../rules/ruleset/actions/control.ts";
import { type NodeResponse, sendAnswer, sendLastAnswer } from "./answer.ts";
import { plainView } from "./content-coding.ts";
import type { NodeRequest } from "./node-request.ts";

/** Sets, adds and removes headers, in order. */
export function applyOperations(response: NodeResponse, operations: readonly HeaderOperation[]): void {
  for (const operation of operations) {
    if (operation.operation === "set") response.setHeader(operation.name, operation.value);
    else if (operation.operation === "add") response.appendHeader(operation.name, operation.value);
    else response.removeHeader(operation.name);
  }
}

/** Holds back what the handler writes, until the gate has evaluated the response. Ends the passed request. */
export function holdResponse(request: NodeRequest, response: NodeResponse, passed: PassedRequest): void {
  new HeldResponse(request, response, passed).take();
}

type Callback = (error?: Error | null) => void;

interface Piece {
  readonly bytes: Uint8Array;
  readonly done: Callback | undefined;
}

/** Bytes, until it is known how much of the body is held. */
const FIRST_ROOM = 65_536;

/** Members of a response that are replaced while it is held. */
const REPLACED = ["writeHead", "write", "end", "flushHeaders", "headersSent"] as const;

class HeldResponse {
  readonly #request: NodeRequest;
  readonly #response: NodeResponse;
  readonly #passed: PassedRequest;
  /** Members that the response had of its own, such as those of other middleware. */
  readonly #own = new Map<string, PropertyDescriptor>();
  readonly #pieces: Piece[] = [];
  #size = 0;
  /** Bytes that are taken before the handler is asked to wait for `drain`. */
  #room = FIRST_ROOM;
  #isWaiting = false;
  #ended = false;
  #evaluating = false;
  #dropped = false;
  #onMore: (() => void) | undefined;

  constructor(request: NodeRequest, response: NodeResponse, passed: PassedRequest) {
    this.#request = request;
    this.#response = response;
    this.#passed = passed;
  }

  /** Replaces the members by which a handler sends its response. */
  take(): void {
    const response = this.#response;
    for (const name of REPLACED) {
      const own = Object.getOwnPropertyDescriptor(response, name);
      if (own !== undefined) this.#own.set(name, own);
    }
    this.#replace();
    response.once("close", () => {
      this.#ended = true;
      this.#onMore?.();
      // A response that is never written is not evaluated.
      if (!this.#evaluating) this.#passed.end();
    });
  }

  #replace(): void {
    const response = this.#response;
    const members: Readonly<Record<Exclude<(typeof REPLACED)[number], "headersSent">, unknown>> = {
      writeHead: (status: number, ...rest: readonly unknown[]) => {
        if (!this.#dropped) this.#takeHead(status, rest);
        return response;
      },
      write: (chunk: unknown, ...rest: readonly unknown[]) => this.#takePiece(chunk, rest),
      end: (...given: readonly unknown[]) => {
        this.#takeEnd(given);
        return response;
      },
      flushHeaders: () => this.#begin(),
    };
    for (const [name, value] of Object.entries(members)) {
      Object.defineProperty(response, name, { value, configurable: true, writable: true });
    }
    Object.defineProperty(response, "headersSent", {
      configurable: true,
      get: () => this.#evaluating || this.#dropped,
    });
  }

  #restore(): void {
    for (const name of REPLACED) {
      const own = this.#own.get(name);
      if (own === undefined) Reflect.deleteProperty(this.#response, name);
      else Object.defineProperty(this.#response, name, own);
    }
  }

  #takeHead(status: number, rest: readonly unknown[]): void {
    const response = this.#response;
    response.statusCode = status;
    const [reason] = rest;
    if (typeof reason === "string" && !(response instanceof Http2ServerResponse))
      response.statusMessage = reason;
    const headers = typeof reason === "string" ? rest[1] : (reason ?? rest[1]);
    if (Array.isArray(headers)) {
      const pairs: readonly unknown[] = headers;
      const lines = pairs.every((entry) => Array.isArray(entry)) ? pairs.flat() : pairs;
      const replaced = new Set<string>();
      for (let at = 0; at + 1 < lines.length; at += 2) {
        const name = String(lines[at]);
        // Lines of one name replace what stood there, and follow one another.
        if (!replaced.has(name.toLowerCase())) response.removeHeader(name);
        replaced.add(name.toLowerCase());
        response.appendHeader(name, String(lines[at + 1]));
      }
    } else if (typeof headers === "object" && headers !== null) {
      for (const [name, value] of Object.entries(headers))
        if (value !== undefined) response.setHeader(name, value);
    }
    this.#begin();
  }

  #takePiece(chunk: unknown, rest: readonly unknown[]): boolean {
    const done = callbackIn(rest);
    if (this.#dropped) {
      if (done !== undefined) process.nextTick(done);
      return true;
    }
    const bytes = bytesOf(chunk, rest[0]);
    this.#pieces.push({ bytes, done });
    this.#size += bytes.length;
    this.#begin();
    this.#onMore?.();
    // A handler that waited below the limit would wait for an evaluation that waits for more of the body.
    this.#isWaiting = this.#size > this.#room;
    return !this.#isWaiting;
  }

  #takeEnd(given: readonly unknown[]): void {
    const [chunk, ...rest] = typeof given[0] === "function" ? [undefined, ...given] : given;
    if (chunk !== undefined && chunk !== null) this.#takePiece(chunk, rest);
    else this.#pieces.push({ bytes: new Uint8Array(), done: callbackIn(rest) });
    this.#ended = true;
    this.#begin();
    this.#onMore?.();
  }

  #begin(): void {
    if (this.#evaluating || this.#dropped) return;
    this.#evaluating = true;
    void this.#evaluate().catch(() => {
      this.#restore();
      sendLastAnswer(this.#request, this.#response, plainAnswer(500, "the response could not be sent"));
      this.#passed.end();
    });
  }

  async #evaluate(): Promise<void> {
    const response = this.#response;
    // The handler may go on at once: what it writes synchronously belongs to the head's evaluation.
    await Promise.resolve();
    const shown: OutgoingResponse = {
      status: response.statusCode,
      rawHeaders: rawHeadersOf(response),
      holdBody: (limits) => this.#holdBody(limits),
    };
    const release = await this.#passed.respond(shown);
    this.#restore();
    if (release.passed) {
      applyOperations(response, release.headers);
      this.#replay();
    } else {
      for (const name of response.getHeaderNames()) response.removeHeader(name);
      if (!(response instanceof Http2ServerResponse)) response.statusMessage = "";
      sendAnswer(this.#request, response, release.answer);
      // What the handler still writes has no place to go.
      this.#dropped = true;
      for (const { done } of this.#pieces.splice(0)) if (done !== undefined) process.nextTick(done);
      this.#replace();
    }
    this.#passed.end();
    if (!this.#ended) response.emit("drain");
  }

  #replay(): void {
    const response = this.#response;
    const pieces = this.#pieces.splice(0);
    const last = this.#ended ? pieces.pop() : undefined;
    if (pieces.length === 0 && last === undefined) response.writeHead(response.statusCode);
    for (const piece of pieces) send(response, "write", piece);
    if (last !== undefined) send(response, "end", last);
  }

  async #holdBody({ maxBytes, timeout }: ReadLimits): Promise<BodyView> {
    this.#room = maxBytes;
    if (this.#isWaiting && this.#size <= maxBytes) {
      this.#isWaiting = false;
      this.#response.emit("drain");
    }
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, timeout);
      const settle = (): void => {
        if (!this.#ended && this.#size <= maxBytes) return;
        clearTimeout(timer);
        resolve();
      };
      this.#onMore = settle;
      settle();
    });
    this.#onMore = undefined;
    const held = Buffer.concat(this.#pieces.map(({ bytes }) => bytes));
    const coding = this.#response.getHeader("content-encoding");
    return plainView(held, this.#ended, coding === undefined ? undefined : String(coding), maxBytes);
  }
}

function send(response: NodeResponse, how: "write" | "end", { bytes, done = ignore }: Piece): void {
  const chunk = Buffer.from(bytes);
  if (response instanceof Http2ServerResponse) response[how](chunk, done);
  else response[how](chunk, done);
}

function ignore(): void {
  // Node wants a function.
}

function callbackIn(given: readonly unknown[]): Callback | undefined {
  return given.find((one): one is Callback => typeof one === "function");
}

/** As `write` takes it; the rest is its second argument. */
function bytesOf(chunk: unknown, encoding: unknown): Uint8Array {
  if (chunk instanceof Uint8Array) return Uint8Array.from(chunk);
  // The application sees a response of Node, and Node's error.
  if (typeof chunk !== "string") {
    const error = new TypeError("a chunk of a response is text or bytes");
    throw Object.assign(error, { code: "ERR_INVALID_ARG_TYPE" });
  }
  return Buffer.from(chunk, isEncoding(encoding) ? encoding : "utf8");
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
