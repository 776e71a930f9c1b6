// Secrets among the words of a command line: which options of which programs take one. Self-explanatory options
// (`--password x`) are found by their names.
import type { Range } from "./range.ts";

/** How a command takes secrets. */
interface CommandSecrets {
  /** Options whose value is a secret; a value may follow at once after those of one letter. */
  readonly whole?: readonly string[];
  /** Options whose value is a secret only when attached: alone, they prompt for it or mean something else. */
  readonly joined?: readonly string[];
  /** Options whose value is a user and, after a colon (`%` for Samba), a secret. */
  readonly pair?: readonly string[];
  /** Which of the words that are not options, counted from 1, is a secret, when the words before it are these. */
  readonly word?: readonly (readonly [before: RegExp, at: number])[];
  /** The first word without an option is `user/secret@…`. */
  readonly logon?: true;
}

const MYSQL: CommandSecrets = { joined: ["-p"] };
const MONGO: CommandSecrets = { whole: ["-p"] };
const HTTP: CommandSecrets = {
  pair: ["-u", "-U", "-E", "-a", "--user", "--proxy-user", "--cert", "--proxy-cert", "--auth", "--userpwd"],
};
const LOGIN: CommandSecrets = { whole: ["-p"], word: [[/^login$/, 3]] };
const LDAP: CommandSecrets = { whole: ["-w"] };
const SQL_SERVER: CommandSecrets = { whole: ["-P"] };
const ARCHIVE: CommandSecrets = { whole: ["-P"] };
const SAMBA: CommandSecrets = { pair: ["-U", "--user"] };
const ORACLE: CommandSecrets = { logon: true };
const RDP: CommandSecrets = { whole: ["-p", "/p:"] };

const COMMANDS: ReadonlyMap<string, CommandSecrets> = new Map([
  ...["mysql", "mysqldump", "mysqladmin", "mysqlimport", "mysqlcheck", "mariadb", "mariadb-dump"].map(
    (name): [string, CommandSecrets] => [name, MYSQL],
  ),
  ...["7z", "7za", "7zz", "7zr", "rar", "unrar"].map((name): [string, CommandSecrets] => [name, MYSQL]),
  ...["mongo", "mongosh", "mongodump", "mongorestore", "mongoexport", "sshpass", "psexec"].map(
    (name): [string, CommandSecrets] => [name, MONGO],
  ),
  ...["docker", "podman", "az", "oc", "helm", "skopeo", "buildah", "nerdctl", "crackmapexec", "nxc"].map(
    (name): [string, CommandSecrets] => [name, { whole: ["-p"] }],
  ),
  ...["curl", "curl.exe", "http", "https", "xh", "ab", "hey", "wrk"].map((name): [string, CommandSecrets] => [
    name,
    HTTP,
  ]),
  ...["ldapsearch", "ldapadd", "ldapmodify", "ldapdelete", "ldappasswd", "ldapwhoami"].map(
    (name): [string, CommandSecrets] => [name, LDAP],
  ),
  ...["sqlcmd", "bcp", "tsql", "isql"].map((name): [string, CommandSecrets] => [name, SQL_SERVER]),
  ...["zip", "unzip"].map((name): [string, CommandSecrets] => [name, ARCHIVE]),
  ...["smbclient", "rpcclient", "smbget", "smbmap"].map((name): [string, CommandSecrets] => [name, SAMBA]),
  ...["sqlplus", "sqlldr", "exp", "imp", "expdp", "impdp"].map((name): [string, CommandSecrets] => [
    name,
    ORACLE,
  ]),
  ...["xfreerdp", "wfreerdp", "rdesktop"].map((name): [string, CommandSecrets] => [name, RDP]),
  ["redis-cli", { whole: ["-a"] }],
  ["openssl", { whole: ["-k", "-K"] }],
  ["snmpwalk", { whole: ["-c", "-A", "-X"] }],
  ["snmpget", { whole: ["-c", "-A", "-X"] }],
  ["useradd", { whole: ["-p"] }],
  ["vault", { word: [[/^login$/, 2]] }],
  ["htpasswd", { word: [[/./, 3]] }],
  ["net", { word: [[/^use(?:r)?$/i, 3]] }],
  ["net.exe", { word: [[/^use(?:r)?$/i, 3]] }],
  ["heroku", LOGIN],
]);

/** Bytes of a command line that are looked at. */
const MAX_LINE = 512;
const BLANK = /[ \t]/;
const BREAKS = /[\s"'`;|&()<>]/;

/**
 * The secrets of the command that begins with the token from `start` to `end`.
 *
 * @returns undefined when the token names no such command
 */
export function commandSecrets(text: string, start: number, end: number): readonly Range[] | undefined {
  if (end - start > 13 || start === end) return undefined;
  // A separate word, perhaps after a path.
  if (start > 0 && !/[\s"'`;|&()/\\={]/.test(text.charAt(start - 1))) return undefined;
  if (text.charCodeAt(end) !== 32 && text.charCodeAt(end) !== 9) return undefined;
  const name = text.slice(start, end).toLowerCase();
  if (name === "echo" || name === "printf") return echoed(text, end);
  const command = COMMANDS.get(name);
  if (command === undefined) return undefined;
  const found: Range[] = [];
  const plain: string[] = [];
  const limit = Math.min(text.length, end + MAX_LINE);
  // One word after another: a command line ends where another command begins, so that each byte is read once.
  let word = wordAt(text, end, limit);
  while (word !== undefined) {
    const next = wordAt(text, word.end, limit);
    const secret = secretOf(command, text, word, next) ?? plainSecret(command, text, word, plain);
    if (secret !== undefined) found.push(secret);
    const option = text.slice(word.start, word.end);
    if (COMMANDS.has(option)) break;
    if (!/^(?:-|\/[a-z]+:)/i.test(option)) plain.push(option);
    word = next;
  }
  return found;
}

/** The next word of the command, without the quotes around it; undefined at its end. */
function wordAt(text: string, from: number, limit: number): Range | undefined {
  let at = from;
  // The quote that ends the word before.
  if ((text.charCodeAt(at) === 34 || text.charCodeAt(at) === 39) && BLANK.test(text.charAt(at + 1))) at++;
  while (at < limit && BLANK.test(text.charAt(at))) at++;
  if (at >= limit) return undefined;
  const sign = text.charCodeAt(at);
  if (sign === 34 || sign === 39) {
    const length = text.slice(at + 1, limit).indexOf(text.charAt(at));
    return { start: at + 1, end: length === -1 ? limit : at + 1 + length };
  }
  const start = at;
  while (at < limit && !BREAKS.test(text.charAt(at))) at++;
  return at === start ? undefined : { start, end: at };
}

function secretOf(
  { whole = [], joined = [], pair = [] }: CommandSecrets,
  text: string,
  { start, end }: Range,
  next: Range | undefined,
): Range | undefined {
  const word = text.slice(start, end);
  if (!/^[-/]/.test(word)) return undefined;
  // A quote ends a word here, and may begin its value.
  const isFollowed = next !== undefined && !text.slice(next.start, next.end).startsWith("-");
  const isGlued = next !== undefined && next.start === end + 1;
  for (const option of whole) {
    if (word === option) return isFollowed || isGlued ? next : undefined;
    if (isJoined(word, option)) return { start: start + option.length, end };
  }
  for (const option of joined) {
    if (word === option) return isGlued ? next : undefined;
    if (isJoined(word, option)) return { start: start + option.length, end };
  }
  for (const option of pair) {
    // Short options may be together: `-sSu user:x`.
    const isLast = option.length === 2 && /^-[A-Za-z]+$/.test(word) && word.endsWith(option.charAt(1));
    if (word === option || isLast) {
      const secret = next && behindSign(text, next);
      if (secret !== undefined) return secret;
    }
    const isOne = option.length > 2 ? word.startsWith(`${option}=`) : isJoined(word, option);
    if (isOne) return behindSign(text, { start: start + option.length, end });
  }
  return undefined;
}

function isJoined(word: string, option: string): boolean {
  return option.length < 4 && word.length > option.length && word.startsWith(option);
}

function behindSign(text: string, { start, end }: Range): Range | undefined {
  const at = text.slice(start, end).search(/[:%]/);
  // A drive's letter, and the scheme of an address.
  if (at < 1 || text.startsWith("//", start + at + 1) || start + at + 1 === end) return undefined;
  return { start: start + at + 1, end };
}

function plainSecret(
  { word = [], logon }: CommandSecrets,
  text: string,
  { start, end }: Range,
  before: readonly string[],
): Range | undefined {
  if (/^(?:-|\/[a-z]+:)/i.test(text.slice(start, end))) return undefined;
  if (logon === true && before.length === 0) {
    const slash = text.slice(start, end).indexOf("/");
    return slash < 1 ? undefined : { start: start + slash + 1, end };
  }
  const [first = ""] = before;
  const isIt = word.some(([pattern, at]) => before.length === at - 1 && pattern.test(first));
  // `net user name /delete`.
  return isIt && text.charAt(start) !== "/" ? { start, end } : undefined;
}

/** `echo SECRET | sudo -S …`: text that is piped to a program that reads a password. */
const ECHOED =
  /[^|\n]{1,256}(?=\|[ \t]{0,8}(?:sudo[ \t]+-S|chpasswd|passwd|openssl|docker login|podman login|gpg|kinit))/y;

function echoed(text: string, end: number): readonly Range[] | undefined {
  ECHOED.lastIndex = end;
  const match = ECHOED.exec(text);
  return match === null ? undefined : [{ start: end, end: end + match[0].length }];
}
