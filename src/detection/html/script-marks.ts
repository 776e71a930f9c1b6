import { WORD_SEED, wordStep } from "../detector/word-hash.ts";
import { TELLING } from "./script-words.ts";

/** Words after or before which another name may stand. */
export const KEYWORDS: ReadonlySet<string> = new Set(
  (
    "var let const new typeof void delete return throw in of instanceof else case function class extends async await yield do try " +
    "catch finally if for while switch static get set import export from default as with"
  ).split(" "),
);

/** The hash of a {@link TELLING} name. */
export const TELLING_MARK = 1;
/** The hash of a {@link KEYWORDS keyword}. */
export const KEYWORD_MARK = 2;

const SLOTS = 1024;
const hashes = new Int32Array(SLOTS);
const marks = new Uint8Array(SLOTS);

function slotOf(hash: number): number {
  let slot = (hash ^ (hash >>> 16)) & (SLOTS - 1);
  while (marks[slot] !== 0 && hashes[slot] !== hash) slot = (slot + 1) & (SLOTS - 1);
  return slot;
}

function enter(words: Iterable<string>, mark: number): void {
  for (const word of words) {
    let hash = WORD_SEED;
    for (let at = 0; at < word.length; at++) hash = wordStep(hash, word.charCodeAt(at) | 32);
    const slot = slotOf(hash | 0);
    hashes[slot] = hash;
    marks[slot] = (marks[slot] ?? 0) | mark;
  }
}
enter(TELLING, TELLING_MARK);
enter(KEYWORDS, KEYWORD_MARK);

/** What a name of this hash may be; who acts on it compares the name. */
export function wordMarks(hash: number): number {
  return marks[slotOf(hash | 0)] ?? 0;
}
