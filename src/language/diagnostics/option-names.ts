import { MisuseError } from "./misuse.ts";
import { excerpt } from "./printable.ts";
import { didYouMean } from "./suggest.ts";

/** Names that an options object may have: `true` for a plain value, an object for options inside the option. */
export interface OptionNames {
  readonly [name: string]: true | OptionNames;
}

/** The names for a type of options, none left out. */
export type NamesOf<Options> = {
  readonly [Name in keyof Options]-?: true | OptionNames;
};

/** The names of a record that has them all, such as the default limits. */
export function namesOf<Options extends object>(
  defaults: Options,
): { readonly [Name in keyof Options]-?: true } {
  const names: { [Name in keyof Options]?: true } = {};
  for (const name in defaults) names[name] = true;
  return names as { [Name in keyof Options]-?: true };
}

/**
 * Rejects unknown options: a misspelt one would silently leave its default in force.
 *
 * @param place where the options are inside others, as `limits.request`; empty at the top.
 * @param elsewhere options that belong elsewhere, each with its right place for the error.
 * @throws MisuseError `E_OPTION_UNKNOWN` for an unknown name, with a suggestion; `E_OPTION` for options that are no
 *   object.
 */
export function checkOptionNames(
  given: unknown,
  known: OptionNames,
  place = "",
  elsewhere?: Elsewhere,
): void {
  if (given === undefined) return;
  if (typeof given !== "object" || given === null || Array.isArray(given)) {
    const kind = given === null ? "null" : Array.isArray(given) ? "an array" : `a ${typeof given}`;
    throw new MisuseError(
      "E_OPTION",
      `${place === "" ? "options" : `\`${place}\``} must be an object, not ${kind}`,
    );
  }
  // Inherited ones too: who reads an option does not ask where it is.
  for (const name in given) {
    const path = place === "" ? name : `${place}.${name}`;
    const inner = Object.hasOwn(known, name) ? known[name] : undefined;
    if (inner === undefined) throw unknownOption(name, path, known, elsewhere);
    if (inner !== true) checkOptionNames(Reflect.get(given, name), inner, path);
  }
}

interface Elsewhere {
  readonly names: OptionNames;
  readonly owner: string;
}

function unknownOption(
  name: string,
  path: string,
  known: OptionNames,
  elsewhere: Elsewhere | undefined,
): MisuseError {
  const inside = placeOf(name, known);
  const parent = path.slice(0, path.length - name.length);
  const isElsewhere = elsewhere !== undefined && Object.hasOwn(elsewhere.names, name);
  const hint =
    (isElsewhere ? `it is one of ${elsewhere.owner}` : undefined) ??
    didYouMean(name, Object.keys(known)) ??
    (inside === undefined ? undefined : `did you mean \`${parent}${inside}\`?`) ??
    `there are ${Object.keys(known).sort().join(", ")}`;
  return new MisuseError("E_OPTION_UNKNOWN", `there is no option \`${excerpt(path, 120)}\`; ${hint}`);
}

/** Path of the option of this name inside other options. */
function placeOf(name: string, known: OptionNames): string | undefined {
  for (const [outer, inner] of Object.entries(known)) {
    if (inner === true) continue;
    const found = Object.hasOwn(inner, name) ? name : placeOf(name, inner);
    if (found !== undefined) return `${outer}.${found}`;
  }
  return undefined;
}
