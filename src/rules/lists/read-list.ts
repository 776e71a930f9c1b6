import { FaultSink } from "../../documents/shapes/faults.ts";
import { type Path, placeOf } from "../../documents/text/located.ts";
import { isMembers, type Members } from "../../documents/text/members.ts";
import { type DocumentFormat, readText } from "../../documents/text/read-text.ts";
import type { Diagnostic, Result } from "../../language/diagnostics/diagnostic.ts";
import { jsonPointer } from "../../language/diagnostics/json-pointer.ts";
import { checkOptionNames, type NamesOf } from "../../language/diagnostics/option-names.ts";
import type { Source } from "../../language/diagnostics/source.ts";
import type { ListDocument, ListItemDocument } from "../ruleset/document.ts";
import { type DocumentListKind, isDocumentListKind } from "../ruleset/rule-shape.ts";
import type { LocateItem } from "./item-faults.ts";
import { kindOfItems } from "./item-kind.ts";
import { areRedirects, type LineFormat, ListLines, type ListText } from "./list-lines.ts";

export type { ListText } from "./list-lines.ts";

export type ListFormat = LineFormat | "json" | "jsonl" | "yaml";

export interface ReadListOptions {
  /** Without the dollar sign. Default for JSON: the document's own. */
  readonly name: string;
  /** Default for JSON: the document's own; else `ip`. */
  readonly kind?: DocumentListKind;
  /** Default: from the source's name (`.json`, `.jsonl`, `.ndjson`, `.yaml`, `.csv`), else plain text. */
  readonly format?: ListFormat;
}

const READ_LIST_OPTION_NAMES: NamesOf<ReadListOptions> = { name: true, kind: true, format: true };

/**
 * Reads a list from a text: JSON or YAML (an array of items, a list document, or answers of Cloudflare's API with
 * items), JSON Lines (an item or an answer per line), CSV (`item,description,expires_at`, or the columns that a header
 * names; quoted as in RFC 4180; for redirects Cloudflare's seven columns), or plain text with one item per line, where
 * `#` begins a comment. `compileList` checks the items themselves.
 *
 * @throws MisuseError `E_OPTION_UNKNOWN` for an unknown option.
 */
export function readList(source: Source, options: ReadListOptions): Result<ListText> {
  checkOptionNames(options, READ_LIST_OPTION_NAMES);
  return read(source, options, () => "ip");
}

/** As {@link readList}; a list without a kind from caller or document gets the kind that its items look like. */
export function readListOfItsKind(source: Source, name: string): Result<ListText> {
  return read(source, { name }, (items) => kindOfItems(items.map(numberOf)));
}

/** Values of lines are texts, also numbers. */
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
  if (format !== "csv" && format !== "text") return readDocument(source, format, options, kindOf);
  const kind = options.kind ?? (format === "csv" && areRedirects(source.text) ? "redirect" : undefined);
  const lines = new ListLines({
    name: options.name,
    format,
    source: source.name,
    ...(kind === undefined ? {} : { kind }),
  });
  lines.push(source.text);
  const found = lines.finish();
  if (!found.ok || kind !== undefined) return found;
  const { document, locate } = found.value;
  return { ...found, value: { document: { ...document, kind: kindOf(document.items) }, locate } };
}

function guess(name: string): ListFormat {
  const extension = name.slice(name.lastIndexOf(".") + 1).toLowerCase();
  return FORMATS.get(extension) ?? "text";
}

const FORMATS: ReadonlyMap<string, ListFormat> = new Map([
  ["json", "json"],
  ["jsonl", "jsonl"],
  ["ndjson", "jsonl"],
  ["yaml", "yaml"],
  ["yml", "yaml"],
  ["csv", "csv"],
]);

/** The parts of a list in a document. */
interface Held {
  /** The list document; empty if there are only items. */
  readonly list: Members;
  readonly items: readonly ListItemDocument[];
  /** The place of each item. */
  readonly paths: readonly Path[];
  /** The place of the first value that is not of a list. */
  readonly fault: { readonly path: Path; readonly message: string } | undefined;
}

const NO_LIST = "a list is an array of items, or an object with `items`";

/** Items of a document: of an array, of a list, of answers of the API, or of several of them one after the other. */
function heldBy(value: unknown): Held {
  const items: ListItemDocument[] = [];
  const paths: Path[] = [];
  let list: Members = {};
  let fault: Held["fault"];
  const take = (given: unknown, path: Path): void => {
    if (Array.isArray(given)) {
      const arePages = given.length > 0 && given.every(isPage);
      for (const [at, one] of given.entries()) {
        const place = [...path, at];
        if (arePages) take(one, place);
        else {
          items.push(one);
          paths.push(place);
        }
      }
    } else if (isMembers(given) && Array.isArray(given["items"])) {
      list = given;
      take(given["items"], [...path, "items"]);
    } else if (isMembers(given) && given["success"] !== false && Object.hasOwn(given, "result")) {
      take(given["result"], [...path, "result"]);
    } else {
      const isFailure = isMembers(given) && given["success"] === false;
      fault ??= {
        path,
        message: isFailure ? "this API answer reports a failure and holds no items" : NO_LIST,
      };
    }
  };
  take(value, []);
  return { list, items, paths, fault };
}

/** Whether a value contains items but is not one: an answer of the API, or an array in a document of several. */
function isPage(value: unknown): boolean {
  return Array.isArray(value) || (isMembers(value) && Object.hasOwn(value, "result"));
}

function readDocument(
  source: Source,
  format: DocumentFormat,
  options: ReadListOptions,
  kindOf: (items: readonly unknown[]) => DocumentListKind,
): Result<ListText> {
  const located = readText(source, format);
  const sink = new FaultSink(located);
  const { value } = located;
  const { list, items, paths, fault } =
    value === undefined ? { list: {}, items: [], paths: [], fault: undefined } : heldBy(value);
  const { id, description, kind: own } = list;
  if (fault !== undefined) sink.report({ code: "E_DOC_TYPE", ...fault });
  const stated = options.kind ?? own ?? kindOf(items);
  const kind = isDocumentListKind(stated) ? stated : undefined;
  if (kind === undefined) {
    const word = typeof stated === "string" ? stated : JSON.stringify(stated);
    sink.report({ code: "E_DOC_VALUE", path: ["kind"], message: `there is no list kind \`${word}\`` });
  }
  const found = sink.diagnostics();
  const warnings = found.filter((one) => one.severity === "warning");
  const errors: readonly Diagnostic[] = found.filter((one) => one.severity === "error");
  if (sink.hasErrors || kind === undefined) return { ok: false, errors, warnings };
  const document: ListDocument = {
    ...(typeof id === "string" ? { id } : {}),
    ...(typeof description === "string" ? { description } : {}),
    name: options.name,
    kind,
    items,
  };
  const locate: LocateItem = (index) => {
    const path = paths[index] ?? [];
    const { start } = placeOf(located, path).value;
    return { source: source.name, ...source.positionAt(start), offset: start, pointer: jsonPointer(path) };
  };
  return { ok: true, value: { document, locate }, warnings };
}
