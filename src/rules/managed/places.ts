/**
 * Where a client's words are: every text there is decoded, and names count as much as values. What is
 * inside of a value stands beside it.
 */
const PLACES = {
  path: ["wirewall.request.uri.path.decoded"],
  args: ["wirewall.request.uri.args.decoded[*][*]"],
  cookies: ["wirewall.request.cookies.decoded[*][*]"],
  headers: ["wirewall.request.headers.texts[*][*]"],
  body: ["wirewall.request.body.decoded[*][*]", "wirewall.request.body.unread"],
} as const;

export type Place = keyof typeof PLACES;

export const EVERYWHERE: readonly Place[] = ["path", "args", "body", "cookies", "headers"];

/** A raw string of the language; patterns of this package never hold a quote before two hashes. */
function literal(pattern: string): string {
  return `r##"${pattern}"##`;
}

/** An expression: one of the places holds a text that the pattern matches, letter case aside. */
export function somewhere(places: readonly Place[], pattern: string): string {
  return places
    .flatMap((place) => PLACES[place])
    .map((operand) => matching(operand, pattern))
    .join(" or ");
}

/**
 * An expression: the operand, or with `[*]` one of its elements, matches the pattern, letter case aside; a
 * dot of the pattern stands for a line break too.
 */
export function matching(operand: string, pattern: string): string {
  const test = `${operand} matches ${literal(`(?is)${pattern}`)}`;
  return operand.includes("[*]") ? `any(${test})` : test;
}

/** An expression: the array holds one of the words. */
export function holdsOneOf(array: string, words: readonly string[]): string {
  return `any(${array}[*] in {${words.map((word) => `"${word}"`).join(" ")}})`;
}

/** An expression: a detector has found the kind of evidence, anywhere in the request. */
export function found(kind: string): string {
  return `any(wirewall.detection.kinds[*] == "${kind}")`;
}
