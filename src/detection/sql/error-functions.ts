import type { Context } from "./context.ts";
import { Kind } from "./kinds.ts";
import { Token } from "./tokens.ts";
import { WordTable } from "./word-table.ts";

export function judgeErrorFunction(context: Context, at: number, word: string): void {
  const { lexer, text } = context;
  lexer.reset(at + word.length);
  lexer.next();
  switch (word) {
    case "procedure":
      if (lexer.is("analyse") && lexer.next() === Token.left)
        context.found(Kind.errorFunction, at, lexer.end);
      return;
    case "ctxsys":
      if (lexer.kind === Token.dot) context.found(Kind.errorFunction, at, lexer.end);
      return;
  }
  if (lexer.kind !== Token.left) return;
  lexer.next();
  switch (word) {
    case "extractvalue":
    case "updatexml": {
      for (let level = 0, steps = 0; steps < 48; steps++, lexer.next()) {
        if (lexer.kind === Token.end || lexer.kind === Token.cut) return;
        if (lexer.kind === Token.left) level++;
        else if (lexer.kind === Token.right && --level < 0) return;
        else if (lexer.kind === Token.comma && level === 0) break;
      }
      lexer.next();
      while (lexer.kind === Token.left) lexer.next();
      if (
        lexer.kind === Token.select ||
        lexer.kind === Token.variable ||
        lexer.numberIn(ERROR_ARGUMENTS) !== 0 ||
        (text.startsWith("0x", lexer.start) && lexer.end - lexer.start > 4)
      ) {
        context.found(Kind.errorFunction, at, lexer.end);
      }
      return;
    }
    case "exp":
      if (text.charCodeAt(lexer.start) === 0x7e && lexer.next() === Token.left)
        context.found(Kind.errorFunction, at, lexer.end);
      return;
    case "gtid_subset":
    case "gtid_subtract":
    case "name_const":
      if (word !== "name_const" || lexer.word !== "" || lexer.kind === Token.left)
        context.found(Kind.errorFunction, at, lexer.end);
      return;
    case "floor":
      if (lexer.is("rand") && lexer.next() === Token.left) context.found(Kind.errorFunction, at, lexer.end);
      return;
    case "cast":
      judgeHexadecimal(context, at);
      while (lexer.kind === Token.left) lexer.next();
      if (lexer.kind === Token.select) context.found(Kind.errorFunction, at, lexer.end);
      return;
    case "convert":
      if (lexer.kind === Token.select || (lexer.kind === Token.left && lexer.next() === Token.select)) {
        context.found(Kind.errorFunction, at, lexer.end);
        return;
      }
      if (!NUMERIC_TYPES.has(lexer.word)) return;
      if (lexer.next() !== Token.comma) return;
      lexer.next();
      while (lexer.kind === Token.left) lexer.next();
      if (
        lexer.kind === Token.select ||
        lexer.kind === Token.variable ||
        lexer.is("db_name") ||
        lexer.is("user") ||
        lexer.is("union")
      ) {
        context.found(Kind.errorFunction, at, lexer.end);
      }
  }
}

/** `json_keys((select …))` and others whose complaint shows the value. */
export function judgeSubqueryArgument(context: Context, at: number, word: string): void {
  const { lexer } = context;
  lexer.reset(at + word.length);
  if (lexer.next() !== Token.left || lexer.next() !== Token.left || lexer.next() !== Token.select) return;
  context.found(Kind.errorFunction, at, lexer.end);
}

export function judgeSpelt(context: Context, at: number, word: string): void {
  const { lexer, text } = context;
  if (text.charCodeAt(at - 1) === 0x2e) return;
  lexer.reset(at + word.length);
  if (lexer.next() !== Token.left) return;
  let numbers = 0;
  for (; numbers < 4; numbers++) {
    if (lexer.next() !== Token.number || lexer.end - lexer.start > 3 === !text.startsWith("0x", lexer.start))
      break;
    if (lexer.next() !== Token.comma) {
      numbers++;
      break;
    }
  }
  if (numbers >= 4 || (numbers >= 2 && lexer.kind === Token.right)) {
    context.found(Kind.speltCharacters, at, lexer.end);
    return;
  }
  if (numbers !== 1 || lexer.kind !== Token.right || word === "concat") return;
  lexer.next();
  const sign = text.charCodeAt(lexer.start);
  if (sign !== 0x2b && sign !== 0x7c) return;
  lexer.next();
  if (lexer.is("char") || lexer.is("chr") || lexer.is("nchar"))
    context.found(Kind.speltCharacters, at, lexer.end);
}

/** `cast(0x7365… as varchar)`: a statement written in hexadecimal. */
function judgeHexadecimal(context: Context, at: number): void {
  const { lexer } = context;
  const long = lexer.kind === Token.number && lexer.end - lexer.start >= 12;
  if (long && context.text.startsWith("0x", lexer.start)) context.found(Kind.speltCharacters, at, lexer.end);
}

const NUMERIC_TYPES: ReadonlySet<string> = new Set(["int", "signed", "numeric"]);
const ERROR_ARGUMENTS = WordTable.of("concat version user char make_set if database concat_ws".split(" "));
