// Types of evaluators and readers follow from the declaration. The compiler checks these lines; running them checks little.
import { describe, expect, expectTypeOf, test } from "vitest";
import {
  arrayOf,
  Bool,
  Bytes,
  defineField,
  defineFunction,
  Int,
  Ip,
  mapOf,
  type Value,
  type WafRequest,
} from "../../support/source/index.ts";
import type { ArrayType, IntValue, IpValue, MapType, Type } from "../../support/source/language/values.ts";

const base = { name: "f", summary: "A function.", params: [] };

describe("arguments of a function", () => {
  test("are of the types that stand for its parameters", () => {
    const made = defineFunction({
      ...base,
      params: [Bytes, Int, Ip, Bool, arrayOf(Int), mapOf(arrayOf(Bytes))],
      returns: Int,
      evaluate: (...args) => {
        expectTypeOf(args).toEqualTypeOf<
          [string, IntValue, IpValue, boolean, readonly IntValue[], ReadonlyMap<string, readonly string[]>]
        >();
        return args.length;
      },
    });
    expect(made.params.map(({ kind, name }) => [kind, name])).toEqual(
      [1, 2, 3, 4, 5, 6].map((at) => ["either", `argument ${at}`]),
    );
    expect(made.evaluate("", 1, 2, true, [], new Map())).toBe(6);
  });

  test("may be undefined when they are optional, or nil is received", () => {
    const text = { name: "text", type: Bytes, kind: "dynamic" } as const;
    const limit = { name: "limit", type: Int, kind: "literal", optional: true } as const;
    defineFunction({
      ...base,
      params: [text, limit],
      returns: Bytes,
      evaluate: (...args) => {
        expectTypeOf(args).toEqualTypeOf<[string, IntValue | undefined]>();
        return args[0];
      },
    });
    const made = defineFunction({
      ...base,
      params: [text, { name: "part", type: [Bytes, Int], kind: "either" }],
      variadic: { name: "more", type: Ip, kind: "either" },
      nil: "receive",
      returns: Bool,
      evaluate: (first, second, ...more) => {
        expectTypeOf(first).toEqualTypeOf<string | undefined>();
        expectTypeOf(second).toEqualTypeOf<string | IntValue | undefined>();
        expectTypeOf(more).toEqualTypeOf<(IpValue | undefined)[]>();
        return second === undefined;
      },
    });
    expect(made.evaluate("a", undefined)).toBe(true);
  });

  test("are what a test of types accepts", () => {
    const isContainer = (type: Type): type is ArrayType | MapType =>
      type.kind === "Array" || type.kind === "Map";
    defineFunction({
      ...base,
      params: [
        { name: "container", type: isContainer, typeLabel: "a container", kind: "dynamic" },
        { name: "any", type: () => true, typeLabel: "anything", kind: "dynamic" },
      ],
      returns: (types) => types[1],
      evaluate: (container, any) => {
        expectTypeOf(container).toEqualTypeOf<readonly Value[] | ReadonlyMap<string, Value>>();
        expectTypeOf(any).toEqualTypeOf<Value>();
        return any;
      },
    });
  });

  test("are literals of these types for `prepare`, and its evaluator is typed as well", () => {
    const made = defineFunction({
      ...base,
      params: [
        { name: "text", type: Bytes, kind: "dynamic" },
        { name: "key", type: Bytes, kind: "literal" },
        { name: "either", type: Bool, kind: "either" },
        { name: "times", type: Int, kind: "literal", optional: true },
      ],
      returns: Bytes,
      prepare: ([text, key, either, times]) => {
        expectTypeOf(text.literal).toEqualTypeOf<undefined>();
        expectTypeOf(key.literal).toEqualTypeOf<string>();
        expectTypeOf(times?.literal).toEqualTypeOf<IntValue | undefined>();
        expectTypeOf(either.literal).toEqualTypeOf<boolean | undefined>();
        return (subject) => subject + key.literal;
      },
      evaluate: (text) => text,
    });
    const info = { type: Bytes, field: undefined };
    const context = { patterns: {} as never, limits: {} as never };
    const args = [undefined, "b", true].map((literal) => ({ ...info, literal }));
    const prepared = made.prepare?.(args, context);
    expect(typeof prepared === "function" ? prepared("a") : prepared).toBe("ab");
  });

  test("and what does not fit is an error of the compiler", () => {
    // @ts-expect-error a number where Bytes are declared
    defineFunction({ ...base, returns: Bytes, evaluate: () => 1 });
    const int = { ...base, params: [Int], returns: Bool } as const;
    // @ts-expect-error an argument taken for another type
    defineFunction({ ...int, evaluate: (text: string) => text === "" });
    const received = { ...base, params: [Bytes], nil: "receive", returns: Int } as const;
    // @ts-expect-error nil is received, so an argument may be undefined
    defineFunction({ ...received, evaluate: (text) => text.length });
    const fold = { ...base, params: [Bytes], returns: Bytes, evaluate: String } as const;
    // @ts-expect-error a misspelt meaning
    expect(() => defineFunction({ ...fold, meaning: "lower" })).toThrow("there is no meaning");
  });
});

describe("a field's reader", () => {
  test("answers in the type of the field", () => {
    const fields = [
      defineField({ name: "a", type: Bytes, read: (request: WafRequest) => request.path }),
      defineField({ name: "b", type: arrayOf(Int), read: () => [1, 2n] }),
      defineField({
        name: "c",
        type: mapOf(Bool),
        derivesFrom: ["headers"],
        read: () => new Map([["x", true]]),
      }),
      defineField<WafRequest>({ name: "d", type: Int, read: ({ view }) => view.remotePort }),
      defineField({ name: "e", type: Ip }),
      defineField({ name: "i", type: Bool, load: async ({ path }: WafRequest) => path === "/" }),
      defineField({
        name: "j",
        type: arrayOf(Bytes),
        loadTimeout: 50,
        load: async (_request: WafRequest, { signal, budget }) => {
          expectTypeOf(signal).toEqualTypeOf<AbortSignal>();
          expectTypeOf(budget.remaining).toEqualTypeOf<number>();
          return ["x"];
        },
      }),
      // @ts-expect-error a number where Bytes are declared
      defineField({ name: "k", type: Bytes, load: async () => 5 }),
      // @ts-expect-error text where an Int is declared
      defineField({ name: "f", type: Int, read: (request: WafRequest) => request.path }),
      // @ts-expect-error elements of another type
      defineField({ name: "g", type: arrayOf(Bytes), read: () => [1] }),
    ];
    expect(fields.every(Object.isFrozen)).toBe(true);
    // @ts-expect-error a source that is none
    expect(() => defineField({ name: "h", type: Bytes, derivesFrom: ["cookies"] })).toThrow("cookies");
  });
});
