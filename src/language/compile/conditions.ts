import { checkFilter, checkValue } from "../check/check.ts";
import type { CheckOptions } from "../check/checking.ts";
import type { CheckedExpression } from "../check/typed-ast.ts";
import { type Diagnostic, diagnose, type Fault, type Result } from "../diagnostics/diagnostic.ts";
import { excerpt } from "../diagnostics/printable.ts";
import { Source, type Span } from "../diagnostics/source.ts";
import { didYouMean } from "../diagnostics/suggest.ts";
import { automatonEngine } from "../pattern/automaton-engine.ts";
import type { Scheme } from "../scheme/scheme.ts";
import type { CallNode, ComparisonNode, Expression, OperandNode } from "../syntax/ast.ts";
import { isLiteral } from "../syntax/ast.ts";
import { resolveLimits } from "../syntax/limits.ts";
import { parseExpression } from "../syntax/parse.ts";
import { printExpression } from "../syntax/print.ts";
import { walk } from "../syntax/visitor.ts";
import { Bool, parseType, sameType, type Type, typeName } from "../values/types.ts";

/**
 * The name in calls of conditions: `condition.is_admin(http.host)`. No function of the reference language has a dot in its
 * name, so that none can ever be meant.
 */
export const CONDITION_PREFIX = "condition.";

/** A named condition as documents write it. */
export interface ConditionDefinition {
  /** Typed names that the expression uses like fields; a call gives a value to each, in this order. */
  readonly params?: readonly { readonly name: string; readonly type: string }[];
  /** True or false. It may call other conditions, and never itself. */
  readonly expression: string;
}

interface Parameter {
  readonly name: string;
  readonly type: Type;
}

interface Condition {
  readonly name: string;
  readonly params: readonly Parameter[];
  readonly text: string;
  readonly ast: Expression;
}

/** A fault of a definition: the member that it is about, and the place in its text. */
export interface ConditionFault {
  readonly name: string;
  readonly path: readonly (string | number)[];
  readonly fault: Fault;
  /** The text that the fault's span refers to; undefined: the member as a whole. */
  readonly text?: string;
}

const NAME = /^[a-z][a-z0-9_]{0,63}$/;
const MAX_PARAMS = 16;
/** Levels of a tree with its conditions expanded. It is walked recursively; no text alone nests as deep. */
const MAX_DEPTH = 1000;
const NO_PLACE: Span = Object.freeze({ start: 0, end: 0 });

/** Named conditions, read and checked: expressions that are compiled with them may call them. */
export class ConditionSet {
  readonly #conditions: ReadonlyMap<string, Condition>;
  /** Equal for sets of equal content. */
  readonly key: string;

  private constructor(conditions: ReadonlyMap<string, Condition>) {
    this.#conditions = conditions;
    this.key = JSON.stringify(
      [...conditions.values()]
        .map(({ name, params, text }) => [name, params.map((one) => [one.name, typeName(one.type)]), text])
        .sort(),
    );
  }

  /**
   * Reads definitions by name. Nothing is thrown on account of one.
   *
   * @param scheme what expressions may name; undefined: they are parsed, and not checked.
   * @returns the sound ones, and the faults of the others.
   */
  static read(
    definitions: Readonly<Record<string, ConditionDefinition>>,
    scheme: Scheme<never> | undefined,
    options: CheckOptions,
  ): { readonly set: ConditionSet; readonly faults: readonly ConditionFault[] } {
    const faults: ConditionFault[] = [];
    const conditions = new Map<string, Condition>();
    for (const [name, definition] of Object.entries(definitions)) {
      const report = (path: ConditionFault["path"], message: string, hint?: string) =>
        faults.push({
          name,
          path,
          fault: { code: "E_CONDITION", message, span: NO_PLACE, ...(hint === undefined ? {} : { hint }) },
        });
      if (!NAME.test(name)) {
        report(
          [],
          `\`${excerpt(name)}\` cannot name a condition: 1 to 64 lower-case letters, digits and \`_\``,
        );
        continue;
      }
      const params = readParams(definition, scheme, report);
      const parsed = parseExpression(new Source(definition.expression), limitsOf(options));
      if (parsed.ok && params !== undefined)
        conditions.set(name, { name, params, text: definition.expression, ast: parsed.value });
      else if (!parsed.ok) faults.push(...parsed.errors.map((error) => textFault(name, definition, error)));
    }
    const set = new ConditionSet(conditions);
    // Known before any is evaluated: who leads to one that never ends would be written out for ever.
    const endless = [...conditions.values()].flatMap((condition) => set.#cycleFault(condition) ?? []);
    for (const { name } of endless) set.#faulty.add(name);
    faults.push(...endless);
    for (const condition of conditions.values())
      if (!set.#faulty.has(condition.name)) faults.push(...set.#faultsOf(condition, scheme, options));
    for (const { name, fault } of faults) if (fault.severity !== "warning") set.#faulty.add(name);
    return { set, faults };
  }

  get size(): number {
    return this.#conditions.size + this.#faulty.size;
  }

  #cycleFault({ name, text, ast }: Condition): ConditionFault | undefined {
    const path = this.#cycleFrom(name);
    if (path === undefined) return undefined;
    const message = `the condition \`${name}\` leads to itself: ${path.join(" → ")}`;
    return { name, path: ["expression"], text, fault: { code: "E_CONDITION", message, span: ast.span } };
  }

  #faultsOf(
    condition: Condition,
    scheme: Scheme<never> | undefined,
    options: CheckOptions,
  ): ConditionFault[] {
    const { name, params, text, ast } = condition;
    if (scheme === undefined) return [];
    const own = params.length === 0 ? scheme : scheme.extend({ fields: [...params] });
    const source = new Source(text);
    const judged = this.judge(ast, source, own, options, (root, from) =>
      checkFilter(root, from, own, options),
    );
    return [...(judged.ok ? [] : judged.errors), ...judged.warnings].map((found) =>
      textFault(name, { expression: text }, found),
    );
  }

  /** The names from a condition back to it, by the shortest way; undefined: it calls itself by no detour. */
  #cycleFrom(name: string): readonly string[] | undefined {
    // Each condition is visited once: of ways through them there may be more than anybody can walk.
    const callers = new Map<string, string>();
    const pending = [name];
    for (const current of pending) {
      for (const called of this.#callsOf(current)) {
        if (called === name) return wayTo(current, callers, [name]);
        if (callers.has(called)) continue;
        callers.set(called, current);
        pending.push(called);
      }
    }
    return undefined;
  }

  /** Told where they are defined: at their calls they have no faults of their own. */
  readonly #faulty = new Set<string>();
  readonly #calls = new Map<string, ReadonlySet<string>>();

  #callsOf(name: string): ReadonlySet<string> {
    let calls = this.#calls.get(name);
    if (calls === undefined) {
      const found = new Set<string>();
      collectCalls(this.#conditions.get(name)?.ast, found);
      calls = found;
      this.#calls.set(name, calls);
    }
    return calls;
  }

  /** The tree with conditions in the place of their calls. */
  expand(root: Expression, source: Source): Result<Expression> {
    const expansion = new Expansion(
      this.#conditions,
      this.#faulty,
      source,
      resolveLimits(undefined).maxNodes,
    );
    const value = expansion.run(root);
    return value === undefined ? refused(source, expansion.faults) : { ok: true, value, warnings: [] };
  }

  /**
   * Puts conditions in the place of their calls, and checks what comes of it. Faults inside a condition are reported at the
   * call that leads there, since its definition has been checked by itself.
   */
  judge(
    root: Expression,
    source: Source,
    scheme: Scheme<never>,
    options: CheckOptions,
    check: (root: Expression, source: Source) => Result<CheckedExpression>,
  ): Result<CheckedExpression> {
    if (!source.text.includes(CONDITION_PREFIX)) return check(root, source);
    const expansion = new Expansion(
      this.#conditions,
      this.#faulty,
      source,
      resolveLimits(options.limits).maxNodes,
    );
    const expanded = expansion.run(root);
    if (expanded === undefined) return refused(source, expansion.faults);
    const joined = new Source(expansion.text, source.name);
    const placed = (found: Diagnostic) => expansion.placed(found);
    for (const { argument, type } of expansion.arguments) {
      const given = sameType(type, Bool)
        ? checkFilter(argument, joined, scheme, options)
        : checkAlone(argument, joined, scheme, options, type);
      if (!given.ok)
        return { ok: false, errors: given.errors.map(placed), warnings: given.warnings.map(placed) };
    }
    const result = check(expanded, joined);
    const warnings = result.warnings.map(placed);
    if (!result.ok) return { ok: false, errors: result.errors.map(placed), warnings };
    const shownAt = (span: Span) => expansion.shownAt(span);
    return { ok: true, value: { ...result.value, warnings, shownAt }, warnings };
  }
}

/**
 * Named conditions for {@link CompileOptions.conditions}. Faults of the definitions are in the result, their `source` named after
 * the condition.
 *
 * @param scheme what their expressions may name.
 */
export function defineConditions(
  definitions: Readonly<Record<string, ConditionDefinition>>,
  scheme: Scheme<never>,
  options: Partial<CheckOptions> = {},
): Result<ConditionSet> {
  const checking = { ...options, patterns: options.patterns ?? automatonEngine };
  const { set, faults } = ConditionSet.read(definitions, scheme, checking);
  const found = faults.map(({ name, text, fault }) =>
    diagnose(new Source(text ?? "", `${CONDITION_PREFIX}${name}`), fault),
  );
  const errors = found.filter(({ severity }) => severity === "error");
  const warnings = found.filter(({ severity }) => severity === "warning");
  return errors.length > 0 ? { ok: false, errors, warnings } : { ok: true, value: set, warnings };
}

/**
 * An expression with its named conditions written out, as systems need it that know none. Types are not checked; a text that
 * calls no condition stays as it is.
 */
export function expandConditions(text: string, conditions: ConditionSet): Result<string> {
  if (!text.includes(CONDITION_PREFIX)) return { ok: true, value: text, warnings: [] };
  const parsed = parseExpression(text);
  if (!parsed.ok) return parsed;
  const expanded = conditions.expand(parsed.value, new Source(text));
  return expanded.ok ? { ok: true, value: printExpression(expanded.value), warnings: [] } : expanded;
}

/** A value alone: the parentheses belong to the call. */
function checkAlone(
  argument: Expression,
  { text, name }: Source,
  scheme: Scheme<never>,
  options: CheckOptions,
  type: Type,
): Result<CheckedExpression> {
  const { start, end } = argument.span;
  const source = new Source(text.slice(start, end), name);
  const result = checkValue(movedTree(argument, -start), source, scheme, options, type);
  if (result.ok) return result;
  const whole = new Source(text, name);
  const errors = result.errors.map(({ offset, endOffset, ...found }) =>
    diagnose(whole, { ...found, span: { start: offset + start, end: endOffset + start } }),
  );
  return { ok: false, errors, warnings: [] };
}

function limitsOf({ limits }: CheckOptions) {
  return limits === undefined ? {} : { limits };
}

function textFault(name: string, { expression }: ConditionDefinition, found: Diagnostic): ConditionFault {
  const { code, severity, message, offset, endOffset, expected, actual, hint } = found;
  return {
    name,
    path: ["expression"],
    text: expression,
    fault: {
      code,
      severity,
      message,
      span: { start: offset, end: endOffset },
      ...(expected === undefined ? {} : { expected }),
      ...(actual === undefined ? {} : { actual }),
      ...(hint === undefined ? {} : { hint }),
    },
  };
}

function readParams(
  { params = [] }: ConditionDefinition,
  scheme: Scheme<never> | undefined,
  report: (path: readonly (string | number)[], message: string, hint?: string) => void,
): readonly Parameter[] | undefined {
  const read: Parameter[] = [];
  if (params.length > MAX_PARAMS) {
    report(["params"], `a condition has at most ${MAX_PARAMS} parameters, found ${params.length}`);
    return undefined;
  }
  params.forEach(({ name, type: word }, at) => {
    const type = parseType(word);
    if (!NAME.test(name) || RESERVED.has(name))
      report(
        ["params", at, "name"],
        `\`${excerpt(name)}\` cannot name a parameter: 1 to 64 lower-case letters, digits and \`_\`, and no word of the language`,
      );
    else if (scheme?.field(name) !== undefined || scheme?.function(name) !== undefined)
      report(
        ["params", at, "name"],
        `\`${name}\` is the name of a field or a function, which a parameter would hide`,
      );
    else if (read.some((one) => one.name === name))
      report(["params", at, "name"], `two parameters are called \`${name}\``);
    else if (type === undefined)
      report(
        ["params", at, "type"],
        `\`${excerpt(word)}\` is not a type`,
        "write `Bool`, `Int`, `Bytes`, `Ip`, or `Array<…>` and `Map<…>` of one",
      );
    else read.push({ name, type });
  });
  return read.length === params.length ? read : undefined;
}

const RESERVED: ReadonlySet<string> = new Set(
  "and or xor not eq ne lt le gt ge contains matches wildcard strict in bitwise_and any all true false".split(
    " ",
  ),
);

/** The names that lead to one, itself among them, and what is after it. */
function wayTo(
  name: string,
  callers: ReadonlyMap<string, string>,
  behind: readonly string[],
): readonly string[] {
  const way: string[] = [];
  for (let at: string | undefined = name; at !== undefined; at = callers.get(at)) way.push(at);
  return [...way.reverse(), ...behind];
}

function collectCalls(root: Expression | undefined, found: Set<string>): void {
  if (root === undefined) return;
  walk(root, (node) => {
    const called = node.kind === "call" ? conditionName(node) : undefined;
    if (called !== undefined) found.add(called);
    return undefined;
  });
}

function conditionName({ name: { name } }: CallNode): string | undefined {
  return name.startsWith(CONDITION_PREFIX) ? name.slice(CONDITION_PREFIX.length) : undefined;
}

function refused(source: Source, faults: readonly Fault[]): Result<never> {
  return { ok: false, errors: faults.map((fault) => diagnose(source, fault)), warnings: [] };
}

/** A definition in the joined text: where it begins, and the call that brought it there. */
interface Segment {
  readonly condition: Condition;
  readonly start: number;
  readonly use: Span;
}

type Values = ReadonlyMap<string, Expression>;

const NO_VALUES: Values = new Map();

/**
 * One expression with conditions put in place. The texts of the definitions follow that of the expression, so that every node
 * keeps a place of its own: explanations show the part of the condition that decided.
 */
class Expansion {
  readonly faults: Fault[] = [];
  /** Values of calls, for the types that the definitions state. */
  readonly arguments: { readonly argument: Expression; readonly type: Type }[] = [];
  text: string;
  readonly #conditions: ReadonlyMap<string, Condition>;
  readonly #faulty: ReadonlySet<string>;
  readonly #source: Source;
  readonly #segments = new Map<Condition, Segment>();
  readonly #most: number;
  #nodes = 0;
  #depth = 0;
  /** Of the expression's own text, the call that is being expanded. */
  #use: Span | undefined;

  constructor(
    conditions: ReadonlyMap<string, Condition>,
    faulty: ReadonlySet<string>,
    source: Source,
    most: number,
  ) {
    this.#conditions = conditions;
    this.#faulty = faulty;
    this.#source = source;
    this.#most = most;
    this.text = source.text;
  }

  /** Undefined when there are faults. */
  run(root: Expression): Expression | undefined {
    const expanded = this.#expression(root, NO_VALUES);
    return this.faults.length > 0 ? undefined : expanded;
  }

  /** A place in a definition becomes that of the call. */
  placed(found: Diagnostic): Diagnostic {
    const segment = this.#segmentAt(found.offset);
    if (segment === undefined) return found;
    const { code, severity, message, expected, actual, hint } = found;
    return diagnose(this.#source, {
      code,
      severity,
      message: `in the condition \`${segment.condition.name}\`: ${message}`,
      span: segment.use,
      ...(expected === undefined ? {} : { expected }),
      ...(actual === undefined ? {} : { actual }),
      ...(hint === undefined ? {} : { hint }),
    });
  }

  /** The text of a part, after the name of the condition that it is in. */
  shownAt({ start, end }: Span): string {
    const segment = this.#segmentAt(start);
    const text = this.text.slice(start, end);
    return segment === undefined ? text : `${CONDITION_PREFIX}${segment.condition.name}: ${text}`;
  }

  #segmentAt(offset: number): Segment | undefined {
    return [...this.#segments.values()].findLast(({ start }) => start <= offset);
  }

  #fault(fault: Fault): void {
    if (this.faults.length === 0) this.faults.push({ ...fault, span: this.#use ?? fault.span });
  }

  #expression(node: Expression, values: Values): Expression {
    this.#depth++;
    const expanded = this.#expanded(node, values);
    this.#depth--;
    return expanded;
  }

  #expanded(node: Expression, values: Values): Expression {
    this.#nodes++;
    if (this.#depth > MAX_DEPTH) {
      this.#fault({
        code: "E_NESTING_LIMIT",
        message: `an expression nests at most ${MAX_DEPTH} levels deep, those of its conditions included`,
        span: node.span,
        hint: "have conditions lead to fewer others",
      });
    }
    if (this.#nodes > this.#most) {
      this.#fault({
        code: "E_EXPR_TOO_LONG",
        message: `an expression has at most ${this.#most} parts, those of its conditions included`,
        span: node.span,
        hint: "split the rule",
      });
    }
    if (this.faults.length > 0) return node;
    switch (node.kind) {
      case "logical":
        return { ...node, items: node.items.map((item) => this.#expression(item, values)) };
      case "not":
      case "quantifier":
        return { ...node, argument: this.#expression(node.argument, values) };
      case "comparison":
        return this.#comparison(node, values);
      case "operand":
        return this.#operand(node, values);
      default:
        return node;
    }
  }

  #comparison(node: ComparisonNode, values: Values): ComparisonNode {
    const left = this.#operand(node.left, values);
    if (left.kind !== "operand") return this.#uncompared(node, node.left, left);
    if (node.right.kind !== "operand") return { ...node, left };
    const right = this.#operand(node.right, values);
    if (right.kind === "operand" || isLiteral(right)) return { ...node, left, right };
    return this.#uncompared(node, node.right, right);
  }

  #uncompared(node: ComparisonNode, { base }: OperandNode, found: Expression): ComparisonNode {
    const name = base.kind === "identifier" ? base.name : base.name.name;
    const message = isLiteral(found)
      ? `\`${name}\` is compared here, so a call must give it a field or a call and not a literal`
      : `\`${name}\` is true or false and cannot be compared`;
    this.#fault({ code: "E_ARG_KIND", message, span: node.span });
    return node;
  }

  #operand(node: OperandNode, values: Values): Expression {
    const { base, indexes } = node;
    if (base.kind === "identifier") {
      const value = values.get(base.name);
      if (value === undefined) return node;
      // Its place is that of the parameter: the checker reads the text between the parts of a call.
      if (value.kind === "operand")
        return { ...value, indexes: [...value.indexes, ...indexes], span: node.span };
      if (indexes.length === 0) return isLiteral(value) ? { ...value, span: node.span } : value;
      this.#fault({
        code: "E_ARG_KIND",
        message: `\`${base.name}\` is indexed here, so a call must give it a field or a call`,
        span: node.span,
      });
      return node;
    }
    const name = conditionName(base);
    if (name !== undefined) return this.#call(name, base, node, values);
    return {
      ...node,
      base: { ...base, arguments: base.arguments.map((one) => this.#expression(one, values)) },
    };
  }

  #call(name: string, call: CallNode, node: OperandNode, values: Values): Expression {
    if (this.#faulty.has(name)) return { kind: "boolean", value: true, span: node.span };
    const condition = this.#conditions.get(name);
    if (condition === undefined) {
      const hint = didYouMean(name, this.#conditions.keys());
      this.#fault({
        code: "E_UNKNOWN_IDENTIFIER",
        message: `there is no condition \`${excerpt(name)}\``,
        span: call.name.span,
        ...(hint === undefined ? {} : { hint }),
      });
      return node;
    }
    const { params } = condition;
    if (node.indexes.length > 0) {
      this.#fault({
        code: "E_INDEX_ACCESS",
        message: "a condition is true or false and has no elements",
        span: node.span,
      });
      return node;
    }
    if (call.arguments.length !== params.length) {
      const takes = params.map((one) => `${one.name}: ${typeName(one.type)}`).join(", ");
      this.#fault({
        code: "E_ARG_COUNT",
        message: `the condition \`${name}\` takes ${params.length} ${params.length === 1 ? "argument" : "arguments"} (${takes}), found ${call.arguments.length}`,
        span: call.span,
      });
      return node;
    }
    const given = new Map<string, Expression>();
    params.forEach((param, at) => {
      const argument = this.#expression(call.arguments[at] ?? node, values);
      this.arguments.push({ argument, type: param.type });
      given.set(param.name, argument);
    });
    const outer = this.#use;
    this.#use ??= node.span;
    const { start } = this.#segmentOf(condition, this.#use);
    const body = this.#expression(movedTree(condition.ast, start), given);
    this.#use = outer;
    return body;
  }

  #segmentOf(condition: Condition, use: Span): Segment {
    const known = this.#segments.get(condition);
    if (known !== undefined) return known;
    const segment = { condition, start: this.text.length + 1, use };
    this.#segments.set(condition, segment);
    this.text = `${this.text}\n${condition.text}`;
    return segment;
  }
}

/** A copy of a tree at another place. */
function movedTree(root: Expression, by: number): Expression {
  return moved(root, by) as Expression;
}

function moved(node: unknown, by: number): unknown {
  if (Array.isArray(node)) return node.map((one) => moved(one, by));
  if (typeof node !== "object" || node === null) return node;
  if ("start" in node && "end" in node) return { start: Number(node.start) + by, end: Number(node.end) + by };
  return Object.fromEntries(
    Object.entries(node).map(([name, value]) => [
      name,
      name === "patternStart" ? Number(value) + by : moved(value, by),
    ]),
  );
}
