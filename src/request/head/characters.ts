// Characters of header values and their parts. White space is the optional white space of RFC 9110 §5.6.3, spaces and
// tabs: `String.prototype.trim` takes more, such as the byte A0, which in a byte string is half a character.

/** Where white space that begins at `from` ends. */
export function skipWhiteSpace(text: string, from: number): number {
  let at = from;
  while (at < text.length && isWhiteSpace(text.charCodeAt(at))) at++;
  return at;
}

/** The text without white space at its ends. */
export function trimWhiteSpace(text: string): string {
  const start = skipWhiteSpace(text, 0);
  let end = text.length;
  while (end > start && isWhiteSpace(text.charCodeAt(end - 1))) end--;
  return text.slice(start, end);
}

export function isWhiteSpace(code: number): boolean {
  return code === 32 || code === 9;
}

/** Whether the text holds a control character, a tab too. */
export function hasControl(text: string): boolean {
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code < 32 || code === 127) return true;
  }
  return false;
}
