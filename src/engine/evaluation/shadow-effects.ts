// On the request path, once a rule in shadow mode has matched.
import type { Control, ExecutePlan } from "../../rules/ruleset/actions/control.ts";

/** Remaining effects of rules in shadow mode. */
export interface ShadowedEffects {
  isRedirected(list: string, key: string): boolean;
  run(plan: ExecutePlan, shadow: boolean): void;
  /** Counts for the thresholds of a run in shadow mode. */
  shadowScore(increment: number): void;
  note(message: string): void;
}

/**
 * Effects of rules in shadow mode: nothing happens. Rulesets still run, in shadow mode too, and scores still count
 * inside them, so that the report shows the actions that would have been taken.
 */
export class ShadowEffects implements Control {
  readonly #effects: ShadowedEffects;

  constructor(effects: ShadowedEffects) {
    this.#effects = effects;
  }

  block(): void {}
  drop(): void {}
  tarpit(): void {}
  allow(): void {}
  challenge(): void {}
  redirect(): void {}
  redirectFromList(list: string, key: string): boolean {
    return this.#effects.isRedirected(list, key);
  }
  serveError(): void {}
  log(): void {}
  skip(): void {}
  execute(plan: ExecutePlan): void {
    this.#effects.run(plan, true);
  }
  score(_name: string, increment: number): void {
    this.#effects.shadowScore(increment);
  }
  label(): void {}
  setVariable(): void {}
  rewritePath(): void {}
  rewriteQuery(): void {}
  header(): void {}
  route(): void {}
  config(): void {}
  logField(): void {}
  limitBody(): void {}
  note(message: string): void {
    this.#effects.note(message);
  }
}
