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

// ---------- Expressions over fields of your own ----------

export {
  type Computation,
  defineScheme,
  Language,
  type ListContents,
  type Predicate,
  type TypeName,
} from "./language/compile/language.ts";
export { type Diagnostic, formatDiagnostic, type Result } from "./language/diagnostics/diagnostic.ts";
export { InputError } from "./language/scheme/input.ts";
export type { InputsOf } from "./language/scheme/scheme.ts";

// ---------- Fields, functions and lists ----------

export { standardFunctions } from "./language/functions/index.ts";
export { defineFunction, type ValueOf } from "./language/scheme/define-function.ts";
export type {
  FieldDefinition,
  FieldSource,
  FunctionDefinition,
  FunctionMeaning,
  ListDefinition,
  ListKind,
  Parameter,
} from "./language/scheme/definitions.ts";
export { defineField, defineList, Scheme, type SchemeParts } from "./language/scheme/scheme.ts";
export { SchemeError } from "./language/scheme/scheme-error.ts";

// ---------- Types and values ----------

export { utf8Decode, utf8Encode } from "./language/values/bytes.ts";
export { formatIp, parseIp } from "./language/values/ip.ts";
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
} from "./language/values/types.ts";
export {
  type ArrayValue,
  type BytesValue,
  type IntValue,
  Ip6,
  type IpValue,
  type MapValue,
  type Nillable,
  type Value,
} from "./language/values/value.ts";

// ---------- Parsing and printing ----------

export { type FromJsonOptions, fromJson } from "./language/syntax/json/from-json.ts";
export { toJson } from "./language/syntax/json/to-json.ts";
export { DEFAULT_LIMITS, type Limits } from "./language/syntax/limits.ts";
export { type ParseOptions, parseExpression } from "./language/syntax/parse.ts";
export { type PrintOptions, printExpression } from "./language/syntax/print.ts";

// ---------- Syntax trees ----------

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
} from "./language/syntax/ast.ts";
export { sameSyntax } from "./language/syntax/equality.ts";
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
} from "./language/syntax/json/json-form.ts";
export { childrenOf, type SyntaxNode, transform, walk } from "./language/syntax/visitor.ts";

// ---------- Checking and compiling step by step ----------

export { checkFilter, checkValue } from "./language/check/check.ts";
export type { CheckOptions } from "./language/check/checking.ts";
export type { CheckedExpression, TypedNode } from "./language/check/typed-ast.ts";
export {
  type Compiled,
  type CompileOptions,
  compileFilter,
  compileValue,
  type Filter,
  type ValueExpression,
} from "./language/compile/compile.ts";
export {
  type ConditionDefinition,
  ConditionSet,
  defineConditions,
  expandConditions,
} from "./language/compile/conditions.ts";
export {
  compileTrace,
  type Reason,
  type Trace,
  type TraceElement,
  type TraceStep,
} from "./language/compile/trace.ts";
export {
  type EvaluationContext,
  ExecutionContext,
  type ListLookup,
} from "./language/scheme/execution-context.ts";
export { Budget } from "./language/values/budget.ts";

// ---------- Pattern engines ----------

export { automatonEngine } from "./language/pattern/automaton-engine.ts";
export type {
  CompiledPattern,
  PatternEngine,
  PatternFault,
  PatternResult,
} from "./language/pattern/engine.ts";

// ---------- Texts, places and faults ----------

export { codeFrame } from "./language/diagnostics/code-frame.ts";
export { DIAGNOSTIC_CODES, type DiagnosticCode } from "./language/diagnostics/codes.ts";
export { diagnose, type Fault } from "./language/diagnostics/diagnostic.ts";
export { type Position, Source, type Span } from "./language/diagnostics/source.ts";
export { didYouMean, suggest } from "./language/diagnostics/suggest.ts";
