import { isDigit } from "../detector/characters.ts";
import type { Trigger } from "../detector/detector.ts";
import { isQuote, isWord, lastBefore, matchAt, placesOf, skipSpace } from "./scan.ts";

type Found = (start: number, end: number) => void;

/** When a text may hold JavaScript for MongoDB. */
export const SCRIPT_TRIGGERS: readonly Trigger[] = [
  { words: ["$where", "||", "&&", "db.", ".match", "while(", "while (", "sleep(", "new date"] },
  { characters: "'\")]", words: ["return", "match", "delete", "merge", "unwind", "call ", " set "] },
  { words: ["load csv", "$or", "$and", "$nor"] },
];

/** Longer texts are programs or prose: there only what leaves a string is looked for. */
const SHORT = 600;
/** Where a value that ends a string has done so. */
const EARLY = 120;

const WHERE =
  /['"]?\s{0,20}:\s{0,20}(?:function\b|\(|['"]?\s{0,20}(?:this\.|sleep|return\b|['"]?\d|\w{1,40}\s{0,9}\())/y;
const KEY = /\s{0,20}['"]?\$(?:or|and|nor|where|comment|ne|gt|lt|regex|in|nin|expr)['"]?\s{0,20}:/y;
const CONDITION =
  /\s{0,20}(?:this\.\w|Object\s{0,4}\.\s{0,4}keys\s{0,4}\(\s{0,4}this\b|(['"]?)\w{1,20}\1\s{0,9}==|['"]\w{0,20}['"]\s{0,9}==)/y;
const RETURN = /\s{0,20}return\b\s{0,20}(?:\(|true\b|this\.|['"\d])/y;
const LOOP =
  /\s{0,20}(?:while\s{0,9}\(\s{0,9}(?:1|true|!0)\s{0,9}\)|sleep\s{0,9}\(\s{0,9}\d|it\s{0,9}=\s{0,9}new\s{1,9}date|var\s{1,9}\w{1,20}\s{0,9}=\s{0,9}new\s{1,9}date\s{0,9}\(\s{0,9}\)\s{0,9};\s{0,9}do\b)/iy;
const EQUAL = /\s{0,20}(\d{1,9})\s{0,9}={2,3}\s{0,9}\d/y;
const QUERY =
  /\.(?:getSiblingDB\s{0,9}\([^()]{0,40}\)\s{0,9}\.)?(?:getCollection\s{0,9}\([^()]{0,40}\)\s{0,9}\.|\w{1,60}\.)?(?:getCollectionNames|adminCommand|runCommand|dropDatabase|find|findOne|insert|insertOne|insertMany|drop|remove|deleteMany|update|updateMany|mapReduce|aggregate)\s{0,9}\((?!\s{0,4}(?:\{\s{0,4})?\\{0,3}['"]?(?:ping|hello|isMaster)\b)/y;
/** A query that is written down: it asks for something, and changes nothing. */
const READS = /^db\.\w{1,60}\.(?:find|findOne|aggregate)\s{0,9}\(\s{0,4}[[{]\s{0,4}[{\w"']/;
const MATCH = /\.\w{1,60}\s{0,9}\.\s{0,9}match\s{0,9}\(/y;

/** Conditions in JavaScript, and values that end a string and go on with one. */
export function findScripts(text: string, found: Found): void {
  where(text, found);
  keys(text, found);
  conditions(text, found);
  statements(text, found);
  if (text.length > SHORT) return;
  members(text, found);
  queries(text, found);
}

/** `$where: '1 == 1'` */
function where(text: string, found: Found): void {
  for (const at of placesOf(text, "$where")) {
    const end = matchAt(WHERE, text, at + 6);
    if (end >= 0) {
      found(at, end);
      return;
    }
  }
}

/** `', $or: [`: a string or a list ends, and an operator follows. */
function keys(text: string, found: Found): void {
  for (const at of placesOf(text, "$")) {
    if (at > EARLY) return;
    const comma = lastBefore(text, at);
    const bare = text.charCodeAt(comma) === 44 ? comma : -1;
    if (bare < 0) continue;
    let before = lastBefore(text, bare);
    while (before > 0 && bare - before < 20 && "]}) \t".includes(text.charAt(before))) before -= 1;
    if (before < 0 || !endsValue(text, before)) continue;
    // An object of its own is somebody's query, not the end of another.
    if ("{[".includes(text.charAt(skipSpace(text, 0)))) return;
    const end = matchAt(KEY, text, bare + 1);
    if (end >= 0) {
      found(before, end);
      return;
    }
  }
}

/** `' || '1'=='1`, `' && this.a`, and the same at the beginning without a quote. */
function conditions(text: string, found: Found): void {
  const start = skipSpace(text, 0);
  for (const word of ["||", "&&"]) {
    if (text.startsWith(word, start)) {
      const end = matchAt(EQUAL, text, start + 2);
      if (end >= 0) {
        found(start, end);
        return;
      }
    }
    for (const at of placesOf(text, word)) {
      if (at > EARLY) break;
      const before = lastBefore(text, at);
      if (!isQuote(text.charCodeAt(before)) || !breaksOut(text, before)) continue;
      const end = matchAt(CONDITION, text, at + 2);
      if (end >= 0) {
        found(before, end);
        return;
      }
    }
  }
}

/** Whether a quote ends a string that was opened before the text: it is the first of its kind, early on. */
function breaksOut(text: string, quote: number): boolean {
  return (quote <= 60 && text.lastIndexOf(text.charAt(quote), quote - 1) < 0) || quote === 0;
}

/** `'; return true; var a='`, `1; while(1)` */
function statements(text: string, found: Found): void {
  for (const at of placesOf(text, ";")) {
    const before = lastBefore(text, at);
    if (before > 60) return;
    const code = text.charCodeAt(before);
    if (isQuote(code) && breaksOut(text, before)) {
      const end = Math.max(matchAt(RETURN, text, at + 1), matchAt(LOOP, text, at + 1));
      if (end >= 0) {
        found(before, end);
        return;
      }
    } else if (before < 0 || (isDigit(code) && numberOnly(text, before))) {
      const end = matchAt(LOOP, text, at + 1);
      if (end >= 0) {
        found(at, end);
        return;
      }
    }
  }
}

/** Whether what ends here is the whole value of a field: a string that was opened before the text, or a number. */
function endsValue(text: string, last: number): boolean {
  const code = text.charCodeAt(last);
  return isQuote(code) ? breaksOut(text, last) : isDigit(code) && last <= 20 && numberOnly(text, last);
}

function numberOnly(text: string, last: number): boolean {
  for (let at = 0; at <= last; at += 1)
    if (!isDigit(text.charCodeAt(at)) && text.charAt(at) !== "/") return false;
  return true;
}

/** `this.password.match(/.*​/)` after a quote, an operator or nothing. */
function members(text: string, found: Found): void {
  for (const at of placesOf(text, "this.")) {
    const end = matchAt(MATCH, text, at + 4);
    if (end < 0) continue;
    const before = lastBefore(text, at);
    if (before < 0 || ("'\"|&(".includes(text.charAt(before)) && before <= 60)) {
      found(at, end);
      return;
    }
  }
}

/** A command of the shell that is the value, or that follows a statement's end. */
function queries(text: string, found: Found): void {
  for (const at of placesOf(text, "db.")) {
    if (isWord(text.charCodeAt(at - 1))) continue;
    const open = matchAt(QUERY, text, at + 2);
    if (open < 0) continue;
    const before = lastBefore(text, at);
    if (before < 0 && READS.test(text.slice(at, open + 8))) continue;
    if (before >= 0 && !";'\"/".includes(text.charAt(before))) continue;
    const close = text.indexOf(")", open);
    const next = close < 0 ? text.length : skipSpace(text, close + 1);
    if (next >= text.length || ";,.)'\"/".includes(text.charAt(next))) {
      found(at, open);
      return;
    }
  }
}
