// What tests use of src/language/compile.
export { compileCondition, compileReader } from "../../../../src/expression/compile/closures.ts";
export {
  type Compiled,
  type CompileOptions,
  compileFilter,
  compileValue,
  type Filter,
  type ValueExpression,
} from "../../../../src/expression/compile/compile.ts";
export { costOf } from "../../../../src/expression/compile/cost.ts";
export { interpret } from "../../../../src/expression/compile/interpret.ts";
export { defineScheme } from "../../../../src/expression/compile/language.ts";
export { optimize } from "../../../../src/expression/compile/optimize.ts";
export {
  compileTrace,
  MOST_ELEMENTS,
  type Trace,
  type TraceStep,
} from "../../../../src/expression/compile/trace.ts";
export { ExpressionPool, Expressions, PlanError } from "../../../../src/ruleset/plan/expressions.ts";
export { Lease } from "../../../../src/ruleset/plan/lease.ts";
