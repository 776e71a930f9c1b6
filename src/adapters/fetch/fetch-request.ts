import type { RestoredRequest } from "../../engine/decision/challenge-provider.ts";
import { atOnce } from "../../engine/decision/failure.ts";
import type { SentAnswer } from "../../engine/decision/sent-answer.ts";
import { BodyError, bodyOverCapacity, type IncomingRequest, type ReadLimits } from "../../host/incoming.ts";
import { sendableTarget } from "../../host/sendable.ts";
import { hasOtherCookies, restoredLines } from "../../host/sent-request.ts";
import { MisuseError } from "../../language/diagnostics/misuse.ts";
import { utf8Encode } from "../../language/values/bytes.ts";
import type { Value } from "../../language/values/value.ts";
import type { BodyView, RequestView, TlsFacts } from "../../request/view/request-view.ts";
import { NO_BODY } from "../../request/view/request-view.ts";
import type { HeaderOperation } from "../../rules/ruleset/actions/control.ts";
import { fetchDecoder } from "./fetch-decoder.ts";
import { applyOperation } from "./operations.ts";
import {
  type ByteReader,
  bytesOf,
  discard,
  latin1,
  type Prefix,
  type Replay,
  readPrefix,
  replay,
} from "./streams.ts";

/** What only the platform or the embedder knows of a request. */
export interface FetchRequestFacts {
  /** The client's address without a port; undefined when the platform does not tell. */
  readonly remoteAddress?: string | undefined;
  /** The client's port. */
  readonly remotePort?: number | undefined;
  /** `HTTP/1.1` (default) or `HTTP/2`. */
  readonly version?: string | undefined;
  /** Facts about the TLS connection; default none. */
  readonly tls?: TlsFacts | undefined;
  /** Milliseconds since 1970; default `Date.now()`. */
  readonly receivedAt?: number | undefined;
  /** Values that only the embedder knows, by field name. */
  readonly supplied?: ReadonlyMap<string, Value> | undefined;
}

/**
 * Shows a `Request` to the engine. The platform has parsed the URL already, so the target is its path and query in the
 * URL standard's form, and header lines of one name arrive as one.
 */
export class FetchRequestView implements RequestView {
  readonly method: string;
  readonly target: string;
  readonly version: string;
  readonly secure: boolean;
  readonly rawHeaders: readonly string[];
  readonly remoteAddress: string | undefined;
  readonly remotePort: number | undefined;
  readonly tls: TlsFacts | undefined;
  readonly receivedAt: number;
  readonly supplied: ReadonlyMap<string, Value> | undefined;
  readonly hasBody: boolean;
  readonly body: BodyView | undefined;

  constructor(request: Request, facts: FetchRequestFacts = {}) {
    const url = new URL(request.url);
    this.method = request.method;
    this.target = url.pathname + url.search;
    this.version = facts.version ?? "HTTP/1.1";
    this.secure = url.protocol === "https:";
    this.rawHeaders = headerLines(request.headers, url.host);
    this.remoteAddress = facts.remoteAddress;
    this.remotePort = facts.remotePort;
    this.tls = facts.tls;
    this.receivedAt = facts.receivedAt ?? Date.now();
    this.supplied = facts.supplied;
    // Requests that were made on this side of a socket have a body without a header that announces it.
    this.hasBody = request.body !== null;
    this.body = this.hasBody ? undefined : NO_BODY;
  }
}

/** Not every platform shows `Host`; it is then the URL's. */
function headerLines(headers: Headers, host: string): readonly string[] {
  const lines = rawLines(headers);
  return headers.has("host") ? lines : ["host", host, ...lines];
}

/** Alternating names and values as byte strings. */
export function rawLines(headers: Headers): readonly string[] {
  const lines: string[] = [];
  headers.forEach((value, name) => {
    lines.push(name, byteString(value));
  });
  return lines;
}

/** Some platforms decode header values as UTF-8. */
function byteString(value: string): string {
  return /[^\x00-\xff]/.test(value) ? utf8Encode(value) : value;
}

/** Streams of bodies that nobody has read to their end. Older platforms do not tell. */
const abandoned =
  typeof FinalizationRegistry === "undefined"
    ? undefined
    : new FinalizationRegistry<() => void>((release) => release());

/**
 * Milliseconds for which a body counts as held that nobody reads, once the handler is done or its router has the request:
 * nothing tells when that request is over, and nobody knows when memory is collected.
 */
const UNREAD_TIMEOUT = 10_000;

/** What is held until whoever handles the request has read it, has given it up, or has let go of it, or the client has left. */
export interface ReadHold {
  /** There is nothing to wait for. May be called twice. */
  readonly end: () => void;
  /** From now on it ends after {@link UNREAD_TIMEOUT} at last. */
  endInTime(): void;
}

/** Not within a method: what ends it later must not keep the request alive. */
function readHold(signal: AbortSignal | null, release: () => void): ReadHold {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isOver = false;
  const end = (): void => {
    if (isOver) return;
    isOver = true;
    clearTimeout(timer);
    signal?.removeEventListener("abort", end);
    release();
  };
  if (signal?.aborted === true) end();
  else signal?.addEventListener("abort", end);
  return {
    end,
    endInTime() {
      if (isOver) return;
      timer = setTimeout(end, UNREAD_TIMEOUT);
      letEnd(timer);
    },
  };
}

/** Keeps no process of Node's running for a timer; elsewhere timers are numbers. */
export function letEnd(timer: unknown): void {
  if (typeof timer === "object" && timer !== null && "unref" in timer && typeof timer.unref === "function")
    timer.unref();
}

/** A `Request` on its way through the gate. */
export class FetchIncoming implements IncomingRequest {
  hasBody: boolean;
  /** The platform does not tell what becomes of a response; its status is that of what is handed over. */
  sent: SentAnswer | undefined;
  readonly decoder = fetchDecoder;
  #request: Request;
  readonly #facts: () => FetchRequestFacts | undefined;
  #view: FetchRequestView | undefined;
  #replayed: Replay | undefined;
  #isRestored = false;
  readonly #isRouted: boolean;

  /**
   * @param facts called by the gate, which handles what it throws.
   * @param isRouted whether other programs may have read the request already.
   */
  constructor(request: Request, facts: () => FetchRequestFacts | undefined, isRouted = false) {
    this.#request = request;
    this.#facts = facts;
    this.#isRouted = isRouted;
    this.hasBody = request.body !== null;
  }

  get view(): FetchRequestView {
    this.#view ??= new FetchRequestView(this.#request, atOnce("facts", this.#facts()));
    return this.#view;
  }

  /** The request with the whole body unread. */
  get request(): Request {
    const body = this.#replayed?.stream;
    if (body === undefined) return this.#request;
    // Not every platform's type knows `duplex`, and Node needs it.
    const init: RequestInit & { readonly duplex: "half" } = { body, duplex: "half" };
    return new Request(this.#request, init);
  }

  /** Gives a body back that was held for rules, once nobody has to wait for its reader any more. */
  holdUntilRead(release: () => void): ReadHold {
    const hold = readHold(this.#request.signal, release);
    const replayed = this.#replayed;
    if (replayed === undefined) hold.end();
    else {
      replayed.onHandedOut(hold.end);
      abandoned?.register(replayed.stream, hold.end);
    }
    return hold;
  }

  /** Whether a response may still come to read the body. */
  isReadBy({ body }: Response): boolean {
    const stream = this.#replayed?.stream;
    return body !== null && (body === stream || stream?.locked === true);
  }

  restore({ request: sent, clearance }: RestoredRequest): boolean {
    const headers = new Headers();
    const lines = rawLines(this.#request.headers);
    // A session that was found by the answer's cookies is kept.
    if (this.#isRouted && hasOtherCookies(lines, sent, clearance)) return false;
    for (const [name, value] of restoredLines(lines, sent, clearance)) headers.append(name, value);
    try {
      // Without a body of its own it would have that of the other.
      const init: RequestInit = { method: sent.method, headers, body: bytesOf(sent.body) };
      const changed = new Request(this.#request, init);
      this.#request = new Request(new URL(this.#request.url).origin + sent.uri, changed);
    } catch {
      // Methods and headers that the platform does not know.
      return false;
    }
    this.#view = undefined;
    this.#replayed = undefined;
    this.#isRestored = true;
    this.hasBody = this.#request.body !== null;
    return true;
  }

  async readBody(limits: ReadLimits): Promise<BodyView> {
    const { body } = this.#request;
    if (body === null) return NO_BODY;
    if (this.#request.bodyUsed || body.locked) {
      throw new MisuseError(
        "E_BODY_CONSUMED",
        "the body of a request was read before rules could: hand the request over before anything reads its body, or a `clone`",
      );
    }
    const reader: ByteReader = body.getReader();
    let prefix: Prefix;
    try {
      // The answer that has brought a restored one is counted.
      prefix = await readPrefix(reader, this.#isRestored ? { ...limits, hold: undefined } : limits);
    } catch (cause) {
      throw new BodyError("E_BODY_ABORTED", "the client disconnected", { cause });
    }
    if (prefix.late) {
      discard(reader);
      throw new BodyError("E_BODY_TIMEOUT", "the client sends its body too slowly");
    }
    if (prefix.refused) {
      discard(reader);
      throw bodyOverCapacity();
    }
    this.#replayed = replay(prefix, reader);
    return { bytes: latin1(prefix.chunks, limits.maxBytes), truncated: !prefix.complete, size: prefix.size };
  }
}

/** What rules want changed of a request. */
export interface RequestChanges {
  readonly path: string | undefined;
  readonly query: string | undefined;
  readonly headers: readonly HeaderOperation[];
}

/** The request as rules rewrite it; the same one when there is nothing to change. */
export function rewritten(request: Request, { path, query, headers }: RequestChanges): Request {
  if (path === undefined && query === undefined && headers.length === 0) return request;
  const url = new URL(request.url);
  if (path !== undefined) url.pathname = sendableTarget(path);
  // The setter takes a question mark at the beginning for the one before the query.
  if (query !== undefined) url.search = query === "" ? "" : `?${sendableTarget(query)}`;
  const changed = url.href === request.url ? request : new Request(url, request);
  if (headers.length === 0) return changed;
  const lines = new Headers(request.headers);
  for (const operation of headers) applyOperation(lines, operation);
  return new Request(changed, { headers: lines });
}
