// What tests use of src/detection/detector.
export type {
  Detector,
  EvidenceKind,
  Place,
  Trigger,
} from "../../../../src/detection/detector/detector.ts";
export { Prefilter } from "../../../../src/detection/detector/prefilter.ts";
export { WordScreen } from "../../../../src/detection/detector/word-screen.ts";
