import type { Budget } from "../../language/values/budget.ts";
import type { Headers } from "../head/headers.ts";
import type { Pairs } from "../head/pairs.ts";
import type { RequestLimits } from "../view/limits.ts";
import type { BodyView } from "../view/request-view.ts";
import { areUncommon, contentCodings } from "./codings.ts";
import { Content, type ContentError } from "./content.ts";
import { bodyTexts, type DecodedTexts } from "./decoded-texts.ts";
import type { JsonBody } from "./json.ts";
import { type BodyKind, isAmbiguousType, isBinary, isBytesType, isData } from "./kind.ts";
import { firstLongRuns } from "./legible.ts";
import { hasUnusualCharset, type ParameterizedValue, parseParameters } from "./media-type.ts";
import { sniffMediaType } from "./mime.ts";
import { type MultipartBody, type MultipartError, parseMultipart } from "./multipart.ts";
import { insideBody, type ValuesInside } from "./values-inside.ts";
import type { XmlBody } from "./xml.ts";

/** How much of a body rules have seen as the site may read it. */
export type BodyOutcome = "inspected" | "partly" | "opaque" | "";

/** Why a body was read only in part; {@link MultipartError} and {@link ContentError} besides. */
type BodyFault =
  /** The host holds less than was sent. */
  | "truncated"
  /** More text than is read. */
  | "body_too_long"
  /** A content coding is unknown, was not undone, the bytes are not in it, or it holds more text than is read. */
  | "content_coding"
  /** Values inside values were left out. */
  | "nested_too_much"
  | "budget_exhausted";

type BodyError = BodyFault | ContentError | MultipartError;

/** Why a body that rules read is refused unless it may be read in part. */
export interface UnseenBody {
  readonly code: "wirewall.oversize" | "wirewall.coding";
  readonly status: 413 | 415;
  readonly message: string;
}

const UNSEEN_REST: UnseenBody = Object.freeze({
  code: "wirewall.oversize",
  status: 413,
  message: "the body is longer than the host holds for rules (`maxBodyBytes`, `bodyLimit`)",
});
const UNSEEN_TEXT: UnseenBody = Object.freeze({
  code: "wirewall.oversize",
  status: 413,
  message: "the text of the body is longer than rules inspect (`maxInspectedBytes`)",
});
const UNSEEN_CODED: UnseenBody = Object.freeze({
  code: "wirewall.coding",
  status: 415,
  message:
    "the body is in a content coding that this site cannot decode, or expands to more than 200 times its size",
});

const UNSEEN_IN_CODING: UnseenBody = Object.freeze({
  ...UNSEEN_CODED,
  message: "the content coding of the body contains more text than this site inspects",
});

/** A request body and the results of its readers. Each reader runs on first use, and once. */
export class ParsedBody {
  /** All bytes that are held. */
  readonly bytes: string;
  /** Whether more was sent than is read. */
  readonly truncated: boolean;
  /** Bytes of the whole body, as far as known. */
  readonly size: number;
  /** What readers of texts get, and what they make of it. */
  readonly content: Content;
  readonly #isCut: boolean;
  readonly #codings: readonly string[];
  /** Whether a content coding was not undone, and the bytes are not ones before and after it. */
  readonly #isCoded: boolean;
  /** The bytes before it was undone, where sites may read them as text. */
  readonly #coded: string;
  readonly #headers: Headers;
  readonly #type: ParameterizedValue;
  readonly #limits: RequestLimits;
  #multipart: MultipartBody | undefined;
  #decoded: DecodedTexts | undefined;
  #nested: ValuesInside | undefined;
  #inCoding: string | undefined;

  constructor(view: BodyView, headers: Headers, limits: RequestLimits) {
    const { maxBodyBytes, maxInspectedBytes } = limits;
    const isCut = view.bytes.length > maxBodyBytes;
    this.bytes = isCut ? view.bytes.slice(0, maxBodyBytes) : view.bytes;
    this.#isCut = view.truncated || isCut;
    this.#type = parseParameters(headers.first("content-type") ?? "");
    this.#codings = contentCodings(headers.joined("content-encoding"));
    this.content = new Content(this.bytes, this.#type, {
      limits,
      most: maxInspectedBytes,
      isCut: this.#isCut,
      isUtf8: view.charset === "undone",
    });
    const isBytes = this.content.declared === undefined && isBytesType(this.#type.value);
    this.#isCoded =
      this.bytes !== "" &&
      view.coding !== "undone" &&
      this.#codings.length > 0 &&
      !(isBytes && areUncommon(this.#codings) && isBinary(this.bytes, this.#type.value));
    this.#coded = view.coding === "undone" && !isBytes ? (view.coded ?? "") : "";
    this.#headers = headers;
    this.#limits = limits;
    this.truncated = this.#isCut || this.#isTooLong();
    this.size = Math.max(view.size ?? 0, view.bytes.length, announcedLength(headers, this.#isCut));
  }

  /** As declared, without parameters; "" when it is not. */
  get mediaType(): string {
    return this.#type.value;
  }

  /** How the body is read: as it declares, else as its text looks. */
  kind(budget: Budget): BodyKind {
    return this.content.kind(budget);
  }

  form(budget: Budget): Pairs {
    return this.content.form(budget);
  }

  multipart(budget: Budget): MultipartBody {
    if (this.kind(budget) !== "multipart") return NO_PARTS;
    this.#multipart ??= parseMultipart(this.bytes, this.#type, this.#isCut, this.#limits, budget);
    return this.#multipart;
  }

  json(budget: Budget): JsonBody {
    return this.content.json(budget);
  }

  xml(budget: Budget): XmlBody {
    return this.content.xml(budget);
  }

  /** The values of the body, from its reader and those inside it. */
  decoded(budget: Budget): DecodedTexts {
    this.#decoded ??= bodyTexts(this, this.#limits, budget);
    return this.#decoded;
  }

  /** The values inside those of its reader. */
  nested(budget: Budget): ValuesInside {
    this.#nested ??= insideBody(this, this.#limits, budget);
    return this.#nested;
  }

  /**
   * The text that no reader takes, or none to its end, in each way in which it may be decoded; "" when there is none. Markup
   * is text of its own too: of a body that is declared as XML it is here, long texts inside it left out.
   */
  unread(budget: Budget): string {
    const { content } = this;
    const isWhole = this.#readError(budget) === "";
    const own = isWhole || this.kind(budget) === "opaque" ? content.unread(budget) : content.texts;
    return (this.inCoding === "" ? own : [...own, this.inCoding]).join("\n");
  }

  /**
   * What is legible in the bytes of a content coding, in which an application that undoes none reads fields and parts:
   * codings have room for text of their own (the file name and the comment of gzip, the metadata of br). A longer body
   * than is read is rejected, and cut here, so that the rest causes no work.
   */
  get inCoding(): string {
    this.#inCoding ??= firstLongRuns(this.#coded, this.#limits.maxInspectedBytes);
    return this.#inCoding;
  }

  outcome(budget: Budget): BodyOutcome {
    const kind = this.kind(budget);
    if (kind === "") return this.error(budget) === "" ? "" : "partly";
    if (this.error(budget) !== "") return "partly";
    return kind === "opaque" || this.#isBeginning() ? "opaque" : "inspected";
  }

  /** Why rules have not seen all that they read; undefined when they have. */
  unseen(budget: Budget): UnseenBody | undefined {
    if (this.#isCoded) return UNSEEN_CODED;
    if (this.#isLongInCoding) return UNSEEN_IN_CODING;
    if (this.#isCut) return UNSEEN_REST;
    return this.content.isAsked && this.#readError(budget) === "body_too_long" ? UNSEEN_TEXT : undefined;
  }

  /** Why the body was not read to its end, as a stable code; "" when it was, or is opaque. */
  error(budget: Budget): BodyError | "" {
    const error = this.#readError(budget);
    if (error !== "" || !this.decoded(budget).isTruncated) return error;
    return budget.exhausted ? "budget_exhausted" : "nested_too_much";
  }

  /** The same as far as rules have read the body, without looking for values inside values anew; "" when none has read it. */
  knownError(budget: Budget): BodyError | "" {
    if (!this.content.isAsked) return "";
    return this.#decoded === undefined ? this.#readError(budget) : this.error(budget);
  }

  /** The error as far as its own reader and those of parts know. */
  #readError(budget: Budget): BodyError | "" {
    if (this.#isCoded || this.#isLongInCoding) return "content_coding";
    const own = this.content.error(budget) || this.#partsError(budget);
    if (own !== "") return own;
    if (this.#isCut) return "truncated";
    const isLong =
      this.truncated ||
      this.multipart(budget).inputBytes > this.#limits.maxInspectedBytes ||
      this.#isLongInBytes(budget);
    return isLong ? "body_too_long" : "";
  }

  get #isLongInCoding(): boolean {
    return this.inCoding.length > this.#limits.maxInspectedBytes;
  }

  /** The error of a body that was read in part, the media type of an opaque one, else "". */
  reason(budget: Budget): string {
    const error = this.error(budget);
    if (error !== "" || this.outcome(budget) !== "opaque") return error;
    return sniffMediaType(this.bytes) || this.#type.value;
  }

  /** Ambiguities of such a body for readers, as stable codes; the declaration's own oddities first. */
  anomalies(budget: Budget): readonly string[] {
    const inParts = this.multipart(budget).contents.flatMap((content) => content.anomalies(budget));
    return [
      ...this.#declarationAnomalies(),
      ...this.multipart(budget).anomalies,
      ...this.content.anomalies(budget),
      ...new Set(inParts),
    ];
  }

  /** Why the reader of parts gave up, or the reader of a part. */
  #partsError(budget: Budget): ContentError | MultipartError | "" {
    const { error, contents, inputBytes } = this.multipart(budget);
    // A body that is too long for the readers of parts is reported as that first.
    if (error !== "" || inputBytes > this.#limits.maxInspectedBytes) return error;
    for (const content of contents) {
      const inPart = content.error(budget);
      if (inPart !== "") return inPart;
    }
    return "";
  }

  /** Whether a text is longer than what is read; the contents of files and what is not text do not count. */
  #isTooLong(): boolean {
    const { declared } = this.content;
    if (this.bytes.length <= this.#limits.maxInspectedBytes || declared === "multipart") return false;
    if (declared !== undefined) return true;
    return !isBytesType(this.#type.value) && !this.content.looksBinary;
  }

  /** Whether what looks like bytes, and is not declared so, is a text by its reader, and too long for it. */
  #isLongInBytes(budget: Budget): boolean {
    if (!this.#isBeginning() || isBytesType(this.#type.value)) return false;
    return this.kind(budget) !== "opaque";
  }

  /** Whether only the beginning of a text was read that is declared as bytes: such a body is not refused for its length. */
  #isBeginning(): boolean {
    return this.content.declared === undefined && this.bytes.length > this.#limits.maxInspectedBytes;
  }

  #declarationAnomalies(): readonly BodyAnomaly[] {
    const found: BodyAnomaly[] = [];
    if (this.bytes === "" && !this.truncated) return found;
    if (this.#headers.first("content-type") === undefined) found.push("missing_content_type");
    if (this.#headers.all("content-type").length > 1) found.push("duplicate_content_type");
    if (this.#type.malformed && this.content.declared !== "multipart") found.push("malformed_content_type");
    if (isAmbiguousType(this.#headers.first("content-type") ?? "", this.#type))
      found.push("ambiguous_content_type");
    if (this.#codings.length > 0) found.push("content_encoding");
    if (hasUnusualCharset(this.#type, isData(this.content.declared))) found.push("unusual_charset");
    if (this.truncated) found.push("truncated");
    return found;
  }
}

/** The declarations' own anomalies; each reader adds its own. */
export const BODY_ANOMALIES = [
  "missing_content_type",
  "duplicate_content_type",
  "malformed_content_type",
  "ambiguous_content_type",
  "content_encoding",
  "unusual_charset",
  "truncated",
] as const;

type BodyAnomaly = (typeof BODY_ANOMALIES)[number];

const NO_PARTS: MultipartBody = Object.freeze({
  parts: [],
  contents: [],
  anomalies: [],
  error: "",
  inputBytes: 0,
});

/** Content-Length is the size of a body that was not read to its end. */
function announcedLength(headers: Headers, truncated: boolean): number {
  const length = truncated ? headers.first("content-length") : undefined;
  return length !== undefined && /^[0-9]{1,15}$/.test(length) ? Number(length) : 0;
}

/**
 * Whether a message without a body in hand certainly has none: nothing announces one (RFC 9112 §6.3; in HTTP/2 and
 * later a body needs no announcement, RFC 9113 §8.1).
 */
export function hasNoBody(method: string, version: string, headers: Headers): boolean {
  // The line that announces it may be among those that are left out.
  if (headers.truncated || headers.all("transfer-encoding").length > 0) return false;
  const length = headers.first("content-length");
  if (length !== undefined) return length === "0";
  return version.startsWith("HTTP/1") || version === "HTTP/0.9" || method === "GET" || method === "HEAD";
}
