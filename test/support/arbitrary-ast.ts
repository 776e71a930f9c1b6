import fc from "fast-check";
import type {
  AtomNode,
  CallNode,
  ComparisonNode,
  Expression,
  IdentifierNode,
  IndexNode,
  OperandNode,
  RegexNode,
  StringNode,
} from "./source/language/syntax.ts";
import { utf8Encode } from "./source/language/values.ts";

/** Trees made here stand in no text. */
const span = { start: 0, end: 0 };

const KEYWORDS = new Set(
  "eq ne lt le gt ge contains matches wildcard strict in bitwise_and and or xor not any all true false".split(
    " ",
  ),
);

/** Any name the grammar takes; some begin or end like a keyword, a raw string or a byte list. */
export const arbitraryName: fc.Arbitrary<string> = fc
  .oneof(
    fc.constantFrom(
      "http.host",
      "notify",
      "order",
      "inner",
      "r",
      "r2",
      "fade",
      "fa.de",
      "_x",
      "x.eq",
      "cf.response.1xxx_code",
    ),
    fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_]{0,6}(\.[A-Za-z0-9_]{1,4}){0,2}$/),
  )
  .filter((name) => !KEYWORDS.has(name));

const identifier = arbitraryName.map((name): IdentifierNode => ({ kind: "identifier", name, span }));

/** Text of every plane, quotes, backslashes, hashes, line ends and control characters included. */
export const arbitraryText: fc.Arbitrary<string> = fc
  .array(
    fc.oneof(
      fc.constantFrom('"', "\\", "#", "\n", "\t", "[", "]", "*", "é", "😀", "\0", '"#'),
      fc.string({ maxLength: 4 }),
    ),
    {
      maxLength: 6,
    },
  )
  .map((parts) => parts.join(""));

export const arbitraryString: fc.Arbitrary<StringNode> = fc.oneof(
  arbitraryText.map(
    (text): StringNode => ({ kind: "string", form: "quoted", value: utf8Encode(text), span }),
  ),
  arbitraryText.map((text): StringNode => ({ kind: "string", form: "raw", value: utf8Encode(text), span })),
  fc
    .uint8Array({ maxLength: 8 })
    .map(
      (bytes): StringNode => ({ kind: "string", form: "quoted", value: String.fromCharCode(...bytes), span }),
    ),
);

export const arbitraryAtom: fc.Arbitrary<AtomNode> = fc
  .constantFrom(
    "0",
    "42",
    "-5",
    "0x2A",
    "052",
    "9223372036854775807",
    "-9223372036854775808",
    "1..5",
    "0123..0xef",
    "-3..-1",
    "192.0.2.7",
    "10.0.0.0/8",
    "10.0.0.1..10.0.0.9",
    "::",
    "fe80::1",
    "2001:db8::/32",
    "::ffff:192.0.2.7",
    "48:65:6c",
    "61-62.63",
    "aa:bb:cc:dd:ee:ff:00:11",
  )
  .map((text): AtomNode => ({ kind: "atom", text, span }));

const regexPiece = fc.constantFrom(
  "a",
  "é",
  ".",
  "\\d",
  "\\.",
  "\\x48",
  "(?i)",
  '[a"b]',
  "[^\\]]",
  '"',
  "a|b",
  "{3}",
  "\n",
  "😀",
);

/**
 * Patterns that each form can spell: an unclosed class or `\"` outside a class has no quoted form
 * (semantics.md#pattern-literals).
 */
export const arbitraryRegex: fc.Arbitrary<RegexNode> = fc.oneof(
  fc.array(regexPiece, { maxLength: 6 }).map(
    (parts): RegexNode => ({
      kind: "regex",
      form: "quoted",
      pattern: parts.join(""),
      patternStart: 0,
      span,
    }),
  ),
  arbitraryText.map((pattern): RegexNode => ({ kind: "regex", form: "raw", pattern, patternStart: 0, span })),
);

const index: fc.Arbitrary<IndexNode> = fc.oneof(
  fc.constant<IndexNode>({ kind: "each", span }),
  fc
    .constantFrom("0", "3", "0x1", "4294967295")
    .map((text): IndexNode => ({ kind: "position", atom: { kind: "atom", text, span }, span })),
  arbitraryString.map((key): IndexNode => ({ kind: "key", key, span })),
);

/** Trees of every shape that the grammar has, types and names left to chance. */
export const arbitraryAst: fc.Arbitrary<Expression> = fc.letrec<{
  expression: Expression;
  operand: OperandNode;
}>((tie) => {
  const call = fc
    .tuple(identifier, fc.array(tie("expression"), { maxLength: 3 }))
    .map(([name, args]): CallNode => ({ kind: "call", name, arguments: args, span }));
  const operand = fc
    .tuple(
      fc.oneof({ weight: 3, arbitrary: identifier }, { weight: 1, arbitrary: call }),
      fc.array(index, { maxLength: 2 }),
    )
    .map(([base, indexes]): OperandNode => ({ kind: "operand", base, indexes, span }));
  const boolean = fc.boolean().map((value): Expression => ({ kind: "boolean", value, span }));
  const listName = fc
    .constantFrom("office", "cf.malware", "a_1")
    .map((name) => ({ kind: "list" as const, name, span }));
  const set = fc
    .array(fc.oneof(arbitraryString, arbitraryAtom), { maxLength: 4 })
    .map((items) => ({ kind: "set" as const, items, span }));
  const literal = fc.oneof(
    arbitraryString,
    arbitraryAtom,
    boolean as fc.Arbitrary<{ kind: "boolean"; value: boolean; span: typeof span }>,
  );
  const order = fc.constantFrom("eq", "ne", "lt", "le", "gt", "ge");
  const right = fc.oneof(
    fc.tuple(order, fc.oneof(literal, tie("operand"))),
    fc.tuple(fc.constant("bitwise_and"), arbitraryAtom),
    fc.tuple(fc.constant("contains"), fc.oneof(arbitraryString, arbitraryAtom)),
    fc.tuple(fc.constant("matches"), arbitraryRegex),
    fc.tuple(fc.constantFrom("wildcard", "strict wildcard"), arbitraryString),
    fc.tuple(fc.constant("in"), fc.oneof(set, listName)),
  ) as fc.Arbitrary<[ComparisonNode["operator"], ComparisonNode["right"]]>;
  const comparison = fc.tuple(tie("operand"), right).map(
    ([left, [operator, value]]): Expression => ({
      kind: "comparison",
      left,
      operator,
      operatorSpan: span,
      right: value,
      span,
    }),
  );
  const logical = fc
    .tuple(
      fc.constantFrom("or" as const, "xor" as const, "and" as const),
      fc.array(tie("expression"), { minLength: 2, maxLength: 4 }),
    )
    .map(([operator, items]): Expression => ({ kind: "logical", operator, items, span }));
  const not = tie("expression").map((argument): Expression => ({ kind: "not", argument, span }));
  const quantifier = fc
    .tuple(fc.constantFrom("any" as const, "all" as const), tie("expression"))
    .map(([operator, argument]): Expression => ({ kind: "quantifier", operator, argument, span }));
  return {
    operand,
    expression: fc.oneof(
      { maxDepth: 5, withCrossShrink: true },
      tie("operand"),
      literal,
      comparison,
      comparison,
      logical,
      logical,
      not,
      quantifier,
    ),
  };
}).expression;
