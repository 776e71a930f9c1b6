import type { Evidence } from "../../detection/inspection/evidence.ts";
import { printable } from "../../language/diagnostics/printable.ts";
import type { EventEvidence } from "../decision/explanation.ts";
import type { Redactor } from "./redact.ts";

/** Bounds of the evidence of one request. */
export const EVIDENCE_LIMITS = Object.freeze({
  pieces: 16,
  /** Characters of a piece's text, and of its input's name. */
  text: 120,
});

/** The first pieces, as they may be shown; none when nobody asked detectors. */
export function showEvidence(
  evidence: readonly Evidence[] | undefined,
  redact: Redactor,
): readonly EventEvidence[] {
  return (evidence ?? []).slice(0, EVIDENCE_LIMITS.pieces).map((piece) => shown(piece, redact));
}

/** The input's name tells what its text is, and the text of a secret is hidden as elsewhere. */
function shown(
  { kind, points, field, key, steps, start, end, text }: Evidence,
  redact: Redactor,
): EventEvidence {
  return {
    kind: kind.name,
    attack: kind.attack,
    points,
    field,
    key: printable(key, EVIDENCE_LIMITS.text),
    views: steps,
    span: [start, end],
    text: redact(field, key, text.slice(start, Math.min(end, start + EVIDENCE_LIMITS.text))),
    sentence: kind.sentence,
  };
}
