// Draws patterns and subjects for differential runs. Deterministic for a seed.

export type Random = () => number;

/** mulberry32: small, seeded, good enough to draw cases. */
export function seeded(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

function pick<T>(random: Random, items: readonly T[]): T {
  return items[Math.floor(random() * items.length)]!;
}

const LITERALS = [
  "a",
  "b",
  "c",
  "ab",
  "A",
  "B",
  "-",
  "=",
  " ",
  "\\.",
  "\\x41",
  "1",
  "_",
  "é",
  "\\xe9",
  "\\n",
  "/",
];
const CLASSES = [
  "[ab]",
  "[^a]",
  "[a-c]",
  "[^\\s]",
  "[A-Z0-9]",
  "\\d",
  "\\w",
  "\\s",
  "\\D",
  "\\W",
  "\\S",
  ".",
  "[\\w-]",
];
const POSIX = ["[[:alpha:]]", "[[:^digit:]]", "[[:space:]x]", "[\\xe9\\xc3]", "[]a]", "[^]a]", "[a-]"];
// Grouped, since `\b{2}` is no repetition in every engine.
const ANCHORS = ["^", "$", "(?:\\b)", "(?:\\B)", "\\A", "\\z", "(?m:^)", "(?m:$)"];
const QUANTIFIERS = ["*", "+", "?", "*?", "+?", "??", "{2}", "{1,3}", "{2,}", "{0,2}?", "{0}"];

/** A pattern of the portable subset. */
export function drawPattern(random: Random): string {
  const flags = random() < 0.3 ? pick(random, ["(?i)", "(?s)", "(?m)", "(?im)", "(?U)", "(?is)"]) : "";
  return flags + drawAlternation(random, 3);
}

function drawAlternation(random: Random, depth: number): string {
  const count = random() < 0.25 ? 2 + Math.floor(random() * 2) : 1;
  return Array.from({ length: count }, () => drawConcatenation(random, depth)).join("|");
}

function drawConcatenation(random: Random, depth: number): string {
  const count = Math.floor(random() * 4.2);
  return Array.from({ length: count }, () => drawRepeated(random, depth)).join("");
}

function drawRepeated(random: Random, depth: number): string {
  const atom = drawAtom(random, depth);
  return random() < 0.3 ? atom + pick(random, QUANTIFIERS) : atom;
}

function drawAtom(random: Random, depth: number): string {
  const die = random();
  if (depth > 0 && die < 0.22) {
    const open = pick(random, ["(", "(?:", "(?i:", "(?s-i:", "(?m:"]);
    return `${open}${drawAlternation(random, depth - 1)})`;
  }
  if (die < 0.6) {
    const literal = pick(random, LITERALS);
    return literal.length === 1 || literal.startsWith("\\") ? literal : `(?:${literal})`;
  }
  if (die < 0.8) return pick(random, CLASSES);
  if (die < 0.9) return pick(random, POSIX);
  return pick(random, ANCHORS);
}

const RUNS = [
  "a",
  "b",
  "c",
  "ab",
  "aab",
  "A",
  "B",
  "-",
  "=",
  " ",
  ".",
  "1",
  "_",
  "\xc3\xa9",
  "\xe9",
  "\n",
  "\r\n",
  "/",
];

/** A byte string with much in common with what the patterns ask for. */
export function drawSubject(random: Random): string {
  const count = Math.floor(random() * random() * 24);
  let subject = "";
  for (let at = 0; at < count; at++) {
    subject += random() < 0.05 ? String.fromCharCode(Math.floor(random() * 256)) : pick(random, RUNS);
  }
  return subject;
}
