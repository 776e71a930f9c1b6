import type { FunctionExample } from "../scheme/definitions.ts";

/** `any` and `all` as the reference pages show them. They belong to the grammar, so nothing here runs. */
export interface QuantifierDescription {
  readonly name: "any" | "all";
  readonly summary: string;
  readonly parameter: "Array<Bool>";
  readonly returns: "Bool";
  readonly examples: readonly FunctionExample[];
}

const languages = (...values: readonly string[]) => ({ "http.request.accepted_languages": values });

export const quantifiers: readonly QuantifierDescription[] = Object.freeze([
  {
    name: "all",
    summary:
      "Whether every element is true. True for an empty array, and for a comparison over `[*]` of something missing; false for a missing array of truth values.",
    parameter: "Array<Bool>",
    returns: "Bool",
    examples: [
      {
        expression: 'all(http.request.accepted_languages[*] contains "e")',
        given: languages("de", "en"),
        result: true,
      },
      {
        expression: 'all(http.request.accepted_languages[*] == "en")',
        given: languages("de", "en"),
        result: false,
      },
      { expression: 'all(http.request.headers["x-a"][*] == "1")', result: true },
    ],
  },
  {
    name: "any",
    summary: "Whether at least one element is true. False for an empty array, and for anything missing.",
    parameter: "Array<Bool>",
    returns: "Bool",
    examples: [
      {
        expression: 'any(http.request.accepted_languages[*] == "en")',
        given: languages("de", "en"),
        result: true,
      },
      {
        expression: 'any(http.request.accepted_languages[*] == "fr")',
        given: languages("de", "en"),
        result: false,
      },
      { expression: 'any(http.request.headers["x-a"][*] != "1")', result: false },
    ],
  },
]);
