// The words of a command as a POSIX shell would split them, for commands that are pasted.

export type ShellWords =
  | { readonly ok: true; readonly words: readonly string[] }
  | { readonly ok: false; readonly message: string };

/** Whether a command goes on in the next line: it ends in a backslash, or a quote is open. */
export function isOpenCommand(text: string): boolean {
  return split(text) === "open";
}

/**
 * Splits up to the first pipe, redirection or semicolon. What only a shell can know (variables, substitutions, globs
 * of files) is not guessed: it is a fault.
 *
 * @param text a byte string.
 */
export function shellWords(text: string): ShellWords {
  const found = split(text);
  if (found === "open")
    return { ok: false, message: "the command is not complete: a quote or a last backslash is open" };
  return typeof found === "string" ? { ok: false, message: found } : { ok: true, words: found };
}

/** The words, `open`, or what is wrong. */
function split(text: string): readonly string[] | string {
  const words: string[] = [];
  let word: string | undefined;
  for (let at = 0; at < text.length; at++) {
    const char = text.charAt(at);
    const next = text.charAt(at + 1);
    if (/\s/.test(char)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else if (char === "\\") {
      if (next === "" || (next === "\r" && at + 2 === text.length)) return "open";
      const lineEnd = /^\\\r?\n/.exec(text.slice(at, at + 3))?.[0];
      if (lineEnd !== undefined) at += lineEnd.length - 1;
      else {
        word = (word ?? "") + next;
        at++;
      }
    } else if (char === "'") {
      const end = text.indexOf("'", at + 1);
      if (end === -1) return "open";
      word = (word ?? "") + text.slice(at + 1, end);
      at = end;
    } else if (char === '"' || (char === "$" && next === "'")) {
      const quoted = char === '"' ? doubleQuoted(text, at + 1) : ansiQuoted(text, at + 2);
      if (typeof quoted === "string") return quoted;
      word = (word ?? "") + quoted.value;
      at = quoted.end;
    } else if (char === "&" && next !== "&")
      return "an `&` outside quotes ends the command: put the URL in quotes";
    else if (/[|;<>&]/.test(char)) break;
    else if (char === "^" && /["\r\n]/.test(next))
      return "this is the quoting of cmd.exe: copy the command for bash";
    else if (char === "`" || char === "$") {
      const fault = substitutionFault(text, at);
      if (fault !== undefined) return fault;
      word = (word ?? "") + char;
    } else word = (word ?? "") + char;
  }
  if (word !== undefined) words.push(word);
  return words;
}

interface Quoted {
  readonly value: string;
  /** The offset of the closing quote. */
  readonly end: number;
}

function doubleQuoted(text: string, start: number): Quoted | string {
  let value = "";
  for (let at = start; at < text.length; at++) {
    const char = text.charAt(at);
    if (char === '"') return { value, end: at };
    if (char === "\\" && /["\\$`\n]/.test(text.charAt(at + 1))) {
      at++;
      if (text[at] !== "\n") value += text.charAt(at);
      continue;
    }
    const fault = char === "$" || char === "`" ? substitutionFault(text, at) : undefined;
    if (fault !== undefined) return fault;
    value += char;
  }
  return "open";
}

/** A dollar sign alone is itself. */
function substitutionFault(text: string, at: number): string | undefined {
  const named = /^(?:`[^`]*`?|\$(?:[A-Za-z_]\w*|[{(][^})]*[})]?|[0-9@*#?$!-]))/.exec(
    text.slice(at, at + 80),
  )?.[0];
  return named === undefined
    ? undefined
    : `only a shell can expand \`${named.replaceAll("`", "")}\`: write the value in its place, or single quotes around it`;
}

const ANSI_ESCAPES: Readonly<Record<string, string>> = {
  a: "\x07",
  b: "\b",
  e: "\x1b",
  E: "\x1b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
};

/** `$'…'`, as browsers copy bodies with line breaks. */
function ansiQuoted(text: string, start: number): Quoted | string {
  let value = "";
  for (let at = start; at < text.length; at++) {
    const char = text.charAt(at);
    if (char === "'") return { value, end: at };
    if (char !== "\\") {
      value += char;
      continue;
    }
    const rest = text.slice(at + 1, at + 10);
    const [numeric, hex, octal, unicode] =
      /^(?:x([0-9A-Fa-f]{1,2})|([0-7]{1,3})|u([0-9A-Fa-f]{1,4})|U[0-9A-Fa-f]{1,8})/.exec(rest) ?? [];
    if (numeric === undefined) {
      const letter = text.charAt(at + 1);
      value += Object.hasOwn(ANSI_ESCAPES, letter)
        ? (ANSI_ESCAPES[letter] ?? "")
        : /["'?\\]/.test(letter)
          ? letter
          : `\\${letter}`;
      at++;
      continue;
    }
    value +=
      hex !== undefined || octal !== undefined
        ? String.fromCharCode(
            hex === undefined ? Number.parseInt(octal ?? "", 8) & 255 : Number.parseInt(hex, 16),
          )
        : utf8(Number.parseInt(unicode ?? numeric.slice(1), 16));
    at += numeric.length;
  }
  return "open";
}

function utf8(point: number): string {
  if (point > 0x10ffff) return "";
  return Buffer.from(String.fromCodePoint(point), "utf8").toString("latin1");
}
