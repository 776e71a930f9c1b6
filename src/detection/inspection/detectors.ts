import type { Detector } from "../detector/detector.ts";
import { htmlDetector } from "../html/html-detector.ts";

/** All detectors, in the order in which they are asked. */
export const detectors: readonly Detector[] = Object.freeze([htmlDetector]);
