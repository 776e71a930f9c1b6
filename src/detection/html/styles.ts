import { decodeReferences } from "./entities.ts";

/** Longest style that is looked at. */
const LIMIT = 4096;

/** Whether a style runs a script in the browsers that knew how to: `expression(…)`, bindings, behaviours, script URLs. */
export function runsScript(style: string): boolean {
  const plain = decodeReferences(style.slice(0, LIMIT)).toLowerCase();
  const text = withoutComments(plain.replace(/[\0-\x1f\\]/g, ""));
  return (
    hasCall(text, "expression") ||
    text.includes("-moz-binding") ||
    /-o-link\s?:\s?["']?\s?(?:javascript|data):/.test(text) ||
    hasBehavior(text) ||
    /(?:url\s?\(|@import)[\s"'(]{0,8}(?:url\()?[\s"']{0,4}(?:javascript|vbscript|data:text\/(?:html|css|javascript))/.test(
      text,
    )
  );
}

/** `expression (` after a colon. */
function hasCall(text: string, word: string): boolean {
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
    let before = at - 1;
    while (before >= 0 && isBlank(text.charCodeAt(before))) before--;
    let next = at + word.length;
    while (next < text.length && text.charCodeAt(next) <= 32) next++;
    if (text.charAt(next) === "(" && text.charAt(before) === ":") return true;
  }
  return false;
}

/** White space, and the bytes of a byte order mark or another sign that browsers skip. */
function isBlank(code: number): boolean {
  return code <= 32 || code >= 128;
}

function hasBehavior(text: string): boolean {
  const at = text.indexOf("behavior");
  return at >= 0 && /^behavior\s{0,8}:\s{0,8}url/.test(text.slice(at, at + 40));
}

function withoutComments(text: string): string {
  let at = text.indexOf("/*");
  if (at < 0) return text;
  let out = "";
  let copied = 0;
  while (at >= 0) {
    out += text.slice(copied, at);
    const close = text.indexOf("*/", at + 2);
    copied = close < 0 ? text.length : close + 2;
    at = text.indexOf("/*", copied);
  }
  return out + text.slice(copied);
}
