// A piece of a text is shown only when nothing secret touches it, seen in the whole of its input.

import { printable } from "../../language/diagnostics/printable.ts";
import { decodeFully } from "../../language/functions/url-decode.ts";
import { asciiLower, base64Decode } from "../../language/values/bytes.ts";
import { withoutRanges } from "./find-secrets.ts";
import type { Redactor } from "./redact.ts";
import { decodedFor } from "./remembered-redactor.ts";

/** An input as it was received. */
export interface ReceivedInput {
  /** Its values, one after another. */
  readonly text: string;
  /** What the document calls it besides: the `name` beside a `value`. As bytes. */
  readonly names: readonly string[];
  /** What it was found in, when its own text lacks what stood around it there. */
  readonly around: ReceivedText | undefined;
}

/** A field's value, or a part of it. */
export interface ReceivedText {
  readonly field: string;
  readonly key: string | undefined;
  readonly text: string;
}

/** An input as received; undefined when that is not known. */
export type WholeText = (field: string, key: string | undefined) => ReceivedInput | undefined;

/** Bytes in front of a piece, and after it, that are looked at for what announces or ends a secret. */
const BEFORE = 4096;
const BEHIND = 512;
/** Longer values are not searched for secrets: a piece that is not of their beginning is hidden. */
const MAX_WHOLE = 32_768;
/** Bytes of a snippet. */
const SNIPPET = 120;

export interface Piece {
  readonly field: string;
  readonly key: string | undefined;
  readonly text: string;
  /** Undefined: all of the text. */
  readonly span: readonly [start: number, end: number] | undefined;
}

/** What of a piece may be shown. */
export type Snippet = { readonly text: string } | { readonly secret: true };

/** In place of a text that is a secret. */
export const SECRET: Snippet = Object.freeze({ secret: true });

/** The piece's text, printable and bounded; or that it is, or touches, a secret. */
export function showSnippet(piece: Piece, redact: Redactor, wholeOf: WholeText): Snippet {
  const { field, key, text, span = [0, text.length] } = piece;
  const [start] = span;
  const end = Math.min(span[1], start + SNIPPET);
  if (redact.hidden === undefined) {
    const whole = text.slice(0, MAX_WHOLE);
    const isShown = redact(field, key, whole) === printable(whole, MAX_WHOLE);
    return isShown ? { text: printable(text.slice(start, end), SNIPPET) } : SECRET;
  }
  const from = windowStart(text, start);
  if (from === undefined) return SECRET;
  const window = text.slice(from, end + BEHIND);
  if (touches(redact.hidden(field, key, window), start - from, end - from)) return SECRET;
  if (isSecretInside(piece, text.slice(start, end), redact, wholeOf(field, key))) return SECRET;
  return { text: printable(text.slice(start, end), SNIPPET) };
}

/** Where to begin to look; undefined when nothing separates the piece from what may announce a secret. */
function windowStart(text: string, start: number): number | undefined {
  if (start <= BEFORE) return 0;
  const at = text.slice(start - BEFORE, start).search(/[\s&;,"'<>{}()]/);
  return at === -1 ? undefined : start - BEFORE + at;
}

function touches(
  hidden: readonly { readonly start: number; readonly end: number }[],
  start: number,
  end: number,
): boolean {
  return hidden.some((one) => one.start < Math.max(end, start + 1) && one.end > start);
}

/**
 * Whether a piece of a text is secret in the value that it is from: values inside values come without their names.
 *
 * @param input undefined when it is not known
 */
export function isSecretInside(
  { field, key, text }: Pick<Piece, "field" | "key" | "text">,
  snippet: string,
  redact: Redactor,
  input: ReceivedInput | undefined,
): boolean {
  if (input === undefined) return false;
  const { text: received, names, around } = input;
  if (names.some((name) => isWhole(redact.hidden?.(field, name, snippet), snippet))) return true;
  if (around !== undefined && isHiddenAround(around, snippet, redact)) return true;
  if (received === text) return false;
  const whole = received.slice(0, MAX_WHOLE);
  const decoded = decodedFor(redact, whole);
  // Functions such as \`lower\` may have been applied.
  const piece = asciiLower(snippet);
  // What ends a secret as it was sent may not when it is decoded.
  if (decoded !== whole) {
    for (const { start, end } of redact.hidden?.(field, key, whole) ?? []) {
      const secret = asciiLower(decodeFully(whole.slice(start, end), true));
      if (secret !== "" && (secret.includes(piece) || piece.includes(secret))) return true;
    }
  }
  // All of it: what is secret in it was found there.
  if (decoded === text) return false;
  const hidden = redact.hidden?.(field, key, decoded) ?? [];
  if (hidden.length === 0) return received.length > MAX_WHOLE && !decoded.includes(snippet);
  if (piece === "") return true;
  const folded = asciiLower(decoded);
  let found = false;
  for (let at = folded.indexOf(piece), tries = 0; at !== -1; at = folded.indexOf(piece, at + 1), tries++) {
    if (tries === MAX_TRIES || touches(hidden, at, at + piece.length)) return true;
    found = true;
  }
  return !found;
}

const MAX_TRIES = 64;

function isWhole(
  hidden: readonly { readonly start: number; readonly end: number }[] = [],
  { length }: string,
): boolean {
  return hidden.some(({ start, end }) => start === 0 && end >= length);
}

/** Whether a piece is, or holds, a part of what is hidden in the text that its value was found in, or of what that is in Base64. */
function isHiddenAround({ field, key, text }: ReceivedText, snippet: string, redact: Redactor): boolean {
  const piece = asciiLower(snippet);
  if (piece === "") return false;
  const whole = text.slice(0, MAX_WHOLE);
  const hidden = redact.hidden?.(field, key, whole) ?? [];
  if (hidden.length === 0) return false;
  // What stands elsewhere as well tells nothing of a secret.
  const shown = shownOf(whole, hidden);
  if (shown.includes(piece)) return false;
  return hidden.some(({ start, end }) => {
    const secret = decodeFully(whole.slice(start, end), true);
    if (asciiLower(secret).includes(piece)) return true;
    return (secret.match(SECRET_WORD) ?? []).some((word) =>
      [word, base64Decode(word) ?? ""].map(asciiLower).some((one) => {
        const isHeld = one.length >= MIN_SECRET && piece.includes(one) && !shown.includes(one);
        return isHeld || one.includes(piece);
      }),
    );
  });
}

type Ranges = readonly { readonly start: number; readonly end: number }[];

/** What is not hidden of texts, in lower case: many pieces of one request are looked for in the same one. */
const shownTexts = new WeakMap<Ranges, { readonly whole: string; readonly shown: string }>();

function shownOf(whole: string, hidden: Ranges): string {
  const known = shownTexts.get(hidden);
  // A redactor of the embedder's own may give the same places for another text.
  if (known?.whole === whole) return known.shown;
  const shown = asciiLower(withoutRanges(whole, hidden));
  shownTexts.set(hidden, { whole, shown });
  return shown;
}

const MIN_SECRET = 8;
const SECRET_WORD = /[A-Za-z0-9+/_-]{8,}={0,2}/g;
