import type { Place, Report } from "../detector/detector.ts";
import { decodeReferences } from "./entities.ts";
import { isEvent, isKnownEvent } from "./events.ts";
import { ATTRIBUTE_BREAKOUT, SCRIPT_CONTINUATION, SCRIPT_URL_ATTRIBUTE, STYLE_SCRIPT } from "./kinds.ts";
import { judgeScript } from "./script.ts";
import { CALLS, type Judgement, PROOF, SINK } from "./script-levels.ts";
import { runsScript } from "./styles.ts";
import { type Attribute, TagReader } from "./tags.ts";
import { isNoOp, readUrl } from "./urls.ts";
import { BOOLEAN_ATTRIBUTES, URL_ATTRIBUTES } from "./words.ts";

/** Quotes of a text that are tried as the one that ends the attribute or the string around it. */
const QUOTES = 8;
/** Bytes before such a quote. */
const LEAD = 200;
/** Bytes of a tag after it. */
const TAG_LIMIT = 2048;
/** Tokens of a script after it. */
const TOKENS = 300;

/** Bytes at which the text may leave what is around it: after each quote, as long as no element begins before. */
export function quotesOf(text: string): readonly number[] {
  const found: number[] = [];
  const most = Math.min(text.length, LEAD);
  for (let at = 0; at < most && found.length < QUOTES; at++) {
    const code = text.charCodeAt(at);
    if (code === 60) break;
    if (code === 34 || code === 39 || code === 96) found.push(at + 1);
  }
  return found;
}

/** Looks for handlers after a quote that ends the attribute around the text, or after white space where it has no quotes. */
export function inspectAttributeBreakouts(
  text: string,
  place: Place,
  quotes: readonly number[],
  report: Report,
): void {
  for (const from of quotes) {
    const apostrophe = isWord(text.charCodeAt(from - 2)) && isWord(text.charCodeAt(from));
    if (readsAsTag(text, from, apostrophe ? 0 : 1, SINK, report)) return;
  }
  readsAsTag(text, 0, 1, place.part === "body" ? PROOF : CALLS, report);
}

/**
 * Whether the text from a byte on reads as the rest of a tag with something that runs.
 *
 * @param words that may be between without being attributes without a value: the rest of a value, as a rule
 */
function readsAsTag(text: string, from: number, words: number, least: number, report: Report): boolean {
  const attributes: Attribute[] = [];
  const limit = Math.min(text.length, from + TAG_LIMIT);
  // Words without a value are the first to say that this is not a tag.
  let bare = 0;
  new TagReader(text, limit).readAttributes(from, attributes, limit, ({ name, start }) =>
    start < 0 ? !BOOLEAN_ATTRIBUTES.has(name) && ++bare > words : !NAME.test(name),
  );
  let others = 0;
  for (const attribute of attributes) {
    if (attribute.start < 0) {
      if (!BOOLEAN_ATTRIBUTES.has(attribute.name) && ++others > words) return false;
      continue;
    }
    if (!NAME.test(attribute.name)) return false;
    const value = text.slice(attribute.start, attribute.end);
    if (isEvent(attribute.name)) {
      if (!runs(attribute.name, decodeReferences(value), least)) continue;
      report(ATTRIBUTE_BREAKOUT, from > 0 ? from - 1 : attribute.start, attribute.end);
      return true;
    }
    if (from === 0) continue;
    if (attribute.name === "style" && runsScript(value)) {
      report(STYLE_SCRIPT, from - 1, attribute.end);
      return true;
    }
    if (URL_ATTRIBUTES.has(attribute.name) && attribute.name !== "value") {
      const url = readUrl(value);
      if (url.kind !== "document" && (url.kind !== "script" || isNoOp(url.rest))) continue;
      report(SCRIPT_URL_ATTRIBUTE, from - 1, attribute.end);
      return true;
    }
  }
  return false;
}

/** Names of attributes as attacks write them, a control before them or a sign behind. */
const NAME = /^[\w:.@*#-]{1,64}%?$/;
const CALL_SHAPE = /^["'`({\s]{0,4}[\w$.[\]"'+]{1,200}\s{0,4}[(=`]/;

function runs(event: string, value: string, least: number): boolean {
  const known = isKnownEvent(event);
  if (known && least === SINK && CALL_SHAPE.test(value)) return true;
  const judged = judgeScript(value, 0, value.length, TOKENS);
  return judged.level >= (known ? least : Math.max(least, CALLS));
}

/** Looks for calls after a quote or a bracket that ends what a script around the text has opened. */
export function inspectContinuations(
  text: string,
  place: Place,
  quotes: readonly number[],
  report: Report,
): void {
  const head = place.part !== "body";
  for (const [index, from] of quotes.entries()) {
    if (!head && (index > 1 || (index > 0 && quotes[0] !== 1) || from > 41 || hasSpace(text, from))) break;
    const next = behindClosers(text, from);
    // A plus that a program decoded is a space.
    const plus = head && from === 1 && text.charAt(1) === " ";
    if (next >= text.length || (!plus && !OPERATORS.includes(text.charAt(next)))) continue;
    if (continues(text, next, head, from - 1, report)) return;
  }
  const first = bareBreak(text);
  if (first >= 0) continues(text, first, head, 0, report);
}

/** What may follow the end of a string in a script. */
const OPERATORS = ";,+*/&|^%-?:<>=!~\n";

/** Byte after closing brackets and white space; a line break stays. */
function behindClosers(text: string, from: number): number {
  let at = from;
  const most = Math.min(text.length, from + 32);
  while (at < most && ")]} \t\r".includes(text.charAt(at))) at++;
  return at;
}

/** Without a quote: closing brackets and a separator, a placeholder, the end of a comment, an operator at the begin. */
function bareBreak(text: string): number {
  const lead = LEADS.exec(text.slice(0, 80));
  return lead ? lead[0].length - 1 : -1;
}

const LEADS = /^(?:[^\s'"`]{0,40}?(?:[)\]}][)\]}]{0,6}[;,]|\$\{|\*\/)|[-;+*/&|^%,]{1,2}(?=[\w([]))/;

function continues(text: string, from: number, head: boolean, start: number, report: Report): boolean {
  const judged = judgeScript(text, from, text.length, TOKENS);
  if (!continuesScript(judged, head)) return false;
  report(SCRIPT_CONTINUATION, start, Math.max(judged.end, start + 1));
  return true;
}

function continuesScript(judged: Judgement, head: boolean): boolean {
  // Directly after the operator, or with nothing that no script holds.
  const direct = judged.before <= 4;
  if (judged.level >= PROOF) return direct || judged.prose === 0;
  if (judged.level === CALLS) return head && (direct || judged.prose === 0);
  return judged.level === SINK && direct && judged.prose === 0 && head && (judged.document || judged.dialog);
}

function hasSpace(text: string, to: number): boolean {
  for (let at = 0; at < to; at++) if (text.charCodeAt(at) <= 32) return true;
  return false;
}

function isWord(code: number): boolean {
  const letter = code | 32;
  return (letter >= 97 && letter <= 122) || (code >= 48 && code <= 57);
}
