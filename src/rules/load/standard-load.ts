// Loaders that read Terraform, too. Those of `load.ts` do so when they get a reader for it.
import type { Result } from "../../language/diagnostics/diagnostic.ts";
import type { Source } from "../../language/diagnostics/source.ts";
import type { LoadedConfiguration } from "../ruleset/document.ts";
import { terraformReader } from "../terraform/read-terraform.ts";
import * as bare from "./load.ts";
import type { LoadOptions } from "./options.ts";

/**
 * Reads a document of rules: one ruleset, a whole configuration, an answer of the API, or Terraform JSON; as JSON or
 * YAML. All faults are in the result, in the order of the text.
 *
 * Without the option `scheme` the syntax is checked, and the firewall that receives the value checks the rest, and
 * reports it with line and column of the text, too.
 *
 * @throws MisuseError for unknown options.
 */
export function loadDocument(source: Source, options: LoadOptions = {}): Result<LoadedConfiguration> {
  return bare.loadDocument(source, withReader(options));
}

/** Several documents as one configuration, such as the files of a directory. References may cross documents. */
export function loadDocuments(
  sources: readonly Source[],
  options: LoadOptions = {},
): Result<LoadedConfiguration> {
  return bare.loadDocuments(sources, withReader(options));
}

/** {@link loadDocuments} for whoever makes a firewall of it next, which reads the items of lists. */
export function loadForFirewall(
  sources: readonly Source[],
  options: LoadOptions,
): Result<LoadedConfiguration> {
  return bare.loadForFirewall(sources, withReader(options));
}

/**
 * The same from plain data. Values that no document can contain (a function, a date, an object within itself) are
 * faults at their places.
 *
 * @throws MisuseError for unknown options.
 */
export function loadObject(
  value: unknown,
  options: LoadOptions = {},
  name?: string,
): Result<LoadedConfiguration> {
  return bare.loadObject(value, withReader(options), name);
}

function withReader(options: LoadOptions): LoadOptions {
  return options.terraform === undefined ? { ...options, terraform: terraformReader } : options;
}
