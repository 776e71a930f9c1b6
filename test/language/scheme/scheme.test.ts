import { describe, expect, test } from "vitest";
import {
  defineField,
  defineFunction,
  defineList,
  type FunctionDefinition,
  fieldsFrom,
  InputError,
  type Parameter,
  Scheme,
  SchemeError,
} from "../../support/source/language/scheme.ts";
import { arrayOf, Bool, Bytes, Int, Ip, mapOf, type Type } from "../../support/source/language/values.ts";

const length = defineFunction({
  name: "length",
  summary: "bytes",
  params: [Bytes],
  returns: Int,
  evaluate: (s) => s.length,
});

const endless: { kind: string; element?: unknown } = { kind: "Array" };
endless.element = endless;

function codeOf(make: () => unknown): string {
  try {
    make();
  } catch (fault) {
    if (fault instanceof SchemeError || fault instanceof InputError) return fault.code;
    throw fault;
  }
  return "none";
}

describe("definitions", () => {
  const field = (name: string, type: Type = Bytes) => ({ fields: [{ name, type }] });

  test.each([
    ["a name", field("http.host"), "none"],
    ["a later segment that begins with a digit", field("cf.response.1xxx_code"), "none"],
    ["an underscore", field("_x"), "none"],
    ["a keyword within a name", field("all.x"), "none"],
    ["no name", field(""), "E_SCHEME_NAME"],
    ["a digit first", field("9lives"), "E_SCHEME_NAME"],
    ["an empty segment", field("a..b"), "E_SCHEME_NAME"],
    ["a dot at the end", field("a."), "E_SCHEME_NAME"],
    ["a dash", field("a-b"), "E_SCHEME_NAME"],
    ["a letter beyond ASCII", field("é"), "E_SCHEME_NAME"],
    ["a keyword", field("any"), "E_SCHEME_NAME"],
    ["a literal", field("true"), "E_SCHEME_NAME"],
    ["two fields", { fields: [...field("a").fields, ...field("a").fields] }, "E_SCHEME_DUPLICATE"],
    [
      "an alias that is taken",
      { fields: [...field("a").fields, { name: "b", type: Bytes, deprecatedAliases: ["a"] }] },
      "E_SCHEME_DUPLICATE",
    ],
    ["a field and a function", { ...field("length"), functions: [length] }, "E_SCHEME_DUPLICATE"],
    ["two functions", { functions: [length, length] }, "E_SCHEME_DUPLICATE"],
    ["a list", { lists: [{ name: "cf.open_proxies", kind: "ip" as const }] }, "none"],
    ["a list in capitals", { lists: [{ name: "Office", kind: "ip" as const }] }, "E_SCHEME_NAME"],
    ["a list with two dots", { lists: [{ name: "a..b", kind: "ip" as const }] }, "E_SCHEME_NAME"],
    ["a list of 51 characters", { lists: [{ name: "a".repeat(51), kind: "ip" as const }] }, "E_SCHEME_NAME"],
    [
      "two lists",
      {
        lists: [
          { name: "a", kind: "ip" as const },
          { name: "a", kind: "int" as const },
        ],
      },
      "E_SCHEME_DUPLICATE",
    ],
  ])("%s", (_what, parts, code) => {
    expect(codeOf(() => new Scheme(parts))).toBe(code);
  });

  // What a declaration of a meaning contradicts; [what, definition, words of the message]
  const affix: Omit<FunctionDefinition, "name"> = {
    summary: "an affix",
    params: [
      { name: "text", type: Bytes, kind: "either" },
      { name: "part", type: Bytes, kind: "either" },
    ],
    returns: Bool,
    evaluate: () => true,
  };
  const [text, part] = affix.params as [Parameter, Parameter];
  const anything: Parameter = { name: "any", type: () => true, kind: "either" };
  test.each<[string, Partial<FunctionDefinition>, string | undefined]>([
    ["a prefix test", { meaning: "prefix" }, undefined],
    ["a suffix test", { meaning: "suffix" }, undefined],
    ["a letter case", { meaning: "ascii_lower", params: [text], returns: Bytes }, undefined],
    [
      "a length of an array",
      { meaning: "length", params: [{ ...text, type: arrayOf(Int) }], returns: Int },
      undefined,
    ],
    [
      "a key",
      { meaning: "has_key", nil: "receive", params: [{ ...text, type: mapOf(Int) }, part] },
      undefined,
    ],
    ["no such meaning", { meaning: "prefxi" as "prefix" }, "did you mean `prefix`?"],
    ["a name of Object's", { meaning: "constructor" as "prefix" }, "known are `prefix`"],
    ["one argument", { meaning: "prefix", params: [text] }, "it must take exactly 2 arguments"],
    ["two arguments", { meaning: "ascii_upper", returns: Bytes }, "it must take exactly one argument"],
    [
      "an optional one",
      { meaning: "suffix", params: [text, { ...part, optional: true }] },
      "exactly 2 arguments",
    ],
    ["more of them", { meaning: "prefix", variadic: part }, "exactly 2 arguments"],
    ["fewer of them", { meaning: "prefix", minArguments: 1 }, "exactly 2 arguments"],
    [
      "another type",
      { meaning: "prefix", params: [{ ...text, type: Int }, part] },
      "argument 1 must be Bytes",
    ],
    [
      "more types",
      { meaning: "prefix", params: [text, { ...part, type: [Bytes, Int] }] },
      "argument 2 must be Bytes",
    ],
    ["any type", { meaning: "length", params: [anything], returns: Int }, "must be Bytes or Array or Map"],
    [
      "an array's keys",
      { meaning: "has_key", nil: "receive", params: [{ ...text, type: arrayOf(Int) }, part] },
      "be Map",
    ],
    ["another result", { meaning: "prefix", returns: Int }, "its result must be Bool"],
    ["a result by arguments", { meaning: "prefix", returns: () => Bool }, "its result must be Bool"],
    ["nil received", { meaning: "prefix", nil: "receive" }, '`nil` must be "propagate"'],
    [
      "nil passed on",
      { meaning: "has_key", params: [{ ...text, type: mapOf(Int) }, part] },
      '`nil` must be "receive"',
    ],
  ])("a meaning and %s", (_what, members, message) => {
    const make = () => new Scheme({ functions: [{ name: "f", ...affix, ...members }] });
    expect(codeOf(make)).toBe(message === undefined ? "none" : "E_SCHEME_MEANING");
    if (message !== undefined) expect(make).toThrow(message);
  });

  test("a meaning is checked where the function is defined", () => {
    const make = () =>
      defineFunction({
        name: "f",
        summary: "f",
        params: [Int],
        returns: Int,
        meaning: "length",
        evaluate: (number) => number,
      });
    expect(codeOf(make)).toBe("E_SCHEME_MEANING");
  });

  test("types may nest eight containers", () => {
    const nested = (depth: number) => ({ f: `${"Array<".repeat(depth)}Int${">".repeat(depth)}` });
    expect(codeOf(() => new Scheme({ fields: fieldsFrom(nested(8)) }))).toBe("none");
    expect(codeOf(() => new Scheme({ fields: fieldsFrom(nested(9)) }))).toBe("E_SCHEME_TYPE");
    expect(codeOf(() => fieldsFrom({ f: "Array<>" }))).toBe("E_SCHEME_TYPE");
  });

  test.each<[what: string, type: unknown]>([
    ["a name", "Bool"],
    ["nothing", undefined],
    ["a kind that is none", { kind: "Float" }],
    ["an array of nothing", { kind: "Array" }],
    ["an array of a name", arrayOf("Int" as never)],
    ["a type within itself", endless],
  ])("%s is no type of a field", (_what, type) => {
    expect(codeOf(() => defineField({ name: "a", type: type as never }))).toBe("E_SCHEME_TYPE");
    expect(codeOf(() => new Scheme({ fields: [{ name: "a", type: type as never }] }))).toBe("E_SCHEME_TYPE");
  });

  test("a definition is frozen where it is written", () => {
    expect(Object.isFrozen(defineField({ name: "a", type: Int }))).toBe(true);
    expect(Object.isFrozen(defineList({ name: "a", kind: "ip" }))).toBe(true);
    expect(length.params).toHaveLength(1);
  });
});

describe("Scheme", () => {
  const scheme = new Scheme({
    fields: [
      { name: "a", type: Bytes, deprecatedAliases: ["old.a"] },
      { name: "b", type: Int, phases: ["late"] },
    ],
    functions: [length],
    lists: [{ name: "office", kind: "ip" }],
  });

  test("finds fields by name and by alias", () => {
    expect(scheme.field("a")?.slot).toBe(0);
    expect(scheme.field("old.a")).toEqual(scheme.field("a"));
    expect(scheme.field("length")).toBeUndefined();
    expect(scheme.field("constructor")).toBeUndefined();
    expect(scheme.function("length")).toBe(length);
    expect(scheme.list("office")?.slot).toBe(0);
  });

  test("narrowed, it keeps slots and judges availability", () => {
    const early = scheme.narrow("early");
    expect(early.field("b")?.slot).toBe(1);
    expect(early.isAvailable(scheme.fields[1]!)).toBe(false);
    expect(early.isAvailable(scheme.fields[0]!)).toBe(true);
    expect(scheme.narrow("late").isAvailable(scheme.fields[1]!)).toBe(true);
    expect(scheme.isAvailable(scheme.fields[1]!)).toBe(true);
  });

  test("extended, it keeps slots and refuses names that are taken", () => {
    const more = scheme.extend({
      fields: [{ name: "c", type: Bool }],
      lists: [{ name: "home", kind: "ip" }],
    });
    expect([more.field("a")?.slot, more.field("c")?.slot, more.list("home")?.slot]).toEqual([0, 2, 1]);
    expect(scheme.field("c")).toBeUndefined();
    expect(codeOf(() => scheme.extend({ fields: [{ name: "a", type: Int }] }))).toBe("E_SCHEME_DUPLICATE");
  });

  test("with other lists, the rest stays", () => {
    const other = scheme.withLists([{ name: "home", kind: "int" }]);
    expect(other.list("office")).toBeUndefined();
    expect(other.list("home")?.list.kind).toBe("int");
    expect(other.field("a")?.slot).toBe(0);
  });
});

describe("contextFrom", () => {
  const scheme = new Scheme({
    fields: fieldsFrom({
      flag: "Bool",
      count: "Int",
      text: "Bytes",
      ip: "Ip",
      list: "Array<Int>",
      map: "Map<Bytes>",
      nested: "Map<Array<Bytes>>",
    }),
  });
  const read = (values: Record<string, unknown>, name: string) =>
    scheme.contextFrom(values).get(scheme.field(name)!.slot);

  test.each<[string, string, unknown, unknown]>([
    ["text as UTF-8", "text", "é", "\xc3\xa9"],
    ["bytes as they are", "text", new Uint8Array([0xff, 0x41]), "\xffA"],
    ["a safe integer", "count", 42, 42],
    ["negative zero as zero", "count", -0, 0],
    ["a bigint that is safe", "count", 42n, 42],
    ["a bigint that is not", "count", 2n ** 63n - 1n, 2n ** 63n - 1n],
    ["an address as text", "ip", "10.0.0.1", 0x0a000001],
    ["an address as a number", "ip", 0xffffffff, 0xffffffff],
    ["an array", "list", [1, 2n], [1, 2]],
    ["an object as a map", "map", { é: "x" }, new Map([["\xc3\xa9", "x"]])],
    ["a map", "nested", new Map([["k", ["v"]]]), new Map([["k", ["v"]]])],
    ["a key that every object has", "map", JSON.parse('{"__proto__":"x"}'), new Map([["__proto__", "x"]])],
    ["null as missing", "text", null, undefined],
    ["undefined as missing", "text", undefined, undefined],
  ])("%s", (_what, name, given, expected) => {
    expect(read({ [name]: given }, name)).toEqual(expected);
  });

  test.each<[string, string, unknown, string]>([
    ["a rounded number", "count", 2 ** 53, "E_INT_UNSAFE"],
    ["a fraction", "count", 1.5, "E_INPUT_TYPE"],
    ["not a number", "count", Number.NaN, "E_INPUT_TYPE"],
    ["beyond 64 bits", "count", 2n ** 63n, "E_INPUT_TYPE"],
    ["text for an Int", "count", "1", "E_INPUT_TYPE"],
    ["a number for text", "text", 1, "E_INPUT_TYPE"],
    ["no address", "ip", "10.0.0", "E_INPUT_TYPE"],
    ["a negative address", "ip", -1, "E_INPUT_TYPE"],
    ["truth as a number", "flag", 1, "E_INPUT_TYPE"],
    ["an element of another type", "list", ["x"], "E_INPUT_TYPE"],
    ["a missing element", "list", [1, undefined], "E_INPUT_TYPE"],
    ["an array for a map", "map", [["a", "b"]], "E_INPUT_TYPE"],
    ["a field that does not exist", "nope", 1, "E_SCHEME_NAME"],
  ])("refuses %s", (_what, name, given, code) => {
    expect(codeOf(() => scheme.contextFrom({ [name]: given }))).toBe(code);
  });
});

describe("ExecutionContext", () => {
  test("reads a field once, and again after reset or invalidation", () => {
    let reads = 0;
    const scheme = new Scheme({
      fields: [
        { name: "n", type: Int, read: () => ++reads },
        { name: "plain", type: Ip },
      ],
    });
    const context = scheme.createContext<object>();
    expect(context.get(0)).toBeUndefined();
    expect(reads).toBe(0);
    context.reset({});
    expect([context.get(0), context.get(0), context.get(1)]).toEqual([1, 1, undefined]);
    context.invalidate(0);
    expect(context.get(0)).toBe(2);
    context.set(0, 7);
    expect(context.get(0)).toBe(7);
    context.reset({});
    expect(context.get(0)).toBe(3);
  });

  test("survives many rounds of setting, invalidating and resetting", () => {
    const scheme = new Scheme({
      fields: [
        { name: "a", type: Int },
        { name: "b", type: Int },
      ],
    });
    const context = scheme.createContext<object>();
    for (let round = 0; round < 50; round++) {
      context.set(round % 2, round);
      if (round % 3 === 0) context.invalidate(round % 2);
      if (round % 7 === 0) context.reset({});
    }
    context.reset({});
    expect([context.get(0), context.get(1)]).toEqual([undefined, undefined]);
  });
});
