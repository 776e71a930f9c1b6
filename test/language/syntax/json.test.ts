import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { arbitraryAst } from "../../support/arbitrary-ast.ts";
import { parsed } from "../../support/parsed.ts";
import {
  type Expression,
  type FromJsonOptions,
  fromJson,
  type JsonExpression,
  printExpression,
  sameSyntax,
  toJson,
} from "../../support/source/language/syntax.ts";

const ROOMY = { limits: { maxNestingDepth: 2000, maxNodes: 100_000 } };

function read(value: unknown, options: FromJsonOptions = ROOMY): Expression {
  const result = fromJson(value, options);
  if (!result.ok) throw new Error(JSON.stringify(result.errors[0]));
  return result.value;
}

function faults(value: unknown, options: FromJsonOptions = {}) {
  const result = fromJson(value, options);
  return result.ok ? [] : result.errors.map(({ code, pointer }) => [code, pointer ?? "text"]);
}

const lhs = (left: unknown, op: string, rhs: unknown) => ({ lhs: left, op, rhs });

/** Text, its interchange form, and its text after the way back where that differs. */
const FORMS: [text: string, json: unknown, back?: string][] = [
  ["a", { lhs: "a", op: "IsTrue" }],
  ["not a", { op: "Not", arg: { lhs: "a", op: "IsTrue" } }],
  [
    "a and b.c and not d",
    {
      op: "And",
      items: [
        { lhs: "a", op: "IsTrue" },
        { lhs: "b.c", op: "IsTrue" },
        { op: "Not", arg: { lhs: "d", op: "IsTrue" } },
      ],
    },
  ],
  [
    "a or b xor c",
    {
      op: "Or",
      items: [
        { lhs: "a", op: "IsTrue" },
        {
          op: "Xor",
          items: [
            { lhs: "b", op: "IsTrue" },
            { lhs: "c", op: "IsTrue" },
          ],
        },
      ],
    },
  ],
  ["n eq 42", lhs("n", "Equal", 42)],
  ["n ne 0x10", lhs("n", "NotEqual", 16), "n ne 16"],
  ["n lt -5", lhs("n", "LessThan", -5)],
  ["n le 9223372036854775807", lhs("n", "LessThanEqual", "9223372036854775807")],
  ["n gt 9007199254740991", lhs("n", "GreaterThan", 9007199254740991)],
  ["n ge 052", lhs("n", "GreaterThanEqual", 42), "n ge 42"],
  ["n bitwise_and 3", lhs("n", "BitwiseAnd", 3)],
  ['s contains "é"', lhs("s", "Contains", "é")],
  ['s contains "1.2.3.4"', lhs("s", "Contains", "1.2.3.4")],
  ["s contains 61:62", lhs("s", "Contains", [0x61, 0x62]), 's contains "ab"'],
  ["s contains 10.20.30.40", lhs("s", "Contains", [16, 32, 48, 64]), 's contains "\\x10 0@"'],
  ['s matches "a[\\"]"', lhs("s", "Matches", 'a[\\"]'), 's matches r#"a[\\"]"#'],
  ['s wildcard r"a*"', lhs("s", "Wildcard", "a*"), 's wildcard "a*"'],
  ['s strict wildcard "a*"', lhs("s", "Strict Wildcard", "a*")],
  ['s eq "\\xff"', lhs("s", "Equal", [255])],
  ['s eq ""', lhs("s", "Equal", "")],
  ["s eq 12-34", lhs("s", "Equal", [0x12, 0x34]), 's eq "\\x124"'],
  // Text beside an operand of unknown type: what spells an address is one, so a string that does is written as bytes.
  ["ip eq 192.0.2.7", lhs("ip", "Equal", "192.0.2.7")],
  ["ip eq 2001:DB8::1", lhs("ip", "Equal", "2001:DB8::1")],
  ['s eq "::"', lhs("s", "Equal", [58, 58])],
  [
    's eq "9223372036854775807"',
    lhs(
      "s",
      "Equal",
      Array.from("9223372036854775807", (d) => d.charCodeAt(0)),
    ),
  ],
  ['s eq "42"', lhs("s", "Equal", "42")],
  ["b eq true", lhs("b", "Equal", true)],
  ["n eq 08", lhs("n", "Equal", { atom: "08" })],
  ["ip eq 192.0.2.7/24", lhs("ip", "Equal", { atom: "192.0.2.7/24" })],
  ["a eq b", lhs("a", "Equal", { kind: "IndexExpr", value: "b" })],
  [
    "n in {80 8000..8080 -3..0x10 }",
    lhs("n", "OneOf", [
      { start: 80, end: 80 },
      { start: 8000, end: 8080 },
      { start: -3, end: 16 },
    ]),
    "n in {80 8000..8080 -3..16}",
  ],
  [
    "ip in {10.0.0.0/8 ::1 10.0.0.1..10.0.0.9}",
    lhs("ip", "OneOf", ["10.0.0.0/8", "::1", { start: "10.0.0.1", end: "10.0.0.9" }]),
  ],
  ['s in {"a" 61:62 1..x}', lhs("s", "OneOf", ["a", [97, 98], { atom: "1..x" }]), 's in {"a" "ab" 1..x}'],
  ["s in {}", lhs("s", "OneOf", [])],
  ["ip in $cf.malware", lhs("ip", "InList", "cf.malware")],
  [
    'f(a[*], "x", 1, true, a eq 1)[2]["k"] eq "v"',
    lhs(
      [
        {
          name: "f",
          args: [
            { kind: "IndexExpr", value: ["a", { kind: "MapEach" }] },
            { kind: "Literal", value: "x" },
            { kind: "Literal", value: 1 },
            { kind: "Literal", value: true },
            { kind: "SimpleExpr", value: lhs("a", "Equal", 1) },
          ],
        },
        { kind: "ArrayIndex", value: 2 },
        { kind: "MapKey", value: "k" },
      ],
      "Equal",
      "v",
    ),
  ],
  ["a[08]", { lhs: ["a", { kind: "ArrayIndex", value: { atom: "08" } }], op: "IsTrue" }],
  ["f()", { lhs: { name: "f", args: [] }, op: "IsTrue" }],
  ['any(a[*] eq "x")', { op: "Any", arg: lhs(["a", { kind: "MapEach" }], "Equal", "x") }],
  ["all(a)", { op: "All", arg: { lhs: "a", op: "IsTrue" } }],
  ['"x"', { kind: "Literal", value: "x" }],
];

describe("the interchange form", () => {
  test.each<(typeof FORMS)[number]>(FORMS)("%s", (text, json, back = text) => {
    const written = toJson(parsed(text));
    expect(written).toEqual(json);
    expect(printExpression(read(JSON.parse(JSON.stringify(written))))).toBe(back.replaceAll("  ", " "));
  });

  test("loses nothing but the spelling of literals", () => {
    fc.assert(
      fc.property(arbitraryAst, (ast) => {
        const written = toJson(ast);
        const json = JSON.parse(JSON.stringify(written)) as JsonExpression;
        expect(json).toEqual(written);
        const back = read(json);
        expect(toJson(back)).toEqual(toJson(spelled(ast)));
        expect(sameSyntax(spelled(ast), spelled(back)), printExpression(back)).toBe(true);
      }),
      { numRuns: 1500 },
    );
  });

  test("gives spans in the canonical text", () => {
    const tree = read(lhs("http.host", "Equal", { kind: "IndexExpr", value: "b" }));
    expect(tree).toEqual(parsed(printExpression(tree)));
  });

  test("reads text by the operand's type where that is known", () => {
    const typeOf: FromJsonOptions["typeOf"] = ({ base }) =>
      base.kind === "identifier"
        ? base.name === "ip"
          ? "Ip"
          : base.name === "n"
            ? "Int"
            : "Bytes"
        : undefined;
    const text = (value: unknown) => printExpression(read(value, { typeOf }));
    expect(text(lhs("s", "Equal", "192.0.2.7"))).toBe('s eq "192.0.2.7"');
    expect(text(lhs("ip", "Equal", "192.0.2.7"))).toBe("ip eq 192.0.2.7");
    expect(text(lhs("n", "Equal", "9223372036854775807"))).toBe("n eq 9223372036854775807");
    expect(text(lhs("s", "OneOf", ["::1", "9223372036854775807"]))).toBe(
      's in {"::1" "9223372036854775807"}',
    );
    expect(text(lhs({ name: "f", args: [] }, "Equal", "::1"))).toBe("f() eq ::1");
  });

  test("accepts an argument where a condition stands, and single items", () => {
    expect(printExpression(read({ op: "Any", arg: { kind: "IndexExpr", value: "a" } }))).toBe("any(a)");
    expect(printExpression(read({ op: "And", items: [{ lhs: "a", op: "IsTrue" }] }))).toBe("a");
    expect(printExpression(read({ kind: "SimpleExpr", value: { lhs: "a", op: "IsTrue" } }))).toBe("a");
    expect(printExpression(read(lhs("n", "OneOf", [5])))).toBe("n in {5}");
  });
});

describe("faulty interchange values", () => {
  const ok = { lhs: "a", op: "IsTrue" };
  test.each<[string, unknown, [string, string][]]>([
    ["nothing", undefined, [["E_DOC_TYPE", ""]]],
    ["null", null, [["E_DOC_TYPE", ""]]],
    ["text", "a", [["E_DOC_TYPE", ""]]],
    ["an array", [ok], [["E_DOC_TYPE", ""]]],
    ["an empty object", {}, [["E_DOC_MISSING", ""]]],
    ["an unknown operator", lhs("a", "Equals", 1), [["E_DOC_VALUE", "/op"]]],
    ["an operator of Object.prototype", lhs("a", "constructor", 1), [["E_DOC_VALUE", "/op"]]],
    ["an operator that is no text", lhs("a", ["Equal"] as never, 1), [["E_DOC_VALUE", "/op"]]],
    ["no left side", { op: "IsTrue" }, [["E_DOC_MISSING", ""]]],
    ["no right side", { lhs: "a", op: "Equal" }, [["E_DOC_MISSING", ""]]],
    ["no items", { op: "And" }, [["E_DOC_MISSING", ""]]],
    ["empty items", { op: "And", items: [] }, [["E_DOC_RANGE", "/items"]]],
    ["items of a wrong type", { op: "Or", items: ok }, [["E_DOC_TYPE", "/items"]]],
    [
      "several faulty items",
      { op: "Or", items: [ok, 1, { op: "Not" }] },
      [
        ["E_DOC_TYPE", "/items/1"],
        ["E_DOC_MISSING", "/items/2"],
      ],
    ],
    ["a name that is none", { lhs: "a b", op: "IsTrue" }, [["E_DOC_VALUE", "/lhs"]]],
    ["a name that would be an expression", { lhs: "a or b", op: "IsTrue" }, [["E_DOC_VALUE", "/lhs"]]],
    ["a keyword as a name", { lhs: "not", op: "IsTrue" }, [["E_DOC_VALUE", "/lhs"]]],
    ["a call without arguments", { lhs: { name: "f" }, op: "IsTrue" }, [["E_DOC_MISSING", "/lhs"]]],
    ["an unknown kind", { kind: "Other", value: 1 }, [["E_DOC_VALUE", "/kind"]]],
    ["an unknown index", { lhs: ["a", { kind: "Slice" }], op: "IsTrue" }, [["E_DOC_VALUE", "/lhs/1/kind"]]],
    ["an index without a kind", { lhs: ["a", {}], op: "IsTrue" }, [["E_DOC_MISSING", "/lhs/1"]]],
    [
      "a position that is text",
      { lhs: ["a", { kind: "ArrayIndex", value: "k" }], op: "IsTrue" },
      [["E_DOC_TYPE", "/lhs/1/value"]],
    ],
    ["no base", { lhs: [], op: "IsTrue" }, [["E_DOC_RANGE", "/lhs"]]],
    ["a fraction", lhs("n", "Equal", 1.5), [["E_DOC_VALUE", "/rhs"]]],
    ["an unsafe number", lhs("n", "Equal", 2 ** 53), [["E_DOC_VALUE", "/rhs"]]],
    ["bytes out of range", lhs("s", "Equal", [256]), [["E_DOC_VALUE", "/rhs"]]],
    ["an atom that is none", lhs("s", "Equal", { atom: "1 or true" }), [["E_DOC_VALUE", "/rhs/atom"]]],
    ["a pattern that is no text", lhs("s", "Matches", [1]), [["E_DOC_TYPE", "/rhs"]]],
    ["text for bits", lhs("n", "BitwiseAnd", "x"), [["E_DOC_TYPE", "/rhs"]]],
    ["a number for a wildcard", lhs("s", "Wildcard", 1), [["E_DOC_TYPE", "/rhs"]]],
    [
      "a condition on the right",
      lhs("a", "Equal", { kind: "SimpleExpr", value: { op: "Not", arg: ok } }),
      [["E_DOC_VALUE", "/rhs"]],
    ],
    ["a list's name that is none", lhs("s", "InList", "a b"), [["E_DOC_VALUE", "/rhs"]]],
    ["a Bool in a set", lhs("s", "OneOf", [true]), [["E_DOC_TYPE", "/rhs/0"]]],
    ["half a range", lhs("n", "OneOf", [{ start: 1 }]), [["E_DOC_MISSING", "/rhs/0"]]],
    ["a range of words", lhs("n", "OneOf", [{ start: 1, end: "b" }]), [["E_DOC_VALUE", "/rhs/0/end"]]],
  ])("%s", (_, value, expected) => {
    expect(faults(value)).toEqual(expected);
  });

  test("warn of unknown members, and know only own ones", () => {
    const result = fromJson(
      JSON.parse('{"lhs":"a","op":"IsTrue","__proto__":{"op":"x"},"constructor":1,"a/b":2}'),
    );
    expect(result.ok && result.warnings.map(({ code, pointer }) => [code, pointer])).toEqual([
      ["W_DOC_UNKNOWN_MEMBER", "/__proto__"],
      ["W_DOC_UNKNOWN_MEMBER", "/constructor"],
      ["W_DOC_UNKNOWN_MEMBER", "/a~1b"],
    ]);
    expect(faults(Object.create({ lhs: "a", op: "IsTrue" }))).toEqual([["E_DOC_MISSING", ""]]);
    expect(JSON.stringify(result)).not.toContain("undefined");
  });

  test("stop at the limits, whatever the shape", () => {
    const deep = (levels: number) => {
      let value: unknown = { lhs: "a", op: "IsTrue" };
      for (let at = 0; at < levels; at++) value = { op: "Not", arg: value };
      return value;
    };
    expect(faults(deep(128))).toEqual([]);
    expect(faults(deep(129))).toEqual([["E_NESTING_LIMIT", "text"]]);
    expect(faults(deep(100_000)).map(([code]) => code)).toEqual(["E_NESTING_LIMIT"]);
    const self: { op: string; items: unknown[] } = { op: "And", items: [] };
    self.items.push(self, self);
    expect(faults(self).map(([code]) => code)).toEqual(["E_NESTING_LIMIT"]);
    const wide = { op: "Or", items: Array.from({ length: 20_001 }, () => ({ lhs: "a", op: "IsTrue" })) };
    expect(faults(wide).map(([code]) => code)).toEqual(["E_EXPR_TOO_LONG"]);
    expect(faults({ op: "Or", items: Array.from({ length: 1000 }, () => 1) })).toHaveLength(50);
  });

  test("never throw, and point into the value", () => {
    const member = fc.constantFrom(
      "op",
      "items",
      "arg",
      "lhs",
      "rhs",
      "kind",
      "value",
      "name",
      "args",
      "start",
      "end",
      "atom",
      "__proto__",
      "x",
    );
    const word = fc.oneof(
      fc.constantFrom(
        "And",
        "Not",
        "Any",
        "IsTrue",
        "Equal",
        "OneOf",
        "InList",
        "Matches",
        "MapEach",
        "MapKey",
        "ArrayIndex",
        "Literal",
        "IndexExpr",
        "SimpleExpr",
        "a",
        "1.2.3.4",
        "\ud800",
        "constructor",
      ),
      fc.string(),
    );
    const { value } = fc.letrec<{ value: unknown }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 5 },
        word,
        fc.constantFrom<unknown>(null, true, 1, -1, 0.5, 1e300),
        fc.array(tie("value"), { maxLength: 4 }),
        fc.array(fc.tuple(member, tie("value")), { maxLength: 4 }).map((entries) => {
          const made: Record<string, unknown> = {};
          for (const [name, content] of entries)
            Object.defineProperty(made, name, { value: content, enumerable: true, configurable: true });
          return made;
        }),
      ),
    }));
    fc.assert(
      fc.property(value, (json) => {
        const result = fromJson(json);
        for (const { pointer } of result.ok ? [] : result.errors)
          expect(resolves(json, pointer ?? "")).toBe(true);
      }),
      { numRuns: 3000 },
    );
  });

  test("of every mutation of a valid form are told, or it stays readable", () => {
    fc.assert(
      fc.property(
        arbitraryAst,
        fc.nat(),
        fc.constantFrom<unknown>(null, 0, "x", [], {}, undefined),
        (ast, seed, put) => {
          const json = JSON.parse(JSON.stringify(toJson(ast))) as unknown;
          const places: (() => void)[] = [];
          collect(json, put, places);
          places[seed % Math.max(1, places.length)]?.();
          const result = fromJson(json, ROOMY);
          if (result.ok) expect(fromJson(toJson(result.value), ROOMY).ok).toBe(true);
          else expect(result.errors.length).toBeGreaterThan(0);
        },
      ),
      { numRuns: 1000 },
    );
  });
});

function collect(value: unknown, put: unknown, places: (() => void)[]): void {
  if (typeof value !== "object" || value === null) return;
  for (const name of Object.keys(value)) {
    places.push(() => {
      (value as Record<string, unknown>)[name] = put;
    });
    collect((value as Record<string, unknown>)[name], put, places);
  }
}

function resolves(value: unknown, pointer: string): boolean {
  let at = value;
  for (const step of pointer.split("/").slice(1)) {
    if (typeof at !== "object" || at === null) return false;
    const name = step.replaceAll("~1", "/").replaceAll("~0", "~");
    if (!Object.hasOwn(at, name)) return false;
    at = (at as Record<string, unknown>)[name];
  }
  return true;
}

/** The tree with every literal in the one spelling that the interchange form leaves. */
function spelled<T>(node: T, context: "any" | "bytes" | "int" | "item" = "any"): T {
  if (Array.isArray(node)) return node.map((item) => spelled(item, context)) as T;
  if (typeof node !== "object" || node === null) return node;
  const { kind, operator } = node as { kind?: string; operator?: string };
  const inner =
    operator === "contains"
      ? "bytes"
      : operator === "bitwise_and" || kind === "position"
        ? "int"
        : kind === "set"
          ? "item"
          : "any";
  const made = Object.fromEntries(
    Object.entries(node).map(([name, value]) => [name, spelled(value, name === "left" ? "any" : inner)]),
  );
  if (kind === "string") return { ...made, form: "quoted" } as T;
  if (kind === "regex") return { ...made, form: "raw" } as T;
  if (kind !== "atom") return made as T;
  const text = String(made["text"]);
  const bytes = context === "int" ? undefined : BYTE_LISTS.get(text);
  if (bytes !== undefined && (context === "bytes" || text !== ADDRESS_OR_BYTES)) {
    return { kind: "string", form: "quoted", value: bytes } as T;
  }
  const asWritten = context === "bytes" || (context !== "item" && text.includes(".."));
  return { ...made, text: asWritten ? text : (INTEGERS.get(text) ?? text) } as T;
}

/** What the atoms of the arbitrary trees mean, by hand. */
const INTEGERS = new Map([
  ["0x2A", "42"],
  ["052", "42"],
  ["0x1", "1"],
  ["0123..0xef", "83..239"],
]);
const ADDRESS_OR_BYTES = "aa:bb:cc:dd:ee:ff:00:11";
const BYTE_LISTS = new Map([
  ["48:65:6c", "Hel"],
  ["61-62.63", "abc"],
  [ADDRESS_OR_BYTES, "\xaa\xbb\xcc\xdd\xee\xff\0\x11"],
]);

test("a tree that no text has is misuse", () => {
  const tree = parsed('a eq "b"');
  if (tree.kind !== "comparison") throw new Error(tree.kind);
  expect(() => toJson({ ...tree, operator: "in" })).toThrow(
    expect.objectContaining({
      code: "E_SYNTAX_TREE",
      message: expect.stringContaining("takes a set or a list"),
    }),
  );
});
