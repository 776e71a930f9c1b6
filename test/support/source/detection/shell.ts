export { mayHoldCommands } from "../../../../src/detection/shell/beginnings.ts";
export { shellDetector } from "../../../../src/detection/shell/shell-detector.ts";
export { meaningOfPattern } from "../../../../src/detection/shell/wildcards.ts";
export { readWord } from "../../../../src/detection/shell/word.ts";
