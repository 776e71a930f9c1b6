import type { BodyView } from "../../request/view/request-view.ts";
import type { NodeRequest } from "./node-request.ts";

/** Levels of a form's names, such as `a[b][c]`, that are written again; parsers stop far earlier. */
const MAX_DEPTH = 64;

/**
 * What a body parser in front of the guard has left of a body, as `request.body`: bytes and text as they are, the object of
 * a JSON or form parser written again. That shows rules every name and value that the application gets, though not how
 * they were spelt. Undefined when it cannot be told what the body was.
 */
export function parsedBody(request: NodeRequest, maxBytes: number): BodyView | undefined {
  const body: unknown = Reflect.get(request, "body");
  const bytes =
    body instanceof Uint8Array ? Buffer.from(body).toString("latin1") : textAsBytes(request, body);
  if (bytes === undefined) return undefined;
  return {
    bytes: bytes.length > maxBytes ? bytes.slice(0, maxBytes) : bytes,
    truncated: bytes.length > maxBytes,
    size: bytes.length,
    // Parsers undo content codings.
    coding: "undone",
  };
}

function textAsBytes(request: NodeRequest, body: unknown): string | undefined {
  const type = request.headers["content-type"] ?? "";
  // Rules read the bytes by this charset, and ours are UTF-8.
  const charset = /;\s*charset\s*=\s*"?([^\s";]*)/i.exec(type)?.[1] ?? "utf-8";
  if (!/^(?:utf-?8|us-ascii)$/i.test(charset)) return undefined;
  const text = textOf(type, body, request);
  return text === undefined ? undefined : Buffer.from(text, "utf8").toString("latin1");
}

function textOf(type: string, body: unknown, request: NodeRequest): string | undefined {
  if (typeof body === "string") return body;
  if (typeof body !== "object" || body === null) return undefined;
  const [mediaType = ""] = type.toLowerCase().split(";", 1);
  // What frameworks leave where nothing was parsed.
  if (Object.keys(body).length === 0 && request.headers["content-length"] !== "2") return undefined;
  if (/^application\/(?:[^\s/]+\+)?json\s*$/.test(mediaType)) return jsonText(body);
  if (/^application\/x-www-form-urlencoded\s*$/.test(mediaType)) return formText(body);
  return undefined;
}

function jsonText(body: object): string | undefined {
  try {
    return JSON.stringify(body);
  } catch {
    // Too deep, or put there by something else than a JSON parser.
    return undefined;
  }
}

/** Names of nested values as parsers read them: `a[b]=1`; several values of one name each with the name. */
function formText(body: object): string | undefined {
  const pairs: string[] = [];
  let isWhole = true;
  const add = (name: string, value: unknown, depth: number): void => {
    if (depth > MAX_DEPTH || typeof value === "function") isWhole = false;
    else if (Array.isArray(value)) {
      const items: readonly unknown[] = value;
      for (const [at, item] of items.entries())
        add(typeof item === "object" ? `${name}[${at}]` : name, item, depth + 1);
    } else if (typeof value === "object" && value !== null) {
      for (const [key, item] of Object.entries(value))
        add(depth === 0 ? key : `${name}[${key}]`, item, depth + 1);
    } else pairs.push(`${formPart(name)}=${formPart(value === null ? "" : String(value))}`);
  };
  add("", body, 0);
  return isWhole ? pairs.join("&") : undefined;
}

function formPart(text: string): string {
  // Lone surrogates would be an error.
  return encodeURIComponent(Buffer.from(text, "utf8").toString("utf8")).replaceAll("%20", "+");
}
