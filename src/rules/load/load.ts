import { FaultSink } from "../../documents/shapes/faults.ts";
import { readShape } from "../../documents/shapes/read-shape.ts";
import type { Located } from "../../documents/text/located.ts";
import { originAt, rememberOrigin } from "../../documents/text/origins.ts";
import { readObject } from "../../documents/text/read-object.ts";
import { readText } from "../../documents/text/read-text.ts";
import type { ConditionSet } from "../../language/compile/conditions.ts";
import { ExpressionPool, Expressions } from "../../language/compile/expressions.ts";
import type { Diagnostic, Result } from "../../language/diagnostics/diagnostic.ts";
import { wordsText } from "../../language/diagnostics/option-values.ts";
import { excerpt } from "../../language/diagnostics/printable.ts";
import type { Source } from "../../language/diagnostics/source.ts";
import { didYouMean } from "../../language/diagnostics/suggest.ts";
import { automatonEngine } from "../../language/pattern/automaton-engine.ts";
import type { ListDefinition } from "../../language/scheme/definitions.ts";
import { isListName, type Scheme } from "../../language/scheme/scheme.ts";
import { judgeListings, type Listing } from "../import/listings.ts";
import { gatherLists } from "../import/lists.ts";
import type { Part } from "../import/parts.ts";
import { unwrap } from "../import/unwrap.ts";
import { chooseZone, isZoneListing } from "../import/zones.ts";
import { compileAnyList } from "../lists/compile-any-list.ts";
import { listDefinitions } from "../lists/compile-list.ts";
import { inDocument } from "../lists/item-faults.ts";
import type { ListDocument, LoadedConfiguration } from "../ruleset/document.ts";
import { listShape } from "../ruleset/rule-shape.ts";
import { uncheckedRuleset } from "../ruleset/unchecked.ts";
import { withTerraform } from "../terraform/reader.ts";
import { actionLists, checkActionLists } from "./action-lists.ts";
import { type LoadOptions, type ResolvedOptions, resolveOptions } from "./options.ts";
import { loadWithout, type Omissions, type Pass, type PlacedPart } from "./partial.ts";
import { type ReadConditions, readConditions } from "./read-conditions.ts";
import { type ReadRuleset, readRuleset } from "./read-ruleset.ts";
import { checkStateNames } from "./state-names.ts";
import { validateReferences } from "./validate.ts";

export type { LoadOptions } from "./options.ts";

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
  return loadDocuments([source], options);
}

/** Several documents as one configuration, such as the files of a directory. References may cross documents. */
export function loadDocuments(
  sources: readonly Source[],
  options: LoadOptions = {},
): Result<LoadedConfiguration> {
  return load(
    sources.map((source) => readText(source, options.format)),
    options,
  );
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
  name = "<object>",
): Result<LoadedConfiguration> {
  return load([readObject(value, name)], options);
}

/** Loads documents for a firewall, which compiles their lists and reports faulty items: they are not compiled twice. */
export function loadForFirewall(
  sources: readonly Source[],
  options: LoadOptions,
): Result<LoadedConfiguration> {
  const resolved = resolveOptions(options);
  const documents = sources.map((source) => readText(source, options.format));
  return resolved.partial === true
    ? loadPartly(documents, resolved)
    : loadLocated(documents, resolved, plainReading(resolved));
}

function load(documents: readonly Located[], options: LoadOptions): Result<LoadedConfiguration> {
  const resolved = resolveOptions(options);
  if (resolved.partial === true) return loadPartly(documents, resolved);
  const loaded = loadLocated(documents, resolved, plainReading(resolved));
  // A firewall compiles its lists itself. Callers with a scheme want to know what it will reject.
  if (!loaded.ok || resolved.scheme === undefined) return loaded;
  const errors = itemErrors(loaded.value.lists);
  return errors.length === 0 ? loaded : { ok: false, errors, warnings: loaded.warnings };
}

function itemErrors(lists: readonly ListDocument[]): readonly Diagnostic[] {
  return lists.flatMap((list) => {
    const made = compileAnyList(list, { now: () => 0 });
    return made.ok ? [] : inDocument(made.errors, list.items);
  });
}

/** The valid parts of a set of documents, with a warning for each part that is left out. */
export function loadPartly(
  documents: readonly Located[],
  resolved: ResolvedOptions,
): Result<LoadedConfiguration> {
  const evaluated = withTerraform(documents, resolved.terraform, resolved.terraformVariables);
  return loadWithout((omissions) => loadOnce(evaluated, resolved, plainReading(resolved), omissions));
}

/** How a set of documents is read; firewalls share what they read. */
export interface DocumentReading {
  /** Whether a firewall is made of the documents, so that what they lack is missing. */
  readonly isWhole: boolean;
  /** The compiler of expressions that name parts of the scheme and these lists; undefined: they are only parsed. */
  expressions(
    lists: readonly ListDefinition[],
    maxListNameLength: number,
    conditions: ConditionSet | undefined,
  ): Expressions | undefined;
  ruleset: typeof readRuleset;
}

function plainReading({
  scheme,
  patterns = automatonEngine,
  limits,
  nilNotEqual = false,
}: ResolvedOptions): DocumentReading {
  return {
    isWhole: false,
    expressions(lists, maxListNameLength, conditions) {
      if (scheme === undefined) return undefined;
      const options = {
        patterns,
        nilNotEqual,
        ...(limits === undefined ? {} : { limits }),
        ...(conditions === undefined ? {} : { conditions }),
      };
      return new Expressions(new ExpressionPool(withLists(scheme, lists, maxListNameLength)), options);
    },
    ruleset: readRuleset,
  };
}

/** Reads documents whose texts have been read. */
export function loadLocated(
  documents: readonly Located[],
  resolved: ResolvedOptions,
  reading: DocumentReading,
): Result<LoadedConfiguration> {
  return loadOnce(
    withTerraform(documents, resolved.terraform, resolved.terraformVariables),
    resolved,
    reading,
  ).result;
}

function loadOnce(
  documents: readonly Located[],
  resolved: ResolvedOptions,
  reading: DocumentReading,
  omissions?: Omissions,
): Pass {
  const sinks: FaultSink[] = [];
  const parts: PlacedPart[] = [];
  const listings: Listing[] = [];
  for (const located of documents) {
    const sink = new FaultSink(located);
    sinks.push(sink);
    // The missing part of data that could not be copied whole would be reported as a second fault.
    if (located.value === undefined || (located.data === true && located.faults.length > 0)) continue;
    if (omissions !== undefined && located.faults.some(({ severity }) => severity !== "warning")) continue;
    // It only names zones, which is not a fault if a zone is requested.
    if (resolved.zone !== undefined && isZoneListing(located)) continue;
    const unwrapped = unwrap(located);
    for (const fault of unwrapped.faults) sink.report({ ...fault, severity: severityOf(fault.code) });
    for (const { name, ...fault } of unwrapped.unknown ?? [])
      sink.report({ ...fault, path: [name], atKey: true });
    for (const part of unwrapped.parts) {
      const kept = omissions === undefined ? part : omissions.without(part);
      if (kept !== undefined) parts.push({ part: kept, sink });
    }
    listings.push({ listed: unwrapped.listed, sink });
  }
  const isRefused = resolved.zone !== undefined && !keepZone(parts, sinks, documents, resolved.zone);
  judgeListings(
    listings,
    parts.map(({ part }) => part),
  );
  const { lists, absent } = readLists(parts, resolved.limits?.maxListNameLength);
  const declared = declare(resolved, lists, parts, reading);
  const { conditions } = declared;
  const rulesets: ReadRuleset[] = [];
  for (const { part, sink } of parts) {
    const read =
      part.kind === "ruleset"
        ? reading.ruleset(part, declared.options, declared.expressions, sink)
        : undefined;
    if (read === undefined) continue;
    rulesets.push(read);
    rememberOrigins(read);
  }
  validateReferences(rulesets, declared.options);
  checkStateNames(rulesets, declared.options);
  checkActionLists(rulesets, declared.options, reading.isWhole);
  for (const list of absent) warnOfItems(list, rulesets, declared.options);
  const found = sinks.flatMap((sink) => sink.diagnostics());
  const warnings = found.filter((one) => one.severity === "warning");
  const errors: readonly Diagnostic[] = found.filter((one) => one.severity === "error");
  const value = {
    rulesets: rulesets.map((read) => uncheckedRuleset(read.document)),
    lists,
    ...(conditions === undefined ? {} : { conditions: conditions.documents }),
  };
  const hasErrors = sinks.some((sink) => sink.hasErrors);
  // Faults of rules do not hide faults of lists, which are compiled after everything has been read.
  const faultyItems = () =>
    resolved.scheme === undefined || omissions !== undefined ? [] : itemErrors(lists);
  const result: Result<LoadedConfiguration> = hasErrors
    ? { ok: false, errors: [...errors, ...faultyItems()], warnings }
    : { ok: true, value, warnings };
  return { result, sinks, parts, rulesets, value, isRefused };
}

/** Zones that a message lists. */
const MOST_ZONES = 40;

/** Takes out the rulesets of other zones. @returns whether the zone exists. */
function keepZone(
  parts: PlacedPart[],
  sinks: readonly FaultSink[],
  documents: readonly Located[],
  zone: string,
): boolean {
  const choice = chooseZone(
    parts.map(({ part }) => part),
    documents,
    zone,
  );
  const isFound = choice.others === undefined;
  for (const { part, sink } of parts) {
    const { resource } = part.located;
    if (resource?.openZone === undefined || !choice.open.includes(part)) continue;
    const { message: why, hint } = resource.openZone;
    const message = `\`${excerpt(resource.address)}\` is not read, because its zone is not known: ${why}`;
    const told = { path: [...part.path, "zone_id"], message, ...(hint === undefined ? {} : { hint }) };
    sink.report(
      isFound
        ? { code: "W_TF_LEFT_OUT", severity: "warning", ...told }
        : { code: "E_TF_UNRESOLVED", ...told },
    );
  }
  const kept = parts.filter(({ part }) => choice.includes(part));
  parts.splice(0, parts.length, ...kept);
  if (choice.others === undefined) return true;
  // An open value is reported with a way to set it.
  if (choice.open.length > 0 && choice.others.length === 0) return false;
  const message = `there is no zone \`${excerpt(zone)}\` among the documents`;
  const near = didYouMean(zone, choice.others);
  const hint =
    choice.others.length === 0
      ? "none of them says which zone it belongs to: name folders or files after zones"
      : `${near === undefined ? "" : `${near}; `}there are ${wordsText(choice.others.slice(0, MOST_ZONES))}`;
  sinks[0]?.report({ code: "E_IMPORT", path: [], message, hint });
  return false;
}

/**
 * Faults that the firewall finds later, with knowledge that the loader may lack, are shown in the text. A program's
 * data has no text; its places are the paths in the data.
 */
function rememberOrigins({ document, part, pathOf }: ReadRuleset): void {
  const { located } = part;
  if (located.data === true && located.resource === undefined) return;
  rememberOrigin(document, { located, path: part.path });
  for (const [at, rule] of document.rules.entries()) rememberOrigin(rule, { located, path: pathOf(at) });
}

function severityOf(code: string): "error" | "warning" {
  return code.startsWith("W_") ? "warning" : "error";
}

function rememberItems(items: readonly unknown[], part: Part): void {
  const path = Array.isArray(part.value) ? part.path : [...part.path, "items"];
  const { located } = part;
  const origin = located.resource === undefined ? originAt(located, path) : { located, path };
  if (origin !== undefined) rememberOrigin(items, origin);
}

/** A list whose items are not in the documents. */
interface AbsentItems {
  readonly name: string;
  readonly part: Part;
  readonly sink: FaultSink;
}

function readLists(
  parts: readonly { readonly part: Part; readonly sink: FaultSink }[],
  longestName: number | undefined,
): { readonly lists: readonly ListDocument[]; readonly absent: readonly AbsentItems[] } {
  const lists: ListDocument[] = [];
  const absent: AbsentItems[] = [];
  const names = new Set<string>();
  const gathered = gatherLists(parts);
  for (const { part, sink } of gathered.empty) {
    const message = "this API answer is empty, and no list has the name of its file";
    sink.report({ code: "W_IMPORT", severity: "warning", path: part.path, message });
  }
  for (const { part, sink, value, itemsFrom, lacks } of gathered.lists) {
    const reading = {
      sites: [],
      // An empty list of items was not left out.
      terraform: false,
      emptyIsAbsent: part.origin !== "native",
      report: sink.report.bind(sink),
    };
    const read = readShape(value, listShape, part.path, reading);
    const { name, kind, items } = read ?? {};
    if (name === undefined || kind === undefined || items === undefined) continue;
    if (!isListName(name, longestName)) {
      const message = `\`$${excerpt(name)}\` cannot name a list: lower-case letters, digits, \`_\`, single dots`;
      const lower = name.toLowerCase().replaceAll("-", "_");
      const hint = isListName(lower, longestName) ? { hint: `write \`${lower}\`` } : {};
      sink.report({ code: "E_LIST_NAME", path: part.path, atKey: true, message, ...hint });
      continue;
    }
    if (names.has(name)) {
      const message = `the list \`$${name}\` is declared twice`;
      sink.report({ code: "E_DUPLICATE_ID", path: part.path, atKey: true, message });
      continue;
    }
    names.add(name);
    if (lacks === "items") absent.push({ name, part, sink });
    if (lacks === "pages") {
      const message = `\`$${name}\` has more items than the documents: a page is missing`;
      const hint = "fetch all pages, and save the next one as `NAME.items-2.json`";
      sink.report({ code: "W_IMPORT", severity: "warning", path: part.path, message, hint });
    }
    rememberItems(items, itemsFrom ?? part);
    lists.push({ ...read, name, kind, items });
  }
  return { lists, absent };
}

/** A list without its items matches nothing, which is reported if a rule uses it. */
function warnOfItems(
  { name, part, sink }: AbsentItems,
  rulesets: readonly ReadRuleset[],
  options: ResolvedOptions,
): void {
  const named = new RegExp(`\\$${name.replaceAll(".", "\\.")}(?![a-z0-9_.])`);
  const isUsed = rulesets.some(
    (ruleset) =>
      ruleset.document.rules.some(({ expression, ratelimit, action_parameters: parameters }) =>
        named.test(
          `${expression} ${ratelimit?.counting_expression ?? ""} ${JSON.stringify(parameters ?? "")}`,
        ),
      ) || actionLists(ruleset, options).some(({ list }) => list.name === name),
  );
  if (!isUsed) return;
  const message = `the items of \`$${name}\` are not in the documents: the list matches nothing`;
  const hint = "save the answer of `/rules/lists/{list_id}/items` as `NAME.items.json` beside it";
  sink.report({ code: "W_IMPORT", severity: "warning", path: part.path, message, hint });
}

/** Lists and conditions of the documents are the ones that their expressions may name. */
function declare(
  options: ResolvedOptions,
  lists: readonly ListDocument[],
  parts: readonly { readonly part: Part; readonly sink: FaultSink }[],
  reading: DocumentReading,
): {
  readonly options: ResolvedOptions;
  readonly expressions: Expressions | undefined;
  readonly conditions: ReadConditions | undefined;
} {
  const { scheme, patterns = automatonEngine, nilNotEqual = false, limits } = options;
  const checking = { patterns, nilNotEqual, ...(limits === undefined ? {} : { limits }) };
  if (scheme === undefined)
    return { options, expressions: undefined, conditions: readConditions(parts, undefined, checking) };
  const taken = new Set(scheme.lists.map((list) => list.name));
  const definitions = listDefinitions(lists.filter((list) => !taken.has(list.name)));
  // The names were checked when they were read.
  const longest = Math.max(scheme.limits.maxListNameLength, options.limits?.maxListNameLength ?? 0);
  const conditions = readConditions(parts, withLists(scheme, definitions, longest), {
    ...checking,
    lists: options.references ?? "declared",
  });
  const expressions = reading.expressions(definitions, longest, conditions?.set);
  const declared = expressions?.scheme ?? withLists(scheme, definitions, longest);
  return { options: { ...options, scheme: declared }, expressions, conditions };
}

function withLists(
  scheme: Scheme<never>,
  lists: readonly ListDefinition[],
  maxListNameLength: number,
): Scheme<never> {
  return lists.length === 0 ? scheme : scheme.extend({ lists, limits: { maxListNameLength } });
}
