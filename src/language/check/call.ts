import { excerpt } from "../diagnostics/printable.ts";
import { didYouMean, suggest } from "../diagnostics/suggest.ts";
import type { PatternEngine } from "../pattern/engine.ts";
import type { ArgumentInfo, Evaluator, FunctionDefinition, Parameter } from "../scheme/definitions.ts";
import type { CallNode as CallSyntax, Expression, LiteralNode, OperandNode } from "../syntax/ast.ts";
import { isLiteral } from "../syntax/ast.ts";
import { arrayOf, Bool, Bytes, Int, Ip, sameType, type Type, typeName } from "../values/types.ts";
import {
  type Checking,
  cut,
  eachOf,
  groupedFault,
  isGrouped,
  noteKey,
  tooManyPatterns,
  warn,
  warnKeyCase,
} from "./checking.ts";
import { fieldMeantBy, functionMeantBy } from "./foreign-names.ts";
import { readLiteral } from "./literals.ts";
import type { CallNode, TypedNode } from "./typed-ast.ts";
import { warnLiteral } from "./value-form.ts";

/** Resolves a call: its name, then argument by argument in order (semantics.md#functions), then their number. */
export function checkCall(cx: Checking, node: CallSyntax): CallNode | undefined {
  const definition = lookUp(cx, node);
  if (definition === undefined) return undefined;
  const bounds = argumentBounds(definition);
  const onceBefore = cx.once.length;
  const args: TypedNode[] = [];
  let mapped = false;
  let sound = true;
  for (const [index, argument] of node.arguments.entries()) {
    if (index > 0 && isMapped(argument)) {
      cx.faults.push({
        code: "E_MAP_EACH",
        message: "`[*]` is allowed only in the first argument",
        span: argument.span,
        hint: "other arguments are evaluated once for all elements",
      });
      sound = false;
      continue;
    }
    const parameter = definition.params[index] ?? definition.variadic;
    if (parameter === undefined || index >= bounds.most) {
      cx.faults.push({
        code: "E_ARG_COUNT",
        message: `\`${definition.name}\` takes ${countText(bounds)}, argument ${index + 1} is too many`,
        span: argument.span,
        hint: `write \`${callForm(definition)}\``,
      });
      return undefined;
    }
    const from = node.arguments[index - 1]?.span.end ?? node.name.span.end;
    const checked = checkArgument(cx, definition, parameter, argument, index, node);
    const isValue = checked !== undefined && argument.kind === "operand" && !isCondition(checked.node.type);
    if (isValue && isGrouped(cx, from, argument, index === 0 ? 1 : 0)) groupedFault(cx, argument);
    if (checked === undefined) sound = false;
    else {
      args.push(checked.node);
      mapped ||= checked.mapped;
    }
  }
  if (node.arguments.length < bounds.least) {
    cx.faults.push({
      code: "E_ARG_COUNT",
      message: `\`${definition.name}\` takes ${countText(bounds)}, found ${node.arguments.length}`,
      span: { start: node.span.end - 1, end: node.span.end },
      hint: `write \`${callForm(definition)}\``,
    });
    return undefined;
  }
  if (!sound) return undefined;
  checkUse(cx, definition, node, cx.once.slice(onceBefore));
  return finish(cx, definition, node, args, mapped);
}

function lookUp(cx: Checking, node: CallSyntax): FunctionDefinition | undefined {
  const { name, span } = node.name;
  const definition = cx.scheme.function(name);
  if (definition !== undefined) return definition;
  const isField = cx.scheme.field(name) !== undefined;
  const [argument] = node.arguments;
  const hint = isField
    ? argument?.kind === "string"
      ? `write keys in square brackets: \`${name}["${argument.value}"]\``
      : "leave out the parentheses"
    : (functionMeantBy(name, cx.scheme) ??
      didYouMean(
        name,
        cx.scheme.functions.map((each) => each.name),
      ));
  cx.faults.push({
    code: isField ? "E_TRAILING_INPUT" : "E_UNKNOWN_IDENTIFIER",
    message: isField ? `\`${name}\` is a field and takes no arguments` : `there is no function \`${name}\``,
    span: isField ? { start: span.end, end: node.span.end } : span,
    ...(hint === undefined ? {} : { hint }),
  });
  return undefined;
}

interface Bounds {
  readonly least: number;
  readonly most: number;
}

function argumentBounds(definition: FunctionDefinition): Bounds {
  const required = definition.params.filter((parameter) => parameter.optional !== true).length;
  return {
    least: definition.minArguments ?? required,
    most:
      definition.maxArguments ??
      (definition.variadic === undefined ? definition.params.length : Number.POSITIVE_INFINITY),
  };
}

function countText({ least, most }: Bounds): string {
  if (least === most) return least === 1 ? "one argument" : `${least} arguments`;
  return most === Number.POSITIVE_INFINITY ? `at least ${least} arguments` : `${least} to ${most} arguments`;
}

/** How the function is called: `substring(source, start[, end])`. */
function callForm({ name, params, variadic, maxArguments }: FunctionDefinition): string {
  const required = params.filter(({ optional }) => optional !== true).map((parameter) => parameter.name);
  const rest = params.filter(({ optional }) => optional === true).map((parameter) => `[, ${parameter.name}]`);
  const more = variadic === undefined || maxArguments === required.length ? "" : ", …";
  return `${name}(${required.join(", ")}${rest.join("")}${more})`;
}

interface CheckedArgument {
  readonly node: TypedNode;
  readonly mapped: boolean;
}

function checkArgument(
  cx: Checking,
  definition: FunctionDefinition,
  parameter: Parameter,
  argument: Expression,
  index: number,
  call: CallSyntax,
): CheckedArgument | undefined {
  if (isLiteral(argument)) return checkLiteral(cx, definition, parameter, argument, index, call);
  if (parameter.kind === "literal") {
    cx.faults.push({
      code: "E_ARG_KIND",
      message: `argument ${index + 1} of \`${definition.name}\` must be a literal, not computed`,
      span: argument.span,
    });
    return undefined;
  }
  if (argument.kind !== "operand") {
    const condition = cx.rules.condition(cx, argument);
    if (condition === undefined) return undefined;
    return accepts(parameter, condition.type)
      ? { node: condition, mapped: false }
      : refuseType(cx, definition, parameter, argument, index, condition.type);
  }
  const word = unquoted(cx, parameter, argument);
  if (word !== undefined) {
    cx.faults.push({
      code: "E_UNKNOWN_IDENTIFIER",
      message: `there is no field \`${word}\``,
      span: argument.span,
      hint: `put text in quotes: \`"${word}"\``,
    });
    return undefined;
  }
  const operand = cx.rules.operand(cx, argument);
  if (operand === undefined) return undefined;
  const mapped = operand.kind === "access" && operand.mapped;
  return accepts(parameter, operand.type)
    ? { node: operand, mapped }
    : refuseType(cx, definition, parameter, argument, index, operand.type);
}

/** An unknown word where a text is allowed: a text without its quotes, unless it resembles a name. */
function unquoted(cx: Checking, parameter: Parameter, { base, indexes }: OperandNode): string | undefined {
  if (parameter.kind !== "either" || base.kind === "call" || indexes.length > 0) return undefined;
  const { name } = base;
  if (name.includes(".") || !accepts(parameter, Bytes)) return undefined;
  if (cx.scheme.field(name) !== undefined || cx.scheme.function(name) !== undefined) return undefined;
  const isMeant = fieldMeantBy(name, cx.scheme) !== undefined;
  return isMeant || suggest(name, fieldNames(cx), 1).length > 0 ? undefined : name;
}

function fieldNames({ scheme }: Checking): readonly string[] {
  return scheme.fields.map(({ name }) => name);
}

function isCondition(type: Type): boolean {
  return type.kind === "Bool" || (type.kind === "Array" && type.element.kind === "Bool");
}

function isMapped(argument: Expression): boolean {
  return argument.kind === "operand" && argument.indexes.some((index) => index.kind === "each");
}

/** Of two arguments that stand the wrong way round. */
function swapHint(
  cx: Checking,
  definition: FunctionDefinition,
  { arguments: given }: CallSyntax,
  index: number,
): string | undefined {
  const [first, second] = given;
  const isSwapped = given.length === 2 && index === 0 && second?.kind === "operand" && first !== undefined;
  if (!isSwapped || definition.params[1]?.kind === "dynamic") return undefined;
  const [left, right] = [second, first].map(({ span }) => cx.source.text.slice(span.start, span.end));
  const text = `${definition.name}(${left}, ${right})`;
  return text.length > 120 || /[`\n]/.test(text) ? "swap the arguments" : `swap the arguments: \`${text}\``;
}

function checkLiteral(
  cx: Checking,
  definition: FunctionDefinition,
  parameter: Parameter,
  argument: LiteralNode,
  index: number,
  call: CallSyntax,
): CheckedArgument | undefined {
  if (parameter.kind === "dynamic") {
    cx.faults.push({
      code: "E_ARG_KIND",
      message: `argument ${index + 1} of \`${definition.name}\` must be a field or a call, not a literal`,
      span: argument.span,
      hint: swapHint(cx, definition, call, index) ?? "of a literal the result is known: write the result",
    });
    return undefined;
  }
  const accepted = [Bool, Int, Bytes, Ip].filter((type) => accepts(parameter, type));
  const read = readLiteral(argument, accepted);
  if (read === undefined) {
    cx.faults.push({
      code: "E_ARG_TYPE",
      message: `argument ${index + 1} of \`${definition.name}\` must be ${wanted(parameter)}, found \`${excerpt(cx.source.text.slice(argument.span.start, argument.span.end))}\``,
      span: argument.span,
      ...literalHint(argument, accepted),
    });
    return undefined;
  }
  if ("fault" in read) {
    // Good for another type, such as an address where bytes are wanted: the type is the fault, not the spelling.
    const other = readLiteral(argument, [Bool, Int, Ip, Bytes]);
    const otherType = other !== undefined && "value" in other ? other.value.type : undefined;
    if (otherType !== undefined) return refuseType(cx, definition, parameter, argument, index, otherType);
    cx.faults.push(read.fault);
    return undefined;
  }
  return {
    node: { kind: "constant", value: read.value.value, type: read.value.type, span: argument.span },
    mapped: false,
  };
}

/** A number in quotes, and what else only differs in them. */
function literalHint(argument: LiteralNode, accepted: readonly Type[]): { readonly hint?: string } {
  const kinds = new Set(accepted.map(({ kind }) => kind));
  if (argument.kind === "string") {
    const { value } = argument;
    if (kinds.has("Int"))
      return {
        hint: /^-?\d+$/.test(value)
          ? `write the number without quotes: \`${value}\``
          : "write a number without quotes, such as `2`",
      };
    return kinds.has("Ip") ? { hint: "write the address without quotes" } : {};
  }
  return kinds.has("Bytes") ? { hint: 'write text in quotes: `"…"`' } : {};
}

/** Whether the parameter takes a value of the type. */
export function accepts(parameter: Parameter, type: Type): boolean {
  const accepted = parameter.type;
  if (typeof accepted === "function") return accepted(type);
  return isTypeList(accepted)
    ? accepted.some((candidate) => sameType(candidate, type))
    : sameType(accepted, type);
}

function isTypeList(types: Type | readonly Type[]): types is readonly Type[] {
  return Array.isArray(types);
}

function wanted(parameter: Parameter): string {
  if (parameter.typeLabel !== undefined) return parameter.typeLabel;
  const accepted = parameter.type;
  if (typeof accepted === "function") return "of another type";
  return isTypeList(accepted) ? accepted.map(typeName).join(" or ") : typeName(accepted);
}

function refuseType(
  cx: Checking,
  definition: FunctionDefinition,
  parameter: Parameter,
  argument: Expression,
  index: number,
  actual: Type,
): undefined {
  let element = actual;
  while (element.kind === "Array" || element.kind === "Map") element = element.element;
  const perElement = element !== actual && index === 0 && accepts(parameter, element);
  const each = eachOf(cx, argument.span, actual);
  cx.faults.push({
    code: "E_ARG_TYPE",
    message: `argument ${index + 1} of \`${definition.name}\` must be ${wanted(parameter)}, found ${typeName(actual)}`,
    span: argument.span,
    actual: typeName(actual),
    ...(perElement
      ? {
          hint: `write \`${definition.name}(${each}${definition.params.length > 1 ? ", …" : ""})\` to call it for each element`,
        }
      : {}),
  });
  return undefined;
}

/** @param inside functions of the once-only kind that are in the arguments */
function checkUse(
  cx: Checking,
  definition: FunctionDefinition,
  node: CallSyntax,
  inside: readonly string[],
): void {
  const { strict = false, context } = cx.options;
  if (
    strict &&
    context !== undefined &&
    definition.contexts !== undefined &&
    !definition.contexts.includes(context)
  ) {
    cx.faults.push({
      code: "E_FUNC_CONTEXT",
      message: `\`${definition.name}\` is not available in a ${context} expression`,
      span: node.name.span,
      hint: `it is documented for ${definition.contexts.join(", ")}`,
    });
  }
  if (definition.once !== true) return;
  const repeated = cx.once.includes(definition.name);
  if (repeated || inside.length > 0) {
    const message = repeated
      ? `\`${definition.name}\` is allowed only once in an expression`
      : `\`${definition.name}\` may not contain \`${inside[0]}\``;
    if (strict) cx.faults.push({ code: "E_FUNC_REPEAT", message, span: node.name.span });
    else warn(cx, { code: "W_FUNC_REPEAT", message, span: node.name.span });
  }
  cx.once.push(definition.name);
}

function finish(
  cx: Checking,
  definition: FunctionDefinition,
  node: CallSyntax,
  args: readonly TypedNode[],
  mapped: boolean,
): CallNode | undefined {
  const types = args.map((argument) => argument.type);
  const returns = typeof definition.returns === "function" ? definition.returns(types) : definition.returns;
  if (returns === undefined) {
    const [first] = types;
    const odd = types.findIndex((type) => first !== undefined && !sameType(type, first));
    cx.faults.push({
      code: "E_ARG_TYPE",
      message: `the arguments of \`${definition.name}\` have types that cannot be combined: ${types.map(typeName).join(", ")}`,
      span: node.arguments[Math.max(odd, 0)]?.span ?? node.span,
    });
    return undefined;
  }
  let evaluate: Evaluator = definition.evaluate;
  if (definition.prepare !== undefined) {
    const before = cx.patterns;
    const prepared = definition.prepare(args.map(describe), { patterns: counted(cx), limits: cx.limits });
    if (cx.patterns > before && cx.patterns > cx.limits.maxRegexPerExpression) {
      cx.faults.push(tooManyPatterns(cx, node.span));
      return undefined;
    }
    if (typeof prepared === "function") evaluate = prepared;
    else if (prepared !== undefined && prepared.length > 0) {
      for (const fault of prepared) {
        cx.faults.push({
          code: fault.code,
          message: fault.message,
          span: node.arguments[fault.argument]?.span ?? node.span,
          ...(fault.hint === undefined ? {} : { hint: fault.hint }),
        });
      }
      return undefined;
    }
  }
  noteMeaning(cx, definition, args);
  return {
    kind: "call",
    function: definition,
    evaluate,
    arguments: cut(args),
    mapped,
    type: mapped ? arrayOf(returns) : returns,
    span: node.span,
  };
}

/** The diagnostic of a declared meaning for a field and a literal. */
function noteMeaning(cx: Checking, { meaning }: FunctionDefinition, args: readonly TypedNode[]): void {
  const [subject, literal] = args;
  if (literal?.kind !== "constant" || typeof literal.value !== "string" || subject === undefined) return;
  if (meaning === "has_key" && subject.kind === "field") {
    warnKeyCase(cx, subject.field, literal.value, literal.span, (key) => `"${key}"`);
    noteKey(cx, subject.field, literal.value);
  }
  if (meaning !== "prefix" && meaning !== "suffix") return;
  if (subject.kind === "field" || subject.kind === "access" || subject.kind === "call")
    warnLiteral(cx, subject, literal.value, literal.span, meaning);
}

/** The engine as functions see it: their patterns count like those of `matches`. */
function counted(cx: Checking): PatternEngine {
  const { patterns } = cx.options;
  return {
    name: patterns.name,
    dialect: patterns.dialect,
    compile: (pattern) => {
      cx.patterns++;
      return patterns.compile(pattern);
    },
  };
}

function describe(node: TypedNode): ArgumentInfo {
  return {
    type: node.type,
    literal: node.kind === "constant" ? node.value : undefined,
    field: node.kind === "field" ? node.field.name : undefined,
  };
}
