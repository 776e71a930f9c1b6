import { didYouMean } from "../diagnostics/suggest.ts";
import { DECISION_PHASE } from "../scheme/scheme.ts";
import type { IndexNode, OperandNode } from "../syntax/ast.ts";
import { type Type, typeName } from "../values/types.ts";
import { checkCall } from "./call.ts";
import { type Checking, noteKey, warnKeyCase } from "./checking.ts";
import { fieldMeantBy } from "./foreign-names.ts";
import { readInt } from "./literals.ts";
import type { CallNode, FieldNode, Operand, PathStep } from "./typed-ast.ts";

/** Resolves a field or call with its indexes (semantics.md#indexes); undefined when a fault was reported. */
export function checkOperand(cx: Checking, node: OperandNode): Operand | undefined {
  const base = node.base.kind === "call" ? checkCall(cx, node.base) : checkField(cx, node);
  if (node.indexes.length === 0 || base === undefined) return base;
  const path: PathStep[] = [];
  let type: Type = base.type;
  let mapped = false;
  for (const index of node.indexes) {
    if (type.kind !== "Array" && type.kind !== "Map") {
      cx.faults.push({
        code: "E_INDEX_ACCESS",
        message: `a value of type \`${typeName(type)}\` has no elements`,
        span: index.span,
        actual: typeName(type),
        hint: partsHint(base, cx) ?? "leave it out",
      });
      return undefined;
    }
    const step = checkIndex(cx, index, type, base);
    if (step === undefined) return undefined;
    mapped ||= step.kind === "each";
    path.push(step);
    type = type.element;
  }
  return { kind: "access", base, path, mapped, type, span: node.span };
}

/** Texts whose parts have a field of their own. */
const PARTS: ReadonlyMap<string, string> = new Map([
  ["http.cookie", "http.request.cookies"],
  ["http.request.uri", "http.request.uri.args"],
  ["http.request.uri.query", "http.request.uri.args"],
  ["http.request.full_uri", "http.request.uri.args"],
  ["http.request.body.raw", "http.request.body.form"],
]);

function partsHint(base: FieldNode | CallNode, { scheme }: Checking): string | undefined {
  const meant = base.kind === "field" ? PARTS.get(base.field.name) : undefined;
  return meant === undefined || scheme.field(meant) === undefined
    ? undefined
    : `its parts are in a field of their own: \`${meant}["name"][0]\``;
}

function checkIndex(
  cx: Checking,
  index: IndexNode,
  type: Extract<Type, { kind: "Array" | "Map" }>,
  base: FieldNode | CallNode,
): PathStep | undefined {
  if (index.kind === "each") return { kind: "each" };
  if (index.kind === "position") {
    const read = readInt(index.atom);
    if ("fault" in read) {
      cx.faults.push(read.fault);
      return undefined;
    }
    if (type.kind !== "Array") {
      cx.faults.push({
        code: "E_INDEX_ACCESS",
        message: `\`${typeName(type)}\` is indexed by a key, not by a position`,
        span: index.span,
        hint: `write \`["${index.atom.text}"]\``,
      });
      return undefined;
    }
    if (read.value < 0 || read.value > cx.limits.maxIndex) {
      cx.faults.push({
        code: "E_INDEX_LITERAL",
        message: `a position is between 0 and ${cx.limits.maxIndex}`,
        span: index.atom.span,
      });
      return undefined;
    }
    return { kind: "position", position: Number(read.value) };
  }
  if (type.kind !== "Map") {
    cx.faults.push({
      code: "E_INDEX_ACCESS",
      message: `\`${typeName(type)}\` is indexed by a position, not by a key`,
      span: index.span,
      hint: "write `[0]`, or `any(…[*] …)` for every element",
    });
    return undefined;
  }
  if (base.kind === "field") {
    warnKeyCase(cx, base.field, index.key.value, index.key.span, (key) => `["${key}"]`);
    noteKey(cx, base.field, index.key.value);
  }
  return { kind: "key", key: index.key.value };
}

const NO_IF = "a rule has no `if`: its expression is the condition, and its `action` says what happens";

function checkField(cx: Checking, node: OperandNode): FieldNode | undefined {
  if (node.base.kind === "call") return undefined;
  const { name, span } = node.base;
  const found = cx.scheme.field(name);
  if (found === undefined) {
    const definition = cx.scheme.function(name);
    if (definition !== undefined) {
      cx.faults.push({
        code: "E_EXPECTED_TOKEN",
        message: `\`${name}\` is a function and takes its arguments in parentheses`,
        span,
        expected: ["`(`"],
        hint: `write \`${name}(…)\`, with commas between the arguments`,
      });
      return undefined;
    }
    const hint = /^(AND|OR|XOR|NOT|ANY|ALL|IN|TRUE|FALSE)$/.test(name)
      ? `words of the language are lower case: write \`${name.toLowerCase()}\``
      : (fieldMeantBy(name, cx.scheme) ??
        (name === "if" ? NO_IF : undefined) ??
        didYouMean(
          name,
          cx.scheme.fields.flatMap((field) => (cx.scheme.isAvailable(field) ? [field.name] : [])),
        ));
    cx.faults.push({
      code: "E_UNKNOWN_IDENTIFIER",
      message: `there is no field \`${name}\``,
      span,
      ...(hint === undefined ? {} : { hint }),
    });
    return undefined;
  }
  const { field, slot } = found;
  if (!cx.scheme.isAvailable(field)) {
    const phases = field.phases ?? [];
    cx.faults.push({
      code: "E_FIELD_PHASE",
      message: `\`${field.name}\` has no value yet in phase \`${cx.scheme.phase}\``,
      span,
      hint: phases.includes(DECISION_PHASE)
        ? "it exists in the `counting_expression` of a rate limit"
        : phases.length === 0
          ? "it exists in no phase"
          : `it exists in ${phases.map((phase) => `\`${phase}\``).join(", ")}`,
    });
    return undefined;
  }
  cx.fields.set(field.name, field);
  return { kind: "field", slot, field, type: field.type, span };
}
