/** The firewall for servers of Node: `wirewall/node`. */

// ---------- Guarding a server ----------

export type { HostOptions, PageOptions, ResponseOptions } from "../../host/options.ts";
export type { UnsupportedRulesOption } from "../../host/unmet-needs.ts";
export { type Guard, type GuardedRequest, type GuardOptions, guard } from "./guard.ts";
export type { NodeFacts } from "./incoming.ts";

// ---------- Step by step ----------

export type { Answer } from "../../host/answer.ts";
export { BodyError, type BodyErrorCode } from "../../host/incoming.ts";
export { type NodeResponse, sendAnswer } from "./answer.ts";
export { type InspectedBody, type InspectOptions, inspectBody } from "./body.ts";
export { type NodeRequest, type NodeRequestOptions, NodeRequestView } from "./node-request.ts";
