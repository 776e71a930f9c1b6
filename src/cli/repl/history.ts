import { mkdirSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";

/**
 * The file that keeps what was typed, after the XDG base directory specification: state of the user, not
 * configuration. Its folder is made; undefined when that is not possible.
 */
export function historyFile(env: Readonly<Record<string, string | undefined>>): string | undefined {
  const state = env["XDG_STATE_HOME"];
  // The specification has relative paths ignored.
  const base = state?.startsWith("/") === true ? state : join(env["HOME"] ?? homedir(), ".local", "state");
  const path = join(base, "wirewall", "repl-history");
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    return path;
  } catch {
    return undefined;
  }
}
