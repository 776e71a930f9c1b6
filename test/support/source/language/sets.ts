// What tests use of src/language/sets.
export { type IntRange, intMembership, mergeIntRanges } from "../../../../src/language/sets/int-set.ts";
export { Ip4Ranges, IpSet } from "../../../../src/language/sets/ip-set.ts";
export { BUCKETS_FROM } from "../../../../src/language/sets/ip4-buckets.ts";
export { radixOrder } from "../../../../src/language/sets/radix-order.ts";
export { ipMembership, rangeBelow, SmallIpSet } from "../../../../src/language/sets/small-ip-set.ts";
