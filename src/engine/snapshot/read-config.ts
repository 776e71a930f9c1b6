import type { Located, TextFault } from "../../documents/text/located.ts";
import { copyOrigin } from "../../documents/text/origins.ts";
import { readObject } from "../../documents/text/read-object.ts";
import { type Diagnostic, diagnose } from "../../language/diagnostics/diagnostic.ts";
import { jsonPointer } from "../../language/diagnostics/json-pointer.ts";
import { Source } from "../../language/diagnostics/source.ts";
import { type UnknownMember, unknownMembers } from "../../rules/import/unwrap.ts";
import { rulesetToPlain } from "../../rules/ruleset/canonical.ts";
import type { RulesetDocument } from "../../rules/ruleset/document.ts";
import type { WafConfig } from "./reports.ts";

const NAME = "<configuration>";

/** A configuration as a document, and what is wrong with its members' names. */
interface ReadConfig {
  readonly located: Located;
  readonly errors: readonly Diagnostic[];
  readonly warnings: readonly Diagnostic[];
}

/** What the loader made is read again as plain data: members that it set apart go back to their places. */
export function readConfig(config: WafConfig): ReadConfig {
  const located = readObject(config, NAME);
  const { value } = located;
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    const isFaulty = located.faults.length > 0;
    const message = "a configuration is an object with `rulesets` and `lists`";
    const fault = { code: "E_DOC_TYPE", message, span: located.root, path: [] } as const;
    return { located: isFaulty ? located : { ...located, faults: [fault] }, errors: [], warnings: [] };
  }
  const { rulesets = [], lists = [] }: { readonly rulesets?: unknown; readonly lists?: unknown } = value;

  const plain = Array.isArray(rulesets) ? rulesets.map(withoutExtra) : rulesets;
  const conditions: unknown = Reflect.get(value, "conditions");
  const unknown = unknownMembers(value).map(unknownMember);
  const isNone = !["rulesets", "lists", "conditions"].some((name) => Object.hasOwn(value, name));
  const isSlip = unknown.some(({ severity }) => severity === "error") && !Object.hasOwn(value, "rules");
  if (isNone && unknown.length > 0 && !isSlip) {
    const faults = [...located.faults, noConfiguration(value, located)];
    return { located: { ...located, faults }, errors: [], warnings: [] };
  }
  return {
    located: {
      ...located,
      value: { rulesets: plain, lists, ...(conditions === undefined ? {} : { conditions }) },
    },
    errors: unknown.filter(({ severity }) => severity === "error"),
    warnings: unknown.filter(({ severity }) => severity === "warning"),
  };
}

/** Taken for an empty configuration, it would let every request pass. */
function noConfiguration(value: object, { root }: Located): TextFault {
  const message = "a configuration is an object with `rulesets` and `lists`: this one has neither";
  const hint = Object.hasOwn(value, "ok")
    ? "it is a result of loading: pass its `value`, when `ok` is true"
    : Object.hasOwn(value, "rules")
      ? "it is a ruleset: pass `{ rulesets: [it] }`"
      : undefined;
  return { code: "E_DOC_TYPE", message, span: root, path: [], ...(hint === undefined ? {} : { hint }) };
}

function withoutExtra(ruleset: unknown): unknown {
  if (!isLoaded(ruleset) || ![ruleset, ...ruleset.rules].some(isExtended)) return ruleset;
  const plain = rulesetToPlain(ruleset);
  copyOrigin(ruleset, plain);
  const { rules } = plain;
  if (Array.isArray(rules)) for (const [at, rule] of ruleset.rules.entries()) copyOrigin(rule, rules[at]);
  return plain;
}

function isLoaded(ruleset: unknown): ruleset is RulesetDocument {
  return (
    typeof ruleset === "object" &&
    ruleset !== null &&
    "rules" in ruleset &&
    Array.isArray(ruleset.rules) &&
    ruleset.rules.every((rule) => typeof rule === "object" && rule !== null)
  );
}

function isExtended(part: object): boolean {
  return Object.hasOwn(part, "extra");
}

function unknownMember({ name, ...found }: UnknownMember): Diagnostic {
  const place = { start: 0, end: name.length };
  return { ...diagnose(new Source(name, NAME), { ...found, span: place }), pointer: jsonPointer([name]) };
}
