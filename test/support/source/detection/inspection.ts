// What tests use of src/detection/inspection.
export { detectors } from "../../../../src/detection/inspection/detectors.ts";
export { cellsOf, mayDeclare, oddLinesOf } from "../../../../src/detection/inspection/files.ts";
export { literalsOf } from "../../../../src/detection/inspection/graphql-literals.ts";
export { inspect, inspectText } from "../../../../src/detection/inspection/inspection.ts";
export { textsOfJson } from "../../../../src/detection/inspection/json-texts.ts";
export { forEachLeaf } from "../../../../src/detection/inspection/leaves.ts";
export { ALL_MECHANISMS, useMechanisms, useScorer } from "../../../../src/detection/inspection/mechanisms.ts";
export { stringsOfMessages } from "../../../../src/detection/inspection/messages.ts";
export { isScored } from "../../../../src/detection/inspection/scored.ts";
export {
  CONFIRMED,
  isReadWhole,
  isWorthScoring,
  LEARNED,
  OPINION_KINDS,
  weigh,
} from "../../../../src/detection/inspection/weigh.ts";
