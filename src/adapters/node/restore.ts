import { parse as parseQuery } from "node:querystring";
import { Readable } from "node:stream";
import type { RestoredRequest } from "../../engine/decision/challenge-provider.ts";
import { isOwnLine, restoredLines } from "../../host/sent-request.ts";
import { asciiLower } from "../../language/values/bytes.ts";
import { isReceived } from "./body.ts";
import type { NodeRequest } from "./node-request.ts";

/** Headers of which Node shows the first line only, of those that a restored request may have. */
const SINGLE: ReadonlySet<string> = new Set(["content-type", "referer"]);

/**
 * Makes of a request, whose whole body was read and put back, the one restored from its body: method, address, header
 * lines, parsed query and body, for handlers after the firewall. False, and nothing has changed, when the body has been
 * taken from it, its cookies have been read, or when a framework has cut something else off its address than off the
 * other.
 */
export function restoreRequest(request: NodeRequest, { request: sent, clearance }: RestoredRequest): boolean {
  // Cookies that were read from the answer may be others than the request had.
  if ("cookies" in request) return false;
  const url = addressBelow(request, sent.uri);
  if (url === undefined || request.readableEnded || !isReceived(request)) return false;
  let query: PropertyDescriptor | undefined;
  try {
    query = parsedQuery(request, sent.uri);
  } catch {
    return false;
  }
  const lines = restoredLines(request.rawHeaders, sent, clearance);
  // Node makes them of the raw lines on first use.
  const { headers } = request;
  const distinct = "headersDistinct" in request ? request.headersDistinct : undefined;
  // The types of HTTP/2 have no setter for the method.
  Object.assign(request, { method: sent.method, url });
  if ("originalUrl" in request) request.originalUrl = sent.uri;
  if (query !== undefined) Object.defineProperty(request, "query", query);
  for (const name of Object.keys(headers)) if (isOwnLine(name)) delete headers[name];
  for (const name of Object.keys(distinct ?? {})) if (isOwnLine(name)) delete distinct?.[name];
  for (const [spelled, value] of lines) {
    const name = asciiLower(spelled);
    if (!isOwnLine(name)) continue;
    const before = headers[name];
    if (before === undefined) headers[name] = value;
    else if (!SINGLE.has(name)) headers[name] = `${before}, ${value}`;
    if (distinct !== undefined) distinct[name] = [...(distinct[name] ?? []), value];
  }
  const raw = lines.flatMap(([name, value]) => [
    name,
    name === ":method" ? sent.method : name === ":path" ? sent.uri : value,
  ]);
  request.rawHeaders.splice(0, request.rawHeaders.length, ...raw);
  replaceBody(request, sent.body);
  return true;
}

/** The address without what a framework in front has cut off as the path on which the guard is mounted. */
function addressBelow(request: NodeRequest, uri: string): string | undefined {
  const original: unknown = Reflect.get(request, "originalUrl");
  const url = request.url ?? "/";
  if (typeof original !== "string" || original === url) return uri;
  const base = original.slice(0, -url.length);
  const rest = uri.slice(base.length);
  return original.endsWith(url) && uri.startsWith(base) && rest.startsWith("/") ? rest : undefined;
}

/**
 * The query of the address as a framework has parsed it before the guard, for Express 4, which says how, and Polka;
 * undefined where it is parsed when it is asked for, as by Express 5. Throws the exceptions of the framework's parser.
 */
function parsedQuery(request: NodeRequest, uri: string): PropertyDescriptor | undefined {
  const own = Object.getOwnPropertyDescriptor(request, "query");
  if (own === undefined || !("value" in own)) return undefined;
  const mark = uri.indexOf("?");
  const text = mark === -1 ? "" : uri.slice(mark + 1);
  const app: unknown = Reflect.get(request, "app");
  const setting: unknown = typeof app === "function" ? Reflect.get(app, "get") : undefined;
  const parser: unknown =
    typeof setting === "function" ? Reflect.apply(setting, app, ["query parser fn"]) : undefined;
  const value = typeof parser === "function" ? Reflect.apply(parser, app, [text]) : { ...parseQuery(text) };
  return { ...own, value };
}

function replaceBody(request: NodeRequest, body: string): void {
  // Exactly what there is: to ask for more would end the stream for good. And by the stream's own method: for what comes
  // behind the guard nothing has been read.
  const { readableLength } = request;
  if (readableLength > 0) Readable.prototype.read.call(request, readableLength);
  if (body !== "") request.unshift(Buffer.from(body, "latin1"));
}
