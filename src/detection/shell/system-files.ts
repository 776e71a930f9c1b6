/** Directories of a Unix system that hold what attackers ask for. */
const DIRECTORIES = "/bin /sbin /usr/bin /usr/sbin /usr/local/bin".split(" ");

/** Files that tell a system's secrets or its kind, as segments of a path. */
const FILES = [
  "etc passwd",
  "etc shadow",
  "etc gshadow",
  "etc hosts",
  "etc group",
  "etc issue",
  "etc hostname",
  "etc fstab",
  "etc motd",
  "etc profile",
  "etc bashrc",
  "etc crontab",
  "etc sudoers",
  "etc resolv.conf",
  "etc os-release",
  "etc environment",
  "etc mtab",
  "etc services",
  "etc ssh",
  "etc nginx",
  "etc apache2",
  "etc mysql",
  "proc self",
  "proc version",
  "proc cpuinfo",
  "proc meminfo",
  "proc net",
  "proc 1",
  "var log",
  "var www",
  "var spool",
  "root .ssh",
  "root .bash_history",
  "root flag.txt",
  "usr share",
].map((path) => path.split(" "));

export const SYSTEM_DIRECTORIES: readonly (readonly string[])[] = DIRECTORIES.map((path) =>
  path.slice(1).split("/"),
);

const BY_DIRECTORY: ReadonlyMap<string, ReadonlySet<string>> = new Map(
  [...new Set(FILES.map(([directory = ""]) => directory))].map((directory) => [
    directory,
    new Set(FILES.filter(([first]) => first === directory).map(([, name = ""]) => name)),
  ]),
);

export const SYSTEM_FILES: readonly (readonly string[])[] = FILES;

/** Whether a path without wildcards is of a file that a system has and an application's user does not ask for. */
export function isSystemFile(path: string): boolean {
  if (path.charCodeAt(0) !== 0x2f || path.length > 200) {
    return path.length < 200 && (path.startsWith("~/.ssh") || path.startsWith("~/.bash_history"));
  }
  const [, directory = "", name = ""] = path.split(/\/+/, 4);
  return BY_DIRECTORY.get(directory)?.has(name) ?? false;
}
