// On the request path.
import type { IncomingMessage } from "node:http";

/**
 * The target as the client sent it, where the guard is mounted on a path: connect, Express and their like cut that path
 * off `url` and keep the whole as `originalUrl`, Express what it has cut off as `baseUrl`. A `url` that something else has
 * rewritten stays: it is what is served.
 */
export function targetOf(request: Pick<IncomingMessage, "url">): string {
  const url = request.url ?? "/";
  const original: unknown = Reflect.get(request, "originalUrl");
  if (typeof original !== "string" || original === url) return url;
  const base: unknown = Reflect.get(request, "baseUrl");
  // Scheme and host of a target in absolute form stay in front.
  const front = /^[a-z][a-z\d+.-]*:\/\/[^/?#]*/i.exec(url)?.[0] ?? "";
  const rest = url.slice(front.length);
  // Of a target that is the mount path alone a slash is left, which the client did not send.
  const sent = rest.startsWith("/") && (rest.length === 1 || rest[1] === "?") ? rest.slice(1) : undefined;
  if (typeof base === "string") {
    const whole = front + base + rest;
    return sent !== undefined && original === front + base + sent ? original : whole;
  }
  if (!original.startsWith(front)) return url;
  if (original.endsWith(rest)) return original;
  const isCut = sent !== undefined && original.endsWith(sent) && (sent !== "" || !original.includes("?"));
  return isCut ? original : url;
}
