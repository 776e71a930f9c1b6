import { MisuseError } from "./misuse.ts";

/** An option's value. @throws MisuseError `E_OPTION` for anything but a whole number in the range. */
export function wholeNumber(
  name: string,
  value: number,
  least: number,
  most: number = Number.MAX_SAFE_INTEGER,
): number {
  if (Number.isSafeInteger(value) && value >= least && value <= most) return value;
  const range = most === Number.MAX_SAFE_INTEGER ? `of at least ${least}` : `from ${least} to ${most}`;
  throw new MisuseError("E_OPTION", `\`${name}\` must be a whole number ${range}, not \`${String(value)}\``);
}
