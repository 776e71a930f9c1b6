/** The firewall for servers whose bodies are async iterables of bytes. */
import type { Waf } from "../../engine/firewall/waf.ts";
import type { Answer } from "../../host/answer.ts";
import { Gate } from "../../host/gate.ts";
import {
  BodyError,
  type IncomingRequest,
  type OutgoingResponse,
  type ReadLimits,
} from "../../host/incoming.ts";
import type { HostOptions, OwnNames, ResponseOptions } from "../../host/options.ts";
import { asciiLower } from "../../language/values/bytes.ts";
import type { BodyView, RequestView } from "../../request/view/request-view.ts";
import type { HeaderOperation } from "../../rules/ruleset/actions/control.ts";
import { plainView } from "../node/content-coding.ts";

export type Chunks = AsyncIterable<Uint8Array>;

/** A request as the server has read it. */
export interface Call {
  readonly method: string;
  /** Path and query as received. */
  readonly target: string;
  /** Alternating names and values. */
  readonly headers: readonly string[];
  readonly peer: string | undefined;
  readonly secure: boolean;
  /** Undefined: the request has none. */
  readonly body: Chunks | undefined;
}

/** What the server sends. */
export interface Reply {
  readonly status: number;
  /** Alternating names and values. */
  readonly headers: readonly string[];
  readonly body: Chunks;
}

export type Serve = (call: Call) => Reply | Promise<Reply>;

/** How {@link protectCalls} treats requests and responses. */
export type CallOptions = HostOptions & ResponseOptions;

const OWN: OwnNames<CallOptions> = { responseBodyLimit: true, responseHoldTime: true };

/**
 * Puts a firewall in front of a server's handler. Rejects only with what the handler, or the body of its reply, rejects
 * with.
 *
 * @throws MisuseError `E_OPTION_UNKNOWN` or `E_OPTION`, as every host does.
 */
export function protectCalls(
  waf: Waf,
  serve: Serve,
  options: CallOptions = {},
): (call: Call) => Promise<Reply> {
  const gate = new Gate(waf, options, OWN);
  return async (call) => {
    const incoming = new IncomingCall(call);
    const admission = await gate.admit(incoming);
    if (!admission.passed) return replyOf(admission.answer, call.method);
    const passed = admission.request;
    try {
      const { path, query } = passed.decision?.changes ?? {};
      const [oldPath = "", oldQuery] = incoming.call.target.split(/\?(.*)/s, 2);
      const newQuery = query ?? oldQuery ?? "";
      const reply = await serve({
        ...incoming.call,
        target: (path ?? oldPath) + (newQuery === "" ? "" : `?${newQuery}`),
        headers: changed(call.headers, passed.requestHeaders),
      });
      const outgoing = new OutgoingReply(reply);
      const release = await passed.respond(outgoing);
      if (!release.passed) return replyOf(release.answer, call.method);
      return { ...outgoing.reply, headers: changed(reply.headers, release.headers) };
    } finally {
      passed.end();
    }
  };
}

class IncomingCall implements IncomingRequest {
  call: Call;
  readonly view: RequestView;
  readonly hasBody: boolean;

  constructor(call: Call) {
    this.call = call;
    this.hasBody = call.body !== undefined;
    this.view = {
      method: call.method,
      target: call.target,
      version: "HTTP/1.1",
      secure: call.secure,
      rawHeaders: call.headers,
      remoteAddress: call.peer,
      remotePort: undefined,
      tls: undefined,
      receivedAt: Date.now(),
      supplied: undefined,
      hasBody: this.hasBody,
      body: this.hasBody ? undefined : { bytes: "", truncated: false, size: 0 },
    };
  }

  async readBody({ maxBytes, timeout }: ReadLimits): Promise<BodyView> {
    const prefix = new Prefix(this.call.body ?? noBytes());
    try {
      await prefix.read(maxBytes, timeout);
    } catch (cause) {
      throw new BodyError("E_BODY_ABORTED", "the client broke off", { cause });
    }
    if (prefix.late) throw new BodyError("E_BODY_TIMEOUT", "the client sends its body too slowly");
    this.call = { ...this.call, body: prefix.all() };
    const bytes = prefix.bytes;
    return {
      bytes: bytes.subarray(0, maxBytes).toString("latin1"),
      truncated: !prefix.complete,
      size: bytes.length,
    };
  }
}

class OutgoingReply implements OutgoingResponse {
  reply: Reply;

  constructor(reply: Reply) {
    this.reply = reply;
  }

  get status(): number {
    return this.reply.status;
  }

  get rawHeaders(): readonly string[] {
    return this.reply.headers;
  }

  async holdBody({ maxBytes, timeout }: ReadLimits): Promise<BodyView> {
    const prefix = new Prefix(this.reply.body);
    await prefix.read(maxBytes, timeout);
    this.reply = { ...this.reply, body: prefix.all() };
    const at = this.rawHeaders.findIndex((line, i) => i % 2 === 0 && asciiLower(line) === "content-encoding");
    return plainView(
      prefix.bytes,
      prefix.complete,
      at === -1 ? undefined : this.rawHeaders[at + 1],
      maxBytes,
    );
  }
}

/** The first part of a body, and a way to hand over the whole. */
class Prefix {
  complete = false;
  late = false;
  readonly #source: AsyncIterator<Uint8Array>;
  readonly #chunks: Uint8Array[] = [];
  #size = 0;
  #pending: Promise<IteratorResult<Uint8Array>> | undefined;

  constructor(source: Chunks) {
    this.#source = source[Symbol.asyncIterator]();
  }

  get bytes(): Buffer {
    return Buffer.concat(this.#chunks);
  }

  async read(maxBytes: number, timeout: number): Promise<void> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<undefined>((resolve) => {
      timer = setTimeout(resolve, timeout, undefined);
    });
    try {
      while (this.#size <= maxBytes) {
        this.#pending = this.#source.next();
        this.#pending.catch(() => undefined);
        const next = await Promise.race([this.#pending, late]);
        this.late = next === undefined;
        if (next === undefined) return;
        this.#pending = undefined;
        this.complete = next.done === true;
        if (next.done === true) return;
        this.#chunks.push(next.value);
        this.#size += next.value.length;
      }
    } finally {
      clearTimeout(timer);
    }
  }

  async *all(): Chunks {
    yield* this.#chunks;
    if (this.complete) return;
    for (;;) {
      const next = await (this.#pending ?? this.#source.next());
      this.#pending = undefined;
      if (next.done === true) return;
      yield next.value;
    }
  }
}

async function* noBytes(): Chunks {}

async function* bytesOf(text: string): Chunks {
  yield Buffer.from(text, "latin1");
}

/** A server must send something even when the client has left. */
function replyOf(answer: Answer | undefined, method: string): Reply {
  if (answer === undefined) return { status: 400, headers: [], body: noBytes() };
  const body = method === "HEAD" ? noBytes() : bytesOf(answer.body);
  return { status: answer.status, headers: answer.headers.flat(), body };
}

function changed(lines: readonly string[], operations: readonly HeaderOperation[]): readonly string[] {
  let result = [...lines];
  for (const operation of operations) {
    const name = asciiLower(operation.name);
    if (operation.operation !== "add") {
      const keep = result.map((_, at) => asciiLower(result[at - (at % 2)] ?? "") !== name);
      result = result.filter((_, at) => keep[at]);
    }
    if (operation.operation !== "remove") result.push(operation.name, operation.value);
  }
  return result;
}
