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
      return diagnostics.map((one) => prettyDiagnostic(one, terminal)).join("\n\n");
    case "json":
      return JSON.stringify({ ...facts, diagnostics: diagnostics.map(withoutFrame) }, undefined, 2);
    case "github":
      return diagnostics.map(githubLine).join("\n");
    case "sarif":
      return JSON.stringify(sarif(diagnostics), undefined, 2);
  }
}

function withoutFrame({ frame: _, ...rest }: Diagnostic): Omit<Diagnostic, "frame"> {
  return rest;
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

/** `2 errors, 1 warning`; `no faults`. */
export function countText(diagnostics: readonly Diagnostic[]): string {
  const errors = diagnostics.filter((one) => one.severity === "error").length;
  const warnings = diagnostics.length - errors;
  const parts = [];
  if (errors > 0) parts.push(plural(errors, "error"));
  if (warnings > 0) parts.push(plural(warnings, "warning"));
  return parts.length === 0 ? "no faults" : parts.join(", ");
}

export function plural(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? "" : "s"}`;
}
