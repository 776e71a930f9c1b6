import { printableText } from "../../language/diagnostics/printable.ts";
import type { Failure, RuleFacts } from "./decision.ts";

const MAX_MESSAGE = 200;

export function failureOf(
  source: Failure["source"],
  verdict: Failure["verdict"],
  error: unknown,
  rule: RuleFacts | undefined,
): Failure {
  return { source, verdict, message: textOf(error), ...(rule === undefined ? {} : { rule }) };
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

/** Anything can be thrown, and even asking it for its text may throw. */
function textOf(error: unknown): string {
  try {
    const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    return printableText(text, MAX_MESSAGE);
  } catch {
    return "an error that cannot be shown";
  }
}
