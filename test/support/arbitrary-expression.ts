import fc from "fast-check";
import { VECTOR_FUNCTIONS } from "../conformance/test-functions.ts";
import { CALL_TEMPLATES, MAPPED_CALLS } from "./call-templates.ts";
import { standardFunctions } from "./source/language/functions.ts";
import { type ListLookup, Scheme } from "./source/language/scheme.ts";
import {
  arrayOf,
  Bool,
  Bytes,
  formatIp,
  Int,
  type IntValue,
  Ip,
  type IpValue,
  isScalar,
  mapOf,
  parseIp,
  parseType,
  type ScalarType,
  sameType,
  type Type,
  utf8Encode,
  type Value,
} from "./source/language/values.ts";

const isStandard = (name: string): boolean => standardFunctions.some((each) => each.name === name);

/** A scheme with a field of every shape that evaluation treats in its own way. */
export const RICH_SCHEME: Scheme<never> = new Scheme<never>({
  fields: [
    { name: "b", type: Bool },
    { name: "c", type: Bool, cost: 50 },
    { name: "n", type: Int },
    { name: "k", type: Int, cost: 20 },
    { name: "s", type: Bytes },
    { name: "t", type: Bytes, cost: 30 },
    { name: "ip", type: Ip },
    { name: "peer.ip", type: Ip },
    { name: "words", type: arrayOf(Bytes) },
    { name: "numbers", type: arrayOf(Int) },
    { name: "flags", type: arrayOf(Bool) },
    { name: "ips", type: arrayOf(Ip) },
    { name: "names", type: arrayOf(Bytes), parallelGroup: "pairs" },
    { name: "values", type: arrayOf(Bytes), parallelGroup: "pairs" },
    { name: "map", type: mapOf(Bytes) },
    { name: "counts", type: mapOf(Int) },
    { name: "headers", type: mapOf(arrayOf(Bytes)) },
    { name: "switches", type: mapOf(arrayOf(Bool)) },
    { name: "grid", type: arrayOf(arrayOf(Bytes)) },
    { name: "tree", type: mapOf(mapOf(Bytes)) },
  ],
  functions: [...standardFunctions, ...VECTOR_FUNCTIONS.filter(({ name }) => !isStandard(name))],
  lists: [
    { name: "some.ints", kind: "int" },
    { name: "some_words", kind: "string" },
    { name: "some_ips", kind: "ip" },
  ],
});

/** Contents for the lists of {@link RICH_SCHEME}, in its order. */
export const RICH_LISTS: readonly ListLookup[] = [
  { has: (value: IntValue) => BigInt(value) % 2n === 0n },
  { has: (value: string) => value.length === 1 },
  { has: (value: IpValue) => typeof value === "number" },
];

const KEYS = ["a", "k", "é", ""];
const JSON_TEXTS = ['{"a":["b",2]}', '{"a":"é"}', "[-1,9007199254740993]"];
const ENCODED = ["YWI=", "%61+", "%2561", "a,b,a", "xk-"];
const BYTES = ["", "a", "b", "ab", "A", "aB", "a*b", "ba", "é", "\0", "zz", ...JSON_TEXTS, ...ENCODED]
  .map(utf8Encode)
  .concat("\xff", "\xc3");
const INTS: readonly IntValue[] = [
  0,
  1,
  -1,
  2,
  5,
  42,
  2 ** 53 - 1,
  2n ** 53n,
  2n ** 53n + 1n,
  -(2n ** 53n),
  2n ** 63n - 1n,
  -(2n ** 63n),
];
const IPS = [
  "0.0.0.0",
  "10.0.0.1",
  "10.0.0.9",
  "192.0.2.7",
  "255.255.255.255",
  "::",
  "::1",
  "2001:db8::7",
  "::ffff:10.0.0.1",
].map((text) => parseIp(text) as IpValue);

/** Any value of a type, drawn from a small stock so that values meet each other and the literals. */
export function arbitraryValue(type: Type): fc.Arbitrary<Value> {
  switch (type.kind) {
    case "Bool":
      return fc.boolean();
    case "Int":
      return fc.constantFrom(...INTS);
    case "Bytes":
      return fc.constantFrom(...BYTES);
    case "Ip":
      return fc.constantFrom(...IPS);
    case "Array":
      return fc.array(arbitraryValue(type.element), { maxLength: 4 });
    case "Map":
      return fc
        .uniqueArray(fc.constantFrom(...KEYS), { maxLength: 3 })
        .chain((keys) =>
          fc
            .tuple(...keys.map(() => arbitraryValue(type.element)))
            .map((items): Value => new Map(keys.map((key, at) => [utf8Encode(key), items[at]!]))),
        );
  }
}

/** Values for all fields of a scheme in slot order; one in four is missing. Parallel arrays have equal length. */
export function arbitrarySlots(scheme: Scheme<never>): fc.Arbitrary<readonly (Value | undefined)[]> {
  const slots = scheme.fields.map((field) =>
    fc.option(arbitraryValue(field.type), { nil: undefined, freq: 4 }),
  );
  return fc.tuple(...slots).map((values) => {
    const lengths = new Map<string, number>();
    return values.map((value, slot) => {
      const group = scheme.fields[slot]?.parallelGroup;
      if (group === undefined || !Array.isArray(value)) return value;
      const length = Math.min(lengths.get(group) ?? value.length, value.length);
      lengths.set(group, length);
      return value.slice(0, length);
    });
  });
}

interface OperandText {
  readonly text: string;
  readonly type: Type;
}

/** Well-typed filters over a scheme, as text. Layout, notation and redundant parentheses vary. */
export function arbitraryFilter(scheme: Scheme<never>): fc.Arbitrary<string> {
  return new Expressions(scheme).filter();
}

/** Well-typed value expressions, as text. */
export function arbitraryValueExpression(scheme: Scheme<never>): fc.Arbitrary<string> {
  return new Expressions(scheme).value();
}

class Expressions {
  readonly #scheme: Scheme<never>;
  readonly #single: readonly OperandText[];
  readonly #mapped: readonly OperandText[];

  constructor(scheme: Scheme<never>) {
    this.#scheme = scheme;
    const reached = scheme.fields.flatMap((field) => reach({ text: field.name, type: field.type }));
    this.#single = reached.filter(({ text }) => !text.includes("[*]"));
    this.#mapped = reached.filter(({ text, type }) => text.includes("[*]") && isScalar(type));
  }

  filter(): fc.Arbitrary<string> {
    return fc.letrec<{ filter: string }>((tie) => ({
      filter: fc.oneof(
        { maxDepth: 4, withCrossShrink: true },
        this.comparison(),
        this.bare(),
        this.quantifier(),
        fc.constantFrom("true", "false"),
        fc.tuple(fc.constantFrom("not ", "!"), tie("filter")).map(([not, inner]) => `${not}(${inner})`),
        this.joined(tie("filter")),
      ),
    })).filter;
  }

  value(): fc.Arbitrary<string> {
    return fc.oneof(
      fc.constantFrom(...this.#single).map(({ text }) => text),
      this.filter(),
      this.call(Bytes),
      this.call(Int),
      this.call(Ip),
      this.call(Bool),
      this.mappedCall("Bytes").map((text) => text.replace(/\[\*\]$/, "")),
      this.mappedCall("Int").map((text) => `${text}[1]`),
      fc
        .tuple(this.mappedOf(Bytes), this.operandOf(Bytes))
        .map(([text, other]) => `concat(${text}, ${other})`),
    );
  }

  /** A call over the elements of an array. */
  mappedCall(type: "Bytes" | "Int"): fc.Arbitrary<string> {
    return fc
      .tuple(fc.constantFrom<string>(...MAPPED_CALLS[type]), this.mappedOf(Bytes))
      .map(([template, text]) => template.replace("<each>", text));
  }

  joined(item: fc.Arbitrary<string>): fc.Arbitrary<string> {
    const operators = fc.constantFrom(["and", "&&"], ["or", "||"], ["xor", "^^"]);
    return fc
      .tuple(operators, fc.array(item, { minLength: 2, maxLength: 5 }), fc.boolean())
      .map(([[word, sign], items, worded]) => `(${items.join(worded ? `) ${word} (` : `)${sign}(`)})`);
  }

  /** An operand without `[*]` of a type. */
  operandOf(type: Type, depth = 2): fc.Arbitrary<string> {
    const call = isScalar(type) ? [this.call(type, depth)] : [];
    return fc.oneof(
      { weight: 3, arbitrary: this.plainOf(type) },
      ...call.map((arbitrary) => ({ weight: 1, arbitrary })),
    );
  }

  plainOf(type: Type): fc.Arbitrary<string> {
    return fc.constantFrom(
      ...this.#single.filter((operand) => sameType(operand.type, type)).map(({ text }) => text),
    );
  }

  mappedOf(type: ScalarType): fc.Arbitrary<string> {
    return fc.constantFrom(
      ...this.#mapped.filter((operand) => sameType(operand.type, type)).map(({ text }) => text),
    );
  }

  /** A call with a result of the type; its arguments are operands, at times calls themselves. */
  call(type: ScalarType, depth = 2): fc.Arbitrary<string> {
    return fc.constantFrom<string>(...CALL_TEMPLATES[type.kind]).chain((template) => {
      const holes = [...template.matchAll(HOLE)].map(([, name, literals]) => {
        const wanted = parseType(name!)!;
        const operand = depth === 0 ? this.plainOf(wanted) : this.operandOf(wanted, depth - 1);
        return literals === undefined || !isScalar(wanted) ? operand : fc.oneof(operand, literal(wanted));
      });
      return fc.tuple(...holes).map((texts) => {
        let at = 0;
        return template.replace(HOLE, () => texts[at++]!);
      });
    });
  }

  comparison(): fc.Arbitrary<string> {
    return fc
      .constantFrom<ScalarType>(Bytes, Int, Ip)
      .chain((type) => fc.tuple(this.operandOf(type), this.test(type)))
      .map(([operand, test]) => `${operand} ${test}`);
  }

  bare(): fc.Arbitrary<string> {
    return this.operandOf(Bool);
  }

  /** An operator and its right side, for a left side of a type. */
  test(type: ScalarType): fc.Arbitrary<string> {
    const order = fc.constantFrom("eq", "==", "ne", "!=", "lt", "<", "le", "<=", "gt", ">", "ge", ">=");
    const compared = fc
      .tuple(
        order,
        fc.oneof({ weight: 3, arbitrary: literal(type) }, { weight: 1, arbitrary: this.operandOf(type) }),
      )
      .map(([operator, right]) => `${operator} ${right}`);
    const list = this.#scheme.lists.find(({ kind }) => kind === LIST_KIND[type.kind])?.name;
    const listed = list === undefined ? [] : [fc.constant(`in $${list}`)];
    const member = fc.array(item(type), { maxLength: 5 }).map((items) => `in {${items.join(" ")}}`);
    if (type.kind === "Int")
      return fc.oneof(
        compared,
        member,
        ...listed,
        literal(Int).map((mask) => `& ${mask}`),
      );
    if (type.kind === "Ip") return fc.oneof(compared, member, ...listed);
    const wildcard = fc.constantFrom('"a*"', '"*b"', 'r"a\\*b"', '"*"', '""', '"*a*B*"');
    return fc.oneof(
      compared,
      member,
      ...listed,
      literal(Bytes).map((needle) => `contains ${needle}`),
      fc.tuple(fc.constantFrom("wildcard", "strict wildcard"), wildcard).map((parts) => parts.join(" ")),
      fc
        .tuple(fc.constantFrom("matches", "~"), fc.constantFrom('"a"', 'r"B"', '"ab"', '""'))
        .map((parts) => parts.join(" ")),
    );
  }

  quantifier(): fc.Arbitrary<string> {
    return fc
      .tuple(fc.constantFrom("any", "all"), this.truths())
      .map(([quantifier, argument]) => `${quantifier}(${argument})`);
  }

  /** Something of type Array<Bool>. */
  truths(): fc.Arbitrary<string> {
    const plain = this.#single.filter(({ type }) => sameType(type, arrayOf(Bool))).map(({ text }) => text);
    const whole = fc.oneof(
      fc.constantFrom(...plain),
      fc.constantFrom(...plain).map((text) => `${text}[*]`),
      this.mappedOf(Bool),
      this.mappedOf(Bytes).map((text) => `starts_with(${text}, "a")`),
      this.mappedOf(Bytes).map((text) => `starts_with(${text}, s)`),
    );
    const overOne = fc.constantFrom<ScalarType>(Bytes, Int, Ip).chain((type) => {
      const leaf = (text: string) => this.test(type).map((test) => `${text} ${test}`);
      return this.mappedOf(type).chain((text) => combined(this, leaf(text)));
    });
    const overCall = fc.constantFrom("Bytes", "Int").chain((kind) =>
      this.mappedCall(kind).chain((text) =>
        combined(
          this,
          this.test(kind === "Int" ? Int : Bytes).map((test) => `${text}[*] ${test}`),
        ),
      ),
    );
    const overWords = combined(
      this,
      fc.oneof(
        this.test(Bytes).map((test) => `words[*] ${test}`),
        this.test(Bytes).map((test) => `lower(words[*])[*] ${test}`),
        this.test(Int).map((test) => `len(words[*])[*] ${test}`),
        fc.constant('starts_with(words[*], "a")'),
      ),
    );
    const parallel = combined(
      this,
      fc.oneof(
        this.test(Bytes).map((test) => `names[*] ${test}`),
        this.test(Bytes).map((test) => `values[*] ${test}`),
      ),
    );
    const flags = combined(this, fc.constantFrom("flags", "flags[*]", "not flags"));
    return fc.oneof(whole, overOne, overOne, overCall, overWords, parallel, flags);
  }
}

function combined(expressions: Expressions, leaf: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc.letrec<{ node: string }>((tie) => ({
    node: fc.oneof(
      { maxDepth: 2, withCrossShrink: true },
      leaf,
      tie("node").map((inner) => `not (${inner})`),
      expressions.joined(tie("node")),
    ),
  })).node;
}

/** The operand itself and everything below it, by one index of each kind at each container. */
function reach(operand: OperandText): readonly OperandText[] {
  const { text, type } = operand;
  if (isScalar(type)) return [operand];
  const steps = type.kind === "Array" ? ["[0]", "[2]", "[*]"] : ['["k"]', '[r"é"]', "[*]"];
  return [operand, ...steps.flatMap((step) => reach({ text: text + step, type: type.element }))];
}

const HOLE = /<(Bool|Int|Bytes|Ip|Array<Bytes>)(\|literal)?>/g;
const LIST_KIND = { Int: "int", Bytes: "string", Ip: "ip", Bool: undefined } as const;

function literal(type: ScalarType): fc.Arbitrary<string> {
  switch (type.kind) {
    case "Bool":
      return fc.constantFrom("true", "false");
    case "Int":
      return fc.constantFrom(...INTS).map(String);
    case "Ip":
      return fc.constantFrom(...IPS).map(formatIp);
    case "Bytes":
      return fc.constantFrom(...BYTES).map((bytes) => {
        const escaped = [...bytes].map((unit) => `\\x${unit.charCodeAt(0).toString(16).padStart(2, "0")}`);
        return /^[a-zA-Z*]*$/.test(bytes) ? `"${bytes}"` : `"${escaped.join("")}"`;
      });
  }
}

function item(type: ScalarType): fc.Arbitrary<string> {
  if (type.kind === "Int")
    return fc.oneof(literal(Int), fc.constantFrom("0..4", "-9223372036854775808..-1", "40..42"));
  if (type.kind === "Ip") {
    return fc.oneof(
      literal(Ip),
      fc.constantFrom("10.0.0.0/8", "0.0.0.0/0", "::/0", "10.0.0.1..10.0.0.5", "2001:db8::/32"),
    );
  }
  return literal(type);
}
