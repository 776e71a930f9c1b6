import { type Diagnostic, diagnose, type Result } from "../../diagnostics/diagnostic.ts";
import { jsonPointer } from "../../diagnostics/json-pointer.ts";
import { excerpt } from "../../diagnostics/printable.ts";
import { Source } from "../../diagnostics/source.ts";
import { utf8Encode } from "../../values/bytes.ts";
import type { Type } from "../../values/types.ts";
import type {
  AtomNode,
  ComparisonNode,
  ComparisonOperator,
  Expression,
  IdentifierNode,
  IndexNode,
  LiteralNode,
  LogicalNode,
  OperandNode,
  QuantifierNode,
  StringNode,
} from "../ast.ts";
import { isLiteral } from "../ast.ts";
import { isAddressText, isLargeInteger } from "../atom-reading.ts";
import { ATOM as ATOM_START, IDENTIFIER, WORDS } from "../lexemes.ts";
import { type Limits, resolveLimits } from "../limits.ts";
import { parseExpression } from "../parse.ts";
import { printExpression } from "../print.ts";
import { contextOf, JSON_LOGIC, JSON_OPERATORS, JSON_QUANTIFIERS, type LiteralContext } from "./json-form.ts";

/** How {@link fromJson} reads a value. */
export interface FromJsonOptions {
  /** Of these, the number of nodes, the nesting and the number of faults count; a tree in JSON has no length. */
  readonly limits?: Partial<Limits>;
  /**
   * The kind of type that an operand has. With it, text beside an operand of type Ip is an address and beside one of
   * type Bytes a string. Where it is not known, text that spells an address or a network is one, as {@link toJson}
   * writes it.
   */
  readonly typeOf?: (operand: OperandNode) => Type["kind"] | undefined;
  /** What faults call the value. Default: `<json>`. */
  readonly name?: string;
}

/** Levels of values that one level of nesting takes at most: `or`, `xor`, `and`, an argument and its operand. */
const LEVELS_PER_NESTING = 5;
/** Values that stand for one node at most: an argument and what it wraps. The checker counts the nodes themselves. */
const WRAPPED = 2;
const NOWHERE = { start: 0, end: 0 };

/**
 * Reads the interchange form (semantics.md#interchange-form), as `JSON.parse` gives it, into a tree. Faults carry the
 * JSON pointer of their place; unknown members are warnings. Never throws on account of the value, and does not
 * follow it beyond the limits.
 *
 * The spans of the tree are places in its canonical text, so `new Source(printExpression(tree))` is the source that
 * goes with it.
 */
export function fromJson(value: unknown, options: FromJsonOptions = {}): Result<Expression> {
  const limits = resolveLimits(options.limits);
  const reader = new Reader(limits, options.typeOf, new Source("", options.name ?? "<json>"));
  const root = reader.root(value);
  const { errors, warnings } = reader;
  if (root === undefined || errors.length > 0) return { ok: false, errors, warnings };
  const text = printExpression(root);
  const placed = parseExpression(new Source(text, options.name ?? "<json>"), {
    limits: { ...options.limits, maxExpressionLength: text.length },
  });
  return { ...placed, warnings: [...warnings, ...placed.warnings] };
}

type Members = Readonly<Record<string, unknown>>;
type Step = string | number;

const OPERATORS = new Map<string, ComparisonOperator>(
  [...JSON_OPERATORS].map(([ours, theirs]) => [theirs, ours]),
);
const LOGIC = new Map<string, LogicalNode["operator"]>([
  [JSON_LOGIC.and, "and"],
  [JSON_LOGIC.or, "or"],
  [JSON_LOGIC.xor, "xor"],
]);
const QUANTIFIERS = new Map<string, QuantifierNode["operator"]>([
  [JSON_QUANTIFIERS.any, "any"],
  [JSON_QUANTIFIERS.all, "all"],
]);
const OPS = [...LOGIC.keys(), "Not", ...QUANTIFIERS.keys(), "IsTrue", ...OPERATORS.keys(), "OneOf", "InList"];
const NAME = new RegExp(`^(?:${IDENTIFIER.source})$`);
const ATOM = new RegExp(`^(?:${ATOM_START.source})$`);
const RESERVED: ReadonlySet<unknown> = new Set(WORDS);

class Reader {
  readonly errors: Diagnostic[] = [];
  readonly warnings: Diagnostic[] = [];
  readonly #limits: Limits;
  readonly #typeOf: FromJsonOptions["typeOf"];
  readonly #source: Source;
  readonly #path: Step[] = [];
  #nodes = 0;
  /** Set when a limit is exceeded: what follows is not looked at. */
  #stopped = false;

  constructor(limits: Limits, typeOf: FromJsonOptions["typeOf"], source: Source) {
    this.#limits = limits;
    this.#typeOf = typeOf;
    this.#source = source;
  }

  root(value: unknown): Expression | undefined {
    try {
      return this.#expression(value, 0);
    } catch (error) {
      // The default depth limit needs a small part of a fresh stack; a raised limit or a deep caller may need more.
      if (!(error instanceof RangeError)) throw error;
      this.#path.length = 0;
      return this.#fault("E_NESTING_LIMIT", "the tree nests deeper than this program's stack allows");
    }
  }

  #expression(value: unknown, level: number): Expression | undefined {
    if (!this.#enter(level)) return undefined;
    const members = this.#object(value, "an expression");
    if (members === undefined) return undefined;
    if (Object.hasOwn(members, "kind")) return this.#argumentOf(members, level);
    const op = this.#required(members, "op");
    if (op === undefined) return undefined;
    const logic = typeof op === "string" ? LOGIC.get(op) : undefined;
    const quantifier = typeof op === "string" ? QUANTIFIERS.get(op) : undefined;
    if (logic !== undefined) {
      this.#only(members, ["op", "items"]);
      return this.#logical(logic, this.#required(members, "items"), level);
    }
    if (op === "Not" || quantifier !== undefined) {
      this.#only(members, ["op", "arg"]);
      const arg = this.#required(members, "arg");
      if (arg === undefined) return undefined;
      this.#path.push("arg");
      const argument = this.#expression(arg, level + 1);
      this.#path.pop();
      if (argument === undefined) return undefined;
      return quantifier === undefined
        ? { kind: "not", argument, span: NOWHERE }
        : { kind: "quantifier", operator: quantifier, argument, span: NOWHERE };
    }
    return this.#comparison(members, op, level);
  }

  // Without closures: what recurs here deeply must not take the stack with it.
  #logical(operator: LogicalNode["operator"], value: unknown, level: number): Expression | undefined {
    if (value === undefined) return undefined;
    this.#path.push("items");
    const given = this.#array(value);
    const items: Expression[] = [];
    for (let at = 0; given !== undefined && at < given.length && !this.#stopped; at++) {
      this.#path.push(at);
      const item = this.#expression(given[at], level + 1);
      this.#path.pop();
      if (item !== undefined) items.push(item);
    }
    if (given?.length === 0) this.#fault("E_DOC_RANGE", "expected at least one item");
    this.#path.pop();
    return items.length > 1 ? { kind: "logical", operator, items, span: NOWHERE } : items[0];
  }

  #comparison(members: Members, op: unknown, level: number): Expression | undefined {
    if (typeof op !== "string" || !OPS.includes(op))
      return this.#at("op", () => this.#fault("E_DOC_VALUE", "there is no such operator", OPS, op));
    this.#only(members, op === "IsTrue" ? ["lhs", "op"] : ["lhs", "op", "rhs"]);
    const lhs = this.#required(members, "lhs");
    const left = lhs === undefined ? undefined : this.#at("lhs", () => this.#operand(lhs, level + 1));
    if (op === "IsTrue") return left;
    const rhs = this.#required(members, "rhs");
    if (left === undefined || rhs === undefined) return undefined;
    const operator: ComparisonOperator = OPERATORS.get(op) ?? "in";
    const right = this.#at("rhs", () => this.#right(op, operator, rhs, left, level));
    return right && { kind: "comparison", left, operator, operatorSpan: NOWHERE, right, span: NOWHERE };
  }

  #right(
    op: string,
    operator: ComparisonOperator,
    value: unknown,
    left: OperandNode,
    level: number,
  ): ComparisonNode["right"] | undefined {
    if (op === "InList") {
      return typeof value === "string" && /^[A-Za-z0-9_.]+$/.test(value)
        ? { kind: "list", name: value, span: NOWHERE }
        : this.#fault("E_DOC_VALUE", "expected the name of a list, without `$`", undefined, value);
    }
    const type = this.#typeOf?.(left);
    if (op === "OneOf") {
      const items = this.#items(value, (item) => this.#item(item, type));
      return items && { kind: "set", items, span: NOWHERE };
    }
    if (op === "Matches") {
      return typeof value === "string"
        ? { kind: "regex", form: "raw", pattern: value, patternStart: 0, span: NOWHERE }
        : this.#fault("E_DOC_TYPE", "expected a pattern, as text", ["text"], value);
    }
    const context = contextOf(operator);
    if (context === "any" && isObject(value) && Object.hasOwn(value, "kind")) {
      const argument = this.#expression(value, level + 1);
      return argument === undefined || argument.kind === "operand" || isLiteral(argument)
        ? argument
        : this.#fault("E_DOC_VALUE", "expected an operand or a literal");
    }
    const right = this.#literal(value, context, type);
    const wanted =
      context === "int"
        ? ["atom"]
        : context === "any"
          ? undefined
          : op === "Contains"
            ? ["string", "atom"]
            : ["string"];
    return right === undefined || wanted === undefined || wanted.includes(right.kind)
      ? right
      : this.#fault("E_DOC_TYPE", `\`${op}\` takes no such value`, undefined, value);
  }

  /** `{"kind": …}`: what arguments are, and what is alone as a value. */
  #argumentOf(members: Members, level: number): Expression | undefined {
    this.#only(members, ["kind", "value"]);
    const value = this.#required(members, "value");
    if (value === undefined) return undefined;
    switch (members["kind"]) {
      case "IndexExpr":
        return this.#at("value", () => this.#operand(value, level + 1));
      case "Literal":
        return this.#at("value", () => this.#literal(value, "any", undefined));
      case "SimpleExpr":
        return this.#at("value", () => this.#expression(value, level + 1));
      default:
        return this.#at("kind", () =>
          this.#fault(
            "E_DOC_VALUE",
            "there is no such kind",
            ["IndexExpr", "Literal", "SimpleExpr"],
            members["kind"],
          ),
        );
    }
  }

  #operand(value: unknown, level: number): OperandNode | undefined {
    if (!this.#enter(level)) return undefined;
    if (!Array.isArray(value)) {
      const base = this.#base(value, level);
      return base && { kind: "operand", base, indexes: [], span: NOWHERE };
    }
    if (value.length === 0) return this.#fault("E_DOC_RANGE", "expected a field or a call");
    const base = this.#at(0, () => this.#base(value[0], level));
    const indexes = this.#items(value, (item, at) => (at === 0 ? undefined : this.#index(item)));
    return base && indexes && { kind: "operand", base, indexes, span: NOWHERE };
  }

  #base(value: unknown, level: number): OperandNode["base"] | undefined {
    if (typeof value === "string") return this.#name(value);
    const members = this.#object(value, "a field's name or a call");
    if (members === undefined) return undefined;
    this.#only(members, ["name", "args"]);
    const name = this.#required(members, "name");
    const args = this.#required(members, "args");
    if (name === undefined || args === undefined) return undefined;
    const identifier = this.#at("name", () => this.#name(name));
    const list = this.#at("args", () => this.#items(args, (item) => this.#expression(item, level + 1)));
    return identifier && list && { kind: "call", name: identifier, arguments: list, span: NOWHERE };
  }

  #name(value: unknown): IdentifierNode | undefined {
    if (typeof value === "string" && NAME.test(value) && !RESERVED.has(value))
      return { kind: "identifier", name: value, span: NOWHERE };
    return this.#fault("E_DOC_VALUE", "expected the name of a field or function", undefined, value);
  }

  #index(value: unknown): IndexNode | undefined {
    const members = this.#object(value, "an index");
    if (members === undefined) return undefined;
    const kind = this.#required(members, "kind");
    this.#only(members, kind === "MapEach" ? ["kind"] : ["kind", "value"]);
    if (kind === "MapEach") return { kind: "each", span: NOWHERE };
    if (kind !== "ArrayIndex" && kind !== "MapKey") {
      if (kind === undefined) return undefined;
      const kinds = ["ArrayIndex", "MapKey", "MapEach"];
      return this.#at("kind", () => this.#fault("E_DOC_VALUE", "there is no such index", kinds, kind));
    }
    const given = this.#required(members, "value");
    if (given === undefined) return undefined;
    return this.#at("value", (): IndexNode | undefined => {
      const node = this.#literal(given, kind === "MapKey" ? "bytes" : "int", undefined);
      if (node === undefined) return undefined;
      if (kind === "ArrayIndex" && node.kind === "atom")
        return { kind: "position", atom: node, span: NOWHERE };
      if (kind === "MapKey" && node.kind === "string") return { kind: "key", key: node, span: NOWHERE };
      return this.#fault("E_DOC_TYPE", `\`${kind}\` takes no such value`, undefined, given);
    });
  }

  #item(value: unknown, type: Type["kind"] | undefined): StringNode | AtomNode | undefined {
    if (isObject(value) && !Object.hasOwn(value, "atom")) return this.#range(value);
    const node = this.#literal(value, "any", type);
    if (node?.kind !== "boolean") return node;
    return this.#fault("E_DOC_TYPE", "a set cannot contain Bool values", undefined, value);
  }

  #range(members: Members): AtomNode | undefined {
    this.#enter(0);
    this.#only(members, ["start", "end"]);
    const start = this.#end(members, "start");
    const end = this.#end(members, "end");
    if (start === undefined || end === undefined) return undefined;
    return atom(start === end && !/[.:]/.test(start) ? start : `${start}..${end}`);
  }

  #end(members: Members, name: string): string | undefined {
    const value = this.#required(members, name);
    if (value === undefined) return undefined;
    if (Number.isSafeInteger(value)) return String(value);
    const isEnd =
      typeof value === "string" && (isLargeInteger(value) || (isAddressText(value) && !value.includes("/")));
    return isEnd
      ? value
      : this.#at(name, () =>
          this.#fault("E_DOC_VALUE", "expected an integer or an address", undefined, value),
        );
  }

  #literal(value: unknown, context: LiteralContext, type: Type["kind"] | undefined): LiteralNode | undefined {
    if (!this.#enter(0)) return undefined;
    if (typeof value === "boolean") return { kind: "boolean", value, span: NOWHERE };
    if (typeof value === "number") {
      return Number.isSafeInteger(value)
        ? atom(String(value))
        : this.#fault("E_DOC_VALUE", "expected an integer; write large ones as text", undefined, value);
    }
    if (typeof value === "string") return this.#text(value, context, type);
    if (Array.isArray(value)) {
      const isBytes = value.every((byte) => Number.isInteger(byte) && byte >= 0 && byte <= 255);
      if (!isBytes) return this.#fault("E_DOC_VALUE", "bytes are numbers from 0 to 255");
      let bytes = "";
      for (const byte of value) bytes += String.fromCharCode(byte);
      return string(bytes);
    }
    const members = this.#object(value, "a value");
    if (members === undefined) return undefined;
    this.#only(members, ["atom"]);
    const text = this.#required(members, "atom");
    if (text === undefined) return undefined;
    return typeof text === "string" && ATOM.test(text)
      ? atom(text)
      : this.#at("atom", () => this.#fault("E_DOC_VALUE", "this is not a literal", undefined, text));
  }

  #text(value: string, context: LiteralContext, type: Type["kind"] | undefined): LiteralNode {
    const large = isLargeInteger(value);
    if (context === "bytes" || type === "Bytes") return string(utf8Encode(value));
    if (context === "int" || type === "Int") return large ? atom(value) : string(utf8Encode(value));
    return large || isAddressText(value) ? atom(value) : string(utf8Encode(value));
  }

  /** Counts a node; false when a limit stops the reading. */
  #enter(level: number): boolean {
    if (this.#stopped) return false;
    this.#nodes++;
    if (level > this.#limits.maxNestingDepth * LEVELS_PER_NESTING + LEVELS_PER_NESTING) {
      this.#stop("E_NESTING_LIMIT", "the tree nests deeper than any expression may");
    } else if (this.#nodes > this.#limits.maxNodes * WRAPPED) {
      this.#stop("E_EXPR_TOO_LONG", `an expression has at most ${this.#limits.maxNodes} parts`);
    }
    return !this.#stopped;
  }

  #stop(code: Diagnostic["code"], message: string): void {
    this.#fault(code, message);
    this.#stopped = true;
  }

  #items<T>(value: unknown, read: (item: unknown, at: number) => T | undefined): readonly T[] | undefined {
    const given = value === undefined ? undefined : this.#array(value);
    if (given === undefined) return undefined;
    const out: T[] = [];
    const before = this.errors.length;
    for (let at = 0; at < given.length && !this.#stopped; at++) {
      const item = this.#at(at, () => read(given[at], at));
      if (item !== undefined) out.push(item);
    }
    return this.errors.length > before ? undefined : out;
  }

  #array(value: unknown): readonly unknown[] | undefined {
    return Array.isArray(value) ? value : this.#fault("E_DOC_TYPE", "expected an array", ["array"], value);
  }

  #object(value: unknown, what: string): Members | undefined {
    return isObject(value) ? value : this.#fault("E_DOC_TYPE", `expected ${what}`, ["object"], value);
  }

  #required(members: Members, name: string): unknown {
    const value = Object.hasOwn(members, name) ? members[name] : undefined;
    return value ?? this.#fault("E_DOC_MISSING", `\`${name}\` is missing`);
  }

  #only(members: Members, known: readonly string[]): void {
    for (const name of Object.keys(members)) {
      if (known.includes(name) || this.warnings.length >= this.#limits.maxDiagnostics) continue;
      this.#at(name, () =>
        this.warnings.push(
          this.#place("W_DOC_UNKNOWN_MEMBER", "warning", `\`${excerpt(name, 40)}\` is not a member here`),
        ),
      );
    }
  }

  #at<T>(step: Step, read: () => T): T {
    this.#path.push(step);
    const result = read();
    this.#path.pop();
    return result;
  }

  #fault(
    code: Diagnostic["code"],
    message: string,
    expected?: readonly string[],
    actual?: unknown,
  ): undefined {
    if (this.#stopped) return;
    this.errors.push({
      ...this.#place(code, "error", message),
      ...(expected === undefined ? {} : { expected }),
      ...(actual === undefined ? {} : { actual: kindOf(actual) }),
    });
    if (this.errors.length >= this.#limits.maxDiagnostics) this.#stopped = true;
  }

  #place(code: Diagnostic["code"], severity: Diagnostic["severity"], message: string): Diagnostic {
    const { frame: _none, ...diagnostic } = diagnose(this.#source, {
      code,
      severity,
      message,
      span: NOWHERE,
    });
    return { ...diagnostic, pointer: jsonPointer(this.#path) };
  }
}

function isObject(value: unknown): value is Members {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function kindOf(value: unknown): string {
  if (typeof value === "string") return excerpt(value, 40);
  if (value === null || typeof value === "number" || typeof value === "boolean") return String(value);
  return Array.isArray(value) ? "array" : typeof value;
}

function atom(text: string): AtomNode {
  return { kind: "atom", text, span: NOWHERE };
}

function string(value: string): StringNode {
  return { kind: "string", form: "quoted", value, span: NOWHERE };
}
