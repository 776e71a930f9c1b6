import type { ValueExpression } from "../../../language/compile/compile.ts";
import { textForm } from "../../../language/functions/text-of.ts";
import type { ExecutionContext } from "../../../language/scheme/execution-context.ts";
import { utf8Encode } from "../../../language/values/bytes.ts";
import { Bytes } from "../../../language/values/types.ts";
import type { Value } from "../../../language/values/value.ts";
import type { PrepareServices } from "./control.ts";

/** A parameter that is either fixed or computed per request. */
export type Computed =
  | { readonly kind: "static"; readonly bytes: string }
  | {
      readonly kind: "dynamic";
      readonly expression: ValueExpression;
      /** The text of a value that is not itself text. */
      readonly textOf?: (value: Value) => string;
    };

/** From `{ value }` or `{ expression }`; undefined when there is neither. */
export function computed(
  parameters: { readonly value?: string; readonly expression?: string } | undefined,
  services: PrepareServices,
): Computed | undefined {
  const { expression, value } = parameters ?? {};
  if (expression !== undefined) return { kind: "dynamic", expression: services.value(expression, Bytes) };
  return value === undefined ? undefined : { kind: "static", bytes: utf8Encode(value) };
}

/** The same of an expression of any type with a text form: addresses as text, numbers in decimal, `true` and `false`. */
export function computedText(
  parameters: { readonly value?: string; readonly expression?: string },
  services: PrepareServices,
): Computed | undefined {
  const { expression: text } = parameters;
  if (text === undefined) return computed(parameters, services);
  const expression = services.value(text);
  const { type } = expression;
  return type.kind === "Bytes"
    ? { kind: "dynamic", expression }
    : { kind: "dynamic", expression, textOf: textForm(type) };
}

/** The value as bytes; undefined when there is none, or the expression has none for this request. */
export function readComputed(source: Computed | undefined, context: ExecutionContext): string | undefined {
  if (source === undefined) return undefined;
  if (source.kind === "static") return source.bytes;
  const value = source.expression.read(context);
  if (typeof value === "string") return value;
  return value === undefined ? undefined : source.textOf?.(value);
}

/**
 * Whether bytes are allowed in one line of a message head: a line break or NUL would let a value add lines of its own.
 */
export function isSingleLine(bytes: string): boolean {
  return !bytes.includes("\r") && !bytes.includes("\n") && !bytes.includes("\0");
}
