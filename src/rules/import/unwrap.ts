import type { Located, Path } from "../../documents/text/located.ts";
import { isMembers, type Members } from "../../documents/text/members.ts";
import type { Diagnostic } from "../../language/diagnostics/diagnostic.ts";
import { excerpt } from "../../language/diagnostics/printable.ts";
import { didYouMean } from "../../language/diagnostics/suggest.ts";
import { ITEM_MEMBERS, isDocumentListKind } from "../ruleset/rule-shape.ts";

/** A part of a document that is a ruleset or a list, still as written. */
export interface Part {
  readonly kind: "ruleset" | "list";
  readonly located: Located;
  readonly path: Path;
  readonly value: unknown;
  /** A name from outside the part: a key of `lists`, the address of a Terraform resource. */
  readonly name: string | undefined;
  readonly terraform: boolean;
  /** From another system's export, which may refer to rulesets that the export does not hold. */
  readonly imported: boolean;
  /** The items, where a document is nothing but the items of a list, whose name is that of the file. */
  readonly itemsOnly: readonly unknown[] | undefined;
}

export interface Unwrapped {
  readonly parts: readonly Part[];
  /** Why there is none. */
  readonly fault: { readonly path: Path; readonly message: string; readonly hint?: string } | undefined;
  /** Members of a configuration that mean nothing. */
  readonly unknown?: readonly UnknownMember[];
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
  const add = (part: Partial<Part> & Pick<Part, "kind" | "path" | "value">) =>
    parts.push({
      located,
      name: undefined,
      terraform: false,
      imported: isExported(part.value),
      itemsOnly: undefined,
      ...part,
    });
  if (located.resource !== undefined) {
    const { kind, name } = located.resource;
    if (kind !== "foreign") add({ kind, path: [], value, name, terraform: true, imported: true });
    return { parts, fault: undefined };
  }
  if (Array.isArray(value)) {
    let fault: Unwrapped["fault"];
    value.forEach((item: unknown, at) => {
      // Answers of several calls, put into one file.
      if (isAnswer(item)) fault ??= addAnswer(item, [at], located, add);
      else add({ kind: kindOf(item), path: [at], value: item });
    });
    return { parts, fault };
  }
  if (!isMembers(value)) {
    return { parts, fault: { path: [], message: `a document is an object: ${FORMS}` } };
  }
  if (isAnswer(value)) return { parts, fault: addAnswer(value, [], located, add) };
  if (Object.hasOwn(value, "rulesets") || Object.hasOwn(value, "lists")) {
    const fault = addConfiguration(value, add);
    if (!Object.hasOwn(value, "rules")) return { parts, fault, unknown: unknownMembers(value) };
    add({ kind: "ruleset", path: [], value: withoutLists(value) });
    return { parts, fault };
  }
  if (Object.hasOwn(value, "rules") || Object.hasOwn(value, "items") || Object.hasOwn(value, "phase")) {
    add({ kind: kindOf(value), path: [], value });
    return { parts, fault: undefined };
  }
  return {
    parts,
    fault: {
      path: [],
      message: "this is no document of rules",
      hint: `it should be ${FORMS}`,
    },
  };
}

type Add = (part: Partial<Part> & Pick<Part, "kind" | "path" | "value">) => void;

function kindOf(value: unknown): "ruleset" | "list" {
  if (!isMembers(value) || hasRules(value)) return "ruleset";
  const isList = Object.hasOwn(value, "items") || isDocumentListKind(value["kind"]);
  return isList ? "list" : "ruleset";
}

function hasRules(value: Members): boolean {
  return Object.hasOwn(value, "rules");
}

/** The reference product dates its rulesets, and leaves its own out of an export. */
function isExported(value: unknown): boolean {
  return isMembers(value) && Object.hasOwn(value, "last_updated");
}

function isListItem(value: unknown): boolean {
  return (
    isMembers(value) &&
    ITEM_MEMBERS.some((member) => Object.hasOwn(value, member)) &&
    !["kind", "phase", "rules", "items"].some((member) => Object.hasOwn(value, member))
  );
}

/** `lists/office.items.json` holds items of `office`. */
function baseName({ source }: Located): string {
  const file = source.name.slice(source.name.lastIndexOf("/") + 1);
  return file.replace(/\.\w+$/, "").replace(/\.items$/, "");
}

function isAnswer(value: unknown): value is Members {
  return isMembers(value) && Object.hasOwn(value, "result") && !Object.hasOwn(value, "rules");
}

function addAnswer(value: Members, path: Path, located: Located, add: Add): Unwrapped["fault"] {
  const { result } = value;
  const at = [...path, "result"];
  if (value["success"] === false || result === null) {
    return { path: at, message: "this API answer reports a failure and holds no ruleset" };
  }
  if (Array.isArray(result)) {
    if (result.length > 0 && result.every(isListItem)) {
      add({
        kind: "list",
        path: at,
        value: result,
        name: baseName(located),
        imported: true,
        itemsOnly: result,
      });
      return undefined;
    }
    const listing = result.findIndex(
      (item) => kindOf(item) === "ruleset" && isMembers(item) && !hasRules(item),
    );
    if (listing !== -1) {
      return {
        path: [...at, listing],
        message: "this answer lists rulesets without their rules",
        hint: "fetch each ruleset by its id",
      };
    }
    result.forEach((item, index) => {
      add({ kind: kindOf(item), path: [...at, index], value: item, imported: true });
    });
  } else add({ kind: kindOf(result), path: at, value: result, imported: true });
  return undefined;
}

function addConfiguration(value: Members, add: Add): Unwrapped["fault"] {
  const { rulesets, lists } = value;
  let fault: Unwrapped["fault"];
  if (Array.isArray(rulesets)) {
    rulesets.forEach((item, at) => {
      add({ kind: "ruleset", path: ["rulesets", at], value: item });
    });
  } else if (rulesets !== undefined) fault = { path: ["rulesets"], message: "`rulesets` is an array" };
  if (Array.isArray(lists)) {
    lists.forEach((item, at) => {
      add({ kind: "list", path: ["lists", at], value: item });
    });
  } else if (isMembers(lists)) {
    for (const [name, list] of Object.entries(lists))
      add({ kind: "list", path: ["lists", name], value: list, name });
  } else if (lists !== undefined) fault ??= { path: ["lists"], message: "`lists` is an object or an array" };
  return fault;
}

/** The quick form keeps rules and lists side by side; the ruleset is the rest. */
function withoutLists(value: Members): Members {
  const rest: Record<string, unknown> = Object.create(null);
  for (const [name, member] of Object.entries(value)) {
    if (name !== "lists" && name !== "rulesets") rest[name] = member;
  }
  return rest;
}
