import type { Detector, EvidenceKind, Place, Report } from "../detector/detector.ts";
import {
  ABOVE_ROOT,
  ABSOLUTE_UNIX,
  ABSOLUTE_WINDOWS,
  APPLICATION_FILE,
  CLIMB,
  DISGUISED,
  HIDDEN_STEP,
  IN_TEXT,
  PATH_KINDS,
  REPEATED,
  SYSTEM_FILE_NAME,
  TO_SECRET_FILE,
  TO_SYSTEM_FILE,
} from "./path-kinds.ts";
import { endsPath, Run, type Shared } from "./run.ts";
import { climbsTo, ending, isApplicationFile, isServerFile, isUnixFile, isWindowsFile } from "./sensitive.ts";
import { ORDINARY_DIRECTORIES, ORDINARY_ENDINGS } from "./system-files.ts";
import { isAlphanumeric } from "./units.ts";
import { type ValueStart, valueStart } from "./value-start.ts";
import { findZeroByte } from "./zero-byte.ts";

/** Where a step up can begin: two dots in any spelling. */
const STEPS =
  /\.\.|[\xc0\xc1\xf8\xfc]|[\xe0\xf0]\x80|\xef\xbc\x8e\xef|\xe3\x80\x82\xe3|\xe2\x80[\xa4\xa5]|\xef\xb8\xb0|0x2e|%2%e|\.[\0-\x20]{1,3}\./gi;
const SHARE = /\\\\[\w.-]{1,80}\\(?:[a-z]|admin|ipc)\$/iy;
const SYSTEM_FILE =
  /\/etc\/{1,8}(?:passwd|shadow|sudoers|gshadow)\b|\/proc\/{1,8}self\/|\b(?:win|boot)\.ini\b|\bsystem32[\\/]/gi;
/** What may follow a path that is a whole value: nothing, or what separates it from more input. */
const VALUE_ENDS = /(?:\0|[ \t]{0,64}(?:[\r\n]|$)|[?#&|;%"'`<)}\]](?![ ]))/y;
/** A sentence on the lines after a path, as in an explanation of a file. */
const SENTENCE =
  /[\r\n]\s{1,64}?[A-Za-z]{1,20},? [A-Za-z'-]{1,20},? [A-Za-z'-]{1,20}[ ,.]|[\r\n][A-Za-z]{1,20},? [A-Za-z'-]{1,20},? [A-Za-z'-]{1,20}[ ,.]/y;
/** Steps up that no program's own files are apart. */
const STEEP = 5;
/** Characters in front of a path in a value that is neither prose nor code: `a=b&file=../../x`. */
const GLUED = /^[\w.?#=&;:,@/+~-]{0,256}$/;
/** Bytes in front of a path in which the beginning of a request's target is looked for. */
const TARGET = 512;
/** What is between two steps in {@link isRepeatedJunk}: an escape gone wrong, a control character, no UTF-8. */
const JUNK = /[%\x01-\x08\x0b\x0c\x0e-\x1f\xc0\xc1\xf8-\xff]/;

/** Dots and separators in bytes that are not UTF-8, or full width: with these a text needs nothing else to be looked at. */
const DISGUISES = [
  ...["\xc0\xae", "\xc0\xaf", "\xc0.", "\xc0/", "\xc0\\", "\xc0%", "\xc0^", "\xc0\xfe"],
  ...[
    "\xc1\x9c",
    "\xc1\x1c",
    "\xc1\xaf",
    "\xc1%",
    "\xe0\x80\xae",
    "\xe0\x80\xaf",
    "\x80\x80\xae",
    "\x80\x80\xaf",
  ],
  "\xbc\x8e\xef\xbc\x8e",
];
const SEPARATORS = [
  "\xef\xbc\x8f",
  "\xef\xbc\xbc",
  "\xe2\x88\x95",
  "\xe2\x88\x96",
  "\xe2\x81\x84",
  "\xee\xbf\x88",
];

/** Finds paths that leave the directory they start in, and paths of files that no request has to name. */
export const pathDetector: Detector = {
  name: "path",
  kinds: PATH_KINDS,
  triggers: [
    { characters: "/\\", words: [".."] },
    { words: ["..2f", "..5c", "..0x", "..%", "0x2e", "%2%e"] },
    {
      characters: "/\\",
      words: ["etc/", "etc\\", "proc/", "/var/", "/usr/", "/root/", "/home/", "/opt/", "/run/", "/volumes/"],
    },
    {
      words: [
        "windows\\",
        "windows/",
        "winnt",
        "system32",
        "boot.ini",
        "win.ini",
        "inetpub",
        "xampp",
        "wamp",
      ],
    },
    {
      characters: "/\\",
      words: ["php.ini", "httpd.conf", "nginx.conf", "my.cnf", "s_log", "r_log", "access.log", "error.log"],
    },
    { characters: "$", words: ["\\\\"] },
    {
      words: [
        ".env",
        ".htpasswd",
        ".htaccess",
        ".git/",
        ".git\\",
        ".ssh/",
        "id_rsa",
        "id_dsa",
        "id_e",
        "-inf/",
        "-inf\\",
        "wp-config",
        "passwd",
      ],
    },
    { characters: "\0" },
    { words: DISGUISES },
    { characters: ".", words: SEPARATORS },
  ],
  shortest: 4,
  inspect,
};

function inspect(text: string, place: Place, report: Report): void {
  // Its arguments come one by one.
  if (place.part === "query") return;
  const start = valueStart(text);
  const shared = { endless: 0 };
  findWhole(text, start, shared, place, report);
  findClimbs(text, start, shared, place, report);
  if (text.includes("\0")) findZeroByte(text, place, report);
  if (place.part !== "body") findSystemFileNames(text, report);
}

/** A value that is a path of the system or of an application's secrets. */
function findWhole(text: string, start: ValueStart, shared: Shared, place: Place, report: Report): void {
  SHARE.lastIndex = start.at;
  if (SHARE.test(text)) report(ABSOLUTE_WINDOWS, start.at, SHARE.lastIndex);
  const run = new Run(text, start.at, shared);
  if (run.end === start.at || run.ups > 0) return;
  VALUE_ENDS.lastIndex = run.end;
  if (!VALUE_ENDS.test(text)) return;
  SENTENCE.lastIndex = run.end;
  if (SENTENCE.test(text)) return;
  const names = run.names();
  if (run.absolute) {
    const from = names[0] === "localhost" ? 1 : 0;
    const windows = start.on === "windows" ? ["windows", ...names] : names;
    if (isUnixFile(names, from)) report(ABSOLUTE_UNIX, run.start, run.end);
    else if (isWindowsFile(windows, from, start.on === "drive")) report(ABSOLUTE_WINDOWS, run.start, run.end);
    else if (place.part !== "body" && place.part !== "path" && isServerFile(names)) {
      report(start.on === "nothing" ? ABSOLUTE_UNIX : ABSOLUTE_WINDOWS, run.start, run.end);
    }
  }
  const input = place.part !== "path" && place.part !== "header";
  if (input && run.end === text.length && isApplicationFile(names))
    report(APPLICATION_FILE, run.start, run.end);
}

function findClimbs(text: string, start: ValueStart, shared: Shared, place: Place, report: Report): void {
  let done = 0;
  STEPS.lastIndex = 0;
  for (let found = STEPS.exec(text); found !== null; found = STEPS.exec(text)) {
    let begin = found.index;
    if (!canStep(text, begin, shared)) continue;
    while (begin > done && !endsPath(text.charCodeAt(begin - 1))) begin--;
    let run = new Run(text, begin, shared);
    // The path of a request begins at its beginning, whatever is in front of a semicolon.
    if (place.part === "path" && done === 0 && begin > 0) {
      const whole = new Run(text, 0, { endless: 0 });
      if (whole.end >= run.end) run = whole;
    }
    if (run.ups > 0) judge(run, start, place, report);
    if (isRepeatedJunk(text, found.index)) report(DISGUISED, found.index, found.index + 6);
    done = Math.max(run.end, found.index + 2);
    STEPS.lastIndex = done;
  }
}

/** Whether two dots can be a step: not those within a name, after a word or in front of one. */
function canStep(text: string, at: number, shared: Shared): boolean {
  if (at > 0 && isAlphanumeric(text.charCodeAt(at - 1))) return false;
  if (!text.startsWith("..", at) || at + 2 >= text.length) return true;
  const next = text.charCodeAt(at + 2);
  if (next === 0x3b) return at + 2 >= shared.endless;
  return !isAlphanumeric(next) || next === 0x30 || next === 0x32 || next === 0x35;
}

function judge(run: Run, start: ValueStart, place: Place, report: Report): void {
  const { text, climb } = run;
  const tell = (kind: EvidenceKind) => report(kind, run.start, run.end);
  const body = place.part === "body";
  const leads = run.start <= start.at;
  const names = run.names();

  const target = names.length > 0 ? climbsTo(names) : undefined;
  if (target !== undefined) {
    if (body && !leads && !isGlued(run) && !isInTarget(run)) tell(IN_TEXT);
    else tell(target === "system" ? TO_SYSTEM_FILE : TO_SECRET_FILE);
  }
  if (run.hidden > 0 && place.part === "path") tell(HIDDEN_STEP);

  const odd = run.disguised + run.hidden;
  const disguised = run.invalid > 1 || (odd > 1 && (leads || !body)) || (odd > 0 && target !== undefined);
  const noisy = run.absolute && leads && (odd > 0 || run.noise > 1);
  if (climb > 0 && (disguised || noisy || (run.invalid > 0 && !body))) tell(DISGUISED);

  if (run.absolute && leads && climb > 1) {
    tell(ABOVE_ROOT);
    if (place.part === "path" && run.ups > 2) tell(REPEATED);
  } else if (body) {
    const whole = leads && run.end === text.length;
    if (whole && (climb > 2 || (run.absolute && climb > 0)) && !isOrdinary(names)) {
      tell(climb > STEEP ? REPEATED : CLIMB);
    }
  } else if (place.part !== "header" || leads) judgePlain(run, leads, tell);
}

/** Steps in a plain spelling, in the request's head. */
function judgePlain(run: Run, leads: boolean, tell: (kind: EvidenceKind) => void): void {
  const { text, ups, climb } = run;
  const steep = (ups > 2 && climb > 1) || (run.backslashes > 1 && climb > 0);
  if (steep && (leads || !text.slice(0, run.start).trimStart().includes(" "))) tell(REPEATED);
  else if (climb > 1 || (run.absolute && leads && climb > 0)) tell(CLIMB);
}

function isGlued({ text, start }: Run): boolean {
  return start <= 256 && GLUED.test(text.slice(0, start));
}

/** Whether a path is in the target of a request within the text, as batches of requests have them. */
function isInTarget({ text, start }: Run): boolean {
  const before = text.slice(Math.max(0, start - TARGET), start);
  return /^(?:GET|HEAD|POST|PUT|PATCH|DELETE) \S*$/.test(before.slice(before.lastIndexOf("\n") + 1));
}

/** What code, pages and build tools refer to by relative paths. */
function isOrdinary(names: readonly string[]): boolean {
  const last = names[names.length - 1];
  if (last === undefined) return false;
  return ORDINARY_ENDINGS.has(ending(last)) || names.some((name) => ORDINARY_DIRECTORIES.has(name));
}

/** `..%5%c..%5%c..`: steps with the same few odd bytes after each, whatever they once were. */
function isRepeatedJunk(text: string, at: number): boolean {
  if (!text.startsWith("..", at) || !JUNK.test(text.slice(at + 2, at + 5))) return false;
  const head = text.slice(at + 2, at + 12);
  const length = head.indexOf("..");
  if (length < 1) return false;
  const junk = head.slice(0, length);
  return JUNK.test(junk) && text.startsWith(`${junk}..${junk}`, at + 4 + length);
}

function findSystemFileNames(text: string, report: Report): void {
  SYSTEM_FILE.lastIndex = 0;
  const found = SYSTEM_FILE.exec(text);
  if (found !== null) report(SYSTEM_FILE_NAME, found.index, SYSTEM_FILE.lastIndex);
}
