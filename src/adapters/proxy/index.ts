/** A reverse proxy with a firewall in it: `wirewall/proxy`. */
export type { Forwarder, ForwarderOptions, OutgoingRequest, UpstreamAnswer } from "./forwarder.ts";
export { HttpxyForwarder, UpstreamTimeout } from "./forwarder.ts";
export type { HeaderLine } from "./headers.ts";
export { createProxy, type ProxyOptions, type WafProxy } from "./proxy.ts";
