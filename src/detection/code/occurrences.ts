/** A part of a text: where it begins and where it ends. */
export type Part = readonly [number, number];

const PLACES_AT_MOST = 512;
const WORD = /[\w$]/;

/**
 * The first occurrence of a word, no letter in front of it, after which a pattern holds. The pattern is anchored at its
 * beginning and bounded. Looks at the first 512 occurrences.
 */
export function followed(lower: string, word: string, pattern: RegExp, from = 0): Part | undefined {
  let at = lower.indexOf(word, from);
  for (let turn = 0; at >= 0 && turn < PLACES_AT_MOST; turn++) {
    const behind = at + word.length;
    if (at === 0 || !WORD.test(word.charAt(0)) || !WORD.test(lower.charAt(at - 1))) {
      const found = pattern.exec(lower.slice(behind, behind + 240));
      if (found !== null) return [at, Math.min(lower.length, behind + found[0].length)];
    }
    at = lower.indexOf(word, behind);
  }
  return undefined;
}

/** Whether a text is one line of code around a part of it: no words of prose in front, next to nothing after the last bracket. */
export function isNothingBut(text: string, part: Part): boolean {
  if (text.length > 300 || /\n[^\n]*\S/.test(text.trimEnd())) return false;
  const before = text.slice(0, part[0]);
  if (before.length > 60 || /[A-Za-z]{2,}\s+\S*[A-Za-z]{2,}\s*\S*$/.test(before)) return false;
  if (/[A-Za-z]{2,}\s+$/.test(before) && !/(?:return|await|new|print|echo|=)\s+$/.test(before)) return false;
  const last = text.lastIndexOf(")");
  const rest = last < part[1] - 1 ? text.slice(part[1]) : text.slice(last + 1);
  return rest.length <= 24 && !/[A-Za-z]{2,}\s+[A-Za-z]{2,}|^\s+[A-Za-z]/.test(rest);
}
