import type { HeaderLine } from "../../request/head/headers.ts";

/** Methods whose bodies Node frames only on request (RFC 9110 gives them no meaning). */
const UNFRAMED = new Set(["GET", "HEAD", "DELETE", "OPTIONS", "TRACE", "CONNECT"]);

/** Header lines that frame the body: its length as announced, else chunks. */
export function framing(
  method: string,
  contentLength: string | undefined,
  hasBody: boolean,
): readonly HeaderLine[] {
  if (contentLength !== undefined) return [["Content-Length", contentLength]];
  if (hasBody) return [["Transfer-Encoding", "chunked"]];
  return UNFRAMED.has(method.toUpperCase()) ? [] : [["Content-Length", "0"]];
}

/** Whether there is a body to send, as the lines that frame it say. */
export function hasBody({
  method,
  headers,
}: {
  readonly method: string;
  readonly headers: readonly HeaderLine[];
}): boolean {
  for (const [name, value] of headers) {
    const lower = name.toLowerCase();
    if (lower === "transfer-encoding") return true;
    if (lower === "content-length") return value !== "0";
  }
  return !UNFRAMED.has(method.toUpperCase());
}
