import type { Evidence } from "../../detection/inspection/evidence.ts";
import { utf8Encode } from "../../language/values/bytes.ts";
import type { RuleFacts } from "../../rules/plan/facts.ts";
import type { LogFieldSource } from "../../rules/ruleset/actions/control.ts";
import { LABELS_FIELD, VARIABLES_FIELD } from "../../rules/ruleset/actions/label.ts";
import type { PhaseCatalogue } from "../../rules/ruleset/phases.ts";
import type { AnyDecision, Failure, Match } from "../decision/decision.ts";
import type { SentAnswer } from "../decision/sent-answer.ts";
import {
  EVENT_SCHEMA_VERSION,
  type EventMatch,
  type EventRateLimit,
  type FurtherMatch,
  type RequestFacts,
  type WafEvent,
} from "./event.ts";
import { isoTime } from "./iso-time.ts";
import type { Redactor } from "./redact.ts";
import { showEvidence } from "./show-evidence.ts";
import type { WholeText } from "./show-snippet.ts";

/** A value that a `log_custom_field` rule chose, as bytes. */
export interface LoggedField {
  readonly source: LogFieldSource;
  /** Name of the header or cookie. */
  readonly name: string;
  readonly values: readonly string[];
}

/** The facts of a finished transaction. */
export interface FinishedTransaction {
  /** The last decision: the response's when it was evaluated, else the request's. */
  readonly decision: AnyDecision;
  /** Strings are bytes as received; redaction happens here. */
  readonly request: RequestFacts;
  /** The firewall's phases: they name the part of it that decided. */
  readonly phases: PhaseCatalogue;
  /** Milliseconds since 1970. */
  readonly time: number;
  /** The error of a request body that rules read, else "". */
  readonly unread?: (() => string) | undefined;
  /** Findings of the detectors, if a rule used them. */
  readonly evidence?: readonly Evidence[] | undefined;
  /** The inputs of each match, as they may be shown, and rules that would have matched next. */
  readonly inputs?: ReadonlyMap<Match, FoundOfMatch> | undefined;
  readonly further?: readonly FurtherMatch[] | undefined;
  /** Inputs that exceptions hid, in words, by their rules. */
  readonly hidden?: ReadonlyMap<RuleFacts, ReadonlySet<string>> | undefined;
  /** Values of inputs as received, to find secrets in them. */
  readonly wholeOf?: WholeText;
  readonly response?: NonNullable<WafEvent["response"]>;
  readonly fields?: readonly LoggedField[];
  /** The host rejected a request that the decision let pass, or got no answer to it. */
  readonly refusal?: { readonly status: number; readonly reason: string; readonly failed?: boolean };
  /** False: the rules that matched only executed or skipped others. */
  readonly reports?: boolean;
  /** The response that was sent, if the host has reported it. */
  readonly sent?: SentAnswer | undefined;
}

/** Bounds of one event. */
export const EVENT_LIMITS = Object.freeze({
  /** Different rules. */
  matches: 64,
  /** Remarks of one match. */
  notes: 8,
  /** Names of logged fields. */
  fields: 64,
  /** Values of one logged field. */
  fieldValues: 16,
});

/**
 * The event of a transaction; undefined when nothing matched whose logging is on, the work budget held, nothing went
 * wrong and the host let it pass.
 *
 * Matches whose author switched events off are left out, even of an event that others cause.
 */
export function buildEvent(transaction: FinishedTransaction, redact: Redactor): WafEvent | undefined {
  const { decision, request, response, refusal, phases } = transaction;
  const { budget, failures, matches: all } = decision;
  const reports = transaction.reports !== false;
  if (!isWorthEvent({ matches: all, failures, reports }, decision, refusal)) return undefined;
  const logged = all.filter((match) => match.logged);
  const { matches, leftOut } = gather(logged.map(withHidden(transaction.hidden)), transaction.inputs);
  const fields = gatherFields(transaction.fields ?? [], redact);
  const evidence = showEvidence(transaction.evidence, redact, transaction.wholeOf ?? notKnown);
  const further = transaction.further ?? [];
  const unread = transaction.unread?.() ?? "";
  const { sent } = transaction;
  const status =
    sent === undefined
      ? (refusal?.status ?? ("status" in decision ? decision.status : undefined))
      : sent.status;
  const time = isoTime(transaction.time);
  return {
    schemaVersion: EVENT_SCHEMA_VERSION,
    time,
    timeMs: Date.parse(time),
    id: decision.id,
    snapshot: decision.snapshot,
    action: refusal === undefined ? decision.action : refusal.failed === true ? "serve_error" : "block",
    ...(decision.wouldHave === undefined ? {} : { wouldHave: decision.wouldHave }),
    service: refusal === undefined ? phases.serviceOf(decidingPhase(decision, logged)) : "host",
    ...(refusal === undefined ? {} : { reason: refusal.reason }),
    ...(status === undefined ? {} : { status }),
    ...(sent?.delivery === undefined ? {} : { delivery: sent.delivery }),
    request: redactRequest(request, redact),
    ...(unread === "" ? {} : { unread }),
    ...(response === undefined ? {} : { response }),
    ...(evidence.length === 0 ? {} : { evidence }),
    matches,
    ...(further.length === 0 ? {} : { further }),
    ...(leftOut === 0 ? {} : { matchesLeftOut: leftOut }),
    score: decision.score,
    scores: decision.scores,
    ...stateOf(decision, redact),
    ...(fields === undefined ? {} : { fields }),
    ...(budget === undefined ? {} : { budgetExhausted: true }),
    ...(failures === undefined ? {} : { failures: failures.map((one) => shownFailure(one, redact)) }),
  };
}

interface Evaluated {
  readonly matches: readonly Match[];
  readonly failures: readonly Failure[] | undefined;
  /** False: the rules that matched only executed or skipped others. */
  readonly reports: boolean;
}

/** Whether there is an event: most requests pass, and no event is built for them. */
export function isWorthEvent(
  { matches, failures, reports }: Evaluated,
  { budget }: Pick<AnyDecision, "budget">,
  refusal: FinishedTransaction["refusal"],
): boolean {
  if (budget !== undefined || failures !== undefined || refusal !== undefined) return true;
  return reports && matches.some(({ logged }) => logged);
}

const notKnown = (): undefined => undefined;

/** The exception may quote the request. */
function shownFailure(failure: Failure, redact: Redactor): Failure {
  return { ...failure, message: redact("wirewall.failure", undefined, utf8Encode(failure.message)) };
}

/** The request's facts as they may be shown. */
export function redactRequest(request: RequestFacts, redact: Redactor): RequestFacts {
  return {
    method: redact("http.request.method", undefined, request.method),
    host: redact("http.host", undefined, request.host),
    path: redact("http.request.uri.path", undefined, request.path),
    query: redact("http.request.uri.query", undefined, request.query),
    client: redact("ip.src", undefined, request.client),
    userAgent: redact("http.user_agent", undefined, request.userAgent),
    ...(request.country === undefined
      ? {}
      : { country: redact("ip.src.country", undefined, request.country) }),
    ...(request.asn === undefined ? {} : { asn: request.asn }),
    version: redact("http.request.version", undefined, request.version),
  };
}

/** The phase of the rule that decided, else of the first that matched. */
function decidingPhase(decision: AnyDecision, logged: readonly Match[]): string {
  if (decision.by !== undefined) return decision.by.phase;
  const match = decision.matches.find(({ decisive }) => decisive) ?? logged[0];
  return match?.rule.phase ?? "engine";
}

/** A match with what it hid among its notes. */
interface NotedMatch {
  readonly of: Match;
  readonly match: Match;
}

function withHidden(hidden: FinishedTransaction["hidden"]): (match: Match) => NotedMatch {
  return (of) => {
    const texts = hidden?.get(of.rule);
    return { of, match: texts === undefined ? of : { ...of, notes: [...of.notes, ...texts] } };
  };
}

function gather(
  logged: readonly NotedMatch[],
  inputs: FinishedTransaction["inputs"],
): {
  readonly matches: readonly EventMatch[];
  readonly leftOut: number;
} {
  const byRule = new Map<string, EventMatch>();
  let leftOut = 0;
  for (const { of, match } of logged) {
    const key = `${match.mode}\n${match.rule.ruleset}\n${match.rule.id}`;
    const earlier = byRule.get(key);
    const found = inputs?.get(of);
    if (earlier !== undefined) byRule.set(key, merged(earlier, match, found));
    else if (byRule.size < EVENT_LIMITS.matches || match.decisive) byRule.set(key, first(match, found));
    else leftOut++;
  }
  return { matches: [...byRule.values()], leftOut };
}

/** The reported inputs of a match, and remarks on them. */
type FoundOfMatch = Pick<EventMatch, "inputs" | "except" | "threshold"> & { readonly remark?: string };

function remarked(remark: string | undefined, notes: readonly string[]): readonly string[] {
  return remark === undefined ? notes : [remark, ...notes];
}

function first(match: Match, { remark, ...found }: FoundOfMatch = {}): EventMatch {
  const { logged: _, rateLimit, ...rest } = match;
  return {
    ...rest,
    notes: remarked(remark, match.notes).slice(0, EVENT_LIMITS.notes),
    ...(rateLimit === undefined ? {} : { rateLimit: shownLimit(rateLimit) }),
    count: 1,
    ...found,
  };
}

function shownLimit(facts: NonNullable<Match["rateLimit"]>): EventRateLimit {
  return { ...facts, resetsAt: isoTime(facts.resetsAt) };
}

/** A rule matches more than once when its ruleset is executed more than once. */
function merged(earlier: EventMatch, again: Match, { remark, ...told }: FoundOfMatch = {}): EventMatch {
  const scored = addScores(earlier.scored, again.scored);
  const rateLimit = again.rateLimit === undefined ? earlier.rateLimit : shownLimit(again.rateLimit);
  return {
    // Inputs are the same unless one run saw fewer than the other.
    ...(earlier.inputs === undefined ? { ...earlier, ...told } : earlier),
    decisive: earlier.decisive || again.decisive,
    notes: [...new Set([...earlier.notes, ...remarked(remark, again.notes)])].slice(0, EVENT_LIMITS.notes),
    ...(rateLimit === undefined ? {} : { rateLimit }),
    ...(scored === undefined ? {} : { scored }),
    count: earlier.count + 1,
  };
}

type Scores = Readonly<Record<string, number>> | undefined;

function addScores(left: Scores, right: Scores): Scores {
  if (left === undefined || right === undefined) return left ?? right;
  const sum = new Map(Object.entries(left));
  for (const [name, value] of Object.entries(right)) sum.set(name, (sum.get(name) ?? 0) + value);
  return Object.fromEntries(sum);
}

/** Labels and variables; a variable holds request data, so its name decides about redaction as an argument's does. */
function stateOf(
  { labels, variables }: AnyDecision,
  redact: Redactor,
): Pick<WafEvent, "labels" | "variables"> {
  return {
    ...(labels === undefined
      ? {}
      : { labels: labels.map((label) => redact(LABELS_FIELD, undefined, label)) }),
    ...(variables === undefined
      ? {}
      : {
          variables: Object.fromEntries(
            Object.entries(variables).map(([name, value]) => [name, redact(VARIABLES_FIELD, name, value)]),
          ),
        }),
  };
}

function gatherFields(
  fields: readonly LoggedField[],
  redact: Redactor,
): Readonly<Record<string, readonly string[]>> | undefined {
  if (fields.length === 0) return undefined;
  const shown = new Map<string, string[]>();
  for (const field of fields) {
    // The dot in every name makes a header named `__proto__` a plain member.
    const name = `${field.source}.${field.name}`;
    let values = shown.get(name);
    if (values === undefined) {
      if (shown.size === EVENT_LIMITS.fields) continue;
      values = [];
      shown.set(name, values);
    }
    for (const value of field.values) {
      if (values.length === EVENT_LIMITS.fieldValues) break;
      values.push(redact(redactionField(field.source), field.name, value));
    }
  }
  return Object.fromEntries(shown);
}

/**
 * Cookies are hidden wherever they turn up, but one that a rule names was chosen: it is hidden only when its own name
 * or value is a secret's.
 */
function redactionField(source: LogFieldSource): string {
  switch (source) {
    case "cookie":
      return "log.cookie";
    case "response":
    case "raw_response":
      return "http.response.headers";
    case "request":
    case "transformed_request":
      return "http.request.headers";
  }
}
