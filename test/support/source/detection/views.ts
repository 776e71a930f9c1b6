// What tests use of src/detection/views.
export { base64Parts, base64Text } from "../../../../src/detection/views/base64.ts";
export { undoEscapes, undoUnits } from "../../../../src/detection/views/escapes.ts";
export { foldToAscii } from "../../../../src/detection/views/folding.ts";
export { undoReferences } from "../../../../src/detection/views/references.ts";
export { undoUtf7 } from "../../../../src/detection/views/utf7.ts";
export { SIGNS, viewsBySigns, viewsOf } from "../../../../src/detection/views/views.ts";
