import { asciiLower } from "../../language/values/bytes.ts";
import { behindMark } from "./marks.ts";

/**
 * What an XML declaration at the text's beginning may name as its encoding, in lower case; several where readers may disagree
 * which one is meant.
 */
export function declaredXmlEncodings(text: string): readonly string[] {
  const start = behindMark(text);
  if (!text.startsWith("<?xml", start)) return NO_ENCODINGS;
  const end = text.indexOf("?>", start);
  const declaration = text.slice(start, end === -1 ? text.length : end);
  const found = new Set<string>();
  for (const [, double, single] of declaration.matchAll(DECLARED_ENCODING)) {
    if (found.size === MAX_ENCODINGS) break;
    found.add(asciiLower(double ?? single ?? ""));
  }
  return [...found];
}

const NO_ENCODINGS: readonly string[] = Object.freeze([]);
/** A declaration names one. */
const MAX_ENCODINGS = 4;
const DECLARED_ENCODING = /[ \t\r\n"']encoding[ \t\r\n]*=[ \t\r\n]*(?:"([^"<]*)"|'([^'<]*)')/g;

/** The encoding that an XML declaration at the text's beginning names, in lower case; "" without one. */
export function declaredXmlEncoding(text: string): string {
  return declaredXmlEncodings(text)[0] ?? "";
}
