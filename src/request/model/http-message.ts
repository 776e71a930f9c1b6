import { asciiLower } from "../../language/values/bytes.ts";
import { trimWhiteSpace } from "../head/characters.ts";
import { rawValues } from "../head/headers.ts";
import type { RequestView } from "../view/request-view.ts";

/** Data that is not in the text of a message. */
export interface MessageContext {
  readonly remoteAddress?: string;
  readonly secure?: boolean;
  /** Milliseconds since 1970; default now. */
  readonly receivedAt?: number;
}

export type ParsedMessage =
  | { readonly ok: true; readonly request: RequestView }
  | {
      readonly ok: false;
      readonly message: string;
      /** 1-based. */
      readonly line: number;
    };

const METHOD = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const VERSION = /^HTTP\/[0-9](?:\.[0-9])?$/;

/**
 * Reads the text of one HTTP/1 request, as captured or typed: lines may end in LF alone, the version may be missing,
 * and whatever follows the empty line is the body, chunks undone when the headers say so.
 *
 * @param bytes a byte string
 */
export function parseHttpMessage(bytes: string, context: MessageContext = {}): ParsedMessage {
  let at = 0;
  let line = 0;
  const next = (): string | undefined => {
    if (at >= bytes.length) return undefined;
    let end = bytes.indexOf("\n", at);
    if (end === -1) end = bytes.length;
    const text = bytes.slice(at, end > at && bytes[end - 1] === "\r" ? end - 1 : end);
    at = end + 1;
    line++;
    return text;
  };
  const start = next();
  const [method = "", target = "", version = "HTTP/1.1", ...more] = (start ?? "").split(" ");
  if (!METHOD.test(method) || target === "" || !VERSION.test(version) || more.length > 0) {
    return { ok: false, line: 1, message: "the first line must read `METHOD TARGET HTTP/1.1`" };
  }
  const rawHeaders: string[] = [];
  for (let text = next(); text !== undefined && text !== ""; text = next()) {
    if (text.startsWith(" ") || text.startsWith("\t")) {
      if (rawHeaders.length === 0)
        return { ok: false, line, message: "a header line must begin with its name" };
      rawHeaders[rawHeaders.length - 1] += ` ${trimWhiteSpace(text)}`;
      continue;
    }
    const colon = text.indexOf(":");
    if (colon <= 0) return { ok: false, line, message: "a header line must read `Name: value`" };
    rawHeaders.push(text.slice(0, colon), trimWhiteSpace(text.slice(colon + 1)));
  }
  const rest = bytes.slice(at);
  const body = isChunked(rawHeaders) ? unchunk(rest) : rest;
  if (body === undefined) return { ok: false, line: line + 1, message: "the chunked body is malformed" };
  return {
    ok: true,
    request: {
      method,
      target,
      version,
      secure: context.secure ?? false,
      rawHeaders,
      remoteAddress: context.remoteAddress,
      receivedAt: context.receivedAt ?? Date.now(),
      body: { bytes: body, truncated: false, size: body.length },
    },
  };
}

function isChunked(rawHeaders: readonly string[]): boolean {
  return rawValues(rawHeaders, "transfer-encoding").some((coding) => asciiLower(coding).endsWith("chunked"));
}

/** RFC 9112 §7.1; trailers are dropped. */
function unchunk(text: string): string | undefined {
  const parts: string[] = [];
  for (let at = 0; ; ) {
    const end = text.indexOf("\n", at);
    if (end === -1) return undefined;
    const size = text.slice(at, Math.min(end, at + 64));
    if (!/^[0-9A-Fa-f]{1,8}(?:[ \t;]|\r?$)/.test(size)) return undefined;
    const length = Number.parseInt(size, 16);
    if (length === 0) return parts.join("");
    if (end + 1 + length > text.length) return undefined;
    parts.push(text.slice(end + 1, end + 1 + length));
    at = end + 1 + length;
    if (text[at] === "\r") at++;
    if (text[at] !== "\n") return undefined;
    at++;
  }
}
