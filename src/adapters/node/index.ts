/** The firewall for servers of Node: `wirewall/node`. */
export { type Answer, type NodeResponse, sendAnswer } from "./answer.ts";
export { BodyError, type InspectedBody, type InspectOptions, inspectBody } from "./body.ts";
export { type Guard, type GuardedRequest, type GuardOptions, guard } from "./guard.ts";
export type { JudgeOptions } from "./judge.ts";
export { type NodeRequest, type NodeRequestOptions, NodeRequestView } from "./node-request.ts";
export type { AnswerOptions } from "./render.ts";
