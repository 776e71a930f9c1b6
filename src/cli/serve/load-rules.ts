import { readFileSync } from "node:fs";
import type { WafConfig } from "../../engine/snapshot/reports.ts";
import type { Diagnostic } from "../../language/diagnostics/diagnostic.ts";
import { Source } from "../../language/diagnostics/source.ts";
import { loadDocuments } from "../../rules/load/load.ts";
import { standardLoadOptions } from "../language.ts";
import { readRuleFiles } from "../rule-files.ts";
import { errorText } from "../system-error.ts";
import type { ServeSettings } from "./settings.ts";

export type LoadedConfig =
  | { readonly ok: true; readonly config: WafConfig; readonly warnings: readonly Diagnostic[] }
  | { readonly ok: false; readonly errors: readonly Diagnostic[]; readonly message?: string };

/** Reads all files of the settings. A file that cannot be read is a message; nothing is thrown. */
export function loadConfig(settings: Pick<ServeSettings, "rules" | "lists">): LoadedConfig {
  try {
    const sources = settings.rules
      .flatMap((path) => readRuleFiles(path))
      .filter((file) => file.kind === "document")
      .map((file) => file.source);
    for (const { name, path } of settings.lists) sources.push(listSource(name, path));
    const loaded = loadDocuments(sources, standardLoadOptions());
    if (!loaded.ok) return { ok: false, errors: loaded.errors };
    return { ok: true, config: loaded.value, warnings: loaded.warnings };
  } catch (error) {
    return { ok: false, errors: [], message: errorText(error) };
  }
}

/** A list file as the document that declares the list; an item keeps its line, so that faults point to it. */
function listSource(name: string, path: string): Source {
  const lines = readFileSync(path, "utf8").split(/\r?\n/);
  const last = lines.findLastIndex((line) => itemOf(line) !== "");
  const items = lines.map((line, at) => {
    const item = itemOf(line);
    if (item === "") return "";
    const json = /^\d{1,15}$/.test(item) ? item : JSON.stringify(item);
    return at === last ? json : `${json},`;
  });
  return new Source(`{"lists":{${JSON.stringify(name)}:[${items.join("\n")}]}}`, `${path} (list $${name})`);
}

function itemOf(line: string): string {
  return line.replace(/(^|\s)#.*$/, "").trim();
}
