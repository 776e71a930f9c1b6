import type { IncomingMessage } from "node:http";
import type { Gate } from "../../host/gate.ts";
import type { PassedRequest } from "../../host/passed-request.ts";
import type { Forwarder, OutgoingRequest } from "./forwarder.ts";

/** What the parts of one proxy share. */
export interface ProxyParts {
  readonly gate: Gate;
  readonly forwarder: Forwarder;
  /** The request to the upstream for a request that passed. */
  outgoing(request: IncomingMessage, passed: PassedRequest): Omit<OutgoingRequest, "body">;
  /** Calls the embedder's `onError`. Never throws. */
  report(error: unknown, reference: string): void;
}
