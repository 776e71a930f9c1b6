// Necessary conditions of a pattern on its subjects: for literal lowering, for prefilters and for the rule index.
import { encodeCodePoint } from "../values/bytes.ts";
import type { PatternNode, PatternTree } from "./ast.ts";
import { pairsOf, type Ranges } from "./ranges.ts";

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
  while (!atStart && from < to && isOptional(items[from])) from++;
  while (!atEnd && to > from && isOptional(items[to - 1])) to--;
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
    const [code, last, ...others] = item.ranges;
    if (code === undefined || code !== last || others.length > 0) return undefined;
    if (isLetter(code)) exact = true;
    bytes += item.kind === "byte" ? String.fromCharCode(code) : encodeCodePoint(code);
  }
  if (folded && exact) return undefined;
  const kind = atStart ? (atEnd ? "equals" : "prefix") : atEnd ? "suffix" : "contains";
  return { kind, bytes, caseInsensitive: folded };
}

/** Whether every match begins at the subject's start. */
export function startsAtText(tree: PatternTree): boolean {
  const begins = (node: PatternNode | undefined): boolean => {
    switch (node?.kind) {
      case "assert":
        return node.assertion === "text-start";
      case "capture":
        return begins(node.item);
      case "concat":
        return begins(node.items[0]);
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

function isOptional(node: PatternNode | undefined): boolean {
  return node?.kind === "repeat" && node.min === 0;
}

/** The lower-case letter when the set is one ASCII letter in both cases. */
function casePair(ranges: Ranges): string | undefined {
  const [upper, upperEnd, lower, lowerEnd] = ranges;
  if (ranges.length !== 4 || upper !== upperEnd || lower !== lowerEnd) return undefined;
  if (upper === undefined || lower !== upper + 32 || !isLetter(lower)) return undefined;
  return String.fromCharCode(lower);
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

interface Facts {
  /** Every string that the node can match, when they are few. */
  readonly exact: Texts | undefined;
  readonly literals: readonly Texts[];
  readonly bytes: readonly Ranges[];
}

/**
 * Strings that are spelt out when they are asked for: a word in either letter case is dozens of them, and mostly their
 * number is reason enough to look elsewhere.
 */
class Texts {
  /** Their number; equal ones may count twice. */
  readonly count: number;
  /** Length of the shortest. */
  readonly least: number;
  /** How many are as short. */
  readonly shortest: number;
  #spelt: readonly string[] | (() => readonly string[]);

  private constructor(
    count: number,
    least: number,
    shortest: number,
    spelt: readonly string[] | (() => readonly string[]),
  ) {
    this.count = count;
    this.least = least;
    this.shortest = shortest;
    this.#spelt = spelt;
  }

  static of(texts: readonly string[]): Texts {
    const [first] = texts;
    if (texts.length === 1 && first !== undefined) return new Texts(1, first.length, 1, texts);
    const least = Math.min(...texts.map((text) => text.length));
    const shortest = texts.filter((text) => text.length === least).length;
    return new Texts(texts.length, least, shortest, texts);
  }

  /** What one of them can match. */
  static union(all: readonly Texts[]): Texts {
    let count = 0;
    let least = Number.POSITIVE_INFINITY;
    let shortest = 0;
    for (const texts of all) {
      count += texts.count;
      if (texts.least < least) {
        least = texts.least;
        shortest = 0;
      }
      if (texts.least === least) shortest += texts.shortest;
    }
    return new Texts(count, least, shortest, () => [...new Set(all.flatMap((texts) => texts.spelt))]);
  }

  /** Each, followed by each of the others. */
  followedBy(others: Texts): Texts {
    const spell = (): readonly string[] => {
      const after = others.spelt;
      return [...new Set(this.spelt.flatMap((one) => after.map((other) => one + other)))];
    };
    return new Texts(
      this.count * others.count,
      this.least + others.least,
      this.shortest * others.shortest,
      spell,
    );
  }

  /** The only one. */
  get single(): string | undefined {
    return this.count === 1 ? this.spelt[0] : undefined;
  }

  get spelt(): readonly string[] {
    if (typeof this.#spelt === "function") this.#spelt = this.#spelt();
    return this.#spelt;
  }
}

const NO_BYTES = Texts.of([""]);
const EMPTY: Facts = { exact: NO_BYTES, literals: [], bytes: [] };
const NOTHING: Facts = { exact: undefined, literals: [], bytes: [] };

/**
 * Conditions that each hold for every subject that the pattern matches, the most telling first. With `fold`, the
 * literals are lower case and to be sought in the lower-cased subject.
 *
 * @param most larger sets are of no use to the caller.
 */
export function requiredConditions(
  tree: PatternTree,
  fold: boolean,
  minLength: number,
  most: number = Number.POSITIVE_INFINITY,
): Conditions {
  const { literals, bytes } = new Finder(fold, minLength, true).find(tree);
  const distinct = new Map<string, Ranked>();
  for (const texts of literals) {
    const lean = texts.shortest > most ? undefined : withoutSuperstrings(texts.spelt, most);
    if (lean === undefined) continue;
    distinct.set([...lean].sort().join("\0\0"), { lean, worth: worth(texts.least, lean.length) });
  }
  const ranked = [...distinct.values()].sort((left, right) => right.worth - left.worth);
  return { literals: ranked.map(({ lean }) => lean), bytes };
}

/** The most telling literals of {@link requiredConditions} with `fold`, without the work that the others would be. */
export function requiredTexts(tree: PatternTree, minLength: number): readonly string[] | undefined {
  const all = [...new Finder(true, minLength, false).find(tree).literals];
  let found: Ranked | undefined;
  for (const texts of all.sort((left, right) => right.least - left.least)) {
    if (found !== undefined && found.worth >= worth(texts.least, 1)) break;
    const lean = withoutSuperstrings(texts.spelt, Number.POSITIVE_INFINITY);
    if (lean === undefined) continue;
    const rank = worth(texts.least, lean.length);
    if (found === undefined || rank > found.worth) found = { lean, worth: rank };
  }
  return found?.lean;
}

interface Ranked {
  readonly lean: readonly string[];
  readonly worth: number;
}

function worth(least: number, count: number): number {
  return least * 100 - count;
}

function usable(texts: Texts | undefined, minLength: number): texts is Texts {
  return texts !== undefined && texts.least >= Math.max(1, minLength);
}

/** The most telling of several. */
function best(all: readonly Texts[]): Texts | undefined {
  let found = all[0];
  for (const one of all) {
    if (found !== undefined && worth(one.least, one.count) > worth(found.least, found.count)) found = one;
  }
  return found;
}

/** The strings that contain none of the others; undefined when there are more than `most`. */
function withoutSuperstrings(set: readonly string[], most: number): readonly string[] | undefined {
  const lean: string[] = [];
  for (const one of [...set].sort((left, right) => left.length - right.length)) {
    // Strings of one length contain each other only when they are equal.
    if (lean.some((other) => other.length < one.length && one.includes(other))) continue;
    if (lean.push(one) > most) return undefined;
  }
  if (lean.length === set.length) return set;
  const kept = new Set(lean);
  return set.filter((one) => kept.has(one));
}

function product(left: Texts, right: Texts | undefined): Texts | undefined {
  if (right === undefined || left.count * right.count > MAX_PRODUCT) return undefined;
  return left === NO_BYTES ? right : left.followedBy(right);
}

class Finder {
  readonly #fold: boolean;
  readonly #minLength: number;
  /** Whether sets of bytes are gathered too. */
  readonly #bytes: boolean;
  readonly #ofBytes = new Map<Ranges, Facts>();

  constructor(fold: boolean, minLength: number, bytes: boolean) {
    this.#fold = fold;
    this.#minLength = minLength;
    this.#bytes = bytes;
  }

  find(tree: PatternTree): { readonly literals: ReadonlySet<Texts>; readonly bytes: readonly Ranges[] } {
    const { exact, literals, bytes } = this.node(tree.root);
    const all = new Set(literals);
    if (usable(exact, this.#minLength)) all.add(exact);
    return { literals: all, bytes };
  }

  node(node: PatternNode): Facts {
    switch (node.kind) {
      case "empty":
      case "assert":
        return EMPTY;
      case "byte":
        return this.#byte(node.ranges);
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

  #byte(ranges: Ranges): Facts {
    let facts = this.#ofBytes.get(ranges);
    if (facts === undefined) {
      facts = { exact: this.#spelt(ranges, false), literals: [], bytes: this.#bytes ? [ranges] : [] };
      this.#ofBytes.set(ranges, facts);
    }
    return facts;
  }

  #spelt(ranges: Ranges, encode: boolean): Texts | undefined {
    const out = new Set<string>();
    for (const [low, high] of pairsOf(ranges)) {
      if (high - low >= 64) return undefined;
      for (let code = low; code <= high; code++) {
        const lower = this.#fold && code >= 65 && code <= 90 ? code + 32 : code;
        out.add(encode ? encodeCodePoint(lower) : String.fromCharCode(lower));
        if (out.size > MAX_CLASS) return undefined;
      }
    }
    return out.size === 0 ? undefined : Texts.of([...out]);
  }

  #concat(items: readonly PatternNode[]): Facts {
    let current = NO_BYTES;
    let whole = true;
    const literals: Texts[] = [];
    const bytes: Ranges[] = [];
    const append = (texts: Texts | undefined): void => {
      const grown = product(current, texts);
      if (grown !== undefined) {
        current = grown;
        return;
      }
      if (usable(current, this.#minLength)) literals.push(current);
      current = texts ?? NO_BYTES;
      whole = false;
    };
    // Most items are single bytes, which are put together before they are multiplied with the others.
    let run = "";
    for (const item of items) {
      const facts = this.node(item);
      for (const texts of facts.literals) literals.push(texts);
      for (const set of facts.bytes) bytes.push(set);
      const single = facts.exact?.single;
      if (single !== undefined) run += single;
      else {
        if (run !== "") append(Texts.of([run]));
        run = "";
        append(facts.exact);
      }
    }
    if (run !== "") append(Texts.of([run]));
    if (!whole && usable(current, this.#minLength)) literals.push(current);
    return { exact: whole ? current : undefined, literals, bytes };
  }

  #alternate(all: readonly Facts[]): Facts {
    const known = all.flatMap((facts) => facts.exact ?? []);
    const union = known.length === all.length ? Texts.union(known) : undefined;
    const exact = union !== undefined && union.count <= MAX_ALTERNATIVES ? union : undefined;
    const chosen: Texts[] = [];
    let count = 0;
    for (const facts of all) {
      const own = usable(facts.exact, this.#minLength) ? [...facts.literals, facts.exact] : facts.literals;
      const found = best(own);
      if (found === undefined || exact !== undefined) break;
      count += found.count;
      chosen.push(found);
    }
    const every = chosen.length === all.length && count <= MAX_LITERALS;
    const bytes: Ranges[] = [];
    if (all.every((facts) => facts.bytes.length > 0)) {
      bytes.push(mergeNarrowest(all.map((facts) => facts.bytes)));
    }
    return { exact, literals: every ? [Texts.union(chosen)] : [], bytes };
  }

  #repeat(node: PatternNode & { kind: "repeat" }): Facts {
    if (node.max === 0) return EMPTY;
    const facts = this.node(node.item);
    const { exact } = facts;
    if (node.min === 0) {
      const few = node.max === 1 && exact !== undefined && exact.count < 32;
      return few ? { ...NOTHING, exact: Texts.union([exact, NO_BYTES]) } : NOTHING;
    }
    if (node.min === node.max && node.min <= 4) {
      let repeated: Texts | undefined = NO_BYTES;
      for (let count = 0; count < node.min && repeated !== undefined; count++) {
        repeated = product(repeated, exact);
      }
      if (repeated !== undefined) return { ...facts, exact: repeated };
    }
    const literals = usable(exact, this.#minLength) ? [...facts.literals, exact] : facts.literals;
    return { exact: undefined, literals, bytes: facts.bytes };
  }
}

function span(ranges: Ranges): number {
  let total = 0;
  for (const [low, high] of pairsOf(ranges)) total += high - low + 1;
  return total;
}

/** The union of each alternative's narrowest set; bounds may overlap, which users of the set do not mind. */
function mergeNarrowest(all: readonly (readonly Ranges[])[]): Ranges {
  return all.flatMap((sets) => sets.reduce((best, set) => (span(set) < span(best) ? set : best)));
}
