// What tests use of src/rules/ratelimit.
export { compileRateLimit, type RateLimitServices } from "../../../../src/ruleset/ratelimit/compile.ts";
export type {
  CounterState,
  CounterStore,
  CounterWindow,
  Excess,
  RateLimitAlgorithm,
} from "../../../../src/ruleset/ratelimit/counter-store.ts";
export { DueHeap } from "../../../../src/ruleset/ratelimit/due-heap.ts";
export { encodeKey, keyPrefix, MAX_KEY } from "../../../../src/ruleset/ratelimit/key.ts";
export { MemoryCounterStore, type MemoryStoreStats } from "../../../../src/ruleset/ratelimit/memory-store.ts";
export type { RateLimiter, RateLimitVerdict } from "../../../../src/ruleset/ratelimit/rate-limiter.ts";
