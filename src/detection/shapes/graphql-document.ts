import { isSpace, isWord, skipSpace, wordEnd } from "./scan.ts";

export interface GraphqlDocument {
  /** Where `__schema` or `__type` is selected; -1 when it isn't. */
  readonly introspection: number;
  readonly aliases: number;
  readonly directives: number;
  /** Of selections. */
  readonly depth: number;
  /** Whether a fragment contains itself. */
  readonly cyclic: boolean;
}

/** Fragments of a document whose contents are compared; what lies beyond can't be part of a cycle here. */
const MOST_FRAGMENTS = 500;

/** Counts what a document of GraphQL selects; undefined when the text is none. */
export function readDocument(text: string, start: number): GraphqlDocument | undefined {
  const spreads = new Map<string, Set<string>>();
  let fragment: Set<string> | undefined;
  let introspection = -1;
  let aliases = 0;
  let directives = 0;
  let depth = 0;
  let deepest = 0;
  let at = start;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (isSpace(code) || code === 44) at += 1;
    else if (code === 35) at = lineEnd(text, at);
    else if (code === 40) at = argumentsEnd(text, at);
    else if (code === 123) {
      depth += 1;
      deepest = Math.max(deepest, depth);
      at += 1;
    } else if (code === 125) {
      depth -= 1;
      // What is after the last selection belongs to no document.
      if (depth < 0) return undefined;
      if (depth === 0) fragment = undefined;
      at += 1;
    } else if (code === 64) {
      const end = wordEnd(text, at + 1);
      if (end === at + 1) return undefined;
      directives += 1;
      at = end;
    } else if (code === 46) {
      if (!text.startsWith("...", at)) return undefined;
      const name = skipSpace(text, at + 3);
      const end = wordEnd(text, name);
      const word = text.slice(name, end);
      if (word !== "on" && word !== "" && fragment !== undefined) fragment.add(word);
      at = end;
    } else if (isWord(code)) {
      const end = wordEnd(text, at);
      const next = skipSpace(text, end);
      const word = text.slice(at, end);
      if (depth === 0) {
        if (word === "fragment") {
          const nameEnd = wordEnd(text, next);
          if (spreads.size < MOST_FRAGMENTS) {
            fragment = new Set();
            spreads.set(text.slice(next, nameEnd), fragment);
          }
          at = nameEnd;
          continue;
        }
      } else if (text.charCodeAt(next) === 58) {
        aliases += 1;
        at = next + 1;
        continue;
      } else if (introspection < 0 && (word === "__schema" || word === "__type")) introspection = at;
      at = end;
    } else return undefined;
  }
  return { introspection, aliases, directives, depth: deepest, cyclic: hasCycle(spreads) };
}

function lineEnd(text: string, at: number): number {
  const end = text.indexOf("\n", at);
  return end < 0 ? text.length : end;
}

/** Behind the parenthesis that closes the one at `at`; strings are left out. */
function argumentsEnd(text: string, at: number): number {
  let depth = 0;
  let position = at;
  while (position < text.length) {
    const code = text.charCodeAt(position);
    if (code === 34) position = stringEnd(text, position);
    else {
      position += 1;
      if (code === 40) depth += 1;
      else if (code === 41) {
        depth -= 1;
        if (depth === 0) return position;
      }
    }
  }
  return position;
}

function stringEnd(text: string, at: number): number {
  if (text.startsWith('"""', at)) {
    const end = text.indexOf('"""', at + 3);
    return end < 0 ? text.length : end + 3;
  }
  let position = at + 1;
  while (position < text.length && text.charCodeAt(position) !== 34) {
    position += text.charCodeAt(position) === 92 ? 2 : 1;
  }
  return position + 1;
}

/** Whether a name leads back to itself. Takes names away that lead nowhere until none is left, or only cycles are. */
function hasCycle(spreads: Map<string, Set<string>>): boolean {
  const waiting = new Map<string, string[]>();
  const counts = new Map<string, number>();
  const done: string[] = [];
  for (const [name, inside] of spreads) {
    let count = 0;
    for (const other of inside) {
      if (!spreads.has(other)) continue;
      count += 1;
      const list = waiting.get(other);
      if (list === undefined) waiting.set(other, [name]);
      else list.push(name);
    }
    counts.set(name, count);
    if (count === 0) done.push(name);
  }
  let finished = 0;
  for (let name = done.pop(); name !== undefined; name = done.pop()) {
    finished += 1;
    for (const outer of waiting.get(name) ?? []) {
      const left = (counts.get(outer) ?? 0) - 1;
      counts.set(outer, left);
      if (left === 0) done.push(outer);
    }
  }
  return finished < spreads.size;
}
