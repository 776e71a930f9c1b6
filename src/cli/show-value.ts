import { toHex, utf8Decode } from "../language/values/bytes.ts";
import { formatIp } from "../language/values/ip.ts";
import type { Type } from "../language/values/types.ts";
import type { MapValue, Value } from "../language/values/value.ts";
import { isArrayValue, isIpValue, isMapValue } from "../language/values/value-guards.ts";

/** Characters of one value that are shown by default. */
const SHOWN = 200;
/** Elements or entries of one container that are shown. */
const SHOWN_ITEMS = 20;

/**
 * A value as the language would write it, in one line: bytes that are not text as `\xHH`, so that no request can steer
 * the terminal. The missing value shows as `nil`.
 */
export function showValue(value: Value | undefined, type: Type, most = SHOWN): string {
  if (value === undefined) return "nil";
  if (typeof value === "string") return showBytes(value, most);
  if (type.kind === "Ip" && isIpValue(value)) return formatIp(value);
  if (type.kind === "Array" && isArrayValue(value)) {
    const shown = value.slice(0, SHOWN_ITEMS).map((item) => showValue(item, type.element, most));
    return `[${withRest(shown, value.length)}]`;
  }
  if (type.kind === "Map" && isMapValue(value)) {
    const shown = sortedEntries(value)
      .slice(0, SHOWN_ITEMS)
      .map(([key, item]) => `${showBytes(key, most)}: ${showValue(item, type.element, most)}`);
    return `{${withRest(shown, value.size)}}`;
  }
  return String(value);
}

function withRest(shown: readonly string[], size: number): string {
  return size > shown.length ? `${shown.join(", ")}, … ${size - shown.length} more` : shown.join(", ");
}

function sortedEntries(map: MapValue): readonly (readonly [string, Value])[] {
  return [...map].sort(([left], [right]) => (left < right ? -1 : left > right ? 1 : 0));
}

/** A byte string in quotes; a long one is cut and its length shown. */
export function showBytes(bytes: string, most = SHOWN): string {
  const cut = bytes.length > most ? wholeCharacters(bytes.slice(0, most)) : bytes;
  const text = utf8Decode(cut);
  const inner =
    text === undefined
      ? [...cut].map((unit) => escapeUnit(unit, true)).join("")
      : [...text].map((char) => escapeUnit(char, false)).join("");
  return bytes.length > most ? `"${inner}"… ${bytes.length} bytes` : `"${inner}"`;
}

/** Without the bytes of a character that a cut went through: for their sake a text would not show as one. */
function wholeCharacters(cut: string): string {
  return cut.replace(/[\xc2-\xf4][\x80-\xbf]{0,2}$/, (end) => (utf8Decode(end) === undefined ? "" : end));
}

/** Unicode's marks that reorder or hide text, and separators that end a line. */
const HIDDEN = /[\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/;

function escapeUnit(char: string, isByte: boolean): string {
  const code = char.codePointAt(0)!;
  if (char === '"' || char === "\\") return `\\${char}`;
  if (code < 0x20 || code === 0x7f || (isByte && code >= 0x80)) return hexEscape(code);
  if ((code >= 0x80 && code < 0xa0) || HIDDEN.test(char)) {
    return [...Buffer.from(char, "utf8")].map(hexEscape).join("");
  }
  return char;
}

function hexEscape(code: number): string {
  return `\\x${code.toString(16).padStart(2, "0")}`;
}

/**
 * A value for `--json`: bytes that are not UTF-8 as `{ "hex": … }`, integers beyond 2^53 as text, the missing value as
 * null.
 */
export function valueToJson(value: Value | undefined, type: Type): unknown {
  if (value === undefined) return null;
  if (typeof value === "string") return bytesToJson(value);
  if (typeof value === "bigint") return String(value);
  if (type.kind === "Ip" && isIpValue(value)) return formatIp(value);
  if (type.kind === "Array" && isArrayValue(value))
    return value.map((item) => valueToJson(item, type.element));
  if (type.kind === "Map" && isMapValue(value)) {
    const result: Record<string, unknown> = Object.create(null);
    for (const [key, item] of sortedEntries(value)) {
      result[utf8Decode(key) ?? `\\x${toHex(key)}`] = valueToJson(item, type.element);
    }
    return result;
  }
  return value;
}

function bytesToJson(bytes: string): unknown {
  return utf8Decode(bytes) ?? { hex: toHex(bytes) };
}
