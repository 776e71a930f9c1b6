import { withArticle } from "../../language/diagnostics/article.ts";
import { excerpt } from "../../language/diagnostics/printable.ts";
import { didYouMean, suggest } from "../../language/diagnostics/suggest.ts";
import { utf8Encode } from "../../language/values/bytes.ts";
import type { Path } from "../text/located.ts";
import { isMembers, type Members } from "../text/members.ts";
import type { DocumentFault } from "./faults.ts";
import type {
  ArrayShape,
  ExpressionShape,
  MapShape,
  NumberShape,
  ObjectShape,
  Shape,
  StringShape,
  ValueOf,
} from "./shape.ts";

/** An expression met while reading, to be compiled once its rule's phase is known. */
export interface ExpressionSite {
  readonly path: Path;
  readonly text: string;
  readonly shape: ExpressionShape;
}

/** The results of reading, besides the value. */
export interface Reading {
  readonly sites: ExpressionSite[];
  /** Blocks for objects, `null` for absent members: what Terraform writes. */
  readonly terraform: boolean;
  /** `null`, and empty texts and arrays where those may not stand, for absent members: what APIs write. Default false. */
  readonly emptyIsAbsent?: boolean;
  /** Code for faults in what the shape describes; default: by kind of fault. */
  readonly code?: "E_ACTION_PARAMETER" | "E_RATELIMIT";
  report(fault: DocumentFault): void;
}

/**
 * A value as its shape describes it, but for what did not fit: after a fault, members are missing, also of the objects
 * inside, and more or fewer items may be in an array.
 */
export type ReadOf<S extends Shape> = S extends ObjectShape ? Partial<ValueOf<S>> : ValueOf<S>;

/** The value in its normal form, as far as it fits; what does not fit is reported, and undefined. */
export function readShape<S extends Shape>(
  value: unknown,
  shape: S,
  path: Path,
  reading: Reading,
): ReadOf<S> | undefined;
export function readShape(given: unknown, shape: Shape, path: Path, reading: Reading): unknown {
  const value = reading.terraform ? converted(given, shape) : given;
  switch (shape.kind) {
    case "string":
      return readString(value, shape, path, reading);
    case "expression":
      return readExpression(value, shape, path, reading);
    case "number":
      return readNumber(value, shape, path, reading);
    case "boolean":
      return typeof value === "boolean" ? value : wrongType(value, "true or false", path, reading);
    case "array":
      return readArray(value, shape, path, reading);
    case "object":
      return readObject(value, shape, path, reading);
    case "map":
      return readMap(value, shape, path, reading);
    case "union": {
      const found = shape.of.find((one) => fits(value, one)) ?? shape.of[0];
      return found === undefined ? undefined : readShape(value, found, path, reading);
    }
    case "any":
      return value;
  }
}

/** A scalar as Terraform converts it to the type of its attribute: `"60"` to a number, `true` to a text. */
function converted(value: unknown, shape: Shape): unknown {
  switch (shape.kind) {
    case "string":
    case "expression":
      return typeof value === "boolean" || typeof value === "number" ? String(value) : value;
    case "number":
      return typeof value === "string" && /^-?\d+(?:\.\d+)?$/.test(value) ? Number(value) : value;
    case "boolean":
      if (value === "true" || value === "1") return true;
      return value === "false" || value === "0" ? false : value;
    default:
      return value;
  }
}

function fits(value: unknown, shape: Shape): boolean {
  switch (shape.kind) {
    case "any":
      return true;
    case "expression":
      return typeof value === "string";
    case "map":
      return isMembers(value);
    default:
      return shape.kind === typeName(value);
  }
}

function typeName(value: unknown): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "array" : typeof value;
}

/** What a value of another type was meant to be, as it is written. */
function typeHint(value: unknown, wanted: string, path: Path): string | undefined {
  switch (wanted) {
    case "true or false":
      return boolHint(value);
    case "a whole number":
    case "a number":
      return numberHint(value, path);
    case "an array":
      return arrayHint(value);
    case "a string":
    case "an expression (a string)": {
      if (typeof value === "number" || typeof value === "boolean") return `put it in quotes: \`"${value}"\``;
      const [only, ...more] = isMembers(value) ? Object.keys(value) : [];
      return only === undefined || more.length > 0 || wanted !== "a string"
        ? undefined
        : `write a text, such as \`${excerpt(only).toLowerCase()}\``;
    }
    default:
      return undefined;
  }
}

function arrayHint(value: unknown): string | undefined {
  if (value === "" || (typeof value !== "string" && typeof value !== "number")) return undefined;
  const items = typeof value === "number" ? [value] : value.split(",").map((item) => item.trim());
  return `write a list: \`[${excerpt(items.map((item) => JSON.stringify(item)).join(", "))}]\``;
}

function boolHint(value: unknown): string | undefined {
  const word = typeof value === "string" ? value.toLowerCase() : value;
  if (word === "true" || word === "false") return `leave out the quotes: \`${word}\``;
  if (word === "yes" || word === "on" || word === "enabled" || word === 1) return "write `true`";
  return word === "no" || word === "off" || word === "disabled" || word === 0 ? "write `false`" : undefined;
}

const SECONDS: ReadonlyMap<string, number> = new Map([
  ["s", 1],
  ["m", 60],
  ["h", 3600],
  ["d", 86_400],
]);

function numberHint(value: unknown, path: Path): string | undefined {
  if (typeof value !== "string") return undefined;
  if (/^-?\d{1,15}$/.test(value)) return `leave out the quotes: \`${value}\``;
  const name = String(path.at(-1));
  const [, count = "", unit = ""] = /^(\d{1,6})\s?(s|m|h|d)[a-z]*$/i.exec(value) ?? [];
  const seconds = SECONDS.get(unit.toLowerCase());
  return seconds !== undefined && /^(?:period|mitigation_timeout)$/.test(name)
    ? `write the seconds: \`${Number(count) * seconds}\``
    : undefined;
}

/** The members with which an object begins, for a value that stands in its place. */
function objectHint(value: unknown, shape: ObjectShape | MapShape): string | undefined {
  if (shape.kind === "map")
    return Array.isArray(value)
      ? "write a member for each, such as `{name: {…}}`, in place of a list"
      : undefined;
  // A list may be written as its items alone.
  if (shape.members["items"]?.shape.kind === "array") return arrayHint(value);
  const names = Object.keys(shape.members);
  const required = names.filter((name) => shape.members[name]?.required === true);
  const written = (name: string) =>
    typeof value === "string" && value.length <= 60 ? `${name}: "${excerpt(value)}"` : `${name}: …`;
  const first = [...required.map((name) => (name === "value" ? written(name) : `${name}: …`))];
  if (!required.includes("value") && Object.hasOwn(shape.members, "value")) first.push(written("value"));
  return first.length === 0 || first.length > 4 ? undefined : `write \`{${first.join(", ")}}\``;
}

function wrongType(
  value: unknown,
  wanted: string,
  path: Path,
  reading: Reading,
  hint = typeHint(value, wanted, path),
): undefined {
  reading.report({
    code: "E_DOC_TYPE",
    path,
    message: `expected ${wanted}, found ${value === null ? "null" : withArticle(typeName(value))}`,
    expected: [wanted],
    actual: typeName(value),
    ...(hint === undefined ? {} : { hint }),
  });
  return undefined;
}

function readString(value: unknown, shape: StringShape, path: Path, reading: Reading): unknown {
  if (typeof value !== "string") return wrongType(value, "a string", path, reading);
  if (shape.values !== undefined && !shape.values.includes(value)) {
    const hint = didYouMean(value, shape.values);
    reading.report({
      code: "E_DOC_VALUE",
      path,
      message: `\`${excerpt(value)}\` is not an allowed value`,
      expected: shape.values,
      actual: excerpt(value),
      ...(hint === undefined ? {} : { hint }),
    });
    return undefined;
  }
  if (shape.nonEmpty === true && value === "") {
    reading.report({ code: "E_DOC_VALUE", path, message: "the text must not be empty" });
    return undefined;
  }
  if (shape.maxBytes !== undefined) {
    const bytes = utf8Encode(value).length;
    if (bytes > shape.maxBytes) {
      const message = `at most ${shape.maxBytes} bytes are allowed, found ${bytes}`;
      reading.report({ code: "E_DOC_RANGE", path, message });
      return undefined;
    }
  }
  if (shape.format !== undefined && !shape.format.accepts(value)) {
    const message = `\`${excerpt(value)}\` is not ${shape.format.name}`;
    reading.report({ code: "E_DOC_VALUE", path, message });
    return undefined;
  }
  return value;
}

function readExpression(given: unknown, shape: ExpressionShape, path: Path, reading: Reading): unknown {
  // YAML and Terraform read `expression: true` as a Boolean, and people write it so.
  const value = typeof given === "boolean" && shape.type === "filter" ? String(given) : given;
  if (typeof value !== "string") return wrongType(value, "an expression (a string)", path, reading);
  if (value.trim() === "") {
    if (shape.mayBeEmpty === true) return undefined;
    reading.report({
      code: "E_DOC_VALUE",
      path,
      message: "the expression is empty",
      ...(shape.type === "filter" ? { hint: "write `true` to match every request" } : {}),
    });
    return undefined;
  }
  reading.sites.push({ path, text: value, shape });
  return value;
}

function readNumber(value: unknown, shape: NumberShape, path: Path, reading: Reading): unknown {
  if (typeof value !== "number") {
    return wrongType(value, shape.integer ? "a whole number" : "a number", path, reading);
  }
  if (shape.integer && !Number.isSafeInteger(value)) return wrongType(value, "a whole number", path, reading);
  const low = shape.min !== undefined && value < shape.min;
  const high = shape.max !== undefined && value > shape.max;
  if (low || high) {
    const open = shape.max === undefined || shape.max === Number.MAX_SAFE_INTEGER;
    const range = open ? `at least ${shape.min}` : `from ${shape.min} to ${shape.max}`;
    reading.report({ code: "E_DOC_RANGE", path, message: `${value} is out of range: ${range}` });
    return undefined;
  }
  if (shape.values !== undefined && !shape.values.includes(value)) {
    reading.report({
      code: "E_DOC_RANGE",
      path,
      message: `${value} is not an allowed value`,
      expected: shape.values.map(String),
    });
    return undefined;
  }
  return value;
}

function readArray(value: unknown, shape: ArrayShape, path: Path, reading: Reading): unknown {
  // Terraform's provider once wrote the rule ids of a skip as one text with commas.
  const items =
    reading.terraform && typeof value === "string" && shape.items.kind === "string"
      ? value.split(",")
      : value;
  if (!Array.isArray(items)) return wrongType(value, "an array", path, reading);
  if (items.length < (shape.minItems ?? 0)) {
    reading.report({ code: "E_DOC_RANGE", path, message: `expected at least ${shape.minItems}` });
  }
  if (shape.maxItems !== undefined && items.length > shape.maxItems) {
    reading.report({ code: "E_DOC_RANGE", path, message: `expected at most ${shape.maxItems}` });
  }
  if (shape.items.kind === "any" || shape.unchecked === true) return items;
  const inText = items === value;
  return items
    .map((item, at) => readShape(item, shape.items, inText ? [...path, at] : path, reading))
    .filter((item) => item !== undefined);
}

/** The object itself, or under Terraform the only item of a list; undefined when it is neither. */
function asObject(
  value: unknown,
  shape: ObjectShape | MapShape,
  path: Path,
  reading: Reading,
): { readonly members: Members; readonly path: Path } | undefined {
  if (isMembers(value)) return { members: value, path };
  if (reading.terraform && Array.isArray(value) && value.length <= 1) {
    const [block]: readonly unknown[] = value;
    if (value.length === 0) return { members: {}, path };
    if (isMembers(block)) return { members: block, path: [...path, 0] };
  }
  return wrongType(value, "an object", path, reading, objectHint(value, shape));
}

function isAbsent(value: unknown, shape: Shape | undefined, reading: Reading): boolean {
  if (value === undefined) return true;
  const { terraform, emptyIsAbsent = false } = reading;
  if (value === null) return terraform || emptyIsAbsent;
  if (Array.isArray(value) && value.length === 0) {
    return terraform || (emptyIsAbsent && shape?.kind === "array" && (shape.minItems ?? 0) > 0);
  }
  return emptyIsAbsent && value === "" && !mayBeEmpty(shape);
}

/** Whether an empty text is meaningful at its place. */
function mayBeEmpty(shape: Shape | undefined): boolean {
  if (shape?.kind !== "string") return shape?.kind !== "expression";
  return shape.nonEmpty !== true && shape.values === undefined && shape.format?.accepts("") !== false;
}

/** Terraform writes lists without items as what they are, where there has to be a list. */
function isEmptyArray(value: unknown, member: ObjectShape["members"][string] | undefined): boolean {
  if (!Array.isArray(value) || value.length > 0 || member?.required !== true) return false;
  return member.shape.kind === "array" && member.shape.minItems === undefined;
}

function readObject(value: unknown, shape: ObjectShape, path: Path, reading: Reading): unknown {
  const found = asObject(value, shape, path, reading);
  if (found === undefined) return undefined;
  const result: Record<string, unknown> = Object.create(null);
  const misnamed = misnamedMembers(found.members, shape, reading);
  for (const [name, given] of Object.entries(found.members)) {
    const member = Object.hasOwn(shape.members, name) ? shape.members[name] : undefined;
    if (isAbsent(given, member?.shape, reading) && !isEmptyArray(given, member)) continue;
    if (member === undefined) {
      const meant = misnamed.get(name);
      if (meant !== undefined) {
        const fault = { code: "E_DOC_MISSING", path: [...found.path, name], atKey: true } as const;
        reading.report({
          ...fault,
          message: `\`${meant}\` is missing`,
          hint: `write \`${meant}\` for \`${excerpt(name)}\``,
        });
      } else if (shape.open !== true) reportUnknown(name, shape, [...found.path, name], reading);
      result[name] = given;
      continue;
    }
    const read = readShape(given, member.shape, [...found.path, name], reading);
    if (read !== undefined) result[name] = read;
  }
  checkPresence(found.members, shape, found.path, reading, new Set(misnamed.values()));
  return result;
}

/** Two names of one thing in different objects. */
const OTHER_NAMES: ReadonlyMap<string, string> = new Map([
  ["ref", "id"],
  ["id", "ref"],
  ["filter", "expression"],
  ["condition", "expression"],
]);
const NONE_MISNAMED: ReadonlyMap<string, string> = new Map();

/** Members without a meaning that stand for a required one which is missing: one mistake, reported once. */
function misnamedMembers(
  members: Members,
  shape: ObjectShape,
  reading: Reading,
): ReadonlyMap<string, string> {
  let missing: string[] | undefined;
  for (const [name, { required, shape: wanted }] of Object.entries(shape.members)) {
    if (required === true && (!Object.hasOwn(members, name) || isAbsent(members[name], wanted, reading))) {
      missing ??= [];
      missing.push(name);
    }
  }
  if (missing === undefined) return NONE_MISNAMED;
  const found = new Map<string, string>();
  for (const name of Object.keys(members)) {
    if (Object.hasOwn(shape.members, name)) continue;
    const other = OTHER_NAMES.get(name);
    const meant: string | undefined =
      other !== undefined && missing.includes(other) ? other : suggest(name, missing, 1)[0];
    if (meant === undefined) continue;
    found.set(name, meant);
    missing = missing.filter((one) => one !== meant);
  }
  return found;
}

/** Names of other products, with the member that says it and what to write. */
const FOREIGN_MEMBERS: ReadonlyMap<string, readonly [member: string, advice: string]> = new Map([
  ["disabled", ["enabled", "write `enabled: false`"]],
  ["paused", ["enabled", "write `enabled: false`"]],
  ["priority", ["expression", "rules are evaluated in the order in which they stand"]],
  ["limit", ["requests_per_period", "write `requests_per_period`"]],
  ["threshold", ["requests_per_period", "write `requests_per_period`"]],
  ["requests", ["requests_per_period", "write `requests_per_period`"]],
  ["window", ["period", "write `period`, in seconds"]],
  ["interval", ["period", "write `period`, in seconds"]],
  ["timeout", ["mitigation_timeout", "write `mitigation_timeout`, in seconds"]],
  ["aggregate_key_type", ["characteristics", "write `characteristics`, a list of fields"]],
  ["key", ["characteristics", "write `characteristics`, a list of fields"]],
  ["url", ["from_value", "write `from_value: {target_url: {value: …}}`"]],
]);

function foreignHint(name: string, { members }: ObjectShape): string | undefined {
  const [member, advice] = FOREIGN_MEMBERS.get(name.toLowerCase()) ?? [];
  if (member !== undefined && Object.hasOwn(members, member)) return advice;
  // One level too high.
  const home = Object.entries(members).find(
    ([, { shape }]) => shape.kind === "object" && Object.hasOwn(shape.members, name),
  );
  return home === undefined ? undefined : `it belongs inside \`${home[0]}\``;
}

function reportUnknown(name: string, shape: ObjectShape, path: Path, reading: Reading): void {
  const known = Object.keys(shape.members);
  const hint =
    foreignHint(name, shape) ??
    didYouMean(name, known) ??
    (known.length === 0 ? undefined : `known are ${known.join(", ")}`);
  const isParameter = reading.code !== undefined;
  reading.report({
    code: reading.code ?? "W_DOC_UNKNOWN_MEMBER",
    severity: isParameter ? "error" : "warning",
    path,
    atKey: true,
    message: isParameter
      ? `there is no parameter \`${excerpt(name)}\` here`
      : `unknown member \`${excerpt(name)}\`, kept as it is`,
    ...(hint === undefined ? {} : { hint }),
  });
}

function checkPresence(
  members: Readonly<Record<string, unknown>>,
  shape: ObjectShape,
  path: Path,
  reading: Reading,
  told: ReadonlySet<string>,
): void {
  const has = (name: string) =>
    Object.hasOwn(members, name) &&
    (!isAbsent(members[name], shape.members[name]?.shape, reading) ||
      isEmptyArray(members[name], shape.members[name]));
  for (const [name, member] of Object.entries(shape.members)) {
    if (member.required === true && !has(name) && !told.has(name)) {
      reading.report({ code: "E_DOC_MISSING", path, message: `\`${name}\` is missing` });
    }
  }
  for (const group of shape.exactlyOne ?? []) {
    const given = group.filter(has);
    if (given.length === 1) continue;
    const words = group.map((name) => `\`${name}\``).join(" and ");
    const message = given.length === 0 ? `one of ${words} is required` : `only one of ${words} is allowed`;
    reading.report({ code: "E_DOC_XOR", path, message });
  }
  for (const group of shape.atLeastOne ?? []) {
    if (group.some(has)) continue;
    const words = group.map((name) => `\`${name}\``).join(", ");
    reading.report({ code: "E_DOC_MISSING", path, message: `at least one of ${words} is required` });
  }
}

function readMap(value: unknown, shape: MapShape, path: Path, reading: Reading): unknown {
  const result: Record<string, unknown> = Object.create(null);
  const { blockKey } = shape;
  if (reading.terraform && blockKey !== undefined && Array.isArray(value)) {
    value.forEach((block: unknown, at) => {
      readBlock(block, blockKey, shape, [...path, at], reading, result);
    });
    return result;
  }
  const found = asObject(value, shape, path, reading);
  if (found === undefined) return undefined;
  for (const [key, given] of Object.entries(found.members)) {
    const at = [...found.path, key];
    if (isAbsent(given, shape.values, reading)) continue;
    if (shape.keys !== undefined && readString(key, shape.keys, at, reading) === undefined) continue;
    const read = readShape(given, shape.values, at, reading);
    if (read !== undefined) result[key] = read;
  }
  if (Object.keys(found.members).length < (shape.minItems ?? 0)) {
    reading.report({ code: "E_DOC_RANGE", path, message: `expected at least ${shape.minItems}` });
  }
  return result;
}

/** A block such as `{name: "x-a", operation: "set"}` is the entry `x-a` of the map. */
function readBlock(
  block: unknown,
  keyName: string,
  shape: MapShape,
  path: Path,
  reading: Reading,
  result: Record<string, unknown>,
): void {
  if (!isMembers(block)) {
    wrongType(block, "an object", path, reading);
    return;
  }
  const { [keyName]: key, ...rest } = block;
  const word = readShape(key, shape.keys ?? { kind: "string" }, [...path, keyName], reading);
  const read = readShape(rest, shape.values, path, reading);
  if (typeof word === "string" && read !== undefined) result[word] = read;
}
