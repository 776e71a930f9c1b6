import type { Budget } from "../values/budget.ts";
import type { CompiledPattern } from "./engine.ts";

/** Most references to groups in one template, unless the caller says otherwise. */
export const MAX_REPLACEMENT_REFERENCES = 8;

/** A checked replacement: literal bytes, and numbers of groups (0: the whole match). */
export interface ReplacementTemplate {
  readonly parts: readonly (string | number)[];
}

/** Why a template was refused; offsets count units of the template. */
export interface ReplacementFault {
  readonly message: string;
  readonly start: number;
  readonly end: number;
  readonly hint: string;
}

export type ReplacementResult =
  | { readonly ok: true; readonly template: ReplacementTemplate }
  | { readonly ok: false; readonly fault: ReplacementFault };

/**
 * Reads a template: `${1}` stands for a group, `${0}` for the whole match, `$$` for a dollar sign. A dollar sign in
 * any other place, a group that the pattern does not have, and a ninth reference are faults.
 */
export function parseReplacement(
  template: string,
  groupCount: number,
  mostReferences: number = MAX_REPLACEMENT_REFERENCES,
): ReplacementResult {
  const parts: (string | number)[] = [];
  let literal = "";
  let references = 0;
  for (let at = 0; at < template.length; ) {
    const dollar = template.indexOf("$", at);
    if (dollar === -1) {
      literal += template.slice(at);
      break;
    }
    literal += template.slice(at, dollar);
    if (template[dollar + 1] === "$") {
      literal += "$";
      at = dollar + 2;
      continue;
    }
    const reference = /^\$\{(\d{1,5})\}/.exec(template.slice(dollar, dollar + 8));
    if (reference === null) {
      return refuse(
        "`$` must be followed by `{n}` or `$`",
        dollar,
        dollar + 1,
        "write `$$` for a dollar sign",
      );
    }
    const end = dollar + reference[0].length;
    const group = Number(reference[1]);
    if (group > groupCount) {
      const has = groupCount === 0 ? "no groups" : groupCount === 1 ? "one group" : `${groupCount} groups`;
      return refuse(`the pattern has no group ${group}`, dollar, end, `the pattern has ${has}`);
    }
    if (++references > mostReferences) {
      return refuse(
        `more than ${mostReferences} references`,
        dollar,
        end,
        `use at most ${mostReferences} references in a template`,
      );
    }
    if (literal !== "") parts.push(literal);
    literal = "";
    parts.push(group);
    at = end;
  }
  if (literal !== "") parts.push(literal);
  return { ok: true, template: { parts } };
}

function refuse(message: string, start: number, end: number, hint: string): ReplacementResult {
  return { ok: false, fault: { message, start, end, hint } };
}

/**
 * The subject with its first match replaced; the subject itself when nothing matches or the budget is exhausted.
 * Groups that took no part stand for nothing.
 */
export function replaceFirst(
  pattern: CompiledPattern,
  template: ReplacementTemplate,
  subject: string,
  budget?: Budget,
): string {
  const offsets = pattern.exec(subject, budget);
  if (offsets === undefined) return subject;
  let inserted = "";
  for (const part of template.parts) {
    if (typeof part === "string") inserted += part;
    else if (offsets[part * 2] !== -1) inserted += subject.slice(offsets[part * 2], offsets[part * 2 + 1]);
  }
  return subject.slice(0, offsets[0]) + inserted + subject.slice(offsets[1]);
}
