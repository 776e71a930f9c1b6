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

test("every code can occur", () => {
  expect([...new Set(cases.flatMap(([, , found]) => found))].sort()).toEqual([...COOKIE_ANOMALIES].sort());
});
