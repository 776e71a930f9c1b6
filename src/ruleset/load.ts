import type { ListKind } from "../expression/scheme/definitions.ts";
import { defineList, isListName } from "../expression/scheme/scheme.ts";
import type { Diagnostic, Result } from "../expression/source/diagnostic.ts";
import type { Source } from "../expression/source/source.ts";
import type { ListDocument } from "./document.ts";
import { FaultSink } from "./faults.ts";
import { gatherLists } from "./import/lists.ts";
import { type Part, unwrap } from "./import/unwrap.ts";
import {
  type Configuration,
  expressionsOf,
  type LoadOptions,
  type ResolvedOptions,
  resolveOptions,
} from "./options.ts";
import { type ReadRuleset, readRuleset } from "./read-ruleset.ts";
import { readShape, short } from "./read-shape.ts";
import { listShape } from "./rule-shape.ts";
import type { Located } from "./text/located.ts";
import { readObject, readText } from "./text/read-text.ts";
import { validateReferences } from "./validate.ts";

export type { Configuration, LoadOptions } from "./options.ts";

/**
 * Reads a document of rules: one ruleset, a whole configuration, an answer of the API, or Terraform JSON; as JSON or
 * YAML. All faults are in the result, in the order of the text.
 */
export function loadDocument(source: Source, options: LoadOptions = {}): Result<Configuration> {
  return loadDocuments([source], options);
}

/** Several documents as one configuration, such as the files of a directory. References may cross documents. */
export function loadDocuments(sources: readonly Source[], options: LoadOptions = {}): Result<Configuration> {
  return load(
    sources.map((source) => readText(source, options.format)),
    options,
  );
}

/** The same from plain data. @throws TypeError for data that JSON cannot hold. */
export function loadObject(
  value: unknown,
  options: LoadOptions = {},
  name = "<object>",
): Result<Configuration> {
  return load([readObject(value, name)], options);
}

function load(documents: readonly Located[], options: LoadOptions): Result<Configuration> {
  const resolved = resolveOptions(options);
  const sinks: FaultSink[] = [];
  const parts: { readonly part: Part; readonly sink: FaultSink }[] = [];
  for (const located of documents) {
    const sink = new FaultSink(located);
    sinks.push(sink);
    if (located.value === undefined) continue;
    const unwrapped = unwrap(located);
    if (unwrapped.fault !== undefined) sink.report({ code: "E_DOC_TYPE", ...unwrapped.fault });
    for (const part of unwrapped.parts) parts.push({ part, sink });
  }
  const lists = readLists(parts, resolved.limits?.maxListNameLength);
  const withLists = declareLists(resolved, lists);
  const expressions = expressionsOf(withLists);
  const rulesets: ReadRuleset[] = [];
  for (const { part, sink } of parts) {
    const read = part.kind === "ruleset" ? readRuleset(part, withLists, expressions, sink) : undefined;
    if (read !== undefined) rulesets.push(read);
  }
  validateReferences(rulesets, withLists);
  const found = sinks.flatMap((sink) => sink.diagnostics());
  const warnings = found.filter((one) => one.severity === "warning");
  const errors: readonly Diagnostic[] = found.filter((one) => one.severity === "error");
  if (sinks.some((sink) => sink.hasErrors)) return { ok: false, errors, warnings };
  const value = { rulesets: rulesets.map((read) => read.document), lists };
  return { ok: true, value, warnings };
}

function readLists(
  parts: readonly { readonly part: Part; readonly sink: FaultSink }[],
  longestName: number | undefined,
): readonly ListDocument[] {
  const lists: ListDocument[] = [];
  const names = new Set<string>();
  for (const { part, sink, value } of gatherLists(parts)) {
    const reading = { sites: [], terraform: part.terraform, report: sink.report.bind(sink) };
    const read = readShape(value, listShape, part.path, reading) as ListDocument | undefined;
    if (typeof read?.name !== "string" || typeof read.kind !== "string" || read.items === undefined) continue;
    if (!isListName(read.name, longestName)) {
      const message = `\`$${short(read.name)}\` cannot name a list: lower-case letters, digits, \`_\`, single dots`;
      sink.report({ code: "E_LIST_NAME", path: part.path, atKey: true, message });
      continue;
    }
    if (names.has(read.name)) {
      const message = `the list \`$${read.name}\` is declared twice`;
      sink.report({ code: "E_DUPLICATE_ID", path: part.path, atKey: true, message });
      continue;
    }
    names.add(read.name);
    lists.push(read);
  }
  return lists;
}

/** Lists of the documents are lists that their expressions may name. */
function declareLists(options: ResolvedOptions, lists: readonly ListDocument[]): ResolvedOptions {
  if (options.scheme === undefined) return options;
  const taken = new Set(options.scheme.lists.map((list) => list.name));
  const added = lists.filter((list) => !taken.has(list.name) && list.kind !== "redirect");
  const definitions = added.map((list) => defineList({ name: list.name, kind: schemeKind(list.kind) }));
  // The names were judged when they were read.
  const longest = Math.max(options.scheme.limits.maxListNameLength, options.limits?.maxListNameLength ?? 0);
  const scheme = options.scheme.extend({ lists: definitions, limits: { maxListNameLength: longest } });
  return { ...options, scheme };
}

/** AS numbers are integers to the language. */
function schemeKind(kind: string): ListKind {
  return kind === "asn" ? "int" : (kind as ListKind);
}
