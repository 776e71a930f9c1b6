import type { EvidenceKind } from "../detector/detector.ts";

function kind(name: string, points: EvidenceKind["points"], sentence: string): EvidenceKind {
  return { name: `sqli-${name}`, attack: "sqli", points, sentence };
}

/** Everything that the judge of SQL can find. */
export const Kind = {
  unionSelect: kind("union-select", 5, "A value that continues with UNION SELECT, outside of the body."),
  unionSelectBody: kind("union-select-body", 5, "A value that continues with UNION SELECT, in the body."),
  unionInText: kind("union-in-text", 3, "UNION SELECT with columns after several words."),
  versionedComment: kind("versioned-comment", 5, "A keyword in a comment that only MySQL executes."),
  splitKeyword: kind("split-keyword", 5, "A keyword cut in two by a comment or by invisible characters."),
  ignoredExponent: kind(
    "ignored-exponent",
    5,
    "A number with an empty exponent before a parenthesis or a name, which MySQL ignores.",
  ),
  quotedTautology: kind(
    "quoted-tautology",
    5,
    "A quote that ends a string, then a condition of values or of a function.",
  ),
  numericTautology: kind(
    "numeric-tautology",
    5,
    "A number, a word or nothing, then OR or AND and a comparison of values.",
  ),
  splicedExpression: kind(
    "spliced-expression",
    5,
    "An operator that joins a value to a subquery, a function or a comparison.",
  ),
  operatorBehindQuote: kind(
    "operator-behind-quote",
    3,
    "A quote, an operator and a string that the program has to close.",
  ),
  bareCondition: kind("bare-condition", 3, "A condition without a comparison, or with the name of a column."),
  cutOff: kind(
    "cut-off",
    5,
    "A value whose only quote is followed by a comment or the end of the statement.",
  ),
  timeDelay: kind("time-delay", 5, "A function or statement that makes a database wait."),
  sleepCondition: kind("sleep-condition", 5, "SLEEP() as a condition or in a subquery."),
  heavyQuery: kind("heavy-query", 5, "A system table joined with itself, which takes long."),
  stackedStatement: kind(
    "stacked-statement",
    5,
    "A short value, a semicolon and a statement that changes data or the server.",
  ),
  dynamicStatement: kind(
    "dynamic-statement",
    3,
    "A statement in a variable or a text that is executed: EXEC (@s), EXECUTE IMMEDIATE.",
  ),
  subquery: kind("subquery", 3, "A value that is a query in parentheses."),
  fileAccess: kind("file-access", 5, "Reading or writing a file, or running a program, from a statement."),
  serverProcedure: kind(
    "server-procedure",
    5,
    "A stored procedure that runs commands, changes logins, or accesses the network or the registry.",
  ),
  errorFunction: kind(
    "error-function",
    5,
    "A function that puts the result of a query into an error message.",
  ),
  blindCondition: kind(
    "blind-condition",
    5,
    "A condition about one character, or about the result of a subquery.",
  ),
  columnCount: kind(
    "column-count",
    5,
    "ORDER BY or GROUP BY with a number after a value, as counting columns needs.",
  ),
  versionQuery: kind(
    "version-query",
    5,
    "A query for the server's version, user or database, outside of the body.",
  ),
  catalogue: kind("catalogue", 3, "A query of a database's catalogue tables."),
  passwordTable: kind(
    "password-table",
    5,
    "A query of the table in which a database keeps its users' passwords.",
  ),
  speltCharacters: kind("spelt-characters", 3, "A string assembled from character codes."),
  keywordBehindQuote: kind("keyword-behind-quote", 3, "A quote, then a keyword that continues a condition."),
  commentAtEnd: kind(
    "comment-at-end",
    2,
    "A value that ends in a comment after a parenthesis, a quote or a digit.",
  ),
  unjudged: kind(
    "unjudged",
    3,
    "So many beginnings of statements in one text that it was not evaluated to its end.",
  ),
  selectStatement: kind("select-statement", 1, "A whole SELECT, INSERT, UPDATE or DELETE statement."),
} as const;
