import type { Diagnostic, Result } from "../../language/diagnostics/diagnostic.ts";
import type { ListDocument, ListItemDocument } from "../ruleset/document.ts";
import { splitCsv } from "./csv.ts";
import { ItemFaults, type ItemPlace, type LocateItem } from "./item-faults.ts";

/** A list as read, with the places of its items, for `compileList`. */
export interface ListText {
  readonly document: ListDocument;
  readonly locate: LocateItem;
}

export type LineFormat = "csv" | "text";

export interface ListLinesOptions {
  readonly name: string;
  /** Default: `ip`. */
  readonly kind?: ListDocument["kind"];
  readonly format: LineFormat;
  /** Name of the text in faults. */
  readonly source: string;
}

/** Longest line, in characters: a text without line breaks is not a list. */
const MAX_LINE = 131_072;
const COLUMNS: readonly string[] = ["item", "description", "expires_at"];
/** Other names of columns in headers: the names of item members, in tables made from API answers. */
const SYNONYMS: ReadonlyMap<string, string> = new Map([
  ["ip", "item"],
  ["asn", "item"],
  ["hostname", "item"],
  ["value", "item"],
  ["comment", "description"],
]);
/** Columns that do not concern the list. */
const IGNORED: readonly string[] = ["id", "created_on", "modified_on"];
const REDIRECT_COLUMNS: readonly string[] = ["source_url", "target_url", "status_code"];
const REDIRECT_FLAGS = [
  "preserve_query_string",
  "include_subdomains",
  "subpath_matching",
  "preserve_path_suffix",
] as const;

/** A host name with or without scheme and path; not a network, whose address has no letters or has colons. */
const SOURCE = /^(?:https?:\/\/)?[^\s/:]*[a-z][^\s/:]*(?:\/|$)/i;

/**
 * Whether lines of comma separated values hold redirects: an address in the second column, and in one of the rows a
 * value that is not a comment of an address, host name or number: a path in the first column or a status in the third.
 */
export function areRedirects(text: string): boolean {
  let isSure = false;
  for (const line of text.split("\n")) {
    const row = line.replace(/^\ufeff/, "").trim();
    if (row === "" || row.startsWith("#")) continue;
    const [source = "", target = "", status = ""] = (splitCsv(row) ?? []).map((cell) => cell.trim());
    if (source.toLowerCase() === "source_url") return true;
    if (!/^(?:https?:\/\/|\/)/i.test(target) || !SOURCE.test(source)) return false;
    isSure ||= /[^/]\/(?:[^/]|$)/.test(source) || /^30[1278]$/.test(status);
  }
  return isSure;
}

/** Reads a list line by line, from pieces of any size, keeping only the items and where they begin. */
export class ListLines {
  readonly #options: ListLinesOptions;
  readonly #items: ListItemDocument[] = [];
  // Line, column and offset of each item, in three plain arrays: objects would take four times the memory.
  readonly #lines: number[] = [];
  readonly #columns: number[] = [];
  readonly #offsets: number[] = [];
  readonly #faults: ItemFaults;
  #columnOf: readonly string[] | undefined;
  #place: ItemPlace = { source: "", line: 1, column: 1, offset: 0 };
  #rest = "";
  #line = 0;
  #offset = 0;

  constructor(options: ListLinesOptions) {
    this.#options = options;
    this.#faults = new ItemFaults(options.name, () => this.#place);
  }

  /** Reads the next piece of the text. */
  push(piece: string): void {
    let from = 0;
    for (let end = piece.indexOf("\n"); end !== -1; end = piece.indexOf("\n", from)) {
      this.#take(this.#rest + piece.slice(from, end));
      this.#rest = "";
      from = end + 1;
    }
    // A longer line is rejected anyway, and must not accumulate.
    if (this.#rest.length <= MAX_LINE) this.#rest += piece.slice(from, from + MAX_LINE + 1);
  }

  /** To be called once, after the last piece. */
  finish(): Result<ListText> {
    if (this.#rest !== "") this.#take(this.#rest);
    const errors: readonly Diagnostic[] = this.#faults.errors;
    if (errors.length > 0) return { ok: false, errors, warnings: [] };
    const { name, kind = "ip", source } = this.#options;
    const locate = (index: number): ItemPlace | undefined => {
      const line = this.#lines[index];
      const column = this.#columns[index];
      const offset = this.#offsets[index];
      if (line === undefined || column === undefined || offset === undefined) return undefined;
      return { source, line, column, offset };
    };
    return { ok: true, value: { document: { name, kind, items: this.#items }, locate }, warnings: [] };
  }

  #take(line: string): void {
    this.#line++;
    const start = this.#offset;
    this.#offset += line.length + 1;
    // A byte order mark is not part of the first item.
    const text = this.#line === 1 && line.startsWith("\ufeff") ? ` ${line.slice(1)}` : line;
    const shown = text.trimStart();
    const lead = text.length - shown.length;
    if (shown === "" || shown.startsWith("#")) return;
    this.#place = {
      source: this.#options.source,
      line: this.#line,
      column: lead + 1,
      offset: start + lead,
    };
    if (line.length > MAX_LINE) {
      this.#refuse(shown, `a line of a list has at most ${MAX_LINE} characters`);
      return;
    }
    const item = this.#options.format === "csv" ? this.#row(shown.trimEnd()) : this.#plain(shown);
    if (item === undefined) return;
    this.#items.push(item);
    this.#lines.push(this.#line);
    this.#columns.push(lead + 1);
    this.#offsets.push(start + lead);
  }

  /** A comment begins with `#` after a blank: a `#` inside an item is part of it. */
  #plain(line: string): ListItemDocument {
    const comment = line.search(/\s#/);
    return (comment === -1 ? line : line.slice(0, comment)).trimEnd();
  }

  #row(line: string): ListItemDocument | undefined {
    const cells = splitCsv(line);
    if (cells === undefined) {
      this.#refuse(line, "a quoted cell does not end, or text follows its closing quote");
      return undefined;
    }
    const isRedirect = this.#options.kind === "redirect";
    if (this.#columnOf === undefined) {
      const header = headerOf(cells, isRedirect);
      this.#columnOf = header ?? (isRedirect ? [...REDIRECT_COLUMNS, ...REDIRECT_FLAGS] : COLUMNS);
      if (header !== undefined) return undefined;
    }
    const { length } = this.#columnOf;
    if (cells.length > length) {
      if (isRedirect) this.#refuse(line, `a redirect has at most ${length} cells`);
      else this.#refuse(line, `the row has more than ${length} cells`, "put cells with commas in quotes");
      return undefined;
    }
    const cell = (name: string) => cells[this.#columnOf?.indexOf(name) ?? -1]?.trim() ?? "";
    return isRedirect ? redirectOf(cell) : itemOf(cell);
  }

  #refuse(text: string, message: string, hint?: string): void {
    const fault = { code: "E_LIST_ITEM", text, message } as const;
    this.#faults.error(this.#items.length, hint === undefined ? fault : { ...fault, hint });
  }
}

/** The columns that the first row names; undefined when it is an item. */
function headerOf(cells: readonly string[], isRedirect: boolean): readonly string[] | undefined {
  const names = cells.map((cell) => cell.trim().toLowerCase());
  const columns = isRedirect ? names : names.map((name) => SYNONYMS.get(name) ?? name);
  const known = isRedirect
    ? [...REDIRECT_COLUMNS, ...REDIRECT_FLAGS, ...IGNORED, "comment", "description"]
    : [...COLUMNS, ...IGNORED];
  const [first = ""] = isRedirect ? REDIRECT_COLUMNS : COLUMNS;
  return columns.includes(first) && columns.every((name) => known.includes(name)) ? columns : undefined;
}

type Cell = (column: string) => string;

function itemOf(cell: Cell): ListItemDocument {
  const description = cell("description");
  const expires = cell("expires_at");
  if (description === "" && expires === "") return cell("item");
  return {
    value: cell("item"),
    ...(description === "" ? {} : { description }),
    ...(expires === "" ? {} : { expires_at: expires }),
  };
}

/** Columns of Cloudflare's import: source, target, status, and four flags, of which all default to false. */
function redirectOf(cell: Cell): ListItemDocument {
  const status = cell("status_code");
  const redirect: Record<string, unknown> = {
    source_url: cell("source_url"),
    target_url: cell("target_url"),
  };
  if (status !== "") redirect["status_code"] = /^[0-9]{3}$/.test(status) ? Number(status) : status;
  for (const name of REDIRECT_FLAGS) {
    const flag = cell(name).toLowerCase();
    redirect[name] = flag === "true" ? true : flag === "false" || flag === "" ? false : flag;
  }
  return { redirect };
}
