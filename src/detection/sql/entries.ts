import type { EvidenceKind, Place } from "../detector/detector.ts";
import { isDigit, isLetter, isSpace, nameEnd } from "./bytes.ts";
import { readToTail, Tail, Weight, weighBare, weighQuoted, weighSpliced } from "./condition.ts";
import { Expression, Part } from "./expression.ts";
import { Kind } from "./kinds.ts";
import { Lexer } from "./lexer.ts";
import { isIdleComment, Prefix, type Prefixes } from "./prefix.ts";
import { Token } from "./tokens.ts";
import { CONTINUATIONS } from "./words.ts";

type Found = (kind: EvidenceKind, start: number, end: number) => void;

/** Steps of the grammar that a byte of the text pays for. */
const STEPS = 8;

/**
 * Looks at the places where a value may leave the string or the number in which a program puts it, and judges what stands
 * there as the rest of a statement.
 */
export class Entries {
  readonly #text: string;
  readonly #found: Found;
  readonly #lexer: Lexer;
  readonly #expression: Expression;
  readonly #prefixes: Prefixes;

  constructor(text: string, prefixes: Prefixes, found: Found) {
    this.#text = text;
    this.#found = found;
    this.#lexer = new Lexer(text, STEPS);
    this.#expression = new Expression(this.#lexer);
    this.#prefixes = prefixes;
  }

  judge(place: Place): void {
    this.#bare(place.part === "path" ? this.#text.lastIndexOf("/") + 1 : 0);
    this.#quotes();
    if (this.#lexer.isExhausted) this.#found(Kind.unjudged, 0, this.#text.length);
  }

  /**
   * Every quote of a kind that would close the program's: the first, the third and so on, since those between close
   * strings of the text. Apostrophes inside of words are not counted.
   */
  #quotes(): void {
    const text = this.#text;
    let single = 0;
    let double = 0;
    let back = 0;
    for (let at = 0; at < text.length && !this.#lexer.isExhausted; at++) {
      const code = text.charCodeAt(at);
      if (code !== 0x27 && code !== 0x22 && code !== 0x60) continue;
      const inWord = isLetter(text.charCodeAt(at - 1)) && isLetter(text.charCodeAt(at + 1));
      const before = code === 0x27 ? single : code === 0x22 ? double : back;
      if (before % 2 === 0 && mayGoOn(text, at + 1) && !isQuotedPhrase(text, at)) this.#behindQuote(at);
      if (code === 0x27) single += inWord ? 0 : 1;
      else if (code === 0x22) double++;
      else back++;
    }
  }

  #behindQuote(quote: number): void {
    const lexer = this.#lexer;
    const text = this.#text;
    lexer.reset(quote + 1);
    lexer.next();
    let closers = 0;
    while (lexer.kind === Token.right) {
      closers++;
      lexer.next();
    }
    const at = lexer.start;
    const prefix = this.#prefixes.before(quote);
    const compact = prefix <= Prefix.word && quote <= 64;
    switch (lexer.kind) {
      case Token.cut:
        if (prefix <= Prefix.pair && (isCutOff(text, at) || (compact && isTagged(text, at))))
          this.#found(Kind.cutOff, quote, text.length);
        return;
      case Token.semicolon:
        this.#behindSemicolon(quote, prefix, compact);
        return;
      case Token.comma:
        if (compact) this.#list(quote);
        return;
      case Token.left:
        return;
      case Token.logic: {
        const sign = lexer.word === "";
        lexer.next();
        const read = this.#expression.read();
        if (read || (lexer.kind === Token.open && compact)) this.#condition(quote, prefix, sign);
        else if (lexer.kind === Token.end || lexer.kind === Token.cut) {
          if (prefix === Prefix.empty) this.#found(Kind.keywordBehindQuote, quote, lexer.end);
        } else if (compact && closers > 0) this.#found(Kind.keywordBehindQuote, quote, lexer.end);
        if (read && compact && closers > 0) this.#found(Kind.keywordBehindQuote, quote, lexer.start);
        return;
      }
      case Token.unary:
        if (!lexer.is("not") || lexer.peek() !== Token.comparison) return;
        this.#operator(quote, prefix, compact, closers);
        return;
      case Token.comparison:
      case Token.arithmetic:
        this.#operator(quote, prefix, compact, closers);
        return;
      case Token.cast:
        return;
      default:
        this.#clause(quote, prefix, compact);
    }
  }

  #condition(quote: number, prefix: number, sign: boolean): void {
    const lexer = this.#lexer;
    const expression = this.#expression;
    const tail = readToTail(lexer, expression);
    const { parts } = expression;
    // `'||…` joins strings as often as it is a condition.
    if (sign && (parts & (Part.comparison | Part.looseComparison)) === 0) {
      expression.operators++;
      const weight = weighSpliced(lexer, expression, prefix, tail, isSpace(this.#text.charCodeAt(quote - 1)));
      if (weight === Weight.strong) this.#found(Kind.splicedExpression, quote, lexer.end);
      else if (weight === Weight.medium) this.#found(Kind.operatorBehindQuote, quote, lexer.end);
      return;
    }
    // A word in quotes, and more in quotes: what people search for, and lists of words.
    if (isQuotedWord(this.#text, quote) && (parts & Part.comparison) === 0) return;
    const weight = weighQuoted(lexer, expression, prefix, tail);
    if (weight === Weight.strong) this.#found(Kind.quotedTautology, quote, lexer.end);
    if (weight !== Weight.none && !sign && !isQuotedWord(this.#text, quote))
      this.#found(Kind.keywordBehindQuote, quote, lexer.end);
  }

  #operator(quote: number, prefix: number, compact: boolean, closers: number): void {
    const lexer = this.#lexer;
    const text = this.#text;
    const word = lexer.word !== "";
    const at = lexer.start;
    const glued = at === quote + 1 + closers;
    const { word: operator } = lexer;
    // `like-'a`: nobody writes a sign there.
    const signed = word && (text.charCodeAt(lexer.end) === 0x2d || text.charCodeAt(lexer.end) === 0x2b);
    if (!this.#expression.continue()) {
      if (word && compact && !isQuotedWord(text, quote))
        this.#found(Kind.keywordBehindQuote, quote, lexer.start);
      return;
    }
    if (lexer.start === at) return;
    const tail = readToTail(lexer, this.#expression);
    const spaced = isSpace(text.charCodeAt(quote - 1));
    const { parts } = this.#expression;
    if (tail === Tail.clause && (parts & (Part.subquery | Part.call)) === 0 && !word) return;
    const weight = weighSpliced(lexer, this.#expression, prefix, tail, spaced);
    if (weight === Weight.strong) this.#found(Kind.splicedExpression, quote, lexer.end);
    else if (weight === Weight.medium && !word && (glued || prefix === Prefix.empty) && !spaced) {
      this.#found(Kind.operatorBehindQuote, quote, lexer.end);
    }
    const rare = tail === Tail.open && weight === Weight.medium && (RARE_OPERATORS.has(operator) || signed);
    if (rare && word && !isQuotedWord(text, quote) && (parts & Part.constant) !== 0)
      this.#found(Kind.splicedExpression, quote, lexer.end);
    if (
      word &&
      compact &&
      !isQuotedWord(text, quote) &&
      (parts & (Part.constant | Part.call | Part.subquery | Part.variable)) !== 0
    ) {
      this.#found(Kind.keywordBehindQuote, quote, lexer.end);
    }
  }

  #behindSemicolon(quote: number, prefix: number, compact: boolean): void {
    const lexer = this.#lexer;
    const text = this.#text;
    lexer.next();
    while (lexer.kind === Token.semicolon) lexer.next();
    if (lexer.kind === Token.cut) {
      if (prefix <= Prefix.pair && isCutOff(text, lexer.start)) this.#found(Kind.cutOff, quote, text.length);
    } else if (lexer.kind === Token.end && compact) {
      if (
        prefix === Prefix.number ||
        text.lastIndexOf("@", quote) > 0 ||
        text.charCodeAt(text.length - 1) === 0
      ) {
        this.#found(Kind.cutOff, quote, text.length);
      } else if (prefix !== Prefix.empty) this.#found(Kind.operatorBehindQuote, quote, text.length);
    } else if (CONTINUATIONS.has(lexer.word) && compact)
      this.#found(Kind.keywordBehindQuote, quote, lexer.end);
  }

  /** More values of a list, as behind `INSERT … VALUES ('` or in the arguments of a function. */
  #list(quote: number): void {
    const lexer = this.#lexer;
    let constants = 0;
    while (lexer.kind === Token.comma) {
      lexer.next();
      if (!this.#expression.read()) return;
      const { parts } = this.#expression;
      if ((parts & (Part.constant | Part.subquery | Part.call)) !== 0 && (parts & Part.name) === 0)
        constants++;
    }
    let closed = false;
    while (lexer.kind === Token.right) {
      closed = true;
      lexer.next();
    }
    if (constants > 0 && closed && lexer.kind === Token.cut && isIdleComment(this.#text, lexer.start)) {
      this.#found(Kind.splicedExpression, quote, lexer.end);
    }
  }

  /** ORDER BY, GROUP BY, HAVING, LIMIT and other words that go on behind a closed string. */
  #clause(quote: number, prefix: number, compact: boolean): void {
    const lexer = this.#lexer;
    const { word, end } = lexer;
    if (!CONTINUATIONS.has(word)) return;
    lexer.next();
    if (word === "having" || word === "where") {
      if (this.#expression.read()) this.#condition(quote, prefix, false);
      if (compact) this.#found(Kind.keywordBehindQuote, quote, lexer.start);
      return;
    }
    if (word === "order" || word === "group") {
      if (!lexer.is("by")) return;
      lexer.next();
      this.#columns(quote, compact);
      if (compact) this.#found(Kind.keywordBehindQuote, quote, lexer.start);
      return;
    }
    const { kind } = lexer;
    const follows =
      kind >= Token.number && kind <= Token.name
        ? kind !== Token.name
        : kind >= Token.variable && kind <= Token.case;
    if (isQuotedWord(this.#text, quote)) return;
    const called = kind === Token.left;
    if (
      compact &&
      (follows ||
        called ||
        kind === Token.logic ||
        (kind === Token.name && word !== "in" && word !== "is" && word !== "between"))
    ) {
      this.#found(Kind.keywordBehindQuote, quote, end);
    }
  }

  /** What ORDER BY and GROUP BY count: numbers in a list, up to the end, a comment or HAVING. */
  #columns(from: number, compact: boolean): void {
    const lexer = this.#lexer;
    let numbers = 0;
    let others = 0;
    for (;;) {
      if (lexer.kind === Token.number && lexer.peek() !== Token.arithmetic) {
        numbers++;
        lexer.next();
      } else if (this.#expression.read()) others++;
      else break;
      if (lexer.is("asc") || lexer.is("desc")) lexer.next();
      if (lexer.kind !== Token.comma) break;
      lexer.next();
    }
    if (lexer.is("having")) {
      lexer.next();
      if (this.#expression.read()) {
        readToTail(lexer, this.#expression);
        if ((this.#expression.parts & Part.comparison) !== 0)
          this.#found(Kind.quotedTautology, from, lexer.end);
      }
      return;
    }
    const cut = lexer.kind === Token.cut && isIdleComment(this.#text, lexer.start);
    if (numbers === 0 && !(others > 0 && cut)) {
      if (compact && (this.#expression.parts & Part.call) !== 0)
        this.#found(Kind.bareCondition, from, lexer.end);
      return;
    }
    if (!compact && !cut && lexer.kind === Token.end) {
      if (numbers > 2) this.#found(Kind.columnCount, from, lexer.end);
      else if (numbers > 0) this.#found(Kind.bareCondition, from, lexer.end);
      return;
    }
    if (cut || (compact && numbers > 0 && (lexer.kind === Token.end || lexer.kind === Token.right))) {
      this.#found(Kind.columnCount, from, lexer.end);
    }
  }

  /** The text as the rest of a statement in which no string is open: behind a number, say. */
  #bare(start: number): void {
    const lexer = this.#lexer;
    const text = this.#text;
    const from = start + parameterLength(text, start);
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
    }
    if (lexer.kind === Token.logic) this.#bareCondition(from, prefix);
    else if (lexer.kind === Token.arithmetic || lexer.kind === Token.comparison)
      this.#bareOperator(from, prefix);
    else if (prefix === Prefix.number) this.#bareClause(from);
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
        if (lexer.is("")) return Prefix.words;
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
    const text = this.#text;
    const expression = this.#expression;
    const sign = lexer.is("");
    const { start } = lexer;
    lexer.next();
    const first = lexer.start;
    if (!expression.read()) return;
    const tail = readToTail(lexer, expression);
    const { parts } = expression;
    const weight = weighBare(lexer, expression, prefix, tail);
    // `2 or 3 = few` is a note: conditions compare a column, not a number with a word.
    if ((parts & Part.comparison) === 0 && NUMBER_IS_WORD.test(text.slice(first, first + 40))) return;
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

  /** `-(select …)`, `*benchmark(…)` behind a number. */
  #bareOperator(from: number, prefix: number): void {
    const lexer = this.#lexer;
    const expression = this.#expression;
    // `5 > 3 and 2 > 1` is arithmetic; `1 is null or 1 = 1` is not.
    const comparison = lexer.kind === Token.comparison && lexer.is("");
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

  /** A text that begins with a parenthesis: an expression that a comment cuts off, or goes on behind it. */
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

  /** ORDER BY, HAVING and others as the first word, or behind a number. */
  #bareClause(from: number): boolean {
    const lexer = this.#lexer;
    const { word } = lexer;
    const first = lexer.start <= from + 4 && this.#text.slice(from, lexer.start).trim() === "";
    if (word === "order" || word === "group") {
      if (lexer.next() !== Token.name && !lexer.is("by")) return false;
      if (!lexer.is("by")) return false;
      lexer.next();
      this.#columns(from, !first);
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

const NUMBER_IS_WORD = /^\d{1,9}\s{0,4}=\s{0,4}[A-Za-z]{2,20}\s{0,4}$/;

/** Operators which are no words of a language. */
const RARE_OPERATORS: ReadonlySet<string> = new Set([
  "rlike",
  "regexp",
  "sounds",
  "ilike",
  "div",
  "mod",
  "glob",
]);

/** Whether what stands behind a quote may continue a statement: a sign, or a word that does. */
function mayGoOn(text: string, from: number): boolean {
  let at = from;
  while (isSpace(text.charCodeAt(at)) || text.charCodeAt(at) === 0x29) at++;
  const code = text.charCodeAt(at);
  if (code >= 0x80) return code === 0xa0 || code === 0xc2;
  if (isLetter(code)) {
    const end = nameEnd(text, at);
    return end - at <= 8 && CONTINUATIONS.has(text.slice(at, end).toLowerCase());
  }
  return at < text.length && !isDigit(code);
}

/** Whether a comment hides what follows a quote, and says nothing itself. */
function isCutOff(text: string, from: number): boolean {
  let at = from;
  while (at < text.length && at - from < 12) {
    const code = text.charCodeAt(at);
    if (!isSpace(code) && code !== 0x2d && code !== 0x2b && code !== 0x23 && code !== 0x2f && code !== 0x2a)
      break;
    at++;
  }
  return at === text.length;
}

/** Whether the same quote closes behind the first word: `"like"`. */
function isQuotedWord(text: string, quote: number): boolean {
  const end = nameEnd(text, quote + 1);
  return end > quote + 1 && text.charCodeAt(end) === text.charCodeAt(quote);
}

/**
 * Whether a quote opens what the same quote closes, as people quote a phrase: behind white space or a colon, with words or signs
 * of prose round it. What leaves a string closes it, and so stands the other way round.
 */
function isQuotedPhrase(text: string, quote: number): boolean {
  if (quote === 0 || isSpace(text.charCodeAt(quote + 1))) return false;
  if (!isSpace(text.charCodeAt(quote - 1)) && text.charCodeAt(quote - 1) !== 0x3a) return false;
  const close = text.indexOf(text.charAt(quote), quote + 1);
  if (close < 0 || isSpace(text.charCodeAt(close - 1))) return false;
  if (close + 1 === text.length) return true;
  return isSpace(text.charCodeAt(close + 1)) || PHRASE_ENDS.includes(text.charAt(close + 1));
}

const PHRASE_ENDS = ".,:?!})]";

/** Whether a comment holds a few characters as tools put them there: `-- x`. */
function isTagged(text: string, from: number): boolean {
  if (!text.startsWith("-- ", from)) return false;
  const end = nameEnd(text, from + 3);
  return end === text.length && end - from <= 7;
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
