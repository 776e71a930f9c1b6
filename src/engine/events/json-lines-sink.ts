import { checkFunction } from "../../language/diagnostics/option-values.ts";
import type { EventSink, WafEvent } from "./event.ts";

/** Characters that JSON does not escape and that a terminal, a log viewer or a line splitter may interpret. */
const ACTIVE = /[\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202f\u2060-\u206f\ufeff]/g;

/**
 * One JSON text per event, on a line of its own.
 *
 * @param write receives the line with its line feed. No text of a request can end it early: every control character
 *   is escaped. For a stream: `(line) => stream.write(line)`.
 * @throws MisuseError `E_OPTION` for a `write` that is not a function.
 */
export function jsonLinesSink(
  write: (line: string) => void,
  options: { readonly name?: string; readonly flush?: () => Promise<void> } = {},
): EventSink {
  // Undefined is not a default here.
  checkFunction("write", write ?? null);
  return {
    name: options.name ?? "json-lines",
    write: (event) => write(`${jsonLine(event)}\n`),
    ...(options.flush === undefined ? {} : { flush: options.flush }),
  };
}

/** An event as JSON in one line of visible characters. */
export function jsonLine(event: WafEvent): string {
  return visibleJson(event);
}

/** Plain data as JSON in one line of visible characters. */
export function visibleJson(data: unknown): string {
  return JSON.stringify(data).replace(
    ACTIVE,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
