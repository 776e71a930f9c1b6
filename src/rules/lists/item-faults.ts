import { placeOf } from "../../documents/text/located.ts";
import { originOf } from "../../documents/text/origins.ts";
import type { DiagnosticCode } from "../../language/diagnostics/codes.ts";
import { type Diagnostic, diagnose, withLeftOut } from "../../language/diagnostics/diagnostic.ts";
import { jsonPointer } from "../../language/diagnostics/json-pointer.ts";
import { Source } from "../../language/diagnostics/source.ts";

/** The place of a list's item in the text that the list was read from. */
export interface ItemPlace {
  /** Name of the text. */
  readonly source: string;
  /** Both 1-based, as in a {@link Diagnostic}. */
  readonly line: number;
  readonly column: number;
  /** UTF-16 offset into the text. */
  readonly offset: number;
  /** JSON pointer, when the text is JSON or YAML. */
  readonly pointer?: string;
}

export type LocateItem = (index: number) => ItemPlace | undefined;

/** A fault of one item; the frame shows the item's own text. */
export interface ItemFault {
  readonly code: DiagnosticCode;
  readonly message: string;
  /** The faulty text. */
  readonly text: string;
  readonly hint?: string;
  readonly expected?: readonly string[];
  /** The faulty member of the item. */
  readonly member?: string;
}

/** Most faults that are shown for one list. */
const MAX_SHOWN = 200;
/** Most characters of an item's text that a fault repeats. */
const MAX_TEXT = 200;

/** Collects the faults and warnings of a list's items. */
export class ItemFaults {
  readonly #name: string;
  readonly #locate: LocateItem | undefined;
  readonly #errors: Diagnostic[] = [];
  readonly #warnings: Diagnostic[] = [];
  #errorCount = 0;
  #warningCount = 0;

  constructor(listName: string, locate?: LocateItem) {
    this.#name = listName;
    this.#locate = locate;
  }

  error(index: number, fault: ItemFault): void {
    if (this.#errorCount++ < MAX_SHOWN) this.#errors.push(this.#diagnostic(index, fault, "error"));
  }

  warn(index: number, fault: ItemFault): void {
    if (this.#warningCount++ < MAX_SHOWN) this.#warnings.push(this.#diagnostic(index, fault, "warning"));
  }

  get failed(): boolean {
    return this.#errorCount > 0;
  }

  /** The last one counts those left out. */
  get errors(): readonly Diagnostic[] {
    return withLeftOut(this.#errors, this.#errorCount - this.#errors.length);
  }

  get warnings(): readonly Diagnostic[] {
    return withLeftOut(this.#warnings, this.#warningCount - this.#warnings.length);
  }

  #diagnostic(index: number, fault: ItemFault, severity: "error" | "warning"): Diagnostic {
    const text = fault.text.slice(0, MAX_TEXT);
    const place = this.#locate?.(index);
    const pointer = `/items/${index}${fault.member === undefined ? "" : `/${fault.member}`}`;
    const found = diagnose(new Source(text, place?.source ?? `$${this.#name}`), {
      code: fault.code,
      severity,
      message: fault.message,
      span: { start: 0, end: text.length },
      ...(fault.hint === undefined ? {} : { hint: fault.hint }),
      ...(fault.expected === undefined ? {} : { expected: fault.expected }),
    });
    if (place === undefined) return { ...found, pointer };
    return movedTo(found, place);
  }
}

/** The fault of an item's text at the item's place in a longer text. */
function movedTo(found: Diagnostic, { line, column, offset, pointer }: ItemPlace): Diagnostic {
  const length = found.endOffset - found.offset;
  const moved = { ...found, line, column, offset, endOffset: offset + length };
  const frame = found.frame === undefined ? {} : { frame: renumber(found.frame, line) };
  return { ...moved, ...frame, ...(pointer === undefined ? {} : { pointer }) };
}

/** Faults of items at their places in the document that the items were read from, when they were. */
export function inDocument(found: readonly Diagnostic[], items: readonly unknown[]): readonly Diagnostic[] {
  const origin = originOf(items);
  if (origin === undefined) return found;
  const { located, path } = origin;
  return found.map((one) => {
    const [, index, member = ""] = /^\/items\/(\d+)(?:\/(.+))?$/.exec(one.pointer ?? "") ?? [];
    if (index === undefined) return one;
    const whole = [...path, Number(index), ...member.split("/").filter((step) => step !== "")];
    const { start, end } = placeOf(located, whole).value;
    const { code, severity, message, hint, expected } = one;
    const line = located.source.text.indexOf("\n", start);
    const span = { start, end: line === -1 ? end : Math.min(end, line) };
    const fault = { code, severity, message, span, ...(hint && { hint }), ...(expected && { expected }) };
    return { ...diagnose(located.source, fault), pointer: jsonPointer(whole) };
  });
}

/** The frame of a one-line text as line `line` of a longer one. */
export function renumber(frame: string, line: number): string {
  const gutter = " ".repeat(String(line).length);
  return frame.replace(/^1 \|/, `${line} |`).replace(/\n {2}\|/, `\n${gutter} |`);
}
