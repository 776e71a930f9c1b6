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
  let spelled: string | undefined;
  for (const text of rawHeaders) {
    if (spelled === undefined) {
      spelled = text;
      continue;
    }
    if (spelled.length === name.length && asciiLower(spelled) === name) return text;
    spelled = undefined;
  }
  return "";
}
