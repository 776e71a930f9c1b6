import type { Diagnostic } from "../support/source/language/diagnostics.ts";
import { ipText } from "./values.ts";

/** What became of one case. */
export type Outcome =
  | { readonly status: "passed" }
  | { readonly status: "failed"; readonly why: string }
  | { readonly status: "skipped"; readonly why: string };

/** One thing to try, made from an entry of a case file. */
export interface Case {
  readonly id: string;
  readonly text: string;
  readonly run: () => Outcome;
}

export const PASSED: Outcome = { status: "passed" };

export function failed(why: string): Outcome {
  return { status: "failed", why };
}

export function skipped(why: string): Outcome {
  return { status: "skipped", why };
}

/** The first outcome that is not a pass. */
export function all(outcomes: readonly Outcome[]): Outcome {
  return outcomes.find((outcome) => outcome.status !== "passed") ?? PASSED;
}

export function refusal(errors: readonly Diagnostic[]): string {
  return errors
    .map((error) => `${error.code} at ${error.offset}..${error.endOffset}: ${error.message}`)
    .join("; ");
}

export function show(value: unknown): string {
  return (
    JSON.stringify(value, (_key, part: unknown) => {
      if (typeof part === "bigint") return `${part}n`;
      if (part instanceof Map) return [...part];
      return ipText(part) ?? part;
    }) ?? "missing"
  );
}
