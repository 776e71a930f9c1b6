import { isContainer } from "../../documents/text/members.ts";
import { excerpt } from "../../language/diagnostics/printable.ts";

/** A value of Terraform's expression language. */
export type TerraformValue =
  | string
  | number
  | boolean
  | null
  | readonly TerraformValue[]
  | TerraformObject
  | TerraformSet
  | Lazy
  | Open;

/** An object or map. Without prototype, as the keys are untrusted. */
export interface TerraformObject {
  readonly [name: string]: TerraformValue;
}

/** A set: each value once, texts in the order in which Terraform iterates over them. */
export class TerraformSet {
  readonly items: readonly TerraformValue[];

  constructor(items: readonly TerraformValue[]) {
    const distinct = distinctOf(items);
    this.items = distinct.every((item) => typeof item === "string")
      ? distinct.sort((left, right) => compareText(String(left), String(right)))
      : distinct;
  }
}

/** Attributes that are evaluated when they are read: a resource, `var`, `local`. */
export class Lazy {
  readonly get: (name: string) => TerraformValue;

  constructor(get: (name: string) => TerraformValue) {
    this.get = get;
  }
}

/**
 * A value that is missing here: Terraform would know it later, or would report a mistake. Anything computed from it is
 * open, too.
 */
export class Open {
  readonly message: string;
  readonly hint: string | undefined;
  /** Whether Terraform itself would report it, so that `try` and `can` go past it. */
  readonly isMistake: boolean;

  constructor(message: string, options: { readonly hint?: string; readonly isMistake?: boolean } = {}) {
    this.message = message;
    this.hint = options.hint;
    this.isMistake = options.isMistake === true;
  }
}

export function mistake(message: string, hint?: string): Open {
  return new Open(message, { isMistake: true, ...(hint === undefined ? {} : { hint }) });
}

export function isObject(value: TerraformValue): value is TerraformObject {
  return (
    isContainer(value) &&
    !Array.isArray(value) &&
    !(value instanceof TerraformSet || value instanceof Lazy || value instanceof Open)
  );
}

export function isList(value: TerraformValue): value is readonly TerraformValue[] {
  return Array.isArray(value);
}

/** The first of each equal value. */
export function distinctOf(values: readonly TerraformValue[]): TerraformValue[] {
  const isNew = new Members();
  return values.filter((value) => isNew.add(value));
}

/** Values to look up: a table, as pairwise comparison takes quadratic time. */
export class Members {
  readonly #known = new Set<TerraformValue>();
  readonly #written = new Set<string>();

  constructor(values: readonly TerraformValue[] = []) {
    for (const value of values) this.add(value);
  }

  has(value: TerraformValue): boolean {
    return isWritten(value) ? this.#written.has(canonical(value)) : this.#known.has(value);
  }

  /** Whether it was not there. */
  add(value: TerraformValue): boolean {
    if (this.has(value)) return false;
    if (isWritten(value)) this.#written.add(canonical(value));
    else this.#known.add(value);
    return true;
  }
}

function isWritten(value: TerraformValue): boolean {
  return isList(value) || value instanceof TerraformSet || isObject(value);
}

const identities = new WeakMap<object, number>();
let nextIdentity = 0;

/** A text that is the same for values that `==` holds for, and for no others. */
function canonical(value: TerraformValue): string {
  if (isList(value)) return `[${value.map(canonical).join()}]`;
  if (value instanceof TerraformSet) return `<${value.items.map(canonical).sort().join()}>`;
  if (isObject(value))
    return `{${sortedKeys(value)
      .map((name) => `${JSON.stringify(name)}:${canonical(value[name] ?? null)}`)
      .join()}}`;
  if (typeof value !== "object" || value === null)
    return typeof value === "string" ? JSON.stringify(value) : String(value);
  // An open value is equal only to itself.
  let identity = identities.get(value);
  if (identity === undefined) {
    identity = nextIdentity++;
    identities.set(value, identity);
  }
  return `#${identity}`;
}

/** The size of a value with each part counted at every occurrence, and its depth. */
export interface Extent {
  readonly weight: number;
  readonly depth: number;
}

const NOTHING_INSIDE: Extent = Object.freeze({ weight: 1, depth: 0 });
const extents = new WeakMap<object, Extent>();

/** Values share their parts, so one that takes a few lines to write may exceed any memory when it is expanded. */
export function extentOf(value: TerraformValue): Extent {
  if (typeof value === "string") return { weight: 1 + (value.length >> 2), depth: 0 };
  if (!isContainer(value) || value instanceof Lazy || value instanceof Open) return NOTHING_INSIDE;
  const known = extents.get(value);
  if (known !== undefined) return known;
  let weight = 1;
  let depth = 0;
  for (const part of itemsOf(value) ?? Object.values(value)) {
    const inside = extentOf(part);
    weight += inside.weight;
    depth = Math.max(depth, inside.depth);
  }
  const extent = { weight, depth: depth + 1 };
  extents.set(value, extent);
  return extent;
}

/** Names of members, in the order in which Terraform iterates. */
export function sortedKeys(value: TerraformObject): readonly string[] {
  return Object.keys(value).sort(compareText);
}

export function newObject(entries: Iterable<readonly [string, TerraformValue]> = []): TerraformObject {
  const result: Record<string, TerraformValue> = Object.create(null);
  for (const [name, value] of entries) result[name] = value;
  return result;
}

export function typeName(value: TerraformValue): string {
  if (value === null) return "null";
  if (isList(value)) return "a list";
  if (value instanceof TerraformSet) return "a set";
  if (value instanceof Lazy) return "a resource";
  if (value instanceof Open) return "an unknown value";
  if (isObject(value)) return "an object";
  if (typeof value === "string") return "text";
  return typeof value === "number" ? "a number" : "true or false";
}

/** By Unicode code points, as Terraform sorts. */
export function compareText(left: string, right: string): number {
  const length = Math.min(left.length, right.length);
  for (let at = 0; at < length; at++) {
    const one = left.charCodeAt(at);
    const other = right.charCodeAt(at);
    if (one === other) continue;
    // Surrogates encode code points above all other units.
    const isHigh = (unit: number) => unit >= 0xd800 && unit <= 0xdfff;
    if (isHigh(one) !== isHigh(other)) return isHigh(one) ? 1 : -1;
    return one - other;
  }
  return left.length - right.length;
}

/** `==` of Terraform: nothing is converted. */
export function isEqual(left: TerraformValue, right: TerraformValue): boolean {
  if (left instanceof TerraformSet && right instanceof TerraformSet) {
    if (left.items.length !== right.items.length) return false;
    const members = new Members(right.items);
    return left.items.every((item) => members.has(item));
  }
  if (isList(left) && isList(right))
    return left.length === right.length && left.every((item, at) => isEqual(item, right[at] ?? null));
  if (isObject(left) && isObject(right)) {
    const names = Object.keys(left);
    return (
      names.length === Object.keys(right).length &&
      names.every((name) => Object.hasOwn(right, name) && isEqual(left[name] ?? null, right[name] ?? null))
    );
  }
  return left === right;
}

/** The first open part of a value; undefined when all of it is known. */
export function openPart(value: TerraformValue): Open | undefined {
  if (value instanceof Open) return value;
  if (value instanceof Lazy) return new Open("a whole resource cannot be used as a value here");
  if (!isContainer(value)) return undefined;
  const parts = value instanceof TerraformSet ? value.items : isList(value) ? value : Object.values(value);
  for (const part of parts) {
    const open = openPart(part);
    if (open !== undefined) return open;
  }
  return undefined;
}

/** A number as Terraform writes it: no exponent if digits suffice. */
function numberText(value: number): string {
  return Number.isInteger(value) && Math.abs(value) < 1e21 ? BigInt(value).toString() : String(value);
}

export function toText(value: TerraformValue): string | Open {
  if (typeof value === "string") return value;
  if (typeof value === "number") return numberText(value);
  if (typeof value === "boolean") return String(value);
  if (value instanceof Open) return value;
  return mistake(`expected text, found ${typeName(value)}`);
}

export function toNumber(value: TerraformValue): number | Open {
  if (typeof value === "number" || value instanceof Open) return value;
  if (typeof value === "string" && /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(value)) return Number(value);
  return mistake(`expected a number, found ${shown(value)}`);
}

export function toBoolean(value: TerraformValue): boolean | Open {
  if (typeof value === "boolean" || value instanceof Open) return value;
  if (value === "true" || value === "1") return true;
  if (value === "false" || value === "0") return false;
  return mistake(`expected true or false, found ${shown(value)}`);
}

function shown(value: TerraformValue): string {
  return typeof value === "string" ? `\`${excerpt(value, 40)}\`` : typeName(value);
}

/** The values of a list, set or tuple; undefined for anything else. */
export function itemsOf(value: TerraformValue): readonly TerraformValue[] | undefined {
  if (isList(value)) return value;
  return value instanceof TerraformSet ? value.items : undefined;
}

/** Keys and values in the order of Terraform: positions of a list, the values of a set twice; undefined for a single value. */
export function entriesOf(
  value: TerraformValue,
): readonly (readonly [key: TerraformValue, value: TerraformValue])[] | undefined {
  if (isList(value)) return value.map((item, at) => [at, item]);
  if (value instanceof TerraformSet) return value.items.map((item) => [item, item]);
  if (isObject(value)) return sortedKeys(value).map((name) => [name, value[name] ?? null]);
  return undefined;
}
