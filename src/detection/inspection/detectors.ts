import type { Detector } from "../detector/detector.ts";
import { hostDetector } from "../host/host-detector.ts";
import { disclosureDetector } from "../path/disclosure-detector.ts";
import { pathDetector } from "../path/path-detector.ts";

/** All detectors, in the order in which they are asked. */
export const detectors: readonly Detector[] = Object.freeze([pathDetector, disclosureDetector, hostDetector]);
