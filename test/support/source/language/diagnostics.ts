// What tests use of src/language/diagnostics.
export { printable, printableText } from "../../../../src/engine/events/printable.ts";
export { codeFrame } from "../../../../src/expression/source/code-frame.ts";
export { DIAGNOSTIC_CODES, type DiagnosticCode } from "../../../../src/expression/source/codes.ts";
export {
  type Diagnostic,
  diagnose,
  formatDiagnostic,
  type Result,
} from "../../../../src/expression/source/diagnostic.ts";
export { MISUSE_CODES, MisuseError } from "../../../../src/expression/source/misuse.ts";
export { Source } from "../../../../src/expression/source/source.ts";
export { didYouMean, editDistance, suggest } from "../../../../src/expression/source/suggest.ts";
