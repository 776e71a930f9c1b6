import type { HeaderOperation } from "../../rules/ruleset/actions/control.ts";
import type { NodeRequest } from "./node-request.ts";

/** Changes the headers that handlers find on a request. The lines as received stay: rules on the response may read them. */
export function applyToRequest({ headers }: NodeRequest, operations: readonly HeaderOperation[]): void {
  for (const operation of operations) {
    const name = operation.name.toLowerCase();
    if (operation.operation === "remove") Reflect.deleteProperty(headers, name);
    else headers[name] = operation.value;
  }
}
