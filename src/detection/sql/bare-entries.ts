import { isLetter, nameEnd } from "./bytes.ts";
import { judgeColumns } from "./columns.ts";
import { readToTail, Tail, Weight, weighBare } from "./condition.ts";
import type { Found } from "./context.ts";
import { type Expression, Part } from "./expression.ts";
import { Kind } from "./kinds.ts";
import type { Lexer } from "./lexer.ts";
import { isIdleComment, Prefix } from "./prefix.ts";
import { Token } from "./tokens.ts";

const LONGEST_ORDER = 1024;
const ORDERED =
  /\s{0,8}[\w.]{1,64}(?:\s{1,4}(?:asc|desc))?(?:\s{0,4},\s{0,4}[\w.]{1,64}(?:\s{1,4}(?:asc|desc))?){0,8}\s{0,4},\s{0,4}\(\s{0,4}select(?=[\s(+/'"@-])/iy;
/** What nobody selects in a sentence: a value, a call, columns of a table with a condition. */
const QUERIED =
  /\s{0,8}(?:case\s{1,4}when\b|['"@\d(]|\w{1,40}\s{0,4}\(|[\w.*, ]{1,80}\sfrom\s{1,4}[\w.]{1,80}\s{1,4}(?:limit\s{1,4}\d|where\s{1,4}\w{1,40}\s{0,4}[=<>]))/iy;
const NUMBER_IS_WORD = /^\d{1,9}\s{0,4}=\s{0,4}[A-Za-z]{2,20}\s{0,4}$/;

/** Looks at a value that needs no quote to leave its place in a statement: after a number, say. */
export class BareEntries {
  readonly #text: string;
  readonly #found: Found;
  readonly #lexer: Lexer;
  readonly #expression: Expression;

  constructor(text: string, expression: Expression, found: Found) {
    this.#text = text;
    this.#found = found;
    this.#lexer = expression.lexer;
    this.#expression = expression;
  }

  /** The text as the rest of a statement in which no string is open: after a number, say. */
  judge(start: number): void {
    const lexer = this.#lexer;
    const text = this.#text;
    const from = start + parameterLength(text, start);
    this.#ordered(from);
    lexer.reset(from);
    lexer.next();
    while (lexer.kind === Token.right) lexer.next();
    let prefix: number = Prefix.empty;
    if (lexer.kind === Token.clause || lexer.kind === Token.name) {
      if (this.#bareClause(from)) return;
      lexer.reset(from);
      lexer.next();
      while (lexer.kind === Token.right) lexer.next();
    }
    if (lexer.kind !== Token.logic) {
      if (lexer.kind === Token.left) {
        this.#bracketed(from);
        return;
      }
      prefix = this.#value();
      if (prefix > Prefix.word) return;
      let closed = false;
      while (lexer.kind === Token.right) {
        closed = true;
        lexer.next();
      }
      if (closed) prefix = Prefix.number;
      if (prefix === Prefix.number) this.#expression.overSuffixes();
    }
    if (lexer.kind === Token.logic) this.#bareCondition(from, prefix);
    else if (lexer.kind === Token.arithmetic || lexer.kind === Token.comparison)
      this.#bareOperator(from, prefix);
    else if (prefix === Prefix.number) this.#bareClause(from);
  }

  /** `id, (select …)`: names that a statement sorts by, then a query. */
  #ordered(from: number): void {
    const text = this.#text;
    if (text.length > LONGEST_ORDER) return;
    ORDERED.lastIndex = from;
    if (!ORDERED.test(text)) return;
    const end = ORDERED.lastIndex;
    QUERIED.lastIndex = end;
    this.#found(QUERIED.test(text) ? Kind.splicedExpression : Kind.subquery, from, end);
  }

  /** Steps over one value; answers what it is. */
  #value(): number {
    const lexer = this.#lexer;
    let prefix: number = Prefix.number;
    if (lexer.kind === Token.arithmetic) lexer.next();
    switch (lexer.kind) {
      case Token.number:
      case Token.string:
      case Token.variable:
      case Token.constant:
        break;
      case Token.name:
        prefix = Prefix.word;
        break;
      case Token.unary:
        if (!lexer.isWord) return Prefix.words;
        prefix = Prefix.word;
        break;
      default:
        return Prefix.words;
    }
    lexer.next();
    while (lexer.kind === Token.dot) {
      lexer.next();
      lexer.next();
    }
    return prefix;
  }

  #bareCondition(from: number, prefix: number): void {
    const lexer = this.#lexer;
    const expression = this.#expression;
    const sign = !lexer.isWord;
    const { start } = lexer;
    lexer.next();
    const first = lexer.start;
    if (!expression.read()) return;
    const tail = readToTail(lexer, expression);
    const { parts } = expression;
    const weight = weighBare(lexer, expression, prefix, tail);
    // `2 or 3 = few` is a note: conditions compare a column, not a number with a word.
    if ((parts & Part.comparison) === 0 && NUMBER_IS_WORD.test(this.#text.slice(first, first + 40))) return;
    // `&&` and names are a line of a program.
    if (sign && (parts & (Part.name | Part.strangeCall)) !== 0 && (parts & Part.constant) === 0) return;
    if (sign && prefix === Prefix.empty) {
      const literal =
        (parts & Part.comparison) !== 0 && (parts & (Part.variable | Part.name | Part.strangeCall)) === 0;
      if (!literal && (parts & (Part.subquery | Part.call)) === 0) return;
    }
    if (weight === Weight.strong) {
      // A word, `||` and a comparison with names is a filter of a program.
      if (sign && prefix === Prefix.word && (parts & Part.comparison) === 0) return;
      this.#found(Kind.numericTautology, from, lexer.end);
    } else if (weight === Weight.medium || this.#isTrueWord(first, tail, parts, start, from)) {
      this.#found(Kind.bareCondition, from, lexer.end);
    }
  }

  /** `or true`, `or (3)`, and `4 or 4`. */
  #isTrueWord(first: number, tail: number, parts: number, logic: number, from: number): boolean {
    if (tail !== Tail.end && tail !== Tail.cut) return false;
    if ((parts & (Part.name | Part.strangeCall)) !== 0 || (parts & Part.constant) === 0) return false;
    const text = this.#text;
    if (isLetter(text.charCodeAt(first))) return !isConstantPair(text, from, logic);
    if ((parts & Part.brackets) !== 0) return true;
    return text.slice(from, logic).trim() === text.slice(first, first + 24).trim();
  }

  /** `-(select …)`, `*benchmark(…)` after a number. */
  #bareOperator(from: number, prefix: number): void {
    const lexer = this.#lexer;
    const expression = this.#expression;
    // `5 > 3 and 2 > 1` is arithmetic; `1 is null or 1 = 1` is not.
    const comparison = lexer.kind === Token.comparison && !lexer.isWord;
    if (prefix !== Prefix.number || !expression.continue()) return;
    const tail = readToTail(lexer, expression);
    const { parts } = expression;
    if (tail === Tail.odd) return;
    const logic = (parts & Part.logic) !== 0;
    if (
      (parts & Part.subquery) !== 0 ||
      (logic && !comparison && (parts & Part.call) !== 0 && (parts & Part.comparison) !== 0)
    ) {
      this.#found(Kind.splicedExpression, from, lexer.end);
    } else if (logic && !comparison && (parts & Part.comparison) !== 0 && (parts & Part.name) === 0) {
      this.#found(Kind.numericTautology, from, lexer.end);
    }
  }

  /** A text that begins with a parenthesis: an expression that a comment cuts off, or goes on after it. */
  #bracketed(from: number): void {
    const lexer = this.#lexer;
    const expression = this.#expression;
    if (!expression.read()) return;
    const tail = readToTail(lexer, expression);
    const { parts } = expression;
    if ((parts & Part.subquery) !== 0 && tail !== Tail.odd && this.#isQuery(from)) {
      this.#found(Kind.subquery, from, lexer.end);
    }
    const rare = (parts & (Part.subquery | Part.variable | Part.call | Part.unary)) !== 0;
    const logic =
      (parts & (Part.logic | Part.comparison)) !== 0 && (parts & (Part.constant | Part.variable)) !== 0;
    if (tail === Tail.cut && (rare || logic) && isIdleComment(this.#text, lexer.start)) {
      this.#found(Kind.bareCondition, from, lexer.end);
    }
  }

  /** Whether the parentheses hold a query that asks for more than a word of a list. */
  #isQuery(from: number): boolean {
    const lexer = this.#lexer;
    const { kind, start, end } = lexer;
    lexer.reset(from);
    while (lexer.next() === Token.left);
    let telling = false;
    if (lexer.kind === Token.select) {
      const first = lexer.next();
      telling = first !== Token.name;
      if (!telling) {
        const next = lexer.next();
        telling = next === Token.left || next === Token.comma || next === Token.dot || lexer.is("from");
      }
    }
    lexer.kind = kind;
    lexer.start = start;
    lexer.end = end;
    return telling;
  }

  /** ORDER BY, HAVING and others as the first word, or after a number. */
  #bareClause(from: number): boolean {
    const lexer = this.#lexer;
    const { word } = lexer;
    const first = lexer.start <= from + 4 && this.#text.slice(from, lexer.start).trim() === "";
    if (word === "order" || word === "group") {
      if (lexer.next() !== Token.name && !lexer.is("by")) return false;
      if (!lexer.is("by")) return false;
      lexer.next();
      judgeColumns(lexer, this.#expression, this.#found, from, !first);
      return true;
    }
    if (word === "having" || (word === "where" && first)) {
      lexer.next();
      if (!this.#expression.read()) return true;
      const tail = readToTail(lexer, this.#expression);
      const { parts } = this.#expression;
      if ((parts & Part.comparison) !== 0 && (parts & Part.name) === 0 && tail !== Tail.odd) {
        this.#found(Kind.numericTautology, from, lexer.end);
      }
      return true;
    }
    return false;
  }
}

/** Length of `?name=` at the beginning, as lists of payloads have it. */
function parameterLength(text: string, from: number): number {
  if (text.charCodeAt(from) !== 0x3f) return 0;
  const end = nameEnd(text, from + 1);
  return end > from + 1 && text.charCodeAt(end) === 0x3d ? end + 1 - from : 0;
}

/** `true or false`: two constants, which people write. */
function isConstantPair(text: string, from: number, to: number): boolean {
  const word = text
    .slice(from, Math.min(to, from + 12))
    .trim()
    .toLowerCase();
  return word === "true" || word === "false" || word === "null" || word === "yes" || word === "no";
}
