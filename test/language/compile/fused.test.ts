// Shapes that have closures of their own, each against the interpreter.

import { describe, expect, test } from "vitest";
import { interpret } from "../../support/interpret.ts";
import { compileFilter, optimize } from "../../support/source/language/compile.ts";
import { standardFunctions } from "../../support/source/language/functions.ts";
import { fieldsFrom, Scheme } from "../../support/source/language/scheme.ts";
import { parseIp, type Value } from "../../support/source/language/values.ts";

const ip = (text: string) => parseIp(text)!;
const WORDS = [
  "",
  "abc",
  "ABC",
  "aBc",
  "abd",
  "abcd",
  "@bc",
  "`bc",
  "[bc",
  "{bc",
  "a\u00c5c",
  "a\u00e5c",
  undefined,
];
const PAIRS = ["", "G", "GB", "gb", "BG", "DE", "A0", "ZZ", "GBR", "\u00ffG", "G\u00ff", undefined];
const NUMBERS = [-1, 0, 9, 10, 11, 19, 20, 21, 80, 8880, 65_535, 2 ** 40, 2n ** 60n, -(2n ** 60n), undefined];
const ADDRESSES = [
  ...["0.0.0.0", "9.255.255.255", "10.0.0.0", "10.0.0.255", "10.0.1.0", "173.245.48.1", "255.255.255.255"],
  ...["::", "2606:46ff:ffff:ffff:ffff:ffff:ffff:ffff", "2606:4700::", "2606:4700::1", "2606:4700:1::"],
  ...["2606:4700:ffff:ffff:ffff:ffff:ffff:ffff", "2606:4701::", "2606:4701::1", "ffff::"],
].map(ip);

const SHAPES: readonly (readonly [expression: string, values: readonly (Value | undefined)[]])[] = [
  ...["abc", "ABC", "aBc", "", "a\\xc5c", "[bc", "{bc"].flatMap((word) =>
    [
      `lower(s) == "${word}"`,
      `upper(s) == "${word}"`,
      `upper(lower(s)) == "${word}"`,
      `lower(upper(lower(s))) == "${word}"`,
      `lower(s) != "${word}"`,
      `not lower(s) == "${word}"`,
      `any(lower(l[*])[*] == "${word}")`,
      `s == "${word}"`,
      `s != "${word}"`,
      `starts_with(s, "${word}")`,
      `ends_with(s, "${word}")`,
      `not ends_with(s, "${word}")`,
    ].map((expression) => [expression, WORDS] as const),
  ),
  ...[
    "n >= 10 and n < 20",
    "n < 20 and n > 10",
    "n > 10 and n <= 20",
    "n >= 10 and n <= 20",
    "n > 20 and n < 10",
  ].map((expression) => [expression, NUMBERS] as const),
  ...[
    "n == 10",
    "n != 10",
    "n >= 10",
    "n < 10",
    "n in {80 8080 8880}",
    "n in {-5..9 20..21}",
    "not n in {0 10}",
  ].map((expression) => [expression, NUMBERS] as const),
  ...[
    's in {"GB" "DE" "FR" "A0" "ZZ"}',
    'not s in {"GB" "G\\xff" "\\xffG" "a0"}',
    's in {"GB" "G" "BG" "DE"}',
  ].map((expression) => [expression, PAIRS] as const),
  ...[
    "a >= 10.0.0.0 and a < 10.0.1.0",
    "a > 10.0.0.0 and a <= 173.245.48.1",
    "a >= 2606:4700:: and a < 2606:4701::",
    "a < 2606:4701:: and a >= 2606:4700::1",
    "a >= 2606:4701:: and a < 2606:4700::",
    "a > 2606:4700:: and a <= 2606:4701::",
    "a >= :: and a < 10.0.0.0",
    "a in {10.0.0.0/24 2606:4700::/32 ffff::}",
    "a in {2606:4700::/47 0.0.0.0..10.0.0.0}",
    "a == 173.245.48.1",
    "a != 173.245.48.1",
    "a == 2606:4700::1",
  ].map((expression) => [expression, [...ADDRESSES, undefined]] as const),
];

const scheme = new Scheme({
  fields: fieldsFrom({ s: "Bytes", n: "Int", a: "Ip", l: "Array<Bytes>" }),
  functions: standardFunctions,
});
const SLOTS = ["s", "n", "a"].map((name) => scheme.field(name)!.slot);

describe("answers as the interpreter does", () => {
  test.each(SHAPES)("%s", (expression, values) => {
    const compiled = compileFilter(expression, scheme);
    if (!compiled.ok) throw new Error(compiled.errors[0]!.message);
    const { checked } = compiled.value;
    const slot = SLOTS.find((one) => checked.fields.includes(scheme.fields[one]!));
    const list = scheme.field("l")!.slot;
    for (const value of values) {
      const fill = (context = scheme.createContext<unknown>()) => {
        if (slot !== undefined) context.set(slot, value);
        else if (typeof value === "string") context.set(list, [value]);
        return context;
      };
      const expected = interpret(checked.root, fill()) === true;
      expect(compiled.value.test(fill()), String(value)).toBe(expected);
      expect(interpret(optimize(checked.root), fill()) === true, String(value)).toBe(expected);
      // Read on demand instead of put there.
      const lazy = new Scheme({
        fields: scheme.fields.map((field, at) => ({
          ...field,
          read: (() => fill().slots[at] ?? undefined) as never,
        })),
      }).createContext<unknown>();
      lazy.reset({});
      expect(compiled.value.test(lazy), String(value)).toBe(expected);
    }
  });
});
