import { isDigit } from "../detector/characters.ts";
import type { Detector, EvidenceKind, Place, Report } from "../detector/detector.ts";
import { isWord, lastBefore, matchAt, placesOf } from "./scan.ts";

const XPATH: EvidenceKind = {
  name: "injection-xpath",
  attack: "injection",
  points: 5,
  sentence: "A quote or bracket, then a step or function of XPath.",
};

/** How far into a value another expression may begin. */
const LONGEST_VALUE = 200;

const STEP =
  /\/\/(?:\*|@|[a-z][\w-]{0,60}(?=$|[/[\s'")|]|::))|\/\*|\/(?:child|parent|descendant|ancestor|following|preceding|self|attribute)[\w-]{0,20}::|\/[a-z][\w-]{0,60}(?:::|\/(?:text|node|comment)\(|\[(?:position|last|\d|@))|\.\.\/[@a-z][\w-]{0,60}\s{0,9}(?:=|\/|$)|(?:child|parent|descendant|ancestor|following|preceding|self|attribute|namespace)[\w-]{0,20}::[a-z*@]|\/(?:text|node)\(\)/iy;
const CALL =
  /(?:not\s{0,9}\(\s{0,9})?(?:(?:count|string-length|substring|substring-before|substring-after|contains|starts-with|normalize-space|string|local-name|name|namespace-uri|translate|sum|not|boolean)\s{0,9}\(\s{0,9}(?:\/|\.\.|\*|@|name\s{0,9}\(|local-name\s{0,9}\(|string\s{0,9}\(|\.\s{0,9}[,)])|(?:name|local-name|position|last)\s{0,9}\(\s{0,9}\)\s{0,9}[=<>!]|docu?(?:ment)?\s{0,9}\(\s{0,9}['"](?:https?|file|ftp):|system-property\s{0,9}\(\s{0,9}['"])/iy;
/** Calls that other query languages have too: they count after a quote that ends the value. */
const SHARED_CALL = /(?:contains|starts-with|ends-with)\s{0,9}\(\s{0,9}[@\w-]{1,40}\s{0,9},\s{0,9}['"]/y;
/** A union, or the number of nodes, as a value. */
const WHOLE =
  /\s{0,9}(?:\|\s{0,9}\/\/[a-z*@]|count\s{0,9}\(\s{0,9}\/[^()]{1,60}(?:\(\s{0,9}\)[^()]{0,20})?\)\s{0,9}(?:$|[=<>!]))/y;

/** Values that end a string, a condition or a list in an XPath expression and go on. */
export const xpathDetector: Detector = {
  name: "xpath",
  kinds: [XPATH],
  triggers: [
    {
      characters: "'\")]",
      words: [
        ...["//", "/*", "::", "../", "/text()", "/node()"],
        ...["contains(", "starts-with(", "ends-with(", "system-property("],
      ],
    },
    { words: ["name(", "position(", "last(", "doc(", "document(", "(/", "(.", "(*", "|//", "| //"] },
  ],
  shortest: 6,
  inspect(text: string, _place: Place, report: Report): void {
    const lower = text.toLowerCase();
    const whole = matchAt(WHOLE, lower, 0);
    if (whole >= 0) {
      report(XPATH, 0, whole);
      return;
    }
    for (const word of ["|", "or", "and", "/"]) {
      for (const at of placesOf(lower, word)) {
        if (at > LONGEST_VALUE) break;
        const end = word === "/" ? ownStep(lower, at) : operand(lower, at, word);
        if (end < 0) continue;
        report(XPATH, at, end);
        return;
      }
    }
  },
};

/** `'/text() | …`: a step right after the end of a string or a condition. */
function ownStep(lower: string, at: number): number {
  const before = lower.charAt(at - 1);
  if (before !== "'" && before !== '"' && before !== "]") return -1;
  return matchAt(
    /\/(?:text|node|comment)\(\)|\/(?:parent|child|descendant|ancestor|following|preceding)[\w-]{0,20}::/y,
    lower,
    at,
  );
}

function operand(lower: string, at: number, word: string): number {
  const behind = at + word.length;
  const symbol = word === "|";
  if (!symbol && (isWord(lower.charCodeAt(behind)) || isWord(lower.charCodeAt(at - 1)))) return -1;
  const before = lastBefore(lower, at);
  if (before < 0) return -1;
  const code = lower.charCodeAt(before);
  const quoted = "'\")]".includes(lower.charAt(before));
  if (!quoted && !isDigit(code)) return -1;
  let start = behind;
  while (start < lower.length && start - behind < 20 && " \t\r\n(".includes(lower.charAt(start))) start += 1;
  const call = matchAt(CALL, lower, start);
  if (call >= 0) return symbol ? -1 : call;
  return quoted && opens(lower, before)
    ? Math.max(matchAt(STEP, lower, start), matchAt(SHARED_CALL, lower, start))
    : -1;
}

/** Whether what ends at `at` was opened before the value: the quote is the first, the bracket has no partner. */
function opens(lower: string, at: number): boolean {
  const code = lower.charCodeAt(at);
  if (code === 93) return !lower.slice(0, at).includes("[");
  if (code === 41) return !lower.slice(0, at).includes("(");
  const quote = lower.charAt(at);
  let count = 0;
  for (let position = 0; position < at; position += 1) if (lower.charAt(position) === quote) count += 1;
  return count % 2 === 0;
}
