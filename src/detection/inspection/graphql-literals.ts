// On the request path, for each text: a look at its first character tells most.

/** Strings of one document that are shown. */
const MAX_LITERALS = 256;
/** `{"a": "b"}`, the shortest with a string that says anything. */
const MIN_DOCUMENT = 10;

/** How a document of GraphQL begins, and JSON never does. */
const BEGINNING =
  /\s{0,20}(?:\{\s{0,20}(?:[A-Za-z_]\w{0,80}\s{0,9}[({:]|#)|(?:query|mutation|subscription|fragment)\b[\w\s]{0,80}[({@])/y;
/** Text in quotes, comments aside. What is not closed goes on to the end, so that no place is looked at twice. */
const LITERAL = /#[^\r\n]*|"""((?:[^"\\]|\\.|"(?!""))*)(?:""")?|"((?:[^"\\\r\n]|\\.)*)"?/gs;

/** False for most texts; true says little. */
export function mayHoldLiterals(text: string): boolean {
  return MAY_BEGIN[text.charCodeAt(0) & 255] === 1 && text.length >= MIN_DOCUMENT && text.includes('"');
}

/** The strings that are in a document of GraphQL; none of any other text. */
export function literalsOf(text: string): readonly string[] {
  BEGINNING.lastIndex = 0;
  if (!BEGINNING.test(text)) return NO_TEXTS;
  const literals = new Set<string>();
  for (const [, block, line] of text.matchAll(LITERAL)) {
    const literal = block ?? line;
    if (literal === undefined) continue;
    literals.add(literal.replace(/\\(["\\/])/g, "$1"));
    if (literals.size === MAX_LITERALS) break;
  }
  return [...literals];
}

const MAY_BEGIN = new Uint8Array(256);
for (const first of "{qmsf \t\r\n") MAY_BEGIN[first.charCodeAt(0)] = 1;

const NO_TEXTS: readonly string[] = Object.freeze([]);
