import type { EvidenceKind, Place } from "../detector/detector.ts";
import { isLetter, isSpace } from "./bytes.ts";
import { Lexer, LONGEST_WORD } from "./lexer.ts";
import type { Prefixes } from "./prefix.ts";
import { Statements } from "./statements.ts";

export type Found = (kind: EvidenceKind, start: number, end: number) => void;

/** Steps of the grammar that a byte of the text pays for: ten times what the longest ordinary texts need. */
const STEPS = 6;

/** A statement from the first word: what tools for queries send. */
const WHOLE =
  /^[\s(]{0,8}(?:select|with|explain|insert|update|delete|create|values|describe|replace|merge)[\s(*]/i;

/** A text in which words of statements are looked for, and what was seen of it so far. */
export class Context {
  readonly text: string;
  readonly lexer: Lexer;
  readonly found: Found;
  readonly place: Place;
  readonly prefixes: Prefixes;
  readonly statements: Statements;
  /** Whether the text is a whole statement, as tools for queries send it. */
  readonly whole: boolean;
  /** Whether SELECT, IF or CASE was before. */
  asked = false;
  /** Whether any word of a statement was before. */
  worded = false;
  /** Tables of catalogues that were seen: a query of several is slow on purpose. */
  tables = 0;
  /** Where {@link before} found its byte. */
  beforeAt = -1;

  constructor(text: string, place: Place, prefixes: Prefixes, found: Found) {
    this.text = text;
    this.place = place;
    this.found = found;
    this.lexer = new Lexer(text, STEPS);
    this.whole = WHOLE.test(text);
    this.prefixes = prefixes;
    this.statements = new Statements(text, this.lexer, prefixes, found);
  }

  /** Kind of the last byte before `at` that is not white space and no comment; NaN at the beginning. */
  before(at: number): number {
    const { text } = this;
    let back = at - 1;
    for (let steps = 0; back >= 0 && steps < 64; steps++) {
      const code = text.charCodeAt(back);
      if (isSpace(code)) back--;
      else if (code === 0x2f && text.charCodeAt(back - 1) === 0x2a) {
        const open = commentBegin(text, back);
        if (open < 0) return code;
        back = open - 1;
      } else break;
    }
    this.beforeAt = back;
    return back < 0 ? Number.NaN : text.charCodeAt(back);
  }

  /** The word that ends at `end`, in lower case. */
  wordBefore(end: number): string {
    const { text } = this;
    let start = end;
    while (start >= 0 && end - start < LONGEST_WORD && isLetter(text.charCodeAt(start))) start--;
    return text.slice(start + 1, end + 1).toLowerCase();
  }
}

/** Where a short comment begins that ends at `end`; -1 when none does near. */
function commentBegin(text: string, end: number): number {
  const least = Math.max(0, end - 64);
  for (let at = end - 2; at >= least; at--)
    if (text.charCodeAt(at) === 0x2f && text.charCodeAt(at + 1) === 0x2a) return at;
  return -1;
}
