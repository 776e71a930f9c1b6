import type { IncomingRequest, ReadLimits } from "../../host/incoming.ts";
import type { BodyView } from "../../request/view/request-view.ts";
import { NO_BODY } from "../../request/view/request-view.ts";
import { hasBody, inspectBody, isConsumed, isReceived } from "./body.ts";
import { nodeDecoder } from "./content-decoder.ts";
import { type NodeRequest, type NodeRequestOptions, NodeRequestView } from "./node-request.ts";
import { parsedBody } from "./parsed-body.ts";

/** Facts about a request that only the embedder knows. */
export type NodeFacts = (request: NodeRequest) => NodeRequestOptions | undefined;

/** A request of Node's on its way through the gate. */
export class NodeIncoming implements IncomingRequest {
  readonly hasBody: boolean;
  readonly decoder = nodeDecoder;
  readonly #request: NodeRequest;
  readonly #facts: NodeFacts | undefined;
  readonly #rawHeaders: readonly string[] | undefined;
  #sendContinue: (() => void) | undefined;
  #view: NodeRequestView | undefined;
  #isInspected = false;

  /**
   * @param facts called by the gate, which handles what it throws.
   * @param sendContinue tells a client that waits for it to send its body.
   * @param rawHeaders the header lines that rules see; undefined: as received.
   */
  constructor(
    request: NodeRequest,
    facts?: NodeFacts,
    sendContinue?: () => void,
    rawHeaders?: readonly string[],
  ) {
    this.#request = request;
    this.#facts = facts;
    this.#rawHeaders = rawHeaders;
    this.#sendContinue = sendContinue;
    this.hasBody = hasBody(request);
  }

  get view(): NodeRequestView {
    this.#view ??= this.#makeView();
    return this.#view;
  }

  /** Whether the body was read for rules. */
  get isInspected(): boolean {
    return this.#isInspected;
  }

  async readBody({ maxBytes, timeout, hold }: ReadLimits): Promise<BodyView> {
    if (isConsumed(this.#request) && isReceived(this.#request)) {
      const parsed = parsedBody(this.#request, maxBytes);
      if (parsed !== undefined) return parsed;
    }
    this.#isInspected = true;
    const { view } = await inspectBody(this.#request, maxBytes, { timeout, hold });
    return view;
  }

  expectBody(): void {
    const sendContinue = this.#sendContinue;
    this.#sendContinue = undefined;
    sendContinue?.();
  }

  #makeView(): NodeRequestView {
    const view = new NodeRequestView(this.#request, this.#facts?.(this.#request), this.#rawHeaders);
    view.hasBody = this.hasBody;
    if (!this.hasBody) view.body = NO_BODY;
    return view;
  }
}
