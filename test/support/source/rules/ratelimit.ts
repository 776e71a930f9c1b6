// What tests use of src/rules/ratelimit.
export {
  type PlanServices,
  planRateLimit,
  type RateLimitRule,
} from "../../../../src/rules/ratelimit/compile.ts";
export type {
  CounterEntry,
  CounterState,
  CounterStore,
  CounterWindow,
  Excess,
  RateLimitAlgorithm,
} from "../../../../src/rules/ratelimit/counter-store.ts";
export { DueHeap } from "../../../../src/rules/ratelimit/due-heap.ts";
export { encodeKey, keyPrefix, MAX_KEY } from "../../../../src/rules/ratelimit/key.ts";
export { Limiter, type LimiterServices } from "../../../../src/rules/ratelimit/limiter.ts";
export { MemoryCounterStore, type MemoryStoreStats } from "../../../../src/rules/ratelimit/memory-store.ts";
export type { RateLimiter, RateLimitVerdict } from "../../../../src/rules/ratelimit/rate-limiter.ts";
export { readKey, valueOfText } from "../../../../src/rules/ratelimit/read-key.ts";
export {
  createLimiter,
  type LimiterKey,
  type LimiterOptions,
} from "../../../../src/rules/ratelimit/standalone.ts";
export { StoreWaits } from "../../../../src/rules/ratelimit/wait.ts";
