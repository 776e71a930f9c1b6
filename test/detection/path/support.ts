import type { Detector, Place } from "../../support/source/detection/detector.ts";
import { utf8Encode } from "../../support/source/language/values.ts";
import type { CorpusText } from "../corpus/part.ts";

/** A text as detectors get it: percent-encoding undone as often as it goes, then once more with Unicode folded. */
export function textsOf(text: string): readonly string[] {
  let bytes = utf8Encode(text);
  for (let layer = 0; layer < 4; layer++) {
    bytes = bytes.replace(/%([0-9a-f]{2})/gi, (_, hex: string) =>
      String.fromCharCode(Number.parseInt(hex, 16)),
    );
  }
  const folded = utf8Encode(text.normalize("NFKC"));
  return folded === utf8Encode(text) ? [bytes] : [bytes, folded];
}

export function placeOf({ place = "argument", name = "value" }: CorpusText): Place {
  if (place === "path") return { part: "path", name: "", isName: false };
  if (place.startsWith("header:")) return { part: "header", name: place.slice(7), isName: false };
  return { part: place === "argument" || place === "cookie" ? place : "body", name, isName: false };
}

/** Whether one of the detector's triggers lets a text through. */
export function triggers(detector: Detector, text: string): boolean {
  const lower = text.replace(/[A-Z]/g, (one) => one.toLowerCase());
  return (
    text.length >= detector.shortest &&
    detector.triggers.some(
      ({ characters, words }) =>
        (characters === undefined || [...characters].some((one) => text.includes(one))) &&
        (words === undefined || words.some((word) => lower.includes(word))),
    )
  );
}

/** Names of the kinds that a detector finds in a text of the corpus, each with its points. */
export function found(detectors: readonly Detector[], corpus: CorpusText): Map<string, number> {
  const kinds = new Map<string, number>();
  for (const view of textsOf(corpus.text)) {
    for (const detector of detectors) {
      if (!triggers(detector, view)) continue;
      detector.inspect(view, placeOf(corpus), (kind) => kinds.set(kind.name, kind.points));
    }
  }
  return kinds;
}
