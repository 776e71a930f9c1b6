import type { Detector, Place, Report } from "../detector/detector.ts";
import { inspectAttributeBreakouts, inspectContinuations, quotesOf } from "./breakouts.ts";
import {
  CALL,
  DOCUMENT_ACCESS,
  HIDDEN_CALL,
  HTML_DATA_URL,
  HTML_KINDS,
  MARKUP_BREAKOUT,
  SCRIPT_CODE,
  SCRIPT_CODE_BODY,
  SCRIPT_CONTINUATION,
  SCRIPT_URL,
  STYLE_SCRIPT,
} from "./kinds.ts";
import { hasScript, MarkupScan } from "./markup.ts";
import { judgeScript } from "./script.ts";
import { CALLS, HIDDEN, PROOF, SINK } from "./script-levels.ts";
import { findSymbolScript } from "./symbols.ts";
import { HTML_TRIGGERS } from "./triggers.ts";
import { isNoOp, readUrl } from "./urls.ts";

/** Tokens of a text that is a script by itself; what lies beyond is read as markup only. */
const SCRIPT_TOKENS = 20_000;
/** Tokens of a value of the body that is one call and nothing else. */
const SHORT_SCRIPT = 80;

/** Asks of markup and scripts whether they run where the text may be put: between tags, into an attribute, a string or a URL. */
export const htmlDetector: Detector = Object.freeze({
  name: "html",
  kinds: HTML_KINDS,
  triggers: HTML_TRIGGERS,
  shortest: 6,
  inspect,
});

function inspect(text: string, place: Place, report: Report): void {
  const first = text.indexOf("<");
  if (first >= 0) {
    new MarkupScan(text, place, report).scan(0, text.length, 0);
    if (place.part !== "body" && place.part !== "path") inspectMarkupBreakout(text, report);
  }
  inspectWholeUrl(text, place, report);
  inspectStyle(text, report);
  const quotes = quotesOf(text);
  inspectAttributeBreakouts(text, place, quotes, report);
  inspectContinuations(text, place, quotes, report);
  if (first >= 0 && text.length <= STRIPPED && INSIDE_WORD.test(text)) inspectStripped(text, place, report);
  inspectScript(text, place, report);
}

/** Bytes of the longest text that is read without its tags as well. */
const STRIPPED = 2048;
/** A tag in the middle of a word. */
const INSIDE_WORD = /[a-z]<[a-z]{1,8}>[a-z(]/i;

/** Tags inside words fall out where a program takes tags out: `o<x>nfocus=alert<x>(1)`. */
function inspectStripped(text: string, place: Place, report: Report): void {
  const stripped = text.replace(/<[^<>]{0,16}>/g, "");
  inspectAttributeBreakouts(stripped, place, quotesOf(stripped), (kind) => report(kind, 0, text.length));
}

/** The whole value as the value of an attribute that is opened as a URL. */
function inspectWholeUrl(text: string, place: Place, report: Report): void {
  let start = place.part === "path" && text.startsWith("/") ? 1 : 0;
  while (start < text.length && start < 32 && "\"'> \t\r\n".includes(text.charAt(start))) start++;
  const value = start === 0 ? text : text.slice(start);
  const url = readUrl(value);
  if (url.kind === "none") return;
  if (url.kind === "script") {
    if (isNoOp(url.rest)) return;
    const judged = judgeScript(url.rest, 0, url.rest.length, SCRIPT_TOKENS);
    const runs = judged.prose === 0 && (judged.level >= SINK || CALL_SHAPE.test(url.rest));
    if (runs || judged.level >= PROOF || COMMENT_SHAPE.test(url.rest)) report(SCRIPT_URL, start, text.length);
  } else if (url.kind === "document") {
    if (DATA_SHAPE.test(value.slice(0, 80))) report(HTML_DATA_URL, start, text.length);
  } else if (url.kind === "picture") {
    if (hasScript(url.rest)) report(HTML_DATA_URL, start, text.length);
  } else if (judgeScript(url.rest, 0, url.rest.length, SCRIPT_TOKENS).level >= CALLS) {
    report(SCRIPT_URL, start, text.length);
  }
}

const CALL_SHAPE = /^\s{0,8}[\w$.%[\]'"]{0,200}[(=`[]/;
const COMMENT_SHAPE = /^\s{0,8}(?:\/[/*]|%[0-9a-f]{2})/i;
const DATA_SHAPE = /^[^,;]{0,64}[,;]/;

const STYLE_SHAPE = /^[^\s<]{0,24}:\s{0,8}expression\s{0,8}\(/i;

function inspectStyle(text: string, report: Report): void {
  if (STYLE_SHAPE.test(text.slice(0, 64))) report(STYLE_SCRIPT, 0, Math.min(text.length, 64));
}

/** A quote and a bracket that end an attribute and its tag, then an element. */
function inspectMarkupBreakout(text: string, report: Report): void {
  const bracket = text.indexOf(">");
  if (bracket < 1 || bracket > 64 || text.indexOf("<") < bracket) return;
  let before = bracket - 1;
  if (text.charAt(before) === "/") before--;
  while (before > 0 && text.charCodeAt(before) <= 32) before--;
  const quote = text.charAt(before);
  if (quote !== '"' && quote !== "'") return;
  let next = bracket + 1;
  while (next < text.length && text.charCodeAt(next) <= 32) next++;
  if (/^<[a-z!/]/i.test(text.slice(next, next + 2))) report(MARKUP_BREAKOUT, before, next + 2);
}

/** Whether the end tag of a script element comes first after the call: the text was put into one. */
function endsScriptElement(text: string, from: number): boolean {
  const at = text.indexOf("<");
  return at >= from && /^<\/script\b/i.test(text.slice(at, at + 9));
}

/** Tokens from which on a script that calls is more than the mention of a function. */
const ROOMY = 8;

/** Bytes of a text from which on only these words make it worth reading as a script. */
const LONG = 4096;
const LONG_WORDS = /alert|prompt|confirm|eval|constructor|fromcharcode|\]\s?[(`]/i;

/** The whole text as a script. */
function inspectScript(text: string, place: Place, report: Report): void {
  const symbols = findSymbolScript(text);
  if (symbols >= 0) report(HIDDEN_CALL, symbols, text.length);
  if (text.length > LONG && place.part === "body" && !LONG_WORDS.test(text)) return;
  const judged = judgeScript(text, 0, text.length, SCRIPT_TOKENS);
  if (judged.level === 0 && !judged.document) return;
  const clean = judged.prose === 0 || (judged.prose === 1 && judged.tokens >= 12);
  const { start, end } = judged;
  if (judged.level >= HIDDEN && judged.prose * 20 <= judged.tokens) report(HIDDEN_CALL, start, end);
  if (place.part === "body") {
    if (judged.level >= CALLS && endsScriptElement(text, end)) report(SCRIPT_CONTINUATION, start, end);
    if (judged.level >= PROOF && judged.prose === 0 && judged.tokens <= SHORT_SCRIPT) {
      report(SCRIPT_CODE_BODY, start, end);
    }
    return;
  }
  if (judged.dialog || (judged.level === CALLS && clean)) report(CALL, start, end);
  if (!clean) return;
  if (judged.level >= PROOF || (judged.level === CALLS && judged.tokens >= ROOMY))
    report(SCRIPT_CODE, start, end);
  if (judged.document && place.part !== "header") report(DOCUMENT_ACCESS, start, Math.max(end, start + 1));
}
