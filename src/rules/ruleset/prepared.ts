import type { RulesetDocument } from "./document.ts";

/** What is shipped beside a ruleset of this package. */
export interface PreparedRuleset {
  /** The syntax trees of the rules' expressions in their order, and what is known of their patterns; as JSON. */
  readonly expressions: string;
  /** SHA-256 of the ruleset's canonical text, in lower-case hex. */
  readonly hash: string;
}

const PREPARED = /* @__PURE__ */ new WeakMap<RulesetDocument, PreparedRuleset>();

/** @param document frozen in all its parts, so that what is shipped stays true. */
export function withPrepared(document: RulesetDocument, prepared: PreparedRuleset): RulesetDocument {
  PREPARED.set(document, prepared);
  return document;
}

/** What was shipped beside this very document; a copy has to be read. */
export function preparedOf(document: RulesetDocument): PreparedRuleset | undefined {
  return PREPARED.get(document);
}
