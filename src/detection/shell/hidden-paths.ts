import { isSystemFile } from "./system-files.ts";
import { meaningOfPattern } from "./wildcards.ts";
import { readWord, type Word } from "./word.ts";

const NONE = new Map<string, string>();
/** What a path can follow when it begins there. */
const BEFORE = /[\s;|&<>('"`=,{:]/;

/**
 * A path to a file or command of the system with wildcards in its directory (`/e?c/passwd`, `/???/c?t`), or broken up by quotes
 * (`/e''tc/passwd`): start and end, or nothing. `budget` bounds the paths that are read.
 */
export function hiddenPath(text: string): readonly [number, number] | undefined {
  let budget = 64 + (text.length >> 6);
  for (let at = text.indexOf("/"); at >= 0 && budget > 0; at = text.indexOf("/", at + 1)) {
    if (at > 0 && !BEFORE.test(text.charAt(at - 1))) continue;
    if (text.charCodeAt(at + 1) === 0x2f || !disguised(text, at)) continue;
    budget--;
    const word = readWord(text, at, Math.min(text.length, at + 64), NONE);
    if (!word.text.startsWith("/")) continue;
    if (word.hidden && !word.variable && isSystemFile(word.text) && isBroken(text, at, word))
      return [at, word.end];
    if (!word.wild) continue;
    const meaning = meaningOfPattern(word.text);
    if (meaning === "file" && /^\/[a-z]+\/[\w.-]*[?[]/.test(word.text)) return [at, word.end];
    if (meaning === undefined || !/^\/(?:usr\/|[^/]{0,12}[?*[][^/]{0,8}\/)/.test(word.text)) continue;
    const last = word.text.slice(word.text.lastIndexOf("/") + 1);
    if (meaning === "file" ? /\w/.test(last) && /[?*[]|\w{4}/.test(last) : called(text, word.end, last)) {
      return [at, word.end];
    }
  }
  return undefined;
}

/** Whether a path is one and broken up, other than by escaped slashes or by a quote that closes in front of another text. */
function isBroken(text: string, at: number, word: Word): boolean {
  return !/\s/.test(word.text) && /['"\\$`]/.test(text.slice(at, word.end).replaceAll("\\/", "/"));
}

/** Whether a command with wildcards is called: with an option, a path, or at the end of a name that is broken twice. */
function called(text: string, end: number, name: string): boolean {
  if (/^\s{1,4}[-/]/.test(text.slice(end, end + 6))) return true;
  return name.includes("?") && /^\s*(?:$|[;|&)`])/.test(text.slice(end, end + 8)) && /\w/.test(name);
}

function disguised(text: string, at: number): boolean {
  for (let i = at + 1; i < Math.min(at + 14, text.length); i++) {
    const c = text.charCodeAt(i);
    if (c === 0x3f || c === 0x2a || c === 0x5b || c === 0x27 || c === 0x22 || c === 0x5c) return true;
    if (c <= 0x20) return false;
  }
  return false;
}
