import type { Part } from "./occurrences.ts";

/** Functions that run a command or code. */
export const RUNS = new Set(
  "system passthru shell_exec popen proc_open pcntl_exec assert eval exec create_function dl".split(" "),
);
/** Functions that tell about the system without an argument. */
const TELLS = new Set(
  "phpinfo get_defined_vars php_uname getallheaders phpversion get_current_user".split(" "),
);
/** Functions that read, write or run files. */
const FILES = new Set(
  "file_get_contents readfile highlight_file show_source fopen scandir file_put_contents move_uploaded_file".split(
    " ",
  ),
);
/** Functions that call what their first argument names. */
const CALLS_BACK = new Set(
  "call_user_func call_user_func_array array_map array_filter usort uasort register_shutdown_function array_walk iterator_apply".split(
    " ",
  ),
);
/** Constructs that run a file. */
const INCLUDES = new Set("include include_once require require_once".split(" "));
const FAR_FILE = /^['"](?:(?:https?|ftps?|php|expect|phar|zip|glob):\/\/|data:|\\\\|\/\/)/;
/** Of those that run something, those whose literal has another argument after it. */
const TAKES_MORE = new Set("popen proc_open pcntl_exec create_function".split(" "));
const PRINTS = new Set("print die echo exit var_dump print_r printf".split(" "));

const KNOWN = new Set([...RUNS, ...TELLS, ...FILES, ...CALLS_BACK, ...INCLUDES, ...PRINTS, "sleep", "md5"]);
/** Calls of known functions that are looked at; more of them in one text are not injection. */
const CALLS_AT_MOST = 1024;

function isNameByte(c: number): boolean {
  return (c >= 0x61 && c <= 0x7a) || c === 0x5f || (c >= 0x30 && c <= 0x39);
}

const DECODES =
  /^(?:base64_decode|gzinflate|gzuncompress|str_rot13|strrev|chr|hex2bin|implode|current|pack|urldecode|getenv|end|next|array_pop)\s{0,4}\(/;

/** Calls in a text in lower case, at its brackets: the first that runs something, or nothing. */
export function phpCall(lower: string): Part | undefined {
  let turn = 0;
  for (let at = lower.indexOf("("); at >= 0; at = lower.indexOf("(", at + 1)) {
    let end = at;
    while (end > 0 && at - end < 4 && lower.charCodeAt(end - 1) === 0x20) end--;
    const c = lower.charCodeAt(end - 1);
    if (!isNameByte(c)) continue;
    let start = end;
    while (start > 0 && end - start < 32 && isNameByte(lower.charCodeAt(start - 1))) start--;
    const name = lower.slice(start, end);
    if (!KNOWN.has(name)) continue;
    if (++turn > CALLS_AT_MOST) break;
    if (isMethod(lower, start)) continue;
    // "the nervous system (brain and spine)".
    if (end < at && /[a-z]{3,}\s$/.test(lower.slice(Math.max(0, start - 8), start))) continue;
    const interpolated = /\$\{\s{0,4}@?$|\{\$\{\s{0,4}@?$/.test(lower.slice(Math.max(0, start - 8), start));
    if (TAKES_MORE.has(name) && !isAssigned(lower, start) && takesMore(lower, at + 1))
      return [start, Math.min(lower.length, at + 24)];
    if (isCall(lower, name, at + 1, interpolated)) return [start, Math.min(lower.length, at + 24)];
  }
  return undefined;
}

/** `x.exec(`, `x->exec(`, `X::exec(`, `$exec(`: no function. `'.system(` is one after an end of text. */
function isMethod(lower: string, start: number): boolean {
  const before = lower.charAt(start - 1);
  if (before === "$" || (before === ":" && lower[start - 2] === ":") || /[\w-]/.test(before)) return true;
  if (before === ">" && lower[start - 2] === "-") return true;
  return before === "." && !/['")\s.]/.test(lower.charAt(start - 2));
}

/** `x = popen(`: a line of a program, in PHP or another language. */
function isAssigned(lower: string, start: number): boolean {
  return /=\s{0,4}$/.test(lower.slice(Math.max(0, start - 6), start));
}

/** Whether the arguments are a literal and something else. */
function takesMore(lower: string, argument: number): boolean {
  const rest = lower.slice(argument, argument + 128).trimStart();
  return /^(?:'[^']{0,80}'|"[^"]{0,80}")\s{0,4},\s{0,4}['"$[\w]/.test(rest);
}

/** Whether a call is one that runs something. */
function isCall(lower: string, name: string, argument: number, interpolated: boolean): boolean {
  const rest = lower.slice(argument, argument + 260).trimStart();
  if (interpolated) {
    return !CALLS_BACK.has(name);
  }
  if (RUNS.has(name)) {
    if (/^\\?\$|^`/.test(rest) || DECODES.test(rest)) return true;
    return endsCall(rest);
  }
  if (INCLUDES.has(name)) return FAR_FILE.test(rest);
  if (TELLS.has(name))
    return /^(?:-?\d*|['"][a-z]['"])\s{0,4}\)\s{0,4}(?:$|[;}\]'"?)&|#]|\.\s{0,4}['"$])/.test(rest);
  if (FILES.has(name)) return /^(?:['"$]|__(?:file|dir)__)/.test(rest);
  if (CALLS_BACK.has(name)) {
    const called = /^\s{0,4}['"]([a-z_0-9]{2,24})['"]/.exec(rest)?.[1];
    return called !== undefined && (RUNS.has(called) || TELLS.has(called));
  }
  if (PRINTS.has(name)) {
    if (/^`/.test(rest) || /^@?(?:system|passthru|shell_exec|exec|phpinfo)\s{0,4}\(/.test(rest)) return true;
    return /^(?:md5|sha1|base64_decode|chr)\s{0,4}\(/.test(rest);
  }
  return false;
}

/** A literal, or what is joined to one, that ends the call and its statement; text may go on after only as code. */
function endsCall(rest: string): boolean {
  const quote = rest.charAt(0);
  if (quote !== "'" && quote !== '"') return false;
  const close = rest.indexOf(quote, 1);
  // A long script of a shell as a literal.
  if (close < 0 && rest.length >= 240) return /[;|&]\s{0,4}\/?[a-z]/.test(rest);
  if (close < 2) return false;
  const behind = rest.slice(close + 1, close + 60);
  if (/^\s{0,4}\){1,4}\s{0,4}(?:$|[;}\]'"?])/.test(behind)) return true;
  return /^\s{0,4}\.\s{0,4}[$'"]/.test(behind);
}

const SUPERGLOBAL =
  /^\{?_(?:get|post|request|cookie|server|session|files|env)\}?\s{0,4}[[}{]|^globals\b|^http_raw_post_data/;

/** A superglobal variable, and whether what it holds is called as a function. */
export function superglobal(lower: string): { readonly part: Part; readonly called: boolean } | undefined {
  let turn = 0;
  let found: { part: Part; called: boolean } | undefined;
  for (let at = lower.indexOf("$"); at >= 0 && turn < 4096; at = lower.indexOf("$", at + 1), turn++) {
    const c = lower.charCodeAt(at + 1);
    if (c !== 0x5f && c !== 0x7b && c !== 0x67 && c !== 0x68) continue;
    const match = SUPERGLOBAL.exec(lower.slice(at + 1, at + 28));
    if (match === null) continue;
    const end = at + 1 + match[0].length;
    const called = /^[^\])}\s]{0,40}[\]}]\s{0,4}\(/.test(lower.slice(end, end + 60));
    if (called) return { part: [at, end], called };
    found ??= { part: [at, end], called };
  }
  return found;
}

const RUN_SUPERGLOBAL = /^\s{0,4}\(?\s{0,4}@?\$_(?:get|post|request|cookie|server)\b/;

export function runsSuperglobal(lower: string): Part | undefined {
  let at = lower.indexOf("$_");
  for (let turn = 0; at >= 0 && turn < 512; turn++) {
    const before = lower.slice(Math.max(0, at - 24), at);
    const name =
      /\b(?:system|exec|shell_exec|passthru|popen|assert|eval|include|include_once|require|require_once)(?=\s{0,4}\(?\s{0,4}@?$)/.exec(
        before,
      );
    if (name !== null) {
      const start = Math.max(0, at - 24) + name.index;
      if (RUN_SUPERGLOBAL.test(lower.slice(start + name[0].length, start + name[0].length + 40)))
        return [start, Math.min(lower.length, at + 5)];
    }
    at = lower.indexOf("$_", at + 2);
  }
  return undefined;
}
