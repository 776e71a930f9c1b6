import { phpDetector } from "../code/php-detector.ts";
import { scriptDetector } from "../code/script-detector.ts";
import type { Detector } from "../detector/detector.ts";
import { shellDetector } from "../shell/shell-detector.ts";

/** All detectors, in the order in which they report. */
export const detectors: readonly Detector[] = [shellDetector, scriptDetector, phpDetector];
