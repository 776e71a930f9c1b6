import { standardScheme } from "../detection/fields/shared-scheme.ts";
import { tryCreateWaf } from "../engine/firewall/standard-waf.ts";
import { type CompileOptions, compileFilter, compileValue } from "../language/compile/compile.ts";
import { ConditionSet } from "../language/compile/conditions.ts";
import type { Diagnostic } from "../language/diagnostics/diagnostic.ts";
import { automatonEngine } from "../language/pattern/automaton-engine.ts";
import type { Scheme } from "../language/scheme/scheme.ts";
import { listDefinitions } from "../rules/lists/compile-list.ts";
import type { LoadedConfiguration } from "../rules/ruleset/document.ts";
import { TRIAL_OPTIONS } from "./evaluate.ts";
import { firewallOptions, type RuleSettings } from "./firewall-options.ts";
import { withoutRepeated } from "./report.ts";
import type { RuleFile } from "./rule-files.ts";
import { loadFiles } from "./serve/load-rules.ts";

export interface CheckedFiles {
  /** In the order of the files, and of their texts. */
  readonly diagnostics: readonly Diagnostic[];
  readonly ok: boolean;
  /** Present when the documents have no errors. */
  readonly configuration: LoadedConfiguration | undefined;
}

/**
 * Checks rules documents together, so that references may cross files, and expression files one by one. Of documents a
 * firewall is made as `serve` makes it: what that rejects is rejected here, with the same words.
 *
 * @throws UsageError for a database that cannot be read, and the system's errors.
 */
export function checkFiles(files: readonly RuleFile[], settings: RuleSettings): CheckedFiles {
  const { diagnostics: found, configuration } = checkDocuments(files, settings);
  const scheme = standardScheme().withLists(listDefinitions(configuration?.lists ?? []));
  const { nilNotEqual } = settings;
  const { set: conditions } = ConditionSet.read(configuration?.conditions ?? {}, scheme, {
    patterns: automatonEngine,
    nilNotEqual,
  });
  const options = { ...TRIAL_OPTIONS, nilNotEqual, conditions };
  for (const file of files)
    if (file.kind === "expression") found.push(...checkExpressionFile(file, scheme, options));
  const order = new Map([...files, ...settings.lists].map(({ path }, at) => [path, at]));
  const diagnostics = withoutRepeated(found).sort(
    (left, right) =>
      (order.get(left.source) ?? order.size) - (order.get(right.source) ?? order.size) ||
      left.offset - right.offset,
  );
  return { diagnostics, ok: diagnostics.every((one) => one.severity !== "error"), configuration };
}

function checkDocuments(
  files: readonly RuleFile[],
  settings: RuleSettings,
): { readonly diagnostics: Diagnostic[]; readonly configuration: LoadedConfiguration | undefined } {
  if (!files.some((file) => file.kind === "document") && settings.lists.length === 0)
    return { diagnostics: [], configuration: undefined };
  const loaded = loadFiles(
    files,
    settings.lists,
    settings.nilNotEqual,
    settings.terraformVariables,
    settings.partial,
    settings.zone,
  );
  if (!loaded.ok) return { diagnostics: [...loaded.errors, ...loaded.warnings], configuration: undefined };
  const made = tryCreateWaf(loaded.config, firewallOptions(settings));
  // Files that the loader has not listed are counted once.
  const isCounted = loaded.warnings.some(({ leftOut }) => leftOut !== undefined);
  const warnings = made.warnings.map(({ leftOut, ...rest }) =>
    isCounted || leftOut === undefined ? rest : { ...rest, leftOut },
  );
  const diagnostics = [...loaded.warnings, ...(made.ok ? [] : made.errors), ...warnings];
  return { diagnostics, configuration: made.ok ? loaded.config : undefined };
}

function checkExpressionFile(
  file: RuleFile,
  scheme: Scheme<never>,
  options: CompileOptions,
): readonly Diagnostic[] {
  const filter = compileFilter(file.source, scheme, options);
  if (filter.ok) return filter.warnings;
  const value = compileValue(file.source, scheme, undefined, options);
  return value.ok ? value.warnings : [...filter.errors, ...filter.warnings];
}
