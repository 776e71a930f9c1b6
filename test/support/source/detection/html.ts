// What tests use of src/detection/html.
export { decodeReferences } from "../../../../src/detection/html/entities.ts";
export { firesAlone, isEvent, isKnownEvent } from "../../../../src/detection/html/events.ts";
export { htmlDetector } from "../../../../src/detection/html/html-detector.ts";
export { judgeScript } from "../../../../src/detection/html/script.ts";
export { CALLS, HIDDEN, PROOF, SILENT, SINK } from "../../../../src/detection/html/script-levels.ts";
export { runsScript } from "../../../../src/detection/html/styles.ts";
export { TagReader } from "../../../../src/detection/html/tags.ts";
export { isNoOp, readUrl } from "../../../../src/detection/html/urls.ts";
