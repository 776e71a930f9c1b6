import { FaultSink } from "../../documents/shapes/faults.ts";
import { type Path, placeOf } from "../../documents/text/located.ts";
import { isMembers, type Members } from "../../documents/text/members.ts";
import { readText } from "../../documents/text/read-text.ts";
import type { Diagnostic, Result } from "../../language/diagnostics/diagnostic.ts";
import { jsonPointer } from "../../language/diagnostics/json-pointer.ts";
import { checkOptionNames, type NamesOf } from "../../language/diagnostics/option-names.ts";
import type { Source } from "../../language/diagnostics/source.ts";
import type { ListDocument } from "../ruleset/document.ts";
import { type DocumentListKind, isDocumentListKind } from "../ruleset/rule-shape.ts";
import type { LocateItem } from "./item-faults.ts";
import { kindOfItems } from "./item-kind.ts";
import { type LineFormat, ListLines, type ListText } from "./list-lines.ts";

export type { ListText } from "./list-lines.ts";

export type ListFormat = LineFormat | "json" | "yaml";

export interface ReadListOptions {
  /** Without the dollar sign. Default for JSON: the document's own. */
  readonly name: string;
  /** Default for JSON: the document's own; else `ip`. */
  readonly kind?: DocumentListKind;
  /** Default: from the source's name (`.json`, `.yaml`, `.csv`), else plain text. */
  readonly format?: ListFormat;
}

const READ_LIST_OPTION_NAMES: NamesOf<ReadListOptions> = { name: true, kind: true, format: true };

/**
 * Reads a list from a text: JSON or YAML (an array of items, or a list document), CSV (`item,description,expires_at`
 * with or without that header; quoted as in RFC 4180; for redirects the reference's seven columns), or plain text with
 * one item per line, where `#` begins a comment. What the items are is judged by `compileList`.
 *
 * @throws MisuseError `E_OPTION_UNKNOWN` for an unknown option.
 */
export function readList(source: Source, options: ReadListOptions): Result<ListText> {
  checkOptionNames(options, READ_LIST_OPTION_NAMES);
  return read(source, options, () => "ip");
}

/** As {@link readList}; a list of which neither caller nor document says the kind is of the kind that its items look like. */
export function readListOfItsKind(source: Source, name: string): Result<ListText> {
  return read(source, { name }, (items) => kindOfItems(items.map(numberOf)));
}

/** Lines have no numbers but in words. */
function numberOf(item: unknown): unknown {
  if (typeof item === "string" && /^\d{1,15}$/.test(item)) return Number(item);
  return typeof item === "object" && item !== null && "value" in item ? numberOf(item.value) : item;
}

function read(
  source: Source,
  options: ReadListOptions,
  kindOf: (items: readonly unknown[]) => DocumentListKind,
): Result<ListText> {
  const format = options.format ?? guess(source.name);
  if (format === "json" || format === "yaml") return readDocument(source, format, options, kindOf);
  const lines = new ListLines({ ...options, format, source: source.name });
  lines.push(source.text);
  const found = lines.finish();
  if (!found.ok || options.kind !== undefined) return found;
  const { document, locate } = found.value;
  return { ...found, value: { document: { ...document, kind: kindOf(document.items) }, locate } };
}

function guess(name: string): ListFormat {
  const extension = name.slice(name.lastIndexOf(".") + 1).toLowerCase();
  if (extension === "yml") return "yaml";
  return extension === "json" || extension === "yaml" || extension === "csv" ? extension : "text";
}

function readDocument(
  source: Source,
  format: "json" | "yaml",
  options: ReadListOptions,
  kindOf: (items: readonly unknown[]) => DocumentListKind,
): Result<ListText> {
  const located = readText(source, format);
  const sink = new FaultSink(located);
  const { value } = located;
  const isArray = Array.isArray(value);
  const given: Members = isArray ? { items: value } : isMembers(value) ? value : {};
  const { id, description, items } = given;
  const path: Path = isArray ? [] : ["items"];
  if (value !== undefined && !Array.isArray(items)) {
    const message = "a list is an array of items, or an object with `items`";
    sink.report({ code: "E_DOC_TYPE", path: [], message });
  }
  const stated = options.kind ?? given["kind"] ?? kindOf(Array.isArray(given["items"]) ? given["items"] : []);
  const kind = isDocumentListKind(stated) ? stated : undefined;
  if (kind === undefined) {
    const word = typeof stated === "string" ? stated : JSON.stringify(stated);
    sink.report({ code: "E_DOC_VALUE", path: ["kind"], message: `there is no list kind \`${word}\`` });
  }
  const found = sink.diagnostics();
  const warnings = found.filter((one) => one.severity === "warning");
  const errors: readonly Diagnostic[] = found.filter((one) => one.severity === "error");
  if (sink.hasErrors || kind === undefined || !Array.isArray(items)) return { ok: false, errors, warnings };
  const document: ListDocument = {
    ...(typeof id === "string" ? { id } : {}),
    ...(typeof description === "string" ? { description } : {}),
    name: options.name,
    kind,
    items,
  };
  const locate: LocateItem = (index) => {
    const { start } = placeOf(located, [...path, index]).value;
    const pointer = jsonPointer([...path, index]);
    return { source: source.name, ...source.positionAt(start), offset: start, pointer };
  };
  return { ok: true, value: { document, locate }, warnings };
}
