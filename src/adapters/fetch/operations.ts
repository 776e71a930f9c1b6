import type { HeaderOperation } from "../../rules/ruleset/actions/control.ts";

/** Sets, adds or removes a header. */
export function applyOperation(headers: Headers, operation: HeaderOperation): void {
  if (operation.operation === "remove") headers.delete(operation.name);
  else if (operation.operation === "add") headers.append(operation.name, operation.value);
  else headers.set(operation.name, operation.value);
}
