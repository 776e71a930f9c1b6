// What tests use of src/engine/options.
export { DEFAULT_BUDGET } from "../../../../src/engine/options/limits.ts";
export type { WafOptions } from "../../../../src/engine/options/options.ts";
export { runtimeRandom } from "../../../../src/engine/options/random.ts";
