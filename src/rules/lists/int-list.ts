import { excerpt } from "../../language/diagnostics/printable.ts";
import { type IntRange, intMembership, mergeIntRanges } from "../../language/sets/int-set.ts";
import { type Intervals, IntervalTree } from "../../language/sets/interval-tree.ts";
import { parseInteger } from "../../language/values/int.ts";
import type { IntValue, Value } from "../../language/values/value.ts";
import type { PlainItem } from "./item.ts";
import type { ItemFaults } from "./item-faults.ts";
import type { ItemNotes } from "./item-notes.ts";
import type { ListBuilder, ListMatcher } from "./list-builder.ts";

interface NumberedRange extends IntRange {
  readonly number: number;
}

/** Integers and ranges `first..last`; AS numbers may be written `AS64512`. */
export class IntListBuilder implements ListBuilder {
  readonly #notes: ItemNotes;
  readonly #faults: ItemFaults;
  readonly #isAsn: boolean;
  readonly #ranges: NumberedRange[] = [];

  constructor(notes: ItemNotes, faults: ItemFaults, isAsn: boolean) {
    this.#notes = notes;
    this.#faults = faults;
    this.#isAsn = isAsn;
  }

  add(index: number, { text, description, expiresAt }: PlainItem): void {
    const dots = text.indexOf("..");
    const start = this.#read(index, dots === -1 ? text : text.slice(0, dots), text);
    const end = dots === -1 ? start : this.#read(index, text.slice(dots + 2), text);
    if (start === undefined || end === undefined) return;
    if (start > end) {
      const message = `the range \`${excerpt(text)}\` has its higher number first`;
      const hint = "write the lower number first";
      this.#faults.error(index, { code: "E_RANGE_BOUNDS", text, message, hint });
      return;
    }
    this.#ranges.push({ start, end, number: index });
    this.#notes.add(index, description, expiresAt, text === printed(start, end) ? undefined : text);
  }

  #read(index: number, word: string, text: string): IntValue | undefined {
    const digits = this.#isAsn && /^AS[0-9]/i.test(word) ? word.slice(2) : word;
    const value = parseInteger(digits);
    if (value === "digits" || value === "range") {
      const what = value === "digits" ? "is not an integer" : "does not fit into 64 bits";
      const hint = value === "digits" ? integerHint(text) : undefined;
      const message = `\`${excerpt(word)}\` ${what}`;
      this.#faults.error(index, {
        code: "E_INVALID_INT",
        text,
        message,
        ...(hint === undefined ? {} : { hint }),
      });
      return undefined;
    }
    if (this.#isAsn && (value < 0 || value > 0xffffffff)) {
      const message = `\`${excerpt(word)}\` is not an AS number: they have 32 bits`;
      this.#faults.error(index, { code: "E_INVALID_INT", text, message });
      return undefined;
    }
    return value;
  }

  build(): ListMatcher {
    const sorted = this.#ranges.sort((left, right) =>
      left.start < right.start ? -1 : left.start > right.start ? 1 : left.number - right.number,
    );
    return new IntMatcher(sorted, this.#notes);
  }
}

/** The probable intention of a text that is not an integer. */
function integerHint(text: string): string | undefined {
  const [, from, to] = /^(?:AS)?([0-9]+)\s*[-\u2013]\s*(?:AS)?([0-9]+)$/i.exec(text) ?? [];
  if (from !== undefined) return `a range is written with two dots: \`${from}..${to}\``;
  const [, number] = /^\s*(?:AS)?\s*([0-9]+)\s*$/i.exec(text) ?? [];
  if (number !== undefined) return `write the number alone: \`${number}\``;
  if (/^[0-9]+(?:[\s,;]+[0-9]+)+$/.test(text)) return "write each number as an item of its own";
  return undefined;
}

class IntMatcher implements ListMatcher {
  readonly #ranges: readonly NumberedRange[];
  readonly #notes: ItemNotes;
  readonly #has: (value: IntValue) => boolean;
  readonly #tree: IntervalTree<IntValue>;

  constructor(sorted: readonly NumberedRange[], notes: ItemNotes) {
    this.#ranges = sorted;
    this.#notes = notes;
    this.#has = intMembership(mergeIntRanges(sorted));
    this.#tree = new IntervalTree(
      new IntIntervals(sorted),
      notes.deadlines && Float64Array.from(sorted, ({ number }) => notes.expiresAt(number)),
    );
  }

  has(value: IntValue, now: () => number): boolean {
    if (!this.#has(value)) return false;
    return this.#notes.deadlines === undefined || this.#tree.has(value, now());
  }

  find(value: Value, now: () => number) {
    if (typeof value !== "number" && typeof value !== "bigint") return undefined;
    const range = this.#ranges[this.#tree.smallest(value, now())];
    return range && this.#notes.match(range.number, () => printed(range.start, range.end));
  }
}

class IntIntervals implements Intervals<IntValue> {
  readonly #ranges: readonly IntRange[];
  readonly count: number;

  constructor(ranges: readonly IntRange[]) {
    this.#ranges = ranges;
    this.count = ranges.length;
  }

  startsAfter(at: number, value: IntValue): boolean {
    return this.#ranges[at]!.start > value;
  }

  endsBefore(at: number, value: IntValue): boolean {
    return this.#ranges[at]!.end < value;
  }

  endsLater(left: number, right: number): boolean {
    return this.#ranges[left]!.end > this.#ranges[right]!.end;
  }

  size(at: number): number {
    const { start, end } = this.#ranges[at]!;
    return Number(end) - Number(start);
  }
}

function printed(start: IntValue, end: IntValue): string {
  return start === end ? String(start) : `${start}..${end}`;
}
