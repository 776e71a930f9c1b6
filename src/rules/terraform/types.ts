import { excerpt } from "../../language/diagnostics/printable.ts";
import type { Node } from "./syntax.ts";
import {
  isObject,
  itemsOf,
  mistake,
  newObject,
  Open,
  TerraformSet,
  type TerraformValue,
  toBoolean,
  toNumber,
  toText,
  typeName,
} from "./values.ts";

/** A value as the type of a variable has it: texts for numbers, sets for lists, defaults of attributes that are missing. */
export function convert(
  value: TerraformValue,
  type: Node,
  evaluate: (node: Node) => TerraformValue,
): TerraformValue {
  if (value === null || value instanceof Open) return value;
  if (type.kind === "name") {
    switch (type.name) {
      case "string":
        return toText(value);
      case "number":
        return toNumber(value);
      case "bool":
        return toBoolean(value);
      case "list":
        return itemsOf(value) ?? wrong(value, "a list");
      case "map":
        return isObject(value) ? value : wrong(value, "a map");
      default:
        return value;
    }
  }
  if (type.kind !== "call") return value;
  const [inner] = type.args;
  if (inner === undefined) return value;
  switch (type.name) {
    case "list":
      return itemsOf(value)?.map((item) => convert(item, inner, evaluate)) ?? wrong(value, "a list");
    case "set": {
      const items = itemsOf(value);
      return items === undefined
        ? wrong(value, "a set")
        : new TerraformSet(items.map((item) => convert(item, inner, evaluate)));
    }
    case "map":
      if (!isObject(value)) return wrong(value, "a map");
      return newObject(
        Object.entries(value).map(([name, member]) => [name, convert(member, inner, evaluate)] as const),
      );
    case "tuple": {
      const items = itemsOf(value);
      if (items === undefined || inner.kind !== "tuple") return wrong(value, "a tuple");
      return items.map((item, at) => {
        const wanted = inner.items[at];
        return wanted === undefined ? item : convert(item, wanted, evaluate);
      });
    }
    case "object":
      return inner.kind === "object" ? convertObject(value, inner.members, evaluate) : value;
    case "optional":
      return convert(value, inner, evaluate);
    default:
      return value;
  }
}

/** Attributes that the type does not name are dropped, as Terraform drops them. */
function convertObject(
  value: TerraformValue,
  members: readonly (readonly [Node, Node])[],
  evaluate: (node: Node) => TerraformValue,
): TerraformValue {
  if (!isObject(value)) return wrong(value, "an object");
  const result: (readonly [string, TerraformValue])[] = [];
  for (const [keyNode, type] of members) {
    const key = keyNode.kind === "literal" ? String(keyNode.value) : "";
    const isOptional = type.kind === "call" && type.name === "optional";
    const given = Object.hasOwn(value, key) ? (value[key] ?? null) : null;
    if (given === null && isOptional) {
      const fallback = type.args[1];
      const filled = fallback === undefined ? null : evaluate(fallback);
      const inner = type.args[0];
      result.push([key, inner === undefined ? filled : convert(filled, inner, evaluate)]);
    } else if (!Object.hasOwn(value, key)) return mistake(`the attribute \`${excerpt(key)}\` is missing`);
    else result.push([key, convert(given, type, evaluate)]);
  }
  return newObject(result);
}

function wrong(value: TerraformValue, wanted: string): Open {
  return mistake(`expected ${wanted}, this is ${typeName(value)}`);
}
