import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import type { Gate } from "../../host/gate.ts";
import type { PassedRequest } from "../../host/passed-request.ts";
import type { Tarpit } from "../node/tarpit.ts";
import type { Forwarder, OutgoingRequest } from "./forwarder.ts";
import type { RequestFault } from "./request-faults.ts";

/** State that the parts of one proxy share. */
export interface ProxyParts {
  readonly gate: Gate;
  readonly forwarder: Forwarder;
  readonly tarpit: Tarpit;
  /** Why two servers could read a request differently; undefined when they could not. */
  fault(request: IncomingMessage): RequestFault | undefined;
  /** The header lines that rules see. */
  shown(request: IncomingMessage): readonly string[];
  /** The request to the upstream for a request that passed. */
  outgoing(request: IncomingMessage, passed: PassedRequest): Omit<OutgoingRequest, "body">;
  /** Whether the client may get an event stream on that connection. */
  mayStream(socket: Socket): boolean;
  /** Calls the embedder's `onError`. Never throws. */
  report(error: unknown, reference: string): void;
}
