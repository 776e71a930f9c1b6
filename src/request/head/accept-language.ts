import { trimWhiteSpace } from "./characters.ts";

/**
 * Language tags of an Accept-Language header by falling weight, ties in the order sent; `*`, tags of weight 0 and
 * tags with a malformed weight are left out (RFC 9110 §12.5.4). At most `limit` tags are read.
 */
export function acceptedLanguages(header: string, limit: number): readonly string[] {
  const found: { readonly tag: string; readonly weight: number }[] = [];
  for (let at = 0; at < header.length && found.length < limit; ) {
    let end = header.indexOf(",", at);
    if (end === -1) end = header.length;
    const item = header.slice(at, end);
    const semicolon = item.indexOf(";");
    const tag = trimWhiteSpace(semicolon === -1 ? item : item.slice(0, semicolon));
    const weight = semicolon === -1 ? 1000 : parseWeight(trimWhiteSpace(item.slice(semicolon + 1)));
    if (tag !== "" && tag !== "*" && weight > 0) found.push({ tag, weight });
    at = end + 1;
  }
  return found.sort((left, right) => right.weight - left.weight).map(({ tag }) => tag);
}

/** Thousandths of `q=0.8`; 0 when malformed. */
function parseWeight(text: string): number {
  if (text.length < 3 || text.length > 7 || (text.charCodeAt(0) | 32) !== 113 || text[1] !== "=") return 0;
  const whole = text[2];
  if ((whole !== "0" && whole !== "1") || (text.length > 3 && text[3] !== ".")) return 0;
  let weight = whole === "1" ? 1000 : 0;
  let unit = 100;
  for (let at = 4; at < text.length; at++, unit /= 10) {
    const digit = text.charCodeAt(at) - 48;
    if (digit < 0 || digit > 9) return 0;
    weight += digit * unit;
  }
  return weight > 1000 ? 0 : weight;
}
