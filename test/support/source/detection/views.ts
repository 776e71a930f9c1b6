// What tests use of src/detection/views.
export { undoEscapes } from "../../../../src/detection/views/escapes.ts";
export { foldToAscii } from "../../../../src/detection/views/folding.ts";
export { undoReferences } from "../../../../src/detection/views/references.ts";
export { viewsOf } from "../../../../src/detection/views/views.ts";
