import type { Place } from "../../support/source/detection/detector.ts";
import { htmlDetector } from "../../support/source/detection/html.ts";
import type { CorpusPlace } from "../corpus/part.ts";

export interface Found {
  readonly name: string;
  readonly points: number;
  readonly start: number;
  readonly end: number;
}

export function placeOf(place: CorpusPlace = "argument"): Place {
  if (place === "path" || place === "argument" || place === "cookie")
    return { part: place, name: "", isName: false };
  if (place.startsWith("header:")) return { part: "header", name: place.slice(7), isName: false };
  return { part: "body", name: "x", isName: false };
}

/** What the detector finds, when one of its triggers lets the text through to it. */
export function find(text: string, place: Place): readonly Found[] {
  const lower = text.toLowerCase();
  const asked = htmlDetector.triggers.some(
    ({ characters, words }) =>
      (characters === undefined || [...characters].some((character) => text.includes(character))) &&
      (words === undefined || words.some((word) => lower.includes(word))),
  );
  const found: Found[] = [];
  if (!asked || text.length < htmlDetector.shortest) return found;
  htmlDetector.inspect(text, place, (kind, start, end) => {
    found.push({ name: kind.name, points: kind.points, start, end });
  });
  return found;
}
