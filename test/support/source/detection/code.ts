export { phpDetector } from "../../../../src/detection/code/php-detector.ts";
export { scriptDetector } from "../../../../src/detection/code/script-detector.ts";
