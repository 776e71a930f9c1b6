// On the request path. A pattern is a list of literal segments between stars; the first and last are anchored, the
// others are found leftmost-first, which decides the match in one pass and gives the shortest captures.
import { asciiLower } from "./bytes.ts";

export interface WildcardFault {
  readonly message: string;
  /** Offsets into the pattern's bytes. */
  readonly start: number;
  readonly end: number;
  readonly hint?: string;
}

/**
 * A compiled wildcard pattern (semantics.md#wildcards): `*` stands for any run of bytes, `\*` and `\\` for
 * themselves.
 */
export class Wildcard {
  /** The pattern as given. */
  readonly source: string;
  /** Literal pieces between the stars, folded when the pattern ignores case; one more than there are stars. */
  readonly segments: readonly [first: string, ...others: string[]];
  /** False: ASCII letters match in either case. */
  readonly strict: boolean;
  readonly #first: string;
  readonly #inner: readonly string[];
  /** Undefined: there is no star. */
  readonly #last: string | undefined;
  readonly #minimum: number;

  /** @param others what is after each star. */
  constructor(source: string, first: string, others: readonly string[], strict: boolean) {
    const inner = strict ? [...others] : others.map(asciiLower);
    this.source = source;
    this.strict = strict;
    this.#first = strict ? first : asciiLower(first);
    this.segments = [this.#first, ...inner];
    this.#minimum = this.segments.reduce((sum, segment) => sum + segment.length, 0);
    this.#last = inner.pop();
    this.#inner = inner;
  }

  /** Whether the whole value matches. Linear: no byte is looked at by more than one segment's search. */
  test(value: string): boolean {
    if (value.length < this.#minimum) return false;
    const text = this.strict ? value : asciiLower(value);
    const first = this.#first;
    const last = this.#last;
    if (last === undefined) return text === first;
    if (!text.startsWith(first) || !text.endsWith(last)) return false;
    let at = first.length;
    const end = text.length - last.length;
    for (const segment of this.#inner) {
      const found = text.indexOf(segment, at);
      if (found === -1) return false;
      at = found + segment.length;
    }
    return at <= end;
  }

  /** What each star took, as offsets `[start0, end0, start1, …]`, earlier stars shortest; undefined for no match. */
  captures(value: string): readonly number[] | undefined {
    const text = this.strict ? value : asciiLower(value);
    const first = this.#first;
    const last = this.#last;
    if (last === undefined) return text === first ? [] : undefined;
    if (!text.startsWith(first) || !text.endsWith(last)) return undefined;
    const spans: number[] = [];
    let at = first.length;
    const end = text.length - last.length;
    for (const segment of this.#inner) {
      const found = text.indexOf(segment, at);
      if (found === -1) return undefined;
      spans.push(at, found);
      at = found + segment.length;
    }
    if (at > end) return undefined;
    spans.push(at, end);
    return spans;
  }
}

/** Reads a wildcard pattern's bytes; faults name the place inside them. */
export function compileWildcard(source: string, strict: boolean, maxStars: number): Wildcard | WildcardFault {
  let first: string | undefined;
  const others: string[] = [];
  let stars = 0;
  let segment = "";
  let afterStar = false;
  for (let at = 0; at < source.length; at++) {
    const char = source.charAt(at);
    if (char === "*") {
      if (afterStar) {
        return {
          message: "two stars in a row",
          start: at - 1,
          end: at + 1,
          hint: "one `*` already matches any run of bytes",
        };
      }
      if (stars === maxStars) {
        return { message: `a wildcard pattern has at most ${maxStars} stars`, start: at, end: at + 1 };
      }
      stars++;
      if (first === undefined) first = segment;
      else others.push(segment);
      segment = "";
      afterStar = true;
      continue;
    }
    afterStar = false;
    if (char !== "\\") {
      segment += char;
      continue;
    }
    const escaped = source[at + 1];
    if (escaped !== "*" && escaped !== "\\") {
      return {
        message:
          escaped === undefined
            ? "the pattern ends in a backslash"
            : `there is no escape \`\\${escaped}\` in a wildcard pattern`,
        start: at,
        end: Math.min(at + 2, source.length),
        hint: "only `\\*` and `\\\\` are escapes; `?` is an ordinary character",
      };
    }
    segment += escaped;
    at++;
  }
  if (first === undefined) return new Wildcard(source, segment, [], strict);
  return new Wildcard(source, first, [...others, segment], strict);
}
