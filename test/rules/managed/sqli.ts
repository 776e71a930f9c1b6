import { at, type CaseTable, cookie, form, header, json, xml } from "./support.ts";

export const sqliCases: CaseTable = {
  "wc-sqli-union-select": {
    matches: [
      "1 union all select 1,2,3",
      "-1' UNION SELECT username, password FROM users--",
      at("/item/1%20union/**/select%20null,null"),
      cookie("1' union select @@version-- -"),
      header("Referer", "https://x.example/?a=1%2527%20union%20select%201"),
    ],
    passes: [
      "select the best from our union of products",
      "the European Union select committee",
      "credit union, selected branches",
    ],
  },
  "wc-sqli-union-select-body": {
    matches: [
      json({ id: "1 UnIoN(SeLeCt 1)" }),
      form("x' union select name, pass from users"),
      xml("<a><b>1 union select group_concat(a) from b</b></a>"),
    ],
    passes: [
      form("A UNION of two SELECT statements combines their rows."),
      form("SELECT a, b FROM c UNION SELECT d, e FROM f"),
      "1 union select 1",
    ],
  },
  "wc-sqli-versioned-comment": {
    matches: ["1 /*!50000union*/ select 1", "/*!select*/ 1"],
    passes: ["/*! jQuery v3.7.1 */", form("/*!40101 SET NAMES utf8 */;")],
  },
  "wc-sqli-quoted-tautology": {
    matches: ["' or '1'='1", '" OR 1=1 -- ', "x') or ('a'='a", "'||'1'='1", "admin' and 1=1#", "' or true--"],
    passes: [
      "O'Brien",
      "rock 'n' roll or jazz",
      "it's 'this' or 'that'",
      form("WHERE name = 'foo' OR name = 'bar'"),
      "Levi's or Wrangler's size = 32",
    ],
  },
  "wc-sqli-numeric-tautology": {
    matches: ["1 or 1=1", "7) and (1=2", "1 AND 5>3", "1 or 'a'='a"],
    passes: ["1 or 2 items", "2 and 3", "is 1=1?", "salt and pepper 1=2"],
  },
  "wc-sqli-cut-off": {
    matches: ["admin'--", "admin' #", "x')/*", 'root" -- -'],
    passes: ["don't -- really", "Dwayne 'The Rock' Johnson", "a--b", "5' 11\"", cookie("YWJj--ZGVm")],
  },
  "wc-sqli-time-delay": {
    matches: [
      "1; select pg_sleep(10)",
      "1'; WAITFOR DELAY '0:0:5'--",
      "benchmark(5000000,md5(1))",
      "1||dbms_pipe.receive_message('a',5)",
    ],
    passes: [
      "benchmark (2024)",
      "wait for delay in Berlin",
      form("call pg_sleep to pause"),
      "how to use benchmark()",
    ],
  },
  "wc-sqli-sleep-condition": {
    matches: ["1 and sleep(5)", "1-(select sleep(5))", "if(1=1,sleep(3),0)", "'+sleep(5)+'"],
    passes: [form("time.sleep(5)"), "sleep(8)", "work and sleep (8 hours)", "eat, sleep, repeat"],
  },
  "wc-sqli-stacked-statement": {
    matches: [
      "1; drop table users",
      "x'; INSERT INTO a VALUES (1)--",
      "1;exec xp_cmdshell 'dir'",
      "1); delete from t",
    ],
    passes: [
      "a; b; c",
      "first; update me later",
      form("Step one; drop the table in the corner."),
      "x;create",
    ],
  },
  "wc-sqli-file-access": {
    matches: [
      "1 union select load_file('/etc/passwd')",
      "1 into outfile '/var/www/x.php'",
      "load data infile '/tmp/x' into table t",
    ],
    passes: ["load_file function", "go into outfile mode", "upload data in file 'a.csv'"],
  },
  "wc-sqli-server-procedure": {
    matches: [
      "1;exec master..xp_cmdshell 'dir'",
      "'; exec xp_dirtree '\\\\x\\y'",
      "utl_http.request('http://x')",
    ],
    passes: ["xp_cmdshell explained", "exec summary", "sp_configure options"],
  },
  "wc-sqli-error-function": {
    matches: [
      "1 and extractvalue(1,concat(0x7e,version()))",
      "updatexml(1,concat(0x7e,(select 1)),1)",
      "convert(int,@@version)",
      "1 procedure analyse()",
    ],
    passes: ["extractvalue", "convert(int, price)", "procedure: analyse results", "exp(2)"],
  },
  "wc-sqli-blind-condition": {
    matches: [
      "1 and ascii(substring((select password from users limit 1),1,1))>64",
      "1' and (select count(*) from users)>0--",
      "1 or length(database())>3",
      "x' and exists(select 1)--",
    ],
    passes: [
      "and select one",
      "length and width",
      "and (select) options",
      form("use length() and substr() here"),
    ],
  },
  "wc-sqli-column-count": {
    matches: ["1' order by 10--", "1 order by 3#", "') group by 2,3--"],
    passes: ["order by 5 pm", "order by date", "sort=price order by name", "please order by 10 May"],
  },
  "wc-sqli-version-query": {
    matches: ["(select @@version)", "select version()", cookie("(select user())")],
    passes: ["select version 2", "select user", "select a database"],
  },
  "wc-sqli-catalogue": {
    matches: ["table_name from information_schema.tables", "x from sqlite_master", "name from sysobjects"],
    passes: ["information schema", "from informatics", "what is information_schema.tables"],
  },
  "wc-sqli-spelt-characters": {
    matches: ["char(97,98,99)", "concat(0x7e,0x71)", "chr(65)||chr(66)"],
    passes: ["char(20)", "String.fromCharCode(97,98)", "concat(a, b)", "varchar(10,2)"],
  },
  "wc-sqli-keyword-behind-quote": {
    matches: ["x' like 'a", "1' having 1", "a') and b", "' limit 1"],
    passes: ["O'Brien and sons", "rock 'n' roll", "the kids' and dogs'", "5' tall"],
  },
  "wc-sqli-comment-at-end": {
    matches: ["1)--", "a' -- ", "7#"],
    passes: ["a--b", "C#", "wait -- what", cookie("abc--")],
  },
  "wc-sqli-select-statement": {
    matches: ["select a from b", "delete from users", "update t set a=1"],
    passes: ["select a colour", "updates from the set", "delete this"],
  },
  "wc-sqli-union-in-text": {
    matches: [
      form("I would like to know if union select name, pass from users is a query"),
      json({ a: "what does this one do union select a, b from c" }),
    ],
    passes: ["a union of names from select users", form("1 union select a, b from c")],
  },
  "wc-sqli-split-keyword": {
    matches: ["1 un/**/ion all", "x' se/*y*/le/*z*/ct"],
    passes: ["a/**/b", "union/**/select", "sel/* note */ection"],
  },
  "wc-sqli-ignored-exponent": {
    matches: ["x' or 1.e(1)", "select a from 7.e.b"],
    passes: ["2.e5 or 3", "v1.e", "1.5e3(a)"],
  },
  "wc-sqli-spliced-expression": {
    matches: ["x'||(select 1)||'", "1-(select 2)", "a'+user()+'", "b'=0--"],
    passes: ["a-(b)", "5'-6'", "'a' + 'b'", "x = 'a' || y"],
  },
  "wc-sqli-operator-behind-quote": {
    matches: ["'='", "x'-'1"],
    passes: ["use '-' here", "a = 'b'", '1/2"-3/4" pipe'],
  },
  "wc-sqli-bare-condition": {
    matches: ["x or true", "5 or uid = uid2"],
    passes: ["this or that", "1 or 2 items", "true or false"],
  },
  "wc-sqli-heavy-query": {
    matches: [
      "(select count(*) from sysusers a, sysusers b, sysusers c)",
      "1 or (select 1 from all_users a, all_users b, all_users c)",
    ],
    passes: ["select a from all_users", "sysusers, sysusers and sysusers"],
  },
  "wc-sqli-dynamic-statement": {
    matches: ["1 exec(@s)", "x execute (@q)"],
    passes: ["exec (a)", "exec @ noon"],
  },
  "wc-sqli-subquery": {
    matches: ["(select max(a) from b)", "(select 1)"],
    passes: ["(select one of these)", "(select colour)"],
  },
  "wc-sqli-password-table": {
    matches: ["1 or 1 in (select passwd from pg_shadow)", "select * from mysql.user"],
    passes: ["the pg_shadow table", "mysql.user is a table"],
  },
  "wc-sqli-unjudged": {
    matches: [form("(select ".repeat(10_000)), json({ a: "(select 1,".repeat(9000) })],
    passes: [form("What a day, or was it? ".repeat(3000)), form("a,b,c\n".repeat(9000))],
  },
};
