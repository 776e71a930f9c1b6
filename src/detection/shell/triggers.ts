// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of the shell look like placeholders.
import type { Trigger } from "../detector/detector.ts";
import { holdsBrokenName, mayBeginText, mayHoldCommands } from "./beginnings.ts";

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
  ...["proxycommand", "localcommand", "--checkpoint-action", "--upload-pack", "--receive-pack"],
  ...[
    "--use-compress-program",
    "--to-command",
    "--rsync-path",
    " -x/",
    "-x/",
    ";do ",
    "; do ",
    ";then ",
    "; then ",
  ],
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
  { characters: ";|&`\n\r", test: mayHoldCommands },
  { words: ["$(", "<(", ">("], test: mayHoldCommands },
  { characters: "'\"", test: mayBeginText },
  { characters: "'\"\\", test: holdsBrokenName },
  { words: CALLS },
  { words: WINDOWS_WORDS },
  { words: ["$ifs", "${ifs", "{cat,", "{ls,", "/etc/", "/proc/", "/???/", "/e?", "/e*", "/b?n", "/?"] },
  { characters: "\\", words: ["type ", "dir ", "copy ", "del ", "move "] },
  { characters: ">", words: ["echo ", "printf "] },
  { characters: "(", words: ["{ ", "{:", "{_", "){"] },
  { words: ["$()", "$@", "$*", "${shell}", "$shell ", "${home", "${path"] },
  { characters: "`", words: ["ession", "webc", "`w", "`e", "`n"] },
];
