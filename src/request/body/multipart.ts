import type { Budget } from "../../language/values/budget.ts";
import { asciiLower } from "../../language/values/bytes.ts";
import { hasControl, isWhiteSpace, trimWhiteSpace } from "../head/characters.ts";
import { isTokenCode } from "../head/headers.ts";
import type { RequestLimits } from "../view/limits.ts";
import type { Content } from "./content.ts";
import { hasUnusualCharset, type ParameterizedValue } from "./media-type.ts";
import { MULTIPART_ANOMALIES, type MultipartAnomaly } from "./multipart-anomalies.ts";
import { type Part, PartReader } from "./multipart-part.ts";

export type MultipartError =
  | "multipart_no_boundary"
  | "multipart_no_part"
  | "multipart_too_many_parts"
  | "multipart_part_header_too_large"
  | "multipart_missing_end"
  | "budget_exhausted";

export interface MultipartBody {
  readonly parts: readonly Part[];
  /** Those of all parts. */
  readonly contents: readonly Content[];
  readonly anomalies: readonly MultipartAnomaly[];
  /** Why not all of the body was read; the parts that were are there. */
  readonly error: MultipartError | "";
  /** Bytes of the body that are not content of a file. */
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
  return new MultipartScanner(body, contentType, truncated, limits, budget).scan();
}

/** Longest boundary of RFC 2046 §5.1.1; longer ones are read and reported. */
const MAX_BOUNDARY = 70;
/** What is refused altogether, as search costs grow with the boundary. */
const MAX_READ_BOUNDARY = 256;
/** Bytes that a search for a delimiter passes over in the time of one step. */
const DELIMITER_BYTES_PER_STEP = 64;
/** Steps that a part costs besides its bytes. */
const STEPS_PER_PART = 16;

/** Multipart bodies one inside the other, as batches of changes have them. */
const MAX_INNER_DEPTH = 3;

const CR = 13;
const LF = 10;

interface Head {
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly end: number;
  /** Whether every reader finds the same headers in it. */
  readonly wellFormed: boolean;
}

class MultipartScanner {
  readonly #body: string;
  readonly #truncated: boolean;
  readonly #limits: RequestLimits;
  readonly #budget: Budget;
  readonly #found: Set<MultipartAnomaly>;
  readonly #contentType: ParameterizedValue;
  readonly #parts: PartReader;
  /** Bodies around it. */
  readonly #depth: number;
  #delimiter = "";
  /** The first limit that was exceeded. */
  #exceeded: MultipartError | "" = "";
  #wellFormedHead = true;
  /** Set by {@link #nextDelimiter}: where the line after the delimiter begins, and whether it was the last. */
  #lineEnd = 0;
  #closing = false;

  constructor(
    body: string,
    contentType: ParameterizedValue,
    truncated: boolean,
    limits: RequestLimits,
    budget: Budget,
    outer?: MultipartScanner,
  ) {
    this.#body = body;
    this.#contentType = contentType;
    this.#truncated = truncated;
    this.#limits = limits;
    this.#budget = budget;
    this.#depth = outer === undefined ? 0 : outer.#depth + 1;
    this.#found = outer === undefined ? new Set() : outer.#found;
    this.#parts =
      outer === undefined ? new PartReader(contentType, limits, budget, this.#found) : outer.#parts;
  }

  scan(): MultipartBody {
    return this.#result(this.#scanBody());
  }

  #scanBody(): MultipartError | "" {
    const contentType = this.#contentType;
    const boundaries = contentType.parameters.filter(({ name }) => name === "boundary");
    const boundary = boundaries[0]?.value ?? "";
    if (contentType.malformed) this.#found.add("multipart_malformed_content_type");
    if (boundaries.length > 1 || namesAnotherBoundary(contentType))
      this.#found.add("multipart_duplicate_boundary");
    if (hasUnusualCharset(contentType, false)) this.#found.add("multipart_charset");
    if (boundaries.length > 0 && (contentType.escaped || !isBoundary(boundary)))
      this.#found.add("multipart_invalid_boundary");
    if (boundary === "" || boundary.length > MAX_READ_BOUNDARY) return "multipart_no_boundary";
    this.#delimiter = `--${boundary}`;
    this.#checkLineStarts();
    const error = this.#scanParts();
    if (this.#budget.exhausted) return "budget_exhausted";
    return error === "" ? this.#exceeded : error;
  }

  /** Reads a part that is a multipart body of its own: its parts follow it. */
  #scanInner(content: string, type: ParameterizedValue, isCut: boolean): void {
    if (this.#depth === MAX_INNER_DEPTH) {
      this.#found.add("multipart_nested");
      return;
    }
    const inner = new MultipartScanner(content, type, isCut, this.#limits, this.#budget, this);
    const error = inner.#scanBody();
    if (error !== "") this.#exceed(error);
  }

  #result(error: MultipartError | ""): MultipartBody {
    const parts = this.#parts.parts(this.#truncated);
    return {
      parts,
      contents: parts.flatMap(({ contents }) => contents),
      anomalies: MULTIPART_ANOMALIES.filter((anomaly) => this.#found.has(anomaly)),
      error,
      inputBytes: this.#body.length - this.#parts.fileBytes,
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
      if (this.#parts.count === this.#limits.maxParts) return "multipart_too_many_parts";
      const head = this.#readHead(this.#lineEnd);
      // A delimiter's line end may be the head's own: then the part has no body at all.
      const next = this.#nextDelimiter(Math.max(head.end - 1, 0), false);
      if (!this.#budget.spend(STEPS_PER_PART)) return "budget_exhausted";
      const contentEnd = next === -1 ? this.#body.length : this.#stripLineEnd(next, head.end);
      const content = this.#body.slice(head.end, Math.max(head.end, contentEnd));
      const inner = this.#parts.read({ headers: head.headers, wellFormed: head.wellFormed, content });
      if (inner !== undefined) this.#scanInner(content, inner, this.#truncated && next === -1);
      if (next === -1) {
        if (this.#truncated) return "";
        this.#found.add("multipart_missing_end");
        return "multipart_missing_end";
      }
    }
  }

  /**
   * Where the next delimiter begins, at the body's start or after a line feed; -1 when there is none. `from` is
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

function isLineEnd(code: number): boolean {
  return code === CR || code === LF;
}

function isFieldName(line: string, end: number): boolean {
  for (let at = 0; at < end; at++) if (!isTokenCode(line.charCodeAt(at))) return false;
  return true;
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
