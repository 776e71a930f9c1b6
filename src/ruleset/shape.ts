import type { Type } from "../expression/values/types.ts";

/**
 * What a part of a document looks like, as data: the checker and the JSON Schema generator both read it, so that
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

/** A rule expression; `filter` is a Bool condition, `any` a value of any type, otherwise a value of that type. */
export interface ExpressionShape {
  readonly kind: "expression";
  readonly type: "filter" | "any" | Type;
  /** Judged with the fields of a response, whatever the rule's phase. */
  readonly onResponse?: boolean;
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
}

export interface Member {
  readonly shape: Shape;
  readonly required?: boolean;
}

export interface ObjectShape {
  readonly kind: "object";
  readonly members: Readonly<Record<string, Member>>;
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

export const text: StringShape = Object.freeze({ kind: "string" });
export const name: StringShape = Object.freeze({ kind: "string", nonEmpty: true });
export const flag: BooleanShape = Object.freeze({ kind: "boolean" });
export const anything: AnyShape = Object.freeze({ kind: "any" });

export function oneOf(...values: readonly string[]): StringShape {
  return { kind: "string", values };
}

export function integer(min: number, max: number = Number.MAX_SAFE_INTEGER): NumberShape {
  return { kind: "number", integer: true, min, max };
}

export function listOf(items: Shape, minItems = 0): ArrayShape {
  return { kind: "array", items, minItems };
}

export function required(shape: Shape): Member {
  return { shape, required: true };
}

export function optional(shape: Shape): Member {
  return { shape };
}

export function object(
  members: Readonly<Record<string, Member>>,
  rules: Omit<ObjectShape, "kind" | "members"> = {},
): ObjectShape {
  return { kind: "object", members, ...rules };
}

export const headerName: StringShape = Object.freeze({
  kind: "string",
  format: {
    name: "a header name (letters, digits, `-` and the other token characters)",
    pattern: "^[!#$%&'*+.^_`|~0-9A-Za-z-]+$",
    accepts: (value: string) => /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(value),
  },
});

/** Text that may stand in a header: control characters would end it and start another. */
export const headerValue: StringShape = Object.freeze({
  kind: "string",
  format: {
    name: "text without line breaks or other control characters",
    pattern: "^[^\\u0000-\\u0008\\u000a-\\u001f\\u007f]*$",
    accepts: (value: string) => /^[^\u0000-\u0008\u000a-\u001f\u007f]*$/.test(value),
  },
});

/** RFC 3339 date and time, with a day that exists. */
export const timestamp: StringShape = Object.freeze({
  kind: "string",
  format: {
    name: "an RFC 3339 time such as `2026-01-31T00:00:00Z`",
    pattern: "^\\d{4}-\\d\\d-\\d\\d[Tt ]\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?([Zz]|[+-]\\d\\d:\\d\\d)$",
    accepts: isTimestamp,
  },
});

function isTimestamp(value: string): boolean {
  if (!/^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)$/.test(value)) return false;
  const day = value.slice(0, 10);
  const date = new Date(`${day}T00:00:00Z`);
  // `Date` rolls 30 February over into March; a day that comes back changed did not exist.
  if (Number.isNaN(date.getTime()) || date.toISOString().slice(0, 10) !== day) return false;
  return !Number.isNaN(Date.parse(value.toUpperCase().replace(" ", "T")));
}
