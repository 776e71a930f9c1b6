import type { Answer } from "../../host/answer.ts";
import type { HeldView, OutgoingResponse, ReadLimits } from "../../host/incoming.ts";
import { hasContent } from "../../host/sendable.ts";
import { shown, undoResponseCodings } from "../../request/body/codings.ts";
import { isBinary } from "../../request/body/kind.ts";
import type { BodyView } from "../../request/view/request-view.ts";
import { NO_BODY } from "../../request/view/request-view.ts";
import type { HeaderOperation } from "../../rules/ruleset/actions/control.ts";
import { fetchDecoder } from "./fetch-decoder.ts";
import { rawLines } from "./fetch-request.ts";
import { applyOperation } from "./operations.ts";
import { type ByteReader, bytesOf, latin1, type Prefix, readPrefix, replay } from "./streams.ts";

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

  async holdBody({ maxBytes, timeout }: ReadLimits): Promise<HeldView | undefined> {
    const { body, headers } = this.#response;
    if (body === null) return NO_BODY;
    const reader: ByteReader = body.getReader();
    const prefix = await readPrefix(reader, { maxBytes, timeout });
    this.#replayed = replay(prefix, reader).stream;
    const view = await plainView(prefix, headers.get("content-encoding"), maxBytes);
    return { ...view, late: prefix.late };
  }
}

/** Whether the gate evaluates a response. Others are not final responses: a switch of protocols, or a network error. */
export function isFinal(response: Response): boolean {
  return response.status >= 200;
}

/**
 * The body that rules see. `fetch` undoes content codings and keeps the header that names them, while a handler's own
 * response may hold coded bytes. Text that is not in the coding is plain already.
 */
async function plainView(prefix: Prefix, coding: string | null, maxBytes: number): Promise<BodyView> {
  const bytes = latin1(prefix.chunks, prefix.size);
  const sent: BodyView = { bytes, truncated: !prefix.complete, size: bytes.length };
  const view = coding === null ? sent : await undoResponseCodings(fetchDecoder, sent, coding, maxBytes);
  const isPlain = view.coding === "faulty" && view.bytes === bytes && !isBinary(bytes, "");
  return shown(isPlain ? sent : view, maxBytes);
}

function isLength(name: string): boolean {
  return name.toLowerCase() === "content-length";
}
