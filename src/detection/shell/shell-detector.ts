import type { Detector, EvidenceKind, Place, Report } from "../detector/detector.ts";
import { lastOfRun, nextCommand, separator } from "./beginnings.ts";
import { type Command, readCommand } from "./command.ts";
import { HABITS } from "./commands.ts";
import { type Context, contextAt, isClosed, nextName } from "./context.ts";
import { hiddenPath } from "./hidden-paths.ts";
import {
  AFTER_SEPARATOR,
  ASSEMBLED,
  BARE,
  CHAINED,
  COMMAND_LINE,
  HIDDEN,
  PIPED_DOWNLOAD,
  REVERSE_SHELL,
  SHELL_KINDS,
  SHELLSHOCK,
  SPLIT,
  SUBSTITUTED,
  WINDOWS,
} from "./kinds.ts";
import {
  pipedDownload,
  reverseShell,
  runningOption,
  shellBlock,
  shellshock,
  splitByIfs,
} from "./known-shapes.ts";
import { type Strength, strengthOf } from "./strength.ts";
import { isSystemFile } from "./system-files.ts";
import { SHELL_TRIGGERS } from "./triggers.ts";
import { meaningOfPattern } from "./wildcards.ts";
import { windowsCall, windowsCommandAt } from "./windows.ts";
import type { Word } from "./word.ts";

export const shellDetector: Detector = {
  name: "shell",
  kinds: SHELL_KINDS,
  triggers: SHELL_TRIGGERS,
  shortest: 2,
  inspect,
};

function inspect(text: string, place: Place, report: Report): void {
  if (place.part === "header" && place.name.startsWith("accept") && PREFERENCES.test(text)) return;
  wholeText(text, report);
  commands(text, place, report);
  // Where `+` is not undone, or was encoded itself, programs often undo it.
  if (text.length <= 1024 && text.includes("+") && !/\s/.test(text)) {
    commands(text.replaceAll("+", " "), place, report);
  }
}

/** Types and codings with their weights, as browsers send them: semicolons and asterisks, but no word that a shell could run. */
const PREFERENCES =
  /^[\w.+*-]{1,80}(?:\/[\w.+*-]{1,80})?(?:; ?\w{1,20}=[\w.-]{1,40})*(?:, ?[\w.+*-]{1,80}(?:\/[\w.+*-]{1,80})?(?:; ?\w{1,20}=[\w.-]{1,40})*)*$/;

/** What is an attack wherever it is. */
function wholeText(text: string, report: Report): void {
  const lower = text.toLowerCase();
  const find = (kind: EvidenceKind, part: readonly [number, number] | undefined) => {
    if (part !== undefined) report(kind, part[0], part[1]);
  };
  find(REVERSE_SHELL, reverseShell(lower));
  find(SHELLSHOCK, shellshock(text));
  find(SPLIT, splitByIfs(lower));
  find(HIDDEN, hiddenPath(text));
  find(CHAINED, shellBlock(lower));
  find(BARE, runningOption(lower));
  find(WINDOWS, windowsCall(lower));
  if (lower.includes("`") && text.length <= 4096 && /[a-z]`[a-z]/.test(lower)) {
    const plain = lower.replaceAll("`", "");
    const part = windowsCall(plain);
    if (part !== undefined && windowsCall(lower) === undefined) report(WINDOWS, part[0], part[1]);
  }
}

const BUDGET = 8192;
const PRICE = 64;

/** Commands at their places: the beginning, and after each separator and opening of a substitution. */
function commands(text: string, place: Place, report: Report): void {
  const variables = new Map<string, string>();
  const { length } = text;
  // What may be read as commands, in bytes and a fixed price for each: the whole stays linear. Behind it, only the shapes
  // that are looked for in the whole text are found.
  let budget = BUDGET + length;
  const visit = (separator: number, start: number): boolean => {
    const context = contextAt(text, separator, start, place);
    if (context === undefined) return false;
    if (context.depth !== "prose" && spellsWindows(text, start)) {
      const windows = windowsCommandAt(text, start, length);
      if (windows >= 0) {
        report(WINDOWS, Math.max(0, separator), Math.min(windows, length));
        return true;
      }
    }
    const from = Math.max(0, separator);
    const command = readCommand(text, start, length, variables);
    const done = command !== undefined && judge(text, place, context, command, report);
    budget -= PRICE + Math.max(16, (command?.end ?? 0) - start) + 8 * (command?.arguments.length ?? 0);
    if (done) return true;
    const windows =
      context.depth === "prose" || context.markdown ? -1 : windowsCommandAt(text, start, length);
    if (windows < 0 || isAlternative(text, separator, windows)) return false;
    const chained = context.depth === "chained";
    if (chained || (context.short && isOnDrive(text, windows))) {
      report(chained ? WINDOWS : COMMAND_LINE, from, Math.min(windows, length));
    }
    return chained;
  };
  if (visit(-1, 0)) return;
  // Variables that a text sets are worth reading where it uses some.
  const withAssignments = text.includes("$");
  for (let start = nextCommand(text, 0, withAssignments); start !== -1; ) {
    if (budget < 0) return;
    const at = separator;
    if (visit(at, start)) return;
    start = nextCommand(text, lastOfRun(text, at, start) + 1, withAssignments);
  }
}

/** Whether an argument begins with a drive: `c:\\`. */
function isOnDrive(text: string, end: number): boolean {
  return /^[a-z]:\\/i.test(text.slice(end - 1, end + 2));
}

/** Whether the word holds what only the interpreter of Windows takes out. */
function spellsWindows(text: string, start: number): boolean {
  return /^\s{0,8}[\w\\:.]{0,20}[\^%]/.test(text.slice(start, start + 32));
}

function judge(text: string, place: Place, context: Context, command: Command, report: Report): boolean {
  const from = Math.max(0, context.separator);
  if (isLoneName(command) && isListed(text, context, command)) return false;
  const around = {
    closed: context.separator < 0 ? endsText(text, command.end) : isClosed(text, command.end),
    piped: pipesOn(text, command.end),
    alone: context.leading && context.short && endsText(text, command.end),
    spread: /;|&&|\|\|/.test(text.slice(from, from + 2)),
    behindWord: context.behindWord,
  };
  const strength = strengthOf(command, around);
  const { end } = command;
  const isDownload = HABITS.get(command.name) === "downloads";
  if (isDownload && context.depth !== "prose") {
    const run = pipedDownload(text, command.head.end);
    if (run >= 0) {
      report(PIPED_DOWNLOAD, from, run);
      return true;
    }
  }
  if (strength === 0) return false;
  const kind = kindOf(text, place, context, command, strength);
  if (kind === undefined) return false;
  report(kind, from, end);
  if (kind === SUBSTITUTED && place.part === "body") report(CHAINED, from, end);
  if (kind.points === 5 && isLoose(context)) report(AFTER_SEPARATOR, from, end);
  return kind.points === 5;
}

/** Whether nothing but blanks, or the end of a command, is behind. */
function endsText(text: string, end: number): boolean {
  return text.length - end <= 12 && /^\s*[;&|#]?\s*$/.test(text.slice(end));
}

/** Commands that decode, reverse or build what they print. */
const BUILDERS = new Set("echo printf rev base64 base32 xxd tr awk sed openssl cat od curl".split(" "));
const DECODERS = new Set("rev base64 base32 xxd tr openssl uudecode".split(" "));

function kindOf(
  text: string,
  place: Place,
  context: Context,
  command: Command,
  strength: Strength,
): EvidenceKind | undefined {
  const { head } = command;
  if (context.substitution && context.depth !== "prose" && namesHost(text, command.end)) return SUBSTITUTED;
  const loose = context.depth === "prose";
  const disguised = command.wild || head.hidden || hidesFile(text, command);
  if (context.markdown) return undefined;
  if (context.substitution && context.depth === "chained" && printsName(command)) return ASSEMBLED;
  if (context.substitution && context.short && continuesWord(text, context.separator, command))
    return ASSEMBLED;
  if (strength >= 2 && (!loose || strength === 3 || head.hidden)) {
    const executed = HABITS.get(command.name) === "shell" && command.hereString;
    const decoded = DECODERS.has(command.name) && command.hereString && context.substitution;
    const known = BUILDERS.has(command.name) && runsShell(text, command.end);
    if (executed || decoded || known || head.assembled || command.unknown || buildsName(context, command)) {
      if (!loose || command.unknown || head.assembled) return ASSEMBLED;
    }
    if (command.split || (command.input !== "" && text.charCodeAt(head.end) === 0x3c)) return SPLIT;
    if (disguised && (context.depth !== "begin" || strength === 3 || head.hidden)) return HIDDEN;
  }
  const inBody = place.part === "body";
  switch (context.depth) {
    case "begin":
      if (strength === 3) return BARE;
      if (strength < 2 || !context.short || isLoneName(command)) return undefined;
      if (command.arguments.some((word) => word.assembled && word.variable)) return HIDDEN;
      if (inBody) return undefined;
      return isCode(command) || (command.absolute && command.arguments.length > 0) ? BARE : COMMAND_LINE;
    case "chained":
      if (strength === 1 || (isLoneName(command) && context.separator > 80))
        return context.short ? AFTER_SEPARATOR : undefined;
      return context.substitution ? SUBSTITUTED : CHAINED;
    case "near":
      if (isLoneName(command)) return undefined;
      if (strength === 3) return context.substitution ? SUBSTITUTED : CHAINED;
      if (strength < 2 || (inBody && !context.short)) return undefined;
      return inBody || !context.short ? AFTER_SEPARATOR : context.substitution ? SUBSTITUTED : CHAINED;
    default:
      if (isLoneName(command)) return undefined;
      if (strength === 3 && !inBody && context.short) return context.substitution ? SUBSTITUTED : CHAINED;
      return strength === 3 || (strength === 2 && !inBody) ? AFTER_SEPARATOR : undefined;
  }
}

/** `|id|name|`, `?x=1&id`: an item of a list, a name in a query. */
function isListed(text: string, { separator }: Context, { end }: Command): boolean {
  if (separator < 0) return false;
  const c = text.charAt(separator);
  if (c === "&" && text.charAt(separator + 1) !== "&") {
    return /[=?]/.test(text.slice(Math.max(0, separator - 80), separator));
  }
  if (c !== "|") return false;
  const next = /^\s{0,8}\|\s{0,8}(?=[^\s|'"])/.exec(text.slice(end, end + 20));
  return next !== null && !HABITS.has(nextName(text, end + next[0].length));
}

/** Behind more than a word. */
function isLoose({ depth }: Context): boolean {
  return depth === "near" || depth === "prose";
}

/** `(bt|dir|db)`: one of several words without blanks, of which the next is not a command. */
function isAlternative(text: string, separator: number, end: number): boolean {
  if (text.charCodeAt(separator) !== 0x7c || text.charCodeAt(end) !== 0x7c) return false;
  if (!/\([\w.|-]{1,60}$/.test(text.slice(Math.max(0, separator - 60), separator))) return false;
  if (!/^\|[\w.|-]{1,60}\)/.test(text.slice(end, end + 64))) return false;
  return windowsCommandAt(text, end + 1, text.length) < 0;
}

/** Nothing but a name: `id`. */
function isLoneName(command: Command): boolean {
  return command.arguments.length === 0 && !command.absolute && !command.head.hidden && command.input === "";
}

/** `$(printf '\143\141\164')`: a substitution that prints what is then run. */
function buildsName(context: Context, command: Command): boolean {
  if (!context.substitution || (command.name !== "printf" && command.name !== "echo")) return false;
  return command.arguments.some((word) => /\\[x0-7]/.test(word.text));
}

/** `$(echo ls)`: what is printed is a command. */
function printsName(command: Command): boolean {
  const [first] = command.arguments;
  return (
    command.name === "echo" && first !== undefined && HABITS.has(first.text) && command.arguments.length <= 3
  );
}

/** ``who`echo am`i``: a substitution that prints a part of a name. */
function continuesWord(text: string, separator: number, command: Command): boolean {
  if (command.name !== "printf" && command.name !== "echo") return false;
  const opening = text.charAt(separator) === "(" ? separator - 2 : separator - 1;
  return (
    /[a-z]/.test(text.charAt(opening)) &&
    /^\s?[`)][a-z]{0,12}(?:$|[\s;|&])/.test(text.slice(command.end, command.end + 16))
  );
}

/** `` `id`.h.example ``: what the command says becomes the name of a host. */
function namesHost(text: string, end: number): boolean {
  return /^[`)]\.(?:[\w-]{1,63}\.){1,6}[a-z]{2,24}(?:$|[\s;|&"'/:#`)])/i.test(text.slice(end, end + 200));
}

/** `"$folder"/`, as scripts write it. */
const QUOTED_FOLDER = /^"\$(?:\w{1,32}|\{\w{1,32}\})"\//;

/** Whether a path is written so that its name is not read, which a list of files (`/srv/*.log`) and `$dir/name` are not. */
function hides(whole: string, { text, start, wild, hidden, variable }: Word): boolean {
  if (hidden && (!variable || isSystemFile(text))) return !QUOTED_FOLDER.test(whole.slice(start, start + 40));
  return wild && (meaningOfPattern(text) === "file" || /[?[]|^\/[^/]{0,40}\*/.test(text));
}

function hidesFile(text: string, command: Command): boolean {
  return (
    command.arguments.some((word) => word.text.startsWith("/") && hides(text, word)) &&
    !command.arguments.some((word) => word.text.startsWith("/") && !word.wild && !word.hidden)
  );
}

const INSTALLED =
  /^(?:pip|venv|pytest|unittest|build|twine|virtualenv|pipx|django|flask|uvicorn|mypy|black|json\.tool|timeit)$/;

/** Code for an interpreter, or files that are removed or made executable. */
function isCode(command: Command): boolean {
  const habit = HABITS.get(command.name);
  // `python -m pip install …` runs a module that is there.
  if (command.arguments[0]?.text === "-m" && INSTALLED.test(command.arguments[1]?.text ?? "")) return false;
  return (habit === "interprets" || habit === "shell") && command.arguments.length >= 2;
}

/** Whether the pipeline goes on to a known command. */
function pipesOn(text: string, end: number): boolean {
  if (text.charCodeAt(end) !== 0x7c || text.charCodeAt(end + 1) === 0x7c) return false;
  return HABITS.has(nextName(text, end + 1));
}

/** Whether a pipeline ends in a shell, within four commands. */
function runsShell(text: string, end: number): boolean {
  let at = end;
  for (let turn = 0; turn < 4; turn++) {
    if (text.charCodeAt(at) !== 0x7c || text.charCodeAt(at + 1) === 0x7c) return false;
    const name = nextName(text, at + 1);
    const habit = HABITS.get(name);
    if (habit === "shell" || name === "xargs") return true;
    if (habit === undefined) return false;
    const next = text.indexOf("|", at + 1);
    if (next < 0 || next - at > 200) return false;
    at = next;
  }
  return false;
}
