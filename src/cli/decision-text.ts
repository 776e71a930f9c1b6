import type { AnyDecision } from "../engine/decision/decision.ts";
import type {
  EventEvidence,
  Explanation,
  ReasonExplanation,
  RuleExplanation,
  RulesetExplanation,
} from "../engine/decision/explanation.ts";
import { inputText } from "../engine/events/event-text.ts";
import { styled, type Terminal } from "./terminal.ts";

/** `block 403   custom/no-dotfiles`: what was decided and by which rule. */
export function decisionLine(decision: AnyDecision, terminal: Terminal): string {
  const detail = detailOf(decision);
  const name =
    decision.by === undefined
      ? ""
      : decision.by.isDefault === true
        ? `the default of ${decision.by.ruleset}`
        : `${decision.by.ruleset}/${decision.by.ref}`;
  const by = name === "" ? "" : `   ${name}`;
  const to = decision.action === "redirect" ? `   ${decision.location}` : "";
  const score = decision.score === 0 ? "" : `   score ${decision.score}`;
  const colour = decision.action === "allow" ? "green" : "red";
  return `${styled(terminal, colour, `${decision.action}${detail}`)}${by}${to}${score}`;
}

function detailOf(decision: AnyDecision): string {
  switch (decision.action) {
    case "allow":
    case "drop":
      return "";
    case "tarpit":
      return ` ${decision.seconds} s, then ${decision.end}`;
    case "challenge":
      return ` (${decision.kind})`;
    case "block":
    case "redirect":
    case "serve_error":
      return ` ${decision.status}`;
  }
}

/** The effects on the request apart from the decision, a line each. */
export function changeLines({ changes }: AnyDecision): readonly string[] {
  const lines: string[] = [];
  if (changes.path !== undefined) lines.push(`path     ${changes.path}`);
  if (changes.query !== undefined) lines.push(`query    ${changes.query}`);
  for (const [side, operations] of [
    ["request", changes.requestHeaders],
    ["response", changes.responseHeaders],
  ] as const) {
    for (const operation of operations) {
      const value = operation.operation === "remove" ? "" : `: ${operation.value}`;
      lines.push(`header   ${operation.operation} on the ${side}: ${operation.name}${value}`);
    }
  }
  if (changes.route !== undefined) {
    const { host, port, hostHeader } = changes.route;
    lines.push(
      `route    ${host ?? "same host"}${port === undefined ? "" : `:${port}`} ${hostHeader ?? ""}`.trimEnd(),
    );
  }
  if (changes.bodyLimits !== undefined) {
    const { maxBytes, oversize } = changes.bodyLimits;
    const most = maxBytes === undefined ? "as the host holds" : `at most ${maxBytes} bytes`;
    lines.push(`body     ${most}${oversize === undefined ? "" : `, a longer one: ${oversize}`}`);
  }
  if (Object.keys(changes.config).length > 0) lines.push(`config   ${JSON.stringify(changes.config)}`);
  return lines;
}

/** The evidence: kind, points, input, bytes and text of each piece, and how it was decoded. */
export function evidenceLines({ evidence = [] }: Explanation): readonly string[] {
  const width = Math.max(0, ...evidence.map(({ kind }) => kind.length));
  return evidence.map((piece) => `found    ${pieceText(piece, width)}`);
}

function pieceText(piece: EventEvidence, width: number): string {
  const { kind, points, field, key, span, text = "[redacted]", views } = piece;
  const input = key === "" ? field : `${field}[${JSON.stringify(key)}]`;
  const read = views.length === 0 ? "" : `   decoded: ${views.join(", ")}`;
  return `${kind.padEnd(width)}   ${points}   ${input}   bytes ${span[0]} to ${span[1]}   ${text}${read}`;
}

/** The tree of phases, rulesets and rules; of each rule whether it matched, and its conditions. */
export function explanationLines(
  explanation: Explanation,
  terminal: Terminal,
  options: { readonly reasons: boolean },
): readonly string[] {
  const rows: Row[] = [];
  for (const phase of explanation.phases) {
    const skipped = phase.skippedBy === undefined ? "" : `   skipped by ${phase.skippedBy}`;
    rows.push({ left: phase.phase, right: skipped.trim() });
    for (const ruleset of phase.rulesets) rulesetRows(ruleset, 1, rows, options.reasons);
  }
  if (explanation.truncated) rows.push({ left: "… the rest is left out", right: "" });
  const width = Math.min(
    60,
    Math.max(0, ...rows.filter(({ isReason }) => isReason !== true).map(({ left }) => left.length)),
  );
  return rows.map(({ left, right, isReason, isMatch }) => {
    if (isReason === true) return styled(terminal, "dim", left);
    const line = right === "" ? left : `${left.padEnd(width)}   ${right}`;
    return isMatch === true ? styled(terminal, "bold", line) : line;
  });
}

interface Row {
  readonly left: string;
  readonly right: string;
  readonly isReason?: boolean;
  readonly isMatch?: boolean;
}

function rulesetRows(ruleset: RulesetExplanation, depth: number, rows: Row[], reasons: boolean): void {
  const indent = "  ".repeat(depth);
  if (depth > 1) {
    const version = ruleset.version === undefined ? "" : ` version ${ruleset.version}`;
    rows.push({ left: `${indent}${ruleset.name}${version}`, right: "" });
  }
  for (const rule of ruleset.rules) {
    rows.push({
      left: `${indent}${ruleset.ruleset === rule.ref ? "" : `${ruleset.ruleset}/`}${rule.ref}`,
      right: ruleText(rule),
      isMatch: rule.outcome === "matched",
    });
    if (reasons)
      for (const reason of rule.because)
        rows.push({ left: `${indent}    ${reasonText(reason)}`, right: "", isReason: true });
    // Of a field as a whole the conditions say as much.
    const inputs = (rule.inputs ?? []).filter(({ key, read }) => key !== undefined || read !== undefined);
    for (const input of reasons ? inputs : [])
      rows.push({ left: `${indent}    input  ${inputText(input)}`, right: "", isReason: true });
    for (const note of rule.notes)
      rows.push({ left: `${indent}    note: ${note}`, right: "", isReason: true });
    if (rule.executed !== undefined) rulesetRows(rule.executed, depth + 1, rows, reasons);
  }
}

const OUTCOMES: Readonly<Record<RuleExplanation["outcome"], string>> = {
  matched: "match",
  not_matched: "no match",
  skipped: "skipped",
  disabled: "disabled",
  expired: "expired",
  not_sampled: "not in the sample",
  not_reached: "not reached",
};

function ruleText(rule: RuleExplanation): string {
  const parts = [OUTCOMES[rule.outcome].padEnd(12), rule.action];
  if (rule.shadow === true) parts.push("(shadow)");
  if (rule.skippedBy !== undefined) parts.push(`skipped by ${rule.skippedBy}`);
  for (const [property, by] of Object.entries(rule.overriddenBy ?? {}))
    parts.push(`${property} overridden by ${by}`);
  return parts.join(" ").trimEnd();
}

function reasonText(reason: ReasonExplanation): string {
  const held = reason.held ? "holds " : "fails ";
  const actual =
    reason.field === undefined || isConditionItself(reason)
      ? ""
      : reason.actual === undefined
        ? `   ${reason.field}${reason.path ?? ""} is not set`
        : `   ${reason.field}${reason.path ?? ""} is ${reason.actual === "" ? "empty" : reason.actual}`;
  const item =
    reason.listItem === undefined ? "" : `   item ${reason.listItem.item} of $${reason.listItem.list}`;
  const flat = reason.condition.replaceAll(/\s+/g, " ");
  return `${held} ${flat}${actual}${item}`;
}

/** Of a bare condition the value is its result: it would only repeat it. */
function isConditionItself(reason: ReasonExplanation): boolean {
  return reason.actual === String(reason.held);
}
