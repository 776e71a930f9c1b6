import { MisuseError } from "../../diagnostics/misuse.ts";
import { utf8Decode } from "../../values/bytes.ts";
import type { IntValue } from "../../values/value.ts";
import type { AtomNode, ComparisonNode, Expression, IndexNode, LiteralNode, OperandNode } from "../ast.ts";
import { byteListOf, integerOf, isAddressText, isLargeInteger } from "../atom-reading.ts";
import {
  contextOf,
  JSON_LOGIC,
  JSON_OPERATORS,
  JSON_QUANTIFIERS,
  type JsonArgument,
  type JsonAtom,
  type JsonBase,
  type JsonExpression,
  type JsonIndex,
  type JsonItem,
  type JsonOperand,
  type JsonOperator,
  type JsonRight,
  type JsonValue,
  type LiteralContext,
} from "./json-form.ts";

/** The interchange form of a tree. Literals are read by their text alone, as a tree knows no types. */
export function toJson(root: Expression): JsonExpression {
  switch (root.kind) {
    case "logical":
      return { op: JSON_LOGIC[root.operator], items: root.items.map(toJson) };
    case "not":
      return { op: "Not", arg: toJson(root.argument) };
    case "quantifier":
      return { op: JSON_QUANTIFIERS[root.operator], arg: toJson(root.argument) };
    case "comparison":
      return comparison(root);
    case "operand":
      return { lhs: operand(root), op: "IsTrue" };
    default:
      return { kind: "Literal", value: literal(root, "any") };
  }
}

function comparison(node: ComparisonNode): JsonExpression {
  const op: JsonOperator | undefined =
    node.right.kind === "set"
      ? "OneOf"
      : node.right.kind === "list"
        ? "InList"
        : JSON_OPERATORS.get(node.operator);
  if (op === undefined) throw new MisuseError("E_SYNTAX_TREE", `\`${node.operator}\` takes a set or a list`);
  return { lhs: operand(node.left), op, rhs: right(node) };
}

function right({ operator, right: node }: ComparisonNode): JsonRight {
  switch (node.kind) {
    case "operand":
      return { kind: "IndexExpr", value: operand(node) };
    case "regex":
      return node.pattern;
    case "list":
      return node.name;
    case "set":
      return node.items.map((one) => (one.kind === "atom" ? item(one) : literal(one, "any")));
    default:
      return literal(node, contextOf(operator));
  }
}

function operand(node: OperandNode): JsonOperand {
  const base: JsonBase =
    node.base.kind === "identifier"
      ? node.base.name
      : { name: node.base.name.name, args: node.base.arguments.map(argument) };
  return node.indexes.length === 0 ? base : [base, ...node.indexes.map(index)];
}

function argument(node: Expression): JsonArgument {
  if (node.kind === "operand") return { kind: "IndexExpr", value: operand(node) };
  const value = toJson(node);
  return "kind" in value ? value : { kind: "SimpleExpr", value };
}

function index(node: IndexNode): JsonIndex {
  if (node.kind === "each") return { kind: "MapEach" };
  if (node.kind === "key") return { kind: "MapKey", value: bytes(node.key.value) };
  const position = integerOf(node.atom.text);
  return { kind: "ArrayIndex", value: typeof position === "number" ? position : { atom: node.atom.text } };
}

function literal(node: LiteralNode, context: LiteralContext): JsonValue {
  if (node.kind === "boolean") return node.value;
  if (node.kind === "atom") return atom(node, context);
  const text = utf8Decode(node.value);
  const spellsAtom = context === "any" && text !== undefined && (isAddressText(text) || isLargeInteger(text));
  return spellsAtom ? byteNumbers(node.value) : bytes(node.value);
}

function atom({ text }: AtomNode, context: LiteralContext): JsonValue {
  if (context !== "bytes") {
    const integer = integerOf(text);
    if (integer !== undefined) return number(integer);
    if (context === "any" && isAddressText(text)) return text;
  }
  return (context === "int" ? undefined : byteListOf(text)) ?? unread(text);
}

function item({ text }: AtomNode): JsonItem {
  const integer = integerOf(text);
  if (integer !== undefined) return { start: number(integer), end: number(integer) };
  const dots = text.indexOf("..");
  if (dots === -1) return atom({ kind: "atom", text, span: { start: 0, end: 0 } }, "any");
  const ends = [text.slice(0, dots), text.slice(dots + 2)] as const;
  const [start, end] = ends.map(integerOf);
  if (start !== undefined && end !== undefined) return { start: number(start), end: number(end) };
  const addresses = ends.every((one) => isAddressText(one) && !one.includes("/"));
  return addresses ? { start: ends[0], end: ends[1] } : unread(text);
}

function unread(text: string): JsonAtom {
  return { atom: text };
}

function number(value: IntValue): number | string {
  return typeof value === "number" ? value : String(value);
}

function bytes(value: string): string | readonly number[] {
  return utf8Decode(value) ?? byteNumbers(value);
}

function byteNumbers(value: string): readonly number[] {
  return Array.from(value, (unit) => unit.charCodeAt(0));
}
