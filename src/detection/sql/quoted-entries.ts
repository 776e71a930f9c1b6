import { isDigit, isLetter, isSpace, nameEnd } from "./bytes.ts";
import { judgeColumns } from "./columns.ts";
import { readToTail, Tail, Weight, weighQuoted, weighSpliced } from "./condition.ts";
import type { Found } from "./context.ts";
import { type Expression, Part } from "./expression.ts";
import { Kind } from "./kinds.ts";
import type { Lexer } from "./lexer.ts";
import { isIdleComment, Prefix, type Prefixes } from "./prefix.ts";
import { Token } from "./tokens.ts";
import { CONTINUATIONS, SUFFIXES } from "./words.ts";

/** Looks at the quotes that may close the string in which a program puts the value, and at what is after them. */
export class QuotedEntries {
  readonly #text: string;
  readonly #found: Found;
  readonly #lexer: Lexer;
  readonly #expression: Expression;
  readonly #prefixes: Prefixes;

  constructor(text: string, expression: Expression, prefixes: Prefixes, found: Found) {
    this.#text = text;
    this.#found = found;
    this.#lexer = expression.lexer;
    this.#expression = expression;
    this.#prefixes = prefixes;
  }

  /**
   * Every quote of a kind that would close the program's: the first, the third and so on, since those between close
   * strings of the text. Apostrophes inside words are not counted.
   */
  judge(): void {
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
    const suffixed = this.#expression.overSuffixes();
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
        const sign = !lexer.isWord;
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
        this.#operator(quote, prefix, compact, closers, suffixed);
        return;
      case Token.comparison:
      case Token.arithmetic:
        this.#operator(quote, prefix, compact, closers, suffixed);
        return;
      default:
        if (!suffixed) this.#clause(quote, prefix, compact);
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

  /** @param suffixed whether a cast or a collation is between the quote and the operator */
  #operator(quote: number, prefix: number, compact: boolean, closers: number, suffixed: boolean): void {
    const lexer = this.#lexer;
    const text = this.#text;
    const word = lexer.isWord;
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
    const tail = readToTail(lexer, this.#expression);
    const spaced = isSpace(text.charCodeAt(quote - 1));
    const { parts } = this.#expression;
    if (tail === Tail.clause && (parts & (Part.subquery | Part.call)) === 0 && !word) return;
    const weight = weighSpliced(lexer, this.#expression, prefix, tail, spaced);
    if (weight === Weight.strong) this.#found(Kind.splicedExpression, quote, lexer.end);
    else if (weight === Weight.medium && !word && (glued || prefix === Prefix.empty) && !spaced) {
      this.#found(Kind.operatorBehindQuote, quote, lexer.end);
    }
    const rare =
      tail === Tail.open && weight === Weight.medium && (RARE_OPERATORS.has(operator) || signed || suffixed);
    if (rare && (word || suffixed) && !isQuotedWord(text, quote) && (parts & Part.constant) !== 0)
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
    } else if (lexer.numberIn(CONTINUATIONS) !== 0 && compact)
      this.#found(Kind.keywordBehindQuote, quote, lexer.end);
  }

  /** More values of a list, as after `INSERT … VALUES ('` or in the arguments of a function. */
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

  /** ORDER BY, GROUP BY, HAVING, LIMIT and other words that go on after a closed string. */
  #clause(quote: number, prefix: number, compact: boolean): void {
    const lexer = this.#lexer;
    if (lexer.numberIn(CONTINUATIONS) === 0) return;
    const { word, end } = lexer;
    lexer.next();
    if (word === "having" || word === "where") {
      if (this.#expression.read()) this.#condition(quote, prefix, false);
      if (compact) this.#found(Kind.keywordBehindQuote, quote, lexer.start);
      return;
    }
    if (word === "order" || word === "group") {
      if (!lexer.is("by")) return;
      lexer.next();
      judgeColumns(lexer, this.#expression, this.#found, quote, compact);
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
}

/** Operators which are not words of a language. */
const RARE_OPERATORS: ReadonlySet<string> = new Set([
  "rlike",
  "regexp",
  "sounds",
  "ilike",
  "div",
  "mod",
  "glob",
]);

/** Whether what is after a quote may continue a statement: a sign, or a word that does. */
function mayGoOn(text: string, from: number): boolean {
  let at = from;
  while (isSpace(text.charCodeAt(at)) || text.charCodeAt(at) === 0x29) at++;
  const code = text.charCodeAt(at);
  if (code >= 0x80) return code === 0xa0 || code === 0xc2;
  if (isLetter(code)) {
    return CONTINUATIONS.at(text, at) !== 0 || SUFFIXES.at(text, at) !== 0;
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

/**
 * Whether a quote opens what the same quote closes, as people quote a phrase: after white space or a colon, with words or signs
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

/** Whether the same quote closes after the first word: `"like"`. */
function isQuotedWord(text: string, quote: number): boolean {
  const end = nameEnd(text, quote + 1);
  return end > quote + 1 && text.charCodeAt(end) === text.charCodeAt(quote);
}

/** Whether a comment holds a few characters as tools put them there: `-- x`. */
function isTagged(text: string, from: number): boolean {
  if (!text.startsWith("-- ", from)) return false;
  const end = nameEnd(text, from + 3);
  return end === text.length && end - from <= 7;
}
