import type { Evidence } from "../../detection/inspection/evidence.ts";
import type { EventEvidence } from "../decision/explanation.ts";
import { REDACTED } from "./find-secrets.ts";
import type { Redactor } from "./redact.ts";
import { isBareCookie, isSecretKey, showKey } from "./show-inputs.ts";
import { SECRET, showSnippet, type WholeText } from "./show-snippet.ts";

/** Pieces of evidence of one request that are reported. */
const MAX_PIECES = 16;

/** The first pieces, as they may be shown; none when nobody asked detectors. */
export function showEvidence(
  evidence: readonly Evidence[] | undefined,
  redact: Redactor,
  wholeOf: WholeText,
): readonly EventEvidence[] {
  return (evidence ?? []).slice(0, MAX_PIECES).map((piece) => shown(piece, redact, wholeOf));
}

function shown(
  { kind, points, field, key, steps, start, end, text }: Evidence,
  redact: Redactor,
  wholeOf: WholeText,
): EventEvidence {
  return {
    kind: kind.name,
    attack: kind.attack,
    points,
    field,
    key: isBareCookie(field, () => wholeOf(field, key)) ? REDACTED : showKey(key, redact),
    views: steps,
    span: [start, end],
    length: text.length,
    ...(isSecretKey(key, redact)
      ? SECRET
      : showSnippet({ field, key: key === "" ? undefined : key, text, span: [start, end] }, redact, wholeOf)),
    sentence: kind.sentence,
  };
}
