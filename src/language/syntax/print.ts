import type { CallNode, ComparisonNode, Expression, IndexNode, LogicalNode, OperandNode } from "./ast.ts";
import { fill, group, indent, join, type Layout, LINE, render, SOFT_LINE } from "./layout.ts";
import { printRegex, printString } from "./print-literal.ts";

/** How a tree is laid out. */
export interface PrintOptions {
  /** Break lines that are longer than this many UTF-16 units, where a place to break is. Default: one line. */
  readonly width?: number;
  /** Spaces per level in broken lines. Default: 2. */
  readonly indent?: number;
}

/**
 * The canonical text of a tree: operators as words, one space between tokens, parentheses only where the tree needs
 * them. Literals keep their spelling (quoted or raw, `0x10` or `16`).
 *
 * Reading the text back gives the same tree, wherever a tree can be read at all; so printing twice gives the same text.
 * Comments belong to no tree, and are not printed.
 */
export function printExpression(root: Expression, options: PrintOptions = {}): string {
  const { width = Number.POSITIVE_INFINITY, indent: indentWidth = 2 } = options;
  return render(group(expression(root)), width, indentWidth);
}

function expression(node: Expression): Layout {
  switch (node.kind) {
    case "logical":
      return logical(node);
    case "not":
      return ["not ", node.argument.kind === "logical" ? grouped(node.argument) : expression(node.argument)];
    case "quantifier":
      return [node.operator, bracketed("(", expression(node.argument), ")")];
    case "comparison":
      return [operand(node.left), ` ${node.operator} `, rightSide(node.right)];
    case "operand":
      return operand(node);
    default:
      return literal(node);
  }
}

const PRECEDENCE = { or: 1, xor: 2, and: 3 } as const;

/** Operators are at the ends of lines; what binds tighter is indented under its first line. */
function logical(node: LogicalNode): Layout {
  const last = node.items.length - 1;
  return node.items.map((item, at) => {
    const operator = at === last ? [] : [` ${node.operator}`];
    const content = [item.kind === "logical" ? nested(node, item) : expression(item), ...operator];
    return at === last ? group(content) : [group(content), LINE];
  });
}

function nested(outer: LogicalNode, inner: LogicalNode): Layout {
  return PRECEDENCE[inner.operator] > PRECEDENCE[outer.operator] ? indent(logical(inner)) : grouped(inner);
}

function grouped(node: Expression): Layout {
  return bracketed("(", expression(node), ")");
}

function bracketed(open: string, content: Layout, close: string): Layout {
  return group(open, indent(SOFT_LINE, content), SOFT_LINE, close);
}

function operand(node: OperandNode): Layout {
  const base = node.base.kind === "call" ? call(node.base) : node.base.name;
  return [base, node.indexes.map(index).join("")];
}

function call(node: CallNode): Layout {
  if (node.arguments.length === 0) return `${node.name.name}()`;
  const separated = join(
    [",", LINE],
    node.arguments.map((argument) => group(expression(argument))),
  );
  return [node.name.name, bracketed("(", separated, ")")];
}

function index(node: IndexNode): string {
  if (node.kind === "each") return "[*]";
  return `[${node.kind === "position" ? node.atom.text : printString(node.key)}]`;
}

function rightSide(node: ComparisonNode["right"]): Layout {
  switch (node.kind) {
    case "operand":
      return operand(node);
    case "regex":
      return printRegex(node);
    case "list":
      return `$${node.name}`;
    case "set":
      return node.items.length === 0 ? "{}" : bracketed("{", fill(node.items.map(literal)), "}");
    default:
      return literal(node);
  }
}

function literal(
  node: Exclude<ComparisonNode["right"], { kind: "operand" | "regex" | "list" | "set" }>,
): string {
  if (node.kind === "string") return printString(node);
  return node.kind === "atom" ? node.text : String(node.value);
}
