import type { Answer } from "../../host/answer.ts";
import type { OutgoingResponse, ReadLimits } from "../../host/incoming.ts";
import { hasContent } from "../../host/sendable.ts";
import type { BodyView } from "../../request/view/request-view.ts";
import { NO_BODY } from "../../request/view/request-view.ts";
import type { HeaderOperation } from "../../rules/ruleset/actions/control.ts";
import { rawLines } from "./fetch-request.ts";
import { applyOperation } from "./operations.ts";
import { type ByteReader, bytesOf, discard, latin1, type Prefix, readPrefix, replay } from "./streams.ts";

/** An answer of the gate as a `Response`. */
export function responseOf(answer: Answer, method: string): Response {
  const headers = new Headers();
  // The platform frames the body.
  for (const [name, value] of answer.headers) if (!isLength(name)) headers.append(name, value);
  const body = hasContent(method, answer.status) ? bytesOf(answer.body) : null;
  return new Response(body, { status: answer.status, headers });
}

/** The handler's response on its way through the gate. */
export class FetchOutgoing implements OutgoingResponse {
  readonly status: number;
  readonly rawHeaders: readonly string[];
  readonly #response: Response;
  #replayed: ReadableStream<Uint8Array> | undefined;

  constructor(response: Response) {
    this.status = response.status;
    this.rawHeaders = rawLines(response.headers);
    this.#response = response;
  }

  /** The response for the client, its whole body unread. */
  with(operations: readonly HeaderOperation[]): Response {
    if (this.#replayed === undefined && operations.length === 0) return this.#response;
    // The response as init: platforms keep what they know of it besides status and headers.
    const changed = new Response(this.#replayed ?? this.#response.body, this.#response);
    for (const operation of operations) applyOperation(changed.headers, operation);
    return changed;
  }

  /** Gives the body up, when the client gets another answer. */
  discard(): void {
    const body = this.#replayed ?? this.#response.body;
    body?.cancel().catch(() => undefined);
  }

  async holdBody({ maxBytes, timeout }: ReadLimits): Promise<BodyView | undefined> {
    const { body, headers } = this.#response;
    if (body === null) return NO_BODY;
    const reader: ByteReader = body.getReader();
    const prefix = await readPrefix(reader, maxBytes, timeout);
    this.#replayed = replay(prefix, reader);
    return plainView(prefix, headers.get("content-encoding"), maxBytes);
  }
}

/** Whether the gate evaluates a response. Others are no answer yet: a switch of protocols, or a network error. */
export function isFinal(response: Response): boolean {
  return response.status >= 200;
}

/**
 * What rules see of a body. `fetch` undoes content codings and keeps the header that names them, while a handler's own
 * response may hold coded bytes: the first bytes tell. Under any other coding the bytes are shown as they are, since
 * they may be plain already.
 */
async function plainView(prefix: Prefix, coding: string | null, maxBytes: number): Promise<BodyView> {
  const format = codingOf(coding, prefix);
  if (format === undefined) {
    const bytes = latin1(prefix.chunks, maxBytes);
    // What came beyond the limit depends on how the body was cut into chunks.
    return { bytes, truncated: !prefix.complete, size: bytes.length };
  }
  const { bytes, truncated } = await decode(prefix, format, maxBytes);
  return { bytes, truncated: truncated || !prefix.complete, size: bytes.length };
}

type Coding = "gzip" | "deflate";

function codingOf(coding: string | null, { chunks }: Prefix): Coding | undefined {
  const name = coding?.trim().toLowerCase();
  const [first = 0, second = 0] = [...latin1(chunks, 2)].map((byte) => byte.charCodeAt(0));
  if ((name === "gzip" || name === "x-gzip") && first === 0x1f && second === 0x8b) return "gzip";
  // RFC 1950 §2.2: method 8, and the two bytes of the head are a multiple of 31.
  return name === "deflate" && (first & 0x0f) === 8 && (first * 256 + second) % 31 === 0
    ? "deflate"
    : undefined;
}

async function decode(prefix: Prefix, format: Coding, maxBytes: number): Promise<BodyView> {
  const decoder = new DecompressionStream(format);
  const writer = decoder.writable.getWriter();
  // What could be decoded before a cut or a fault is shown; the reader learns of both.
  for (const chunk of prefix.chunks) writer.write(new Uint8Array(chunk)).catch(() => undefined);
  writer.close().catch(() => undefined);
  const reader: ByteReader = decoder.readable.getReader();
  const chunks: Uint8Array[] = [];
  let size = 0;
  let truncated = true;
  try {
    // A small response may unpack to gigabytes.
    while (size <= maxBytes) {
      const { done, value } = await reader.read();
      if (done) {
        truncated = false;
        break;
      }
      if (value === undefined) continue;
      chunks.push(value);
      size += value.length;
    }
  } catch {
    // A coded body that is cut or broken: `truncated` says that there may be more.
  }
  discard(reader);
  return { bytes: latin1(chunks, maxBytes), truncated };
}

function isLength(name: string): boolean {
  return name.toLowerCase() === "content-length";
}
