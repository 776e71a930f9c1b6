import type { CompareNode, Test, TestNode, TypedNode } from "../../expression/check/typed-ast.ts";
import { asciiLower } from "../../expression/values/bytes.ts";
import { formatIp } from "../../expression/values/ip.ts";
import {
  type LiteralForm,
  literalForm,
  requiredConditions,
} from "../../expression/values/pattern/analysis.ts";
import { parsePattern } from "../../expression/values/pattern/syntax.ts";
import type { IntValue, IpValue } from "../../expression/values/value.ts";
import type { Wildcard } from "../../expression/values/wildcard.ts";
import type { Atom, AtomTest } from "./atom.ts";
import { affixOf, type Operand, operandOf } from "./operand.ts";
import { priorOf } from "./selectivity.ts";

/** Any of these must hold; undefined: nothing that can be looked up. */
export type AnyOf = readonly Atom[] | undefined;

/** Longer texts are looked up by so many of their bytes, and the filter judges the rest. */
const MAX_AFFIX = 64;
const MAX_LITERAL = 16;
/** Shorter strings that a pattern asks for are in most values. */
const MIN_REQUIRED = 3;
/** A range of integers up to this long is looked up value by value. */
const MAX_SPELT_RANGE = 16;

/** What a pattern comes down to: a comparison with a literal, or strings of which one must occur. */
interface PatternDemands {
  readonly form: LiteralForm | undefined;
  readonly required: readonly string[] | undefined;
}

/** Interns the atoms of a ruleset. */
export class Atoms {
  /** By operand, then by kind of test. */
  readonly #byOperand = new Map<string, Map<string, Map<AtomKey, Atom>>>();
  /** By source: rules ask several fields the same, and the analysis of a long pattern takes milliseconds. */
  readonly #patterns = new Map<string, PatternDemands>();

  *all(): Iterable<Atom> {
    for (const kinds of this.#byOperand.values()) {
      for (const atoms of kinds.values()) yield* atoms.values();
    }
  }

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
    if (operand.type === "Ip") {
      return [this.#atom(operand, { kind: "range", start: value as IpValue, end: value as IpValue })];
    }
    return [this.#equal(operand, value as string | IntValue)];
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
        return test.items.map((item) => this.#equal(operand, item));
      case "in-ints":
        return this.#ints(operand, test.ranges);
      case "in-ips":
        return test.ranges.map(({ start, end }) => this.#atom(operand, { kind: "range", start, end }));
      case "in-list":
        // The items may be others at the next request: the atom is the look-up itself, made once for all rules.
        return operand.folded ? undefined : [this.#atom(operand, { kind: "list", listSlot: test.listSlot })];
      case "bitwise_and":
        return undefined;
    }
  }

  #ints(operand: Operand, ranges: readonly { readonly start: IntValue; readonly end: IntValue }[]): AnyOf {
    const atoms: Atom[] = [];
    for (const { start, end } of ranges) {
      if (start === end) {
        atoms.push(this.#equal(operand, start));
        continue;
      }
      if (typeof start !== "number" || typeof end !== "number") return undefined;
      if (end - start >= MAX_SPELT_RANGE) atoms.push(this.#atom(operand, { kind: "range", start, end }));
      else for (let value = start; value <= end; value++) atoms.push(this.#equal(operand, value));
    }
    return atoms;
  }

  #matches(operand: Operand, { pattern }: Extract<Test, { kind: "matches" }>): AnyOf {
    // Only our own engine is known to read a pattern as the analysis does.
    if (pattern.engine !== "automaton") return undefined;
    const { form, required } = this.#demandsOf(pattern.source);
    if (form !== undefined) {
      const folded = operand.folded || form.caseInsensitive;
      if (form.kind === "equals") return [this.#equal({ ...operand, folded }, form.bytes)];
      if (form.kind === "contains") return this.#literals(operand, [form.bytes]);
      return this.#affix(operand, form.kind, form.bytes, folded);
    }
    return required && this.#literals(operand, required);
  }

  #demandsOf(source: string): PatternDemands {
    let demands = this.#patterns.get(source);
    if (demands === undefined) {
      const parsed = parsePattern(source);
      const form = parsed.ok ? literalForm(parsed.value) : undefined;
      const isMore = parsed.ok && form === undefined;
      const required = isMore ? requiredConditions(parsed.value, true, MIN_REQUIRED).literals[0] : undefined;
      demands = { form, required };
      this.#patterns.set(source, demands);
    }
    return demands;
  }

  #wildcard(operand: Operand, wildcard: Wildcard): AnyOf {
    const { segments } = wildcard;
    const folded = operand.folded || !wildcard.strict;
    if (segments.length === 1) return [this.#equal({ ...operand, folded }, segments[0]!)];
    let longest = 0;
    for (let at = 1; at < segments.length; at++) {
      if (segments[at]!.length > segments[longest]!.length) longest = at;
    }
    const text = segments[longest]!;
    if (longest === 0) return this.#affix(operand, "prefix", text, folded);
    if (longest === segments.length - 1) return this.#affix(operand, "suffix", text, folded);
    return this.#literals(operand, [text]);
  }

  #equal(operand: Operand, value: string | IntValue): Atom {
    const { folded } = operand;
    const sought = folded && typeof value === "string" ? asciiLower(value) : value;
    return this.#atom(operand, { kind: "equal", value: sought, folded });
  }

  #affix(operand: Operand, kind: "prefix" | "suffix", text: string, folded: boolean): AnyOf {
    if (text === "") return undefined;
    const cut = kind === "prefix" ? text.slice(0, MAX_AFFIX) : text.slice(-MAX_AFFIX);
    return [this.#atom(operand, { kind, text: folded ? asciiLower(cut) : cut, folded })];
  }

  #literals(operand: Operand, literals: readonly string[]): AnyOf {
    const atoms: Atom[] = [];
    for (const literal of literals) {
      if (literal === "") return undefined;
      atoms.push(this.#atom(operand, { kind: "literal", text: asciiLower(literal.slice(0, MAX_LITERAL)) }));
    }
    return atoms;
  }

  #atom(operand: Operand, test: AtomTest): Atom {
    let kinds = this.#byOperand.get(operand.key);
    if (kinds === undefined) {
      kinds = new Map();
      this.#byOperand.set(operand.key, kinds);
    }
    const kind = "folded" in test && test.folded ? FOLDED_KINDS[test.kind] : test.kind;
    let atoms = kinds.get(kind);
    if (atoms === undefined) {
      atoms = new Map();
      kinds.set(kind, atoms);
    }
    const key = keyOf(test);
    let atom = atoms.get(key);
    if (atom === undefined) {
      const prior = priorOf(operand, test);
      atom = { operand, test, prior, uses: 0, lastUser: -1, rules: [], posting: -1 };
      atoms.set(key, atom);
    }
    return atom;
  }
}

const FOLDED_KINDS = { equal: "folded-equal", prefix: "folded-prefix", suffix: "folded-suffix" } as const;

/** Tells tests of one kind apart. Values stand for themselves: spelling out 100,000 of them would take long. */
type AtomKey = string | IntValue;

function keyOf(test: AtomTest): AtomKey {
  switch (test.kind) {
    case "equal":
      return test.value;
    case "prefix":
    case "suffix":
    case "literal":
      return test.text;
    case "range":
      return rangeKey(test.start, test.end);
    case "list":
      return test.listSlot;
  }
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
