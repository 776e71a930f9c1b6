import type { Span } from "../../language/diagnostics/source.ts";
import type { Place } from "./located.ts";

/**
 * The place in the document's text of a span inside a scalar's value.
 *
 * Quoted scalars are decoded step by step. In the others the text holds the same characters as the value, apart from
 * white space that folding and indentation change, so that the two are walked side by side.
 */
export function spanInScalar(text: string, place: Place, value: string, inner: Span): Span {
  const start = offsetInScalar(text, place, value, inner.start);
  const end = offsetInScalar(text, place, value, inner.end);
  if (start === undefined || end === undefined) return place.value;
  return { start, end: Math.max(start, end) };
}

function offsetInScalar(text: string, place: Place, value: string, wanted: number): number | undefined {
  const { start, end } = place.value;
  if (place.style === "plain") return walk(text, start, end, value, wanted, plainStep);
  const step = place.style === "escaped" ? escapedStep : singleQuotedStep;
  return walk(text, start + 1, end - 1, value, wanted, step);
}

/** How many characters of text the next character of the value takes, and how many of the value it gives. */
interface Step {
  readonly raw: number;
  readonly units: number;
  readonly blank: boolean;
}

type Stepper = (text: string, at: number, value: string, done: number) => Step;

function walk(
  text: string,
  start: number,
  end: number,
  value: string,
  wanted: number,
  stepper: Stepper,
): number | undefined {
  let at = start;
  let done = 0;
  while (done < wanted) {
    if (at >= end) return done >= value.trimEnd().length ? end : undefined;
    const valueIsBlank = isBlank(value, done);
    const step = stepper(text, at, value, done);
    if (step.blank && !valueIsBlank) at += step.raw;
    else if (valueIsBlank && !step.blank) done++;
    else {
      at += step.raw;
      done += step.units;
    }
  }
  // White space that belongs to the layout is before the character that is meant.
  while (at < end && done < value.length && !isBlank(value, done) && isBlank(text, at)) at++;
  return at;
}

function isBlank(text: string, at: number): boolean {
  const char = text[at];
  return char === " " || char === "\t" || char === "\n" || char === "\r";
}

/** A block scalar begins with its header, such as `>-`, which the value does not hold. */
function plainStep(text: string, at: number, value: string, done: number): Step {
  const blank = isBlank(text, at);
  return { raw: 1, units: 1, blank: blank || (text[at] !== value[done] && !isBlank(value, done)) };
}

function singleQuotedStep(text: string, at: number): Step {
  return { raw: text.startsWith("''", at) ? 2 : 1, units: 1, blank: isBlank(text, at) };
}

function escapedStep(text: string, at: number, value: string, done: number): Step {
  if (text[at] !== "\\") return { raw: 1, units: 1, blank: isBlank(text, at) };
  const letter = text[at + 1];
  const digits = letter === "u" ? 4 : letter === "x" ? 2 : letter === "U" ? 8 : 0;
  // An escaped line break of YAML joins two lines and returns nothing.
  if (letter === "\n" || letter === "\r") return { raw: 2, units: 0, blank: true };
  const pair = letter === "U" && value.codePointAt(done)! > 0xffff;
  return { raw: 2 + digits, units: pair ? 2 : 1, blank: isBlank(value, done) };
}
