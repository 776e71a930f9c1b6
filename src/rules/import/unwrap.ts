import type { Located } from "../../documents/text/located.ts";
import { isMembers, type Members } from "../../documents/text/members.ts";
import { withArticle } from "../../language/diagnostics/article.ts";
import type { Diagnostic } from "../../language/diagnostics/diagnostic.ts";
import { excerpt } from "../../language/diagnostics/printable.ts";
import { didYouMean } from "../../language/diagnostics/suggest.ts";
import { addItems, isAnswer, isListItem, readAnswer, refuseForeign } from "./answer.ts";
import { foreignOf, foreignRulesOf } from "./foreign.ts";
import { isList, isRuleset } from "./forms.ts";
import { originOfList, originOfRuleset } from "./imported.ts";
import type { FormFault, Found, ListedRuleset, Part } from "./parts.ts";

export interface Unwrapped {
  readonly parts: readonly Part[];
  readonly faults: readonly FormFault[];
  readonly listed: readonly ListedRuleset[];
  /** Members of a configuration that are ignored. */
  readonly unknown?: readonly UnknownMember[];
}

export interface UnknownMember {
  readonly name: string;
  readonly code: "E_DOC_VALUE" | "W_DOC_UNKNOWN_MEMBER";
  readonly severity: Diagnostic["severity"];
  readonly message: string;
  readonly hint?: string;
}

const CONFIGURATION_MEMBERS = ["rulesets", "lists", "conditions"];

/** Misspelt members are errors: without its rulesets or lists, a firewall would pass requests. */
export function unknownMembers(configuration: object): readonly UnknownMember[] {
  return Object.keys(configuration)
    .filter((name) => !CONFIGURATION_MEMBERS.includes(name))
    .map((name) => {
      const message = `unknown member \`${excerpt(name)}\` of a configuration`;
      const hint = didYouMean(name, CONFIGURATION_MEMBERS);
      return hint === undefined
        ? { name, code: "W_DOC_UNKNOWN_MEMBER", severity: "warning", message }
        : { name, code: "E_DOC_VALUE", severity: "error", message, hint };
    });
}

const FORMS =
  "a ruleset (`rules`), a configuration (`rulesets`, `lists`), an API answer (`result`) or Terraform JSON (`resource`)";

/** Finds the rulesets and lists of a document in any of the known forms. */
export function unwrap(located: Located): Unwrapped {
  const { value } = located;
  const parts: Part[] = [];
  const faults: FormFault[] = [];
  const listed: ListedRuleset[] = [];
  const found: Found = {
    add({ imported, ...part }) {
      const own = part.kind === "ruleset" ? originOfRuleset : originOfList;
      const origin = imported === true ? "export" : own(part.value);
      if (part.kind === "ruleset" && isMembers(part.value)) {
        const { rules } = part.value;
        const foreign = Array.isArray(rules) ? foreignRulesOf(rules) : undefined;
        if (foreign !== undefined) {
          const message = `each of its rules is ${withArticle(foreign.name)}, which is not supported`;
          faults.push({ code: "E_IMPORT", path: [...part.path, "rules"], message, hint: foreign.hint });
          return;
        }
        if (origin === "export" && isSealed(part.value)) {
          const message = "Cloudflare does not publish the expressions of this ruleset: it is left out";
          faults.push({ code: "W_IMPORT", path: part.path, message });
          return;
        }
      }
      parts.push({
        located,
        name: undefined,
        terraform: false,
        origin,
        itemsOnly: undefined,
        page: 0,
        hasMore: false,
        ...part,
      });
    },
    fault: (fault) => faults.push(fault),
    listed: (path, ruleset) => listed.push({ path, value: ruleset }),
  };
  const unknown = read(located, value, found);
  return { parts, faults, listed, ...(unknown === undefined ? {} : { unknown }) };
}

/** @returns members of a configuration that are ignored. */
function read(located: Located, value: unknown, found: Found): readonly UnknownMember[] | undefined {
  if (located.resource !== undefined) {
    const { kind, name } = located.resource;
    if (kind === "foreign") refuseForeign(value, [], found);
    else found.add({ kind, path: [], value, name, terraform: true, imported: true });
    return undefined;
  }
  if (Array.isArray(value)) {
    // As they are sent to the API.
    if (value.length > 0 && value.every(isListItem)) {
      addItems(value, [], located, found);
      return undefined;
    }
    for (const [at, item] of value.entries()) {
      // Answers of several calls, put into one file.
      if (isAnswer(item)) readAnswer(item, [at], located, found);
      else if (isMembers(item) && !isRuleset(item) && !isList(item)) refuseForeign(item, [at], found);
      else found.add({ kind: kindOf(item), path: [at], value: item });
    }
    return undefined;
  }
  if (!isMembers(value)) {
    const hint = foreignText(located.source.text);
    const message = `a document is an object: ${FORMS}`;
    found.fault({ code: "E_DOC_TYPE", path: [], message, ...(hint === undefined ? {} : { hint }) });
  } else if (isAnswer(value)) readAnswer(value, [], located, found);
  else if (CONFIGURATION_MEMBERS.some((member) => Object.hasOwn(value, member))) {
    addConfiguration(value, located, found);
    if (!Object.hasOwn(value, "rules")) return unknownMembers(value);
    found.add({ kind: "ruleset", path: [], value: withoutLists(value) });
  } else if (isRuleset(value)) found.add({ kind: "ruleset", path: [], value });
  // As it is sent to the API, a list has no items yet.
  else if (isList(value))
    found.add({ kind: "list", path: [], value, imported: !Object.hasOwn(value, "items") });
  else if (foreignOf(value) !== undefined) refuseForeign(value, [], found);
  else {
    const hint = isAwsRules(value) ? AWS : `it should be ${FORMS}`;
    found.fault({ code: "E_DOC_TYPE", path: [], message: "this is not a document of rules", hint });
  }
  return undefined;
}

const AWS =
  "rules of AWS WAF are not read: write each `Statement` as an `expression`, and `Action` as `block`, `allow` or `log`";

function isAwsRules(value: Members): boolean {
  return [value["Rules"], value["Statement"], value["WebACL"]].some(
    (one) => typeof one === "object" && one !== null,
  );
}

/** What a text is that is no document, by its first word. */
function foreignText(text: string): string | undefined {
  const start = /^(?:\s|#[^\n]*\n)*(\w+)/.exec(text.slice(0, 10_000))?.[1] ?? "";
  if (/^Sec[A-Z]\w+$/.test(start))
    return "directives of ModSecurity are not read: execute `wirewall-core`, and write rules of your own as expressions";
  return /^(?:resource|terraform|provider|variable|locals|module|data)$/.test(start)
    ? "a Terraform configuration is read from files that end in `.tf`"
    : undefined;
}

function kindOf(value: unknown): "ruleset" | "list" {
  return isList(value) ? "list" : "ruleset";
}

/** Whether it is a managed ruleset of Cloudflare's, of which the API shows names and tags but no conditions. */
function isSealed({ kind, rules }: Members): boolean {
  if (kind !== "managed" || !Array.isArray(rules)) return false;
  return rules.some((rule) => isMembers(rule) && !Object.hasOwn(rule, "expression"));
}

function addConfiguration(value: Members, located: Located, found: Found): void {
  const { rulesets, lists, conditions } = value;
  if (Array.isArray(rulesets)) {
    for (const [at, item] of rulesets.entries()) {
      if (isAnswer(item)) readAnswer(item, ["rulesets", at], located, found);
      else found.add({ kind: "ruleset", path: ["rulesets", at], value: item });
    }
  } else if (rulesets !== undefined) {
    found.fault({ code: "E_DOC_TYPE", path: ["rulesets"], message: "`rulesets` must be an array" });
  }
  if (Array.isArray(lists)) {
    for (const [at, item] of lists.entries()) {
      if (isAnswer(item)) readAnswer(item, ["lists", at], located, found);
      else found.add({ kind: "list", path: ["lists", at], value: item });
    }
  } else if (isMembers(lists)) {
    for (const [name, list] of Object.entries(lists)) {
      found.add({ kind: "list", path: ["lists", name], value: list, name });
    }
  } else if (lists !== undefined) {
    found.fault({ code: "E_DOC_TYPE", path: ["lists"], message: "`lists` must be an object or an array" });
  }
  if (isMembers(conditions)) {
    for (const [name, condition] of Object.entries(conditions))
      found.add({ kind: "condition", path: ["conditions", name], value: condition, name });
  } else if (conditions !== undefined) {
    const message = "`conditions` must be an object with a condition for each name";
    found.fault({ code: "E_DOC_TYPE", path: ["conditions"], message });
  }
}

/** The quick form has rules and lists side by side; the ruleset is the rest. */
function withoutLists(value: Members): Members {
  const rest: Record<string, unknown> = Object.create(null);
  for (const [name, member] of Object.entries(value)) {
    if (!CONFIGURATION_MEMBERS.includes(name)) rest[name] = member;
  }
  return rest;
}
