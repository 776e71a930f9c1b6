/** A reverse proxy with a firewall in it: `wirewall/proxy`. */

// ---------- The proxy ----------

export type { HostOptions, PageOptions, ResponseOptions } from "../../host/options.ts";
export type { ProxyOptions } from "./options.ts";
export { createProxy, type WafProxy } from "./server.ts";

// ---------- Forwarding ----------

export type { HeaderLine } from "../../request/head/headers.ts";
export { UpstreamBusy, UpstreamTimeout } from "./faults.ts";
export type { Forwarder, ForwarderOptions, OutgoingRequest, UpstreamAnswer } from "./forwarder.ts";
export { HttpForwarder } from "./forwarder.ts";
