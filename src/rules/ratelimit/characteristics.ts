import { type CompileOptions, compileValue, type ValueExpression } from "../../language/compile/compile.ts";
import { type Diagnostic, diagnose } from "../../language/diagnostics/diagnostic.ts";
import { Source } from "../../language/diagnostics/source.ts";
import type { Scheme } from "../../language/scheme/scheme.ts";
import { CHARACTERISTIC_NAMES } from "../ruleset/characteristic-names.ts";

export interface Characteristics {
  /** Values of which the key is made. */
  readonly values: readonly ValueExpression[];
  readonly errors: readonly Diagnostic[];
  readonly warnings: readonly Diagnostic[];
}

/** Compiles the characteristics of a rate limit with the scheme of its phase. */
export function compileCharacteristics(
  texts: readonly string[],
  scheme: Scheme<never>,
  options: CompileOptions,
  sourceName: string,
): Characteristics {
  const values: ValueExpression[] = [];
  const errors: Diagnostic[] = [];
  const warnings: Diagnostic[] = [];
  const seen = new Set<string>();
  texts.forEach((given, index) => {
    const pointer = `/ratelimit/characteristics/${index}`;
    const source = new Source(given, sourceName);
    const warn = (message: string) => {
      const span = { start: 0, end: given.length };
      const found = diagnose(source, { code: "W_RATELIMIT", severity: "warning", message, span });
      warnings.push({ ...found, pointer });
    };
    const text = substitute(given.trim(), scheme, warn);
    if (text === undefined || seen.has(text)) return;
    seen.add(text);
    const compiled = compileValue(
      text === given.trim() ? source : new Source(text, sourceName),
      scheme,
      undefined,
      options,
    );
    warnings.push(...compiled.warnings.map((warning) => ({ ...warning, pointer })));
    if (compiled.ok) values.push(compiled.value);
    else errors.push(...compiled.errors.map((error) => ({ ...error, pointer })));
  });
  return { values, errors, warnings };
}

/** What a name of the reference product stands for here; undefined: for nothing that tells requests apart. */
function substitute(
  text: string,
  scheme: Scheme<never>,
  warn: (message: string) => void,
): string | undefined {
  // An embedder may have fields of these names.
  if (!CHARACTERISTIC_NAMES.includes(text) || scheme.field(text) !== undefined) return text;
  if (text === "cf.colo.id") {
    warn(
      "`cf.colo.id` is left out: there are no data centres here, and the store says how far counters reach",
    );
    return undefined;
  }
  warn("`cf.unique_visitor_id` counts as `ip.src`: visitors behind one address are not told apart here");
  return "ip.src";
}
