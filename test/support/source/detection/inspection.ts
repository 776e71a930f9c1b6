// What tests use of src/detection/inspection.
export { detectors } from "../../../../src/detection/inspection/detectors.ts";
export { cellsOf, mayDeclare } from "../../../../src/detection/inspection/files.ts";
export { inspect } from "../../../../src/detection/inspection/inspection.ts";
export { forEachLeaf } from "../../../../src/detection/inspection/leaves.ts";
export { OPINION_KINDS } from "../../../../src/detection/inspection/weigh.ts";
