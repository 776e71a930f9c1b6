import { describe } from "vitest";
import { judges } from "./found.ts";

describe("ORDER BY, GROUP BY, HAVING and WHERE", () => {
  judges(
    "argument",
    [
      ["1 order by 1", "column-count"],
      ["1 order by 1,2,3", "column-count"],
      ["1 order by 3 -- ", "column-count comment-at-end"],
      ["1) order by 3", "column-count"],
      ["1 order by 3)", "column-count"],
      ["1 order by 3 desc, a asc", "column-count"],
      ["1 order by name -- ", "column-count"],
      ["1 order by sleep(3)", "bare-condition"],
      ["1 order by rand()", "bare-condition"],
      ["order by 3", "bare-condition"],
      ["order by 1,2,3", "column-count"],
      ["order by 3 -- ", "column-count comment-at-end"],
      ["order by 1,2,3 -- ", "column-count comment-at-end"],
      ["1 group by 1 having 1=1", "quoted-tautology"],
      ["1 group by 1,2 having count(a) > 1", "quoted-tautology"],
      ["x' order by 3", "column-count keyword-behind-quote"],
      ["x' order by 3 -- ", "column-count comment-at-end keyword-behind-quote"],
      ["x' order by 3)", "column-count keyword-behind-quote"],
      ["x' group by a having 1=1", "keyword-behind-quote quoted-tautology"],
      ["x' group by rand()", "bare-condition keyword-behind-quote"],
      ["x' having 1=1", "keyword-behind-quote quoted-tautology"],
      ["x' having", "keyword-behind-quote"],
      ["x' where 1=1 -- ", "comment-at-end keyword-behind-quote quoted-tautology"],
      ["having 1=1", "numeric-tautology"],
      ["where 1=1", "numeric-tautology"],
      ["1 having 2>1", "numeric-tautology"],
    ],
    [
      "1 order by name",
      "1 order by ",
      "1 order by 3+1",
      "1 order by ?",
      "order by name",
      "order by a,b desc",
      "order by 3)",
      "order by 1, 2 for",
      "order of things",
      "order in by 3",
      "order the by now",
      "1 group by a having",
      "1 group by a having ?",
      "1 group by a having b",
      "x' order now",
      "having 1=1 ?",
      "having a = 1",
      "where a = b",
      "where ",
      "having ?",
    ],
  );
});

describe("a condition behind a value without quotes", () => {
  judges(
    "argument",
    [
      ["?id=1 or 1=1", "numeric-tautology"],
      ["1) or (1=1", "numeric-tautology"],
      ["1) or 1=1 -- ", "comment-at-end numeric-tautology"],
      ["a.b or 1=1", "numeric-tautology"],
      ["name or 1=1", "numeric-tautology"],
      ["@n or 1=1", "numeric-tautology"],
      ["'a' or 1=1", "numeric-tautology"],
      ["null or 1=1", "numeric-tautology"],
      ["-1 or 1=1", "numeric-tautology"],
      ["not or 1=1", "numeric-tautology"],
      ["binary or 1=1", "numeric-tautology"],
      ["|| 1=1", "numeric-tautology"],
      ["|| version()", "bare-condition"],
      ["|| (select 1)", "blind-condition numeric-tautology"],
      ["&& 1=1", "numeric-tautology"],
      ["1 || a = 3 -- ", "comment-at-end numeric-tautology"],
      ["a || version()", "bare-condition"],
      ["a || (select 3)", "blind-condition"],
      ["a || 3 -- ", "bare-condition comment-at-end"],
      ["1 or true", "bare-condition"],
      ["1 or (3)", "bare-condition"],
      ["4 or 4", "bare-condition"],
      ["1 or (3) -- ", "comment-at-end numeric-tautology"],
      ["1 or a -- ", "bare-condition"],
      ["1 or 3 -- ", "comment-at-end numeric-tautology"],
      ["a or 3 -- ", "bare-condition comment-at-end"],
      ["1 or 'a", "bare-condition"],
      ["1 or a = 'b", "numeric-tautology"],
      ["1 or a = 3 -- ", "comment-at-end numeric-tautology"],
      ["1 or a=a", "numeric-tautology"],
      ["a or b=b", "bare-condition"],
      ["1 or version()", "bare-condition"],
      ["1 or version() -- ", "comment-at-end numeric-tautology"],
      ["1 or version() = 'a", "numeric-tautology"],
      ["1 or @a -- ", "numeric-tautology"],
      ["1 or @a", "bare-condition"],
    ],
    [
      "?=1 or 1=1",
      "? or 1=1",
      "! or 1=1",
      "? or 3",
      "2 or 3 = few",
      "1 or 3 = few b",
      "|| a",
      "|| a = b",
      "|| 3",
      "|| @a = @b",
      "1 && a",
      "1 && a && b",
      "1 || a",
      "a || b = 3",
      "true or false",
      "null or true",
      "yes or true",
      "4 or 5",
      "4 or 4 and ?",
      "a or b -- ",
      "a or 'b",
      "a or b = 'c",
      "a or b = 3",
      "1 or a=a, b",
      "1 or a=b, c",
      "a or b=c, d",
      "1 or a=b limit",
    ],
  );
});

describe("an operator behind a number", () => {
  judges(
    "argument",
    [
      ["1 is null or 1=1", "numeric-tautology"],
      ["1 + 1 or 2=2", "numeric-tautology"],
      ["1 - version() or 3=3", "spliced-expression"],
      ["1*(select 2)", "spliced-expression"],
      ["1 = (select 2)", "spliced-expression"],
    ],
    ["5 > 3 and 2 > 1", "1 + 1 or a=2", "1 -(select 2) ?", "1 - ", "1 -a"],
  );
});

describe("a text in parentheses", () => {
  judges(
    "argument",
    [
      ["(select 1)", "subquery"],
      ["(select a from t)", "select-statement subquery"],
      ["(select a, b)", "subquery"],
      ["(select a.b)", "subquery"],
      ["(select f(a))", "subquery"],
      ["(version()) -- ", "bare-condition comment-at-end"],
      ["(not a) -- ", "bare-condition comment-at-end"],
      ["(1=1) -- ", "bare-condition comment-at-end"],
      ["(a=b) -- ", "comment-at-end"],
      ["(3) -- ", "comment-at-end"],
      ["(@a > 3) -- ", "bare-condition comment-at-end"],
      [")) or 1=1", "numeric-tautology"],
    ],
    ["(select a)", "(a in (select 1))", "((select 1) ?", "(3) -- a long sentence of words", "(a) (b)", "(;"],
  );
});

describe("a condition behind a quote", () => {
  judges(
    "argument",
    [
      ["x') or ('a'='a", "keyword-behind-quote quoted-tautology"],
      ["x') or (1=1", "keyword-behind-quote quoted-tautology"],
      ["x') or ('a", "keyword-behind-quote quoted-tautology"],
      ["' or", "keyword-behind-quote"],
      ["' or --", "keyword-behind-quote"],
      ["x') or )", "keyword-behind-quote"],
      ["x' and 1=1 and (2", "keyword-behind-quote quoted-tautology"],
      ["a b' or 1=1", "keyword-behind-quote quoted-tautology"],
      ["a b' or 1=1 -- ", "comment-at-end keyword-behind-quote quoted-tautology"],
      ["a b c' or 1=1", "keyword-behind-quote"],
      ["a b c' or 1=1, d", "keyword-behind-quote"],
      ["a b c' or 1=1 -- ", "comment-at-end keyword-behind-quote quoted-tautology"],
      ["a b' or version() -- ", "comment-at-end keyword-behind-quote"],
      ["a b c' or version() -- ", "comment-at-end keyword-behind-quote"],
      ["x' or version() ?", "keyword-behind-quote"],
      ["x' or version()", "keyword-behind-quote quoted-tautology"],
      ["x' or a=b", "keyword-behind-quote"],
      ["x' or a=b -- ", "keyword-behind-quote quoted-tautology"],
      ["x' or a='b", "keyword-behind-quote quoted-tautology"],
      ["x' or a=b -- hello out there friends", "keyword-behind-quote quoted-tautology"],
      ["x' or a=b, c", "keyword-behind-quote"],
      ["a b c' or a=b -- ", "keyword-behind-quote quoted-tautology"],
      ["x' or a -- ", "keyword-behind-quote"],
      ["x' or 3", "keyword-behind-quote"],
      ["x' or 3 -- ", "comment-at-end keyword-behind-quote quoted-tautology"],
      ["x' or 3 -- hello out there my friends", "keyword-behind-quote"],
      ["' or 3", "keyword-behind-quote quoted-tautology"],
      ["x' or 'a", "keyword-behind-quote"],
      ["' or 'a", "keyword-behind-quote quoted-tautology"],
      ["1' or 'a", "keyword-behind-quote quoted-tautology"],
      ["x' or ('a", "keyword-behind-quote quoted-tautology"],
      ["' or 'a b c d, e", "keyword-behind-quote"],
    ],
    [
      "x') or",
      "x' or",
      "x' or -- ",
      "x' or )",
      "a b c' or 1=1 and more words",
      "a b c' or 1=1 ?",
      "a b' or 1=1 ?",
      "a b' or version()",
      "x' or a=b ?",
      "a b' or a=b",
      "x' or a",
      "' or 3 limit",
      "x' or 3 limit",
      "x' or 'a b c d, e",
    ],
  );
});

describe("an operator behind a quote", () => {
  judges(
    "argument",
    [
      ["x'||version()||'", "spliced-expression"],
      ["x'||version() -- ", "comment-at-end spliced-expression"],
      ["x'||version()", "spliced-expression"],
      ["a b'||version()||'", "spliced-expression"],
      ["x'||(select 1) ?", "blind-condition operator-behind-quote"],
      ["x'||(select 1), b", "blind-condition operator-behind-quote"],
      ["x'||(select 1)", "blind-condition spliced-expression"],
      ["x'||a||'", "operator-behind-quote"],
      ["x'||'a", "operator-behind-quote"],
      ["x'||'a'||'", "operator-behind-quote spliced-expression"],
      ['3"||"', "operator-behind-quote"],
      ['3"-"', "operator-behind-quote"],
      ["3'-'", "operator-behind-quote"],
      ["x'-'", "operator-behind-quote"],
      ["x'-0-'", "spliced-expression"],
      ["x'-1 and 1=1", "operator-behind-quote"],
      ["x'-1 and 1=1 -- ", "comment-at-end spliced-expression"],
      ["x'-1 and 1=1 and '", "spliced-expression"],
      ["x'-1=1", "operator-behind-quote"],
      ["x'=1", "operator-behind-quote"],
      ["'=1", "operator-behind-quote"],
      ["'=1=1", "operator-behind-quote"],
      ["'-1", "operator-behind-quote"],
      ["x' like 'a", "keyword-behind-quote"],
      ["x' rlike 'a", "keyword-behind-quote spliced-expression"],
      ["x' like-'a", "keyword-behind-quote spliced-expression"],
      ["x' not like 'a", "keyword-behind-quote"],
      ["x' regexp ?", "keyword-behind-quote"],
      ["x' in ?", "keyword-behind-quote"],
      ["x' sounds like 'a", "keyword-behind-quote spliced-expression"],
      ["x' is null -- ", "keyword-behind-quote spliced-expression"],
      ["x' between 1 and 2 -- ", "comment-at-end keyword-behind-quote spliced-expression"],
      ["x' between 1 and", "keyword-behind-quote"],
      ["x' between 1 and ?", "keyword-behind-quote"],
    ],
    [
      "a b'||version()",
      "a b c'||version()||'",
      "x'||version(), b",
      "x'||version() ?",
      "x'||a||'b, c",
      '3"x3"',
      "x'-1 and 1=1 and 'a b",
      "x'-1",
      "x' -1",
      "x '-1",
      "x' not a",
      "x' = ?",
      "x'=",
    ],
  );
});

describe("a list behind a quote", () => {
  judges(
    "argument",
    [
      ["x'), ('a', 'b') -- ", "comment-at-end"],
      ["x', 1) -- ", "comment-at-end spliced-expression"],
      ["x', a) -- ", "comment-at-end"],
      ["x', (select 1)) -- ", "comment-at-end spliced-expression"],
      ["x', version()) #", "comment-at-end spliced-expression"],
    ],
    ["x', 1) -- hello out there my friends", "x', 1", "x', ?", "x', 'a'"],
  );
});

describe("the end of a statement behind a quote", () => {
  judges(
    "argument",
    [
      ["x';", "operator-behind-quote"],
      ["3';", "cut-off"],
      ["a@b';", "cut-off"],
      ["x';;", "operator-behind-quote"],
      ["x'; -- ", "comment-at-end cut-off"],
      ["a b c'; -- ", "comment-at-end"],
      ["x'; and", "keyword-behind-quote"],
      ["x'; if", "keyword-behind-quote"],
      ["x' -- abc", "cut-off"],
      ["x' -- ", "comment-at-end cut-off"],
      ["a b c' -- ", "comment-at-end"],
    ],
    ["';", "x'; -- hello", "x'; hello", "x' # a", "x' -- abcdefghijk"],
  );
});

describe("a keyword behind a quote", () => {
  judges(
    "argument",
    [
      ["x' limit 1", "keyword-behind-quote"],
      ["x' into outfile", "keyword-behind-quote"],
      ["x' in (1", "keyword-behind-quote"],
      ["x' if (1", "keyword-behind-quote"],
      ["x' union b", "keyword-behind-quote"],
      ["x' offset or", "keyword-behind-quote"],
    ],
    ["x' limit", "x' in", "x' except", "x' is b", '"like" union', "\"or\" 'b'", '"or" and "and"'],
  );
});

describe("several operators and parentheses", () => {
  judges(
    "argument",
    [
      ["x'||3 and concat('a", "spliced-expression"],
      ["1 or concat(3, 'a', 'b", "numeric-tautology"],
      ["x' or a='b c d, e", "keyword-behind-quote"],
      ["x' or f(3) -- ", "comment-at-end keyword-behind-quote"],
      ["x'-f(3)-'b", "operator-behind-quote"],
      ["x'-(select 3), 4", "operator-behind-quote"],
      ["x') or (3) (4)", "keyword-behind-quote"],
      ["x') or (3) + ?", "keyword-behind-quote"],
      ["1) + (2) or (3)=(3)", "numeric-tautology"],
      ["x' # ", "cut-off"],
      ["x'#", "comment-at-end cut-off"],
      ["x'/*", "cut-off"],
      ["a b'/*", "cut-off"],
      ["x'||'a'='b", "operator-behind-quote quoted-tautology"],
      ["x'||3 -- b", "spliced-expression"],
      ["7'||3||'", "spliced-expression"],
      ["x' order by 3 having 1=1", "keyword-behind-quote quoted-tautology"],
      ["x' and not exists(select 3)", "blind-condition keyword-behind-quote quoted-tautology"],
    ],
    [
      "x' or 'a b",
      "a b c' or a='b",
      "x'-concat(3) ?",
      "x'-concat(3), 4",
      "x'-a ?",
      "x'-3 ?",
      "x') - ('a'",
      "1) or (3) ?",
      "1+name+a",
      "~3 or 1=1",
      "x') # b",
      "x'||3||'b c, d",
      '7" - "',
    ],
  );
});

describe("what goes on behind a parenthesis, and measures", () => {
  judges(
    "argument",
    [
      ["1 or 1=1) or (2=2", "numeric-tautology"],
      ["1 or a) and (1=1", "numeric-tautology"],
      ["1 or 1=1) limit", "numeric-tautology"],
      ['3"-1-"', "operator-behind-quote"],
      ["3'-1-'", "spliced-expression"],
    ],
    ["1 or 1=1) or ?", "1 or 1=1) ?"],
  );
});

describe("ORDER BY behind several words", () => {
  judges(
    "argument",
    [
      ["a b c' order by 3", "bare-condition"],
      ["a b c' order by 3 -- ", "column-count comment-at-end"],
    ],
    [],
  );
});

describe("what stands behind a value and leaves it one", () => {
  judges(
    "argument",
    [
      ["x' isnull or 1=1-- ", "comment-at-end keyword-behind-quote spliced-expression"],
      ["x'notnull or 'a'='a", "keyword-behind-quote spliced-expression"],
      ["x') notnull -- ", "spliced-expression"],
      ["x'::text or 1=1-- ", "comment-at-end keyword-behind-quote quoted-tautology"],
      ["x' :: character varying(9) or 1=1-- ", "comment-at-end keyword-behind-quote quoted-tautology"],
      ["x'::double precision = 'x", "spliced-expression"],
      ["x'::text[] is null or 1=1-- ", "comment-at-end keyword-behind-quote spliced-expression"],
      ['x\' collate "C" or 1=1-- ', "comment-at-end keyword-behind-quote quoted-tautology"],
      ["x' collate utf8mb4_bin='x", "spliced-expression"],
      ["x' at time zone 'utc' or 1=1-- ", "comment-at-end keyword-behind-quote quoted-tautology"],
      ["7 isnull or 1=1", "numeric-tautology"],
      ["7::int or 1=1", "numeric-tautology"],
      ["7 collate nocase or 1=1", "numeric-tautology"],
      ["7 at time zone 'utc' or 1=1", "numeric-tautology"],
      ["x' or isnull(1/0)-- ", "comment-at-end keyword-behind-quote quoted-tautology"],
      ["x' or like('a','a')-- ", "comment-at-end keyword-behind-quote quoted-tautology"],
    ],
    [
      "the column is 'x' notnull",
      "'a'::text",
      "x' :: Text",
      "call it 'x' at noon",
      "5' at time 3",
      "5' at time zone CET",
      "7::int",
      "the 'x' collate nocase",
      "std::string('a')::size",
      "3 at time zone CET or later",
    ],
  );
});
