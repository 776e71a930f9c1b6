/** A raw string of the language; patterns of this package never contain a quote before two hashes. */
function literal(pattern: string): string {
  return `r##"${pattern}"##`;
}

/**
 * An expression: the operand, or with `[*]` one of its elements, matches the pattern, letter case aside; a dot of the
 * pattern matches a line break, too.
 */
export function matching(operand: string, pattern: string): string {
  const test = `${operand} matches ${literal(`(?is)${pattern}`)}`;
  return operand.includes("[*]") ? `any(${test})` : test;
}

/** An expression: the array contains one of the words. */
export function holdsOneOf(array: string, words: readonly string[]): string {
  return `any(${array}[*] in {${words.map((word) => `"${word}"`).join(" ")}})`;
}

/** An expression: a detector has found the kind of evidence, anywhere in the request. */
export function found(kind: string): string {
  return `any(wirewall.detection.kinds[*] == "${kind}")`;
}
