import type { DiagnosticCode } from "../diagnostics/diagnostic.ts";
import { hexDigit, utf8Encode } from "../values/bytes.ts";

/** A fault inside a literal, at UTF-16 offsets of the whole text. */
export interface LiteralFault {
  readonly code: DiagnosticCode;
  readonly message: string;
  readonly start: number;
  readonly end: number;
  readonly hint?: string;
}

/** A string or regex literal found in a text. */
export interface ScannedLiteral {
  /** Offset behind the literal. */
  readonly end: number;
  /** Bytes of a string literal; text of a regex literal. */
  readonly value: string;
  /** Offset of the first character between the quotes. */
  readonly contentStart: number;
  readonly form: "quoted" | "raw";
  readonly faults: readonly LiteralFault[];
}

const QUOTE = 34;
const BACKSLASH = 92;

/**
 * Reads `"…"` at `start`, where the quote stands (semantics.md#string-literals). A faulty literal is read to its end
 * all the same.
 */
export function scanQuoted(text: string, start: number): ScannedLiteral {
  const faults: LiteralFault[] = [];
  let value = "";
  let copied = start + 1;
  let at = copied;
  for (; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) break;
    if (code !== BACKSLASH) continue;
    value += utf8Encode(text.slice(copied, at));
    const escaped = scanEscape(text, at, faults);
    value += escaped.bytes;
    at = escaped.end - 1;
    copied = escaped.end;
  }
  value += utf8Encode(text.slice(copied, at));
  if (at >= text.length) faults.push(unterminated(start + 1, text.length, 'end the string with `"`'));
  return { end: Math.min(at + 1, text.length), value, contentStart: start + 1, form: "quoted", faults };
}

function unterminated(start: number, end: number, hint: string): LiteralFault {
  return { code: "E_UNTERMINATED_STRING", message: "the string has no closing quote", start, end, hint };
}

function scanEscape(
  text: string,
  at: number,
  faults: LiteralFault[],
): { readonly bytes: string; readonly end: number } {
  const next = text[at + 1];
  if (next === undefined) return { bytes: "", end: at + 1 };
  if (next === '"' || next === "\\") return { bytes: next, end: at + 2 };
  if (next === "x") {
    return numericEscape(text, at, at + 2, 2, 16, "two hexadecimal digits must follow `\\x`", faults);
  }
  if (next >= "0" && next <= "7") {
    return numericEscape(
      text,
      at,
      at + 1,
      3,
      8,
      "an octal escape has exactly three digits, at most `\\377`",
      faults,
    );
  }
  const whole = String.fromCodePoint(text.codePointAt(at + 1)!);
  faults.push({
    code: "E_INVALID_ESCAPE",
    message: `there is no escape \`\\${whole}\` in a string`,
    start: at + 1,
    end: at + 1 + whole.length,
    hint: escapeHint(whole),
  });
  return { bytes: utf8Encode(whole), end: at + 1 + whole.length };
}

function escapeHint(char: string): string {
  const control: Record<string, string> = { n: "\\x0a", r: "\\x0d", t: "\\x09", f: "\\x0c", v: "\\x0b" };
  const byte = Object.hasOwn(control, char) ? control[char] : undefined;
  if (byte !== undefined) return `write \`${byte}\` for this control character`;
  if (char === "u" || char === "U") return "write the character itself, or its UTF-8 bytes as `\\xHH`";
  if (char === "*") return 'write `\\\\*` for a literal star, or use a raw string: r"\\*"';
  return 'write `\\\\` for a backslash, or use a raw string: r"…"';
}

function numericEscape(
  text: string,
  escapeStart: number,
  digitsStart: number,
  count: number,
  radix: 8 | 16,
  message: string,
  faults: LiteralFault[],
): { readonly bytes: string; readonly end: number } {
  let value = 0;
  for (let offset = 0; offset < count; offset++) {
    const at = digitsStart + offset;
    if (at >= text.length) {
      faults.push({ code: "E_TOO_SHORT", message, start: escapeStart, end: text.length });
      return { bytes: "", end: text.length };
    }
    const digit = hexDigit(text.charCodeAt(at));
    if (digit < 0 || digit >= radix) {
      faults.push({ code: "E_INVALID_INT", message, start: digitsStart, end: at });
      return { bytes: "", end: at };
    }
    value = value * radix + digit;
  }
  if (value > 0xff)
    faults.push({ code: "E_INVALID_INT", message, start: digitsStart, end: digitsStart + count });
  return { bytes: String.fromCharCode(value & 0xff), end: digitsStart + count };
}

/** Whether a raw string begins at `start`: `r"` or `r#…#"`, or `r#` that goes wrong. */
export function startsRaw(text: string, start: number): boolean {
  return text[start] === "r" && (text[start + 1] === '"' || text[start + 1] === "#");
}

/**
 * Reads `r"…"` or `r#"…"#` at `start` (semantics.md#string-literals). The value is the text's bytes, or its text for
 * a regex.
 */
export function scanRaw(text: string, start: number, maxHashes: number, asText: boolean): ScannedLiteral {
  let hashes = 0;
  while (text[start + 1 + hashes] === "#") hashes++;
  const contentStart = start + 2 + hashes;
  const fail = (fault: LiteralFault, end: number): ScannedLiteral => ({
    end,
    value: "",
    contentStart,
    form: "raw",
    faults: [fault],
  });
  if (text[start + 1 + hashes] !== '"') {
    const at = start + 1 + hashes;
    return fail(
      {
        code: "E_EXPECTED_TOKEN",
        message: 'a raw string begins with `r`, any number of `#`, and `"`',
        start: at,
        end: at,
      },
      at,
    );
  }
  const closer = `"${"#".repeat(hashes)}`;
  const close = text.indexOf(closer, contentStart);
  if (hashes > maxHashes) {
    return fail(
      {
        code: "E_RAW_HASHES",
        message: `a raw string has at most ${maxHashes} \`#\`, found ${hashes}`,
        start: start + 1,
        end: start + 1 + hashes,
      },
      close === -1 ? text.length : close + closer.length,
    );
  }
  if (close === -1) {
    return fail(unterminated(start + 1, text.length, `end the raw string with \`${closer}\``), text.length);
  }
  const content = text.slice(contentStart, close);
  return {
    end: close + closer.length,
    value: asText ? content : utf8Encode(content),
    contentStart,
    form: "raw",
    faults: [],
  };
}

/**
 * Reads the quoted literal after `matches` or `~` (semantics.md#pattern-literals): escapes stay for the regex
 * compiler, `"` may stand in a class.
 */
export function scanRegex(text: string, start: number): ScannedLiteral {
  let value = "";
  let inClass = false;
  let at = start + 1;
  let copied = at;
  for (; at < text.length; at++) {
    const char = text[at];
    if (char === "\\") {
      if (text[at + 1] === '"' && !inClass) {
        value += text.slice(copied, at);
        copied = at + 1;
      }
      at++;
    } else if (char === '"' && !inClass) break;
    else if (char === "[" && !inClass) inClass = true;
    else if (char === "]" && inClass) inClass = false;
  }
  const end = Math.min(at, text.length);
  value += text.slice(copied, end);
  const faults =
    at >= text.length
      ? [
          unterminated(
            start + 1,
            text.length,
            inClass ? "the character class `[` is not closed" : 'end the pattern with `"`',
          ),
        ]
      : [];
  return { end: Math.min(end + 1, text.length), value, contentStart: start + 1, form: "quoted", faults };
}
