import { describe } from "vitest";
import { judges } from "./found.ts";

describe("EXCEPT, INTERSECT and MINUS", () => {
  judges(
    "argument",
    [
      ["a except select 1", "union-select"],
      ["a except select (b)", "union-select"],
      ["1 minus select f(a)", "union-select"],
      ["1 minus select 'a'", "union-select"],
    ],
    ["1 intersect select a", "a b c d except select 1", "a except for select", "select a except select 1"],
  );
});

describe("UNION", () => {
  judges(
    "argument",
    [
      ["1 union select 1,2", "union-select"],
      ["1 union all select 1", "union-select"],
      ["1 union distinct select null", "union-select"],
      ["1 union distinctrow (select 1)", "union-select"],
      ["1 union select all 1", "union-select"],
      ["1 union select distinct a, b from t", "select-statement union-select"],
      ["1 union select top 3 a from t", "select-statement union-select"],
      ["1 union(select) 1", "union-select"],
      ["1 union(select) a,b", "union-select"],
      ["1 union selectversion()", "union-select"],
      ["1 union select a from t", "select-statement union-select"],
      ["1 union select a, b", "union-select"],
      ["1 union select a, b)", "union-select"],
      ["1 union select a, b -- ", "union-select"],
      ["1 union select a, b and c", "union-select"],
      ["1 union select t.a, u.b from t", "select-statement union-select"],
      ["1 union select a||b", "union-select"],
      ["union select 1", "union-select"],
      ["the union of all select a, b from t", "select-statement"],
      ["the union may union select a, b from t", "select-statement union-in-text"],
      ["the workers (union select a, b from t", "select-statement union-select"],
      ["1 union select a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p,q from t", "union-select"],
    ],
    [
      "1 union select top students",
      "1 union selectivity()",
      "1 union selected",
      "1 union members",
      "1 union select a",
      "1 union select a or b",
      "1 union select `f` (a)",
      "1 union select f (a)",
      "1 union select ?",
      "select a union select 1",
      "select a union select a, b",
    ],
  );
  judges(
    "body",
    [
      ["1 union select a,b from t", "select-statement union-select-body"],
      ["1 union select @@version", "union-select-body"],
    ],
    [],
  );
});

describe("keywords cut in two", () => {
  judges(
    "argument",
    [
      ["1 UN/**/ION a", "split-keyword"],
      ["un/* x */ion select 1", "split-keyword"],
      ["un/*a*/i/*b*/on", "split-keyword"],
      ["un\xe2\x80\x8bion select 1", "split-keyword"],
      ["sel\xe2\x80\x8cect", "split-keyword"],
    ],
    [
      "car/* x */pet",
      "sel/*!ect",
      "un\xe2\x80\xa6ion",
      "un\xe2\x80\x98ion",
      "fla\xe2\x80\x8bgged",
      "abcdefghijklmnopqrstuvwxyzabcd\xe2\x80\x8bx",
      "un\xe2\x80\x8babcdefghijklmnopqrstuvwxyzabcdefgh",
    ],
  );
});

describe("comments that MySQL executes", () => {
  judges(
    "argument",
    [
      ["/*!50000union*/", "versioned-comment"],
      ["/*!union*/", "versioned-comment"],
      ["/*!50000 select*/", "versioned-comment"],
      ["/*!500union*/", "versioned-comment"],
    ],
    ["/*! hello */", "/*!40101 SET names */", "/*!abcdefghijklmnopqrstuvwxyzabc*/", "/*!50000*/"],
  );
});

describe("catalogues", () => {
  judges(
    "argument",
    [
      ["select a from sys.all_tables", "catalogue select-statement"],
      ["select a from master..sysobjects", "catalogue select-statement"],
      ["select a from information_schema", "select-statement"],
      ["select a from mysql.user", "catalogue select-statement"],
      ["select password from mysql.user", "catalogue password-table select-statement"],
      ["1 union select a from mysql.user", "catalogue password-table select-statement union-select"],
      ["select * from `mysql`.`user`", "catalogue password-table select-statement"],
      ["select authentication_string from(mysql.user)", "catalogue password-table"],
      ["select a join pg_shadow", "catalogue password-table"],
    ],
    ["the mysql.user", "mysql.users"],
  );
});

describe("whole statements in the body, as tools for queries send them", () => {
  judges(
    "body",
    [
      ["select table_name from information_schema.tables", "select-statement"],
      ["select user, host from mysql.user", "select-statement"],
      ["select user, password from mysql.user", "catalogue password-table select-statement"],
      ["select value from information_schema.global_status where name = 'x'", "select-statement"],
      ["select a from t where exists (select 1 from u where u.id = t.id)", "select-statement"],
      ["select a from t where b = 1 and exists (select b from u)", "select-statement"],
      ["1 and exists (select b from u)", "blind-condition numeric-tautology select-statement"],
      [
        "x' and (select substring(a,1,1) from u)='a",
        "blind-condition keyword-behind-quote quoted-tautology select-statement",
      ],
    ],
    [],
  );
});

describe("tables of a catalogue joined with conditions", () => {
  const tables =
    "pg_class a join pg_namespace b on b.oid = a.relnamespace join pg_attribute c on c.attrelid = a.oid";
  judges(
    "body",
    [
      [`x.y from ${tables}`, "catalogue"],
      [`x.y from ${tables.replaceAll(/ on \S+ = \S+/g, "")}`, "catalogue heavy-query"],
    ],
    [],
  );
});

describe("questions about the server", () => {
  judges(
    "argument",
    [
      ["select (@@version)", "version-query"],
      ["select current_user", "version-query"],
      ["select @@global.version_compile_os", "version-query"],
      ["select @@global.secure_file_priv", "version-query"],
      ["select @@datadir", "version-query"],
    ],
    [
      "select user",
      "select user of",
      "select @@session.max_join_size",
      "select @@global.secure_auth",
      "select @@optimizer_switch like 'a'",
      "select @@identity",
    ],
  );
  judges("body", [], ["select @@version", "select current_user"]);
});
