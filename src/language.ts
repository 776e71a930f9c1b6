/**
 * The rules language alone: `wirewall/language`. Text to tree and back, trees to JSON and back, checking against one's
 * own fields, compiling to closures, and faults that can be shown. No request, ruleset or engine comes with it.
 *
 * ```ts
 * import { defineScheme, formatDiagnostic } from "wirewall/language";
 *
 * const language = defineScheme({ "bot.score": "Int", "ip.src": "Ip" });
 * const compiled = language.compile("bot.score lt 30 and not ip.src in {10.0.0.0/8}");
 * if (!compiled.ok) throw new Error(compiled.errors.map(formatDiagnostic).join("\n"));
 * compiled.value({ "bot.score": 12, "ip.src": "203.0.113.9" }); // true
 * ```
 */

// Checking and compiling.
export { checkFilter, checkValue } from "./expression/check/check.ts";
export type { CheckOptions } from "./expression/check/checking.ts";
export type { CheckedExpression, TypedNode } from "./expression/check/typed-ast.ts";
export {
  type Compiled,
  type CompileOptions,
  compileFilter,
  compileValue,
  type Filter,
  type ValueExpression,
} from "./expression/compile/compile.ts";
export {
  type Computation,
  defineScheme,
  Language,
  type ListContents,
  type Predicate,
  type TypeName,
} from "./expression/compile/language.ts";
export {
  compileTrace,
  type Reason,
  type Trace,
  type TraceElement,
  type TraceStep,
} from "./expression/compile/trace.ts";
export { standardFunctions } from "./expression/functions/index.ts";
// What a rule may name.
export { defineFunction, type ValueOf } from "./expression/scheme/define-function.ts";
export type {
  FieldDefinition,
  FieldSource,
  FunctionDefinition,
  FunctionMeaning,
  ListDefinition,
  ListKind,
  Parameter,
} from "./expression/scheme/definitions.ts";
export {
  type EvaluationContext,
  ExecutionContext,
  type ListLookup,
} from "./expression/scheme/execution-context.ts";
export { InputError } from "./expression/scheme/input.ts";
export {
  defineField,
  defineList,
  type InputsOf,
  Scheme,
  type SchemeParts,
} from "./expression/scheme/scheme.ts";
export { SchemeError } from "./expression/scheme/scheme-error.ts";
// Texts, places and faults.
export { codeFrame } from "./expression/source/code-frame.ts";
export { DIAGNOSTIC_CODES, type DiagnosticCode } from "./expression/source/codes.ts";
export {
  type Diagnostic,
  diagnose,
  type Fault,
  formatDiagnostic,
  type Result,
} from "./expression/source/diagnostic.ts";
export { type Position, Source, type Span } from "./expression/source/source.ts";
export { didYouMean, suggest } from "./expression/source/suggest.ts";
// Trees.
export type {
  AtomNode,
  BooleanNode,
  CallNode,
  ComparisonNode,
  ComparisonOperator,
  Expression,
  IdentifierNode,
  IndexNode,
  ListNode,
  LiteralNode,
  LogicalNode,
  NotNode,
  OperandNode,
  OrderOperator,
  QuantifierNode,
  RegexNode,
  SetNode,
  StringNode,
} from "./expression/syntax/ast.ts";
export { sameSyntax } from "./expression/syntax/equality.ts";
export { type FromJsonOptions, fromJson } from "./expression/syntax/from-json.ts";
export type {
  JsonArgument,
  JsonAtom,
  JsonBase,
  JsonExpression,
  JsonIndex,
  JsonItem,
  JsonLiteral,
  JsonOperand,
  JsonOperandValue,
  JsonOperator,
  JsonRange,
  JsonRight,
  JsonValue,
} from "./expression/syntax/json-form.ts";
export { DEFAULT_LIMITS, type Limits } from "./expression/syntax/limits.ts";
export { type ParseOptions, parseExpression } from "./expression/syntax/parse.ts";
export { type PrintOptions, printExpression } from "./expression/syntax/print.ts";
export { toJson } from "./expression/syntax/to-json.ts";
export { childrenOf, type SyntaxNode, transform, walk } from "./expression/syntax/visitor.ts";
export { Budget } from "./expression/values/budget.ts";
export { utf8Decode, utf8Encode } from "./expression/values/bytes.ts";
// Types and values.
export { formatIp, parseIp } from "./expression/values/ip.ts";
export { automatonEngine } from "./expression/values/pattern/automaton-engine.ts";
export type {
  CompiledPattern,
  PatternEngine,
  PatternFault,
  PatternResult,
} from "./expression/values/pattern/engine.ts";
export {
  type ArrayType,
  arrayOf,
  Bool,
  Bytes,
  Int,
  Ip,
  isScalar,
  type MapType,
  mapOf,
  parseType,
  type ScalarType,
  sameType,
  type Type,
  typeName,
} from "./expression/values/types.ts";
export {
  type ArrayValue,
  type BytesValue,
  type IntValue,
  Ip6,
  type IpValue,
  type MapValue,
  type Nillable,
  type Value,
} from "./expression/values/value.ts";
