import type { Detector, EvidenceKind, Place, Report } from "../detector/detector.ts";
import { isSpace, lastBefore, matchAt, placesOf, skipSpace } from "./scan.ts";

const LDAP: EvidenceKind = {
  name: "injection-ldap",
  attack: "injection",
  points: 5,
  sentence: "A parenthesis that was never opened, then another condition of an LDAP filter.",
};
const PROBE: EvidenceKind = {
  name: "injection-ldap-probe",
  attack: "injection",
  points: 5,
  sentence: "A value of nothing but the characters that have a meaning in an LDAP filter.",
};

/** What is before the parenthesis that a value ends: longer texts are not names. */
const LONGEST_VALUE = 100;
const LONGEST_TEXT = 4_000;

/** `attribute=`, `attribute:1.2.3:=`, `attribute>=`, after the operators that open it. */
const ITEM = /[\s(|&!]{0,20}[a-z][\w.;-]{0,60}\s{0,9}(?:(?::[\w.-]{1,60})?:=|[~<>]?=)/iy;
const GROUP = /\s{0,9}\(\s{0,9}[|&!]\s{0,9}(?:\(|\))|\s{0,9}\(\s{0,9}\(\s{0,9}[|&!]/y;
const SWITCH = /\s{0,9}[|&]\s{0,9}\(\s{0,9}[\w-]{1,40}=/y;
const MATCHING_RULE = /[a-z][\w-]{0,60}:(?:\d{1,9}\.){2,20}\d{1,9}:=/iy;
const WILDCARD = /[\w.@-]{0,60}\*\s{0,9}\(\s{0,9}[|&!]\s{0,9}\(\s{0,9}[\w-]{1,40}\s{0,9}[~<>]?=/y;
const OPEN_FILTER = /\(?\s{0,9}[|&]\s{0,9}\(\s{0,9}[a-z][\w-]{0,60}\s{0,9}=/iy;

/** Values that end one condition of an LDAP filter and begin another. */
export const ldapDetector: Detector = {
  name: "ldap",
  kinds: [LDAP, PROBE],
  triggers: [
    {
      words: [")(", ") (", "))", ")&", ")|", "*(", "\\28", "\\29", "(|", "(&", ":=", "&|", "|&"],
    },
    // To the prefilter a zero byte is a blank, and brackets in sentences have one after them.
    { words: [")\0"], test: (text) => text.includes(")\0") },
  ],
  shortest: 4,
  inspect(text: string, place: Place, report: Report): void {
    if (text.length > LONGEST_TEXT || place.part === "header") return;
    const plain = unescaped(text);
    const end = Math.max(filterEnd(plain), matchAt(WILDCARD, plain, skipSpace(plain, 0)), openFilter(plain));
    const rule = end < 0 ? matchingRule(plain) : end;
    if (rule >= 0) report(LDAP, 0, Math.min(text.length, plain === text ? rule : text.length));
    else if (isProbe(plain)) report(PROBE, 0, text.length);
  },
};

/** The text with `\2a` and the like read as what they stand for. */
function unescaped(text: string): string {
  if (!text.includes("\\")) return text;
  return text.replace(/\\(2[0-9a-f]|5c|00|7c|3d)/gi, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
}

/** Where the condition ends that follows a parenthesis which was never opened; -1 when there is none. */
function filterEnd(text: string): number {
  let depth = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === 40) depth += 1;
    else if (code === 41) {
      if (depth > 0) depth -= 1;
      else return at > LONGEST_VALUE ? -1 : behind(text, at);
    } else if (depth === 0 && "=<>{}".includes(text.charAt(at))) return -1;
  }
  return -1;
}

function behind(text: string, first: number): number {
  // A face, and the end of a number of a list.
  if (":;-".includes(text.charAt(lastBefore(text, first))) && first > 0) return -1;
  let at = first + 1;
  while (text.charCodeAt(at) === 41 || isSpace(text.charCodeAt(at))) at += 1;
  // A zero byte ends the filter for a library in C; in a binary file it ends nothing.
  if (at < text.length && text.charCodeAt(at) === 0) return text.length - at <= 20 ? at + 1 : -1;
  const group = Math.max(matchAt(GROUP, text, at), matchAt(SWITCH, text, at));
  if (group >= 0) return group;
  if (text.charCodeAt(at) !== 40) return -1;
  // `x) (y=1`: with a gap and without a wildcard it is a remark in brackets.
  if (isSpace(text.charCodeAt(at - 1)) && !text.includes("*")) return -1;
  return matchAt(ITEM, text, at);
}

/** A whole filter that does not end: something of the application's own is to follow. */
function openFilter(text: string): number {
  const end = matchAt(OPEN_FILTER, text, skipSpace(text, 0));
  if (end < 0) return -1;
  let depth = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === 40) depth += 1;
    else if (code === 41) depth -= 1;
  }
  return depth === 0 ? -1 : end;
}

function matchingRule(text: string): number {
  for (const at of placesOf(text, ":=")) {
    let start = at;
    while (start > 0 && at - start < 200 && /[\w.:-]/.test(text.charAt(start - 1))) start -= 1;
    const end = matchAt(MATCHING_RULE, text, start);
    if (end >= 0) return end;
  }
  return -1;
}

/** Only `*()|&!=<>~\` and quotes, with a parenthesis, a wildcard and an operator. */
function isProbe(text: string): boolean {
  if (text.length < 4 || text.length > 40) return false;
  let paren = false;
  let star = false;
  let operator = false;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === 40 || code === 41) paren = true;
    else if (code === 42) star = true;
    else if (code === 124 || code === 38) operator = true;
    else if (!"!=<>~\\'\" \0".includes(text.charAt(at))) return false;
  }
  return paren && star && operator;
}
