import type { Located } from "../../documents/text/located.ts";
import { readObject } from "../../documents/text/read-object.ts";
import { type Diagnostic, diagnose } from "../../language/diagnostics/diagnostic.ts";
import { jsonPointer } from "../../language/diagnostics/json-pointer.ts";
import { excerpt } from "../../language/diagnostics/printable.ts";
import { Source } from "../../language/diagnostics/source.ts";
import { didYouMean } from "../../language/diagnostics/suggest.ts";
import { rulesetToPlain } from "../../rules/ruleset/canonical.ts";
import type { RulesetDocument } from "../../rules/ruleset/document.ts";
import type { WafConfig } from "./reports.ts";

const NAME = "<configuration>";
const MEMBERS = ["rulesets", "lists"];

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
  const rulesets: unknown = Reflect.get(value, "rulesets") ?? [];
  const lists: unknown = Reflect.get(value, "lists") ?? [];
  const plain = Array.isArray(rulesets) ? rulesets.map(withoutExtra) : rulesets;
  const unknown = Object.keys(value)
    .filter((name) => !MEMBERS.includes(name))
    .map(unknownMember);
  return {
    located: { ...located, value: { rulesets: plain, lists } },
    errors: unknown.filter(({ severity }) => severity === "error"),
    warnings: unknown.filter(({ severity }) => severity === "warning"),
  };
}

function withoutExtra(ruleset: unknown): unknown {
  return isLoaded(ruleset) && [ruleset, ...ruleset.rules].some(isExtended)
    ? rulesetToPlain(ruleset)
    : ruleset;
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

/** A misspelt member is an error: without its rulesets or lists, the firewall would let requests pass. */
function unknownMember(name: string): Diagnostic {
  const hint = didYouMean(name, MEMBERS);
  const found = diagnose(new Source(name, NAME), {
    ...(hint === undefined
      ? { code: "W_DOC_UNKNOWN_MEMBER", severity: "warning" }
      : { code: "E_DOC_VALUE", severity: "error", hint }),
    message: `unknown member \`${excerpt(name)}\`, which no configuration has`,
    span: { start: 0, end: name.length },
  });
  return { ...found, pointer: jsonPointer([name]) };
}
