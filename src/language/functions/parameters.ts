import type { ArgumentFault, ArgumentInfo, Parameter } from "../scheme/definitions.ts";
import type { Type } from "../values/types.ts";

type Accepts = Parameter["type"];
type Rest = Partial<Pick<Parameter, "typeLabel" | "optional">>;

/** A parameter that keeps the types of its declaration, so that evaluators are typed by it. */
interface Declared<Kind extends Parameter["kind"], Type extends Accepts> extends Parameter {
  readonly kind: Kind;
  readonly type: Type;
}

/** A parameter whose argument must be written in the expression. */
export function literal<const T extends Accepts>(name: string, type: T): Declared<"literal", T>;
export function literal<const T extends Accepts, const R extends Rest>(
  name: string,
  type: T,
  rest: R,
): Declared<"literal", T> & R;
export function literal(name: string, type: Accepts, rest: Rest = {}): Parameter {
  return { name, type, kind: "literal", ...rest };
}

/** A parameter whose argument must be a field, a call or a condition. */
export function dynamic<const T extends Accepts>(name: string, type: T): Declared<"dynamic", T>;
export function dynamic<const T extends Accepts, const R extends Rest>(
  name: string,
  type: T,
  rest: R,
): Declared<"dynamic", T> & R;
export function dynamic(name: string, type: Accepts, rest: Rest = {}): Parameter {
  return { name, type, kind: "dynamic", ...rest };
}

export function either<const T extends Accepts>(name: string, type: T): Declared<"either", T>;
export function either<const T extends Accepts, const R extends Rest>(
  name: string,
  type: T,
  rest: R,
): Declared<"either", T> & R;
export function either(name: string, type: Accepts, rest: Rest = {}): Parameter {
  return { name, type, kind: "either", ...rest };
}

/** Arguments as `prepare` sees them; undefined: an optional one was left out. */
export type Arguments = readonly (ArgumentInfo | undefined)[];

/** The type that all arguments share; undefined when they do not. */
export function commonType(types: readonly Type[], same: (a: Type, b: Type) => boolean): Type | undefined {
  const [first] = types;
  return first !== undefined && types.every((type) => same(type, first)) ? first : undefined;
}

/** Refuses a literal integer outside its range; nothing for an argument that is left out or computed. */
export function outOfRange(
  args: Arguments,
  argument: number,
  [least, most]: readonly [number, number],
  what: string,
): readonly ArgumentFault[] {
  const value = args[argument]?.literal;
  if (value === undefined || (Number(value) >= least && Number(value) <= most)) return [];
  return [{ argument, code: "E_ARG_VALUE", message: `${what} must be between ${least} and ${most}` }];
}

/** Refuses more arguments than the limits allow for functions that take any number. */
export function tooMany(args: Arguments, most: number): readonly ArgumentFault[] {
  if (args.length <= most) return [];
  return [
    { argument: most, code: "E_ARG_COUNT", message: `at most ${most} arguments, found ${args.length}` },
  ];
}

/** Refuses letters of a literal of options that mean nothing. */
export function unknownLetters(args: Arguments, argument: number, letters: string): readonly ArgumentFault[] {
  const value = args[argument]?.literal;
  if (typeof value !== "string") return [];
  const unknown = [...value].find((letter) => !letters.includes(letter));
  if (unknown === undefined) return [];
  const known = [...letters].map((letter) => `\`${letter}\``).join(" and ");
  return [
    {
      argument,
      code: "E_ARG_VALUE",
      message: `there is no option \`${unknown}\``,
      hint: `known are ${known}`,
    },
  ];
}

/** Whether a literal of options has the letter. */
export function hasLetter(args: Arguments, argument: number, letter: string): boolean {
  const value = args[argument]?.literal;
  return typeof value === "string" && value.includes(letter);
}
