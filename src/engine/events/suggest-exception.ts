import type { RuleFacts } from "../../rules/plan/facts.ts";
import { execute } from "../../rules/ruleset/actions/execute.ts";
import { skip } from "../../rules/ruleset/actions/skip.ts";
import type { RuleDocument } from "../../rules/ruleset/document.ts";
import { type PhaseDefinition, STANDARD_PHASES } from "../../rules/ruleset/phases.ts";
import type { EventMatch, WafEvent } from "./event.ts";

/** How wide a suggested exception is. */
export interface ExceptionOptions {
  /** `same` (default): only requests with the event's path are excepted, where the event shows it whole. `any`: all requests. */
  readonly path?: "same" | "any";
}

/** An exception that lets an event's request pass, and where it belongs. */
export interface SuggestedException {
  /** A `skip` rule: of each rule that blocks, it hides the inputs that made it match. Plain data. */
  readonly rule: RuleDocument;
  /** Phase of the ruleset into which the rule goes. */
  readonly phase: string;
  /** Id of that ruleset. */
  readonly ruleset: string;
  /** Ref of the rule of that ruleset in front of which it goes. */
  readonly before: string;
  /** What the exception cannot do as narrowly as it should. */
  readonly notes: readonly string[];
}

type Part = Pick<EventMatch, "rule" | "except" | "threshold"> & { readonly points: number };

/**
 * The narrowest exception after which the rules that ended the evaluation no longer do so for a request like the event's: the same
 * inputs, on the same path. Everything else in those inputs is still evaluated by all other rules, and other inputs by all rules.
 *
 * An event of rules that only log gives an exception for these.
 *
 * @returns undefined when no rule decided that could be excepted: the host refused the request, a limit was reached, the default
 *   of a phase decided, or a rule of a phase that has no `skip`, such as a redirect.
 */
export function suggestException(
  event: WafEvent,
  options: ExceptionOptions = {},
): SuggestedException | undefined {
  const decisive = event.matches.find((match) => match.decisive && match.rateLimit === undefined);
  const parts = decisive === undefined ? loggedParts(event) : decisiveParts(event, decisive);
  const [first] = parts;
  if (first === undefined) return undefined;
  const place = decisive ?? event.matches.find(({ rule }) => rule === first.rule);
  if (place === undefined) return undefined;
  const entry = place.executedBy ?? place.rule;
  // A default is after all rules, so that none can be in front of it.
  if (entry.isDefault === true || PHASES_WITHOUT_SKIP.has(entry.phase)) return undefined;
  const notes: string[] = [];
  const expression = options.path === "any" ? "true" : pathCondition(event, notes);
  return {
    rule: exceptionRule(event, parts, expression, notes),
    phase: entry.phase,
    ruleset: entry.ruleset,
    before: entry.ref,
    notes,
  };
}

/** Phases of the embedder's own are not among them. */
const PHASES_WITHOUT_SKIP: ReadonlySet<string> = new Set(
  STANDARD_PHASES.filter((phase: PhaseDefinition) => !phase.actions.includes(skip.name)).map(
    ({ name }) => name,
  ),
);

/** Actions that are matches without being about the request. */
const NO_REPORTS: ReadonlySet<string> = new Set([skip.name, execute.name]);

/** Rules that only report: those of the entry point that reported first. */
function loggedParts({ matches }: WafEvent): readonly Part[] {
  const told = matches.filter(
    ({ inputs, rateLimit, rule }) =>
      inputs !== undefined && rateLimit === undefined && !NO_REPORTS.has(rule.action),
  );
  const [first] = told;
  const entry = first && (first.executedBy ?? first.rule);
  return told
    .filter(({ rule, executedBy }) => (executedBy ?? rule).ruleset === entry?.ruleset)
    .map((match) => ({ ...match, points: 0 }));
}

/** The rule that decided, those after it that would have, and as much of a score as brings it below its threshold. */
function decisiveParts({ matches, further = [] }: WafEvent, decisive: EventMatch): readonly Part[] {
  const inRun = matches.filter(({ rule }) => rule.ruleset === decisive.rule.ruleset);
  const scored: Part[] = [
    ...inRun.flatMap((match) => partOf(match, pointsOf(match))),
    ...further.flatMap((match) => partOf(match, match.points ?? 0)),
  ].filter(({ points }) => points > 0);
  const ending = [decisive, ...further.filter(({ points }) => points === undefined)];
  const threshold = Math.min(...ending.map((match) => match.threshold ?? Number.POSITIVE_INFINITY));
  const parts: Part[] = ending
    .filter((match) => match.threshold === undefined)
    .map((match) => ({ ...match, points: 0 }));
  let total = scored.reduce((sum, { points }) => sum + points, 0);
  // Those that weigh most first, so that few are excepted.
  for (const part of [...scored].sort((left, right) => right.points - left.points)) {
    if (total < threshold) break;
    total -= part.points;
    parts.push(part);
  }
  return parts;
}

function partOf(match: Pick<EventMatch, "rule" | "except" | "threshold">, points: number): readonly Part[] {
  return [{ ...match, points }];
}

function pointsOf({ scored = {} }: EventMatch): number {
  return Object.values(scored).reduce((sum, points) => sum + points, 0);
}

/** Paths that an expression can name as they are. */
const PLAIN_PATH = /^\/[\x21\x23-\x5b\x5d-\x7e]*$/;

function pathCondition({ request }: WafEvent, notes: string[]): string {
  const { path } = request;
  if (PLAIN_PATH.test(path) && !path.includes("[redacted]") && !path.endsWith("…"))
    return `raw.http.request.uri.path eq ${JSON.stringify(path)}`;
  notes.push("the event does not show the path as it was sent: the exception holds for all paths");
  return "true";
}

function exceptionRule(
  event: WafEvent,
  parts: readonly Part[],
  expression: string,
  notes: string[],
): RuleDocument {
  const targets: Record<string, string>[] = [];
  const rules: Record<string, string[]> = {};
  for (const { rule, except } of parts) {
    if (except !== undefined) {
      for (const input of except) targets.push({ ruleset: rule.ruleset, rule: rule.ref, ...input });
      continue;
    }
    notes.push(
      `${rule.ruleset}/${rule.ref} is skipped as a whole: no input can be hidden so that it does not match`,
    );
    const skipped = rules[rule.ruleset] ?? [];
    rules[rule.ruleset] = skipped;
    skipped.push(rule.ref);
  }
  const parameters = {
    ...(targets.length === 0 ? {} : { targets }),
    ...(parts.every(({ except }) => except !== undefined) ? {} : { rules }),
  };
  const ref = `except-${hash(JSON.stringify([expression, parameters]))}`;
  return {
    id: ref,
    ref,
    enabled: true,
    description:
      `False positive: ${parts.map(({ rule }) => nameOf(rule)).join(", ")} in event ${event.id}`.slice(
        0,
        400,
      ),
    expression,
    action: skip.name,
    action_parameters: parameters,
  };
}

function nameOf({ ref, ruleset }: RuleFacts): string {
  return `${ruleset}/${ref}`;
}

/** FNV-1a over UTF-16 units: the same exception has the same name. */
function hash(text: string): string {
  let value = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) value = Math.imul(value ^ text.charCodeAt(at), 0x01000193);
  return (value >>> 0).toString(16).padStart(8, "0");
}

/** The exception's rule as an item of a YAML list of rules, which is pasted as it is. */
export function exceptionYaml({ rule }: Pick<SuggestedException, "rule">): string {
  const { ref, description = "", expression, action, action_parameters } = rule;
  const lines = yamlOf({ ref, description, expression, action, action_parameters });
  return `- ${lines.map((line, at) => (at === 0 ? line : `  ${line}`)).join("\n")}\n`;
}

function yamlOf(value: unknown): readonly string[] {
  if (Array.isArray(value)) {
    // Lists of names, and of flat objects, take a line an item.
    return value.map((item) => `- ${flow(item)}`);
  }
  return Object.entries(Object(value)).flatMap(([key, member]) => {
    if (typeof member !== "object" || member === null) return [`${key}: ${scalar(member)}`];
    return [`${scalar(key)}:`, ...yamlOf(member).map((line) => `  ${line}`)];
  });
}

function flow(value: unknown): string {
  if (typeof value !== "object" || value === null) return scalar(value);
  return `{${Object.entries(value)
    .map(([key, member]) => `${key}: ${scalar(member)}`)
    .join(", ")}}`;
}

/** What terminals obey and editors hide: names of inputs come from requests. */
const UNSEEN = /[^\P{C}\n]|[\p{Zl}\p{Zp}\u00a0]/gu;

/** Words that YAML keeps as text are left plain. A JSON string is one of YAML too. */
function scalar(value: unknown): string {
  const text = String(value);
  const isPlain = /^[A-Za-z][\w./-]*$/.test(text) && !/^(?:true|false|null|yes|no|on|off|y|n)$/i.test(text);
  return isPlain
    ? text
    : JSON.stringify(text).replace(
        UNSEEN,
        (char) => `\\U${(char.codePointAt(0) ?? 0).toString(16).padStart(8, "0")}`,
      );
}
