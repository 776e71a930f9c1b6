import type { FunctionDefinition } from "../../src/expression/scheme/definitions.ts";
import { automatonEngine } from "../../src/expression/values/pattern/automaton-engine.ts";
import type { PatternEngine } from "../../src/expression/values/pattern/engine.ts";
import type { Dialects } from "./judge.ts";

async function load<T>(path: string, name: string): Promise<T | undefined> {
  const loaded = (await import(path).catch(() => undefined)) as Record<string, T> | undefined;
  return loaded?.[name];
}

export const DIALECTS: Dialects = {
  full: automatonEngine,
  portable: await load<PatternEngine>("../../src/expression/values/pattern/re2js-engine.js", "re2jsEngine"),
};
export const STANDARD_FUNCTIONS: readonly FunctionDefinition[] =
  (await load<readonly FunctionDefinition[]>(
    "../../src/expression/functions/index.js",
    "standardFunctions",
  )) ?? [];
