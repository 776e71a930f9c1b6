import type { Command } from "./command.ts";
import { HABITS, type Habit } from "./commands.ts";
import { isSystemFile } from "./system-files.ts";
import { meaningOfPattern } from "./wildcards.ts";
import type { Word } from "./word.ts";

/**
 * How surely a command is one, by what it is called with: 0 not at all, 1 it may be, 2 with an argument that only a shell
 * needs, 3 on a file of the system.
 */
export type Strength = 0 | 1 | 2 | 3;

/** What a command's arguments are. */
interface Arguments {
  options: number;
  systemFiles: number;
  /** System files after wildcards or broken up. */
  hiddenFiles: number;
  paths: number;
  urls: number;
  addresses: number;
  hosts: number;
  numbers: number;
  files: number;
  /** Words of letters only. */
  prose: number;
  /** Expansions, wildcards, code in quotes. */
  code: number;
}

const ADDRESS =
  /^(?:\d{1,3}(?:\.\d{1,3}){1,3}|0x[0-9a-f]{8}|\d{8,10}|localhost|[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){2,7})(?:[:/]\S*)?$/i;
const HOST = /^(?:[\w-]+@)?[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}(?::\d+)?(\/\S*)?$/i;
const OPTION = /^(?:-[a-zA-Z0-9]|--[a-z])/;
const PATH = /^(?:~?\/[\w.*?[~{$-]|\.\.?\/|[A-Za-z]:\\)/;
const RELATIVE = /^[\w.-]+(?:\/[\w.*-]+)+$/;
const FILE = /^[\w-]+(?:\.[\w-]+)+$|^\.[a-z]\w+$/;
/** A word of a sentence with its punctuation. */
const PROSE = /^[A-Za-z][a-z]+[.,!?:]$/;

/** `../../etc/passwd` as seen from the root. */
function fromRoot(text: string): string {
  const at = text.search(/\/(?:etc|proc|var|root)\//);
  return at > 0 ? text.slice(at) : text;
}

function areLetters(text: string): boolean {
  for (let at = 0; at < text.length; at++) {
    const c = text.charCodeAt(at) | 0x20;
    if (c < 0x61 || c > 0x7a) return false;
  }
  return text !== "";
}

function describe(words: readonly Word[]): Arguments {
  const found: Arguments = {
    options: 0,
    systemFiles: 0,
    hiddenFiles: 0,
    paths: 0,
    urls: 0,
    addresses: 0,
    hosts: 0,
    numbers: 0,
    files: 0,
    prose: 0,
    code: 0,
  };
  for (const word of words) {
    const { text } = word;
    if (!word.hidden && !word.wild && !word.variable && areLetters(text)) {
      if (text === "localhost") found.addresses++;
      else if (text.length > 1 || text === "a" || text === "I") found.prose++;
      continue;
    }
    if (OPTION.test(text)) found.options++;
    else if (text === "/" || text === "~") found.paths++;
    else if (isSystemFile(fromRoot(text))) {
      found.systemFiles++;
      if (word.hidden) found.hiddenFiles++;
    } else if (word.wild && meaningOfPattern(text) === "file") {
      found.systemFiles++;
      found.hiddenFiles++;
    } else if (/^(?:https?|ftp):\/\//i.test(text)) found.urls++;
    else if (/^\d+(?:\.\d+)?[smhd]?$/.test(text)) found.numbers++;
    else if (ADDRESS.test(text)) found.addresses++;
    else if (PATH.test(text)) found.paths++;
    else if (HOST.test(text)) {
      found.hosts++;
      found.files++;
    } else if (FILE.test(text)) found.files++;
    else if (RELATIVE.test(text)) found.files++;
    else if (PROSE.test(text) && !word.variable) found.prose++;
    else if (word.variable && word.assembled) found.paths++;
    else if (word.variable || word.wild || word.hidden || /[$`{}()'"=\s]/.test(text)) found.code++;
  }
  return found;
}

/** What the text around a command says. */
export interface Surroundings {
  /** It ends with a separator, a closing bracket or quote, or the text. */
  readonly closed: boolean;
  /** The next command of the pipeline is a known one. */
  readonly piped: boolean;
  /** A separator begins the text, and the command ends it. */
  readonly alone: boolean;
  /** The separator is `;`, `&&` or `||`, which are in prose less often than `&` and `|`. */
  readonly spread: boolean;
  /** A word of letters is in front of the separator: `name|id`. */
  readonly behindWord: boolean;
}

export function strengthOf(command: Command, around: Surroundings): Strength {
  const habit = HABITS.get(command.name);
  const given = describe(command.arguments);
  if (command.wild) {
    if (given.systemFiles + given.paths + given.options > 0) return 3;
    return command.absolute || around.closed ? 2 : 1;
  }
  // `$NAME.` at the end of a sentence.
  if (command.name === "." && (command.head.variable || command.arguments.length === 0)) return 0;
  // `file = /srv/x`: a setting.
  if (command.arguments[0]?.text === "=" && (habit === undefined || SETTINGS.has(command.name))) return 0;
  if (habit === undefined) return unknown(command, given);
  const prose = given.prose >= 2 ? 1 : 0;
  const strength = byHabit(habit, command, given, around);
  if (around.alone && strength < 2 && given.prose <= 1 && prose === 0) {
    return (around.spread && given.prose === 0) || !habit.startsWith("plain") ? 2 : strength;
  }
  if (prose === 1 && strength < 3) return strength === 0 ? 0 : proseAllowed(habit) ? strength : 1;
  if (command.absolute && strength < 2) return given.prose === 0 || around.closed ? 2 : 1;
  if (command.head.hidden && strength < 2) return around.closed || given.prose === 0 ? 2 : 1;
  if (command.split && strength < 2 && habit !== "plain tells") return 2;
  return strength;
}

/** Commands that are names of settings too, and tell little of what they are given. */
const SETTINGS: ReadonlySet<string> = new Set(
  "file host hostname time date group groups users user id env route who last sort timeout".split(" "),
);

function proseAllowed(habit: Habit): boolean {
  return habit === "prints" || habit === "interprets" || habit === "downloads";
}

const NOT_COMMANDS = new Set(
  "see in the from and is of on at with under like check use try edit open or an for to by into via my your our this that what why how where when does do can could should would change fix restore reset default meaning only reads read shows lists location path file line etc".split(
    " ",
  ),
);

/** A name that is not in the list, on a file of the system. */
function unknown(command: Command, given: Arguments): Strength {
  const fileHidden = given.hiddenFiles > 0;
  if (command.unknown) return given.systemFiles + (isSystemFile(command.input) ? 1 : 0) > 0 ? 3 : 0;
  if (!/^[a-z][\w.+-]{1,23}$/.test(command.name) || NOT_COMMANDS.has(command.name)) return 0;
  if (given.prose > 1) return 0;
  if (fileHidden || isSystemFile(command.input)) return 3;
  if (given.systemFiles > 0) return 2;
  return command.absolute ? 1 : 0;
}

function byHabit(habit: Habit, command: Command, given: Arguments, around: Surroundings): Strength {
  const onSystemFile = given.systemFiles > 0 || isSystemFile(command.input);
  const input = PATH.test(command.input);
  const located = given.paths > 0 || input;
  if (onSystemFile && habit !== "plain tells") return 3;
  switch (habit) {
    case "reads":
      if (located) return 2;
      if (command.hereString) return 2;
      if (given.files > 0 && given.prose === 0) return around.closed && !around.behindWord ? 2 : 1;
      if (given.options > 0 || given.code > 0) return 1;
      return around.closed && !around.behindWord && command.arguments.length === 1 ? 1 : 0;
    case "plain reads":
      if (located && (given.prose === 0 || given.options > 0)) return 2;
      return command.hereString || (given.options > 0 && given.files > 0) ? 2 : 0;
    case "downloads":
      if (given.urls > 0 || given.addresses > 0 || (given.options > 0 && given.hosts > 0)) return 2;
      if (given.hosts > 0) return given.prose === 0 ? 2 : 1;
      return given.options > 0 && given.code > 0 ? 2 : given.options > 0 || given.code > 0 ? 1 : 0;
    case "connects":
      if (given.addresses > 0 || (given.options > 0 && given.prose === 0)) return 2;
      return given.hosts > 0 && given.prose === 0 ? (given.numbers > 0 ? 2 : 1) : 0;
    case "asks":
      if (given.addresses > 0) return 2;
      if (given.hosts > 0 && given.prose === 0) return 2;
      // What is asked for is made of what another command says.
      if (given.prose === 0 && around.closed && command.arguments.some((word) => word.variable)) return 2;
      if (given.options > 0 && given.numbers > 0) return 2;
      return given.code > 0 || given.options > 0 ? 1 : 0;
    case "tells":
      if (given.options > 0) return 2;
      return around.closed && command.arguments.length <= 1 ? 2 : 0;
    case "tells briefly":
      if (given.options > 0 || located) return given.prose === 0 || located ? 2 : 1;
      if (/^(?:aux|addr|a|show|root)$/.test(command.arguments[0]?.text ?? "")) return 2;
      if (!around.closed || command.arguments.length > 0 || /^(?:ip|route)$/.test(command.name)) return 0;
      return around.behindWord ? 1 : 2;
    case "plain tells":
      if (given.prose > 0) return 0;
      if (located && command.name === "cd") return 2;
      if (given.options > 0 && around.closed) return around.behindWord ? 1 : 2;
      return around.closed && command.arguments.length === 0 && command.name === "date" && !around.behindWord
        ? 1
        : 0;
    case "shell":
      if (command.hereString || input || located) return 2;
      if (/^-\w*[cix]$/.test(command.arguments[0]?.text ?? "")) return 2;
      return around.closed && command.arguments.length === 0 ? 1 : 0;
    case "interprets":
      if (command.arguments.some(({ text }) => /^-\w?[ecrmS]$|^-\w*e$/.test(text))) return 2;
      if (command.hereString || located) return 2;
      return given.files > 0 && given.prose === 0 ? 1 : 0;
    case "waits":
      return given.numbers > 0 && given.prose === 0 && around.closed ? 2 : given.code > 0 ? 1 : 0;
    case "changes":
      if (given.options > 0 || located) return given.prose === 0 ? 2 : 1;
      return /^(?:\d{3,4}|[ugoa]*[+=-][rwxst]+|\S+:\S+)$/.test(command.arguments[0]?.text ?? "") ? 2 : 0;
    case "plain changes":
      if (located && given.prose === 0) return 2;
      return given.options > 0 && given.prose <= (around.alone ? 1 : 0) && around.closed ? 2 : 0;
    case "prints":
      if (around.piped || (command.output !== "" && /[./]/.test(command.output))) return 2;
      if (given.code > 0) return given.prose < 2 ? 2 : 1;
      return around.closed && command.arguments.length === 1 ? 1 : 0;
    case "administers":
      if (given.options > 0 && given.prose <= 1)
        return command.name === "crontab" || command.name === "openssl" ? 2 : 1;
      return /^(?:useradd|adduser|crontab)$/.test(command.name) && command.arguments.length > 0 ? 1 : 0;
    default:
      return 0;
  }
}
