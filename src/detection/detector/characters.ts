/** Bytes of ASCII, of which most languages are made; what else a name or a gap may hold each of them says for itself. */

export function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

export function isLetter(code: number): boolean {
  return (code >= 97 && code <= 122) || (code >= 65 && code <= 90);
}
