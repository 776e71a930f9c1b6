import { type Located, type Path, type Place, placeOf } from "../documents/text/located.ts";
import { isContainer } from "../documents/text/members.ts";
import { isHclName, readText } from "../documents/text/read-text.ts";
import type { Diagnostic } from "../language/diagnostics/diagnostic.ts";
import { jsonPointer } from "../language/diagnostics/json-pointer.ts";
import { Source } from "../language/diagnostics/source.ts";
import { parseExpression } from "../language/syntax/parse.ts";
import { printExpression } from "../language/syntax/print.ts";
import type { RuleFile } from "./rule-files.ts";

/** Columns that a line of several may take. */
const WIDTH = 100;
/** Members that hold an expression, wherever they are. */
const MEMBERS: ReadonlySet<string> = new Set(["expression", "counting_expression"]);

export interface Formatted {
  readonly text: string;
  /** Expressions that do not parse; they stay as they are. */
  readonly faults: readonly Diagnostic[];
  /** JSON pointers of expressions that could not be rewritten without touching what is round them. */
  readonly untouched: readonly string[];
}

/** The file with its expressions in canonical spelling, and everything else to the byte as it was. */
export function formatFile(file: RuleFile): Formatted {
  // `terraform fmt` does it; texts there are templates, in which an expression may stand only in part.
  if (isHclName(file.path)) return { text: file.source.text, faults: [], untouched: [] };
  return file.kind === "expression" ? formatExpression(file.source) : formatDocument(file.source);
}

function formatExpression(source: Source): Formatted {
  const parsed = parseExpression(source);
  if (parsed.ok) {
    return { text: `${printExpression(parsed.value, { width: WIDTH })}\n`, faults: [], untouched: [] };
  }
  // Comments belong to no tree: what has them is left to its author.
  const hasComments = parseExpression(source, { comments: true }).ok;
  return { text: source.text, faults: hasComments ? [] : parsed.errors, untouched: hasComments ? [""] : [] };
}

interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

function formatDocument(source: Source): Formatted {
  const located = readText(source);
  if (located.value === undefined) {
    const faults = located.faults.map(({ code, message, span }) => {
      const { line, column } = source.positionAt(span.start);
      const place = { source: source.name, line, column, offset: span.start, endOffset: span.end };
      return { code, message, severity: "error" as const, ...place };
    });
    return { text: source.text, faults, untouched: [] };
  }
  const edits: Edit[] = [];
  const faults: Diagnostic[] = [];
  const untouched: string[] = [];
  for (const path of expressionPaths(located.value, [], 0)) {
    const value = valueAt(located.value, path);
    if (typeof value !== "string") continue;
    const parsed = parseExpression(new Source(value, `${source.name}#${jsonPointer(path)}`));
    if (!parsed.ok) {
      faults.push(...parsed.errors);
      continue;
    }
    const place = placeOf(located, path);
    const one = printExpression(parsed.value);
    const edit = editOf(source, located, path, place, value, one, (width) =>
      printExpression(parsed.value, { width }),
    );
    if (edit === undefined) untouched.push(jsonPointer(path));
    else if (edit !== "same") edits.push(edit);
  }
  return { text: applyEdits(source.text, edits), faults, untouched };
}

/** The first way of writing the new text that reads back as meant. */
function editOf(
  source: Source,
  located: Located,
  path: Path,
  place: Place,
  value: string,
  one: string,
  broken: (width: number) => string,
): Edit | "same" | undefined {
  const { start, end } = place.value;
  const before = source.text.slice(start, end);
  const isBlock = place.style === "plain" && /^[|>]/.test(before);
  const wanted = isBlock ? undefined : one;
  if (wanted === value) return "same";
  const candidates = isBlock ? [blockText(before, broken)] : scalarTexts(place, one);
  for (const text of candidates) {
    if (text === undefined) continue;
    if (text === before) return "same";
    const edit = { start, end, text };
    const reread = readText(new Source(applyEdits(source.text, [edit]), source.name));
    const parsed = parseExpression(String(valueAt(reread.value, path)));
    if (reread.faults.length === located.faults.length && parsed.ok && printExpression(parsed.value) === one)
      return edit;
  }
  return undefined;
}

function scalarTexts(place: Place, text: string): readonly string[] {
  const single = `'${text.replaceAll("'", "''")}'`;
  if (place.style === "escaped") return [JSON.stringify(text)];
  return place.style === "single-quoted" ? [single] : [text, single, JSON.stringify(text)];
}

/** A block scalar with its header, its indentation and its line ends. */
function blockText(before: string, broken: (width: number) => string): string | undefined {
  const match = /^([|>][^\n]*\n)([ ]+)[^\n]/.exec(before);
  if (match === null) return undefined;
  const [, header = "", indent = ""] = match;
  const tail = /\n?[ \n]*$/.exec(before)?.[0] ?? "";
  const lines = broken(WIDTH - indent.length).split("\n");
  return header + lines.map((line) => indent + line).join("\n") + tail;
}

function applyEdits(text: string, edits: readonly Edit[]): string {
  let result = text;
  for (const { start, end, text: replacement } of [...edits].sort(
    (left, right) => right.start - left.start,
  )) {
    result = result.slice(0, start) + replacement + result.slice(end);
  }
  return result;
}

/** Deeper documents are refused by the readers. */
const MAX_DEPTH = 64;

function expressionPaths(value: unknown, path: Path, depth: number): readonly Path[] {
  if (typeof value !== "object" || value === null || depth > MAX_DEPTH) return [];
  return Object.entries(value).flatMap(([key, member]) => {
    const at = [...path, Array.isArray(value) ? Number(key) : key];
    if (MEMBERS.has(key) && typeof member === "string") return [at];
    return expressionPaths(member, at, depth + 1);
  });
}

function valueAt(value: unknown, path: Path): unknown {
  let at = value;
  for (const step of path) {
    if (!isContainer(at)) return undefined;
    at = at[step];
  }
  return at;
}
