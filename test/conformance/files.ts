import type { FunctionDefinition } from "../support/source/language/scheme.ts";
import { type CorpusLine, casesOfCorpus, type Surroundings } from "./corpus-file.ts";
import { DIALECTS, STANDARD_FIELDS, STANDARD_FUNCTIONS } from "./engines.ts";
import type { Case } from "./outcome.ts";
import { casesOfSuite, type SuiteFile } from "./suite-file.ts";
import { casesOfVectors, type VectorsFile } from "./vectors-file.ts";

/**
 * The cases of a file, whatever its form: a vector file, a file of the language's own suite, or a corpus as JSON
 * lines or as a JSON array.
 *
 * @param read reads a file that lies beside it; undefined when there is none.
 * @param ownScheme judges lines of the scheme `standard` with this project's standard fields, whatever lies beside.
 */
export function casesOfFile(
  name: string,
  content: string,
  read: (beside: string) => string | undefined,
  ownScheme = false,
): readonly Case[] {
  const json = parseWhole(content);
  if (isObject(json) && Array.isArray(json["vectors"])) {
    return casesOfVectors(json as unknown as VectorsFile, DIALECTS);
  }
  if (isObject(json) && typeof json["suite"] === "string") {
    return casesOfSuite(json as unknown as SuiteFile, DIALECTS);
  }
  const lines = corpusLines(name, json, content);
  const told = surroundings(read);
  return casesOfCorpus(lines, ownScheme ? { ...told, ownFields: STANDARD_FIELDS } : told, DIALECTS);
}

function parseWhole(content: string): unknown {
  try {
    return JSON.parse(content) as unknown;
  } catch {
    // Not one JSON text: JSON lines.
    return undefined;
  }
}

function corpusLines(name: string, json: unknown, content: string): readonly CorpusLine[] {
  let lines: readonly unknown[];
  if (Array.isArray(json)) lines = json;
  else if (isObject(json) && Array.isArray(json["cases"])) lines = json["cases"];
  else {
    lines = content
      .split("\n")
      .filter((line) => line.trim() !== "")
      .map((line) => JSON.parse(line) as unknown);
  }
  return lines.map((line, at) => {
    // A record of a case that was set aside holds the case itself.
    const entry = isObject(line) && isObject(line["case"]) ? { ...line["case"], kind: "set aside" } : line;
    if (!isObject(entry) || typeof entry["expr"] !== "string") {
      throw new Error(`${name}: line ${at + 1} is no case: it has no "expr"`);
    }
    return { id: String(at + 1), ...entry } as unknown as CorpusLine;
  });
}

function surroundings(read: (beside: string) => string | undefined): Surroundings {
  const scheme = read("standard-scheme.json");
  const functions = read("functions.json");
  const standard =
    functions === undefined
      ? undefined
      : (JSON.parse(functions) as { standard?: readonly string[] }).standard;
  const byName = new Map<string, FunctionDefinition>(STANDARD_FUNCTIONS.map((each) => [each.name, each]));
  return {
    ownFields: undefined,
    standardFields:
      scheme === undefined
        ? undefined
        : (JSON.parse(scheme) as { fields: Readonly<Record<string, unknown>> }).fields,
    standardFunctions: standard ?? [...byName.keys()],
    functions: byName,
  };
}

function isObject(json: unknown): json is Readonly<Record<string, unknown>> {
  return typeof json === "object" && json !== null && !Array.isArray(json);
}
