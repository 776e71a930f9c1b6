import { childrenOf, type SyntaxNode } from "./visitor.ts";

/**
 * Whether two trees say the same, wherever they are in their texts. Spans are left out; the spelling of a literal
 * (quoted or raw, `0x10` or `16`) counts, the notation of an operator (`and` or `&&`) does not exist in the tree.
 */
export function sameSyntax(left: SyntaxNode, right: SyntaxNode): boolean {
  const pending: [SyntaxNode, SyntaxNode][] = [[left, right]];
  for (let pair = pending.pop(); pair !== undefined; pair = pending.pop()) {
    const [one, other] = pair;
    if (one === other) continue;
    if (label(one) !== label(other)) return false;
    const ours = childrenOf(one);
    const theirs = childrenOf(other);
    if (theirs.length > ours.length) return false;
    for (const [at, child] of ours.entries()) {
      const counterpart = theirs[at];
      if (counterpart === undefined) return false;
      pending.push([child, counterpart]);
    }
  }
  return true;
}

/** A node's own properties, without its children. */
function label(node: SyntaxNode): string {
  switch (node.kind) {
    case "logical":
    case "quantifier":
    case "comparison":
      return `${node.kind} ${node.operator}`;
    case "identifier":
    case "list":
      return `${node.kind} ${node.name}`;
    case "string":
      return `string ${node.form} ${node.value}`;
    case "regex":
      return `regex ${node.form} ${node.pattern}`;
    case "atom":
      return `atom ${node.text}`;
    case "boolean":
      return `boolean ${node.value}`;
    default:
      return node.kind;
  }
}
