import type { ValueExpression } from "../../expression/compile/compile.ts";
import type { ExecutionContext } from "../../expression/scheme/execution-context.ts";
import { utf8Encode } from "../../expression/values/bytes.ts";
import { Bytes } from "../../expression/values/types.ts";
import type { PrepareServices } from "./control.ts";

/** A parameter that is either written out or worked out per request. */
export type Computed =
  | { readonly kind: "static"; readonly bytes: string }
  | { readonly kind: "dynamic"; readonly expression: ValueExpression };

/** From `{ value }` or `{ expression }`; undefined when there is neither. */
export function computed(
  parameters: Readonly<Record<string, unknown>>,
  services: PrepareServices,
): Computed | undefined {
  const { expression, value } = parameters;
  if (typeof expression === "string") {
    return { kind: "dynamic", expression: services.value(expression, Bytes) };
  }
  return typeof value === "string" ? { kind: "static", bytes: utf8Encode(value) } : undefined;
}

/** The value as bytes; undefined when the expression has none for this request. */
export function readComputed(source: Computed, context: ExecutionContext): string | undefined {
  if (source.kind === "static") return source.bytes;
  const value = source.expression.read(context);
  return typeof value === "string" ? value : undefined;
}

/** Whether bytes may stand in one line of a message head: a line break or NUL would let a value add lines of its own. */
export function isSingleLine(bytes: string): boolean {
  return !bytes.includes("\r") && !bytes.includes("\n") && !bytes.includes("\0");
}
