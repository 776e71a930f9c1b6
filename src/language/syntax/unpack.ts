// Reads syntax trees that were written beside their texts when the package was built: a fraction of the work of reading
// the text. Trees are flat lists of numbers, node by node, each before its parts. Places count from the end of the leaf
// before; names and values are places in the text too, or strings where the text spells them in another way.
import type { Span } from "../diagnostics/source.ts";
import type {
  AtomNode,
  ComparisonNode,
  ComparisonOperator,
  Expression,
  IdentifierNode,
  IndexNode,
  LiteralNode,
  OperandNode,
  RegexNode,
  StringNode,
} from "./ast.ts";

export type PackedTree = readonly (number | string)[];

/** Node kinds by number. */
export const PACKED_KINDS = [
  "or",
  "xor",
  "and",
  "not",
  "any",
  "all",
  "comparison",
  "operand",
  "quoted string",
  "raw string",
  "atom",
  "true",
  "false",
  "quoted regex",
  "raw regex",
  "set",
  "list",
] as const;
/** Kinds of indexes by number. */
export const PACKED_INDEXES = ["each", "position", "key"] as const;
export const PACKED_OPERATORS: readonly ComparisonOperator[] = [
  "eq",
  "ne",
  "lt",
  "le",
  "gt",
  "ge",
  "bitwise_and",
  "contains",
  "matches",
  "wildcard",
  "strict wildcard",
  "in",
];

type Right = ComparisonNode["right"];

/** @param onPattern hears of each pattern, with the number that was written with it. */
export function unpackTree(
  tree: PackedTree,
  text: string,
  onPattern: (pattern: string, number: number) => void,
): Expression {
  return new Unpacker(tree, text, onPattern).expression();
}

class Unpacker {
  readonly #tree: PackedTree;
  readonly #text: string;
  readonly #onPattern: (pattern: string, number: number) => void;
  #next = 0;
  /** The end of the last leaf. */
  #at = 0;

  constructor(tree: PackedTree, text: string, onPattern: (pattern: string, number: number) => void) {
    this.#tree = tree;
    this.#text = text;
    this.#onPattern = onPattern;
  }

  expression(): Expression {
    const kind = PACKED_KINDS[this.#number()];
    switch (kind) {
      case "or":
      case "xor":
      case "and": {
        const items = this.#several(() => this.expression());
        return { kind: "logical", operator: kind, items, span: between(items[0], items.at(-1)) };
      }
      case "not": {
        const { start } = this.#leaf();
        const argument = this.expression();
        return { kind: "not", argument, span: { start, end: argument.span.end } };
      }
      case "any":
      case "all": {
        const { start } = this.#leaf();
        const argument = this.expression();
        return { kind: "quantifier", operator: kind, argument, span: { start, end: this.#leaf().end } };
      }
      case "comparison": {
        const left = this.#operand();
        const operator = PACKED_OPERATORS[this.#number()] ?? this.#broken();
        const operatorSpan = this.#leaf();
        const right = this.#right();
        return { kind: "comparison", left, operator, operatorSpan, right, span: between(left, right) };
      }
      case "operand":
        return this.#operand();
      default:
        return this.#literal(kind);
    }
  }

  #right(): Right {
    const kind = PACKED_KINDS[this.#number()];
    switch (kind) {
      case "operand":
        return this.#operand();
      case "quoted regex":
      case "raw regex":
        return this.#regex(kind === "raw regex" ? "raw" : "quoted");
      case "set": {
        const { start } = this.#leaf();
        const items = this.#several(() => this.#literal(PACKED_KINDS[this.#number()]));
        return { kind: "set", items, span: { start, end: this.#leaf().end } };
      }
      case "list": {
        const span = this.#leaf();
        return { kind: "list", name: this.#text.slice(span.start + 1, span.end), span };
      }
      default:
        return this.#literal(kind);
    }
  }

  #operand(): OperandNode {
    const nameSpan = this.#leaf();
    const { start } = nameSpan;
    const name: IdentifierNode = {
      kind: "identifier",
      name: this.#text.slice(start, nameSpan.end),
      span: nameSpan,
    };
    let base: OperandNode["base"] = name;
    if (this.#number() === 1) {
      const args = this.#several(() => this.expression());
      base = { kind: "call", name, arguments: args, span: { start, end: this.#leaf().end } };
    }
    const indexes = this.#several(() => this.#index());
    return { kind: "operand", base, indexes, span: { start, end: (indexes.at(-1) ?? base).span.end } };
  }

  #index(): IndexNode {
    const kind = PACKED_INDEXES[this.#number()] ?? this.#broken();
    const { start } = this.#leaf();
    switch (kind) {
      case "each":
        return { kind, span: { start, end: this.#leaf().end } };
      case "position": {
        const atom = this.#atom();
        return { kind, atom, span: { start, end: this.#leaf().end } };
      }
      case "key": {
        const form = this.#number() === 1 ? "raw" : "quoted";
        const key = this.#string(form);
        return { kind, key, span: { start, end: this.#leaf().end } };
      }
    }
  }

  #literal(kind: (typeof PACKED_KINDS)[number] | undefined): LiteralNode {
    switch (kind) {
      case "quoted string":
        return this.#string("quoted");
      case "raw string":
        return this.#string("raw");
      case "atom":
        return this.#atom();
      case "true":
      case "false":
        return { kind: "boolean", value: kind === "true", span: this.#leaf() };
      default:
        return this.#broken();
    }
  }

  #string(form: StringNode["form"]): StringNode {
    const span = this.#leaf();
    return { kind: "string", form, value: this.#content(span.start + this.#number()), span };
  }

  #regex(form: RegexNode["form"]): RegexNode {
    const span = this.#leaf();
    const patternStart = span.start + this.#number();
    const pattern = this.#content(patternStart);
    this.#onPattern(pattern, this.#number());
    return { kind: "regex", form, pattern, patternStart, span };
  }

  /** What is between quotes: a string, or the length of what the text has there. */
  #content(start: number): string {
    const content = this.#tree[this.#next++];
    if (typeof content === "string") return content;
    return this.#text.slice(start, start + (content ?? this.#broken()));
  }

  #atom(): AtomNode {
    const span = this.#leaf();
    return { kind: "atom", text: this.#text.slice(span.start, span.end), span };
  }

  #several<T>(read: () => T): T[] {
    const items: T[] = [];
    for (let left = this.#number(); left > 0; left--) items.push(read());
    return items;
  }

  /** The place of a token. */
  #leaf(): Span {
    const start = this.#at + this.#number();
    const end = start + this.#number();
    this.#at = end;
    return { start, end };
  }

  #number(): number {
    const found = this.#tree[this.#next++];
    return typeof found === "number" ? found : this.#broken();
  }

  #broken(): never {
    throw new Error("unreachable: this tree was written beside another text");
  }
}

function between(
  first: { readonly span: Span } | undefined,
  last: { readonly span: Span } | undefined,
): Span {
  return { start: first?.span.start ?? 0, end: last?.span.end ?? 0 };
}
