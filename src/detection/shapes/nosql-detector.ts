import type { Detector, EvidenceKind, Place, Report } from "../detector/detector.ts";
import {
  BRACKET_OPERATORS,
  IDENTITIES,
  LOOSE_OPERATORS,
  OPERATORS,
  SCRIPT_OPERATORS,
  SECRETS,
} from "./nosql-operators.ts";
import { findScripts, SCRIPT_TRIGGERS } from "./nosql-scripts.ts";
import { isWord, lastPart, matchAt, parentOf, placesOf, skipSpace } from "./scan.ts";

const kind = (name: string, points: EvidenceKind["points"], sentence: string): EvidenceKind => ({
  name: `nosql-${name}`,
  attack: "nosql",
  points,
  sentence,
});

const OPERATOR_NAME = kind(
  "operator-name",
  5,
  "An operator of MongoDB in brackets in the name of a parameter.",
);
const SCRIPT = kind("script", 5, "A condition in JavaScript for MongoDB, or a value that goes on with one.");
const CREDENTIAL = kind("credential", 5, "A comparison of MongoDB where a password or a token is expected.");
const OPERATOR_VALUE = kind(
  "operator-value",
  3,
  "A value that is an object with an operator of MongoDB, or such an object where a name or a password is expected.",
);
const OPERATORS_TOGETHER = kind(
  "operators",
  5,
  "Keys that are operators of MongoDB, in several places of a request.",
);
const OPERATOR: EvidenceKind = {
  ...kind("operator", 3, "A key that is an operator of MongoDB."),
  twice: OPERATORS_TOGETHER,
};

/** Operators of MongoDB as names and keys, and the JavaScript that it runs. */
export const nosqlDetector: Detector = {
  name: "nosql",
  kinds: [OPERATOR_NAME, SCRIPT, CREDENTIAL, OPERATOR_VALUE, OPERATOR, OPERATORS_TOGETHER],
  triggers: [
    {
      words: [...OPERATORS, ...SCRIPT_OPERATORS, "$comment", "$options", "$size", "$all"].map((word) =>
        word.toLowerCase(),
      ),
    },
    ...SCRIPT_TRIGGERS,
  ],
  shortest: 3,
  inspect(text: string, place: Place, report: Report): void {
    if (place.isName) key(text, place, report);
    brackets(text, place, report);
    if (!place.isName && text.charCodeAt(skipSpace(text, 0)) === 123) object(text, report);
    if (place.part !== "header" || text.length < 400) {
      findScripts(text, (start, end) => report(SCRIPT, start, end));
    }
  },
};

/** A key of an object: each operator is evidence of its own. */
function key(text: string, place: Place, report: Report): void {
  const start = text.lastIndexOf(".") + 1;
  const operator = start === 0 ? text : text.slice(start);
  if (operator.charCodeAt(0) !== 36) return;
  if (SCRIPT_OPERATORS.has(operator)) {
    report(SCRIPT, start, text.length);
    return;
  }
  if (!OPERATORS.has(operator)) return;
  const path = start === 0 ? parentOf(text, place.name) : text.slice(0, start - 1);
  const parent = lastPart(path).replace(/[_-]/g, "").toLowerCase();
  // Variables of GraphQL may have any name.
  if (parent === "variables") return;
  if (LOOSE_OPERATORS.has(operator)) {
    if (SECRETS.has(parent)) report(CREDENTIAL, start, text.length);
    if (SECRETS.has(parent) || IDENTITIES.has(parent)) report(OPERATOR_VALUE, start, text.length);
  }
  report(OPERATOR, start, text.length);
}

const PLAIN_NAME = 60;

/** `a[b][$ne]` at the beginning of a name, of a value or behind `?` and `&`. */
function brackets(text: string, { isName }: Place, report: Report): void {
  for (const at of placesOf(text, "[$")) {
    let end = at + 2;
    while (end - at < 20 && isWord(text.charCodeAt(end))) end += 1;
    if (text.charCodeAt(end) !== 93 || !BRACKET_OPERATORS.has(text.slice(at + 1, end).toLowerCase()))
      continue;
    const next = text.charCodeAt(end + 1);
    if (!isName && next !== 61 && next !== 91) continue;
    let start = at;
    while (start > 0 && at - start <= PLAIN_NAME && /[\w.[\]$-]/.test(text.charAt(start - 1))) start -= 1;
    if (start === at || !(start === 0 || "?&; ".includes(text.charAt(start - 1)))) continue;
    report(OPERATOR_NAME, start, end + 1);
    return;
  }
}

const OPERATOR_OBJECT = /\s{0,20}\{\s{0,20}['"]?(\$\w{2,12})['"]?\s{0,20}:/y;

/** A value that is an object whose first key is an operator. */
function object(text: string, report: Report): void {
  const end = matchAt(OPERATOR_OBJECT, text, 0);
  if (end < 0) return;
  const operator = text.slice(text.indexOf("$"), end - 1).replace(/['"\s]/g, "");
  if (OPERATORS.has(operator) || operator === "$all" || operator === "$size") report(OPERATOR_VALUE, 0, end);
}
