import type { PathStep, TestNode, TypedNode } from "../check/typed-ast.ts";
import type { Span } from "../diagnostics/source.ts";
import type { EvaluationContext } from "../scheme/execution-context.ts";
import type { Type } from "../values/types.ts";
import type { Value } from "../values/value.ts";
import { compileReader, type Recorder } from "./closures.ts";
import type { Compiled } from "./compile.ts";

/** One part of an expression and what became of it for one request. */
export interface TraceStep {
  /** Kind of the node. */
  readonly kind: TypedNode["kind"];
  /** The part as written. */
  readonly text: string;
  /** Place of the part in the expression's text. */
  readonly span: Span;
  /** Type of the part's value. */
  readonly type: Type;
  /** False when the rest had decided before this part's turn; there is no value then. */
  readonly evaluated: boolean;
  /** `undefined` is the missing value. */
  readonly value: Value | undefined;
  /** The elements that a comparison over `[*]` looked at, in order; at most {@link MOST_ELEMENTS}. */
  readonly elements: readonly TraceElement[];
  /** The parts that this one consists of, in order of the text. */
  readonly parts: readonly TraceStep[];
}

/** One element that a comparison over `[*]` looked at. */
export interface TraceElement {
  /** The element. */
  readonly value: Value;
  /** What the comparison said of it. */
  readonly result: boolean;
}

/** A comparison or bare condition on which the result rests. */
export interface Reason {
  /** The condition as written. */
  readonly text: string;
  /** Place of the condition in the expression's text. */
  readonly span: Span;
  /** Whether the condition held. */
  readonly result: boolean;
  /** The field at the bottom of the left side; undefined when that is a call without fields. */
  readonly field: string | undefined;
  /** The indexes behind the field as written, such as `["host"][*]`. */
  readonly path: string;
  /** What stood on the left side: of a comparison over `[*]`, the element that decided. */
  readonly actual: Value | undefined;
  /** Byte offsets of what `contains` or `matches` found in `actual`. */
  readonly found: readonly [start: number, end: number] | undefined;
}

/** One evaluation of an expression, part by part. */
export interface Trace {
  /** The result; `undefined` is the missing value. */
  readonly value: Value | undefined;
  /** The whole expression. */
  readonly root: TraceStep;
  /** The conditions that together suffice for the result, in order of the text; none for a value expression. */
  readonly reasons: readonly Reason[];
}

/** Elements recorded for one comparison; a request may bring thousands. */
export const MOST_ELEMENTS = 64;

/** A tracer of one expression: compiled apart from the closures that serve requests, which pay nothing for it. */
export function compileTrace(
  compiled: Pick<Compiled, "checked" | "source">,
): (context: EvaluationContext) => Trace {
  const { root } = compiled.checked;
  const recording = new Recording();
  // The tree as written, not as optimised: the reader of a trace compares it with the text.
  const read = compileReader(root, recording);
  return (context) => {
    recording.clear();
    const value = read(context);
    const text = textAt(compiled);
    const reasons = root.type.kind === "Bool" ? reasonsOf(root, value === true, recording, text) : [];
    return { value, root: stepOf(root, recording, text), reasons };
  };
}

/** As {@link compileTrace}, for those who want the reasons alone: no step is put together. */
export function compileReasons(
  compiled: Pick<Compiled, "checked" | "source">,
): (context: EvaluationContext) => readonly Reason[] {
  const { root } = compiled.checked;
  if (root.type.kind !== "Bool") return () => [];
  const recording = new Recording();
  const read = compileReader(root, recording);
  return (context) => {
    recording.clear();
    return reasonsOf(root, read(context) === true, recording, textAt(compiled));
  };
}

/** The text of a part of the tree. */
type TextAt = (span: Span) => string;

function textAt({ checked, source }: Pick<Compiled, "checked" | "source">): TextAt {
  return checked.shownAt ?? (({ start, end }) => source.text.slice(start, end));
}

class Recording implements Recorder {
  readonly values = new Map<TypedNode, Value | undefined>();
  readonly elements = new Map<TypedNode, TraceElement[]>();
  /** The last element with either result: the one that decides may lie behind those that are kept. */
  readonly last = { true: new Map<TypedNode, Value>(), false: new Map<TypedNode, Value>() };
  /** What each comparison said of the element that it tested last. */
  readonly latest = new Map<TypedNode, boolean>();

  node(node: TypedNode, value: Value | undefined): void {
    this.values.set(node, value);
  }

  element(node: TypedNode, value: Value, result: boolean): void {
    this.last[`${result}`].set(node, value);
    this.latest.set(node, result);
    const seen = this.elements.get(node);
    if (seen === undefined) this.elements.set(node, [{ value, result }]);
    else if (seen.length < MOST_ELEMENTS) seen.push({ value, result });
  }

  clear(): void {
    this.values.clear();
    this.elements.clear();
    this.last.true.clear();
    this.last.false.clear();
    this.latest.clear();
  }
}

function stepOf(node: TypedNode, recording: Recording, text: TextAt): TraceStep {
  const elements = recording.elements.get(node) ?? [];
  return {
    kind: node.kind,
    text: text(node.span),
    span: node.span,
    type: node.type,
    evaluated: node.kind === "constant" || recording.values.has(node) || elements.length > 0,
    value: node.kind === "constant" ? node.value : recording.values.get(node),
    elements,
    parts: partsOf(node).map((part) => stepOf(part, recording, text)),
  };
}

function partsOf(node: TypedNode): readonly TypedNode[] {
  switch (node.kind) {
    case "constant":
    case "field":
      return [];
    case "call":
      return node.arguments;
    case "access":
      return [node.base];
    case "each":
      return [node.operand];
    case "compare":
      return [node.left, node.right];
    case "test":
      return [node.left];
    case "not":
    case "quantifier":
      return [node.argument];
    case "logical":
      return node.items;
  }
}

/** The conditions that made `node` come out as `result`. */
function reasonsOf(node: TypedNode, result: boolean, recording: Recording, text: TextAt): readonly Reason[] {
  switch (node.kind) {
    case "constant":
      return [];
    case "not":
      return reasonsOf(node.argument, !result, recording, text);
    case "logical": {
      // One item decides a true `or` and a false `and`; otherwise every item has its share.
      const single = node.operator !== "xor" && result === (node.operator === "or");
      const items = single
        ? node.items.filter((item) => truth(item, recording) === result).slice(0, 1)
        : node.items;
      return items.flatMap((item) => {
        const value = truth(item, recording);
        return value === undefined ? [] : reasonsOf(item, value, recording, text);
      });
    }
    case "quantifier":
      // One true element decides a true `any`, one false element a false `all`; otherwise all elements agree.
      return elementReasons(node.argument, result, recording, text);
    default:
      return [reasonOf(node, result, recording.values.get(operandOf(node)), text)];
  }
}

/** A condition's value, when it was evaluated. */
function truth(node: TypedNode, recording: Recording): boolean | undefined {
  if (node.kind === "constant") return node.value === true;
  return recording.values.has(node) ? recording.values.get(node) === true : undefined;
}

/** The comparisons below a quantifier, each with the last element that it tested with the wanted result. */
function elementReasons(
  node: TypedNode,
  wanted: boolean,
  recording: Recording,
  text: TextAt,
): readonly Reason[] {
  switch (node.kind) {
    case "not":
      return elementReasons(node.argument, !wanted, recording, text);
    case "logical": {
      if (node.operator === "xor") {
        // Every item has its share, each with its own result.
        return node.items.flatMap((item) =>
          elementReasons(item, latestResult(item, recording), recording, text),
        );
      }
      const single = wanted === (node.operator === "or");
      const decided = node.items.find((item) => someElement(item, wanted, recording));
      const items = single && decided !== undefined ? [decided] : node.items;
      return items.flatMap((item) => elementReasons(item, wanted, recording, text));
    }
    case "compare":
    case "test":
      return [reasonOf(node, wanted, recording.last[`${wanted}`].get(node), text)];
    default:
      return [reasonOf(node, wanted, recording.values.get(operandOf(node)), text)];
  }
}

/** Whether an element came out as wanted. */
function someElement(node: TypedNode, wanted: boolean, recording: Recording): boolean {
  if (node.kind === "not") return someElement(node.argument, !wanted, recording);
  if (node.kind === "logical") return node.items.some((item) => someElement(item, wanted, recording));
  return recording.last[`${wanted}`].has(node);
}

/** What a node said of the element that was tested last: the one that decided, if any did. */
function latestResult(node: TypedNode, recording: Recording): boolean {
  if (node.kind === "not") return !latestResult(node.argument, recording);
  if (node.kind !== "logical") return recording.latest.get(node) ?? false;
  // As evaluated, from the left: what lies behind the deciding item speaks of an earlier element.
  const holds = (item: TypedNode): boolean => latestResult(item, recording);
  if (node.operator === "and") return node.items.every(holds);
  return node.operator === "or" ? node.items.some(holds) : node.items.filter(holds).length % 2 === 1;
}

function operandOf(node: TypedNode): TypedNode {
  if (node.kind === "compare" || node.kind === "test") return node.left;
  return node.kind === "each" ? node.operand : node;
}

function reasonOf(node: TypedNode, result: boolean, actual: Value | undefined, text: TextAt): Reason {
  const operand = operandOf(node);
  const { field, path } = origin(operand);
  return {
    text: text(node.span),
    span: node.span,
    result,
    field,
    path,
    actual,
    found: node.kind === "test" ? placeOf(node, actual) : undefined,
  };
}

/** The field that an operand is made from: of a call, the first one among its arguments. */
function origin(node: TypedNode): { readonly field: string | undefined; readonly path: string } {
  switch (node.kind) {
    case "field":
      return { field: node.field.name, path: "" };
    case "access": {
      const { field, path } = origin(node.base);
      return { field, path: path + node.path.map(stepText).join("") };
    }
    case "call": {
      const origins = node.arguments.map(origin);
      return origins.find(({ field }) => field !== undefined) ?? { field: undefined, path: "" };
    }
    default: {
      const part = partsOf(node)[0];
      return part === undefined ? { field: undefined, path: "" } : origin(part);
    }
  }
}

function stepText(step: PathStep): string {
  if (step.kind === "each") return "[*]";
  return step.kind === "key" ? `[${JSON.stringify(step.key)}]` : `[${step.position}]`;
}

function placeOf(node: TestNode, actual: Value | undefined): readonly [number, number] | undefined {
  if (typeof actual !== "string") return undefined;
  const { test } = node;
  if (test.kind === "contains") {
    const start = actual.indexOf(test.needle);
    return start === -1 ? undefined : [start, start + test.needle.length];
  }
  if (test.kind !== "matches") return undefined;
  const match = test.pattern.exec(actual);
  return match === undefined ? undefined : [match[0]!, match[1]!];
}
