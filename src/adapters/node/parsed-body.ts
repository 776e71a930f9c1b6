import { declaredKind } from "../../request/body/kind.ts";
import { parseParameters } from "../../request/body/media-type.ts";
import type { BodyView } from "../../request/view/request-view.ts";
import type { NodeRequest } from "./node-request.ts";

/** Levels of a form's names, such as `a[b][c]`, that are written again; parsers stop far earlier. */
const MAX_DEPTH = 64;

/**
 * The result of a body parser in front of the guard, in `request.body`: bytes and text as they are, the object of a
 * form parser written again as a form, any other as JSON. That shows rules every name and value that the application
 * gets, though not how they were spelt. Undefined when the original form of the body is unknown.
 */
export function parsedBody(request: NodeRequest, maxBytes: number): BodyView | undefined {
  const body: unknown = Reflect.get(request, "body");
  // Parsers undo content codings.
  if (body instanceof Uint8Array)
    return { ...shown(Buffer.from(body).toString("latin1"), maxBytes), coding: "undone" };
  const text = textOf(body, request);
  if (text === undefined) return undefined;
  const bytes = Buffer.from(text, "utf8").toString("latin1");
  // And they decode text, by a character set of which rules need not find the same declaration.
  return { ...shown(bytes, maxBytes), coding: "undone", charset: "undone" };
}

function shown(bytes: string, maxBytes: number): BodyView {
  const truncated = bytes.length > maxBytes;
  return { bytes: truncated ? bytes.slice(0, maxBytes) : bytes, truncated, size: bytes.length };
}

function textOf(body: unknown, request: NodeRequest): string | undefined {
  if (typeof body === "string") return body;
  // `body-parser` says so, and so do those that take its place.
  const isParsed = Reflect.get(request, "_body") === true;
  if (body === undefined) return undefined;
  if (!isParsed && !isFilled(body, request)) return undefined;
  const kind = declaredKind(parseParameters(request.headers["content-type"] ?? ""));
  // Their parsers drop parts of the body: files, order, attributes.
  if (kind === "multipart" || kind === "xml") return undefined;
  if (kind === "form") return isObject(body) ? formText(body) : undefined;
  // Parsers may be configured to accept every type. Rules look for JSON in all of them.
  return jsonText(body);
}

/** Whether it cannot be what frameworks leave where nothing was parsed. */
function isFilled(body: unknown, request: NodeRequest): boolean {
  return isObject(body) && (Object.keys(body).length > 0 || request.headers["content-length"] === "2");
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

function jsonText(body: unknown): string | undefined {
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
