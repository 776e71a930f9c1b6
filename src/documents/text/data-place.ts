import { excerpt } from "../../language/diagnostics/printable.ts";
import { Source, type Span } from "../../language/diagnostics/source.ts";
import type { Located, Path } from "./located.ts";

/** Characters of a value that a fault shows. */
const MAX_SHOWN = 120;

/** Where a fault of a program's data is shown: the value that is there, and its rank among the document's parts. */
export interface DataPlace {
  readonly source: Source;
  readonly span: Span;
  /** Positions from the root on. Faults are reported in the order of the document. */
  readonly rank: readonly number[];
}

/**
 * @param inside a part of the text that is at the path.
 * @param atKey show the member's name.
 */
export function dataPlace(
  located: Located,
  path: Path,
  inside: { readonly value: string; readonly span: Span } | undefined,
  atKey: boolean,
): DataPlace {
  let value = located.value;
  const rank: number[] = [];
  for (const step of path) {
    // Terraform writes nested objects as lists of one; a path through the object goes through the list.
    if (Array.isArray(value) && typeof step === "string" && value.length === 1) value = value[0];
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, step)) break;
    rank.push(typeof step === "number" ? step : Object.keys(value).indexOf(step));
    value = Reflect.get(value, step);
  }
  const isFound = rank.length === path.length;
  const key = path.at(-1);
  const text =
    inside !== undefined
      ? inside.value
      : atKey && isFound && typeof key === "string"
        ? key
        : typeof value === "string"
          ? value
          : preview(value);
  const span = inside?.span ?? { start: 0, end: firstLine(text) };
  return { source: new Source(text, located.source.name), span, rank: [...rank, atKey ? -1 : span.start] };
}

/** Earlier in the document: negative. */
export function compareRanks(left: readonly number[], right: readonly number[]): number {
  for (let at = 0; at < Math.min(left.length, right.length); at++) {
    const difference = (left[at] ?? 0) - (right[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}

function firstLine(text: string): number {
  const end = text.indexOf("\n");
  return end === -1 ? text.length : end;
}

/** A value as text, cut where it becomes long; work is bounded by what is shown. */
function preview(value: unknown): string {
  let text = "";
  const write = (part: unknown): void => {
    if (text.length > MAX_SHOWN) return;
    if (Array.isArray(part)) {
      text += "[";
      for (const [at, item] of part.entries()) {
        if (text.length > MAX_SHOWN) return;
        if (at > 0) text += ",";
        write(item);
      }
      text += "]";
    } else if (typeof part === "object" && part !== null) {
      text += "{";
      let isFirst = true;
      for (const name of Object.keys(part)) {
        if (text.length > MAX_SHOWN) return;
        text += `${isFirst ? "" : ","}${JSON.stringify(name.slice(0, MAX_SHOWN))}:`;
        isFirst = false;
        write(Reflect.get(part, name));
      }
      text += "}";
    } else if (typeof part === "string") text += JSON.stringify(part.slice(0, MAX_SHOWN));
    else text += String(part);
  };
  write(value);
  return excerpt(text, MAX_SHOWN);
}
