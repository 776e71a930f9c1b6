import type { Detector, EvidenceKind, Place, Report } from "../detector/detector.ts";
import { findClauses, findCommands } from "./nosql-commands.ts";
import {
  BRACKET_OPERATORS,
  IDENTITIES,
  LOOSE_OPERATORS,
  OPERATORS,
  SCRIPT_OPERATORS,
  SECRETS,
} from "./nosql-operators.ts";
import { findScripts, SCRIPT_TRIGGERS } from "./nosql-scripts.ts";
import { isWord, lastPart, matchAt, placesOf, skipSpace } from "./scan.ts";

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
const SCRIPT = kind(
  "script",
  5,
  "A condition in JavaScript for MongoDB, or a value that continues with one.",
);
const CREDENTIAL = kind(
  "credential",
  5,
  "A MongoDB comparison with an empty value, or where a password or a token is expected.",
);
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

const CLAUSE = kind(
  "graph-clause",
  5,
  "A value that ends a string or a pattern of Cypher and continues with a clause.",
);
const COMMAND = kind(
  "command",
  5,
  "A line break and a command of Redis or Memcached, in the request's head.",
);

/** Operators of MongoDB as names and keys, and the JavaScript that it runs. */
export const nosqlDetector: Detector = {
  name: "nosql",
  kinds: [OPERATOR_NAME, SCRIPT, CREDENTIAL, OPERATOR_VALUE, OPERATOR, OPERATORS_TOGETHER, CLAUSE, COMMAND],
  triggers: [
    {
      words: [...OPERATORS, ...SCRIPT_OPERATORS, "$comment", "$options", "$size", "$all"].map((word) =>
        word.toLowerCase(),
      ),
    },
    ...SCRIPT_TRIGGERS,
    {
      characters: "\r\n\u008a\u008d",
      words: [
        ...["flushall", "flushdb", "config set", "slaveof", "replicaof", "eval ", "module load", "script "],
        ...["save\r", "save\n", "set ", "add ", "replace ", "append ", "\n$"],
      ],
    },
  ],
  shortest: 3,
  inspect(text: string, place: Place, report: Report): void {
    if (place.isName) key(text, place, report);
    brackets(text, place, report);
    if (!place.isName && text.charCodeAt(skipSpace(text, 0)) === 123) object(text, place.name, report);
    if (place.part !== "header" || text.length < 400) {
      findScripts(text, (start, end) => report(SCRIPT, start, end));
      findClauses(text, (start, end) => report(CLAUSE, start, end));
      if (place.part !== "body") findCommands(text, (start, end) => report(COMMAND, start, end));
    }
  },
};

/**
 * A key of an object, alone or after the one that it is in: each operator is evidence of its own, told where what it belongs to
 * is known.
 */
function key(text: string, place: Place, report: Report): void {
  const start = text.lastIndexOf(".") + 1;
  if (text.charCodeAt(start) !== 36) return;
  const operator = text.slice(start);
  if (SCRIPT_OPERATORS.has(operator)) {
    report(SCRIPT, start, text.length);
    return;
  }
  if (!OPERATORS.has(operator) || (start === 0 && !isOutermost(operator, place.name))) return;
  const parent = lastPart(text.slice(0, Math.max(0, start - 1)))
    .replace(/[_-]/g, "")
    .toLowerCase();
  // Variables of GraphQL may have any name.
  if (parent === "variables") return;
  if (LOOSE_OPERATORS.has(operator)) {
    if (SECRETS.has(parent)) report(CREDENTIAL, start, text.length);
    if (SECRETS.has(parent) || IDENTITIES.has(parent)) report(OPERATOR_VALUE, start, text.length);
  }
  if (FILTERS.has(outermost(place.name))) return;
  // The end of a range comes with its beginning, which counts.
  if (operator !== "$lt" && operator !== "$lte") report(OPERATOR, start, text.length);
}

/** Names of objects that a client is meant to write a query in. */
const FILTERS: ReadonlySet<string> = new Set(["filter", "filters", "where", "query", "selector", "match"]);

function outermost(path: string): string {
  const end = path.indexOf(".");
  return end < 0 ? "" : path.slice(0, end).toLowerCase();
}

/** Whether a key is in no object that has a name; others come again with that name. */
function isOutermost(key: string, path: string): boolean {
  return path === key || path.startsWith(`${key}.`);
}

const PLAIN_NAME = 60;

/** `a[b][$ne]` at the beginning of a name, of a value or after `?` and `&`. */
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

/** Comparisons that hold for everything, or for nothing: `null`, an empty string, a pattern of anything. */
const LOOSE_VALUE = /\s{0,20}(?:null|undefined|true|-?[01]|(["'])(?:\^?\.[*+]\$?|\^|)\1)\s{0,20}\}\s{0,20}$/y;

/** A value that is an object whose first key is an operator. */
function object(text: string, name: string, report: Report): void {
  const end = matchAt(OPERATOR_OBJECT, text, 0);
  if (end < 0) return;
  const operator = text.slice(text.indexOf("$"), end - 1).replace(/['"\s]/g, "");
  if (!OPERATORS.has(operator) && operator !== "$all" && operator !== "$size") return;
  report(OPERATOR_VALUE, 0, end);
  if (!LOOSE_OPERATORS.has(operator)) return;
  if (
    SECRETS.has(lastPart(name).replace(/[_-]/g, "").toLowerCase()) ||
    matchAt(LOOSE_VALUE, text, end) >= 0
  ) {
    report(CREDENTIAL, 0, end);
  }
}
