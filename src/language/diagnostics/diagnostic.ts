import { codeFrame } from "./code-frame.ts";
import type { DiagnosticCode } from "./codes.ts";
import type { Source, Span } from "./source.ts";

export type { DiagnosticCode } from "./codes.ts";

/**
 * One fault in something that the user wrote: plain data, JSON-serialisable (semantics.md#faults).
 *
 * Messages are lower case, without a full stop, with the user's own text in backticks.
 */
export interface Diagnostic {
  /** Stable name of the fault; `grammar/diagnostics.md` explains each. */
  readonly code: DiagnosticCode;
  readonly severity: "error" | "warning";
  /** The fault: one line, lower case, no full stop. */
  readonly message: string;
  /** Name of the {@link Source} that the place refers to. */
  readonly source: string;
  /** 1-based. */
  readonly line: number;
  /** 1-based, in code points. */
  readonly column: number;
  /** UTF-16 offsets into the source's text; `endOffset` is exclusive. */
  readonly offset: number;
  readonly endOffset: number;
  /** Text that is expected here. */
  readonly expected?: readonly string[];
  /** Text that was found here. */
  readonly actual?: string;
  /** How to correct it. */
  readonly hint?: string;
  /** JSON pointer to the place inside a document, when the fault is in one. */
  readonly pointer?: string;
  /** Resource and attribute, when the fault is in a Terraform configuration: `cloudflare_ruleset.waf["a"].rules[3].expression`. */
  readonly address?: string;
  /** The source line with carets below the place, ready to print. */
  readonly frame?: string;
  /** On the last one of many: how many more of its severity there are, which are not listed. */
  readonly leftOut?: number;
}

/** The input of a reporter of a fault; the place is computed from the span. */
export interface Fault {
  readonly code: DiagnosticCode;
  readonly message: string;
  /** Place in the text. */
  readonly span: Span;
  readonly severity?: "error" | "warning";
  readonly expected?: readonly string[];
  readonly actual?: string;
  /** The replacement text, if it is known. */
  readonly hint?: string;
}

/** Outcome of anything that evaluates a user's text: faults are values, never exceptions. */
export type Result<T> =
  | { readonly ok: true; readonly value: T; readonly warnings: readonly Diagnostic[] }
  | { readonly ok: false; readonly errors: readonly Diagnostic[]; readonly warnings: readonly Diagnostic[] };

/** Places a fault in its source and draws its code frame. */
export function diagnose(source: Source, fault: Fault): Diagnostic {
  const start = Math.max(0, Math.min(fault.span.start, source.text.length));
  const end = Math.max(start, Math.min(fault.span.end, source.text.length));
  const { line, column } = source.positionAt(start);
  return {
    code: fault.code,
    severity: fault.severity ?? "error",
    message: fault.message,
    source: source.name,
    line,
    column,
    offset: start,
    endOffset: end,
    ...(fault.expected === undefined ? {} : { expected: fault.expected }),
    ...(fault.actual === undefined ? {} : { actual: fault.actual }),
    ...(fault.hint === undefined ? {} : { hint: fault.hint }),
    frame: codeFrame(source, start, end),
  };
}

/** The whole fault as text for a terminal or a log: header, place, frame, what was expected, help. */
export function formatDiagnostic(diagnostic: Diagnostic): string {
  const { pointer, address } = diagnostic;
  const place = pointer !== undefined ? `#${pointer}` : address !== undefined ? `: ${address}` : "";
  const lines = [
    `${diagnostic.severity}[${diagnostic.code}]: ${diagnostic.message}`,
    `  ${diagnostic.source}${place} (${diagnostic.line}:${diagnostic.column})`,
  ];
  if (diagnostic.frame !== undefined) lines.push(...diagnostic.frame.split("\n").map((line) => `  ${line}`));
  if (diagnostic.expected !== undefined && diagnostic.expected.length > 0) {
    lines.push(`  expected: ${diagnostic.expected.join(", ")}`);
  }
  if (diagnostic.hint !== undefined) lines.push(`  help: ${diagnostic.hint}`);
  return lines.join("\n");
}

/** The faults that are shown of many; the last one says how many are not. */
export function withLeftOut(shown: readonly Diagnostic[], leftOut: number): readonly Diagnostic[] {
  const last = shown.at(-1);
  if (leftOut === 0 || last === undefined) return shown;
  const more = `${leftOut} more are not shown`;
  const hint = last.hint === undefined ? more : `${last.hint}; ${more}`;
  return [...shown.slice(0, -1), { ...last, hint, leftOut }];
}
