import type { FunctionDefinition, Parameter } from "../support/source/language/scheme.ts";
import {
  type ArrayValue,
  arrayOf,
  asciiLower,
  asciiUpper,
  Bool,
  Bytes,
  Int,
  Ip,
  sameType,
  type Type,
  type Value,
} from "../support/source/language/values.ts";

function param(type: Parameter["type"], kind: Parameter["kind"] = "dynamic", optional = false): Parameter {
  return { name: "argument", type, kind, typeLabel: "of that type", ...(optional ? { optional } : {}) };
}

type Rest = Omit<FunctionDefinition, "name" | "summary" | "returns" | "params" | "evaluate">;

function define(
  name: string,
  params: readonly Parameter[],
  returns: FunctionDefinition["returns"],
  evaluate: FunctionDefinition["evaluate"],
  rest: Partial<Rest> = {},
): FunctionDefinition {
  return { name, summary: "a function of the tests", params, returns, evaluate, ...rest };
}

const same = (value: Value | undefined): Value | undefined => value;
const lower = (value: Value | undefined): Value => asciiLower(value as string);
const total = { total: true };

function concat(...values: readonly (Value | undefined)[]): Value | undefined {
  const present = values.filter((value) => value !== undefined);
  if (present.length === 0) return undefined;
  return typeof present[0] === "string" ? present.join("") : present.flatMap((value) => value as ArrayValue);
}

const isBytesOrArray = (type: Type): boolean => type.kind === "Bytes" || type.kind === "Array";

/** The functions that vector files take for granted. */
export const VECTOR_FUNCTIONS: readonly FunctionDefinition[] = [
  define("lower", [param(Bytes)], Bytes, lower, total),
  define("len", [param(Bytes)], Int, (value) => (value as string).length, total),
  define(
    "starts_with",
    [param(Bytes), param(Bytes, "either")],
    Bool,
    (value, prefix) => (value as string).startsWith(prefix as string),
    total,
  ),
  define(
    "concat",
    [],
    (types) => (types.every((type) => sameType(type, types[0]!)) ? types[0] : undefined),
    concat,
    { variadic: param(isBytesOrArray, "either"), minArguments: 2, nil: "receive", total: true },
  ),
  define("dropb", [param(Bytes)], Bytes, (value) => ((value as string).startsWith("b") ? undefined : value)),
  define("isnil", [param(Bytes)], Bool, (value) => value === undefined, { nil: "receive", total: true }),
  define("mkarr", [param(Bytes)], arrayOf(Bytes), (value) => [value!], total),
  define("int", [param(Int, "either")], Int, same, total),
  define("byt", [param(Bytes, "either")], Bytes, same, total),
  define("ipf", [param(Ip, "either")], Ip, same, total),
  define("bool", [param(Bool, "either")], Bool, same, total),
  define("boolarr", [param(arrayOf(Bool))], arrayOf(Bool), same, total),
];

/** Functions that corpus files name by an id of their own, because the language has no such function. */
export const EXTRA_FUNCTIONS: ReadonlyMap<string, FunctionDefinition> = new Map<string, FunctionDefinition>([
  ["wf.echo", define("echo", [param(Bytes)], Bytes, same, total)],
  [
    "wf.echo_ints",
    define(
      "echo",
      [param(Bytes), param(Int, "literal", true), param(Int, "literal", true)],
      Bytes,
      same,
      total,
    ),
  ],
  ["wf.lowercase", define("lowercase", [param(Bytes)], Bytes, lower, total)],
  ["wf.uppercase", define("uppercase", [param(Bytes)], Bytes, (value) => asciiUpper(value as string), total)],
  ["wf.lower", define("lower", [param(Bytes)], Bytes, lower, total)],
  ["wf.len", define("len", [param(Bytes)], Int, (value) => (value as string).length, total)],
  [
    "wf.concat_opt",
    define("concat", [param(Bytes, "dynamic", true), param(Bytes, "literal", true)], Bytes, (...values) =>
      values.join(""),
    ),
  ],
  [
    "wf.concat_fields",
    define("concat_fields", [param(Bytes), param(Bytes)], Bytes, (...values) => values.join("")),
  ],
  [
    "wf.filter",
    define(
      "filter",
      [param((type) => type.kind === "Array"), param(arrayOf(Bool))],
      (types) => types[0],
      (values, mask) => (values as ArrayValue).filter((_, at) => (mask as ArrayValue)[at] === true),
    ),
  ],
  [
    "wf.regex_replace_bool",
    define(
      "regex_replace",
      [param(Bytes), param(Bytes, "literal"), param(Bytes, "literal")],
      Bool,
      () => false,
    ),
  ],
  ["wf.array", define("array", [param(Bytes)], arrayOf(Bytes), (value) => [value!], total)],
  ["wf.array2", define("array2", [param(Bytes)], arrayOf(arrayOf(Bytes)), (value) => [[value!]], total)],
]);
