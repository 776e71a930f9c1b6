import type { Budget } from "../../language/values/budget.ts";
import { asciiLower, percentDecode } from "../../language/values/bytes.ts";
import { hasControl, isWhiteSpace, trimWhiteSpace } from "../head/characters.ts";
import type { RequestLimits } from "../view/limits.ts";
import { hasUnusualCharset, type ParameterizedValue, parseParameters } from "./media-type.ts";

/** Things that multipart readers disagree about (RFC 2046 §5.1, RFC 7578), reported in this order. */
export const MULTIPART_ANOMALIES = [
  "multipart_malformed_content_type",
  "multipart_duplicate_boundary",
  "multipart_invalid_boundary",
  "multipart_data_before_first_part",
  "multipart_data_after_end",
  "multipart_missing_end",
  "multipart_bare_lf",
  "multipart_blank_after_boundary",
  "multipart_boundary_lookalike",
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
  "multipart_control_in_parameter",
  "multipart_transfer_encoding",
  "multipart_charset",
  "multipart_nested",
] as const;
export type MultipartAnomaly = (typeof MULTIPART_ANOMALIES)[number];

export type MultipartError =
  | "multipart_no_boundary"
  | "multipart_no_part"
  | "multipart_too_many_parts"
  | "multipart_part_header_too_large"
  | "multipart_missing_end"
  | "budget_exhausted";

export interface Part {
  /** Every name parameter of the part's disposition. */
  readonly names: readonly string[];
  /** Every filename parameter, extended ones (`filename*`) decoded. */
  readonly filenames: readonly string[];
  readonly contentTypes: readonly string[];
  readonly dispositions: readonly string[];
  readonly transferEncodings: readonly string[];
  /** As sent: no transfer encoding is undone. */
  readonly content: string;
}

export interface MultipartBody {
  readonly parts: readonly Part[];
  readonly anomalies: readonly MultipartAnomaly[];
  readonly error: MultipartError | "";
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
  return new MultipartScanner(body, limits, budget).scan(contentType, truncated);
}

/** Longest boundary of RFC 2046 §5.1.1; longer ones are read and reported. */
const MAX_BOUNDARY = 70;
/** What is refused altogether, as search costs grow with the boundary. */
const MAX_READ_BOUNDARY = 256;

class MultipartScanner {
  readonly #body: string;
  readonly #limits: RequestLimits;
  readonly #budget: Budget;
  readonly #found = new Set<MultipartAnomaly>();
  readonly #parts: Part[] = [];
  #delimiter = "";
  /** Set by {@link #nextDelimiter}: where the line behind the delimiter begins, and whether it was the last. */
  #lineEnd = 0;
  #closing = false;

  constructor(body: string, limits: RequestLimits, budget: Budget) {
    this.#body = body;
    this.#limits = limits;
    this.#budget = budget;
  }

  scan(contentType: ParameterizedValue, truncated: boolean): MultipartBody {
    const boundaries = contentType.parameters.filter(({ name }) => name === "boundary");
    const boundary = boundaries[0]?.value ?? "";
    if (contentType.malformed) this.#found.add("multipart_malformed_content_type");
    if (boundaries.length > 1) this.#found.add("multipart_duplicate_boundary");
    if (boundary === "" || boundary.length > MAX_READ_BOUNDARY) return this.#result("multipart_no_boundary");
    if (!isBoundary(boundary)) this.#found.add("multipart_invalid_boundary");
    this.#delimiter = `--${boundary}`;
    const error = this.#scanParts(truncated);
    return this.#result(error);
  }

  #result(error: MultipartError | ""): MultipartBody {
    return {
      parts: this.#parts,
      anomalies: MULTIPART_ANOMALIES.filter((anomaly) => this.#found.has(anomaly)),
      error,
    };
  }

  #scanParts(truncated: boolean): MultipartError | "" {
    const first = this.#nextDelimiter(0, true);
    if (first === -1) return this.#budget.exhausted ? "budget_exhausted" : "multipart_no_part";
    if (first > 0) this.#found.add("multipart_data_before_first_part");
    while (!this.#closing) {
      if (this.#parts.length === this.#limits.maxParts) return "multipart_too_many_parts";
      const head = this.#readHead(this.#lineEnd);
      if (head === undefined) {
        return this.#budget.exhausted ? "budget_exhausted" : "multipart_part_header_too_large";
      }
      // A part may be empty: its delimiter's line end is then the head's own.
      const next = this.#nextDelimiter(Math.max(head.end - 1, 0), false);
      if (this.#budget.exhausted) return "budget_exhausted";
      const contentEnd = next === -1 ? this.#body.length : this.#stripLineEnd(next, head.end);
      this.#parts.push(this.#part(head.headers, this.#body.slice(head.end, Math.max(head.end, contentEnd))));
      if (next === -1) {
        if (truncated) return "";
        this.#found.add("multipart_missing_end");
        return "multipart_missing_end";
      }
    }
    this.#checkEpilogue();
    return "";
  }

  /**
   * Where the next delimiter begins, at the body's start or behind a line feed; -1 when there is none. `from` is
   * at or before the line feed.
   */
  #nextDelimiter(from: number, atStart: boolean): number {
    const body = this.#body;
    let at = from;
    let start = atStart && body.startsWith(this.#delimiter) ? 0 : -1;
    for (;;) {
      if (start === -1) {
        const found = body.indexOf(`\n${this.#delimiter}`, at);
        const looked = (found === -1 ? body.length : found) - at + this.#delimiter.length;
        if (!this.#budget.spend(looked)) return -1;
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
    while (body.charCodeAt(at) === 32 || body.charCodeAt(at) === 9) at++;
    if (!this.#budget.spend(at - blanks + 1)) return false;
    if (at > blanks) this.#found.add("multipart_blank_after_boundary");
    if (body.charCodeAt(at) === 13 && body.charCodeAt(at + 1) === 10) {
      this.#lineEnd = at + 2;
      return true;
    }
    if (body.charCodeAt(at) === 10) {
      this.#found.add("multipart_bare_lf");
      this.#lineEnd = at + 1;
      return true;
    }
    this.#lineEnd = at;
    // The closing delimiter needs no line end; what follows it is reported as data after the end.
    return this.#closing || at === body.length;
  }

  /** The end of a part's content before the line end that belongs to the delimiter. */
  #stripLineEnd(delimiter: number, contentStart: number): number {
    const lf = delimiter - 1;
    if (lf > contentStart && this.#body.charCodeAt(lf - 1) === 13) return lf - 1;
    // The line end may be the head's own when the part is empty.
    if (lf >= contentStart) this.#found.add("multipart_bare_lf");
    return lf;
  }

  /** A part's header lines, up to the empty line; undefined when they exceed a limit. */
  #readHead(
    from: number,
  ): { readonly headers: readonly [string, string][]; readonly end: number } | undefined {
    const body = this.#body;
    const headers: [string, string][] = [];
    for (let at = from; ; ) {
      // A delimiter inside the head: the part has no content at all.
      if (body.startsWith(this.#delimiter, at)) {
        this.#found.add("multipart_malformed_header");
        return { headers, end: at };
      }
      let end = body.indexOf("\n", at);
      if (!this.#budget.spend((end === -1 ? body.length : end) - at + 1)) return undefined;
      const next = end === -1 ? body.length : end + 1;
      if (end === -1) end = body.length;
      if (end - from > this.#limits.maxPartHeaderBytes) return undefined;
      if (end > at && body.charCodeAt(end - 1) === 13) end--;
      else if (next > end) this.#found.add("multipart_bare_lf");
      const line = body.slice(at, end);
      if (line === "") return { headers, end: next };
      if (!this.#readHeaderLine(line, headers)) return undefined;
      if (next === body.length && end === body.length) {
        this.#found.add("multipart_malformed_header");
        return { headers, end: next };
      }
      at = next;
    }
  }

  #readHeaderLine(line: string, headers: [string, string][]): boolean {
    const last = headers.at(-1);
    if (isWhiteSpace(line.charCodeAt(0))) {
      this.#found.add("multipart_folded_header");
      if (last !== undefined) last[1] += ` ${trimWhiteSpace(line)}`;
      return true;
    }
    if (headers.length === this.#limits.maxPartHeaders) return false;
    const colon = line.indexOf(":");
    if (colon <= 0 || isWhiteSpace(line.charCodeAt(colon - 1))) {
      this.#found.add("multipart_malformed_header");
    }
    headers.push([
      asciiLower(trimWhiteSpace(colon === -1 ? line : line.slice(0, colon))),
      colon === -1 ? "" : trimWhiteSpace(line.slice(colon + 1)),
    ]);
    return true;
  }

  #part(headers: readonly [string, string][], content: string): Part {
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
    const names: string[] = [];
    const filenames: string[] = [];
    if (dispositions.length === 0) this.#found.add("multipart_missing_disposition");
    for (const disposition of dispositions)
      this.#readDisposition(parseParameters(disposition), names, filenames);
    if (names.length === 0) this.#found.add("multipart_missing_name");
    if (names.length > 1) this.#found.add("multipart_duplicate_name");
    if (filenames.length > 1) this.#found.add("multipart_duplicate_filename");
    for (const contentType of contentTypes) this.#checkPartType(parseParameters(contentType));
    for (const encoding of transferEncodings) {
      if (!PLAIN_ENCODINGS.has(asciiLower(encoding))) this.#found.add("multipart_transfer_encoding");
    }
    return { names, filenames, contentTypes, dispositions, transferEncodings, content };
  }

  #readDisposition(disposition: ParameterizedValue, names: string[], filenames: string[]): void {
    if (disposition.value !== "form-data") this.#found.add("multipart_unusual_disposition");
    if (disposition.malformed) this.#found.add("multipart_malformed_disposition");
    if (disposition.escaped) this.#found.add("multipart_escaped_parameter");
    for (const { name, value } of disposition.parameters) {
      const star = name.indexOf("*");
      const plain = star === -1 ? name : name.slice(0, star);
      if (plain !== "name" && plain !== "filename") continue;
      if (star !== -1) this.#found.add("multipart_extended_parameter");
      const read = name.endsWith("*") ? extendedValue(value) : value;
      if (hasControl(read)) this.#found.add("multipart_control_in_parameter");
      (plain === "name" ? names : filenames).push(read);
    }
  }

  #checkPartType(type: ParameterizedValue): void {
    if (type.value.startsWith("multipart/")) this.#found.add("multipart_nested");
    if (hasUnusualCharset(type)) this.#found.add("multipart_charset");
  }

  #checkEpilogue(): void {
    if (this.#body.length > this.#lineEnd) this.#found.add("multipart_data_after_end");
  }
}

const PLAIN_ENCODINGS: ReadonlySet<string> = new Set(["7bit", "8bit", "binary"]);

/** `charset'language'value`, percent-decoded (RFC 8187 §3.2); the whole text when it has not that form. */
function extendedValue(text: string): string {
  const first = text.indexOf("'");
  const second = first === -1 ? -1 : text.indexOf("'", first + 1);
  return percentDecode(second === -1 ? text : text.slice(second + 1), false);
}

/** RFC 2046 §5.1.1: letters, digits and `'()+_,-./:=? `, not ending in a space. */
function isBoundary(text: string): boolean {
  return text.length <= MAX_BOUNDARY && /^[0-9A-Za-z'()+_,\-./:=? ]*$/.test(text) && !text.endsWith(" ");
}
