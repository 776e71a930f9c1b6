import fc from "fast-check";
import { endsWith, lower, startsWith, upper } from "./source/language/functions.ts";
import { type ListLookup, Scheme } from "./source/language/scheme.ts";
import {
  arrayOf,
  Bool,
  Bytes,
  Int,
  type IntValue,
  Ip,
  mapOf,
  parseIp,
  type Value,
} from "./source/language/values.ts";

/** Fields of the shapes that rules are looked up by, cheap and expensive ones. */
export const TRAFFIC_SCHEME: Scheme<never> = new Scheme<never>({
  fields: [
    { name: "method", type: Bytes },
    { name: "host", type: Bytes },
    { name: "path", type: Bytes },
    { name: "agent", type: Bytes },
    { name: "ip", type: Ip },
    { name: "asn", type: Int },
    { name: "score", type: Int },
    { name: "ssl", type: Bool },
    { name: "headers", type: mapOf(arrayOf(Bytes)), cost: 4 },
    { name: "args", type: mapOf(arrayOf(Bytes)), cost: 4 },
    { name: "words", type: arrayOf(Bytes) },
    { name: "numbers", type: arrayOf(Int) },
    { name: "body", type: Bytes, cost: 40 },
    { name: "body.size", type: Int, cost: 40 },
    { name: "form", type: mapOf(arrayOf(Bytes)), cost: 40 },
  ],
  functions: [startsWith, endsWith, lower, upper],
  lists: [
    { name: "hosts", kind: "string" },
    { name: "nets", kind: "ip" },
    { name: "asns", kind: "int" },
  ],
});

export const TRAFFIC_LISTS: readonly ListLookup[] = [
  { has: (value: string) => value.length % 3 === 0 },
  { has: (value: number) => typeof value === "number" && value % 2 === 1 },
  { has: (value: IntValue) => BigInt(value) % 5n === 0n },
];

/** Byte strings over few letters, of either case, so that parts of them meet; some bytes are no ASCII. */
const letters = fc.constantFrom("a", "b", "A", "B", "/", ".", "\xe4", "\xff", "\0");
const short = fc.array(letters, { maxLength: 4 }).map((parts) => parts.join(""));
const chunk = fc.oneof(
  short,
  fc.constantFrom("abba", "ABba", "/admin/", "bab.aba", "needle", "NeeDle", "\xe4needle"),
);
const text = fc.array(chunk, { minLength: 1, maxLength: 3 }).map((parts) => parts.join(""));

function literalOf(value: string): string {
  const escaped = [...value].map((unit) => {
    const code = unit.charCodeAt(0);
    return code > 32 && code < 127 && unit !== '"' && unit !== "\\"
      ? unit
      : `\\x${code.toString(16).padStart(2, "0")}`;
  });
  return `"${escaped.join("")}"`;
}

const literal = text.map(literalOf);
const int: fc.Arbitrary<IntValue> = fc.oneof(
  fc.integer({ min: -3, max: 12 }),
  fc.integer({ min: -70_000, max: 70_000 }),
  fc.constantFrom<IntValue>(
    2 ** 53 - 1,
    2 ** 53 - 2,
    -(2 ** 53) + 1,
    2n ** 60n,
    -(2n ** 63n),
    2n ** 63n - 1n,
  ),
);
const ADDRESSES = [
  "0.0.0.0",
  "10.0.0.1",
  "10.0.0.9",
  "10.1.0.0",
  "192.0.2.7",
  "192.0.2.8",
  "255.255.255.255",
  "::",
  "::1",
  "2001:db8::7",
  "2001:db8:1::",
  "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
];
const address = fc.constantFrom(...ADDRESSES);
const network = fc.oneof(
  address,
  fc.constantFrom(
    "0.0.0.0/0",
    "10.0.0.0/8",
    "10.0.0.0/16",
    "10.0.0.0/30",
    "192.0.2.0/24",
    "10.0.0.1..10.0.0.9",
    "10.0.0.5..192.0.2.7",
    "::/0",
    "2001:db8::/32",
    "2001:db8::/48",
    "::1..2001:db8::7",
    "2001:db8::1..2001:db8:1::",
  ),
);

const set = (item: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc.array(item, { minLength: 1, maxLength: 4 }).map((items) => `{${items.join(" ")}}`);

const range = fc
  .tuple(int, int)
  .map(([left, right]) => (left <= right ? `${left}..${right}` : `${right}..${left}`));

const pattern = fc
  .tuple(
    fc.constantFrom("", "(?i)", "^", "(?i)^"),
    fc.array(
      fc.constantFrom(
        "needle",
        "ab",
        "A",
        "[ab]",
        "(abba|baab)",
        ".",
        ".*",
        "x?",
        "(?i:bAb)",
        "b+",
        "\\x{e4}",
      ),
      {
        minLength: 1,
        maxLength: 4,
      },
    ),
    fc.constantFrom("", "", "$"),
  )
  .map(([start, parts, end]) => `r"${start}${parts.join("")}${end}"`);

const wildcard = fc
  .array(fc.constantFrom("a", "b", "/admin/", "Needle", "abba", "\\xe4"), { minLength: 1, maxLength: 4 })
  .chain((parts) =>
    fc.tuple(fc.boolean(), fc.boolean(), fc.boolean()).map(([first, between, last]) => {
      const joined = parts.join(between ? "*" : "");
      return `"${first ? "*" : ""}${joined}${last ? "*" : ""}"`;
    }),
  );

const bytesTest = fc.oneof(
  fc.tuple(fc.constantFrom("==", "==", "==", "!=", "<"), literal).map((parts) => parts.join(" ")),
  literal.map((needle) => `contains ${needle}`),
  set(literal).map((items) => `in ${items}`),
  pattern.map((source) => `matches ${source}`),
  fc.tuple(fc.constantFrom("wildcard", "strict wildcard"), wildcard).map((parts) => parts.join(" ")),
  fc.constant("in $hosts"),
);
const intTest = fc.oneof(
  fc.tuple(fc.constantFrom("==", "==", "!=", "<", "<=", ">", ">="), int).map((parts) => parts.join(" ")),
  set(fc.oneof(int.map(String), range)).map((items) => `in ${items}`),
  fc.constant("in $asns"),
);
const ipTest = fc.oneof(
  set(network).map((items) => `in ${items}`),
  address.map((one) => `== ${one}`),
  fc.constant("in $nets"),
);

const field = fc.constantFrom(
  "method",
  "host",
  "path",
  "agent",
  "body",
  'headers["a"][0]',
  'args["b"][1]',
  "words[0]",
);
const bytesOperand = fc
  .tuple(field, fc.constantFrom("", "", "lower", "upper"))
  .map(([name, call]) => (call === "" ? name : `${call}(${name})`));
const each = fc.constantFrom('headers["a"][*]', "headers[*][*]", 'args["b"][*]', 'form["a"][*]', "words[*]");

const affix = fc
  .tuple(fc.constantFrom("starts_with", "ends_with"), bytesOperand, literal)
  .map(([name, operand, part]) => `${name}(${operand}, ${part})`);

/** Something that is asked of each element of one array. */
const quantified = fc
  .tuple(fc.constantFrom("any", "any", "any", "all"), each, fc.constantFrom("", "lower"))
  .chain(([quantifier, name, call]) => {
    const operand = call === "" ? name : `lower(${name})[*]`;
    const leaf = fc.oneof(
      bytesTest.map((test) => `${operand} ${test}`),
      literal.map((part) => `starts_with(${operand}, ${part})`),
    );
    return combined(leaf, 2).map((truths) => `${quantifier}(${truths})`);
  });

const leaf = fc.oneof(
  { weight: 5, arbitrary: fc.tuple(bytesOperand, bytesTest).map((parts) => parts.join(" ")) },
  { weight: 3, arbitrary: affix },
  { weight: 3, arbitrary: ipTest.map((test) => `ip ${test}`) },
  {
    weight: 4,
    arbitrary: fc
      .tuple(fc.constantFrom("asn", "score", "score", "body.size"), intTest)
      .map((parts) => parts.join(" ")),
  },
  { weight: 1, arbitrary: intTest.map((test) => `any(numbers[*] ${test})`) },
  { weight: 2, arbitrary: fc.constantFrom("ssl", "not ssl") },
  { weight: 3, arbitrary: quantified },
);

function combined(item: fc.Arbitrary<string>, depth: number): fc.Arbitrary<string> {
  return fc.letrec<{ node: string }>((tie) => ({
    node: fc.oneof(
      { maxDepth: depth, withCrossShrink: true },
      { weight: 3, arbitrary: item },
      { weight: 1, arbitrary: tie("node").map((inner) => `not (${inner})`) },
      {
        weight: 4,
        arbitrary: fc
          .tuple(
            fc.constantFrom("and", "and", "and", "or", "or", "xor"),
            fc.array(tie("node"), { minLength: 2, maxLength: 4 }),
          )
          .map(([operator, items]) => `(${items.join(`) ${operator} (`)})`),
      },
    ),
  })).node;
}

/** Rules of the usual kinds, as text: nearly all have something that they can be looked up by. */
export const arbitraryRule: fc.Arbitrary<string> = combined(leaf, 3);

const value = fc.oneof(text, short);
const many = fc.array(value, { maxLength: 3 });
const map: fc.Arbitrary<Value> = fc
  .dictionary(fc.constantFrom("a", "b", "c", "__proto__"), many, { noNullPrototype: true })
  .map((entries) => new Map(Object.entries(entries)));
const maybe = <T extends Value>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<Value | undefined> =>
  fc.option(arbitrary as fc.Arbitrary<Value>, { nil: undefined, freq: 6 });

/** Values for {@link TRAFFIC_SCHEME}'s fields in its order; some are missing. */
export const arbitraryRequest: fc.Arbitrary<readonly (Value | undefined)[]> = fc.tuple(
  maybe(value),
  maybe(value),
  maybe(value),
  maybe(text),
  maybe(address.map((one) => parseIp(one) as Value)),
  maybe(int),
  maybe(int),
  maybe(fc.boolean()),
  maybe(map),
  maybe(map),
  maybe(many),
  maybe(fc.array(int, { maxLength: 3 })),
  maybe(text),
  maybe(int),
  maybe(map),
);
