import type { WafRequest } from "../request/request.ts";
import type {
  BlockResponse,
  ChallengeKind,
  Control,
  ErrorPage,
  ExecutePlan,
  HeaderOperation,
  LogFieldSource,
  RedirectTarget,
  RoutePlan,
  SkipPlan,
} from "../ruleset/actions/control.ts";
import type { RulePlan } from "../ruleset/plan/plan.ts";
import type { ChangeLog } from "./changes.ts";
import type { Outcome } from "./outcome.ts";
import type { Snapshot } from "./runtime.ts";

/** What the controls need of the evaluation that they act on. */
export interface ControlledEvaluation {
  readonly request: WafRequest;
  readonly changes: ChangeLog;
  readonly snapshot: Snapshot;
  readonly side: "request" | "response";
  /** The rule whose action is being applied. */
  readonly rule: RulePlan;
  /** Ends the evaluation, or says what would have ended it. */
  conclude(outcome: Outcome): void;
  allow(count: boolean): void;
  challenge(kind: ChallengeKind): void;
  skip(plan: SkipPlan): void;
  execute(plan: ExecutePlan, shadow: boolean): void;
  score(name: string, increment: number): void;
  /** Counts for the thresholds of a run in shadow mode. */
  shadowScore(increment: number): void;
  note(message: string): void;
}

/** What a matching rule may do to its transaction. One per evaluation; the evaluation knows the current rule. */
export class EnforcingControl implements Control {
  readonly #evaluation: ControlledEvaluation;

  constructor(evaluation: ControlledEvaluation) {
    this.#evaluation = evaluation;
  }

  block(response: BlockResponse): void {
    const { facts, blockStatus } = this.#evaluation.rule;
    const status = response.status ?? blockStatus;
    this.#evaluation.conclude({ action: "block", by: facts, status, response });
  }

  allow(options: { readonly count: boolean }): void {
    this.#evaluation.allow(options.count);
  }

  challenge(kind: ChallengeKind): void {
    this.#evaluation.challenge(kind);
  }

  redirect(target: RedirectTarget): void {
    const query = target.preserveQuery ? this.#evaluation.request.query : "";
    const location = withQuery(target.location, query);
    const by = this.#evaluation.rule.facts;
    this.#evaluation.conclude({ action: "redirect", by, location, status: target.status });
  }

  redirectFromList(list: string, key: string): boolean {
    const entry = this.#evaluation.snapshot.redirects.get(list)?.find(key);
    if (entry === undefined) return false;
    this.redirect(entry);
    return true;
  }

  serveError(page: ErrorPage): void {
    const status = page.status ?? this.#evaluation.request.view.response?.status ?? 500;
    this.#evaluation.conclude({ action: "serve_error", by: this.#evaluation.rule.facts, status, page });
  }

  log(): void {
    // The match itself is the record.
  }

  skip(plan: SkipPlan): void {
    this.#evaluation.skip(plan);
  }

  execute(plan: ExecutePlan): void {
    this.#evaluation.execute(plan, false);
  }

  score(name: string, increment: number): void {
    this.#evaluation.score(name, increment);
  }

  rewritePath(path: string): void {
    this.#evaluation.request.stage({ path });
    this.#evaluation.changes.path(path);
  }

  rewriteQuery(query: string): void {
    this.#evaluation.request.stage({ query });
    this.#evaluation.changes.query(query);
  }

  header(operation: HeaderOperation): void {
    const side = this.#evaluation.side;
    const member = side === "request" ? "headers" : "responseHeaders";
    this.#evaluation.request.stage({ [member]: [operation] });
    this.#evaluation.changes.header(side, operation);
  }

  route(plan: RoutePlan): void {
    this.#evaluation.changes.route(plan);
  }

  config(settings: Readonly<Record<string, unknown>>): void {
    this.#evaluation.changes.config(settings);
  }

  logField(source: LogFieldSource, name: string, preserveDuplicates: boolean): void {
    this.#evaluation.changes.logField(source, name, preserveDuplicates);
  }

  note(message: string): void {
    this.#evaluation.note(message);
  }
}

/**
 * The same for rules in shadow mode: nothing happens. Rulesets still run, in shadow mode too, and scores still count
 * inside of them, so that the report says what would have been done.
 */
export class ShadowControl implements Control {
  readonly #evaluation: ControlledEvaluation;

  constructor(evaluation: ControlledEvaluation) {
    this.#evaluation = evaluation;
  }

  block(): void {}
  allow(): void {}
  challenge(): void {}
  redirect(): void {}
  redirectFromList(list: string, key: string): boolean {
    return this.#evaluation.snapshot.redirects.get(list)?.find(key) !== undefined;
  }
  serveError(): void {}
  log(): void {}
  skip(): void {}
  execute(plan: ExecutePlan): void {
    this.#evaluation.execute(plan, true);
  }
  score(_name: string, increment: number): void {
    this.#evaluation.shadowScore(increment);
  }
  rewritePath(): void {}
  rewriteQuery(): void {}
  header(): void {}
  route(): void {}
  config(): void {}
  logField(): void {}
  note(message: string): void {
    this.#evaluation.note(message);
  }
}

/** Puts a query behind an address, before its fragment and behind the query that it has. */
function withQuery(location: string, query: string): string {
  if (query === "") return location;
  const hash = location.indexOf("#");
  const front = hash === -1 ? location : location.slice(0, hash);
  const fragment = hash === -1 ? "" : location.slice(hash);
  return `${front}${front.includes("?") ? "&" : "?"}${query}${fragment}`;
}
