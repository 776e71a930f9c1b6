import type { BodyView, RequestView, ResponseView } from "../../request/view/request-view.ts";
import { isPromise, type MaybePromise } from "../../rules/ratelimit/counter-store.ts";
import { type BodyLimits, DEFAULT_SCORE, type HeaderOperation } from "../../rules/ruleset/actions/control.ts";
import type {
  AnyDecision,
  Changes,
  Decision,
  DecisionHeaders,
  Match,
  ResponseDecision,
} from "../decision/decision.ts";
import { MisuseError } from "../decision/errors.ts";
import type { Modes } from "../decision/modes.ts";
import type { Outcome } from "../decision/outcome.ts";
import type { SentAnswer, TellsLater } from "../decision/sent-answer.ts";
import type { SnapshotFacts } from "../decision/snapshot-facts.ts";
import type { ErrorReporter, Evaluation } from "./evaluation.ts";
import type { EvaluateOptions, HostRefusal, Transaction } from "./exchange.ts";
import { failureBlock } from "./own-blocks.ts";
import type { ExplanationRecorder } from "./recorder.ts";
import type { RequestState } from "./request-state.ts";
import type { Snapshot } from "./runtime.ts";

/** The parts of a firewall that a transaction needs. */
export interface TransactionHome extends ErrorReporter {
  readonly failure: "closed" | "open";
  readonly oversize: "block" | "inspect";
  readonly modesNow: Modes;
  /** The transaction is over: `decision` is its last one. Called at most once, before the evaluation is given back. */
  finished(
    evaluation: Evaluation,
    decision: AnyDecision,
    refusal: HostRefusal | undefined,
    sent: SentAnswer | TellsLater | undefined,
  ): void;
  /** Milliseconds since 1970 at which a request is evaluated. @throws MisuseError `E_OPTION` for any other value than a time. */
  timeOf(view: RequestView, given: number | undefined): number;
  take(): Evaluation;
  give(evaluation: Evaluation): void;
  recorder(snapshot: Snapshot, wanted: boolean | undefined): ExplanationRecorder | undefined;
  /** Whether events are written, so that matches are reported with their inputs. */
  readonly hasEvents: boolean;
}

type Stage = "begun" | "waiting" | "judged" | "answered" | "ended";

/** One request/response pair on its way through a firewall. */
export class EngineTransaction implements Transaction {
  readonly id: string;
  readonly snapshot: SnapshotFacts;
  readonly headers: ReadonlySet<string>;
  readonly needsResponse: boolean;
  readonly #home: TransactionHome;
  readonly #recorder: ExplanationRecorder | undefined;
  readonly #oversize: "block" | "inspect";
  readonly #modes: Modes;
  #evaluation: Evaluation | undefined;
  #stage: Stage = "begun";
  #decision: AnyDecision | undefined;
  /** The one on the request. */
  #verdict: Decision | undefined;
  #failed: Outcome | "open" | undefined;
  #refusal: HostRefusal | undefined;
  #needsResponseBody: boolean;
  /** Limits that depend on the request's outcome have been reported. */
  #isCounted = false;

  constructor(home: TransactionHome, snapshot: Snapshot, view: RequestView, options: EvaluateOptions) {
    this.#home = home;
    this.snapshot = snapshot.facts;
    this.headers = snapshot.plan.headers;
    this.needsResponse = snapshot.plan.readsResponse;
    this.#needsResponseBody = snapshot.plan.readsResponseBody;
    this.#recorder = home.recorder(snapshot, options.trace);
    this.#oversize = options.oversize ?? home.oversize;
    this.#modes = home.modesNow;
    this.#evaluation = home.take();
    this.id = this.#evaluation.begin(
      snapshot,
      view,
      home.timeOf(view, options.now),
      this.#modes,
      this.#recorder,
      home,
      home.hasEvents || this.#recorder !== undefined,
      options.closesConnections ?? true,
    );
  }

  get bodyLimits(): BodyLimits | undefined {
    return this.#evaluation?.changes.bodyLimits;
  }

  get needsBody(): boolean {
    const evaluation = this.#evaluation;
    if (evaluation === undefined) return false;
    return this.#stage === "begun" ? evaluation.lacksBody : this.#stage === "waiting";
  }

  get needsResponseBody(): boolean {
    return this.#needsResponseBody;
  }

  head(): MaybePromise<Decision | undefined> {
    const evaluation = this.#expect("head", "begun");
    return this.#run(evaluation, () => {
      const waits = evaluation.waitsForBody || evaluation.mustMeasureBody(this.#oversize);
      if (this.#failed === undefined && waits) {
        this.#stage = "waiting";
        return undefined;
      }
      return this.#judged(evaluation);
    });
  }

  body(body: BodyView): MaybePromise<Decision> {
    if (this.#stage === "judged" && this.#verdict !== undefined) return this.#verdict;
    const evaluation = this.#expect("body", "begun", "waiting");
    evaluation.bodyArrived(body);
    // None of it is available, and rules would only guess.
    const isUnread = body.coding === "faulty" || (body.truncated && body.bytes === "");
    if (isUnread && this.#refusesUnseen(evaluation)) return this.#judged(evaluation);
    return this.#run(evaluation, () => this.#judged(evaluation));
  }

  request(): MaybePromise<Decision> {
    if (this.#stage === "judged" && this.#verdict !== undefined) return this.#verdict;
    const evaluation = this.#expect("request", "begun", "waiting");
    evaluation.bodyArrived(undefined);
    return this.#run(evaluation, () => this.#judged(evaluation));
  }

  response(response: ResponseView): MaybePromise<ResponseDecision> {
    const evaluation = this.#expect("response", "begun", "judged");
    this.#failed = undefined;
    evaluation.responseArrived(response);
    const decided = () => {
      this.#stage = "answered";
      const counted = this.#guarded(() => evaluation.counts.countResponse());
      const decide = () => {
        this.#decision = this.#decide(evaluation);
        return this.#decision as ResponseDecision;
      };
      return isPromise(counted) ? counted.then(decide, (error) => this.#fail(error, decide)) : decide();
    };
    return this.#run(evaluation, decided);
  }

  refused(refusal: HostRefusal): void {
    this.#refusal = refusal;
  }

  end(sent?: SentAnswer | TellsLater): void {
    const evaluation = this.#evaluation;
    if (evaluation === undefined) return;
    this.#evaluation = undefined;
    const refusal = this.#refusal;
    // A host may refuse a request before its evaluation ends or begins, and its client may leave before that.
    const isOver = refusal !== undefined || typeof sent === "object";
    const isToldAnyway = isOver && !evaluation.isPending;
    const decision = this.#decision ?? (isToldAnyway ? this.#decide(evaluation) : undefined);
    this.#stage = "ended";
    // Work on it may still be pending: the objects are then left to the garbage collector.
    if (evaluation.isPending) {
      evaluation.cancel();
      return;
    }
    let isSound = this.#failed === undefined;
    const failed = (error: unknown) => {
      isSound = false;
      this.#home.onError(error);
      evaluation.abandon(error, "open");
    };
    const finish = () => {
      try {
        if (decision !== undefined) this.#home.finished(evaluation, decision, refusal, sent);
      } catch (error) {
        failed(error);
      }
      // After a failure, foreign code may still hold references to the objects.
      if (isSound && !evaluation.isPending) this.#home.give(evaluation);
    };
    const log = (): void => {
      try {
        const logged = decision === undefined ? undefined : evaluation.logging();
        if (logged !== undefined) {
          logged.catch(failed).then(finish);
          return;
        }
      } catch (error) {
        failed(error);
      }
      finish();
    };
    const isUncounted = refusal !== undefined && !this.#isCounted;
    const counted = isUncounted ? this.#countDecision(evaluation, true) : undefined;
    if (isPromise(counted)) counted.then(log);
    else log();
  }

  #expect(method: string, ...stages: readonly Stage[]): Evaluation {
    const evaluation = this.#evaluation;
    if (evaluation !== undefined && stages.includes(this.#stage)) return evaluation;
    throw new MisuseError(
      "E_TRANSACTION_ORDER",
      `\`${method}\` cannot follow here: the transaction is ${this.#stage}`,
    );
  }

  /** Continues the walk; failures of foreign code become the configured decision. */
  #run<T>(evaluation: Evaluation, then: () => MaybePromise<T>): MaybePromise<T> {
    const waiting = this.#guarded(() => evaluation.run());
    if (!isPromise(waiting)) return then();
    return waiting.then(then, (error) => this.#fail(error, then));
  }

  #guarded(work: () => MaybePromise<void>): MaybePromise<void> {
    try {
      return work();
    } catch (error) {
      this.#fail(error, () => undefined);
      return undefined;
    }
  }

  #fail<T>(error: unknown, then: () => T): T {
    this.#home.onError(error);
    const evaluation = this.#evaluation;
    const failure = this.#modes.whole === "off" ? "open" : this.#home.failure;
    evaluation?.abandon(error, failure);
    const plan = evaluation?.snapshot.plan;
    const phase = (plan?.request[0] ?? plan?.response[0])?.phase.name ?? "";
    this.#failed = failure === "open" ? "open" : failureBlock(phase);
    return then();
  }

  #judged(evaluation: Evaluation): MaybePromise<Decision> {
    this.#stage = "judged";
    this.#refusesUnseen(evaluation);
    const decided = (): Decision => {
      if (this.#failed === undefined) this.#needsResponseBody &&= evaluation.mayReadResponseBody;
      const decision = this.#decide(evaluation) as Decision;
      this.#decision = decision;
      this.#verdict = decision;
      return decision;
    };
    const counted = this.#countDecision(evaluation, false);
    return isPromise(counted) ? counted.then(decided) : decided();
  }

  /** Never throws, and never rejects. */
  #countDecision(evaluation: Evaluation, waitsApart: boolean): MaybePromise<void> {
    this.#isCounted = this.#refusal !== undefined;
    const failed = typeof this.#failed === "object" ? this.#failed : undefined;
    return evaluation.counts.countDecision(failed, this.#refusal, waitsApart, (error) => {
      this.#home.onError(error);
    });
  }

  /** No rule decides it, so the event shows it like a rejection by the host. */
  #refusesUnseen(evaluation: Evaluation): boolean {
    if (this.#failed !== undefined) return false;
    if (this.#oversize === "inspect" && !evaluation.changes.hasAny) return false;
    const refusal = evaluation.refuseUnseen(this.#oversize);
    this.#refusal ??= refusal;
    return refusal !== undefined;
  }

  #decide(evaluation: Evaluation): AnyDecision {
    const { matches, changes, budgetVerdict, failures } = evaluation;
    const { allowedBy, scores, wouldHave, state } = evaluation.effects;
    const failed = this.#failed;
    const isEnforcing = this.#modes.whole === "enforce";
    const outcome =
      failed === undefined
        ? evaluation.effects.outcome
        : failed === "open" || !isEnforcing
          ? undefined
          : failed;
    const intended =
      wouldHave ??
      (this.#modes.whole === "observe" && typeof failed === "object" ? failed.action : undefined);
    // Most requests: one literal for each form, where putting it together by parts measured a tenth of a request with ten
    // rules, and a fifth of one with a limit.
    const limits = evaluation.limitFacts();
    const isPlain =
      outcome === undefined &&
      allowedBy === undefined &&
      budgetVerdict === undefined &&
      failures === undefined &&
      intended === undefined &&
      state === undefined &&
      this.#recorder === undefined;
    if (isPlain) {
      const told = matches.length === 0 ? NO_MATCHES : [...matches];
      return limits === undefined
        ? {
            action: "allow",
            id: this.id,
            snapshot: this.snapshot.hash,
            matches: told,
            score: scores?.get(DEFAULT_SCORE) ?? 0,
            scores: scoresOf(scores),
            changes: changes.snapshot(),
          }
        : limits.headers.length === 0
          ? {
              action: "allow",
              id: this.id,
              snapshot: this.snapshot.hash,
              matches: told,
              score: scores?.get(DEFAULT_SCORE) ?? 0,
              scores: scoresOf(scores),
              changes: changes.snapshot(),
              rateLimits: limits.statuses,
            }
          : {
              action: "allow",
              id: this.id,
              snapshot: this.snapshot.hash,
              matches: told,
              score: scores?.get(DEFAULT_SCORE) ?? 0,
              scores: scoresOf(scores),
              changes: withHeaders(changes.snapshot(), limits.headers),
              rateLimits: limits.statuses,
              rateLimitHeaders: limits.headers,
            };
    }
    const facts = {
      id: this.id,
      snapshot: this.snapshot.hash,
      matches: [...matches],
      score: scores?.get(DEFAULT_SCORE) ?? 0,
      scores: scoresOf(scores),
      ...(state === undefined ? {} : stateFacts(state)),
      changes: outcome === undefined ? withHeaders(changes.snapshot(), limits?.headers) : changes.snapshot(),
      ...(limits === undefined ? {} : { rateLimits: limits.statuses }),
      ...(limits === undefined || limits.headers.length === 0 ? {} : { rateLimitHeaders: limits.headers }),
      ...(budgetVerdict === undefined
        ? {}
        : { budget: { exhausted: true as const, verdict: budgetVerdict } }),
      ...(failures === undefined ? {} : { failures: [...failures] }),
      ...(intended === undefined ? {} : { wouldHave: intended }),
      ...(this.#recorder === undefined ? {} : { explanation: evaluation.explained(this.#recorder) }),
    };
    if (outcome === undefined)
      return { action: "allow", ...(allowedBy === undefined ? {} : { by: allowedBy }), ...facts };
    return { ...outcome, ...facts };
  }
}

const NO_MATCHES: readonly Match[] = Object.freeze([]);
const NO_SCORES: Readonly<Record<string, number>> = Object.freeze({});

function scoresOf(scores: ReadonlyMap<string, number> | undefined): Readonly<Record<string, number>> {
  return scores === undefined ? NO_SCORES : Object.fromEntries(scores);
}

function stateFacts({ labels, variables }: RequestState): Pick<AnyDecision, "labels" | "variables"> {
  return {
    ...(labels.length === 0 ? {} : { labels }),
    ...(variables.size === 0 ? {} : { variables: Object.fromEntries(variables) }),
  };
}

/** Changes with headers about rate limits, which later rules may remove. An application may have its own limits. */
function withHeaders(changes: Changes, headers: DecisionHeaders | undefined): Changes {
  if (headers === undefined || headers.length === 0) return changes;
  const responseHeaders: HeaderOperation[] = [];
  for (const [name, value] of headers)
    responseHeaders.push({ operation: name.startsWith("x-") ? "set" : "add", name, value });
  for (const one of changes.responseHeaders) responseHeaders.push(one);
  return { ...changes, responseHeaders };
}
