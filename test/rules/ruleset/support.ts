import { formatDiagnostic, type Result, Source } from "../../support/source/language/diagnostics.ts";
import { automatonEngine } from "../../support/source/language/pattern.ts";
import { fieldsFrom, Scheme } from "../../support/source/language/scheme.ts";
import { type LoadOptions, loadDocument } from "../../support/source/rules/load.ts";
import type { Configuration } from "../../support/source/rules/ruleset.ts";

const fields = [
  ...fieldsFrom({
    "http.host": "Bytes",
    "http.request.uri.path": "Bytes",
    "http.request.uri.query": "Bytes",
    "ip.src": "Ip",
    "cf.threat_score": "Int",
  }),
  ...fieldsFrom({ "http.response.code": "Int" }).map((field) => ({ ...field, phases: ["response"] })),
];

export const scheme = new Scheme({ fields, functions: [] }) as Scheme<never>;

export const strict: LoadOptions = { scheme, patterns: automatonEngine };

/** How {@link load} reads; another way runs every test that uses it a second time. */
let read = (text: string, name: string, options: LoadOptions): Result<Configuration> =>
  loadDocument(new Source(text, name), options);

export function readBy(other: typeof read): void {
  read = other;
}

export function load(
  text: string,
  name = "rules.json",
  options: LoadOptions = strict,
): Result<Configuration> {
  return read(text, name, options);
}

/** The configuration of a document that must load. */
export function loaded(text: string, name = "rules.json", options: LoadOptions = strict): Configuration {
  const result = load(text, name, options);
  if (!result.ok) throw new Error(result.errors.map(formatDiagnostic).join("\n"));
  return result.value;
}

/** A document of one ruleset, `rules` being the text between the brackets. */
export function withRules(rules: string, phase = "http_request_firewall_custom"): string {
  return `{\n  "id": "rs", "name": "n", "kind": "zone", "phase": "${phase}",\n  "rules": [\n    ${rules}\n  ]\n}`;
}

/** A rule with some members replaced, as one line of JSON. */
export function rule(members: Readonly<Record<string, unknown>> = {}): string {
  return JSON.stringify({ ref: "a", action: "log", expression: "true", ...members });
}
