import { InputError, toValue } from "../language/scheme/input.ts";
import { parseExpression } from "../language/syntax/parse.ts";
import { utf8Encode } from "../language/values/bytes.ts";
import { isScalar, type Type, typeName } from "../language/values/types.ts";
import type { Value } from "../language/values/value.ts";

export type ParsedValue =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly message: string };

/**
 * Reads a value as people type it, by the type that is wanted: bytes bare or as a literal of the language (`"a\x00"`),
 * numbers, addresses, `true`, and JSON for arrays and maps.
 */
export function parseValue(text: string, type: Type): ParsedValue {
  if (type.kind === "Bytes") return { ok: true, value: literalBytes(text) ?? utf8Encode(text) };
  try {
    const value = toValue(type, inputFor(text.trim(), type), "value");
    if (value !== undefined) return { ok: true, value };
  } catch (error) {
    if (!(error instanceof InputError || error instanceof SyntaxError)) throw error;
  }
  const example = isScalar(type)
    ? EXAMPLES[type.kind]
    : `JSON such as ${type.kind === "Map" ? '{"a": ["b"]}' : '["a"]'}`;
  return { ok: false, message: `\`${text}\` is not a value of type ${typeName(type)}; write ${example}` };
}

const EXAMPLES = {
  Bool: "`true` or `false`",
  Int: "a whole number",
  Bytes: "text",
  Ip: "an address such as 203.0.113.9",
};

function inputFor(text: string, type: Type): unknown {
  switch (type.kind) {
    case "Bool":
      return text === "true" ? true : text === "false" ? false : undefined;
    case "Int":
      return /^-?\d{1,19}$/.test(text) ? BigInt(text) : undefined;
    case "Ip":
      return text;
    default:
      return JSON.parse(text);
  }
}

function literalBytes(text: string): string | undefined {
  if (!/^(?:"|r#*")/.test(text)) return undefined;
  const parsed = parseExpression(text);
  return parsed.ok && parsed.value.kind === "string" ? parsed.value.value : undefined;
}
