import type { Result } from "../../language/diagnostics/diagnostic.ts";
import type { Source } from "../../language/diagnostics/source.ts";
import type { LoadedConfiguration } from "../ruleset/document.ts";
import { type HclParser, readHcl } from "../terraform/hcl.ts";
import type { LoadOptions } from "./options.ts";
import { loadDocuments } from "./standard-load.ts";

export type { HclParser } from "../terraform/hcl.ts";

/** How Terraform configurations are read. */
export interface LoadTerraformOptions extends LoadOptions {
  /** The parser of HCL, such as `hcl2json` of `wirewall/terraform`. */
  readonly parser: HclParser;
}

/**
 * Reads documents as `loadDocuments` does, and files in HCL (`.tf`, `.tfvars`) beside them. Files of one directory, by
 * the names of their sources, form one module; a module that another one calls by path is evaluated with its inputs.
 * Values of variables are taken from `terraform.tfvars`, `*.auto.tfvars` and other files of values among the sources,
 * then from the option `terraformVariables`.
 *
 * Anything that stays open (a variable without a value, a data source, a function that is not evaluated) is a fault; no
 * rule is made of it. The file system is not read.
 *
 * @throws MisuseError for unknown options.
 */
export async function loadTerraform(
  sources: readonly Source[],
  { parser, ...options }: LoadTerraformOptions,
): Promise<Result<LoadedConfiguration>> {
  await readHcl(sources, parser);
  return loadDocuments(sources, options);
}
