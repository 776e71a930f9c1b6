// On the request path: looks one value of an operand up in every table that the rules have for it. Its loops, like
// those of probes and classifier, are indexed: `for … of` costs a walk over 100 rules 4 % (measured).
import type { EvaluationContext } from "../../../language/scheme/execution-context.ts";
import { asciiLower } from "../../../language/values/bytes.ts";
import type { Ip6, Value } from "../../../language/values/value.ts";
import type { Atom } from "./atom.ts";
import { ByteTrie, type TrieOptions } from "./byte-trie.ts";
import type { Collector } from "./collector.ts";
import { LiteralAutomaton } from "./literal-automaton.ts";
import { Ip6Ranges, isIp6, NumberRanges, type PostedRange } from "./nested-ranges.ts";

/**
 * Bytes of the texts in one trie or automaton. They have at most one state more than bytes, and number an edge by its
 * state times 257 at most: the numbers stay within 31 bits.
 */
export const MAX_TEXT_BYTES = 2 ** 22;

/** The tables of one operand. */
export class ValueIndex {
  readonly #equal = new Map<Value, number>();
  readonly #equalFolded = new Map<string, number>();
  /** A value longer than every text that it could equal is not hashed. */
  #longestEqual = -1;
  #longestFolded = -1;
  readonly #tries: readonly ByteTrie[];
  readonly #literals: readonly LiteralAutomaton[];
  readonly #numbers: NumberRanges | undefined;
  readonly #ip6: Ip6Ranges | undefined;
  readonly #lists: readonly { readonly slot: number; readonly posting: number }[];

  /** @param atoms of one operand, in use and with their postings' numbers. */
  constructor(atoms: readonly Atom[], maxTextBytes = MAX_TEXT_BYTES) {
    const prefixes = { plain: new Map<string, number>(), folded: new Map<string, number>() };
    const suffixes = { plain: new Map<string, number>(), folded: new Map<string, number>() };
    const literals = new Map<string, number>();
    const numbers: PostedRange<number>[] = [];
    const ip6: PostedRange<Ip6>[] = [];
    const lists: { readonly slot: number; readonly posting: number }[] = [];
    for (const { test, posting } of atoms) {
      switch (test.kind) {
        case "equal":
          this.#addEqual(test.value, test.folded, posting);
          break;
        case "prefix":
        case "suffix":
          (test.kind === "suffix" ? suffixes : prefixes)[test.folded ? "folded" : "plain"].set(
            test.text,
            posting,
          );
          break;
        case "literal":
          literals.set(test.text, posting);
          break;
        case "range":
          if (isIp6(test.start)) ip6.push({ start: test.start, end: test.end as Ip6, posting });
          else numbers.push({ start: test.start, end: test.end as number, posting });
          break;
        case "list":
          lists.push({ slot: test.listSlot, posting });
          break;
      }
    }
    const triesOf = (texts: ReadonlyMap<string, number>, options: TrieOptions): readonly ByteTrie[] =>
      portions(texts, maxTextBytes).map((part) => new ByteTrie(part, options));
    this.#tries = [
      ...triesOf(prefixes.plain, { fromEnd: false, folded: false }),
      ...triesOf(prefixes.folded, { fromEnd: false, folded: true }),
      ...triesOf(suffixes.plain, { fromEnd: true, folded: false }),
      ...triesOf(suffixes.folded, { fromEnd: true, folded: true }),
    ];
    this.#literals = portions(literals, maxTextBytes).map((part) => new LiteralAutomaton(part));
    const addresses = atoms[0]?.operand.type === "Ip";
    this.#numbers = numbers.length > 0 ? new NumberRanges(numbers, addresses) : undefined;
    this.#ip6 = ip6.length > 0 ? new Ip6Ranges(ip6) : undefined;
    this.#lists = lists;
  }

  #addEqual(value: string | number | bigint, folded: boolean, posting: number): void {
    if (folded && typeof value === "string") {
      this.#equalFolded.set(value, posting);
      this.#longestFolded = Math.max(this.#longestFolded, value.length);
      return;
    }
    this.#equal.set(value, posting);
    this.#longestEqual = Math.max(this.#longestEqual, typeof value === "string" ? value.length : 0);
  }

  /**
   * Hits the postings of every atom that the value satisfies. Takes one step per byte off the budget when literals are
   * sought in it, whether or not the budget lasts: candidates are never left out.
   */
  find(value: Value, context: EvaluationContext, collector: Collector): void {
    if (typeof value === "string") this.#findBytes(value, context, collector);
    else if (typeof value === "object") this.#ip6?.find(value as Ip6, collector);
    else {
      if (this.#longestEqual >= 0) this.#hit(this.#equal.get(value), collector);
      if (typeof value === "number") this.#numbers?.find(value, collector);
    }
    const lists = this.#lists;
    for (let at = 0; at < lists.length; at++) {
      const { slot, posting } = lists[at]!;
      const list = context.lists[slot];
      if (list?.has(value as never, context.clock) === true) collector.add(posting);
    }
  }

  #findBytes(value: string, context: EvaluationContext, collector: Collector): void {
    const { length } = value;
    if (length <= this.#longestEqual) this.#hit(this.#equal.get(value), collector);
    if (length <= this.#longestFolded) this.#hit(this.#equalFolded.get(asciiLower(value)), collector);
    const tries = this.#tries;
    for (let at = 0; at < tries.length; at++) tries[at]!.find(value, collector);
    const literals = this.#literals;
    for (let at = 0; at < literals.length; at++) {
      context.budget.remaining -= length;
      literals[at]!.find(value, collector);
    }
  }

  #hit(posting: number | undefined, collector: Collector): void {
    if (posting !== undefined) collector.add(posting);
  }
}

function portions(
  postings: ReadonlyMap<string, number>,
  maxBytes: number,
): readonly ReadonlyMap<string, number>[] {
  const parts: Map<string, number>[] = [];
  let part: Map<string, number> | undefined;
  let room = 0;
  for (const [text, posting] of postings) {
    if (part === undefined || text.length > room) {
      part = new Map();
      parts.push(part);
      room = maxBytes;
    }
    part.set(text, posting);
    room -= text.length;
  }
  return parts;
}
