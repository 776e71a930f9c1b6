import { asciiLower } from "../../language/values/bytes.ts";
import { linesOf, rawValues, withChanges } from "../../request/head/headers.ts";
import type { HeaderOperation } from "../../rules/ruleset/actions/control.ts";
import type { NodeRequest } from "./node-request.ts";

/** Headers of which Node shows the first line only, of those that a rule may change. */
const SINGLE: ReadonlySet<string> = new Set([
  ..."age authorization content-type etag expires from if-modified-since if-unmodified-since".split(" "),
  ..."last-modified location max-forwards referer retry-after server user-agent".split(" "),
]);

/**
 * Changes the headers that handlers find on a request, in every form in which Node shows them. The array of lines that was
 * received stays as it is: rules on the response may read it.
 */
export function applyToRequest(request: NodeRequest, operations: readonly HeaderOperation[]): void {
  if (operations.length === 0) return;
  // Node makes them of the raw lines on first use.
  const { headers } = request;
  const distinct = "headersDistinct" in request ? request.headersDistinct : undefined;
  const raw = withChanges(linesOf(request.rawHeaders), operations).flat();
  // Of HTTP/2 it is a getter.
  Object.defineProperty(request, "rawHeaders", {
    value: raw,
    configurable: true,
    enumerable: true,
    writable: true,
  });
  for (const changed of operations) {
    const name = asciiLower(changed.name);
    const values = rawValues(raw, name);
    if (values.length === 0) {
      Reflect.deleteProperty(headers, name);
      if (distinct !== undefined) Reflect.deleteProperty(distinct, name);
      continue;
    }
    setOwn(headers, name, joined(name, values));
    if (distinct !== undefined) setOwn(distinct, name, values);
  }
}

/** As Node joins lines. */
function joined(name: string, values: readonly string[]): string | readonly string[] | undefined {
  if (name === "set-cookie") return values;
  return SINGLE.has(name) ? values[0] : values.join(name === "cookie" ? "; " : ", ");
}

/** Names come from rules, and may be those of prototypes. */
function setOwn(target: object, name: string, value: unknown): void {
  Object.defineProperty(target, name, { value, configurable: true, enumerable: true, writable: true });
}
