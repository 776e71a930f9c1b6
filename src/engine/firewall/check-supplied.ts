import { MisuseError } from "../../language/diagnostics/misuse.ts";
import { shownValue } from "../../language/diagnostics/option-values.ts";
import { excerpt } from "../../language/diagnostics/printable.ts";
import { didYouMean } from "../../language/diagnostics/suggest.ts";
import type { Scheme } from "../../language/scheme/scheme.ts";
import { fitsType } from "../../language/values/fits.ts";
import { typeName } from "../../language/values/types.ts";
import { ignoresSupplied } from "../../request/fields/field.ts";
import { ignoredSupply } from "../snapshot/unsupplied.ts";

/**
 * Checks the values that an embedder supplies with a request: rules would take another value for a missing one, or compare it
 * wrongly. Linear in their size.
 *
 * @throws MisuseError `E_SUPPLIED` for a value of another type, and for a name that is not a field's or has no effect.
 */
export function checkSupplied(supplied: unknown, scheme: Scheme<never>): void {
  if (!(supplied instanceof Map)) {
    throw misuse(`\`supplied\` must be a Map from names of fields to values, not ${shownValue(supplied)}`);
  }
  for (const [name, value] of supplied) {
    if (typeof name !== "string") throw misuse(`\`supplied\`: a name must be text, not ${shownValue(name)}`);
    const found = scheme.field(name);
    if (found === undefined) {
      const names = scheme.fields.map((field) => field.name);
      const hint = didYouMean(name, names);
      throw misuse(
        `\`supplied\`: there is no field \`${excerpt(name)}\`${hint === undefined ? "" : `; ${hint}`}`,
      );
    }
    const { field } = found;
    if (field.name !== name)
      throw misuse(`\`supplied\`: \`${name}\` is an old name of \`${field.name}\`, supply that one`);
    if (ignoresSupplied(field)) throw ignoredSupply(name, field);
    if (value !== undefined && !fitsType(field.type, value))
      throw misuse(`\`supplied\`: \`${name}\` must be ${typeName(field.type)}, not ${shownValue(value)}`);
  }
}

function misuse(message: string): MisuseError {
  return new MisuseError("E_SUPPLIED", message);
}
