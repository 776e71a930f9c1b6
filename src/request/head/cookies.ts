import type { Budget } from "../../language/values/budget.ts";
import { asciiLower, percentDecode } from "../../language/values/bytes.ts";
import { hasControl, isWhiteSpace } from "./characters.ts";
import type { Pairs } from "./pairs.ts";

/** Oddities of a Cookie header, reported in this order. */
export const COOKIE_ANOMALIES = [
  "nameless_cookie",
  "duplicate_cookie",
  "encoded_name",
  "control_character",
  "too_many_cookies",
] as const;
export type CookieAnomaly = (typeof COOKIE_ANOMALIES)[number];

export interface Cookies extends Pairs {
  readonly anomalies: readonly CookieAnomaly[];
  /**
   * Of cookies whose quotes a semicolon has divided, by their index, the text from quote to quote: Python's reader goes on to
   * the closing one, all others end at the semicolon.
   */
  readonly divided: ReadonlyMap<number, string>;
}

const NONE_DIVIDED: ReadonlyMap<number, string> = new Map();

/** Whether a header line of the name holds cookies. */
export function isCookie(name: string): boolean {
  return name.length === 6 && asciiLower(name) === "cookie";
}

/**
 * Splits a Cookie header at each `;` and first `=`. Names are percent-decoded, values stay as sent, quotes included.
 * A piece without `=` is a name with the empty value.
 */
export function parseCookies(header: string, limit: number, budget: Budget): Cookies {
  const names: string[] = [];
  const values: string[] = [];
  const found = new Set<CookieAnomaly>();
  const seen = new Set<string>();
  let divided: Map<number, string> | undefined;
  let truncated = false;
  for (let at = 0; at < header.length; ) {
    let end = header.indexOf(";", at);
    if (end === -1) end = header.length;
    let from = at;
    let to = end;
    while (from < to && isWhiteSpace(header.charCodeAt(from))) from++;
    while (to > from && isWhiteSpace(header.charCodeAt(to - 1))) to--;
    truncated = !budget.spend(end - at + 1) || (to > from && names.length === limit);
    if (truncated) break;
    if (to > from) {
      const piece = header.slice(from, to);
      const equals = piece.indexOf("=");
      const sent = equals === -1 ? piece : piece.slice(0, equals);
      const name = percentDecode(sent, false);
      if (name === "") found.add("nameless_cookie");
      if (name !== sent) found.add("encoded_name");
      if (seen.has(name)) found.add("duplicate_cookie");
      if (hasControl(piece)) found.add("control_character");
      seen.add(name);
      names.push(name);
      values.push(equals === -1 ? "" : piece.slice(equals + 1));
      const open = end < header.length && piece.includes('"') ? openQuote(piece) : -1;
      const whole = open === -1 ? undefined : quotedAt(header, from + open);
      if (whole !== undefined) {
        divided ??= new Map();
        divided.set(names.length - 1, whole);
      }
    }
    at = end + 1;
  }
  if (truncated) found.add("too_many_cookies");
  return {
    names,
    values,
    truncated,
    anomalies: COOKIE_ANOMALIES.filter((anomaly) => found.has(anomaly)),
    divided: divided ?? NONE_DIVIDED,
  };
}

/** Where the quote is, after an equals sign, that a piece leaves open; -1 when there is none. */
function openQuote(piece: string): number {
  const found = /=[\t ]*("(?:[^"\\]|\\.)*\\?)$/.exec(piece)?.[1];
  return found === undefined ? -1 : piece.length - found.length;
}

/** The text from the quote here to the closing one, which must end a cookie; each scan ends where the next quote opens. */
function quotedAt(header: string, from: number): string | undefined {
  let at = from + 1;
  while (at < header.length && header.charCodeAt(at) !== 34) at += header.charCodeAt(at) === 92 ? 2 : 1;
  if (at >= header.length) return undefined;
  const isEnd = at + 1 === header.length || /[;\s]/.test(header.charAt(at + 1));
  return isEnd ? header.slice(from, at + 1) : undefined;
}
