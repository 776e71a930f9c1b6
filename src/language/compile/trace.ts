import type { PathStep, TestNode, TypedNode } from "../check/typed-ast.ts";
import type { Span } from "../diagnostics/source.ts";
import type { FieldDefinition } from "../scheme/definitions.ts";
import type { EvaluationContext } from "../scheme/execution-context.ts";
import { keysInOrder } from "../values/ordered-map.ts";
import type { Type } from "../values/types.ts";
import type { Value } from "../values/value.ts";
import { isArrayValue, isMapValue } from "../values/value-guards.ts";
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
  /** False when earlier parts had already decided; there is no value then. */
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
  /** The result of the comparison for it. */
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
  /** The indexes after the field as written, such as `["host"][*]`. */
  readonly path: string;
  /** The value on the left side; for a comparison over `[*]`, the element that decided. */
  readonly actual: Value | undefined;
  /** Byte offsets of what `contains` or `matches` found in `actual`. */
  readonly found: readonly [start: number, end: number] | undefined;
}

/** Where a value that a condition tested is from. */
export interface Origin {
  readonly field: FieldDefinition;
  /** Indexes from the field's value to what was read; fewer when it was read as a whole. */
  readonly path: readonly (string | number)[];
  /** What is there. */
  readonly source: Value | undefined;
  /** Functions that made what was tested of it, the innermost first. */
  readonly functions: readonly string[];
  /** Members of a document in the value that the innermost function picks; empty for others. */
  readonly members: readonly (string | number)[];
}

/** A value that a condition tested, with the same result as the condition. */
export interface Tested {
  readonly value: Value | undefined;
  /** Byte offsets of what `contains`, `matches` and the like found in it. */
  readonly found: readonly [start: number, end: number] | undefined;
  /** Several when a function made it of several. */
  readonly origins: readonly Origin[];
}

/** A reason with all values on which it rests. */
export interface TracedReason extends Reason {
  /** The elements that came out as the condition, at most {@link MOST_TESTED}; of a condition without `[*]` its operand. */
  readonly tested: readonly Tested[];
}

/** Elements of one reason whose origin is worked out. */
export const MOST_TESTED = 16;

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
    const reasons =
      root.type.kind === "Bool" ? reasonsOf(root, value === true, recording, text).map(withoutNode) : [];
    return { value, root: stepOf(root, recording, text), reasons };
  };
}

/**
 * As {@link compileTrace}, for those who want the reasons alone, with the values on which each rests: no step is put together.
 *
 * @param hits `first`: a comparison below `any` ends at the element that decides. `all`: its reason tells the further ones too, at
 *   most {@link MOST_TESTED}
 */
export function compileTracedReasons(
  compiled: Pick<Compiled, "checked" | "source">,
  hits: "first" | "all" = "first",
): (context: EvaluationContext) => TracedReasons {
  const { root } = compiled.checked;
  const recording = new Recording(hits === "all" ? MOST_TESTED : undefined);
  const read = compileReader(root, recording);
  return (context) => {
    recording.clear();
    const result = read(context) === true;
    const reasons = reasonsOf(root, result, recording, textAt(compiled)).map((reason) => ({
      ...reason,
      tested: testedBy(reason, recording),
    }));
    const { steps } = recording;
    // The request's values are not kept alive.
    recording.clear();
    return { result, reasons, steps };
  };
}

/** The result of an expression, and its reasons. */
export interface TracedReasons {
  readonly result: boolean;
  readonly reasons: readonly TracedReason[];
  /** Values that were looked at. */
  readonly steps: number;
}

/** The text of a part of the tree. */
type TextAt = (span: Span) => string;

function textAt({ checked, source }: Pick<Compiled, "checked" | "source">): TextAt {
  return checked.shownAt ?? (({ start, end }) => source.text.slice(start, end));
}

/** The result of one evaluation for one node. */
class NodeRecord {
  /** Whether it was evaluated to a value. */
  isKnown = false;
  value: Value | undefined;
  elements: TraceElement[] | undefined;
  /** Elements by their result; undefined: none with that result. */
  held: ElementRecord | undefined;
  failed: ElementRecord | undefined;
  /** The result of a comparison for the element that it tested last. */
  latest = false;

  constructor() {
    this.value = undefined;
    this.elements = undefined;
    this.held = undefined;
    this.failed = undefined;
  }
}

interface ElementRecord {
  /** The last one: the decisive one may come after those that are kept. */
  last: Value;
  /** The first ones, and the last. */
  readonly hits: Hit[];
}

class Recording implements Recorder {
  readonly #nodes = new Map<TypedNode, NodeRecord>();
  readonly sources = new Map<readonly Value[], readonly number[]>();
  readonly mostHits?: number;
  position = 0;
  /** Values that were reported, and those that were passed to find one again. */
  steps = 0;

  constructor(mostHits?: number) {
    if (mostHits !== undefined) this.mostHits = mostHits;
  }

  valueOf(node: TypedNode): Value | undefined {
    return this.#nodes.get(node)?.value;
  }

  hasValue(node: TypedNode): boolean {
    return this.#nodes.get(node)?.isKnown === true;
  }

  elementsOf(node: TypedNode): readonly TraceElement[] {
    return this.#nodes.get(node)?.elements ?? NO_ELEMENTS;
  }

  /** The elements for which a comparison has the result. */
  tested(node: TypedNode, result: boolean): ElementRecord | undefined {
    const own = this.#nodes.get(node);
    return result ? own?.held : own?.failed;
  }

  latestOf(node: TypedNode): boolean {
    return this.#nodes.get(node)?.latest === true;
  }

  mapped(results: readonly Value[], positions: readonly number[]): void {
    this.steps += positions.length;
    this.sources.set(results, positions);
  }

  node(node: TypedNode, value: Value | undefined): void {
    this.steps++;
    const own = this.#of(node);
    own.isKnown = true;
    own.value = value;
  }

  element(node: TypedNode, value: Value, result: boolean): void {
    this.steps++;
    const own = this.#of(node);
    own.latest = result;
    const hit = { value, position: this.position };
    const same = result ? own.held : own.failed;
    if (same === undefined) {
      const first = { last: value, hits: [hit] };
      if (result) own.held = first;
      else own.failed = first;
    } else {
      // The one that decides is the first where all are reported.
      if (this.mostHits === undefined || !result) same.last = value;
      same.hits[Math.min(same.hits.length, MOST_TESTED - 1)] = hit;
    }
    if (this.mostHits !== undefined) return;
    own.elements ??= [];
    if (own.elements.length < MOST_ELEMENTS) own.elements.push({ value, result });
  }

  clear(): void {
    // To clear a Map makes a new table, even of an empty one.
    if (this.#nodes.size > 0) this.#nodes.clear();
    if (this.sources.size > 0) this.sources.clear();
    this.position = 0;
    this.steps = 0;
  }

  #of(node: TypedNode): NodeRecord {
    let own = this.#nodes.get(node);
    if (own === undefined) {
      own = new NodeRecord();
      this.#nodes.set(node, own);
    }
    return own;
  }
}

const NO_ELEMENTS: readonly TraceElement[] = Object.freeze([]);

interface Hit {
  readonly value: Value;
  readonly position: number;
}

function stepOf(node: TypedNode, recording: Recording, text: TextAt): TraceStep {
  const elements = recording.elementsOf(node);
  return {
    kind: node.kind,
    text: text(node.span),
    span: node.span,
    type: node.type,
    evaluated: node.kind === "constant" || recording.hasValue(node) || elements.length > 0,
    value: node.kind === "constant" ? node.value : recording.valueOf(node),
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
function reasonsOf(
  node: TypedNode,
  result: boolean,
  recording: Recording,
  text: TextAt,
): readonly NodeReason[] {
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
      return [reasonOf(node, result, recording.valueOf(operandOf(node)), text)];
  }
}

/** A condition's value, when it was evaluated. */
function truth(node: TypedNode, recording: Recording): boolean | undefined {
  if (node.kind === "constant") return node.value === true;
  return recording.hasValue(node) ? recording.valueOf(node) === true : undefined;
}

/** The comparisons below a quantifier, each with the last element that it tested with the wanted result. */
function elementReasons(
  node: TypedNode,
  wanted: boolean,
  recording: Recording,
  text: TextAt,
): readonly NodeReason[] {
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
      return [reasonOf(node, wanted, recording.tested(node, wanted)?.last, text)];
    default:
      return [reasonOf(node, wanted, recording.valueOf(operandOf(node)), text)];
  }
}

/** Whether an element came out as wanted. */
function someElement(node: TypedNode, wanted: boolean, recording: Recording): boolean {
  if (node.kind === "not") return someElement(node.argument, !wanted, recording);
  if (node.kind === "logical") return node.items.some((item) => someElement(item, wanted, recording));
  return recording.tested(node, wanted) !== undefined;
}

/** A node's result for the element that was tested last: the decisive one, if there is one. */
function latestResult(node: TypedNode, recording: Recording): boolean {
  if (node.kind === "not") return !latestResult(node.argument, recording);
  if (node.kind !== "logical") return recording.latestOf(node);
  // In evaluation order, from the left: results after the deciding item belong to an earlier element.
  const holds = (item: TypedNode): boolean => latestResult(item, recording);
  if (node.operator === "and") return node.items.every(holds);
  return node.operator === "or" ? node.items.some(holds) : node.items.filter(holds).length % 2 === 1;
}

function operandOf(node: TypedNode): TypedNode {
  if (node.kind === "compare" || node.kind === "test") return node.left;
  return node.kind === "each" ? node.operand : node;
}

/** A reason that knows its part of the tree. */
interface NodeReason extends Reason {
  readonly node: TypedNode;
}

function withoutNode({ node: _, ...reason }: NodeReason): Reason {
  return reason;
}

function reasonOf(node: TypedNode, result: boolean, actual: Value | undefined, text: TextAt): NodeReason {
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
    node,
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

/** The values that made a condition come out as it did. */
function testedBy({ node, result, actual }: NodeReason, recording: Recording): readonly Tested[] {
  const { node: operand, of } = comparedOf(node);
  const hits = recording.tested(node, result)?.hits ?? truthsOf(node, result, recording);
  const place = (value: Value | undefined) => foundIn(of, value);
  if (hits === undefined) {
    const isMapped = operand.kind === "access" && operand.mapped;
    // An element that nothing was recorded of: which one it was is not known.
    return [
      {
        value: actual,
        found: place(actual),
        origins: isMapped ? [] : originsOf(operand, undefined, recording),
      },
    ];
  }
  return hits.map(({ value, position }) => {
    recording.steps += position;
    return { value, found: place(value), origins: originsOf(operand, position, recording) };
  });
}

/** Elements of a call over `[*]` whose result is a condition itself: `any(starts_with(x[*], "a"))`. */
function truthsOf(node: TypedNode, result: boolean, recording: Recording): readonly Hit[] | undefined {
  const operand = node.kind === "each" ? node.operand : node;
  const call = operand.kind === "access" ? operand.base : operand;
  if (call.kind !== "call" || !call.mapped) return undefined;
  const results = recording.valueOf(call);
  if (results === undefined || !isArrayValue(results)) return undefined;
  // The operand of a call is told by the element, that of `call[*]` by the result.
  const positions = node.kind === "each" ? undefined : recording.sources.get(results);
  return results
    .flatMap((value, at) => (value === result ? [{ value, position: positions?.[at] ?? at }] : []))
    .slice(0, MOST_TESTED);
}

interface Compared {
  readonly node: TypedNode;
  /** The comparison; undefined for a bare condition. */
  readonly of: TypedNode;
}

function comparedOf(node: TypedNode): Compared {
  return { node: operandOf(node), of: node };
}

/** The bytes of a value that a comparison is about; undefined for numbers, and for what holds of no part of it. */
function foundIn(node: TypedNode, value: Value | undefined): readonly [number, number] | undefined {
  if (node.kind === "test") {
    const place = placeOf(node, value);
    if (place !== undefined || typeof value !== "string") return place;
    return node.test.kind === "in-bytes" || node.test.kind === "in-list" || node.test.kind === "wildcard"
      ? [0, value.length]
      : undefined;
  }
  const isWhole = node.kind === "compare" && node.operator === "eq" && typeof value === "string";
  return isWhole ? [0, value.length] : undefined;
}

const NO_PATH: readonly (string | number)[] = Object.freeze([]);
const NO_FUNCTIONS: readonly string[] = Object.freeze([]);

/**
 * Where the value of an operand is from.
 *
 * @param position of the element among those that an operand with `[*]` reaches
 */
function originsOf(node: TypedNode, position: number | undefined, recording: Recording): readonly Origin[] {
  switch (node.kind) {
    case "field": {
      const source = recording.valueOf(node);
      return [{ field: node.field, path: NO_PATH, source, functions: NO_FUNCTIONS, members: NO_PATH }];
    }
    case "access": {
      const base = recording.valueOf(node.base);
      const located = locate(base, node.path, position);
      if (node.base.kind === "field") {
        const [field] = originsOf(node.base, undefined, recording);
        return field === undefined ? [] : [{ ...field, path: located.path, source: located.value }];
      }
      const [first] = located.path;
      const isMapped = node.base.mapped && typeof first === "number";
      const results = isMapped && base !== undefined && isArrayValue(base) ? base : NO_RESULTS;
      const from = isMapped ? recording.sources.get(results)?.[first] : undefined;
      return originsOf(node.base, from, recording);
    }
    case "call": {
      const members = node.function.picksMember === true ? membersOf(node.arguments) : NO_PATH;
      const isTaken = (argument: TypedNode) => recording.valueOf(argument) !== undefined;
      const taken =
        node.function.firstPresent === true ? node.arguments.filter(isTaken).slice(0, 1) : node.arguments;
      return taken
        .flatMap((argument, at) => originsOf(argument, at === 0 ? position : undefined, recording))
        .map((one) => ({
          ...one,
          functions: [...one.functions, node.function.name],
          members: members.length === 0 ? one.members : members,
        }));
    }
    case "constant":
      return [];
    default:
      return partsOf(node).flatMap((part) => originsOf(part, undefined, recording));
  }
}

const NO_RESULTS: readonly Value[] = Object.freeze([]);

/** Literal arguments after the first: names and positions of members. */
function membersOf(nodes: readonly TypedNode[]): readonly (string | number)[] {
  return nodes.slice(1).flatMap((node) => {
    if (node.kind !== "constant") return [];
    const { value } = node;
    return typeof value === "string" || typeof value === "number" ? [value] : [];
  });
}

interface Located {
  readonly path: readonly (string | number)[];
  readonly value: Value | undefined;
}

/** The indexes of the element at a position of those that a path reaches, depth first; of as much of it as is known. */
function locate(base: Value | undefined, steps: readonly PathStep[], position: number | undefined): Located {
  let left = position ?? 0;
  const known: (string | number)[] = [];
  const walk = (value: Value | undefined, at: number): Value | undefined => {
    const step = steps[at];
    if (value === undefined) return undefined;
    if (step === undefined) return left-- === 0 ? value : undefined;
    if (step.kind !== "each") {
      const index = step.kind === "key" ? step.key : step.position;
      known.push(index);
      const found = walk(memberOf(value, index), at + 1);
      if (found === undefined) known.pop();
      return found;
    }
    const indexes: Iterable<string | number> = isMapValue(value)
      ? keysInOrder(value)
      : isArrayValue(value)
        ? value.keys()
        : NO_PATH;
    for (const index of indexes) {
      known.push(index);
      const found = walk(memberOf(value, index), at + 1);
      if (found !== undefined) return found;
      known.pop();
    }
    return undefined;
  };
  const isMapped = steps.some(({ kind }) => kind === "each");
  if (!isMapped) left = 0;
  const value = isMapped && position === undefined ? undefined : walk(base, 0);
  if (value !== undefined) return { path: known, value };
  // Before the first `[*]` everything is written.
  const end = steps.findIndex(({ kind }) => kind === "each");
  const written = (end === -1 ? steps : steps.slice(0, end)).flatMap((step): readonly (string | number)[] =>
    step.kind === "key" ? [step.key] : step.kind === "position" ? [step.position] : [],
  );
  return { path: written, value: undefined };
}

function memberOf(value: Value, index: string | number): Value | undefined {
  if (isMapValue(value)) return typeof index === "string" ? value.get(index) : undefined;
  return isArrayValue(value) && typeof index === "number" ? value[index] : undefined;
}
