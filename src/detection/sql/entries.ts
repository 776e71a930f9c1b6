import type { Place } from "../detector/detector.ts";
import { BareEntries } from "./bare-entries.ts";
import type { Found } from "./context.ts";
import { Expression } from "./expression.ts";
import { Kind } from "./kinds.ts";
import { Lexer } from "./lexer.ts";
import type { Prefixes } from "./prefix.ts";
import { QuotedEntries } from "./quoted-entries.ts";

/** Steps of the grammar that a byte of the text pays for: twice what long ordinary texts need. */
const STEPS = 5;

/**
 * Looks at the places where a value may leave the string or the number in which a program puts it, and evaluates what stands
 * there as the rest of a statement.
 */
export function judgeEntries(text: string, place: Place, prefixes: Prefixes, found: Found): void {
  const lexer = new Lexer(text, STEPS);
  const expression = new Expression(lexer);
  new BareEntries(text, expression, found).judge(place.part === "path" ? text.lastIndexOf("/") + 1 : 0);
  new QuotedEntries(text, expression, prefixes, found).judge();
  if (lexer.isExhausted) found(Kind.unjudged, 0, text.length);
}
