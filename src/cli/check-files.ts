import { standardScheme } from "../detection/fields/shared-scheme.ts";
import { compileFilter, compileValue } from "../language/compile/compile.ts";
import type { Diagnostic } from "../language/diagnostics/diagnostic.ts";
import { type LoadOptions, loadDocuments } from "../rules/load/load.ts";
import type { LoadedConfiguration } from "../rules/ruleset/document.ts";
import { TRIAL_OPTIONS } from "./evaluate.ts";
import { standardLoadOptions } from "./language.ts";
import type { RuleFile } from "./rule-files.ts";

export interface CheckedFiles {
  /** In the order of the files, and of their texts. */
  readonly diagnostics: readonly Diagnostic[];
  readonly ok: boolean;
  /** Present when the documents have no errors. */
  readonly configuration: LoadedConfiguration | undefined;
}

/**
 * Judges rules documents together, so that references may cross files, and expression files one by one.
 *
 * @param nilNotEqual whether `ne` will be true of a missing value.
 * @param terraformVariables values of Terraform's variables.
 */
export function checkFiles(
  files: readonly RuleFile[],
  nilNotEqual = false,
  terraformVariables: LoadOptions["terraformVariables"] = {},
): CheckedFiles {
  const documents = files.filter((file) => file.kind === "document").map((file) => file.source);
  const loaded =
    documents.length === 0
      ? undefined
      : loadDocuments(documents, { ...standardLoadOptions(), nilNotEqual, terraformVariables });
  const found: Diagnostic[] = [];
  if (loaded !== undefined) found.push(...(loaded.ok ? [] : loaded.errors), ...loaded.warnings);
  for (const file of files)
    if (file.kind === "expression") found.push(...checkExpressionFile(file, nilNotEqual));
  const order = new Map(files.map((file, at) => [file.path, at]));
  const diagnostics = found.sort(
    (left, right) =>
      (order.get(left.source) ?? 0) - (order.get(right.source) ?? 0) || left.offset - right.offset,
  );
  return {
    diagnostics,
    ok: diagnostics.every((one) => one.severity !== "error"),
    configuration: loaded?.ok === true ? loaded.value : undefined,
  };
}

function checkExpressionFile(file: RuleFile, nilNotEqual: boolean): readonly Diagnostic[] {
  const options = { ...TRIAL_OPTIONS, nilNotEqual };
  const scheme = standardScheme();
  const filter = compileFilter(file.source, scheme, options);
  if (filter.ok) return filter.warnings;
  const value = compileValue(file.source, scheme, undefined, options);
  return value.ok ? value.warnings : [...filter.errors, ...filter.warnings];
}
