import { isQuote, isSpace, isWord, lastBefore, matchAt, placesOf, skipSpace } from "./scan.ts";

type Found = (start: number, end: number) => void;

/** What ends a string and a pattern or a list of Cypher stands early in a value. */
const EARLY = 120;
/** Clauses with what nobody writes after a bracket in a sentence. */
const CLAUSE =
  /(?:return\s{1,9}[\w.*]{1,60}(?:\s{1,9}as\s{1,9}\w{1,40})?\s{0,9}(?:$|\/\/|,|union\b|limit\b|order\b)|(?:optional\s{1,9})?match\s{0,9}\(|detach\s{1,9}delete\s|delete\s{1,9}\w{1,20}\s{0,9}(?:$|\/\/|return\b)|set\s{1,9}\w{1,40}\.\w{1,60}\s{0,9}[=+]|remove\s{1,9}\w{1,40}[.:]\w|merge\s{0,9}\(|create\s{0,9}\(|unwind\s{1,9}[\w[(]|with\s{1,9}[\w.*]{1,40}\s{1,9}(?:as\b|match\b|call\b|where\b)|call\s{1,9}(?:db|dbms|apoc|gds)\.|load\s{1,9}csv\s)/iy;
const LOAD = /load\s{1,9}csv\s{1,9}(?:with\s{1,9}headers\s{1,9})?from\s{1,9}['"](?:https?|ftp|file):/iy;
const PROCEDURE = /call\s{1,9}(?:db|dbms|apoc|gds)\.\w/iy;

/** Values that end a string, a pattern or a condition of Cypher and go on with a clause. */
export function findClauses(text: string, found: Found): void {
  const lower = text.toLowerCase();
  for (const [word, pattern] of [
    ["load", LOAD],
    ["call", PROCEDURE],
  ] as const) {
    for (const at of placesOf(lower, word)) {
      if (isWord(lower.charCodeAt(at - 1))) continue;
      const end = matchAt(pattern, lower, at);
      // A query that somebody writes begins with it.
      if (end < 0 || lastBefore(lower, at) < 0 || !hasQuoteBefore(lower, at)) continue;
      found(at, end);
      return;
    }
  }
  const quote = text.search(/['"]/);
  if (quote < 0 || quote > EARLY) return;
  let at = skipSpace(lower, quote + 1);
  const from = at;
  while (
    at < text.length &&
    at - from < 12 &&
    ("})]".includes(text.charAt(at)) || isSpace(text.charCodeAt(at)))
  )
    at += 1;
  if (!lower.slice(from, at).includes(")") || text.slice(0, quote).includes("(")) return;
  const end = matchAt(CLAUSE, lower, at);
  if (end >= 0) found(quote, end);
}

function hasQuoteBefore(text: string, at: number): boolean {
  const quote = text.search(/['"]/);
  return quote >= 0 && quote < at && isQuote(text.charCodeAt(quote)) && quote <= EARLY;
}

/** Commands of Redis and Memcached with the arguments that they need, after a line break. */
const COMMAND =
  /[\r\n]{0,4}(?:flush(?:all|db)(?:\s{1,4}(?:a?sync))?\s{0,4}(?:[\r\n]|$)|config\s{1,4}set\s{1,4}(?:dir|dbfilename|save|requirepass|appendonly|protected-mode|(?:slave|replica|stop-writes)[\w-]{0,30})\s|(?:slaveof|replicaof)\s{1,4}\S{1,100}\s{1,4}\d|eval(?:sha)?\s{1,4}(?:"[^"\r\n]{1,300}"|'[^'\r\n]{1,300}'|[0-9a-f]{40})\s{1,4}\d|module\s{1,4}load\s{1,4}\/|script\s{1,4}(?:load|flush)\b|(?:bg)?save[\r\n]|(?:set|add|replace|append)\s{1,4}\S{1,250}\s{1,4}\d{1,10}\s{1,4}\d{1,10}\s{1,4}\d{1,10}\s{0,4}(?:noreply)?[\r\n])/iy;
/** The protocol of Redis: an array of texts with their lengths. */
const ARRAY = /\*\d{1,3}\r?\n\$\d{1,6}\r?\n\w/y;
const LONGEST = 4096;

/** A line break and a command for a store of keys, in a value that a program writes into one of its own. */
export function findCommands(text: string, found: Found): void {
  if (text.length > LONGEST) return;
  const start = skipSpace(text, 0);
  const whole = matchAt(ARRAY, text, start);
  if (whole >= 0) {
    found(start, whole);
    return;
  }
  const line = text.search(/[\r\n]/);
  if (line < 0) return;
  for (let at = line; at >= 0 && at < text.length; at = nextLine(text, at)) {
    const end = Math.max(matchAt(COMMAND, text, at), matchAt(ARRAY, text, at));
    if (end < 0) continue;
    found(at, end);
    return;
  }
}

/** Where the next line begins; -1 at the end. */
function nextLine(text: string, from: number): number {
  let at = from;
  while (text.charCodeAt(at) === 13 || text.charCodeAt(at) === 10) at += 1;
  while (at < text.length && text.charCodeAt(at) !== 13 && text.charCodeAt(at) !== 10) at += 1;
  while (text.charCodeAt(at) === 13 || text.charCodeAt(at) === 10) at += 1;
  return at < text.length ? at : -1;
}
