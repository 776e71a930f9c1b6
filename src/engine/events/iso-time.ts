import { MisuseError } from "../../language/diagnostics/misuse.ts";
import { shownValue } from "../../language/diagnostics/option-values.ts";
import { isNow } from "../../rules/ratelimit/limiter.ts";

/** Milliseconds from 1970 that a date can be away (ECMA-262, time values). */
const MOST = 8_640_000_000_000_000;

/**
 * A time as ISO 8601 in UTC with milliseconds: `2026-11-28T18:48:53.123Z`. What no date can show becomes the nearest one that can;
 * what is no number, 1970.
 *
 * @param time milliseconds since 1970
 */
export function isoTime(time: number): string {
  return new Date(Number.isNaN(time) ? 0 : Math.min(MOST, Math.max(-MOST, time))).toISOString();
}

/** A time in milliseconds since 1970, up to the year 9999. @throws MisuseError `E_OPTION` for anything else. */
export function checkedTime(name: string, value: unknown): number {
  if (isNow(value)) return value;
  throw new MisuseError(
    "E_OPTION",
    `\`${name}\` must be milliseconds since 1970, up to the year 9999, not ${shownValue(value)}`,
  );
}
