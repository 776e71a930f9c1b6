import { describe, expect, test } from "vitest";

interface Assertions {
  countAssertions(text: string): { casts: number; nonNull: number; definite: number };
}

const script = new URL("assertions.mjs", import.meta.url).href;
const { countAssertions } = (await import(script)) as Assertions;

describe("type assertions are counted on the syntax tree", () => {
  test.each([
    ["casts of both spellings", "const a = b as string; const c = <number>d;", { casts: 2 }],
    ["two casts in a row", "const a = b as unknown as string;", { casts: 2 }],
    ["a type that merely contains the word", "const a = b as const; const c = d as Constant;", { casts: 1 }],
    [
      "renamed imports and exports",
      'import { a as b } from "c"; export { b as d }; export * as e from "f";',
      {},
    ],
    ["asserted members, calls and elements", "a!.b; c()!; d[0]!; a!!.b;", { nonNull: 5 }],
    ["negations and inequalities", "!a; !!b; c != d; e !== f;", {}],
    ["definite properties and variables", "class A { b!: string } let c!: number;", { definite: 2 }],
    ["strings, patterns and comments", 'const a = "b as c!"; // d as e!\nconst f = /g!/;', {}],
    ["`satisfies`", "const a = b satisfies string;", {}],
  ])("%s", (_name, text, counts) => {
    expect(countAssertions(text)).toEqual({ casts: 0, nonNull: 0, definite: 0, ...counts });
  });
});
