// Patterns that a backtracking engine, too, answers in linear time: without unbounded repetition, and with few ways to
// try from any place. Those run on the platform's own RegExp, which is machine code and about three times as fast on
// short subjects as the table of states (measured on scanner names sought in user agents).
import { encodeCodePoint } from "../bytes.ts";
import type { PatternNode, PatternTree } from "./ast.ts";
import type { Ranges } from "./ranges.ts";

/** Most instructions that a backtracking engine can execute from one starting place, whatever the subject. */
const MAX_STEPS = 64;

/**
 * The platform's expression that answers `test` as the pattern does, when from every starting place at most
 * {@link MAX_STEPS} steps can be taken; otherwise undefined. It is written anew from the tree, byte by byte and
 * without flags: the platform reads no text of a rule's author.
 */
export function boundedRegExp(tree: PatternTree): RegExp | undefined {
  // Broken UTF-8 must not match in this mode, which an expression over bytes would not notice.
  if (tree.wholeUnicode) return undefined;
  const bound = stepsOf(tree.root);
  if (bound === undefined || bound.steps > MAX_STEPS) return undefined;
  const text = writeNode(tree.root);
  return text === undefined ? undefined : new RegExp(text);
}

interface Bound {
  /** Ways in which the node can match from one place: each may be tried when what follows fails. */
  readonly ways: number;
  /** Steps that trying all of them takes. */
  readonly steps: number;
}

const ONE_STEP: Bound = { ways: 1, steps: 1 };

/** Undefined for what has no bound, or one that is too large already. */
function stepsOf(node: PatternNode): Bound | undefined {
  switch (node.kind) {
    case "empty":
    case "byte":
    case "assert":
      return ONE_STEP;
    case "char":
      return { ways: 1, steps: 4 };
    case "capture":
      return stepsOf(node.item);
    case "concat": {
      let ways = 1;
      let steps = 0;
      for (const item of node.items) {
        const bound = stepsOf(item);
        if (bound === undefined) return undefined;
        steps += ways * bound.steps;
        ways *= bound.ways;
        if (steps > MAX_STEPS) return undefined;
      }
      return { ways, steps };
    }
    case "alternate": {
      let ways = 0;
      let steps = 0;
      for (const item of node.items) {
        const bound = stepsOf(item);
        if (bound === undefined) return undefined;
        ways += bound.ways;
        steps += bound.steps + 1;
      }
      return steps > MAX_STEPS ? undefined : { ways, steps };
    }
    case "repeat":
      return repeatedSteps(node);
  }
}

function repeatedSteps(node: PatternNode & { readonly kind: "repeat" }): Bound | undefined {
  if (node.max > MAX_STEPS) return undefined;
  const bound = stepsOf(node.item);
  if (bound === undefined) return undefined;
  let reached = 1;
  let ways = node.min === 0 ? 1 : 0;
  let steps = 1;
  for (let count = 1; count <= node.max; count++) {
    steps += reached * (bound.steps + 1);
    reached *= bound.ways;
    if (count >= node.min) ways += reached;
    if (steps > MAX_STEPS) return undefined;
  }
  return { ways, steps };
}

/** The node in the platform's syntax; undefined for what it has no words for. */
function writeNode(node: PatternNode): string | undefined {
  switch (node.kind) {
    case "empty":
      return "(?:)";
    case "byte":
      return writeSet(node.ranges);
    case "char": {
      const [code, last] = node.ranges;
      if (code === undefined || node.ranges.length !== 2 || code !== last) return undefined;
      return `(?:${[...encodeCodePoint(code)].map((byte) => writeByte(byte.charCodeAt(0))).join("")})`;
    }
    case "assert":
      return ASSERTIONS.get(node.assertion);
    case "capture": {
      const item = writeNode(node.item);
      return item === undefined ? undefined : `(?:${item})`;
    }
    case "concat":
    case "alternate": {
      const items = node.items.map(writeNode);
      if (items.includes(undefined)) return undefined;
      return `(?:${items.join(node.kind === "concat" ? "" : "|")})`;
    }
    case "repeat": {
      const item = writeNode(node.item);
      return item === undefined ? undefined : `(?:${item}){${node.min},${node.max}}`;
    }
  }
}

const ASSERTIONS: ReadonlyMap<string, string> = new Map([
  ["text-start", "^"],
  ["text-end", "$"],
  ["word", "\\b"],
  ["not-word", "\\B"],
]);

function writeSet(ranges: Ranges): string {
  let members = "";
  for (let at = 0; at < ranges.length; at += 2) {
    members += `${writeByte(ranges[at]!)}-${writeByte(ranges[at + 1]!)}`;
  }
  return ranges.length === 2 && ranges[0] === ranges[1] ? writeByte(ranges[0]!) : `[${members}]`;
}

function writeByte(byte: number): string {
  return `\\x${byte.toString(16).padStart(2, "0")}`;
}
