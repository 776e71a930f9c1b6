import type { Budget } from "../values/budget.ts";
import { holdsAt } from "./assertions.ts";
import { OP_ASSERT, OP_BYTE, OP_MATCH, OP_SAVE, OP_SPLIT, type Program } from "./program.ts";

/**
 * Finds the leftmost-first match with its groups: threads run side by side in order of preference, each with the
 * offsets that it saved. Time is at most subject × program × groups; memory program × groups.
 */
export function findMatch(program: Program, subject: string, budget?: Budget): readonly number[] | undefined {
  return new PikeRun(program, subject).run(budget);
}

class PikeRun {
  readonly #program: Program;
  readonly #subject: string;
  readonly #slots: number;
  readonly #mark: Int32Array;
  /** Program counters of the byte and match instructions reached, by preference, with their saved offsets. */
  #threads: number[] = [];
  #saved: (readonly number[])[] = [];

  constructor(program: Program, subject: string) {
    this.#program = program;
    this.#subject = subject;
    this.#slots = (program.groupCount + 1) * 2;
    this.#mark = new Int32Array(program.op.length).fill(-1);
  }

  run(budget: Budget | undefined): readonly number[] | undefined {
    const { op, x, y, sets, start } = this.#program;
    const subject = this.#subject;
    let best: readonly number[] | undefined;
    let threads: number[] = [];
    let saved: (readonly number[])[] = [];
    const fresh = new Array<number>(this.#slots).fill(-1);
    for (let at = 0; at <= subject.length; at++) {
      this.#threads = [];
      this.#saved = [];
      let work = 1;
      for (let thread = 0; thread < threads.length; thread++)
        work += this.#follow(threads[thread]!, saved[thread]!, at);
      // A match found earlier starts further left than anything that starts now.
      if (best === undefined) {
        const begun = fresh.slice();
        begun[0] = at;
        work += this.#follow(start, begun, at);
      }
      if (budget !== undefined && !budget.spend(work)) return undefined;
      const reached = this.#threads;
      const offsets = this.#saved;
      if (reached.length === 0 && best !== undefined) return best;
      threads = [];
      saved = [];
      const byte = at < subject.length ? subject.charCodeAt(at) & 255 : -1;
      for (let thread = 0; thread < reached.length; thread++) {
        const pc = reached[thread]!;
        if (op[pc] === OP_MATCH) {
          const found = offsets[thread]!.slice();
          found[1] = at;
          best = found;
          // Threads after this one are less preferred.
          break;
        }
        if (byte >= 0 && op[pc] === OP_BYTE && sets[x[pc]!]![byte] === 1) {
          threads.push(y[pc]!);
          saved.push(offsets[thread]!);
        }
      }
    }
    return best;
  }

  /** Adds what is reachable without taking a byte, in order of preference; the answer is the work done. */
  #follow(pc: number, saved: readonly number[], at: number): number {
    const { op, x, y } = this.#program;
    const mark = this.#mark;
    const stack = [pc];
    const stackSaved = [saved];
    let work = 0;
    while (stack.length > 0) {
      const here = stack.pop()!;
      let offsets = stackSaved.pop()!;
      if (mark[here] === at) continue;
      mark[here] = at;
      work++;
      switch (op[here]) {
        case OP_SPLIT:
          stack.push(y[here]!, x[here]!);
          stackSaved.push(offsets, offsets);
          break;
        case OP_ASSERT:
          if (holdsAt(x[here]!, this.#subject, at)) {
            stack.push(y[here]!);
            stackSaved.push(offsets);
          }
          break;
        case OP_SAVE: {
          const changed = offsets.slice();
          changed[x[here]!] = at;
          offsets = changed;
          work += this.#slots >> 3;
          stack.push(y[here]!);
          stackSaved.push(offsets);
          break;
        }
        default:
          this.#threads.push(here);
          this.#saved.push(offsets);
      }
    }
    return work;
  }
}
