import type { Located, Path } from "../../documents/text/located.ts";
import { isMembers, type Members } from "../../documents/text/members.ts";
import type { DiagnosticCode } from "../../language/diagnostics/codes.ts";
import type { Diagnostic } from "../../language/diagnostics/diagnostic.ts";
import { excerpt } from "../../language/diagnostics/printable.ts";
import { didYouMean } from "../../language/diagnostics/suggest.ts";
import { addItems, isAnswer, isListItem, readAnswer, refuseForeign } from "./answer.ts";
import { foreignOf, foreignRulesOf } from "./foreign.ts";
import { isList, isRuleset } from "./forms.ts";
import { type Origin, originOfList, originOfRuleset } from "./imported.ts";

/** A part of a document that is a ruleset or a list, still as written. */
export interface Part {
  readonly kind: "ruleset" | "list";
  readonly located: Located;
  readonly path: Path;
  readonly value: unknown;
  /** A name from outside the part: a key of `lists`, the address of a Terraform resource. */
  readonly name: string | undefined;
  readonly terraform: boolean;
  /** Where it comes from; an export may refer to rulesets and lists that it does not hold. */
  readonly origin: Origin;
  /** The items, where a document is nothing but the items of a list, whose name is that of the file. */
  readonly itemsOnly: readonly unknown[] | undefined;
  /** Of several such documents the position, as their names give it. */
  readonly page: number;
  /** Whether the answer says that a further page follows. */
  readonly hasMore: boolean;
}

/** What is said of a document's form. */
export interface FormFault {
  readonly code: Extract<DiagnosticCode, "E_DOC_TYPE" | "E_IMPORT" | "W_IMPORT">;
  readonly path: Path;
  readonly message: string;
  readonly hint?: string;
}

/** A ruleset of which an answer has the description alone. */
export interface ListedRuleset {
  readonly path: Path;
  readonly value: Members;
}

export interface Unwrapped {
  readonly parts: readonly Part[];
  readonly faults: readonly FormFault[];
  readonly listed: readonly ListedRuleset[];
  /** Members of a configuration that mean nothing. */
  readonly unknown?: readonly UnknownMember[];
}

/** A part as it is found; what is left out has its usual value. */
type NewPart = Partial<Omit<Part, "origin">> & Pick<Part, "kind" | "path" | "value"> & { imported?: boolean };

/** Takes what is found in a document. */
export interface Found {
  add(part: NewPart): void;
  fault(fault: FormFault): void;
  listed(path: Path, value: Members): void;
}

export interface UnknownMember {
  readonly name: string;
  readonly code: "E_DOC_VALUE" | "W_DOC_UNKNOWN_MEMBER";
  readonly severity: Diagnostic["severity"];
  readonly message: string;
  readonly hint?: string;
}

const CONFIGURATION_MEMBERS = ["rulesets", "lists"];

/** Misspelt members are errors: without its rulesets or lists, a firewall would let requests pass. */
export function unknownMembers(configuration: object): readonly UnknownMember[] {
  return Object.keys(configuration)
    .filter((name) => !CONFIGURATION_MEMBERS.includes(name))
    .map((name) => {
      const message = `unknown member \`${excerpt(name)}\`, which no configuration has`;
      const hint = didYouMean(name, CONFIGURATION_MEMBERS);
      return hint === undefined
        ? { name, code: "W_DOC_UNKNOWN_MEMBER", severity: "warning", message }
        : { name, code: "E_DOC_VALUE", severity: "error", message, hint };
    });
}

const FORMS =
  "a ruleset (`rules`), a configuration (`rulesets`, `lists`), an API answer (`result`) or Terraform JSON (`resource`)";

/** Finds the rulesets and lists of a document in whichever of the known forms it is. */
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
          const message = `its rules are each a ${foreign.name}, which is not read`;
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

/** @returns members of a configuration that mean nothing. */
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
    found.fault({ code: "E_DOC_TYPE", path: [], message: `a document is an object: ${FORMS}` });
  } else if (isAnswer(value)) readAnswer(value, [], located, found);
  else if (Object.hasOwn(value, "rulesets") || Object.hasOwn(value, "lists")) {
    addConfiguration(value, located, found);
    if (!Object.hasOwn(value, "rules")) return unknownMembers(value);
    found.add({ kind: "ruleset", path: [], value: withoutLists(value) });
  } else if (isRuleset(value)) found.add({ kind: "ruleset", path: [], value });
  // As it is sent to the API, a list has no items yet.
  else if (isList(value))
    found.add({ kind: "list", path: [], value, imported: !Object.hasOwn(value, "items") });
  else if (foreignOf(value) !== undefined) refuseForeign(value, [], found);
  else {
    const hint = `it should be ${FORMS}`;
    found.fault({ code: "E_DOC_TYPE", path: [], message: "this is no document of rules", hint });
  }
  return undefined;
}

function kindOf(value: unknown): "ruleset" | "list" {
  return isList(value) ? "list" : "ruleset";
}

/** Whether it is a ruleset of Cloudflare's making, of which the API shows names and tags, and no conditions. */
function isSealed({ kind, rules }: Members): boolean {
  if (kind !== "managed" || !Array.isArray(rules)) return false;
  return rules.some((rule) => isMembers(rule) && !Object.hasOwn(rule, "expression"));
}

function addConfiguration(value: Members, located: Located, found: Found): void {
  const { rulesets, lists } = value;
  if (Array.isArray(rulesets)) {
    for (const [at, item] of rulesets.entries()) {
      if (isAnswer(item)) readAnswer(item, ["rulesets", at], located, found);
      else found.add({ kind: "ruleset", path: ["rulesets", at], value: item });
    }
  } else if (rulesets !== undefined) {
    found.fault({ code: "E_DOC_TYPE", path: ["rulesets"], message: "`rulesets` is an array" });
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
    found.fault({ code: "E_DOC_TYPE", path: ["lists"], message: "`lists` is an object or an array" });
  }
}

/** The quick form keeps rules and lists side by side; the ruleset is the rest. */
function withoutLists(value: Members): Members {
  const rest: Record<string, unknown> = Object.create(null);
  for (const [name, member] of Object.entries(value)) {
    if (name !== "lists" && name !== "rulesets") rest[name] = member;
  }
  return rest;
}
