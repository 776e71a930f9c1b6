import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { PrometheusMeter } from "../../engine/events/prometheus.ts";

/** Where metrics are found. */
export const METRICS_PATH = "/metrics";

/** Milliseconds within which a request must have arrived. */
const REQUEST_TIMEOUT = 5_000;
const MAX_CONNECTIONS = 64;

/** Answers a request for metrics; false, and nothing is answered, when it is for something else. */
export function respondWithMetrics(
  meter: PrometheusMeter,
  request: IncomingMessage,
  response: ServerResponse,
): boolean {
  const path = (request.url ?? "/").split("?", 1)[0];
  if (path !== METRICS_PATH) return false;
  if (request.method !== "GET" && request.method !== "HEAD") {
    response.writeHead(405, { Allow: "GET, HEAD" }).end();
    return true;
  }
  const { contentType, body } = meter.exposition(request.headers.accept);
  response.writeHead(200, {
    "Content-Type": contentType,
    "Content-Length": Buffer.byteLength(body),
    "Cache-Control": "no-store",
    Vary: "Accept",
  });
  response.end(request.method === "HEAD" ? undefined : body);
  return true;
}

/** A server of metrics that listens. */
export interface MetricsServer {
  readonly url: string;
  close(): Promise<void>;
}

/** Rejects with the system's errors. @param onError called for later ones. */
export async function listenForMetrics(
  { host, port }: { readonly host: string; readonly port: number },
  meter: PrometheusMeter,
  onError: (error: unknown) => void,
): Promise<MetricsServer> {
  const server = createServer(
    { requestTimeout: REQUEST_TIMEOUT, headersTimeout: REQUEST_TIMEOUT, connectionsCheckingInterval: 1_000 },
    (request, response) => {
      try {
        request.resume();
        if (!respondWithMetrics(meter, request, response)) response.writeHead(404).end();
      } catch (error) {
        onError(error);
        response.destroy();
      }
    },
  );
  server.maxConnections = MAX_CONNECTIONS;
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      resolve();
    });
  });
  server.on("error", onError);
  const bound = server.address();
  if (bound === null || typeof bound === "string") throw new Error("unreachable: it listens to a port");
  const shown = bound.family === "IPv6" ? `[${bound.address}]` : bound.address;
  return { url: `http://${shown}:${bound.port}${METRICS_PATH}`, close: () => closeServer(server) };
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
