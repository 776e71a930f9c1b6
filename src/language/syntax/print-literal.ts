import { encodeCodePoint, utf8Decode } from "../values/bytes.ts";
import type { RegexNode, StringNode } from "./ast.ts";
import { DEFAULT_LIMITS } from "./limits.ts";

/** A string literal in its own form; quoted when no raw string can hold the bytes. */
export function printString(node: StringNode): string {
  const text = utf8Decode(node.value);
  const raw = node.form === "raw" && text !== undefined ? rawLiteral(text) : undefined;
  return raw ?? quoteBytes(node.value, text);
}

/** A pattern in its own form, and in the other where that one cannot spell it. */
export function printRegex(node: RegexNode): string {
  const { pattern } = node;
  if (node.form === "raw") return rawLiteral(pattern) ?? quotedPattern(pattern) ?? rawLiteral(pattern, true);
  return quotedPattern(pattern) ?? rawLiteral(pattern, true);
}

/**
 * `r"…"` with as few `#` as the text needs; undefined when it needs more than a raw string may have, unless `anyway`.
 */
function rawLiteral(text: string): string | undefined;
function rawLiteral(text: string, anyway: true): string;
function rawLiteral(text: string, anyway = false): string | undefined {
  let needed = 0;
  for (const [run] of text.matchAll(/"#*/g)) needed = Math.max(needed, run.length);
  if (needed > DEFAULT_LIMITS.maxRawStringHashes && !anyway) return undefined;
  const hashes = "#".repeat(needed);
  return `r${hashes}"${text}"${hashes}`;
}

/**
 * The inverse of reading a quoted pattern (semantics.md#pattern-literals); undefined when it has no quoted spelling.
 */
function quotedPattern(pattern: string): string | undefined {
  let out = "";
  let inClass = false;
  for (let at = 0; at < pattern.length; at++) {
    const char = pattern.charAt(at);
    if (char === "\\") {
      const next = pattern[++at];
      // Outside a class the reader drops a backslash before a quote; at the end it would take the closing quote.
      if (next === undefined || (next === '"' && !inClass)) return undefined;
      out += char + next;
      continue;
    }
    if (char === "[") inClass = true;
    else if (char === "]") inClass = false;
    out += char === '"' && !inClass ? '\\"' : char;
  }
  return inClass ? undefined : `"${out}"`;
}

/**
 * A quoted literal for the bytes. Well-formed UTF-8 stands as it is, except for control characters and the marks that
 * hide or reorder text: a rule must read as it works.
 */
function quoteBytes(bytes: string, text: string | undefined): string {
  let out = "";
  for (const char of text ?? bytes) {
    const code = char.codePointAt(0)!;
    if (char === '"' || char === "\\") out += `\\${char}`;
    else if (text === undefined && code > 0x7e) out += hexEscapes(char);
    else out += isVisible(code) ? char : hexEscapes(encodeCodePoint(code));
  }
  return `"${out}"`;
}

function hexEscapes(bytes: string): string {
  let out = "";
  for (let at = 0; at < bytes.length; at++) out += `\\x${bytes.charCodeAt(at).toString(16).padStart(2, "0")}`;
  return out;
}

function isVisible(code: number): boolean {
  if (code < 0xa0) return code >= 0x20 && code < 0x7f;
  return !(
    (code >= 0x200b && code <= 0x200f) ||
    (code >= 0x2028 && code <= 0x202e) ||
    (code >= 0x2060 && code <= 0x206f) ||
    code === 0xfeff
  );
}
