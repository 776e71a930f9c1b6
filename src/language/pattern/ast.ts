import type { Ranges } from "./ranges.ts";

/** A place between two bytes that must satisfy a condition; names in `Unicode…` judge whole characters. */
export type Assertion =
  | "text-start"
  | "text-end"
  | "line-start"
  | "line-end"
  | "line-start-crlf"
  | "line-end-crlf"
  | WordAssertion
  | `unicode-${WordAssertion}`;

export type WordAssertion =
  | "word"
  | "not-word"
  | "word-start"
  | "word-end"
  | "word-start-half"
  | "word-end-half";

interface Placed {
  /** UTF-16 offsets into the pattern's text. */
  readonly start: number;
  readonly end: number;
  /** Levels of nodes from here down, at least 1. */
  readonly depth: number;
}

/**
 * A pattern's syntax tree with its flags resolved: case folding, dot, line modes and greed are in the nodes.
 */
export type PatternNode = Placed &
  (
    | { readonly kind: "empty" }
    /** One byte of the set. */
    | { readonly kind: "byte"; readonly ranges: Ranges }
    /** The UTF-8 form of one code point of the set. */
    | { readonly kind: "char"; readonly ranges: Ranges }
    | { readonly kind: "assert"; readonly assertion: Assertion }
    | { readonly kind: "concat"; readonly items: readonly PatternNode[] }
    | { readonly kind: "alternate"; readonly items: readonly PatternNode[] }
    /** `max` may be Infinity. */
    | {
        readonly kind: "repeat";
        readonly item: PatternNode;
        readonly min: number;
        readonly max: number;
        readonly lazy: boolean;
      }
    /** A capturing group, numbered from 1. */
    | { readonly kind: "capture"; readonly item: PatternNode; readonly index: number }
  );

export interface PatternTree {
  readonly root: PatternNode;
  readonly groupCount: number;
  /** Group numbers by name. */
  readonly names: ReadonlyMap<string, number>;
  /**
   * The text opens with a flag group that turns `u` on: the subject must be UTF-8 throughout
   * (semantics.md#bytes-and-characters).
   */
  readonly wholeUnicode: boolean;
}
