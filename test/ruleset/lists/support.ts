import { formatDiagnostic, type Result } from "../../../src/expression/source/diagnostic.ts";
import { parseIp } from "../../../src/expression/values/ip.ts";
import type { IpValue, Value } from "../../../src/expression/values/value.ts";
import type { ListItemDocument } from "../../../src/ruleset/document.ts";
import { compileList } from "../../../src/ruleset/lists/compile-list.ts";
import type { CompiledList } from "../../../src/ruleset/lists/list.ts";

/** A clock that a test sets. */
export interface Clock {
  time: number;
}

export function accepted<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(result.errors.map(formatDiagnostic).join("\n"));
  return result.value;
}

export function compiled(
  kind: string,
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
