import JSON5 from "json5";
import type { Reader, Sent } from "./compare.ts";
import { programReaders } from "./programs.ts";
import { utf8Of, valueReader } from "./texts.ts";

/** The charset that a type names for a decoder; undefined for none or one that nobody knows. */
function charsetOf({ type }: Sent): string | undefined {
  return /;\s*charset=([\w-]+)/i.exec(type)?.[1];
}

function linesOf(text: string): readonly unknown[] {
  const values: unknown[] = [];
  for (const line of text.split("\n")) {
    try {
      if (line !== "") values.push(JSON.parse(line));
    } catch {
      break;
    }
  }
  return values;
}

export const JSON_READERS: readonly Reader[] = [
  valueReader("JSON.parse", ({ body }) => JSON.parse(utf8Of(body))),
  // Leaves out a byte order mark, as fetch's `json()` does.
  valueReader("Response.json", ({ body }) => new Response(Buffer.from(body, "latin1")).json()),
  // As Express's reader does, which knows the forms of Unicode by their names.
  valueReader("JSON.parse, strict, of the declared charset", (sent) => {
    const charset = charsetOf(sent) ?? "utf-8";
    if (!charset.toLowerCase().startsWith("utf-")) return undefined;
    const text = new TextDecoder(charset).decode(Buffer.from(sent.body, "latin1"));
    return /^[\t\n\r ]*[[{]/.test(text) ? JSON.parse(text) : undefined;
  }),
  // Up to the first line that is no JSON, which ends them.
  valueReader("JSON lines", ({ type, body }) => (/json|^$/i.test(type) ? linesOf(utf8Of(body)) : [])),
  // Nobody reads forms with it.
  valueReader("json5", ({ type, body }) => (/urlencoded/i.test(type) ? [] : JSON5.parse(utf8Of(body)))),
  ...programReaders("json", ({ body }) => body),
];
