import { asciiLower } from "../../language/values/bytes.ts";
import { splitTarget } from "../../request/head/uri.ts";
import type { RequestView } from "../../request/view/request-view.ts";
import type { RequestFacts } from "./event.ts";

/** Facts as bytes, read from a view alone: the client is the socket's peer, and there is no geography. */
export function requestFactsOf(view: RequestView): RequestFacts {
  const target = splitTarget(view.target, view.method);
  return {
    method: view.method,
    host: target.authority ?? firstHeader(view.rawHeaders, "host"),
    path: target.path,
    query: target.query,
    client: view.remoteAddress ?? "",
    userAgent: firstHeader(view.rawHeaders, "user-agent"),
    version: view.version,
  };
}

function firstHeader(rawHeaders: readonly string[], name: string): string {
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    const spelled = rawHeaders[at]!;
    if (spelled.length === name.length && asciiLower(spelled) === name) return rawHeaders[at + 1]!;
  }
  return "";
}
