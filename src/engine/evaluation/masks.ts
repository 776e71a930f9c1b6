// On the request path only while an exception for single inputs is active.

import { decodeFully } from "../../language/functions/url-decode.ts";
import type { ExecutionContext } from "../../language/scheme/execution-context.ts";
import type { Scheme } from "../../language/scheme/scheme.ts";
import { asciiLower, utf8Encode } from "../../language/values/bytes.ts";
import type { MapValue, Value } from "../../language/values/value.ts";
import { isArrayValue, isMapValue } from "../../language/values/value-guards.ts";
import type { RulePlan, RulesetPlan } from "../../rules/plan/plan.ts";
import type { SkipTarget } from "../../rules/ruleset/actions/control.ts";

interface ActiveMask {
  readonly target: Pick<SkipTarget, "ruleset" | "rule" | "tag" | "field" | "key">;
  readonly bits: number;
  readonly input: MaskedInput;
  /** Undefined for an input that is hidden on trial. */
  readonly by: RulePlan | undefined;
}

const EVERY_RULE: SkipTarget = Object.freeze({
  ruleset: undefined,
  rule: undefined,
  tag: undefined,
  field: "",
  key: undefined,
});

/** An input that was hidden from a rule. */
export interface HiddenInput {
  readonly field: string;
  readonly key: string | undefined;
  readonly by: RulePlan;
}

/** Slots of a field: its own, and those of the arrays that list the same things. */
interface MaskedInput {
  /** Slot of the Map field; -1 without one. */
  readonly map: number;
  /** Slot of the parallel array of names; -1 without one. */
  readonly names: number;
  /** Slots of all parallel arrays, including the names. */
  readonly arrays: readonly number[];
  /** Slot of the field that was named. */
  readonly own: number;
  /** Its name, and those of the Map and the arrays that list the same things: evidence names one of them. */
  readonly fields: ReadonlySet<string>;
  /** As bytes; undefined: the whole field. */
  readonly key: string | undefined;
  /** The key with percent-encoding undone, where names are listed both as sent and decoded; else undefined. */
  readonly decodedKey: string | undefined;
  readonly lowerCase: boolean;
}

/** Inputs that are looked up once: rules name few, and the rules of later snapshots name others. */
const MAX_INPUTS = 256;

/** More masks than bits in a small integer: their combinations are not remembered. */
const MAX_REMEMBERED = 30;
/** The same for rules that read arrays whose elements are located. */
const LOCATED_BIT = 1 << MAX_REMEMBERED;

/** An array whose elements say which input they are about, with the arrays that say it. */
interface LocatedArray {
  readonly slot: number;
  readonly fields: number;
  readonly keys: number;
}

/**
 * Exceptions for single inputs: while a rule with an exception runs, the slots hold the field without the key. The
 * request itself is never changed.
 */
export class Masks {
  readonly #scheme: Scheme<never>;
  readonly #located: readonly LocatedArray[];
  readonly #active: ActiveMask[] = [];
  readonly #inputs = new Map<string, MaskedInput>();
  /** Masked values by combination of masks; good until field values change. */
  readonly #remembered = new Map<number, readonly (readonly [slot: number, value: Value | undefined])[]>();
  readonly #slots: number[] = [];
  readonly #saved: (Value | undefined)[] = [];
  any = false;
  /** Elements and entries that were looked at to hide some. */
  steps = 0;

  constructor(scheme: Scheme<never>) {
    this.#scheme = scheme;
    const slotOf = (name: string) => scheme.field(name)?.slot ?? -1;
    this.#located = scheme.fields.flatMap(({ locatedBy }, slot) =>
      locatedBy === undefined
        ? []
        : [{ slot, fields: slotOf(locatedBy.fields), keys: slotOf(locatedBy.keys) }],
    );
  }

  reset(): void {
    if (!this.any) return;
    this.#active.length = 0;
    this.#remembered.clear();
    this.any = false;
  }

  /** False when the scheme has no such field. */
  add(target: SkipTarget, bits: number, by: RulePlan): boolean {
    const input = this.#input(target.field, target.key === undefined ? undefined : utf8Encode(target.key));
    if (input === undefined) return false;
    this.#activate({ target, bits, input, by });
    return true;
  }

  /** Hides an input from every rule. @param key as bytes */
  addBytes(field: string, key: string | undefined, bits: number): void {
    const input = this.#input(field, key);
    if (input !== undefined) this.#activate({ target: EVERY_RULE, bits, input, by: undefined });
  }

  #activate(mask: ActiveMask): void {
    this.#active.push(mask);
    this.#remembered.clear();
    this.any = true;
  }

  /** The inputs that {@link hide} will hide from the rule and that the request has, with the rules that except them. */
  hiddenFrom(rule: RulePlan, ruleset: RulesetPlan, context: ExecutionContext): readonly HiddenInput[] {
    return this.#active.flatMap((mask) => {
      const { target, by, input } = mask;
      if (by === undefined || !applies(mask, rule, ruleset) || !this.#isPresent(input, context)) return [];
      return [{ field: target.field, key: target.key, by }];
    });
  }

  #isPresent(input: MaskedInput, context: ExecutionContext): boolean {
    const { key, map, names, own } = input;
    if (key === undefined) return isNotEmpty(this.#read(context, own));
    const value = this.#read(context, map);
    if (value !== undefined && isMapValue(value) && withoutNamed(value, input, key) !== value) return true;
    const list = this.#read(context, names);
    return list !== undefined && isArrayValue(list) && list.some((name) => isNamed(name, input));
  }

  /** Undefined for a value that cannot be read yet. */
  #read(context: ExecutionContext, slot: number): Value | undefined {
    return slot === -1 || this.#isNotLoaded(context, slot) ? undefined : context.get(slot);
  }

  /** Field values changed. */
  forget(): void {
    this.#remembered.clear();
  }

  /** Whether a rule of the ruleset may see less than the request holds. */
  concerns(ruleset: RulesetPlan): boolean {
    return this.#active.some(
      ({ target, bits }) =>
        (bits & ruleset.layerBit) !== 0 && (target.ruleset === undefined || target.ruleset === ruleset.id),
    );
  }

  /**
   * Hides excepted inputs from the rule; false when there is nothing to hide. Call {@link restore} after it.
   *
   * @param read slots that the rule reads, if no other code reads the rest
   */
  hide(rule: RulePlan, ruleset: RulesetPlan, context: ExecutionContext, read?: ReadonlySet<number>): boolean {
    let combination = 0;
    let count = 0;
    for (let at = 0; at < this.#active.length; at++) {
      if (!applies(this.#active[at]!, rule, ruleset)) continue;
      combination |= 1 << at;
      count++;
    }
    if (count === 0) return false;
    if (rule.readsLocated) combination |= LOCATED_BIT;
    // A trial happens only once.
    const isSmall = read === undefined && this.#active.length <= MAX_REMEMBERED;
    const known = isSmall ? this.#remembered.get(combination) : undefined;
    if (known === undefined) {
      const inputs: MaskedInput[] = [];
      for (const mask of this.#active) if (applies(mask, rule, ruleset)) inputs.push(mask.input);
      for (const input of inputs) if (read === undefined || isRead(input, read)) this.#mask(input, context);
      // Only for rules that read them: they are computed on first use.
      if (rule.readsLocated) this.#maskLocated(inputs, context);
      if (isSmall) {
        const slots = [...new Set(this.#slots)];
        this.#remembered.set(
          combination,
          slots.map((slot) => [slot, context.get(slot)] as const),
        );
      }
    } else for (const [slot, value] of known) this.#put(context, slot, value);
    return true;
  }

  /** Whether a mask would apply to the rule if it were not mandatory. */
  spares(rule: RulePlan, ruleset: RulesetPlan, layerBit: number): boolean {
    return this.#active.some(
      (mask) => applies(mask, rule, ruleset, layerBit) && !applies(mask, rule, ruleset),
    );
  }

  restore(context: ExecutionContext): void {
    // Backwards: a slot that two masks changed gets its original content back last.
    for (let at = this.#slots.length - 1; at >= 0; at--) context.set(this.#slots[at]!, this.#saved[at]);
    this.#slots.length = 0;
    this.#saved.length = 0;
  }

  #put(context: ExecutionContext, slot: number, value: Value | undefined): void {
    if (this.#isNotLoaded(context, slot)) return;
    this.#slots.push(slot);
    this.#saved.push(context.get(slot));
    context.set(slot, value);
  }

  #mask(input: MaskedInput, context: ExecutionContext): void {
    const { key, map, arrays, names, own } = input;
    if (key === undefined) {
      this.#put(context, own, undefined);
      if (own === map) for (const slot of arrays) this.#put(context, slot, undefined);
      return;
    }
    if (map !== -1 && !this.#isNotLoaded(context, map)) {
      const value = context.get(map);
      if (value !== undefined && isMapValue(value)) {
        this.steps += value.size;
        const rest = withoutNamed(value, input, key);
        if (rest !== value) this.#put(context, map, rest);
      }
    }
    const isListed = names !== -1 && !this.#isNotLoaded(context, names);
    const list = isListed ? context.get(names) : undefined;
    if (list === undefined || !isArrayValue(list)) return;
    this.steps += list.length * (1 + arrays.length);
    const isKept = list.map((name) => !isNamed(name, input));
    if (!isKept.includes(false)) return;
    for (const slot of arrays) {
      if (this.#isNotLoaded(context, slot)) continue;
      const value = context.get(slot);
      if (value !== undefined && isArrayValue(value))
        this.#put(
          context,
          slot,
          value.filter((_, at) => isKept[at] !== false),
        );
    }
  }

  /** Removes elements of one of the inputs from arrays that record where their elements are from. */
  #maskLocated(inputs: readonly MaskedInput[], context: ExecutionContext): void {
    const rests: (readonly [slot: number, rest: Value])[] = [];
    const hidden = new HiddenNames(inputs);
    let last: LocatedArray | undefined;
    let isHidden: readonly boolean[] = [];
    for (const located of this.#located) {
      // Most arrays share the same two location arrays.
      if (last?.fields !== located.fields || last.keys !== located.keys) {
        const fields = arrayIn(context, located.fields);
        const keys = arrayIn(context, located.keys);
        this.steps += fields.length;
        isHidden = fields.map((field, at) => hidden.has(textOf(field), keys[at] ?? ""));
      }
      last = located;
      if (!isHidden.includes(true)) continue;
      const value = arrayIn(context, located.slot);
      this.steps += value.length;
      const rest = value.filter((_, at) => isHidden[at] !== true);
      if (rest.length < value.length) rests.push([located.slot, rest]);
    }
    // Only now, since the location arrays are among them.
    for (const [slot, rest] of rests) this.#put(context, slot, rest);
  }

  /** A field that no rule of the phase reads and that cannot be read now needs no hiding. */
  #isNotLoaded(context: ExecutionContext, slot: number): boolean {
    return context.slots[slot] === null && this.#scheme.fields[slot]?.load !== undefined;
  }

  #input(field: string, bytes: string | undefined): MaskedInput | undefined {
    const id = `${field}\n${bytes ?? ""}\n${bytes === undefined}`;
    const known = this.#inputs.get(id);
    if (known !== undefined) return known;
    const found = this.#scheme.field(field);
    if (found === undefined) return undefined;
    const isMap = found.field.type.kind === "Map";
    const group = isMap ? found.field.name : found.field.parallelGroup;
    const arrays: number[] = [];
    const fields = new Set([found.field.name, ...(group === undefined ? [] : [group])]);
    let names = -1;
    let hasDecodedNames = false;
    this.#scheme.fields.forEach((other, slot) => {
      if (group === undefined) return;
      const isAligned = other.alignedWith?.includes(group) === true;
      if (other.parallelGroup !== group && !isAligned) return;
      arrays.push(slot);
      if (!isAligned) fields.add(other.name);
      if (isAligned && other.name.endsWith(".names")) hasDecodedNames = true;
      if (other.name === `${group}.names` || (isAligned && other.name.endsWith(".names"))) names = slot;
    });
    const map = group === undefined ? undefined : this.#scheme.field(group);
    const lowerCase = map?.field.lowerCaseKeys === true;
    const input: MaskedInput = {
      map: map?.field.type.kind === "Map" ? map.slot : -1,
      names,
      arrays,
      own: found.slot,
      fields,
      key: bytes !== undefined && lowerCase ? asciiLower(bytes) : bytes,
      decodedKey: hasDecodedNames && bytes !== undefined ? decodedName(bytes) : undefined,
      lowerCase,
    };
    if (this.#inputs.size >= MAX_INPUTS) this.#inputs.clear();
    this.#inputs.set(id, input);
    return input;
  }
}

function applies(
  { target, bits }: ActiveMask,
  rule: RulePlan,
  ruleset: RulesetPlan,
  layerBit = rule.layerBit,
): boolean {
  if ((bits & layerBit) === 0) return false;
  if (target.ruleset !== undefined && target.ruleset !== ruleset.id) return false;
  if (target.rule !== undefined && target.rule !== rule.facts.id && target.rule !== rule.facts.ref)
    return false;
  return target.tag === undefined || rule.facts.categories?.includes(target.tag) === true;
}

/** Whether a rule that reads these slots sees the input. */
function isRead({ map, own, arrays }: MaskedInput, read: ReadonlySet<number>): boolean {
  return read.has(map) || read.has(own) || arrays.some((slot) => read.has(slot));
}

/** The names of several inputs, by the fields that evidence names: many elements are looked up. */
class HiddenNames {
  readonly #byField = new Map<string, HiddenInField>();

  constructor(inputs: readonly MaskedInput[]) {
    for (const input of inputs) {
      for (const field of input.fields) {
        let own = this.#byField.get(field);
        if (own === undefined) {
          own = { exact: new Set(), folded: new Set(), decoded: new Set(), isWhole: false };
          this.#byField.set(field, own);
        }
        if (input.key === undefined) own.isWhole = true;
        else (input.lowerCase ? own.folded : own.exact).add(input.key);
        if (input.decodedKey !== undefined) own.decoded.add(input.decodedKey);
      }
    }
  }

  has(field: string, name: Value): boolean {
    const own = this.#byField.get(field);
    if (own === undefined) return false;
    if (own.isWhole) return true;
    // As in `isNamed`.
    if (isArrayValue(name))
      return name.some((one) => own.exact.has(textOf(one)) || own.folded.has(textOf(one)));
    if (typeof name !== "string") return false;
    if (own.exact.has(name)) return true;
    if (own.folded.size > 0 && own.folded.has(asciiLower(name))) return true;
    return own.decoded.size > 0 && own.decoded.has(decodedName(name));
  }
}

interface HiddenInField {
  readonly exact: Set<string>;
  readonly folded: Set<string>;
  readonly decoded: Set<string>;
  isWhole: boolean;
}

/** A name of the parallel array; parts of a multipart body have several each. */
function isNamed(name: Value, input: Pick<MaskedInput, "key" | "decodedKey" | "lowerCase">): boolean {
  const { key, decodedKey, lowerCase } = input;
  if (Array.isArray(name)) return name.includes(key);
  if (typeof name !== "string") return false;
  if ((lowerCase ? asciiLower(name) : name) === key) return true;
  return decodedKey !== undefined && decodedName(name) === decodedKey;
}

/** Names are listed as sent and decoded: `q%5B%5D` and `q[]` are one input, whichever of both an exception names. */
function decodedName(name: string): string {
  return /[%+]/.test(name) ? decodeFully(name, true) : name;
}

function withoutNamed(map: MapValue, input: MaskedInput, key: string): MapValue {
  if (input.decodedKey === undefined) {
    if (!map.has(key)) return map;
    const rest = new Map(map);
    rest.delete(key);
    return rest;
  }
  const named = [...map.keys()].filter((name) => isNamed(name, input));
  if (named.length === 0) return map;
  const rest = new Map(map);
  for (const name of named) rest.delete(name);
  return rest;
}

function isNotEmpty(value: Value | undefined): boolean {
  if (value === undefined || value === "") return false;
  if (isArrayValue(value)) return value.length > 0;
  return !isMapValue(value) || value.size > 0;
}

function textOf(value: Value | undefined): string {
  return typeof value === "string" ? value : "";
}

function arrayIn(context: ExecutionContext, slot: number): readonly Value[] {
  const value = slot === -1 ? undefined : context.get(slot);
  return value !== undefined && isArrayValue(value) ? value : NO_ITEMS;
}

const NO_ITEMS: readonly Value[] = Object.freeze([]);
