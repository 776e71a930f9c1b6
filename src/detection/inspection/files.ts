// On the request path, for uploads.
import { asciiLower } from "../../language/values/bytes.ts";
import type { Part } from "../../request/body/multipart-part.ts";
import { textsOfJson } from "./json-texts.ts";

/** Texts of one file that are looked at one by one, all of them together; what lies beyond is the site's own check's. */
const MAX_TABLE = 262_144;
/** A longer text file is a document, whose lines may be anything. */
const MAX_NOTE = 1024;
const MAX_NOTE_LINES = 4;
/** Shorter ones are what any few signs are. */
const MIN_NOTE = 7;
const MIN_CELL = 7;

/** Whether bytes have a declaration of XML that could reach beyond them. */
export function mayDeclare(bytes: string): boolean {
  return DECLARATION.test(bytes) || bytes.includes("2001/XInclude");
}

const DECLARATION = /<(?:!(?:entity|doctype)|\w{0,40}:?include|xsl:|\?xml-stylesheet)/i;

/** Whether bytes begin as a serialised Java object does. */
export function isSerialized(bytes: string): boolean {
  return bytes.startsWith("\xac\xed\0\x05");
}

const TABLE_TYPE = /^text\/(?:csv|tab-separated-values|tsv)|^application\/(?:csv|vnd\.ms-excel)/;
const TABLE_NAME = /\.(?:csv|tsv|tab)$/;
const JSON_TYPE = /^application\/(?:(?:geo|ld|vnd\.api)\+json|json(?:l|-seq|lines)?|(?:x-)?ndjson)/;
const JSON_NAME = /\.(?:json|geojson|jsonl|ndjson)$/;
/** Files by which tools are told what to do: commands and patterns are ordinary in them. */
const TOOL_NAME =
  /(?:^|[\\/.-])(?:package|package-lock|composer|deno|tsconfig|config|settings|schema)\.jsonc?$/;
const NOTE_NAME = /(?:^|[\\/])[^.\\/]*$|\.(?:txt|text|dat)$/;

/**
 * What applications take out of a text file and treat as they do a field: the cells of a table, and a note of a few lines as a
 * whole. Source code, markup and logs are what they look like, and are left to the rules of uploads.
 */
export function valuesOfFile(part: Part): readonly string[] {
  const type = asciiLower(part.contentTypes[0] ?? "");
  const name = asciiLower(part.filenames[0] ?? "");
  const contents = part.decodedContents.length === 0 ? [part.content] : part.decodedContents;
  if (TABLE_TYPE.test(type) || TABLE_NAME.test(name)) return contents.flatMap(cellsOf);
  if (TOOL_NAME.test(name)) return NO_TEXTS;
  if (JSON_TYPE.test(type) || JSON_NAME.test(name)) return contents.flatMap(textsOfJson);
  if (!NOTE_NAME.test(name) || (type !== "" && !type.startsWith("text/"))) return NO_TEXTS;
  return contents.flatMap((text) => (isNote(text) ? [text] : oddLinesOf(text)));
}

const NO_TEXTS: readonly string[] = Object.freeze([]);

function isNote(text: string): boolean {
  if (text.length < MIN_NOTE || text.length > MAX_NOTE) return false;
  let lines = 1;
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) lines++;
  return lines <= MAX_NOTE_LINES;
}

/** A longer text is a document, or code, whose lines may be anything. */
const MAX_LINED = 2048;
/** Of so many lines one may begin oddly; where more do it is how lines of this text begin. */
const ODD_SHARE = 4;

/** A line that begins as no sentence does: with a sign, a word in front of one, or a scheme. Markup is found wherever it is. */
const ODD_LINE =
  /^(?:[;|&$`'".({\\=+@]|[\w.@-]{1,40}['";|&]|[A-Za-z]{3,12}:(?:\/\/[\d[lm]|[a-z]))[^\r\n]{4,}/;

/** Lines of a note that stand out: applications take each for itself, and what is an attack there need not be one amid the others. */
export function oddLinesOf(text: string): readonly string[] {
  if (text.length > MAX_LINED || !text.includes("\n")) return NO_TEXTS;
  const lines = text.split(LINE_BREAK);
  const odd = lines.filter((line) => ODD_LINE.test(line));
  return odd.length * ODD_SHARE > lines.length ? NO_TEXTS : odd;
}

const LINE_BREAK = /\r?\n/;

/** Whether a media type says that the text is a table. */
export function isTable(mediaType: string): boolean {
  return TABLE_TYPE.test(mediaType);
}

/**
 * Cells of a table that have a sign of some language in them, each once: divided by commas, semicolons or tabs, whichever the
 * first line has, quoted ones without their quotes.
 */
export function cellsOf(table: string): readonly string[] {
  const text = table.length > MAX_TABLE ? table.slice(0, MAX_TABLE) : table;
  const divider = dividerOf(text);
  const cells = new Set<string>();
  let from = 0;
  for (let at = 0; at <= text.length; ) {
    if (text.charCodeAt(at) === QUOTE && at === from) {
      const end = closing(text, at + 1);
      add(cells, text.slice(at + 1, end).replaceAll('""', '"'));
      at = from = end + 1;
      continue;
    }
    const code = at < text.length ? text.charCodeAt(at) : LINE_FEED;
    if (code === divider || code === LINE_FEED || code === CARRIAGE_RETURN) {
      add(cells, text.slice(from, at));
      from = at + 1;
    }
    at++;
  }
  return [...cells];
}

const QUOTE = 34;
const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;

function add(cells: Set<string>, cell: string): void {
  if (cell.length >= MIN_CELL && SIGN.test(cell)) cells.add(cell);
}

const SIGN = /[<>'"`;|&$(){}\\%=#]|\.\.|--|^(?:\/|\w{3,8}:\/\/[\d[lm])/;

/** Where the quote is that ends a cell; two in a row stand for one. */
function closing(text: string, start: number): number {
  for (let at = text.indexOf('"', start); at !== -1; at = text.indexOf('"', at + 2))
    if (text.charCodeAt(at + 1) !== QUOTE) return at;
  return text.length;
}

function dividerOf(text: string): number {
  const end = text.search(/[\r\n]/);
  const line = end === -1 ? text : text.slice(0, end);
  const counts = [..."\t;,"].map((divider) => [line.split(divider).length, divider.charCodeAt(0)] as const);
  const [, divider] = counts.reduce((best, one) => (one[0] >= best[0] ? one : best));
  return divider;
}
