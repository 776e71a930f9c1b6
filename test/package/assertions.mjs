import ts from "typescript";

function isConst(type) {
  return ts.isTypeReferenceNode(type) && ts.isIdentifier(type.typeName) && type.typeName.text === "const";
}

/**
 * How often a text asserts what the compiler cannot see. Counted on the syntax tree, so that strings, comments and
 * renamed imports do not count.
 *
 * @param {string} text TypeScript
 * @returns {{ casts: number, nonNull: number, definite: number }} `x as T` and `<T>x` without `as const`; `x!`; `x!: T`
 */
export function countAssertions(text) {
  const count = { casts: 0, nonNull: 0, definite: 0 };
  const visit = (node) => {
    if ((ts.isAsExpression(node) || ts.isTypeAssertionExpression(node)) && !isConst(node.type))
      count.casts += 1;
    if (ts.isNonNullExpression(node)) count.nonNull += 1;
    if (
      (ts.isPropertyDeclaration(node) || ts.isVariableDeclaration(node)) &&
      node.exclamationToken !== undefined
    )
      count.definite += 1;
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile("source.ts", text, ts.ScriptTarget.Latest));
  return count;
}
