// biome-ignore-all lint/suspicious/noTemplateCurlyInString: references of the language look like placeholders.

import { parseReplacement, replaceFirst } from "../pattern/replacement.ts";
import { defineFunction } from "../scheme/define-function.ts";
import { utf8Decode } from "../values/bytes.ts";
import { Bytes } from "../values/types.ts";
import { CONTEXTS } from "./contexts.ts";
import { capped } from "./output-cap.ts";
import { either, literal } from "./parameters.ts";

/** The pattern as text, as engines want it: bytes that are no UTF-8 become escapes. */
function patternText(bytes: string): string {
  const whole = utf8Decode(bytes);
  if (whole !== undefined) return whole;
  let text = "";
  for (let at = 0; at < bytes.length; ) {
    const first = bytes.charCodeAt(at);
    const length = first < 0xc0 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    const char = utf8Decode(bytes.slice(at, at + length));
    text += char ?? `\\x${first.toString(16).padStart(2, "0")}`;
    at += char === undefined ? 1 : length;
  }
  return text;
}

export const regexReplace = defineFunction({
  name: "regex_replace",
  summary:
    "The value with the first match of a regular expression replaced; unchanged when nothing matches. `${1}` is replaced by a group, `$$` by a dollar sign.",
  params: [either("source", Bytes), literal("pattern", Bytes), literal("replacement", Bytes)],
  returns: Bytes,
  total: true,
  contexts: [...CONTEXTS.TRANSFORM, "redirect"],
  once: true,
  cost: 100,
  prepare: (args, { patterns, limits }) => {
    const pattern = args[1].literal;
    if (pattern.length > limits.maxRegexLength) {
      const message = `a regular expression has at most ${limits.maxRegexLength} bytes, found ${pattern.length}`;
      return [{ argument: 1, code: "E_REGEX_LIMIT", message }];
    }
    const compiled = patterns.compile(patternText(pattern));
    if (!compiled.ok) {
      const { code, message, hint } = compiled.fault;
      return [{ argument: 1, code, message, ...(hint === undefined ? {} : { hint }) }];
    }
    const parsed = parseReplacement(
      args[2].literal,
      compiled.pattern.groupCount,
      limits.maxReplacementReferences,
    );
    if (!parsed.ok) {
      const { message, hint } = parsed.fault;
      return [{ argument: 2, code: "E_ARG_VALUE", message, hint }];
    }
    return (source) =>
      capped(replaceFirst(compiled.pattern, parsed.template, source), limits.maxValueBytes, source);
  },
  // Only `prepare` knows the pattern, and it always runs.
  evaluate: (source) => source,
  examples: [
    {
      expression: 'regex_replace(http.request.uri.path, "^/blog/", "/news/")',
      given: { "http.request.uri.path": "/blog/blog/1" },
      result: "/news/blog/1",
    },
    {
      expression: 'regex_replace(http.request.uri.path, "/([0-9]+)/([a-z]+)$", "/${2}?id=${1}")',
      given: { "http.request.uri.path": "/shop/42/view" },
      result: "/shop/view?id=42",
    },
    {
      expression: 'regex_replace(http.request.uri.path, "x", "y")',
      given: { "http.request.uri.path": "/a" },
      result: "/a",
    },
    {
      expression: 'regex_replace(http.request.uri.path, "^", "$$")',
      given: { "http.request.uri.path": "/a" },
      result: "$/a",
    },
  ],
});
