import type { CompareNode, Test, TestNode, TypedNode } from "../../../language/check/typed-ast.ts";
import { asciiLower } from "../../../language/values/bytes.ts";
import { formatIp } from "../../../language/values/ip.ts";
import type { IntValue, IpValue } from "../../../language/values/value.ts";
import type { Wildcard } from "../../../language/values/wildcard.ts";
import type { Atom, AtomTest } from "./atom.ts";
import { affixOf, type Operand, operandOf } from "./operand.ts";
import { priorOf } from "./selectivity.ts";

/** At least one of these must hold; undefined: the comparison cannot be looked up. */
export type AnyOf = readonly Atom[] | undefined;

/** Longer texts are looked up by so many of their bytes, and the filter evaluates the rest. */
const MAX_AFFIX = 64;
const MAX_LITERAL = 16;
/** A range of integers up to this long is looked up value by value. */
const MAX_SPELT_RANGE = 16;

/** The atoms of one operand by kind of test, each by what it compares with. */
type Tables = Partial<Record<TableKind, Map<AtomKey, Atom>>>;

type TableKind = AtomTest["kind"] | `folded-${"equal" | "prefix" | "suffix"}`;

/** Tells tests of one kind apart. Values stand for themselves: spelling out 100,000 of them would take long. */
type AtomKey = string | IntValue;

/** Interns the atoms of a ruleset. */
export class Atoms {
  /** Of operands that are whole fields, by slot. */
  readonly #ofFields: (Tables | undefined)[] = [];
  /** Of operands inside fields, by their keys. */
  readonly #ofPaths = new Map<string, Tables>();

  /** The atoms of a comparison of which one must hold when the comparison does, for some element at least. */
  of(node: TypedNode): AnyOf {
    switch (node.kind) {
      case "compare":
        return this.#compare(node);
      case "test":
        return this.#test(node);
      case "call": {
        const affix = affixOf(node);
        return affix && this.#affix(affix.operand, affix.kind, affix.text, affix.operand.folded);
      }
      default:
        return undefined;
    }
  }

  #compare(node: CompareNode): AnyOf {
    if (node.operator !== "eq" || node.right.kind !== "constant") return undefined;
    const operand = operandOf(node.left);
    if (operand === undefined) return undefined;
    const value = node.right.value;
    if (operand.type === "Ip") return [this.#range(operand, value as IpValue, value as IpValue)];
    return [this.#equal(operand, value as string | IntValue, operand.folded)];
  }

  #test(node: TestNode): AnyOf {
    const operand = operandOf(node.left);
    if (operand === undefined) return undefined;
    const { test } = node;
    switch (test.kind) {
      case "contains":
        return this.#literals(operand, [test.needle]);
      case "matches":
        return this.#matches(operand, test);
      case "wildcard":
        return this.#wildcard(operand, test.wildcard);
      case "in-bytes":
        return test.items.map((item) => this.#equal(operand, item, operand.folded));
      case "in-ints":
        return this.#ints(operand, test.ranges);
      case "in-ips":
        return test.ranges.map(({ start, end }) => this.#range(operand, start, end));
      case "in-list": {
        // The items may be others at the next request: the atom is the look-up itself, made once for all rules.
        if (operand.folded) return undefined;
        const { listSlot } = test;
        const table = this.#table(operand, "list");
        return [table.get(listSlot) ?? enter(table, listSlot, operand, { kind: "list", listSlot })];
      }
      case "bitwise_and":
        return undefined;
    }
  }

  #ints(operand: Operand, ranges: readonly { readonly start: IntValue; readonly end: IntValue }[]): AnyOf {
    const atoms: Atom[] = [];
    for (const { start, end } of ranges) {
      if (start === end) {
        atoms.push(this.#equal(operand, start, false));
        continue;
      }
      if (typeof start !== "number" || typeof end !== "number") return undefined;
      if (end - start >= MAX_SPELT_RANGE) atoms.push(this.#range(operand, start, end));
      else for (let value = start; value <= end; value++) atoms.push(this.#equal(operand, value, false));
    }
    return atoms;
  }

  #matches(operand: Operand, { pattern }: Extract<Test, { kind: "matches" }>): AnyOf {
    if (pattern.demands === undefined) return undefined;
    const { form, required } = pattern.demands;
    if (form !== undefined) {
      const folded = operand.folded || form.caseInsensitive;
      if (form.kind === "equals") return [this.#equal(operand, form.bytes, folded)];
      if (form.kind === "contains") return this.#literals(operand, [form.bytes]);
      return this.#affix(operand, form.kind, form.bytes, folded);
    }
    return required && this.#literals(operand, required);
  }

  #wildcard(operand: Operand, wildcard: Wildcard): AnyOf {
    const { segments } = wildcard;
    const folded = operand.folded || !wildcard.strict;
    const [first, ...others] = segments;
    if (others.length === 0) return [this.#equal(operand, first, folded)];
    let longest = 0;
    let text = first;
    for (const [at, segment] of segments.entries()) {
      if (segment.length <= text.length) continue;
      longest = at;
      text = segment;
    }
    if (longest === 0) return this.#affix(operand, "prefix", text, folded);
    if (longest === segments.length - 1) return this.#affix(operand, "suffix", text, folded);
    return this.#literals(operand, [text]);
  }

  #equal(operand: Operand, value: string | IntValue, folded: boolean): Atom {
    const sought = folded && typeof value === "string" ? asciiLower(value) : value;
    const table = this.#table(operand, folded ? "folded-equal" : "equal");
    return table.get(sought) ?? enter(table, sought, operand, { kind: "equal", value: sought, folded });
  }

  #range(operand: Operand, start: number | IpValue, end: number | IpValue): Atom {
    const table = this.#table(operand, "range");
    const key = rangeKey(start, end);
    return table.get(key) ?? enter(table, key, operand, { kind: "range", start, end });
  }

  #affix(operand: Operand, kind: "prefix" | "suffix", text: string, folded: boolean): AnyOf {
    if (text === "") return undefined;
    const cut = kind === "prefix" ? text.slice(0, MAX_AFFIX) : text.slice(-MAX_AFFIX);
    const sought = folded ? asciiLower(cut) : cut;
    const table = this.#table(operand, folded ? `folded-${kind}` : kind);
    return [table.get(sought) ?? enter(table, sought, operand, { kind, text: sought, folded })];
  }

  #literals(operand: Operand, literals: readonly string[]): AnyOf {
    const table = this.#table(operand, "literal");
    const atoms: Atom[] = [];
    for (const literal of literals) {
      if (literal === "") return undefined;
      const text = asciiLower(literal.slice(0, MAX_LITERAL));
      atoms.push(table.get(text) ?? enter(table, text, operand, { kind: "literal", text }));
    }
    return atoms;
  }

  #table(operand: Operand, kind: TableKind): Map<AtomKey, Atom> {
    const tables = operand.path.length === 0 ? this.#ofField(operand.slot) : this.#ofPath(operand.key);
    tables[kind] ??= new Map();
    return tables[kind];
  }

  #ofField(slot: number): Tables {
    this.#ofFields[slot] ??= {};
    return this.#ofFields[slot];
  }

  #ofPath(key: string): Tables {
    let tables = this.#ofPaths.get(key);
    if (tables === undefined) {
      tables = {};
      this.#ofPaths.set(key, tables);
    }
    return tables;
  }
}

function enter(table: Map<AtomKey, Atom>, key: AtomKey, operand: Operand, test: AtomTest): Atom {
  const prior = priorOf(operand, test);
  const atom: Atom = { operand, test, prior, uses: 0, lastUser: -1, lastPosted: -1, posting: -1 };
  table.set(key, atom);
  return atom;
}

function rangeKey(start: number | IpValue, end: number | IpValue): AtomKey {
  if (typeof start !== "number" || typeof end !== "number") {
    return `${endText(start)}-${endText(end)}`;
  }
  const bits = Math.log2(end - start + 1);
  // A network as one number: 32 bits of address, six of length.
  if (Number.isInteger(bits) && bits <= 32 && start >= 0 && start <= 0xffffffff) return start * 64 + bits;
  return `${start}-${end}`;
}

function endText(end: number | IpValue): string {
  return typeof end === "number" ? `${end}` : formatIp(end);
}
