import { type Expression, type ParseOptions, parseExpression } from "./source/language/syntax.ts";

/** The tree of a text without faults. */
export function parsed(text: string, options: ParseOptions = {}): Expression {
  const result = parseExpression(text, options);
  if (!result.ok) throw new Error(`${result.errors.map(({ message }) => message).join()} in ${text}`);
  return result.value;
}
