import { standardScheme } from "../detection/fields/shared-scheme.ts";
import { automatonEngine } from "../language/pattern/automaton-engine.ts";
import type { LoadOptions } from "../rules/load/load.ts";
import { managedRulesets } from "../rules/managed/index.ts";

/** How commands read rules documents: expressions are compiled, not only parsed, and managed rulesets are known. */
export function standardLoadOptions(): LoadOptions {
  return { scheme: standardScheme(), patterns: automatonEngine, rulesets: managedRulesets };
}
