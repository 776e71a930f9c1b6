// What tests use of src/language/pattern.
export { literalForm, requiredConditions } from "../../../../src/language/pattern/analysis.ts";
export type { PatternTree } from "../../../../src/language/pattern/ast.ts";
export { automatonEngine } from "../../../../src/language/pattern/automaton-engine.ts";
export { boundedRegExp } from "../../../../src/language/pattern/bounded.ts";
export type { CompiledPattern, PatternEngine } from "../../../../src/language/pattern/engine.ts";
export { factsOf, searchNeedles } from "../../../../src/language/pattern/facts.ts";
export { LazyDfa } from "../../../../src/language/pattern/lazy-dfa.ts";
export { literalTest } from "../../../../src/language/pattern/literal-test.ts";
export { needlesOf } from "../../../../src/language/pattern/needles.ts";
export { NfaSearch } from "../../../../src/language/pattern/nfa.ts";
export { compileProgram, programBound } from "../../../../src/language/pattern/program.ts";
export {
  Re2WasmEngine,
  type Re2WasmModule,
} from "../../../../src/language/pattern/re2-wasm-engine.ts";
export { re2jsEngine } from "../../../../src/language/pattern/re2js-engine.ts";
export { parseReplacement, replaceFirst } from "../../../../src/language/pattern/replacement.ts";
export { MAX_PATTERN_LENGTH, parsePattern } from "../../../../src/language/pattern/syntax.ts";
