import { MisuseError } from "../../language/diagnostics/misuse.ts";
import { shownValue } from "../../language/diagnostics/option-values.ts";
import { fromUint8Array, utf8Encode } from "../../language/values/bytes.ts";
import type { Value } from "../../language/values/value.ts";
import { rawValues } from "../head/headers.ts";
import { splitTarget } from "../head/uri.ts";
import type { BodyView, RequestView, ResponseView, TlsFacts } from "../view/request-view.ts";

/** Header lines: by name, with repeats as arrays, or as pairs in the order sent. */
export type HeadersData =
  | Readonly<Record<string, string | readonly string[]>>
  | readonly (readonly [name: string, value: string])[];

/** Text becomes its UTF-8 bytes; a Uint8Array is bytes already. */
export type BytesData = string | Uint8Array;

/** A request as plain data. */
export interface RequestData {
  /** Default `GET`. */
  readonly method?: string;
  /** An absolute URL, whose host becomes the Host header when there is none, or a request target. */
  readonly url: string;
  /** Header lines; default none. */
  readonly headers?: HeadersData;
  /** The body; default none. */
  readonly body?: BytesData;
  /** Whether the client sent more than `body` holds. */
  readonly bodyTruncated?: boolean;
  /** Address of the socket's peer as text. */
  readonly remoteAddress?: string;
  readonly remotePort?: number;
  readonly localAddress?: string;
  readonly localPort?: number;
  /** Default `HTTP/1.1`. */
  readonly version?: string;
  /** Default: whether `url` begins with `https:`. */
  readonly secure?: boolean;
  /** Milliseconds since 1970; default now. */
  readonly receivedAt?: number;
  /** Facts about the TLS connection; default none. */
  readonly tls?: TlsFacts;
  /** The response, for response phases; default none. */
  readonly response?: {
    readonly status: number;
    readonly headers?: HeadersData;
    readonly body?: BytesData;
  };
  /** Values of fields that only the embedder knows, by field name. */
  readonly supplied?: ReadonlyMap<string, Value>;
}

/**
 * A view of a request given as data, as for tests and tools. A `Content-Length` is added when there is a body and
 * no header announces it.
 *
 * @throws MisuseError `E_REQUEST` for data of another type: a part that was left out would be a part that no rule sees.
 */
export function requestFrom(init: RequestData): RequestView {
  if (typeof init !== "object" || init === null || typeof init.url !== "string") {
    throw new MisuseError("E_REQUEST", "a request must be an object with a `url`, which is a text");
  }
  const method = init.method ?? "GET";
  const url = utf8Encode(init.url);
  const target = splitTarget(url, method);
  const rawHeaders = rawHeadersOf(init.headers);
  const body = init.body === undefined ? undefined : bodyOf(init.body, init.bodyTruncated ?? false);
  if (target.form === "absolute" && !hasHeader(rawHeaders, "host")) {
    rawHeaders.unshift("Host", target.authority ?? "");
  }
  if (
    body !== undefined &&
    !hasHeader(rawHeaders, "content-length") &&
    !hasHeader(rawHeaders, "transfer-encoding")
  ) {
    rawHeaders.push("Content-Length", String(body.size));
  }
  return {
    method,
    target: target.form === "absolute" ? target.pathAndQuery : url,
    version: init.version ?? "HTTP/1.1",
    secure: init.secure ?? target.scheme === "https",
    rawHeaders,
    remoteAddress: init.remoteAddress,
    remotePort: init.remotePort,
    localAddress: init.localAddress,
    localPort: init.localPort,
    receivedAt: init.receivedAt ?? Date.now(),
    tls: init.tls,
    body,
    response: init.response === undefined ? undefined : responseOf(init.response),
    supplied: init.supplied,
  };
}

/**
 * A view as it is, and data as a view.
 *
 * @param clock tells when a request arrived whose data does not say so, in milliseconds since 1970; default: the runtime's
 * @throws MisuseError `E_REQUEST` as {@link requestFrom}.
 */
export function viewOf(request: RequestData | RequestView, clock?: () => number): RequestView {
  if (isView(request)) return request;
  const isTimed = clock === undefined || request?.receivedAt !== undefined;
  return requestFrom(isTimed ? request : { ...request, receivedAt: clock() });
}

function isView(request: RequestData | RequestView): request is RequestView {
  return typeof request === "object" && request !== null && "rawHeaders" in request;
}

function responseOf(init: NonNullable<RequestData["response"]>): ResponseView {
  return {
    status: init.status,
    rawHeaders: rawHeadersOf(init.headers),
    body: init.body === undefined ? undefined : bodyOf(init.body, false),
  };
}

function bodyOf(init: BytesData, truncated: boolean): BodyView & { readonly size: number } {
  if (typeof init !== "string" && !(init instanceof Uint8Array)) {
    throw new MisuseError("E_REQUEST", `\`body\` must be a text or a Uint8Array, not ${shownValue(init)}`);
  }
  const bytes = typeof init === "string" ? utf8Encode(init) : fromUint8Array(init);
  return { bytes, truncated, size: bytes.length };
}

function rawHeadersOf(init: HeadersData | undefined): string[] {
  const raw: string[] = [];
  if (init === undefined) return raw;
  // A `Headers` or a `Map` has no entries of its own: its lines would be lost without a word.
  if (typeof init !== "object" || init === null || (Symbol.iterator in init && !isPairs(init))) {
    throw headersFault(init);
  }
  const lines: readonly unknown[] = isPairs(init) ? init : Object.entries(init);
  for (const line of lines) {
    if (!Array.isArray(line)) throw headersFault(line);
    const [name, value]: readonly unknown[] = line;
    for (const one of Array.isArray(value) ? value : [value]) {
      if (typeof name !== "string" || typeof one !== "string") throw headersFault(one);
      raw.push(utf8Encode(name), utf8Encode(one));
    }
  }
  return raw;
}

function headersFault(value: unknown): MisuseError {
  return new MisuseError(
    "E_REQUEST",
    `\`headers\` must be an object of texts by name or an array of pairs, found ${shownValue(value)}`,
  );
}

function isPairs(init: HeadersData): init is readonly (readonly [string, string])[] {
  return Array.isArray(init);
}

function hasHeader(rawHeaders: readonly string[], name: string): boolean {
  return rawValues(rawHeaders, name).length > 0;
}
