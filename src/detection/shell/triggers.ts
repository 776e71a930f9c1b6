// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of the shell look like placeholders.
import type { Trigger } from "../detector/detector.ts";
import { HABITS } from "./commands.ts";
import { WINDOWS_ARGUMENTS } from "./windows-commands.ts";

const SEPARATORS = [";", "|", "&", "`", "$(", "<(", ">(", "\n", "\r"];

/** How names of commands begin: two letters tell enough apart. */
const PREFIXES = [
  ...new Set([...HABITS.keys(), ...WINDOWS_ARGUMENTS.keys()].map((name) => name.slice(0, 2))),
  ..."ge se ne in re wr".split(" "),
];

/** A separator and a name, or what else a command can begin with. */
const NAMES = SEPARATORS.flatMap((separator) =>
  PREFIXES.flatMap((prefix) => [separator + prefix, `${separator} ${prefix}`]),
);
const BEGINNINGS = SEPARATORS.flatMap((separator) =>
  [..." \t/\\'\"${@*#!-(+%~.abcdefghijklmnopqrstuvwxyz"].map((c) => separator + c),
);

/** Two letters of a name with quotes or a backslash between them. */
const BROKEN = [
  ...new Set(
    [...HABITS.keys()].flatMap((name) =>
      Array.from({ length: name.length - 1 }, (_, at) => name.slice(at, at + 2)),
    ),
  ),
].flatMap((pair) => ["''", '""', "\\"].map((between) => pair.charAt(0) + between + pair.charAt(1)));

/** Commands with the beginning of an argument, for values that are nothing else. */
const CALLS = [
  ...["cat ", "tac ", "head ", "tail ", "less ", "more ", "nl ", "ls ", "strings ", "xxd ", "od "].flatMap(
    (name) => [`${name}/`, `${name}-`, `${name}~`, `${name}.`, `${name}$`],
  ),
  ..."ping wget curl bash sh nc ncat perl python python3 ruby php node uname rm nslookup dig chmod sudo ifconfig"
    .split(" ")
    .map((name) => `${name} `),
  "etc/passwd",
  "etc/shadow",
  "/bin/",
  "/dev/tcp",
  "/dev/udp",
  "mkfifo",
  "fsockopen",
  "socket.socket",
  "whoami",
];

const WINDOWS_WORDS = [
  "cmd /",
  "cmd.exe",
  "cmd/",
  "%comspec%",
  "powershell",
  "pwsh",
  "certutil",
  "bitsadmin",
  "regsvr32",
  "mshta",
  "iex ",
  "iex(",
  "invoke-expression",
  "net.webclient",
];

export const SHELL_TRIGGERS: readonly Trigger[] = [
  { words: NAMES },
  { characters: "'\"\\$?*[{%^`/\t+", words: BEGINNINGS },
  { characters: " \t/<;|&", words: BROKEN },
  {
    words: SEPARATORS.flatMap((one) =>
      ["(", "!", "{ ", ". /", " (", " { ", " . /", " !"].map((c) => one + c),
    ),
  },
  { words: CALLS },
  { words: WINDOWS_WORDS },
  { words: ["$ifs", "${ifs", "{cat,", "{ls,", "/etc/", "/proc/", "/???/", "/e?", "/e*", "/b?n", "/?"] },
  { characters: "\\", words: ["type ", "dir ", "copy ", "del ", "move "] },
  { characters: ">", words: ["echo ", "printf "] },
  { characters: "(", words: ["{ ", "{:", "{_", "){"] },
  { words: ["$()", "$@", "$*", "${shell}", "${home", "${path"] },
  { characters: "`", words: ["ession", "webc", "`w", "`e", "`n"] },
];
