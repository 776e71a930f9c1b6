import { type FaultSink, placed } from "../../documents/shapes/faults.ts";
import type { Located, Path } from "../../documents/text/located.ts";
import type { Diagnostic, Result } from "../../language/diagnostics/diagnostic.ts";
import { jsonPointer } from "../../language/diagnostics/json-pointer.ts";
import { excerpt } from "../../language/diagnostics/printable.ts";
import type { Part } from "../import/parts.ts";
import { compileAnyList } from "../lists/compile-any-list.ts";
import { inDocument } from "../lists/item-faults.ts";
import type { LoadedConfiguration } from "../ruleset/document.ts";
import type { ReadRuleset } from "./read-ruleset.ts";

// Loads the valid parts of documents with faults: faulty parts are left out, then the parts that name them, until
// nothing is faulty.

export interface PlacedPart {
  readonly part: Part;
  readonly sink: FaultSink;
}

/** The result of one reading of all documents. */
export interface Pass {
  readonly result: Result<LoadedConfiguration>;
  readonly sinks: readonly FaultSink[];
  readonly parts: readonly PlacedPart[];
  readonly rulesets: readonly ReadRuleset[];
  /** The parts that were read, faulty or not. */
  readonly value: LoadedConfiguration;
  /** Whether leaving parts out does not help. */
  readonly isRefused: boolean;
}

/** Each reading leaves out at least one more; chains of names are not that long. */
const MAX_PASSES = 100;

/** Parts that are not read: whole parts and single rules. */
export class Omissions {
  readonly #parts = new Map<Located, Set<string>>();
  readonly #rules = new Map<Located, Map<string, Set<number>>>();
  readonly lists = new Set<string>();
  readonly conditions = new Set<string>();

  /** The part as it is to be read; undefined: not at all. */
  without(part: Part): Part | undefined {
    const { located, path } = part;
    const pointer = jsonPointer(path);
    if (this.#parts.get(located)?.has(pointer) === true) return undefined;
    const leftOut = this.#rules.get(located)?.get(pointer);
    return leftOut === undefined ? part : { ...part, leftOut };
  }

  /** @returns whether it was not left out before. */
  add({ located, path }: Part, rule: number | undefined): boolean {
    const pointer = jsonPointer(path);
    if (rule === undefined)
      return addTo(
        entry(this.#parts, located, () => new Set()),
        pointer,
      );
    const rules = entry(this.#rules, located, () => new Map<string, Set<number>>());
    return addTo(
      entry(rules, pointer, () => new Set<number>()),
      rule,
    );
  }
}

function entry<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const found = map.get(key);
  if (found !== undefined) return found;
  const made = make();
  map.set(key, made);
  return made;
}

function addTo<T>(set: Set<T>, value: T): boolean {
  if (set.has(value)) return false;
  set.add(value);
  return true;
}

/** @param read reads all documents except the parts left out. */
export function loadWithout(read: (omissions: Omissions) => Pass): Result<LoadedConfiguration> {
  const omissions = new Omissions();
  const told: Diagnostic[] = [];
  let first: Pass["result"] | undefined;
  for (let pass = 0; pass < MAX_PASSES; pass++) {
    const found = read(omissions);
    if (found.isRefused) return found.result;
    first ??= found.result;
    const isAgain = leaveOut(found, omissions, told);
    if (isAgain) {
      told.push(...faultsOf(found));
      continue;
    }
    return whole(found, told, first);
  }
  return first ?? { ok: false, errors: [], warnings: [] };
}

/** The errors of a reading, as warnings. */
function faultsOf({ result }: Pass): readonly Diagnostic[] {
  return result.ok ? [] : result.errors.map(asWarning);
}

function asWarning(found: Diagnostic): Diagnostic {
  return { ...found, severity: "warning" };
}

/** The remaining parts, if there are any. */
function whole({ result, value }: Pass, told: readonly Diagnostic[], first: Pass["result"]): Pass["result"] {
  const isNothing = value.lists.length === 0 && value.rulesets.every(({ rules }) => rules.length === 0);
  const faults = result.ok ? [] : result.errors.map(asWarning);
  const warnings = withoutRepeats([...told, ...faults, ...result.warnings]);
  if (!isNothing || (first.ok && told.length === 0)) return { ok: true, value, warnings };
  const errors = first.ok ? told.map((one): Diagnostic => ({ ...one, severity: "error" })) : first.errors;
  return { ok: false, errors, warnings: first.warnings };
}

function withoutRepeats(found: readonly Diagnostic[]): readonly Diagnostic[] {
  const seen = new Set<string>();
  return found.filter(({ source, offset, code, message }) => {
    const key = JSON.stringify([source, offset, code, message]);
    return addTo(seen, key);
  });
}

/** Leaves out faulty parts, and parts that name one. @returns whether there was anything. */
function leaveOut(found: Pass, omissions: Omissions, told: Diagnostic[]): boolean {
  let isAgain = false;
  const omit = ({ part, sink }: PlacedPart, rule: number | undefined, why: string) => {
    if (!omissions.add(part, rule)) return;
    isAgain = true;
    const path = rule === undefined ? part.path : [...part.path, "rules", rule];
    const message = `${wordFor(part, rule)} is left out: ${why}`;
    told.push(placed(sink.located, { code: "W_IMPORT", severity: "warning", path, message }));
    const name = nameOf(part);
    if (rule === undefined && name !== undefined) {
      if (part.kind === "list") omissions.lists.add(name);
      if (part.kind === "condition") omissions.conditions.add(name);
    }
  };
  for (const sink of found.sinks) {
    const own = found.parts.filter((one) => one.sink === sink);
    for (const path of sink.errorPaths) {
      const at = partAt(own, path);
      if (at !== undefined) omit(at, ruleIn(at.part, path), "it has faults");
    }
  }
  for (const list of found.value.lists) {
    const made = compileAnyList(list, { now: () => 0 });
    if (made.ok) continue;
    const parts = found.parts.filter(({ part }) => part.kind === "list" && nameOf(part) === list.name);
    for (const one of parts)
      omit(one, undefined, "an item has faults, and a list without it would have another meaning");
    if (parts.length > 0) told.push(...inDocument(made.errors, list.items).map(asWarning));
  }
  leaveOutUsers(found, omissions, omit);
  return isAgain;
}

/** In an import a missing list matches nothing: an expression that uses a list left out would have another meaning. */
function leaveOutUsers(
  { parts, rulesets, value }: Pass,
  { lists, conditions }: Omissions,
  omit: (part: PlacedPart, rule: number | undefined, why: string) => void,
): void {
  const names = [
    ...[...lists].map((name) => ({
      shown: `$${name}`,
      pattern: `\\$${name.replaceAll(".", "\\.")}(?![a-z0-9_.])`,
    })),
    ...[...conditions].map((name) => ({
      shown: `condition.${name}`,
      pattern: `condition\\.${name}(?![a-z0-9_])`,
    })),
  ];
  if (names.length === 0) return;
  const used = (text: string) => names.find(({ pattern }) => new RegExp(pattern).test(text))?.shown;
  for (const ruleset of rulesets) {
    const placedPart = parts.find(({ part }) => part === ruleset.part);
    if (placedPart === undefined) continue;
    for (const [at, rule] of ruleset.document.rules.entries()) {
      const from = rule.action_parameters?.["from_list"];
      const named =
        typeof from === "object" && from !== null && "name" in from ? `$${String(from.name)} ` : "";
      const name = used(`${named}${JSON.stringify(rule)}`);
      const position = ruleset.pathOf(at).at(-1);
      if (name !== undefined && typeof position === "number")
        omit(placedPart, position, `it names \`${name}\`, which is left out`);
    }
  }
  for (const [name, { expression }] of Object.entries(value.conditions ?? {})) {
    const lacks = used(expression);
    const placedPart = parts.find(({ part }) => part.kind === "condition" && part.name === name);
    if (lacks !== undefined && placedPart !== undefined)
      omit(placedPart, undefined, `it names \`${lacks}\`, which is left out`);
  }
}

/** The innermost part that a path leads into. */
function partAt(parts: readonly PlacedPart[], path: Path): PlacedPart | undefined {
  let found: PlacedPart | undefined;
  for (const one of parts) {
    const own = one.part.path;
    if (own.length > path.length || own.some((word, at) => String(word) !== String(path[at]))) continue;
    if (found === undefined || own.length >= found.part.path.length) found = one;
  }
  return found;
}

function ruleIn({ kind, path }: Part, at: Path): number | undefined {
  const [member, position] = at.slice(path.length);
  return kind === "ruleset" && member === "rules" && typeof position === "number" ? position : undefined;
}

function nameOf({ name, value }: Part): string | undefined {
  const own = typeof value === "object" && value !== null ? Reflect.get(value, "name") : undefined;
  return typeof own === "string" && own !== "" ? own : name;
}

function wordFor(part: Part, rule: number | undefined): string {
  if (rule !== undefined) return "the rule";
  const name = nameOf(part);
  return name === undefined ? `the ${part.kind}` : `the ${part.kind} \`${excerpt(name)}\``;
}
