import type { Place } from "../detector/detector.ts";
import { WORD_SEED } from "../detector/word-hash.ts";
import { judgeCondition, judgeIf, judgeWhen } from "./blind-conditions.ts";
import { isDigit, isLetter, isNamePart, nameEnd } from "./bytes.ts";
import { judgeCatalogue, judgeOwner, judgeSelect } from "./catalogues.ts";
import { Context, type Found } from "./context.ts";
import { judgeDelay, judgeSleep } from "./delays.ts";
import { judgeErrorFunction, judgeSpelt, judgeSubqueryArgument } from "./error-functions.ts";
import { judgeVersioned, splitByComment, splitByZeroWidth } from "./hidden-words.ts";
import { Kind } from "./kinds.ts";
import type { Prefixes } from "./prefix.ts";
import { Statements } from "./statements.ts";
import { judgeExcept, judgeUnion } from "./unions.ts";
import { WordTable, wordStep } from "./word-table.ts";
import { CATALOGUES } from "./words.ts";

type Handler = (context: Context, at: number, word: string) => void;

const LETTER = 1;
const DIGIT = 2;
const SIGN = 3;
/** What a byte may begin. */
const BEGINS = Uint8Array.from({ length: 256 }, (_, code) => {
  if (isLetter(code)) return LETTER;
  if (isDigit(code)) return DIGIT;
  // Backslash, semicolon, slash, vertical bar and ampersand.
  return code === 0x5c || code === 0x3b || code === 0x2f || code === 0x7c || code === 0x26 ? SIGN : 0;
});

/** Looks for words that begin a piece of a statement, anywhere in a text, and evaluates what is after each. */
export function judgePhrases(text: string, place: Place, prefixes: Prefixes, found: Found): void {
  const context = new Context(text, place, prefixes, found);
  const { length } = text;
  for (let at = 0; at < length; at++) {
    const begins = BEGINS[text.charCodeAt(at)] ?? 0;
    if (begins === 0) continue;
    if (begins === LETTER) at = judgeWord(context, at) - 1;
    else if (begins === DIGIT) at = judgeNumber(context, at);
    else at = judgeSign(context, at);
  }
  if (context.lexer.isExhausted) found(Kind.unjudged, 0, length);
  if (context.tables >= 3) found(Kind.heavyQuery, 0, length);
}

/** Judges the name that begins here, and answers the byte after it. */
function judgeWord(context: Context, at: number): number {
  const { text } = context;
  let hash = WORD_SEED;
  let end = at;
  for (; end < text.length; end++) {
    const code = text.charCodeAt(end);
    if (!isNamePart(code)) break;
    hash = wordStep(hash, code);
  }
  const number = WORDS.get(text, at, end, hash);
  if (number > 0) {
    const word = ALL_WORDS[number - 1] ?? "";
    const handler = HANDLERS.get(word);
    if (handler === undefined) judgeCatalogue(context, at, end, word);
    else {
      context.worded = true;
      handler(context, at, word);
    }
  }
  const next = text.charCodeAt(end);
  if (next === 0x2f && text.charCodeAt(end + 1) === 0x2a) return splitByComment(context, at, end);
  if (next === 0xe2 && text.charCodeAt(end + 1) === 0x80) splitByZeroWidth(context, at, end);
  return end;
}

/** Judges a sign, and answers its last byte. */
function judgeSign(context: Context, at: number): number {
  const { text } = context;
  const code = text.charCodeAt(at);
  const next = text.charCodeAt(at + 1);
  // `\\N` is NULL.
  if (code === 0x5c) return next === 0x4e ? at + 1 : at;
  if (code === 0x3b) context.statements.behindSemicolon(at, context.whole);
  else if (code === 0x2f) {
    if (next === 0x2a && text.charCodeAt(at + 2) === 0x21) judgeVersioned(context, at);
  } else if (next === code) {
    judgeCondition(context, at, "or", at + 2);
    return at + 1;
  }
  return at;
}

/** `1.e(x)` and `1.e.x`, in which MySQL ignores the number; answers the number's last byte. */
function judgeNumber(context: Context, at: number): number {
  const { text } = context;
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
  const member = sign === 0x2e && isLetter(text.charCodeAt(end + 2)) && (context.asked || end === dot + 1);
  if (context.worded && (sign === 0x28 || member)) context.found(Kind.ignoredExponent, at, end + 2);
  return end;
}

function judgeStatement(context: Context, at: number, word: string): void {
  context.statements.word(at, word, context.before(at), context.place, context.whole);
}

const HANDLERS: ReadonlyMap<string, Handler> = new Map<string, Handler>([
  ["union", (context, at) => judgeUnion(context, at)],
  ["except", (context, at) => judgeExcept(context, at)],
  ["intersect", (context, at) => judgeExcept(context, at)],
  ["minus", (context, at) => judgeExcept(context, at)],
  [
    "select",
    (context, at, word) => {
      judgeSelect(context, at);
      judgeStatement(context, at, word);
    },
  ],
  ["sleep", (context, at, word) => judgeSleep(context, at, word)],
  ["mysql", (context, at) => judgeOwner(context, at)],
  ["if", (context, at) => judgeIf(context, at)],
  ["when", (context, at) => judgeWhen(context, at)],
  ...["and", "or", "xor", "having", "rlike", "like", "regexp", "by", "where"].map(
    (word): [string, Handler] => [word, (context, at) => judgeCondition(context, at, word, at + word.length)],
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
  ].map((word): [string, Handler] => [word, (context, at) => judgeDelay(context, at, word)]),
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
  ].map((word): [string, Handler] => [word, (context, at) => judgeErrorFunction(context, at, word)]),
  ...[
    "json_keys",
    "polygon",
    "multipoint",
    "linestring",
    "geometrycollection",
    "multipolygon",
    "st_latfromgeohash",
    "st_pointfromgeohash",
  ].map((word): [string, Handler] => [word, (context, at) => judgeSubqueryArgument(context, at, word)]),
  ...["char", "chr", "nchar", "concat"].map((word): [string, Handler] => [
    word,
    (context, at) => judgeSpelt(context, at, word),
  ]),
  ...Statements.words.map((word): [string, Handler] => [
    word,
    (context, at) => judgeStatement(context, at, word),
  ]),
]);

/** Every word that is worth a look, by its number less one. */
const ALL_WORDS: readonly string[] = [...HANDLERS.keys(), ...CATALOGUES];
const WORDS = new WordTable(ALL_WORDS.map((word, at): [string, number] => [word, at + 1]));
