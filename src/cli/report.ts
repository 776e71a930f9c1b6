import { relative } from "node:path";
import { type Diagnostic, formatDiagnostic } from "../language/diagnostics/diagnostic.ts";
import { UsageError } from "./command.ts";
import { styled, type Terminal } from "./terminal.ts";
import { VERSION } from "./version.ts";

export type ReportFormat = "pretty" | "json" | "github" | "sarif";

const FORMATS: readonly ReportFormat[] = ["pretty", "json", "github", "sarif"];

/** @throws UsageError for a format that we do not write. */
export function reportFormat(word: string | undefined, json: boolean): ReportFormat {
  if (word === undefined) return json ? "json" : "pretty";
  const format = FORMATS.find((known) => known === word);
  if (format === undefined)
    throw new UsageError(`\`--format\` is one of ${FORMATS.join(", ")}, not \`${word}\``);
  return format;
}

/** One fault for people: severity in colour, carets under the place. */
export function prettyDiagnostic(diagnostic: Diagnostic, terminal: Terminal): string {
  const [head = "", ...rest] = formatDiagnostic(diagnostic).split("\n");
  const colour = diagnostic.severity === "error" ? "red" : "yellow";
  return [
    styled(terminal, colour, head),
    ...rest.map((line) => (/^\s*\|?\s*\^+$/.test(line) ? styled(terminal, colour, line) : line)),
  ].join("\n");
}

/** All faults in the format; "" when there is nothing to say. */
export function reportText(
  diagnostics: readonly Diagnostic[],
  format: ReportFormat,
  facts: Readonly<Record<string, number>>,
  terminal: Terminal,
): string {
  switch (format) {
    case "pretty":
      return prettyParts(diagnostics, terminal).join("\n\n");
    case "json":
      return JSON.stringify(
        { ...facts, ...left(diagnostics), diagnostics: diagnostics.map(withoutFrame) },
        undefined,
        2,
      );
    case "github":
      return errorsFirst(diagnostics).map(githubLine).join("\n");
    case "sarif":
      return JSON.stringify(sarif(diagnostics), undefined, 2);
  }
}

/** How many there are that the list does not hold. */
function left(diagnostics: readonly Diagnostic[]): { readonly notListed?: number } {
  const notListed = diagnostics.reduce((sum, { leftOut = 0 }) => sum + leftOut, 0);
  return notListed === 0 ? {} : { notListed };
}

function withoutFrame({ frame: _, ...rest }: Diagnostic): Omit<Diagnostic, "frame"> {
  return rest;
}

/** A forge shows the first few of each run. */
function errorsFirst(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const isError = ({ severity }: Diagnostic) => severity === "error";
  return [...diagnostics.filter(isError), ...diagnostics.filter((one) => !isError(one))];
}

/** A workflow command; a fault over several lines points at its first. */
function githubLine(one: Diagnostic): string {
  const place = `file=${property(one.source)},line=${one.line},col=${one.column},title=${property(one.code)}`;
  const hint = one.hint === undefined ? "" : `\nhelp: ${one.hint}`;
  return `::${one.severity} ${place}::${data(`${one.message}${hint}`)}`;
}

function data(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

function property(text: string): string {
  return data(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}

/** SARIF 2.1.0, as code scanning reads it. */
function sarif(diagnostics: readonly Diagnostic[]): unknown {
  const codes = [...new Set(diagnostics.map((one) => one.code))].sort();
  return {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: { driver: { name: "wirewall", version: VERSION, rules: codes.map((id) => ({ id })) } },
        columnKind: "unicodeCodePoints",
        results: diagnostics.map((one) => ({
          ruleId: one.code,
          ruleIndex: codes.indexOf(one.code),
          level: one.severity,
          message: { text: one.hint === undefined ? one.message : `${one.message}; ${one.hint}` },
          locations: [
            {
              physicalLocation: {
                artifactLocation: { uri: fileUri(one.source) },
                region: { startLine: one.line, startColumn: one.column },
              },
              ...logicalLocations(one),
            },
          ],
        })),
      },
    ],
  };
}

function logicalLocations({ pointer, address }: Diagnostic): object {
  const name = address ?? (pointer === undefined ? undefined : `#${pointer}`);
  return name === undefined ? {} : { logicalLocations: [{ fullyQualifiedName: name }] };
}

function fileUri(path: string): string {
  const local = path.startsWith("/") ? relative(process.cwd(), path) : path;
  return local.split("/").map(encodeURIComponent).join("/");
}

/** How many there are of a severity, those that are not listed included. */
export function countOf(diagnostics: readonly Diagnostic[], severity: Diagnostic["severity"]): number {
  return diagnostics
    .filter((one) => one.severity === severity)
    .reduce((sum, { leftOut = 0 }) => sum + 1 + leftOut, 0);
}

/** The loader and the firewall find the same in the same place. */
export function withoutRepeated(found: readonly Diagnostic[]): Diagnostic[] {
  const seen = new Set<string>();
  return found.filter(({ code, source, offset, pointer, message }) => {
    const key = JSON.stringify([code, source, offset, pointer, message]);
    return !seen.has(key) && seen.add(key);
  });
}

/** Warnings of one code that are shown to people. */
const MOST_OF_A_KIND = 20;

/** For people: errors first, then warnings, of which many of one kind are summed up. */
export function prettyParts(diagnostics: readonly Diagnostic[], terminal: Terminal): readonly string[] {
  const errors = diagnostics.filter(({ severity }) => severity === "error");
  const kinds = new Map<string, Diagnostic[]>();
  const warnings: Diagnostic[] = [];
  for (const one of diagnostics) {
    if (one.severity === "error") continue;
    const kind = kinds.get(one.code) ?? [];
    kinds.set(one.code, kind);
    kind.push(one);
    if (kind.length <= MOST_OF_A_KIND) warnings.push(one);
  }
  const sums = [...kinds].flatMap(([code, kind]) => {
    const more = countOf(kind, "warning") - MOST_OF_A_KIND;
    return more <= 0 ? [] : `${more} more warnings \`${code}\` are not shown: \`check --json\` lists them`;
  });
  const shown = [...errors, ...warnings].map((one) => prettyDiagnostic(one, terminal));
  return [...shown, ...sums.map((line) => styled(terminal, "yellow", line))];
}

/** `2 errors, 1 warning`; `no faults`. */
export function countText(diagnostics: readonly Diagnostic[]): string {
  const errors = countOf(diagnostics, "error");
  const warnings = countOf(diagnostics, "warning");
  const parts = [];
  if (errors > 0) parts.push(plural(errors, "error"));
  if (warnings > 0) parts.push(plural(warnings, "warning"));
  return parts.length === 0 ? "no faults" : parts.join(", ");
}

export function plural(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? "" : "s"}`;
}
