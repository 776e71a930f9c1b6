// Compile-time only: what the characters are comes from the platform's own Unicode tables.
import { intersect, MAX_CODE_POINT, normalise, pairsOf, type Ranges } from "./ranges.ts";

const BLOCK = 0x1000;

/** Code points that a RegExp class matches, as ranges. */
function rangesOf(expression: string): Ranges {
  const regexp = new RegExp(expression, "u");
  const runs = new RegExp(`(?:${expression})+`, "gu");
  const out: number[] = [];
  for (let first = 0; first <= MAX_CODE_POINT; first += BLOCK) {
    if (first >= 0xd000 && first < 0xe000) {
      for (let code = first; code < Math.min(0xd800, first + BLOCK); code++) {
        if (regexp.test(String.fromCodePoint(code))) out.push(code, code);
      }
      continue;
    }
    const codes = Array.from({ length: BLOCK }, (_, offset) => first + offset);
    const text = String.fromCodePoint(...codes);
    const width = first >= 0x10000 ? 2 : 1;
    for (const run of text.matchAll(runs)) {
      out.push(first + run.index / width, first + (run.index + run[0].length) / width - 1);
    }
  }
  return normalise(out);
}

const known = new Map<string, Ranges>();

function cached(expression: string): Ranges {
  let ranges = known.get(expression);
  if (ranges === undefined) {
    ranges = rangesOf(expression);
    known.set(expression, ranges);
  }
  return ranges;
}

/** Unicode meaning of `\d`, `\s` and `\w` (UTS 18, annex C). */
export function unicodePerlClass(letter: "d" | "s" | "w"): Ranges {
  if (letter === "d") return cached("\\p{Nd}");
  if (letter === "s") return cached("\\p{White_Space}");
  return cached("[\\p{Alphabetic}\\p{M}\\p{Nd}\\p{Pc}\\p{Join_Control}]");
}

/**
 * The code points of `\p{query}`: a general category, a script, a binary property, or `property=value`.
 * Undefined when the platform's tables know no such name.
 */
export function unicodeProperty(query: string): Ranges | undefined {
  const [left = "", right] = query.split(/[=:]/, 2);
  if (right === undefined) {
    const bare = left.replace(/^is/i, "");
    for (const name of [...spellings(left), ...spellings(bare)]) {
      for (const prefix of ["", "Script="]) {
        const ranges = tryProperty(prefix + name);
        if (ranges !== undefined) return ranges;
      }
    }
    return undefined;
  }
  const property = PROPERTIES.get(left.toLowerCase().replace(/[\s_-]/g, ""));
  if (property === undefined) return undefined;
  for (const value of spellings(right)) {
    const ranges = tryProperty(`${property}=${value}`);
    if (ranges !== undefined) return ranges;
  }
  return undefined;
}

const PROPERTIES: ReadonlyMap<string, string> = new Map([
  ["gc", "gc"],
  ["generalcategory", "gc"],
  ["sc", "sc"],
  ["script", "sc"],
  ["scx", "scx"],
  ["scriptextensions", "scx"],
]);

/** The reference compares names loosely; RegExp wants the exact spelling. */
function spellings(name: string): readonly string[] {
  const words = name.trim().split(/[\s_-]+/);
  const title = words.map((word) => word.slice(0, 1).toUpperCase() + word.slice(1).toLowerCase()).join("_");
  return [...new Set([name, title, name.toUpperCase()])];
}

function tryProperty(name: string): Ranges | undefined {
  if (!/^[A-Za-z0-9_=]+$/.test(name)) return undefined;
  const expression = `\\p{${name}}`;
  try {
    new RegExp(expression, "u");
  } catch {
    return undefined;
  }
  return cached(expression);
}

let orbits: ReadonlyMap<number, readonly number[]> | undefined;

/** Adds every character that simple case folding holds equal to a member. */
export function foldUnicode(ranges: Ranges): Ranges {
  orbits ??= findOrbits();
  const out = [...ranges];
  for (const [code, others] of orbits) {
    if (contains(ranges, code)) for (const other of others) out.push(other, other);
  }
  return normalise(out);
}

function contains(ranges: Ranges, code: number): boolean {
  return intersect(ranges, [code, code]).length > 0;
}

/** For each character with case, the others of its folding class. */
function findOrbits(): ReadonlyMap<number, readonly number[]> {
  const groups = new Map<string, number[]>();
  const cased = cached("[\\p{Changes_When_Casemapped}\\p{Changes_When_Casefolded}]");
  for (const [low, high] of pairsOf(cased)) {
    for (let code = low; code <= high; code++) {
      const char = String.fromCodePoint(code);
      for (const key of new Set([char.toLowerCase(), char.toUpperCase().toLowerCase()])) {
        const group = groups.get(key);
        if (group === undefined) groups.set(key, [code]);
        else group.push(code);
      }
    }
  }
  const out = new Map<number, Set<number>>();
  for (const group of groups.values()) {
    for (const code of group) {
      // Full case mappings propose; the simple folding that `iu` applies decides (dotless i does not fold to i).
      const same = new RegExp(`^\\u{${code.toString(16)}}$`, "iu");
      for (const other of group) {
        if (other === code || !same.test(String.fromCodePoint(other))) continue;
        let others = out.get(code);
        if (others === undefined) {
          others = new Set();
          out.set(code, others);
        }
        others.add(other);
      }
    }
  }
  return new Map([...out].map(([code, others]) => [code, [...others]]));
}
