import { HABITS } from "./commands.ts";
import { commandFor, meaningOfPattern } from "./wildcards.ts";
import { readWord, type Variables, type Word } from "./word.ts";

/** A simple command: a name, its arguments and redirections, to the separator that ends it. */
export interface Command {
  /** The name without its directory. */
  name: string;
  /** It is spelt with a directory of commands in front. */
  absolute: boolean;
  /** Wildcards in its name fit a command. */
  wild: boolean;
  /** Its name is a value that is not known: `$(…) /etc/passwd`. */
  unknown: boolean;
  head: Word;
  arguments: Word[];
  start: number;
  end: number;
  /** What is after `<`, `>` and `<<<`; "" when there is none. */
  input: string;
  output: string;
  hereString: boolean;
  /** Written as a list in braces, or with $IFS for blanks. */
  split: boolean;
  /** Behind sudo, env, xargs and the like. */
  wrapped: boolean;
}

const LONGEST = 400;
const ARGUMENTS_AT_MOST = 16;
const ASSIGNMENT = /^[A-Za-z_]\w{0,31}=/;
const DIRECTORY = /^(?:\/+(?:usr|local|\.{1,2}|s?bin)(?=\/)){0,6}\/+s?bin\/+(?:\.\.?\/+)?(?=\w)/;

export function isBlank(c: number): boolean {
  return c === 0x20 || (c >= 9 && c <= 13 && c !== 10 && c !== 13) || c === 0xa0;
}

/** Reads the command at a place where one can begin; nothing when no name is there. */
export function readCommand(
  text: string,
  start: number,
  end: number,
  variables: Variables,
): Command | undefined {
  const limit = Math.min(end, start + LONGEST);
  let at = start;
  let split = false;
  let wrapped = false;
  for (let turn = 0; turn < 8; turn++) {
    while (at < limit && isBlank(text.charCodeAt(at))) at++;
    if (at >= limit) return undefined;
    const list = braceList(text, at, limit, variables);
    if (list !== undefined) return finish(text, list, limit, variables, wrapped);
    const word = readWord(text, at, limit, variables);
    if (word.end === at) return undefined;
    split ||= word.split && word.text !== "" && !ASSIGNMENT.test(word.text);
    if (word.text === "") {
      if (!word.variable && !word.hidden && !word.split) return undefined;
      const next = text.charCodeAt(word.end);
      if (word.variable && !word.hidden && (isBlank(next) || next === 0x3c)) {
        return finish(text, fresh(word, ""), limit, variables, wrapped);
      }
      at = word.end;
      continue;
    }
    if (ASSIGNMENT.test(word.text) && ASSIGNMENT.test(text.slice(at, at + 33))) {
      const equals = word.text.indexOf("=");
      if (variables.size < 16 && word.text.length < 80) {
        variables.set(word.text.slice(0, equals), word.text.slice(equals + 1));
      }
      at = word.end;
      continue;
    }
    const command = fresh(word, word.text);
    if (HABITS.get(command.name) === "wraps") {
      wrapped = true;
      at = skipOptions(text, word.end, limit, variables);
      // Alone it tells the environment.
      if (command.name === "env" && /^\s{0,8}(?:$|[;|&)`#])/.test(text.slice(at, at + 12))) {
        return finish(text, { ...command, name: "printenv" }, limit, variables, false);
      }
      continue;
    }
    command.split = split;
    return finish(text, command, limit, variables, wrapped);
  }
  return undefined;
}

function fresh(word: Word, spelt: string): Command {
  const directory = DIRECTORY.exec(spelt)?.[0] ?? "";
  if (word.assembled && /[?*[]/.test(spelt)) return fresh(word, commandFor(spelt) ?? "");
  const blank = word.assembled ? spelt.search(/\s/) : -1;
  if (blank > 0) {
    const command = fresh(word, spelt.slice(0, blank));
    command.arguments = spelt
      .slice(blank)
      .trim()
      .split(/\s+/, ARGUMENTS_AT_MOST)
      .map((text) => ({ ...word, text, wild: false }));
    return command;
  }
  const wild = word.wild && meaningOfPattern(spelt) === "command";
  return {
    name: spelt.slice(directory.length),
    absolute: directory !== "",
    wild,
    unknown: spelt === "",
    head: word,
    arguments: [],
    start: word.start,
    end: word.end,
    input: "",
    output: "",
    hereString: false,
    split: false,
    wrapped: false,
  };
}

/** `{cat,/etc/passwd}` or `/bin/{cat,x}`: the command that the list stands for. */
function braceList(text: string, at: number, limit: number, variables: Variables): Command | undefined {
  let open = at;
  while (open < limit && open - at < 20 && /[\w/.]/.test(text.charAt(open))) open++;
  if (text.charCodeAt(open) !== 0x7b) return undefined;
  const close = text.indexOf("}", open);
  if (close < 0 || close >= limit || close - open > 200) return undefined;
  const inner = text.slice(open + 1, close);
  if (!inner.includes(",") || /,[ \n\r]|^\s|[;|&:]/.test(inner)) return undefined;
  const words = splitList(inner)
    .map((part) => readWord(part, 0, part.length, variables))
    .filter((word) => word.text !== "");
  const [head, ...rest] = words;
  if (head === undefined) return undefined;
  const command = fresh({ ...head, start: at, end: close + 1 }, text.slice(at, open) + head.text);
  command.arguments = rest;
  command.split = true;
  return command;
}

/** Parts between commas that are outside of quotes. */
function splitList(inner: string): string[] {
  return inner.split(/\s*,/, ARGUMENTS_AT_MOST);
}

/** Options of a wrapper, their values where they are numbers, and assignments. */
function skipOptions(text: string, start: number, limit: number, variables: Variables): number {
  let at = start;
  for (let turn = 0; turn < 8; turn++) {
    while (at < limit && isBlank(text.charCodeAt(at))) at++;
    const c = text.charCodeAt(at);
    if (c !== 0x2d && !(c >= 0x30 && c <= 0x39)) break;
    const word = readWord(text, at, limit, variables);
    if (word.end === at) break;
    at = word.end;
    if (/^-[ugn]$/.test(word.text)) {
      while (at < limit && isBlank(text.charCodeAt(at))) at++;
      at = readWord(text, at, limit, variables).end;
    }
  }
  return at;
}

function finish(
  text: string,
  command: Command,
  limit: number,
  variables: Variables,
  wrapped: boolean,
): Command {
  command.wrapped = wrapped;
  let at = command.end;
  while (at < limit && command.arguments.length < ARGUMENTS_AT_MOST) {
    const c = text.charCodeAt(at);
    if (isBlank(c)) {
      at++;
      continue;
    }
    if (c === 0x3c || c === 0x3e) {
      at = redirection(text, at, limit, variables, command);
      continue;
    }
    if (c === 0x26 && text.charCodeAt(at + 1) === 0x3e) {
      at++;
      continue;
    }
    const word = readWord(text, at, limit, variables);
    if (word.end === at) break;
    at = word.end;
    if (word.text === "#") break;
    if (word.split && word.text !== "") command.split = true;
    if (word.text !== "" || word.variable) command.arguments.push(word);
  }
  command.end = at;
  return command;
}

/** `<`, `>`, `>>`, `<<<`, `>&` with what follows. */
function redirection(
  text: string,
  start: number,
  limit: number,
  variables: Variables,
  command: Command,
): number {
  const reads = text.charCodeAt(start) === 0x3c;
  let at = start;
  while (at < limit && (text.charCodeAt(at) === 0x3c || text.charCodeAt(at) === 0x3e)) at++;
  if (reads && at - start === 3) command.hereString = true;
  if (text.charCodeAt(at) === 0x26) at++;
  const touching = at;
  while (at < limit && isBlank(text.charCodeAt(at))) at++;
  const word = readWord(text, at, limit, variables);
  // A tag of HTML is not a redirection.
  const tag = reads && at === touching && text.charCodeAt(word.end) === 0x3e;
  if (reads && at - start < 3 && !tag) command.input = word.text;
  else if (!reads) command.output = word.text;
  else if (command.hereString) command.arguments.push(word);
  return Math.max(word.end, at);
}
