// What tests use of src/language/sets.
export { type IntRange, intMembership, mergeIntRanges } from "../../../../src/expression/values/int-set.ts";
export { FewIps, type Ip6Range, ipMembership, rangeBelow } from "../../../../src/expression/values/ip-few.ts";
export { Ip4Ranges, IpSet } from "../../../../src/expression/values/ip-set.ts";
export { BUCKETS_FROM } from "../../../../src/expression/values/ip4-buckets.ts";
export { radixOrder } from "../../../../src/expression/values/radix-order.ts";
