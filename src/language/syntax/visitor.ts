import type {
  CallNode,
  Expression,
  IdentifierNode,
  IndexNode,
  ListNode,
  LiteralNode,
  OperandNode,
  RegexNode,
  SetNode,
} from "./ast.ts";

/** Every kind of node that a tree has. */
export type SyntaxNode =
  | Expression
  | LiteralNode
  | IdentifierNode
  | CallNode
  | IndexNode
  | RegexNode
  | SetNode
  | ListNode;

const NONE: readonly SyntaxNode[] = [];

/** The nodes directly below `node`, in the order in which they are in the text. */
export function childrenOf(node: SyntaxNode): readonly SyntaxNode[] {
  switch (node.kind) {
    case "logical":
      return node.items;
    case "not":
    case "quantifier":
      return [node.argument];
    case "comparison":
      return [node.left, node.right];
    case "operand":
      return [node.base, ...node.indexes];
    case "call":
      return [node.name, ...node.arguments];
    case "position":
      return [node.atom];
    case "key":
      return [node.key];
    case "set":
      return node.items;
    default:
      return NONE;
  }
}

/**
 * Visits a tree from the root down, each node before its children, in the order of the text.
 *
 * `visit` answers `"skip"` to leave a node's children out, and `"stop"` to end the walk; anything else goes on.
 * Keeps its own stack, so that the depth of a tree made by hand does not matter.
 */
export function walk(root: SyntaxNode, visit: (node: SyntaxNode) => "skip" | "stop" | undefined): void {
  const pending: SyntaxNode[] = [root];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    const answer = visit(node);
    if (answer === "stop") return;
    if (answer === "skip") continue;
    for (const child of childrenOf(node).toReversed()) pending.push(child);
  }
}

/**
 * Rebuilds a tree from the leaves up: `change` gets every expression with its parts already changed, and answers what
 * shall are in its place. Nodes under which nothing changes are kept as they are, not copied.
 *
 * A comparison's left side and a dynamic right side must stay operands; a replacement that is none is ignored there.
 */
export function transform(root: Expression, change: (node: Expression) => Expression): Expression {
  switch (root.kind) {
    case "logical": {
      const items = mapSame(root.items, (item) => transform(item, change));
      return change(items === root.items ? root : { ...root, items });
    }
    case "not":
    case "quantifier": {
      const argument = transform(root.argument, change);
      return change(argument === root.argument ? root : { ...root, argument });
    }
    case "comparison": {
      const left = transformOperand(root.left, change);
      const right = root.right.kind === "operand" ? transformOperand(root.right, change) : root.right;
      return change(left === root.left && right === root.right ? root : { ...root, left, right });
    }
    case "operand":
      return change(transformParts(root, change));
    default:
      return change(root);
  }
}

function transformOperand(operand: OperandNode, change: (node: Expression) => Expression): OperandNode {
  const rebuilt = transformParts(operand, change);
  const changed = change(rebuilt);
  return changed.kind === "operand" ? changed : rebuilt;
}

function transformParts(operand: OperandNode, change: (node: Expression) => Expression): OperandNode {
  if (operand.base.kind === "identifier") return operand;
  const call = operand.base;
  const args = mapSame(call.arguments, (argument) => transform(argument, change));
  return args === call.arguments ? operand : { ...operand, base: { ...call, arguments: args } };
}

function mapSame<T>(items: readonly T[], map: (item: T) => T): readonly T[] {
  let changed = false;
  const mapped = items.map((item) => {
    const next = map(item);
    if (next !== item) changed = true;
    return next;
  });
  return changed ? mapped : items;
}
