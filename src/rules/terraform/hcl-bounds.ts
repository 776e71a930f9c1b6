import type { TextFault } from "../../documents/text/located.ts";

// Heredocs take a parser of HCL quadratic time, nesting overflows its stack, after which it never responds again, and
// nothing interrupts it. One walk through the tokens, as HCL's scanner makes them, finds texts that would do this.
// Where the scanner and this one might diverge, the text is not HCL and is rejected.

/** Longest text, in characters: a parser in WebAssembly takes some seconds for it. */
const MAX_LENGTH = 1_048_576;
/** Lines of all heredocs of a file: 8,000 take a second, 16,000 two, 24,000 five. A sign that begins no template splits one in three. */
const MAX_HEREDOC_LINES = 10_000;
/** The same of texts in quotes, each by itself: squares of pieces, all together. */
const MAX_PIECES = MAX_HEREDOC_LINES ** 2;
/** Brackets, blocks, templates and their directives inside one another: a stack overflows from some 300 on. */
const MAX_DEPTH = 100;
/** Tokens of an expression and of those around it, between commas and lines: chains nest as brackets do, from some 4,000 on. */
const MAX_CHAIN = 1000;

interface Level {
  readonly kind: "brackets" | "template" | "quoted" | "heredoc";
  /** The bracket or marker that ends it. */
  readonly end: string;
  /** Tokens since the last comma or line. */
  tokens: number;
  /** Open `%{ if }` and `%{ for }` of a string. */
  directives: number;
  /** Pieces that signs split a text in quotes into. */
  pieces: number;
}

const WORD = /[\p{ID_Start}_\d][\p{ID_Continue}-]*/uy;
/** No blanks before the end of the line. */
const HEREDOC = /<<-?([\p{ID_Start}_][\p{ID_Continue}-]*)\r?\n/uy;
const DIRECTIVE = /%\{~?\s*(if|for|endif|endfor)\b/y;
const QUOTED = /[^"\\$%\r\n]+/y;
const HEREDOC_TEXT = /[^$%\n]+/y;
const SIGNS = /\$+|%+/y;
/** The characters that Go's `bytes.TrimSpace` removes from a line. */
const AROUND = /^[\t\v\f\r\u0085\p{Z}]+|[\t\v\f\r\u0085\p{Z}]+$/gu;
const CLOSING: Readonly<Record<string, string>> = { "(": ")", "[": "]", "{": "}" };

/** Why a text is not given to the parser; undefined: it is. */
export function boundsFault(text: string): TextFault | undefined {
  if (text.length <= MAX_LENGTH) return new Scan(text).fault();
  const message = `the file has ${text.length} characters, at most ${MAX_LENGTH} are read`;
  return { code: "E_DOC_SYNTAX", message, span: { start: 0, end: 0 } };
}

class Scan {
  readonly #text: string;
  readonly #file: Level = { kind: "brackets", end: "", tokens: 0, directives: 0, pieces: 0 };
  readonly #levels: Level[] = [];
  #at = 0;
  #depth = 0;
  #chain = 0;
  #heredocLines = 0;
  #pieces = 0;
  #isLineStart = false;
  #fault: TextFault | undefined;

  constructor(text: string) {
    this.#text = text;
  }

  fault(): TextFault | undefined {
    while (this.#at < this.#text.length && this.#fault === undefined) {
      const { kind } = this.#level;
      if (kind === "quoted") this.#quoted();
      else if (kind === "heredoc") this.#heredoc();
      else this.#token();
    }
    if (this.#fault === undefined && this.#level.kind === "quoted") this.#tellQuoted();
    return this.#fault;
  }

  get #level(): Level {
    return this.#levels.at(-1) ?? this.#file;
  }

  #token(): void {
    const char = this.#text.charAt(this.#at);
    const next = this.#text.charAt(this.#at + 1);
    if (char === "\n" || char === ",") {
      // A line break ends nothing inside parentheses, lists and templates.
      const { kind, end } = this.#level;
      if (char === "," || (kind === "brackets" && (end === "}" || end === ""))) this.#restart();
      this.#at++;
    } else if (char === " " || char === "\t" || char === "\r") this.#at++;
    else if (char === "#" || (char === "/" && next === "/")) this.#skipTo("\n", 0);
    else if (char === "/" && next === "*") {
      if (!this.#skipTo("*/", 2)) this.#tell("the comment does not end", "close it with `*/`");
    } else if (char === '"') {
      this.#count(1);
      this.#open("quoted", '"');
    } else if (char === ")" || char === "]" || char === "}") this.#close(char);
    else if (CLOSING[char] !== undefined) {
      this.#count(1);
      this.#open("brackets", CLOSING[char]);
    } else {
      const marker = char === "<" ? this.#match(HEREDOC)?.[1] : undefined;
      if (marker !== undefined) {
        this.#count(0);
        this.#open("heredoc", marker);
        this.#isLineStart = true;
      } else this.#count(this.#match(WORD) === undefined ? 1 : 0);
    }
  }

  #quoted(): void {
    this.#match(QUOTED);
    const char = this.#text[this.#at];
    const next = this.#text[this.#at + 1];
    if (char === '"') {
      this.#at++;
      this.#pop();
    } else if (char === "\n" || char === "\r" || (char === "\\" && (next === "\n" || next === "\r")))
      this.#tellQuoted();
    else if (char === "\\") this.#at += 2;
    else this.#template();
  }

  #heredoc(): void {
    const { end } = this.#level;
    if (this.#isLineStart) {
      this.#isLineStart = false;
      const newline = this.#text.indexOf("\n", this.#at);
      const line = this.#text.slice(this.#at, newline === -1 ? undefined : newline);
      if (line.replace(AROUND, "") === end) {
        this.#at += line.length;
        this.#pop();
        return;
      }
      this.#countLines(1);
      if (this.#fault !== undefined) return;
    }
    this.#match(HEREDOC_TEXT);
    if (this.#text[this.#at] === "\n") {
      this.#at++;
      this.#isLineStart = true;
    } else this.#template();
  }

  /** A token that begins with `$` or `%`; several of them before a `{` do not begin a template. */
  #template(): void {
    const word = this.#peek(DIRECTIVE)?.[1];
    const signs = this.#match(SIGNS)?.[0].length ?? 0;
    const level = this.#level;
    if (signs !== 1 || this.#text[this.#at] !== "{") {
      if (signs > 0) this.#split(level);
      return;
    }
    if (word === "if" || word === "for") {
      level.directives++;
      this.#deepen(1);
    } else if (word !== undefined && level.directives > 0) {
      level.directives--;
      this.#deepen(-1);
    }
    this.#open("template", "}");
    this.#at++;
  }

  /** A sign that begins no template is a piece of its own. */
  #split(level: Level): void {
    if (level.kind === "heredoc") {
      this.#countLines(2);
      return;
    }
    // The difference of the squares: two more pieces.
    this.#pieces += 4 * level.pieces + 4;
    level.pieces += 2;
    if (this.#pieces > MAX_PIECES) {
      const told = `\`$\` and \`%\` split texts of the file into more than ${MAX_HEREDOC_LINES} pieces`;
      this.#tell(told, "put values into a list, or into a file of their own");
    }
  }

  #countLines(lines: number): void {
    this.#heredocLines += lines;
    if (this.#heredocLines <= MAX_HEREDOC_LINES) return;
    const hint = "put values into a list, or into a file of their own";
    this.#tell(
      `the heredocs of the file have more than ${MAX_HEREDOC_LINES} lines, or pieces of lines`,
      hint,
    );
  }

  #open(kind: Level["kind"], end: string): void {
    this.#levels.push({ kind, end, tokens: 0, directives: 0, pieces: 0 });
    this.#deepen(1);
  }

  #close(char: string): void {
    if (this.#level.end !== char) {
      this.#tell(`this \`${char}\` has no opening counterpart`);
      return;
    }
    this.#at++;
    this.#pop();
  }

  #pop(): void {
    const level = this.#level;
    this.#levels.pop();
    this.#chain -= level.tokens;
    this.#deepen(-1 - level.directives);
  }

  #deepen(by: number): void {
    this.#depth += by;
    if (this.#depth > MAX_DEPTH) this.#tell(`this nests more than ${MAX_DEPTH} levels deep`);
  }

  #count(length: number): void {
    this.#at += length;
    this.#level.tokens++;
    if (++this.#chain > MAX_CHAIN)
      this.#tell(`the expression has more than ${MAX_CHAIN} parts`, "split it with `locals`");
  }

  #restart(): void {
    const level = this.#level;
    this.#chain -= level.tokens;
    level.tokens = 0;
  }

  /** @returns whether the text is there */
  #skipTo(text: string, from: number): boolean {
    const found = this.#text.indexOf(text, this.#at + from);
    this.#at = found === -1 ? this.#text.length : found + from;
    return found !== -1;
  }

  #peek(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.#at;
    return pattern.exec(this.#text) ?? undefined;
  }

  #match(pattern: RegExp): RegExpExecArray | undefined {
    const found = this.#peek(pattern);
    this.#at += found?.[0].length ?? 0;
    return found;
  }

  #tellQuoted(): void {
    this.#tell("a quoted string must end on its line", 'close it with `"`, or write a heredoc');
  }

  #tell(message: string, hint?: string): void {
    const start = Math.min(this.#at, this.#text.length);
    const span = { start, end: Math.min(start + 1, this.#text.length) };
    this.#fault ??= { code: "E_DOC_SYNTAX", message, span, ...(hint === undefined ? {} : { hint }) };
  }
}
