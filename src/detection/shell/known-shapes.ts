import { WordScreen } from "../detector/word-screen.ts";

/** A part of a text: where it begins and where it ends. */
export type Part = readonly [number, number];

/**
 * First place at which a word stands that a pattern (anchored, bounded) follows. Looks at the first 64 places, and the last.
 */
function behind(lower: string, word: string, follows: RegExp): Part | undefined {
  let at = lower.indexOf(word);
  for (let turn = 0; at >= 0 && turn < 64; turn++) {
    const from = at + word.length;
    const found = follows.exec(lower.slice(from, from + 200));
    if (found !== null && !/\w/.test(/\w/.test(word.charAt(0)) ? lower.charAt(at - 1) : "")) {
      return [at, from + found[0].length];
    }
    at = lower.indexOf(word, from);
  }
  return undefined;
}

const SHELL_AT_PORT = /^(?:tcp|udp)\/[\w.${}:-]{1,80}\/[\d$]/;
const INTERACTIVE = /^\s{1,8}-i\s{0,8}(?:[>&|<]|\d>)/;
const EXECUTES =
  /^(?:\.\w{1,12})?\s(?:[^\n;|&]{0,120}\s)?(?:-\w{0,6}[ec]|--exec|--sh-exec)\s{0,4}["']?[\w/\\.]{0,40}(?:sh|cmd(?:\.exe)?|powershell(?:\.exe)?)(?![\w-])/;
const SOCKET = /^[\s\S]{0,180}(?:dup2|subprocess|pty\.spawn)/;
const PHP_SOCKET = /^\s{0,4}\([\s\S]{0,150}(?:exec|shell_exec|proc_open|popen)\s{0,4}\(/;

const REVERSE: readonly (readonly [string, RegExp])[] = [
  ["/dev/", SHELL_AT_PORT],
  ["sh", INTERACTIVE],
  ["bash", INTERACTIVE],
  ["zsh", INTERACTIVE],
  ["dash", INTERACTIVE],
  ["ksh", INTERACTIVE],
  ["nc", EXECUTES],
  ["ncat", EXECUTES],
  ["netcat", EXECUTES],
  [
    "mkfifo",
    /^\s{1,4}\/(?:tmp|dev|var)\/(?:[\w.-]{1,40}\s{0,4}$|[\s\S]{0,160}[^\w.-](?:(?:ba|da|k|z)?sh|nc|ncat|netcat|telnet|openssl|socat)(?![\w.-]))/,
  ],
  ["socket.socket(", SOCKET],
  ["fsockopen", PHP_SOCKET],
  ["socat", /^\s[^\n]{0,120}exec:["']?[\w/.-]{0,30}sh/],
];

const SCREEN = new WordScreen(REVERSE, ([word]) => word);

/** A shell that is connected to a remote address. */
export function reverseShell(lower: string): Part | undefined {
  for (const [word, follows] of SCREEN.in(lower)) {
    const found = behind(lower, word, follows);
    if (found !== undefined) return found;
  }
  return undefined;
}

const BLOCK =
  /^[^;|&\n]{0,40}(?:[;|&]{1,2}|\$\()\s{0,8}(?:for\s{1,4}\w{1,20}\s{1,4}in\s[^;\n]{1,80}[;\n]\s{0,4}do\s[^\n]{1,120}[;\n]\s{0,4}done\b|(?:while|until)\s[^;\n]{1,80}[;\n]\s{0,4}do\s[^\n]{1,120}[;\n]\s{0,4}done\b|if\s[^;\n]{1,80}[;\n]\s{0,4}then\s[^\n]{1,120}[;\n]\s{0,4}fi\b)/;
/** Longer texts are scripts that somebody shows. */
const LONGEST_BLOCK = 200;

/** `x;for i in 1;do id;done`: a loop or a condition of the shell after a separator. */
export function shellBlock(lower: string): Part | undefined {
  if (lower.length > LONGEST_BLOCK) return undefined;
  const found = BLOCK.exec(lower);
  return found === null ? undefined : [0, found[0].length];
}

/** Options by which ssh, git, tar, rsync and sendmail run another program, or write a file. */
const OPTION =
  /^["']?\s{0,4}(?:-{1,2}o\s{0,4}(?:proxycommand|localcommand|permitlocalcommand)\s{0,4}=|--(?:checkpoint-action\s{0,4}=\s{0,4}exec|(?:upload-pack|receive-pack|use-compress-program|to-command|rsh-command|rsync-path)\s{0,4}=\s{0,4}\S))/;
/** An address for sendmail that is a list of options: where it queues, and the file it logs to. */
const MAILER =
  /-o\s{0,4}q(?:ueuedirectory\s{0,4}=)?\s{0,4}\/[^\n]{1,80}\s-x\s{0,4}\/\S|-x\s{0,4}\/[^\s"]{1,200}\.(?:php\d?|phtml|jsp|cgi)\b/;

/** A value that a program takes for an option instead of a file or an address. */
export function runningOption(lower: string): Part | undefined {
  if (lower.includes("-x") && lower.includes("@") && lower.length <= 400) {
    const mailer = MAILER.exec(lower);
    if (mailer !== null) return [mailer.index, mailer.index + mailer[0].length];
  }
  const found = OPTION.exec(lower.slice(0, 120));
  return found === null ? undefined : [0, found[0].length];
}

/** `() {` at the beginning, where bash takes it for a function. */
export function shellshock(text: string): Part | undefined {
  const found = /^\s{0,8}\(\s{0,4}\)\s{0,4}\{[^=}]/.exec(text);
  return found === null ? undefined : [0, found[0].length];
}

const DOWNLOAD_RUN =
  /^\s{0,8}[^\s|][^\n|]{1,200}\|\s{0,4}(?:sudo\s{1,4})?(?:\/\S{0,20}\/)?(?:(?:ba|z|da|k)?sh|python3?|perl|php|node)(?![\w/.-])|^[^\n;&|]{1,200}(?:;|&&)\s{0,4}(?:chmod\s{1,4}[\w+]{2,5}\s|(?:ba|da|z)?sh\s{1,4}[./\w])/;

/** A download at a place that is run at once. */
export function pipedDownload(text: string, at: number): number {
  const found = DOWNLOAD_RUN.exec(text.slice(at, at + 300).toLowerCase());
  return found === null ? -1 : at + found[0].length;
}

const IFS_USED = /\$(?:ifs|\{ifs[^}\n]{0,12}\})(?:\$\d)?(?=[\w/${'"(.~*-])/y;

/** Whether $IFS is in quotes that close after it, where it splits nothing: `"$IFS"`, `"%p$IFS")`. */
function isQuotedAway(lower: string, start: number, end: number): boolean {
  if (lower.charCodeAt(end) !== 0x22) return false;
  return lower.charCodeAt(start - 1) === 0x22 || /^(?:$|[\s)\]};|&])/.test(lower.slice(end + 1, end + 2));
}

/** $IFS between parts of a word. */
export function splitByIfs(lower: string): Part | undefined {
  let at = lower.indexOf("ifs");
  for (let turn = 0; at >= 0 && turn < 256; turn++) {
    const start = lower.charCodeAt(at - 1) === 0x7b ? at - 2 : at - 1;
    if (start > 0 && /[\w'")\]}]/.test(lower.charAt(start - 1))) {
      IFS_USED.lastIndex = start;
      const found = IFS_USED.exec(lower);
      if (found !== null && !isQuotedAway(lower, start, start + found[0].length))
        return [start, start + found[0].length];
    }
    at = lower.indexOf("ifs", at + 3);
  }
  return undefined;
}
