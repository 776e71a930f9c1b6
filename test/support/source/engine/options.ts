// What tests use of src/engine/options.
export type { WafOptions } from "../../../../src/engine/options/options.ts";
export { runtimeRandom } from "../../../../src/engine/options/random.ts";
