import { excerpt } from "../../language/diagnostics/printable.ts";
import {
  compareText,
  distinctOf,
  entriesOf,
  isEqual,
  isObject,
  itemsOf,
  Members,
  mistake,
  newObject,
  Open,
  openPart,
  sortedKeys,
  TerraformSet,
  type TerraformValue,
  toBoolean,
  toNumber,
  toText,
  typeName,
} from "./values.ts";

/** A function of Terraform; https://developer.hashicorp.com/terraform/language/functions */
export interface TerraformFunction {
  readonly least: number;
  readonly most: number;
  readonly call: (args: readonly TerraformValue[]) => TerraformValue;
}

/** Most items that a function makes, or accepts as arguments. */
export const MAX_ITEMS = 10_000;
/** Most characters that a function makes; more than any file may have. */
const MAX_TEXT = 16_777_216;

class Mistake extends Error {
  readonly open: Open;

  constructor(open: Open) {
    super(open.message);
    this.open = open;
  }
}

function fail(message: string): never {
  throw new Mistake(mistake(message));
}

function known<T extends TerraformValue>(value: T | Open): T {
  if (value instanceof Open) throw new Mistake(value);
  return value;
}

const text = (value: TerraformValue | undefined): string => known(toText(value ?? null));
const number = (value: TerraformValue | undefined): number => known(toNumber(value ?? null));

function whole(value: TerraformValue | undefined): number {
  const found = number(value);
  return Number.isInteger(found) ? found : fail(`expected a whole number, found ${found}`);
}

function items(value: TerraformValue | undefined): readonly TerraformValue[] {
  return itemsOf(value ?? null) ?? fail(`expected a list, found ${typeName(value ?? null)}`);
}

function members(value: TerraformValue | undefined) {
  const found = value ?? null;
  return isObject(found) ? found : fail(`expected an object, found ${typeName(found)}`);
}

const texts = (value: TerraformValue | undefined): readonly string[] =>
  items(value).map((item) => text(item));
const letters = (value: string): readonly string[] => [...value];

function bounded<T extends TerraformValue>(values: readonly T[]): readonly T[] {
  return values.length > MAX_ITEMS ? fail(`a function returns at most ${MAX_ITEMS} values`) : values;
}

/** @param call throws {@link Mistake} for mistakes that Terraform would report. */
function define(
  least: number,
  most: number,
  call: (...args: readonly TerraformValue[]) => TerraformValue,
): TerraformFunction {
  return {
    least,
    most,
    call(args) {
      try {
        return call(...args);
      } catch (error) {
        if (!(error instanceof Mistake)) throw error;
        return error.open;
      }
    },
  };
}

/** @param length of a text that is about to be made. */
function fits(length: number): void {
  if (length > MAX_TEXT) fail(`a function returns at most ${MAX_TEXT} characters`);
}

function joined(separator: string, parts: readonly string[]): string {
  fits(parts.reduce((sum, part) => sum + part.length + separator.length, 0));
  return parts.join(separator);
}

function timesIn(value: string, part: string): number {
  if (part === "") return value.length + 1;
  let count = 0;
  for (let at = value.indexOf(part); at !== -1; at = value.indexOf(part, at + part.length)) count++;
  return count;
}

function indent(count: number, value: string): string {
  const spaces = Math.min(Math.max(count, 0), 1000);
  fits(value.length + timesIn(value, "\n") * spaces);
  return value.replaceAll("\n", `\n${" ".repeat(spaces)}`);
}

function flatten(value: readonly TerraformValue[], depth = 0): readonly TerraformValue[] {
  if (depth > 100) return fail("lists nest more than 100 levels deep");
  return value.flatMap((item) => {
    // It may be a list.
    if (item instanceof Open) throw new Mistake(item);
    const inner = itemsOf(item);
    return inner === undefined ? [item] : flatten(inner, depth + 1);
  });
}

/** As Go writes JSON: these five are escaped. */
const JSON_ESCAPED = /[<>&\u2028\u2029]/g;

function toJson(value: TerraformValue): unknown {
  const open = openPart(value);
  if (open !== undefined) throw new Mistake(open);
  const list = itemsOf(value);
  if (list !== undefined) return list.map(toJson);
  if (!isObject(value)) return value;
  const result: Record<string, unknown> = Object.create(null);
  for (const name of sortedKeys(value)) result[name] = toJson(value[name] ?? null);
  return result;
}

function fromJson(value: unknown): TerraformValue {
  if (Array.isArray(value)) return value.map(fromJson);
  if (typeof value === "object" && value !== null)
    return newObject(Object.entries(value).map(([name, member]) => [name, fromJson(member)] as const));
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") return value;
  return null;
}

const VERB = /%(?:%|(-?)(0?)(\d*)(?:\.(\d+))?(?:\[(\d+)\])?([a-zA-Z]))/g;

/** @param before characters that the same call has produced already. */
function format(pattern: string, args: readonly TerraformValue[], before = 0): string {
  let next = 0;
  let made = before;
  const written = pattern.replace(
    VERB,
    (
      all,
      left: string,
      zero: string,
      width: string,
      digits: string | undefined,
      place: string | undefined,
      verb: string,
    ) => {
      if (all === "%%") return "%";
      const at = place === undefined ? next : Number(place) - 1;
      next = at + 1;
      if (at >= args.length || at < 0) return fail(`\`${all}\` has no argument`);
      const shown = verbText(verb, args[at] ?? null, digits, all);
      const most = Math.min(Number(width), 1000);
      made += Math.max(shown.length, most);
      fits(made);
      if (left !== "") return shown.padEnd(most);
      return zero !== "" && shown.startsWith("-")
        ? `-${shown.slice(1).padStart(most - 1, "0")}`
        : shown.padStart(most, zero === "" ? " " : "0");
    },
  );
  if (next < args.length) fail(`\`format\` has ${args.length - next} more arguments than verbs`);
  return written;
}

function verbText(verb: string, value: TerraformValue, digits: string | undefined, all: string): string {
  switch (verb) {
    case "s":
      return digits === undefined ? text(value) : letters(text(value)).slice(0, Number(digits)).join("");
    case "d":
      return text(Math.trunc(number(value)));
    case "f":
      return number(value).toFixed(Math.min(digits === undefined ? 6 : Number(digits), 100));
    case "t":
      return String(known(toBoolean(value)));
    case "x":
    case "X": {
      const hex = whole(value).toString(16);
      return verb === "x" ? hex : hex.toUpperCase();
    }
    case "q":
      return json(text(value));
    case "v":
      return typeof value === "object" ? json(value) : text(value);
    default:
      return fail(`the verb \`${excerpt(all, 20)}\` of \`format\` is not supported`);
  }
}

function json(value: TerraformValue): string {
  return JSON.stringify(toJson(value)).replace(
    JSON_ESCAPED,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

function formatList(pattern: string, args: readonly TerraformValue[]): readonly string[] {
  const lists = args.map((arg) => itemsOf(arg));
  const lengths = lists.flatMap((list) => (list === undefined ? [] : [list.length]));
  const [length = 1] = lengths;
  if (lengths.some((one) => one !== length)) fail("the lists of `formatlist` have different lengths");
  let made = 0;
  return Array.from({ length }, (_, at) => {
    const written = format(
      pattern,
      args.map((arg, which) => {
        const list = lists[which];
        return list === undefined ? arg : (list[at] ?? null);
      }),
      made,
    );
    made += written.length;
    return written;
  });
}

function trim(value: string, chars: string, left: boolean, right: boolean): string {
  const cut = new Set(letters(chars));
  const parts = [...letters(value)];
  let start = 0;
  let end = parts.length;
  while (left && start < end && cut.has(parts[start] ?? "")) start++;
  while (right && end > start && cut.has(parts[end - 1] ?? "")) end--;
  return parts.slice(start, end).join("");
}

function merge(args: readonly TerraformValue[]): TerraformValue {
  const result: Record<string, TerraformValue> = Object.create(null);
  for (const arg of args) if (arg !== null) Object.assign(result, members(arg));
  return result;
}

function range(args: readonly number[]): readonly number[] {
  const [first = 0, second, third] = args;
  const [start, limit] = second === undefined ? [0, first] : [first, second];
  const step = third ?? (limit < start ? -1 : 1);
  if (step === 0) fail("the step of `range` is 0");
  const count = Math.max(0, Math.ceil((limit - start) / step));
  if (count > MAX_ITEMS) fail(`a function returns at most ${MAX_ITEMS} values`);
  return Array.from({ length: count }, (_, at) => start + at * step);
}

function product(sets: readonly (readonly TerraformValue[])[]): readonly TerraformValue[] {
  let found: readonly (readonly TerraformValue[])[] = [[]];
  for (const set of sets) {
    const length = (found[0]?.length ?? 0) + 1;
    if (found.length * set.length * Math.max(length / 10, 1) > MAX_ITEMS)
      fail(`a function returns at most ${MAX_ITEMS} values`);
    found = found.flatMap((start) => set.map((item) => [...start, item]));
  }
  return found;
}

/** The collection of the kind of the first argument. */
function likeFirst(first: TerraformValue | undefined, values: readonly TerraformValue[]): TerraformValue {
  return first instanceof TerraformSet ? new TerraformSet(values) : values;
}

function lengthOf(value: TerraformValue): number {
  if (typeof value === "string") return letters(value).length;
  return (itemsOf(value) ?? Object.keys(members(value))).length;
}

function element(list: readonly TerraformValue[], index: number): TerraformValue {
  if (list.length === 0) return fail("`element` of an empty list");
  return list[((index % list.length) + list.length) % list.length] ?? null;
}

function replaceAll(value: string, from: string, to: string): string {
  if (from.length > 1 && from.startsWith("/") && from.endsWith("/"))
    return fail("`replace` with a regular expression is not evaluated");
  fits(value.length + timesIn(value, from) * (to.length - from.length));
  return value.replaceAll(from, () => to);
}

const upper = (value: string) => value.toUpperCase();

const MANY = Number.POSITIVE_INFINITY;

/** The functions that are evaluated; any other function is a fault that names it. */
export const FUNCTIONS: ReadonlyMap<string, TerraformFunction> = new Map<string, TerraformFunction>([
  ["abs", define(1, 1, (value) => Math.abs(number(value)))],
  ["alltrue", define(1, 1, (value) => items(value).every((item) => item !== null && known(toBoolean(item))))],
  ["anytrue", define(1, 1, (value) => items(value).some((item) => item !== null && known(toBoolean(item))))],
  ["ceil", define(1, 1, (value) => Math.ceil(number(value)))],
  ["chomp", define(1, 1, (value) => text(value).replace(/(?:\r?\n)+$/, ""))],
  [
    "chunklist",
    define(2, 2, (value, size) => {
      const list = items(value);
      const most = whole(size);
      if (most === 0) return [list];
      if (most < 0) return fail("the size of `chunklist` is negative");
      return Array.from({ length: Math.ceil(list.length / most) }, (_, at) =>
        list.slice(at * most, (at + 1) * most),
      );
    }),
  ],
  [
    "coalesce",
    define(
      1,
      MANY,
      (...args) =>
        args.find((arg) => arg !== null && arg !== "") ?? fail("all arguments of `coalesce` are empty"),
    ),
  ],
  [
    "coalescelist",
    define(
      1,
      MANY,
      (...args) =>
        args.find((arg) => arg !== null && items(arg).length > 0) ??
        fail("all lists of `coalescelist` are empty"),
    ),
  ],
  ["compact", define(1, 1, (value) => items(value).filter((item) => item !== null && item !== ""))],
  ["concat", define(1, MANY, (...args) => bounded(args.flatMap((arg) => items(arg))))],
  ["contains", define(2, 2, (value, wanted) => items(value).some((item) => isEqual(item, wanted ?? null)))],
  ["distinct", define(1, 1, (value) => distinctOf(items(value)))],
  ["element", define(2, 2, (value, index) => element(items(value), whole(index)))],
  ["endswith", define(2, 2, (value, end) => text(value).endsWith(text(end)))],
  ["flatten", define(1, 1, (value) => bounded(flatten(items(value))))],
  ["floor", define(1, 1, (value) => Math.floor(number(value)))],
  ["format", define(1, MANY, (pattern, ...args) => format(text(pattern), args))],
  ["formatlist", define(1, MANY, (pattern, ...args) => formatList(text(pattern), args))],
  ["indent", define(2, 2, (count, value) => indent(whole(count), text(value)))],
  [
    "index",
    define(2, 2, (value, wanted) => {
      const at = items(value).findIndex((item) => isEqual(item, wanted ?? null));
      return at === -1 ? fail("`index` does not find the value") : at;
    }),
  ],
  [
    "join",
    define(1, MANY, (separator, ...lists) =>
      joined(
        text(separator),
        lists.flatMap((list) => texts(list)),
      ),
    ),
  ],
  [
    "jsondecode",
    define(1, 1, (value) => {
      try {
        return fromJson(JSON.parse(text(value)));
      } catch (error) {
        if (error instanceof Mistake) throw error;
        return fail("the argument of `jsondecode` is not JSON");
      }
    }),
  ],
  ["jsonencode", define(1, 1, (value) => json(value ?? null))],
  ["keys", define(1, 1, (value) => sortedKeys(members(value)))],
  ["length", define(1, 1, (value) => lengthOf(value ?? null))],
  [
    "lookup",
    define(2, 3, (value, name, fallback) => {
      const map = members(value);
      const key = text(name);
      if (Object.hasOwn(map, key)) return map[key] ?? null;
      return fallback === undefined ? fail(`\`lookup\` finds no \`${excerpt(key)}\``) : fallback;
    }),
  ],
  ["lower", define(1, 1, (value) => text(value).toLowerCase())],
  ["max", define(1, MANY, (...args) => Math.max(...args.map((arg) => number(arg))))],
  ["merge", define(0, MANY, (...args) => merge(args))],
  ["min", define(1, MANY, (...args) => Math.min(...args.map((arg) => number(arg))))],
  ["nonsensitive", define(1, 1, (value) => value ?? null)],
  [
    "one",
    define(1, 1, (value) => {
      const list = items(value);
      return list.length > 1 ? fail("`one` needs a list of at most one value") : (list[0] ?? null);
    }),
  ],
  ["range", define(1, 3, (...args) => range(args.map((arg) => number(arg))))],
  ["replace", define(3, 3, (value, from, to) => replaceAll(text(value), text(from), text(to)))],
  ["reverse", define(1, 1, (value) => [...items(value)].reverse())],
  ["sensitive", define(1, 1, (value) => value ?? null)],
  [
    "setintersection",
    define(1, MANY, (first, ...rest) => {
      const others = rest.map((other) => new Members(items(other)));
      return new TerraformSet(items(first).filter((item) => others.every((other) => other.has(item))));
    }),
  ],
  ["setproduct", define(2, MANY, (...args) => likeFirst(args[0], product(args.map((arg) => items(arg)))))],
  [
    "setsubtract",
    define(2, 2, (first, second) => {
      const without = new Members(items(second));
      return new TerraformSet(items(first).filter((item) => !without.has(item)));
    }),
  ],
  ["setunion", define(1, MANY, (...args) => new TerraformSet(args.flatMap((arg) => items(arg))))],
  [
    "slice",
    define(3, 3, (value, start, end) => {
      const list = items(value);
      const [from, to] = [whole(start), whole(end)];
      return from < 0 || to < from || to > list.length
        ? fail("`slice` reaches past the end of its list")
        : list.slice(from, to);
    }),
  ],
  ["sort", define(1, 1, (value) => [...texts(value)].sort(compareText))],
  [
    "split",
    define(2, 2, (separator, value) =>
      bounded(text(value) === "" ? [""] : text(value).split(text(separator))),
    ),
  ],
  ["startswith", define(2, 2, (value, start) => text(value).startsWith(text(start)))],
  ["strcontains", define(2, 2, (value, part) => text(value).includes(text(part)))],
  [
    "substr",
    define(3, 3, (value, offset, count) => {
      const all = letters(text(value));
      const [from, most] = [whole(offset), whole(count)];
      const start = from < 0 ? Math.max(0, all.length + from) : from;
      return all.slice(start, most === -1 ? undefined : start + most).join("");
    }),
  ],
  ["sum", define(1, 1, (value) => items(value).reduce<number>((total, item) => total + number(item), 0))],
  ["title", define(1, 1, (value) => text(value).replace(/(?<![\p{L}\p{N}_'])\p{L}/gu, upper))],
  ["tobool", define(1, 1, (value) => (value === null ? null : known(toBoolean(value ?? null))))],
  ["tolist", define(1, 1, (value) => items(value))],
  ["tomap", define(1, 1, (value) => members(value))],
  ["tonumber", define(1, 1, (value) => (value === null ? null : number(value)))],
  ["toset", define(1, 1, (value) => new TerraformSet(items(value)))],
  ["tostring", define(1, 1, (value) => (value === null ? null : text(value)))],
  ["trim", define(2, 2, (value, chars) => trim(text(value), text(chars), true, true))],
  [
    "trimprefix",
    define(2, 2, (value, start) => {
      const whole = text(value);
      return whole.startsWith(text(start)) ? whole.slice(text(start).length) : whole;
    }),
  ],
  ["trimspace", define(1, 1, (value) => text(value).trim())],
  [
    "trimsuffix",
    define(2, 2, (value, end) => {
      const whole = text(value);
      return text(end) !== "" && whole.endsWith(text(end)) ? whole.slice(0, -text(end).length) : whole;
    }),
  ],
  ["upper", define(1, 1, (value) => text(value).toUpperCase())],
  ["values", define(1, 1, (value) => (entriesOf(members(value)) ?? []).map(([, member]) => member))],
  [
    "zipmap",
    define(2, 2, (names, values) => {
      const [keys, list] = [texts(names), items(values)];
      if (keys.length !== list.length) return fail("the lists of `zipmap` have different lengths");
      return newObject(keys.map((key, at) => [key, list[at] ?? null] as const));
    }),
  ],
]);

/** Functions that accept open values, whose length and keys are known. */
export const TAKES_OPEN_PARTS: ReadonlySet<string> = new Set([
  "concat",
  "merge",
  "keys",
  "length",
  "values",
  "flatten",
  "lookup",
  "element",
  "slice",
  "reverse",
  "tolist",
  "tomap",
  "zipmap",
  "range",
  "coalesce",
  "coalescelist",
  "one",
  "sensitive",
  "nonsensitive",
  "chunklist",
]);
