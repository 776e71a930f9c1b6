import type { PatternNode } from "./ast.ts";

/** A construct that re2-wasm 1.0.2 answers wrongly without an error, found by differential runs. */
export interface Hazard {
  readonly what: string;
  readonly start: number;
  readonly end: number;
}

/**
 * The first construct of a pattern that re2-wasm gets wrong, if any:
 *
 * - a letter that stands once as it is and once in either case: `b|[Bb]` misses `B`;
 * - `\B`, which it finds inside bytes from 80 on, since the module sees them as two bytes of UTF-8.
 */
export function findHazard(root: PatternNode): Hazard | undefined {
  const exact = new Set<number>();
  const folded = new Map<number, PatternNode>();
  let boundary: PatternNode | undefined;
  const visit = (node: PatternNode): void => {
    switch (node.kind) {
      case "byte":
      case "char": {
        const [low, high, second] = node.ranges;
        if (low === undefined || low !== high) return;
        if (node.ranges.length === 2) exact.add(low | 32);
        else if (second === low + 32) folded.set(second, node);
        return;
      }
      case "assert":
        if (node.assertion === "not-word") boundary ??= node;
        return;
      case "concat":
      case "alternate":
        for (const item of node.items) visit(item);
        return;
      case "capture":
      case "repeat":
        visit(node.item);
        return;
      case "empty":
        return;
    }
  };
  visit(root);
  if (boundary !== undefined) return { what: "`\\B`", start: boundary.start, end: boundary.end };
  for (const [letter, node] of folded) {
    if (exact.has(letter)) {
      return { what: "one letter both with and without regard to case", start: node.start, end: node.end };
    }
  }
  return undefined;
}
