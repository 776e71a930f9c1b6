// Patterns that a backtracking engine, too, answers in linear time: with few ways to try from any place, and without
// unbounded repetition but for runs with a clear beginning and end. Those run on the platform's own RegExp, which is
// machine code and about three times as fast on short subjects as the table of states (measured on scanner names
// sought in user agents).
import { encodeCodePoint } from "../values/bytes.ts";
import type { PatternNode, PatternTree } from "./ast.ts";
import { intersect, pairsOf, type Ranges } from "./ranges.ts";

/** Most instructions that a backtracking engine can execute from one starting place, whatever the subject. */
const MAX_STEPS = 64;

/**
 * The platform's expression that answers `test` as the pattern does, when it is proved to take few steps for each byte
 * of the subject; otherwise undefined. It is written anew from the tree, byte by byte and
 * without flags: the platform reads no text of a rule's author.
 */
export function boundedRegExp(tree: PatternTree): RegExp | undefined {
  // Broken UTF-8 must not match in this mode, which an expression over bytes would not notice.
  if (tree.wholeUnicode) return undefined;
  const branches = branchesOf(tree.root).map(withoutOpenEnds);
  let steps = 0;
  for (const branch of branches) {
    const bound = stepsOfBranch(branch);
    if (bound === undefined) return undefined;
    steps += bound + 1;
  }
  if (steps > MAX_STEPS) return undefined;
  const texts = branches.map((items) => items.map(writeNode));
  if (texts.some((items) => items.includes(undefined))) return undefined;
  return new RegExp(texts.map((items) => items.join("")).join("|"));
}

/** The alternatives of a pattern, each as the sequence of its parts. */
function branchesOf(node: PatternNode): readonly (readonly PatternNode[])[] {
  if (node.kind === "capture") return branchesOf(node.item);
  if (node.kind === "alternate") return node.items.flatMap(branchesOf);
  return [partsOf(node)];
}

function partsOf(node: PatternNode): readonly PatternNode[] {
  if (node.kind === "capture") return partsOf(node.item);
  return node.kind === "concat" ? node.items.flatMap(partsOf) : [node];
}

/** Where a search is free to begin or end, `x+` asks for no more than `x`, and `x*` for nothing. */
function withoutOpenEnds(parts: readonly PatternNode[]): readonly PatternNode[] {
  const least = (node: PatternNode | undefined): readonly PatternNode[] => {
    if (node === undefined) return [];
    return node.kind === "repeat" && node.max === Number.POSITIVE_INFINITY
      ? [{ ...node, max: node.min }]
      : [node];
  };
  if (parts.length < 2) return least(parts[0]);
  return [...least(parts[0]), ...parts.slice(1, -1), ...least(parts.at(-1))];
}

/**
 * Steps from one starting place, a run of bytes counted as one. A run such as the middle of `/\d+\.` is allowed when the
 * byte before it and the byte after it cannot be part of it: then each run of the subject is entered at its first byte
 * only, from as many starting places as lead there, and given back for nothing; so all starting places together take
 * a constant number of passes over the subject.
 */
function stepsOfBranch(parts: readonly PatternNode[]): number | undefined {
  let ways = 1;
  let steps = 0;
  for (const [at, part] of parts.entries()) {
    const run = runOf(part);
    if (run !== undefined) {
      if (!isApart(run, parts[at - 1]) || !isApart(run, parts[at + 1])) return undefined;
      steps += ways * RUN_STEPS;
    } else {
      const bound = stepsOf(part);
      if (bound === undefined) return undefined;
      steps += ways * bound.steps;
      ways *= bound.ways;
    }
    if (steps > MAX_STEPS) return undefined;
  }
  return steps;
}

/** There and back, with a look at what follows. */
const RUN_STEPS = 3;

/**
 * The bytes of an unbounded repetition of single bytes. V8 walks back through `x*` and `x+` without a stack; through
 * `x{2,}` it does not, and throws when the stack is full (measured on 30 MB).
 */
function runOf(node: PatternNode): Ranges | undefined {
  const open = node.kind === "repeat" && node.max === Number.POSITIVE_INFINITY && node.min <= 1;
  return open && node.item.kind === "byte" ? node.item.ranges : undefined;
}

/** Whether a neighbour takes exactly one byte, which is none of the run's, or is an end of the subject. */
function isApart(run: Ranges, neighbour: PatternNode | undefined): boolean {
  if (neighbour?.kind === "assert") {
    return neighbour.assertion === "text-start" || neighbour.assertion === "text-end";
  }
  return neighbour?.kind === "byte" && intersect(run, neighbour.ranges).length === 0;
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
      if (item === undefined) return undefined;
      return `(?:${item}){${node.min},${node.max === Number.POSITIVE_INFINITY ? "" : node.max}}`;
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
  const [low, high, ...others] = ranges;
  if (low !== undefined && low === high && others.length === 0) return writeByte(low);
  return `[${pairsOf(ranges)
    .map(([first, last]) => `${writeByte(first)}-${writeByte(last)}`)
    .join("")}]`;
}

function writeByte(byte: number): string {
  return `\\x${byte.toString(16).padStart(2, "0")}`;
}
