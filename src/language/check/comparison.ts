import type { Fault } from "../diagnostics/diagnostic.ts";
import { excerpt } from "../diagnostics/printable.ts";
import type { Span } from "../diagnostics/source.ts";
import { didYouMean } from "../diagnostics/suggest.ts";
import type { ListDefinition, ListKind } from "../scheme/definitions.ts";
import { isListName } from "../scheme/scheme.ts";
import { type IntRange, mergeIntRanges } from "../sets/int-set.ts";
import type { ComparisonNode, OperandNode, OrderOperator, RegexNode, SetNode } from "../syntax/ast.ts";
import { utf8Encode } from "../values/bytes.ts";
import { type IpRange, unwrapMapped, unwrapMappedRange } from "../values/ip.ts";
import {
  BOOL_ARRAY,
  Bool,
  isScalar,
  type ScalarType,
  sameType,
  type Type,
  typeName,
} from "../values/types.ts";
import { Ip6, type Value } from "../values/value.ts";
import { compileWildcard } from "../values/wildcard.ts";
import { type Checking, cut, eachOf, tooManyPatterns, warn } from "./checking.ts";
import { fieldOf } from "./host-form.ts";
import {
  type Read,
  readByteList,
  readInt,
  readIntItem,
  readIpItem,
  readLiteral,
  wrongLiteral,
} from "./literals.ts";
import { checkOperand } from "./operand.ts";
import type { ConstantNode, Operand, Test, TypedNode } from "./typed-ast.ts";
import { warnBound, warnLiteral, warnPattern } from "./value-form.ts";

const ORDER: readonly OrderOperator[] = ["eq", "ne", "lt", "le", "gt", "ge"];
const BYTES_ONLY: ReadonlySet<string> = new Set(["contains", "matches", "wildcard", "strict wildcard"]);

/** Checks `operand operator value` (semantics.md#comparisons). */
export function checkComparison(cx: Checking, node: ComparisonNode): TypedNode | undefined {
  const left = checkOperand(cx, node.left);
  if (left === undefined) {
    // The right side may have faults too; unknown names there are worth reporting at the same time.
    if (node.right.kind === "operand") checkOperand(cx, node.right);
    return undefined;
  }
  const type = scalarLeft(cx, node, left);
  if (type === undefined) return undefined;
  const mapped = left.kind === "access" && left.mapped;
  const base = { left, type: mapped ? BOOL_ARRAY : Bool, span: node.span, operatorSpan: node.operatorSpan };
  const order = ORDER.find((operator) => operator === node.operator);
  if (order !== undefined) {
    const right = checkRight(cx, node, left, type);
    if (right === undefined) return undefined;
    const nilNotEqual = cx.options.nilNotEqual === true;
    if (order === "ne" && !nilNotEqual && (mayBeAbsent(left) || mayBeAbsent(right))) {
      warn(cx, {
        code: "W_NE_ABSENT",
        message: "this is false where the value is missing, as every comparison is",
        span: node.span,
        hint: "`not … eq …` is true then",
      });
    }
    return { kind: "compare", operator: order, right, nilNotEqual, ...base };
  }
  const test = checkTest(cx, node, left, type);
  return test === undefined ? undefined : { kind: "test", test, ...base };
}

/** Whether it takes one element, or makes a text of one. Comparisons of whole fields and lengths are deliberate. */
function mayBeAbsent(node: TypedNode): boolean {
  if (node.kind === "access") return !node.mapped;
  return (
    node.kind === "call" &&
    !node.mapped &&
    node.type.kind !== "Int" &&
    node.function.nil !== "receive" &&
    node.arguments.some(mayBeAbsent)
  );
}

/** The left side's scalar type, if the operator is defined for it. */
function scalarLeft(cx: Checking, node: ComparisonNode, left: Operand): ScalarType | undefined {
  const { type } = left;
  const defined =
    isScalar(type) &&
    type.kind !== "Bool" &&
    (!BYTES_ONLY.has(node.operator) || type.kind === "Bytes") &&
    (node.operator !== "bitwise_and" || type.kind === "Int");
  if (defined) return type;
  cx.faults.push({
    code: "E_UNSUPPORTED_OP",
    message: `\`${node.operator}\` is not defined for ${typeName(type)}`,
    span: node.operatorSpan,
    actual: typeName(type),
    ...unsupportedHint(cx, node, left),
  });
  return undefined;
}

/** A list that says no kind has that of its items: one item of another kind makes it a list of strings. */
function kindHint({ kind, example }: ListDefinition, type: Type): { readonly hint?: string } {
  const [wanted, what] =
    type.kind === "Ip" ? ["ip", "an address"] : type.kind === "Int" ? ["int", "a number"] : [];
  if (kind !== "string" || wanted === undefined) return {};
  const remedy = `give the list \`kind: ${wanted}\`; without a kind, one other item makes it a list of strings`;
  if (example === undefined) return { hint: remedy };
  return { hint: `its item \`${excerpt(example)}\` is not ${what}: correct it, or ${remedy}` };
}

function unsupportedHint(cx: Checking, node: ComparisonNode, left: Operand): { readonly hint?: string } {
  const { type } = left;
  if (type.kind === "Bool")
    return { hint: "a Bool needs no comparison: write the field itself, or `not` before it" };
  if (type.kind === "Array" || type.kind === "Map") {
    const each = `\`any(${eachOf(cx, node.left.span, type)} ${node.operator} …)\``;
    if (left.kind === "access" && left.mapped) return { hint: `test each element: ${each}` };
    const one = type.kind === "Array" ? "element with `[0]`" : 'value with `["key"]`';
    return { hint: `test each element: ${each}; or take one ${one}` };
  }
  if (type.kind === "Int" && BYTES_ONLY.has(node.operator))
    return { hint: "integers are compared with `eq`, `lt`, `in {…}` and similar operators" };
  if (type.kind === "Ip") return { hint: "addresses are compared with `eq` and `in {…}`" };
  return {};
}

function checkRight(
  cx: Checking,
  node: ComparisonNode,
  left: Operand,
  type: ScalarType,
): ConstantNode | Operand | undefined {
  const { right } = node;
  if (right.kind === "operand") {
    const word = unquoted(cx, right);
    if (word !== undefined) return refuse(cx, unquotedFault(cx, word, right.span, left, type));
    const operand = checkOperand(cx, right);
    if (operand === undefined) return undefined;
    if (operand.kind === "access" && operand.mapped) {
      cx.faults.push({
        code: "E_MAP_EACH",
        message: "`[*]` is allowed on the left side only",
        span: right.span,
      });
      return undefined;
    }
    if (!isScalar(operand.type) || operand.type.kind === "Bool") {
      cx.faults.push({
        code: "E_UNSUPPORTED_OP",
        message: `a value of type ${typeName(operand.type)} cannot be compared`,
        span: node.operatorSpan,
        actual: typeName(operand.type),
      });
      return undefined;
    }
    if (!sameType(operand.type, type)) {
      cx.faults.push({
        code: "E_TYPE_MISMATCH",
        message: `${typeName(type)} cannot be compared with ${typeName(operand.type)}`,
        span: right.span,
        expected: [typeName(type)],
        actual: typeName(operand.type),
      });
      return undefined;
    }
    return operand;
  }
  if (right.kind !== "string" && right.kind !== "atom" && right.kind !== "boolean") {
    return refuse(cx, {
      code: "E_EXPECTED_TOKEN",
      message: `\`${node.operator}\` needs a literal, a field or a function on its right side`,
      span: right.span,
    });
  }
  const read = readLiteral(right, [type]);
  if (read === undefined) {
    cx.faults.push(wrongLiteral(right, type, sourceText(cx, right.span)));
    return undefined;
  }
  if ("fault" in read) {
    cx.faults.push(read.fault);
    return undefined;
  }
  const { value } = read.value;
  if (typeof value === "string" && (node.operator === "eq" || node.operator === "ne"))
    warnLiteral(cx, left, value, right.span, "whole");
  if (typeof value === "number" || typeof value === "bigint")
    warnBound(cx, left, node.operator, value, node.span);
  return { kind: "constant", value: isUnmapped(left) ? unwrapped(value) : value, type, span: right.span };
}

/** A word on the right side that is not a name of the scheme: text without its quotes, more often than not. */
function unquoted(cx: Checking, { base, indexes }: OperandNode): string | undefined {
  if (base.kind === "call" || indexes.length > 0) return undefined;
  const isKnown = cx.scheme.field(base.name) !== undefined || cx.scheme.function(base.name) !== undefined;
  return isKnown ? undefined : base.name;
}

function unquotedFault(cx: Checking, word: string, span: Span, left: Operand, type: ScalarType): Fault {
  const near = didYouMean(
    word,
    cx.scheme.fields.map((field) => field.name),
  );
  const isNothing = /^(?:null|nil|none|undefined|empty)$/i.test(word);
  const number = type.kind === "Int" ? /^AS(\d+)$/i.exec(word)?.[1] : undefined;
  // A URL ends at the colon, which no name holds.
  const whole = /^[a-z]+:\/\/[^\s"`)}]*/i.exec(cx.source.text.slice(span.start))?.[0] ?? word;
  const quoted = type.kind === "Bytes" ? `put text in quotes: \`"${excerpt(whole)}"\`` : undefined;
  const written = number === undefined ? quoted : `write the number alone: \`${number}\``;
  const hint = isNothing
    ? absenceHint(cx, left, type)
    : word.includes(".")
      ? (near ?? written)
      : (written ?? near);
  return {
    code: "E_UNKNOWN_IDENTIFIER",
    message: `there is no field \`${word}\``,
    span,
    ...(hint === undefined ? {} : { hint }),
  };
}

/** How to test whether a value is missing, which no comparison does. */
function absenceHint(cx: Checking, left: Operand, type: ScalarType): string {
  const text = cx.source.text.slice(left.span.start, left.span.end);
  const key = left.kind === "access" ? left.path.find((step) => step.kind === "key") : undefined;
  if (key?.kind === "key" && left.kind === "access" && left.path[0] === key)
    return `test for the key: \`not has_key(${cx.source.text.slice(left.base.span.start, left.base.span.end)}, "${key.key}")\``;
  return type.kind === "Bytes"
    ? `a missing text is empty: \`${text} eq ""\``
    : "no value equals a missing one; compare with a value";
}

function isUnmapped(left: Operand): boolean {
  return fieldOf(left)?.unmapped === true;
}

function unwrapped(value: Value): Value {
  return value instanceof Ip6 ? unwrapMapped(value) : value;
}

function sourceText(cx: Checking, span: Span): string {
  return excerpt(cx.source.text.slice(span.start, span.end), 40);
}

function checkTest(cx: Checking, node: ComparisonNode, left: Operand, type: ScalarType): Test | undefined {
  const { right } = node;
  switch (right.kind) {
    case "regex":
      return checkPattern(cx, right, left);
    case "set":
      return checkSet(cx, right, left, type);
    case "list":
      return checkList(cx, right.name, right.span, type);
    case "string":
      if (node.operator === "contains") {
        warnLiteral(cx, left, right.value, right.span, "piece");
        return { kind: "contains", needle: right.value };
      }
      if (node.operator === "bitwise_and")
        return refuse(cx, wrongLiteral(right, type, sourceText(cx, right.span)));
      warnLiteral(
        cx,
        left,
        right.value,
        right.span,
        node.operator === "wildcard" ? "pattern" : "strict pattern",
      );
      return checkWildcard(cx, right.value, right.span, node.operator === "strict wildcard");
    case "atom": {
      if (node.operator === "contains") {
        const bytes = take(cx, readByteList(right));
        return bytes === undefined ? undefined : { kind: "contains", needle: bytes };
      }
      const mask = take(cx, readInt(right));
      return mask === undefined ? undefined : { kind: "bitwise_and", mask };
    }
    default:
      return refuse(cx, {
        code: "E_EXPECTED_TOKEN",
        message: `\`${node.operator}\` needs a literal on its right side`,
        span: right.span,
      });
  }
}

function refuse(cx: Checking, fault: Fault): undefined {
  cx.faults.push(fault);
  return undefined;
}

function take<T>(cx: Checking, read: Read<T>): T | undefined {
  if ("fault" in read) return refuse(cx, read.fault);
  return read.value;
}

function checkPattern(cx: Checking, node: RegexNode, left: Operand): Test | undefined {
  cx.patterns++;
  if (cx.patterns > cx.limits.maxRegexPerExpression) return refuse(cx, tooManyPatterns(cx, node.span));
  const length = utf8Encode(node.pattern).length;
  if (length > cx.limits.maxRegexLength) {
    return refuse(cx, {
      code: "E_REGEX_LIMIT",
      message: `a regular expression has at most ${cx.limits.maxRegexLength} bytes, found ${length}`,
      span: node.span,
    });
  }
  let compiled = cx.compiledPatterns.get(node.pattern);
  if (compiled === undefined) {
    compiled = cx.options.patterns.compile(node.pattern);
    cx.compiledPatterns.set(node.pattern, compiled);
  }
  if (compiled.ok) {
    warnPattern(cx, left, compiled.pattern.demands?.form, node.span);
    return { kind: "matches", pattern: compiled.pattern };
  }
  const { fault } = compiled;
  const last = Math.max(node.patternStart, node.span.end);
  const start = Math.min(node.patternStart + fault.start, last);
  return refuse(cx, {
    code: fault.code,
    message: fault.message,
    span: { start, end: Math.min(Math.max(node.patternStart + fault.end, start), last) },
    ...(fault.hint === undefined ? {} : { hint: fault.hint }),
  });
}

function checkWildcard(cx: Checking, pattern: string, span: Span, strict: boolean): Test | undefined {
  const wildcard = compileWildcard(pattern, strict, cx.limits.maxWildcardStars);
  if (!("message" in wildcard)) return { kind: "wildcard", strict, wildcard };
  return refuse(cx, {
    code: "E_INVALID_WILDCARD",
    message: wildcard.message,
    span,
    ...(wildcard.hint === undefined ? {} : { hint: wildcard.hint }),
  });
}

function checkSet(cx: Checking, node: SetNode, left: Operand, type: ScalarType): Test | undefined {
  const before = cx.faults.length;
  const ints: IntRange[] = [];
  const ips: IpRange[] = [];
  const bytes: string[] = [];
  for (const item of node.items) {
    if (item.kind !== "atom") {
      if (item.kind === "string" && type.kind === "Bytes") {
        warnLiteral(cx, left, item.value, item.span, "whole");
        bytes.push(item.value);
      } else refuse(cx, wrongLiteral(item, type, sourceText(cx, item.span)));
    } else if (type.kind === "Int") collect(ints, take(cx, readIntItem(item)));
    else if (type.kind === "Ip") collect(ips, take(cx, readIpItem(item)));
    else collect(bytes, take(cx, readByteList(item)));
  }
  if (cx.faults.length > before) return undefined;
  if (type.kind === "Int") return { kind: "in-ints", ranges: mergeIntRanges(ints) };
  return type.kind === "Ip"
    ? { kind: "in-ips", ranges: isUnmapped(left) ? ips.map(unwrapMappedRange) : cut(ips) }
    : { kind: "in-bytes", items: [...new Set(bytes)] };
}

function collect<T>(items: T[], item: T | undefined): void {
  if (item !== undefined) items.push(item);
}

/** Which left type a kind of list is looked up by. */
const LIST_TYPES: Readonly<Record<ListKind, ScalarType["kind"]>> = {
  ip: "Ip",
  int: "Int",
  hostname: "Bytes",
  string: "Bytes",
  prefix: "Bytes",
  suffix: "Bytes",
  substring: "Bytes",
  redirect: "Bytes",
};
const DEFAULT_KINDS: Readonly<Record<string, ListKind>> = { Ip: "ip", Int: "int", Bytes: "string" };

function checkList(cx: Checking, name: string, span: Span, type: ScalarType): Test | undefined {
  if (!isListName(name, cx.limits.maxListNameLength)) {
    return refuse(cx, {
      code: "E_LIST_NAME",
      message: `\`$${name}\` is not a list name`,
      span,
      hint: isListName(name.toLowerCase(), cx.limits.maxListNameLength)
        ? `list names are lower case: write \`$${name.toLowerCase()}\``
        : `lower-case letters, digits, \`_\` and single dots, at most ${cx.limits.maxListNameLength} characters`,
    });
  }
  const found = cx.scheme.list(name);
  if (found === undefined) {
    const hint = didYouMean(
      `$${name}`,
      cx.scheme.lists.map((list) => `$${list.name}`),
    );
    if (cx.options.lists === "late") {
      const found = { code: "W_LIST_UNKNOWN", message: `there is no list \`$${name}\` yet`, span } as const;
      warn(cx, hint === undefined ? found : { ...found, hint });
      const list = { name, kind: DEFAULT_KINDS[type.kind]! };
      cx.lists.set(name, list);
      return { kind: "in-list", list, listSlot: -1 };
    }
    return refuse(cx, {
      code: "E_LIST_UNKNOWN",
      message: `there is no list \`$${name}\``,
      span,
      ...(hint === undefined ? {} : { hint }),
    });
  }
  if (LIST_TYPES[found.list.kind] !== type.kind) {
    return refuse(cx, {
      code: "E_LIST_KIND",
      message: `\`$${name}\` is a list of kind ${found.list.kind}, which cannot contain ${typeName(type)} values`,
      span,
      ...kindHint(found.list, type),
    });
  }
  cx.lists.set(name, found.list);
  return { kind: "in-list", list: found.list, listSlot: found.slot };
}
