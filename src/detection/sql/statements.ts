import type { EvidenceKind, Place } from "../detector/detector.ts";
import { isSpace } from "./bytes.ts";
import { Kind } from "./kinds.ts";
import type { Lexer } from "./lexer.ts";
import { Prefix, type Prefixes } from "./prefix.ts";
import { Token } from "./tokens.ts";
import { STATEMENTS } from "./words.ts";

type Found = (kind: EvidenceKind, start: number, end: number) => void;

/** Statements: a second one after a semicolon, and those by which a database reaches files, programs and the network. */
export class Statements {
  /** Words which {@link Statements.word} wants to see; SELECT too. */
  static readonly words: readonly string[] =
    `insert update delete bulk load_file into load copy openrowset opendatasource lo_import lo_export lo_from_bytea lo_put
    pg_read_binary_file pg_stat_file bfilename fn_xe_file_target_read_file fn_trace_gettable fn_get_audit_file dm_os_file_exists
    dblink dblink_connect dblink_send_query sp_execute_external_script dbms_sql dbms_xslprocessor dbms_advisor exec execute master restore backup create
    xp_cmdshell xp_dirtree xp_fileexist xp_regread xp_regwrite xp_subdirs xp_regdeletekey sp_oacreate sp_executesql sp_configure
    sp_addlogin sp_addsrvrolemember sp_password sp_makewebtask sp_addextendedproc sp_oamethod utl_http utl_inaddr utl_file utl_smtp dbms_xmlgen dbms_java dbms_scheduler
    dbms_ldap httpuritype pg_read_file pg_ls_dir sys_eval sys_exec load_extension`
      .trim()
      .split(/\s+/);

  readonly #text: string;
  readonly #lexer: Lexer;
  readonly #found: Found;
  readonly #prefixes: Prefixes;

  constructor(text: string, lexer: Lexer, prefixes: Prefixes, found: Found) {
    this.#prefixes = prefixes;
    this.#text = text;
    this.#lexer = lexer;
    this.#found = found;
  }

  behindSemicolon(at: number, whole: boolean): void {
    const text = this.#text;
    if (whole || text.charCodeAt(at - 1) === 0x3b) return;
    const prefix = this.#prefixes.before(at);
    let last = at - 1;
    while (last >= 0 && (isSpace(text.charCodeAt(last)) || text.charCodeAt(last) === 0x29)) last--;
    const code = text.charCodeAt(last);
    const quoted = code === 0x27 || code === 0x22 || text.charCodeAt(at - 1) === 0x29;
    if (at > 0 && prefix > Prefix.word && !(quoted && prefix === Prefix.pair)) return;
    if (at > 0 && !quoted && prefix === Prefix.empty) return;
    const lexer = this.#lexer;
    lexer.reset(at + 1);
    lexer.next();
    while (lexer.kind === Token.semicolon || lexer.kind === Token.left) lexer.next();
    const { start } = lexer;
    if (this.#isStatement()) this.#found(Kind.stackedStatement, at, Math.max(lexer.end, start));
  }

  #isStatement(): boolean {
    const lexer = this.#lexer;
    const { word } = lexer;
    switch (word) {
      case "":
        return false;
      case "update": {
        lexer.next();
        for (let steps = 0; steps < 6 && !lexer.is("set"); steps++) {
          if (lexer.kind === Token.end) return false;
          lexer.next();
        }
        return lexer.is("set");
      }
      case "exec":
      case "execute":
      case "call": {
        lexer.next();
        if (lexer.is("master") || lexer.is("immediate") || /^[xs]p_/.test(lexer.word)) return true;
        if (lexer.kind === Token.left || lexer.kind === Token.variable) return true;
        // `EXECUTE s USING @a`: a statement that was prepared.
        lexer.next();
        return lexer.is("using") && lexer.next() === Token.variable;
      }
      case "declare":
      case "set":
        return lexer.next() === Token.variable;
      case "begin":
        lexer.next();
        return BLOCKS.has(lexer.word);
      case "if":
        lexer.next();
        while (lexer.kind === Token.left) lexer.next();
        return lexer.kind === Token.number && lexer.next() === Token.comparison;
      case "waitfor":
        lexer.next();
        return lexer.is("delay") || lexer.is("time");
      case "prepare": {
        lexer.next();
        lexer.next();
        if (!lexer.is("as")) return lexer.is("from");
        lexer.next();
        return PREPARED.has(lexer.word);
      }
      case "do":
        lexer.next();
        if (lexer.is("language")) {
          lexer.next();
          lexer.next();
        }
        return (
          this.#text.charCodeAt(lexer.start) === 0x24 &&
          DOLLARS.test(this.#text.slice(lexer.start, lexer.start + 24))
        );
      case "select": {
        lexer.next();
        while (lexer.kind === Token.left) lexer.next();
        if (lexer.kind === Token.arithmetic || lexer.kind === Token.variable || lexer.kind === Token.number)
          return true;
        if (lexer.kind === Token.string || lexer.kind === Token.case || lexer.kind === Token.select)
          return true;
        if (lexer.kind !== Token.name) return false;
        lexer.next();
        return lexer.kind === Token.left || lexer.kind === Token.comma || lexer.is("from");
      }
      case "shutdown":
        if (lexer.peek() === Token.end || lexer.peek() === Token.cut || lexer.peek() === Token.semicolon)
          return true;
        lexer.next();
        if (!lexer.is("with")) return false;
        lexer.next();
        return lexer.is("nowait");
      case "handler":
        return lexer.next() === Token.name && lexer.next() !== Token.end && HANDLES.has(lexer.word);
      case "copy":
        lexer.next();
        lexer.next();
        return lexer.is("from") || lexer.is("to") || lexer.kind === Token.left;
    }
    const follows = STATEMENTS.get(word);
    if (follows === undefined) return false;
    const kind = lexer.next();
    if (follows.length === 0) return kind === Token.end || kind === Token.cut || kind === Token.semicolon;
    if (follows.includes(lexer.word)) return true;
    return word === "drop" && kind === Token.name && lexer.next() === Token.cut;
  }

  /** Judges what is after a word; `before` is the byte before it, NaN at the beginning. */
  word(at: number, word: string, before: number, place: Place, whole: boolean): void {
    const lexer = this.#lexer;
    const text = this.#text;
    lexer.reset(at + word.length);
    lexer.next();
    switch (word) {
      case "select":
      case "insert":
      case "update":
      case "delete":
        if (place.part !== "path" && place.part !== "header") this.#whole(at, word);
        return;
      case "load_file":
      case "pg_read_file":
      case "pg_read_binary_file":
      case "pg_stat_file":
      case "pg_ls_dir":
      case "lo_import":
      case "lo_export":
      case "lo_from_bytea":
      case "lo_put":
      case "load_extension":
        // `config.load_file(…)`, `Meta->load_file(…)`.
        if (lexer.kind !== Token.left || before === 0x2e || before === 0x3e || before === 0x3a) return;
        lexer.next();
        if (this.#isValue(word === "load_file") || (word.startsWith("lo_") && this.#isTextSecond()))
          this.#found(Kind.fileAccess, at, lexer.end);
        return;
      case "bfilename":
      case "fn_xe_file_target_read_file":
      case "fn_trace_gettable":
      case "fn_get_audit_file":
      case "dm_os_file_exists":
        if (lexer.kind === Token.left && isText(lexer.next())) this.#found(Kind.fileAccess, at, lexer.end);
        return;
      case "openrowset":
      case "opendatasource":
        if (lexer.kind !== Token.left) return;
        lexer.next();
        if (lexer.is("bulk")) {
          if (isText(lexer.next())) this.#found(Kind.fileAccess, at, lexer.end);
        } else if (lexer.kind <= Token.open) this.#found(Kind.fileAccess, at, lexer.end);
        return;
      case "into":
        if ((lexer.is("outfile") || lexer.is("dumpfile")) && isText(lexer.next())) {
          this.#found(Kind.fileAccess, at, lexer.end);
        }
        return;
      case "load":
        if (!lexer.is("data")) return;
        lexer.next();
        if (lexer.is("local")) lexer.next();
        if (lexer.is("infile") && isText(lexer.next())) this.#found(Kind.fileAccess, at, lexer.end);
        return;
      case "copy":
        this.#copy(at);
        return;
      case "bulk":
        for (let steps = 0; steps < 8 && !lexer.is("from"); steps++) {
          if (lexer.kind === Token.end) return;
          lexer.next();
        }
        if (lexer.is("from") && isText(lexer.next())) this.#found(Kind.fileAccess, at, lexer.end);
        return;
      case "restore":
      case "backup":
        for (let steps = 0; steps < 12 && !lexer.is("disk"); steps++) {
          if (lexer.kind === Token.end) return;
          lexer.next();
        }
        if (lexer.is("disk") && lexer.next() === Token.comparison && isText(lexer.next())) {
          if (text.startsWith("\\\\", lexer.start + 1) || !whole) this.#found(Kind.fileAccess, at, lexer.end);
        }
        return;
      case "create":
        this.#library(at);
        return;
      case "exec":
      case "execute":
      case "master":
        this.#procedure(at, word, before);
        return;
    }
    if (word.startsWith("xp_")) {
      if (before === 0x27 || before === 0x22 || before === 0x3b || before === 0x28 || before === 0x2e) {
        if (isText(lexer.kind) || lexer.kind === Token.left) this.#found(Kind.serverProcedure, at, lexer.end);
      }
    } else if (word.startsWith("sp_")) {
      if (isText(lexer.kind) || lexer.kind === Token.variable)
        this.#found(Kind.serverProcedure, at, lexer.end);
    } else if (CALLED_WITH_TEXT.has(word)) {
      if (lexer.kind === Token.left && isText(lexer.next())) this.#found(Kind.serverProcedure, at, lexer.end);
    } else if (lexer.kind === Token.dot) {
      lexer.next();
      if (lexer.kind === Token.name && lexer.next() === Token.left)
        this.#found(Kind.serverProcedure, at, lexer.end);
    }
  }

  /** Whether the argument that begins here is a value, or spelt by functions; `numbers`: or by a number. */
  #isValue(numbers: boolean): boolean {
    const lexer = this.#lexer;
    if (isText(lexer.kind)) return this.#text.charCodeAt(lexer.start) !== 0x60;
    if (lexer.kind === Token.left || (lexer.kind === Token.number && numbers)) return true;
    return SPELLING.has(lexer.word) && lexer.peek() === Token.left;
  }

  /** Whether a text is after the first comma of the arguments, as a path after the number of an object. */
  #isTextSecond(): boolean {
    const lexer = this.#lexer;
    for (let steps = 0; steps < 8 && lexer.kind !== Token.comma; steps++) {
      if (lexer.kind === Token.end || lexer.kind === Token.right) return false;
      lexer.next();
    }
    while (lexer.kind === Token.comma) {
      if (isText(lexer.next())) return true;
      if (lexer.kind === Token.number) {
        // `lo_put(17, 0, 'a')`, `lo_export(17, 0x2f)`.
        if (this.#text.charCodeAt(lexer.start + 1) === 0x78) return true;
        lexer.next();
      }
    }
    return false;
  }

  #procedure(at: number, word: string, before: number): void {
    const lexer = this.#lexer;
    if (lexer.is("immediate") && word === "execute") {
      lexer.next();
      if (isText(lexer.kind) || lexer.kind === Token.variable || this.#isValue(false))
        this.#found(Kind.dynamicStatement, at, lexer.end);
      return;
    }
    if (word === "master") {
      for (let dots = 0; lexer.kind === Token.dot && dots < 2; dots++) {
        if (lexer.next() === Token.name && lexer.is("dbo")) lexer.next();
      }
    } else {
      if (lexer.is("master")) lexer.next();
      for (
        let steps = 0;
        steps < 4 && (lexer.kind === Token.dot || lexer.is("dbo") || lexer.is("sys"));
        steps++
      )
        lexer.next();
    }
    if (lexer.kind === Token.left) {
      if (word === "master") return;
      let kind = lexer.next();
      const text = isText(kind);
      if (!text && kind !== Token.variable) return;
      let joined = !text;
      for (let steps = 0; steps < 16 && kind !== Token.right && kind !== Token.end; steps++) {
        const last = kind;
        kind = lexer.next();
        if (last === Token.arithmetic && kind === Token.variable) joined = true;
        else if (last !== Token.arithmetic && kind !== Token.arithmetic && kind !== Token.right) return;
      }
      if (joined && kind === Token.right) this.#found(Kind.dynamicStatement, at, lexer.end);
      return;
    }
    if (/^(?:xp|sp)_[a-z]/.test(lexer.word)) {
      const { end } = lexer;
      lexer.next();
      if (
        isText(lexer.kind) ||
        lexer.kind === Token.variable ||
        lexer.kind === Token.left ||
        word === "master" ||
        before === 0x3b
      ) {
        this.#found(Kind.serverProcedure, at, end);
      }
    }
  }

  /** `COPY … TO PROGRAM '…'`. */
  #copy(at: number): void {
    const lexer = this.#lexer;
    if (lexer.kind !== Token.name && lexer.kind !== Token.left) return;
    for (let steps = 0; steps < 24; steps++) {
      if (lexer.kind === Token.end || lexer.kind === Token.cut) return;
      const towards = lexer.is("from") || lexer.is("to");
      lexer.next();
      const path = this.#text.charCodeAt(lexer.start + 1);
      const file =
        isText(lexer.kind) &&
        (path === 0x2f || path === 0x5c || this.#text.charCodeAt(lexer.start + 2) === 0x3a);
      if (towards && (file || lexer.is("program"))) {
        this.#found(Kind.fileAccess, at, lexer.end);
        return;
      }
    }
  }

  /** `CREATE FUNCTION … AS '/lib/….so'` and `… SONAME '…'`: a function of a library. */
  #library(at: number): void {
    const lexer = this.#lexer;
    const text = this.#text;
    for (let steps = 0; steps < 4 && !lexer.is("function"); steps++) {
      if (lexer.kind === Token.end) return;
      lexer.next();
    }
    if (!lexer.is("function")) return;
    for (let steps = 0; steps < 32; steps++) {
      if (lexer.kind === Token.end || lexer.kind === Token.cut) return;
      const { word } = lexer;
      const kind = lexer.next();
      if (word !== "as" && word !== "soname") continue;
      if (kind !== Token.string) continue;
      const value = text.slice(lexer.start, Math.min(lexer.end, lexer.start + 256));
      if (word === "soname" || /\.(?:so|dll)\b/i.test(value)) {
        this.#found(Kind.serverProcedure, at, lexer.end);
        return;
      }
    }
  }

  /** A statement that reads or changes a table, whatever is round it. */
  #whole(at: number, word: string): void {
    const lexer = this.#lexer;
    switch (word) {
      case "insert":
        if (lexer.is("into") && lexer.next() === Token.name) this.#found(Kind.selectStatement, at, lexer.end);
        return;
      case "delete":
        if (lexer.is("from") && lexer.next() === Token.name) this.#found(Kind.selectStatement, at, lexer.end);
        return;
      case "update":
        if (lexer.kind !== Token.name) return;
        lexer.next();
        if (lexer.is("set") && lexer.next() === Token.name && lexer.next() === Token.comparison) {
          this.#found(Kind.selectStatement, at, lexer.end);
        }
        return;
    }
    for (let steps = 0; steps < 24; steps++) {
      if (lexer.kind === Token.end || lexer.kind === Token.semicolon || lexer.kind === Token.junk) return;
      if (lexer.is("from")) {
        if (steps > 0 && lexer.next() === Token.name) this.#found(Kind.selectStatement, at, lexer.end);
        return;
      }
      lexer.next();
    }
  }
}

/** What follows the name of a table that MySQL reads without SELECT. */
const HANDLES: ReadonlySet<string> = new Set(["open", "read"]);

/** What a block of Transact-SQL or PL/SQL begins with. */
const BLOCKS: ReadonlySet<string> = new Set(
  "declare try exec execute waitfor dbms_lock dbms_session dbms_pipe".split(" "),
);

/** What a statement begins with that PostgreSQL prepares. */
const PREPARED: ReadonlySet<string> = new Set("select insert update delete with".split(" "));
/** What opens a text of PostgreSQL. */
const DOLLARS = /^\$[a-z_]{0,20}\$/i;
/** Functions that spell a text. */
const SPELLING: ReadonlySet<string> = new Set(
  "char chr concat concat_ws unhex from_base64 reverse decode convert_from".split(" "),
);
/** Functions that run programs or reach the network, whose first argument is a text. */
const CALLED_WITH_TEXT: ReadonlySet<string> = new Set(
  "sys_eval sys_exec httpuritype dblink dblink_connect dblink_send_query".split(" "),
);

function isText(kind: number): boolean {
  return kind === Token.string || kind === Token.open;
}
