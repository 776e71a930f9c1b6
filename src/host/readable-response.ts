// On the request path.
import { trimWhiteSpace } from "../request/head/characters.ts";
import { linesOf, rawValues, withChanges } from "../request/head/headers.ts";
import type { HeaderOperation } from "../rules/ruleset/actions/control.ts";

/** Headers that ask for a part of a response, or for the difference to an earlier one (RFC 9110 §14.2, RFC 3229 §10.5.3). */
const PARTIAL = ["range", "if-range", "a-im"];

/**
 * Changes to a request that make the site answer with what rules can read: the whole, in a coding that can be undone.
 *
 * @param changes those that rules have made before.
 * @param codings names of content codings that can be undone.
 */
export function readableOperations(
  rawHeaders: readonly string[],
  changes: readonly HeaderOperation[],
  codings: readonly string[],
): readonly HeaderOperation[] {
  const sent = changes.length === 0 ? rawHeaders : withChanges(linesOf(rawHeaders), changes).flat();
  const operations: HeaderOperation[] = [];
  for (const name of PARTIAL) {
    if (rawValues(sent, name).length > 0) operations.push({ operation: "remove", name });
  }
  const accepted = rawValues(sent, "accept-encoding");
  if (accepted.length === 0) return operations;
  const value = readableCodings(accepted.join(","), codings);
  if (accepted.length !== 1 || accepted[0] !== value)
    operations.push({ operation: "set", name: "Accept-Encoding", value });
  return operations;
}

/** The members of an `Accept-Encoding` that name a coding of these, or none, with their weights (RFC 9110 §12.5.3). */
function readableCodings(accepted: string, codings: readonly string[]): string {
  let isAnyAccepted = false;
  const kept: string[] = [];
  for (const item of accepted.split(",")) {
    const member = trimWhiteSpace(item);
    const [name = "", ...parameters] = member.split(";");
    const coding = trimWhiteSpace(name)
      .toLowerCase()
      .replace(/^x-(?=gzip$|deflate$)/, "");
    if (coding !== "identity" && !codings.includes(coding)) continue;
    kept.push(member);
    isAnyAccepted ||= !parameters.some((parameter) => NO_WEIGHT.test(parameter));
  }
  return isAnyAccepted ? kept.join(", ") : "identity";
}

const NO_WEIGHT = /^[\t ]*q[\t ]*=[\t ]*0(?:\.0*)?[\t ]*$/i;
