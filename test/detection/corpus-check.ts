import { expect, test } from "vitest";
import {
  type Detector,
  type EvidenceKind,
  type Place,
  Prefilter,
} from "../support/source/detection/detector.ts";
import type { CorpusPart, CorpusPlace } from "./corpus/part.ts";

export function placeOf(place: CorpusPlace = "argument"): Place {
  if (place === "path") return { part: "path", name: "", isName: false };
  if (place === "cookie") return { part: "cookie", name: "seen", isName: false };
  if (place === "argument") return { part: "argument", name: "q", isName: false };
  if (place.startsWith("header:")) return { part: "header", name: place.slice(7), isName: false };
  return { part: "body", name: "text", isName: false };
}

const prefilters = new WeakMap<readonly Detector[], Prefilter>();

function prefilterOf(detectors: readonly Detector[]): Prefilter {
  const made = prefilters.get(detectors) ?? new Prefilter(detectors);
  prefilters.set(detectors, made);
  return made;
}

/** Kinds that detectors find in a text, behind the prefilter. */
export function kindsIn(detectors: readonly Detector[], text: string, place?: CorpusPlace): EvidenceKind[] {
  const found = new Set<EvidenceKind>();
  const where = placeOf(place);
  const asked = [...prefilterOf(detectors).ask(text)];
  detectors.forEach((detector, at) => {
    if (!asked.includes(at)) return;
    detector.inspect(text, where, (kind, start, end) => {
      expect([start >= 0, start <= end, end <= text.length]).toEqual([true, true, true]);
      expect(detector.kinds).toContain(kind);
      found.add(kind);
    });
  });
  return [...found];
}

/** Holds detectors to their part of the corpus: attacks are found as what they are, look-alikes stay below what blocks. */
export function checkCorpus(detectors: readonly Detector[], part: CorpusPart): void {
  test.each(part.attacks)("finds $finds in $text", ({ text, place, finds }) => {
    expect(kindsIn(detectors, text, place).map(({ name }) => name)).toEqual(
      expect.arrayContaining([...finds]),
    );
  });

  test.each(part.lookAlikes)("passes $text", ({ text, place }) => {
    const points = kindsIn(detectors, text, place).map((kind) => kind.points);
    expect(points.filter((one) => one > 1).reduce((sum, one) => sum + one, 0)).toBeLessThan(5);
  });
}
