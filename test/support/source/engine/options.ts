// What tests use of src/engine/options.
export type { WafOptions } from "../../../../src/engine/options/options.ts";
