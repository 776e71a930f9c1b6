import { readFileSync } from "node:fs";
import { standardScheme } from "../../detection/fields/shared-scheme.ts";
import type { WafConfig } from "../../engine/snapshot/reports.ts";
import type { Diagnostic } from "../../language/diagnostics/diagnostic.ts";
import { Source } from "../../language/diagnostics/source.ts";
import { compileList, listDefinitions } from "../../rules/lists/compile-list.ts";
import { type ListText, readListOfItsKind } from "../../rules/lists/read-list.ts";
import { compileRedirectList } from "../../rules/lists/redirect-list.ts";
import { loadDocuments } from "../../rules/load/load.ts";
import type { ListDocument } from "../../rules/ruleset/document.ts";
import { standardLoadOptions } from "../language.ts";
import { readRuleFiles } from "../rule-files.ts";
import { errorText } from "../system-error.ts";
import type { ServeSettings } from "./settings.ts";

export type LoadedConfig =
  | { readonly ok: true; readonly config: WafConfig; readonly warnings: readonly Diagnostic[] }
  | { readonly ok: false; readonly errors: readonly Diagnostic[]; readonly message?: string };

/** Reads all files of the settings. A file that cannot be read is a message; nothing is thrown. */
export function loadConfig(
  settings: Pick<ServeSettings, "rules" | "lists"> &
    Partial<Pick<ServeSettings, "nilNotEqual" | "terraformVariables">>,
): LoadedConfig {
  try {
    const sources = settings.rules
      .flatMap((path) => readRuleFiles(path))
      .filter((file) => file.kind === "document")
      .map((file) => file.source);
    const { lists, errors, warnings } = readLists(settings.lists);
    if (errors.length > 0) return { ok: false, errors };
    // A scheme takes a name once; the firewall rejects a configuration in which one occurs twice.
    const definitions = new Map(listDefinitions(lists).map((list) => [list.name, list]));
    const scheme = standardScheme().withLists([...definitions.values()]);
    const loaded = loadDocuments(sources, {
      ...standardLoadOptions(),
      scheme,
      nilNotEqual: settings.nilNotEqual ?? false,
      terraformVariables: settings.terraformVariables ?? {},
    });
    if (!loaded.ok) return { ok: false, errors: loaded.errors };
    const config = { ...loaded.value, lists: [...loaded.value.lists, ...lists] };
    return { ok: true, config, warnings: [...warnings, ...loaded.warnings] };
  } catch (error) {
    return { ok: false, errors: [], message: errorText(error) };
  }
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
  const made =
    document.kind === "redirect"
      ? compileRedirectList(document, { locate })
      : compileList(document, { now: Date.now, locate });
  return made.ok ? [] : made.errors;
}
