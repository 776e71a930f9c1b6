import {
  APPLICATION_FILES,
  REVEALING_ENDINGS,
  REVEALING_NAMES,
  SECRET_DIRECTORIES,
  SECRET_FILES,
  SERVER_FILES,
  UNIX,
  UNIX_DEEP,
  UNIX_TREES,
  WINDOWS,
  WINDOWS_FILES,
  WINDOWS_ROOTS,
  WINDOWS_TREES,
} from "./system-files.ts";

/** Directories that may lie between the lowest directory of a climb and the root of the system. */
const BETWEEN = 3;

export function ending(name: string): string {
  return name.slice(name.lastIndexOf(".") + 1);
}

function lastOf(names: readonly string[]): string {
  return names.at(-1) ?? "";
}

/** Whether a name is that of a log or of a file of configuration. */
export function isRevealing(name: string): boolean {
  return (name.includes(".") && REVEALING_ENDINGS.has(ending(name))) || REVEALING_NAMES.has(name);
}

/** Whether resolved names, from the root on, lead to a file of a Unix system. */
export function isUnixFile(names: readonly string[], from = 0): boolean {
  const root = names[from];
  if (root === undefined) return false;
  const first = names[from + 1] ?? "";
  const second = names[from + 2] ?? "";
  if (root === "private") return from === 0 && isUnixFile(names, 1);
  if (UNIX.get(root)?.has(first)) return true;
  if (root === "proc") return /^\d{1,7}$/.test(first) && second !== "";
  if (UNIX_DEEP.get(root)?.has(first)) return second !== "" || root === "run";
  if (root === "var" && first === "run") return second === "secrets" || second === "docker.sock";
  if (root === "root") return first.startsWith(".");
  if ((root === "home" || root === "users") && second.startsWith(".")) return second.length > 2;
  const last = lastOf(names);
  return first !== "" && UNIX_TREES.has(root) && isRevealing(last);
}

/** Whether resolved names, from a drive on, lead to a file of Windows or of its servers. */
export function isWindowsFile(names: readonly string[], from: number, onDrive: boolean): boolean {
  const root = names[from];
  if (root === undefined) return false;
  const first = names[from + 1] ?? "";
  const last = lastOf(names);
  if (WINDOWS_FILES.has(root)) return names.length === from + 1;
  if (WINDOWS_ROOTS.has(root)) return WINDOWS.has(first) || (first !== "" && isRevealing(last));
  if (root === "inetpub") return first === "wwwroot" || first === "logs";
  if (root.startsWith("program files") || root === "xampp" || root === "wamp") return first !== "";
  if (WINDOWS_TREES.has(root)) return first !== "" && (onDrive || isRevealing(last));
  return root === "documents and settings" && isRevealing(last);
}

/** Whether an absolute path ends in a server's log or configuration. */
export function isServerFile(names: readonly string[]): boolean {
  return names.length > 1 && SERVER_FILES.has(lastOf(names));
}

/** What a climb leads to. */
export function climbsTo(names: readonly string[]): "system" | "secret" | undefined {
  const last = Math.min(names.length - 1, BETWEEN);
  for (let from = 0; from <= last; from++) if (isWindowsFile(names, from, false)) return "secret";
  for (let from = 0; from <= last; from++) if (isUnixFile(names, from)) return "system";
  return namesSecret(names) ? "secret" : undefined;
}

function namesSecret(names: readonly string[]): boolean {
  if (names.slice(0, -1).some((name) => SECRET_DIRECTORIES.has(name))) return true;
  const last = lastOf(names);
  return SECRET_FILES.has(last) || last.startsWith(".env.") || last.startsWith("wp-config.");
}

/** Whether a value that is nothing but this path names a file with secrets of an application. */
export function isApplicationFile(names: readonly string[]): boolean {
  const last = lastOf(names);
  if (APPLICATION_FILES.get("")?.has(last)) return true;
  let parent: string | undefined;
  for (const name of names) {
    if (parent === ".ssh") return true;
    if (parent !== undefined && APPLICATION_FILES.get(parent)?.has(name)) return true;
    parent = name;
  }
  return false;
}
