import { MisuseError } from "../../language/diagnostics/misuse.ts";
import { printableText } from "../../language/diagnostics/printable.ts";
import { thrownText } from "../../language/diagnostics/thrown.ts";
import { isPromise } from "../../rules/ratelimit/counter-store.ts";
import { unheard } from "../../rules/ratelimit/wait.ts";
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

/**
 * A part of the firewall, or of the embedder's code, that failed while a request was evaluated: what `onError` of a host gets.
 * The message names the rule.
 */
export class EvaluationError extends Error {
  override readonly name = "EvaluationError";
  readonly code = "E_EVALUATION";
  /** What failed, with which verdict, and the rule that was being evaluated; as in the decision. */
  readonly failure: Failure;

  constructor(failure: Failure) {
    const { source, field, message, rule } = failure;
    const part =
      source === "store" ? "the counter store" : source === "field" ? `the field ${field}` : "the engine";
    const place = rule === undefined ? "" : ` in rule ${rule.ref}`;
    super(printableText(`${part} failed${place}: ${message}`, 2 * MAX_MESSAGE));
    this.failure = failure;
  }
}

/**
 * Reports failures in a request: each part once, however many rules used it.
 *
 * @param failures that were reported before.
 */
export function tellFailures(
  failures: readonly Failure[] | undefined,
  told: readonly Failure[] | undefined,
  tell: (error: EvaluationError) => void,
): void {
  if (failures === undefined || failures.length === told?.length) return;
  const known = new Set(told?.map(partOf));
  for (const failure of failures) {
    const part = partOf(failure);
    if (known.has(part)) continue;
    known.add(part);
    tell(new EvaluationError(failure));
  }
}

function partOf({ source, field = "" }: Failure): string {
  return `${source} ${field}`;
}

/** Calls a reporter of the embedder's. Its own failures are dropped. */
export function tell(report: () => unknown): void {
  try {
    const told = report();
    // It may well be an async function, though its type says nothing of the promise.
    if (told instanceof Promise) told.catch(() => undefined);
  } catch {
    // See above.
  }
}

/**
 * The result of the embedder's code.
 *
 * @param name of the option.
 * @throws MisuseError `E_ANSWER` for a promise: an async function would otherwise count as one that knows nothing.
 */
export function atOnce<T>(name: string, answer: T): T {
  if (!isPromise<unknown>(answer)) return answer;
  unheard(answer);
  throw new MisuseError("E_ANSWER", `\`${name}\` must not return a promise`);
}

/** The exception, as decisions and reports show it. */
export function failureText(error: unknown): string {
  return printableText(thrownText(error), MAX_MESSAGE);
}
