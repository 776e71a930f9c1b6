import type { ServerResponse } from "node:http";
import type { Http2ServerResponse } from "node:http2";

/** A response of `node:http`, `node:https`, or of `node:http2` through its compatibility API. */
export type NodeResponse = ServerResponse | Http2ServerResponse;
