// What tests use of src/engine/shadow.
export {
  createShadowEvaluator,
  type ShadowOptions,
} from "../../../../src/engine/shadow/shadow-evaluator.ts";
export { formatShadowReport } from "../../../../src/engine/shadow/shadow-report.ts";
