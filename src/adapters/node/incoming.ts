import type { RestoredRequest } from "../../engine/decision/challenge-provider.ts";
import { bodyOverCapacity, type IncomingRequest, type ReadLimits } from "../../host/incoming.ts";
import type { BodyView } from "../../request/view/request-view.ts";
import { NO_BODY } from "../../request/view/request-view.ts";
import { hasBody, inspectBody, isConsumed, isReceived } from "./body.ts";
import { nodeDecoder } from "./content-decoder.ts";
import { type NodeRequest, type NodeRequestOptions, NodeRequestView } from "./node-request.ts";
import { parsedBody } from "./parsed-body.ts";
import { restoreRequest } from "./restore.ts";

/** Facts about a request that only the embedder knows. */
export type NodeFacts = (request: NodeRequest) => NodeRequestOptions | undefined;

/** A request of Node's on its way through the gate. */
export class NodeIncoming implements IncomingRequest {
  hasBody: boolean;
  readonly decoder = nodeDecoder;
  readonly #request: NodeRequest;
  readonly #facts: NodeFacts | undefined;
  readonly #shownHeaders: (() => readonly string[]) | undefined;
  #sendContinue: (() => void) | undefined;
  #view: NodeRequestView | undefined;
  #isInspected = false;
  #restored: RestoredRequest | undefined;

  /**
   * @param facts called by the gate, which handles what it throws.
   * @param sendContinue tells a client that waits for it to send its body.
   * @param shownHeaders makes the header lines that rules see, anew for a restored request; undefined: as received.
   */
  constructor(
    request: NodeRequest,
    facts?: NodeFacts,
    sendContinue?: () => void,
    shownHeaders?: () => readonly string[],
  ) {
    this.#request = request;
    this.#facts = facts;
    this.#shownHeaders = shownHeaders;
    this.#sendContinue = sendContinue;
    this.hasBody = hasBody(request);
  }

  get view(): NodeRequestView {
    this.#view ??= this.#makeView();
    return this.#view;
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

  restore(restored: RestoredRequest): boolean {
    if (!restoreRequest(this.#request, restored)) return false;
    this.#view = undefined;
    this.#restored = restored;
    this.hasBody = restored.request.body !== "";
    return true;
  }

  expectBody(): void {
    const sendContinue = this.#sendContinue;
    this.#sendContinue = undefined;
    sendContinue?.();
  }

  #makeView(): NodeRequestView {
    const view = new NodeRequestView(this.#request, this.#facts?.(this.#request), this.#shownHeaders?.());
    view.hasBody = this.hasBody;
    if (!this.hasBody) view.body = NO_BODY;
    return view;
  }
}
