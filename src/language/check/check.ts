import { type Diagnostic, diagnose, type Result } from "../diagnostics/diagnostic.ts";
import type { Source } from "../diagnostics/source.ts";
import type { Scheme } from "../scheme/scheme.ts";
import type { Expression } from "../syntax/ast.ts";
import { resolveLimits } from "../syntax/limits.ts";
import { BOOL_ARRAY, Bool, Bytes, Int, Ip, sameType, type Type, typeName } from "../values/types.ts";
import { type Checking, type CheckOptions, cut, groupedFault, isGrouped } from "./checking.ts";
import { checkCondition, reportAbsent } from "./condition.ts";
import { readLiteral } from "./literals.ts";
import { checkOperand } from "./operand.ts";
import type { CheckedExpression, TypedNode } from "./typed-ast.ts";

export type { CheckOptions } from "./checking.ts";

/** Checks a tree as a filter: its type must be Bool. */
export function checkFilter(
  root: Expression,
  source: Source,
  scheme: Scheme<never>,
  options: CheckOptions,
): Result<CheckedExpression> {
  return run(root, source, scheme, options, (cx) => {
    const node = checkCondition(cx, root);
    if (node === undefined || node.type.kind === "Bool") return node;
    cx.faults.push({
      code: "E_TYPE_MISMATCH",
      message: `a filter must be Bool, found ${typeName(node.type)}`,
      span: root.span,
      expected: ["Bool"],
      actual: typeName(node.type),
      hint: "wrap it in `any(…)` or `all(…)`",
    });
    return undefined;
  });
}

/**
 * Checks a tree as a value expression (semantics.md#value-expressions): any type, or the expected one.
 */
export function checkValue(
  root: Expression,
  source: Source,
  scheme: Scheme<never>,
  options: CheckOptions,
  expected?: Type,
): Result<CheckedExpression> {
  return run(root, source, scheme, options, (cx) => {
    const node = valueNode(cx, root, expected);
    if (node === undefined) return undefined;
    const mapped =
      (node.kind === "access" && node.mapped) || (node.type.kind === "Array" && isMappedComparison(node));
    if (mapped) {
      cx.faults.push({
        code: "E_TYPE_MISMATCH",
        message: "`[*]` returns many values; a value expression has one",
        span: root.span,
        hint: "take one element, or `join(…)` them",
      });
      return undefined;
    }
    if (expected !== undefined && !sameType(node.type, expected)) {
      cx.faults.push({
        code: "E_TYPE_MISMATCH",
        message: `expected ${typeName(expected)}, found ${typeName(node.type)}`,
        span: root.span,
        expected: [typeName(expected)],
        actual: typeName(node.type),
        ...conversionHint(node.type, expected),
      });
      return undefined;
    }
    return node;
  });
}

function isMappedComparison(node: TypedNode): boolean {
  if (node.kind === "compare" || node.kind === "test") return sameType(node.type, BOOL_ARRAY);
  if (node.kind === "not") return isMappedComparison(node.argument);
  return node.kind === "logical" && node.items.some(isMappedComparison);
}

function conversionHint(actual: Type, expected: Type): { readonly hint?: string } {
  if (expected.kind !== "Bytes") return {};
  if (actual.kind === "Int" || actual.kind === "Bool" || actual.kind === "Ip")
    return { hint: "convert it with `to_string(…)`" };
  return actual.kind === "Array"
    ? { hint: 'join the elements with `join(…, ",")`, or take one with `[0]`' }
    : {};
}

function valueNode(cx: Checking, root: Expression, expected: Type | undefined): TypedNode | undefined {
  if (root.kind === "operand") {
    const operand = checkOperand(cx, root);
    const isValue =
      operand !== undefined && operand.type.kind !== "Bool" && !sameType(operand.type, BOOL_ARRAY);
    return isValue && isGrouped(cx, 0, root, 0) ? groupedFault(cx, root) : operand;
  }
  if (root.kind !== "string" && root.kind !== "atom" && root.kind !== "boolean")
    return checkCondition(cx, root);
  const wanted = [Bool, Int, Ip, Bytes].filter((type) => expected === undefined || sameType(type, expected));
  const read = readLiteral(root, wanted) ?? readLiteral(root, [Bool, Int, Ip, Bytes]);
  if (read === undefined) return undefined;
  if ("fault" in read) {
    cx.faults.push(read.fault);
    return undefined;
  }
  return { kind: "constant", value: read.value.value, type: read.value.type, span: root.span };
}

function run(
  root: Expression,
  source: Source,
  scheme: Scheme<never>,
  options: CheckOptions,
  check: (cx: Checking) => TypedNode | undefined,
): Result<CheckedExpression> {
  const cx: Checking = {
    source,
    scheme,
    limits: resolveLimits(options.limits),
    options,
    faults: [],
    fields: new Map(),
    lists: new Map(),
    lowerCaseKeys: new Set(),
    warnings: [],
    patterns: 0,
    compiledPatterns: new Map(),
    absent: [],
    once: [],
    rules: { condition: checkCondition, operand: checkOperand },
  };
  const nodes = countNodes(root);
  if (nodes > cx.limits.maxNodes) {
    cx.faults.push({
      code: "E_EXPR_TOO_LONG",
      message: `an expression has at most ${cx.limits.maxNodes} parts, found ${nodes}`,
      span: root.span,
      hint: "put long value lists into a named list, or split the rule",
    });
  }
  const node = cx.faults.length > 0 ? undefined : check(cx);
  if (node === undefined || cx.faults.length > 0) {
    return { ok: false, errors: place(cx), warnings: cx.warnings };
  }
  reportAbsent(cx, node);
  const value = {
    root: node,
    type: node.type,
    fields: cut([...cx.fields.values()]),
    lowerCaseKeys: cut([...cx.lowerCaseKeys]),
    lists: cut([...cx.lists.values()]),
    warnings: cut(cx.warnings),
  };
  return { ok: true, value, warnings: cx.warnings };
}

function place(cx: Checking): readonly Diagnostic[] {
  return [...cx.faults]
    .sort((left, right) => left.span.start - right.span.start)
    .slice(0, cx.limits.maxDiagnostics)
    .map((fault) => diagnose(cx.source, fault));
}

function countNodes(node: Expression): number {
  switch (node.kind) {
    case "logical":
      return node.items.reduce((sum, item) => sum + countNodes(item), 1);
    case "not":
    case "quantifier":
      return 1 + countNodes(node.argument);
    case "comparison":
      return 1 + countNodes(node.left) + (node.right.kind === "set" ? 1 + node.right.items.length : 1);
    case "operand": {
      const call =
        node.base.kind === "call" ? node.base.arguments.reduce((sum, item) => sum + countNodes(item), 1) : 0;
      return 1 + call + node.indexes.length;
    }
    default:
      return 1;
  }
}
