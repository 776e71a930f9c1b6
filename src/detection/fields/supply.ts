import { MisuseError } from "../../language/diagnostics/misuse.ts";
import { excerpt } from "../../language/diagnostics/printable.ts";
import { didYouMean } from "../../language/diagnostics/suggest.ts";
import { InputError, type InputFor, type InputOf, toValue } from "../../language/scheme/input.ts";
import { parseType, type Type } from "../../language/values/types.ts";
import type { Value } from "../../language/values/value.ts";
import { SUPPLIED_TYPES } from "./supplied-types.ts";

/** A field that {@link supply} takes values for, as `defineField` makes it. */
export interface SuppliedField {
  readonly name: string;
  readonly type: Type;
}

type StandardValues = {
  readonly [Name in keyof typeof SUPPLIED_TYPES]?: InputFor<(typeof SUPPLIED_TYPES)[Name]> | undefined;
};

/** Values by name of the field: of standard fields whose values an embedder may supply, and of fields of its own. */
export type SuppliedValues<Fields extends readonly SuppliedField[] = readonly []> = StandardValues & {
  readonly [Each in Fields[number] as Each["name"]]?: InputOf<Each["type"]> | undefined;
};

/**
 * Values that only the embedder knows, for `supplied` of a request: by name of the field, checked by the compiler and again when
 * they are made. Text becomes its UTF-8 bytes, an address may be text, a map an object. `undefined` is nil.
 *
 * @param fields fields of your own, for which there are values
 * @throws MisuseError `E_SUPPLIED` for a value that does not fit its field, and for a name that is none of these fields'.
 */
export function supply<const Fields extends readonly SuppliedField[] = readonly []>(
  values: SuppliedValues<Fields>,
  fields?: Fields,
): Map<string, Value> {
  const supplied = new Map<string, Value>();
  for (const [name, input] of Object.entries<unknown>(values)) {
    const type = typeOf(name, fields ?? []);
    try {
      const value = toValue(type, input, name);
      if (value !== undefined) supplied.set(name, value);
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      throw new MisuseError("E_SUPPLIED", error.message);
    }
  }
  return supplied;
}

function typeOf(name: string, fields: readonly SuppliedField[]): Type {
  const own = fields.find((field) => field.name === name)?.type;
  const standard = Object.entries(SUPPLIED_TYPES).find(([known]) => known === name)?.[1];
  const type = own ?? (standard === undefined ? undefined : parseType(standard));
  if (type !== undefined) return type;
  const hint = didYouMean(name, [...Object.keys(SUPPLIED_TYPES), ...fields.map((field) => field.name)]);
  throw new MisuseError(
    "E_SUPPLIED",
    `no value can be supplied for \`${excerpt(name)}\`${hint === undefined ? "" : `; ${hint}`}`,
  );
}
