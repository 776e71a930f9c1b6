import { isLetter } from "./bytes.ts";
import type { Context } from "./context.ts";
import { Kind } from "./kinds.ts";
import { Token } from "./tokens.ts";
import { standsAt, WordTable } from "./word-table.ts";

/** Characters of a query inside parentheses, and questions about the server. */
export function judgeSelect(context: Context, at: number): void {
  context.asked = true;
  const { lexer } = context;
  lexer.reset(at);
  lexer.next();
  lexer.next();
  while (lexer.kind === Token.left) lexer.next();
  const { kind, start } = lexer;
  if (kind === Token.variable && context.text.startsWith("@@", start)) {
    SETTING.lastIndex = start;
    if (!SETTING.test(context.text)) foundVersion(context, at, lexer.end);
    return;
  }
  if (
    lexer.numberIn(SERVER_QUESTIONS) !== 0 &&
    (lexer.peek() === Token.left || standsAt(context.text, start, "current_"))
  ) {
    foundVersion(context, at, lexer.end);
  }
}

function foundVersion(context: Context, at: number, end: number): void {
  if (context.place.part !== "body") context.found(Kind.versionQuery, at, end);
}

export function judgeCatalogue(context: Context, at: number, end: number, word: string): void {
  const { text } = context;
  let code = context.before(at);
  while (code === 0x28 || code === 0x60 || code === 0x5b || code === 0x22)
    code = context.before(context.beforeAt);
  if (code === 0x2e) {
    // `sys.all_tables`, `master..sysobjects`.
    let back = context.beforeAt;
    while (back >= 0 && (isLetter(text.charCodeAt(back)) || text.charCodeAt(back) === 0x2e)) back--;
    context.before(back + 1);
  }
  if (text.charCodeAt(context.beforeAt) === 0x2c && context.tables > 0) context.tables++;
  const preposition = context.wordBefore(context.beforeAt);
  if (preposition !== "from" && preposition !== "join") return;
  CONDITION.lastIndex = end;
  if (preposition === "from" || !CONDITION.test(text)) context.tables++;
  if (PASSWORD_TABLES.has(word)) context.found(Kind.passwordTable, at, end);
  if ((word === "information_schema" || word === "pg_catalog") && text.charCodeAt(end) !== 0x2e) return;
  STATE.lastIndex = end;
  // Tools for queries list a database's tables so; nothing was injected into a statement that is the whole value.
  if (context.whole && (context.place.part === "body" || STATE.test(text))) return;
  context.found(Kind.catalogue, at, end);
}

/** The condition of a join: a query without one is slow. */
const CONDITION =
  /(?:\s{0,4}\.\s{0,4}\w{1,40}){0,2}(?:\s{1,8}(?:as\s{1,8})?\w{1,40})?\s{1,20}(?:on|using)\b/iy;

/** Tables of `information_schema` about the server's state, which is what operators ask it for. */
const STATE =
  /\s{0,4}\.\s{0,4}["`]?(?:(?:global|session)_(?:status|variables)|system_variables|plugins|all_plugins|engines|character_sets|collations|events|innodb_\w+|optimizer_\w+|profiling)\b/iy;

/** `mysql.user`, which only its owner tells. */
export function judgeOwner(context: Context, at: number): void {
  if (!/^mysql`?\s*\.\s*`?user\b/i.test(context.text.slice(at, at + 24))) return;
  let code = context.before(at);
  while (code === 0x28 || code === 0x60) code = context.before(context.beforeAt);
  if (context.wordBefore(context.beforeAt) !== "from") return;
  const asks = !context.whole || PASSWORDS.test(context.text.slice(Math.max(0, at - 400), at));
  if (asks || context.place.part !== "body") context.found(Kind.catalogue, at, at + 10);
  if (asks) context.found(Kind.passwordTable, at, at + 10);
}

/** A setting that tells nothing of where a server runs: `@@session.max_join_size`, `@@optimizer_switch`. */
const SETTING =
  /@@(?:(?:session|global|local)\s{0,4}\.\s{0,4}|(?=(?:innodb|optimizer|sql|character_set|collation|max|foreign|autocommit|time_zone|tx|transaction|rowcount|identity|error|trancount|fetch_status)))(?!version|hostname|(?:data|base|plugin|tmp|slave_load_tmp|innodb_data_home)_?dir|secure_file|server|port\b|socket|general_log|slow_query_log_file|log_error)\w/iy;

const SERVER_QUESTIONS = WordTable.of(
  "version database user current_user system_user session_user group_concat load_file db_name sqlite_version current_database".split(
    " ",
  ),
);
/** What a whole statement has in front of the table when it asks for passwords, or may. */
const PASSWORDS = /password|authentication|\*|union|[;@'"]|\/\*/i;
const PASSWORD_TABLES: ReadonlySet<string> = new Set(["pg_shadow", "pg_authid", "user$", "syslogins"]);
