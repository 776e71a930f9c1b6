// biome-ignore-all lint/suspicious/noTemplateCurlyInString: references of the language look like placeholders.

import { parseReplacement, type ReplacementTemplate } from "../pattern/replacement.ts";
import { defineFunction } from "../scheme/define-function.ts";
import { Bytes } from "../values/types.ts";
import { compileWildcard, type Wildcard } from "../values/wildcard.ts";
import { capped } from "./output-cap.ts";
import { dynamic, hasLetter, literal, unknownLetters } from "./parameters.ts";

/** The template with what each star took; the value itself when the pattern does not match it as a whole. */
function replaceWhole(wildcard: Wildcard, template: ReplacementTemplate, value: string): string {
  const spans = wildcard.captures(value);
  if (spans === undefined) return value;
  let out = "";
  for (const part of template.parts) {
    if (typeof part === "string") out += part;
    else out += part === 0 ? value : value.slice(spans[part * 2 - 2], spans[part * 2 - 1]);
  }
  return out;
}

export const wildcardReplace = defineFunction({
  name: "wildcard_replace",
  summary:
    "Rewrites a value that a wildcard pattern matches as a whole; any other value is returned unchanged. `${1}` is replaced by the match of the first star, `$$` by a dollar sign. Option: `s` makes it case-sensitive.",
  params: [
    dynamic("source", Bytes),
    literal("pattern", Bytes),
    literal("replacement", Bytes),
    literal("options", Bytes, { optional: true }),
  ],
  returns: Bytes,
  total: true,
  contexts: ["rewrite", "redirect"],
  once: true,
  cost: 20,
  prepare: (args, { limits }) => {
    const letters = unknownLetters(args, 3, "s");
    if (letters.length > 0) return letters;
    const strict = hasLetter(args, 3, "s");
    const wildcard = compileWildcard(args[1].literal, strict, limits.maxWildcardStars);
    if ("message" in wildcard) {
      const { message, hint } = wildcard;
      return [{ argument: 1, code: "E_INVALID_WILDCARD", message, ...(hint === undefined ? {} : { hint }) }];
    }
    const parsed = parseReplacement(
      args[2].literal,
      wildcard.segments.length - 1,
      limits.maxReplacementReferences,
    );
    if (!parsed.ok) {
      const { message, hint } = parsed.fault;
      return [{ argument: 2, code: "E_ARG_VALUE", message, hint }];
    }
    return (value) => capped(replaceWhole(wildcard, parsed.template, value), limits.maxValueBytes, value);
  },
  // Only `prepare` knows the pattern, and it always runs.
  evaluate: (source) => source,
  examples: [
    {
      expression: 'wildcard_replace(http.request.uri.path, "/docs/*/*", "/${2}?lang=${1}")',
      given: { "http.request.uri.path": "/Docs/en/a/b" },
      result: "/a/b?lang=en",
    },
    {
      expression: 'wildcard_replace(http.request.uri.path, "/docs/*", "/help/${1}", "s")',
      given: { "http.request.uri.path": "/Docs/en" },
      result: "/Docs/en",
    },
    {
      expression: 'wildcard_replace(http.request.uri.path, "/docs", "/help")',
      given: { "http.request.uri.path": "/docs/en" },
      result: "/docs/en",
    },
  ],
});
