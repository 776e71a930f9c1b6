// What a pattern demands of every subject that it matches: for literal lowering, for prefilters and for the rule index.
import { encodeCodePoint } from "../bytes.ts";
import type { PatternNode, PatternTree } from "./ast.ts";
import type { Ranges } from "./ranges.ts";

/** A pattern that is no more than a comparison with a byte string. */
export interface LiteralForm {
  readonly kind: "equals" | "prefix" | "suffix" | "contains";
  /** Lower case when `caseInsensitive`. */
  readonly bytes: string;
  /** ASCII letters match in either case. */
  readonly caseInsensitive: boolean;
}

/**
 * The comparison that answers `test` as the pattern does, or undefined when the pattern is more than that.
 * Groups do not count: the form says nothing of captures.
 */
export function literalForm(tree: PatternTree): LiteralForm | undefined {
  // In this mode a broken subject must not match, which a comparison would not notice.
  if (tree.wholeUnicode) return undefined;
  const items: PatternNode[] = [];
  if (!flatten(tree.root, items)) return undefined;
  const atStart = isAssertion(items[0], "text-start");
  const atEnd = isAssertion(items.at(-1), "text-end") && items.length > (atStart ? 1 : 0);
  let from = atStart ? 1 : 0;
  let to = items.length - (atEnd ? 1 : 0);
  // Where the search is free to begin or end, what may be empty there asks for nothing.
  while (!atStart && from < to && isOptional(items[from]!)) from++;
  while (!atEnd && to > from && isOptional(items[to - 1]!)) to--;
  let bytes = "";
  let folded = false;
  let exact = false;
  for (const item of items.slice(from, to)) {
    if (item.kind !== "byte" && item.kind !== "char") return undefined;
    const pair = casePair(item.ranges);
    if (pair !== undefined) {
      folded = true;
      bytes += pair;
      continue;
    }
    if (item.ranges.length !== 2 || item.ranges[0] !== item.ranges[1]) return undefined;
    const code = item.ranges[0]!;
    if (isLetter(code)) exact = true;
    bytes += item.kind === "byte" ? String.fromCharCode(code) : encodeCodePoint(code);
  }
  if (folded && exact) return undefined;
  const kind = atStart ? (atEnd ? "equals" : "prefix") : atEnd ? "suffix" : "contains";
  return { kind, bytes, caseInsensitive: folded };
}

/** Whether every match begins at the subject's start. */
export function startsAtText(tree: PatternTree): boolean {
  const begins = (node: PatternNode): boolean => {
    switch (node.kind) {
      case "assert":
        return node.assertion === "text-start";
      case "capture":
        return begins(node.item);
      case "concat":
        return begins(node.items[0]!);
      case "alternate":
        return node.items.every(begins);
      case "repeat":
        return node.min > 0 && begins(node.item);
      default:
        return false;
    }
  };
  return begins(tree.root);
}

function flatten(node: PatternNode, items: PatternNode[]): boolean {
  if (node.kind === "concat") return node.items.every((item) => flatten(item, items));
  if (node.kind === "capture") return flatten(node.item, items);
  if (node.kind === "alternate") return false;
  if (node.kind !== "empty") items.push(node);
  return true;
}

function isAssertion(node: PatternNode | undefined, assertion: string): boolean {
  return node?.kind === "assert" && node.assertion === assertion;
}

function isOptional(node: PatternNode): boolean {
  return node.kind === "repeat" && node.min === 0;
}

/** The lower-case letter when the set is one ASCII letter in both cases. */
function casePair(ranges: Ranges): string | undefined {
  const [a, a2, b, b2] = ranges;
  if (ranges.length !== 4 || a !== a2 || b !== b2 || b !== a! + 32 || !isLetter(b)) return undefined;
  return String.fromCharCode(b);
}

function isLetter(code: number): boolean {
  const lower = code | 32;
  return code < 0x80 && lower >= 97 && lower <= 122;
}

/** Most strings that a product of alternatives may grow to. */
const MAX_PRODUCT = 64;
const MAX_ALTERNATIVES = 256;
const MAX_LITERALS = 2000;
/** Members of a class that are spelt out. */
const MAX_CLASS = 4;

/** Literals, and classes of bytes, one of which each match must contain. */
export interface Conditions {
  /** Each entry: any of these strings. */
  readonly literals: readonly (readonly string[])[];
  /** Each entry: a byte of this set. */
  readonly bytes: readonly Ranges[];
}

interface Facts extends Conditions {
  /** Every string that the node can match, when they are few. */
  readonly exact: readonly string[] | undefined;
}

const NOTHING: Facts = { exact: undefined, literals: [], bytes: [] };

/**
 * Conditions that each hold for every subject that the pattern matches, the most telling first. With `fold`, the
 * literals are lower case and to be sought in the lower-cased subject.
 */
export function requiredConditions(tree: PatternTree, fold: boolean, minLength: number): Conditions {
  const facts = new Finder(fold, minLength).node(tree.root);
  const literals = [...facts.literals];
  if (usable(facts.exact, minLength)) literals.push(facts.exact!);
  const distinct = new Map<string, readonly string[]>();
  for (const set of literals) {
    const lean = withoutSuperstrings(set);
    distinct.set([...lean].sort().join("\0\0"), lean);
  }
  const ranked = [...distinct.values()].sort((left, right) => worth(right) - worth(left));
  return { literals: ranked, bytes: facts.bytes };
}

function shortest(set: readonly string[]): number {
  let least = Number.POSITIVE_INFINITY;
  for (const literal of set) least = Math.min(least, literal.length);
  return least;
}

function worth(set: readonly string[]): number {
  return shortest(set) * 100 - set.length;
}

function usable(set: readonly string[] | undefined, minLength: number): boolean {
  return set !== undefined && set.length > 0 && shortest(set) >= Math.max(1, minLength);
}

function withoutSuperstrings(set: readonly string[]): readonly string[] {
  return set.filter((one) => !set.some((other) => other.length < one.length && one.includes(other)));
}

function product(left: readonly string[], right: readonly string[]): readonly string[] | undefined {
  if (left.length === 1 && right.length === 1) return [left[0]! + right[0]!];
  if (left.length * right.length > MAX_PRODUCT) return undefined;
  return [...new Set(left.flatMap((one) => right.map((other) => one + other)))];
}

class Finder {
  readonly #fold: boolean;
  readonly #minLength: number;

  constructor(fold: boolean, minLength: number) {
    this.#fold = fold;
    this.#minLength = minLength;
  }

  node(node: PatternNode): Facts {
    switch (node.kind) {
      case "empty":
      case "assert":
        return { exact: [""], literals: [], bytes: [] };
      case "byte":
        return { exact: this.#spelt(node.ranges, false), literals: [], bytes: [node.ranges] };
      case "char":
        return { exact: this.#spelt(node.ranges, true), literals: [], bytes: [] };
      case "capture":
        return this.node(node.item);
      case "concat":
        return this.#concat(node.items);
      case "alternate":
        return this.#alternate(node.items.map((item) => this.node(item)));
      case "repeat":
        return this.#repeat(node);
    }
  }

  #spelt(ranges: Ranges, encode: boolean): readonly string[] | undefined {
    const out = new Set<string>();
    for (let at = 0; at < ranges.length; at += 2) {
      if (ranges[at + 1]! - ranges[at]! >= 64) return undefined;
      for (let code = ranges[at]!; code <= ranges[at + 1]!; code++) {
        const lower = this.#fold && code >= 65 && code <= 90 ? code + 32 : code;
        out.add(encode ? encodeCodePoint(lower) : String.fromCharCode(lower));
        if (out.size > MAX_CLASS) return undefined;
      }
    }
    return out.size === 0 ? undefined : [...out];
  }

  #concat(items: readonly PatternNode[]): Facts {
    let current: readonly string[] = [""];
    let whole = true;
    const literals: (readonly string[])[] = [];
    const bytes: Ranges[] = [];
    const flush = (): void => {
      if (usable(current, this.#minLength)) literals.push(current);
    };
    for (const item of items) {
      const facts = this.node(item);
      literals.push(...facts.literals);
      bytes.push(...facts.bytes);
      const grown = facts.exact === undefined ? undefined : product(current, facts.exact);
      if (grown !== undefined) current = grown;
      else {
        flush();
        current = facts.exact ?? [""];
        whole = false;
      }
    }
    if (!whole) flush();
    return { exact: whole ? current : undefined, literals, bytes };
  }

  #alternate(all: readonly Facts[]): Facts {
    let exact: readonly string[] | undefined = [];
    for (const facts of all) {
      if (exact === undefined || facts.exact === undefined) exact = undefined;
      else {
        exact = [...new Set([...exact, ...facts.exact])];
        if (exact.length > MAX_ALTERNATIVES) exact = undefined;
      }
    }
    const union = new Set<string>();
    const every = all.every((facts) => {
      const sets = [...facts.literals];
      if (usable(facts.exact, this.#minLength)) sets.push(facts.exact!);
      const best = sets.sort((left, right) => worth(right) - worth(left))[0];
      for (const literal of best ?? []) union.add(literal);
      return best !== undefined && union.size <= MAX_LITERALS;
    });
    const bytes: Ranges[] = [];
    if (all.every((facts) => facts.bytes.length > 0)) {
      bytes.push(mergeNarrowest(all.map((facts) => facts.bytes)));
    }
    return { exact, literals: every && exact === undefined ? [[...union]] : [], bytes };
  }

  #repeat(node: PatternNode & { kind: "repeat" }): Facts {
    if (node.max === 0) return { exact: [""], literals: [], bytes: [] };
    const facts = this.node(node.item);
    if (node.min === 0) {
      const few = node.max === 1 && facts.exact !== undefined && facts.exact.length < 32;
      return few ? { ...NOTHING, exact: [...new Set([...facts.exact!, ""])] } : NOTHING;
    }
    if (node.min === node.max && node.min <= 4 && facts.exact !== undefined) {
      let repeated: readonly string[] | undefined = [""];
      for (let count = 0; count < node.min && repeated !== undefined; count++) {
        repeated = product(repeated, facts.exact);
      }
      if (repeated !== undefined) return { ...facts, exact: repeated };
    }
    const literals = usable(facts.exact, this.#minLength)
      ? [...facts.literals, facts.exact!]
      : facts.literals;
    return { exact: undefined, literals, bytes: facts.bytes };
  }
}

function span(ranges: Ranges): number {
  let total = 0;
  for (let at = 0; at < ranges.length; at += 2) total += ranges[at + 1]! - ranges[at]! + 1;
  return total;
}

/** The union of each alternative's narrowest set; bounds may overlap, which users of the set do not mind. */
function mergeNarrowest(all: readonly (readonly Ranges[])[]): Ranges {
  return all.flatMap((sets) => sets.reduce((best, set) => (span(set) < span(best) ? set : best)));
}
