import type { Result } from "../../language/diagnostics/diagnostic.ts";
import type { ListDocument } from "../ruleset/document.ts";
import { type CompileListOptions, compileList } from "./compile-list.ts";
import type { CompiledList } from "./list.ts";
import { compileRedirectList, type RedirectList } from "./redirect-list.ts";

/** A list of any kind, ready for requests. */
export function compileAnyList(
  document: ListDocument,
  options: CompileListOptions,
): Result<CompiledList | RedirectList> {
  return document.kind === "redirect"
    ? compileRedirectList(document, options)
    : compileList(document, options);
}
