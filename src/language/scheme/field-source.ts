import { didYouMean } from "../diagnostics/suggest.ts";
import type { FieldDefinition, FieldSource } from "./definitions.ts";
import { SchemeError } from "./scheme-error.ts";

export const FIELD_SOURCES: readonly FieldSource[] = Object.freeze([
  "path",
  "query",
  "headers",
  "body",
  "response",
  "response_body",
  "scores",
  "decision",
]);

/** Whether the field may read differently once the part has changed. One that nobody reads anew does not. */
export function changesWith(field: FieldDefinition, source: FieldSource): boolean {
  const { derivesFrom, read, load } = field;
  // Scores change while a phase runs, and loading comes before it; no rule sees a decision.
  const isLoadedAnew = load !== undefined && source !== "scores";
  return derivesFrom?.includes(source) ?? (source !== "decision" && (read !== undefined || isLoadedAnew));
}

/** @throws SchemeError `E_SCHEME_DERIVES_FROM` for a declaration that names no sources. */
export function checkDerivesFrom({ name, derivesFrom }: Pick<FieldDefinition, "name" | "derivesFrom">): void {
  if (derivesFrom === undefined) return;
  if (!Array.isArray(derivesFrom)) {
    const message = `field \`${name}\`: \`derivesFrom\` must be an array; write \`[]\` for what never changes`;
    throw new SchemeError("E_SCHEME_DERIVES_FROM", message);
  }
  const known: readonly unknown[] = FIELD_SOURCES;
  const unknown: unknown = derivesFrom.find((source) => !known.includes(source));
  if (unknown === undefined && !derivesFrom.includes(undefined)) return;
  const hint =
    didYouMean(String(unknown), FIELD_SOURCES) ??
    `known are ${FIELD_SOURCES.map((one) => `\`${one}\``).join(", ")}`;
  throw new SchemeError(
    "E_SCHEME_DERIVES_FROM",
    `field \`${name}\` cannot derive from \`${String(unknown)}\`: ${hint}`,
  );
}
