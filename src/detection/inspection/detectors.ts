import type { Detector } from "../detector/detector.ts";

/** All detectors, in the order in which they are asked. */
export const detectors: readonly Detector[] = Object.freeze([]);
