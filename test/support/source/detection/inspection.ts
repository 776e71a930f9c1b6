// What tests use of src/detection/inspection.
export { detectors } from "../../../../src/detection/inspection/detectors.ts";
export { forEachLeaf } from "../../../../src/detection/inspection/leaves.ts";
export { isReadWhole, OPINION_KINDS, weigh } from "../../../../src/detection/inspection/weigh.ts";
