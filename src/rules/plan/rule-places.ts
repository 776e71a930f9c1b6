import { placed } from "../../documents/shapes/faults.ts";
import type { Located, Path } from "../../documents/text/located.ts";
import { isContainer } from "../../documents/text/members.ts";
import type { Diagnostic } from "../../language/diagnostics/diagnostic.ts";
import type { ReadRuleset } from "../load/read-ruleset.ts";
import type { RuleDocument } from "../ruleset/document.ts";

/** A finding about a planned rule; the pointer begins at the rule. */
export interface RuleWarning {
  readonly rule: RuleDocument;
  readonly diagnostic: Diagnostic;
}

/** Places of a configuration's rules in its documents, for findings after they were read. */
export class RulePlaces {
  readonly #read: ReadRuleset[] = [];
  #places: Map<object, { readonly located: Located; readonly path: Path }> | undefined;

  add(read: ReadRuleset): void {
    this.#read.push(read);
  }

  /** The rule of a ruleset; undefined for a rule outside the documents, such as one of a managed ruleset. */
  rule(id: string, version: string | undefined, ref: string): RuleDocument | undefined {
    const read = this.#read.find(({ document }) => document.id === id && document.version === version);
    return read?.document.rules.find((rule) => rule.ref === ref);
  }

  /** The diagnostic at its place in the document; unchanged when the rule is in none. */
  inDocument(rule: object, diagnostic: Diagnostic): Diagnostic {
    this.#places ??= placesOf(this.#read);
    const place = this.#places.get(rule);
    if (place === undefined) return diagnostic;
    const { located } = place;
    const path = [...place.path, ...stepsOf(diagnostic.pointer)];
    const value = valueAt(located.value, path);
    const { code, severity, message, expected, actual, hint } = diagnostic;
    return placed(located, {
      code,
      severity,
      message,
      path,
      ...(typeof value === "string" && diagnostic.endOffset <= value.length
        ? { inside: { value, span: { start: diagnostic.offset, end: diagnostic.endOffset } } }
        : {}),
      ...(expected === undefined ? {} : { expected }),
      ...(actual === undefined ? {} : { actual }),
      ...(hint === undefined ? {} : { hint }),
    });
  }
}

/** Built only for configurations with findings. */
function placesOf(
  read: readonly ReadRuleset[],
): Map<object, { readonly located: Located; readonly path: Path }> {
  const places = new Map<object, { readonly located: Located; readonly path: Path }>();
  for (const { document, part, pathOf } of read) {
    for (const [at, rule] of document.rules.entries())
      if (!places.has(rule)) places.set(rule, { located: part.located, path: pathOf(at) });
  }
  return places;
}

/** The steps of a JSON pointer; positions in arrays become numbers. */
function stepsOf(pointer: string | undefined): Path {
  if (pointer === undefined || pointer === "") return [];
  return pointer
    .slice(1)
    .split("/")
    .map((step) => (/^\d+$/.test(step) ? Number(step) : step.replaceAll("~1", "/").replaceAll("~0", "~")));
}

function valueAt(root: unknown, path: Path): unknown {
  let value = root;
  for (const step of path) {
    // Terraform writes nested objects as lists of one.
    if (Array.isArray(value) && typeof step === "string" && value.length === 1) value = value[0];
    if (!isContainer(value) || !Object.hasOwn(value, step)) return undefined;
    value = value[step];
  }
  return value;
}
