import type { Detector, EvidenceKind, Place } from "../../support/source/detection/detector.ts";
import type { CorpusPlace, CorpusText } from "../corpus/part.ts";
import { triggered } from "./triggered.ts";

export interface Leaf {
  readonly text: string;
  readonly place: Place;
}

/** The texts of a JSON value: of each scalar the keys of its path, each alone and behind the one before, and the scalar. */
export function jsonLeaves(value: unknown, path: readonly string[] = []): readonly Leaf[] {
  if (typeof value === "object" && value !== null) {
    return Object.entries(value).flatMap(([key, inner]) => jsonLeaves(inner, [...path, key]));
  }
  const name = path.join(".");
  const names = path.flatMap((key, at) => (at === 0 ? [key] : [key, `${path[at - 1]}.${key}`]));
  return [
    ...names.map((text): Leaf => ({ text, place: { part: "body", name, isName: true } })),
    { text: String(value), place: { part: "body", name, isName: false } },
  ];
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function placeOf(place: CorpusPlace): Place {
  if (place.startsWith("header:")) return { part: "header", name: place.slice(7), isName: false };
  if (place === "argument" || place === "path" || place === "cookie")
    return { part: place, name: "q", isName: false };
  return { part: "body", name: "note", isName: false };
}

/** What a detector is given of a text of the corpus: the text, and when it is JSON what is inside of it. */
export function leavesOf({ text, place = "argument" }: CorpusText): readonly Leaf[] {
  const decoded = text.replace(/%([0-9a-f]{2})/gi, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  const value = /^\s*[[{]/.test(decoded) ? parsed(decoded) : undefined;
  const whole = { text: decoded, place: placeOf(place) };
  return value === undefined ? [whole] : [whole, ...jsonLeaves(value)];
}

export interface Finding {
  readonly kind: EvidenceKind;
  readonly start: number;
  readonly end: number;
}

/** What a detector finds in a leaf, when one of its triggers holds. */
export function findingsIn(detector: Detector, { text, place }: Leaf): readonly Finding[] {
  const findings: Finding[] = [];
  if (triggered(detector, text)) {
    detector.inspect(text, place, (kind, start, end) => findings.push({ kind, start, end }));
  }
  return findings;
}

export function kindsIn(detectors: readonly Detector[], given: CorpusText): readonly string[] {
  const findings = leavesOf(given).flatMap((leaf) =>
    detectors.flatMap((detector) => findingsIn(detector, leaf)),
  );
  return [...new Set(findings.map(({ kind }) => kind.name))];
}
