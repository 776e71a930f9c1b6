import { trimWhiteSpace } from "../../request/head/characters.ts";
import { type HeaderLine, linesOf } from "../../request/head/headers.ts";
import { CONNECTION_HEADERS } from "../../rules/ruleset/actions/rewrite.ts";

/** Headers that end with the connection that they came on, and what Node's own framing replaces. */
const HOP_BY_HOP: ReadonlySet<string> = new Set([...CONNECTION_HEADERS, "expect", "http2-settings"]);

/** The lines that are meant for the other end, in their order. */
export function endToEnd(raw: readonly string[]): HeaderLine[] {
  const named = namedByConnection(raw);
  return linesOf(raw).filter(([name]) => {
    const lower = name.toLowerCase();
    return !HOP_BY_HOP.has(lower) && !named.has(lower);
  });
}

/**
 * The fields that rules see, of alternating names and values: all but the fields that a `Connection` header names,
 * which the other end does not see either. Fields that are known to end here stay: they show what the client requested
 * of this connection.
 */
export function withoutNamed(raw: readonly string[]): readonly string[] {
  const named = namedByConnection(raw);
  if (named.size === 0) return raw;
  return linesOf(raw)
    .filter(([name]) => !named.has(name.toLowerCase()))
    .flat();
}

const NOBODY: ReadonlySet<string> = new Set();

/** Names of end-to-end fields in `Connection` headers (RFC 9110 §7.6.1), lower case. */
export function namedByConnection(raw: readonly string[]): ReadonlySet<string> {
  let named: Set<string> | undefined;
  for (let at = 0; at + 1 < raw.length; at += 2) {
    const name = raw[at] ?? "";
    if (name.length !== 10 && name.length !== 16) continue;
    const lower = name.toLowerCase();
    if (lower !== "connection" && lower !== "proxy-connection") continue;
    for (const item of (raw[at + 1] ?? "").split(",")) {
      const token = trimWhiteSpace(item).toLowerCase();
      if (token === "" || token === "close" || HOP_BY_HOP.has(token)) continue;
      named ??= new Set();
      named.add(token);
    }
  }
  return named ?? NOBODY;
}

export function valuesOf(lines: readonly HeaderLine[], name: string): readonly string[] {
  return lines.filter(([other]) => other.toLowerCase() === name).map(([, value]) => value);
}
