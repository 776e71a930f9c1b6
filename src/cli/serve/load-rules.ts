import { readFileSync } from "node:fs";
import { standardScheme } from "../../detection/fields/shared-scheme.ts";
import type { Diagnostic } from "../../language/diagnostics/diagnostic.ts";
import { Source } from "../../language/diagnostics/source.ts";
import { compileAnyList } from "../../rules/lists/compile-any-list.ts";
import { listDefinitions } from "../../rules/lists/compile-list.ts";
import { type ListText, readListOfItsKind } from "../../rules/lists/read-list.ts";
import { loadForFirewall } from "../../rules/load/standard-load.ts";
import type { ListDocument, LoadedConfiguration } from "../../rules/ruleset/document.ts";
import type { RuleSettings } from "../firewall-options.ts";
import { standardLoadOptions } from "../language.ts";
import { type RuleFile, readRuleFiles } from "../rule-files.ts";
import { errorText } from "../system-error.ts";
import type { ServeSettings } from "./settings.ts";

export type LoadedConfig =
  | { readonly ok: true; readonly config: LoadedConfiguration; readonly warnings: readonly Diagnostic[] }
  | {
      readonly ok: false;
      readonly errors: readonly Diagnostic[];
      readonly warnings: readonly Diagnostic[];
      readonly message?: string;
    };

/** Reads all files of the settings. A file that cannot be read is a message; nothing is thrown. */
export function loadConfig(
  settings: Pick<ServeSettings, "rules" | "lists"> &
    Partial<Pick<ServeSettings, "nilNotEqual" | "partial" | "terraformVariables" | "zone">>,
): LoadedConfig {
  try {
    const files = settings.rules.flatMap((path) => readRuleFiles(path));
    return loadFiles(
      files,
      settings.lists,
      settings.nilNotEqual ?? false,
      settings.terraformVariables,
      settings.partial,
      settings.zone,
    );
  } catch (error) {
    return { ok: false, errors: [], warnings: [], message: errorText(error) };
  }
}

/**
 * The configuration of documents that have been read, and of files of lists.
 *
 * @throws the system's errors for a file of a list.
 */
export function loadFiles(
  files: readonly RuleFile[],
  listFiles: RuleSettings["lists"],
  nilNotEqual: boolean,
  terraformVariables: RuleSettings["terraformVariables"] = {},
  partial = false,
  zone: RuleSettings["zone"] = undefined,
): LoadedConfig {
  const sources = files.filter((file) => file.kind === "document").map((file) => file.source);
  const { lists, errors, warnings } = readLists(listFiles);
  // Rules that name a list which could not be read would be told as faults of their own.
  if (lists.length < listFiles.length) return { ok: false, errors, warnings };
  // A scheme takes a name once; the firewall rejects a configuration in which one occurs twice.
  const definitions = new Map(listDefinitions(lists).map((list) => [list.name, list]));
  const scheme = standardScheme().withLists([...definitions.values()]);
  const loaded = loadForFirewall(sources, {
    ...standardLoadOptions(),
    scheme,
    nilNotEqual,
    partial,
    ...(zone === undefined ? {} : { zone }),
    terraformVariables,
  });
  const told = [...warnings, ...loaded.warnings];
  const faults = loaded.ok ? errors : [...errors, ...loaded.errors];
  if (!loaded.ok || faults.length > 0) return { ok: false, errors: faults, warnings: told };
  const config = { ...loaded.value, lists: [...loaded.value.lists, ...lists] };
  return { ok: true, config, warnings: told };
}

function readLists(files: ServeSettings["lists"]) {
  const lists: ListDocument[] = [];
  const errors: Diagnostic[] = [];
  const warnings: Diagnostic[] = [];
  for (const { name, path } of files) {
    const read = readListOfItsKind(new Source(readFileSync(path, "utf8"), path), name);
    warnings.push(...read.warnings);
    if (!read.ok) errors.push(...read.errors);
    else {
      lists.push(read.value.document);
      errors.push(...itemErrors(read.value));
    }
  }
  return { lists, errors, warnings };
}

/** Told here, because the firewall no longer knows on which line an item stands. */
function itemErrors({ document, locate }: ListText): readonly Diagnostic[] {
  const made = compileAnyList(document, { now: Date.now, locate });
  return made.ok ? [] : made.errors;
}
