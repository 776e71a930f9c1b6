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

interface Thread {
  readonly pc: number;
  /** Offsets of the groups so far. */
  readonly saved: readonly number[];
}

class PikeRun {
  readonly #program: Program;
  readonly #subject: string;
  readonly #slots: number;
  readonly #mark: Int32Array;
  /** At the byte and match instructions reached, by preference. */
  #reached: Thread[] = [];

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
    let threads: Thread[] = [];
    const fresh = new Array<number>(this.#slots).fill(-1);
    for (let at = 0; at <= subject.length; at++) {
      this.#reached = [];
      let work = 1;
      for (const thread of threads) work += this.#follow(thread, at);
      // A match found earlier starts further left than anything that starts now.
      if (best === undefined) {
        const begun = fresh.slice();
        begun[0] = at;
        work += this.#follow({ pc: start, saved: begun }, at);
      }
      if (budget !== undefined && !budget.spend(work)) return undefined;
      const reached = this.#reached;
      if (reached.length === 0 && best !== undefined) return best;
      threads = [];
      const byte = at < subject.length ? subject.charCodeAt(at) & 255 : -1;
      for (const { pc, saved } of reached) {
        if (op[pc] === OP_MATCH) {
          const found = saved.slice();
          found[1] = at;
          best = found;
          // Threads after this one are less preferred.
          break;
        }
        if (byte >= 0 && op[pc] === OP_BYTE && sets[x[pc]!]![byte] === 1) {
          threads.push({ pc: y[pc]!, saved });
        }
      }
    }
    return best;
  }

  /** Adds what is reachable without taking a byte, in order of preference; the answer is the work done. */
  #follow(from: Thread, at: number): number {
    const { op, x, y } = this.#program;
    const mark = this.#mark;
    const stack = [from];
    let work = 0;
    for (let thread = stack.pop(); thread !== undefined; thread = stack.pop()) {
      const { pc, saved } = thread;
      if (mark[pc] === at) continue;
      mark[pc] = at;
      work++;
      const operand = x[pc]!;
      const next = y[pc]!;
      switch (op[pc]) {
        case OP_SPLIT:
          stack.push({ pc: next, saved }, { pc: operand, saved });
          break;
        case OP_ASSERT:
          if (holdsAt(operand, this.#subject, at)) stack.push({ pc: next, saved });
          break;
        case OP_SAVE: {
          const changed = saved.slice();
          changed[operand] = at;
          work += this.#slots >> 3;
          stack.push({ pc: next, saved: changed });
          break;
        }
        default:
          this.#reached.push(thread);
      }
    }
    return work;
  }
}
