// What tests use of src/language/pattern.
export { literalForm, requiredConditions } from "../../../../src/expression/values/pattern/analysis.ts";
export type { PatternTree } from "../../../../src/expression/values/pattern/ast.ts";
export { automatonEngine } from "../../../../src/expression/values/pattern/automaton-engine.ts";
export { boundedRegExp } from "../../../../src/expression/values/pattern/bounded.ts";
export type { CompiledPattern, PatternEngine } from "../../../../src/expression/values/pattern/engine.ts";
export { LazyDfa } from "../../../../src/expression/values/pattern/lazy-dfa.ts";
export { LiteralScan } from "../../../../src/expression/values/pattern/literal-scan.ts";
export { literalTest } from "../../../../src/expression/values/pattern/literal-test.ts";
export { needlesOf } from "../../../../src/expression/values/pattern/needles.ts";
export { NfaSearch } from "../../../../src/expression/values/pattern/nfa.ts";
export { PatternPack } from "../../../../src/expression/values/pattern/prefilter.ts";
export { compileProgram, programBound } from "../../../../src/expression/values/pattern/program.ts";
export {
  Re2WasmEngine,
  type Re2WasmModule,
} from "../../../../src/expression/values/pattern/re2-wasm-engine.ts";
export { re2jsEngine } from "../../../../src/expression/values/pattern/re2js-engine.ts";
export { parseReplacement, replaceFirst } from "../../../../src/expression/values/pattern/replacement.ts";
export { MAX_PATTERN_LENGTH, parsePattern } from "../../../../src/expression/values/pattern/syntax.ts";
