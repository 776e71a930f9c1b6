import type { TraceStep } from "../language/compile/trace.ts";
import { excerpt } from "../language/diagnostics/printable.ts";
import { isScalar } from "../language/values/types.ts";
import { showValue, valueToJson } from "./show-value.ts";
import { styled, type Terminal } from "./terminal.ts";

/** The tree of an expression with the value of every part, one line each. */
export function traceLines(root: TraceStep, terminal: Terminal): readonly string[] {
  const rows: { readonly label: string; readonly value: string; readonly note: string }[] = [];
  collect(root, "", "", rows);
  const width = Math.min(60, Math.max(...rows.map((row) => row.label.length)));
  const valueWidth = Math.min(24, Math.max(...rows.map((row) => row.value.length)));
  return rows.map(({ label, value, note }) => {
    const shown = note === "" ? value : value.padEnd(valueWidth);
    const style = value === "true" ? "green" : value === "false" ? "red" : "dim";
    return `${label.padEnd(width)}  ${styled(terminal, style, shown)}${note === "" ? "" : `  ${note}`}`.trimEnd();
  });
}

function collect(
  step: TraceStep,
  lead: string,
  below: string,
  rows: { label: string; value: string; note: string }[],
): void {
  const parts = visibleParts(step);
  rows.push({ label: lead + labelOf(step), value: valueText(step), note: noteOf(step) });
  parts.forEach((part, at) => {
    const last = at === parts.length - 1;
    collect(part, `${below}${last ? "`- " : "|- "}`, `${below}${last ? "   " : "|  "}`, rows);
  });
}

/** A literal shows within its comparison, a plain operand with it. */
function visibleParts(step: TraceStep): readonly TraceStep[] {
  return step.parts.filter((part) => part.kind !== "constant");
}

function labelOf(step: TraceStep): string {
  if (step.kind === "logical") return OPERATORS.exec(betweenParts(step))?.[0] ?? "logical";
  if (step.kind === "not") return "not";
  return oneLine(step.text);
}

const OPERATORS = /and|or|xor|&&|\|\||\^\^/;

function betweenParts(step: TraceStep): string {
  const [first, second] = step.parts;
  if (first === undefined || second === undefined) return step.text;
  return step.text.slice(first.span.end - step.span.start, second.span.start - step.span.start);
}

function oneLine(text: string): string {
  return excerpt(text.replaceAll(/\s+/g, " "), 56);
}

function valueText(step: TraceStep): string {
  if (!step.evaluated) return "-";
  return showValue(step.value, step.type, 60);
}

function noteOf(step: TraceStep): string {
  if (!step.evaluated) return "not evaluated: the result was already decided";
  if (step.elements.length === 0) return "";
  const left = step.parts[0]?.type;
  const scalar = left === undefined ? undefined : elementOf(left);
  const shown = step.elements
    .slice(0, 6)
    .map(
      (one) => `${scalar === undefined ? String(one.value) : showValue(one.value, scalar, 30)} ${one.result}`,
    );
  return `elements: ${shown.join(", ")}${step.elements.length > 6 ? ", …" : ""}`;
}

function elementOf(type: TraceStep["type"]): TraceStep["type"] {
  return isScalar(type) ? type : elementOf(type.element);
}

/** The tree as data. */
export function traceToJson(step: TraceStep): unknown {
  return {
    kind: step.kind,
    text: step.text,
    span: [step.span.start, step.span.end],
    evaluated: step.evaluated,
    ...(step.evaluated ? { value: valueToJson(step.value, step.type) } : {}),
    ...(step.parts.length === 0 ? {} : { parts: step.parts.map(traceToJson) }),
  };
}

/** Sentences on comparisons that are false because a value is missing. */
export function nilRemarks(root: TraceStep): readonly string[] {
  const remarks: string[] = [];
  gather(root, remarks);
  return [...new Set(remarks)];
}

function gather(step: TraceStep, remarks: string[]): void {
  if (!step.evaluated) return;
  if (step.kind === "compare" || step.kind === "test") {
    const missing = step.parts.find(
      (part) => part.evaluated && part.value === undefined && part.kind !== "constant",
    );
    if (missing !== undefined && step.elements.length === 0 && step.value !== undefined) {
      remarks.push(
        `\`${oneLine(source(missing).text)}\` is not set, so the comparison \`${oneLine(step.text)}\` is ${String(step.value)}`,
      );
      return;
    }
  }
  for (const part of step.parts) gather(part, remarks);
}

/** Of a call or index that is missing, the part that it is missing for. */
function source(step: TraceStep): TraceStep {
  const inner = step.parts.find(
    (part) => part.evaluated && part.value === undefined && part.kind !== "constant",
  );
  return inner === undefined ? step : source(inner);
}
