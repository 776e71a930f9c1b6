// What tests use of src/engine/shadow.
export {
  createShadowEvaluator,
  type ShadowOptions,
  sampleHash,
} from "../../../../src/engine/shadow/shadow-evaluator.ts";
export { formatShadowReport } from "../../../../src/engine/shadow/shadow-report.ts";
