// What tests use of src/language/syntax.
export type {
  AtomNode,
  CallNode,
  ComparisonNode,
  Expression,
  IdentifierNode,
  IndexNode,
  OperandNode,
  RegexNode,
  StringNode,
} from "../../../../src/expression/syntax/ast.ts";
export { sameSyntax } from "../../../../src/expression/syntax/equality.ts";
export { type FromJsonOptions, fromJson } from "../../../../src/expression/syntax/from-json.ts";
export { ExpressionGrammar } from "../../../../src/expression/syntax/grammar.ts";
export type { JsonExpression } from "../../../../src/expression/syntax/json-form.ts";
export { DEFAULT_LIMITS, type Limits, resolveLimits } from "../../../../src/expression/syntax/limits.ts";
export { type ParseOptions, parseExpression } from "../../../../src/expression/syntax/parse.ts";
export { printExpression } from "../../../../src/expression/syntax/print.ts";
export { toJson } from "../../../../src/expression/syntax/to-json.ts";
export {
  LEXER_DEFINITION,
  LEXER_DEFINITION_WITH_COMMENTS,
} from "../../../../src/expression/syntax/tokens.ts";
export { type SyntaxNode, walk } from "../../../../src/expression/syntax/visitor.ts";
