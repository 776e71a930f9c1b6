// Not on the request path of requests without a match: finds the input that a value is from.
import type { Evidence } from "../../detection/inspection/evidence.ts";
import { keptInspection } from "../../detection/inspection/kept.ts";
import type { Origin } from "../../language/compile/trace.ts";
import type { FieldDefinition } from "../../language/scheme/definitions.ts";
import type { ExecutionContext } from "../../language/scheme/execution-context.ts";
import type { Scheme } from "../../language/scheme/scheme.ts";
import { asciiLower } from "../../language/values/bytes.ts";
import type { Value } from "../../language/values/value.ts";
import { isArrayValue } from "../../language/values/value-guards.ts";
import type { WafRequest } from "../../request/model/request.ts";
import type { ReceivedInput } from "../events/show-snippet.ts";

/** An input as an exception names it. */
export interface InputName {
  readonly field: string;
  /** As bytes; undefined: the field as a whole. */
  readonly key: string | undefined;
  /** The part of a document in the value, which exceptions cannot name; "" for all of it. */
  readonly member: string;
  /** The finding of detectors, if the value reports one. */
  readonly evidence: Evidence | undefined;
  /** The value describes the input, and is not part of it. */
  readonly isLocated: boolean;
}

/** `http.request.uri.args["q"]` as messages write it. */
export function inputText({
  field,
  key,
}: {
  readonly field: string;
  readonly key: string | undefined;
}): string {
  return `\`${field}${key === undefined ? "" : `[${JSON.stringify(key)}]`}\``;
}

/** The input's name with the part of it. */
export function keyShown({ key, member }: Pick<InputName, "key" | "member">): string | undefined {
  if (member === "") return key;
  return key === undefined ? member : `${key}.${member}`;
}

/** The input that a value is from, as far as declarations of fields state it. */
export function inputOf(
  { field, path, members }: Origin,
  scheme: Scheme<never>,
  context: ExecutionContext,
  request: WafRequest | undefined,
): InputName {
  const [first] = path;
  const member = members.join(".");
  if (field.locatedBy !== undefined && typeof first === "number") {
    return locatedInput(field, first, scheme, context, request);
  }
  if (field.type.kind === "Map" && typeof first === "string") {
    const further = path.slice(1).filter((step) => typeof step === "string");
    return { field: field.name, key: first, member: [...further, ...members].join("."), ...PLAIN };
  }
  if (typeof first === "number") {
    for (const group of groupsOf(field)) {
      const name = nameIn(group, field, first, scheme, context);
      if (name === undefined) continue;
      const isLower = scheme.field(group)?.field.lowerCaseKeys === true;
      const key = isLower ? asciiLower(name) : name;
      return { field: exceptedField(group, field, scheme), key, member, ...PLAIN };
    }
  }
  return { field: field.name, key: undefined, member, ...PLAIN };
}

/** An input as received; undefined when it has no values, or they are unknown. */
export function receivedInput(
  input: Pick<InputName, "field" | "key">,
  scheme: Scheme<never>,
  context: ExecutionContext,
): ReceivedInput | undefined {
  const text = receivedText(input, scheme, context);
  const around = textAround(input, scheme, context);
  if (text === undefined && around === undefined) return undefined;
  return { text: text ?? "", names: namesBeside(input, scheme, context), around };
}

/** Last steps of paths to values that another member, or element, beside them names. */
const VALUE_STEP = /(?:^|\.)(?:value|val|content|string|text|data|int|i4)$/i;
const NAME_STEPS = "name key path id field label".split(" ");
/** A list of two: a name and a value. */
const SECOND = /(?:^|\.)1$/;

/** The `name` beside a `value` in documents, and the `<key>` in front of a `<string>`. */
function namesBeside(
  { field, key }: Pick<InputName, "field" | "key">,
  scheme: Scheme<never>,
  context: ExecutionContext,
): readonly string[] {
  const group = scheme.field(field)?.field.parallelGroup;
  if (key === undefined || group === undefined) return NO_NAMES;
  const isSecond = SECOND.test(key);
  if (!isSecond && !VALUE_STEP.test(key)) return NO_NAMES;
  const wanted = new Set<string>();
  for (let above = key, step = 0; step < 2; step++) {
    const shorter = above.replace(step === 0 && isSecond ? SECOND : VALUE_STEP, "");
    if (shorter === above) break;
    above = shorter;
    const prefix = above === "" ? "" : `${above}.`;
    for (const one of isSecond ? ["0"] : NAME_STEPS) wanted.add(prefix + one);
  }
  const names = arrayOf(context, scheme.field(`${group}.names`)?.slot);
  const values = arrayOf(context, scheme.field(`${group}.values`)?.slot);
  return values.filter(
    (value, at): value is string => typeof value === "string" && wanted.has(String(names[at])),
  );
}

/** The surrounding text of a value: readers of documents, and decoders, leave it out. */
function textAround(
  { field, key }: Pick<InputName, "field" | "key">,
  scheme: Scheme<never>,
  context: ExecutionContext,
): ReceivedInput["around"] {
  if (field.includes(".request.body.")) {
    const text =
      field === RAW_BODY ? undefined : receivedText({ field: RAW_BODY, key: undefined }, scheme, context);
    return text === undefined ? undefined : { field: RAW_BODY, key: undefined, text };
  }
  if (key === undefined || !field.startsWith("wirewall.request.nested")) return undefined;
  // `q.sub` is a member of a document in `q`.
  for (const name of [key, key.replace(/\..*$/s, "")]) {
    for (const outer of OUTER) {
      const text = receivedText({ field: outer, key: name }, scheme, context);
      if (text !== undefined) return { field: outer, key: name, text };
    }
  }
  return undefined;
}

const RAW_BODY = "http.request.body.raw";
/** The inputs that nested values of a request's head are in. */
const OUTER = ["http.request.uri.args", "http.request.cookies"];
const NO_NAMES: readonly string[] = Object.freeze([]);

/** Bytes of received values that are looked at. */
const MAX_RECEIVED = 32_768;

/** The values of an input as received, one after another, cut after {@link MAX_RECEIVED}; undefined when it has none. */
function receivedText(
  { field, key }: Pick<InputName, "field" | "key">,
  scheme: Scheme<never>,
  context: ExecutionContext,
): string | undefined {
  const found = scheme.field(field);
  // A loaded value is not there yet, or was never requested.
  if (found === undefined || found.field.load !== undefined) return undefined;
  const value = context.get(found.slot);
  if (key === undefined || value === undefined) return typeof value === "string" ? value : undefined;
  if (value instanceof Map) {
    const named: unknown = value.get(found.field.lowerCaseKeys === true ? asciiLower(key) : key);
    return joined(Array.isArray(named) ? named : [named]);
  }
  const { parallelGroup } = found.field;
  if (!isArrayValue(value) || parallelGroup === undefined) return undefined;
  const names = arrayOf(context, scheme.field(`${parallelGroup}.names`)?.slot);
  context.budget.spend(value.length);
  // The text of an element of XML holds those of its children.
  const below = `${key}.`;
  const texts: unknown[] = [];
  for (const at of positionsOf(key, below, names)) {
    const name = names[at];
    const one = value[at];
    if (name === key) texts.push(one);
    else if (typeof name === "string" && typeof one === "string" && name.startsWith(below))
      texts.push(`${name.slice(below.length)}: ${one}`);
  }
  return joined(texts);
}

/** Names that are searched one by one; for more, an order by name is kept. */
const FEW_NAMES = 64;

/** Positions of many names in the order of the names. */
const sorted = new WeakMap<readonly Value[], readonly number[]>();

/** Positions, in order, of a name, or of names that begin with `below`. */
function positionsOf(key: string, below: string, names: readonly Value[]): Iterable<number> {
  if (names.length <= FEW_NAMES) return names.keys();
  let order = sorted.get(names);
  if (order === undefined) {
    const isText = (at: number) => typeof names[at] === "string";
    order = [...names.keys()].filter(isText).sort((left, right) => {
      const [one, other] = [String(names[left]), String(names[right])];
      return one < other ? -1 : one > other ? 1 : left - right;
    });
    sorted.set(names, order);
  }
  const found: number[] = [];
  for (const wanted of [key, below]) {
    for (let at = firstFrom(wanted, names, order); at < order.length; at++) {
      const position = order[at] ?? 0;
      const name = String(names[position]);
      if (wanted === key ? name !== key : !name.startsWith(below)) break;
      found.push(position);
    }
  }
  return found.sort((left, right) => left - right);
}

/** The first position in the order whose name is not less than the wanted one. */
function firstFrom(wanted: string, names: readonly Value[], order: readonly number[]): number {
  let low = 0;
  let high = order.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (String(names[order[middle] ?? 0]) < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}

function joined(values: readonly unknown[]): string | undefined {
  let text: string | undefined;
  for (const value of values) {
    if (typeof value !== "string") continue;
    text = text === undefined ? value : `${text}\n${value}`;
    if (text.length > MAX_RECEIVED) return text.slice(0, MAX_RECEIVED + 1);
  }
  return text;
}

function groupsOf({ parallelGroup, alignedWith = [] }: FieldDefinition): readonly string[] {
  return parallelGroup === undefined ? alignedWith : [parallelGroup, ...alignedWith];
}

const namesSlots = new WeakMap<Scheme<never>, Map<string, number | undefined>>();

function namesSlot(group: string, scheme: Scheme<never>): number | undefined {
  let known = namesSlots.get(scheme);
  if (known === undefined) {
    known = new Map();
    namesSlots.set(scheme, known);
  }
  // Groups are few: declarations of fields name them.
  if (!known.has(group)) known.set(group, declaredNames(group, scheme));
  return known.get(group);
}

/** Names of cookies are listed only as this package decodes them. */
function declaredNames(group: string, scheme: Scheme<never>): number | undefined {
  const own = scheme.field(`${group}.names`);
  if (own !== undefined) return own.slot;
  const isNames = ({ name, alignedWith = [] }: FieldDefinition) =>
    name.endsWith(".names") && alignedWith.includes(group);
  const at = scheme.fields.findIndex(isNames);
  return at === -1 ? undefined : at;
}

/** The name at a position of the names that the group has; undefined when they are not as many as the values. */
function nameIn(
  group: string,
  field: FieldDefinition,
  at: number,
  scheme: Scheme<never>,
  context: ExecutionContext,
): string | undefined {
  const names = arrayOf(context, namesSlot(group, scheme));
  const values = arrayOf(context, scheme.field(field.name)?.slot);
  if (names.length !== values.length) return undefined;
  const name = names[at];
  // A part of a multipart body may have several.
  const [first] = name !== undefined && isArrayValue(name) ? name : [name];
  return typeof first === "string" ? first : undefined;
}

/** The Map of the group; its values when it has none. */
function exceptedField(group: string, field: FieldDefinition, scheme: Scheme<never>): string {
  if (scheme.field(group) !== undefined) return group;
  return scheme.field(`${group}.values`) === undefined ? field.name : `${group}.values`;
}

const PLAIN = Object.freeze({ evidence: undefined, isLocated: false });

function locatedInput(
  field: FieldDefinition,
  at: number,
  scheme: Scheme<never>,
  context: ExecutionContext,
  request: WafRequest | undefined,
): InputName {
  const slotOf = (name: string | undefined) => (name === undefined ? undefined : scheme.field(name)?.slot);
  const input = arrayOf(context, slotOf(field.locatedBy?.fields))[at];
  const key = arrayOf(context, slotOf(field.locatedBy?.keys))[at];
  const name = typeof input === "string" ? input : field.name;
  // Arguments and cookies may have an empty name; for other inputs "" means that they have none.
  const isNamed = key !== "" || hasNames(name, scheme);
  const keyed = typeof key === "string" && isNamed ? key : undefined;
  const evidence = evidenceAt(field, at, scheme, context, request);
  return { field: name, key: keyed, member: "", evidence, isLocated: true };
}

/** Whether the values of a field have names, so that `""` is one. */
function hasNames(name: string, scheme: Scheme<never>): boolean {
  const field = scheme.field(name)?.field;
  if (field === undefined) return false;
  return field.type.kind === "Map" || groupsOf(field).some((group) => namesSlot(group, scheme) !== undefined);
}

/** The piece at a position: an exception may have removed others, so that it is identified by all arrays. */
function evidenceAt(
  { parallelGroup = "" }: FieldDefinition,
  at: number,
  scheme: Scheme<never>,
  context: ExecutionContext,
  request: WafRequest | undefined,
): Evidence | undefined {
  if (request === undefined) return undefined;
  const { evidence = [] } = keptInspection(request) ?? {};
  const read = (member: string) => arrayOf(context, scheme.field(`${parallelGroup}.${member}`)?.slot)[at];
  const kind = read("kinds");
  const field = read("fields");
  const key = read("keys");
  const start = read("starts");
  const end = read("ends");
  // Removed elements were before it, or after it.
  for (let position = at; position < evidence.length; position++) {
    const piece = evidence[position];
    if (
      piece?.kind.name === kind &&
      piece?.field === field &&
      piece?.key === key &&
      piece?.start === start &&
      piece?.end === end
    )
      return piece;
  }
  return undefined;
}

function arrayOf(context: ExecutionContext, slot: number | undefined): readonly Value[] {
  const value = slot === undefined ? undefined : context.get(slot);
  return value !== undefined && isArrayValue(value) ? value : NO_VALUES;
}

const NO_VALUES: readonly Value[] = Object.freeze([]);
