import { describe } from "vitest";
import { judges } from "./found.ts";

describe("a statement behind a semicolon", () => {
  judges(
    "argument",
    [
      ["7; update stock set price = 0", "select-statement stacked-statement"],
      ["7; exec master..sp_who", "server-procedure stacked-statement"],
      ["7; execute immediate 'drop view v'", "stacked-statement"],
      ["7; exec sp_who", "server-procedure stacked-statement"],
      ["7; exec ('drop view v')", "stacked-statement"],
      ["7; exec @sql", "stacked-statement"],
      ["7; declare @n int", "stacked-statement"],
      ["7; set @n = 3", "stacked-statement"],
      ["7; begin try", "stacked-statement"],
      ["7; if (1=1) select 2", "stacked-statement"],
      ["7; waitfor delay '0:0:9'", "stacked-statement time-delay"],
      ["7; waitfor time '23:15'", "stacked-statement time-delay"],
      ["7; prepare p from 'select 3'", "stacked-statement"],
      ["7; select @n", "stacked-statement"],
      ["7; select (-(4))", "stacked-statement"],
      ["7; select 'a'", "stacked-statement"],
      ["7; select case when 1 then 2 end", "stacked-statement"],
      ["7; select name, price", "stacked-statement"],
      ["7; select name from t", "select-statement stacked-statement"],
      ["7; select pow(2, 3)", "stacked-statement"],
      ["7; copy t from '/srv/x'", "file-access stacked-statement"],
      ["7; copy t to stdout", "stacked-statement"],
      ["7; shutdown", "stacked-statement"],
      ["7; shutdown --", "stacked-statement"],
      ["7; shutdown;", "stacked-statement"],
      ["7; reconfigure", "stacked-statement"],
      ["7; drop table t", "stacked-statement"],
      ["7; drop index i", "stacked-statement"],
      ["7; drop stock -- ", "stacked-statement"],
      ["7; drop 3 --", "comment-at-end"],
      ["7;; drop table t", "stacked-statement"],
      ['") ; drop table t', "stacked-statement"],
      ["x' ); drop table t", "stacked-statement"],
      ["one 'two'; drop table t", "stacked-statement"],
      ["; drop table t", "stacked-statement"],
      ["7; (select 1)", "stacked-statement"],
      ["7; copy t(a) from stdin", "stacked-statement"],
      ["7; copy t(a)", "stacked-statement"],
    ],
    [
      "7; update",
      "7; update stock s inner join price p on 1",
      "7; call me later",
      "7; call the bank",
      "7; declare nothing",
      "7; set the table",
      "7; begin the next lesson",
      "7; if 3 then stop",
      "7; if you can",
      "7; waitfor me",
      "7; prepare the room",
      "7; select one of these",
      "7; select ?",
      "7; copy that please",
      "7; shutdown the office",
      "7; drop me a line",
      "7; hello",
      "7;",
      "one two three; drop table t",
      "one two; drop table t",
      " ; drop table t",
    ],
  );
});

describe("files", () => {
  judges(
    "argument",
    [
      ["file=load_file('/srv/key')", "file-access"],
      ["pg_read_file('/srv/key')", "file-access"],
      ['pg_ls_dir("/srv")', "file-access"],
      ["lo_import('/srv/key')", "file-access"],
      ["load_extension('/srv/x.so')", "file-access"],
      ["load_file(0x2f7372762f6b)", "file-access"],
      ["load_file(char(47,115))", "file-access spelt-characters"],
      ["load_file(concat(a,b))", "file-access"],
      ["load_file(unhex(2f73))", "file-access"],
      ["load_file((b))", "file-access"],
      ["openrowset('SQLNCLI', 'x')", "file-access"],
      ["opendatasource('SQLOLEDB','x').a", "file-access"],
      ["into outfile '/srv/a.php'", "file-access"],
      ["into dumpfile '/srv/a.so'", "file-access"],
      ["load data infile '/srv/key' into table t", "file-access"],
      ["load data local infile '/srv/key' into table t", "file-access"],
      ["bulk insert t from '/srv/key'", "file-access"],
      ["bulk one two three four five six seven eight from 'a'", "file-access"],
      ["1 backup database d to disk = '\\\\\\\\h\\\\s\\\\a.bak'", "file-access"],
      ["1 backup database d to disk = '/srv/a.bak'", "file-access"],
      ["restore filelistonly from disk = '/srv/a.bak'", "file-access"],
      ["backup one two three four five six seven eight nine ten eleven twelve disk = 'a'", "file-access"],
    ],
    [
      "load_file(`date`)",
      "load_file(path)",
      "load_file path",
      "pg_ls_dir(0x2f73)",
      "config.load_file('a')",
      "meta->load_file('a')",
      "Meta::load_file('a')",
      "openrowset(bulk x)",
      "openrowset(;)",
      "into outfile list",
      "into the woods",
      "load data into memory",
      "load data infile here",
      "load the van",
      "bulk insert t from here",
      "bulk",
      "backup database d to disk = 3",
      "backup to disk",
      "backup to disk = here",
      "backup of all",
    ],
  );
});

describe("procedures and packages of a server", () => {
  judges(
    "argument",
    [
      ["'xp_cmdshell 'dir'", "server-procedure"],
      [";xp_cmdshell('dir')", "server-procedure"],
      ['(xp_dirtree "a"', "server-procedure"],
      ["sp_executesql N'select 3'", "server-procedure"],
      ["sp_executesql @sql", "server-procedure"],
      ["sp_password 'a', 'b'", "server-procedure"],
      ["sys_eval('id')", "server-procedure"],
      ["sys_exec('id')", "server-procedure"],
      ["httpuritype('http://h.example/')", "server-procedure"],
      ["utl_http.request('http://h.example/')", "server-procedure"],
      ["utl_inaddr.get_host_address('h.example')", "server-procedure"],
      ["exec master.dbo.xp_dirtree 'c:'", "server-procedure"],
      ["exec master..xp_cmdshell 'dir'", "server-procedure"],
      ["master..xp_cmdshell 'dir'", "server-procedure"],
      ["master.dbo.xp_cmdshell", "server-procedure"],
      [";exec xp_cmdshell dir", "server-procedure stacked-statement"],
      ["exec xp_cmdshell @c", "server-procedure"],
      ["exec xp_cmdshell('dir')", "server-procedure"],
      ["execute sys.sp_configure 'a'", "server-procedure"],
      ["exec(@sql)", "dynamic-statement"],
    ],
    [
      '"xp_cmdshell and more',
      "the xp_cmdshell 'dir'",
      "sp_executesql is documented",
      "sys_exec(id)",
      "sys_exec is a function",
      "utl_http.request",
      "utl_http.'a'",
      "utl_http.3",
      "utl_http is a package",
      "master.dbo.users",
      "exec xp_cmdshell dir",
      "exec('ls')",
      "execute (sql)",
      "master('a')",
      "exec office",
    ],
  );
});

describe("COPY", () => {
  judges(
    "argument",
    [
      ["copy t to program 'id'", "file-access"],
      ["copy t from '/srv/key'", "file-access"],
      ["copy t from 'C:/key'", "file-access"],
      ["copy t from '\\\\\\\\h\\\\s'", "file-access"],
      ["copy (select 1) to program 'id'", "file-access"],
    ],
    [
      "copy t from 'notes'",
      "copy t to Ann",
      "copy to",
      "copy 3 of these",
      "copy t -- ",
      "copy a b c d e f g h i j k l m n o p q r s t u v w x y z to '/srv'",
    ],
  );
});

describe("functions of a library", () => {
  judges(
    "argument",
    [
      ["create function f returns string soname 'f.so'", "server-procedure"],
      ["create or replace function f(text) returns int as '/srv/f.so', 'f' language c", "server-procedure"],
      ["create one two three four function soname 'f.so'", "server-procedure"],
    ],
    [
      "create function f() as 'select 3' language sql",
      "create function f() as $$ select 3 $$",
      "create function f as",
      "create function f() as --",
      "create a function soname f",
      "create function a b c d e f g h i j k l m n o p q r s t u v w x y z aa bb cc dd ee ff soname 'f.so'",
    ],
  );
});

describe("a whole statement", () => {
  judges(
    "argument",
    [
      ["insert into stock values (1)", "select-statement"],
      ["delete from stock", "select-statement"],
      ["update stock set price = 3", "select-statement"],
      ["select a from stock", "select-statement"],
    ],
    [
      "insert into 'a'",
      "insert coin into slot",
      "delete from 3",
      "delete the mail",
      "update stock set price",
      "update stock set 'a'",
      "update stock now",
      "update 3",
      "select from here",
      "select a from 3",
      "select a; from stock",
      "select a ? from stock",
      "select a",
      "select a b c d e f g h i j k l m n o p q r s t u v w x y z from t",
    ],
  );
  judges("path", [], ["select a from stock"]);
  judges("header", [], ["insert into stock values (1)"]);
});

describe("files, by other functions", () => {
  judges(
    "argument",
    [
      ["lo_export((select 3), '/srv/key')", "file-access"],
      ["create x; backup database d to disk = '\\\\h\\a.bak'", "file-access"],
    ],
    ["load_file(`a`)", "create x; backup database d to disk = '/srv/a.bak'"],
  );
});
