import type { EvidenceKind, Place } from "../detector/detector.ts";
import { isDigit, isLetter, isSpace, nameEnd } from "./bytes.ts";
import { Kind } from "./kinds.ts";
import { Lexer } from "./lexer.ts";
import { Prefix, type Prefixes } from "./prefix.ts";
import { Statements } from "./statements.ts";
import { Token } from "./tokens.ts";
import { CATALOGUES, FUNCTIONS, SPLIT_WORDS, VERSIONED_WORDS } from "./words.ts";

type Found = (kind: EvidenceKind, start: number, end: number) => void;
type Handler = (phrases: Phrases, at: number, word: string) => void;

/** Steps of the grammar that a byte of the text pays for. */
const STEPS = 16;
const LONGEST_WORD = 24;

/** Looks for words that begin a piece of a statement, anywhere in a text, and judges what stands behind each. */
export class Phrases {
  readonly text: string;
  readonly lexer: Lexer;
  readonly found: Found;
  readonly place: Place;
  /** Whether the text is a whole statement, as tools for queries send it. */
  readonly whole: boolean;
  /** Whether SELECT, IF or CASE stood before. */
  #asked = false;
  /** Whether any word of a statement stood before. */
  #worded = false;
  readonly #statements: Statements;
  readonly #prefixes: Prefixes;
  /** Tables of catalogues that were seen: a query of several is slow on purpose. */
  #tables = 0;

  constructor(text: string, place: Place, prefixes: Prefixes, found: Found) {
    this.text = text;
    this.place = place;
    this.found = found;
    this.lexer = new Lexer(text, STEPS);
    this.whole = WHOLE.test(text);
    this.#prefixes = prefixes;
    this.#statements = new Statements(text, this.lexer, prefixes, found);
  }

  judge(): void {
    const { text } = this;
    for (let at = 0; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (isLetter(code)) {
        let end = nameEnd(text, at);
        const length = end - at;
        if (length <= LONGEST_WORD && length > 1) {
          const shape = ((code | 32) & 31) * 32 + length;
          if (SHAPES[shape] === 1) {
            const word = text.slice(at, end).toLowerCase();
            const handler = HANDLERS.get(word);
            if (handler !== undefined) {
              this.#worded = true;
              handler(this, at, word);
            } else if (CATALOGUES.has(word)) this.#catalogue(at, end, word);
          }
        }
        if (text.charCodeAt(end) === 0x2f && text.charCodeAt(end + 1) === 0x2a)
          end = this.#splitByComment(at, end);
        else if (text.charCodeAt(end) === 0xe2 && text.charCodeAt(end + 1) === 0x80)
          this.#splitByZeroWidth(at, end);
        at = end - 1;
      } else if (isDigit(code)) at = this.#number(at);
      else if (code === 0x5c && text.charCodeAt(at + 1) === 0x4e)
        at++; // `\\N` is NULL
      else if (code === 0x3b) this.#statements.behindSemicolon(at, this.whole);
      else if (code === 0x2f && text.charCodeAt(at + 1) === 0x2a && text.charCodeAt(at + 2) === 0x21)
        this.#versioned(at);
      else if (code === 0x7c || code === 0x26) {
        if (text.charCodeAt(at + 1) === code) {
          at++;
          this.blind(at - 1, "or", at + 1);
        }
      }
    }
    if (this.lexer.isExhausted) this.found(Kind.unjudged, 0, text.length);
    if (this.#tables >= 3) this.found(Kind.heavyQuery, 0, text.length);
  }

  /** `1.e(x)` and `1.e.x`, in which MySQL reads over the number; answers the number's last byte. */
  #number(at: number): number {
    const { text } = this;
    if (text.charCodeAt(at) === 0x30 && (text.charCodeAt(at + 1) | 32) === 0x78) return nameEnd(text, at) - 1;
    let end = at + 1;
    while (isDigit(text.charCodeAt(end))) end++;
    if ((text.charCodeAt(end) | 32) === 0x65 && isDigit(text.charCodeAt(end + 1))) {
      end++;
      while (isDigit(text.charCodeAt(end))) end++;
    }
    if (text.charCodeAt(end) !== 0x2e) return end - 1;
    const dot = end++;
    while (isDigit(text.charCodeAt(end))) end++;
    if ((text.charCodeAt(end) | 32) !== 0x65) return end - 1;
    const sign = text.charCodeAt(end + 1);
    const member = sign === 0x2e && isLetter(text.charCodeAt(end + 2)) && (this.#asked || end === dot + 1);
    if (this.#worded && (sign === 0x28 || member)) this.found(Kind.ignoredExponent, at, end + 2);
    return end;
  }

  /** Kind of the last byte before `at` that is no white space and no comment; NaN at the beginning. */
  before(at: number): number {
    const { text } = this;
    let back = at - 1;
    for (let steps = 0; back >= 0 && steps < 64; steps++) {
      const code = text.charCodeAt(back);
      if (isSpace(code)) back--;
      else if (code === 0x2f && text.charCodeAt(back - 1) === 0x2a) {
        const open = text.lastIndexOf("/*", back - 2);
        if (open < 0 || back - open > 64) return code;
        back = open - 1;
      } else break;
    }
    this.beforeAt = back;
    return back < 0 ? Number.NaN : text.charCodeAt(back);
  }
  beforeAt = -1;

  /** The word that ends at `end`, in lower case. */
  wordBefore(end: number): string {
    const { text } = this;
    let start = end;
    while (start >= 0 && end - start < LONGEST_WORD && isLetter(text.charCodeAt(start))) start--;
    return text.slice(start + 1, end + 1).toLowerCase();
  }

  /** EXCEPT, INTERSECT and MINUS, which are words of prose too: only with values behind them. */
  except(at: number): void {
    const { lexer, text } = this;
    lexer.reset(at);
    lexer.next();
    if (lexer.next() !== Token.select || this.whole || this.#prefixes.before(at) > Prefix.pair) return;
    lexer.next();
    if (isValue(lexer, text)) this.#union(at, lexer.end);
  }

  union(at: number): void {
    const { lexer, text } = this;
    lexer.reset(at);
    lexer.next();
    lexer.next();
    let several = false;
    if (lexer.is("all") || lexer.is("distinct") || lexer.is("distinctrow")) {
      lexer.next();
    }
    while (lexer.kind === Token.left) lexer.next();
    if (lexer.kind !== Token.select) {
      if (lexer.word.startsWith("select") && lexer.word.length > 6 && FUNCTIONS.has(lexer.word.slice(6))) {
        this.#union(at, lexer.end);
      }
      return;
    }
    const selectEnd = lexer.end;
    lexer.next();
    while (lexer.is("all") || lexer.is("distinct") || lexer.is("distinctrow") || lexer.is("top")) {
      if (lexer.is("top") && lexer.next() !== Token.number) break;
      lexer.next();
    }
    if (lexer.kind === Token.right) {
      // `UNION(SELECT) x`: parentheses as white space.
      lexer.next();
    }
    const { kind, start } = lexer;
    if (isValue(lexer, text)) {
      if (!this.whole || Number.isNaN(this.before(at))) this.#union(at, lexer.end);
      return;
    }
    if (kind !== Token.name) return;
    // Columns: a list, or names before FROM.
    for (let names = 0; names < 16 && lexer.kind === Token.name; names++) {
      lexer.next();
      while (lexer.kind === Token.dot) {
        lexer.next();
        lexer.next();
      }
      if (lexer.kind === Token.left) {
        if (FUNCTIONS.has(text.slice(start, lexer.start).trim().toLowerCase())) several = true;
        break;
      }
      // `a || ':' || b` is as good as a list.
      const joined = lexer.kind === Token.logic && !isLetter(text.charCodeAt(lexer.start));
      if (joined) several = true;
      if (lexer.kind !== Token.comma) break;
      several = true;
      lexer.next();
    }
    const listed =
      several && (lexer.kind <= Token.logic || lexer.kind === Token.right || lexer.kind === Token.cut);
    if (this.whole || !(lexer.is("from") || listed)) return;
    const prefix = this.#prefixes.before(at);
    if (prefix <= Prefix.pair || !isLetter(this.before(at))) this.#union(at, selectEnd);
    else this.found(Kind.unionInText, at, selectEnd);
  }

  #union(at: number, end: number): void {
    this.found(this.place.part === "body" ? Kind.unionSelectBody : Kind.unionSelect, at, end);
  }

  /** Characters of a query inside of parentheses, and questions about the server. */
  select(at: number): void {
    this.#asked = true;
    const { lexer } = this;
    lexer.reset(at);
    lexer.next();
    lexer.next();
    while (lexer.kind === Token.left) lexer.next();
    const { word, kind, start } = lexer;
    if (kind === Token.variable && this.text.startsWith("@@", start)) {
      this.#version(at, lexer.end);
      return;
    }
    if (SERVER_QUESTIONS.has(word) && (lexer.peek() === Token.left || word.startsWith("current_"))) {
      this.#version(at, lexer.end);
    }
  }

  #version(at: number, end: number): void {
    if (this.place.part !== "body") this.found(Kind.versionQuery, at, end);
  }

  #catalogue(at: number, end: number, word: string): void {
    const { text } = this;
    let code = this.before(at);
    while (code === 0x28 || code === 0x60 || code === 0x5b || code === 0x22)
      code = this.before(this.beforeAt);
    if (code === 0x2e) {
      // `sys.all_tables`, `master..sysobjects`.
      let back = this.beforeAt;
      while (back >= 0 && (isLetter(text.charCodeAt(back)) || text.charCodeAt(back) === 0x2e)) back--;
      this.before(back + 1);
    }
    if (text.charCodeAt(this.beforeAt) === 0x2c && this.#tables > 0) this.#tables++;
    const preposition = this.wordBefore(this.beforeAt);
    if (preposition !== "from" && preposition !== "join") return;
    this.#tables++;
    if (PASSWORD_TABLES.has(word)) this.found(Kind.passwordTable, at, end);
    if ((word === "information_schema" || word === "pg_catalog") && text.charCodeAt(end) !== 0x2e) return;
    this.found(Kind.catalogue, at, end);
  }

  /** `mysql.user`, which only its owner tells. */
  owner(at: number): void {
    if (!/^mysql`?\s*\.\s*`?user\b/i.test(this.text.slice(at, at + 24))) return;
    let code = this.before(at);
    while (code === 0x28 || code === 0x60) code = this.before(this.beforeAt);
    if (this.wordBefore(this.beforeAt) !== "from") return;
    this.found(Kind.catalogue, at, at + 10);
    this.found(Kind.passwordTable, at, at + 10);
  }

  /** Conditions about characters and results: behind AND, OR, WHEN, IF and their like. */
  blind(at: number, word: string, end: number): void {
    const { lexer } = this;
    lexer.reset(end);
    lexer.next();
    if (word === "if" && lexer.kind !== Token.left) return;
    let brackets = 0;
    while (lexer.kind === Token.left || lexer.kind === Token.unary) {
      if (lexer.kind === Token.left) brackets++;
      lexer.next();
    }
    if (lexer.kind === Token.select && brackets > 0) {
      const called = lexer.next() === Token.left;
      if (called) {
        // `if (select(set, …` is a call of a program.
        lexer.next();
        if (lexer.kind === Token.name && lexer.peek() === Token.comma) return;
      }
      if (called || isQuestion(lexer, this.text)) this.found(Kind.blindCondition, at, lexer.end);
      return;
    }
    if (lexer.kind === Token.case) {
      if (lexer.next() !== Token.end && lexer.is("when")) {
        lexer.next();
        while (lexer.kind === Token.left) lexer.next();
        if (lexer.kind === Token.number || lexer.kind === Token.string || lexer.kind === Token.select) {
          this.found(Kind.blindCondition, at, lexer.end);
        }
      }
      return;
    }
    if (!CHARACTER_FUNCTIONS.has(lexer.word)) return;
    lexer.next();
    if (lexer.kind !== Token.left) return;
    for (let depth = 0; depth < 8; depth++) {
      while (lexer.kind === Token.left || lexer.kind === Token.unary) lexer.next();
      if (
        lexer.kind === Token.select ||
        (lexer.kind === Token.variable && this.text.startsWith("@@", lexer.start)) ||
        lexer.is("password") ||
        lexer.word.startsWith("current_")
      ) {
        this.found(Kind.blindCondition, at, lexer.end);
        return;
      }
      const asked = ASKED.has(lexer.word);
      if (!asked && !CHARACTER_FUNCTIONS.has(lexer.word) && !lexer.is("concat") && !lexer.is("ifnull"))
        return;
      const { word: name } = lexer;
      if (lexer.next() !== Token.left) return;
      if (asked || name === "mid" || name.startsWith("substr")) {
        this.found(Kind.blindCondition, at, lexer.end);
        return;
      }
    }
  }

  /** SELECT with CASE or IF in parentheses, behind words that compare. */
  whenever(at: number): void {
    this.#asked = true;
    this.blind(at, "when", nameEnd(this.text, at));
  }

  question(at: number): void {
    this.#asked = true;
    this.blind(at, "if", nameEnd(this.text, at));
  }

  sleep(at: number, word: string): void {
    const { lexer, text } = this;
    lexer.reset(at + word.length);
    if (lexer.next() !== Token.left) return;
    lexer.next();
    while (lexer.kind === Token.left || lexer.kind === Token.arithmetic) lexer.next();
    if (lexer.kind !== Token.number && lexer.word !== "?" && lexer.kind !== Token.name) return;
    const placeholder = lexer.kind === Token.name;
    const { end } = lexer;
    lexer.next();
    while (lexer.kind === Token.arithmetic || lexer.kind === Token.number) lexer.next();
    if (lexer.kind !== Token.right) return;
    lexer.next();
    let code = this.before(at);
    while (code === 0x28) code = this.before(this.beforeAt);
    const sign = code === 0x2b || code === 0x2d || code === 0x2a || code === 0x5e || code === 0x25;
    const behind = isLetter(code) ? SLEEP_WORDS.has(this.wordBefore(this.beforeAt)) : false;
    const doubled = (code === 0x7c || code === 0x26) && text.charCodeAt(this.beforeAt - 1) === code;
    const quoted = code === 0x27 || code === 0x22;
    if (lexer.kind === Token.arithmetic) lexer.next();
    const cut = lexer.kind === Token.cut || lexer.kind === Token.open;
    if (placeholder && !(cut && (behind || doubled))) return;
    if (
      behind ||
      doubled ||
      (this.#asked && (code === 0x2c || code === 0x3d)) ||
      ((sign || quoted) && (cut || isSplice(text, this.beforeAt)))
    ) {
      this.found(Kind.sleepCondition, at, end);
    } else if (Number.isNaN(code) && lexer.kind === Token.cut) this.found(Kind.sleepCondition, at, end);
  }

  delay(at: number, word: string): void {
    const { lexer, text } = this;
    lexer.reset(at + word.length);
    lexer.next();
    if (word === "waitfor") {
      if (!lexer.is("delay") && !lexer.is("time")) return;
      const kind = lexer.next();
      const time =
        kind === Token.string || kind === Token.open ? text.charCodeAt(lexer.start + 1) : Number.NaN;
      if (isDigit(time) || time === 0x5f || kind === Token.left || kind === Token.variable) {
        this.found(Kind.timeDelay, at, lexer.end);
      }
      return;
    }
    if (word === "dbms_lock" || word === "dbms_session" || word === "dbms_pipe") {
      if (lexer.kind !== Token.dot) return;
      lexer.next();
      const delays = lexer.is("sleep") || lexer.is("receive_message");
      if (delays && lexer.next() === Token.left) this.found(Kind.timeDelay, at, lexer.end);
      return;
    }
    if (lexer.kind !== Token.left) return;
    lexer.next();
    const { kind, start, end } = lexer;
    if (word.startsWith("pg_sleep")) {
      if (kind === Token.number || kind === Token.string || kind === Token.left || kind === Token.name) {
        this.found(Kind.timeDelay, at, end);
      }
    } else if (word === "benchmark") {
      if (kind !== Token.number || end - start < 4 || lexer.next() !== Token.comma) return;
      lexer.next();
      while (lexer.kind === Token.left) lexer.next();
      if (lexer.word !== "" && (lexer.kind === Token.select || lexer.next() === Token.left))
        this.found(Kind.timeDelay, at, end);
    } else if (kind === Token.number && end - start >= 6) this.found(Kind.timeDelay, at, end);
    else if (word === "randomblob" && text.charCodeAt(start) === 0x2f) this.found(Kind.timeDelay, at, end);
  }

  error(at: number, word: string): void {
    const { lexer, text } = this;
    lexer.reset(at + word.length);
    lexer.next();
    switch (word) {
      case "procedure":
        if (lexer.is("analyse") && lexer.next() === Token.left) this.found(Kind.errorFunction, at, lexer.end);
        return;
      case "ctxsys":
        if (lexer.kind === Token.dot) this.found(Kind.errorFunction, at, lexer.end);
        return;
    }
    if (lexer.kind !== Token.left) return;
    lexer.next();
    switch (word) {
      case "extractvalue":
      case "updatexml": {
        for (let level = 0, steps = 0; steps < 48; steps++, lexer.next()) {
          if (lexer.kind === Token.end || lexer.kind === Token.cut) return;
          if (lexer.kind === Token.left) level++;
          else if (lexer.kind === Token.right && --level < 0) return;
          else if (lexer.kind === Token.comma && level === 0) break;
        }
        lexer.next();
        while (lexer.kind === Token.left) lexer.next();
        if (
          lexer.kind === Token.select ||
          lexer.kind === Token.variable ||
          ERROR_ARGUMENTS.has(lexer.word) ||
          (text.startsWith("0x", lexer.start) && lexer.end - lexer.start > 4)
        ) {
          this.found(Kind.errorFunction, at, lexer.end);
        }
        return;
      }
      case "exp":
        if (text.charCodeAt(lexer.start) === 0x7e && lexer.next() === Token.left)
          this.found(Kind.errorFunction, at, lexer.end);
        return;
      case "gtid_subset":
      case "gtid_subtract":
      case "name_const":
        if (word !== "name_const" || lexer.word !== "" || lexer.kind === Token.left)
          this.found(Kind.errorFunction, at, lexer.end);
        return;
      case "floor":
        if (lexer.is("rand") && lexer.next() === Token.left) this.found(Kind.errorFunction, at, lexer.end);
        return;
      case "cast":
        this.#hexadecimal(at);
        while (lexer.kind === Token.left) lexer.next();
        if (lexer.kind === Token.select) this.found(Kind.errorFunction, at, lexer.end);
        return;
      case "convert":
        if (lexer.kind === Token.select || (lexer.kind === Token.left && lexer.next() === Token.select)) {
          this.found(Kind.errorFunction, at, lexer.end);
          return;
        }
        if (!NUMERIC_TYPES.has(lexer.word)) return;
        if (lexer.next() !== Token.comma) return;
        lexer.next();
        while (lexer.kind === Token.left) lexer.next();
        if (
          lexer.kind === Token.select ||
          lexer.kind === Token.variable ||
          lexer.is("db_name") ||
          lexer.is("user") ||
          lexer.is("union")
        ) {
          this.found(Kind.errorFunction, at, lexer.end);
        }
    }
  }

  /** `json_keys((select …))` and others whose complaint shows the value. */
  subqueryArgument(at: number, word: string): void {
    const { lexer } = this;
    lexer.reset(at + word.length);
    if (lexer.next() !== Token.left || lexer.next() !== Token.left || lexer.next() !== Token.select) return;
    this.found(Kind.errorFunction, at, lexer.end);
  }

  spelt(at: number, word: string): void {
    const { lexer, text } = this;
    if (text.charCodeAt(at - 1) === 0x2e) return;
    lexer.reset(at + word.length);
    if (lexer.next() !== Token.left) return;
    let numbers = 0;
    for (; numbers < 4; numbers++) {
      if (
        lexer.next() !== Token.number ||
        lexer.end - lexer.start > 3 === !text.startsWith("0x", lexer.start)
      )
        break;
      if (lexer.next() !== Token.comma) {
        numbers++;
        break;
      }
    }
    if (numbers >= 4 || (numbers >= 2 && lexer.kind === Token.right)) {
      this.found(Kind.speltCharacters, at, lexer.end);
      return;
    }
    if (numbers !== 1 || lexer.kind !== Token.right || word === "concat") return;
    lexer.next();
    const sign = text.charCodeAt(lexer.start);
    if (sign !== 0x2b && sign !== 0x7c) return;
    lexer.next();
    if (lexer.is("char") || lexer.is("chr") || lexer.is("nchar"))
      this.found(Kind.speltCharacters, at, lexer.end);
  }

  statement(at: number, word: string): void {
    this.#statements.word(at, word, this.before(at), this.place, this.whole);
  }

  /** `cast(0x7365… as varchar)`: a statement written in hexadecimal. */
  #hexadecimal(at: number): void {
    const { lexer } = this;
    const long = lexer.kind === Token.number && lexer.end - lexer.start >= 12;
    if (long && this.text.startsWith("0x", lexer.start)) this.found(Kind.speltCharacters, at, lexer.end);
  }

  /** A keyword cut in two: answers the end of its last part. */
  #splitByComment(start: number, end: number): number {
    const { text } = this;
    let word = text.slice(Math.max(start, end - LONGEST_WORD), end);
    let at = end;
    for (let parts = 0; parts < 12; parts++) {
      if (
        text.charCodeAt(at) !== 0x2f ||
        text.charCodeAt(at + 1) !== 0x2a ||
        text.charCodeAt(at + 2) === 0x21
      )
        break;
      const close = text.indexOf("*/", at + 2);
      if (close < 0 || close - at > 64) break;
      const from = close + 2;
      if (!isLetter(text.charCodeAt(from))) break;
      at = nameEnd(text, from);
      if (at - from > LONGEST_WORD) break;
      word += text.slice(from, at);
      if (SPLIT_WORDS.has(word.toLowerCase())) {
        this.found(Kind.splitKeyword, start, at);
        return at;
      }
    }
    return end;
  }

  #splitByZeroWidth(start: number, end: number): void {
    const { text } = this;
    const third = text.charCodeAt(end + 2);
    if (third < 0x8b || third > 0x8d || end - start > LONGEST_WORD) return;
    const close = nameEnd(text, end + 3);
    if (close - end > LONGEST_WORD + 3) return;
    const word = (text.slice(start, end) + text.slice(end + 3, close)).toLowerCase();
    if (SPLIT_WORDS.has(word)) this.found(Kind.splitKeyword, start, close);
  }

  #versioned(at: number): void {
    const { text } = this;
    let from = at + 3;
    while (isDigit(text.charCodeAt(from)) && from - at < 10) from++;
    while (isSpace(text.charCodeAt(from)) && from - at < 24) from++;
    const end = nameEnd(text, from);
    if (end - from > LONGEST_WORD) return;
    // Dumps put a space behind the number of the version.
    const glued = end > from && from - at >= 8 && isDigit(text.charCodeAt(from - 1));
    if (glued || VERSIONED_WORDS.has(text.slice(from, end).toLowerCase()))
      this.found(Kind.versionedComment, at, end);
  }
}

/** Whether the lexer stands at a value that nobody selects who knows the columns. */
function isValue(lexer: Lexer, text: string): boolean {
  switch (lexer.kind) {
    case Token.number:
    case Token.string:
    case Token.open:
    case Token.variable:
    case Token.left:
    case Token.unary:
    case Token.constant:
    case Token.arithmetic:
    case Token.case:
      return true;
    case Token.name:
    case Token.clause:
      return lexer.end < text.length && text.charCodeAt(lexer.end) === 0x28;
    default:
      return false;
  }
}

/** Whether what follows SELECT in a subquery asks something: a function, a number, all columns, or a column of a table. */
function isQuestion(lexer: Lexer, text: string): boolean {
  if (isValue(lexer, text)) return true;
  if (lexer.kind !== Token.name) return lexer.kind === Token.unary;
  lexer.next();
  while (lexer.kind === Token.dot) {
    lexer.next();
    lexer.next();
  }
  return lexer.is("from") || lexer.kind === Token.comma || lexer.kind === Token.left;
}

/** Whether an operator joins to a quote or a digit. */
function isSplice(text: string, at: number): boolean {
  let back = at;
  while (back >= 0 && at - back < 16) {
    const code = text.charCodeAt(back);
    if (code === 0x27 || code === 0x22 || isDigit(code)) return true;
    if (isLetter(code)) return false;
    back--;
  }
  return false;
}

/** A statement from the first word: what tools for queries send. */
const WHOLE =
  /^[\s(]{0,8}(?:select|with|explain|insert|update|delete|create|values|describe|replace|merge)[\s(*]/i;
const SERVER_QUESTIONS: ReadonlySet<string> = new Set(
  "version database user current_user system_user session_user group_concat load_file db_name sqlite_version current_database".split(
    " ",
  ),
);
const CHARACTER_FUNCTIONS: ReadonlySet<string> = new Set(
  "ascii ord substr substring mid length char_length unicode left right hex lower upper bin len make_set elt substrb lengthb".split(
    " ",
  ),
);
const ASKED: ReadonlySet<string> = new Set(
  "database user version cast db_name system_user session_user schema".split(" "),
);
const PASSWORD_TABLES: ReadonlySet<string> = new Set(["pg_shadow", "pg_authid", "user$", "syslogins"]);
const NUMERIC_TYPES: ReadonlySet<string> = new Set(["int", "signed", "numeric"]);
const SLEEP_WORDS: ReadonlySet<string> = new Set(
  "and or xor select where having then else union like rlike".split(" "),
);
const ERROR_ARGUMENTS: ReadonlySet<string> = new Set(
  "concat version user char make_set if database concat_ws".split(" "),
);

const HANDLERS: ReadonlyMap<string, Handler> = new Map<string, Handler>([
  ["union", (phrases, at) => phrases.union(at)],
  ["except", (phrases, at) => phrases.except(at)],
  ["intersect", (phrases, at) => phrases.except(at)],
  ["minus", (phrases, at) => phrases.except(at)],
  [
    "select",
    (phrases, at, word) => {
      phrases.select(at);
      phrases.statement(at, word);
    },
  ],
  ["sleep", (phrases, at, word) => phrases.sleep(at, word)],
  ["mysql", (phrases, at) => phrases.owner(at)],
  ["if", (phrases, at) => phrases.question(at)],
  ["when", (phrases, at) => phrases.whenever(at)],
  ...["and", "or", "xor", "having", "rlike", "like", "regexp", "by", "where"].map(
    (word): [string, Handler] => [word, (phrases, at) => phrases.blind(at, word, at + word.length)],
  ),
  ...[
    "waitfor",
    "benchmark",
    "pg_sleep",
    "pg_sleep_for",
    "pg_sleep_until",
    "randomblob",
    "dbms_lock",
    "dbms_pipe",
    "dbms_session",
    "zeroblob",
  ].map((word): [string, Handler] => [word, (phrases, at) => phrases.delay(at, word)]),
  ...[
    "extractvalue",
    "updatexml",
    "exp",
    "gtid_subset",
    "gtid_subtract",
    "name_const",
    "floor",
    "cast",
    "convert",
    "procedure",
    "ctxsys",
  ].map((word): [string, Handler] => [word, (phrases, at) => phrases.error(at, word)]),
  ...[
    "json_keys",
    "polygon",
    "multipoint",
    "linestring",
    "geometrycollection",
    "multipolygon",
    "st_latfromgeohash",
    "st_pointfromgeohash",
  ].map((word): [string, Handler] => [word, (phrases, at) => phrases.subqueryArgument(at, word)]),
  ...["char", "chr", "nchar", "concat"].map((word): [string, Handler] => [
    word,
    (phrases, at) => phrases.spelt(at, word),
  ]),
  ...Statements.words.map((word): [string, Handler] => [word, (phrases, at) => phrases.statement(at, word)]),
]);

/** First letter and length of every word that is worth a look. */
const SHAPES = new Uint8Array(1024);
{
  const words = [...HANDLERS.keys(), ...CATALOGUES];
  for (const word of words) SHAPES[(word.charCodeAt(0) & 31) * 32 + word.length] = 1;
}
