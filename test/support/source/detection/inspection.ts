// What tests use of src/detection/inspection.
export { detectors } from "../../../../src/detection/inspection/detectors.ts";
export { cellsOf, mayDeclare } from "../../../../src/detection/inspection/files.ts";
export { inspect } from "../../../../src/detection/inspection/inspection.ts";
export { forEachLeaf } from "../../../../src/detection/inspection/leaves.ts";
export { ALL_MECHANISMS, useMechanisms, useScorer } from "../../../../src/detection/inspection/mechanisms.ts";
export { isScored } from "../../../../src/detection/inspection/scored.ts";
export {
  CONFIRMED,
  isReadWhole,
  isWorthScoring,
  LEARNED,
  OPINION_KINDS,
  weigh,
} from "../../../../src/detection/inspection/weigh.ts";
