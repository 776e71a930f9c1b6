/**
 * A text with what varies at random taken out: letter case, which digits, long runs of hexadecimal digits, white space, escapes
 * of a URL. Texts of the corpus differ in it, so that none counts twice.
 */
export function normalisedTokens(text: string): string {
  return unescaped(text)
    .normalize("NFKC")
    .toLowerCase()
    .replace(/\b(?=[a-f]*\d)(?=\d*[a-f])[0-9a-f]{16,}\b/g, " h ")
    .replace(/\d/g, "0")
    .replace(/[\p{L}\p{M}_]+|\S/gu, "$& ")
    .replace(/\s+/g, " ")
    .trim();
}

function unescaped(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    // Not all of it is a URL's.
    return text;
  }
}
