import type { Part } from "./occurrences.ts";
import { RUNS } from "./php-calls.ts";

/** `('sys'.'tem')(`, `(~…)(`: a group that is called. */
const CALLED_GROUP = /^\((?:~[^()]{1,60}|(?:['"][\w\\]{1,20}['"]\s?\.\s?){1,12}['"][\w\\]{1,20}['"])\)\s?\(/;
/** `"\x73ystem"("id")`. */
const CALLED_TEXT = /^["']((?:\\x[0-9a-f]{2}|\\[0-7]{2,3}|\w){2,40})["']\s?\(\s?["'$]/i;
/** What there is where a literal is called. */
const CALLS_TEXT = /["']\s?\(\s?["'$]/;
/** `$a='sys'.'tem';` */
const ASSIGNED = /^\$(\w{1,20})\s?=\s?((?:['"][\w\\]{0,20}['"]\s?\.?\s?){1,12});/;

/** `(sys.tem)(id)`: words without quotes, which PHP took for texts. */
const CALLED_WORDS = /^\((\w{1,12}(?:\.\w{1,12}){1,12})\)\s?\(/;

const PLACES_AT_MOST = 256;

/** A call of a function whose name the text puts together. */
export function dynamicCall(text: string): Part | undefined {
  return group(text) ?? literal(text) ?? variable(text);
}

function group(text: string): Part | undefined {
  let at = text.indexOf("(");
  for (let turn = 0; at >= 0 && turn < PLACES_AT_MOST; turn++) {
    const c = text.charCodeAt(at + 1);
    if (c === 0x7e || c === 0x22 || c === 0x27) {
      const found = CALLED_GROUP.exec(text.slice(at, at + 300));
      if (found !== null && (c !== 0x7e || /[\x80-\xff]|["']/.test(found[0])))
        return [at, at + found[0].length];
    } else {
      const words = CALLED_WORDS.exec(text.slice(at, at + 200));
      if (words !== null && RUNS.has((words[1] ?? "").replaceAll(".", "").toLowerCase()))
        return [at, at + words[0].length];
    }
    at = text.indexOf("(", at + 1);
  }
  return undefined;
}

function literal(text: string): Part | undefined {
  if (!text.includes("\\") || !CALLS_TEXT.test(text)) return undefined;
  let at = text.indexOf("\\");
  for (let turn = 0; at >= 0 && turn < PLACES_AT_MOST; turn++) {
    const start = quoteBefore(text, at);
    if (start >= 0) {
      const found = CALLED_TEXT.exec(text.slice(start, start + 200));
      if (found !== null && RUNS.has(unescaped(found[1] ?? ""))) return [start, start + found[0].length];
    }
    at = text.indexOf("\\", at + 1);
  }
  return undefined;
}

/** Where the literal begins in which a backslash stands; -1 when that is far away. */
function quoteBefore(text: string, at: number): number {
  for (let start = at - 1; start >= 0 && at - start < 32; start--) {
    const code = text.charCodeAt(start);
    if (code === 0x22 || code === 0x27) return start;
  }
  return -1;
}

function unescaped(text: string): string {
  return text
    .replace(/\\(?:x([0-9a-f]{2})|([0-7]{2,3}))/gi, (_, hex, octal) =>
      String.fromCharCode(
        typeof hex === "string" ? Number.parseInt(hex, 16) : Number.parseInt(String(octal), 8) & 0xff,
      ),
    )
    .toLowerCase();
}

function variable(text: string): Part | undefined {
  let at = text.indexOf("$");
  for (let turn = 0; at >= 0 && turn < PLACES_AT_MOST; turn++) {
    const found = ASSIGNED.exec(text.slice(at, at + 320));
    if (found !== null) {
      const name = unescaped((found[2] ?? "").replace(/['".\s]/g, ""));
      const call = RUNS.has(name) ? text.indexOf(`$${found[1] ?? ""}(`, at + found[0].length) : -1;
      if (call >= 0) return [at, call + 2];
    }
    at = text.indexOf("$", at + 1);
  }
  return undefined;
}

/** `preg_replace('/x/e'`: a pattern whose flags make PHP evaluate the replacement. */
export function regexCode(lower: string): Part | undefined {
  let at = lower.indexOf("preg_replace");
  for (let turn = 0; at >= 0 && turn < PLACES_AT_MOST; turn++) {
    const call = /^preg_replace\s{0,4}\(\s{0,4}(['"])/.exec(lower.slice(at, at + 32));
    const quote = call?.[1];
    if (call !== null && quote !== undefined) {
      const start = at + call[0].length;
      const close = lower.indexOf(quote, start);
      if (close >= 0 && close - start < 200) {
        const flags = /[^\w\s\\]([a-z]{1,8})$/.exec(lower.slice(start, close))?.[1];
        if (flags?.includes("e")) return [at, close + 1];
      }
    }
    at = lower.indexOf("preg_replace", at + 12);
  }
  return undefined;
}
