import {
  base64Decode,
  formatIp,
  Ip6,
  normalizeInt,
  parseIp,
  parseType,
  type Type,
  typeName,
  utf8Encode,
  type Value,
} from "../support/source/language/values.ts";

/** A case file says something that this reader does not understand: the case cannot be judged. */
export class CaseFault extends Error {
  override readonly name = "CaseFault";
}

/** A type in either spelling: `Map<Array<Bytes>>` or `Map(Array(Bytes))`. */
export function readType(text: unknown): Type {
  const type =
    typeof text === "string" ? parseType(text.replaceAll("(", "<").replaceAll(")", ">")) : undefined;
  if (type === undefined) throw new CaseFault(`unknown type ${JSON.stringify(text)}`);
  return type;
}

/**
 * A context value as case files spell it. Bytes: text, `{"hex": …}`, `{"BytesHex": …}`, `{"Bytes": text}`,
 * `{"b64": …}` or an array of byte numbers. Maps: an object, or pairs when a key is no text. An Int may be text.
 */
export function readValue(type: Type, json: unknown): Value | undefined {
  if (json === null || isRecord(json, "Nil")) return undefined;
  switch (type.kind) {
    case "Bool":
      if (typeof json === "boolean") return json;
      if (isRecord(json, "Bool")) return readValue(type, json["Bool"]);
      break;
    case "Int":
      if (isRecord(json, "Int")) return readValue(type, json["Int"]);
      if (typeof json === "number" && Number.isSafeInteger(json)) return json;
      if (typeof json === "string" && /^-?[0-9]+$/.test(json)) return normalizeInt(BigInt(json));
      break;
    case "Bytes":
      return readBytes(json);
    case "Ip":
      if (isRecord(json, "Ip")) return readValue(type, json["Ip"]);
      if (typeof json === "string") {
        const address = parseIp(json);
        if (address !== undefined) return address;
      }
      break;
    case "Array": {
      const items = isRecord(json, "Array") ? json["Array"] : json;
      if (Array.isArray(items)) return items.map((item) => present(readValue(type.element, item)));
      break;
    }
    case "Map":
      return readMap(type.element, isRecord(json, "Map") && !Array.isArray(json) ? json["Map"] : json);
  }
  throw new CaseFault(`not a value of type ${typeName(type)}: ${JSON.stringify(json)}`);
}

function readMap(element: Type, json: unknown): Value {
  if (typeof json !== "object" || json === null) throw new CaseFault(`not a map: ${JSON.stringify(json)}`);
  const pairs = (Array.isArray(json) ? json : Object.entries(json)) as readonly (readonly [
    unknown,
    unknown,
  ])[];
  const entries = pairs.map(([key, item]) => [readBytes(key), present(readValue(element, item))] as const);
  // Not in key order on purpose: the order of iteration is the language's business.
  return new Map(entries.toReversed());
}

function readBytes(json: unknown): string {
  if (typeof json === "string") return utf8Encode(json);
  if (Array.isArray(json)) return String.fromCharCode(...(json as number[]));
  if (isRecord(json, "Bytes")) return readBytes(json["Bytes"]);
  for (const key of ["hex", "BytesHex"]) {
    if (isRecord(json, key)) {
      const pairs = String(json[key]).match(/[0-9a-fA-F]{2}/g) ?? [];
      return pairs.map((pair) => String.fromCharCode(Number.parseInt(pair, 16))).join("");
    }
  }
  if (isRecord(json, "b64")) {
    const bytes = base64Decode(String(json["b64"]));
    if (bytes !== undefined) return bytes;
  }
  throw new CaseFault(`not bytes: ${JSON.stringify(json)}`);
}

function present(value: Value | undefined): Value {
  if (value === undefined) throw new CaseFault("an element is missing");
  return value;
}

function isRecord(json: unknown, key: string): json is Readonly<Record<string, unknown>> {
  return typeof json === "object" && json !== null && !Array.isArray(json) && Object.hasOwn(json, key);
}

/** Structural equality of two values of one type. */
export function sameValue(left: Value | undefined, right: Value | undefined): boolean {
  if (left instanceof Ip6 && right instanceof Ip6) return formatIp(left) === formatIp(right);
  if (Array.isArray(left) && Array.isArray(right)) {
    return (
      left.length === right.length && left.every((item, at) => sameValue(item as Value, right[at] as Value))
    );
  }
  if (left instanceof Map && right instanceof Map) {
    return (
      left.size === right.size &&
      [...left].every(([key, item]) => sameValue(item as Value, right.get(key) as Value))
    );
  }
  return left === right;
}

export function ipText(value: unknown): string | undefined {
  return value instanceof Ip6 ? formatIp(value) : undefined;
}
