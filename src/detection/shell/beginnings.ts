// On the request path, for each text with a character that separates commands: a look at the next word, before anything is read.
import { HABITS } from "./commands.ts";
import { WINDOWS_ARGUMENTS } from "./windows-commands.ts";

/** Bytes after which a command can begin. */
const OPENS = table(";|&\n\r(`");
const SKIPPED = table(" \t\n\r\v\f;|&(!@");
const NAME_BYTE = table("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-");
/** Bytes of names, files and paths that mean nothing to a shell. */
const PLAIN = table("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./:,+~@");
/** Bytes by which a word becomes another one: it needs reading. */
const SPECIAL = table("\\$?*[{^%");
const BLANK = table(" \t\v\f\xa0");

/** Verbs of the commands of PowerShell. */
const VERBS = new Set(
  "get set new invoke start stop remove add out test import copy move write resolve".split(" "),
);

const LONGEST_NAME = 32;
/** An unknown command on a file of the system is looked for where the text begins. */
const NEAR = 96;
const PATH_WITHIN = 48;
const QUOTED_AT_MOST = 64;
const MAX_ASSIGNMENTS = 8;

function table(characters: string): Uint8Array {
  const bytes = new Uint8Array(256);
  for (const c of characters) bytes[c.charCodeAt(0)] = 1;
  return bytes;
}

function is(bytes: Uint8Array, text: string, at: number): boolean {
  return bytes[text.charCodeAt(at) & 0xff] === 1;
}

/**
 * The next place after a separator at which a command may stand; -1: none. {@link separator} tells the separator of it.
 *
 * @param from where to begin to look for a separator
 * @param withAssignments whether one that assigns a variable counts
 */
export function nextCommand(text: string, from: number, withAssignments: boolean): number {
  const { length } = text;
  for (let at = from; at < length; at++) {
    const c = text.charCodeAt(at) & 0xff;
    if (OPENS[c] === 0) continue;
    if (c === 0x28) {
      const before = text.charCodeAt(at - 1);
      if (before !== 0x24 && before !== 0x3c && before !== 0x3e) continue;
    }
    let start = at + 1;
    while (start < length && isSkipped(text, start)) start++;
    if (start >= length) return -1;
    if (mayBegin(text, start) || (withAssignments && assigns(text, start))) {
      separator = at;
      return start;
    }
    at = lastOfRun(text, at, start);
  }
  return -1;
}

/** Where the separator of the command that was found last stands. */
export let separator = 0;

/** A run of separators is one place, except where it opens a substitution. */
export function lastOfRun(text: string, at: number, start: number): number {
  let last = at;
  while (last + 1 < start && text.charCodeAt(last + 1) !== 0x28 && text.charCodeAt(last + 1) !== 0x60) last++;
  return last;
}

/** Blanks, separators, and what opens a group of commands: `(`, `{ `. */
function isSkipped(text: string, at: number): boolean {
  const c = text.charCodeAt(at) & 0xff;
  return SKIPPED[c] === 1 || (c === 0x7b && text.charCodeAt(at + 1) === 0x20);
}

/** Whether commands may be in a text: at its beginning or after a separator. */
export function mayHoldCommands(text: string): boolean {
  return mayBeginText(text) || nextCommand(text, 0, false) !== -1;
}

/** Whether a text may begin with a command. */
export function mayBeginText(text: string): boolean {
  let start = 0;
  while (is(BLANK, text, start) || is(SKIPPED, text, start)) start++;
  return start < text.length && mayBegin(text, start);
}

function assigns(text: string, start: number): boolean {
  ASSIGNMENT.lastIndex = start;
  return ASSIGNMENT.test(text);
}

const ASSIGNMENT = /[A-Za-z_]\w{0,31}=/y;

/** Whether a command may be at a place: a name that is known, or one that needs reading. */
function mayBegin(text: string, start: number): boolean {
  let from = start;
  for (let turn = 0; turn < MAX_ASSIGNMENTS; turn++) {
    let at = from;
    while (is(NAME_BYTE, text, at)) at++;
    if (at - from > LONGEST_NAME) return false;
    const next = text.charCodeAt(at) & 0xff;
    if (at < text.length && SPECIAL[next] === 1) return next !== 0x25 || !isPercentage(text, from);
    if (at === from) return mayBeginOddly(text, from, next);
    if (isName(text, from, at)) return true;
    // A quote within a word, and a file that is read.
    if (next === 0x27 && isContraction(text, at)) return false;
    if (next === 0x27 || next === 0x22 || next === 0x60 || next === 0x3c) return true;
    if (next === 0x2f || next === 0x2e) return isFile(text, from, at) && !isPercentage(text, from);
    if (next !== 0x3d) return BLANK[next] === 1 && isOnPath(text, from, at);
    // An assignment, and what is after it.
    at = valueEnd(text, at + 1);
    if (at === -1) return true;
    if (!is(BLANK, text, at)) return false;
    while (is(BLANK, text, at)) at++;
    if (at >= text.length) return false;
    from = at;
  }
  return true;
}

/** Whether a word goes on as in `it's fine`: no name of a command has a blank in its quotes. */
function isContraction(text: string, at: number): boolean {
  CONTRACTION.lastIndex = at;
  return CONTRACTION.test(text);
}

const CONTRACTION = /'(?:[sdmt]|re|ll|ve)(?:[ \n]|[.,;:] )/iy;

/** `3.5% of it`. */
function isPercentage(text: string, start: number): boolean {
  PERCENTAGE.lastIndex = start;
  return PERCENTAGE.test(text);
}

const PERCENTAGE = /[0-9]{1,9}(?:[.,][0-9]{1,9})?%(?:[ \n]|[.,;:] )/y;

/** A word that begins with no letter. */
function mayBeginOddly(text: string, start: number, c: number): boolean {
  if (c === 0x22 || c === 0x27) return isQuotedName(text, start, c);
  if (c === 0x2f || c === 0x7e || c === 0x2e) return isFile(text, start, start);
  if (c !== 0x2b) return false;
  // Where `+` is not undone, or was encoded itself, programs often undo it.
  let at = start;
  while (text.charCodeAt(at) === 0x2b) at++;
  return at < text.length && text.charCodeAt(at) !== 0x20 && mayBegin(text, at);
}

/** `"name"`, or a quoted text that needs reading. */
function isQuotedName(text: string, start: number, quote: number): boolean {
  const limit = Math.min(text.length, start + QUOTED_AT_MOST + 2);
  let close = start + 1;
  let needsReading = false;
  for (; close < limit; close++) {
    const c = text.charCodeAt(close) & 0xff;
    if (c === quote) break;
    if (SPECIAL[c] === 1 || c === 0x60) needsReading = true;
  }
  if (close >= limit) return false;
  if (needsReading || close === start + 1) return true;
  const next = text.charCodeAt(close + 1) & 0xff;
  if (close + 1 < text.length && (PLAIN[next] === 1 || SPECIAL[next] === 1 || next === 0x22 || next === 0x27))
    return true;
  let end = start + 1;
  while (end < close && !is(BLANK, text, end)) end++;
  return isFileName(text, start + 1, end);
}

/** A word of several names: `/usr/bin/id`, `cmd.exe`. */
function isFile(text: string, start: number, from: number): boolean {
  let at = from;
  while (is(PLAIN, text, at)) at++;
  const next = text.charCodeAt(at) & 0xff;
  if (at < text.length && (SPECIAL[next] === 1 || next === 0x27 || next === 0x22)) return true;
  return isFileName(text, start, at) || (BLANK[next] === 1 && isOnPath(text, start, at));
}

function isFileName(text: string, start: number, end: number): boolean {
  if (end - start === 1 && text.charCodeAt(start) === 0x2e) return true;
  let last = end;
  while (last > start && text.charCodeAt(last - 1) !== 0x2f) last--;
  let stop = end;
  if (stop - last > 4) {
    const extension = text.slice(stop - 4, stop).toLowerCase();
    if (extension === ".exe" || extension === ".com") stop -= 4;
  }
  if (isName(text, last, stop)) return true;
  const dot = text.indexOf(".", last);
  return dot !== -1 && dot < stop && isName(text, last, dot);
}

/** An unknown command on a file of the system. */
function isOnPath(text: string, start: number, at: number): boolean {
  if (start >= NEAR) return false;
  const limit = Math.min(text.length, at + PATH_WITHIN);
  for (let of = at; of < limit; of++) {
    const c = text.charCodeAt(of);
    if (c === 0x2f) return true;
    if (c === 0x3b || c === 0x7c || c === 0x26 || c === 0x0a || c === 0x0d || c === 0x29) return false;
  }
  return false;
}

/** Where the value of an assignment ends; -1 where it needs reading. */
function valueEnd(text: string, start: number): number {
  let at = start;
  for (;;) {
    const c = text.charCodeAt(at) & 0xff;
    if (at >= text.length) return at;
    if (SPECIAL[c] === 1 || c === 0x60 || c === 0x27) return -1;
    if (c === 0x22) {
      const close = text.indexOf('"', at + 1);
      if (close === -1 || close - at > QUOTED_AT_MOST) return at;
      for (let of = at + 1; of < close; of++)
        if (is(SPECIAL, text, of) || text.charCodeAt(of) === 0x60) return -1;
      at = close + 1;
    } else if (PLAIN[c] === 1 || c === 0x3d) at++;
    else return at;
  }
}

/** Whether it is the name of a command, letter case aside. */
function isName(text: string, start: number, end: number): boolean {
  const length = end - start;
  if (length === 0 || length > LONGEST_NAME || !mayBeName(text, start, length)) return false;
  const name = text.slice(start, end);
  if (HABITS.has(name) || WINDOWS_ARGUMENTS.has(name)) return true;
  const lower = name.toLowerCase();
  if (HABITS.has(lower) || WINDOWS_ARGUMENTS.has(lower)) return true;
  const hyphen = lower.indexOf("-");
  return hyphen > 0 && VERBS.has(lower.slice(0, hyphen));
}

/** How names begin: by their first two letters and, for those without a hyphen, their length. */
const FIRST = new Uint8Array(1 << 16);
for (const name of [...HABITS.keys(), ...WINDOWS_ARGUMENTS.keys()]) FIRST[prefixOf(name, 0)] = 1;
for (const verb of VERBS) FIRST[prefixOf(verb, 0)] = 1;

function prefixOf(text: string, at: number): number {
  const second = text.charCodeAt(at + 1);
  return (((text.charCodeAt(at) | 32) & 0xff) << 8) | (second > 0 ? (second | 32) & 0xff : 0);
}

function mayBeName(text: string, start: number, length: number): boolean {
  if (length > 1) return FIRST[prefixOf(text, start)] === 1;
  return HABITS.has(text.charAt(start)) || HABITS.has(text.charAt(start).toLowerCase());
}

/** Two letters that follow one another in a name, by their places in the alphabet. */
const PAIRS = new Uint8Array(32 * 32);
for (const name of HABITS.keys())
  for (let at = 0; at + 1 < name.length; at++)
    PAIRS[(name.charCodeAt(at) & 31) * 32 + (name.charCodeAt(at + 1) & 31)] = 1;

/** Whether two letters of a name are in a text with quotes or a backslash between them, as in `c''at`. */
export function holdsBrokenName(text: string): boolean {
  for (let at = 1; at + 1 < text.length; at++) {
    const c = text.charCodeAt(at);
    if (c !== 0x5c && c !== 0x27 && c !== 0x22) continue;
    const behind = c === 0x5c ? at + 1 : at + 2;
    if (c !== 0x5c && text.charCodeAt(at + 1) !== c) continue;
    const left = text.charCodeAt(at - 1) | 32;
    const right = text.charCodeAt(behind) | 32;
    if (left < 97 || left > 122 || !(right >= 97 && right <= 122)) continue;
    if (PAIRS[(left & 31) * 32 + (right & 31)] === 1) return BROKEN_AMONG.test(text);
  }
  return false;
}

const BROKEN_AMONG = /[ \t/<;|&]/;
