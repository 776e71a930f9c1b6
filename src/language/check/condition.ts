import type {
  Expression,
  LogicalNode as LogicalSyntax,
  OperandNode,
  QuantifierNode as QuantifierSyntax,
} from "../syntax/ast.ts";
import { BOOL_ARRAY, Bool, isScalar, sameType, typeName } from "../values/types.ts";
import { type Checking, cut, eachOf, warn } from "./checking.ts";
import { checkComparison } from "./comparison.ts";
import { canCombine, mappingOf, structure } from "./mapping.ts";
import { checkOperand } from "./operand.ts";
import type { Operand, TypedNode } from "./typed-ast.ts";
import { warnContradiction } from "./value-form.ts";

/** Checks a node that yields a truth value, or an array of them (semantics.md#conditions). */
export function checkCondition(cx: Checking, node: Expression): TypedNode | undefined {
  switch (node.kind) {
    case "boolean":
      return { kind: "constant", value: node.value, type: Bool, span: node.span };
    case "string":
    case "atom":
      return refuseAlone(cx, node, undefined);
    case "operand":
      return checkBare(cx, node);
    case "comparison":
      return checkComparison(cx, node);
    case "not": {
      const argument = checkCondition(cx, node.argument);
      return argument === undefined
        ? undefined
        : { kind: "not", argument, type: argument.type, span: node.span };
    }
    case "logical":
      return checkLogical(cx, node);
    case "quantifier": {
      const argument = checkQuantified(cx, node);
      if (argument === undefined) return undefined;
      if (node.operator === "all") warnIfAbsent(cx, argument);
      return { kind: "quantifier", operator: node.operator, argument, type: Bool, span: node.span };
    }
  }
}

function isAlone(node: Expression): node is Extract<Expression, { kind: "string" | "atom" }> {
  return node.kind === "string" || node.kind === "atom";
}

/** @param before the condition that it is joined to: people write `host eq "a" or "b"`. */
function refuseAlone(
  cx: Checking,
  node: Extract<Expression, { kind: "string" | "atom" }>,
  before: Expression | undefined,
): undefined {
  const textOf = ({ start, end }: Expression["span"]) => cx.source.text.slice(start, end);
  const repeated =
    before?.kind === "comparison"
      ? `${textOf(before.left.span)} ${before.operator} ${textOf(node.span)}`
      : "";
  const several =
    before?.kind === "comparison" && before.operator === "eq"
      ? `, or name all values: \`${textOf(before.left.span)} in {…}\``
      : "";
  cx.faults.push({
    code: "E_EXPECTED_TOKEN",
    message: "a literal alone is not a condition",
    span: node.span,
    hint:
      repeated === "" || repeated.length > MAX_REPEATED || /[`\n]/.test(repeated)
        ? "write the field or function on the left, the value on the right"
        : `repeat the left side: \`${repeated}\`${several}`,
  });
  return undefined;
}

/** Longest comparison that a hint repeats. */
const MAX_REPEATED = 120;

/** The argument of `any` or `all`, which must be an Array<Bool>. */
function checkQuantified(cx: Checking, node: QuantifierSyntax): TypedNode | undefined {
  const { argument } = node;
  if (argument.kind === "string" || argument.kind === "atom") return refuseQuantified(cx, node, "a literal");
  const checked = argument.kind === "operand" ? checkOperand(cx, argument) : checkCondition(cx, argument);
  if (checked === undefined) return undefined;
  const mapped = checked.kind === "access" && checked.mapped;
  if (mapped && checked.type.kind === "Bool") return withoutTrailingEach(checked);
  if (!mapped && sameType(checked.type, BOOL_ARRAY)) return checked;
  return refuseQuantified(cx, node, `${typeName(checked.type)}${mapped ? " elements" : ""}`);
}

function refuseQuantified(cx: Checking, node: QuantifierSyntax, actual: string): undefined {
  cx.faults.push({
    code: "E_TYPE_MISMATCH",
    message: `\`${node.operator}\` takes an Array<Bool>, found ${actual}`,
    span: node.argument.span,
    expected: ["Array<Bool>"],
    actual,
    hint: `compare every element with \`[*]\`: \`${node.operator}(field[*] eq …)\``,
  });
  return undefined;
}

function checkBare(cx: Checking, node: OperandNode): TypedNode | undefined {
  const operand = checkOperand(cx, node);
  if (operand === undefined) return undefined;
  const mapped = operand.kind === "access" && operand.mapped;
  if (!mapped && (operand.type.kind === "Bool" || sameType(operand.type, BOOL_ARRAY))) return operand;
  if (mapped && operand.type.kind === "Bool") return withoutTrailingEach(operand);
  const isTruth = operand.type.kind === "Bool" || sameType(operand.type, BOOL_ARRAY);
  cx.faults.push({
    code: mapped ? "E_TYPE_MISMATCH" : "E_EXPECTED_TOKEN",
    message:
      mapped && isTruth
        ? "the elements are arrays of truth values, not truth values"
        : `a value of type ${typeName(operand.type)} is not a condition`,
    span: { start: node.span.end, end: node.span.end },
    expected: ["a comparison operator"],
    hint: isScalar(operand.type)
      ? "compare it with a value, such as `eq …`"
      : `test each element: \`any(${eachOf(cx, node.span, operand.type)} eq …)\``,
  });
  return undefined;
}

/** `flags[*]` is `flags` (semantics.md#every-element); deeper paths are collected into an array. */
function withoutTrailingEach(operand: Extract<Operand, { kind: "access" }>): TypedNode {
  const eachSteps = operand.path.filter((step) => step.kind === "each").length;
  if (eachSteps === 1 && operand.path.at(-1)?.kind === "each") {
    if (operand.path.length === 1 && operand.base.type.kind === "Array") return operand.base;
    const path = operand.path.slice(0, -1);
    if (path.length > 0 && !(operand.base.type.kind === "Map" && path.length === 0)) {
      const inner: TypedNode = { ...operand, path, mapped: false, type: BOOL_ARRAY };
      if (endsInArray(operand)) return inner;
    }
  }
  return { kind: "each", operand, type: BOOL_ARRAY, span: operand.span };
}

/** Whether what is before the last step is an array, not a map. */
function endsInArray(operand: Extract<Operand, { kind: "access" }>): boolean {
  let type = operand.base.type;
  for (const _ of operand.path.slice(0, -1)) {
    if (type.kind !== "Array" && type.kind !== "Map") return false;
    type = type.element;
  }
  return type.kind === "Array";
}

function checkLogical(cx: Checking, node: LogicalSyntax): TypedNode | undefined {
  const items: TypedNode[] = [];
  for (const [at, item] of node.items.entries()) {
    const checked = isAlone(item) ? refuseAlone(cx, item, node.items[at - 1]) : checkCondition(cx, item);
    if (checked === undefined) continue;
    const first = items[0];
    if (first !== undefined && !sameType(first.type, checked.type)) {
      cx.faults.push({
        code: "E_TYPE_MISMATCH",
        message: `\`${node.operator}\` joins ${typeName(first.type)} with ${typeName(checked.type)}`,
        span: item.span,
        expected: [typeName(first.type)],
        actual: typeName(checked.type),
        hint: "put the comparison of `[*]` into `any(…)` or `all(…)`",
      });
      continue;
    }
    if (
      first !== undefined &&
      sameType(first.type, BOOL_ARRAY) &&
      !checkMapping(cx, node, first, item, checked)
    )
      continue;
    items.push(checked);
  }
  const [first] = items;
  if (first === undefined || items.length < node.items.length) return undefined;
  if (node.operator !== "xor") warnContradiction(cx, node.operator, items);
  return {
    kind: "logical",
    operator: node.operator,
    items: cut(items),
    type: first.type,
    span: node.span,
  };
}

/** Whether `checked` may be combined with `first` element by element (semantics.md#elements-in-step). */
function checkMapping(
  cx: Checking,
  node: LogicalSyntax,
  first: TypedNode,
  item: Expression,
  checked: TypedNode,
): boolean {
  const mapping = mappingOf(first);
  const other = mappingOf(checked);
  if (!canCombine(mapping, other)) {
    cx.faults.push({
      code: "E_MAP_EACH_MIX",
      message: `\`${node.operator}\` combines elements of different arrays`,
      span: item.span,
      hint: "use one `any(…)` for each array, or arrays that belong together, such as header names and values",
    });
    return false;
  }
  if (mapping.tail !== other.tail) {
    warn(cx, {
      code: "W_MAP_EACH_SHIFT",
      message: "elements that lack one of the values are left out, so the others may not pair up",
      span: item.span,
      hint: "use one `any(…)` for each value",
    });
  }
  return true;
}

/**
 * `all` over a key that the request lacks is true, which surprises (semantics.md#quantifiers). No warning when the
 * same value is tested for presence elsewhere in the expression.
 */
function warnIfAbsent(cx: Checking, argument: TypedNode): void {
  const operand = mappedOperand(argument);
  if (operand?.kind !== "access" || !operand.path.some((step) => step.kind === "key")) return;
  const lastEach = operand.path.findLastIndex((step) => step.kind === "each");
  const base = structure({ ...operand, path: operand.path.slice(0, lastEach) });
  cx.absent.push({ base, span: argument.span });
}

/** Reports the `all` conditions that nothing else in the expression guards. */
export function reportAbsent(cx: Checking, root: TypedNode): void {
  if (cx.absent.length === 0) return;
  const guarded = new Set<string>();
  collectGuards(root, guarded);
  for (const { base, span } of cx.absent) {
    if (guarded.has(base)) continue;
    warn(cx, {
      code: "W_ALL_ABSENT",
      message: "`all` is true when the key is missing",
      span,
      hint: "add a presence test, such as `has_key(…)` or `any(…)`",
    });
  }
}

function collectGuards(node: TypedNode, guarded: Set<string>): void {
  switch (node.kind) {
    case "quantifier": {
      const operand = node.operator === "any" ? mappedOperand(node.argument) : undefined;
      if (operand?.kind === "access") {
        const lastEach = operand.path.findLastIndex((step) => step.kind === "each");
        guarded.add(structure({ ...operand, path: operand.path.slice(0, lastEach) }));
      }
      return;
    }
    case "call":
      if (node.function.meaning === "has_key" && node.arguments[1]?.kind === "constant") {
        const [map, key] = node.arguments;
        const step = { kind: "key" as const, key: String(key.value) };
        if (map?.kind === "field")
          guarded.add(
            structure({
              kind: "access",
              base: map,
              path: [step],
              mapped: false,
              type: map.type,
              span: map.span,
            }),
          );
      }
      if (node.function.meaning === "length" && node.arguments[0] !== undefined)
        guarded.add(structure(node.arguments[0]));
      for (const argument of node.arguments) collectGuards(argument, guarded);
      return;
    case "compare":
      collectGuards(node.left, guarded);
      return;
    case "not":
      collectGuards(node.argument, guarded);
      return;
    case "logical":
      for (const item of node.items) collectGuards(item, guarded);
      return;
    default:
  }
}

function mappedOperand(node: TypedNode): Operand | undefined {
  if (node.kind === "compare" || node.kind === "test") return node.left;
  if (node.kind === "not") return mappedOperand(node.argument);
  const first = node.kind === "logical" ? node.items[0] : undefined;
  return first === undefined ? undefined : mappedOperand(first);
}
