import { isMembers } from "../../documents/text/members.ts";
import { isDocumentListKind } from "../ruleset/rule-shape.ts";

const RULESET_KINDS: readonly unknown[] = ["root", "zone", "custom", "managed"];

/** Whether a value is meant as a ruleset; its rules may be missing. */
export function isRuleset(value: unknown): boolean {
  if (!isMembers(value)) return false;
  if (Object.hasOwn(value, "rules")) return true;
  if (Object.hasOwn(value, "items")) return false;
  return Object.hasOwn(value, "phase") || RULESET_KINDS.includes(value["kind"]);
}

/** Whether a value is meant as a list; its items may be missing. */
export function isList(value: unknown): boolean {
  if (!isMembers(value) || Object.hasOwn(value, "rules")) return false;
  return Object.hasOwn(value, "items") || isDocumentListKind(value["kind"]);
}
