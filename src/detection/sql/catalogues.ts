import { isLetter } from "./bytes.ts";
import type { Context } from "./context.ts";
import { Kind } from "./kinds.ts";
import { Token } from "./tokens.ts";
import { standsAt, WordTable } from "./word-table.ts";

/** Characters of a query inside of parentheses, and questions about the server. */
export function judgeSelect(context: Context, at: number): void {
  context.asked = true;
  const { lexer } = context;
  lexer.reset(at);
  lexer.next();
  lexer.next();
  while (lexer.kind === Token.left) lexer.next();
  const { kind, start } = lexer;
  if (kind === Token.variable && context.text.startsWith("@@", start)) {
    foundVersion(context, at, lexer.end);
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
  context.tables++;
  if (PASSWORD_TABLES.has(word)) context.found(Kind.passwordTable, at, end);
  if ((word === "information_schema" || word === "pg_catalog") && text.charCodeAt(end) !== 0x2e) return;
  context.found(Kind.catalogue, at, end);
}

/** `mysql.user`, which only its owner tells. */
export function judgeOwner(context: Context, at: number): void {
  if (!/^mysql`?\s*\.\s*`?user\b/i.test(context.text.slice(at, at + 24))) return;
  let code = context.before(at);
  while (code === 0x28 || code === 0x60) code = context.before(context.beforeAt);
  if (context.wordBefore(context.beforeAt) !== "from") return;
  context.found(Kind.catalogue, at, at + 10);
  context.found(Kind.passwordTable, at, at + 10);
}

const SERVER_QUESTIONS = WordTable.of(
  "version database user current_user system_user session_user group_concat load_file db_name sqlite_version current_database".split(
    " ",
  ),
);
const PASSWORD_TABLES: ReadonlySet<string> = new Set(["pg_shadow", "pg_authid", "user$", "syslogins"]);
