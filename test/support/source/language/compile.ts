// What tests use of src/language/compile.
export { compileCondition, compileReader } from "../../../../src/language/compile/closures.ts";
export {
  type Compiled,
  type CompileOptions,
  compileFilter,
  compileValue,
  type Filter,
  type ValueExpression,
} from "../../../../src/language/compile/compile.ts";
export { defineConditions, expandConditions } from "../../../../src/language/compile/conditions.ts";
export { costOf } from "../../../../src/language/compile/cost.ts";
export { ExpressionPool, Expressions, PlanError } from "../../../../src/language/compile/expressions.ts";
export { defineScheme } from "../../../../src/language/compile/language.ts";
export { Lease } from "../../../../src/language/compile/lease.ts";
export { optimize } from "../../../../src/language/compile/optimize.ts";
export { PreparedTexts } from "../../../../src/language/compile/prepared.ts";
export {
  compileTrace,
  compileTracedReasons,
  MOST_ELEMENTS,
  type Trace,
  type TraceStep,
} from "../../../../src/language/compile/trace.ts";
