// On the request path only for texts in which something was found, or that look odd.
import type { EvidenceKind, Place } from "../detector/detector.ts";
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
  sentence: "A text that looks like attacks do and like nothing else, by its order of words and signs.",
};

export const OPINION_KINDS: readonly EvidenceKind[] = [CONFIRMED, LEARNED];

/** Below it (log-odds) the text is so ordinary that evidence in it is a coincidence. */
const VETO = -3;
/** From it on weak evidence counts as confirmed. */
const CONFIRMS = 0;
/** From it on the scorer decides by itself. */
const DECIDES = 2.5;

/** Parts in which the scorer has a say: it has learned from values, not from paths and what browsers send. */
export function isScored(part: Place["part"], key: string): boolean {
  return part === "header" ? !BROWSER_HEADERS.has(key) : part !== "path";
}

const BROWSER_HEADERS: ReadonlySet<string> = new Set([
  "accept",
  "accept-charset",
  "accept-encoding",
  "accept-language",
  "authorization",
  "cache-control",
  "connection",
  "content-type",
  "host",
  "if-modified-since",
  "if-none-match",
  "origin",
  "range",
  "user-agent",
]);

/** Bytes of the longest text in which the scorer looks for what no detector found. */
const LONGEST_ALONE = 4096;
/** Marks of paths and sentences, which are as telling as the others when one stands behind itself. */
const DOUBLED = new Uint8Array(256);
for (const mark of "/.?") DOUBLED[mark.charCodeAt(0)] = 1;
/** Marks of scripts, queries and commands. Sentences, dates, names, paths and mail addresses do without. */
const MARKS = new Uint8Array(256);
for (const mark of "'\"`<>(){}[];|$\\*=^~&%#+!") MARKS[mark.charCodeAt(0)] = 1;

/**
 * Whether the scorer is worth asking about a text.
 *
 * @param strongest points of the strongest evidence in the text; 0: none
 */
export function isWorthScoring(text: string, strongest: number): boolean {
  if (strongest > 1) return true;
  if (text.length > LONGEST_ALONE) return false;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (MARKS[code] === 1) return true;
    if (DOUBLED[code] === 1 && text.charCodeAt(at + 1) === code) return true;
  }
  return false;
}

/** What the scorer's opinion makes of the evidence in one text. */
export interface Verdict {
  /** Whether what is enough by itself is only worth a note. */
  readonly isVetoed: boolean;
  /** What is found besides. */
  readonly further: EvidenceKind | undefined;
}

/** @param strongest points of the strongest evidence in the text; 0: none */
export function weigh({ score }: Opinion, strongest: number, mechanisms: Mechanisms): Verdict {
  if (strongest >= 5) return { isVetoed: mechanisms.veto && score <= VETO, further: undefined };
  if (mechanisms.scorerAlone && score >= DECIDES) return { isVetoed: false, further: LEARNED };
  const isConfirmed = mechanisms.secondOpinion && strongest >= 2 && score >= CONFIRMS;
  return { isVetoed: false, further: isConfirmed ? CONFIRMED : undefined };
}
