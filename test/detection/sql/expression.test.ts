import { describe } from "vitest";
import { judges } from "./found.ts";

describe("what an expression is made of", () => {
  judges(
    "argument",
    [
      ["1 or a::int = 3", "bare-condition"],
      ["1 or a::jsonb ? 'b'", "bare-condition"],
      ["1 or 'a' collate b = 'a", "numeric-tautology"],
      ["1 or 'a' like 'b' escape '!'", "numeric-tautology"],
      ["1 or 'a' escape -- ", "numeric-tautology"],
      ["1 or 3 between 1 and 4", "numeric-tautology"],
      ["1 or 'a' 'b' = 'a' 'b", "numeric-tautology"],
      ["1 or a.current_user", "bare-condition"],
      ["1 or current_user", "bare-condition"],
      ["1 or sysdate", "bare-condition"],
      ["1 or (1, 2) = (1, 2)", "numeric-tautology"],
      ["1 or (1 union select 2)", "bare-condition union-select"],
      ["1 or concat('a", "numeric-tautology"],
      ["1 or case when 1 then 2 end", "blind-condition numeric-tautology"],
      ["1 or case when case 1 end then 2 end = 3", "numeric-tautology"],
      ["1 or case", "bare-condition"],
      ["1 or case closed -- ", "numeric-tautology"],
      ["1 or case; b", "bare-condition"],
      ["1 or case end end", "numeric-tautology"],
      ["1 or json_any(3)", "bare-condition"],
      ["1 or utl_raw(3)", "bare-condition"],
      ["1 or select 3", "bare-condition"],
      ["1 or a is not distinct from b", "bare-condition"],
      ["1 or 3 = = 3", "numeric-tautology"],
    ],
    [
      "x::int = 3 or 1=1",
      "1 or 3::3",
      "1 or a::jsonb {",
      "1 or 'a' collate",
      "1 or a between 1 and",
      "1 or a between 1 and ?",
      "1 or a. = 3",
      "1 or a.' = 3",
      "1 or (1, ?",
      "1 or (a from b)",
      "1 or (1 ;",
      "1 or f('a",
      "1 or abcdefghijklmnopqrstuvwxyzabcdef(3)",
      "1 or xor",
      "1 or a not 3",
    ],
  );
});

describe("strings, variables and numbers of several dialects", () => {
  judges(
    "argument",
    [
      ["1 or q'[a]' = q'[b]'", "numeric-tautology"],
      ["1 or q'xax' = q'xbx'", "numeric-tautology"],
      ["1 /*!50000or*/ 1=1", "numeric-tautology versioned-comment"],
      ["1 or @'a' = @\"b\"", "numeric-tautology"],
      ["1 or @`a = 3", "bare-condition"],
      ["1 or 2.e = 3", "numeric-tautology"],
      ["1 and select 1.e(2)", "bare-condition ignored-exponent"],
      ["select 1.e.a", "ignored-exponent"],
      ["1 and select 1.5e.a from t", "bare-condition ignored-exponent select-statement"],
      ["1 or 5pm = 5pm", "numeric-tautology"],
    ],
    ["1 or q'[a", "a,1.5e.a"],
  );
});

describe("a comment at the end", () => {
  judges(
    "argument",
    [
      ["1;--", "comment-at-end"],
      ["x';--", "comment-at-end cut-off"],
      ["x') --+", "comment-at-end cut-off"],
    ],
    [],
  );
});

describe("numbers with exponents and words, NULL, and tests for it", () => {
  judges(
    "argument",
    [
      ["1 or 1e+3 = 1e-3", "numeric-tautology"],
      ["1 or 1.ex = 3", "bare-condition"],
      ["1 or 3abcdefghijklmnopqrstuvwxyzabcdef = 3", "bare-condition"],
      ["1or 1=1", "numeric-tautology"],
      ["1e0or 1=1", "numeric-tautology"],
      ["1\\Nunion select 3", "union-select"],
      ["1 or 3 isnull -- ", "numeric-tautology"],
      ["1 or a notnull -- ", "numeric-tautology"],
    ],
    ["1 or 1.e"],
  );
});

describe("long comments, and strings without an end", () => {
  judges(
    "argument",
    [],
    [
      "(3) -- aaaaaaaaaaaa aaaaaaaaaaaaa aaaaaaaaaaaaaaa aaaaaaaaaaaaa aaaaaaaaaaaaaa",
      "1 or 3 -- ......................................................................",
      "x' or q'ab' = 3",
      "1 or q'ab",
    ],
  );
});

describe("the whole query of an address", () => {
  judges(
    "query",
    [
      ["x' or/*&*/1=1", "keyword-behind-quote quoted-tautology"],
      ["' or 1=1", "keyword-behind-quote quoted-tautology"],
      ['" or 1=1', "keyword-behind-quote quoted-tautology"],
      ["` or 1=1", "keyword-behind-quote quoted-tautology"],
      [") or 1=1", "numeric-tautology"],
      ["a or 1=1", "numeric-tautology"],
    ],
    ["a=x' or 1=1"],
  );
});
