import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { compileFilter } from "../support/source/language/compile.ts";
import { fieldsFrom, Scheme } from "../support/source/language/scheme.ts";

interface Comparison {
  readonly names: readonly string[];
  readonly left: readonly string[];
  readonly right: readonly string[];
}
interface Table {
  readonly comparisons: readonly Comparison[];
  readonly logic: readonly { readonly names: readonly string[]; readonly operands: readonly string[] }[];
  readonly quantifiers: readonly { readonly names: readonly string[] }[];
}

const table = JSON.parse(readFileSync("grammar/operators.json", "utf8")) as Table;

const FIELDS: Readonly<Record<string, string>> = {
  Bool: "b",
  Int: "n",
  Bytes: "s",
  Ip: "ip",
  "Array<Bytes>": "ss",
  "Array<Bool>": "bb",
  "Map<Bytes>": "sm",
};
const scheme = new Scheme<never>({
  fields: fieldsFrom(Object.fromEntries(Object.entries(FIELDS).map(([type, name]) => [name, type]))),
  lists: [
    { name: "ips", kind: "ip" },
    { name: "ints", kind: "int" },
    { name: "strings", kind: "string" },
  ],
});

const LITERAL: Readonly<Record<string, string>> = { Bytes: '"a"', Int: "1", Ip: "192.0.2.1" };
const LIST: Readonly<Record<string, string>> = { Bytes: "$strings", Int: "$ints", Ip: "$ips" };

/** A right side of the given form; of the wrong type where the left side has none of its own. */
function rightSide(form: string, type: string): string {
  switch (form) {
    case "literal":
      return LITERAL[type] ?? '"a"';
    case "integer":
      return "1";
    case "operand":
      return FIELDS[type]!;
    case "set":
      return `{${LITERAL[type] ?? '"a"'}}`;
    case "list":
      return LIST[type] ?? "$strings";
    default:
      return '"a"';
  }
}

function faults(text: string): readonly string[] {
  const compiled = compileFilter(text, scheme);
  return compiled.ok ? [] : compiled.errors.map((error) => error.code);
}

const cells = table.comparisons.flatMap(({ names, left, right }) =>
  names.flatMap((name) =>
    Object.keys(FIELDS).flatMap((type) =>
      right.map((form) => ({
        text: `${FIELDS[type]} ${name} ${rightSide(form, type)}`,
        expected: left.includes(type) ? [] : ["E_UNSUPPORTED_OP"],
      })),
    ),
  ),
);

test.each(cells)("$text: $expected", ({ text, expected }) => {
  expect(faults(text)).toEqual(expected);
});

test.each(
  table.comparisons.flatMap(({ names, right }) =>
    names.filter(() => !right.includes("operand")).map((name) => `s ${name} s`),
  ),
)("%s: no operand may stand on the right", (text) => {
  expect(faults(text)).toContain("E_EXPECTED_TOKEN");
});

test.each(table.logic.flatMap(({ names }) => names))("%s joins conditions and arrays of them", (name) => {
  const prefix = name === "not" || name === "!";
  const of = (left: string, right: string) => (prefix ? `${name} ${left}` : `${left} ${name} ${right}`);
  expect(faults(of("b", "b"))).toEqual([]);
  expect(faults(`any(${of("bb", "bb")})`)).toEqual([]);
  expect(faults(of("n", "n"))).not.toEqual([]);
  if (!prefix) expect(faults(of("b", "bb"))).toContain("E_TYPE_MISMATCH");
});

test.each(table.quantifiers.flatMap(({ names }) => names))("%s asks an array of conditions", (name) => {
  expect(faults(`${name}(bb)`)).toEqual([]);
  expect(faults(`${name}(ss[*] eq "a")`)).toEqual([]);
  expect(faults(`${name}(b)`)).toContain("E_TYPE_MISMATCH");
});
