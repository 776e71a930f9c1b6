import { Lexer } from "chevrotain";
import { expect, test } from "vitest";
import {
  ExpressionGrammar,
  LEXER_DEFINITION,
  LEXER_DEFINITION_WITH_COMMENTS,
} from "../../support/source/language/syntax.ts";

// The parser itself skips these checks, which would take most of the time that it takes to start.
test.each([
  ["plain", LEXER_DEFINITION],
  ["with comments", LEXER_DEFINITION_WITH_COMMENTS],
])("the tokens are sound: %s", (_, definition) => {
  const lexer = new Lexer(definition, { positionTracking: "onlyOffset", skipValidations: false });
  expect(lexer.lexerDefinitionErrors).toEqual([]);
});

test("the productions are sound", () => {
  expect(() => new ExpressionGrammar(false)).not.toThrow();
});
