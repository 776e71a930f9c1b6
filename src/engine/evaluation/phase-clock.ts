// On the request path of firewalls whose metrics measure phases.
import type { PhasePlan } from "../../rules/plan/plan.ts";
import { elapsed } from "../../rules/ratelimit/wait.ts";
import type { Effects } from "./effects.ts";

/** Receives how many seconds a phase took, and what it decided: `continue` when nothing. Must not throw. */
export interface PhaseTimes {
  passed(phase: string, action: string, seconds: number): void;
}

/** Measures the phases of one request. One per evaluation. */
export class PhaseClock {
  /** Time of all phases. */
  seconds = 0;
  /** The phase that is timed; undefined between phases, and without metrics. */
  phase: PhasePlan | undefined;
  readonly #effects: Effects;
  #times: PhaseTimes | undefined;
  #allowedBefore = false;
  /** When the phase began, by a clock in milliseconds that is never set back. */
  #began = 0;
  /** When the wait for the body began. */
  #pausedAt = 0;

  constructor(effects: Effects) {
    this.#effects = effects;
    this.phase = undefined;
  }

  /** @param times undefined: nothing is measured. */
  begin(times: PhaseTimes | undefined): void {
    this.seconds = 0;
    this.#times = times;
    this.phase = undefined;
  }

  /** A phase begins. */
  enter(phase: PhasePlan): void {
    if (this.#times === undefined) return;
    this.phase = phase;
    this.#allowedBefore = this.#effects.allowedBy !== undefined;
    this.#began = elapsed();
  }

  /** The walk waits for the body. */
  pause(): void {
    this.#pausedAt = elapsed();
  }

  /** The time since {@link pause} does not count. */
  resume(): void {
    if (this.phase !== undefined) this.#began += elapsed() - this.#pausedAt;
  }

  /** The phase is over. */
  leave(): void {
    const { phase } = this;
    if (phase === undefined) return;
    const seconds = (elapsed() - this.#began) / 1000;
    this.phase = undefined;
    this.seconds += seconds;
    const { outcome, allowedBy } = this.#effects;
    const isAllowed = allowedBy !== undefined && !this.#allowedBefore;
    const decided = outcome?.action ?? (isAllowed ? "allow" : undefined);
    this.#times?.passed(phase.phase.name, decided ?? "continue", seconds);
  }
}
