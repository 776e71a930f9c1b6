import type { RestoredRequest } from "../../engine/decision/challenge-provider.ts";
import { atOnce } from "../../engine/decision/failure.ts";
import type { SentAnswer, TellsLater } from "../../engine/decision/sent-answer.ts";
import { bodyOverCapacity, type IncomingRequest, type ReadLimits } from "../../host/incoming.ts";
import { hasOtherCookies } from "../../host/sent-request.ts";
import type { BodyView } from "../../request/view/request-view.ts";
import { NO_BODY } from "../../request/view/request-view.ts";
import type { NodeResponse } from "./answer.ts";
import { hasBody, inspectBody, isConsumed, isReceived } from "./body.ts";
import { nodeDecoder } from "./content-decoder.ts";
import { type NodeRequest, type NodeRequestOptions, NodeRequestView } from "./node-request.ts";
import { parsedBody } from "./parsed-body.ts";
import { restoreRequest } from "./restore.ts";
import { whenSent } from "./sent.ts";

/** Facts about a request that only the embedder knows. */
export type NodeFacts = (request: NodeRequest) => NodeRequestOptions | undefined;

/** Options of a {@link NodeIncoming}. */
export interface NodeIncomingOptions {
  /** Called by the gate, which handles what it throws. */
  readonly facts?: NodeFacts | undefined;
  /** Tells a client that waits for it to send its body. */
  readonly sendContinue?: (() => void) | undefined;
  /** Makes the header lines that rules see, anew for a restored request; default: as received. */
  readonly shownHeaders?: (() => readonly string[]) | undefined;
  /** Whether a router or other programs may have read the request already; default false. */
  readonly isRouted?: boolean;
  /** Where its answer is written; undefined: the connection is closed without one. */
  readonly response: NodeResponse | undefined;
}

/** Challenge pages post their answers: what a router has seen of a request that is restored later. */
const ANSWER_METHOD = "POST";

/** A request of Node's on its way through the gate. */
export class NodeIncoming implements IncomingRequest {
  hasBody: boolean;
  readonly decoder = nodeDecoder;
  readonly closesConnections = true;
  readonly #request: NodeRequest;
  readonly #options: NodeIncomingOptions;
  #isContinued = false;
  #view: NodeRequestView | undefined;
  #isInspected = false;
  #restored: RestoredRequest | undefined;

  constructor(request: NodeRequest, options: NodeIncomingOptions) {
    this.#request = request;
    this.#options = options;
    this.hasBody = hasBody(request);
  }

  get view(): NodeRequestView {
    this.#view ??= this.#makeView();
    return this.#view;
  }

  get sent(): SentAnswer | TellsLater {
    const { response } = this.#options;
    if (response === undefined) return { delivery: "dropped" };
    return (tell) => whenSent(this.#request, response, tell);
  }

  /** Whether it was kept while its client was challenged. */
  get isRestored(): boolean {
    return this.#restored !== undefined;
  }

  /** Whether the body was read for rules. */
  get isInspected(): boolean {
    return this.#isInspected;
  }

  async readBody({ maxBytes, timeout, hold }: ReadLimits): Promise<BodyView> {
    if (this.#restored !== undefined) {
      this.#isInspected = true;
      // The answer that has brought it is counted.
      const { body } = this.#restored.request;
      return { bytes: body.slice(0, maxBytes), truncated: body.length > maxBytes, size: body.length };
    }
    if (isConsumed(this.#request) && isReceived(this.#request)) {
      const parsed = parsedBody(this.#request, maxBytes);
      if (parsed !== undefined) {
        if (hold?.(parsed.bytes.length) === false) throw bodyOverCapacity();
        return parsed;
      }
    }
    this.#isInspected = true;
    const { view } = await inspectBody(this.#request, maxBytes, { timeout, hold });
    return view;
  }

  canRestore(method: string): boolean {
    return this.#options.isRouted !== true || method === ANSWER_METHOD;
  }

  restore(restored: RestoredRequest): boolean {
    const { request: sent, clearance } = restored;
    if (this.#options.isRouted === true) {
      // A router that has seen the answer's method goes on with that one, whatever rules judge.
      if (sent.method !== this.#request.method) return false;
      // And a session that was found by the answer's cookies is kept.
      if (hasOtherCookies(this.#request.rawHeaders, sent, clearance)) return false;
    }
    if (!restoreRequest(this.#request, restored)) return false;
    this.#view = undefined;
    this.#restored = restored;
    this.hasBody = sent.body !== "";
    return true;
  }

  expectBody(): void {
    if (this.#isContinued) return;
    this.#isContinued = true;
    this.#options.sendContinue?.();
  }

  #makeView(): NodeRequestView {
    const { facts, shownHeaders } = this.#options;
    const view = new NodeRequestView(
      this.#request,
      atOnce("facts", facts?.(this.#request)),
      shownHeaders?.(),
    );
    view.hasBody = this.hasBody;
    if (!this.hasBody) view.body = NO_BODY;
    return view;
  }
}
