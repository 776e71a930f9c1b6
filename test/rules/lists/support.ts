import { formatDiagnostic, type Result } from "../../support/source/language/diagnostics.ts";
import { type IpValue, parseIp, type Value } from "../../support/source/language/values.ts";
import { type CompiledList, compileList } from "../../support/source/rules/lists.ts";
import type { ListDocument, ListItemDocument } from "../../support/source/rules/ruleset.ts";

/** A clock that a test sets. */
export interface Clock {
  time: number;
}

export function accepted<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(result.errors.map(formatDiagnostic).join("\n"));
  return result.value;
}

export function compiled(
  kind: ListDocument["kind"],
  items: readonly ListItemDocument[],
  clock: Clock = { time: 0 },
): CompiledList {
  return accepted(compileList({ name: "l", kind, items }, { now: () => clock.time }));
}

export function has(list: CompiledList, value: Value): boolean {
  return list.has(value as never);
}

export function ip(text: string): IpValue {
  const address = parseIp(text);
  if (address === undefined) throw new Error(`${text} is no address`);
  return address;
}
