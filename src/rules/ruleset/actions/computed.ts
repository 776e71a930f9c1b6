import type { ValueExpression } from "../../../language/compile/compile.ts";
import type { ExecutionContext } from "../../../language/scheme/execution-context.ts";
import { utf8Encode } from "../../../language/values/bytes.ts";
import { Bytes } from "../../../language/values/types.ts";
import type { PrepareServices } from "./control.ts";

/** A parameter that is either written out or worked out per request. */
export type Computed =
  | { readonly kind: "static"; readonly bytes: string }
  | { readonly kind: "dynamic"; readonly expression: ValueExpression };

/** From `{ value }` or `{ expression }`; undefined when there is neither. */
export function computed(
  parameters: { readonly value?: string; readonly expression?: string } | undefined,
  services: PrepareServices,
): Computed | undefined {
  const { expression, value } = parameters ?? {};
  if (expression !== undefined) return { kind: "dynamic", expression: services.value(expression, Bytes) };
  return value === undefined ? undefined : { kind: "static", bytes: utf8Encode(value) };
}

/** The value as bytes; undefined when there is none, or the expression has none for this request. */
export function readComputed(source: Computed | undefined, context: ExecutionContext): string | undefined {
  if (source === undefined) return undefined;
  if (source.kind === "static") return source.bytes;
  const value = source.expression.read(context);
  return typeof value === "string" ? value : undefined;
}

/** Whether bytes may stand in one line of a message head: a line break or NUL would let a value add lines of its own. */
export function isSingleLine(bytes: string): boolean {
  return !bytes.includes("\r") && !bytes.includes("\n") && !bytes.includes("\0");
}
