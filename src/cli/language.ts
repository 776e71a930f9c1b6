import { standardFunctions } from "../language/functions/index.ts";
import { automatonEngine } from "../language/pattern/automaton-engine.ts";
import type { Scheme } from "../language/scheme/scheme.ts";
import { requestScheme } from "../request/fields/standard-scheme.ts";
import type { LoadOptions } from "../rules/load/load.ts";
import { managedRulesets } from "../rules/managed/index.ts";

let made: Scheme | undefined;

/** The names that every command knows; made on first use, so that `--help` does not wait for it. */
export function standardScheme(): Scheme {
  made ??= requestScheme(standardFunctions);
  return made;
}

/** How commands read rules documents: expressions are compiled, not only parsed, and managed rulesets are known. */
export function standardLoadOptions(): LoadOptions {
  return { scheme: standardScheme(), patterns: automatonEngine, rulesets: managedRulesets };
}
