import { isDigit, isLetter } from "./bytes.ts";
import type { Context } from "./context.ts";
import { Kind } from "./kinds.ts";
import { Token } from "./tokens.ts";

export function judgeSleep(context: Context, at: number, word: string): void {
  const { lexer, text } = context;
  lexer.reset(at + word.length);
  if (lexer.next() !== Token.left) return;
  lexer.next();
  while (lexer.kind === Token.left || lexer.kind === Token.arithmetic) lexer.next();
  if (lexer.kind !== Token.number && lexer.word !== "?" && lexer.kind !== Token.name) return;
  const placeholder = lexer.kind === Token.name;
  const { end } = lexer;
  lexer.next();
  while (lexer.kind === Token.arithmetic || lexer.kind === Token.number) lexer.next();
  if (lexer.kind !== Token.right) return;
  lexer.next();
  let code = context.before(at);
  while (code === 0x28) code = context.before(context.beforeAt);
  const sign = code === 0x2b || code === 0x2d || code === 0x2a || code === 0x5e || code === 0x25;
  const behind = isLetter(code) ? SLEEP_WORDS.has(context.wordBefore(context.beforeAt)) : false;
  const doubled = (code === 0x7c || code === 0x26) && text.charCodeAt(context.beforeAt - 1) === code;
  const quoted = code === 0x27 || code === 0x22;
  if (lexer.kind === Token.arithmetic) lexer.next();
  const cut = lexer.kind === Token.cut || lexer.kind === Token.open;
  if (placeholder && !(cut && (behind || doubled))) return;
  if (
    behind ||
    doubled ||
    (context.asked && (code === 0x2c || code === 0x3d)) ||
    ((sign || quoted) && (cut || isSplice(text, context.beforeAt)))
  ) {
    context.found(Kind.sleepCondition, at, end);
  } else if (Number.isNaN(code) && lexer.kind === Token.cut) context.found(Kind.sleepCondition, at, end);
}

export function judgeDelay(context: Context, at: number, word: string): void {
  const { lexer, text } = context;
  lexer.reset(at + word.length);
  lexer.next();
  if (word === "waitfor") {
    if (!lexer.is("delay") && !lexer.is("time")) return;
    const kind = lexer.next();
    const time = kind === Token.string || kind === Token.open ? text.charCodeAt(lexer.start + 1) : Number.NaN;
    if (isDigit(time) || time === 0x5f || kind === Token.left || kind === Token.variable) {
      context.found(Kind.timeDelay, at, lexer.end);
    }
    return;
  }
  if (word === "dbms_lock" || word === "dbms_session" || word === "dbms_pipe") {
    if (lexer.kind !== Token.dot) return;
    lexer.next();
    const delays = lexer.is("sleep") || lexer.is("receive_message");
    if (delays && lexer.next() === Token.left) context.found(Kind.timeDelay, at, lexer.end);
    return;
  }
  if (lexer.kind !== Token.left) return;
  lexer.next();
  const { kind, start, end } = lexer;
  if (word.startsWith("pg_sleep")) {
    if (kind === Token.number || kind === Token.string || kind === Token.left || kind === Token.name) {
      context.found(Kind.timeDelay, at, end);
    }
  } else if (word === "benchmark") {
    if (kind !== Token.number || end - start < 4 || lexer.next() !== Token.comma) return;
    lexer.next();
    while (lexer.kind === Token.left) lexer.next();
    if (lexer.word !== "" && (lexer.kind === Token.select || lexer.next() === Token.left))
      context.found(Kind.timeDelay, at, end);
  } else if (kind === Token.number && end - start >= 6) context.found(Kind.timeDelay, at, end);
  else if (word === "randomblob" && text.charCodeAt(start) === 0x2f) context.found(Kind.timeDelay, at, end);
}

/** Whether an operator joins to a quote or a digit. */
function isSplice(text: string, at: number): boolean {
  let back = at;
  while (back >= 0 && at - back < 16) {
    const code = text.charCodeAt(back);
    if (code === 0x27 || code === 0x22 || isDigit(code)) return true;
    if (isLetter(code)) return false;
    back--;
  }
  return false;
}

const SLEEP_WORDS: ReadonlySet<string> = new Set(
  "and or xor select where having then else union like rlike".split(" "),
);
