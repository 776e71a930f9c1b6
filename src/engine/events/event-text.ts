import type { MatchedInput } from "../decision/explanation.ts";
import type { EventMatch, FurtherMatch, WafEvent } from "./event.ts";
import { exceptionYaml, suggestException } from "./suggest-exception.ts";

/** Human-readable lines: the decision, its rules and inputs, and the exception for a false positive. */
export function eventText(event: WafEvent): string {
  const { action, service, id, request, matches, further = [] } = event;
  const would = event.wouldHave === undefined ? "" : ` (would have: ${event.wouldHave})`;
  const status = event.status === undefined ? "" : ` ${event.status}`;
  const query = request.query === "" ? "" : `?${request.query}`;
  return [
    `${action}${status}${would} by ${service}   ${request.method} ${request.host}${request.path}${query}   event ${id}`,
    ...matches.filter(({ inputs }) => inputs !== undefined).flatMap((match) => matchLines(match, "matched")),
    ...further.flatMap((match) => matchLines(match, "matches too")),
    ...exceptionLines(event),
    "",
  ].join("\n");
}

function matchLines(match: EventMatch | FurtherMatch, word: string): readonly string[] {
  const { rule, inputs = [] } = match;
  return [
    `  ${word}: ${rule.ruleset}/${rule.ref} (${rule.action})`,
    ...inputs.map((input) => `    ${inputText(input)}`),
  ];
}

/** `http.request.uri.args["q"], bytes 3 to 7 of 12: evil (lower)`. */
export function inputText({ field, key, span, length, text, secret, views }: MatchedInput): string {
  const name = key === undefined ? field : `${field}[${JSON.stringify(key)}]`;
  const bytes =
    span === undefined
      ? ""
      : `, bytes ${span[0]} to ${span[1]}${length === undefined ? "" : ` of ${length}`}`;
  const shown = secret === true ? ": [redacted]" : text === undefined ? "" : `: ${text}`;
  return `${name}${bytes}${shown}${views.length === 0 ? "" : `   (${views.join(", ")})`}`;
}

/** The text to paste, and where; empty when no exception is known. */
export function exceptionLines(event: WafEvent): readonly string[] {
  const suggestion = suggestException(event);
  if (suggestion === undefined) return [];
  const { ruleset, before, phase, notes } = suggestion;
  return [
    `if this is a false positive, put this rule in front of ${before} in ruleset ${ruleset} (${phase}):`,
    ...notes.map((note) => `  # ${note}`),
    ...exceptionYaml(suggestion)
      .trimEnd()
      .split("\n")
      .map((line) => `  ${line}`),
  ];
}
