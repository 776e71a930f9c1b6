import { describe, expect, test } from "vitest";
import { RICH_LISTS, RICH_SCHEME } from "../../support/arbitrary-expression.ts";
import {
  compileFilter,
  compileTrace,
  compileTracedReasons,
  compileValue,
  MOST_ELEMENTS,
  type Trace,
  type TraceStep,
} from "../../support/source/language/compile.ts";

function trace(text: string, values: Readonly<Record<string, unknown>>): Trace {
  const compiled = compileFilter(text, RICH_SCHEME);
  if (!compiled.ok) throw new Error(compiled.errors[0]?.message);
  const lists = Object.fromEntries(RICH_SCHEME.lists.map(({ name }, at) => [name, RICH_LISTS[at]!]));
  return compileTrace(compiled.value)(RICH_SCHEME.contextFrom(values as never, lists));
}

function find(step: TraceStep, text: string): TraceStep | undefined {
  if (step.text === text) return step;
  return step.parts.map((part) => find(part, text)).find((found) => found !== undefined);
}

describe("steps", () => {
  test("carry the value of every part, and none where the turn never came", () => {
    const { root, value } = trace('n > 1 and s == "a" and b', { n: 5, s: "x", b: true });
    expect(value).toBe(false);
    expect(find(root, "n > 1")).toMatchObject({ evaluated: true, value: true });
    expect(find(root, "n")).toMatchObject({ evaluated: true, value: 5 });
    expect(find(root, 's == "a"')).toMatchObject({ evaluated: true, value: false });
    expect(find(root, "b")).toMatchObject({ evaluated: false, value: undefined });
  });

  test("stand in the order of the text, however costly", () => {
    expect(trace("c and b", { b: false, c: true }).root.parts.map(({ text }) => text)).toEqual(["c", "b"]);
  });

  test("show missing values", () => {
    expect(find(trace("len(s) > 0", {}).root, "len(s)")).toMatchObject({ evaluated: true, value: undefined });
  });

  test("hold a bounded number of elements", () => {
    const words = Array.from({ length: 1000 }, () => "a");
    const { root } = trace('any(words[*] == "b")', { words });
    const step = find(root, 'words[*] == "b"');
    expect(step?.elements).toHaveLength(MOST_ELEMENTS);
    expect(step?.evaluated).toBe(true);
  });

  test("of a literal have its value, though nothing computes it", () => {
    const { root } = trace('s == "a" and true', { s: "a" });
    expect(find(root, '"a"')).toMatchObject({ evaluated: true, value: "a" });
    expect(find(root, "true")).toMatchObject({ evaluated: true, value: true });
  });

  test("know nothing of the request before", () => {
    const compiled = compileFilter('any(words[*] == "a") and b', RICH_SCHEME);
    if (!compiled.ok) throw new Error("refused");
    const tracer = compileTrace(compiled.value);
    const run = (values: Readonly<Record<string, unknown>>) =>
      tracer(RICH_SCHEME.contextFrom(values as never));
    run({ words: ["x", "a"], b: true });
    const { root, reasons } = run({ words: [], b: true });
    expect(find(root, 'words[*] == "a"')).toMatchObject({ evaluated: false, elements: [] });
    expect(find(root, "b")).toMatchObject({ evaluated: false, value: undefined });
    expect(reasons.map(({ text, actual }) => [text, actual])).toEqual([['words[*] == "a"', undefined]]);

    const every = compileFilter('all(words[*] == "a")', RICH_SCHEME);
    if (!every.ok) throw new Error("refused");
    const reasonsOf = compileTracedReasons(every.value);
    const [first] = reasonsOf(RICH_SCHEME.contextFrom({ words: ["a"] } as never)).reasons;
    const [second] = reasonsOf(RICH_SCHEME.contextFrom({ words: [] } as never)).reasons;
    expect([first?.actual, second?.actual]).toEqual(["a", undefined]);
  });

  test("exist for value expressions, too", () => {
    const compiled = compileValue("concat(s, t)", RICH_SCHEME);
    if (!compiled.ok) throw new Error("refused");
    const result = compileTrace(compiled.value)(RICH_SCHEME.contextFrom({ s: "a", t: "b" } as never));
    expect(result).toMatchObject({ value: "ab", reasons: [] });
  });
});

describe("reasons", () => {
  test.each<[string, Record<string, unknown>, boolean, readonly (readonly [string, boolean, unknown])[]]>([
    ['s == "a"', { s: "b" }, false, [['s == "a"', false, "b"]]],
    ["b", {}, false, [["b", false, undefined]]],
    ["not b", { b: true }, false, [["b", true, true]]],
    [
      "n > 1 and b",
      { n: 2, b: true },
      true,
      [
        ["n > 1", true, 2],
        ["b", true, true],
      ],
    ],
    ["n > 1 and b", { n: 0, b: true }, false, [["n > 1", false, 0]]],
    ["n > 1 or b", { n: 0, b: true }, true, [["b", true, true]]],
    [
      "n > 1 or b",
      { n: 0, b: false },
      false,
      [
        ["n > 1", false, 0],
        ["b", false, false],
      ],
    ],
    ["not (n > 1 or b)", { n: 2 }, false, [["n > 1", true, 2]]],
    [
      "b xor c",
      { b: true, c: true },
      false,
      [
        ["b", true, true],
        ["c", true, true],
      ],
    ],
    ["b and true", { b: true }, true, [["b", true, true]]],
    ["false or b", { b: true }, true, [["b", true, true]]],
    ["any(flags)", { flags: [false, true] }, true, [["flags", true, [false, true]]]],
    [
      "b xor c",
      { b: true, c: false },
      true,
      [
        ["b", true, true],
        ["c", false, false],
      ],
    ],
    ['any(words[*] == "b")', { words: ["a", "b", "c"] }, true, [['words[*] == "b"', true, "b"]]],
    ['all(words[*] == "b")', { words: ["b", "c"] }, false, [['words[*] == "b"', false, "c"]]],
    ['any(not words[*] == "b")', { words: ["b", "c"] }, true, [['words[*] == "b"', false, "c"]]],
    ['any(words[*] == "b")', { words: ["a", "c"] }, false, [['words[*] == "b"', false, "c"]]],
    ['all(words[*] == "b")', { words: ["b", "b"] }, true, [['words[*] == "b"', true, "b"]]],
    [
      'any(words[*] == "a" or words[*] == "b")',
      { words: ["c", "b"] },
      true,
      [['words[*] == "b"', true, "b"]],
    ],
    [
      'any(words[*] == "b" or not words[*] == "a")',
      { words: ["c"] },
      true,
      [['words[*] == "a"', false, "c"]],
    ],
    [
      'any(words[*] == "z" or (words[*] == "b" and not words[*] == "c"))',
      { words: ["b"] },
      true,
      [
        ['words[*] == "b"', true, "b"],
        ['words[*] == "c"', false, "b"],
      ],
    ],
    // Each part of an exclusive `or` has its own result.
    [
      'any(words[*] == "d" xor words[*] == "c")',
      { words: ["a", "c"] },
      true,
      [
        ['words[*] == "d"', false, "c"],
        ['words[*] == "c"', true, "c"],
      ],
    ],
    [
      'all(words[*] == "c" xor not words[*] == "d")',
      { words: ["d", "c", "a"] },
      false,
      [
        ['words[*] == "c"', false, "d"],
        ['words[*] == "d"', true, "d"],
      ],
    ],
    [
      'any((words[*] == "b" or words[*] == "c") xor (words[*] == "d" and words[*] == "c"))',
      { words: ["a", "c"] },
      true,
      [
        ['words[*] == "c"', true, "c"],
        ['words[*] == "d"', false, "c"],
      ],
    ],
    [
      'any(words[*] == "b" xor words[*] == "c" xor words[*] == "d")',
      {},
      false,
      [
        ['words[*] == "b"', false, undefined],
        ['words[*] == "c"', false, undefined],
        ['words[*] == "d"', false, undefined],
      ],
    ],
    [
      'any(words[*] == "b")',
      { words: [...new Array(MOST_ELEMENTS).fill("a"), "b"] },
      true,
      [['words[*] == "b"', true, "b"]],
    ],
    ["ip in $some_ips", { ip: "10.0.0.1" }, true, [["ip in $some_ips", true, 0x0a000001]]],
  ])("%s given %j", (text, values, result, expected) => {
    const traced = trace(text, values);
    expect(traced.value === true).toBe(result);
    expect(traced.reasons.map((reason) => [reason.text, reason.result, reason.actual])).toEqual(expected);
  });

  test("name the field and the path to the value", () => {
    expect(trace('headers["k"][0] == "a"', { headers: { k: ["a"] } }).reasons).toMatchObject([
      { field: "headers", path: '["k"][0]', actual: "a" },
    ]);
    expect(trace('any(lower(words[*])[*] == "a")', { words: ["A"] }).reasons).toMatchObject([
      { field: "words", path: "[*][*]", actual: "a" },
    ]);
    expect(trace('concat("x", s, t) == "xab"', { s: "a", t: "b" }).reasons).toMatchObject([
      { field: "s", path: "", actual: "xab" },
    ]);
    expect(trace('concat("x", "y") == "xy"', {}).reasons).toMatchObject([
      { field: undefined, path: "", actual: "xy" },
    ]);
  });

  test("tell where text was found, in bytes", () => {
    expect(trace('s contains "b"', { s: "éb" }).reasons).toMatchObject([{ found: [2, 3] }]);
    expect(trace('s matches "b+"', { s: "abbc" }).reasons).toMatchObject([{ found: [1, 3] }]);
    expect(trace('s contains "z"', { s: "abbc" }).reasons).toMatchObject([{ found: undefined }]);
    expect(trace('s contains "b"', {}).reasons).toMatchObject([{ found: undefined }]);
    expect(trace('s matches "b"', {}).reasons).toMatchObject([{ found: undefined }]);
    expect(trace('s wildcard "*b*"', { s: "abc" }).reasons).toMatchObject([{ found: undefined }]);
  });
});

type Origin = readonly [
  field: string,
  path: readonly unknown[],
  functions: string,
  members: readonly unknown[],
];

describe("what a condition looked at is from", () => {
  const HEADERS = { headers: { k: ["a"], l: ["b", "x"] } };
  test.each<[text: string, values: object, value: unknown, origins: readonly Origin[]]>([
    ['coalesce(s, t) == "b"', { t: "b" }, "b", [["t", [], "coalesce", []]]],
    ['coalesce(s, t) == "b"', { s: "b", t: "c" }, "b", [["s", [], "coalesce", []]]],
    [
      'lookup_json_string(s, "a", 0) == "b"',
      { s: '{"a":["b"]}' },
      "b",
      [["s", [], "lookup_json_string", ["a", 0]]],
    ],
    [
      'lookup_json_string(s, t) == "b"',
      { s: '{"a":"b"}', t: "a" },
      "b",
      [
        ["s", [], "lookup_json_string", []],
        ["t", [], "lookup_json_string", []],
      ],
    ],
    ['any(starts_with(words[*], "a"))', { words: ["b", "ab"] }, true, [["words", [1], "starts_with", []]]],
    [
      'any(not starts_with(words[*], "a"))',
      { words: ["ab", "b"] },
      false,
      [["words", [1], "starts_with", []]],
    ],
    ['any(starts_with(words[*], "a"))', {}, undefined, [["words", [], "starts_with", []]]],
    [
      'any(starts_with(lower(words[*])[*], "a"))',
      { words: ["b", "AB"] },
      true,
      [["words", [1], "lower starts_with", []]],
    ],
    ['lower(words[*])[1] == "ab"', { words: ["b", "AB"] }, "ab", [["words", [1], "lower", []]]],
    ['lower(words[*])[5] == "ab"', { words: ["b", "AB"] }, undefined, [["words", [], "lower", []]]],
    ['any(headers[*][*] == "x")', HEADERS, "x", [["headers", ["l", 1], "", []]]],
    ['any(headers[*][1] == "x")', HEADERS, "x", [["headers", ["l", 1], "", []]]],
    ['any(headers["k"][*] == "x")', {}, undefined, []],
    ['any(lower(headers["l"][*])[*] in {"x"})', HEADERS, "x", [["headers", ["l", 1], "lower", []]]],
    ['any(split(s, ",", 9)[*] == "x")', { s: "a,x" }, "x", [["s", [], "split", []]]],
    ['split(s, ",", 9)[1] == "x"', { s: "a,x" }, "x", [["s", [], "split", []]]],
    [
      "has_value(words, s)",
      { words: ["ab", "b"], s: "b" },
      true,
      [
        ["words", [], "has_value", []],
        ["s", [], "has_value", []],
      ],
    ],
  ])("%s given %j", (text, values, value, origins) => {
    const compiled = compileFilter(text, RICH_SCHEME);
    if (!compiled.ok) throw new Error(compiled.errors[0]?.message);
    const { reasons } = compileTracedReasons(compiled.value)(RICH_SCHEME.contextFrom(values as never));
    expect(reasons.flatMap(({ tested }) => tested.map((one) => one.value))).toEqual([value]);
    expect(
      reasons.flatMap(({ tested }) =>
        tested.flatMap((one) =>
          one.origins.map(({ field, path, functions, members }) => [
            field.name,
            path,
            functions.join(" "),
            members,
          ]),
        ),
      ),
    ).toEqual(origins);
  });
});
