import type { Budget } from "../../language/values/budget.ts";
import type { Headers } from "../head/headers.ts";
import { NO_PAIRS, type Pairs, splitPairs } from "../head/pairs.ts";
import type { RequestLimits } from "../view/limits.ts";
import type { BodyView } from "../view/request-view.ts";
import { type Charset, charsetOf, detectUnicode } from "./charset.ts";
import { contentCodings } from "./codings.ts";
import { type JsonBody, type JsonError, parseJson } from "./json.ts";
import {
  type BodyKind,
  declaredKind,
  guessedKind,
  isAmbiguousType,
  isBinary,
  isBytesType,
  isData,
  type ReadKind,
  textStart,
} from "./kind.ts";
import { wideMark } from "./marks.ts";
import { hasUnusualCharset, type ParameterizedValue, parseParameters } from "./media-type.ts";
import { sniffMediaType } from "./mime.ts";
import { type MultipartBody, type MultipartError, parseMultipart } from "./multipart.ts";
import { declaredXmlEncoding, parseXml, type XmlBody } from "./xml.ts";
import type { XmlError } from "./xml-entities.ts";

/** How much of a body rules have seen as the site may read it. */
export type BodyOutcome = "inspected" | "partly" | "opaque" | "";

/** Why a body was read only in part; {@link MultipartError} and {@link JsonError} besides. */
type BodyFault =
  /** The host holds less than was sent. */
  | "truncated"
  /** More text than is read. */
  | "body_too_long"
  /** A content coding is unknown, was not undone, or the bytes are not in it. */
  | "content_coding"
  /** A character set that nobody here can decode. */
  | "unknown_charset"
  | "form_too_many_fields"
  | "budget_exhausted";

/** Why a body that rules read is refused unless it may be read in part. */
export interface UnseenBody {
  readonly code: "wirewall.oversize" | "wirewall.coding";
  readonly status: 413 | 415;
  readonly message: string;
}

const UNSEEN_REST: UnseenBody = Object.freeze({
  code: "wirewall.oversize",
  status: 413,
  message: "the body is longer than this site inspects",
});
const UNSEEN_CODED: UnseenBody = Object.freeze({
  code: "wirewall.coding",
  status: 415,
  message: "the body is in a content coding that this site cannot undo",
});

/** A request body and what its readers made of it. Each reader runs when first asked, and once. */
export class ParsedBody {
  /** All bytes that are held. */
  readonly bytes: string;
  /** Whether more was sent than is read. */
  readonly truncated: boolean;
  /** Bytes of the whole body, as far as known. */
  readonly size: number;
  /** What readers of texts get: at most the inspection limit. */
  readonly #cut: string;
  readonly #isCut: boolean;
  readonly #isCoded: boolean;
  readonly #declared: ReadKind | undefined;
  readonly #headers: Headers;
  readonly #type: ParameterizedValue;
  readonly #limits: RequestLimits;
  #isBytes: boolean | undefined;
  #readings: Readings | undefined;
  #kind: BodyKind | undefined;
  #form: Pairs | undefined;
  #multipart: MultipartBody | undefined;
  #json: JsonBody | undefined;
  #xml: XmlBody | undefined;

  constructor(view: BodyView, headers: Headers, limits: RequestLimits) {
    const { maxBodyBytes, maxInspectedBytes } = limits;
    const isCut = view.bytes.length > maxBodyBytes;
    this.bytes = isCut ? view.bytes.slice(0, maxBodyBytes) : view.bytes;
    this.#cut = this.bytes.length > maxInspectedBytes ? this.bytes.slice(0, maxInspectedBytes) : this.bytes;
    this.#isCut = view.truncated || isCut;
    this.#type = parseParameters(headers.first("content-type") ?? "");
    this.#isCoded = this.bytes !== "" && view.coding !== "undone" && isCoded(headers);
    this.#declared = declaredKind(this.#type);
    this.#headers = headers;
    this.#limits = limits;
    this.truncated = this.#isCut || this.#isTooLong();
    this.size = Math.max(view.size ?? 0, view.bytes.length, announcedLength(headers, this.#isCut));
  }

  /** How the body is read: as it declares, else as its text looks. */
  kind(budget: Budget): BodyKind {
    this.#kind ??= this.#findKind(budget);
    return this.#kind;
  }

  form(budget: Budget): Pairs {
    if (this.kind(budget) !== "form") return NO_PAIRS;
    return this.#readForm(budget);
  }

  multipart(budget: Budget): MultipartBody {
    if (this.kind(budget) !== "multipart") return NO_PARTS;
    this.#multipart ??= parseMultipart(this.bytes, this.#type, this.#isCut, this.#limits, budget);
    return this.#multipart;
  }

  json(budget: Budget): JsonBody {
    if (this.kind(budget) !== "json") return NO_JSON;
    return this.#readJson(budget);
  }

  xml(budget: Budget): XmlBody {
    if (this.kind(budget) !== "xml") return NO_XML;
    return this.#readXml(budget);
  }

  /** What readers of texts get: at most the inspection limit, its character set undone to UTF-8. */
  get text(): string {
    return this.#texts.texts[0] ?? "";
  }

  /**
   * Whether readers may undo numeric references in a form: they do where its character set is older than Unicode, since
   * browsers write what the set lacks so (HTML Standard, encoding-parse).
   */
  get mayHoldReferences(): boolean {
    const label = charsetLabel(this.#type);
    return label !== undefined && !/^utf-?8$/i.test(label);
  }

  /** A text or a form that begins as JSON does, without the byte order marks in front of it; undefined for others. */
  jsonText(budget: Budget): string | undefined {
    const kind = this.kind(budget);
    if (kind !== "form" && kind !== "text") return undefined;
    const start = textStart(this.text);
    return /^[{["]/.test(this.text.charAt(start)) ? this.text.slice(start) : undefined;
  }

  /**
   * The text that no reader takes, or none to its end, in each way in which it may be decoded; "" when there is none. Markup
   * is text of its own too.
   */
  unread(budget: Budget): string {
    const isRead = this.#declared !== undefined && this.#declared !== "xml" && this.error(budget) === "";
    const { texts } = this.#texts;
    if (isRead) return texts.slice(1).join("\n");
    return this.kind(budget) === "opaque" ? "" : texts.join("\n");
  }

  outcome(budget: Budget): BodyOutcome {
    const kind = this.kind(budget);
    if (kind === "") return this.error(budget) === "" ? "" : "partly";
    if (this.error(budget) !== "") return "partly";
    return kind === "opaque" || this.#isBeginning() ? "opaque" : "inspected";
  }

  /** What rules have asked for and not seen; undefined when they have seen all that they read. */
  unseen(budget: Budget): UnseenBody | undefined {
    if (this.#isCoded) return UNSEEN_CODED;
    if (this.#isCut) return UNSEEN_REST;
    return this.#kind !== undefined && this.error(budget) === "body_too_long" ? UNSEEN_REST : undefined;
  }

  /** Why the body was not read to its end, as a stable code; "" when it was, or is opaque. */
  error(budget: Budget): BodyFault | JsonError | MultipartError | XmlError | "" {
    if (this.#isCoded) return "content_coding";
    if (this.#texts.isUnknown && this.kind(budget) !== "opaque") return "unknown_charset";
    const own = this.#readerError(budget);
    if (own !== "") return own;
    if (this.#isCut) return "truncated";
    const isLong = this.truncated || this.multipart(budget).inputBytes > this.#limits.maxInspectedBytes;
    return isLong ? "body_too_long" : "";
  }

  /** The error of a body that was read in part, the media type of an opaque one, else "". */
  reason(budget: Budget): string {
    const error = this.error(budget);
    if (error !== "" || this.outcome(budget) !== "opaque") return error;
    return sniffMediaType(this.bytes) || this.#type.value;
  }

  /** What readers of such a body disagree about, as stable codes; the declaration's own oddities first. */
  anomalies(budget: Budget): readonly string[] {
    return [
      ...this.#declarationAnomalies(),
      ...this.multipart(budget).anomalies,
      ...this.json(budget).anomalies,
      ...this.xml(budget).anomalies,
    ];
  }

  #findKind(budget: Budget): BodyKind {
    if (this.bytes === "") return "";
    if (this.#declared !== undefined) return this.#declared;
    if (!this.#texts.isDecoded && this.#looksBinary()) return "opaque";
    const guess = guessedKind(this.text);
    if (guess === "json") return this.#readJson(budget).error === "" ? "json" : "text";
    if (guess === "xml") return this.#readXml(budget).error === "" ? "xml" : "text";
    return guess ?? "text";
  }

  /** Why the reader of its kind gave up; of a text that was cut, the cut is why. */
  #readerError(budget: Budget): BodyFault | JsonError | MultipartError | XmlError | "" {
    switch (this.kind(budget)) {
      case "form":
        return this.form(budget).truncated
          ? budget.exhausted
            ? "budget_exhausted"
            : "form_too_many_fields"
          : "";
      case "multipart":
        return this.multipart(budget).error;
      case "json":
        return this.truncated ? "" : this.json(budget).error;
      case "xml":
        return this.truncated ? "" : this.xml(budget).error;
      default:
        return "";
    }
  }

  #readForm(budget: Budget): Pairs {
    this.#form ??= splitPairs(this.text, this.#limits.maxFormFields, budget);
    return this.#form;
  }

  #readJson(budget: Budget): JsonBody {
    this.#json ??= parseJson(this.text, this.#limits, budget);
    return this.#json;
  }

  #readXml(budget: Budget): XmlBody {
    this.#xml ??= parseXml(this.text, this.#limits, budget);
    return this.#xml;
  }

  get #texts(): Readings {
    this.#readings ??= readingsOf(this.#cut, this.#type, this.#declared);
    return this.#readings;
  }

  /** Whether a text is longer than what is read; the contents of files and what is no text do not count. */
  #isTooLong(): boolean {
    if (this.bytes.length <= this.#limits.maxInspectedBytes || this.#declared === "multipart") return false;
    if (this.#declared !== undefined) return true;
    return !isBytesType(this.#type.value) && !this.#looksBinary();
  }

  /** Whether only the beginning of a text was read that is declared as bytes: such a body is not refused for its length. */
  #isBeginning(): boolean {
    return this.#declared === undefined && this.#cut.length < this.bytes.length;
  }

  #looksBinary(): boolean {
    this.#isBytes ??= isBinary(this.bytes, this.#type.value);
    return this.#isBytes;
  }

  #declarationAnomalies(): readonly BodyAnomaly[] {
    const found: BodyAnomaly[] = [];
    if (this.bytes === "" && !this.truncated) return found;
    if (this.#headers.first("content-type") === undefined) found.push("missing_content_type");
    if (this.#headers.all("content-type").length > 1) found.push("duplicate_content_type");
    if (this.#type.malformed && this.#declared !== "multipart") found.push("malformed_content_type");
    if (isAmbiguousType(this.#type)) found.push("ambiguous_content_type");
    if (isCoded(this.#headers)) found.push("content_encoding");
    if (hasUnusualCharset(this.#type, isData(this.#declared))) found.push("unusual_charset");
    if (this.truncated) found.push("truncated");
    return found;
  }
}

function isCoded(headers: Headers): boolean {
  return contentCodings(headers.joined("content-encoding")).length > 0;
}

/** The texts that readers may see in a body, the likeliest first. */
interface Readings {
  readonly texts: readonly string[];
  /** Whether a character set was undone in which bytes tell little. */
  readonly isDecoded: boolean;
  readonly isUnknown: boolean;
}

/**
 * The forms of Unicode that readers of JSON and XML detect count before the declared set (Python's `json`, XML 1.0
 * appendix F); any text may begin with a byte order mark.
 */
function readingsOf(bytes: string, type: ParameterizedValue, declared: ReadKind | undefined): Readings {
  if (declared === "multipart" || bytes === "") return { texts: [bytes], isDecoded: false, isUnknown: false };
  const detected = declared === "form" ? undefined : detectUnicode(bytes);
  if (detected !== undefined && (declared !== undefined || wideMark(bytes) !== undefined)) {
    return decodedBy(detected, bytes);
  }
  const label =
    charsetLabel(type) ?? (declared === "xml" ? declaredXmlEncoding(bytes) || undefined : undefined);
  if (label === undefined) return { texts: [bytes], isDecoded: false, isUnknown: false };
  const charset = charsetOf(label);
  return charset === undefined
    ? { texts: [bytes], isDecoded: false, isUnknown: true }
    : decodedBy(charset, bytes);
}

function decodedBy(charset: Charset, bytes: string): Readings {
  if (charset.kind === "ascii") return { texts: [bytes], isDecoded: false, isUnknown: false };
  const texts = charset.readings(bytes);
  const isUnknown = texts.length === 0;
  // Readers that know nothing of the set see the bytes.
  return {
    texts: [...new Set([...texts, bytes])],
    isDecoded: charset.kind !== "multi_byte" && !isUnknown,
    isUnknown,
  };
}

function charsetLabel({ parameters }: ParameterizedValue): string | undefined {
  return parameters.find(({ name }) => name === "charset")?.value;
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

const NO_PARTS: MultipartBody = Object.freeze({ parts: [], anomalies: [], error: "", inputBytes: 0 });
const NO_XML: XmlBody = Object.freeze({
  names: [],
  values: [],
  depth: 0,
  encoding: "",
  anomalies: [],
  error: "",
});
const NO_JSON: JsonBody = Object.freeze({
  names: [],
  values: [],
  inputs: [],
  depth: 0,
  anomalies: [],
  error: "",
});

/** Content-Length tells the size of a body that was not read to its end. */
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
