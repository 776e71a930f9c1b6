import type { Type } from "../../language/values/types.ts";

/**
 * The form of a part of a document, as data: the checker and the JSON Schema generator both read it, so that
 * they cannot disagree.
 */
export type Shape =
  | StringShape
  | ExpressionShape
  | NumberShape
  | BooleanShape
  | ArrayShape
  | ObjectShape
  | MapShape
  | UnionShape
  | AnyShape;

export interface StringShape {
  readonly kind: "string";
  readonly values?: readonly string[];
  readonly nonEmpty?: boolean;
  /** In UTF-8 bytes. */
  readonly maxBytes?: number;
  /** A whole-text test in words and code. */
  readonly format?: StringFormat;
}

export interface StringFormat {
  /** What the text must be, as in "must be a header name". */
  readonly name: string;
  /** The same as a regular expression, for the JSON Schema. */
  readonly pattern?: string;
  accepts(text: string): boolean;
}

/**
 * A rule expression; `filter` is a Bool condition, `any` a value of any type, `text` a value of a type that has a text form
 * (Bytes, Int, Ip or Bool), otherwise a value of that type.
 */
export interface ExpressionShape {
  readonly kind: "expression";
  readonly type: "filter" | "any" | "text" | Type;
  /** Judged with the fields of a response and of the decision, whatever the rule's phase. */
  readonly onDecision?: boolean;
  /** An empty text counts as absent. */
  readonly mayBeEmpty?: boolean;
  /** Texts that mean something of their own here, whether or not they are expressions. */
  readonly names?: readonly string[];
}

export interface NumberShape {
  readonly kind: "number";
  readonly integer: boolean;
  readonly min?: number;
  readonly max?: number;
  readonly values?: readonly number[];
}

export interface BooleanShape {
  readonly kind: "boolean";
}

export interface ArrayShape {
  readonly kind: "array";
  readonly items: Shape;
  readonly minItems?: number;
  readonly maxItems?: number;
  /** The items are accepted unchecked; their user checks them. */
  readonly unchecked?: boolean;
}

export interface RequiredMember<S extends Shape = Shape> {
  readonly shape: S;
  readonly required: true;
}

export interface OptionalMember<S extends Shape = Shape> {
  readonly shape: S;
  readonly required?: false;
}

export type Member = RequiredMember | OptionalMember;
export type Members = Readonly<Record<string, Member>>;

export interface ObjectShape {
  readonly kind: "object";
  readonly members: Members;
  /** Of each group, exactly one member must be present. */
  readonly exactlyOne?: readonly (readonly string[])[];
  /** Of each group, at least one member must be present. */
  readonly atLeastOne?: readonly (readonly string[])[];
  /** Unknown members are normal here and are not reported. */
  readonly open?: boolean;
  /** Terraform writes this object as a list of `{name, …}` blocks; the member that holds the key. */
  readonly blockKey?: string;
}

/** An object with keys of the author's choice. */
export interface MapShape {
  readonly kind: "map";
  readonly keys?: StringShape;
  readonly values: Shape;
  readonly minItems?: number;
  readonly blockKey?: string;
}

/** The first alternative whose JSON type fits. */
export interface UnionShape {
  readonly kind: "union";
  readonly of: readonly Shape[];
}

export interface AnyShape {
  readonly kind: "any";
}

// The same with what a value's type follows from.

export interface OneOf<V extends string> extends StringShape {
  readonly values: readonly V[];
}

export interface ArrayOf<S extends Shape> extends ArrayShape {
  readonly items: S;
}

export interface ObjectOf<M extends Members> extends ObjectShape {
  readonly members: M;
}

export interface OpenObjectOf<M extends Members> extends ObjectOf<M> {
  readonly open: true;
}

export interface MapOf<S extends Shape> extends MapShape {
  readonly values: S;
}

export interface UnionOf<S extends Shape> extends UnionShape {
  readonly of: readonly S[];
}

/** The type of a value that has been read with the shape; `unknown` where the shape's own type is not known. */
export type ValueOf<S extends Shape> = Shape extends S
  ? unknown
  : S extends { readonly kind: "string"; readonly values: readonly (infer V)[] }
    ? V
    : S extends { readonly kind: "string" | "expression" }
      ? string
      : S extends { readonly kind: "number" }
        ? number
        : S extends { readonly kind: "boolean" }
          ? boolean
          : S extends { readonly kind: "array"; readonly items: infer Item extends Shape }
            ? readonly ValueOf<Item>[]
            : S extends OpenObjectOf<infer M>
              ? ValueOfMembers<M> & Readonly<Record<string, unknown>>
              : S extends ObjectOf<infer M>
                ? ValueOfMembers<M>
                : S extends { readonly kind: "map"; readonly values: infer V extends Shape }
                  ? Readonly<Record<string, ValueOf<V>>>
                  : S extends { readonly kind: "union"; readonly of: readonly (infer Each extends Shape)[] }
                    ? ValueOf<Each>
                    : unknown;

// Mapped without `as`, so that members keep their doc comments; the last step shows an editor's user members instead of
// the way to them.
type ValueOfMembers<M extends Members> = string extends keyof M
  ? Readonly<Record<string, unknown>>
  : ValuesOf<M, RequiredNames<M>> & Partial<ValuesOf<M, Exclude<keyof M, RequiredNames<M>>>> extends infer All
    ? { readonly [Name in keyof All]: All[Name] }
    : never;

type ValuesOf<M extends Members, Name extends keyof M> = { readonly [N in Name]: ValueOf<M[N]["shape"]> };

type RequiredNames<M extends Members> = {
  [Name in keyof M]: M[Name] extends RequiredMember ? Name : never;
}[keyof M];

export const text: StringShape = Object.freeze({ kind: "string" });
export const name: StringShape = Object.freeze({ kind: "string", nonEmpty: true });
export const flag: BooleanShape = Object.freeze({ kind: "boolean" });
export const anything: AnyShape = Object.freeze({ kind: "any" });

export function oneOf<const V extends readonly string[]>(...values: V): OneOf<V[number]> {
  return { kind: "string", values };
}

export function integer(min: number, max: number = Number.MAX_SAFE_INTEGER): NumberShape {
  return { kind: "number", integer: true, min, max };
}

export function listOf<const S extends Shape>(items: S, minItems = 0, maxItems?: number): ArrayOf<S> {
  return { kind: "array", items, minItems, ...(maxItems === undefined ? {} : { maxItems }) };
}

export function mapOf<const S extends Shape>(
  values: S,
  rules: Omit<MapShape, "kind" | "values"> = {},
): MapOf<S> {
  return { kind: "map", values, ...rules };
}

/** The first of the shapes whose JSON type fits. */
export function anyOf<const S extends readonly Shape[]>(...of: S): UnionOf<S[number]> {
  return { kind: "union", of };
}

export function required<const S extends Shape>(shape: S): RequiredMember<S> {
  return { shape, required: true };
}

export function optional<const S extends Shape>(shape: S): OptionalMember<S> {
  return { shape };
}

type ObjectRules = Omit<ObjectShape, "kind" | "members">;

export function object<const M extends Members>(
  members: M,
  rules: ObjectRules & { readonly open: true },
): OpenObjectOf<M>;
export function object<const M extends Members>(members: M, rules?: ObjectRules): ObjectOf<M>;
export function object(members: Members, rules: ObjectRules = {}): ObjectShape {
  return { kind: "object", members, ...rules };
}

export const headerName: StringShape = ofPattern(
  "a header name (letters, digits, `-` and the other token characters)",
  /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/,
);

/** Text that may be in a header: control characters would end it and start another. */
export const headerValue: StringShape = ofPattern(
  "text without line breaks or other control characters",
  /^[^\u0000-\u0008\u000a-\u001f\u007f]*$/,
);

/** A name to connect to, or an IP address; neither scheme, port nor path. */
export const hostName: StringShape = ofPattern(
  "a host name or an IP address, without a port",
  /^(\[?[0-9A-Fa-f.]*:[0-9A-Fa-f.]*:[0-9A-Fa-f:.]*\]?|[^\s/?#@:\\[\]<>^|%]+)$/,
);

const TIMESTAMP = /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)$/;

/** RFC 3339 date and time, with a day that exists. */
export const timestamp: StringShape = Object.freeze({
  kind: "string",
  format: {
    name: "an RFC 3339 time such as `2026-01-31T00:00:00Z`",
    pattern: TIMESTAMP.source,
    accepts: isTimestamp,
  },
});

/** Text that the pattern describes completely; the JSON Schema gets the same pattern. */
function ofPattern(name: string, pattern: RegExp): StringShape {
  const format = { name, pattern: pattern.source, accepts: (value: string) => pattern.test(value) };
  return Object.freeze({ kind: "string", format });
}

function isTimestamp(value: string): boolean {
  if (!TIMESTAMP.test(value)) return false;
  const day = value.slice(0, 10);
  const date = new Date(`${day}T00:00:00Z`);
  // `Date` rolls 30 February over into March; a day that comes back changed did not exist.
  if (Number.isNaN(date.getTime()) || date.toISOString().slice(0, 10) !== day) return false;
  return !Number.isNaN(Date.parse(value.toUpperCase().replace(" ", "T")));
}
