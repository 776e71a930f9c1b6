import { expect, test } from "vitest";
import { Budget } from "../support/source/language/values.ts";
import { COOKIE_ANOMALIES, parseCookies } from "../support/source/request/head.ts";

const cases: [header: string, pairs: readonly [string, string][], anomalies: readonly string[]][] = [
  ["", [], []],
  [
    "a=1; b=2",
    [
      ["a", "1"],
      ["b", "2"],
    ],
    [],
  ],
  [
    "a=1;b=2 ;; c = 3",
    [
      ["a", "1"],
      ["b", "2"],
      ["c ", " 3"],
    ],
    [],
  ],
  ['a="x=y"', [["a", '"x=y"']], []],
  ["a%3d=%20", [["a=", "%20"]], ["encoded_name"]],
  [
    "a=1; %61=2",
    [
      ["a", "1"],
      ["a", "2"],
    ],
    ["duplicate_cookie", "encoded_name"],
  ],
  ["a", [["a", ""]], []],
  ["=v", [["", "v"]], ["nameless_cookie"]],
  ["__proto__=1", [["__proto__", "1"]], []],
  ["a=\x01", [["a", "\x01"]], ["control_character"]],
  ["a=b\tc", [["a", "b\tc"]], ["control_character"]],
  ["a=\x7f", [["a", "\x7f"]], ["control_character"]],
  ["a=\x80 ~", [["a", "\x80 ~"]], []],
  [
    "a=1;b=2;c=3;; ",
    [
      ["a", "1"],
      ["b", "2"],
      ["c", "3"],
    ],
    [],
  ],
  [
    "a=1;b=2;c=3;d=4",
    [
      ["a", "1"],
      ["b", "2"],
      ["c", "3"],
    ],
    ["too_many_cookies"],
  ],
];
test.each(cases)("%j", (header, pairs, anomalies) => {
  const cookies = parseCookies(header, 3, new Budget(10_000));
  expect(cookies.names.map((name, at) => [name, cookies.values[at]])).toEqual(pairs);
  expect(cookies.anomalies).toEqual(anomalies);
});

test("no more is read than the budget allows", () => {
  const read = (steps: number) => {
    const { names, truncated, anomalies } = parseCookies("a=1; b=2", 3, new Budget(steps));
    return [names, truncated, anomalies];
  };
  expect(read(10)).toEqual([["a", "b"], false, []]);
  expect(read(5)).toEqual([["a"], true, ["too_many_cookies"]]);
});

test("every code can occur", () => {
  expect([...new Set(cases.flatMap(([, , found]) => found))].sort()).toEqual([...COOKIE_ANOMALIES].sort());
});
