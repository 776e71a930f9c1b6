import { isDigit, isLetter } from "../detector/characters.ts";
import { isQuote, isSpace, isWord, wordEnd } from "./scan.ts";

/** Delimiters of a template: `length` bytes open it, `closer` ends it. */
export interface Delimiter {
  readonly name:
    | "mustache"
    | "dollar"
    | "hash"
    | "star"
    | "percent"
    | "block"
    | "bracket"
    | "razor"
    | "action";
  readonly length: number;
  readonly closer: string;
}

const delimiter = (name: Delimiter["name"], length: number, closer: string): Delimiter => ({
  name,
  length,
  closer,
});

const MUSTACHE = delimiter("mustache", 2, "}}");
const TRIPLE = delimiter("mustache", 3, "}}}");
const BLOCK = delimiter("block", 2, "%}");
const DOLLAR = delimiter("dollar", 2, "}");
/** Expressions of GitHub's workflows. */
const ACTION = delimiter("action", 3, "}}");
const HASH = delimiter("hash", 2, "}");
const STAR = delimiter("star", 2, "}");
const RAZOR = delimiter("razor", 2, ")");
const PERCENT = delimiter("percent", 2, "%>");
const BRACKET = delimiter("bracket", 2, "]]");
/** Of OGNL, and of messages whose parts have names: there too only a calculation says something. */
const OGNL = delimiter("bracket", 2, "}");

/** The delimiter that opens at `at`. */
export function delimiterAt(text: string, at: number): Delimiter | undefined {
  const next = text.charCodeAt(at + 1);
  switch (text.charCodeAt(at)) {
    case 123: // {
      if (next === 123) return text.charCodeAt(at + 2) === 123 ? TRIPLE : MUSTACHE;
      return next === 37 && !isConversion(text, at + 2) ? BLOCK : undefined;
    case 36: // $
      if (next !== 123) return undefined;
      return text.charCodeAt(at + 2) === 123 ? ACTION : DOLLAR;
    case 37: // %
      return next === 123 ? OGNL : undefined;
    case 35: // #
      return next === 123 ? HASH : undefined;
    case 42: // *
    case 126: // ~
      return next === 123 ? STAR : undefined;
    case 64: // @
      if (next === 123) return STAR;
      return next === 40 ? RAZOR : undefined;
    case 60: // <
      return next === 37 && !isConversion(text, at + 2) ? PERCENT : undefined;
    case 91: // [
      return next === 91 ? BRACKET : undefined;
    default:
      return undefined;
  }
}

/** Whether what follows a percent sign is a conversion of `printf`: one letter. */
function isConversion(text: string, at: number): boolean {
  return isLetter(text.charCodeAt(at)) && !isLetter(text.charCodeAt(at + 1));
}

/** Where the next delimiter may open, from `at` on; the length of the text when there is none. */
export function nextDelimiter(text: string, at: number): number {
  for (let position = at; position < text.length; position += 1) {
    const next = text.charCodeAt(position + 1);
    if ((next === 123 || next === 37 || next === 40 || next === 91) && delimiterAt(text, position))
      return position;
  }
  return text.length;
}

export interface TemplateToken {
  kind: "space" | "name" | "number" | "string" | "other";
  end: number;
}

const LONGEST_STRING = 200;

/** Reads one token of a template's expression. A quote whose partner is far, or behind another delimiter, is alone. */
export function readToken(text: string, at: number, token: TemplateToken): void {
  const code = text.charCodeAt(at);
  if (isSpace(code)) {
    token.kind = "space";
    token.end = at + 1;
  } else if (isDigit(code)) {
    token.kind = "number";
    let end = at + 1;
    while (isWord(text.charCodeAt(end)) || (text.charCodeAt(end) === 46 && isDigit(text.charCodeAt(end + 1))))
      end += 1;
    token.end = end;
  } else if (isWord(code)) {
    token.kind = "name";
    token.end = wordEnd(text, at);
  } else {
    const end = isQuote(code) ? stringEnd(text, at, code) : -1;
    token.kind = end < 0 ? "other" : "string";
    token.end = end < 0 ? at + 1 : end;
  }
}

function stringEnd(text: string, at: number, quote: number): number {
  const limit = Math.min(text.length, at + LONGEST_STRING);
  for (let position = at + 1; position < limit; position += 1) {
    const code = text.charCodeAt(position);
    if (code === quote) return position + 1;
    if (code === 92) position += 1;
    else if (delimiterAt(text, position) !== undefined) return -1;
  }
  return -1;
}
