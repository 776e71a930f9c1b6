import { excerpt } from "../../language/diagnostics/printable.ts";
import { didYouMean } from "../../language/diagnostics/suggest.ts";
import type { Node } from "./nodes.ts";
import { parseExpression } from "./syntax.ts";
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

/** `list` and `map` alone are from Terraform before 0.12, and still accepted. */
const NAMES = ["string", "number", "bool", "any", "list", "map"];
const CONSTRUCTORS = ["list", "set", "map", "tuple", "object", "optional"];

/** The type of a variable's declaration, in `${…}` or not; open when it is not a type. */
export function typeOf(written: unknown): Node | Open {
  if (typeof written !== "string") return mistake(NO_TYPE);
  const node = parseExpression(/^\$\{(.*)\}$/s.exec(written)?.[1] ?? written);
  return node instanceof Open ? mistake(NO_TYPE) : (typeFault(node, false) ?? node);
}

const NO_TYPE = "this is not a type, such as `string`, `list(string)` or `object({ name = string })`";

/** @param inObject whether it is the type of an object's attribute, which may be optional */
function typeFault(type: Node, inObject: boolean): Open | undefined {
  if (type.kind === "name") {
    if (NAMES.includes(type.name)) return undefined;
    const hint = CONSTRUCTORS.includes(type.name)
      ? `write the type of its elements: \`${type.name}(…)\``
      : didYouMean(type.name, NAMES);
    return mistake(`there is no type \`${excerpt(type.name)}\``, hint);
  }
  if (type.kind !== "call") return mistake(NO_TYPE);
  const { name, args } = type;
  if (!CONSTRUCTORS.includes(name))
    return mistake(`there is no type \`${excerpt(name)}(…)\``, didYouMean(name, CONSTRUCTORS));
  const [inner] = args;
  const most = name === "optional" ? 2 : 1;
  if (inner === undefined || args.length > most) return mistake(`\`${name}(…)\` needs one type`);
  if (name === "tuple") {
    if (inner.kind !== "tuple") return mistake("`tuple([…])` needs a list of types");
    return firstFault(inner.items.map((item) => typeFault(item, false)));
  }
  if (name === "object") {
    if (inner.kind !== "object") return mistake("`object({…})` needs attributes with their types");
    return firstFault(inner.members.map(([, member]) => typeFault(member, true)));
  }
  if (name === "optional" && !inObject) return mistake("only attributes of an `object({…})` can be optional");
  return typeFault(inner, false);
}

function firstFault(faults: readonly (Open | undefined)[]): Open | undefined {
  return faults.find((fault) => fault !== undefined);
}

/**
 * A value converted to the type of a variable: texts for numbers, sets for lists, defaults of attributes that are
 * missing.
 *
 * @param type a result of `typeOf`
 */
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
      const { length } = inner.items;
      if (items.length !== length)
        return mistake(`expected a tuple of ${count(length)}, found ${count(items.length)}`);
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

function count(length: number): string {
  return length === 1 ? "1 value" : `${length} values`;
}

function wrong(value: TerraformValue, wanted: string): Open {
  return mistake(`expected ${wanted}, found ${typeName(value)}`);
}
