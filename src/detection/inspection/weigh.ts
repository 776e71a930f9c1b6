// On the request path only for texts in which something was found, or that look odd.
import type { EvidenceKind, Place } from "../detector/detector.ts";
import { NOTHING, type Opinion } from "../scorer/scorer.ts";
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
/** Bytes of the shortest text of which that can be said: a shorter one is little else than what was found in it. */
const VETOED = 96;
/** From it on weak evidence counts as confirmed. */
const CONFIRMS = 2;
/** From it on the scorer decides by itself. */
const DECIDES = 3;

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

const PLAIN_URL =
  /^\s*https?:\/\/[\w.-]+(?::\d{1,5})?(?:\/[\w\-.~/@:+%]*)?(?:\?[\w\-.~/@:+%=&]*)?(?:#[\w\-.~/]*)?\s*$/i;
const PAIRS = /^[\w.[\]-]+=[\w.-]*(?:&[\w.[\]-]+=[\w.-]*)*$/;
const DOCUMENT = /<!doctype\s|^\s{0,9}(?:<\?xml[^<>]{0,100}>\s{0,9})?<[\w:-]+\s{1,9}xmlns(?::\w{1,20})?=/i;
const SUM = /^(?:[\d\s.+*/=<>()-]|and|or)+$/i;
const PLURALS = /^(?:[A-Za-z ,.:;!?'-]|\(e?s\))+$/;
/** Its quotes are even: put into a string, one of them is left over. */
const QUOTATION = /^[\w ,.-]+ (?:"[^"#;-]+"|'[^'#;-]+')[ ?.!]*$/;
const READ_WHOLE = [PLAIN_URL, PAIRS, DOCUMENT, SUM, PLURALS, QUOTATION];

/**
 * Whether a text is one of those that a detector reads from end to end, so that it is no attack when nothing is found: nothing
 * but a URL, a list of pairs or a sum without a sign that means something elsewhere, a document of XML (its values come as texts
 * of their own), words with a quotation.
 */
export function isReadWhole(text: string): boolean {
  return READ_WHOLE.some((form) => form.test(text));
}

/** What the scorer's opinion makes of the evidence in one text. */
export interface Verdict {
  /** Whether what is enough by itself is only worth a note. */
  readonly isVetoed: boolean;
  /** What is found besides. */
  readonly further: EvidenceKind | undefined;
}

/** @param strongest points of the strongest evidence in the text; 0: none */
export function weigh(text: string, { score }: Opinion, strongest: number, mechanisms: Mechanisms): Verdict {
  // Of a text that it has nothing to say of, such as one with a line break for its only mark, it does not know better either.
  if (strongest >= 5) {
    const isOrdinary = text.length >= VETOED && score <= VETO && score > NOTHING;
    return { isVetoed: mechanisms.veto && isOrdinary, further: undefined };
  }
  if (score < CONFIRMS || isReadWhole(text)) return { isVetoed: false, further: undefined };
  if (mechanisms.scorerAlone && score >= DECIDES) return { isVetoed: false, further: LEARNED };
  const isConfirmed = mechanisms.secondOpinion && strongest >= 2;
  return { isVetoed: false, further: isConfirmed ? CONFIRMED : undefined };
}
