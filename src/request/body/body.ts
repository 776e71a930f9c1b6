import type { Budget } from "../../language/values/budget.ts";
import { asciiLower } from "../../language/values/bytes.ts";
import type { Headers } from "../head/headers.ts";
import { NO_PAIRS, type Pairs, splitPairs } from "../head/pairs.ts";
import type { RequestLimits } from "../view/limits.ts";
import type { BodyView } from "../view/request-view.ts";
import { type JsonBody, parseJson } from "./json.ts";
import { hasUnusualCharset, type ParameterizedValue, parseParameters } from "./media-type.ts";
import { type MultipartBody, parseMultipart } from "./multipart.ts";

/** How a body is read, by its declared media type; "" when none of our readers applies. */
export type BodyKind = "form" | "multipart" | "json" | "";

/** A request body and what its readers made of it. Each reader runs when first asked, and once. */
export class ParsedBody {
  /** The inspected bytes. */
  readonly bytes: string;
  readonly truncated: boolean;
  /** Bytes of the whole body, as far as known. */
  readonly size: number;
  readonly kind: BodyKind;
  readonly #headers: Headers;
  readonly #type: ParameterizedValue;
  readonly #limits: RequestLimits;
  #form: Pairs | undefined;
  #multipart: MultipartBody | undefined;
  #json: JsonBody | undefined;

  constructor(view: BodyView, headers: Headers, limits: RequestLimits) {
    const cut = view.bytes.length > limits.maxBodyBytes;
    this.bytes = cut ? view.bytes.slice(0, limits.maxBodyBytes) : view.bytes;
    this.truncated = view.truncated || cut;
    this.size = Math.max(view.size ?? 0, view.bytes.length, announcedLength(headers, this.truncated));
    this.#type = parseParameters(headers.first("content-type") ?? "");
    this.kind = kindOf(this.#type.value);
    this.#headers = headers;
    this.#limits = limits;
  }

  form(budget: Budget): Pairs {
    if (this.kind !== "form") return NO_PAIRS;
    this.#form ??= splitPairs(this.bytes, this.#limits.maxFormFields, budget);
    return this.#form;
  }

  multipart(budget: Budget): MultipartBody {
    if (this.kind !== "multipart") return NO_PARTS;
    this.#multipart ??= parseMultipart(this.bytes, this.#type, this.truncated, this.#limits, budget);
    return this.#multipart;
  }

  json(budget: Budget): JsonBody {
    if (this.kind !== "json" || this.bytes === "") return NO_JSON;
    this.#json ??= parseJson(this.bytes, this.#limits, budget);
    return this.#json;
  }

  /** Why the body could not be read to its end, as a stable code; "" when it was, or has no reader. */
  error(budget: Budget): string {
    switch (this.kind) {
      case "form":
        return this.form(budget).truncated
          ? budget.exhausted
            ? "budget_exhausted"
            : "form_too_many_fields"
          : "";
      case "multipart":
        return this.multipart(budget).error;
      case "json":
        return this.json(budget).error;
      default:
        return "";
    }
  }

  /** What readers of such a body disagree about, as stable codes; the declaration's own oddities first. */
  anomalies(budget: Budget): readonly string[] {
    return [
      ...this.#declarationAnomalies(),
      ...(this.kind === "multipart" ? this.multipart(budget).anomalies : []),
      ...(this.kind === "json" ? this.json(budget).anomalies : []),
    ];
  }

  #declarationAnomalies(): readonly BodyAnomaly[] {
    const found: BodyAnomaly[] = [];
    if (this.bytes === "" && !this.truncated) return found;
    if (this.#headers.first("content-type") === undefined) found.push("missing_content_type");
    if (this.#headers.all("content-type").length > 1) found.push("duplicate_content_type");
    if (this.#type.malformed && this.kind !== "multipart") found.push("malformed_content_type");
    const coding = asciiLower(this.#headers.joined("content-encoding"));
    if (coding !== "" && coding !== "identity") found.push("content_encoding");
    if (hasUnusualCharset(this.#type)) found.push("unusual_charset");
    if (this.truncated) found.push("truncated");
    return found;
  }
}

/** The declarations' own anomalies; each reader adds its own. */
export const BODY_ANOMALIES = [
  "missing_content_type",
  "duplicate_content_type",
  "malformed_content_type",
  "content_encoding",
  "unusual_charset",
  "truncated",
] as const;

type BodyAnomaly = (typeof BODY_ANOMALIES)[number];

const NO_PARTS: MultipartBody = Object.freeze({ parts: [], anomalies: [], error: "", inputBytes: 0 });
const NO_JSON: JsonBody = Object.freeze({ names: [], values: [], depth: 0, anomalies: [], error: "" });

function kindOf(mediaType: string): BodyKind {
  if (mediaType === "application/x-www-form-urlencoded") return "form";
  if (mediaType.startsWith("multipart/")) return "multipart";
  const isJson = mediaType === "application/json" || mediaType === "text/json" || mediaType.endsWith("+json");
  return isJson ? "json" : "";
}

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
