import type { PatternNode } from "./ast.ts";
import type { PatternFault } from "./engine.ts";
import { attempt, refuse } from "./fault.ts";
import { compileProgram } from "./program.ts";
import { MAX_CODE_POINT, pairsOf, type Ranges } from "./ranges.ts";
import { parsePattern } from "./syntax.ts";

/** A pattern of the portable subset, ready for an RE2 engine. */
export interface PortablePattern {
  /** RE2 text without flags, for subjects that hold one character per byte, or decoded text when `unicode`. */
  readonly text: string;
  readonly unicode: boolean;
  readonly groupCount: number;
  /** The tree that the text was written from. */
  readonly root: PatternNode;
}

export type PortableResult =
  | { readonly ok: true; readonly value: PortablePattern }
  | { readonly ok: false; readonly fault: PatternFault };

/** Largest product of nested counts that RE2 engines take. */
const MAX_NESTED_COUNT = 1000;

/**
 * Checks a pattern against the portable subset (semantics.md#portable-dialect) and rewrites it for RE2 engines.
 *
 * The text is written anew from the syntax tree: classes, case folding and bytes are spelt out, so that nothing is
 * left that engines could read differently.
 */
export function portablePattern(source: string): PortableResult {
  const parsed = parsePattern(source, { portable: true });
  if (!parsed.ok) return parsed;
  return attempt(() => {
    const tree = parsed.value;
    compileProgram(tree);
    checkCounts(tree.root, 1);
    return {
      text: write(tree.root),
      unicode: tree.wholeUnicode,
      groupCount: tree.groupCount,
      root: tree.root,
    };
  });
}

function checkCounts(node: PatternNode, product: number): void {
  switch (node.kind) {
    case "concat":
    case "alternate":
      for (const item of node.items) checkCounts(item, product);
      return;
    case "capture":
      checkCounts(node.item, product);
      return;
    case "repeat": {
      const count = Number.isFinite(node.max) ? node.max : node.min;
      const total = product * Math.max(1, count);
      if (total > MAX_NESTED_COUNT) {
        refuse(
          "E_REGEX_PORTABILITY",
          `nested counts multiply to more than ${MAX_NESTED_COUNT}`,
          node.start,
          node.end,
          "lower the counts",
        );
      }
      checkCounts(node.item, total);
      return;
    }
    default:
  }
}

function write(node: PatternNode): string {
  switch (node.kind) {
    case "empty":
      return "(?:)";
    case "byte":
    case "char":
      return writeSet(node.ranges);
    case "assert":
      return writeAssertion(node);
    case "concat":
      return node.items
        .map((item) => (item.kind === "alternate" ? `(?:${write(item)})` : write(item)))
        .join("");
    case "alternate":
      return node.items.map(write).join("|");
    case "capture":
      return `(${write(node.item)})`;
    case "repeat":
      return `(?:${write(node.item)})${quantifier(node.min, node.max)}${node.lazy ? "?" : ""}`;
  }
}

function quantifier(min: number, max: number): string {
  if (max === Number.POSITIVE_INFINITY) return min === 0 ? "*" : min === 1 ? "+" : `{${min},}`;
  if (min === 0 && max === 1) return "?";
  return min === max ? `{${min}}` : `{${min},${max}}`;
}

function writeAssertion(node: PatternNode & { kind: "assert" }): string {
  switch (node.assertion) {
    case "text-start":
      return "\\A";
    case "text-end":
      return "\\z";
    case "line-start":
      return "(?m:^)";
    case "line-end":
      return "(?m:$)";
    case "word":
      return "\\b";
    case "not-word":
      return "\\B";
    default:
      return refuse(
        "E_REGEX_PORTABILITY",
        "this assertion is not read alike by all pattern engines",
        node.start,
        node.end,
      );
  }
}

function writeSet(ranges: Ranges): string {
  if (ranges.length === 0) return `[^\\x00-\\x{${MAX_CODE_POINT.toString(16)}}]`;
  const [first, last, ...others] = ranges;
  if (first !== undefined && first === last && others.length === 0) return writeCode(first);
  let text = "[";
  for (const [low, high] of pairsOf(ranges)) {
    text += writeCode(low);
    if (high > low) text += `-${writeCode(high)}`;
  }
  return `${text}]`;
}

function writeCode(code: number): string {
  const alphanumeric =
    (code >= 48 && code <= 57) || (code >= 65 && code <= 90) || (code >= 97 && code <= 122);
  return alphanumeric ? String.fromCharCode(code) : `\\x{${code.toString(16)}}`;
}
