// On the request path: reads each field that rules are indexed by, once, and looks its values up.
import type { PathStep } from "../../../language/check/typed-ast.ts";
import type { EvaluationContext } from "../../../language/scheme/execution-context.ts";
import type { ArrayValue, MapValue, Value } from "../../../language/values/value.ts";
import { isArrayValue, isMapValue } from "../../../language/values/value-guards.ts";
import type { Atom } from "./atom.ts";
import type { Collector } from "./collector.ts";
import { ValueIndex } from "./value-index.ts";

/** Values after a path, and where to look them up. */
interface Reached {
  readonly path: readonly PathStep[];
  readonly index: ValueIndex;
}

/** All look-ups of one field. */
interface FieldProbe {
  readonly slot: number;
  /** The field's own value. */
  readonly whole: ValueIndex | undefined;
  readonly inside: readonly Reached[];
  /** For paths that begin with a key: what follows it. */
  readonly byKey: ReadonlyMap<string, readonly Reached[]> | undefined;
}

/** The look-ups of one gathering. */
export class Probes {
  readonly #fields: readonly FieldProbe[];

  /** @param atoms all atoms in use, with their postings' numbers. */
  constructor(atoms: Iterable<Atom>) {
    const byOperand = new Map<string, [Atom, ...Atom[]]>();
    for (const atom of atoms) {
      const group = byOperand.get(atom.operand.key);
      if (group === undefined) byOperand.set(atom.operand.key, [atom]);
      else group.push(atom);
    }
    const bySlot = new Map<number, Reached[]>();
    for (const group of byOperand.values()) {
      const { slot, path } = group[0].operand;
      const reached = bySlot.get(slot) ?? [];
      reached.push({ path, index: new ValueIndex(group) });
      bySlot.set(slot, reached);
    }
    this.#fields = [...bySlot].map(([slot, reached]) => probeOf(slot, reached));
  }

  /** Hits the postings of all atoms that the request satisfies. A missing value satisfies none. */
  run(context: EvaluationContext, collector: Collector): void {
    const fields = this.#fields;
    for (let at = 0; at < fields.length; at++) {
      const field = fields[at]!;
      let content = context.slots[field.slot];
      if (content === null) content = context.fill(field.slot);
      if (content === undefined) continue;
      const value = content;
      if (field.whole !== undefined) field.whole.find(value, context, collector);
      for (const { path, index } of field.inside) {
        findInside(value, path, 0, index, context, collector);
      }
      if (field.byKey !== undefined) findByKey(value as MapValue, field.byKey, context, collector);
    }
  }
}

function probeOf(slot: number, all: readonly Reached[]): FieldProbe {
  const byKey = new Map<string, Reached[]>();
  const inside: Reached[] = [];
  let whole: ValueIndex | undefined;
  for (const { path, index } of all) {
    const [first] = path;
    if (first === undefined) whole = index;
    else if (first.kind !== "key") inside.push({ path, index });
    else {
      const rest = { path: path.slice(1), index };
      const group = byKey.get(first.key);
      if (group === undefined) byKey.set(first.key, [rest]);
      else group.push(rest);
    }
  }
  return { slot, whole, inside, byKey: byKey.size === 0 ? undefined : byKey };
}

/** Goes through the keys of the request or those of the rules, whichever are fewer. */
function findByKey(
  map: MapValue,
  byKey: ReadonlyMap<string, readonly Reached[]>,
  context: EvaluationContext,
  collector: Collector,
): void {
  if (byKey.size <= map.size) {
    for (const [key, reached] of byKey) {
      const value = map.get(key);
      if (value !== undefined) findAll(value, reached, context, collector);
    }
    return;
  }
  for (const [key, value] of map) {
    const reached = byKey.get(key);
    if (reached !== undefined) findAll(value, reached, context, collector);
  }
}

function findAll(
  value: Value,
  reached: readonly Reached[],
  context: EvaluationContext,
  collector: Collector,
): void {
  for (const { path, index } of reached) findInside(value, path, 0, index, context, collector);
}

function findInside(
  value: Value,
  path: readonly PathStep[],
  at: number,
  index: ValueIndex,
  context: EvaluationContext,
  collector: Collector,
): void {
  const step = path[at];
  if (step === undefined) {
    index.find(value, context, collector);
    return;
  }
  if (step.kind === "each") {
    // The order of elements does not matter here, so a map is not put into the order of its keys.
    if (isArrayValue(value)) {
      for (const item of value) {
        findInside(item, path, at + 1, index, context, collector);
      }
    } else if (isMapValue(value)) {
      for (const item of value.values()) {
        findInside(item, path, at + 1, index, context, collector);
      }
    }
    return;
  }
  const next = step.kind === "key" ? (value as MapValue).get(step.key) : (value as ArrayValue)[step.position];
  if (next !== undefined) findInside(next, path, at + 1, index, context, collector);
}
