import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Budget, utf8Encode } from "../../support/source/language/values.ts";
import { JSON_ANOMALIES, parseJson } from "../../support/source/request/body.ts";
import { DEFAULT_REQUEST_LIMITS } from "../../support/source/request/view.ts";

const limits = { ...DEFAULT_REQUEST_LIMITS, maxJsonDepth: 4, maxJsonValues: 6, maxJsonPathBytes: 60 };

function read(text: string, own = limits) {
  return parseJson(text, own, new Budget(1_000_000));
}

describe("parseJson", () => {
  const cases: [
    text: string,
    pairs: readonly [string, string][],
    error?: string,
    anomalies?: readonly string[],
  ][] = [
    ['{"a":1}', [["a", "1"]]],
    [
      " [ true , null ] ",
      [
        ["0", "true"],
        ["1", "null"],
      ],
    ],
    [
      '{"u":{"t":["x",{"y":-0.5e+2}]}}',
      [
        ["u.t.0", "x"],
        ["u.t.1.y", "-0.5e+2"],
      ],
    ],
    ['"s"', [["", "s"]]],
    ["{}", [["", "{}"]]],
    [
      '{"a":[],"b":{}}',
      [
        ["a", "[]"],
        ["b", "{}"],
      ],
    ],
    [
      '{"a.b":1,"c\\\\":2}',
      [
        ["a\\.b", "1"],
        ["c\\\\", "2"],
      ],
    ],
    ['{"":{"":1}}', [[".", "1"]]],
    ['{"__proto__":1}', [["__proto__", "1"]]],
    ['"\\u00e9\\ud83d\\ude00\\n\\/"', [["", "\xc3\xa9\xf0\x9f\x98\x80\n/"]]],
    ["12345678901234567890", [["", "12345678901234567890"]]],
    [
      '{"a":1,"a":2}',
      [
        ["a", "1"],
        ["a", "2"],
      ],
      "",
      ["json_duplicate_key"],
    ],
    [
      '{"\\u0061":1,"a":2}',
      [
        ["a", "1"],
        ["a", "2"],
      ],
      "",
      ["json_duplicate_key"],
    ],
    ["\xef\xbb\xbf1", [["", "1"]], "", ["json_byte_order_mark"]],
    ['"\xff"', [["", "\xff"]], "", ["json_invalid_utf8"]],
    ['"\\ud83d"', [["", "\xef\xbf\xbd"]], "", ["json_lone_surrogate"]],
    ['"a\tb"', [["", "a\tb"]], "", ["json_control_character"]],
    ["", [], "json_unexpected_end"],
    ['{"a":1', [["a", "1"]], "json_unexpected_end"],
    ['{"a', [], "json_unexpected_end"],
    ["[1}", [["0", "1"]], "json_syntax"],
    ["{,}", [], "json_syntax"],
    ["[,1]", [], "json_syntax"],
    ["[1,,]", [["0", "1"]], "json_syntax"],
    ["[1;2]", [["0", "1"]], "json_syntax"],
    ["{a 1}", [], "json_syntax", ["json_unquoted_key"]],
    ['{"a":(1)}', [], "json_syntax"],
    ["'a", [], "json_unexpected_end", ["json_unusual_quotes"]],
    ["/", [], "json_syntax"],
    ["/* ", [], "json_unexpected_end", ["json_comment"]],
    ['{"a":1})', [["a", "1"]], "json_trailing_data", ["json_several_values"]],
    // What only lenient readers take is read as they do.
    ['{"a":1,}', [["a", "1"]], "", ["json_trailing_comma"]],
    ["[1,]", [["0", "1"]], "", ["json_trailing_comma"]],
    ["{a_$1\xc3\xa9:1}", [["a_$1\xc3\xa9", "1"]], "", ["json_unquoted_key"]],
    ["{\\u0061\\u003cb:1}", [["a<b", "1"]], "", ["json_unquoted_key"]],
    [
      "{a\xc2\xa0:1,b\xef\xbb\xbf:2}",
      [
        ["a", "1"],
        ["b", "2"],
      ],
      "",
      ["json_unquoted_key", "json_unusual_blank"],
    ],
    ["{\\u00g1:1}", [], "json_syntax", []],
    ["{'a':'<'}", [["a", "<"]], "", ["json_unusual_quotes"]],
    ["['a\\'b\\x3c\\v\\0']", [["0", "a'b<\v\0"]], "", ["json_invalid_escape", "json_unusual_quotes"]],
    ["[01]", [["0", "01"]], "", ["json_unusual_literal"]],
    ["[1.]", [["0", "1."]], "", ["json_unusual_literal"]],
    ["[.5]", [["0", ".5"]], "", ["json_unusual_literal"]],
    ["[1e]", [["0", "1e"]], "", ["json_unusual_literal"]],
    ["[+1]", [["0", "+1"]], "", ["json_unusual_literal"]],
    ["[0xFF]", [["0", "0xFF"]], "", ["json_unusual_literal"]],
    ["NaN", [["", "NaN"]], "", ["json_unusual_literal"]],
    [
      "[-Infinity,undefined,True,trueish]",
      [
        ["0", "-Infinity"],
        ["1", "undefined"],
        ["2", "True"],
        ["3", "trueish"],
      ],
      "",
      ["json_unusual_literal"],
    ],
    ['"\\x41"', [["", "A"]], "", ["json_invalid_escape"]],
    ['"\\x4"', [["", "x4"]], "", ["json_invalid_escape"]],
    ['"\\u12g4"', [["", "u12g4"]], "", ["json_invalid_escape"]],
    ['"\\q\\u0041\\ud800\\\r\n"', [["", "qA\xef\xbf\xbd"]], "", ["json_invalid_escape"]],
    ['"\\q\\', [], "json_unexpected_end", ["json_invalid_escape"]],
    ["/**/1", [["", "1"]], "", ["json_comment"]],
    ['{/*"*/"a"/**/:1// b\n# c\n}', [["a", "1"]], "", ["json_comment"]],
    ["\x0b\x0c\xc2\xa0\xe2\x80\xa81\xe2\x80\xa9\xef\xbb\xbf", [["", "1"]], "", ["json_unusual_blank"]],
    // JSON lines, JSON text sequences, values one after the other.
    [
      '{"a":1}\n{"a":2}\n',
      [
        ["a", "1"],
        ["a", "2"],
      ],
      "",
      ["json_several_values"],
    ],
    [
      '\x1e{"a":1}\n\x1e[2]',
      [
        ["a", "1"],
        ["0", "2"],
      ],
      "",
      ["json_several_values"],
    ],
    [
      '{"a":1}x',
      [
        ["a", "1"],
        ["", "x"],
      ],
      "",
      ["json_unusual_literal", "json_several_values"],
    ],
    ["[[[[1]]]]", [["0.0.0.0", "1"]]],
    ["[[[[[1]]]]]", [], "json_too_deep"],
    [
      "[1,2,3,4,5,6]",
      [
        ["0", "1"],
        ["1", "2"],
        ["2", "3"],
        ["3", "4"],
        ["4", "5"],
        ["5", "6"],
      ],
    ],
    [
      "[1,2,3,4,5,6,7]",
      [
        ["0", "1"],
        ["1", "2"],
        ["2", "3"],
        ["3", "4"],
        ["4", "5"],
        ["5", "6"],
      ],
      "json_too_many_values",
    ],
    [`{"${"k".repeat(29)}":[1,2]}`, [[`${"k".repeat(29)}.0`, "1"]], "json_paths_too_long"],
  ];
  test.each(cases)("%j", (text, pairs, error = "", anomalies = []) => {
    const found = read(text);
    expect(found.names.map((name, at) => [name, found.values[at]])).toEqual(pairs);
    expect(found.error).toBe(error);
    expect(found.anomalies).toEqual(anomalies);
  });

  test("every code can occur", () => {
    const seen = new Set(cases.flatMap(([, , , anomalies = []]) => anomalies));
    expect([...seen].sort()).toEqual([...JSON_ANOMALIES].sort());
  });

  test.each<[string, readonly (readonly string[])[]]>([
    ['{"a":{"b":"c","d":1},"a":[2,"e"]}', [["c", "a", "b", "a.b"], ["d", "a.d"], [], ["e"]]],
    ["[1,true,null,[],{}]", [[], [], [], [], []]],
    ['[{"k":[1,2]},{"k":"v"}]', [["k"], [], ["v"]]],
    ["[NaN]", [["NaN"]]],
    [
      '{"a":{"b":{"c":1}},"x":{"b":{"c":1}}}',
      [
        ["a", "b", "a.b", "c", "b.c"],
        ["x", "x.b"],
      ],
    ],
    [
      '{"constructor":{"x":1,"prototype":{}}}',
      [
        ["constructor", "x", "constructor.x"],
        ["prototype", "constructor.prototype"],
      ],
    ],
    ['{"a":[[{"b":1}]]}', [["a", "b", "a.b"]]],
    [
      '{"x y":{"; z":1,"x":{"; z":2}}}',
      [
        ["x y", "; z", "x y.; z"],
        ["x", "x y.x", "x.; z"],
      ],
    ],
  ])("every key and string of %s is an input once", (text, inputs) => {
    expect(read(text).inputs).toEqual(inputs);
  });

  test("counts containers", () => {
    expect(read('{"a":[{"b":1}],"c":2}').depth).toBe(3);
    expect(read("1").depth).toBe(0);
    expect(read("[]").depth).toBe(1);
  });

  test("agrees with JSON.parse on what is JSON, and on its scalars", () => {
    const damage = fc.tuple(fc.nat(), fc.constantFrom("", ",", '"', "}", "]", "0", "\\", "x"));
    fc.assert(
      fc.property(fc.json({ maxDepth: 6 }), fc.option(damage), (json, broken) => {
        const at = broken === null ? 0 : broken[0] % (json.length + 1);
        const text = broken === null ? json : json.slice(0, at) + broken[1] + json.slice(at + 1);
        const found = read(utf8Encode(text), DEFAULT_REQUEST_LIMITS);
        let parsed: unknown;
        try {
          parsed = JSON.parse(text);
        } catch {
          expect(found.error === "" ? found.anomalies : ["refused"]).not.toEqual([]);
          return;
        }
        expect(found.error).toBe("");
        if (found.anomalies.includes("json_duplicate_key")) return;
        expect(found.values.length).toBe(countLeaves(parsed));
      }),
      { numRuns: 1000 },
    );
  });
});

function countLeaves(value: unknown): number {
  if (typeof value !== "object" || value === null) return 1;
  const children = Object.values(value);
  return children.length === 0 ? 1 : children.reduce((sum: number, child) => sum + countLeaves(child), 0);
}
