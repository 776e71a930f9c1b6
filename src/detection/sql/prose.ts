// On the request path, for texts with words that sentences and statements share.
import { isLetter } from "./bytes.ts";

const CONTRACTIONS: ReadonlySet<string> = new Set(["s", "t", "d", "m", "re", "ll", "ve"]);
/** Words after which a bracket holds a condition. */
const BEFORE_BRACKETS: ReadonlySet<string> = new Set(
  "and or xor not where having like rlike regexp in is if when between".split(" "),
);
const LONGEST = 8;

/** Whether a quote is in a text that is not an apostrophe of `it's` and its like. */
export function holdsQuote(text: string): boolean {
  if (text.includes('"') || text.includes("`")) return true;
  for (let at = text.indexOf("'"); at !== -1; at = text.indexOf("'", at + 1))
    if (!isApostrophe(text, at)) return true;
  return false;
}

function isApostrophe(text: string, at: number): boolean {
  if (!isLetter(text.charCodeAt(at - 1))) return false;
  let end = at + 1;
  while (end - at <= 3 && isLetter(text.charCodeAt(end))) end++;
  if (!CONTRACTIONS.has(text.slice(at + 1, end).toLowerCase())) return false;
  return end === text.length || isGap(text.charCodeAt(end)) || isStop(text.charCodeAt(end));
}

function isGap(code: number): boolean {
  return code === 0x20 || code === 0x0a;
}

/** Whether a text compares, or has a bracket other than sentences have it: after a gap that no condition is before, and before a word. */
export function holdsBareSign(text: string): boolean {
  if (text.includes("=") || text.includes("<") || text.includes(">")) return true;
  for (let at = text.indexOf("("); at !== -1; at = text.indexOf("(", at + 1))
    if (!isBracketOfSentence(text, at)) return true;
  return false;
}

function isBracketOfSentence(text: string, at: number): boolean {
  if (at > 0 && !isGap(text.charCodeAt(at - 1))) return false;
  if (!isLetter(text.charCodeAt(at + 1))) return false;
  if (isAside(text, at)) return true;
  if (text.charCodeAt(at - 1) !== 0x20) return false;
  const end = at - 1;
  let start = end;
  while (start > 0 && end - start < LONGEST && isLetter(text.charCodeAt(start - 1))) start--;
  if (start === end) return isStop(text.charCodeAt(end - 1));
  return !BEFORE_BRACKETS.has(text.slice(start, end).toLowerCase());
}

/** `(again),`: one word, and a sign of sentences after it. */
function isAside(text: string, at: number): boolean {
  let close = at + 1;
  while (close - at < LONGEST_ASIDE && isLetter(text.charCodeAt(close))) close++;
  return text.charCodeAt(close) === 0x29 && isStop(text.charCodeAt(close + 1));
}

const LONGEST_ASIDE = 24;

/** Full stop, comma, colon. */
function isStop(code: number): boolean {
  return code === 0x2e || code === 0x2c || code === 0x3a;
}
