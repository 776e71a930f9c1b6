import type { Budget } from "../../language/values/budget.ts";
import { asciiLower } from "../../language/values/bytes.ts";
import { hasControl, isWhiteSpace, trimWhiteSpace } from "../head/characters.ts";
import { isTokenCode } from "../head/headers.ts";
import type { RequestLimits } from "../view/limits.ts";
import { detectUnicode } from "./charset.ts";
import { Content } from "./content.ts";
import { type DispositionAnomaly, readDisposition } from "./disposition.ts";
import { declaredKind, isBinary, isData } from "./kind.ts";
import {
  charsetLabels,
  hasUnusualCharset,
  isPlainCharset,
  isReadCharset,
  type ParameterizedValue,
  parseParameters,
} from "./media-type.ts";
import { undoTransferEncoding } from "./transfer-encoding.ts";

/** Things that multipart readers disagree about (RFC 2046 §5.1, RFC 7578), reported in this order. */
export const MULTIPART_ANOMALIES = [
  "multipart_malformed_content_type",
  "multipart_duplicate_boundary",
  "multipart_invalid_boundary",
  "multipart_data_before_first_part",
  "multipart_data_after_end",
  "multipart_missing_end",
  "multipart_bare_lf",
  "multipart_bare_cr",
  "multipart_blank_before_boundary",
  "multipart_blank_after_boundary",
  "multipart_boundary_lookalike",
  "multipart_part_without_body",
  "multipart_malformed_header",
  "multipart_folded_header",
  "multipart_duplicate_header",
  "multipart_unusual_header",
  "multipart_missing_disposition",
  "multipart_unusual_disposition",
  "multipart_malformed_disposition",
  "multipart_escaped_parameter",
  "multipart_missing_name",
  "multipart_duplicate_name",
  "multipart_duplicate_filename",
  "multipart_extended_parameter",
  "multipart_continued_parameter",
  "multipart_control_in_parameter",
  "multipart_transfer_encoding",
  "multipart_charset",
  "multipart_nested",
] as const satisfies readonly (DispositionAnomaly | `multipart_${string}`)[];
export type MultipartAnomaly = (typeof MULTIPART_ANOMALIES)[number];

export type MultipartError =
  | "multipart_no_boundary"
  | "multipart_no_part"
  | "multipart_too_many_parts"
  | "multipart_part_header_too_large"
  | "multipart_missing_end"
  | "budget_exhausted";

export interface Part {
  /** Every name of the part's disposition, and what else readers make of it. */
  readonly names: readonly string[];
  /** Every file name, extended ones (`filename*`) decoded, and what else readers make of it. */
  readonly filenames: readonly string[];
  readonly contentTypes: readonly string[];
  readonly dispositions: readonly string[];
  readonly transferEncodings: readonly string[];
  /** Whether every usual reader takes the part for a file; the content of any other part is input. */
  readonly isFile: boolean;
  /** As sent: no transfer encoding is undone. */
  readonly content: string;
  /** The content with its transfer encoding undone; empty when there is none to undo. */
  readonly decodedContents: readonly string[];
  /** Further texts that a reader takes from the part: a disposition that can be read in several ways, text in the bytes of a file without a type. */
  readonly furtherTexts: readonly string[];
  /**
   * The contents, as sent and decoded, where they have a reader of their own: by the part's media type, or by a character set
   * that hides text.
   */
  readonly contents: readonly Content[];
}

export interface MultipartBody {
  readonly parts: readonly Part[];
  /** Those of all parts. */
  readonly contents: readonly Content[];
  readonly anomalies: readonly MultipartAnomaly[];
  /** Why not all of the body was read; the parts that were are there. */
  readonly error: MultipartError | "";
  /** Bytes of the body that are no content of a file. */
  readonly inputBytes: number;
}

/**
 * Cuts a multipart body into its parts. Strict about nothing, silent about nothing: what the standards forbid or
 * readers disagree about is taken in its usual reading and reported.
 *
 * @param truncated whether more was sent than `body` holds, so that a missing end says nothing
 */
export function parseMultipart(
  body: string,
  contentType: ParameterizedValue,
  truncated: boolean,
  limits: RequestLimits,
  budget: Budget,
): MultipartBody {
  return new MultipartScanner(body, truncated, limits, budget).scan(contentType);
}

/** Longest boundary of RFC 2046 §5.1.1; longer ones are read and reported. */
const MAX_BOUNDARY = 70;
/** What is refused altogether, as search costs grow with the boundary. */
const MAX_READ_BOUNDARY = 256;
/** Bytes that a search for a delimiter passes over in the time of one step. */
const DELIMITER_BYTES_PER_STEP = 64;
/** Steps that a part costs besides its bytes. */
const STEPS_PER_PART = 16;

/** Fields that name the character set of the others; a browser sends one. */
const MAX_CHARSETS = 4;

const CR = 13;
const LF = 10;

interface Head {
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly end: number;
  /** Whether every reader finds the same headers in it. */
  readonly wellFormed: boolean;
}

/** Runs of text in bytes; random bytes have one of twelve characters in about 150 KB. */
function printableRuns(content: string): readonly string[] {
  return content.match(/[\t\n\r -~]{12,}/g) ?? [];
}

/** A part whose contents wait for the character set that another part may name. */
interface Draft {
  readonly part: Omit<Part, "contents">;
  readonly types: readonly ParameterizedValue[];
}

const NO_TYPE = parseParameters("");
const NO_CONTENTS: readonly Content[] = Object.freeze([]);

class MultipartScanner {
  readonly #body: string;
  readonly #truncated: boolean;
  readonly #limits: RequestLimits;
  readonly #budget: Budget;
  readonly #found = new Set<MultipartAnomaly>();
  readonly #drafts: Draft[] = [];
  /** Labels of the set that parts are in which name none (RFC 7578 §4.6); Java's readers take that of the whole body. */
  readonly #charsets: string[] = [];
  #delimiter = "";
  #fileBytes = 0;
  /** The first limit that was exceeded. */
  #exceeded: MultipartError | "" = "";
  #wellFormedHead = true;
  /** Set by {@link #nextDelimiter}: where the line behind the delimiter begins, and whether it was the last. */
  #lineEnd = 0;
  #closing = false;

  constructor(body: string, truncated: boolean, limits: RequestLimits, budget: Budget) {
    this.#body = body;
    this.#truncated = truncated;
    this.#limits = limits;
    this.#budget = budget;
  }

  scan(contentType: ParameterizedValue): MultipartBody {
    const boundaries = contentType.parameters.filter(({ name }) => name === "boundary");
    const boundary = boundaries[0]?.value ?? "";
    if (contentType.malformed) this.#found.add("multipart_malformed_content_type");
    if (boundaries.length > 1 || namesAnotherBoundary(contentType))
      this.#found.add("multipart_duplicate_boundary");
    if (hasUnusualCharset(contentType, false)) this.#found.add("multipart_charset");
    this.#charsets.push(...charsetLabels(contentType));
    if (boundaries.length > 0 && (contentType.escaped || !isBoundary(boundary)))
      this.#found.add("multipart_invalid_boundary");
    if (boundary === "" || boundary.length > MAX_READ_BOUNDARY) return this.#result("multipart_no_boundary");
    this.#delimiter = `--${boundary}`;
    this.#checkLineStarts();
    const error = this.#scanParts();
    return this.#result(this.#budget.exhausted ? "budget_exhausted" : error);
  }

  #result(error: MultipartError | ""): MultipartBody {
    const parts = this.#withContents();
    return {
      parts,
      contents: parts.flatMap(({ contents }) => contents),
      anomalies: MULTIPART_ANOMALIES.filter((anomaly) => this.#found.has(anomaly)),
      error: error === "" ? this.#exceeded : error,
      inputBytes: this.#body.length - this.#fileBytes,
    };
  }

  /** Delimiters that begin no line, but do for readers that take a CR for a line end or strip blanks. */
  #checkLineStarts(): void {
    if (this.#search(`\r${this.#delimiter}`, 0) !== -1) this.#found.add("multipart_bare_cr");
    for (const blank of [" ", "\t"]) {
      const needle = `${blank}${this.#delimiter}`;
      for (let at = this.#search(needle, 0); at !== -1; at = this.#search(needle, at + 1)) {
        let start = at;
        while (start > 0 && isWhiteSpace(this.#body.charCodeAt(start - 1))) start--;
        if (!this.#budget.spend(at - start)) return;
        const before = this.#body.charCodeAt(start - 1);
        if (start === 0 || before === CR || before === LF) {
          this.#found.add("multipart_blank_before_boundary");
          break;
        }
      }
    }
  }

  #search(needle: string, from: number): number {
    const found = this.#body.indexOf(needle, from);
    const looked = (found === -1 ? this.#body.length : found) - from;
    return this.#budget.spend(Math.ceil(looked / DELIMITER_BYTES_PER_STEP) + needle.length) ? found : -1;
  }

  #scanParts(): MultipartError | "" {
    const first = this.#nextDelimiter(0, true);
    if (first === -1) return "multipart_no_part";
    if (first > 0 && !(first === 2 && this.#body.startsWith("\r\n"))) {
      this.#found.add("multipart_data_before_first_part");
    }
    for (;;) {
      if (this.#closing) {
        if (!this.#isMoreBehindEnd()) return "";
        // Some readers end here and others go on: what the latter find is to be seen.
        if (this.#nextDelimiter(Math.max(this.#lineEnd - 1, 0), false) === -1) return "";
        continue;
      }
      if (this.#truncated && this.#lineEnd === this.#body.length) return "";
      if (this.#drafts.length === this.#limits.maxParts) return "multipart_too_many_parts";
      const head = this.#readHead(this.#lineEnd);
      // A delimiter's line end may be the head's own: then the part has no body at all.
      const next = this.#nextDelimiter(Math.max(head.end - 1, 0), false);
      if (!this.#budget.spend(STEPS_PER_PART)) return "budget_exhausted";
      const contentEnd = next === -1 ? this.#body.length : this.#stripLineEnd(next, head.end);
      this.#drafts.push(this.#part(head, this.#body.slice(head.end, Math.max(head.end, contentEnd))));
      if (next === -1) {
        if (this.#truncated) return "";
        this.#found.add("multipart_missing_end");
        return "multipart_missing_end";
      }
    }
  }

  /**
   * Where the next delimiter begins, at the body's start or behind a line feed; -1 when there is none. `from` is
   * at or before the line feed.
   */
  #nextDelimiter(from: number, atStart: boolean): number {
    let at = from;
    let start = atStart && this.#body.startsWith(this.#delimiter) ? 0 : -1;
    for (;;) {
      if (start === -1) {
        const found = this.#search(`\n${this.#delimiter}`, at);
        if (found === -1) return -1;
        start = found + 1;
      }
      if (this.#readDelimiterLine(start + this.#delimiter.length)) return start;
      this.#found.add("multipart_boundary_lookalike");
      at = start + this.#delimiter.length;
      start = -1;
    }
  }

  /** Whether what follows a delimiter ends its line: two hyphens, or blanks and a line end. */
  #readDelimiterLine(from: number): boolean {
    const body = this.#body;
    this.#closing = body.startsWith("--", from);
    let at = this.#closing ? from + 2 : from;
    const blanks = at;
    while (isWhiteSpace(body.charCodeAt(at))) at++;
    if (!this.#budget.spend(at - blanks + 1)) return false;
    if (at > blanks) this.#found.add("multipart_blank_after_boundary");
    if (body.charCodeAt(at) === CR && body.charCodeAt(at + 1) === LF) {
      this.#lineEnd = at + 2;
      return true;
    }
    if (body.charCodeAt(at) === LF) {
      this.#found.add("multipart_bare_lf");
      this.#lineEnd = at + 1;
      return true;
    }
    if (this.#truncated && at >= body.length - 1) {
      this.#lineEnd = body.length;
      return true;
    }
    this.#lineEnd = at;
    // The closing delimiter needs no line end; what follows it is reported as data after the end.
    return this.#closing || at === body.length;
  }

  /** The end of a part's content before the line end that belongs to the delimiter. */
  #stripLineEnd(delimiter: number, contentStart: number): number {
    const lf = delimiter - 1;
    if (lf < contentStart) {
      this.#found.add("multipart_part_without_body");
      return lf;
    }
    if (lf > contentStart && this.#body.charCodeAt(lf - 1) === CR) return lf - 1;
    this.#found.add("multipart_bare_lf");
    return lf;
  }

  /** A part's header lines, up to the empty line; those over a limit are left out. */
  #readHead(from: number): Head {
    const body = this.#body;
    const headers: [string, string][] = [];
    this.#wellFormedHead = true;
    for (let at = from; ; ) {
      // A delimiter inside the head: the part has no body at all.
      if (body.startsWith(this.#delimiter, at)) {
        this.#addToHead("multipart_part_without_body");
        return this.#endHead(headers, at);
      }
      const lf = body.indexOf("\n", at);
      const next = lf === -1 ? body.length : lf + 1;
      if (!this.#budget.spend(next - at + 1)) return this.#endHead(headers, next);
      let end = lf === -1 ? body.length : lf;
      const tooLarge = end - from > this.#limits.maxPartHeaderBytes;
      if (tooLarge) this.#exceed("multipart_part_header_too_large");
      if (lf !== -1 && end > at && body.charCodeAt(end - 1) === CR) end--;
      else if (lf !== -1) this.#addToHead("multipart_bare_lf");
      if (end === at && lf !== -1) {
        // Some readers pass over empty lines in front of the headers.
        if (at === from) this.#addToHead("multipart_malformed_header");
        return this.#endHead(headers, next);
      }
      if (!tooLarge) this.#readHeaderLine(body.slice(at, end), headers);
      if (lf === -1) {
        if (!this.#truncated) this.#addToHead("multipart_malformed_header");
        return this.#endHead(headers, next);
      }
      at = next;
    }
  }

  #endHead(headers: Head["headers"], end: number): Head {
    return { headers, end, wellFormed: this.#wellFormedHead };
  }

  #addToHead(anomaly: MultipartAnomaly): void {
    this.#wellFormedHead = false;
    this.#found.add(anomaly);
  }

  #exceed(error: MultipartError): void {
    this.#wellFormedHead = false;
    if (this.#exceeded === "") this.#exceeded = error;
  }

  #readHeaderLine(line: string, headers: [string, string][]): void {
    const last = headers.at(-1);
    if (line.includes("\r")) this.#addToHead("multipart_bare_cr");
    if (isWhiteSpace(line.charCodeAt(0))) {
      this.#addToHead("multipart_folded_header");
      if (last !== undefined) last[1] += ` ${trimWhiteSpace(line)}`;
      return;
    }
    if (headers.length === this.#limits.maxPartHeaders) {
      this.#exceed("multipart_part_header_too_large");
      return;
    }
    const colon = line.indexOf(":");
    if (colon <= 0 || !isFieldName(line, colon) || hasControl(line.slice(colon).replaceAll("\t", ""))) {
      this.#addToHead("multipart_malformed_header");
    }
    headers.push([
      asciiLower(trimWhiteSpace(colon === -1 ? line : line.slice(0, colon))),
      colon === -1 ? "" : trimWhiteSpace(line.slice(colon + 1)),
    ]);
  }

  #part({ headers, wellFormed }: Head, content: string): Draft {
    const all = (wanted: string): string[] => {
      const values = headers.filter(([name]) => name === wanted).map(([, value]) => value);
      if (values.length > 1) this.#found.add("multipart_duplicate_header");
      return values;
    };
    const dispositions = all("content-disposition");
    const contentTypes = all("content-type");
    const transferEncodings = all("content-transfer-encoding");
    if (headers.length > dispositions.length + contentTypes.length + transferEncodings.length) {
      this.#found.add("multipart_unusual_header");
    }
    const read = dispositions.map(readDisposition);
    for (const { anomalies } of read) for (const anomaly of anomalies) this.#found.add(anomaly);
    if (dispositions.length === 0) this.#found.add("multipart_missing_disposition");
    const names = read.flatMap((disposition) => disposition.names);
    const filenames = read.flatMap((disposition) => disposition.filenames);
    if (names.length === 0) this.#found.add("multipart_missing_name");
    const named = read.filter((disposition) => disposition.names.length > 0);
    if (named.length > 1) this.#found.add("multipart_duplicate_name");
    const types = contentTypes.map((type) => parseParameters(type));
    const isNamed = wellFormed && read.length === 1 && read.every(({ namesFile }) => namesFile);
    // Python's requests and .NET's streams send files without a type, which formidable takes for fields.
    const isUntyped = isNamed && types.length === 0 && isBinary(content, "");
    const isFile = isUntyped || (isNamed && types.length === 1 && types.every(isMediaType));
    if (isFile) this.#fileBytes += content.length;
    else this.#checkCharset(types, contentTypes, names, content);
    if (types.some(({ value }) => value.startsWith("multipart/"))) this.#found.add("multipart_nested");
    return {
      types,
      part: {
        names,
        filenames,
        contentTypes,
        dispositions,
        transferEncodings,
        isFile,
        content,
        decodedContents: this.#undo(transferEncodings, content, isFile),
        furtherTexts: [
          ...dispositions.filter((_, at) => read[at]?.searchable),
          ...(isUntyped ? printableRuns(content) : []),
        ],
      },
    };
  }

  #checkCharset(
    types: readonly ParameterizedValue[],
    sent: readonly string[],
    names: readonly string[],
    content: string,
  ): void {
    // What is no parameter may be one for a reader that searches the text.
    const hidden = types.some((type, at) => !isMediaType(type) && /charset/i.test(sent[at] ?? ""));
    const label = names.includes("_charset_") ? trimWhiteSpace(content) : undefined;
    if (label !== undefined && this.#charsets.length < MAX_CHARSETS) this.#charsets.push(label);
    const isUnusual = types.some((type) => hasUnusualCharset(type, isData(declaredKind(type))));
    if (hidden || isUnusual || (label !== undefined && !isReadCharset(label)))
      this.#found.add("multipart_charset");
  }

  #undo(encodings: readonly string[], content: string, isFile: boolean): readonly string[] {
    const decoded: string[] = [];
    // Each of them once, however often its line was sent.
    for (const encoding of new Set(encodings.map(asciiLower))) {
      if (!this.#budget.spend(content.length)) return decoded;
      const undone = undoTransferEncoding(encoding, content);
      if (undone !== undefined) this.#budget.spend(undone.bytes.length);
      // A file's content is no input, however it is read.
      if (undone === undefined || !(undone.wellFormed || isFile))
        this.#found.add("multipart_transfer_encoding");
      if (undone !== undefined && undone.bytes !== content) decoded.push(undone.bytes);
    }
    return decoded;
  }

  /** The parts with what has a reader of its own; all of them together are read up to the limit of a text. */
  #withContents(): readonly Part[] {
    const isHidden = !this.#charsets.every(isPlainCharset);
    let left = this.#limits.maxInspectedBytes;
    const read = (bytes: string, type: ParameterizedValue): Content => {
      const most = left;
      left = Math.max(0, left - bytes.length);
      return new Content(bytes, type, {
        limits: this.#limits,
        most,
        isCut: this.#truncated,
        charsets: isHidden ? this.#charsets : [],
      });
    };
    return this.#drafts.map(({ part, types }) => {
      if (part.isFile) return { ...part, contents: NO_CONTENTS };
      const declared = types.length === 0 ? [NO_TYPE] : types;
      const contents = [part.content, ...part.decodedContents].flatMap((bytes) =>
        declared.filter((type) => isHidden || hasReader(type, bytes)).map((type) => read(bytes, type)),
      );
      return { ...part, contents: contents.length === 0 ? NO_CONTENTS : contents };
    });
  }

  /** Whether anything but line ends follows the closing delimiter. */
  #isMoreBehindEnd(): boolean {
    let at = this.#lineEnd;
    while (at < this.#body.length && isLineEnd(this.#body.charCodeAt(at))) at++;
    this.#budget.spend(at - this.#lineEnd);
    if (at === this.#body.length) return false;
    this.#found.add("multipart_data_after_end");
    return true;
  }
}

/** Whether more is to be made of a part's content than the text that it is. */
function hasReader(type: ParameterizedValue, bytes: string): boolean {
  const kind = declaredKind(type);
  if (kind !== undefined) return kind !== "multipart";
  return !charsetLabels(type).every(isPlainCharset) || detectUnicode(bytes) !== undefined;
}

function isLineEnd(code: number): boolean {
  return code === CR || code === LF;
}

function isFieldName(line: string, end: number): boolean {
  for (let at = 0; at < end; at++) if (!isTokenCode(line.charCodeAt(at))) return false;
  return true;
}

/** A media type that is well-formed, parameters included. */
function isMediaType({ value, malformed }: ParameterizedValue): boolean {
  const slash = value.indexOf("/");
  return !malformed && slash > 0 && slash < value.length - 1 && slash === value.lastIndexOf("/");
}

/** Some readers search for the word: they find it in other parameters too, and extended ones replace it (RFC 2231). */
function namesAnotherBoundary({ parameters }: ParameterizedValue): boolean {
  return parameters.some(({ name, value }) =>
    name === "boundary" ? /boundary\s*[=*]/i.test(value) : /boundary/i.test(`${name} ${value}`),
  );
}

/**
 * RFC 2046 §5.1.1 without what needs quotes in a Content-Type and is read differently without: blanks, commas,
 * apostrophes, parentheses and question marks.
 */
function isBoundary(text: string): boolean {
  return text.length <= MAX_BOUNDARY && /^[0-9A-Za-z+_\-./:=]+$/.test(text);
}
