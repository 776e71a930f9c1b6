import type { EvidenceKind, Place } from "../detector/detector.ts";
import type { ViewStep } from "../views/views.ts";

/** One piece of evidence and where it was found. */
export interface Evidence {
  readonly kind: EvidenceKind;
  /** What it weighs. */
  readonly points: number;
  /** The field that holds the input, of several the map: `http.request.uri.args`. */
  readonly field: string;
  /** Name of the input among those of the field; "" when it has none. */
  readonly key: string;
  readonly part: Place["part"];
  /** The text in which it was found, as {@link steps} made it of the input's. */
  readonly text: string;
  readonly steps: readonly ViewStep[];
  /** Byte of {@link text} at which it begins. */
  readonly start: number;
  /** Byte after it. */
  readonly end: number;
}
