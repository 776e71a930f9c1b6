import { Cursor, Unreadable } from "./cursor.ts";
import { type Piece, templateOf } from "./directives.ts";
import type { Loop, Node } from "./nodes.ts";
import { mistake, type Open } from "./values.ts";

/** Deepest nesting that is read; the evaluator recurses as deep. */
const MAX_DEPTH = 100;

/** The text of an attribute in JSON: a template, which is the expression itself when it is nothing but `${…}`. */
export function parseTemplate(text: string): Node | Open {
  return run(() => new Parser(text).wholeTemplate());
}

export function parseExpression(text: string): Node | Open {
  return run(() => new Parser(text).wholeExpression());
}

function run(read: () => Node): Node | Open {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    return mistake(error.message);
  }
}

/** Operators by how strongly they bind, weakest first. */
const LEVELS: readonly (readonly string[])[] = [
  ["||"],
  ["&&"],
  ["==", "!="],
  ["<=", ">=", "<", ">"],
  ["+", "-"],
  ["*", "/", "%"],
];

const WORD = /[\p{ID_Start}_][\p{ID_Continue}-]*/uy;
const NUMBER = /\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const HEREDOC = /<<(-?)([\p{ID_Start}_][\p{ID_Continue}-]*)[^\S\n]*\r?\n/uy;
const ESCAPES: ReadonlyMap<string, string> = new Map([
  ["n", "\n"],
  ["r", "\r"],
  ["t", "\t"],
  ['"', '"'],
  ["\\", "\\"],
]);

class Parser extends Cursor {
  #depth = 0;
  #splats = 0;

  wholeExpression(): Node {
    const node = this.#expression();
    this.space();
    if (this.at < this.text.length) this.fail("an operator or the end of the expression must follow here");
    return node;
  }

  wholeTemplate(): Node {
    const pieces = this.#pieces(() => this.at >= this.text.length, false);
    return templateOf(pieces);
  }

  #expression(): Node {
    if (++this.#depth > MAX_DEPTH) this.fail(`expressions nest more than ${MAX_DEPTH} levels deep`);
    const condition = this.#operators(0);
    this.space();
    let node = condition;
    if (this.take("?")) {
      const yes = this.#expression();
      this.expect(":");
      node = { kind: "if", condition, yes, no: this.#expression() };
    }
    this.#depth--;
    return node;
  }

  #operators(level: number): Node {
    const operators = LEVELS[level];
    if (operators === undefined) return this.#unary();
    let left = this.#operators(level + 1);
    for (;;) {
      this.space();
      const operator = operators.find((one) => this.text.startsWith(one, this.at));
      if (operator === undefined) return left;
      // `=>` ends the key of a `for`, and `...` and comments are not operators.
      if (operator === "/" && "/*".includes(this.text.charAt(this.at + 1))) return left;
      this.at += operator.length;
      left = { kind: "binary", operator, left, right: this.#operators(level + 1) };
    }
  }

  #unary(): Node {
    this.space();
    for (const operator of ["-", "!"] as const) {
      if (!this.take(operator)) continue;
      if (++this.#depth > MAX_DEPTH) this.fail(`expressions nest more than ${MAX_DEPTH} levels deep`);
      const of = this.#unary();
      this.#depth--;
      return { kind: "unary", operator, of };
    }
    return this.#postfix(this.#primary(), true);
  }

  /** @param full whether `[…]` belongs to it: not after `.*`. */
  #postfix(start: Node, full: boolean): Node {
    let node = start;
    for (;;) {
      const before = this.at;
      this.space();
      if (this.text.startsWith("...", this.at)) {
        this.at = before;
        return node;
      }
      if (this.take(".")) {
        this.space();
        if (this.take("*")) {
          const item = this.#itemName();
          node = { kind: "splat", of: node, item, each: this.#postfix({ kind: "name", name: item }, false) };
          continue;
        }
        const word = this.match(WORD);
        const digits = word === undefined ? this.match(/\d+/y) : undefined;
        if (word === undefined && digits === undefined) this.fail("a name must follow the `.`");
        const value = word ?? Number(digits);
        node = { kind: "get", of: node, key: { kind: "literal", value } };
        continue;
      }
      // A bracket on the next line begins something new.
      this.at = before;
      this.blank();
      if (!full || !this.take("[")) {
        this.at = before;
        return node;
      }
      this.space();
      const star = this.at;
      if (this.take("*")) {
        this.space();
        if (this.take("]")) {
          const item = this.#itemName();
          node = { kind: "splat", of: node, item, each: this.#postfix({ kind: "name", name: item }, true) };
          continue;
        }
        this.at = star;
      }
      const key = this.#expression();
      this.expect("]");
      node = { kind: "get", of: node, key };
    }
  }

  /** Name of the value of a splat: no name of an expression contains a space. */
  #itemName(): string {
    return ` item ${this.#splats++}`;
  }

  #primary(): Node {
    this.space();
    const char = this.text[this.at];
    if (char === undefined) return this.fail("expected a value, found the end of the text");
    if (char === '"') return this.#quoted();
    if (char === "(") {
      this.at++;
      const node = this.#expression();
      this.expect(")");
      return node;
    }
    if (char === "[") return this.#brackets();
    if (char === "{") return this.#braces();
    const number = this.match(NUMBER);
    if (number !== undefined) return { kind: "literal", value: Number(number) };
    const heredoc = this.#heredoc();
    if (heredoc !== undefined) return heredoc;
    let word = this.match(WORD);
    if (word === undefined) return this.fail(`expected a value, found \`${char}\``);
    while (this.text.startsWith("::", this.at)) {
      this.at += 2;
      word += `::${this.match(WORD) ?? ""}`;
    }
    const after = this.at;
    this.blank();
    if (this.take("(")) return this.#call(word);
    this.at = after;
    if (word === "true" || word === "false") return { kind: "literal", value: word === "true" };
    return word === "null" ? { kind: "literal", value: null } : { kind: "name", name: word };
  }

  #call(name: string): Node {
    const args: Node[] = [];
    let spread = false;
    for (;;) {
      this.space();
      if (this.take(")")) break;
      args.push(this.#expression());
      this.space();
      if (this.text.startsWith("...", this.at)) {
        this.at += 3;
        spread = true;
        this.space();
      }
      if (!this.take(",")) {
        this.expect(")");
        break;
      }
    }
    return { kind: "call", name, args, spread };
  }

  #brackets(): Node {
    this.at++;
    const loop = this.#loopHead();
    if (loop !== undefined) {
      const value = this.#expression();
      return this.#loopEnd(loop, undefined, value, "]");
    }
    const items: Node[] = [];
    for (;;) {
      this.space();
      if (this.take("]")) break;
      items.push(this.#expression());
      this.space();
      if (this.take(",")) continue;
      this.expect("]");
      break;
    }
    return { kind: "tuple", items };
  }

  #braces(): Node {
    this.at++;
    const loop = this.#loopHead();
    if (loop !== undefined) {
      const key = this.#expression();
      this.space();
      if (!this.text.startsWith("=>", this.at)) this.fail("`=>` must follow the key of a `for`");
      this.at += 2;
      return this.#loopEnd(loop, key, this.#expression(), "}");
    }
    const members: (readonly [Node, Node])[] = [];
    for (;;) {
      this.space();
      if (this.take("}")) break;
      const key = this.#memberName();
      this.space();
      if (!this.take("=")) this.expect(":");
      members.push([key, this.#expression()]);
      this.space();
      this.take(",");
    }
    return { kind: "object", members };
  }

  /** A bare word names itself; anything else is evaluated. */
  #memberName(): Node {
    const start = this.at;
    const word = this.match(WORD);
    if (word !== undefined) {
      const end = this.at;
      this.space();
      const next = this.text.charAt(this.at);
      if ((next === "=" && this.text[this.at + 1] !== "=") || next === ":") {
        this.at = end;
        return { kind: "literal", value: word };
      }
      this.at = start;
    }
    return this.#expression();
  }

  #loopHead(): Loop | undefined {
    const start = this.at;
    this.space();
    if (this.match(WORD) !== "for") {
      this.at = start;
      return undefined;
    }
    this.space();
    const first = this.match(WORD);
    // `{ for = 1 }`
    if (first === undefined) {
      this.at = start;
      return undefined;
    }
    const loop = this.#loop(first);
    this.expect(":");
    return loop;
  }

  #loop(first: string): Loop {
    this.space();
    let second: string | undefined;
    if (this.take(",")) {
      this.space();
      second = this.match(WORD);
    }
    this.space();
    if (this.match(WORD) !== "in") this.fail("`in` must follow the names of a `for`");
    const of = this.#expression();
    return second === undefined ? { key: undefined, value: first, of } : { key: first, value: second, of };
  }

  #loopEnd(loop: Loop, key: Node | undefined, value: Node, end: string): Node {
    this.space();
    const groups = this.text.startsWith("...", this.at);
    if (groups) this.at += 3;
    this.space();
    const before = this.at;
    let condition: Node | undefined;
    if (this.match(WORD) === "if") condition = this.#expression();
    else this.at = before;
    this.expect(end);
    return { kind: "for", loop, key, value, condition, groups };
  }

  #quoted(): Node {
    this.at++;
    const pieces = this.#pieces(() => this.text[this.at] === '"', true);
    if (this.text[this.at] !== '"') this.fail("the string has no closing quote");
    this.at++;
    return templateOf(pieces);
  }

  #heredoc(): Node | undefined {
    HEREDOC.lastIndex = this.at;
    const found = HEREDOC.exec(this.text);
    if (found === null) return undefined;
    const [opening, dash, name] = found;
    const lines: string[] = [];
    let at = this.at + opening.length;
    for (;;) {
      if (at >= this.text.length) this.fail(`the heredoc has no line \`${name}\` that ends it`);
      const end = this.text.indexOf("\n", at);
      const line = this.text.slice(at, end === -1 ? undefined : end);
      at = end === -1 ? this.text.length : end + 1;
      if (line.trim() === name) break;
      lines.push(line);
    }
    // The line break after the end marker separates members; it is left.
    this.at = this.text[at - 1] === "\n" ? at - 1 : at;
    const indent =
      dash === ""
        ? 0
        : Math.min(...lines.filter((line) => line.trim() !== "").map((line) => line.search(/\S/)));
    const body = lines.map((line) => `${line.slice(Number.isFinite(indent) ? indent : 0)}\n`).join("");
    const inner = new Parser(body);
    inner.#depth = this.#depth;
    inner.#splats = this.#splats + 1_000;
    const node = inner.wholeTemplate();
    // A heredoc is never the value alone: it ends in a line break.
    return node.kind === "literal" || node.kind === "template" ? node : { kind: "template", parts: [node] };
  }

  #pieces(isEnd: () => boolean, isQuoted: boolean): readonly Piece[] {
    const pieces: Piece[] = [];
    let text = "";
    let trimNext = false;
    const flush = (trimEnd: boolean) => {
      let written = trimNext ? text.trimStart() : text;
      if (trimEnd) written = written.trimEnd();
      if (written !== "") pieces.push({ kind: "text", text: written });
      text = "";
    };
    while (this.at < this.text.length && !isEnd()) {
      const char = this.text.charAt(this.at);
      if (char === "$" || char === "%") {
        const escaped = this.#dollars(char);
        if (escaped !== undefined) {
          text += escaped;
          continue;
        }
        this.at += 2;
        flush(this.take("~"));
        pieces.push(char === "$" ? { kind: "value", node: this.#expression() } : this.#directive());
        this.space();
        trimNext = this.take("~");
        this.expect("}");
        continue;
      }
      if (isQuoted && char === "\\") text += this.#escape();
      else {
        if (isQuoted && char === "\n") this.fail("the string has no closing quote");
        text += char;
        this.at++;
      }
    }
    flush(false);
    return pieces;
  }

  /** `$` signs that begin no `${`: a run of them loses one. Undefined at a `${`. */
  #dollars(char: string): string | undefined {
    let end = this.at;
    while (this.text[end] === char) end++;
    const count = end - this.at;
    if (this.text[end] !== "{") {
      this.at = end;
      return char.repeat(count);
    }
    if (count === 1) return undefined;
    this.at = end + 1;
    return `${char.repeat(count - 1)}{`;
  }

  #escape(): string {
    const letter = this.text.charAt(this.at + 1);
    const meant = ESCAPES.get(letter);
    if (meant !== undefined) {
      this.at += 2;
      return meant;
    }
    const digits = letter === "u" ? 4 : letter === "U" ? 8 : 0;
    const hex = this.text.slice(this.at + 2, this.at + 2 + digits);
    const code = Number.parseInt(hex, 16);
    if (digits === 0 || !/^[0-9a-fA-F]+$/.test(hex) || hex.length < digits || code > 0x10ffff)
      this.fail(`\`\\${letter}\` is not an escape sequence`);
    this.at += 2 + digits;
    return String.fromCodePoint(code);
  }

  #directive(): Piece {
    this.space();
    const word = this.match(WORD) ?? "";
    switch (word) {
      case "if":
        return { kind: "directive", word, node: this.#expression() };
      case "for": {
        this.space();
        const first = this.match(WORD);
        if (first === undefined) return this.fail("a name must follow `for`");
        return { kind: "directive", word, loop: this.#loop(first) };
      }
      case "else":
      case "endif":
      case "endfor":
        return { kind: "directive", word };
      default:
        return this.fail(`there is no directive \`${word}\``);
    }
  }
}
