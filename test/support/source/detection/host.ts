export { readIpv4, readIpv6 } from "../../../../src/detection/host/address.ts";
export { destinationOf } from "../../../../src/detection/host/classify.ts";
export { hostDetector } from "../../../../src/detection/host/host-detector.ts";
export { readUrl } from "../../../../src/detection/host/url.ts";
