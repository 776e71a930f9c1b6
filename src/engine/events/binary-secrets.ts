// Names and values in serialised data, where a length precedes each text instead of delimiters around it.
import { isUtf8 } from "../../language/values/bytes.ts";
import type { Range } from "./range.ts";

/** A member name as programs choose it. */
const NAME = /^[A-Za-z_][\w.-]{1,30}$/;

/** Values after secret names in MessagePack and CBOR; none in plain text. */
export function serialisedSecrets(text: string, isSecret: (name: string) => boolean): readonly Range[] {
  const found: Range[] = [];
  if (!/[\x80-\xff]/.test(text) || isUtf8(text)) return found;
  for (let at = 0; at < text.length; at++) {
    const length = shortLength(text.charCodeAt(at));
    if (length < 2) continue;
    const end = at + 1 + length;
    const value = valueAt(text, end);
    if (value === undefined) continue;
    const name = text.slice(at + 1, end);
    if (!NAME.test(name) || !isSecret(name)) continue;
    found.push(value);
    at = value.end - 1;
  }
  return found;
}

/** Length in bytes of a short text by its first byte, in either format; 0: the byte begins no short text. */
function shortLength(code: number): number {
  // MessagePack 0xa0 to 0xbf, CBOR 0x60 to 0x77.
  if (code >= 0xa0 && code <= 0xbf) return code & 31;
  return code >= 0x60 && code <= 0x77 ? code & 31 : 0;
}

function valueAt(text: string, at: number): Range | undefined {
  const code = text.charCodeAt(at);
  const short = shortLength(code);
  if (short > 0) return at + short < text.length ? { start: at + 1, end: at + 1 + short } : undefined;
  // Text and byte strings with a length of one or two bytes.
  const isOne = code === 0xd9 || code === 0xc4 || code === 0x78 || code === 0x58;
  const isTwo = code === 0xda || code === 0xc5 || code === 0x79 || code === 0x59;
  if (!isOne && !isTwo) return undefined;
  const first = text.charCodeAt(at + 1);
  const length = isOne ? first : first * 256 + text.charCodeAt(at + 2);
  const start = at + (isOne ? 2 : 3);
  return start < text.length ? { start, end: Math.min(text.length, start + length) } : undefined;
}
