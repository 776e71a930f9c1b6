// On the request path only for texts in which something was found, or that look odd.
import { isJson } from "../../language/values/json-scan.ts";
import type { EvidenceKind } from "../detector/detector.ts";
import type { Opinion } from "../scorer/scorer.ts";
import type { Mechanisms } from "./mechanisms.ts";

/** Weak evidence that the scorer confirms. Its points make those of the weakest evidence enough. */
export const CONFIRMED: EvidenceKind = {
  name: "scorer-confirmed",
  attack: "injection",
  points: 3,
  sentence: "Signs of an attack that say little by themselves, in a text that as a whole looks like one.",
};

/** A text in which no detector found what is enough. */
export const LEARNED: EvidenceKind = {
  name: "scorer-alone",
  attack: "injection",
  points: 5,
  sentence: "A text that looks only like attacks, by its sequence of words and symbols.",
};

/** @internal */
export const OPINION_KINDS: readonly EvidenceKind[] = [CONFIRMED, LEARNED];

// Bars of log-odds. They were chosen on cross-fitted scores (bench/detection/README.md), so that ordinary requests pass.

/** From it on weak evidence counts as confirmed. */
const CONFIRMS = 2;
/** And evidence of two points, which weighs enough only together with a confirmation. */
const CONFIRMS_FAINT = 3;
/** From it on the scorer decides by itself. */
const DECIDES = 3.5;
/** And from here where the window reads like sentences, however long the text is: nobody raises the bar with what is around. */
const DECIDES_IN_PROSE = 5;
/** Share of plain words in what reads like sentences. */
const PROSE = 0.4;
/** A path or an address: what such ones hide is for the detectors that resolve them. And what Base64 alone may be. */
const UNDECIDED = /^[\w.~/\\:@%-]*$|^[\w+/-]{48,}={0,2}$/;

/** With the names that templates of URLs (RFC 6570) have in braces. */
const PLAIN_URL =
  /^\s*https?:\/\/[\w.-]+(?::\d{1,5})?(?:\/(?:[\w\-.~/@:+%]|\{[/?&#+.;]?[a-z_][\w,]{0,60}\})*)?(?:\?[\w\-.~/@:+%=&]*)?(?:#[\w\-.~/]*)?\s*$/i;
const PAIRS = /^[\w.[\]-]+=[\w.-]*(?:&[\w.[\]-]+=[\w.-]*)*$/;
const DOCUMENT =
  /^[^<]{0,40}<!doctype\s[\w\s:-]{1,80}\[\s{0,9}<!(?:entity|element|attlist|notation)\s|^\s{0,9}(?:<\?xml[^<>]{0,100}>\s{0,9})?<[\w:-]+\s{1,9}xmlns(?::\w{1,20})?=/i;
const SUM = /^(?:[\d\s.+*/=<>()-]|and|or)+$/i;
const PLURALS = /^(?:[A-Za-z ,.:;!?'-]|\(e?s\))+$/;
/** Its quotes are even: put into a string, one of them is left over. */
const QUOTATION = /^[\w ,.-]+ (?:"[^"#;-]+"|'[^'#;-]+')[ ?.!]*$/;
const READ_WHOLE = [PLAIN_URL, PAIRS, DOCUMENT, SUM, PLURALS, QUOTATION];

/**
 * Whether a text is one of those that a detector reads from end to end, so that it is not an attack when nothing is found: nothing
 * but a URL, a list of pairs or a sum without a sign that means something elsewhere, JSON or a document of XML (their values come
 * as texts of their own), words with a quotation.
 */
export function isReadWhole(text: string): boolean {
  return (
    READ_WHOLE.some((form) => form.test(text)) ||
    (/^\s{0,9}[[{]/.test(text) && /[\]}]\s{0,9}$/.test(text.slice(-10)) && isJson(text))
  );
}

/** What is known of a text besides the scorer's opinion. */
export interface Facts {
  readonly text: string;
  /** Whether it is a body as a whole, which is mostly the frame around values. */
  readonly isWholeBody: boolean;
  /** Points of the strongest evidence in it; 0: none. */
  readonly strongest: number;
}

/** Bytes of the longest text in which the scorer looks for what no detector found. */
const LONGEST_ALONE = 4096;
/** Marks of paths and sentences, which are as telling as the others when one is after itself. */
const DOUBLED = new Uint8Array(256);
for (const mark of "/.?") DOUBLED[mark.charCodeAt(0)] = 1;
/** Marks of scripts, queries and commands. Sentences, dates, names, paths and mail addresses do without. */
const MARKS = new Uint8Array(256);
for (const mark of '"`<>{}[]|$\\*=^~&#+') MARKS[mark.charCodeAt(0)] = 1;
/** Those that sentences do not do without. */
const OF_SENTENCES = 2;
for (const mark of "'();%!") MARKS[mark.charCodeAt(0)] = OF_SENTENCES;

/** What is beside a mark. */
const GAP = 1;
const LETTER = 2;
const DIGIT = 3;
const STOP = 4;
const SIDES = Uint8Array.from({ length: 256 }, (_, code) => {
  const character = String.fromCharCode(code);
  if (/\s/.test(character)) return GAP;
  if (/[A-Za-z]/.test(character)) return LETTER;
  if (/[0-9]/.test(character)) return DIGIT;
  return /[.,;:?!)]/.test(character) ? STOP : 0;
});

/** Whether the scorer is worth asking about a text: most that have a mark are read whole, or nothing it says decides. */
export function isWorthScoring({ text, isWholeBody, strongest }: Facts): boolean {
  if (strongest >= 5) return false;
  if (strongest < 2) {
    // There is nothing to confirm.
    if (isWholeBody || text.length > LONGEST_ALONE || !hasMark(text) || UNDECIDED.test(text)) return false;
  }
  return !isReadWhole(text);
}

function hasMark(text: string): boolean {
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    const mark = MARKS[code];
    if (mark === 1) return true;
    if (mark === OF_SENTENCES && !isOfSentence(text, at, code)) return true;
    if (DOUBLED[code] === 1 && text.charCodeAt(at + 1) === code) return true;
  }
  return false;
}

/**
 * Whether a mark is where sentences have it: an apostrophe in a word, brackets around words, a semicolon or an exclamation mark
 * after a word and before a gap, a percent sign after a number.
 */
function isOfSentence(text: string, at: number, code: number): boolean {
  const before = SIDES[text.charCodeAt(at - 1)] ?? GAP;
  const behind = SIDES[text.charCodeAt(at + 1)] ?? GAP;
  switch (code) {
    case 0x27:
      return before === LETTER && behind === LETTER;
    case 0x28:
      return before === GAP && behind === LETTER;
    case 0x29:
      return before === LETTER && (behind === GAP || behind === STOP);
    case 0x25:
      return before === DIGIT && (behind === GAP || behind === STOP);
    default:
      return before === LETTER && behind === GAP;
  }
}

/** What the scorer's opinion makes of the evidence in a text that is worth scoring: what is found besides. */
export function weigh(
  { score, prose }: Opinion,
  { text, isWholeBody, strongest }: Facts,
  mechanisms: Mechanisms,
): EvidenceKind | undefined {
  if (strongest >= 5 || score < CONFIRMS) return undefined;
  const decides = prose > PROSE ? DECIDES_IN_PROSE : DECIDES;
  if (mechanisms.scorerAlone && score >= decides && !isWholeBody && !UNDECIDED.test(text)) return LEARNED;
  const isConfirmed = strongest >= 2 && score >= (strongest === 2 ? CONFIRMS_FAINT : CONFIRMS);
  return mechanisms.secondOpinion && isConfirmed ? CONFIRMED : undefined;
}
