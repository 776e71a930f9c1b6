import { MisuseError } from "./misuse.ts";
import { excerpt } from "./printable.ts";
import { didYouMean } from "./suggest.ts";

/** A value in a message: short, and a text distinguished from a number. */
export function shownValue(value: unknown): string {
  if (typeof value === "string") return `the text \`${excerpt(value)}\``;
  if (typeof value === "function") return "a function";
  if (typeof value !== "object" || value === null) return `\`${String(value)}\``;
  return Array.isArray(value) ? "an array" : "an object";
}

/** @throws MisuseError `E_OPTION` for a value that is none of the words. */
export function checkWord(name: string, value: unknown, words: readonly string[]): void {
  if (value === undefined || words.some((word) => word === value)) return;
  const hint = typeof value === "string" ? didYouMean(value, words) : undefined;
  refuse(name, wordsText(words), value, hint);
}

/** Words in a message: `` `a`, `b` or `c` ``. */
export function wordsText(words: readonly string[]): string {
  const shown = words.map((word) => `\`${word}\``);
  return shown.length < 2 ? shown.join("") : `${shown.slice(0, -1).join(", ")} or ${shown.at(-1)}`;
}

/** @throws MisuseError `E_OPTION` for a number that is not whole or is out of bounds. */
export function wholeNumber(
  name: string,
  value: unknown,
  least: number,
  most: number = Number.MAX_SAFE_INTEGER,
): number {
  if (typeof value === "number" && Number.isSafeInteger(value) && value >= least && value <= most)
    return value;
  const range = most === Number.MAX_SAFE_INTEGER ? `of at least ${least}` : `from ${least} to ${most}`;
  return refuse(name, `a whole number ${range}`, value);
}

/** Milliseconds. Timers of a runtime that are to wait longer fire at once. */
export const LONGEST_WAIT = 2_147_483_647;

/** @throws MisuseError `E_OPTION` for a time that no timer can wait. */
export function milliseconds(name: string, value: unknown): number {
  return wholeNumber(name, value, 0, LONGEST_WAIT);
}

/** @throws MisuseError `E_OPTION` for anything but a function; undefined is the default. */
export function checkFunction(name: string, value: unknown): void {
  if (value !== undefined && typeof value !== "function") refuse(name, "a function", value);
}

/** @throws MisuseError `E_OPTION` for anything but true and false; undefined is the default. */
export function checkFlag(name: string, value: unknown): void {
  if (value !== undefined && typeof value !== "boolean") refuse(name, "true or false", value);
}

/** @throws MisuseError `E_OPTION` for anything but text; undefined is the default. */
export function checkText(name: string, value: unknown): void {
  if (value !== undefined && typeof value !== "string") refuse(name, "text", value);
}

/** @throws MisuseError `E_OPTION` for anything but an array; undefined is the default. */
export function checkArray(name: string, value: unknown): void {
  if (value !== undefined && !Array.isArray(value)) refuse(name, "an array", value);
}

/** @throws MisuseError `E_OPTION` for anything but an object; undefined is the default. */
export function checkObject(name: string, value: unknown): void {
  if (value !== undefined && !isObject(value)) refuse(name, "an object", value);
}

/** @throws MisuseError `E_OPTION` for anything but an array of objects; undefined is the default. */
export function checkObjects(name: string, value: unknown): void {
  checkArray(name, value);
  if (Array.isArray(value))
    for (const [at, one] of value.entries()) checkObject(`${name}[${at}]`, one ?? null);
}

/** @throws MisuseError `E_OPTION` for anything without these methods; undefined is the default. */
export function checkMethods(name: string, value: unknown, methods: readonly string[]): void {
  if (value === undefined) return;
  const wanted = `an object with the method${methods.length > 1 ? "s" : ""} ${methods.map((one) => `\`${one}\``).join(", ")}`;
  if (!isObject(value)) refuse(name, wanted, value);
  const missing = methods.find((method) => typeof Reflect.get(value, method) !== "function");
  if (missing !== undefined)
    throw new MisuseError("E_OPTION", `\`${name}\` must be ${wanted}: it has no \`${missing}\``);
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function refuse(name: string, wanted: string, value: unknown, hint?: string): never {
  const help = hint === undefined ? "" : `; ${hint}`;
  throw new MisuseError("E_OPTION", `\`${name}\` must be ${wanted}, not ${shownValue(value)}${help}`);
}
