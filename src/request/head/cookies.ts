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
}

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
    }
    at = end + 1;
  }
  if (truncated) found.add("too_many_cookies");
  return { names, values, truncated, anomalies: COOKIE_ANOMALIES.filter((anomaly) => found.has(anomaly)) };
}
