import type { RestoredRequest } from "../engine/decision/challenge-provider.ts";
import type { SentAnswer, TellsLater } from "../engine/decision/sent-answer.ts";
import type { ContentDecoder } from "../request/body/codings.ts";
import type { BodyView, RequestView } from "../request/view/request-view.ts";

/** Bounds on reading a body for inspection. */
export interface ReadLimits {
  /** Bytes that rules see; a host reads at most one chunk more, to find out whether there is more. */
  readonly maxBytes: number;
  /** Milliseconds in which the inspected part must arrive. */
  readonly timeout: number;
  /**
   * Called with the length of each chunk before it is kept; false: the host keeps it not, and rejects with `E_BODY_CAPACITY`.
   * Undefined: chunks are not counted.
   */
  readonly hold?: ((bytes: number) => boolean) | undefined;
}

/** The request as a host shows it to the gate. */
export interface IncomingRequest {
  /**
   * The request without its body, or with an empty one when it has none. What this throws counts as a failure of the
   * firewall.
   */
  readonly view: RequestView;
  /** Whether the request has, or may have, a body that is still to be read. */
  readonly hasBody: boolean;
  /**
   * Reads the first bytes of the body as they were sent. The whole body stays available to the handler of the request. Called at most
   * once.
   *
   * Rejects with a {@link BodyError} when the client breaks off or is too slow or `hold` refuses, with a `MisuseError`
   * `E_BODY_CONSUMED` when the body was read before and its bytes are gone.
   */
  readBody(limits: ReadLimits): Promise<BodyView>;
  /**
   * Becomes a request that was kept while its client was challenged, for the gate and for whoever handles it; called when the
   * whole body was read, which held the answer. False, and nothing has changed, when the host cannot do it.
   */
  restore(restored: RestoredRequest): boolean;
  /**
   * Whether it could become a request with that method when its answer comes; when not, the challenge keeps nothing of it.
   * Absent: with any.
   */
  canRestore?(method: string): boolean;
  /** Whether the host can close or hold the client's connection; otherwise rules that do so block. */
  readonly closesConnections?: boolean;
  /** The decoder of content codings on this platform. */
  readonly decoder: ContentDecoder;
  /**
   * The response that the client got, or a function that calls back with it, for hosts that learn it later. Undefined:
   * the host does not know. Read when the gate is done with the request.
   */
  readonly sent?: SentAnswer | TellsLater | undefined;
  /** Called before anything waits for the body: the place for `100 Continue`. Calls after the first do nothing. */
  expectBody?(): void;
}

/** The first bytes of a response's body. */
export interface HeldView extends BodyView {
  /** The time was over before the limit or the end was reached. */
  readonly late?: boolean;
}

/** The response to a passed request as a host shows it to the gate. */
export interface OutgoingResponse {
  /** Status code. */
  readonly status: number;
  /** Alternating names and values. */
  readonly rawHeaders: readonly string[];
  /**
   * Holds back the first bytes of the body and undoes its content coding; undefined when nothing of it can be read.
   * Absent in hosts that cannot hold a body. A rejection reaches the caller of the gate.
   */
  holdBody?(limits: ReadLimits): Promise<HeldView | undefined>;
}

/** Why a body could not be read. */
export type BodyErrorCode =
  /** The client closed the connection or reset the stream. */
  | "E_BODY_ABORTED"
  /** The inspected part did not arrive in time. */
  | "E_BODY_TIMEOUT"
  /** With it, all bodies together would be more than the host holds. */
  | "E_BODY_CAPACITY";

/** Why there is nothing to judge: the client disconnected or was too slow, or the host holds too much already. */
export class BodyError extends Error {
  override readonly name = "BodyError";
  /** What happened. */
  readonly code: BodyErrorCode;

  constructor(code: BodyErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** The body is not held, since too much is. */
export function bodyOverCapacity(): BodyError {
  return new BodyError("E_BODY_CAPACITY", "this site holds too many request bodies now");
}
