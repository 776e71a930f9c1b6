// What tests use of src/language/diagnostics.

export { codeFrame } from "../../../../src/language/diagnostics/code-frame.ts";
export { DIAGNOSTIC_CODES, type DiagnosticCode } from "../../../../src/language/diagnostics/codes.ts";
export {
  type Diagnostic,
  diagnose,
  formatDiagnostic,
  type Result,
} from "../../../../src/language/diagnostics/diagnostic.ts";
export { MISUSE_CODES, MisuseError } from "../../../../src/language/diagnostics/misuse.ts";
export { excerpt, printable, printableText } from "../../../../src/language/diagnostics/printable.ts";
export { Source } from "../../../../src/language/diagnostics/source.ts";
export { didYouMean, editDistance, suggest } from "../../../../src/language/diagnostics/suggest.ts";
