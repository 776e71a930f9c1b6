import { didYouMean } from "../diagnostics/suggest.ts";
import {
  arrayOf,
  Bool,
  Bytes,
  Int,
  Ip,
  mapOf,
  type ScalarType,
  type Type,
  typeName,
} from "../values/types.ts";
import type { FunctionDefinition, FunctionMeaning, Parameter } from "./definitions.ts";
import { SchemeError } from "./scheme-error.ts";

interface Shape {
  /** Kinds of types that each argument may have. */
  readonly params: readonly (readonly Type["kind"][])[];
  readonly returns: ScalarType;
  readonly nil: "propagate" | "receive";
}

const affix: Shape = { params: [["Bytes"], ["Bytes"]], returns: Bool, nil: "propagate" };
const folding: Shape = { params: [["Bytes"]], returns: Bytes, nil: "propagate" };

const SHAPES: Readonly<Record<FunctionMeaning, Shape>> = {
  prefix: affix,
  suffix: affix,
  ascii_lower: folding,
  ascii_upper: folding,
  has_key: { params: [["Map"], ["Bytes"]], returns: Bool, nil: "receive" },
  length: { params: [["Bytes", "Array", "Map"]], returns: Int, nil: "propagate" },
};

/**
 * Checks of a declared meaning what a declaration shows: number and types of the arguments, the result, nil.
 *
 * @throws SchemeError `E_SCHEME_MEANING`
 */
export function checkMeaning(definition: FunctionDefinition): void {
  const { name, meaning } = definition;
  if (meaning === undefined) return;
  if (!Object.hasOwn(SHAPES, meaning)) {
    const known = Object.keys(SHAPES);
    const hint =
      didYouMean(String(meaning), known) ?? `known are ${known.map((one) => `\`${one}\``).join(", ")}`;
    throw new SchemeError(
      "E_SCHEME_MEANING",
      `function \`${name}\`: there is no meaning \`${meaning}\`: ${hint}`,
    );
  }
  const fault = mismatchOf(definition, SHAPES[meaning]);
  if (fault === undefined) return;
  throw new SchemeError(
    "E_SCHEME_MEANING",
    `function \`${name}\` cannot mean \`${meaning}\`: ${fault}; leave \`meaning\` out unless the function does exactly that`,
  );
}

function mismatchOf(definition: FunctionDefinition, shape: Shape): string | undefined {
  const { params, returns, nil = "propagate" } = definition;
  const count = shape.params.length;
  const isExact =
    params.length === count &&
    definition.variadic === undefined &&
    (definition.minArguments ?? count) === count &&
    params.every(({ optional }) => optional !== true);
  if (!isExact) return `it must take exactly ${count === 1 ? "one argument" : `${count} arguments`}`;
  for (const [at, kinds] of shape.params.entries()) {
    if (!takesOnly(params[at], kinds))
      return `argument ${at + 1} must be ${kinds.join(" or ")}, and nothing else`;
  }
  if (typeof returns === "function" || returns.kind !== shape.returns.kind)
    return `its result must be ${typeName(shape.returns)}`;
  return nil === shape.nil ? undefined : `\`nil\` must be "${shape.nil}"`;
}

/** One type of each kind, for parameters that test types. */
const EACH_KIND: readonly Type[] = [Bool, Int, Bytes, Ip, arrayOf(Bytes), mapOf(Bytes)];

function takesOnly(parameter: Parameter | undefined, kinds: readonly Type["kind"][]): boolean {
  if (parameter === undefined) return false;
  const { type } = parameter;
  const taken =
    typeof type === "function" ? EACH_KIND.filter((each) => type(each)) : "kind" in type ? [type] : type;
  return taken.length > 0 && taken.every(({ kind }) => kinds.includes(kind));
}
