import { isCurlCommand } from "../curl-command.ts";
import { isOpenCommand } from "../shell-words.ts";

const CLOSING: ReadonlyMap<string, string> = new Map([
  ["(", ")"],
  ["[", "]"],
  ["{", "}"],
]);

/** Whether more lines have to follow: a quote or a bracket is still open. */
export function isIncomplete(text: string): boolean {
  const request = text.replace(/^\s*\.req\s+/, "");
  if (isCurlCommand(request)) return isOpenCommand(request.replace(/\n$/, ""));
  const open: string[] = [];
  for (let at = 0; at < text.length; at++) {
    const char = text.charAt(at);
    const closing = CLOSING.get(char);
    if (char === "#") {
      const end = text.indexOf("\n", at);
      if (end === -1) break;
      at = end;
    } else if (char === '"') {
      const end = quotedEnd(text, at);
      if (end === -1) return true;
      at = end;
    } else if (char === "r" && !isWord(text[at - 1])) {
      const raw = rawEnd(text, at);
      if (raw === -1) return true;
      at = raw;
    } else if (closing !== undefined) open.push(closing);
    // A closing bracket that fits nothing is a fault already: no further line mends it.
    else if ((char === ")" || char === "]" || char === "}") && open.pop() !== char) return false;
  }
  return open.length > 0;
}

function quotedEnd(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === "\\") at++;
    else if (text[at] === '"') return at;
  }
  return -1;
}

/** The last offset of a raw string that begins here; the offset itself when none does, -1 when it does not end. */
function rawEnd(text: string, start: number): number {
  let at = start + 1;
  while (text[at] === "#") at++;
  if (text[at] !== '"') return start;
  const end = text.indexOf(`"${"#".repeat(at - start - 1)}`, at + 1);
  return end === -1 ? -1 : end + (at - start - 1);
}

function isWord(char: string | undefined): boolean {
  return char !== undefined && /[A-Za-z0-9_.]/.test(char);
}
