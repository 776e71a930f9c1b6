// What applications read inside of values that they were handed: JSON, Base64, and JSON in Base64.
import type { Received, Text } from "./compare.ts";
import { textsIn } from "./texts.ts";

/** JSON that a value is, as applications find it: by its first character. */
function jsonTexts(value: string): readonly Text[] {
  if (!/^\s*[[{"]/.test(value)) return [];
  try {
    return textsIn(JSON.parse(value)).texts;
  } catch {
    return [];
  }
}

/** The text of a value that is Base64 of one; what is shorter, or no text, is no input. */
function base64Text(value: string): string | undefined {
  if (value.length < 16 || value.length % 4 !== 0 || !/^[A-Za-z0-9+/]+={0,2}$/.test(value)) return undefined;
  const bytes = Buffer.from(value, "base64");
  const text = bytes.toString();
  const isText = Buffer.from(text).equals(bytes) && !/[\0-\x08\x0b\x0c\x0e-\x1f\x7f]/.test(text);
  return isText ? text : undefined;
}

/** What is inside of any of the values. */
export function textsInside(values: Iterable<string>): Received {
  const texts: Text[] = [];
  for (const value of values) {
    texts.push(...jsonTexts(value));
    const decoded = base64Text(value);
    if (decoded !== undefined) texts.push({ text: decoded, part: false }, ...jsonTexts(decoded));
  }
  return { texts };
}
