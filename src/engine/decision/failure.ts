import { printableText } from "../../language/diagnostics/printable.ts";
import { thrownText } from "../../language/diagnostics/thrown.ts";
import type { Failure, RuleFacts } from "./decision.ts";

const MAX_MESSAGE = 200;

export function failureOf(
  source: Failure["source"],
  verdict: Failure["verdict"],
  error: unknown,
  rule: RuleFacts | undefined,
): Failure {
  return { source, verdict, message: failureText(error), ...(rule === undefined ? {} : { rule }) };
}

/** Calls a reporter of the embedder's. One that fails itself has nobody to report to. */
export function tell(report: () => unknown): void {
  try {
    const told = report();
    // It may well be an async function, though its type says nothing of the promise.
    if (told instanceof Promise) told.catch(() => undefined);
  } catch {
    // See above.
  }
}

/** What was thrown, as decisions and reports show it. */
export function failureText(error: unknown): string {
  return printableText(thrownText(error), MAX_MESSAGE);
}
