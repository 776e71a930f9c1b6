import { type Lexer, LONGEST_WORD } from "./lexer.ts";
import { Token } from "./tokens.ts";
import { standsAt, WordTable } from "./word-table.ts";
import { FUNCTION_WORDS } from "./words.ts";

/** What an expression is made of. */
export const Part = {
  constant: 1,
  name: 2,
  /** A call of a function that databases have. */
  call: 4,
  subquery: 8,
  variable: 16,
  logic: 32,
  arithmetic: 64,
  /** A comparison of which no side is a mere name. */
  comparison: 128,
  /** A comparison with a name on one side. */
  looseComparison: 256,
  /** The text ends inside a string. */
  open: 512,
  /** An operator without its right side: the text, or what counts of it, ends there. */
  cutShort: 1024,
  /** A condition that is one constant. */
  bareConstant: 2048,
  /** Parentheses round an operand. */
  brackets: 4096,
  /** `binary`, `not` and the like. */
  unary: 8192,
  /** A comparison of two constants that are the same, or `x = x`. */
  same: 16_384,
  /** A name that is called, but that no database has. */
  strangeCall: 32_768,
} as const;

const DEEPEST = 24;
/** Classes of operands: a comparison is solid unless one side is a name. */
const CONSTANT = 1;
const NAME = 2;
const OTHER = 3;
const MISSING = 0;

/**
 * Recognises an expression of SQL, of several dialects at once and with its parentheses not all closed, since the program
 * closes them. It keeps no tree: only what parts there were.
 */
export class Expression {
  readonly lexer: Lexer;
  parts = 0;
  /** Where a string began that the text does not close. */
  openAt = -1;
  /** Operators on the outermost level. */
  operators = 0;

  constructor(lexer: Lexer) {
    this.lexer = lexer;
  }

  /** Reads an expression that begins with the lexer's token. Answers whether there is one; the lexer is after it. */
  read(): boolean {
    this.parts = 0;
    this.openAt = -1;
    this.operators = 0;
    return this.#expression(0);
  }

  /** Goes on with the operator that is the lexer's token, as if a closed string was before it. */
  continue(): boolean {
    this.parts = 0;
    this.openAt = -1;
    this.operators = 0;
    return this.#operators(CONSTANT, -1, 0);
  }

  #expression(depth: number): boolean {
    const { start } = this.lexer;
    const first = this.#operand(depth);
    if (first === MISSING) return false;
    return this.#operators(first, start, depth);
  }

  /** The operators after an operand of the class `left`, which began at `from` (-1: not in the text). */
  #operators(left: number, from: number, depth: number): boolean {
    const { lexer } = this;
    let side = left;
    let sideAt = from;
    let sideEnd = lexer.start;
    /** The last condition: a lone operand so far, a comparison, or none. */
    let lone = left;
    for (;;) {
      if (this.overSuffixes()) sideEnd = lexer.start;
      const { kind } = lexer;
      if (kind === Token.logic) {
        if (depth === 0) this.operators++;
        if (lone === CONSTANT && from >= 0) this.parts |= Part.bareConstant;
        this.parts |= Part.logic;
        lexer.next();
        sideAt = lexer.start;
        side = this.#operand(depth);
        sideEnd = lexer.start;
        if (side === MISSING) return this.#isCutShort();
        lone = side;
        if (side === CONSTANT && lexer.kind !== Token.comparison && lexer.kind !== Token.arithmetic) {
          this.parts |= Part.bareConstant;
        }
        continue;
      }
      if (kind === Token.arithmetic) {
        if (depth === 0) this.operators++;
        this.parts |= Part.arithmetic;
        lexer.next();
        const right = this.#operand(depth);
        if (right === MISSING) return this.#isCutShort();
        side = side === NAME || right === NAME ? NAME : Math.max(side, right);
        sideEnd = lexer.start;
        continue;
      }
      if (kind !== Token.comparison && !lexer.is("not")) return true;
      const { word } = lexer;
      if (depth === 0) this.operators++;
      lone = MISSING;
      const plain = lexer.end - lexer.start <= 2;
      if (!this.#comparison(word)) return this.#isCutShort();
      if (word === "isnull" || word === "notnull") {
        this.parts |= side === NAME ? Part.looseComparison : Part.comparison;
        side = CONSTANT;
        sideAt = -1;
        continue;
      }
      const rightAt = lexer.start;
      const open = this.openAt;
      const right = this.#operand(depth);
      if (right === MISSING) return this.#isCutShort();
      let value = right;
      while (lexer.kind === Token.cast && lexer.next() === Token.name) lexer.next();
      if (word === "between" && lexer.is("and")) {
        lexer.next();
        value = this.#operand(depth);
        if (value === MISSING) return this.#isCutShort();
      }
      const solid = side !== NAME && right !== NAME;
      this.parts |= solid ? Part.comparison : Part.looseComparison;
      if (plain && sideAt >= 0) {
        const { text } = lexer;
        const same = text.slice(sideAt, Math.min(sideEnd, sideAt + 40)).trim();
        let other = text.slice(rightAt, Math.min(lexer.start, rightAt + 40)).trim();
        if (this.openAt > open) other += text.charAt(rightAt);
        if (same === other) this.parts |= Part.same;
      }
      side = right;
      sideAt = rightAt;
      sideEnd = lexer.start;
    }
  }

  /**
   * Steps over what a value may have after it and still is one: `::text`, `COLLATE "C"`, `ESCAPE '!'`, `AT TIME ZONE 'UTC'`.
   * Answers whether there was any.
   */
  overSuffixes(): boolean {
    const { lexer } = this;
    let any = false;
    for (; ; any = true) {
      if (lexer.kind === Token.cast) this.#overType();
      else if (lexer.is("collate") || lexer.is("escape")) {
        const next = lexer.next();
        if (next === Token.end || next === Token.cut) return true;
        lexer.next();
      } else if (lexer.is("at") && lexer.peek() === Token.name) {
        lexer.next();
        if (!lexer.is("time")) return any;
        lexer.next();
        if (!lexer.is("zone")) return any;
        lexer.next();
        lexer.next();
      } else return any;
    }
  }

  /** Steps over `::` and a type: `::text`, `::varchar(9)`, `::double precision`, `::int[]`. */
  #overType(): void {
    const { lexer } = this;
    if (lexer.next() !== Token.name) return;
    lexer.next();
    if (lexer.is("precision") || lexer.is("varying")) lexer.next();
    if (lexer.kind === Token.left && lexer.peek() === Token.number) {
      lexer.next();
      this.#skip(1);
    }
    while (lexer.kind === Token.junk && isSquare(lexer.text.charCodeAt(lexer.start))) lexer.next();
    // `jsonb ? 'key'`: only after a cast is a question mark an operator.
    if (lexer.kind === Token.junk && lexer.text.charCodeAt(lexer.start) === 0x3f)
      lexer.kind = Token.comparison;
  }

  /** Steps over an operator of comparison, of one word or more: `not like`, `is not`, `sounds like`, `not between`. */
  #comparison(word: string): boolean {
    const { lexer } = this;
    lexer.next();
    if (word === "not") {
      if (lexer.kind !== Token.comparison) return false;
      lexer.next();
    }
    if (word === "isnull" || word === "notnull") return true;
    while (
      lexer.is("not") ||
      lexer.is("like") ||
      lexer.is("to") ||
      lexer.is("of") ||
      lexer.is("distinct") ||
      (word === "is" && lexer.is("from")) ||
      (word === "" && lexer.kind === Token.comparison)
    ) {
      lexer.next();
    }
    return true;
  }

  #isCutShort(): boolean {
    const { kind } = this.lexer;
    if (kind === Token.end || kind === Token.cut || kind === Token.semicolon) {
      this.parts |= Part.cutShort;
      return true;
    }
    return false;
  }

  /** Reads an operand and answers its class. */
  #operand(depth: number): number {
    const { lexer } = this;
    for (;;) {
      const { kind } = lexer;
      if (kind === Token.unary) this.parts |= Part.unary;
      else if (kind !== Token.arithmetic || !isSign(lexer)) break;
      lexer.next();
    }
    switch (lexer.kind) {
      case Token.number:
      case Token.constant:
        this.parts |= Part.constant;
        lexer.next();
        return CONSTANT;
      case Token.string:
        this.parts |= Part.constant;
        // Strings that are side by side are one.
        while (lexer.next() === Token.string);
        if (lexer.kind === Token.open) {
          this.openAt = lexer.start;
          this.parts |= Part.open;
          lexer.next();
        }
        return CONSTANT;
      case Token.open:
        this.parts |= Part.open | Part.constant;
        this.openAt = lexer.start;
        lexer.next();
        return CONSTANT;
      case Token.variable:
        this.parts |= Part.variable;
        lexer.next();
        return OTHER;
      case Token.left:
        return this.#parenthesis(depth);
      case Token.case:
        this.#untilEnd();
        return OTHER;
      case Token.select:
        // Without parentheses it is as likely a function of a program.
        this.parts |= Part.call;
        return this.#skip(0);
      case Token.logic:
        // `xor(…)` and `if(…)` apart, operators are not operands.
        return MISSING;
      case Token.name:
      case Token.clause:
        return this.#nameOrCall();
      case Token.comparison:
        // `isnull(1/0)`, `like('a', 'a')`: operators that are functions too.
        return lexer.numberIn(CALLED) !== 0 && lexer.peek() === Token.left ? this.#nameOrCall() : MISSING;
      default:
        return MISSING;
    }
  }

  #nameOrCall(): number {
    const { lexer } = this;
    if (lexer.kind === Token.clause && lexer.peek() !== Token.left) return MISSING;
    let kinds = lexer.numberIn(CALLED);
    let { start, end } = lexer;
    lexer.next();
    while (lexer.kind === Token.dot) {
      lexer.next();
      if (lexer.kind < Token.name || lexer.kind === Token.cut) break;
      kinds = lexer.numberIn(CALLED);
      ({ start, end } = lexer);
      lexer.next();
    }
    if (lexer.kind !== Token.left) {
      if ((kinds & NILADIC) !== 0) {
        this.parts |= Part.call;
        return OTHER;
      }
      this.parts |= Part.name;
      return NAME;
    }
    lexer.next();
    this.#skip(1);
    if ((kinds & FUNCTION) !== 0 || isFamily(lexer.text, start, end)) {
      this.parts |= Part.call;
      return OTHER;
    }
    this.parts |= Part.strangeCall;
    return NAME;
  }

  #parenthesis(depth: number): number {
    const { lexer } = this;
    lexer.next();
    if (lexer.kind === Token.select) {
      this.parts |= Part.subquery;
      return this.#skip(1);
    }
    if (depth >= DEEPEST) return this.#skip(1);
    const before = this.parts;
    this.parts = 0;
    const read = this.#expression(depth + 1);
    let inner = this.parts;
    this.parts |= before | Part.brackets;
    if (!read) return MISSING;
    while (lexer.kind === Token.comma) {
      lexer.next();
      if (!this.#expression(depth + 1)) return MISSING;
    }
    inner |= this.parts & ~before;
    if (lexer.kind === Token.select || lexer.is("union") || lexer.is("from")) return this.#skip(1);
    if (lexer.kind === Token.right) lexer.next();
    else if (lexer.kind !== Token.end && lexer.kind !== Token.cut) return MISSING;
    if ((inner & (Part.subquery | Part.call | Part.variable)) !== 0) return OTHER;
    return (inner & (Part.name | Part.strangeCall)) !== 0 ? NAME : CONSTANT;
  }

  /** Steps over what `open` parentheses hold; over the rest of a statement when none is open. */
  #skip(open: number): number {
    const { lexer } = this;
    let level = open;
    let last = open > 0 ? Token.left : Token.end;
    for (;;) {
      const { kind } = lexer;
      if (kind === Token.end || kind === Token.cut) return OTHER;
      if (kind === Token.open) {
        this.parts |= Part.open;
        this.openAt = lexer.start;
      }
      if (level === 0 && (kind === Token.semicolon || kind === Token.right)) return OTHER;
      if (kind === Token.select && last === Token.left) this.parts |= Part.subquery;
      last = kind;
      if (kind === Token.left) level++;
      else if (kind === Token.right && --level === 0) {
        lexer.next();
        return OTHER;
      }
      lexer.next();
    }
  }

  /** CASE … END is as telling as a subquery; without its end it may be two words of a sentence. */
  #untilEnd(): void {
    const { lexer } = this;
    let level = 0;
    this.parts |= Part.call;
    for (;;) {
      if (lexer.kind === Token.case) level++;
      if (lexer.kind === Token.end || lexer.kind === Token.cut || lexer.kind === Token.semicolon) return;
      const last = lexer.is("end") && --level === 0;
      lexer.next();
      if (last) {
        this.parts |= Part.subquery;
        return;
      }
    }
  }
}

const FUNCTION = 1;
/** What may be called without parentheses. */
const NILADIC = 2;

const NILADIC_WORDS =
  "current_user current_date current_timestamp session_user system_user sysdate rownum".split(" ");
const CALLED = new WordTable([
  ...FUNCTION_WORDS.map((word): [string, number] => [word, FUNCTION]),
  ...NILADIC_WORDS.map((word): [string, number] => [word, NILADIC | FUNCTION]),
]);

/** Whether a name begins as those of functions of which there are many. */
function isFamily(text: string, start: number, end: number): boolean {
  if (end - start > LONGEST_WORD) return false;
  return standsAt(text, start, "json") || standsAt(text, start, "utl_") || standsAt(text, start, "get_host_");
}

function isSquare(code: number): boolean {
  return code === 0x5b || code === 0x5d;
}

function isSign(lexer: Lexer): boolean {
  const sign = lexer.text.charCodeAt(lexer.start);
  return lexer.end - lexer.start === 1 && (sign === 0x2b || sign === 0x2d);
}
