// What tests use of src/language/syntax.
export type {
  AtomNode,
  CallNode,
  ComparisonNode,
  Expression,
  IdentifierNode,
  IndexNode,
  OperandNode,
  OrderOperator,
  RegexNode,
  StringNode,
} from "../../../../src/language/syntax/ast.ts";
export { sameSyntax } from "../../../../src/language/syntax/equality.ts";
export { ExpressionGrammar } from "../../../../src/language/syntax/grammar.ts";
export { type FromJsonOptions, fromJson } from "../../../../src/language/syntax/json/from-json.ts";
export type { JsonExpression } from "../../../../src/language/syntax/json/json-form.ts";
export { toJson } from "../../../../src/language/syntax/json/to-json.ts";
export { DEFAULT_LIMITS, type Limits, resolveLimits } from "../../../../src/language/syntax/limits.ts";
export { type ParseOptions, parseExpression } from "../../../../src/language/syntax/parse.ts";
export { printExpression } from "../../../../src/language/syntax/print.ts";
export {
  LEXER_DEFINITION,
  LEXER_DEFINITION_WITH_COMMENTS,
} from "../../../../src/language/syntax/tokens.ts";
export {
  PACKED_INDEXES,
  PACKED_KINDS,
  PACKED_OPERATORS,
  type PackedTree,
  unpackTree,
} from "../../../../src/language/syntax/unpack.ts";
export { type SyntaxNode, walk } from "../../../../src/language/syntax/visitor.ts";
