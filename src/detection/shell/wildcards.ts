import { HABITS } from "./commands.ts";
import { SYSTEM_DIRECTORIES, SYSTEM_FILES } from "./system-files.ts";

const LONGEST = 64;

/** Whether a pattern of a shell (`?`, `*`, `[…]`) matches a name. Names are short, so going back is cheap. */
function matches(pattern: string, name: string): boolean {
  let p = 0;
  let n = 0;
  let star = -1;
  let kept = 0;
  while (n < name.length) {
    const c = pattern[p];
    if (c === "*") {
      star = p++;
      kept = n;
      continue;
    }
    const width = c === "[" ? classWidth(pattern, p) : 1;
    if (p < pattern.length && (c === "?" || c === name[n] || (width > 1 && inClass(pattern, p, name[n])))) {
      p += width;
      n++;
    } else if (star >= 0) {
      p = star + 1;
      n = ++kept;
    } else return false;
  }
  while (pattern[p] === "*") p++;
  return p === pattern.length;
}

function classWidth(pattern: string, at: number): number {
  const end = pattern.indexOf("]", at + 2);
  return end < 0 ? 1 : end + 1 - at;
}

function inClass(pattern: string, at: number, letter: string | undefined): boolean {
  if (letter === undefined) return false;
  const body = pattern.slice(at + 1, at + classWidth(pattern, at) - 1);
  const negated = body.startsWith("!") || body.startsWith("^");
  let found = false;
  for (let i = negated ? 1 : 0; i < body.length; i++) {
    const first = body.charAt(i);
    if (body[i + 1] === "-" && i + 2 < body.length) {
      found ||= letter >= first && letter <= body.charAt(i + 2);
      i += 2;
    } else found ||= letter === first;
  }
  return found !== negated;
}

const WILD = /[?*[]/;

function literals(segment: string): number {
  let count = 0;
  for (const c of segment) if (/[a-z0-9_]/i.test(c)) count++;
  return count;
}

/** What a path with wildcards can stand for: enough of it must be spelt out, or hidden letter by letter. */
export function meaningOfPattern(path: string): "command" | "file" | undefined {
  if (path.length > LONGEST || path.charCodeAt(0) !== 0x2f) return undefined;
  const segments = path.split("/").filter((segment) => segment !== "");
  const last = segments.at(-1);
  if (segments.length < 2 || segments.length > 4 || last === undefined) return undefined;
  if (literals(last) === 0 && (last.includes("*") || segments.every((segment) => literals(segment) < 2))) {
    return undefined;
  }
  const fits = (known: readonly string[]) => known.every((name, i) => matches(segments[i] ?? "", name));
  if (SYSTEM_FILES.some(fits)) return "file";
  for (const directory of SYSTEM_DIRECTORIES) {
    if (segments.length === directory.length + 1 && fits(directory) && isCommandPattern(last))
      return "command";
  }
  return undefined;
}

/** Whether a name with wildcards fits a command. */
function isCommandPattern(name: string): boolean {
  if (!WILD.test(name)) return HABITS.has(name);
  if (literals(name) === 0) return false;
  for (const known of HABITS.keys()) if (matches(name, known)) return true;
  return false;
}

/** The command that a name with wildcards fits first. */
export function commandFor(pattern: string): string | undefined {
  if (pattern.length > LONGEST || literals(pattern) === 0) return undefined;
  for (const known of HABITS.keys()) if (matches(pattern, known)) return known;
  return undefined;
}
