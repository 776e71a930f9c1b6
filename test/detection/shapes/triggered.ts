import type { Detector } from "../../support/source/detection/detector.ts";

/** Whether a text is worth a detector's look, worked out in the plainest way. */
export function triggered(detector: Detector, text: string): boolean {
  if (text.length < detector.shortest) return false;
  const lower = text.toLowerCase();
  return detector.triggers.some(
    ({ characters, words }) =>
      (characters === undefined || [...characters].some((one) => text.includes(one))) &&
      (words === undefined || words.some((word) => lower.includes(word))),
  );
}
